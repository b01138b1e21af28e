#include "strategies/common/latest_items.h"

#include <algorithm>

namespace souk {

HistorySettings ReadHistorySettings(const Params& params) {
  return {.length = static_cast<int>(params.Int("history")),
          .decay = static_cast<float>(params.Real("decay")),
          .earlier_weight = static_cast<float>(params.Real("earlier_weight")),
          .repeat_viewed = params.Bool("repeat_viewed")};
}

LatestItems::LatestItems(int n_items, const HistorySettings& settings)
    : settings_(settings), round_of_(static_cast<std::size_t>(n_items), 0) {
  items_.reserve(static_cast<std::size_t>(std::min(settings.length, n_items)));
}

std::span<const Entry> LatestItems::Of(const RecommendRequest& request, const ShopView& view) {
  items_.clear();
  if (++round_ == 0) {
    std::fill(round_of_.begin(), round_of_.end(), 0);
    round_ = 1;
  }
  float weight = 1;
  const auto full = [&] { return static_cast<int>(items_.size()) >= settings_.length; };
  const auto use = [&](ItemId item, float factor) {
    if (round_of_[item.index()] == round_) return;
    round_of_[item.index()] = round_;
    items_.push_back({item.value, factor * weight});
    weight *= settings_.decay;
  };
  for (std::size_t at = request.session_items.size(); at-- > 0 && !full();) use(request.session_items[at], 1.0F);
  if (request.shopper.valid() && settings_.earlier_weight > 0) {
    const ShopperProfile& profile = view.profile(request.shopper);
    for (int at = 0; at < profile.recent_size && !full(); ++at) use(profile.RecentItem(at), settings_.earlier_weight);
  }
  return items_;
}

}  // namespace souk
