#pragma once
// The narrow waist: five questions the shop asks, one small interface each. A strategy is built
// from validated parameters and a ShopView; it is trained on the shop's log, told of events as they
// happen, and asked for decisions. It draws randomness only from the Rng it is handed.

#include <array>
#include <cstdint>
#include <iosfwd>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/random.h"
#include "sim/decision/params.h"
#include "sim/decision/shop_view.h"

namespace souk {

/// Common to all strategies. All calls come from one thread.
class Strategy {
 public:
  virtual ~Strategy() = default;
  /// Learns from everything logged so far. Called before the first decision (the log may be empty)
  /// and then on the scenario's cadence. Must be a pure function of log, parameters and rng.
  virtual void Train(const ShopLog& log, Rng& rng) = 0;
  /// One new event, right after it was logged. Cheap; default: nothing.
  virtual void Observe(const ShopEvent&) {}
  /// Writes / restores the learnt state; after Load, decisions equal those of the saved strategy.
  /// Load throws Error on a foreign or truncated stream.
  virtual void Save(std::ostream& out) const = 0;
  virtual void Load(std::istream& in) = 0;
};

// ---------------------------------------------------------------- recommender

enum class PageKind : std::uint8_t { kHome, kProduct };

struct RecommendRequest {
  PageKind page{};
  ShopperId shopper;
  SimTime now;
  ItemId anchor;                          ///< product page: its item; home page: none
  std::span<const ItemId> session_items;  ///< viewed in this session, oldest first, the anchor last
  int k = 8;                              ///< at most Slate::kMax
  std::span<const ItemId> exclude;        ///< not to be shown, in no order: what is in the cart already
};

/// Ranked items, best first, without allocation. May be shorter than k, never with duplicates, never
/// the anchor or an excluded item, only available items.
struct Slate {
  static constexpr int kMax = 24;
  std::array<ItemId, kMax> items;
  std::array<float, kMax> propensity;  ///< marginal probability of this item at this position; 1 if deterministic
  int size = 0;

  void Add(ItemId item, float p = 1.0F) {
    items[static_cast<std::size_t>(size)] = item;
    propensity[static_cast<std::size_t>(size)] = p;
    ++size;
  }
  [[nodiscard]] bool Contains(ItemId item) const {
    for (int r = 0; r < size; ++r)
      if (items[static_cast<std::size_t>(r)] == item) return true;
    return false;
  }
  [[nodiscard]] std::span<const ItemId> view() const { return {items.data(), static_cast<std::size_t>(size)}; }
  [[nodiscard]] std::span<const float> chances() const { return {propensity.data(), static_cast<std::size_t>(size)}; }
};

class Recommender : public Strategy {
 public:
  virtual Slate Recommend(const RecommendRequest& request, Rng& rng) = 0;
};

/// A recommender that ranks the catalogue by a score, as most do. Offline evaluation, blends and re-rankers ask for
/// the scores; the shop asks for slates.
class ScoringRecommender : public Recommender {
 public:
  /// Writes the score of every item of the catalogue for this question to `scores` (size: items). Higher is better;
  /// scores compare within one call only; never NaN; −∞ for an item that the model has nothing to say about. What may
  /// be shown is left to the caller: stock, exclusions, the anchor and what has been seen are scored like the rest.
  /// `request.k` and `request.exclude` are ignored. Not thread-safe. Cost: at least O(items).
  virtual void Score(const RecommendRequest& request, std::span<float> scores) = 0;
};

// ---------------------------------------------------------------- coupons

/// A fixed amount (`face`) or a share of the basket (`percent` in 0…1); the other is 0.
struct Coupon {
  double percent = 0;
  Money face;
  Money min_basket;
  SimDuration valid_for = Days(7);
  Money issue_cost;

