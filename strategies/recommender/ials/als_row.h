#pragma once
// The loss of iALS, and the vector of one shopper given all items, or of one item given all shoppers.

#include <cstdint>
#include <span>
#include <vector>

#include "strategies/common/factor_math.h"
#include "strategies/common/sparse.h"

namespace souk {

/// The loss over shoppers' vectors x and items' vectors y, with c = alpha · (entry of the matrix) and a = unseen:
///   weighting hu:      Σ_seen c (1 − x·y)² + Σ_unseen a (x·y)² + …       (Hu, Koren & Volinsky 2008 at a = 1)
///   weighting rendle:  Σ_seen c (1 − x·y)² + Σ_all a (x·y)² + …          (Rendle et al. 2021)
/// and … = Σ_shoppers r(n) |x|² + Σ_items r(n) |y|²,  r(n) = reg · (n + a · (vectors on the other side))^nu, n the
/// entries of the row; nu = 0: reg for all.
struct AlsSettings {
  enum class Solver : std::uint8_t { kCg, kBlock, kExact };
  enum class Weighting : std::uint8_t { kHu, kRendle };
  int factors = 64;  ///< vectors have Width() floats, the last ones 0
  int sweeps = 15;
  Solver solver = Solver::kCg;
  int cg_steps = 2;
  int block = 16;  ///< a multiple of 16
  Weighting weighting = Weighting::kHu;
  float alpha = 5;
  float unseen = 1;
  float reg = 0.1F;
  float nu = 0;

  /// Floats of a vector: the factors, filled up to a multiple of 16.
  [[nodiscard]] std::size_t Width() const { return (static_cast<std::size_t>(factors) + 15) / 16 * 16; }
  /// r(n) of a row of n entries against `others` vectors.
  [[nodiscard]] float Penalty(std::size_t n, int others) const;
  /// Of a pair seen with this entry: what it adds to the weight of (x·y)², and the weight of its 1.
  [[nodiscard]] float Extra(float entry) const {
    return weighting == Weighting::kHu ? alpha * entry - unseen : alpha * entry;
  }
  [[nodiscard]] float Target(float entry) const { return alpha * entry; }
};

/// Turns the vectors of `table` (rows of f floats) so that Σ y y' is diagonal, those of `others` along with them: no
/// product of one with another changes. Returns the diagonal. Cost: 0.3 ms and 0.1 µs per vector at f = 64.
std::vector<double> TurnToAxes(std::size_t f, FactorTable& table, FactorTable* others);

/// Solves the equations of one row exactly. Thread safety: none (scratch). Tested by: AlsRow.*, Ials.*.
class AlsRow {
 public:
  AlsRow() = default;
  explicit AlsRow(const AlsSettings& settings);

  /// Takes the vectors of the other side (n × Width()), turned, which must outlive the calls of Solve; `squares` is
  /// the diagonal of their Σ y y', `seen` how many of them have entries.
  void Learn(std::span<const float> others, std::span<const double> squares, int seen);
  /// The vector x (Width()) that minimises the loss of a row of these entries. False (x undefined) when rounding makes
  /// that singular. By the n × n equations of the entries where these are fewer than the factors, else by those of the
  /// factors. Cost at 64 factors: 1 µs for 10 entries, 6 µs for 40, 5 µs and 0.1 µs per entry for more.
  bool Solve(std::span<const Entry> entries, std::span<float> x);

 private:
  bool SolveByEntries(std::span<const Entry> entries, std::span<float> x);
  bool SolveByFactors(std::span<const Entry> entries, std::span<float> x);

  AlsSettings settings_;
  const float* others_ = nullptr;
  int seen_ = 0;
  std::vector<float> squares_;  ///< unseen · Σ y²
  std::vector<float> scale_;
  FactorTable near_;
  FactorTable weighted_;
  FactorTable matrix_;
  std::vector<float> right_;
};

}  // namespace souk
