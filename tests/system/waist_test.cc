// What the shop asks strategies, and what it does with the answers, seen from strategies that keep a record.

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "bench/experiment/experiment.h"
#include "strategies/registry.h"
#include "tests/system/designs.h"

namespace souk {
namespace {

using ::testing::HasSubstr;

constexpr const char* kPlain =
    "name: incumbent, recommender: popularity, coupons: none, pricing: list, assistant: none, outreach: none";

/// The tiny shop with one arm beside the incumbent, one replication, everything recorded.
Scenario Shop(const std::string& arm, std::vector<Override> more = {}) {
  std::vector<Override> overrides = {{"replications", "1"},
                                     {"record.events", "true"},
                                     {"record.decisions", "true"},
                                     {"arms", Arms({kPlain, "name: arm, " + arm})}};
  overrides.insert(overrides.end(), more.begin(), more.end());
  return Read("tiny/shop.yaml", overrides);
}

/// Runs `scenario`; `change` may replace strategies of the arm `arm`.
template <class Change>
CellResult RunWith(const Scenario& scenario, Change change) {
  RunOptions options;
  options.threads = 1;
  options.make_strategies = [&](const ArmSpec& arm, const StrategyContext& context) {
    StrategySet set = MakeStrategies(arm, context);
    if (arm.name == "arm") change(set, *context.view);
    return set;
  };
  const ExperimentResult r = RunExperiment(scenario, options);
  return *r.Cell(0, 1);
}

/// Nothing to learn.
template <class Interface>
class Plain : public Interface {
 public:
  void Train(const ShopLog&, Rng&) override {}
  void Save(std::ostream&) const override {}
  void Load(std::istream&) override {}
};

// ---------------------------------------------------------------- exclusions

/// Keeps what it is told not to show; shows it all the same when `stubborn`.
class Watcher final : public Plain<Recommender> {
 public:
  Watcher(const ShopView& view, bool stubborn, int& with_cart)
      : view_(view), stubborn_(stubborn), with_cart_(with_cart) {}
  Slate Recommend(const RecommendRequest& request, Rng&) override {
    const auto cart = view_.profile(request.shopper).cart_items();
    EXPECT_TRUE(std::equal(cart.begin(), cart.end(), request.exclude.begin(), request.exclude.end()));
    with_cart_ += cart.empty() ? 0 : 1;
    Slate slate;
    if (stubborn_)
      for (const ItemId item : cart)
        if (item != request.anchor && view_.available(item) && slate.size == 0) slate.Add(item);
    return slate;
  }

 private:
  const ShopView& view_;
  bool stubborn_;
  int& with_cart_;
};

TEST(Exclusions, AreTheItemsInTheCart) {
  int with_cart = 0;
  const CellResult cell = RunWith(Shop("recommender: random"), [&](StrategySet& set, const ShopView& view) {
    set.recommender = std::make_unique<Watcher>(view, false, with_cart);
  });
  EXPECT_EQ(cell.error, "");
  EXPECT_GT(with_cart, 100);
}

TEST(Exclusions, AnExcludedItemInASlateIsABrokenContract) {
  int with_cart = 0;
  const CellResult cell = RunWith(Shop("recommender: random"), [&](StrategySet& set, const ShopView& view) {
    set.recommender = std::make_unique<Watcher>(view, true, with_cart);
  });
  EXPECT_THAT(cell.error, HasSubstr("an item that was excluded"));
}

// The set that a choice was made from leaves out the page's item and the cart: by definition what random, which shows
// each eligible item with the same chance, says by its propensity.
TEST(Exclusions, CountInTheEligibleSet) {
  const CellResult cell = RunWith(Shop("recommender: random"), [](StrategySet&, const ShopView&) {});
  int slates = 0;
  for (const DecisionOutcome& d : cell.decisions) {
    if (d.slot != static_cast<std::int32_t>(Slot::kRecommender)) continue;
    ASSERT_EQ(d.propensity, static_cast<double>(1.0F / static_cast<float>(d.eligible)));
    ++slates;
  }
  EXPECT_GT(slates, 1000);
}

// ---------------------------------------------------------------- personal prices

/// Draws a price for each request and keeps count of them.
class DrawnQuotes final : public Plain<PricingPolicy> {
 public:
  DrawnQuotes(const ShopView& view, bool personal, double highest, std::map<std::pair<int, int>, int>& asked)
      : view_(view), personal_(personal), highest_(highest), asked_(asked) {}
  [[nodiscard]] bool personal() const override { return personal_; }
  PriceDecision Price(const PriceRequest& request, Rng& rng) override {
    const Money list = view_.catalogue().list_price[request.item.index()];
    if (!request.shopper.valid()) return {.price = list};
    ++asked_[{request.shopper.value, request.item.value}];
    return {.price = Scale(list, 0.7 + (highest_ - 0.7) * rng.Uniform()), .propensity = 0.25, .eligible = 4};
  }

