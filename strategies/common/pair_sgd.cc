#include "strategies/common/pair_sgd.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "sim/base/error.h"
#include "strategies/common/vector_lanes_internal.h"
#include "strategies/common/vector_math.h"

namespace souk {
namespace {

constexpr std::size_t kBatch = 64;

/// What the steps of a batch read and write.
struct Work {
  const std::int32_t* begin;
  const std::int32_t* shopper_of;
  const std::int32_t* item_of;
  const float* weight_of;  ///< null: all 1
  const PairSgd::Sketch* sketch_of;
  const std::uint64_t* sketches;
  const float* rank_weight;
  float* shoppers;
  float* items;
  float* bias;
  std::size_t f;
  float rate;
  float reg;
  std::size_t draws;  ///< other items per sample
  const std::int32_t* entry;
  const std::int32_t* other;
};

/// 1 ÷ (1 + e^x) to single precision.
SOUK_INLINE float Unlikely(float x) {
  x = x < 80.0F ? (x > -80.0F ? x : -80.0F) : 80.0F;  // NaN: 80
  constexpr float kShift = 12582912.0F;               // 1.5 · 2^23: rounds to the nearest integer
  const float t = x * 1.44269504F;
  const float k = (t + kShift) - kShift;
  const float r = t - k;  // |r| ≤ ½, 2^r by its series
  float p = 1.54035304e-4F;
  p = p * r + 1.33335581e-3F;
  p = p * r + 9.61812911e-3F;
  p = p * r + 5.55041087e-2F;
  p = p * r + 2.40226507e-1F;
  p = p * r + 6.93147181e-1F;
  p = p * r + 1.0F;
  const std::uint32_t bits = static_cast<std::uint32_t>(static_cast<std::int32_t>(k) + 127) << 23;
  float scale;
  std::memcpy(&scale, &bits, sizeof scale);
  return 1.0F / (1.0F + p * scale);
}

/// Is `item` among the ascending ids [from, from + n)? Without a branch that depends on the ids.
SOUK_INLINE bool Among(const std::int32_t* from, std::size_t n, std::int32_t item) {
  while (n > 1) {
    const std::size_t half = n / 2;
    from += from[half] <= item ? half : 0;
    n -= half;
  }
  return n == 1 && *from == item;
}

/// The bit of an item in a sketch, from its first word on.
SOUK_INLINE std::uint64_t BitOf(std::int32_t item, std::int32_t shift) {
  return (static_cast<std::uint64_t>(static_cast<std::uint32_t>(item)) * 0x9E3779B97F4A7C15ULL) >> shift;
}

SOUK_INLINE bool HasMet(const Work& w, std::int32_t shopper, std::int32_t item) {
  const PairSgd::Sketch sketch = w.sketch_of[shopper];
  const std::uint64_t bit = BitOf(item, sketch.shift);
  if (((w.sketches[static_cast<std::uint64_t>(sketch.word) + bit / 64] >> (bit % 64)) & 1U) == 0) return false;
  const std::int32_t from = w.begin[shopper];
  return Among(w.item_of + from, static_cast<std::size_t>(w.begin[shopper + 1] - from), item);
}

/// The lanes of x, added by halves: the bits of SumOne, in registers.
SOUK_INLINE float SumLanes(const Lanes& x) {
  const HalfLanes h = __builtin_shufflevector(x, x, 0, 1, 2, 3, 4, 5, 6, 7) +
                      __builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15);
  const FourLanes q = __builtin_shufflevector(h, h, 0, 1, 2, 3) + __builtin_shufflevector(h, h, 4, 5, 6, 7);
  return (q[0] + q[2]) + (q[1] + q[3]);
}

/// x_u += step (y_i − y_j), y_i += step x_u, y_j −= step x_u, biases alike; all shrunk.
SOUK_INLINE void Step(const Work& w, std::int32_t u, std::int32_t i, std::int32_t j, float step) {
  float* const x = w.shoppers + static_cast<std::size_t>(u) * w.f;
  float* const yi = w.items + static_cast<std::size_t>(i) * w.f;
  float* const yj = w.items + static_cast<std::size_t>(j) * w.f;
  const float keep = 1 - w.rate * w.reg;
  for (std::size_t c = 0; c < w.f; c += kLanes) {
    Lanes a;
    Lanes b;
    Lanes d;
    LoadTo(a, x + c);
    LoadTo(b, yi + c);
    LoadTo(d, yj + c);
    const Lanes turn = a * step;
    StoreTo(x + c, a * keep + (b - d) * step);
    StoreTo(yi + c, b * keep + turn);
    StoreTo(yj + c, d * keep - turn);
  }
  w.bias[i] = w.bias[i] * keep + step;
  w.bias[j] = w.bias[j] * keep - step;
}

SOUK_INLINE float Product(const float* x, const float* y, std::size_t f) {
  Lanes sum{};
  for (std::size_t c = 0; c < f; c += kLanes) {
    Lanes a;
    Lanes b;
    LoadTo(a, x + c);
    LoadTo(b, y + c);
    sum += a * b;
  }
  return SumLanes(sum);
}

SOUK_INLINE void BprStepsBody(const Work& w, std::size_t count, std::int64_t* steps) {
  for (std::size_t n = 0; n < count; ++n) {
    const auto e = static_cast<std::size_t>(w.entry[n]);
    const std::int32_t j = w.other[n];
    const std::int32_t u = w.shopper_of[e];
    const std::int32_t i = w.item_of[e];
    if (HasMet(w, u, j)) continue;
    const float* const x = w.shoppers + static_cast<std::size_t>(u) * w.f;
    const float* const yi = w.items + static_cast<std::size_t>(i) * w.f;
    const float* const yj = w.items + static_cast<std::size_t>(j) * w.f;
    Lanes sum{};
    for (std::size_t c = 0; c < w.f; c += kLanes) {
      Lanes a;
      Lanes b;
      Lanes d;
      LoadTo(a, x + c);
      LoadTo(b, yi + c);
      LoadTo(d, yj + c);
      sum += a * (b - d);
    }
    const float lead = SumLanes(sum) + (w.bias[i] - w.bias[j]);
    const float weight = w.weight_of != nullptr ? w.weight_of[e] : 1.0F;
    Step(w, u, i, j, w.rate * weight * Unlikely(lead));
    ++*steps;
  }
}

SOUK_INLINE void WarpStepsBody(const Work& w, std::size_t count, std::int64_t* steps) {
  for (std::size_t n = 0; n < count; ++n) {
    const auto e = static_cast<std::size_t>(w.entry[n]);
    const std::int32_t u = w.shopper_of[e];
    const std::int32_t i = w.item_of[e];
    const float* const x = w.shoppers + static_cast<std::size_t>(u) * w.f;
    const float bar = Product(x, w.items + static_cast<std::size_t>(i) * w.f, w.f) + w.bias[i] - 1;
    for (std::size_t t = 0; t < w.draws; ++t) {
      const std::int32_t j = w.other[n * w.draws + t];
      const float score = Product(x, w.items + static_cast<std::size_t>(j) * w.f, w.f) + w.bias[j];
      if (!(score > bar) || HasMet(w, u, j)) continue;
      const float weight = w.weight_of != nullptr ? w.weight_of[e] : 1.0F;
      Step(w, u, i, j, w.rate * weight * w.rank_weight[t]);
      ++*steps;
      break;
    }
  }
}

std::int32_t Scaled(std::uint32_t word, std::size_t n) {
  return static_cast<std::int32_t>((static_cast<std::uint64_t>(word) * n) >> 32);
}

/// L(⌊(items − 1) ÷ draws⌋) ÷ L(items − 1) for 1 … `trials` draws.
std::vector<float> RankWeights(std::size_t items, int trials) {
  std::vector<double> sums(std::max<std::size_t>(items, 2), 0);
  for (std::size_t k = 1; k < sums.size(); ++k) sums[k] = sums[k - 1] + 1 / static_cast<double>(k);
  std::vector<float> weights;
  for (int t = 1; t <= trials; ++t)
    weights.push_back(static_cast<float>(sums[(sums.size() - 1) / static_cast<std::size_t>(t)] / sums.back()));
  return weights;
}

}  // namespace

