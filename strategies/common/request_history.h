#pragma once
// What a recommender scores from when it is asked: the shopper's row of past interactions with the running session.

#include <cstdint>
#include <span>
#include <vector>

#include "sim/decision/strategy.h"
#include "strategies/common/shopper_items.h"
#include "strategies/common/sparse.h"

namespace souk {

/// Puts the history of a request together. Thread safety: none (scratch). Tested by: RequestHistory.*, Ease.*.
class RequestHistory {
 public:
  explicit RequestHistory(int n_items) : mark_(static_cast<std::size_t>(n_items), 0) { entries_.reserve(1024); }

  /// The shopper's row, oldest item first; items that this session has not seen count `earlier_weight` times. Then the
  /// items of the session that are not in the row, oldest first, with `view_weight`. Valid until the next call.
  /// Cost: O(row + session). No allocation once rows and sessions have had their full length.
  std::span<Entry> Gather(const RecommendRequest& request, const ShopperItems& rows, float view_weight,
                          float earlier_weight);
  /// True when the last Gather added nothing of the session: what it returned is the shopper's row.
  [[nodiscard]] bool is_row() const { return entries_.size() == of_row_; }

 private:
  std::vector<Entry> entries_;
  std::size_t of_row_ = 0;
  std::vector<std::uint8_t> mark_;  ///< per catalogue item; 0 between calls
};

}  // namespace souk
