#include "sim/outcome/metrics.h"

#include <limits>

#include "sim/base/error.h"

namespace souk {
namespace {

// In the order of the enumeration; the names are part of the results file.
// clang-format off
constexpr std::array<const char*, kSums> kSumNames = {
    "one", "shoppers", "visitors", "buyers", "repeat_buyers", "returning_visitors", "retained",
    "first_half_visitors", "lost",
    "sessions", "mobile_sessions", "sessions_with_view", "sessions_with_intent", "sessions_at_till",
    "sessions_with_order", "sessions_with_cart", "cart_visitors",
    "pages", "views", "slates", "impressions", "clicks",
    "carts", "checkouts", "abandons", "orders", "order_lines", "units",
    "revenue_cents",
    "refund_cents", "return_cost_cents", "returned_lines",
    "unit_cost_cents",
    "coupon_cents",
    "coupon_offers", "coupon_redemptions",
    "margin_cents",
    "paid_cents", "list_cents",
    "questions", "bot_answers", "bot_right", "escalations", "agent_answers", "agent_abandons",
    "contained",
    "agent_wait_ms", "agent_cost_cents",
    "messages", "message_opens", "opt_outs", "message_cost_cents", "issue_cost_cents",
    "bounces", "stockouts", "page_wait_ms",
    "deliveries", "satisfaction_milli", "page_requests",
    "new_item_impressions", "new_item_clicks", "new_item_views", "new_item_order_lines"};
// clang-format on
static_assert(kSumNames.back() != nullptr, "every sum has a name");

constexpr bool kMore = true;   // higher is better
constexpr bool kLess = false;  // lower is better

}  // namespace

void Accumulate(Sums& into, const Sums& from) {
  for (std::size_t i = 0; i < into.size(); ++i) into[i] += from[i];
}

const char* SumName(Sum s) {
  const auto index = static_cast<std::size_t>(s);
  SOUK_CHECK(index < kSumNames.size());
  return kSumNames[index];
}

const std::vector<MetricInfo>& Metrics() {
  using enum Sum;
  // One metric per line:
  // clang-format off
  static const std::vector<MetricInfo> table = {
      {"conversion", "visitors who ordered per visitor", "1", kBuyers, kVisitors, 1, kMore},
      {"session_conversion", "sessions with an order per session", "1", kSessionsWithOrder, kSessions, 1, kMore},
      {"revenue_per_visitor", "revenue after coupons, before returns, per visitor", "EUR", kRevenueCents, kVisitors, 0.01, kMore},
      {"margin_per_visitor", "contribution margin per visitor", "EUR", kMarginCents, kVisitors, 0.01, kMore},
      {"average_order_value", "revenue per order", "EUR", kRevenueCents, kOrders, 0.01, kMore},
      {"views_per_session", "product pages per session", "1", kViews, kSessions, 1, kMore},
      {"sessions_per_visitor", "sessions per visitor", "1", kSessions, kVisitors, 1, kMore},
      {"click_through_rate", "clicks per impression of a slate", "1", kClicks, kImpressions, 1, kMore},
      {"clicks_per_visitor", "clicks on slates per visitor", "1", kClicks, kVisitors, 1, kMore},
      {"new_item_impression_share", "impressions of items in their first four weeks per impression", "1", kNewItemImpressions, kImpressions, 1, kMore},
      {"new_item_click_rate", "clicks on items in their first four weeks per impression of such", "1", kNewItemClicks, kNewItemImpressions, 1, kMore},
      {"new_item_view_share", "product pages of items in their first four weeks per product page", "1", kNewItemViews, kViews, 1, kMore},
      {"new_item_order_share", "order lines of items in their first four weeks per order line", "1", kNewItemOrderLines, kOrderLines, 1, kMore},
      {"view_session_rate", "sessions that looked at an item or tried to buy one per session", "1", kSessionsWithView, kSessions, 1, kMore},
      {"intent_rate", "sessions that put an item in the cart or tried to pay per session with a look", "1", kSessionsWithIntent, kSessionsWithView, 1, kMore},
      {"till_rate", "sessions that tried to pay per session with intent", "1", kSessionsAtTill, kSessionsWithIntent, 1, kMore},
      {"till_success_rate", "sessions with an order per session that tried to pay", "1", kSessionsWithOrder, kSessionsAtTill, 1, kMore},
      {"cart_session_rate", "sessions that put an item in the cart per session", "1", kSessionsWithCart, kSessions, 1, kMore},
      {"cart_visitor_rate", "visitors who put an item in the cart per visitor", "1", kCartVisitors, kVisitors, 1, kMore},
      {"checkout_rate", "checkouts begun per session with an item put in the cart", "1", kCheckouts, kSessionsWithCart, 1, kMore},
      {"abandonment_rate", "checkouts abandoned per checkout begun", "1", kAbandons, kCheckouts, 1, kLess},
      {"lines_per_order", "order lines per order", "1", kOrderLines, kOrders, 1, kMore},
      {"units_per_line", "units per order line", "1", kUnits, kOrderLines, 1, kMore},
      {"return_rate", "order lines returned per order line", "1", kReturnedLines, kOrderLines, 1, kLess},
      {"repeat_rate", "buyers with two orders or more per buyer", "1", kRepeatBuyers, kBuyers, 1, kMore},
      {"retention", "visitors of the first half who came again in the second half", "1", kRetained, kFirstHalfVisitors, 1, kMore},
      {"churn", "visitors who dropped out for good per visitor", "1", kLost, kVisitors, 1, kLess},
      {"coupon_cost_per_visitor", "coupon value redeemed per visitor", "EUR", kCouponCents, kVisitors, 0.01, kLess},
      {"coupon_redemption_rate", "coupons redeemed per coupon offered", "1", kCouponRedemptions, kCouponOffers, 1, kMore},
      {"price_index", "price paid before coupons over list price of what was sold", "1", kPaidCents, kListCents, 1, kLess},
      {"questions_per_session", "questions to the assistant per session", "1", kQuestions, kSessions, 1, kLess},
      {"containment", "questions settled without a human agent per question", "1", kContained, kQuestions, 1, kMore},
      {"bot_accuracy", "right answers per answer of the assistant", "1", kBotRight, kBotAnswers, 1, kMore},
      {"agent_wait_s", "simulated wait for a human agent per question handed over", "s", kAgentWaitMs, kEscalations, 0.001, kLess},
      {"agent_abandon_rate", "shoppers who gave up waiting per question handed over", "1", kAgentAbandons, kEscalations, 1, kLess},
      {"agent_cost_per_visitor", "cost of human agents per visitor", "EUR", kAgentCostCents, kVisitors, 0.01, kLess},
      {"messages_per_shopper", "outreach messages per shopper of the population", "1", kMessages, kShoppers, 1, kLess},
      {"message_open_rate", "messages opened per message", "1", kMessageOpens, kMessages, 1, kMore},
      {"opt_out_rate", "opt-outs per message", "1", kOptOuts, kMessages, 1, kLess},
      {"bounce_rate", "pages left because they took too long per page asked for", "1", kBounces, kPageRequests, 1, kLess},
      {"stockout_rate", "attempts to buy something sold out per session", "1", kStockouts, kSessions, 1, kLess},
      {"page_wait_s", "simulated wait per page asked for", "s", kPageWaitMs, kPageRequests, 0.001, kLess},
      {"satisfaction", "satisfaction with deliveries, -1 to 1", "1", kSatisfactionMilli, kDeliveries, 0.001, kMore},
      {"visitors", "shoppers who came at least once", "1", kVisitors, kOne, 1, kMore},
      {"sessions", "sessions", "1", kSessions, kOne, 1, kMore},
      {"orders", "orders", "1", kOrders, kOne, 1, kMore},
      {"revenue", "revenue after coupons, before returns", "EUR", kRevenueCents, kOne, 0.01, kMore},
      {"margin", "contribution margin", "EUR", kMarginCents, kOne, 0.01, kMore},
  };
  // clang-format on
  return table;
}

const std::vector<const MetricInfo*>& HeadlineMetrics() {
  static const std::vector<const MetricInfo*> headline = {FindMetric("conversion"), FindMetric("revenue_per_visitor"),
                                                          FindMetric("margin_per_visitor")};
  return headline;
}

std::vector<std::string> MetricNames() {
  std::vector<std::string> names;
  for (const MetricInfo& metric : Metrics()) names.emplace_back(metric.name);
  return names;
}

const MetricInfo* FindMetric(const std::string& name) {
  for (const MetricInfo& metric : Metrics()) {
    if (name == metric.name) return &metric;
  }
  return nullptr;
}

double Value(const MetricInfo& metric, const Sums& sums) {
  const std::int64_t denominator = At(sums, metric.denominator);
  if (denominator == 0) return std::numeric_limits<double>::quiet_NaN();
  return metric.scale * static_cast<double>(At(sums, metric.numerator)) / static_cast<double>(denominator);
}

}  // namespace souk