SOUK_BY_WIDTH(BprSteps, (const Work& w, std::size_t count, std::int64_t* steps), (w, count, steps))
SOUK_BY_WIDTH(WarpSteps, (const Work& w, std::size_t count, std::int64_t* steps), (w, count, steps))

PairSgd::PairSgd(const SparseRows& rows, const PairSettings& settings, Rng& rng)
    : settings_(settings), f_(settings.Width()), begin_(rows.begin) {
  SOUK_CHECK(!rows.entries.empty() && settings.trials >= 1 && settings.trials <= PairSettings::kMaxTrials);
  Sort(rows);
  DrawSketches();
  std::vector<std::uint8_t> met(static_cast<std::size_t>(rows.columns), 0);
  for (const std::int32_t item : item_of_) met[static_cast<std::size_t>(item)] = 1;
  for (std::int32_t i = 0; i < rows.columns; ++i)
    if (met[static_cast<std::size_t>(i)] != 0) known_.push_back(i);
  rank_weight_ = RankWeights(known_.size(), settings.trials);
  Start(rows, rng);
}

void PairSgd::Sort(const SparseRows& rows) {
  const std::size_t n = rows.entries.size();
  shopper_of_.reserve(n);
  item_of_.reserve(n);
  const auto lighter = [](const Entry& a, const Entry& b) { return a.value < b.value; };
  const auto [least, most] = std::minmax_element(rows.entries.begin(), rows.entries.end(), lighter);
  const bool alike = least->value == most->value;
  const float largest = most->value;
  std::vector<Entry> row;
  for (int u = 0; u < rows.rows(); ++u) {
    row.assign(rows.row(u).begin(), rows.row(u).end());
    std::sort(row.begin(), row.end(), [](const Entry& a, const Entry& b) { return a.column < b.column; });
    for (const Entry& e : row) {
      shopper_of_.push_back(u);
      item_of_.push_back(e.column);
      if (!alike) weight_of_.push_back(e.value / largest);
    }
  }
}

