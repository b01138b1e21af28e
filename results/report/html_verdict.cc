// What the result says, in words: who leads, what each arm changes and at what price, and what stands in the way of
// believing it.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "results/report/format_internal.h"
#include "results/report/html_blocks_internal.h"
#include "results/report/html_text_internal.h"
#include "results/statistics/latency.h"
#include "results/statistics/sequential.h"

namespace souk::html {
namespace {

std::string Count(int n, const char* one, const char* many) { return fmt::format("{} {}", n, n == 1 ? one : many); }

std::string Name(const ReportData& data, int arm) { return "<b class=\"arm\">" + Escape(data.arm(arm).name) + "</b>"; }

std::string Joined(const std::vector<std::string>& items, const char* last) {
  std::string out;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out += i + 1 == items.size() ? fmt::format(" {} ", last) : ", ";
    out += items[i];
  }
  return out;
}

std::string Capitalised(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

// ---------------------------------------------------------------- who leads

std::string Evidence(const ReportData& data, const Interval& r) {
  if (!HasBounds(r)) return "one replication: no interval";
  return fmt::format("95% CI {}, {}", ChangeRange(r),
                     Count(data.most_paired, "paired replication", "paired replications"));
}

/// `item-knn has the highest conversion, 27.35%: +0.9% …`, or which arms cannot be told apart.
std::string Leader(const ReportData& data, std::size_t m) {
  const MetricData& metric = data.metrics[m];
  if (metric.best.arms.empty()) return fmt::format("No replication says anything about {}.", metric.title);
  const int first = metric.best.arms.front();
  const Interval& value = metric.values[static_cast<std::size_t>(first)];
  const std::string amount = ValueWithUnit(*metric.info, value.estimate, Escape(data.result.currency));
  if (metric.best.replications < 2) {
    return fmt::format("{} has the highest {} in the only replication ({}); that decides nothing.", Name(data, first),
                       metric.title, amount);
  }
  if (metric.best.arms.size() == 1) {
    if (first == data.base) return fmt::format("No arm beats {} on {} ({}).", Name(data, first), metric.title, amount);
    const Interval& r = data.member(m, first).uplift.relative;
    return fmt::format("{} has the highest {}, {}: {} over the incumbent ({}).", Name(data, first), metric.title,
                       amount, Change(r.estimate), Evidence(data, r));
  }
  constexpr std::size_t kNamed = 4;
  std::vector<std::string> names;
  for (const int arm : metric.best.arms) {
    if (names.size() == kNamed && metric.best.arms.size() > kNamed + 1) {
      names.push_back(fmt::format("{} more", metric.best.arms.size() - kNamed));
      break;
    }
    names.push_back(Name(data, arm));
  }
  const std::string change = first == data.base ? ""
                                                : fmt::format(", {} over the incumbent",
                                                              Change(data.member(m, first).uplift.relative.estimate));
  return fmt::format("{} cannot be told apart on {} at the top; the best estimate is {}{}.", Joined(names, "and"),
                     metric.title, amount, change);
}

// ---------------------------------------------------------------- arm by arm

/// What one metric says about an arm.
struct Claim {
  std::size_t metric = 0;
  bool good = false;
  bool sure = false;  ///< holds for all arms at once
  int side = 0;       ///< of the plain interval; 0: no clear change
};

Claim ClaimOf(const ReportData& data, std::size_t m, int arm) {
  const FamilyMember& member = data.member(m, arm);
  Claim claim{.metric = m, .side = SideOf(member.uplift.relative)};
  claim.sure = claim.side != 0 && SideOf(member.simultaneous) == claim.side;
  claim.good = (claim.side > 0) == data.metrics[m].info->higher_is_better;
  return claim;
}

/// `raises conversion by 0.6% (95% CI 0.4 to 0.7%)`.
std::string Words(const ReportData& data, int arm, const Claim& claim, bool first) {
  const MetricData& metric = data.metrics[claim.metric];
  const Interval& r = data.member(claim.metric, arm).uplift.relative;
  if (claim.side == 0) return fmt::format("{} ({})", metric.title, HasBounds(r) ? ChangeRange(r) : Change(r.estimate));
  const char* verb = claim.side > 0 ? (claim.sure ? "raises" : "may raise") : claim.sure ? "lowers" : "may lower";
  return fmt::format("{} {} by <b>{}</b> ({}{})", verb, metric.title, Size(r.estimate), first ? "95% CI " : "",
                     SizeRange(r));
}

/// The slowest decision that a page waits for.
std::string LatencyWords(const ReportData& data, int arm) {
  const auto slowest = [&](int of) {
    double p99 = 0;
    for (int slot = 0; slot < kDecisionSlots; ++slot) {
      if (!PageWaitsFor(data, slot)) continue;
      const LatencyHistogram h = MergedLatency(data.result, of, slot);
      if (h.total() > 0) p99 = std::max(p99, h.QuantileNs(0.99));
    }
    return p99;
  };
  const double own = slowest(arm);
  const double base = slowest(data.base);
  if (own <= 0 || base <= 0) return {};
  return fmt::format(" Slowest decision on a page, p99: {} (incumbent {}).", report::Duration(own),
                     report::Duration(base));
}

std::string ArmWords(const ReportData& data, int arm) {
  if (data.arm(arm).identical) return "Every outcome is the same as the incumbent's: an A/A pair.";
  if (data.arm(arm).paired == 0) return "No replication in common with the incumbent.";
  std::vector<Claim> claims;
  std::vector<std::string> points;
  for (std::size_t m = 0; m < data.metrics.size(); ++m) {
    const Interval& r = data.member(m, arm).uplift.relative;
    if (!std::isfinite(r.estimate)) continue;
    points.push_back(fmt::format("{} {}", data.metrics[m].title, Change(r.estimate)));
    if (HasBounds(r)) claims.push_back(ClaimOf(data, m, arm));
  }
  if (points.empty()) return "Nothing to compare: the incumbent sold nothing.";
  if (claims.empty()) return Capitalised(Joined(points, "and")) + ". Without intervals this says little.";
  std::stable_sort(claims.begin(), claims.end(), [](const Claim& a, const Claim& b) { return a.sure && !b.sure; });
  std::vector<std::string> gains;
  std::vector<std::string> losses;
  std::vector<std::string> open;
  std::vector<std::string> same;
  // Gains are said first: the first of all says what the brackets are.
  for (const bool good : {true, false}) {
    for (const Claim& claim : claims) {
      if (claim.side != 0 && claim.good == good)
        (good ? gains : losses).push_back(Words(data, arm, claim, gains.empty() && losses.empty()));
    }
  }
  for (const Claim& claim : claims) {
    if (claim.side != 0) continue;
    if (data.member(claim.metric, arm).uplift.identical) same.push_back(data.metrics[claim.metric].title);
    else open.push_back(Words(data, arm, claim, false));
  }
  std::string text = Joined(gains, "and");
  if (!losses.empty()) text += (text.empty() ? "" : " but ") + Joined(losses, "and");
  if (!open.empty()) text += (text.empty() ? "" : "; ") + std::string("no clear change in ") + Joined(open, "or");
  if (!same.empty()) text += (text.empty() ? "" : "; ") + std::string("the same ") + Joined(same, "and");
  return Capitalised(text) + ".";
}

struct StandingWords {
  const char* css;
  const char* text;
};
StandingWords WordsOf(Standing standing) {
  switch (standing) {
    case Standing::kIncumbent: return {"dim", "incumbent"};
    case Standing::kIdentical: return {"dim", "identical"};
    case Standing::kBetter: return {"good", "▲ better"};
    case Standing::kWorse: return {"bad", "▼ worse"};
    case Standing::kMixed: return {"warn", "◆ trade-off"};
    case Standing::kSame: return {"dim", "= no difference"};
    case Standing::kUnclear: return {"dim", "? unclear"};
    case Standing::kUnknown: return {"dim", "? no intervals"};
  }
  return {"dim", ""};
}

std::string Card(const ReportData& data, int arm) {
  const ArmData& of = data.arm(arm);
  const StandingWords words = WordsOf(of.standing);
  std::string chips = fmt::format(R"(<span class="chip {}">{}</span>)", words.css, words.text);
  if (of.ceiling)
    chips +=
        R"(<span class="chip dim" title="An oracle sees what no shop can: the ceiling, not a choice">ceiling</span>)";
  if (of.floor) chips += R"(<span class="chip dim" title="Chooses at random: the floor">floor</span>)";
  if (of.thin) chips += R"(<span class="chip warn">thin data</span>)";
  if (of.failed > 0) chips += fmt::format(R"(<span class="chip bad">{} failed</span>)", of.failed);
  return fmt::format(R"(<li class="card {}" data-arm={}><h3><span>{}</span>{}</h3><p>{}{}</p></li>)", words.css, arm,
                     Escape(of.name), chips, ArmWords(data, arm), LatencyWords(data, arm));
}

// ---------------------------------------------------------------- badges

std::string Badge(const char* css, const std::string& text, const std::string& why) {
  return fmt::format(R"(<li class="chip {}" title="{}">{}</li>)", css, Escape(why), Escape(text));
}

std::string DesignBadge(const ReportData& data) {
  const std::string& design = data.result.design;
  if (design == "ab-test")
    return Badge(
        "warn", "A/B test inside one shop",
        "Arms share stock, servers, agents and learned models: the estimate of a real test, interference included");
  if (design == "switchback")
    return Badge("warn", "switchback inside one shop",
                 "The whole shop changes arm block by block: the estimate of a real test");
  if (design == "factorial")
    return Badge("dim", "factorial design", "Every combination of the levers in a world of its own");
  return Badge("dim", "parallel worlds",
               "Every arm alone with all shoppers and the same dice: the true effect in this simulated shop");
}

/// The widest half-width of the metric's 95 % intervals; NaN without intervals.
double WidestHalf(const ReportData& data, std::size_t m) {
  double widest = std::nan("");
  for (int arm = 0; arm < data.arm_count(); ++arm) {
    const Interval& r = data.member(m, arm).uplift.relative;
    if (arm == data.base || data.arm(arm).identical || !HasBounds(r)) continue;
    widest = std::fmax(widest, (r.high - r.low) / 2);
  }
  return widest;
}

std::string PrecisionBadge(const ReportData& data) {
  const std::size_t primary = PrimaryMetric(data);
  const std::string& title = data.metrics[primary].title;
  if (data.arm_count() < 2) return {};
  const bool all_identical = std::all_of(data.arms.begin(), data.arms.end(), [&](const ArmData& arm) {
    return arm.identical || &arm == &data.arm(data.base);
  });
  if (all_identical) return {};
  const double widest = WidestHalf(data, primary);
  if (!std::isfinite(widest)) return Badge("bad", "no intervals", "It takes two replications at least");
  const bool asked = data.scenario && data.scenario->stop.mode == StopMode::kPrecision;
  if (!asked)
    return Badge("dim", fmt::format("{} ±{} or better", title, Size(widest)),
                 "Half-width of the widest 95% interval among the arms");
  const double goal = data.scenario->stop.half_width;
  bool reached = true;
  for (int arm = 0; arm < data.arm_count(); ++arm) {
    const Uplift& u = data.member(primary, arm).uplift;
    reached &= arm == data.base || PreciseEnough(u.relative, u.replications, goal);
  }
  return Badge(reached ? "good" : "bad",
               fmt::format("precision ±{} {}", Size(goal), reached ? "reached" : "not reached"),
               fmt::format("Widest half-width for {}: ±{}", title, Size(widest)));
}

std::string Badges(const ReportData& data) {
  const ExperimentResult& r = data.result;
  std::string out = DesignBadge(data);
  out += Badge(data.complete < r.planned_replications ? "warn" : "dim",
               fmt::format("{} of {} replications", data.complete, r.planned_replications),
               "Replications that every arm finished");
  out += PrecisionBadge(data);
  out += Badge(
      "warn", "uncalibrated",
      "The shop's numbers are a scenario's, not fitted to your own log: read sizes as plausible, not as a forecast");
  std::vector<std::string> thin;
  int failed = 0;
  int identical = 0;
  for (const ArmData& arm : data.arms) {
    if (arm.thin) thin.push_back(arm.name);
    failed += arm.failed;
    identical += arm.identical;
  }
  if (!thin.empty()) {
    out += Badge("warn",
                 fmt::format("thin data: {}", thin.size() > 3 ? Count(static_cast<int>(thin.size()), "arm", "arms")
                                                              : Joined(thin, "and")),
                 fmt::format("Fewer than {} shoppers bought in one of the two arms only: intervals may be too narrow",
                             kThinOrders));
  }
  if (failed > 0) out += Badge("bad", Count(failed, "failed cell", "failed cells"), "See the diagnostics");
  if (r.provenance.interrupted) out += Badge("bad", "interrupted", "Only finished replications are inside");
  if (identical > 0)
    out += Badge("dim", Count(identical, "identical arm", "identical arms"),
                 "Same outcomes as the incumbent, to the byte: an A/A pair");
  if (data.most_paired > 1 && data.most_paired < 8)
    out +=
        Badge("warn", "few replications", "Below eight the intervals rest on a normal-theory correction and are wide");
  return "<ul class=\"badges\">" + out + "</ul>";
}

}  // namespace

std::string VerdictBlock(const ReportData& data) {
  std::string lines;
  const std::size_t primary = PrimaryMetric(data);
  int others = 0;
  bool ceiling = false;
  for (int arm = 0; arm < data.arm_count(); ++arm) {
    others += arm != data.base;
    ceiling |= data.arm(arm).ceiling && arm != data.base;
  }
  if (others == 0) {
    lines = data.arms.empty() ? "<p class=\"lead\">No arms: nothing to show.</p>"
                              : "<p class=\"lead\">One arm alone: nothing to compare it with.</p>";
    for (const MetricData& metric : data.metrics) {
      const Interval v = metric.values.empty() ? Interval{std::nan(""), 0, 0} : metric.values.front();
      lines += fmt::format("<p>{}: <b>{}</b></p>", Capitalised(metric.title),
                           ValueWithUnit(*metric.info, v.estimate, Escape(data.result.currency)));
    }
  } else if (others == 1) {
    for (int arm = 0; arm < data.arm_count(); ++arm) {
      if (arm == data.base) continue;
      lines = fmt::format("<p class=\"lead\">{}: {}</p>", Name(data, arm), ArmWords(data, arm));
    }
  } else {
    lines = "<p class=\"lead\">" + Leader(data, primary) + "</p>";
    for (std::size_t m = 0; m < data.metrics.size(); ++m)
      if (m != primary) lines += "<p>" + Leader(data, m) + "</p>";
    if (ceiling) lines += "<p class=\"dim\">Oracles, which see what no shop can, are left out of these sentences.</p>";
  }
  std::string cards;
  for (int arm = 0; arm < data.arm_count(); ++arm)
    if (arm != data.base) cards += Card(data, arm);
  std::string body = lines + Badges(data);
  if (!cards.empty()) body += "<ul class=\"cards\">" + cards + "</ul>";
  return Section("verdict", "Verdict", "", body);
}

}  // namespace souk::html
