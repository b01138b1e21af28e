// Writes the sample file and what it must contain, for tests/system/results_file.py, which reads it
// with other people's software. SOUK_SAMPLE names the file.
#include <fmt/format.h>

#include <cstdlib>

#include "results/store/store.h"
#include "tests/support/sample_result.h"
#include "tests/unit/store/store_testing.h"

namespace souk {
namespace {

std::string List(const std::vector<std::string>& items) {
  std::string out = "[";
  for (const std::string& item : items) out += (out.size() > 1 ? "," : "") + item;
  return out + "]";
}

std::string Quoted(const std::vector<std::string>& texts) {
  std::vector<std::string> quoted;
  for (const std::string& text : texts) quoted.push_back("\"" + text + "\"");
  return List(quoted);
}

std::string Number(double value) { return std::isnan(value) ? "null" : fmt::format("{}", value); }

/// A factorial design, in which shoppers have twins; one that splits the shop has shares instead.
void WriteSample(const std::string& path, bool split) {
  const testing::SampleShape shape{3, 2, 2, 4, 25, 40, 30, 60};
  ExperimentResult result = testing::SampleResult(shape);
  result.design = "factorial";
  for (CellResult& cell : result.cells) cell.shoppers[3].sessions = 0;  // never came: no pair of twins
  if (split) result.shares = {2, 1};
  result.ceilings = {"arm-1"};
  result.without_recommender = {1, -1};
  result.headline = {"click_through_rate", "conversion"};
  result.levers = {"item-knn", "blanket"};
  result.arm_levers = {0, 3};
  result.cells[4] = CellResult{};  // replication 2, arm 0
  result.cells[4].replication = 2;
  result.cells[4].error = "failed – on purpose";
  WriteResult(path, result);

  std::string json = "{\"arms\":" + Quoted(result.arms) + ",\"segments\":" + Quoted(result.segments) +
                     ",\"slots\":" + Quoted(result.slots) +
                     fmt::format(",\"days\":{},\"seed\":{}", result.days, result.provenance.seed);
  for (const MetricInfo& metric : Metrics()) {
    std::vector<std::string> values;
    for (const CellResult& cell : result.cells) {
      values.push_back(cell.error.empty() ? Number(Value(metric, cell.Total())) : "null");
    }
    json += fmt::format(",\"metric {}\":{}", metric.name, List(values));
  }
  for (int s = 0; s < kSums; ++s) {
    std::vector<std::string> by_segment;
    std::vector<std::string> by_day;
    std::vector<std::string> by_age;
    for (const CellResult& cell : result.cells) {
      const bool finished = cell.error.empty();
      for (std::size_t i = 0; i < result.segments.size(); ++i) {
        by_segment.push_back(fmt::format("{}", finished ? At(cell.by_segment[i], static_cast<Sum>(s)) : 0));
      }
      for (std::size_t i = 0; i < static_cast<std::size_t>(result.days); ++i) {
        by_day.push_back(fmt::format("{}", finished ? At(cell.by_day[i], static_cast<Sum>(s)) : 0));
        by_age.push_back(fmt::format("{}", finished ? At(cell.by_age[i], static_cast<Sum>(s)) : 0));
      }
    }
    json += fmt::format(",\"sum {0}\":{1},\"day {0}\":{2},\"age {0}\":{3}", SumName(static_cast<Sum>(s)),
                        List(by_segment), List(by_day), List(by_age));
  }
  std::vector<std::string> weeks;
  for (const CellResult& cell : result.cells)
    if (cell.error.empty())
      for (const WeekExposure& w : cell.by_week)
        weeks.push_back(fmt::format("[{},{},{}]", w.impressions, w.coverage, w.gini));
  std::vector<std::string> kinds;
  std::vector<std::string> amounts;
  std::vector<std::string> margins;
  std::vector<std::string> shoppers;
  std::int64_t decisions = 0;
  std::vector<std::string> slates;
  std::int64_t latencies = 0;
  for (const CellResult& cell : result.cells) {
    for (const Outcome& o : cell.events) {
      kinds.push_back(fmt::format("\"{}\"", OutcomeName(o.kind)));
      amounts.push_back(fmt::format("{}", o.amount.cents));
    }
    for (std::size_t u = 0; u < 25; ++u) {
      margins.push_back(fmt::format("{}", u < cell.shoppers.size() ? cell.shoppers[u].margin_cents : 0));
    }
    for (const ShopperOutcome& s : cell.shoppers)
      shoppers.push_back(fmt::format("[{},{},{},{},{},{}]", cell.replication, cell.arm, s.sessions, s.orders,
                                     s.revenue_cents, s.margin_cents));
    decisions += static_cast<std::int64_t>(cell.decisions.size());
    for (const SlateItem& s : cell.slate_items) slates.push_back(fmt::format("[{},{}]", s.decision, s.item.value));
    for (const LatencyHistogram& h : cell.latency) latencies += h.total();
  }
  json += ",\"weeks\":" + List(weeks) + ",\"kinds\":" + List(kinds) + ",\"amounts\":" + List(amounts) +
          ",\"margins\":" + List(margins) + ",\"shoppers\":" + List(shoppers) + ",\"slates\":" + List(slates) +
          fmt::format(",\"decisions\":{},\"latencies\":{}}}", decisions, latencies);
  testing::Spill(path + ".json", json);
}

TEST(SampleFile, IsWrittenForOtherReaders) {
  const char* asked = std::getenv("SOUK_SAMPLE");
  const std::string path = asked != nullptr ? asked : ::testing::TempDir() + "souk_sample.h5";
  WriteSample(path, false);
  WriteSample(path + ".split", true);
  const ExperimentResult read = ReadResult(path);
  EXPECT_EQ(read.ceilings, std::vector<std::string>{"arm-1"});
  EXPECT_EQ(read.without_recommender, (std::vector<std::int32_t>{1, -1}));
  EXPECT_EQ(read.headline, (std::vector<std::string>{"click_through_rate", "conversion"}));
  ASSERT_EQ(HeadlineMetrics(read).size(), 2U);
  EXPECT_EQ(HeadlineMetrics(read)[0], FindMetric("click_through_rate"));
}

// What a newer souk may write: a metric that this one does not have.
TEST(Headline, UnknownNamesAreLeftOut) {
  ExperimentResult result;
  EXPECT_EQ(HeadlineMetrics(result), HeadlineMetrics());
  result.headline = {"happiness", "clicks_per_visitor"};
  EXPECT_EQ(HeadlineMetrics(result), std::vector<const MetricInfo*>{FindMetric("clicks_per_visitor")});
  EXPECT_FALSE(HasSales(result));
  result.headline = {"happiness"};
  EXPECT_EQ(HeadlineMetrics(result), HeadlineMetrics());
  EXPECT_TRUE(HasSales(result));
}

}  // namespace
}  // namespace souk
