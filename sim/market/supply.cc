// Stock, launches, competitor prices, and the clocks of pricing and training.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>

#include "sim/market/market_internal.h"

namespace souk {

void Market::RefreshAvailability(ItemId item) {
  ShopRecords& r = state_.records;
  const bool launched = Now().day() >= world_.catalogue.launch_day[item.index()];
  const bool now = launched && r.stock[item.index()] > 0;
  const bool before = r.available[item.index()] != 0;
  if (now == before) return;
  r.available[item.index()] = now ? 1 : 0;
  r.available_count += now ? 1 : -1;
}

void Market::TakeStock(ItemId item, std::int32_t units) {
  if (!spec_.stock.limited) return;
  std::int32_t& stock = state_.records.stock[item.index()];
  SOUK_CHECK(stock >= units);
  stock -= units;
  RefreshAvailability(item);
}

void Market::OnRestock(ItemId item, std::int32_t units) {
  state_.on_order[item.index()] -= units;
  PutBack(item, units);
}

void Market::PutBack(ItemId item, std::int32_t units) {
  if (!spec_.stock.limited) return;
  state_.records.stock[item.index()] += units;
  RefreshAvailability(item);
}

void Market::ReviewStock() {
  const std::int64_t day = Now().day();
  for (std::size_t i = 0; i < state_.stock_target.size(); ++i) {
    const std::int32_t position = state_.records.stock[i] + state_.on_order[i];
    const std::int32_t units = state_.stock_target[i] - position;
    if (units <= 0) continue;
    const double u =
        ToUniform(world_.dice.Draw(Purpose::kStock, static_cast<std::uint32_t>(i), static_cast<std::uint64_t>(day)).lo);
    state_.on_order[i] += units;
    At(Now() + Days(Quantile(spec_.stock.lead_days, u)), MarketEvent::kRestock, static_cast<std::uint32_t>(i),
       static_cast<std::uint64_t>(units));
  }
}

void Market::OnDay() {
  const std::int64_t day = Now().day();
  At(StartOfDay(day + 1), MarketEvent::kDay, 0);
  const CompetitorSpec& rival = spec_.competitor;
  if (day > 0 && rival.sd > 0) {
    const double step = rival.sd * std::sqrt(1 - rival.memory * rival.memory);
    for (std::size_t i = 0; i < state_.competitor_log.size(); ++i) {
      const double z = ToNormal(
          world_.dice.Draw(Purpose::kCompetitor, static_cast<std::uint32_t>(i), static_cast<std::uint64_t>(day)).lo);
      const double next =
          rival.mean + rival.memory * (static_cast<double>(state_.competitor_log[i]) - rival.mean) + step * z;
      state_.competitor_log[i] = static_cast<float>(next);
      state_.records.competitor_price[i] = std::max(Money{1}, Scale(world_.catalogue.list_price[i], Exp(next)));
      UpdatePriceLogs(world_, state_, ItemId(i));
    }
  }
  for (std::size_t i = 0; i < state_.competitor_log.size(); ++i)
    if (world_.catalogue.launch_day[i] == day) RefreshAvailability(ItemId(i));
  if (spec_.stock.limited && day % spec_.stock.review_days == 0) ReviewStock();
}

void Market::OnReprice() {
  At(Now() + Hours(spec_.cadence.price_hours), MarketEvent::kReprice, 0);
  const Rng dice = PrivateDice(Slot::kPricing);
  for (std::size_t arm = 0; arm < arms_.size(); ++arm) Reprice(arm, dice);
}

PriceDecision Market::AskPrice(std::size_t arm, const PriceRequest& request, Rng& dice) {
  const PriceDecision decision =
      Timed(static_cast<int>(arm), Slot::kPricing, [&] { return arms_[arm].pricing->Price(request, dice); });
  const Money list = world_.catalogue.list_price[request.item.index()];
  if (decision.price < std::max(Money{1}, Scale(list, kPriceFloor)) || decision.price > Scale(list, kPriceCeiling))
    throw Error("the pricing policy broke its contract: a price of " + std::to_string(decision.price.units()) +
                " for a list price of " + std::to_string(list.units()) + "; allowed: 0.2 to 5 times list");
  return decision;
}

Money Market::Quoted(ShopperId u, ItemId item) {
  if (const Quote* quote = FindQuote(state_, u, item)) return quote->price;
  const ShopperState& person = Person(u);
  if (person.session_slot < 0) return state_.prices[person.arm].price[item.index()];
  Session& s = S(person.session_slot);
  Rng dice = PrivateDice(Slot::kPricing);
  const PriceDecision decision = AskPrice(person.arm, {item, Now(), u}, dice);
  const Money list = world_.catalogue.list_price[item.index()];
  s.quotes.push_back(
      {item, decision.price,
       static_cast<float>(Log(static_cast<double>(decision.price.cents) / static_cast<double>(list.cents)))});
  state_.records.log.prices.push_back({Now(), item, decision.price, decision.propensity, u});
  sink_.RecordDecision({Now(),
                        static_cast<std::int32_t>(Slot::kPricing),
                        u,
                        s.ordinal,
                        item,
                        decision.eligible,
                        decision.propensity,
                        decision.price,
                        {}});
  return decision.price;
}

void Market::Reprice(std::size_t arm, Rng dice) {
  ShopRecords& r = state_.records;
  std::vector<Money>& prices = state_.prices[arm].price;
  for (int i = 0; i < world_.catalogue.items(); ++i) {
    const ItemId item(i);
    const PriceDecision decision = AskPrice(arm, {item, Now(), {}}, dice);
    if (decision.price == prices[item.index()] && decision.propensity == 1) continue;
    prices[item.index()] = decision.price;
    if (arm == 0) r.price[item.index()] = decision.price;
    UpdatePriceLogs(world_, state_, item);
    r.log.prices.push_back({Now(), item, decision.price, decision.propensity, {}});
    sink_.RecordDecision({Now(),
                          static_cast<std::int32_t>(Slot::kPricing),
                          {},
                          -1,
                          item,
                          decision.eligible,
                          decision.propensity,
                          decision.price,
                          {},
                          static_cast<std::int32_t>(arm)});
  }
}

void Market::OnTrain() {
  trained_at_ = state_.records.now;
  const auto train = [&](std::size_t arm, Slot slot, Strategy& strategy) {
    if (arms_[arm].pretrained[static_cast<std::size_t>(slot)]) return;
    const auto start = std::chrono::steady_clock::now();
    Rng dice(private_dice_, Purpose::kTraining, static_cast<std::uint32_t>(slot),
             static_cast<std::uint32_t>(std::max<std::int64_t>(0, Now().day())));
    strategy.Train(state_.records.log, dice);
    const auto spent = std::chrono::steady_clock::now() - start;
    measured_[arm].train_ns[static_cast<std::size_t>(slot)] +=
        std::chrono::duration_cast<std::chrono::nanoseconds>(spent).count();
  };
  for (std::size_t arm = 0; arm < arms_.size(); ++arm) {
    train(arm, Slot::kRecommender, *arms_[arm].recommender);
    train(arm, Slot::kCoupons, *arms_[arm].coupons);
    train(arm, Slot::kPricing, *arms_[arm].pricing);
    train(arm, Slot::kAssistant, *arms_[arm].assistant);
    train(arm, Slot::kOutreach, *arms_[arm].outreach);
  }
}

}  // namespace souk
