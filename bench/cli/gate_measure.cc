#include "bench/cli/gate_measure.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "bench/cli/results_file.h"
#include "bench/cli/terminal.h"
#include "results/statistics/gate.h"
#include "sim/base/error.h"
#include "sim/base/random.h"

namespace souk {
namespace {

using Clock = std::chrono::steady_clock;

// What is measured without being asked for by name: enough decisions for the quantile, and decisions that take longer
// than a few reads of the clock.
constexpr double kLeastNs = 500;
constexpr std::int64_t kLeastDecisions = 100;
constexpr std::int64_t kLeastForTail = 1000;

/// The last lines of what a program had to say, for a message.
std::string LastLines(const std::string& text) {
  constexpr std::size_t kMostLines = 8;
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    if (end > begin) lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  std::string out;
  for (std::size_t i = lines.size() - std::min(lines.size(), kMostLines); i < lines.size(); ++i)
    out += "\n  " + lines[i];
  return out;
}

/// One metric in one arm and slot, as far as it has them.
struct Check {
  const MeasuredMetric* info = nullptr;
  const GateMetric* asked = nullptr;
  std::string arm;
  int slot = -1;

  [[nodiscard]] std::string Where() const {
    return slot < 0 ? arm : fmt::format("{} of {}", SlotName(static_cast<Slot>(slot)), arm);
  }
};

double ValueOf(const Check& check, const Measurement& run) {
  if (check.info->kind == MeasuredMetric::Kind::kRunTime) return run.run_s;
  const int arm = run.result.ArmIndex(check.arm);
  double value = 0;
  for (const CellResult& cell : run.result.cells) {
    if (cell.arm != arm) continue;
    if (check.info->kind == MeasuredMetric::Kind::kThroughput) {
      const double pages = static_cast<double>(At(cell.Total(), Sum::kPages));
      value = cell.wall_ns > 0 ? pages / (1e-9 * static_cast<double>(cell.wall_ns)) : 0;
    } else {
      value = cell.latency[static_cast<std::size_t>(check.slot)].QuantileNs(check.info->quantile);
    }
  }
  return value;
}

/// Which arms and slots each metric is measured in.
class CheckList {
 public:
  CheckList(const Scenario& scenario, const GatePlan& plan, const ExperimentResult& result)
      : scenario_(scenario), plan_(plan), result_(result) {
    for (const GateMetric& asked : plan.measured) Add(asked, *FindMeasured(asked.metric));
  }

  [[nodiscard]] const std::vector<Check>& checks() const { return checks_; }

 private:
  void Add(const GateMetric& asked, const MeasuredMetric& info) {
    if (info.kind == MeasuredMetric::Kind::kRunTime) return checks_.push_back({&info, &asked, "", -1});
    const std::size_t before = checks_.size();
    for (const std::string& arm : asked.arms) {
      if (info.kind == MeasuredMetric::Kind::kThroughput) {
        checks_.push_back({&info, &asked, arm, -1});
      } else if (asked.slot != 0) {
        AddSlot(asked, info, arm, asked.slot - 1);
      } else {
        for (int slot = 0; slot < kSlots; ++slot)
          if (WorthMeasuring(info, arm, slot)) checks_.push_back({&info, &asked, arm, slot});
      }
    }
    if (checks_.size() == before && !plan_.usual) {
      throw Error(
          fmt::format("{}: no slot has enough decisions of at least 0.5 µs; name a slot to measure it all the same",
                      asked.metric),
          PlaceOf(asked.mark));
    }
  }

  /// A slot that was asked for by name is measured, if there is anything.
  void AddSlot(const GateMetric& asked, const MeasuredMetric& info, const std::string& arm, int slot) {
    if (Latency(arm, slot).total() == 0) {
      throw Error(fmt::format("{} has no sample: the slot {} is never asked in the arm {}", asked.metric,
                              SlotName(static_cast<Slot>(slot)), arm),
                  PlaceOf(asked.mark));
    }
    checks_.push_back({&info, &asked, arm, slot});
  }

  [[nodiscard]] bool WorthMeasuring(const MeasuredMetric& info, const std::string& arm, int slot) const {
    const LatencyHistogram& latency = Latency(arm, slot);
    return latency.total() >= (info.quantile > 0.95 ? kLeastForTail : kLeastDecisions) &&
           latency.QuantileNs(0.5) >= kLeastNs && !AsInIncumbent(arm, slot);
  }

