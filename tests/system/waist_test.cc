// What the shop asks strategies, and what it does with the answers, seen from strategies that keep a record.

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <cmath>
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

// ---------------------------------------------------------------- the decision log

/// Answers by turns: an article, or a human.
class ByTurns final : public Plain<Assistant> {
 public:
  explicit ByTurns(std::vector<int>& articles) : articles_(articles) {}
  AssistantReply Reply(const ChatTurn&, Rng&) override {
    const int n = static_cast<int>(articles_.size());
    articles_.push_back(n % 3 == 0 ? -1 : n % 5);
    return {.escalate = n % 3 == 0, .intent = IntentId(n % 4), .article = n % 5, .propensity = 0.5};
  }

 private:
  std::vector<int>& articles_;
};

// An off-policy estimator needs the action, not that there was one. Expected: what the strategies answered.
TEST(DecisionLog, SaysWhichAnswerWasGiven) {
  std::vector<int> articles;
  const CellResult cell = RunWith(Shop("recommender: random"), [&](StrategySet& set, const ShopView&) {
    set.assistant = std::make_unique<ByTurns>(articles);
  });
  ASSERT_EQ(cell.error, "");
  std::vector<int> logged;
  for (const DecisionOutcome& d : cell.decisions) {
    if (d.slot != static_cast<std::int32_t>(Slot::kAssistant)) continue;
    EXPECT_EQ(d.intent, static_cast<std::int32_t>(logged.size() % 4));
    logged.push_back(d.article);
  }
  EXPECT_GT(logged.size(), 20U);
  EXPECT_EQ(logged, articles);
}

TEST(DecisionLog, HoldsWholeSlatesWithTheirChances) {
  const CellResult cell = RunWith(Shop("recommender: random"), [](StrategySet&, const ShopView&) {});
  std::size_t at = 0;
  std::map<std::pair<int, int>, std::set<int>> shown;  // of a session
  for (std::size_t n = 0; n < cell.decisions.size(); ++n) {
    const DecisionOutcome& d = cell.decisions[n];
    for (int r = 0; r < d.slate_size; ++r, ++at) {
      ASSERT_LT(at, cell.slate_items.size());
      const SlateItem& s = cell.slate_items[at];
      ASSERT_EQ(s.decision, static_cast<std::int32_t>(n));
      ASSERT_EQ(s.position, r + 1);
      ASSERT_EQ(s.propensity, static_cast<double>(1.0F / static_cast<float>(d.eligible)));
      if (r == 0) {
        ASSERT_EQ(s.item, d.item);
      }
      shown[{d.shopper.value, d.session}].insert(s.item.value);
    }
    ASSERT_EQ(d.slate_size, d.slot == static_cast<std::int32_t>(Slot::kRecommender) ? 8 : 0);
  }
  EXPECT_EQ(at, cell.slate_items.size());
  int clicks = 0;
  for (const Outcome& o : cell.events) {
    if (o.kind != OutcomeKind::kClick) continue;
    EXPECT_TRUE((shown[{o.shopper.value, o.session}].contains(o.item.value)));
    ++clicks;
  }
  EXPECT_GT(clicks, 100);
}

TEST(DecisionLog, TellsPercentagesFromAmounts) {
  for (const bool percentage : {true, false}) {
    class Giver final : public Plain<CouponPolicy> {
     public:
      explicit Giver(bool percent) : percent_(percent) {}
      CouponDecision Offer(const CouponRequest& request, Rng&) override {
        CouponDecision decision{.eligible = 2};
        if (request.shopper.value % 2 == 1) return decision;
        decision.coupon = percent_ ? Coupon{.percent = 0.2} : Coupon{.face = {12345}};
        return decision;
      }

     private:
      bool percent_;
    };
    const CellResult cell = RunWith(Shop("recommender: random"), [&](StrategySet& set, const ShopView&) {
      set.coupons = std::make_unique<Giver>(percentage);
    });
    int offers = 0;
    for (const DecisionOutcome& d : cell.decisions) {
      if (d.slot != static_cast<std::int32_t>(Slot::kCoupons)) continue;
      const bool given = d.shopper.value % 2 == 0;
      ASSERT_EQ(d.percent, given && percentage ? 0.2 : 0.0);
      // A fifth of the typical basket of 50.00, or the face value.
      ASSERT_EQ(d.price.cents, !given ? 0 : percentage ? 1000 : 12345);
      offers += given;
    }
    EXPECT_GT(offers, 50);
  }
}

/// Writes to everybody every day, to even numbers by e-mail and to odd ones by push.
class Writer final : public Plain<OutreachPolicy> {
 public:
  explicit Writer(const ShopView& view) : view_(view) {}
  std::vector<Message> Plan(const OutreachRequest& request, Rng&) override {
    std::vector<Message> plan;
    for (std::int32_t u = 0; u < view_.shoppers(); ++u) {
      const ShopperProfile& profile = view_.profile(ShopperId(u));
      if (profile.sessions == 0 || profile.opted_out) continue;
      plan.push_back({.shopper = ShopperId(u),
                      .channel = u % 2 == 0 ? Channel::kEmail : Channel::kPush,
                      .send_at = request.now,
                      .content = static_cast<MessageContent>(u % 3)});
    }
    return plan;
  }

 private:
  const ShopView& view_;
};

TEST(DecisionLog, SaysWhatWasWrittenAndHow) {
  const CellResult cell = RunWith(Shop("recommender: random"), [](StrategySet& set, const ShopView& view) {
    set.outreach = std::make_unique<Writer>(view);
  });
  ASSERT_EQ(cell.error, "");
  int messages = 0;
  for (const DecisionOutcome& d : cell.decisions) {
    if (d.slot != static_cast<std::int32_t>(Slot::kOutreach)) continue;
    ASSERT_EQ(d.content, d.shopper.value % 3);
    ASSERT_EQ(d.channel, d.shopper.value % 2);
    ++messages;
  }
  EXPECT_GT(messages, 300);
}