void PairSgd::DrawSketches() {
  sketch_of_.resize(begin_.size() - 1);
  std::size_t words = 0;
  for (std::size_t u = 0; u + 1 < begin_.size(); ++u) {
    const auto entries = static_cast<std::uint64_t>(begin_[u + 1] - begin_[u]);
    const std::uint64_t bits = std::bit_ceil(std::max<std::uint64_t>(8 * entries, 64));
    sketch_of_[u] = {static_cast<std::int32_t>(words), 64 - std::countr_zero(bits)};
    words += bits / 64;
  }
  sketches_.assign(words, 0);
  for (std::size_t e = 0; e < item_of_.size(); ++e) {
    const Sketch sketch = sketch_of_[static_cast<std::size_t>(shopper_of_[e])];
    const std::uint64_t bit = BitOf(item_of_[e], sketch.shift);
    sketches_[static_cast<std::size_t>(sketch.word) + bit / 64] |= std::uint64_t{1} << (bit % 64);
  }
}

void PairSgd::Start(const SparseRows& rows, Rng& rng) {
  shoppers_.assign(static_cast<std::size_t>(rows.rows()) * f_, 0.0F);
  items_.assign(static_cast<std::size_t>(rows.columns) * f_, 0.0F);
  bias_.assign(static_cast<std::size_t>(rows.columns), 0.0F);
  const auto start = [&](float* to, int count) {
    for (int k = 0; k < count; ++k) to[k] = static_cast<float>((rng.Uniform() - 0.5) / settings_.factors);
  };
  for (const std::int32_t i : known_) {
    start(items_.data() + static_cast<std::size_t>(i) * f_, settings_.factors);
    start(&bias_[static_cast<std::size_t>(i)], 1);
  }
  for (int u = 0; u < rows.rows(); ++u)
    if (!rows.row(u).empty()) start(shoppers_.data() + static_cast<std::size_t>(u) * f_, settings_.factors);
}