  /// The same strategy as the incumbent's is measured there already.
  [[nodiscard]] bool AsInIncumbent(const std::string& arm, int slot) const {
    if (arm == scenario_.incumbent) return false;
    const auto find = [&](const std::string& name) {
      return std::find_if(scenario_.arms.begin(), scenario_.arms.end(),
                          [&](const ArmSpec& a) { return a.name == name; });
    };
    const auto s = static_cast<std::size_t>(slot);
    const StrategySpec& own = find(arm)->slots[s];
    const StrategySpec& incumbents = find(scenario_.incumbent)->slots[s];
    return own.name == incumbents.name && SameParams(own.params, incumbents.params);
  }

  [[nodiscard]] const LatencyHistogram& Latency(const std::string& arm, int slot) const {
    return result_.Cell(result_.cells.front().replication, result_.ArmIndex(arm))
        ->latency[static_cast<std::size_t>(slot)];
  }

  const Scenario& scenario_;
  const GatePlan& plan_;
  const ExperimentResult& result_;
  std::vector<Check> checks_;
};

/// Everything that was measured of one check in one round.
struct Series {
  std::vector<double> base, head, harms;
};

double Median(std::vector<double> values) {
  if (values.empty()) return std::nan("");
  const auto middle = values.begin() + std::ssize(values) / 2;
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

std::string NoteOf(const MeasuredJudgement& j) {
  const bool open = j.last.verdict == GateVerdict::kInconclusive;
  if (j.first) {
    if (open) return "looked like a regression; fresh pairs did not settle it";
    return j.last.verdict == GateVerdict::kRegression ? "measured again with fresh pairs: the same"
                                                      : "looked like a regression, but fresh pairs show none";
  }
  return open ? "a larger budget or a wider margin would settle it" : "";
}

GateRow RowOf(const Check& check, const MeasuredJudgement& j, const Series& series, double margin) {
  GateRow row;
  row.metric = check.info->name;
  row.where = check.Where();
  row.unit = check.info->unit;
  row.measured = true;
  row.higher_is_better = check.info->higher_is_better;
  row.base = Median(series.base);
  row.head = Median(series.head);
  const bool up = check.info->higher_is_better;
  row.change = ChangeOfLogHarm(j.last.estimate, up);
  row.low = ChangeOfLogHarm(up ? j.last.high : j.last.low, up);
  row.high = ChangeOfLogHarm(up ? j.last.low : j.last.high, up);
  row.margin = margin;
  row.samples = j.pairs;
  row.verdict = j.last.verdict;
  row.note = NoteOf(j);
  row.file = check.asked->mark.file;
  row.line = check.asked->mark.line;
  row.harms = series.harms;
  return row;
}

}  // namespace

PairRunner::PairRunner(PairOptions options, std::function<bool()> stop)
    : options_(std::move(options)), stop_(std::move(stop)), first_(RunPair(0, true)) {}

PairRunner::Pair PairRunner::Next() {
  Rng coin(Dice(options_.coin_seed, 0), Purpose::kStatistics, static_cast<std::uint32_t>(pairs_));
  const int replication = pairs_ % options_.replications;
  ++pairs_;
  return RunPair(replication, coin.Bernoulli(0.5));
}

PairRunner::Pair PairRunner::RunPair(int replication, bool base_first) {
  Pair pair;
  if (base_first) pair.base = Run(options_.base_binary, "base", replication, base_cells_);
  pair.head = Run(options_.head_binary, "head", replication, head_cells_);
  if (!base_first) pair.base = Run(options_.base_binary, "base", replication, base_cells_);
  return pair;
}

Measurement PairRunner::Run(const std::string& binary, const char* side, int replication, Cells& seen) {
  if (stop_()) throw GateInterrupted();
  const std::string file = folder_.File(std::string(side) + ".h5");
  std::vector<std::string> command = {
      binary, "run", options_.scenario, "--replication", std::to_string(replication), "--threads", "1", "--quiet",
      "-o",   file};
  for (const std::string& arm : options_.arms) command.insert(command.end(), {"--arm", arm});
  for (const char* record : {"events", "decisions", "shoppers"})
    command.insert(command.end(), {"--set", fmt::format("record.{}=false", record)});
  const ProcessResult process = RunProcess(command, options_.timeout_s, stop_);
  if (process.stopped) throw GateInterrupted();
  if (!process.ok()) {
    throw RunFailed(fmt::format("the {} binary ({}) failed in replication {}: {}{}", side, binary, replication,
                                EndOf(process, options_.timeout_s), LastLines(process.errors)));
  }
  Measurement run;
  run.run_s = process.wall_s;
  try {
    run.result = LoadResult(file);
  } catch (const Error& error) {
    throw RunFailed(fmt::format("the {} binary ({}) left no results that can be read: {}", side, binary, error.what()));
  }
  for (const CellResult& cell : run.result.cells) {
    if (cell.error.empty()) continue;
    throw RunFailed(
        fmt::format("the {} binary ({}): replication {} failed: {}", side, binary, replication, cell.error));
  }
  if (run.result.cells.empty()) throw RunFailed(fmt::format("the {} binary ({}) wrote no replication", side, binary));
  const auto [known, fresh] = seen.try_emplace(replication, run.result.cells);
  const auto same = [](const CellResult& a, const CellResult& b) { return a.fingerprint == b.fingerprint; };
  if (!fresh &&
      !std::equal(known->second.begin(), known->second.end(), run.result.cells.begin(), run.result.cells.end(), same)) {
    throw RunFailed(fmt::format("the {} binary ({}) is not deterministic: replication {} had other outcomes before",
                                side, binary, replication));
  }
  return run;
}

ExperimentResult PairRunner::Outcomes(const Measurement& first, const Cells& cells) {
  ExperimentResult result = first.result;
  result.cells.clear();
  for (const auto& [replication, of_replication] : cells)
    result.cells.insert(result.cells.end(), of_replication.begin(), of_replication.end());
  return result;
}

void GateMeasured(PairRunner& runner, const Scenario& scenario, const GateSpec& spec, const GatePlan& plan,
                  const std::function<void(int, int)>& on_pair, GateReport& report) {
  const std::vector<Check> checks = CheckList(scenario, plan, runner.first().base.result).checks();
  std::vector<double> shares;
  std::vector<double> margins;
  for (const Check& check : checks) {
    shares.push_back(std::isnan(check.asked->margin) ? spec.measured_margin : check.asked->margin);
    margins.push_back(LogMargin(shares.back(), check.info->higher_is_better));
  }
  std::vector<Series> series[2];
  for (auto& round : series) round.resize(checks.size());
  int counted[2] = {0, 0};
  Clock::time_point start;
  const auto measure = [&](int round) -> std::optional<std::vector<double>> {
    const auto r = static_cast<std::size_t>(round - 1);
    if (counted[r] == 0) start = Clock::now();
    if (std::chrono::duration<double>(Clock::now() - start).count() > spec.budget.seconds) return std::nullopt;
    on_pair(round, ++counted[r]);
    const PairRunner::Pair pair = runner.Next();
    std::vector<double> harms;
    for (std::size_t c = 0; c < checks.size(); ++c) {
      Series& s = series[r][c];
      s.base.push_back(ValueOf(checks[c], pair.base));
      s.head.push_back(ValueOf(checks[c], pair.head));
      s.harms.push_back(LogHarm(s.base.back(), s.head.back(), checks[c].info->higher_is_better));
      harms.push_back(s.harms.back());
    }
    return harms;
  };
  const std::vector<MeasuredJudgement> judged = JudgeMeasured(margins, {spec.alpha, spec.budget.pairs}, measure);
  for (std::size_t c = 0; c < checks.size(); ++c) {
    const std::vector<double>& harms = series[0][c].harms;
    if (!harms.empty() && std::all_of(harms.begin(), harms.end(), [](double h) { return std::isnan(h); })) {
      throw Error(
          fmt::format("{} in {} has no sample: one side measured nothing", checks[c].info->name, checks[c].Where()),
          PlaceOf(checks[c].asked->mark));
    }
    report.rows.push_back(RowOf(checks[c], judged[c], series[judged[c].first ? 1 : 0][c], shares[c]));
  }
  report.facts.push_back(fmt::format(
      "Measured: {} pairs of runs in fresh processes, a coin deciding the order{}.", counted[0] + counted[1],
      counted[1] > 0 ? fmt::format("; {} of them to measure again what looked like a regression", counted[1]) : ""));
}

}  // namespace souk
