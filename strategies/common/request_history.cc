#include "strategies/common/request_history.h"

namespace souk {
namespace {

constexpr std::uint8_t kInSession = 1;
constexpr std::uint8_t kInRow = 2;

}  // namespace

std::span<Entry> RequestHistory::Gather(const RecommendRequest& request, const ShopperItems& rows, float view_weight,
                                        float earlier_weight) {
  rows.Row(request.shopper, entries_);
  of_row_ = entries_.size();
  if (request.session_items.empty() && earlier_weight == 1) return entries_;
  for (const ItemId item : request.session_items) mark_[item.index()] |= kInSession;
  for (Entry& e : entries_) {
    std::uint8_t& mark = mark_[static_cast<std::size_t>(e.column)];
    if ((mark & kInSession) == 0) e.value *= earlier_weight;
    mark |= kInRow;
  }
  for (const ItemId item : request.session_items) {
    if ((mark_[item.index()] & kInRow) == 0) entries_.push_back({item.value, view_weight});
    mark_[item.index()] |= kInRow;
  }
  for (std::size_t h = 0; h < of_row_; ++h) mark_[static_cast<std::size_t>(entries_[h].column)] = 0;
  for (const ItemId item : request.session_items) mark_[item.index()] = 0;
  return entries_;
}

}  // namespace souk
