#include "results/statistics/signed_rank.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/base/error.h"

namespace souk {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

}  // namespace

SignedRankTable::SignedRankTable(int n) {
  SOUK_CHECK(n >= 0);
  // Rank i adds i or nothing, each with probability ½.
  const auto size = static_cast<std::size_t>(n) * (static_cast<std::size_t>(n) + 1) / 2 + 1;
  std::vector<double> p(size, 0.0);
  p[0] = 1;
  std::size_t reach = 0;
  for (std::size_t i = 1; i <= static_cast<std::size_t>(n); ++i) {
    reach += i;
    for (std::size_t w = reach + 1; w-- > 0;) p[w] = (p[w] + (w >= i ? p[w - i] : 0)) / 2;
  }
  double sum = 0;
  cumulative_.reserve(size);
  for (const double share : p) cumulative_.push_back(sum += share);
}

double SignedRankTable::AtMost(std::int64_t w) const {
  if (w < 0) return 0;
  return std::min(1.0, cumulative_[std::min(static_cast<std::size_t>(w), cumulative_.size() - 1)]);
}

std::int64_t SignedRankTable::Rank(double level) const {
  return std::upper_bound(cumulative_.begin(), cumulative_.end(), level) - cumulative_.begin();
}

SignedRank::SignedRank(std::span<const double> differences) : table_(static_cast<int>(differences.size())) {
  walsh_.reserve(differences.size() * (differences.size() + 1) / 2);
  for (std::size_t i = 0; i < differences.size(); ++i) {
    for (std::size_t j = i; j < differences.size(); ++j) walsh_.push_back((differences[i] + differences[j]) / 2);
  }
  std::sort(walsh_.begin(), walsh_.end());
}

double SignedRank::estimate() const {
  if (walsh_.empty()) return std::nan("");
  const std::size_t half = walsh_.size() / 2;
  return walsh_.size() % 2 == 1 ? walsh_[half] : (walsh_[half - 1] + walsh_[half]) / 2;
}

double SignedRank::LowerBound(double level) const {
  const auto k = std::min<std::int64_t>(table_.Rank(level), std::ssize(walsh_));
  return k == 0 ? -kInfinity : walsh_[static_cast<std::size_t>(k - 1)];
}

double SignedRank::UpperBound(double level) const {
  const auto k = std::min<std::int64_t>(table_.Rank(level), std::ssize(walsh_));
  return k == 0 ? kInfinity : walsh_[walsh_.size() - static_cast<std::size_t>(k)];
}

double SignedRank::PAtMost(double null) const {
  return table_.AtMost(std::upper_bound(walsh_.begin(), walsh_.end(), null) - walsh_.begin());
}

double SignedRank::PAtLeast(double null) const {
  return table_.AtMost(walsh_.end() - std::lower_bound(walsh_.begin(), walsh_.end(), null));
}

}  // namespace souk
