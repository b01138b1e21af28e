// `souk trace`: what happened in one arm of one replication, one line per outcome.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>

#include "bench/cli/app.h"
#include "bench/cli/memory.h"
#include "bench/cli/options.h"
#include "bench/cli/terminal.h"
#include "bench/experiment/experiment.h"
#include "results/report/json.h"
#include "sim/base/error.h"

namespace souk {
namespace {

struct TraceVerbOptions {
  ExperimentOptions experiment;
  int replication = 0;
  std::string arm;
  int shopper = -1;
  int session = -1;
  std::vector<std::string> kinds;
  std::int64_t limit = 0;
  bool warmup = false;
  bool json = false;
};

std::vector<std::string> KindNames() {
  std::vector<std::string> names;
  for (int kind = 0; kind < kOutcomeKinds; ++kind) names.emplace_back(OutcomeName(static_cast<OutcomeKind>(kind)));
  return names;
}

/// `12+09:41:07` or, for machines, seconds. Days count from the start of the warm-up.
std::string TimeText(SimTime time) {
  const std::int64_t second = (time.us - time.day() * SimTime::kDayUs) / 1'000'000;
  return fmt::format("{}+{:02}:{:02}:{:02}", time.day(), second / 3600, second / 60 % 60, second % 60);
}

std::string MoneyText(Money money) { return fmt::format("{:.2f}", money.units()); }

/// What `detail` and `value` say, in words, by kind.
std::string Remark(const Outcome& o) {
  static constexpr std::array<const char*, 5> kReasons = {"extra cost", "account", "trust", "length", "payment failed"};
  switch (o.kind) {
    case OutcomeKind::kSessionStart: return o.detail == 1 ? "mobile" : "desktop";
    case OutcomeKind::kPage:
    case OutcomeKind::kBounce:
    case OutcomeKind::kAgentAbandon: return fmt::format("waited {:.2f} s", o.value);
    case OutcomeKind::kAgentAnswer:
      return fmt::format("{}, waited {:.2f} s", o.detail == 1 ? "right" : "wrong", o.value);
    case OutcomeKind::kAnswer: return o.detail == 1 ? "right" : "wrong";
    case OutcomeKind::kAbandon: return o.detail < kReasons.size() ? kReasons[o.detail] : "";
    case OutcomeKind::kOrder: return o.detail == 1 ? "first order" : "";
    case OutcomeKind::kOrderLine: return o.detail == 1 ? "without a view" : "";
    case OutcomeKind::kDelivered: return fmt::format("satisfaction {:+.2f}", o.value);
    case OutcomeKind::kQuestion: return fmt::format("intent {}", o.detail);
    case OutcomeKind::kSessionEnd: return fmt::format("{} views", o.quantity);
    default: return {};
  }
}

std::string Line(const Outcome& o) {
  std::string line = fmt::format("{:>12}  shopper {:<6} session {:<4} {:<13}", TimeText(o.time), o.shopper.value,
                                 o.session < 0 ? std::string("-") : std::to_string(o.session), OutcomeName(o.kind));
  if (o.item.valid()) line += fmt::format(" item {}", o.item.value);
  if (o.position > 0) line += fmt::format(" at position {}", o.position);
  if (o.quantity != 0 && o.kind != OutcomeKind::kSessionEnd) line += fmt::format(" × {}", o.quantity);
  if (o.amount.cents != 0) line += " " + MoneyText(o.amount);
  if (o.cost.cents != 0) line += fmt::format(" (cost {})", MoneyText(o.cost));
  if (const std::string remark = Remark(o); !remark.empty()) line += " " + remark;
  while (line.back() == ' ') line.pop_back();
  return line + "\n";
}

/// One object per line, so that a long trace can be read as it comes.
std::string JsonLine(const Outcome& o) {
  return fmt::format(
      R"({{"time_s":{:.6f},"kind":"{}","shopper":{},"session":{},"item":{},"position":{},"quantity":{},"amount_cents":{},"cost_cents":{},"detail":{},"value":{}}})"
      "\n",
      o.time.seconds(), OutcomeName(o.kind), o.shopper.value, o.session, o.item.value, o.position, o.quantity,
      o.amount.cents, o.cost.cents, o.detail, std::isfinite(o.value) ? fmt::format("{}", o.value) : "null");
}

int Trace(const TraceVerbOptions& options) {
  const Scenario scenario = LoadForExperiment(options.experiment);
  CheckMemory(scenario, {1, 1, options.experiment.max_memory});
  if (options.session >= 0 && options.shopper < 0)
    throw Error("sessions are numbered per shopper; give --shopper too", "--session");
  if (options.shopper >= scenario.population.shoppers)
    throw Error(fmt::format("found {}; allowed 0 … {}", options.shopper, scenario.population.shoppers - 1),
                "--shopper");
  std::array<bool, kOutcomeKinds> wanted{};
  const std::vector<std::string> names = KindNames();
  for (std::size_t k = 0; k < wanted.size(); ++k)
    wanted[k] =
        options.kinds.empty() || std::find(options.kinds.begin(), options.kinds.end(), names[k]) != options.kinds.end();

  std::atomic<bool> enough{false};
  std::int64_t printed = 0;
  TraceOptions trace{.replication = options.replication, .arm = options.arm, .warmup = options.warmup, .stop = &enough};
  TraceCell(scenario, trace, [&](const Outcome& o) {
    if (enough || !wanted[static_cast<std::size_t>(o.kind)]) return;
    if (options.shopper >= 0 && o.shopper.value != options.shopper) return;
    if (options.session >= 0 && o.session != options.session) return;
    Out(options.json ? JsonLine(o) : Line(o));
    if (++printed == options.limit) enough = true;
  });
  return kExitOk;
}

}  // namespace

void AddTrace(CLI::App& app, Action& action) {
  CLI::App* verb = app.add_subcommand("trace", "Print what happened in one arm of one replication, event by event");
  const auto options = std::make_shared<TraceVerbOptions>();
  verb->add_option("scenario", options->experiment.scenario, "Scenario file")->required()->type_name("FILE");
  AddSets(*verb, options->experiment.sets);
  AddSeed(*verb, options->experiment.seed);
  AddMaxMemory(*verb, options->experiment.max_memory);
  verb->add_option("--replication", options->replication, "Which replication, from 0")
      ->type_name("K")
      ->check(Whole(0, 999'999));
  verb->add_option("--arm", options->arm, "Which arm; default: the incumbent")->type_name("NAME");
  verb->add_option("--shopper", options->shopper, "Only this shopper")
      ->type_name("N")
      ->check(Whole(0, std::numeric_limits<std::int32_t>::max()));
  verb->add_option("--session", options->session, "Only this session of the shopper")
      ->type_name("N")
      ->check(Whole(0, std::numeric_limits<std::int32_t>::max()));
  verb->add_option("--kind", options->kinds, "Only these kinds, e.g. view,cart,order")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(OneOf(KindNames()));
  verb->add_option("--limit", options->limit, "Stop after this many lines")
      ->type_name("N")
      ->check(Whole(1, std::numeric_limits<std::int64_t>::max()));
  verb->add_flag("--warmup", options->warmup, "The warm-up too");
  verb->add_flag("--json", options->json, "Print one JSON object per line");
  verb->footer(
      "Examples:\n  souk trace my.yaml --limit 20\n  souk trace my.yaml --arm item-knn --shopper "
      "7\n"
      "  souk trace my.yaml --kind order,order_line --json | jq .amount_cents\n\n"
      "Times are day+hours:minutes:seconds since the start of the warm-up; money is in the "
      "scenario's currency.");
  verb->callback([options, &action] { action = [options] { return Trace(*options); }; });
}

}  // namespace souk