void PairSgd::Draw(std::size_t count, Rng& rng) {
  const std::size_t draws = settings_.loss == PairSettings::Loss::kBpr ? 1 : static_cast<std::size_t>(settings_.trials);
  const std::size_t per_sample = draws / 2 + 1;
  words_.resize(count * per_sample);
  entry_.resize(count);
  other_.resize(count * draws);
  rng.Fill(words_);
  const bool popular = settings_.negatives == PairSettings::Negatives::kPopular;
  const auto fetch = [](const FactorTable& table, std::size_t at, std::size_t f) {
    for (std::size_t c = 0; c < f; c += kLanes) __builtin_prefetch(table.data() + at * f + c, 1);
  };
  for (std::size_t n = 0; n < count; ++n) {
    const std::uint64_t* const words = words_.data() + n * per_sample;
    entry_[n] = Scaled(static_cast<std::uint32_t>(words[0] >> 32), item_of_.size());
    __builtin_prefetch(&shopper_of_[static_cast<std::size_t>(entry_[n])]);
    __builtin_prefetch(&item_of_[static_cast<std::size_t>(entry_[n])]);
    for (std::size_t d = 0; d < draws; ++d) {
      const std::uint64_t word = words[(d + 1) / 2];
      const auto half = static_cast<std::uint32_t>(d % 2 == 0 ? word : word >> 32);
      other_[n * draws + d] = popular ? item_of_[static_cast<std::size_t>(Scaled(half, item_of_.size()))]
                                      : known_[static_cast<std::size_t>(Scaled(half, known_.size()))];
    }
  }
  for (std::size_t n = 0; n < count; ++n) {
    const auto u = static_cast<std::size_t>(shopper_of_[static_cast<std::size_t>(entry_[n])]);
    fetch(shoppers_, u, f_);
    fetch(items_, static_cast<std::size_t>(item_of_[static_cast<std::size_t>(entry_[n])]), f_);
    fetch(items_, static_cast<std::size_t>(other_[n * draws]), f_);
    const Sketch sketch = sketch_of_[u];
    __builtin_prefetch(&sketches_[static_cast<std::size_t>(sketch.word) + BitOf(other_[n * draws], sketch.shift) / 64]);
  }
}

void PairSgd::Epoch(Rng& rng) {
  const bool bpr = settings_.loss == PairSettings::Loss::kBpr;
  for (std::size_t done = 0; done < item_of_.size(); done += kBatch) {
    const std::size_t count = std::min(kBatch, item_of_.size() - done);
    Draw(count, rng);
    const Work work{.begin = begin_.data(),
                    .shopper_of = shopper_of_.data(),
                    .item_of = item_of_.data(),
                    .weight_of = weight_of_.empty() ? nullptr : weight_of_.data(),
                    .sketch_of = sketch_of_.data(),
                    .sketches = sketches_.data(),
                    .rank_weight = rank_weight_.data(),
                    .shoppers = shoppers_.data(),
                    .items = items_.data(),
                    .bias = bias_.data(),
                    .f = f_,
                    .rate = settings_.rate,
                    .reg = settings_.reg,
                    .draws = bpr ? 1 : static_cast<std::size_t>(settings_.trials),
                    .entry = entry_.data(),
                    .other = other_.data()};
    if (bpr) BprSteps(work, count, &steps_);
    else WarpSteps(work, count, &steps_);
  }
}

}  // namespace souk
