// Facts of categories, orders, customers, returns and coupons: of the longer run.

#include <array>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "results/statistics/bgnbd.h"
#include "results/statistics/facts.h"
#include "results/statistics/facts_internal.h"
#include "sim/base/sim_time.h"

namespace souk {
namespace {

constexpr double kDayUs = static_cast<double>(SimTime::kDayUs);

/// Sd of the log of Poisson rates between groups from counts and exposures, the noise of counting taken out: with
/// lognormal rates E[c(c − 1)/n²] ÷ E[c/n]² = exp(sd²).
class LogRateSpread {
 public:
  void Add(double count, double exposure) {
    first_ += count / exposure;
    second_ += count * (count - 1) / (exposure * exposure);
    ++groups_;
  }
  [[nodiscard]] double sd() const {
    const double ratio = second_ * groups_ / (first_ * first_);
    return groups_ < 20 || !(ratio > 0) ? std::nan("") : std::sqrt(std::max(0.0, std::log(ratio)));
  }

 private:
  double groups_ = 0, first_ = 0, second_ = 0;
};

/// Share of lines sent back however late, where lines are seen for different times: one minus the product-limit
/// estimate of staying (Kaplan & Meier 1958).
class ReturnedShare {
 public:
  void Add(double days, bool returned, double weight) { seen_.push_back({days, returned, weight}); }
  [[nodiscard]] double share() {
    std::sort(seen_.begin(), seen_.end(), [](const Seen& x, const Seen& y) {
      return x.days != y.days ? x.days < y.days : x.returned > y.returned;
    });
    double at_risk = 0, stays = 1;
    for (const Seen& s : seen_) at_risk += s.weight;
    if (at_risk <= 0) return std::nan("");
    for (const Seen& s : seen_) {
      if (s.returned && at_risk > 0) stays *= std::max(0.0, 1 - s.weight / at_risk);
      at_risk -= s.weight;
    }
    return 1 - stays;
  }

