#include "results/statistics/facts.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "sim/base/sim_time.h"

namespace souk {
namespace {

struct Moments {
  double n = 0, sum = 0, squares = 0;
  void Add(double x) {
    n += 1;
    sum += x;
    squares += x * x;
  }
  [[nodiscard]] double mean() const { return n > 0 ? sum / n : std::nan(""); }
  [[nodiscard]] double variance() const {
    return n > 1 ? std::max(0.0, (squares - sum * sum / n) / (n - 1)) : std::nan("");
  }
};

double QuantileOf(std::vector<double> values, double q) {
  if (values.empty()) return std::nan("");
  const auto at = static_cast<std::size_t>(q * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(at), values.end());
  return values[at];
}

double Ratio(double a, double b) { return b > 0 ? a / b : std::nan(""); }

std::uint64_t PairKey(std::int32_t a, std::int32_t b) {
  return (static_cast<std::uint64_t>(static_cast<std::uint32_t>(a)) << 32) | static_cast<std::uint32_t>(b);
}

/// Slope of log count on log rank over ranks 10 … 1000 (or as far as counts go), sign turned.
double ZipfSlope(std::vector<double> counts) {
  std::sort(counts.begin(), counts.end(), std::greater<>());
  double n = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
  for (std::size_t r = 10; r <= std::min<std::size_t>(1000, counts.size()); ++r) {
    if (counts[r - 1] <= 0) break;
    const double x = std::log(static_cast<double>(r));
    const double y = std::log(counts[r - 1]);
    n += 1;
    sx += x;
    sy += y;
    sxx += x * x;
    sxy += x * y;
  }
  return n < 20 ? std::nan("") : -(n * sxy - sx * sy) / (n * sxx - sx * sx);
}

double GiniOf(std::vector<double> counts) {
  std::sort(counts.begin(), counts.end());
  double weighted = 0, total = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    weighted += static_cast<double>(i + 1) * counts[i];
    total += counts[i];
  }
  const auto n = static_cast<double>(counts.size());
  return total > 0 ? 2 * weighted / (n * total) - (n + 1) / n : std::nan("");
}

}  // namespace

void FactCollector::Add(const Outcome& o) {
  if (o.kind == OutcomeKind::kOrder) {
    order_lines_.push_back(o.quantity);
    order_values_.push_back(o.amount.units());
  }
  Kind kind;
  if (o.kind == OutcomeKind::kView) kind = Kind::kView;
  else if (o.kind == OutcomeKind::kCart) kind = Kind::kCart;
  else if (o.kind == OutcomeKind::kOrderLine) kind = Kind::kBuy;
  else return;
  rows_.push_back({o.time.us, o.shopper.value, o.session, o.item.value, kind, o.detail == 1, o.amount.units()});
}

std::vector<FactCollector::Session> FactCollector::Sessions(const std::vector<Row>& rows) const {
  std::vector<Session> sessions;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i == 0 || rows[i].shopper != rows[i - 1].shopper || rows[i].session != rows[i - 1].session)
      sessions.push_back({i, i});
    sessions.back().end = i + 1;
  }
  return sessions;
}

std::vector<Fact> FactCollector::Compute() const {
  std::vector<Row> rows = rows_;
  std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    return a.shopper != b.shopper ? a.shopper < b.shopper : a.session < b.session;
  });
  const std::vector<Session> sessions = Sessions(rows);
  std::vector<Fact> facts;
  SessionFacts(rows, sessions, facts);
  TimingFacts(rows, sessions, facts);
  ItemFacts(rows, sessions, facts);
  VisitorFacts(rows, sessions, facts);
  PurchaseFacts(rows, sessions, facts);
  return facts;
}

