#pragma once
// How alike two rows of a sparse matrix are, in the usual ways: weights of entries, then a likeness. Item-kNN compares
// items by the baskets that hold them, user-kNN shoppers by what they took.

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "sim/decision/params.h"
#include "strategies/common/sparse.h"

namespace souk {

/// What an entry x of a row counts. With idf(column) = ln(rows) − ln(1 + entries of the column), over non-empty rows:
///   kTfIdf  √x · idf
///   kBm25   x (k1 + 1) ÷ (k1 (1 − b + b · row sum ÷ mean row sum) + x) · idf
/// An idf below 0, of a column that all rows have, counts as 0.
enum class RowWeighting : std::uint8_t { kNone, kTfIdf, kBm25 };

/// With n the columns, absent entries being 0:
///   kCosine          x·y ÷ (|x| |y| + shrink)
///   kDot             x·y
///   kPearson         the same as kCosine for rows less their mean over all columns
///   kAdjustedCosine  the same as kCosine for columns less their mean over all non-empty rows
enum class RowLikeness : std::uint8_t { kCosine, kDot, kPearson, kAdjustedCosine };

struct SimilaritySettings {
  RowLikeness likeness = RowLikeness::kCosine;
  RowWeighting weighting = RowWeighting::kNone;
  float shrink = 0;
  double bm25_k1 = 1.2;
  double bm25_b = 0.75;
};

/// A strategy's own parameters with `shrink` (default as given), `similarity`, `weighting`, `bm25_k1` and `bm25_b`.
std::vector<ParamSpec> WithSimilarityParams(std::vector<ParamSpec> own, double shrink);
SimilaritySettings SimilarityOf(const Params& params);

/// Turns entries into what they count, by facts about a matrix; also rows that are not part of it.
class RowWeigher {
 public:
  RowWeigher() = default;
  RowWeigher(const SparseRows& rows, const SimilaritySettings& settings);

  /// Cost: O(entries).
  void Weigh(std::span<Entry> row) const;

 private:
  SimilaritySettings settings_;
  std::vector<float> idf_;   ///< per column
  double mean_row_sum_ = 1;  ///< of non-empty rows
};

/// Weighs every row of a matrix by facts about itself. Cost: O(entries).
void WeighRows(SparseRows& rows, const SimilaritySettings& settings);

/// Likeness from dot products: what a row's own entries add to it is computed beforehand. A score for
/// NearestRows. Tested by: RowSimilarity.*.
class RowSimilarity {
 public:
  /// What one row adds.
  struct Terms {
    float norm = 0;    ///< of the centred row
    float offset = 0;  ///< what centring takes off a dot product
  };

  RowSimilarity() = default;
  /// `rows`: already weighed.
  RowSimilarity(const SparseRows& rows, const SimilaritySettings& settings);

  /// Of a row that need not be part of the matrix. Cost: O(entries).
  [[nodiscard]] Terms TermsOf(std::span<const Entry> row) const;
  [[nodiscard]] const Terms& terms(std::int32_t row) const { return terms_[static_cast<std::size_t>(row)]; }

  /// Of rows with these terms and dot product; 0 where it is not defined. Symmetric.
  [[nodiscard]] float Of(float dot, const Terms& a, const Terms& b) const {
    if (likeness_ == RowLikeness::kDot) return dot;
    const float scale = a.norm * b.norm + shrink_;
    if (!(scale > 0)) return 0;
    if (likeness_ == RowLikeness::kCosine) return dot / scale;
    dot -= likeness_ == RowLikeness::kPearson ? a.offset * b.offset : a.offset + b.offset;
    return std::min(dot / scale, 1.0F);  // rounding, where hardly anything is left of a row
  }
  /// Of two rows of the matrix, for both.
  [[nodiscard]] std::pair<float, float> operator()(float dot, std::int32_t i, std::int32_t j) const {
    const float likeness = Of(dot, terms(i), terms(j));
    return {likeness, likeness};
  }

 private:
  RowLikeness likeness_ = RowLikeness::kCosine;
  float shrink_ = 0;
  double columns_ = 0;
  std::vector<float> mean_;  ///< per column, kAdjustedCosine only
  double mean_square_ = 0;   ///< sum of their squares
  std::vector<Terms> terms_;
};

}  // namespace souk