 private:
  struct Seen {
    double days;
    bool returned;
    double weight;
  };
  std::vector<Seen> seen_;
};

}  // namespace

void FactCollector::CategoryFacts(std::vector<Fact>& facts) const {
  struct Counts {
    double views = 0, carts = 0, buys = 0;
  };
  std::unordered_map<std::int32_t, Counts> categories;
  for (const Row& r : rows_) {
    Counts& c = categories[category_of_[static_cast<std::size_t>(r.item)]];
    c.views += r.kind == Kind::kView;
    c.carts += r.kind == Kind::kCart;
    c.buys += r.kind == Kind::kBuy;
  }
  constexpr double kFewest = 100;  // views: below, a rate says little
  LogRateSpread carts, buys;
  for (const auto& [category, c] : categories) {
    if (c.views < kFewest) continue;
    carts.Add(c.carts, c.views);
    buys.Add(c.buys, c.views);
  }
  facts.push_back({"category_cart_log_sd",
                   "sd of log carts per view between categories, counting noise removed (fact 30)", carts.sd()});
  facts.push_back(
      {"category_buy_log_sd", "sd of log order lines per view between categories, likewise (fact 30)", buys.sd()});
}

void FactCollector::OrderFacts(std::vector<Fact>& facts) const {
  Moments lines, value;
  double single = 0;
  for (const Order& o : orders_) {
    lines.Add(o.lines);
    single += o.lines == 1;
    if (o.paid > 0) value.Add(std::log(o.paid));
  }
  facts.push_back({"lines_per_order", "order lines per order (fact 37)", lines.mean()});
  facts.push_back({"single_line_orders", "orders of one line ÷ orders (fact 37)", Ratio(single, lines.n)});
  facts.push_back({"order_value_log_sd", "sd of log order value (fact 37)", std::sqrt(value.variance())});
}

void FactCollector::CustomerFacts(std::vector<Fact>& facts) const {
  std::map<std::int32_t, std::vector<std::int64_t>> days;  // with an order, by customer, ascending
  for (const Order& o : orders_) {
    std::vector<std::int64_t>& mine = days[o.shopper];
    const std::int64_t day = SimTime{o.time_us}.day();
    if (mine.empty() || mine.back() != day) mine.push_back(day);
  }
  const std::int64_t end = SimTime{last_us_}.day() + 1;
  std::map<std::array<std::int64_t, 3>, double> histories;
  std::vector<double> gaps, counts;
  Moments regularity;
  double repeat = 0, total = 0;
  for (const auto& [shopper, on] : days) {
    Moments gap;
    for (std::size_t n = 1; n < on.size(); ++n) {
      gaps.push_back(static_cast<double>(on[n] - on[n - 1]));
      gap.Add(gaps.back());
    }
    if (gap.n >= 3) regularity.Add(std::sqrt(gap.variance()) / gap.mean());
    repeat += on.size() > 1;
    counts.push_back(static_cast<double>(on.size()));
    total += counts.back();
    ++histories[{static_cast<std::int64_t>(on.size()) - 1, on.back() - on.front(), end - on.front()}];
  }
  std::sort(counts.begin(), counts.end(), std::greater<>());
  double top = 0;
  for (std::size_t n = 0; n < counts.size() / 5; ++n) top += counts[n];
  facts.push_back({"top20_orders", "share of orders of the top 20 % of customers (fact 40)", Ratio(top, total)});
  facts.push_back({"repeat_buyers", "customers with orders on two days or more ÷ customers (fact 38)",
                   Ratio(repeat, static_cast<double>(days.size()))});
  std::vector<CustomerHistory> customers;
  for (const auto& [h, n] : histories)
    customers.push_back({static_cast<int>(h[0]), static_cast<double>(h[1]) / 7, static_cast<double>(h[2]) / 7, n});
  const BgNbdFit fit = FitBgNbd(customers);
  facts.push_back({"bgnbd_r", "BG/NBD fit to order days: shape of the order rate (fact 38)", fit.r});
  facts.push_back({"bgnbd_alpha_weeks", "BG/NBD fit: scale of the order rate (fact 38)", fit.alpha_weeks});
  facts.push_back({"bgnbd_a", "BG/NBD fit: first shape of the drop-out (fact 38)", fit.a});
  facts.push_back({"bgnbd_b", "BG/NBD fit: second shape of the drop-out (fact 38)", fit.b});
  facts.push_back(
      {"order_gap_median_days", "median days between a customer's order days (fact 39)", QuantileOf(gaps, 0.5)});
  facts.push_back({"order_gap_cv", "sd ÷ mean of these days, mean over customers with three gaps or more (fact 39)",
                   regularity.mean()});
}

void FactCollector::ReturnFacts(std::vector<Fact>& facts) const {
  const auto key = [](const Line& l) { return std::array<std::int32_t, 3>{l.shopper, l.session, l.item}; };
  std::map<std::array<std::int32_t, 3>, std::int64_t> sent_back;
  for (const Line& r : returns_) sent_back[key(r)] = r.time_us;
  ReturnedShare by_line, by_value;
  for (const Line& l : lines_) {
    const auto it = sent_back.find(key(l));
    const bool returned = it != sent_back.end() && it->second >= l.time_us;
    const double days = static_cast<double>((returned ? it->second : last_us_) - l.time_us) / kDayUs;
    by_line.Add(days, returned, 1);
    by_value.Add(days, returned, l.value);
  }
  facts.push_back(
      {"returned_lines", "order lines that are sent back, however late ÷ lines (fact 41)", by_line.share()});
  facts.push_back({"returned_value", "their value ÷ value of all lines (fact 41)", by_value.share()});
}

void FactCollector::CouponFacts(std::vector<Fact>& facts) const {
  const std::unordered_set<std::int32_t> offered(offered_.begin(), offered_.end());
  std::unordered_set<std::int32_t> used;
  for (const Order& o : orders_)
    if (o.with_coupon && offered.count(o.shopper) != 0) used.insert(o.shopper);
  facts.push_back({"coupon_redemption", "visitors who used a coupon ÷ visitors who were given one (fact 42)",
                   Ratio(static_cast<double>(used.size()), static_cast<double>(offered.size()))});
}

}  // namespace souk
