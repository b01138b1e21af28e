// What a mechanism of the shopper promises, read off the log of a small shop.

#include <gtest/gtest.h>

#include <cmath>

#include "bench/experiment/observed_facts.h"
#include "tests/support/plain_arm.h"

namespace souk {
namespace {

Scenario Shop() {
  Scenario s;
  s.name = "mechanisms";
  s.question = "?";
  s.replications = 1;
  s.catalogue.items = 2000;
  s.catalogue.categories = 40;
  s.population.shoppers = 4000;
  s.stock.limited = false;
  s.purchase.buy_intercept = -5;
  testing::AddPlainIncumbent(s);
  return s;
}

double FactOf(const Scenario& s, const char* name) { return FactValue(ObservedFacts(s, {}), name); }

// Rule: return_rate of delivered lines come back, also where shoppers buy what fits and fits come back less. Some 2,500
// lines: four standard errors of a binomial share are .035, plus .005 for what is left of settling.
TEST(Mechanisms, ReturnRateIsWhatComesBack) {
  Scenario s = Shop();
  s.after.return_rate = 0.25;
  s.after.return_match = -0.6;
  EXPECT_NEAR(FactOf(s, "returned_lines"), 0.25, 0.04);
}

// Rule: with revisits off, the next view shows the same item again with chance `reload`; shelves add chance repeats,
// which the same shop without reloads tells. About 60,000 views: four standard errors .01.
TEST(Mechanisms, ReloadsAreRepeatViews) {
  Scenario s = Shop();
  s.browse.revisit_session = 0;
  s.browse.revisit_history = 0;
  const double without = FactOf(s, "repeat_view_later");
  s.browse.reload = 0.3;
  EXPECT_NEAR(FactOf(s, "repeat_view_later"), 0.3 + 0.7 * without, 0.02);
}

// Rule: right after an order its shopper needs nothing: with a pantry that lasts longer than the run, nobody who
// ordered on a page orders there again.
TEST(Mechanisms, AFullPantryNeedsNothing) {
  Scenario s = Shop();
  s.browse.direct_share = 0;
  EXPECT_GT(FactOf(s, "repeat_buyers"), 0.2);
  s.time.warmup_days = 0;
  s.purchase.pantry_days = 3650;
  s.purchase.pantry_logit = 30;
  s.purchase.checkout = -30;                    // no carts from before the order
  EXPECT_LT(FactOf(s, "repeat_buyers"), 0.01);  // a session with two orders may pass midnight
}

}  // namespace
}  // namespace souk
