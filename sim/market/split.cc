#include "sim/market/split.h"

#include <algorithm>
#include <numeric>

#include "sim/base/error.h"
#include "sim/base/math.h"

namespace souk {

Split Split::ByShopper(const Dice& dice, const std::vector<double>& shares) {
  SOUK_CHECK(!shares.empty());
  Split split;
  split.dice_ = dice;
  split.arms_ = static_cast<int>(shares.size());
  const double total = std::accumulate(shares.begin(), shares.end(), 0.0);
  double sum = 0;
  for (const double share : shares) split.upper_.push_back((sum += share) / total);
  return split;
}

Split Split::ByTime(const Dice& dice, int arms, SimTime begin, SimDuration block) {
  SOUK_CHECK(arms >= 1 && block.us > 0);
  Split split;
  split.dice_ = dice;
  split.arms_ = arms;
  split.begin_ = begin;
  split.block_ = block;
  return split;
}

int Split::ArmOf(ShopperId shopper, SimTime now) const {
  if (arms_ == 1) return 0;
  if (block_.us == 0) {
    const double u = ToUniform(dice_.Draw(Purpose::kSplit, static_cast<std::uint32_t>(shopper.value), 0).lo);
    const auto at = std::upper_bound(upper_.begin(), upper_.end(), u);
    return std::min(static_cast<int>(at - upper_.begin()), arms_ - 1);
  }
  const std::int64_t block = std::max<std::int64_t>(0, (now - begin_).us / block_.us);
  const std::int64_t round = block / arms_;
  // The order of this round: arms sorted by a number drawn for each.
  const auto position = static_cast<std::size_t>(block % arms_);
  std::vector<std::pair<std::uint64_t, int>> order;
  for (int arm = 0; arm < arms_; ++arm) {
    order.emplace_back(
        dice_.Draw(Purpose::kSplit, static_cast<std::uint32_t>(arm), static_cast<std::uint64_t>(round)).hi, arm);
  }
  std::nth_element(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(position), order.end());
  return order[position].second;
}

SimDuration Split::SinceSwitch(SimTime now) const {
  if (block_.us == 0) return Days(1'000'000);
  const std::int64_t since = (now - begin_).us;
  return SimDuration{since < 0 ? 0 : since % block_.us};
}

}  // namespace souk
