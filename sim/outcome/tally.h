#pragma once
// Turns the outcomes of one cell into sums, slate statistics, per-shopper outcomes and a fingerprint.
// Nothing is measured that is not an outcome.

#include <cstdint>
#include <span>
#include <vector>

#include "sim/base/fingerprint.h"
#include "sim/outcome/exposure.h"
#include "sim/outcome/metrics.h"
#include "sim/outcome/outcome.h"

namespace souk {

/// One shopper's totals over the period.
struct ShopperTotals {
  std::int32_t sessions = 0;
  std::int32_t orders = 0;
  std::int64_t revenue_cents = 0;  ///< paid, before returns
  std::int64_t margin_cents = 0;
};

/// A sink that adds up. Randomness: none. Cost: a few tens of ns per outcome, no allocation once
/// set up. Outcomes before `begin` are ignored, and so are deliveries and returns of orders from before it. Those of
/// orders of the period count, whenever they happen, and on the day of the order: a day's margin is what its orders
/// leave in the end, and a day's return rate is that of its orders.
class Tally final : public OutcomeSink {
 public:
  struct Setup {
    SimTime begin;
    int days = 0;
    int segments = 1;
    std::vector<std::int32_t> segment_of;   ///< per shopper
    std::vector<std::uint8_t> counted;      ///< per shopper: in the population of this tally; empty: all
    std::vector<std::int32_t> category_of;  ///< per item
    std::vector<std::int64_t> base_views;   ///< per item, warm-up views: what novelty is measured against
    std::vector<std::int32_t> launch_day;   ///< per item, of the calendar; ≤ 0: from the start. Empty: nothing is new
  };
  explicit Tally(Setup setup);

  void Record(const Outcome& outcome) override;
  void RecordSlate(const Outcome& page, std::span<const ItemId> items, std::span<const float> propensity) override;
  void RecordDecision(const DecisionOutcome& decision) override;
  void Expect(ShopperId shopper) const override;

  /// Results so far; distinct counts over the period by segment, within each day by day.
  [[nodiscard]] std::vector<Sums> BySegment() const;
  [[nodiscard]] const std::vector<Sums>& ByDay() const { return by_day_; }
  /// By age: days since the shopper's first session, cart or order of the period; distinct counts within each day of
  /// age. What befalls a shopper before (a message) counts at age 0.
  [[nodiscard]] std::vector<Sums> ByAge() const;
  [[nodiscard]] SlateStats Slates() const;
  /// What the slates of each week of the period showed.
  [[nodiscard]] std::vector<WeekExposure> ByWeek() const { return exposure_.Weeks(); }
  [[nodiscard]] const std::vector<ShopperTotals>& Shoppers() const { return shoppers_; }
  /// Hash of every outcome that counts, slate and decision in order, deliveries and returns after the end included;
  /// measured time has no part in it.
  [[nodiscard]] std::uint64_t fingerprint() const { return hash_.value(); }

 private:
  enum Flag : std::uint8_t { kCameFirstHalf = 1, kCameSecondHalf = 2, kCarted = 4 };
  using Day = std::int16_t;  ///< of the period
  struct Marks {
    std::int32_t cart_session = -1;
    std::int32_t session = -1;  ///< the last that began in the period …
    Day session_day = -1;       ///< … its day
    std::uint8_t reached = 0;   ///< … and the last step of the funnel that it has come to
    std::uint8_t flags = 0;
    Day first_day = -1;  ///< of the period with a session, cart or order
    Day day_seen = -1;
    Day day_seen_twice = -1;
    Day day_carted = -1;
    Day day_bought = -1;
    Day day_bought_twice = -1;
  };
  static_assert(sizeof(Marks) == 24);

  void Add(Sum sum, std::int64_t amount);
  void AddDistinct(Sum sum);
  void AddOnceADay(Sum sum, Day& last_day);
  void NoteSeen();
  void Place(ShopperId shopper, SimTime time);
  void Reach(std::int32_t session, Sum step);
  /// Was it launched less than kNewItemDays ago, on the day of the outcome being recorded?
  [[nodiscard]] bool IsNew(ItemId item) const {
    return item.valid() && static_cast<std::int32_t>(day_) < items_[item.index()].new_until;
  }
  void RecordVisit(const Outcome& o);
  void RecordOrder(const Outcome& o);
  void RecordMargin(std::int64_t cents);
  void RecordService(const Outcome& o);

  Setup setup_;
  std::vector<Sums> by_segment_;
  std::vector<Sums> by_day_;
  std::vector<Sums> by_age_;
  std::vector<ShopperTotals> shoppers_;
  std::vector<Marks> marks_;
  struct Item {
    std::int32_t millibits = 0;
    std::int32_t new_until = 0;  ///< first day of the period on which it is no longer new; may be negative
  };

  Exposure exposure_;
  std::int64_t novelty_millibits_ = 0;
  std::vector<Item> items_;
  std::int64_t pairs_ = 0;
  std::int64_t pairs_apart_ = 0;
  std::vector<std::int32_t> of_category_;  ///< items of the slate being recorded, by category; 0 between slates
  Fingerprint hash_;
  // The outcome being recorded.
  std::size_t segment_ = 0;
  std::size_t day_ = 0;
  std::size_t age_ = 0;
  std::size_t shopper_ = 0;
};

}  // namespace souk
