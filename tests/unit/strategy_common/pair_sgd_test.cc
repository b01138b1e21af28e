// Steps on pairs against the same steps in plain double-precision loops, from the same draws.

#include "strategies/common/pair_sgd.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <set>
#include <vector>

namespace souk {
namespace {

using Loss = PairSettings::Loss;
using Negatives = PairSettings::Negatives;

Rng TestRng() { return Rng(Dice(7, 0), Purpose::kTest, 0); }

/// Shoppers with tastes in blocks, rows in no order, entries 1 … 3; row 1 is empty, as are items 4 and the last.
SparseRows MadeUpRows(int shoppers, int items, std::uint64_t seed, bool weighted) {
  std::mt19937_64 bits(seed);
  SparseRows rows;
  rows.columns = items;
  for (int u = 0; u < shoppers; ++u) {
    for (int i = items - 2; i >= 0 && u != 1; --i)
      if (i != 4 && (bits() % 20 == 0 || (i % 4 == u % 4 && bits() % 2 == 0)))
        rows.entries.push_back({i, weighted ? 1 + static_cast<float>(bits() % 3) : 1.0F});
    rows.EndRow();
  }
  return rows;
}

using Table = std::vector<std::vector<double>>;

/// The definition, one step after the other.
struct Plain {
  const SparseRows& rows;
  PairSettings s;
  std::vector<std::set<int>> met;
  std::vector<int> shopper_of, item_of, known;
  std::vector<double> weight;
  Table x, y;
  std::vector<double> bias;
  std::int64_t steps = 0;

