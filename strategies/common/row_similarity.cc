#include "strategies/common/row_similarity.h"

#include <cmath>
#include <string>
#include <utility>

#include "sim/base/math.h"

namespace souk {
namespace {

/// A centred row this much smaller than the row itself is rounding.
constexpr double kNothingLeft = 1e-9;

int NonEmptyRows(const SparseRows& rows) {
  int n = 0;
  for (int r = 0; r < rows.rows(); ++r) n += rows.row(r).empty() ? 0 : 1;
  return n;
}

}  // namespace

std::vector<ParamSpec> WithSimilarityParams(std::vector<ParamSpec> own, double shrink) {
  const std::vector<ParamSpec> shared = {
      {"shrink", shrink, 0, 1e6, {}, "", "added to the product of norms: distrusts likeness from little"},
      {"similarity",
       std::string("cosine"),
       0,
       0,
       {"cosine", "dot", "pearson", "adjusted-cosine"},
       "",
       "likeness: of entries as they are, without norms, less the mean of the row, or of the column"},
      {"weighting",
       std::string("none"),
       0,
       0,
       {"none", "tf-idf", "bm25"},
       "",
       "what an entry counts: as it is, √x · idf, or saturated · idf"},
      {"bm25_k1", 1.2, 0, 100, {}, "", "bm25: large entries stop counting later"},
      {"bm25_b", 0.75, 0, 1, {}, "", "bm25: how much long rows are held back"},
  };
  own.insert(own.end(), shared.begin(), shared.end());
  return own;
}

SimilaritySettings SimilarityOf(const Params& params) {
  const std::string& likeness = params.String("similarity");
  const std::string& weighting = params.String("weighting");
  return {.likeness = likeness == "cosine"    ? RowLikeness::kCosine
                      : likeness == "dot"     ? RowLikeness::kDot
                      : likeness == "pearson" ? RowLikeness::kPearson
                                              : RowLikeness::kAdjustedCosine,
          .weighting = weighting == "none"     ? RowWeighting::kNone
                       : weighting == "tf-idf" ? RowWeighting::kTfIdf
                                               : RowWeighting::kBm25,
          .shrink = static_cast<float>(params.Real("shrink")),
          .bm25_k1 = params.Real("bm25_k1"),
          .bm25_b = params.Real("bm25_b")};
}

RowWeigher::RowWeigher(const SparseRows& rows, const SimilaritySettings& settings) : settings_(settings) {
  if (settings.weighting == RowWeighting::kNone) return;
  const double n = std::max(1, NonEmptyRows(rows));
  std::vector<std::int32_t> count(static_cast<std::size_t>(rows.columns), 0);
  double sum = 0;
  for (const Entry& e : rows.entries) {
    ++count[static_cast<std::size_t>(e.column)];
    sum += static_cast<double>(e.value);
  }
  mean_row_sum_ = sum > 0 ? sum / n : 1;
  for (const std::int32_t c : count) idf_.push_back(static_cast<float>(std::max(0.0, Log(n) - Log(1.0 + c))));
}

void RowWeigher::Weigh(std::span<Entry> row) const {
  if (settings_.weighting == RowWeighting::kNone) return;
  if (settings_.weighting == RowWeighting::kTfIdf) {
    for (Entry& e : row) e.value = std::sqrt(e.value) * idf_[static_cast<std::size_t>(e.column)];
    return;
  }
  double sum = 0;
  for (const Entry& e : row) sum += static_cast<double>(e.value);
  const double k1 = settings_.bm25_k1;
  const double length = k1 * (1 - settings_.bm25_b + settings_.bm25_b * sum / mean_row_sum_);
  for (Entry& e : row) {
    const auto x = static_cast<double>(e.value);
    const double idf = static_cast<double>(idf_[static_cast<std::size_t>(e.column)]);
    e.value = static_cast<float>(x > 0 ? x * (k1 + 1) / (length + x) * idf : 0.0);
  }
}

void WeighRows(SparseRows& rows, const SimilaritySettings& settings) {
  const RowWeigher weigher(rows, settings);
  for (std::size_t r = 0; r + 1 < rows.begin.size(); ++r) {
    const auto begin = static_cast<std::size_t>(rows.begin[r]);
    weigher.Weigh(std::span(rows.entries).subspan(begin, static_cast<std::size_t>(rows.begin[r + 1]) - begin));
  }
}

RowSimilarity::RowSimilarity(const SparseRows& rows, const SimilaritySettings& settings)
    : likeness_(settings.likeness), shrink_(settings.shrink), columns_(std::max(1, rows.columns)) {
  if (likeness_ == RowLikeness::kAdjustedCosine) {
    std::vector<double> sum(static_cast<std::size_t>(rows.columns), 0.0);
    for (const Entry& e : rows.entries) sum[static_cast<std::size_t>(e.column)] += static_cast<double>(e.value);
    const double n = std::max(1, NonEmptyRows(rows));
    for (const double s : sum) {
      mean_.push_back(static_cast<float>(s / n));
      mean_square_ += s / n * (s / n);
    }
  }
  terms_.reserve(static_cast<std::size_t>(rows.rows()));
  for (int r = 0; r < rows.rows(); ++r) terms_.push_back(TermsOf(rows.row(r)));
}

RowSimilarity::Terms RowSimilarity::TermsOf(std::span<const Entry> row) const {
  double square = 0;
  double sum = 0;  // of entries, or of entries times the means of their columns
  for (const Entry& e : row) {
    const auto x = static_cast<double>(e.value);
    square += x * x;
    sum += mean_.empty() ? x : x * static_cast<double>(mean_[static_cast<std::size_t>(e.column)]);
  }
  const auto root = [square](double centred) {
    return centred > kNothingLeft * square ? static_cast<float>(std::sqrt(centred)) : 0.0F;
  };
  switch (likeness_) {
    case RowLikeness::kPearson:
      return {root(square - sum * sum / columns_), static_cast<float>(sum / std::sqrt(columns_))};
    case RowLikeness::kAdjustedCosine:
      return {root(square - 2 * sum + mean_square_), static_cast<float>(sum - mean_square_ / 2)};
    default: return {static_cast<float>(std::sqrt(square)), 0};
  }
}

}  // namespace souk
