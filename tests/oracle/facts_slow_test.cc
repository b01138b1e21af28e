// The standard presets against measured shops: each fact that a log shows lies in the band of its
// source (table of stylised facts; numbers in brackets are its rows). Computed from the outcomes of the
// incumbent arm's measured period, mean over the preset's replications, as `souk facts` prints them.
// Deterministic: no false alarms, no retries.

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "bench/experiment/observed_facts.h"
#include "sim/scenario/reader.h"

namespace souk {
namespace {

struct Band {
  const char* fact;
  double low;
  double high;
  const char* source;
};

/// value ± relative tolerance
constexpr Band Rel(const char* fact, double value, double tolerance, const char* source) {
  return {fact, value * (1 - tolerance), value * (1 + tolerance), source};
}
/// value ± absolute tolerance
constexpr Band Abs(const char* fact, double value, double tolerance, const char* source) {
  return {fact, value - tolerance, value + tolerance, source};
}

Scenario Load(const std::string& preset, const std::vector<Override>& sets = {}) {
  ScenarioReading read = ReadScenario(std::string(SOUK_SOURCE_DIR) + "/scenarios/standard/" + preset + ".yaml", sets);
  ThrowIfAny(read.problems);
  return read.scenario;
}

std::vector<Fact> Compute(const Scenario& scenario, std::int64_t events = 0, const std::string& arm = "") {
  return ObservedFacts(scenario, {.replications = {}, .arm = arm, .events = events, .threads = 0, .on_progress = {}});
}

void Check(const std::vector<Fact>& facts, const std::vector<Band>& bands) {
  for (const Band& b : bands) {
    const double value = FactValue(facts, b.fact);
    EXPECT_TRUE(value >= b.low && value <= b.high)
        << b.fact << " = " << value << ", allowed " << b.low << " … " << b.high << " (" << b.source << ")";
  }
}

/// Sessions begin as the scenario's own profile says: each of the 24 hours within 10 % [24], plus four standard errors
/// of a Poisson count (chance of one alarm among 24 hours below 0.2 %, were the draws other ones).
void CheckHours(const Scenario& scenario, const std::vector<Fact>& facts) {
  double total = 0;
  for (const double h : scenario.arrivals.hour_profile) total += h;
  const double sessions = FactValue(facts, "sessions") * scenario.replications;
  for (std::size_t h = 0; h < 24; ++h) {
    const double wanted = scenario.arrivals.hour_profile[h] / total * 24;
    const double noise = 4 * std::sqrt(wanted * 24 / sessions);
    EXPECT_NEAR(FactValue(facts, "session_hour_" + std::to_string(h)), wanted, 0.1 * wanted + noise) << h << " h";
  }
}

/// Shapes that no data set lacks: reference, §8 (3).
void CheckShape(const std::vector<Fact>& facts, bool single_views) {
  const auto f = [&](const char* name) { return FactValue(facts, name); };
  if (single_views) {
    EXPECT_GT(f("leave_hazard_1"), f("leave_hazard_2"));
    EXPECT_GT(f("leave_hazard_2"), f("leave_hazard_3"));
    EXPECT_GT(f("leave_hazard_3"), f("leave_hazard_5"));
    EXPECT_GT(f("leave_hazard_5"), f("leave_hazard_8"));
  }
  EXPECT_GT(f("item_zipf_slope"), 0.3);
  EXPECT_LT(f("item_zipf_slope"), 0.9);
}

// One band per line:
// clang-format off
TEST(Facts, MarketplaceIsInsideItsBands) {
  const Scenario s = Load("marketplace");
  const std::vector<Fact> f = Compute(s);
  CheckHours(s, f);
  Check(f, {
    Rel("session_conversion", .0955, .10, "[2] Taobao"),
    Rel("cart_sessions", .193, .10, "[3] Taobao"),
    {"cart_to_buy_visitor", .35, .74, "[4] preset range"},
    Rel("cart_to_buy_pair", .067, .12, "[4] Taobao .060–.075"),
    Rel("share_views", .924, .05, "[6] Taobao"),
    Rel("share_carts", .055, .05, "[6] Taobao"),
    Rel("share_buys", .021, .05, "[6] Taobao"),
    Rel("buy_after_1_views", .0094, .20, "[7] Taobao"),
    Rel("buy_after_2_views", .042, .20, "[7] Taobao"),
    Rel("buy_after_3_views", .093, .20, "[7] Taobao"),
    Rel("buy_after_4_views", .128, .20, "[7] Taobao"),
    Rel("buy_after_5_views", .201, .20, "[7] Taobao"),
    Rel("buy_after_6_views", .256, .20, "[7] Taobao"),
    Abs("buys_unseen", .315, .05, "[8] Taobao"),
    Abs("buys_uncarted", .825, .05, "[8] Taobao"),
    Rel("sessions_per_visitor", 3.73, .05, "[9] REES46, a month"),
    Rel("sessions_nbd_r", 3.8, .25, "[9] Taobao"),
    Rel("events_per_session", 5.99, .05, "[10] Taobao"),
    Rel("session_median", 3, .05, "[10] Taobao"),
    Rel("session_p90", 15, .05, "[10] Taobao"),
    Rel("session_p99", 40, .05, "[10] Taobao"),
    Abs("single_event_sessions", .311, .02, "[11] Taobao"),
    Abs("leave_hazard_1", .31, .02, "[12] Taobao"),
    Abs("leave_hazard_2", .20, .02, "[12] Taobao"),
    Abs("leave_hazard_3", .19, .02, "[12] Taobao"),
    Abs("leave_hazard_5", .16, .02, "[12] Taobao"),
    Abs("leave_hazard_8", .13, .02, "[12] Taobao"),
    Abs("leave_hazard_12", .10, .02, "[12] Taobao"),
    Rel("gap_log_mean", 4.03, .05, "[16] Taobao"),
    Rel("gap_log_sd", 1.36, .05, "[16] Taobao"),
    Rel("gap_median_s", 54, .05, "[16] Taobao"),
    Abs("gap_icc", .16, .04, "[17] Taobao"),
    Rel("gap_before_view_s", 49, .15, "[18] Taobao"),
    Rel("gap_before_cart_s", 114, .15, "[18] Taobao"),
    Rel("gap_before_buy_s", 205, .15, "[18] Taobao"),
    Rel("exit_after_buy", .41, .15, "[18] Taobao"),
    {"hour_peak", 21, 21, "[24] Taobao"},
    Rel("hour_21", 2.12, .10, "[24] Taobao"),
    Rel("hour_3", .11, .10, "[24] Taobao"),
    Rel("hour_13", 1.22, .10, "[24] Taobao"),
    Rel("hour_amplitude", .63, .10, "[24] Taobao"),
    {"weekend_lift", 1.05, 1.25, "[25] sign, +15 %"},
    Abs("category_stay", .468, .02, "[31] Taobao"),
    Abs("category_stay_after_stay", .726, .02, "[31] Taobao"),
    Abs("category_stay_after_switch", .249, .02, "[31] Taobao"),
    Abs("repeat_view_session", .105, .015, "[32] Taobao"),
    Abs("repeat_view_history", .211, .015, "[32] Taobao"),
    Abs("buy_after_buy_ratio", 1.58, .2, "[35] Taobao"),
    Abs("category_zipf_slope", 1.0, .05, "[29] Taobao"),
    Abs("price_log_sd", 1.3, .1, "[36] REES46"),
    Abs("price_log_sd_category", .74, .1, "[36] REES46"),
    Rel("lines_per_buying_session", 1.30, .05, "[37] Taobao"),
    Abs("order_value_log_sd", 1.2, .1, "preset"),
    {"orders_overdispersion", 1.05, 6, "[35] overdispersed"},
    Rel("session_p90_s", 2003, .10, "[19] Taobao"),
    Rel("off_time_log_sd", 1.27, .10, "[21] Taobao"),
    Abs("off_time_memory", .15, .05, "[23] Taobao"),
    {"category_cart_log_sd", .52, .85, "[30] plausible .65–.8 ± 20 %"},
    Rel("conversion_1_event", .066, .15, "[34] Taobao"),
    Rel("conversion_2_3_events", .063, .20, "[34] Taobao .063 ± 20 %, as fact 7"),
    {"conversion_32_events", .205, .33, "[34] Taobao .256; logit ± .3"},
    {"conversion_slope", .4, .8, "[34] plausible"},
    Abs("returned_lines", .08, .01, "[41] after.return_rate"),
    Abs("returned_value", .08, .012, "[41] Online Retail .084 of value"),
  });
  Check(Compute(s, 17434), {Abs("item_zipf_slope", .65, .05, "[28] REES46, 17,434 events"),
                  Abs("item_gini", .50, .03, "[28] REES46, 17,434 events")});
  CheckShape(f, true);
}

TEST(Facts, FashionIsInsideItsBands) {
  const Scenario s = Load("fashion");
  const std::vector<Fact> f = Compute(s);
  CheckHours(s, f);
  Check(f, {
    {"session_conversion", .017, .03, "preset target"},
    Rel("cart_sessions", .088, .10, "preset target"),
    {"cart_to_buy_visitor", .216, .264, "preset .24 ± 10 %"},
    Rel("events_per_session", 6.9, .05, "[10] eshop2008"),
    Abs("single_event_sessions", .21, .02, "[11] eshop2008"),
    Abs("leave_hazard_2", .18, .02, "[12] eshop2008"),
    Abs("leave_hazard_3", .17, .02, "[12] eshop2008"),
    Abs("leave_hazard_5", .15, .02, "[12] eshop2008"),
    Abs("leave_hazard_8", .14, .02, "[12] eshop2008"),
    Abs("leave_hazard_12", .12, .02, "[12] eshop2008"),
    Rel("gap_log_mean", 4.02, .05, "[16] Yoochoose"),
    Rel("gap_log_sd", 1.38, .05, "[16] Yoochoose"),
    Rel("gap_median_s", 55, .05, "[16] Yoochoose"),
    {"returning_visitors", .22, .28, "preset return 25 %"},
    Rel("hour_amplitude", .70, .10, "[24] Yoochoose"),
    {"hour_peak", 17, 21, "preset early evening"},
    Abs("repeat_view_session", .205, .015, "[32] Yoochoose .205"),
    Abs("category_zipf_slope", .8, .05, "preset"),
    Abs("price_log_sd", .75, .1, "preset"),
    Abs("price_log_sd_category", .4, .1, "preset"),
    Rel("lines_per_order", 1.6, .05, "preset"),
    Rel("session_p90", 16, .05, "[10] eshop2008"),
    Rel("session_p99", 42, .05, "[10] eshop2008"),
    Abs("gap_icc", .23, .04, "[17] Yoochoose"),
    Rel("hour_19", 1.92, .10, "[24] Yoochoose"),
    Abs("item_zipf_slope", .85, .05, "[28] preset, Yoochoose .80"),
    {"category_cart_log_sd", .52, .96, "[30] plausible .65–.8 ± 20 %"},
    {"category_buy_log_sd", .52, .96, "[30] plausible .65–.8 ± 20 %"},
    Abs("returned_lines", .25, .022, "[41] after.return_rate ± .01, and two s.e."),
  });
  CheckShape(f, true);
}

TEST(Facts, ElectronicsIsInsideItsBands) {
  const Scenario s = Load("electronics");
  const std::vector<Fact> f = Compute(s);
  CheckHours(s, f);
  Check(f, {
    {"session_conversion", .010, .024, "preset target"},
    {"cart_sessions", .025, .07, "preset target"},
    {"cart_to_buy_visitor", .252, .308, "[4] RetailRocket .28 ± 10 %"},
    Rel("events_per_session", 1.56, .05, "[10] RetailRocket"),
    Abs("single_event_sessions", .758, .02, "[11] RetailRocket"),
    Rel("session_p99", 9, .05, "[10] RetailRocket"),
    Rel("gap_log_mean", 3.51, .05, "[16] REES46"),
    Rel("gap_log_sd", .97, .05, "[16] REES46"),
    Rel("sessions_per_visitor", 1.252, .05, "[9] RetailRocket"),
    Abs("returning_visitors", .129, .0129, "[9] RetailRocket ± 10 %"),
    Rel("hour_amplitude", .68, .10, "[24] RetailRocket"),
    {"weekend_lift", .78, .92, "[25] RetailRocket weekend .86"},
    {"category_stay", .86, .90, "[31] REES46 .88"},
    Abs("category_zipf_slope", .85, .05, "preset"),
    Abs("price_log_sd", 1.3, .1, "[36] REES46"),
    Abs("price_log_sd_category", .74, .1, "[36] REES46"),
    Rel("lines_per_order", 1.34, .05, "[37] Diginetica"),
    {"returning_conversion", FactValue(f, "new_conversion"), 1, "[33] multi-session visitors convert more"},
    {"hour_peak", 9, 17, "[24] RetailRocket: workday"},
    Rel("hour_14", 1.59, .10, "[24] RetailRocket peak"),
    Rel("hour_3", .16, .10, "[24] RetailRocket trough"),
    Rel("return_day_1", .027, .15, "[22] RetailRocket ± 10 %, and one s.e."),
    Rel("return_day_7", .058, .10, "[22] RetailRocket"),
    Rel("day_visitors_cv", .168, .20, "[27] RetailRocket"),
    Abs("item_zipf_slope", .6, .05, "[28] preset"),
    Rel("category_cart_log_sd", .65, .20, "[30] RetailRocket p5–p95 .7–5.9 %"),
    Rel("category_buy_log_sd", .80, .20, "[30] RetailRocket p5–p95 .17–2.4 %"),
    Abs("repeat_view_3_views", .306, .015, "[32] RetailRocket sequences of three views or more"),
    {"repeat_view_session", .10, .35, "[32] plausible"},
    Abs("returned_lines", .09, .01, "[41] after.return_rate"),
  });
  CheckShape(f, true);
}

TEST(Facts, GroceryIsInsideItsBands) {
  const Scenario s = Load("grocery");
  const std::vector<Fact> f = Compute(s);
  CheckHours(s, f);
  Check(f, {
    {"session_conversion", .04, .09, "preset target 6.8 % (4–9)"},
    Rel("cart_sessions", .135, .10, "preset target"),
    {"cart_to_buy_visitor", .495, .605, "preset .55 ± 10 %"},
    Rel("views_per_session", 25, .05, "preset: 25 items a list"),
    {"lines_per_order", 7, 30, "preset 15 (7–30)"},
    Abs("order_value_log_sd", .8, .1, "preset"),
    Abs("category_zipf_slope", .9, .05, "preset"),
    Abs("price_log_sd", .79, .1, "[36] completejourney"),
    Abs("price_log_sd_category", .4, .1, "preset"),
    Rel("hour_amplitude", .9, .10, "preset"),
    {"hour_peak", 17, 18, "preset"},
    {"weekend_lift", 1.1, 1.3, "preset 1.2"},
    Rel("gap_log_mean", 2.9, .05, "preset"),
    Rel("gap_log_sd", 1.0, .05, "preset"),
    Abs("item_zipf_slope", .70, .05, "[28] completejourney"),
    Abs("returned_lines", .01, .003, "[41] after.return_rate, and three s.e."),
  });
  CheckShape(f, false);
}

// Replenishment shows in the long run only; the source's log has 104 weeks. One world of 1,200 households (about 600 ever
// order, 10,000 orders): s.e. of the median 0.5 days, of the share .01. Not met: BG/NBD r .30 (about .7 here), repeat
// customers 63.6 % (about 80 %), and .66 ± .03 of orders by the top fifth (about .63; held to the plausible range).
TEST(Facts, GroceryReplenishes) {
  const std::vector<Fact> f =
      Compute(Load("grocery", {{"time.days", "728"}, {"population.shoppers", "1200"}, {"replications", "1"}}));
  Check(f, {
    Rel("order_gap_median_days", 21, .12, "[39] groceryElog ± 10 %, and one s.e."),
    Abs("order_gap_cv", .59, .1, "[39] groceryElog"),
    {"top20_orders", .50, .70, "[40] plausible; groceryElog .66"},
  });
}

// Fact 42 has ± 1 pt; the targets are the presets'. Thousands of visitors a replication are given a coupon: s.e. below
// .3 pt.
TEST(Facts, CouponsAreRedeemedAsOften) {
  Check(Compute(Load("marketplace", {{"replications", "3"}}), 0, "coupons"),
        {Abs("coupon_redemption", .05, .01, "[42] preset")});
  Check(Compute(Load("grocery", {{"replications", "2"}}), 0, "rfm-rule"),
        {Abs("coupon_redemption", .12, .015, "[42] completejourney ± .01, and two s.e.")});
}
// clang-format on

}  // namespace
}  // namespace souk