  Plain(const SparseRows& r, const PairSettings& settings, Rng& rng)
      : rows(r), s(settings), met(static_cast<std::size_t>(r.rows())) {
    double largest = 0;
    std::set<int> items;
    for (int u = 0; u < r.rows(); ++u) {
      std::vector<std::pair<int, double>> row;
      for (const Entry& e : r.row(u)) row.emplace_back(e.column, static_cast<double>(e.value));
      std::sort(row.begin(), row.end());
      for (const auto& [i, v] : row) {
        met[static_cast<std::size_t>(u)].insert(i);
        items.insert(i);
        shopper_of.push_back(u);
        item_of.push_back(i);
        weight.push_back(v);
        largest = std::max(largest, v);
      }
    }
    for (double& w : weight) w /= largest;
    known.assign(items.begin(), items.end());
    const auto f = static_cast<std::size_t>(s.factors);
    x.assign(static_cast<std::size_t>(r.rows()), std::vector<double>(f, 0));
    y.assign(static_cast<std::size_t>(r.columns), std::vector<double>(f, 0));
    bias.assign(y.size(), 0);
    for (const int i : known) {
      for (double& v : y[static_cast<std::size_t>(i)]) v = (rng.Uniform() - 0.5) / s.factors;
      bias[static_cast<std::size_t>(i)] = (rng.Uniform() - 0.5) / s.factors;
    }
    for (std::size_t u = 0; u < x.size(); ++u)
      if (!met[u].empty())
        for (double& v : x[u]) v = (rng.Uniform() - 0.5) / s.factors;
  }
  double Score(int u, int i) const {
    double sum = bias[static_cast<std::size_t>(i)];
    for (std::size_t k = 0; k < x[0].size(); ++k)
      sum += x[static_cast<std::size_t>(u)][k] * y[static_cast<std::size_t>(i)][k];
    return sum;
  }
  void Step(int u, int i, int j, double step) {
    const double keep = 1 - static_cast<double>(s.rate) * static_cast<double>(s.reg);
    auto& a = x[static_cast<std::size_t>(u)];
    auto& b = y[static_cast<std::size_t>(i)];
    auto& c = y[static_cast<std::size_t>(j)];
    for (std::size_t k = 0; k < a.size(); ++k) {
      const double before = a[k];
      a[k] = keep * a[k] + step * (b[k] - c[k]);
      b[k] = keep * b[k] + step * before;
      c[k] = keep * c[k] - step * before;
    }
    bias[static_cast<std::size_t>(i)] = keep * bias[static_cast<std::size_t>(i)] + step;
    bias[static_cast<std::size_t>(j)] = keep * bias[static_cast<std::size_t>(j)] - step;
    ++steps;
  }
  int Other(std::uint32_t word) const {
    const auto at = [&](std::size_t n) {
      return static_cast<std::size_t>((static_cast<std::uint64_t>(word) * n) >> 32);
    };
    return s.negatives == Negatives::kPopular ? item_of[at(item_of.size())] : known[at(known.size())];
  }
  static double L(std::size_t k) {
    double sum = 0;
    for (std::size_t n = 1; n <= k; ++n) sum += 1.0 / static_cast<double>(n);
    return sum;
  }
  void Epoch(Rng& rng) {
    const std::size_t draws = s.loss == Loss::kBpr ? 1 : static_cast<std::size_t>(s.trials);
    for (std::size_t n = 0; n < item_of.size(); ++n) {
      std::vector<std::uint64_t> words;
      for (std::size_t w = 0; w < draws / 2 + 1; ++w) words.push_back(rng());
      const auto e = static_cast<std::size_t>(((words[0] >> 32) * item_of.size()) >> 32);
      const int u = shopper_of[e];
      const int i = item_of[e];
      for (std::size_t d = 0; d < draws; ++d) {
        const std::uint64_t word = words[(d + 1) / 2];
        const int j = Other(static_cast<std::uint32_t>(d % 2 == 0 ? word : word >> 32));
        const double rate = static_cast<double>(s.rate) * weight[e];
        if (met[static_cast<std::size_t>(u)].contains(j)) continue;
        if (s.loss == Loss::kBpr) {
          Step(u, i, j, rate / (1 + std::exp(Score(u, i) - Score(u, j))));
        } else if (Score(u, j) > Score(u, i) - 1) {
          Step(u, i, j, rate * L((known.size() - 1) / (d + 1)) / L(known.size() - 1));
          break;
        }
      }
    }
  }
};

TEST(PairSgd, StepsAreThoseOfTheDefinition) {
  for (const Loss loss : {Loss::kBpr, Loss::kWarp})
    for (const Negatives negatives : {Negatives::kUniform, Negatives::kPopular})
      for (const bool weighted : {false, true}) {
        const SparseRows rows = MadeUpRows(30, 25, 3, weighted);
        const PairSettings s{
            .factors = 20, .loss = loss, .negatives = negatives, .rate = 0.1F, .reg = 0.02F, .trials = 7};
        Rng rng = TestRng();
        Rng twin = TestRng();
        PairSgd sgd(rows, s, rng);
        Plain plain(rows, s, twin);
        for (int epoch = 0; epoch < 5; ++epoch) {
          sgd.Epoch(rng);
          plain.Epoch(twin);
        }
        EXPECT_EQ(sgd.steps(), plain.steps);
        EXPECT_GT(plain.steps, 100);
        const std::size_t f = s.Width();
        for (std::size_t u = 0; u < plain.x.size(); ++u)
          for (std::size_t k = 0; k < f; ++k) EXPECT_NEAR(sgd.shoppers()[u * f + k], k < 20 ? plain.x[u][k] : 0, 1e-4);
        for (std::size_t i = 0; i < plain.y.size(); ++i) {
          EXPECT_NEAR(sgd.bias()[i], plain.bias[i], 1e-4);
          for (std::size_t k = 0; k < f; ++k) EXPECT_NEAR(sgd.items()[i * f + k], k < 20 ? plain.y[i][k] : 0, 1e-4);
        }
      }
}

// Nothing was drawn of items that nobody has met, nor of shoppers who have met nothing.
TEST(PairSgd, WithoutEntriesVectorsStayZero) {
  const SparseRows rows = MadeUpRows(30, 25, 4, false);
  Rng rng = TestRng();
  PairSgd sgd(rows, {.factors = 16}, rng);
  for (int epoch = 0; epoch < 3; ++epoch) sgd.Epoch(rng);
  for (std::size_t k = 0; k < 16; ++k) {
    EXPECT_EQ(sgd.shoppers()[16 + k], 0);
    EXPECT_EQ(sgd.items()[4 * 16 + k], 0);
    EXPECT_EQ(sgd.items()[24 * 16 + k], 0);
  }
  EXPECT_EQ(sgd.bias()[4], 0);
}

/// The share of pairs (met, not met) in the right order.
double ShareInOrder(const SparseRows& rows, const PairSgd& sgd, std::size_t f) {
  double right = 0;
  double all = 0;
  for (int u = 0; u < rows.rows(); ++u) {
    std::vector<double> score(static_cast<std::size_t>(rows.columns));
    std::vector<bool> met(score.size(), false);
    for (std::size_t i = 0; i < score.size(); ++i) {
      score[i] = static_cast<double>(sgd.bias()[i]);
      for (std::size_t k = 0; k < f; ++k)
        score[i] += static_cast<double>(sgd.shoppers()[static_cast<std::size_t>(u) * f + k]) *
                    static_cast<double>(sgd.items()[i * f + k]);
    }
    for (const Entry& e : rows.row(u)) met[static_cast<std::size_t>(e.column)] = true;
    for (std::size_t i = 0; i < score.size(); ++i)
      for (std::size_t j = 0; j < score.size(); ++j)
        if (met[i] && !met[j]) {
          all += 1;
          right += score[i] > score[j] ? 1 : 0;
        }
  }
  return right / all;
}

TEST(PairSgd, BothLossesOrderPairs) {
  const SparseRows rows = MadeUpRows(80, 40, 5, false);
  for (const Loss loss : {Loss::kBpr, Loss::kWarp}) {
    Rng rng = TestRng();
    PairSgd sgd(rows, {.factors = 16, .loss = loss, .rate = 0.05F}, rng);
    EXPECT_NEAR(ShareInOrder(rows, sgd, 16), 0.5, 0.05);
    for (int epoch = 0; epoch < 60; ++epoch) sgd.Epoch(rng);
    EXPECT_GT(ShareInOrder(rows, sgd, 16), 0.9);
  }
}

// A shopper who has met everything leaves nothing to learn, and nothing breaks.
TEST(PairSgd, NoPairNoStep) {
  SparseRows rows;
  rows.columns = 3;
  for (int i = 0; i < 3; ++i) rows.entries.push_back({i, 1});
  rows.EndRow();
  for (const Loss loss : {Loss::kBpr, Loss::kWarp}) {
    Rng rng = TestRng();
    PairSgd sgd(rows, {.factors = 4, .loss = loss}, rng);
    for (int epoch = 0; epoch < 20; ++epoch) sgd.Epoch(rng);
    EXPECT_EQ(sgd.steps(), 0);
  }
}

// More entries than one batch holds and more than 64 bits of sketch: membership must still be exact.
TEST(PairSgd, LongRowsAreNeverTakenAsNegatives) {
  SparseRows rows;
  rows.columns = 3000;
  for (int u = 0; u < 3; ++u) {
    for (int i = u; i < 3000; i += u + 1) rows.entries.push_back({i, 1});
    rows.EndRow();
  }
  const PairSettings s{.factors = 4, .rate = 0.01F};
  Rng rng = TestRng();
  Rng twin = TestRng();
  PairSgd sgd(rows, s, rng);
  Plain plain(rows, s, twin);
  sgd.Epoch(rng);
  plain.Epoch(twin);
  EXPECT_EQ(sgd.steps(), plain.steps);
}

}  // namespace
}  // namespace souk