// ---------------------------------------------------------------- channels

/// Opened, opted out and sent, by channel (0 e-mail, 1 push); cents paid.
struct Letters {
  std::array<int, 2> sent{};
  std::array<int, 2> opened{};
  std::array<int, 2> opted_out{};
  std::array<std::int64_t, 2> cents{};
};
Letters WriteToAll(std::vector<Override> contact) {
  const CellResult cell =
      RunWith(Shop("recommender: random", std::move(contact)),
              [](StrategySet& set, const ShopView& view) { set.outreach = std::make_unique<Writer>(view); });
  EXPECT_EQ(cell.error, "");
  Letters letters;
  for (const Outcome& o : cell.events) {
    const auto channel = static_cast<std::size_t>(o.shopper.value % 2);
    if (o.kind == OutcomeKind::kMessage) ++letters.sent[channel], letters.cents[channel] += o.cost.cents;
    if (o.kind == OutcomeKind::kMessageOpen) ++letters.opened[channel];
    if (o.kind == OutcomeKind::kOptOut) ++letters.opted_out[channel];
  }
  return letters;
}

// Each channel has its own parameters: switching a response off in one leaves the other's.
TEST(Channels, OpenAndEndByTheirOwnRates) {
  const Letters no_push =
      WriteToAll({{"contact.push_open", "0"}, {"contact.push_opt_out", "0"}, {"contact.opt_out", "0.05"}});
  EXPECT_GT(no_push.sent[1], 300);
  EXPECT_EQ(no_push.opened[1], 0);
  EXPECT_EQ(no_push.opted_out[1], 0);
  EXPECT_GT(no_push.opened[0], 0);
  EXPECT_GT(no_push.opted_out[0], 0);
  const Letters no_email =
      WriteToAll({{"contact.message_open", "0"}, {"contact.opt_out", "0"}, {"contact.push_opt_out", "0.05"}});
  EXPECT_EQ(no_email.opened[0], 0);
  EXPECT_EQ(no_email.opted_out[0], 0);
  EXPECT_GT(no_email.opened[1], 0);
  EXPECT_GT(no_email.opted_out[1], 0);
}

// Rule: what n e-mails of 0.4 and m push messages of 2.1 cents cost together is 0.4 n + 2.1 m cents, in whole cents.
TEST(Channels, EachHasItsCost) {
  const Letters letters = WriteToAll({{"contact.message_cost", "0.004"}, {"contact.push_cost", "0.021"}});
  ASSERT_GT(letters.sent[0], 300);
  ASSERT_GT(letters.sent[1], 300);
  EXPECT_NEAR(static_cast<double>(letters.cents[0] + letters.cents[1]), 0.4 * letters.sent[0] + 2.1 * letters.sent[1],
              1);
}

// ---------------------------------------------------------------- modelled times

// No queue and constant times, so each wait is a sum by hand: the page 0.1 s; decisions, × 2 in this arm: the slate
// 0.2 s, on the first page of a session the coupon 0.4 s, on product pages the personal price 0.8 s.
TEST(ModelledTimes, AddUpByPageAndScaleWithTheArm) {
  const std::vector<Override> times = {{"server.workers", "100000"},    {"server.page_s", "0.1"},
                                       {"server.recommender_s", "0.2"}, {"server.coupons_s", "0.4"},
                                       {"server.pricing_s", "0.8"},     {"population.patience_s", "1000"}};
  for (const bool personal : {false, true}) {
    const std::string pricing = personal ? "pricing: loyalty" : "pricing: list";
    const CellResult cell =
        RunWith(Shop("recommender: random, decision_time: 2, " + pricing, times), [](StrategySet&, const ShopView&) {});
    std::map<int, int> pages;  // of the session under way, by shopper
    int checked = 0;
    for (const Outcome& o : cell.events) {
      if (o.kind == OutcomeKind::kSessionStart) pages[o.shopper.value] = 0;
      if (o.kind != OutcomeKind::kPage || !pages.contains(o.shopper.value)) continue;
      const bool first = pages[o.shopper.value]++ == 0;
      const double decisions = 0.2 + (first ? 0.4 : 0) + (personal && o.item.valid() ? 0.8 : 0);
      ASSERT_NEAR(o.value, 0.1 + 2 * decisions, 1e-6);
      ++checked;
    }
    EXPECT_GT(checked, 1000);
  }
}

// A slow answer delays what the shopper does next by just that much, here 3 × 10 s: all other draws are the same.
TEST(ModelledTimes, TheAssistantsAnswerWaits) {
  // What the first shopper to get a right answer does after it: when, in seconds after the answer.
  const auto next_step_s = [](const char* seconds) {
    const CellResult cell = RunWith(Shop("recommender: random, assistant: faq-bm25, decision_time: 3",
                                         {{"server.assistant_s", seconds}, {"chat.question_rate", "0.5"}}),
                                    [](StrategySet&, const ShopView&) {});
    const Outcome* answer = nullptr;
    for (const Outcome& o : cell.events) {
      if (answer == nullptr && o.kind == OutcomeKind::kAnswer && o.detail == 1) answer = &o;
      else if (answer != nullptr && o.shopper == answer->shopper) return (o.time - answer->time).seconds();
    }
    return -1.0;
  };
  const double quick = next_step_s("0");
  EXPECT_GT(quick, 0);
  EXPECT_NEAR(next_step_s("10"), quick + 30, 1e-4);
}

}  // namespace
}  // namespace souk
