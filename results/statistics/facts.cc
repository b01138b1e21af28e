#include "results/statistics/facts.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "results/statistics/facts_internal.h"

namespace souk {
namespace {

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
  last_us_ = std::max(last_us_, o.time.us);
  if (o.kind == OutcomeKind::kOrder)
    orders_.push_back({o.time.us, o.shopper.value, o.quantity, o.amount.units(), o.cost.cents > 0});
  if (o.kind == OutcomeKind::kOrderLine)
    lines_.push_back({o.time.us, o.shopper.value, o.session, o.item.value, o.amount.units() * o.quantity});
  if (o.kind == OutcomeKind::kReturn) returns_.push_back({o.time.us, o.shopper.value, o.session, o.item.value, 0});
  if (o.kind == OutcomeKind::kCouponOffer) offered_.push_back(o.shopper.value);
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
  GapFacts(rows, sessions, facts);
  ClockFacts(rows, sessions, facts);
  DayFacts(rows, facts);
  ItemFacts(rows, sessions, facts);
  VisitorFacts(rows, sessions, facts);
  PurchaseFacts(rows, sessions, facts);
  LengthFacts(rows, sessions, facts);
  CategoryFacts(facts);
  OrderFacts(facts);
  CustomerFacts(facts);
  ReturnFacts(facts);
  CouponFacts(facts);
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
  facts.push_back({"sessions", "sessions with an event", n});
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

void FactCollector::ItemFacts(const std::vector<Row>& rows, const std::vector<Session>& sessions,
                              std::vector<Fact>& facts) const {
  std::unordered_map<std::int32_t, double> items, categories;
  double views = 0, repeat_session = 0, repeat_history = 0, later = 0, long_views = 0, long_repeats = 0;
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
    double here = 0, here_repeats = 0;
    for (std::size_t i = s.begin; i < s.end; ++i) {
      if (rows[i].kind != Kind::kView) continue;
      later += here > 0;
      ++here;
      here_repeats += in_session.count(rows[i].item) != 0;
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
    if (here >= 3) long_views += here, long_repeats += here_repeats;
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
      {"repeat_view_later", "the same ÷ views after the session's first (fact 32)", Ratio(repeat_session, later)});
  facts.push_back({"repeat_view_3_views", "the same in sessions of three views or more (fact 32)",
                   Ratio(long_repeats, long_views)});
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

double FactValue(const std::vector<Fact>& facts, const std::string& name) {
  for (const Fact& f : facts)
    if (f.name == name) return f.value;
  return std::nan("");
}

}  // namespace souk
