#include "bench/cli/evaluate_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "bench/cli/strategy_text.h"
#include "results/report/json.h"
#include "results/report/text_grid.h"
#include "sim/decision/strategy.h"

namespace souk {
namespace {

std::string Time(double seconds) {
  if (seconds < 1e-3) return fmt::format("{:.0f} µs", seconds * 1e6);
  if (seconds < 1) return fmt::format("{:.0f} ms", seconds * 1e3);
  return seconds < 100 ? fmt::format("{:.1f} s", seconds) : fmt::format("{:.0f} s", seconds);
}
std::string Latency(double ns) {
  if (ns < 1e3) return fmt::format("{:.0f} ns", ns);
  if (ns < 1e6) return fmt::format("{:.3g} µs", ns / 1e3);
  return fmt::format("{:.3g} ms", ns / 1e6);
}

/// The measures that a protocol is usually told in.
std::vector<RankingMeasure> Usual(OfflineProtocol protocol) {
  using enum RankingMeasure;
  switch (protocol) {
    case OfflineProtocol::kLeaveOneOut: return {kHit, kNdcg, kReciprocal};
    case OfflineProtocol::kStrong: return {kRecall, kPrecision, kNdcg};
    case OfflineProtocol::kSession: return {kHit, kReciprocal, kNdcg};
  }
  return {};
}

/// The one that strategies are compared in.
RankingMeasure Judged(OfflineProtocol protocol) {
  return protocol == OfflineProtocol::kSession ? RankingMeasure::kReciprocal : RankingMeasure::kNdcg;
}

std::string ValueText(const MeanInterval& v) {
  return std::isnan(v.low) ? fmt::format("{:.4f}", v.mean)
                           : fmt::format("{:.4f} [{:.4f}, {:.4f}]", v.mean, v.low, v.high);
}

TextCell DifferenceCell(const MeanDifference& d, bool is_base) {
  if (is_base) return {"–", Paint::kDim};
  if (std::isnan(d.low)) return {fmt::format("{:+.4f}", d.difference)};
  const Paint paint = d.low > 0 ? Paint::kGood : d.high < 0 ? Paint::kBad : Paint::kNone;
  return {fmt::format("{:+.4f} [{:+.4f}, {:+.4f}] p {:.2g}", d.difference, d.low, d.high, d.p), paint};
}

std::string Percent(double share) { return fmt::format("{:.1f}%", 100 * share); }

std::string Head(const EvaluatedData& data, const OfflineResult& result, OfflineProtocol protocol) {
  const char* units = protocol == OfflineProtocol::kSession ? "sessions" : "users";
  std::string text = fmt::format("{}: {}\n", Printable(data.file), result.protocol);
  text += fmt::format("fitted to {} interactions of {} {} with {} items; asked {} times about {} {}{}\n",
                      result.fitted_interactions, result.fitted_users, units, result.items, result.cases, result.users,
                      units, result.mask_seen ? ", items that they had left out" : ", repeats allowed");
  if (data.left_out > 0)
    text += fmt::format("{} events do not count: ratings too low, or other kinds\n", data.left_out);
  const auto part = [&](std::int64_t n) {
    return Percent(static_cast<double>(n) / static_cast<double>(result.wanted));
  };
  if (result.unknown > 0)
    text += fmt::format("{} of {} wanted items ({}) are not in the fit: misses\n", result.unknown, result.wanted,
                        part(result.unknown));
  if (result.seen > 0)
    text += fmt::format("{} of {} wanted items ({}) had been taken before and are left out: misses\n", result.seen,
                        result.wanted, part(result.seen));
  return text;
}

std::string Notes(const OfflineResult& result) {
  std::string text = "\n95% intervals: bootstrap over users or sessions; differences are paired. ";
  text += fmt::format("Coverage, Gini and novelty (bits) are of lists of {}.\n", result.list_k);
  std::string slates;
  for (const OfflineArm& arm : result.arms)
    if (!arm.scores_catalogue) slates += (slates.empty() ? "" : ", ") + arm.strategy.label;
  if (!slates.empty())
    text += fmt::format("Ranked by slates of {}, everything behind them is a miss: {}.\n", Slate::kMax, slates);
  return text;
}

/// The control: measures in order and shuffled, at the first cut-off.
TextGrid OrderGrid(const OfflineResult& result, OfflineProtocol protocol) {
  const RankingMeasure judged = Judged(protocol);
  const std::string name = fmt::format("{}@{}", MeasureName(judged), result.ks.front());
  TextGrid grid({Align::kLeft, Align::kLeft, Align::kLeft, Align::kLeft, Align::kRight});
  grid.Add({{"history", Paint::kBold},
            {name + " in order", Paint::kBold},
            {"shuffled", Paint::kBold},
            {"what order is worth", Paint::kBold},
            {"share", Paint::kBold}});
  grid.AddRule();
  for (const OfflineArm& arm : result.arms) {
    const OfflineValue& v = arm.values[static_cast<std::size_t>(judged)];
    const bool none = v.order.difference == 0 && v.order.p == 1;
    grid.Add({{arm.strategy.label},
              {ValueText(v.value)},
              {ValueText(v.shuffled)},
              none ? TextCell{"none", Paint::kDim} : DifferenceCell(v.order, false),
              {v.value.mean > 0 ? Percent(v.order.difference / v.value.mean) : "–"}});
  }
  return grid;
}

}  // namespace

std::string EvaluationTable(const EvaluatedData& data, const OfflineResult& result, OfflineProtocol protocol, int width,
                            bool color) {
  const std::vector<RankingMeasure> usual = Usual(protocol);
  std::string text = Head(data, result, protocol);
  const int limit = width > 0 ? width : 1000;
  for (std::size_t k = 0; k < result.ks.size(); ++k) {
    std::vector<TextCell> header{{"strategy", Paint::kBold}};
    std::vector<Align> align(1, Align::kLeft);
    for (const RankingMeasure m : usual) {
      header.push_back({fmt::format("{}@{}", MeasureName(m), result.ks[k]), Paint::kBold});
      align.push_back(Align::kLeft);
    }
    const OfflineArm& base = result.arms[static_cast<std::size_t>(result.baseline)];
    const RankingMeasure judged = Judged(protocol);
    header.push_back({fmt::format("{} − {}", MeasureName(judged), Printable(base.strategy.label)), Paint::kBold});
    align.push_back(Align::kLeft);
    TextGrid grid(align);
    grid.Add(header);
    grid.AddRule();
    for (const OfflineArm& arm : result.arms) {
      std::vector<TextCell> row{{arm.strategy.label}};
      const auto value = [&](RankingMeasure m) -> const OfflineValue& {
        return arm.values[k * kRankingMeasures + static_cast<std::size_t>(m)];
      };
      for (const RankingMeasure m : usual) row.push_back({ValueText(value(m).value)});
      row.push_back(DifferenceCell(value(judged).difference, &arm == &base));
      grid.Add(std::move(row));
    }
    text += "\n" + grid.Format(limit, color);
  }
  if (result.shuffled) text += "\n" + OrderGrid(result, protocol).Format(limit, color);
  TextGrid grid({Align::kLeft, Align::kRight, Align::kRight, Align::kRight, Align::kRight, Align::kRight, Align::kRight,
                 Align::kRight});
  grid.Add({{"strategy", Paint::kBold},
            {"coverage", Paint::kBold},
            {"Gini", Paint::kBold},
            {"novelty", Paint::kBold},
            {"fit", Paint::kBold},
            {"all cases", Paint::kBold},
            {"slate p50", Paint::kBold},
            {"p99", Paint::kBold}});
  grid.AddRule();
  for (const OfflineArm& arm : result.arms)
    grid.Add({{arm.strategy.label},
              {Percent(arm.coverage)},
              {fmt::format("{:.3f}", arm.gini)},
              {std::isnan(arm.novelty) ? "–" : fmt::format("{:.2f}", arm.novelty)},
              {Time(arm.fit_s)},
              {Time(arm.score_s)},
              {Latency(arm.latency.QuantileNs(0.5))},
              {Latency(arm.latency.QuantileNs(0.99))}});
  return text + "\n" + grid.Format(limit, color) + Notes(result);
}

std::string EvaluationJson(const EvaluatedData& data, const OfflineOptions& options, const OfflineResult& result) {
  Json::Array arms;
  for (const OfflineArm& arm : result.arms) {
    Json::Array values;
    for (const OfflineValue& v : arm.values) {
      Json::Object one{{"measure", MeasureName(v.measure)},
                       {"k", v.k},
                       {"value", v.value.mean},
                       {"low", v.value.low},
                       {"high", v.value.high}};
      if (&arm != &result.arms[static_cast<std::size_t>(result.baseline)])
        one.push_back({"difference", Json::Object{{"value", v.difference.difference},
                                                  {"low", v.difference.low},
                                                  {"high", v.difference.high},
                                                  {"p", v.difference.p}}});
      if (result.shuffled) {
        one.push_back({"shuffled", v.shuffled.mean});
        one.push_back(
            {"order",
             Json::Object{
                 {"value", v.order.difference}, {"low", v.order.low}, {"high", v.order.high}, {"p", v.order.p}}});
      }
      values.emplace_back(std::move(one));
    }
    arms.push_back(Json::Object{{"label", arm.strategy.label},
                                {"strategy", SpecText(arm.strategy.spec)},
                                {"ranks", arm.scores_catalogue ? "catalogue" : "slate"},
                                {"values", std::move(values)},
                                {"coverage", arm.coverage},
                                {"gini", arm.gini},
                                {"novelty_bits", arm.novelty},
                                {"measured", Json::Object{{"fit_s", arm.fit_s},
                                                          {"score_s", arm.score_s},
                                                          {"slate_p50_ns", arm.latency.QuantileNs(0.5)},
                                                          {"slate_p99_ns", arm.latency.QuantileNs(0.99)}}}});
  }
  Json::Array ks;
  for (const int k : result.ks) ks.emplace_back(k);
  Json::Object top{{"data", data.file}};
  if (!data.test_file.empty()) top.push_back({"test", data.test_file});
  if (!data.items_file.empty()) top.push_back({"items_file", data.items_file});
  for (auto& member : Json::Object{{"format", FormatName(data.format)},
                                   {"protocol", ProtocolName(options.protocol)},
                                   {"protocol_text", result.protocol},
                                   {"mask_seen", result.mask_seen},
                                   {"left_out", data.left_out},
                                   {"shuffled", result.shuffled},
                                   {"seed", options.seed},
                                   {"resamples", options.bootstrap.resamples},
                                   {"k", std::move(ks)},
                                   {"list_k", result.list_k},
                                   {"fitted_users", result.fitted_users},
                                   {"fitted_interactions", result.fitted_interactions},
                                   {"items", result.items},
                                   {"users", result.users},
                                   {"cases", result.cases},
                                   {"wanted", result.wanted},
                                   {"unknown", result.unknown},
                                   {"seen", result.seen},
                                   {"baseline", result.arms[static_cast<std::size_t>(result.baseline)].strategy.label},
                                   {"strategies", std::move(arms)}})
    top.push_back(std::move(member));
  return Json(std::move(top)).Dump();
}

}  // namespace souk