void FactCollector::SessionFacts(const std::vector<Row>& rows, const std::vector<Session>& sessions,
                                 std::vector<Fact>& facts) const {
  const auto n = static_cast<double>(sessions.size());
  double with_buy = 0, with_cart = 0, cart_and_buy = 0, longest_first = 0;
  std::array<double, 3> kinds{};
  std::vector<double> lengths;
  std::map<int, double> at_least;
  std::map<int, double> exactly;
  Moments length;
  double views = 0;
  double after_buy = 0, exits_after_buy = 0;
  for (const Session& s : sessions) {
    bool buy = false, cart = false;
    for (std::size_t i = s.begin; i < s.end; ++i) {
      ++kinds[static_cast<std::size_t>(rows[i].kind)];
      buy = buy || rows[i].kind == Kind::kBuy;
      cart = cart || rows[i].kind == Kind::kCart;
      views += rows[i].kind == Kind::kView;
      if (rows[i].kind == Kind::kBuy && (i + 1 == s.end || rows[i + 1].kind != Kind::kBuy)) {
        ++after_buy;
        exits_after_buy += i + 1 == s.end;
      }
    }
    with_buy += buy;
    with_cart += cart;
    cart_and_buy += buy && cart;
    const auto l = static_cast<double>(s.end - s.begin);
    lengths.push_back(l);
    length.Add(l);
    for (int k = 1; k <= std::min(12, static_cast<int>(l)); ++k) ++at_least[k];
    if (l <= 12) ++exactly[static_cast<int>(l)];
    longest_first = std::max(longest_first, l);
  }
  const double events = kinds[0] + kinds[1] + kinds[2];
  facts.push_back({"session_conversion", "sessions with a purchase ÷ sessions (fact 2)", Ratio(with_buy, n)});
  facts.push_back({"cart_sessions", "sessions with a cart event ÷ sessions (fact 3)", Ratio(with_cart, n)});
  facts.push_back({"cart_to_buy_session", "sessions with cart and purchase ÷ sessions with cart (fact 4)",
                   Ratio(cart_and_buy, with_cart)});
  facts.push_back({"share_views", "views ÷ events (fact 6)", Ratio(kinds[0], events)});
  facts.push_back({"share_carts", "cart events ÷ events (fact 6)", Ratio(kinds[1], events)});
  facts.push_back({"share_buys", "order lines ÷ events (fact 6)", Ratio(kinds[2], events)});
  facts.push_back({"events_per_session", "mean events per session (fact 10)", length.mean()});
  facts.push_back({"views_per_session", "mean item views per session", Ratio(views, n)});
  facts.push_back({"session_median", "median events per session (fact 10)", QuantileOf(lengths, 0.5)});
  facts.push_back({"session_p90", "90th percentile of events per session (fact 10)", QuantileOf(lengths, 0.9)});
  facts.push_back({"session_p99", "99th percentile of events per session (fact 10)", QuantileOf(lengths, 0.99)});
  facts.push_back({"single_event_sessions", "sessions of one event ÷ sessions (fact 11)", Ratio(exactly[1], n)});
  for (const int k : {1, 2, 3, 5, 8, 12})
    facts.push_back(
        {"leave_hazard_" + std::to_string(k), "P(length = k | length ≥ k) (fact 12)", Ratio(exactly[k], at_least[k])});
  facts.push_back({"exit_after_buy", "purchases that end the session (fact 18)", Ratio(exits_after_buy, after_buy)});
}

