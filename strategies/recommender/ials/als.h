#pragma once
// Alternating least squares for implicit feedback: the training of iALS.

#include <cstdint>
#include <span>
#include <vector>

#include "sim/base/random.h"
#include "strategies/common/sparse.h"
#include "strategies/recommender/ials/als_row.h"

namespace souk {

/// Trains. Items with entries start at N(0, 0.1 ÷ √factors) each (Rendle et al. 2021), shoppers at 0; each sweep solves
/// all shoppers given the items, then all items given the shoppers. Rows without entries are 0. Before each half of a
/// sweep all vectors are turned so that the unseen pairs' part of every row's equations is diagonal.
///   cg     conjugate gradients from the last vector on (Takács, Pilászy & Tikk 2011), scaled by that diagonal: the
///          fastest.
///   block  `block` coordinates at a time exactly, given the others: iALS++ (Rendle et al. 2021).
///   exact  the equations of each row, see AlsRow.
/// A row whose equations rounding makes singular keeps its vector. Memory: both vectors and, beside `rows`, its
/// transpose. Cost of a sweep over e entries and r rows at 64 factors: cg about 25 ns · e + 0.6 µs · r.
/// Tested by: Als.*.
class Als {
 public:
  /// Shapes: rows (shoppers × items), kept by the caller.
  Als(const SparseRows& rows, const AlsSettings& settings, Rng& rng);
  void Sweep();
  [[nodiscard]] const FactorTable& shoppers() const { return shoppers_; }  ///< (rows × Width())
  [[nodiscard]] const FactorTable& items() const { return items_; }        ///< (columns × Width())

 private:
  void SolveAll(const SparseRows& rows, FactorTable& others, int others_seen, FactorTable& own);
  /// The row's ids_, extra_ and minus_target_.
  void Unpack(std::span<const Entry> entries);
  void ByCg(std::span<const float> others, std::span<float> x);
  void ByBlocks(std::span<const float> others, std::span<float> x);
  /// Coordinates [first, first + d) of the other side's vectors of the entries from `begin` on, to panel_ (count × d).
  void Gather(std::span<const float> others, std::size_t begin, std::size_t count, std::size_t first, std::size_t d);
  /// Adds what these entries say: hessian_ += Σ extra y y', gradient += Σ (extra · predicted − target) y.
  void AddChunk(std::size_t begin, std::size_t count, std::size_t d, std::span<float> gradient);

  AlsSettings settings_;
  std::size_t f_;
  const SparseRows* rows_;
  SparseRows columns_;
  int shoppers_seen_ = 0;
  int items_seen_ = 0;
  FactorTable shoppers_;
  FactorTable items_;
  AlsRow exact_;
  std::vector<float> diagonal_;    ///< of this row's equations: unseen · Σ y² of the other side and the penalty
  std::vector<float> inverse_;     ///< 1 ÷ diagonal_
  bool fetch_ = false;             ///< the other side's vectors lie far away
  std::vector<std::int32_t> ids_;  ///< of this row
  std::vector<float> extra_;
  std::vector<float> minus_target_;
  std::vector<float> predicted_;  ///< x·y of each entry
  std::vector<float> change_;
  FactorTable panel_;
  FactorTable weighted_;
  FactorTable hessian_;
  std::vector<float> direction_;
  std::vector<float> gradient_;
  std::vector<float> product_;
};

}  // namespace souk
