#include <array>

#include "results/statistics/facts.h"
#include "results/statistics/facts_internal.h"
#include "sim/base/sim_time.h"

namespace souk {

void FactCollector::GapFacts(const std::vector<Row>& rows, const std::vector<Session>& sessions,
                             std::vector<Fact>& facts) const {
  Moments log_gap, between;
  double within_sum = 0, within_n = 0;
  std::vector<double> gaps;
  std::array<std::vector<double>, 3> gap_before;  // gap before an event of each kind
  Moments durations;
  std::vector<double> spans;
  double groups = 0, total = 0, size_squares = 0;
  std::vector<std::pair<double, double>> session_means;  // (n, mean)
  for (const Session& s : sessions) {
    Moments local;
    const double span = static_cast<double>(rows[s.end - 1].time_us - rows[s.begin].time_us) * 1e-6;
    durations.Add(span);
    spans.push_back(span);
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
  facts.push_back(
      {"session_mean_s", "mean seconds from first to last event, single events too (fact 19)", durations.mean()});
  facts.push_back(
      {"session_median_s", "median seconds from first to last event, likewise (fact 19)", QuantileOf(spans, 0.5)});
  facts.push_back({"session_p90_s", "90th percentile, likewise (fact 19)", QuantileOf(spans, 0.9)});
}

void FactCollector::ClockFacts(const std::vector<Row>& rows, const std::vector<Session>& sessions,
                               std::vector<Fact>& facts) const {
  std::array<double, 24> hours{};
  std::array<double, 7> weekdays{};
  for (const Row& r : rows) {
    const SimTime t{r.time_us};
    ++hours[static_cast<std::size_t>(t.hour_of_day())];
    ++weekdays[static_cast<std::size_t>(t.day_of_week())];
  }
  std::array<double, 24> starts{};
  for (const Session& s : sessions) ++starts[static_cast<std::size_t>(SimTime{rows[s.begin].time_us}.hour_of_day())];
  const auto n = static_cast<double>(rows.size());
  double re = 0, im = 0;
  for (int h = 0; h < 24; ++h) {
    const double relative = hours[static_cast<std::size_t>(h)] / n * 24;
    facts.push_back({"hour_" + std::to_string(h), "events in this hour ÷ mean hour (fact 24)", relative});
    re += relative * std::cos(2 * M_PI * h / 24) / 12;
    im += relative * std::sin(2 * M_PI * h / 24) / 12;
  }
  for (int h = 0; h < 24; ++h)
    facts.push_back({"session_hour_" + std::to_string(h), "sessions that begin in this hour ÷ mean hour (fact 24)",
                     starts[static_cast<std::size_t>(h)] / static_cast<double>(sessions.size()) * 24});
  facts.push_back({"hour_amplitude", "first harmonic of the hour profile (fact 24)", std::hypot(re, im)});
  facts.push_back({"hour_peak", "hour with most events (fact 24)",
                   static_cast<double>(std::max_element(hours.begin(), hours.end()) - hours.begin())});
  facts.push_back({"weekend_lift", "events per weekend day ÷ per weekday (fact 25)",
                   Ratio((weekdays[5] + weekdays[6]) / 2,
                         (weekdays[0] + weekdays[1] + weekdays[2] + weekdays[3] + weekdays[4]) / 5)});
}

/// Visitors by day, and who comes back on a later one. Rows are sorted by visitor and then by time.
void FactCollector::DayFacts(const std::vector<Row>& rows, std::vector<Fact>& facts) const {
  if (rows.empty()) return;
  const auto [first, last] =
      std::minmax_element(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.time_us < b.time_us; });
  const std::int64_t begin = SimTime{first->time_us}.day(), end = SimTime{last->time_us}.day() + 1;
  std::vector<double> visitors(static_cast<std::size_t>(end - begin), 0);
  double known = 0, next_day = 0, within_week = 0, after_active = 0, active_again = 0, after_idle = 0, active_anew = 0;
  std::vector<char> active(visitors.size());
  for (std::size_t i = 0; i < rows.size();) {
    const std::int32_t shopper = rows[i].shopper;
    std::fill(active.begin(), active.end(), 0);
    const auto at = static_cast<std::size_t>(SimTime{rows[i].time_us}.day() - begin);
    for (; i < rows.size() && rows[i].shopper == shopper; ++i)
      active[static_cast<std::size_t>(SimTime{rows[i].time_us}.day() - begin)] = 1;
    for (std::size_t d = 0; d < active.size(); ++d) visitors[d] += active[d];
    for (std::size_t d = at + 1; d < active.size(); ++d) {
      (active[d - 1] != 0 ? after_active : after_idle) += 1;
      (active[d - 1] != 0 ? active_again : active_anew) += active[d];
    }
    if (at + 7 >= active.size()) continue;
    ++known;
    next_day += active[at + 1];
    within_week += std::find(active.begin() + static_cast<std::ptrdiff_t>(at) + 1,
                             active.begin() + static_cast<std::ptrdiff_t>(at) + 8,
                             1) != active.begin() + static_cast<std::ptrdiff_t>(at) + 8;
  }
  Moments days;
  for (const double v : visitors) days.Add(v);
  facts.push_back(
      {"return_day_1", "visitors active on the day after their first of the log (fact 22)", Ratio(next_day, known)});
  facts.push_back({"return_day_7", "visitors active on one of the seven days after their first of the log (fact 22)",
                   Ratio(within_week, known)});
  facts.push_back({"active_after_active", "P(visitor active today | active yesterday) (fact 22)",
                   Ratio(active_again, after_active)});
  facts.push_back({"active_after_idle", "P(visitor active today | not yesterday), once seen (fact 22)",
                   Ratio(active_anew, after_idle)});
  facts.push_back({"day_visitors_cv", "coefficient of variation of the visitors of a day (fact 27)",
                   Ratio(std::sqrt(days.variance()), days.mean())});
}

}  // namespace souk
