#include <array>
#include <map>
#include <unordered_map>

#include "results/statistics/facts.h"
#include "results/statistics/facts_internal.h"

namespace souk {

void FactCollector::VisitorFacts(const std::vector<Row>& rows, const std::vector<Session>& sessions,
                                 std::vector<Fact>& facts) const {
  struct Visitor {
    double sessions = 0;
    bool cart = false, buy = false;
    double orders = 0;
    double last_time = 0;
    double last_off = -1;
    int last_bought = -1;
  };
  std::unordered_map<std::int32_t, Visitor> visitors;
  Moments off, a, b;
  double ab = 0, n_pairs = 0, prev_buy = 0, prev_buy_buy = 0, prev_not = 0, prev_not_buy = 0;
  std::vector<double> offs;
  for (const Session& s : sessions) {
    Visitor& v = visitors[rows[s.begin].shopper];
    bool buy = false;
    for (std::size_t i = s.begin; i < s.end; ++i) {
      v.cart = v.cart || rows[i].kind == Kind::kCart;
      buy = buy || rows[i].kind == Kind::kBuy;
    }
    v.buy = v.buy || buy;
    v.orders += buy;
    const double start = static_cast<double>(rows[s.begin].time_us) / 3.6e9;
    if (v.sessions > 0) {
      const double x = std::log(std::max(1e-3, start - v.last_time));
      off.Add(x);
      offs.push_back(start - v.last_time);
      if (v.last_off > -1e8 && v.sessions > 1) {
        a.Add(v.last_off);
        b.Add(x);
        ab += v.last_off * x;
        ++n_pairs;
      }
      v.last_off = x;
      if (v.last_bought == 1) ++prev_buy, prev_buy_buy += buy;
      if (v.last_bought == 0) ++prev_not, prev_not_buy += buy;
    }
    v.last_bought = buy;
    v.last_time = static_cast<double>(rows[s.end - 1].time_us) / 3.6e9;
    ++v.sessions;
  }
  Moments per_visitor, orders;
  double carts = 0, buyers = 0, both = 0, single_buy = 0, single = 0, multi = 0, multi_buy = 0;
  for (const auto& [id, v] : visitors) {
    per_visitor.Add(v.sessions);
    orders.Add(v.orders);
    carts += v.cart;
    buyers += v.buy;
    both += v.cart && v.buy;
    if (v.sessions > 1) ++multi, multi_buy += v.buy;
    else ++single, single_buy += v.buy;
  }
  const auto n = static_cast<double>(visitors.size());
  const double mean = per_visitor.mean();
  facts.push_back({"visitor_conversion", "buyers ÷ visitors (fact 1)", Ratio(buyers, n)});
  facts.push_back({"cart_visitors", "visitors with a cart event ÷ visitors (fact 3)", Ratio(carts, n)});
  facts.push_back({"cart_to_buy_visitor", "buyers among visitors with a cart (fact 4)", Ratio(both, carts)});
  facts.push_back({"sessions_per_visitor", "mean sessions per visitor (fact 9)", mean});
  facts.push_back({"sessions_nbd_r", "NBD r of sessions per visitor from mean and variance (fact 9)",
                   per_visitor.variance() > mean ? mean * mean / (per_visitor.variance() - mean) : HUGE_VAL});
  facts.push_back({"returning_visitors", "visitors with two sessions or more ÷ visitors (fact 9)", Ratio(multi, n)});
  facts.push_back({"off_time_log_sd", "sd of log hours between sessions (fact 21)", std::sqrt(off.variance())});
  facts.push_back({"off_time_median_h", "median hours between sessions (fact 21)", QuantileOf(offs, 0.5)});
  const double covariance = ab / n_pairs - a.mean() * b.mean();
  facts.push_back({"off_time_memory", "lag-1 correlation of log off-time (fact 23)",
                   covariance / std::sqrt(a.variance() * b.variance())});
  facts.push_back({"new_conversion", "buyers among single-session visitors (fact 33)", Ratio(single_buy, single)});
  facts.push_back({"returning_conversion", "buyers among multi-session visitors (fact 33)", Ratio(multi_buy, multi)});
  facts.push_back({"buy_after_buy_ratio", "P(buy | previous session bought) ÷ P(buy | not) (fact 35)",
                   Ratio(Ratio(prev_buy_buy, prev_buy), Ratio(prev_not_buy, prev_not))});
  facts.push_back({"orders_overdispersion", "variance ÷ mean of sessions with an order per visitor (fact 35)",
                   Ratio(orders.variance(), orders.mean())});
}

void FactCollector::PurchaseFacts(const std::vector<Row>& rows, const std::vector<Session>& sessions,
                                  std::vector<Fact>& facts) const {
  struct Pair {
    int views = 0;
    bool cart = false;
    bool buy = false;
  };
  std::unordered_map<std::uint64_t, Pair> pairs;
  for (const Row& r : rows) {
    Pair& p = pairs[PairKey(r.shopper, r.item)];
    if (r.kind == Kind::kView && !p.buy) ++p.views;
    if (r.kind == Kind::kCart) p.cart = true;
    if (r.kind == Kind::kBuy) p.buy = true;
  }
  std::array<double, 7> seen{}, bought{};
  double buys = 0, unseen = 0, uncarted = 0, carted = 0, cart_buy = 0;
  for (const auto& [key, p] : pairs) {
    const auto v = static_cast<std::size_t>(std::min(6, p.views));
    ++seen[v];
    bought[v] += p.buy;
    buys += p.buy;
    unseen += p.buy && p.views == 0;
    uncarted += p.buy && !p.cart;
    carted += p.cart;
    cart_buy += p.cart && p.buy;
  }
  for (int v = 1; v <= 6; ++v)
    facts.push_back({"buy_after_" + std::to_string(v) + "_views", "P(visitor buys the item | own views of it) (fact 7)",
                     Ratio(bought[static_cast<std::size_t>(v)], seen[static_cast<std::size_t>(v)])});
  facts.push_back(
      {"buys_unseen", "bought visitor–item pairs without a view ÷ bought pairs (fact 8)", Ratio(unseen, buys)});
  facts.push_back(
      {"buys_uncarted", "bought pairs without a cart event ÷ bought pairs (fact 8)", Ratio(uncarted, buys)});
  facts.push_back({"cart_to_buy_pair", "bought ÷ carted visitor–item pairs (fact 4)", Ratio(cart_buy, carted)});
  double lines = 0, sessions_buying = 0;
  for (const Session& s : sessions) {
    double here = 0;
    for (std::size_t i = s.begin; i < s.end; ++i) here += rows[i].kind == Kind::kBuy;
    lines += here;
    sessions_buying += here > 0;
  }
  facts.push_back(
      {"lines_per_buying_session", "order lines per session with a purchase (fact 37)", Ratio(lines, sessions_buying)});
}

/// How the chance of an order grows with the length of a session.
void FactCollector::LengthFacts(const std::vector<Row>& rows, const std::vector<Session>& sessions,
                                std::vector<Fact>& facts) const {
  std::map<std::size_t, std::array<double, 2>> by_length;  // sessions, with a purchase
  for (const Session& s : sessions) {
    auto& [n, bought] = by_length[s.end - s.begin];
    ++n;
    bought += std::any_of(rows.begin() + static_cast<std::ptrdiff_t>(s.begin),
                          rows.begin() + static_cast<std::ptrdiff_t>(s.end),
                          [](const Row& r) { return r.kind == Kind::kBuy; });
  }
  const auto conversion = [&](std::size_t from, std::size_t to) {
    double n = 0, bought = 0;
    for (auto it = by_length.lower_bound(from); it != by_length.end() && it->first <= to; ++it)
      n += it->second[0], bought += it->second[1];
    return Ratio(bought, n);
  };
  facts.push_back({"conversion_1_event", "conversion of sessions of one event (fact 34)", conversion(1, 1)});
  facts.push_back({"conversion_2_3_events", "conversion of sessions of 2–3 events (fact 34)", conversion(2, 3)});
  facts.push_back({"conversion_4_31_events", "conversion of sessions of 4–31 events (fact 34)", conversion(4, 31)});
  facts.push_back(
      {"conversion_32_events", "conversion of sessions of 32 events or more (fact 34)", conversion(32, SIZE_MAX)});
  // Logistic regression on log length by Newton's method.
  double a = -2, b = 0;
  for (int step = 0; step < 25; ++step) {
    double ga = 0, gb = 0, haa = 0, hab = 0, hbb = 0;
    for (const auto& [length, count] : by_length) {
      const double x = std::log(static_cast<double>(length));
      const double p = 1 / (1 + std::exp(-a - b * x));
      const double residual = count[1] - count[0] * p, weight = count[0] * p * (1 - p);
      ga += residual, gb += residual * x;
      haa += weight, hab += weight * x, hbb += weight * x * x;
    }
    const double det = haa * hbb - hab * hab;
    if (!(det > 1e-12)) break;
    a += std::clamp((hbb * ga - hab * gb) / det, -2.0, 2.0);
    b += std::clamp((haa * gb - hab * ga) / det, -2.0, 2.0);
  }
  facts.push_back({"conversion_slope", "slope of the log odds of a purchase on log events (fact 34)", b});
}

}  // namespace souk
