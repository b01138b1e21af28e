#pragma once
// What a strategy may look at: the public catalogue, current prices and stock, the shop's own log
// and the profiles the shop keeps. Never tastes, never counterfactuals.

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/base/prefetch.h"
#include "sim/base/room.h"
#include "sim/decision/shop_log.h"
#include "sim/world/public_catalogue.h"

namespace souk {

/// What the shop knows of one customer account. Kept up to date by the market on every event.
struct ShopperProfile {
  static constexpr int kRecent = 16;
  static constexpr int kCart = 8;
  SimTime first_seen = kNever;
  SimTime last_seen{INT64_MIN};
  SimTime last_order{INT64_MIN};
  SimTime cart_changed{INT64_MIN};
  SimTime last_message{INT64_MIN};
  std::int32_t sessions = 0;
  std::int32_t views = 0;
  std::int32_t carts = 0;
  std::int32_t orders = 0;
  Money spent;  ///< paid so far, before returns
  std::int32_t coupons_used = 0;
  std::int32_t returns = 0;
  bool opted_out = false;  ///< of messages
  bool mobile = false;     ///< device of the latest session
  std::int8_t cart_size = 0;
  std::array<ItemId, kCart> cart{};      ///< items in the cart now, oldest first
  std::int32_t recent_size = 0;          ///< min(views, kRecent)
  std::array<ItemId, kRecent> recent{};  ///< ring of viewed items; see RecentItem

  /// The n-th latest viewed item, n from 0; n < recent_size.
  [[nodiscard]] ItemId RecentItem(int n) const { return recent[static_cast<std::size_t>((views - 1 - n) % kRecent)]; }
  void PushRecent(ItemId item) {
    recent[static_cast<std::size_t>(views % kRecent)] = item;
    ++views;
    if (recent_size < kRecent) ++recent_size;
  }
  [[nodiscard]] std::span<const ItemId> cart_items() const {
    return {cart.data(), static_cast<std::size_t>(cart_size)};
  }
};

/// The profiles of all shoppers. One of whom the shop knows nothing takes four bytes: millions of customers have an
/// account and do not come. Asking the const table for such a one gives a blank profile; asking the mutable table makes
/// one, which ends the life of references to others. Tested by: ShopperProfiles.*.
class ShopperProfiles {
 public:
  void resize(std::size_t shoppers) { place_.resize(shoppers, -1); }
  [[nodiscard]] std::size_t size() const { return place_.size(); }
  /// Shoppers with a profile of their own.
  [[nodiscard]] std::size_t known() const { return profiles_.size(); }
  const ShopperProfile& operator[](std::size_t shopper) const {
    static const ShopperProfile blank;
    const std::int32_t at = place_[shopper];
    return at < 0 ? blank : profiles_[static_cast<std::size_t>(at)];
  }
  ShopperProfile& operator[](std::size_t shopper) {
    std::int32_t& at = place_[shopper];
    if (at < 0) {
      at = static_cast<std::int32_t>(profiles_.size());
      if (profiles_.size() == profiles_.capacity())
        MakeRoom(profiles_, std::max<std::size_t>(64, 2 * profiles_.size()));
      profiles_.emplace_back();
    }
    return profiles_[static_cast<std::size_t>(at)];
  }
  /// Has the shopper's place fetched, or, once that is there, the profile itself.
  void ExpectPlace(std::size_t shopper) const { Prefetch(&place_[shopper]); }
  void ExpectProfile(std::size_t shopper) const {
    if (const std::int32_t at = place_[shopper]; at >= 0) PrefetchAll(profiles_[static_cast<std::size_t>(at)]);
  }
  /// All blank again.
  void Forget() {
    place_.assign(place_.size(), -1);
    profiles_.clear();
  }

 private:
  std::vector<std::int32_t> place_;  ///< in profiles_; −1: none
  std::vector<ShopperProfile> profiles_;
};

/// The shop's mutable records, owned by the market; strategies see them through ShopView only.
struct ShopRecords {
  SimTime now;
  std::vector<Money> price;             ///< current shop-wide price, per item
  std::vector<std::int32_t> stock;      ///< units on hand; INT32_MAX when unlimited
  std::vector<Money> competitor_price;  ///< as last observed
  std::vector<std::uint8_t> available;  ///< launched and in stock
  std::int32_t available_count = 0;
  ShopperProfiles profiles;
  ShopLog log;
};

/// A read-only window on one arm's shop. Valid as long as that arm runs. Where several arms share a shop, each sees the
/// prices of those whom it serves (`price`, by item; null: the shop-wide ones).
/// Thread safety: const calls may run concurrently; the market changes records between decisions.
class ShopView {
 public:
  ShopView(const PublicCatalogue& catalogue, const std::vector<FaqArticle>& faq,
           const std::vector<std::string>& intents, const ShopRecords& records,
           const std::vector<Money>* price = nullptr)
      : catalogue_(&catalogue),
        faq_(&faq),
        intents_(&intents),
        records_(&records),
        price_(price != nullptr ? price : &records.price) {}

  [[nodiscard]] const PublicCatalogue& catalogue() const { return *catalogue_; }
  [[nodiscard]] const std::vector<FaqArticle>& faq() const { return *faq_; }
  [[nodiscard]] const std::vector<std::string>& intents() const { return *intents_; }
  [[nodiscard]] const ShopLog& log() const { return records_->log; }
  [[nodiscard]] SimTime now() const { return records_->now; }
  [[nodiscard]] Money price(ItemId i) const { return (*price_)[i.index()]; }
  [[nodiscard]] Money competitor_price(ItemId i) const { return records_->competitor_price[i.index()]; }
  [[nodiscard]] std::int32_t stock(ItemId i) const { return records_->stock[i.index()]; }
  [[nodiscard]] bool available(ItemId i) const { return records_->available[i.index()] != 0; }
  /// Number of items that are launched and in stock now.
  [[nodiscard]] int available_count() const { return records_->available_count; }
  [[nodiscard]] int shoppers() const { return static_cast<int>(records_->profiles.size()); }
  [[nodiscard]] const ShopperProfile& profile(ShopperId u) const { return records_->profiles[u.index()]; }

 private:
  const PublicCatalogue* catalogue_;
  const std::vector<FaqArticle>* faq_;
  const std::vector<std::string>* intents_;
  const ShopRecords* records_;
  const std::vector<Money>* price_;
};

/// Truth that only the simulator knows, for strategies marked `sees_truth` (the ceiling).
class Truth {
 public:
  virtual ~Truth() = default;
  /// Expected utility (no noise) of viewing `item` for this shopper at its current price.
  [[nodiscard]] virtual double ViewUtility(ShopperId shopper, ItemId item) const = 0;
  /// Logit of buying `item` at its next view, visitor effects included.
  [[nodiscard]] virtual double PurchaseLogit(ShopperId shopper, ItemId item) const = 0;
  /// The category this shopper will turn to next in the running session; none if about to leave
  /// or to go back to a known item.
  [[nodiscard]] virtual CategoryId NextCategory(ShopperId shopper) const = 0;
};

}  // namespace souk