void FactCollector::TimingFacts(const std::vector<Row>& rows, const std::vector<Session>& sessions,
                                std::vector<Fact>& facts) const {
  Moments log_gap, between;
  double within_sum = 0, within_n = 0;
  std::vector<double> gaps;
  std::array<std::vector<double>, 3> gap_before;  // gap before an event of each kind
  Moments sum_sizes, sum_squares;
  double groups = 0, total = 0, size_squares = 0;
  std::vector<std::pair<double, double>> session_means;  // (n, mean)
  for (const Session& s : sessions) {
    Moments local;
    for (std::size_t i = s.begin + 1; i < s.end; ++i) {
      const double gap = static_cast<double>(rows[i].time_us - rows[i - 1].time_us) * 1e-6;
      if (gap < 0.5 || gap > 1800) continue;  // lines of one order share a time; silence cuts a session
      const double x = std::log(gap);
      gaps.push_back(gap);
      log_gap.Add(x);
      local.Add(x);
      gap_before[static_cast<std::size_t>(rows[i].kind)].push_back(gap);
    }
    if (local.n >= 2) {
      within_sum += local.variance() * (local.n - 1);
      within_n += local.n - 1;
      ++groups;
      total += local.n;
      size_squares += local.n * local.n;
      session_means.emplace_back(local.n, local.mean());
    }
  }
  // One-way analysis of variance with groups of unequal size.
  double grand = 0;
  for (const auto& [n, mean] : session_means) grand += n * mean;
  grand /= total;
  double between_ss = 0;
  for (const auto& [n, mean] : session_means) between_ss += n * (mean - grand) * (mean - grand);
  const double ms_within = Ratio(within_sum, within_n);
  const double ms_between = Ratio(between_ss, groups - 1);
  const double n0 = (total - size_squares / total) / (groups - 1);
  const double var_between = (ms_between - ms_within) / n0;
  facts.push_back({"gap_log_mean", "mean log seconds between events of a session (fact 16)", log_gap.mean()});
  facts.push_back(
      {"gap_log_sd", "sd of log seconds between events of a session (fact 16)", std::sqrt(log_gap.variance())});
  facts.push_back({"gap_median_s", "median seconds between events of a session (fact 16)", QuantileOf(gaps, 0.5)});
  facts.push_back(
      {"gap_icc", "intra-session correlation of log gaps (fact 17)", var_between / (var_between + ms_within)});
  facts.push_back(
      {"gap_before_cart_s", "median seconds before a cart event (fact 18)", QuantileOf(gap_before[1], 0.5)});
  facts.push_back({"gap_before_buy_s", "median seconds before a purchase (fact 18)", QuantileOf(gap_before[2], 0.5)});
  facts.push_back({"gap_before_view_s", "median seconds before a view (fact 18)", QuantileOf(gap_before[0], 0.5)});

  std::array<double, 24> hours{};
  std::array<double, 7> weekdays{};
  for (const Row& r : rows) {
    const SimTime t{r.time_us};
    ++hours[static_cast<std::size_t>(t.hour_of_day())];
    ++weekdays[static_cast<std::size_t>(t.day_of_week())];
  }
  const auto n = static_cast<double>(rows.size());
  double re = 0, im = 0;
  for (int h = 0; h < 24; ++h) {
    const double relative = hours[static_cast<std::size_t>(h)] / n * 24;
    facts.push_back({"hour_" + std::to_string(h), "events in this hour ÷ mean hour (fact 24)", relative});
    re += relative * std::cos(2 * M_PI * h / 24) / 12;
    im += relative * std::sin(2 * M_PI * h / 24) / 12;
  }
  facts.push_back({"hour_amplitude", "first harmonic of the hour profile (fact 24)", std::hypot(re, im)});
  facts.push_back({"hour_peak", "hour with most events (fact 24)",
                   static_cast<double>(std::max_element(hours.begin(), hours.end()) - hours.begin())});
  facts.push_back({"weekend_lift", "events per weekend day ÷ per weekday (fact 25)",
                   Ratio((weekdays[5] + weekdays[6]) / 2,
                         (weekdays[0] + weekdays[1] + weekdays[2] + weekdays[3] + weekdays[4]) / 5)});
}

