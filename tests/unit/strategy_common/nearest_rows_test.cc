// The k best partners of every row, and likeness between rows, against dense matrices and full sorts.

#include "strategies/common/nearest_rows.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "strategies/common/row_similarity.h"

namespace souk {
namespace {

SparseRows RandomRows(int rows, int columns, double density, std::mt19937& bits, int values = 3) {
  SparseRows m;
  m.columns = columns;
  for (int r = 0; r < rows; ++r) {
    for (int c = 0; c < columns; ++c)
      if (static_cast<double>(bits() % 1000) < 1000 * density)
        m.entries.push_back({c, static_cast<float>(bits() % static_cast<unsigned>(values) + 1)});
    m.EndRow();
  }
  return m;
}

using Dense = std::vector<std::vector<double>>;
Dense DenseOf(const SparseRows& m) {
  Dense d(static_cast<std::size_t>(m.rows()), std::vector<double>(static_cast<std::size_t>(m.columns), 0.0));
  for (int r = 0; r < m.rows(); ++r)
    for (const Entry& e : m.row(r))
      d[static_cast<std::size_t>(r)][static_cast<std::size_t>(e.column)] = static_cast<double>(e.value);
  return d;
}
double Dot(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t c = 0; c < a.size(); ++c) sum += a[c] * b[c];
  return sum;
}

// Whole numbers, so sums are exact and ties frequent: lists must equal sorts, order of ties included. Few and many
// entries take different ways; the score is not symmetric.
TEST(NearestRows, AreTheSortedBest) {
  std::mt19937 bits(5);
  for (const double density : {0.02, 0.3})
    for (const int k : {1, 4, 100}) {
      const SparseRows m = RandomRows(60, 50, density, bits);
      const Dense d = DenseOf(m);
      const auto of = [](float dot, int for_row, int id) { return dot - static_cast<float>((2 * for_row + id) % 3); };
      const RankedLists lists = NearestRows(m, k, 1e9, [&](float dot, std::int32_t i, std::int32_t j) {
        return std::pair(of(dot, i, j), of(dot, j, i));
      });
      for (int i = 0; i < 60; ++i) {
        std::vector<Scored> expected;
        for (int j = 0; j < 60; ++j) {
          const auto dot = static_cast<float>(Dot(d[static_cast<std::size_t>(i)], d[static_cast<std::size_t>(j)]));
          if (j != i && dot > 0 && of(dot, i, j) > 0) expected.push_back({of(dot, i, j), j});
        }
        std::sort(expected.begin(), expected.end(), Before);
        expected.resize(std::min<std::size_t>(expected.size(), static_cast<std::size_t>(k)));
        const auto found = lists.of(i);
        EXPECT_EQ(std::vector<Scored>(found.begin(), found.end()), expected) << density << ' ' << k << ' ' << i;
      }
    }
}

TEST(BitRows, CountSharedColumns) {
  std::mt19937 bits(8);
  for (const int columns : {1, 63, 64, 65, 512, 700}) {
    const SparseRows m = RandomRows(9, columns, 0.4, bits, 1);
    const Dense d = DenseOf(m);
    const BitRows rows(m);
    for (int i = 0; i < 9; ++i) {
      float shared[9];
      rows.Shared(i, 2, 7, shared);
      for (int n = 0; n < 7; ++n)
        EXPECT_EQ(shared[n], Dot(d[static_cast<std::size_t>(i)], d[static_cast<std::size_t>(2 + n)]));
    }
  }
}

// Zeros and ones in most places are counted by bits where the processor can; the lists are those of the sums.
TEST(NearestRows, AreTheSameByBits) {
  std::mt19937 bits(9);
  const SparseRows ones = RandomRows(150, 700, 0.4, bits, 1);
  SparseRows twos = ones;
  for (Entry& e : twos.entries) e.value = 2;  // never counted
  const auto same = [](float dot, std::int32_t, std::int32_t) { return std::pair(dot, dot); };
  const RankedLists counted = NearestRows(ones, 12, 1e9, same);
  const RankedLists summed = NearestRows(twos, 12, 1e9, same);
  EXPECT_EQ(counted.begin, summed.begin);
  ASSERT_EQ(counted.list.size(), 150U * 12);
  for (std::size_t n = 0; n < counted.list.size(); ++n) {
    EXPECT_EQ(counted.list[n].id, summed.list[n].id);
    EXPECT_EQ(4 * counted.list[n].score, summed.list[n].score);
  }
  EXPECT_FALSE(BitRows::Pays(twos, 1e12));
  EXPECT_FALSE(BitRows::Pays(ones, 0));
}

TEST(NearestRows, NoRowsAndEmptyRows) {
  SparseRows m;
  m.columns = 4;
  const auto same = [](float dot, std::int32_t, std::int32_t) { return std::pair(dot, dot); };
  EXPECT_TRUE(NearestRows(m, 3, 1e9, same).list.empty());
  for (int r = 0; r < 3; ++r) m.EndRow();
  const RankedLists lists = NearestRows(m, 3, 1e9, same);
  EXPECT_EQ(lists.begin, (std::vector<std::int32_t>{0, 0, 0, 0}));
}

/// The definitions of the header, on dense matrices.
Dense Weighed(Dense d, const SimilaritySettings& s) {
  if (s.weighting == RowWeighting::kNone) return d;
  double rows = 0;
  double total = 0;
  std::vector<double> count(d[0].size(), 0);
  for (const auto& row : d) {
    double sum = 0;
    for (std::size_t c = 0; c < row.size(); ++c) {
      sum += row[c];
      count[c] += row[c] > 0 ? 1 : 0;
    }
    rows += sum > 0 ? 1 : 0;
    total += sum;
  }
  for (auto& row : d) {
    double sum = 0;
    for (const double x : row) sum += x;
    for (std::size_t c = 0; c < row.size(); ++c) {
      const double idf = std::max(0.0, std::log(rows) - std::log1p(count[c]));
      const double x = row[c];
      if (s.weighting == RowWeighting::kTfIdf) row[c] = std::sqrt(x) * idf;
      else if (x > 0)
        row[c] = x * (s.bm25_k1 + 1) / (s.bm25_k1 * (1 - s.bm25_b + s.bm25_b * sum * rows / total) + x) * idf;
    }
  }
  return d;
}
double LikenessOf(const Dense& d, std::size_t i, std::size_t j, const SimilaritySettings& s) {
  if (s.likeness == RowLikeness::kDot) return Dot(d[i], d[j]);
  double rows = 0;
  std::vector<double> mean(d[0].size(), 0);
  for (const auto& row : d) {
    rows += Dot(row, row) > 0 ? 1 : 0;
    for (std::size_t c = 0; c < row.size(); ++c) mean[c] += row[c];
  }
  const auto centred = [&](std::vector<double> row) {
    double of_row = 0;
    for (const double x : row) of_row += x / static_cast<double>(row.size());
    for (std::size_t c = 0; c < row.size(); ++c) {
      if (s.likeness == RowLikeness::kPearson) row[c] -= of_row;
      if (s.likeness == RowLikeness::kAdjustedCosine) row[c] -= mean[c] / rows;
    }
    return row;
  };
  const auto a = centred(d[i]);
  const auto b = centred(d[j]);
  return Dot(a, b) / (std::sqrt(Dot(a, a) * Dot(b, b)) + static_cast<double>(s.shrink));
}

TEST(RowSimilarity, MatchesTheDefinitions) {
  std::mt19937 bits(6);
  SparseRows m = RandomRows(40, 30, 0.2, bits);
  m.EndRow();  // an empty row, which no mean may count
  for (const RowWeighting weighting : {RowWeighting::kNone, RowWeighting::kTfIdf, RowWeighting::kBm25})
    for (const RowLikeness likeness :
         {RowLikeness::kCosine, RowLikeness::kDot, RowLikeness::kPearson, RowLikeness::kAdjustedCosine})
      for (const float shrink : {0.0F, 2.0F}) {
        const SimilaritySettings s{likeness, weighting, shrink, 1.5, 0.6};
        SparseRows weighed = m;
        WeighRows(weighed, s);
        const Dense d = Weighed(DenseOf(m), s);
        const RankedLists lists = NearestRows(weighed, 100, 1e9, RowSimilarity(weighed, s));
        std::size_t found = 0;
        for (int i = 0; i < 40; ++i)
          for (const Scored& n : lists.of(i)) {
            EXPECT_NEAR(n.score, LikenessOf(d, static_cast<std::size_t>(i), static_cast<std::size_t>(n.id), s), 2e-5);
            ++found;
          }
        std::size_t expected = 0;
        for (std::size_t i = 0; i < 40; ++i)
          for (std::size_t j = 0; j < 40; ++j)
            if (i != j && Dot(d[i], d[j]) > 0 && LikenessOf(d, i, j, s) > 1e-6) ++expected;
        EXPECT_EQ(found, expected);
      }
}

// A row of its own, as of a shopper who came later, is weighed and compared like one of the matrix.
TEST(RowSimilarity, RowsOutsideTheMatrixCountAlike) {
  std::mt19937 bits(7);
  const SparseRows m = RandomRows(20, 30, 0.3, bits);
  for (const RowLikeness likeness : {RowLikeness::kCosine, RowLikeness::kPearson, RowLikeness::kAdjustedCosine}) {
    const SimilaritySettings s{likeness, RowWeighting::kBm25, 1.0F};
    SparseRows weighed = m;
    WeighRows(weighed, s);
    const RowSimilarity similarity(weighed, s);
    std::vector<Entry> row(m.row(4).begin(), m.row(4).end());
    RowWeigher(m, s).Weigh(row);
    const RowSimilarity::Terms terms = similarity.TermsOf(row);
    EXPECT_EQ(terms.norm, similarity.terms(4).norm);
    EXPECT_EQ(terms.offset, similarity.terms(4).offset);
    EXPECT_EQ(similarity.Of(3.0F, terms, similarity.terms(7)), similarity(3.0F, 4, 7).first);
  }
}

// Where every row has everything, nothing is left after centring, and nothing is alike.
TEST(RowSimilarity, NothingLeftIsNotAlike) {
  SparseRows m;
  m.columns = 3;
  for (int r = 0; r < 4; ++r) {
    for (int c = 0; c < 3; ++c) m.entries.push_back({c, 1});
    m.EndRow();
  }
  for (const RowLikeness likeness : {RowLikeness::kPearson, RowLikeness::kAdjustedCosine}) {
    const SimilaritySettings s{.likeness = likeness};
    EXPECT_TRUE(NearestRows(m, 3, 1e9, RowSimilarity(m, s)).list.empty());
  }
  SparseRows idf = m;
  WeighRows(idf, {.weighting = RowWeighting::kTfIdf});
  for (const Entry& e : idf.entries) EXPECT_EQ(e.value, 0.0F);
}

}  // namespace
}  // namespace souk
