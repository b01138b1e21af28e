#include "strategies/recommender/ials/als.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "sim/base/error.h"
#include "strategies/common/factor_math.h"
#include "strategies/common/vector_math.h"

namespace souk {
namespace {

constexpr std::size_t kChunk = 256;             // entries whose vectors are gathered at a time
constexpr std::size_t kNearBytes = 512 * 1024;  // tables beyond this are worth fetching ahead
constexpr float kStill = 1e-20F;                // a squared gradient that is as good as 0

int RowsWithEntries(const SparseRows& rows) {
  int count = 0;
  for (int r = 0; r < rows.rows(); ++r) count += rows.row(r).empty() ? 0 : 1;
  return count;
}

}  // namespace

Als::Als(const SparseRows& rows, const AlsSettings& settings, Rng& rng)
    : settings_(settings), f_(settings.Width()), rows_(&rows), columns_(rows.Transposed()), exact_(settings) {
  SOUK_CHECK(settings.block % 16 == 0 && settings.block > 0);
  shoppers_seen_ = RowsWithEntries(rows);
  items_seen_ = RowsWithEntries(columns_);
  shoppers_.assign(static_cast<std::size_t>(rows.rows()) * f_, 0.0F);
  items_.assign(static_cast<std::size_t>(rows.columns) * f_, 0.0F);
  const double deviation = 0.1 / std::sqrt(static_cast<double>(settings.factors));
  for (int i = 0; i < columns_.rows(); ++i) {
    if (columns_.row(i).empty()) continue;
    for (int k = 0; k < settings.factors; ++k)
      items_[static_cast<std::size_t>(i) * f_ + static_cast<std::size_t>(k)] =
          static_cast<float>(deviation * rng.Normal());
  }
  for (std::vector<float>* v : {&direction_, &gradient_, &product_, &diagonal_, &inverse_}) v->resize(f_);
  if (settings.solver != AlsSettings::Solver::kBlock) return;
  const std::size_t d = std::min(f_, static_cast<std::size_t>(settings.block));
  hessian_.resize(d * d);
  panel_.resize(kChunk * d);
  weighted_.resize(kChunk * d);
  change_.resize(kChunk);
}

void Als::Sweep() {
  SolveAll(*rows_, items_, items_seen_, shoppers_);
  SolveAll(columns_, shoppers_, shoppers_seen_, items_);
}

void Als::SolveAll(const SparseRows& rows, FactorTable& others, int others_seen, FactorTable& own) {
  const std::vector<double> squares = TurnToAxes(f_, others, &own);
  fetch_ = others.size() * sizeof(float) > kNearBytes;
  exact_.Learn(others, squares, others_seen);
  float penalty = -1;
  for (int r = 0; r < rows.rows(); ++r) {
    const auto entries = rows.row(r);
    if (entries.empty()) continue;
    if (const float p = settings_.Penalty(entries.size(), others_seen); p != penalty) {
      penalty = p;
      for (std::size_t k = 0; k < f_; ++k) {
        diagonal_[k] = static_cast<float>(static_cast<double>(settings_.unseen) * squares[k]) + penalty;
        inverse_[k] = 1 / diagonal_[k];
      }
    }
    Unpack(entries);
    const std::span<float> x = std::span(own).subspan(static_cast<std::size_t>(r) * f_, f_);
    switch (settings_.solver) {
      case AlsSettings::Solver::kCg: ByCg(others, x); break;
      case AlsSettings::Solver::kBlock: ByBlocks(others, x); break;
      case AlsSettings::Solver::kExact:
        if (exact_.Solve(entries, gradient_)) std::copy(gradient_.begin(), gradient_.end(), x.begin());
        break;
    }
  }
}

void Als::Unpack(std::span<const Entry> entries) {
  ids_.resize(entries.size());
  extra_.resize(entries.size());
  minus_target_.resize(entries.size());
  const AlsSettings settings = settings_;  // a local, which stores cannot change
  std::int32_t* const id = ids_.data();
  float* const extra = extra_.data();
  float* const minus_target = minus_target_.data();
  for (std::size_t e = 0; e < entries.size(); ++e) {
    id[e] = entries[e].column;
    extra[e] = settings.Extra(entries[e].value);
    minus_target[e] = -settings.Target(entries[e].value);
  }
}

void Als::ByCg(std::span<const float> others, std::span<float> x) {
  const std::span<float> p(direction_);
  const std::span<float> g(gradient_);
  const std::span<float> ap(product_);
  for (std::size_t k = 0; k < f_; ++k) g[k] = diagonal_[k] * x[k];
  AddGramTimes(others.data(), ids_, minus_target_.data(), extra_.data(), x, g, fetch_);
  for (std::size_t k = 0; k < f_; ++k) p[k] = inverse_[k] * g[k];
  float square = Dot(g, p);
  for (int step = 1; square > kStill; ++step) {
    for (std::size_t k = 0; k < f_; ++k) ap[k] = diagonal_[k] * p[k];
    const bool last = step == settings_.cg_steps;  // needs the length of its step, not where it leads
    const float curve = last ? Dot(p, ap) + WeightedSquares(others.data(), ids_, extra_.data(), p, fetch_)
                             : (AddGramTimes(others.data(), ids_, nullptr, extra_.data(), p, ap, fetch_), Dot(p, ap));
    if (!(curve > 0)) return;
    const float length = square / curve;
    AddScaled(-length, p, x);
    if (last) return;
    AddScaled(-length, ap, g);
    for (std::size_t k = 0; k < f_; ++k) ap[k] = inverse_[k] * g[k];
    const float before = square;
    square = Dot(g, ap);
    const float keep = square / before;
    for (std::size_t k = 0; k < f_; ++k) p[k] = ap[k] + keep * p[k];
  }
}

void Als::Gather(std::span<const float> others, std::size_t begin, std::size_t count, std::size_t first,
                 std::size_t d) {
  for (std::size_t n = 0; n < count; ++n)
    std::memcpy(panel_.data() + n * d, others.data() + static_cast<std::size_t>(ids_[begin + n]) * f_ + first,
                d * sizeof(float));
}

void Als::AddChunk(std::size_t begin, std::size_t count, std::size_t d, std::span<float> gradient) {
  const auto row = [&](std::size_t n) { return panel_.data() + n * d; };
  for (std::size_t n = 0; n < count; ++n) {
    const float extra = extra_[begin + n];
    for (std::size_t k = 0; k < d; ++k) weighted_[n * d + k] = row(n)[k] * extra;
  }
  AddUpperOuterProducts(weighted_.data(), panel_.data(), count, d, hessian_.data());
  const auto factor = [&](std::size_t n) {
    return extra_[begin + n] * predicted_[begin + n] + minus_target_[begin + n];
  };
  std::size_t n = 0;
  for (; n + 4 <= count; n += 4)
    AddScaledFour({factor(n), factor(n + 1), factor(n + 2), factor(n + 3)},
                  {row(n), row(n + 1), row(n + 2), row(n + 3)}, gradient);
  for (; n < count; ++n) AddScaled(factor(n), {row(n), d}, gradient);
}

void Als::ByBlocks(std::span<const float> others, std::span<float> x) {
  const std::size_t n = ids_.size();
  predicted_.resize(n);
  for (std::size_t e = 0; e < n; ++e)
    predicted_[e] = Dot(others.subspan(static_cast<std::size_t>(ids_[e]) * f_, f_), x);
  for (std::size_t first = 0; first < f_; first += static_cast<std::size_t>(settings_.block)) {
    const std::size_t d = std::min(f_ - first, static_cast<std::size_t>(settings_.block));
    const std::span<float> gradient = std::span(gradient_).first(d);
    const std::span<float> own = x.subspan(first, d);
    std::fill(hessian_.begin(), hessian_.end(), 0.0F);
    for (std::size_t k = 0; k < d; ++k) {
      gradient[k] = diagonal_[first + k] * own[k];
      hessian_[k * d + k] = diagonal_[first + k];
    }
    for (std::size_t begin = 0; begin < n; begin += kChunk) {
      const std::size_t count = std::min(kChunk, n - begin);
      Gather(others, begin, count, first, d);
      AddChunk(begin, count, d, gradient);
    }
    if (!SolvePositive(std::span(hessian_).first(d * d), gradient)) continue;
    AddScaled(-1, gradient, own);
    for (std::size_t begin = 0; begin < n; begin += kChunk) {
      const std::size_t count = std::min(kChunk, n - begin);
      if (n > kChunk) Gather(others, begin, count, first, d);
      DotRows(gradient, panel_.data(), count, change_.data());
      for (std::size_t e = 0; e < count; ++e) predicted_[begin + e] -= change_[e];
    }
  }
}

}  // namespace souk
