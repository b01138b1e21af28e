// Writes the summary of a result: root attributes and every group but the records.

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "results/store/layout_internal.h"
#include "results/store/store.h"
#include "sim/base/error.h"
#include "sim/base/fingerprint.h"

namespace souk::store {
namespace {

using netcdf::Description;
using netcdf::GroupWriter;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

struct Writer {
  hid_t file;
  const ExperimentResult& result;
  const Grid& grid;

  /// A group with the coordinates that every group over cells has.
  GroupWriter CellGroup(const char* name, const std::string& title) const {
    GroupWriter group(file, name, title);
    AddCellCoordinates(group);
    return group;
  }
  void AddCellCoordinates(GroupWriter& group) const {
    group.AddCoordinate("replication", grid.replications, {"replication of the experiment", "1"}, true);
    group.AddCoordinate("arm", result.arms, "choice of strategies");
  }
  void AddStatus(GroupWriter& group) const {
    std::vector<std::uint8_t> status(grid.size(), static_cast<std::uint8_t>(CellStatus::kMissing));
    for (const CellResult& cell : result.cells) {
      status[grid.Index(cell)] =
          static_cast<std::uint8_t>(cell.error.empty() ? CellStatus::kFinished : CellStatus::kFailed);
    }
    group.Add("status", {"replication", "arm"}, status, {"what became of the cell", "", kStatusMeanings});
  }
  [[nodiscard]] std::string Unit(const std::string& unit) const { return unit == "EUR" ? result.currency : unit; }
  [[nodiscard]] Description About(const MetricInfo& metric) const {
    return {metric.long_name, Unit(metric.unit), {}, SumName(metric.numerator), SumName(metric.denominator)};
  }
  /// One value per cell from finished cells.
  template <class T, class Get>
  std::vector<T> PerCell(T missing, Get get) const {
    std::vector<T> values(grid.size(), missing);
    for (const CellResult& cell : result.cells) {
      if (cell.error.empty()) values[grid.Index(cell)] = get(cell);
    }
    return values;
  }
  /// `width` values per cell from finished cells.
  template <class T, class Get>
  std::vector<T> PerCellRow(T missing, std::size_t width, Get get) const {
    std::vector<T> values(grid.size() * width, missing);
    for (const CellResult& cell : result.cells) {
      if (!cell.error.empty()) continue;
      for (std::size_t i = 0; i < width; ++i) values[grid.Index(cell) * width + i] = get(cell, i);
    }
    return values;
  }

  /// A cell that comes from a file of an older souk.
  static bool LacksAges(const CellResult& cell) { return cell.error.empty() && cell.by_age.empty(); }
  static bool LacksWeeks(const CellResult& cell) { return cell.error.empty() && cell.by_week.empty(); }
  static bool LacksFunnel(const CellResult& cell) {
    const Sums total = cell.Total();
    return At(total, Sum::kSessionsWithOrder) > At(total, Sum::kSessionsAtTill);
  }

