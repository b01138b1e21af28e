#include "bench/cli/gate_benchmark.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <limits>
#include <optional>

#include "bench/cli/terminal.h"
#include "results/statistics/gate.h"
#include "sim/base/error.h"

namespace souk {
namespace {

double Median(std::vector<double> values) {
  const auto middle = values.begin() + std::ssize(values) / 2;
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Seconds since some moment, of `2024-05-01T12:34:56+02:00` or the older `2021/03/01-12:34:56`.
std::optional<std::int64_t> SecondOf(const std::string& date) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, offset_h = 0, offset_min = 0;
  char sign = '+';
  const int iso = std::sscanf(date.c_str(), "%d-%d-%dT%d:%d:%d%c%d:%d", &year, &month, &day, &hour, &minute, &second,
                              &sign, &offset_h, &offset_min);
  if (iso < 6 && std::sscanf(date.c_str(), "%d/%d/%d-%d:%d:%d", &year, &month, &day, &hour, &minute, &second) < 6)
    return std::nullopt;
  std::tm when{};
  when.tm_year = year - 1900;
  when.tm_mon = month - 1;
  when.tm_mday = day;
  when.tm_hour = hour;
  when.tm_min = minute;
  when.tm_sec = second;
  const int offset = iso >= 8 ? (sign == '-' ? -1 : 1) * (offset_h * 3600 + offset_min * 60) : 0;
  return static_cast<std::int64_t>(timegm(&when)) - offset;
}

void CheckSide(const std::vector<BenchmarkFile>& files) {
  for (const BenchmarkFile& file : files) {
    for (const auto& [name, why] : file.errors) throw RunFailed(fmt::format("{}: {} failed: {}", file.file, name, why));
    for (const auto& [name, times] : files.front().real_ns) {
      if (!file.real_ns.contains(name))
        throw Error(fmt::format("has no {}, which {} has", name, files.front().file), file.file);
    }
  }
}

void CheckMachine(const BenchmarkFile& first, const BenchmarkFile& other) {
  const auto refuse = [&](const char* what, const std::string& a, const std::string& b) {
    throw BadBaseline(fmt::format("{} and {} cannot be compared: {} {} and {}", first.file, other.file, what, a, b));
  };
  if (first.host != other.host) refuse("they come from the machines", first.host, other.host);
  if (first.cpus != other.cpus)
    refuse("their machines have processors:", std::to_string(first.cpus), std::to_string(other.cpus));
  if (first.build != other.build) refuse("their benchmark library is built as", first.build, other.build);
}

}  // namespace

std::string BlockReason(const std::vector<BenchmarkFile>& base, const std::vector<BenchmarkFile>& head) {
  if (base.size() < 2) return "one file per side: all repetitions of one were measured before the other's";
  std::vector<std::pair<std::int64_t, std::int64_t>> pairs;  // base, head
  for (std::size_t i = 0; i < base.size(); ++i) {
    const auto b = SecondOf(base[i].date);
    const auto h = SecondOf(head[i].date);
    if (!b || !h) return fmt::format("{} does not say when it was measured", b ? head[i].file : base[i].file);
    pairs.emplace_back(*b, *h);
  }
  const auto first = [](const auto& p) { return std::min(p.first, p.second); };
  const auto last = [](const auto& p) { return std::max(p.first, p.second); };
  std::sort(pairs.begin(), pairs.end(), [&](const auto& a, const auto& b) { return first(a) < first(b); });
  for (std::size_t i = 1; i < pairs.size(); ++i) {
    if (first(pairs[i]) < last(pairs[i - 1])) return "other runs lie between the two of a pair";
  }
  const auto base_first = std::count_if(pairs.begin(), pairs.end(), [](const auto& p) { return p.first < p.second; });
  const auto head_first = std::count_if(pairs.begin(), pairs.end(), [](const auto& p) { return p.second < p.first; });
  constexpr std::size_t kTooManyForChance = 8;
  if (pairs.size() >= kTooManyForChance && (base_first == 0) != (head_first == 0))
    return "the same side was measured first every time";
  return {};
}

BenchmarkPairs LoadBenchmarks(const std::vector<std::string>& files) {
  if (files.size() % 2 != 0)
    throw Error(fmt::format("found {} files; allowed an even number: base, head, base, head, …", files.size()),
                "--benchmark");
  BenchmarkPairs pairs;
  for (std::size_t i = 0; i < files.size(); ++i)
    (i % 2 == 0 ? pairs.base : pairs.head).push_back(ReadBenchmarkFile(files[i]));
  CheckSide(pairs.base);
  CheckSide(pairs.head);
  for (const auto* side : {&pairs.base, &pairs.head})
    for (const BenchmarkFile& file : *side) CheckMachine(pairs.base.front(), file);
  pairs.block_reason = BlockReason(pairs.base, pairs.head);
  return pairs;
}

std::vector<std::string> BenchmarkNames(const BenchmarkPairs& pairs) {
  std::vector<std::string> names;
  for (const auto& [name, times] : pairs.base.front().real_ns) names.push_back(name);
  return names;
}

void GateBenchmarks(const BenchmarkPairs& pairs, const GateSpec& spec, const std::vector<GateMetric>& metrics,
                    GateReport& report) {
  std::vector<std::unique_ptr<HarmEvidence>> evidence;
  std::vector<double> margins;
  std::vector<GateRow> rows;
  for (const GateMetric& metric : metrics) {
    if (!pairs.head.front().real_ns.contains(metric.metric))
      throw Error(fmt::format("has no {}, which the baseline has", metric.metric), pairs.head.front().file);
    GateRow row;
    std::vector<double> base;
    std::vector<double> head;
    for (std::size_t i = 0; i < pairs.base.size(); ++i) {
      base.push_back(Median(pairs.base[i].real_ns.at(metric.metric)));
      head.push_back(Median(pairs.head[i].real_ns.at(metric.metric)));
      row.harms.push_back(LogHarm(base.back(), head.back(), false));
    }
    row.metric = metric.metric;
    row.unit = "ns";
    row.measured = true;
    row.higher_is_better = false;
    row.base = Median(base);
    row.head = Median(head);
    row.margin = std::isnan(metric.margin) ? spec.measured_margin : metric.margin;
    row.samples = static_cast<int>(pairs.base.size());
    row.file = metric.mark.file;
    row.line = metric.mark.line;
    evidence.push_back(MeasuredEvidence(row.harms));
    margins.push_back(LogMargin(row.margin, false));
    rows.push_back(std::move(row));
  }
  const std::vector<Judgement> judged = JudgeFamily(evidence, margins, spec.alpha, spec.alpha);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const bool block = !pairs.block_reason.empty();
    rows[i].change = ChangeOfLogHarm(judged[i].estimate, false);
    rows[i].low = block ? std::nan("") : ChangeOfLogHarm(judged[i].low, false);
    rows[i].high = block ? std::nan("") : ChangeOfLogHarm(judged[i].high, false);
    rows[i].verdict = block ? GateVerdict::kInconclusive : judged[i].verdict;
    if (!block && rows[i].verdict == GateVerdict::kInconclusive) rows[i].note = "more pairs of files would settle it";
    report.rows.push_back(std::move(rows[i]));
  }
  report.facts.push_back(
      pairs.block_reason.empty()
          ? fmt::format("Benchmarks: {} pairs of files, measured in turns.", pairs.base.size())
          : fmt::format(
                "Benchmarks: not measured in turns ({}). Two blocks of measurements differ by more than 5 % in up to "
                "a third of cases without any change, so nothing is concluded.",
                pairs.block_reason));
  std::size_t fresh = 0;
  for (const auto& [name, times] : pairs.head.front().real_ns)
    fresh += pairs.base.front().real_ns.contains(name) ? 0 : 1;
  if (fresh > 0)
    report.facts.push_back(
        fmt::format("Benchmarks: {} of the candidate are new, with nothing to compare with.", fresh));
}

}  // namespace souk
