#include "strategies/common/shopper_items.h"

#include <algorithm>
#include <utility>

namespace souk {

InteractionSettings ReadInteractionSettings(const Params& params) {
  return {ReadEventWeights(params), params.Real("half_life_days")};
}

void ShopperItems::Rebuild(const ShopLog& log) {
  recent_.clear();
  links_.clear();
  base_ = {};
  base_.columns = n_items_;
  const auto counts = [&](const ShopEvent& e) {
    return settings_.weights.Of(e.kind) > 0 && e.item.value >= 0 && e.item.value < n_items_ && e.shopper.valid();
  };

  // Counting sort by shopper; the log is in time order, so each row comes out in time order.
  std::vector<std::int32_t> end;
  for (const ShopEvent& e : log.events) {
    if (!counts(e)) continue;
    if (end.size() <= e.shopper.index()) end.resize(e.shopper.index() + 1, 0);
    ++end[e.shopper.index()];
  }
  std::int32_t total = 0;
  for (std::int32_t& n : end) n = std::exchange(total, total + n);
  std::vector<Entry> sorted(static_cast<std::size_t>(total));
  HourlyDecay decay(log.events.empty() ? SimTime{} : log.events.back().time, settings_.half_life_days);
  for (const ShopEvent& e : log.events) {
    if (!counts(e)) continue;
    const double weight = settings_.weights.Of(e.kind) * decay.At(e.time);
    sorted[static_cast<std::size_t>(end[e.shopper.index()]++)] = {e.item.value, static_cast<float>(weight)};
  }

  std::vector<std::int32_t> place(static_cast<std::size_t>(n_items_), -1);  // of an item in this row
  std::size_t at = 0;
  base_.begin.reserve(end.size() + 1);
  base_.entries.reserve(sorted.size());
  for (const std::int32_t row_end : end) {
    const std::size_t first = base_.entries.size();
    for (; at < static_cast<std::size_t>(row_end); ++at) {
      std::int32_t& seen = place[static_cast<std::size_t>(sorted[at].column)];
      if (seen >= 0) {
        float& weight = base_.entries[static_cast<std::size_t>(seen)].value;
        weight = std::max(weight, sorted[at].value);
      } else {
        seen = static_cast<std::int32_t>(base_.entries.size());
        base_.entries.push_back(sorted[at]);
      }
    }
    for (std::size_t r = first; r < base_.entries.size(); ++r)
      place[static_cast<std::size_t>(base_.entries[r].column)] = -1;
    base_.EndRow();
  }
}

void ShopperItems::Observe(const ShopEvent& event) {
  const double weight = settings_.weights.Of(event.kind);
  if (!(weight > 0) || event.item.value < 0 || event.item.value >= n_items_ || !event.shopper.valid()) return;
  if (recent_.size() <= event.shopper.index()) recent_.resize(event.shopper.index() + 1);
  Recent& recent = recent_[event.shopper.index()];
  links_.push_back({event.item.value, static_cast<float>(weight), recent.head});
  recent.head = static_cast<std::int32_t>(links_.size()) - 1;
  ++recent.count;
}

void ShopperItems::Row(ShopperId shopper, std::vector<Entry>& row) const {
  row.clear();
  if (!shopper.valid()) return;
  if (static_cast<int>(shopper.index()) < base_.rows()) {
    const auto old = base_.row(shopper.value);
    row.assign(old.begin(), old.end());
  }
  if (News(shopper) == 0) return;
  const std::size_t before = row.size();
  for (std::int32_t at = recent_[shopper.index()].head; at >= 0; at = links_[static_cast<std::size_t>(at)].earlier)
    row.push_back({links_[static_cast<std::size_t>(at)].item, links_[static_cast<std::size_t>(at)].weight});
  std::reverse(row.begin() + static_cast<std::ptrdiff_t>(before), row.end());
  // Few events: merging by search beats marking.
  std::size_t kept = before;
  for (std::size_t n = before; n < row.size(); ++n) {
    const Entry news = row[n];
    const auto end = row.begin() + static_cast<std::ptrdiff_t>(kept);
    const auto same = std::find_if(row.begin(), end, [&](const Entry& e) { return e.column == news.column; });
    if (same != end) same->value = std::max(same->value, news.value);
    else row[kept++] = news;
  }
  row.resize(kept);
}

void ShopperItems::Save(StateWriter& out) const {
  out.PutColumn(base_.begin);
  out.PutColumn(base_.entries);
  out.PutColumn(recent_);
  out.PutColumn(links_);
}

void ShopperItems::Load(StateReader& in) {
  SparseRows base;
  base.columns = n_items_;
  base.begin = in.GetColumn<std::int32_t>();
  base.entries = in.GetColumn<Entry>();
  auto recent = in.GetColumn<Recent>();
  auto links = in.GetColumn<Link>();
  const bool rising =
      !base.begin.empty() && base.begin.front() == 0 && std::is_sorted(base.begin.begin(), base.begin.end());
  if (!rising || static_cast<std::size_t>(base.begin.back()) != base.entries.size()) in.Refuse("the stream is damaged");
  const auto in_catalogue = [this](std::int32_t item) { return item >= 0 && item < n_items_; };
  for (const Entry& e : base.entries)
    if (!in_catalogue(e.column)) in.Refuse("found an item outside the catalogue");
  for (std::size_t n = 0; n < links.size(); ++n)
    if (!in_catalogue(links[n].item) || links[n].earlier >= static_cast<std::int32_t>(n))
      in.Refuse("the stream is damaged");
  for (const Recent& r : recent)
    if (r.head >= static_cast<std::int32_t>(links.size())) in.Refuse("the stream is damaged");
  base_ = std::move(base);
  recent_ = std::move(recent);
  links_ = std::move(links);
}

}  // namespace souk
