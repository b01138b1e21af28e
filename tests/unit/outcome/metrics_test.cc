// Rules under test: the tables of sums, kinds and metrics are complete and consistent, and a metric
// is scale · numerator ÷ denominator (metrics.h). Conversion is buyers ÷ visitors (design,
// "Words").
#include "sim/outcome/metrics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <regex>
#include <set>

#include "sim/outcome/outcome.h"

namespace souk {
namespace {

const std::regex kSnakeCase("[a-z]+(_[a-z]+)*");

TEST(SumName, IsUniqueSnakeCaseForEverySum) {
  std::set<std::string> names;
  for (int s = 0; s < kSums; ++s) {
    const std::string name = SumName(static_cast<Sum>(s));
    EXPECT_TRUE(std::regex_match(name, kSnakeCase)) << name;
    EXPECT_TRUE(names.insert(name).second) << name;
  }
}

TEST(SumName, FollowsTheEnumeration) {
  EXPECT_STREQ(SumName(Sum::kOne), "one");
  EXPECT_STREQ(SumName(Sum::kLost), "lost");
  EXPECT_STREQ(SumName(Sum::kClicks), "clicks");
  EXPECT_STREQ(SumName(Sum::kUnits), "units");
  EXPECT_STREQ(SumName(Sum::kRevenueCents), "revenue_cents");
  EXPECT_STREQ(SumName(Sum::kListCents), "list_cents");
  EXPECT_STREQ(SumName(Sum::kContained), "contained");
  EXPECT_STREQ(SumName(Sum::kIssueCostCents), "issue_cost_cents");
  EXPECT_STREQ(SumName(Sum::kSatisfactionMilli), "satisfaction_milli");
}

TEST(OutcomeName, IsUniqueSnakeCaseAndFollowsTheEnumeration) {
  std::set<std::string> names;
  for (int k = 0; k < kOutcomeKinds; ++k) {
    const std::string name = OutcomeName(static_cast<OutcomeKind>(k));
    EXPECT_TRUE(std::regex_match(name, kSnakeCase)) << name;
    EXPECT_TRUE(names.insert(name).second) << name;
  }
  EXPECT_STREQ(OutcomeName(OutcomeKind::kSessionStart), "session_start");
  EXPECT_STREQ(OutcomeName(OutcomeKind::kOrderLine), "order_line");
  EXPECT_STREQ(OutcomeName(OutcomeKind::kAgentAbandon), "agent_abandon");
  EXPECT_STREQ(OutcomeName(OutcomeKind::kLost), "lost");
}

TEST(Metrics, HaveUniqueNamesUnitsAndCentsInCurrency) {
  std::set<std::string> names;
  for (const MetricInfo& m : Metrics()) {
    EXPECT_TRUE(std::regex_match(m.name, kSnakeCase)) << m.name;
    EXPECT_TRUE(names.insert(m.name).second) << m.name;
    EXPECT_EQ(FindMetric(m.name), &m);
    const bool cents = std::string(SumName(m.numerator)).ends_with("_cents");
    const bool ratio_of_cents = cents && std::string(SumName(m.denominator)).ends_with("_cents");
    EXPECT_EQ(std::string(m.unit) == "EUR", cents && !ratio_of_cents) << m.name;
    EXPECT_EQ(m.scale == 0.01, cents && !ratio_of_cents) << m.name;
  }
  EXPECT_EQ(FindMetric("no_such_metric"), nullptr);
}

TEST(Metrics, AreRatiosOfSums) {
  Sums sums{};
  At(sums, Sum::kVisitors) = 200;
  At(sums, Sum::kBuyers) = 6;
  At(sums, Sum::kOrders) = 8;
  At(sums, Sum::kRevenueCents) = 40000;
  At(sums, Sum::kEscalations) = 4;
  At(sums, Sum::kAgentWaitMs) = 6000;
  EXPECT_DOUBLE_EQ(Value(*FindMetric("conversion"), sums), 0.03);
  EXPECT_DOUBLE_EQ(Value(*FindMetric("revenue_per_visitor"), sums), 2.0);
  EXPECT_DOUBLE_EQ(Value(*FindMetric("average_order_value"), sums), 50.0);
  EXPECT_DOUBLE_EQ(Value(*FindMetric("agent_wait_s"), sums), 1.5);
  EXPECT_TRUE(std::isnan(Value(*FindMetric("satisfaction"), sums))) << "no delivery";
}

TEST(Accumulate, AddsElementByElement) {
  Sums a{};
  Sums b{};
  for (std::size_t i = 0; i < a.size(); ++i) {
    a[i] = static_cast<std::int64_t>(i);
    b[i] = 1000;
  }
  Accumulate(a, b);
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_EQ(a[i], 1000 + static_cast<std::int64_t>(i));
}

TEST(Funnel, LeadsFromSessionsToSessionsWithAnOrder) {
  EXPECT_EQ(kFunnel.front().sum, Sum::kSessions);
  EXPECT_EQ(kFunnel.back().sum, Sum::kSessionsWithOrder);
  for (const FunnelStep& step : kFunnel) EXPECT_STREQ(step.name, SumName(step.sum));
  for (std::size_t i = 1; i < kFunnel.size(); ++i)
    EXPECT_LT(kFunnel[i - 1].sum, kFunnel[i].sum) << "the tally takes the enumeration's order for the funnel's";
}

// Each step's rate is a metric, so their product is the session conversion.
TEST(Funnel, HasAMetricFromEachStepToTheNext) {
  Sums sums{};
  At(sums, Sum::kSessions) = 1000;
  At(sums, Sum::kSessionsWithView) = 800;
  At(sums, Sum::kSessionsWithIntent) = 200;
  At(sums, Sum::kSessionsAtTill) = 50;
  At(sums, Sum::kSessionsWithOrder) = 40;
  EXPECT_DOUBLE_EQ(Value(*FindMetric("view_session_rate"), sums), 0.8);
  EXPECT_DOUBLE_EQ(Value(*FindMetric("intent_rate"), sums), 0.25);
  EXPECT_DOUBLE_EQ(Value(*FindMetric("till_rate"), sums), 0.25);
  EXPECT_DOUBLE_EQ(Value(*FindMetric("till_success_rate"), sums), 0.8);
  EXPECT_DOUBLE_EQ(Value(*FindMetric("session_conversion"), sums), 0.04);
}

}  // namespace
}  // namespace souk