  /// What it takes off a basket; 0 below the minimum.
  [[nodiscard]] Money ValueFor(Money basket) const {
    if (basket < min_basket || basket.cents <= 0) return {};
    const Money off = percent > 0 ? Scale(basket, percent) : face;
    return off < basket ? off : basket;
  }
};

struct CouponRequest {
  ShopperId shopper;
  SimTime now;
  Money cart_value;  ///< of the cart as the session starts
  bool mobile = false;
};
struct CouponDecision {
  std::optional<Coupon> coupon;
  double propensity = 1;  ///< probability of this very decision
  int eligible = 1;       ///< number of alternatives, "none" included
};
/// Asked once at the start of a session of a shopper who holds no coupon.
class CouponPolicy : public Strategy {
 public:
  virtual CouponDecision Offer(const CouponRequest& request, Rng& rng) = 0;
};

// ---------------------------------------------------------------- pricing

struct PriceRequest {
  ItemId item;
  SimTime now;
  ShopperId shopper;  ///< none: the shop-wide price, on the pricing clock; else the price for this shopper
};
struct PriceDecision {
  Money price;  ///< within [kPriceFloor, kPriceCeiling] × list price
  double propensity = 1;
  int eligible = 1;
};
constexpr double kPriceFloor = 0.2;
constexpr double kPriceCeiling = 5.0;
class PricingPolicy : public Strategy {
 public:
  /// True: besides the shop-wide prices, which lists show, each shopper has a price of their own: it is asked for when
  /// they open a product page (or pay for what they have not looked at) and holds for that item until the session
  /// ends. Must not change; read once.
  [[nodiscard]] virtual bool personal() const { return false; }
  virtual PriceDecision Price(const PriceRequest& request, Rng& rng) = 0;
};

// ---------------------------------------------------------------- assistant

struct ChatTurn {
  ShopperId shopper;
  SimTime now;
  ItemId item;
  std::string_view text;  ///< as typed
  int turn = 0;           ///< from 0; a shopper whose first answer did not help asks once more
};
struct AssistantReply {
  bool escalate = true;   ///< hand over to a human agent instead of answering
  IntentId intent;        ///< as understood
  int article = -1;       ///< index into ShopView::faq() when answering
  double confidence = 0;  ///< 0…1
  double propensity = 1;
};
class Assistant : public Strategy {
 public:
  virtual AssistantReply Reply(const ChatTurn& turn, Rng& rng) = 0;
};

// ---------------------------------------------------------------- outreach

enum class Channel : std::uint8_t { kEmail, kPush };
enum class MessageContent : std::uint8_t { kCartReminder, kWinBack, kPromotion };
struct OutreachRequest {
  std::int64_t day = 0;
  SimTime now;
};
struct Message {
  ShopperId shopper;  ///< known to the shop, not opted out; at most one message per shopper and day
  Channel channel = Channel::kEmail;
  SimTime send_at;  ///< not before now, within a day
  MessageContent content = MessageContent::kPromotion;
  std::optional<Coupon> coupon;
  double propensity = 1;
};
class OutreachPolicy : public Strategy {
 public:
  virtual std::vector<Message> Plan(const OutreachRequest& request, Rng& rng) = 0;
};

// ---------------------------------------------------------------- registration

struct StrategyEntry;
struct StrategyContext;
/// Builds the strategy of an entry: the one place where the truth is handed out, and only to a strategy whose info
/// says `sees_truth`. Tested by: BuildStrategy.*.
std::unique_ptr<Strategy> BuildStrategy(const StrategyEntry& entry, const Params& params,
                                        const StrategyContext& context);

/// The truth on its way to BuildStrategy, which alone can open it: code that puts strategies together passes it on
/// and cannot look.
class SealedTruth {
 public:
  SealedTruth() = default;
  explicit SealedTruth(const Truth& truth) : truth_(&truth) {}

 private:
  friend std::unique_ptr<Strategy> BuildStrategy(const StrategyEntry& entry, const Params& params,
                                                 const StrategyContext& context);
  const Truth* truth_ = nullptr;
};

/// Everything a factory may use.
struct StrategyContext {
  const ShopView* view = nullptr;
  const Truth* truth = nullptr;  ///< null unless the strategy's info says `sees_truth`
  SealedTruth sealed;            ///< empty by the time that a factory sees it
  /// Builds a strategy that is a parameter of another (ParamSpec::is_strategy), validated; null where nobody knows the
  /// registry. Inner strategies never see the truth.
  std::unique_ptr<Strategy> (*make)(Slot slot, const StrategySpec& spec, const StrategyContext& context) = nullptr;
};

/// One row of the registry; each strategy's header declares its own.
struct StrategyEntry {
  const StrategyInfo& (*info)() = nullptr;
  std::unique_ptr<Strategy> (*make)(const Params&, const StrategyContext&) = nullptr;
};

/// The five strategies of a running arm.
struct StrategySet {
  std::unique_ptr<Recommender> recommender;
  std::unique_ptr<CouponPolicy> coupons;
  std::unique_ptr<PricingPolicy> pricing;
  std::unique_ptr<Assistant> assistant;
  std::unique_ptr<OutreachPolicy> outreach;
  double decision_time = 1;  ///< multiplies the modelled times of their decisions
  /// By slot: the state came from a model file, so the strategy is not to be trained.
  std::array<bool, 5> pretrained{};
};

}  // namespace souk