  void Root() const;
  void MetricsGroup() const;
  void SumsOver(const char* name, const std::string& title, const std::string& dimension, std::size_t width,
                std::vector<Sums> CellResult::*rows) const;
  void Segments() const;
  void Gaps() const;
  void Regret() const;
  void Recommendations() const;
  void Weekly() const;
  void FunnelGroup() const;
  void Latency() const;
  void Failures() const;
  void ProvenanceGroup() const;
};

void Writer::Root() const {
  const Provenance& p = result.provenance;
  hdf5::SetAttribute(file, "Conventions", "CF-1.10");
  hdf5::SetAttribute(file, "souk_schema", std::vector<std::int32_t>{kSchemaVersion});
  hdf5::SetAttribute(file, "title", result.name);
  hdf5::SetAttribute(file, "question", result.question);
  hdf5::SetAttribute(file, "history", p.created + ": " + p.argv);
  hdf5::SetAttribute(file, "currency", result.currency);
  hdf5::SetAttribute(file, "incumbent", result.incumbent);
  hdf5::SetAttribute(file, "days", std::vector<std::int32_t>{result.days});
  hdf5::SetAttribute(file, "planned_replications", std::vector<std::int32_t>{result.planned_replications});
  hdf5::SetAttribute(file, "scenario_hash", p.scenario_hash);
  hdf5::SetAttribute(file, "seed", std::vector<std::uint64_t>{p.seed});
  hdf5::SetAttribute(file, "fingerprint", Hex64(result.Fingerprint()));
  hdf5::SetAttribute(file, "design", result.design);
  std::string headline;
  for (const std::string& name : result.headline) headline += (headline.empty() ? "" : " ") + name;
  hdf5::SetAttribute(file, "headline", headline);
}

void Writer::MetricsGroup() const {
  GroupWriter group = CellGroup("metrics", "metrics per replication and arm");
  group.AddStrings("arm_label", {"arm"}, result.arm_labels, {"label of the arm", ""});
  if (!result.shares.empty()) {
    group.Add("arm_share", {"arm"}, result.shares, {"intended share of shoppers or time, relative to the other arms"});
  }
  if (!result.levers.empty()) {
    Description about{"levers that are on in the arm", ""};
    about.bits = result.levers;
    group.Add("arm_levers", {"arm"}, result.arm_levers, about);
  }
  AddStatus(group);
  const std::vector<std::string> over = {"replication", "arm"};
  group.Add("fingerprint", over,
            PerCell(std::int64_t{0}, [](const CellResult& c) { return static_cast<std::int64_t>(c.fingerprint); }),
            {"hash over all outcomes, two's complement of an unsigned number"});
  group.AddStrings("fingerprint_hex", over,
                   PerCell(std::string(), [](const CellResult& c) { return Hex64(c.fingerprint); }),
                   {"hash over all outcomes", ""});
  std::vector<Sums> totals(grid.size(), Sums{});
  for (const CellResult& cell : result.cells) {
    if (cell.error.empty()) totals[grid.Index(cell)] = cell.Total();
  }
  for (const MetricInfo& metric : Metrics()) {
    std::vector<double> values;
    for (const Sums& total : totals) values.push_back(Value(metric, total));
    group.Add(metric.name, over, values, About(metric));
  }
  using S = SlateStats;
  const std::tuple<const char*, const char*, double S::*> slates[] = {
      {"slate_coverage", "share of the catalogue shown in slates at least once", &S::coverage},
      {"slate_gini", "Gini coefficient of slate impressions over the catalogue", &S::gini},
      {"slate_novelty", "mean -log2 of the item's share of warm-up views, over impressions", &S::novelty},
      {"slate_diversity", "mean share of pairs of a slate in different categories", &S::diversity}};
  for (const auto& [name, long_name, member] : slates) {
    const auto field = member;
    group.Add(name, over, PerCell(kNan, [field](const CellResult& c) { return c.slates.*field; }), {long_name});
  }
}

/// Sums by segment, by day or by age: one integer variable per sum.
void Writer::SumsOver(const char* name, const std::string& title, const std::string& dimension, std::size_t width,
                      std::vector<Sums> CellResult::*rows) const {
  GroupWriter group = CellGroup(name, title);
  if (dimension == "segment") {
    group.AddCoordinate("segment", result.segments, "segment of shoppers");
  } else {
    std::vector<std::int32_t> days(width);
    for (std::size_t d = 0; d < width; ++d) days[d] = static_cast<std::int32_t>(d);
    group.AddCoordinate(dimension, days,
                        {dimension == "day" ? "day of the measured period, from 0"
                                            : "days since the shopper's first visit of the period",
                         "d"});
  }
  AddStatus(group);
  for (const CellResult& cell : result.cells) SOUK_CHECK(!cell.error.empty() || (cell.*rows).size() == width);
  for (int s = 0; s < kSums; ++s) {
    const Sum sum = static_cast<Sum>(s);
    if (dimension != "segment" && !HasDays(sum)) continue;
    const std::string sum_name = SumName(sum);
    const std::string unit = sum_name.ends_with("_cents") ? "cent" : sum_name.ends_with("_ms") ? "ms" : "1";
    group.Add(
        sum_name, {"replication", "arm", dimension},
        PerCellRow(std::int64_t{0}, width, [&](const CellResult& c, std::size_t i) { return At((c.*rows)[i], sum); }),
        {"sum of " + sum_name, unit});
  }
}

void Writer::Segments() const {
  GroupWriter group = CellGroup("segments", "metrics per replication, arm and segment");
  group.AddCoordinate("segment", result.segments, "segment of shoppers");
  AddStatus(group);
  for (const MetricInfo& metric : Metrics()) {
    group.Add(metric.name, {"replication", "arm", "segment"},
              PerCellRow(kNan, result.segments.size(),
                         [&](const CellResult& c, std::size_t i) { return Value(metric, c.by_segment[i]); }),
              About(metric));
  }
}

/// How far apart the segments lie.
void Writer::Gaps() const {
  GroupWriter group = CellGroup("gaps", "largest less smallest value of any segment, per replication and arm");
  AddStatus(group);
  for (const char* name : {"conversion", "price_index", "coupon_cost_per_visitor"}) {
    const MetricInfo& metric = *FindMetric(name);
    const auto gap = [&](const CellResult& cell) {
      double low = std::numeric_limits<double>::infinity();
      double high = -low;
      for (const Sums& sums : cell.by_segment) {
        const double value = Value(metric, sums);
        if (std::isnan(value)) return kNan;
        low = std::min(low, value);
        high = std::max(high, value);
      }
      return high - low;
    };
    group.Add(name, {"replication", "arm"}, PerCell(kNan, gap),
              {std::string("gap between segments: ") + metric.long_name, Unit(metric.unit)});
  }
}

/// How far every arm stays behind each of the arms that see the truth.
void Writer::Regret() const {
  GroupWriter group = CellGroup("regret", "value of an arm that sees the truth less that of the arm");
  group.AddCoordinate("ceiling", result.ceilings, "arm of which some strategy sees the truth");
  AddStatus(group);
  for (const MetricInfo* metric : HeadlineMetrics(result)) {
    const auto behind = [&](const CellResult& cell, std::size_t c) {
      const CellResult* ceiling = result.Cell(cell.replication, result.ArmIndex(result.ceilings[c]));
      if (ceiling == nullptr || !ceiling->error.empty()) return kNan;
      return Value(*metric, ceiling->Total()) - Value(*metric, cell.Total());
    };
    group.Add(metric->name, {"replication", "arm", "ceiling"}, PerCellRow(kNan, result.ceilings.size(), behind),
              {std::string("regret: ") + metric->long_name, Unit(metric->unit)});
  }
}

/// What a recommender's clicks brought, against the same shoppers without one.
void Writer::Recommendations() const {
  GroupWriter group = CellGroup("recommendations", "what the clicks on slates brought, per replication and arm");
  group.Add("without_recommender", {"arm"}, result.without_recommender,
            {"index of the arm that lacks the recommender and nothing else, or -1"});
  AddStatus(group);
  group.Add(
      "clicks_without_gain", {"replication", "arm"},
      PerCell(kNan, [&](const CellResult& cell) { return ClicksWithoutGain(result, cell); }),
      {"share of clicks on slates that brought no product page which shoppers do not open without a recommender"});
}

void Writer::Weekly() const {
  GroupWriter group = CellGroup("weekly", "what slates showed, per replication, arm and week");
  const auto weeks = static_cast<std::size_t>(WeeksOf(result.days));
  std::vector<std::int32_t> numbers(weeks);
  std::iota(numbers.begin(), numbers.end(), 0);
  group.AddCoordinate("week", numbers, {"week of the measured period, from 0; the last one may be short", "1"});
  AddStatus(group);
  for (const CellResult& cell : result.cells) SOUK_CHECK(!cell.error.empty() || cell.by_week.size() == weeks);
  const std::vector<std::string> over = {"replication", "arm", "week"};
  group.Add(
      "impressions", over,
      PerCellRow(std::int64_t{0}, weeks, [](const CellResult& c, std::size_t w) { return c.by_week[w].impressions; }),
      {"items shown in slates"});
  group.Add("coverage", over,
            PerCellRow(kNan, weeks, [](const CellResult& c, std::size_t w) { return c.by_week[w].coverage; }),
            {"share of the catalogue shown in slates at least once"});
  group.Add("gini", over, PerCellRow(kNan, weeks, [](const CellResult& c, std::size_t w) { return c.by_week[w].gini; }),
            {"Gini coefficient of slate impressions over the catalogue"});
}

void Writer::FunnelGroup() const {
  GroupWriter group = CellGroup("funnel", "how many sessions reached each step on the way to an order");
  std::vector<std::string> steps;
  for (const FunnelStep& step : kFunnel) steps.emplace_back(step.name);
  group.AddCoordinate("step", steps, "step of the funnel");
  AddStatus(group);
  group.Add("count", {"replication", "arm", "step"},
            PerCellRow(std::int64_t{0}, steps.size(),
                       [](const CellResult& c, std::size_t i) { return At(c.Total(), kFunnel[i].sum); }),
            {"sessions that reached the step"});
}

void Writer::Latency() const {
  constexpr std::size_t kSlots = kDecisionSlots;
  GroupWriter group = CellGroup("latency", "measured wall-clock times: differ from run to run");
  group.AddCoordinate("slot", result.slots, "place where the shop asks a strategy");
  // Summed over replications, and of each cell only the buckets that were hit.
  std::vector<LatencyHistogram> merged(grid.arms * kSlots);
  std::vector<std::int64_t> row_size(grid.size() * kSlots, 0);
  std::vector<std::int32_t> buckets;
  std::vector<std::int64_t> counts;
  for (const CellResult& cell : result.cells) {  // in the order of the grid
    if (!cell.error.empty()) continue;
    for (std::size_t slot = 0; slot < kSlots; ++slot) {
      const LatencyHistogram& h = cell.latency[slot];
      merged[static_cast<std::size_t>(cell.arm) * kSlots + slot].Merge(h);
      for (std::size_t b = 0; b < h.counts().size(); ++b) {
        if (h.counts()[b] == 0) continue;
        ++row_size[grid.Index(cell) * kSlots + slot];
        buckets.push_back(static_cast<std::int32_t>(b));
        counts.push_back(h.counts()[b]);
      }
    }
  }
  int first = LatencyHistogram::kBuckets;
  int last = 0;
  for (const std::int32_t b : buckets) {
    first = std::min(first, b);
    last = std::max(last, b);
  }
  first = std::min(first, last);
  std::vector<std::int64_t> upper;
  for (int b = first; b <= last; ++b) upper.push_back(LatencyHistogram::UpperNs(b));
  group.AddCoordinate("upper_ns", upper, {"largest latency of the bucket", "ns"});
  group.AddDimension("entry", buckets.size(), true);

  std::vector<std::int64_t> summed(merged.size() * upper.size(), 0);
  for (std::size_t m = 0; m < merged.size(); ++m) {
    if (merged[m].counts().empty()) continue;
    std::copy(merged[m].counts().begin() + first, merged[m].counts().begin() + last + 1,
              summed.begin() + static_cast<std::ptrdiff_t>(m * upper.size()));
  }
  group.Add("counts", {"arm", "slot", "upper_ns"}, summed, {"decisions by latency, all replications together"});

  const std::vector<std::string> over = {"replication", "arm", "slot"};
  const auto per_slot = [&](auto missing, auto get) {
    return PerCellRow(missing, kSlots, [&](const CellResult& c, std::size_t i) { return get(c.latency[i]); });
  };
  group.Add("decisions", over, per_slot(std::int64_t{0}, [](const auto& h) { return h.total(); }),
            {"decisions measured"});
  const std::pair<const char*, double> quantiles[] = {
      {"p50_ns", 0.5}, {"p90_ns", 0.9}, {"p99_ns", 0.99}, {"p999_ns", 0.999}};
  for (const auto& [name, q] : quantiles) {
    const double level = q;
    group.Add(name, over,
              per_slot(kNan, [level](const auto& h) { return h.total() == 0 ? kNan : h.QuantileNs(level); }),
              {"quantile of the latency of a decision", "ns"});
  }
  group.Add("max_ns", over, per_slot(std::int64_t{0}, [](const auto& h) { return h.max_ns(); }),
            {"longest decision", "ns"});
  group.Add("train_ns", over,
            PerCellRow(std::int64_t{0}, kSlots, [](const CellResult& c, std::size_t i) { return c.train_ns[i]; }),
            {"time spent in training", "ns"});
  group.Add("decision_ns", over, per_slot(0.0, [](const auto& h) { return h.SumNs(); }),
            {"time spent in decisions, from the buckets: decisions over it is their throughput", "ns"});
  group.Add("pages_per_s", {"replication", "arm"},
            PerCell(kNan,
                    [](const CellResult& c) {
                      const auto pages = static_cast<double>(At(c.Total(), Sum::kPages));
                      return c.wall_ns > 0 ? pages / (static_cast<double>(c.wall_ns) * 1e-9) : kNan;
                    }),
            {"simulated pages of the measured period per second of its wall-clock time", "s-1"});
  group.Add("wall_ns", {"replication", "arm"}, PerCell(std::int64_t{0}, [](const CellResult& c) { return c.wall_ns; }),
            {"time that the measured period of the cell took", "ns"});
  group.Add("row_size", over, row_size, {"entries of this cell and slot; entries follow in the same order"});
  group.Add("entry_bucket", {"entry"}, buckets, {"bucket of the full histogram, numbered as SCHEMA.md says"});
  group.Add("entry_count", {"entry"}, counts, {"decisions in that bucket"});
}

void Writer::Failures() const {
  std::vector<std::int32_t> replications;
  std::vector<std::int32_t> arms;
  std::vector<std::string> errors;
  for (const CellResult& cell : result.cells) {
    if (cell.error.empty()) continue;
    replications.push_back(cell.replication);
    arms.push_back(cell.arm);
    errors.push_back(cell.error);
  }
  GroupWriter group(file, "failures", "cells that did not finish");
  group.AddDimension("failure", errors.size(), true);
  group.Add("replication", {"failure"}, replications, {"replication of the experiment"});
  group.Add("arm", {"failure"}, arms, {"index of the arm, from 0"});
  group.AddStrings("error", {"failure"}, errors, {"why the cell did not finish", ""});
}

void Writer::ProvenanceGroup() const {
  const Provenance& p = result.provenance;
  GroupWriter group(file, "provenance", "where the result comes from");
  group.AddText("scenario_yaml", p.scenario_yaml, "scenario as given");
  group.AddText("resolved_yaml", p.resolved_yaml, "scenario with everything written out");
  group.AddText("scenario_hash", p.scenario_hash, "hash of the resolved scenario");
  group.AddText("argv", p.argv, "command line");
  group.AddText("version", p.version, "version of souk");
  group.AddText("git", p.git, "revision of the build");
  group.AddText("compiler", p.compiler, "compiler of the build");
  group.AddText("created", p.created, "when the file was written, UTC");
  group.AddScalar("seed", p.seed, {"seed of the experiment"});
  group.AddScalar("wall_s", p.wall_s, {"wall-clock time of the run", "s"});
  group.AddScalar("peak_rss_bytes", p.peak_rss_bytes, {"most memory in use", "byte"});
  group.AddScalar("threads", std::int32_t{p.threads}, {"threads of the run"});
  group.AddScalar("interrupted", static_cast<std::uint8_t>(p.interrupted),
                  {"stopped early; only finished replications are inside", "", {"no", "yes"}});
}

}  // namespace

void WriteSummary(hid_t file, const ExperimentResult& result) {
  SOUK_CHECK(result.slots.size() == kDecisionSlots && result.arm_labels.size() == result.arms.size());
  SOUK_CHECK(result.shares.empty() || result.shares.size() == result.arms.size());
  for (const std::string& arm : result.ceilings) SOUK_CHECK(result.ArmIndex(arm) >= 0);
  SOUK_CHECK(result.without_recommender.empty() || result.without_recommender.size() == result.arms.size());
  SOUK_CHECK(result.arm_levers.size() == (result.levers.empty() ? 0 : result.arms.size()));
  const Grid grid(result);
  const Writer writer{file, result, grid};
  writer.Root();
  writer.MetricsGroup();
  writer.SumsOver("sums", "sums per replication, arm and segment", "segment", result.segments.size(),
                  &CellResult::by_segment);
  writer.SumsOver("daily", "sums per replication, arm and day; distinct counts are of that day", "day",
                  static_cast<std::size_t>(result.days), &CellResult::by_day);
  if (std::none_of(result.cells.begin(), result.cells.end(), Writer::LacksAges)) {
    writer.SumsOver("age", "sums per replication, arm and age of the shopper; distinct counts are of that day of age",
                    "age_day", static_cast<std::size_t>(result.days), &CellResult::by_age);
  }
  writer.Segments();
  if (result.segments.size() > 1) writer.Gaps();
  if (!result.ceilings.empty()) writer.Regret();
  if (!result.without_recommender.empty()) writer.Recommendations();
  if (std::none_of(result.cells.begin(), result.cells.end(), Writer::LacksWeeks)) writer.Weekly();
  if (std::none_of(result.cells.begin(), result.cells.end(), Writer::LacksFunnel)) writer.FunnelGroup();
  writer.Latency();
  writer.Failures();
  writer.ProvenanceGroup();
}

}  // namespace souk::store
