#include "sim/outcome/tally.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "sim/base/error.h"
#include "sim/base/math.h"
#include "sim/base/prefetch.h"

namespace souk {
namespace {

std::int64_t Milli(double value) { return static_cast<std::int64_t>(std::nearbyint(value * 1000)); }

}  // namespace

Tally::Tally(Setup setup)
    : setup_(std::move(setup)), exposure_(static_cast<int>(setup_.category_of.size()), setup_.days) {
  by_segment_.resize(static_cast<std::size_t>(setup_.segments), Sums{});
  SOUK_CHECK(setup_.days <= std::numeric_limits<Day>::max());
  by_day_.resize(static_cast<std::size_t>(setup_.days), Sums{});
  by_age_ = by_day_;
  shoppers_.resize(setup_.segment_of.size());
  marks_.resize(setup_.segment_of.size());
  const auto everybody = std::ssize(setup_.segment_of);
  const auto counted = std::count_if(setup_.counted.begin(), setup_.counted.end(), [](auto c) { return c != 0; });
  for (Sums& day : by_day_) {
    At(day, Sum::kOne) = 1;
    At(day, Sum::kShoppers) = setup_.counted.empty() ? everybody : counted;
  }
  const auto highest = std::max_element(setup_.category_of.begin(), setup_.category_of.end());
  of_category_.resize(highest == setup_.category_of.end() ? 0 : static_cast<std::size_t>(*highest) + 1);
  const auto n = static_cast<double>(setup_.category_of.size());
  const double total = std::accumulate(setup_.base_views.begin(), setup_.base_views.end(), 0.0);
  for (std::size_t i = 0; i < setup_.category_of.size(); ++i) {
    // One view is added to each item, so that a new one is surprising but not infinitely so.
    const double views = i < setup_.base_views.size() ? static_cast<double>(setup_.base_views[i]) : 0;
    const std::int32_t launch = i < setup_.launch_day.size() ? setup_.launch_day[i] : 0;
    const auto begin_day = static_cast<std::int32_t>(setup_.begin.day());
    items_.push_back({static_cast<std::int32_t>(Milli(-Log((views + 1) / (total + n)) / Log(2.0))),
                      launch > 0 ? launch + kNewItemDays - begin_day : 0});
  }
}

void Tally::Add(Sum sum, std::int64_t amount) {
  At(by_segment_[segment_], sum) += amount;
  At(by_day_[day_], sum) += amount;
  At(by_age_[age_], sum) += amount;
}

/// Counts once within the day; over the period shoppers are counted by their marks.
void Tally::AddDistinct(Sum sum) {
  At(by_day_[day_], sum) += 1;
  At(by_age_[age_], sum) += 1;
}

/// The same unless the shopper has been counted today.
void Tally::AddOnceADay(Sum sum, Day& last_day) {
  const auto today = static_cast<Day>(day_);
  if (std::exchange(last_day, today) != today) AddDistinct(sum);
}

void Tally::NoteSeen() {
  Day& first = marks_[shopper_].first_day;
  if (first < 0) first = static_cast<Day>(day_);
}

/// Whose and whereabouts in time the outcome is that comes next.
void Tally::Place(ShopperId shopper, SimTime time) {
  shopper_ = shopper.index();
  segment_ = static_cast<std::size_t>(setup_.segment_of[shopper_]);
  day_ = std::min(static_cast<std::size_t>((time - setup_.begin).us / SimTime::kDayUs), by_day_.size() - 1);
  const Day first = marks_[shopper_].first_day;
  age_ = first < 0 ? 0 : day_ - static_cast<std::size_t>(first);
}

void Tally::Record(const Outcome& o) {
  const SimTime booked = BookingTime(o);
  if (booked < setup_.begin) return;
  hash_.Add(o.time.us);
  hash_.Add((static_cast<std::uint64_t>(o.kind) << 56) ^ (static_cast<std::uint64_t>(o.detail) << 48) ^
            (static_cast<std::uint64_t>(o.position) << 32) ^ static_cast<std::uint32_t>(o.shopper.value));
  hash_.Add((static_cast<std::uint64_t>(static_cast<std::uint32_t>(o.session)) << 32) ^
            static_cast<std::uint32_t>(o.item.value));
  hash_.Add(o.amount.cents ^ (o.cost.cents << 24) ^ (static_cast<std::int64_t>(o.quantity) << 48));
  if (o.value != 0) hash_.Add(o.value);

  Place(o.shopper, booked);
  switch (o.kind) {
    case OutcomeKind::kSessionStart: return RecordVisit(o);
    case OutcomeKind::kPage:
    case OutcomeKind::kBounce:
      Add(o.kind == OutcomeKind::kPage ? Sum::kPages : Sum::kBounces, 1);
      Add(Sum::kPageRequests, 1);
      return Add(Sum::kPageWaitMs, Milli(o.value));
    case OutcomeKind::kView:
      Reach(o.session, Sum::kSessionsWithView);
      if (IsNew(o.item)) Add(Sum::kNewItemViews, 1);
      return Add(Sum::kViews, 1);
    case OutcomeKind::kClick:
      if (IsNew(o.item)) Add(Sum::kNewItemClicks, 1);
      return Add(Sum::kClicks, 1);
    case OutcomeKind::kCart:
      Add(Sum::kCarts, 1);
      Reach(o.session, Sum::kSessionsWithIntent);
      if (std::exchange(marks_[shopper_].cart_session, o.session) != o.session) Add(Sum::kSessionsWithCart, 1);
      NoteSeen();
      AddOnceADay(Sum::kCartVisitors, marks_[shopper_].day_carted);
      marks_[shopper_].flags |= kCarted;
      return;
    case OutcomeKind::kCheckout: Reach(o.session, Sum::kSessionsAtTill); return Add(Sum::kCheckouts, 1);
    case OutcomeKind::kAbandon: return Add(Sum::kAbandons, 1);
    case OutcomeKind::kOrder:
    case OutcomeKind::kOrderLine:
    case OutcomeKind::kReturn: return RecordOrder(o);
    case OutcomeKind::kDelivered: Add(Sum::kDeliveries, 1); return Add(Sum::kSatisfactionMilli, Milli(o.value));
    case OutcomeKind::kStockout: Reach(o.session, Sum::kSessionsAtTill); return Add(Sum::kStockouts, 1);
    case OutcomeKind::kLost: return Add(Sum::kLost, 1);
    case OutcomeKind::kSessionEnd: return;
    default: return RecordService(o);
  }
}

/// Counts the session at every step up to `step` that it has not been counted at, on the day on which it began. A
/// session that began before the period is no session of it.
void Tally::Reach(std::int32_t session, Sum step) {
  Marks& m = marks_[shopper_];
  if (m.session != session || kFunnel[m.reached].sum >= step) return;
  const std::size_t today = day_;
  const std::size_t age = age_;
  day_ = static_cast<std::size_t>(m.session_day);
  age_ = day_ - static_cast<std::size_t>(m.first_day);
  while (kFunnel[m.reached].sum < step) Add(kFunnel[++m.reached].sum, 1);
  day_ = today;
  age_ = age;
}

void Tally::RecordVisit(const Outcome& o) {
  Add(Sum::kSessions, 1);
  if (o.detail == 1) Add(Sum::kMobileSessions, 1);
  ++shoppers_[shopper_].sessions;
  Marks& m = marks_[shopper_];
  if (m.day_seen == static_cast<Day>(day_)) AddOnceADay(Sum::kReturningVisitors, m.day_seen_twice);
  AddOnceADay(Sum::kVisitors, m.day_seen);
  NoteSeen();
  m.session = o.session;
  m.session_day = static_cast<Day>(day_);
  m.reached = 0;
  m.flags |= 2 * day_ < by_day_.size() ? kCameFirstHalf : kCameSecondHalf;
}

void Tally::RecordOrder(const Outcome& o) {
  ShopperTotals& shopper = shoppers_[shopper_];
  const std::int64_t units = o.quantity;
  if (o.kind == OutcomeKind::kOrder) {
    Add(Sum::kOrders, 1);
    Add(Sum::kRevenueCents, o.amount.cents);
    Add(Sum::kCouponCents, o.cost.cents);
    if (o.cost.cents > 0) Add(Sum::kCouponRedemptions, 1);
    RecordMargin(o.amount.cents);
    ++shopper.orders;
    shopper.revenue_cents += o.amount.cents;
    Marks& m = marks_[shopper_];
    Reach(o.session, Sum::kSessionsWithOrder);
    if (m.day_bought == static_cast<Day>(day_)) AddOnceADay(Sum::kRepeatBuyers, m.day_bought_twice);
    AddOnceADay(Sum::kBuyers, m.day_bought);
    NoteSeen();
  } else if (o.kind == OutcomeKind::kOrderLine) {
    Add(Sum::kOrderLines, 1);
    if (IsNew(o.item)) Add(Sum::kNewItemOrderLines, 1);
    Add(Sum::kUnits, units);
    Add(Sum::kUnitCostCents, o.cost.cents * units);
    Add(Sum::kPaidCents, o.amount.cents * units);
    Add(Sum::kListCents, static_cast<std::int64_t>(std::nearbyint(o.value * 100)) * units);
    RecordMargin(-o.cost.cents * units);
  } else {
    const auto goods = static_cast<std::int64_t>(std::nearbyint(o.value * 100));  // back on the shelf
    Add(Sum::kReturnedLines, 1);
    Add(Sum::kRefundCents, o.amount.cents);
    Add(Sum::kReturnCostCents, o.cost.cents);
    Add(Sum::kUnitCostCents, -goods);
    RecordMargin(-o.amount.cents - o.cost.cents + goods);
  }
}

void Tally::RecordMargin(std::int64_t cents) {
  Add(Sum::kMarginCents, cents);
  shoppers_[shopper_].margin_cents += cents;
}

void Tally::RecordService(const Outcome& o) {
  switch (o.kind) {
    case OutcomeKind::kQuestion:
      Add(Sum::kQuestions, 1);
      // Contained until an agent is needed.
      return Add(Sum::kContained, 1);
    case OutcomeKind::kAnswer: Add(Sum::kBotAnswers, 1); return Add(Sum::kBotRight, o.detail);
    case OutcomeKind::kEscalate: Add(Sum::kEscalations, 1); return Add(Sum::kContained, -1);
    case OutcomeKind::kAgentAnswer:
      Add(Sum::kAgentAnswers, 1);
      Add(Sum::kAgentWaitMs, Milli(o.value));
      Add(Sum::kAgentCostCents, o.cost.cents);
      return RecordMargin(-o.cost.cents);
    case OutcomeKind::kAgentAbandon: Add(Sum::kAgentAbandons, 1); return Add(Sum::kAgentWaitMs, Milli(o.value));
    case OutcomeKind::kCouponOffer:
      Add(Sum::kCouponOffers, 1);
      Add(Sum::kIssueCostCents, o.cost.cents);
      return RecordMargin(-o.cost.cents);
    case OutcomeKind::kMessage:
      Add(Sum::kMessages, 1);
      Add(Sum::kMessageCostCents, o.cost.cents);
      return RecordMargin(-o.cost.cents);
    case OutcomeKind::kMessageOpen: return Add(Sum::kMessageOpens, 1);
    case OutcomeKind::kOptOut: return Add(Sum::kOptOuts, 1);
    default: SOUK_CHECK(false);
  }
}

void Tally::RecordSlate(const Outcome& page, std::span<const ItemId> items, std::span<const float>) {
  if (page.time < setup_.begin) return;
  Place(page.shopper, page.time);
  Add(Sum::kSlates, 1);
  Add(Sum::kImpressions, static_cast<std::int64_t>(items.size()));
  std::int64_t alike = 0;
  std::int64_t new_items = 0;
  for (std::size_t r = 0; r < items.size(); ++r) {
    const std::size_t i = items[r].index();
    hash_.Add(static_cast<std::int64_t>(items[r].value));
    exposure_.Add(day_, i);
    novelty_millibits_ += items_[i].millibits;
    new_items += IsNew(items[r]) ? 1 : 0;
    // Each item of a category makes a pair with each one before it.
    alike += of_category_[static_cast<std::size_t>(setup_.category_of[i])]++;
  }
  for (const ItemId item : items) of_category_[static_cast<std::size_t>(setup_.category_of[item.index()])] = 0;
  if (new_items > 0) Add(Sum::kNewItemImpressions, new_items);
  const auto n = std::ssize(items);
  pairs_ += n * (n - 1) / 2;
  pairs_apart_ += n * (n - 1) / 2 - alike;
}

void Tally::RecordDecision(const DecisionOutcome& d) {
  if (d.time < setup_.begin) return;
  hash_.Add((static_cast<std::uint64_t>(d.slot) << 32) ^ static_cast<std::uint32_t>(d.item.value));
  hash_.Add(d.price.cents);
  if (d.propensity != 1) hash_.Add(d.propensity);
  if (d.percent != 0) hash_.Add(d.percent);
  if (d.article >= 0 || d.intent >= 0) hash_.Add((static_cast<std::int64_t>(d.article) << 32) ^ d.intent);
  if (d.content >= 0) hash_.Add((static_cast<std::int64_t>(d.content) << 32) ^ d.channel);
}

void Tally::Expect(ShopperId shopper) const {
  Prefetch(&marks_[shopper.index()]);
  Prefetch(&shoppers_[shopper.index()]);
  Prefetch(&setup_.segment_of[shopper.index()]);
}

std::vector<Sums> Tally::BySegment() const {
  std::vector<Sums> result = by_segment_;
  for (std::size_t u = 0; u < shoppers_.size(); ++u) {
    Sums& sums = result[static_cast<std::size_t>(setup_.segment_of[u])];
    const ShopperTotals& t = shoppers_[u];
    const std::uint8_t flags = marks_[u].flags;
    At(sums, Sum::kShoppers) += setup_.counted.empty() || setup_.counted[u] != 0;
    At(sums, Sum::kVisitors) += t.sessions > 0;
    At(sums, Sum::kBuyers) += t.orders > 0;
    At(sums, Sum::kRepeatBuyers) += t.orders > 1;
    At(sums, Sum::kReturningVisitors) += t.sessions > 1;
    At(sums, Sum::kFirstHalfVisitors) += (flags & kCameFirstHalf) != 0;
    At(sums, Sum::kRetained) += (flags & kCameFirstHalf) != 0 && (flags & kCameSecondHalf) != 0;
    At(sums, Sum::kCartVisitors) += (flags & kCarted) != 0;
  }
  for (Sums& sums : result) At(sums, Sum::kOne) = 1;
  // The whole cell counts as one, also when segments are added up.
  for (std::size_t s = 1; s < result.size(); ++s) At(result[s], Sum::kOne) = 0;
  return result;
}

std::vector<Sums> Tally::ByAge() const {
  std::vector<Sums> result = by_age_;
  for (Sums& sums : result) At(sums, Sum::kOne) = 1;
  for (const Marks& m : marks_) {
    if (m.first_day < 0) continue;
    for (std::size_t age = 0; age + static_cast<std::size_t>(m.first_day) < result.size(); ++age)
      ++At(result[age], Sum::kShoppers);
  }
  return result;
}

SlateStats Tally::Slates() const {
  SlateStats stats;
  const WeekExposure shown = exposure_.Total();
  const auto impressions = static_cast<double>(shown.impressions);
  stats.coverage = shown.coverage;
  stats.gini = shown.gini;
  stats.novelty = impressions > 0 ? static_cast<double>(novelty_millibits_) / 1000 / impressions : std::nan("");
  stats.diversity = pairs_ > 0 ? static_cast<double>(pairs_apart_) / static_cast<double>(pairs_) : std::nan("");
  return stats;
}

}  // namespace souk
