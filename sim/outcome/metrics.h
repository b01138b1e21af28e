#pragma once
// What is measured: integer counts and cents summed from outcomes, and the metrics that are ratios
// of two sums. Sums are integers, so totals are exact and independent of order; every metric can be
// recomputed, rolled up and paired from them.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace souk {

/// Sums per (replication, arm, segment) and per (replication, arm, day or age). Within a day, distinct counts are of
/// that day; what is said of a sum below holds for the whole period.
enum class Sum : int {
  kOne,                ///< 1 per cell: the denominator of plain totals
  kShoppers,           ///< in the population; by age: whose day of that age lies in the period
  kVisitors,           ///< distinct shoppers with a session
  kBuyers,             ///< distinct shoppers with an order
  kRepeatBuyers,       ///< distinct shoppers with two orders or more
  kReturningVisitors,  ///< distinct shoppers with two sessions or more
  kRetained,           ///< visitors of the first half who also came in the second half; not by day or age
  kFirstHalfVisitors,  ///< not by day or age
  kLost,               ///< dropped out in the period
  // Sessions that began in the period, those that got so far on the way to an order, on the day they began. Each is
  // also one of the step before: see kFunnel.
  kSessions,
  kMobileSessions,
  kSessionsWithView,    ///< looked at an item or tried to buy one
  kSessionsWithIntent,  ///< put an item in the cart or tried to pay
  kSessionsAtTill,      ///< tried to pay: checkout, buy now, order without a view; what is sold out ends there
  kSessionsWithOrder,
  kSessionsWithCart,  ///< put an item in the cart
  kCartVisitors,
  kPages,
  kViews,
  kSlates,
  kImpressions,
  kClicks,
  kCarts,
  kCheckouts,
  kAbandons,
  kOrders,
  kOrderLines,
  kUnits,
  kRevenueCents,  ///< paid, after coupons, before returns
  kRefundCents,
  kReturnCostCents,
  kReturnedLines,
  kUnitCostCents,  ///< cost of goods of sold units, net of returned units
  kCouponCents,    ///< coupon value redeemed
  kCouponOffers,
  kCouponRedemptions,
  kMarginCents,  ///< revenue − refunds − cost of goods − return, issue, message and agent cost
  kPaidCents,
  kListCents,  ///< order lines at the price paid before coupon, and at list: price index
  kQuestions,
  kBotAnswers,
  kBotRight,
  kEscalations,
  kAgentAnswers,
  kAgentAbandons,
  kContained,
  kAgentWaitMs,
  kAgentCostCents,
  kMessages,
  kMessageOpens,
  kOptOuts,
  kMessageCostCents,
  kIssueCostCents,
  kBounces,
  kStockouts,
  kPageWaitMs,  ///< for pages served and pages not waited for
  kDeliveries,
  kSatisfactionMilli,  ///< sum of 1000 × satisfaction
  kPageRequests,       ///< pages and bounces
  // Of items launched during the run, in their first kNewItemDays days.
  kNewItemImpressions,
  kNewItemClicks,
  kNewItemViews,
  kNewItemOrderLines,
  kCount
};
/// How long an item counts as new after its launch.
constexpr int kNewItemDays = 28;
constexpr int kSums = static_cast<int>(Sum::kCount);
using Sums = std::array<std::int64_t, kSums>;

inline std::int64_t& At(Sums& sums, Sum s) { return sums[static_cast<std::size_t>(s)]; }
inline std::int64_t At(const Sums& sums, Sum s) { return sums[static_cast<std::size_t>(s)]; }
/// Element-wise sum. Distinct counts (visitors, buyers …) add up over segments, not over days.
void Accumulate(Sums& into, const Sums& from);

/// snake_case name of a sum, for files.
const char* SumName(Sum s);
/// Has it a meaning within one day? Where not, it is 0 by day and by age, and files leave it out there.
constexpr bool HasDays(Sum s) { return s != Sum::kRetained && s != Sum::kFirstHalfVisitors; }

/// A metric = scale · numerator ÷ denominator (NaN when the denominator is 0).
struct MetricInfo {
  const char* name;  ///< snake_case
  const char* long_name;
  const char* unit;  ///< "1", "EUR" stands for the scenario's currency, "s"
  Sum numerator;
  Sum denominator;
  double scale;
  bool higher_is_better;
};
/// All ratio metrics in the order of tables and files.
const std::vector<MetricInfo>& Metrics();
/// Those that decide in a shop, in the order of tables: conversion, revenue and margin per visitor.
const std::vector<const MetricInfo*>& HeadlineMetrics();
/// Names of all metrics.
std::vector<std::string> MetricNames();
/// The metric of that name, or nullptr.
const MetricInfo* FindMetric(const std::string& name);
double Value(const MetricInfo& metric, const Sums& sums);

/// The funnel, in order: sessions, sessions with a view …; each a sum of sessions, counted once, that is never larger
/// than the one before it, in any arm, segment, day or age.
struct FunnelStep {
  const char* name;
  Sum sum;
};
inline constexpr std::array<FunnelStep, 5> kFunnel = {{
    {"sessions", Sum::kSessions},
    {"sessions_with_view", Sum::kSessionsWithView},
    {"sessions_with_intent", Sum::kSessionsWithIntent},
    {"sessions_at_till", Sum::kSessionsAtTill},
    {"sessions_with_order", Sum::kSessionsWithOrder},
}};

/// What slates looked like over the period (order-free: computed from integer counts).
struct SlateStats {
  double coverage = 0;   ///< share of the catalogue shown at least once
  double gini = 0;       ///< of impressions over the catalogue
  double novelty = 0;    ///< mean −log2 of the item's share of warm-up views, over impressions
  double diversity = 0;  ///< mean share of pairs of a slate in different categories
};

}  // namespace souk