void FactCollector::ItemFacts(const std::vector<Row>& rows, const std::vector<Session>& sessions,
                              std::vector<Fact>& facts) const {
  std::unordered_map<std::int32_t, double> items, categories;
  double views = 0, repeat_session = 0, repeat_history = 0;
  double pairs = 0, stays = 0, after_stay = 0, stay_stay = 0, after_switch = 0, switch_stay = 0;
  Moments log_price;
  std::unordered_map<std::int32_t, Moments> by_category;
  std::unordered_set<std::int32_t> in_session, in_history;
  std::int32_t shopper = -1;
  for (const Session& s : sessions) {
    if (rows[s.begin].shopper != shopper) {
      shopper = rows[s.begin].shopper;
      in_history.clear();
    }
    in_session.clear();
    std::int32_t last = -1;
    int last_move = -1;
    for (std::size_t i = s.begin; i < s.end; ++i) {
      if (rows[i].kind != Kind::kView) continue;
      const std::int32_t item = rows[i].item;
      const std::int32_t category = category_of_[static_cast<std::size_t>(item)];
      ++views;
      ++items[item];
      ++categories[category];
      repeat_session += in_session.count(item) != 0;
      repeat_history += in_history.count(item) != 0;
      in_session.insert(item);
      in_history.insert(item);
      if (rows[i].price > 0) {
        log_price.Add(std::log(rows[i].price));
        by_category[category].Add(std::log(rows[i].price));
      }
      if (last >= 0) {
        const int stay = category == last;
        ++pairs;
        stays += stay;
        if (last_move == 1) ++after_stay, stay_stay += stay;
        if (last_move == 0) ++after_switch, switch_stay += stay;
        last_move = stay;
      }
      last = category;
    }
  }
  std::vector<double> counts, category_counts;
  for (const auto& [item, c] : items) counts.push_back(c);
  for (const auto& [category, c] : categories) category_counts.push_back(c);
  std::vector<double> sorted = counts;
  std::sort(sorted.begin(), sorted.end(), std::greater<>());
  double top = 0;
  for (std::size_t r = 0; r < sorted.size() / 5; ++r) top += sorted[r];
  double within = 0, within_n = 0;
  for (const auto& [category, m] : by_category)
    if (m.n > 1) within += m.variance() * (m.n - 1), within_n += m.n - 1;
  facts.push_back({"repeat_view_session", "views of an item already seen in the session ÷ views (fact 32)",
                   Ratio(repeat_session, views)});
  facts.push_back(
      {"repeat_view_history", "views of an item ever seen before ÷ views (fact 32)", Ratio(repeat_history, views)});
  facts.push_back({"category_stay", "P(next view in the same category) (fact 31)", Ratio(stays, pairs)});
  facts.push_back({"category_stay_after_stay", "the same after a stay (fact 31)", Ratio(stay_stay, after_stay)});
  facts.push_back(
      {"category_stay_after_switch", "the same after a switch (fact 31)", Ratio(switch_stay, after_switch)});
  facts.push_back({"item_zipf_slope", "slope of log views on log rank, ranks 10–1000 (fact 28)", ZipfSlope(counts)});
  facts.push_back({"item_gini", "Gini of views over viewed items (fact 28)", GiniOf(counts)});
  facts.push_back({"item_top20", "share of views of the top 20 % of viewed items (fact 28)", Ratio(top, views)});
  facts.push_back(
      {"category_zipf_slope", "slope of log views on log rank of categories (fact 29)", ZipfSlope(category_counts)});
  facts.push_back({"category_gini", "Gini of views over categories (fact 29)", GiniOf(category_counts)});
  facts.push_back({"price_log_sd", "sd of log price over views (fact 36)", std::sqrt(log_price.variance())});
  facts.push_back(
      {"price_log_sd_category", "the same inside a category (fact 36)", std::sqrt(Ratio(within, within_n))});
}

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
  double carts = 0, buyers = 0, both = 0, repeat = 0, single_buy = 0, single = 0, multi = 0, multi_buy = 0;
  std::vector<double> order_counts;
  for (const auto& [id, v] : visitors) {
    per_visitor.Add(v.sessions);
    orders.Add(v.orders);
    carts += v.cart;
    buyers += v.buy;
    both += v.cart && v.buy;
    repeat += v.orders > 1;
    if (v.orders > 0) order_counts.push_back(v.orders);
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
  std::sort(order_counts.begin(), order_counts.end(), std::greater<>());
  double top = 0, all = 0;
  for (std::size_t i = 0; i < order_counts.size(); ++i) {
    all += order_counts[i];
    if (i < order_counts.size() / 5) top += order_counts[i];
  }
  facts.push_back({"top20_orders", "share of orders of the top 20 % of buyers (fact 40)", Ratio(top, all)});
  facts.push_back({"repeat_buyers", "buyers with two orders or more ÷ buyers (fact 38)", Ratio(repeat, buyers)});
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
  Moments order_lines, value;
  double single = 0;
  for (const double l : order_lines_) order_lines.Add(l), single += l == 1;
  for (const double v : order_values_)
    if (v > 0) value.Add(std::log(v));
  facts.push_back({"lines_per_order", "order lines per order (fact 37)", order_lines.mean()});
  facts.push_back({"single_line_orders", "orders of one line ÷ orders (fact 37)", Ratio(single, order_lines.n)});
  facts.push_back({"order_value_log_sd", "sd of log order value (fact 37)", std::sqrt(value.variance())});
  // The slope of conversion on session length: logit of buying per unit of log views, three bins.
  std::array<double, 4> n{}, b{};
  for (const Session& s : sessions) {
    bool buy = false;
    double views = 0;
    for (std::size_t i = s.begin; i < s.end; ++i) {
      buy = buy || rows[i].kind == Kind::kBuy;
      views += rows[i].kind == Kind::kView;
    }
    const std::size_t bin = s.end - s.begin == 1 ? 0 : views <= 3 ? 1 : views < 16 ? 2 : 3;
    ++n[bin];
    b[bin] += buy;
  }
  facts.push_back({"conversion_single_event", "session conversion of one-event sessions (fact 34)", Ratio(b[0], n[0])});
  facts.push_back({"conversion_2_3_views", "session conversion of sessions of 2–3 views (fact 34)", Ratio(b[1], n[1])});
  facts.push_back(
      {"conversion_4_15_views", "session conversion of sessions of 4–15 views (fact 34)", Ratio(b[2], n[2])});
  facts.push_back(
      {"conversion_16_views", "session conversion of sessions of 16 views or more (fact 34)", Ratio(b[3], n[3])});
}

double FactValue(const std::vector<Fact>& facts, const std::string& name) {
  for (const Fact& f : facts)
    if (f.name == name) return f.value;
  return std::nan("");
}

}  // namespace souk
