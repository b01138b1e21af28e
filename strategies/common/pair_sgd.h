#pragma once
// Factor models learnt from pairs: an item that a shopper has met should score above one that they have not. BPR and
// WARP differ in which pairs they take and how much each counts.

#include <cstdint>
#include <span>
#include <vector>

#include "sim/base/random.h"
#include "strategies/common/factor_math.h"
#include "strategies/common/sparse.h"

namespace souk {

struct PairSettings {
  enum class Loss : std::uint8_t { kBpr, kWarp };
  enum class Negatives : std::uint8_t { kUniform, kPopular };
  static constexpr int kMaxTrials = 16;

  int factors = 64;  ///< vectors have Width() floats, the last ones 0
  Loss loss = Loss::kBpr;
  Negatives negatives = Negatives::kUniform;
  float rate = 0.05F;
  float reg = 0.01F;
  int trials = 10;  ///< WARP: 1 … kMaxTrials

  /// Floats of a vector: the factors, filled up to a multiple of 16.
  [[nodiscard]] std::size_t Width() const { return (static_cast<std::size_t>(factors) + 15) / 16 * 16; }
};

/// Stochastic gradient steps on pairs: item i met by shopper u, item j not; scores s = x_u · y + bias of the item. A
/// sample is an entry (u, i) of the matrix, all with equal chances, and an item j: every item of the matrix alike
/// (uniform), or as often as it was met (popular).
///   bpr   ascends ln σ(s_i − s_j); a j that u has met makes no step (Rendle et al. 2009).
///   warp  draws up to `trials` items until one has s_j > s_i − 1 and was not met. The hinge of that pair counts
///         L(⌊(items − 1) ÷ draws⌋) ÷ L(items − 1), L(k) = 1 + ½ + … + 1/k: the more, the lower i is likely to rank
///         (Weston, Bengio & Usunier 2011). No such item: no step.
/// A step of `rate` also shrinks what it touches by rate · reg and counts by the entry relative to the largest one.
/// Vectors and biases start uniform on ± ½ ÷ factors. Deterministic: one step after the other.
/// Memory: 8 to 10 bytes per entry beside `rows`. Cost: about 0.1 µs a sample of BPR at 64 factors while tables fit a
/// cache. Tested by: PairSgd.*.
class PairSgd {
 public:
  /// Where a shopper's sketch of what they have met is: 2^(64 − shift) bits, 8 to 16 per entry. The bit of an item that
  /// was met is set; few others are.
  struct Sketch {
    std::int32_t word = 0;
    std::int32_t shift = 63;
  };

  /// Shapes: rows (shoppers × items) with at least one entry.
  PairSgd(const SparseRows& rows, const PairSettings& settings, Rng& rng);
  /// As many samples as the matrix has entries.
  void Epoch(Rng& rng);

  [[nodiscard]] const FactorTable& shoppers() const { return shoppers_; }  ///< (rows × Width())
  [[nodiscard]] const FactorTable& items() const { return items_; }        ///< (columns × Width())
  [[nodiscard]] const std::vector<float>& bias() const { return bias_; }   ///< (columns)
  /// Samples so far that made a step.
  [[nodiscard]] std::int64_t steps() const { return steps_; }

 private:
  void Sort(const SparseRows& rows);
  void DrawSketches();
  void Start(const SparseRows& rows, Rng& rng);
  /// Draws samples and asks memory for what they will touch.
  void Draw(std::size_t count, Rng& rng);

  PairSettings settings_;
  std::size_t f_;
  std::vector<std::int32_t> begin_;       ///< of each row in items_of_
  std::vector<std::int32_t> shopper_of_;  ///< per entry
  std::vector<std::int32_t> item_of_;     ///< per entry, ascending within a row
  std::vector<float> weight_of_;          ///< per entry, relative to the largest; empty: all alike
  std::vector<std::int32_t> known_;       ///< items with entries
  std::vector<Sketch> sketch_of_;         ///< per shopper
  std::vector<std::uint64_t> sketches_;
  std::vector<float> rank_weight_;  ///< by draws
  FactorTable shoppers_;
  FactorTable items_;
  std::vector<float> bias_;
  std::int64_t steps_ = 0;

  std::vector<std::uint64_t> words_;  ///< of this batch: per sample one, and one more per two further draws
  std::vector<std::int32_t> entry_;   ///< per sample
  std::vector<std::int32_t> other_;   ///< per sample, `draws` of them
};

}  // namespace souk