 private:
  const ShopView& view_;
  bool personal_;
  double highest_;
  std::map<std::pair<int, int>, int>& asked_;
};

CellResult RunQuotes(bool personal, double highest, std::map<std::pair<int, int>, int>& asked) {
  return RunWith(Shop("recommender: random"), [&](StrategySet& set, const ShopView& view) {
    set.pricing = std::make_unique<DrawnQuotes>(view, personal, highest, asked);
  });
}

TEST(PersonalPrices, AreAskedOnlyOfPoliciesThatGiveThem) {
  std::map<std::pair<int, int>, int> asked;
  EXPECT_EQ(RunQuotes(false, 1.3, asked).error, "");
  EXPECT_TRUE(asked.empty());
}

// One price per shopper, item and session, wherever it is seen: page, cart, bill and decision log.
TEST(PersonalPrices, HoldForAShopperAndItemUntilTheSessionEnds) {
  std::map<std::pair<int, int>, int> asked;
  const CellResult cell = RunQuotes(true, 1.3, asked);
  ASSERT_EQ(cell.error, "");
  using Key = std::tuple<int, int, int>;
  std::map<Key, Money> quotes;
  for (const DecisionOutcome& d : cell.decisions) {
    if (d.slot != static_cast<std::int32_t>(Slot::kPricing)) continue;
    ASSERT_TRUE(d.shopper.valid());
    EXPECT_EQ(d.propensity, 0.25);
    EXPECT_EQ(d.eligible, 4);
    EXPECT_TRUE(quotes.emplace(Key{d.shopper.value, d.session, d.item.value}, d.price).second) << "asked twice";
  }
  int seen = 0;
  int sold = 0;
  std::set<std::int64_t> prices_of_one_item;
  for (const Outcome& o : cell.events) {
    if (o.kind != OutcomeKind::kView && o.kind != OutcomeKind::kCart && o.kind != OutcomeKind::kOrderLine) continue;
    const auto quote = quotes.find({o.shopper.value, o.session, o.item.value});
    ASSERT_NE(quote, quotes.end());
    ASSERT_EQ(quote->second, o.amount) << OutcomeName(o.kind);
    seen += o.kind == OutcomeKind::kView;
    sold += o.kind == OutcomeKind::kOrderLine;
    if (o.item.value == 0) prices_of_one_item.insert(o.amount.cents);
  }
  EXPECT_GT(seen, 1000);
  EXPECT_GT(sold, 50);
  EXPECT_GT(prices_of_one_item.size(), 3U) << "shoppers see different prices";
}

// A personal price moves what is bought: a shop that asks everybody for list sells as the list price does (equal
// prices, equal dice), one that asks for more sells less.
TEST(PersonalPrices, MoveDemandAsShopWideOnesDo) {
  std::map<std::pair<int, int>, int> asked;
  const auto orders = [](const CellResult& cell) { return At(cell.Total(), Sum::kOrders); };
  class Fixed final : public Plain<PricingPolicy> {
   public:
    Fixed(const ShopView& view, double factor) : view_(view), factor_(factor) {}
    [[nodiscard]] bool personal() const override { return true; }
    PriceDecision Price(const PriceRequest& request, Rng&) override {
      const Money list = view_.catalogue().list_price[request.item.index()];
      return {.price = request.shopper.valid() ? Scale(list, factor_) : list};
    }

   private:
    const ShopView& view_;
    double factor_;
  };
  const auto run = [&](double factor) {
    return RunWith(Shop("recommender: random"), [&](StrategySet& set, const ShopView& view) {
      set.pricing = std::make_unique<Fixed>(view, factor);
    });
  };
  const CellResult list = RunWith(Shop("recommender: random"), [](StrategySet&, const ShopView&) {});
  const CellResult same = run(1.0);
  EXPECT_EQ(At(same.Total(), Sum::kViews), At(list.Total(), Sum::kViews));
  EXPECT_EQ(orders(same), orders(list));
  EXPECT_LT(orders(run(1.5)), orders(list));
  EXPECT_GT(orders(run(0.6)), orders(list));
}

TEST(PersonalPrices, OutOfBoundsAreABrokenContract) {
  std::map<std::pair<int, int>, int> asked;
  EXPECT_THAT(RunQuotes(true, 60.0, asked).error, HasSubstr("the pricing policy broke its contract"));
}

}  // namespace
}  // namespace souk
