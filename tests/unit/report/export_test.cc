// Rules under test (export.h): CSV reads back field by field by RFC 4180, with the numbers of the statistics; Markdown
// tables keep their columns whatever the names; FormatTestBias shows what BiasOfTest says.
#include "results/report/export.h"

#include <gmock/gmock.h>

#include <cmath>

#include "results/report/decisions.h"
#include "results/report/relation.h"
#include "results/report/text_grid.h"
#include "results/statistics/family.h"
#include "tests/support/made_result.h"

namespace souk {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

using Row = std::vector<std::string>;

/// Reads CSV as RFC 4180 says: quotes around fields with commas, quotes or line ends; quotes doubled.
std::vector<Row> ReadCsv(const std::string& text) {
  std::vector<Row> rows = {{""}};
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string& field = rows.back().back();
    if (quoted && text[i] == '"' && i + 1 < text.size() && text[i + 1] == '"') field += text[++i];
    else if (text[i] == '"') quoted = !quoted;
    else if (text[i] == ',' && !quoted) rows.back().emplace_back();
    else if (text[i] == '\n' && !quoted) rows.push_back({""});
    else field += text[i];
  }
  EXPECT_EQ(rows.back(), Row{""}) << "the last line ends";
  rows.pop_back();
  return rows;
}

/// Columns of a line of a Markdown table: bars that are not escaped, less one.
int Columns(const std::string& line) {
  int bars = 0;
  for (std::size_t i = 0; i < line.size(); ++i) bars += line[i] == '|' && (i == 0 || line[i - 1] != '\\');
  return bars - 1;
}

/// Buyers of 1,000 visitors: `base` in the incumbent and `arm` in the other, a little more in each replication.
ExperimentResult Shop(std::int64_t base, std::int64_t arm) {
  ExperimentResult r = testing::MadeResult(3, 2, 1, 2);
  r.arms = {"today", "a|b, \"new\""};
  for (CellResult& cell : r.cells) {
    const std::int64_t buyers = (cell.arm == 0 ? base : arm) + cell.replication;
    testing::SetRatio(cell.by_segment[0], *FindMetric("conversion"), buyers, 1000);
    for (Sums& day : cell.by_day) testing::SetRatio(day, *FindMetric("conversion"), buyers, 1000);
  }
  return r;
}

const std::vector<const MetricInfo*>& Two() {
  static const std::vector<const MetricInfo*> metrics = {FindMetric("conversion"), FindMetric("satisfaction")};
  return metrics;
}

TEST(ToCsv, HasOneLinePerArmAndMetricWithTheNumbersOfTheFamily) {
  const ExperimentResult r = Shop(50, 60);
  const std::vector<Row> rows = ReadCsv(ToCsv(r, Two()));
  ASSERT_EQ(rows.size(), 5U);
  EXPECT_THAT(rows[0], ElementsAre("arm", "metric", "unit", "value", "value_low", "value_high", "uplift", "uplift_low",
                                   "uplift_high", "method", "p", "holm_p", "replications", "thin"));
  for (const Row& row : rows) EXPECT_EQ(row.size(), rows[0].size());
  EXPECT_EQ(rows[1][0], "today");
  EXPECT_DOUBLE_EQ(std::stod(rows[1][3]), 0.051);  // (50 + 51 + 52) ÷ 3,000
  for (std::size_t i = 6; i < rows[1].size(); ++i) EXPECT_EQ(rows[1][i], "") << "the incumbent has no uplift";
  const Row& arm = rows[2];
  EXPECT_EQ(arm[0], "a|b, \"new\"");
  EXPECT_EQ(arm[1], "conversion");
  EXPECT_DOUBLE_EQ(std::stod(arm[3]), 0.061);
  EXPECT_NEAR(std::stod(arm[6]), 183.0 / 153 - 1, 1e-15);
  const FamilyMember member = CompareFamily(r, *FindMetric("conversion"))[0];
  EXPECT_EQ(std::stod(arm[7]), member.uplift.relative.low);
  EXPECT_EQ(std::stod(arm[8]), member.uplift.relative.high);
  EXPECT_EQ(arm[9], "hall");
  EXPECT_EQ(std::stod(arm[11]), member.holm_p);
  EXPECT_EQ(arm[12], "3");
  EXPECT_EQ(rows[4][3], "") << "no delivery, no satisfaction";
}

TEST(CompareCsv, HoldsBothFilesAndTheChange) {
  const ExperimentResult a = Shop(50, 60), b = Shop(50, 75);
  const std::vector<Row> rows = ReadCsv(CompareCsv(a, b, Two()));
  ASSERT_EQ(rows.size(), 5U);
  EXPECT_THAT(rows[0], ElementsAre("arm", "metric", "unit", "a", "b", "uplift", "uplift_low", "uplift_high", "paired"));
  EXPECT_THAT(rows[1], ElementsAre("today", "conversion", "1", "0.051", "0.051", "0", "0", "0", "true"));
  EXPECT_EQ(rows[3][0], "a|b, \"new\"");
  EXPECT_EQ(rows[3][3], "0.061");
  EXPECT_EQ(rows[3][4], "0.076");
  EXPECT_NEAR(std::stod(rows[3][5]), 228.0 / 183 - 1, 1e-15);
  ExperimentResult other = b;
  other.provenance.seed += 1;
  other.arms[1] = "elsewhere";
  const std::vector<Row> apart = ReadCsv(CompareCsv(a, other, Two()));
  ASSERT_EQ(apart.size(), 3U) << "only what both have";
  EXPECT_EQ(apart[1].back(), "false");
}

TEST(ToMarkdown, TablesKeepTheirColumns) {
  const std::string text = ToMarkdown(Shop(50, 60), Two());
  EXPECT_THAT(text, HasSubstr("**sample** · 3 of 3 replications\n"));
  EXPECT_THAT(text, HasSubstr("| arm | conversion | uplift, 95 % | all arms at once | Holm p |\n"));
  EXPECT_THAT(text, HasSubstr("| today | 5.100% | incumbent |"));
  EXPECT_THAT(text, HasSubstr("| a\\|b, \"new\" | 6.100% | +19.6%"));
  std::size_t at = 0;
  int lines = 0;
  while ((at = text.find("\n|", at)) != std::string::npos) {
    ++at;
    EXPECT_EQ(Columns(text.substr(at, text.find('\n', at) - at)), 5);
    ++lines;
  }
  EXPECT_EQ(lines, 2 * 4) << "head, rule and two arms for each metric";
  EXPECT_THAT(text, Not(HasSubstr("left out")));
  ExperimentResult failed = Shop(50, 60);
  failed.cells[1].error = "gone";
  EXPECT_THAT(ToMarkdown(failed, Two()), HasSubstr("\n\nleft out of a\\|b, \"new\": 1 replication "));
}

TEST(CompareMarkdown, SaysWhetherReplicationsPair) {
  const ExperimentResult a = Shop(50, 60), b = Shop(50, 75);
  const std::string text = CompareMarkdown(a, b, {FindMetric("conversion")});
  EXPECT_THAT(text, HasSubstr("| a\\|b, \"new\" | conversion | 6.100% | 7.600% | +24.6%"));
  EXPECT_THAT(text, HasSubstr("Paired by replication."));
  ExperimentResult other = b;
  other.provenance.seed += 1;
  EXPECT_THAT(CompareMarkdown(a, other, Two()), HasSubstr("Independent worlds"));
}

// The test says +40 % (50 → 70) where +20 % is true: 20 points of interference, marked as bad although it flatters.
TEST(FormatTestBias, ShowsTruthEstimateAndWhatPartsThem) {
  const MetricInfo& metric = *FindMetric("conversion");
  const auto shop = [](std::int64_t arm) {
    ExperimentResult r = Shop(50, arm);
    for (CellResult& cell : r.cells)
      for (Sums* sums : {&cell.by_segment[0], &cell.by_day[0], &cell.by_day[1]})
        At(*sums, Sum::kBuyers) -= cell.replication;  // every replication says the same
    return r;
  };
  ExperimentResult test = shop(70);
  test.design = "ab-test";
  test.shares = {1, 1};
  const std::string text = FormatTestBias(shop(60), test, metric, {});
  EXPECT_THAT(text, HasSubstr("true conversion"));
  EXPECT_THAT(text, HasSubstr("what the ab-test says"));
  const std::size_t row = text.find("a|b");
  ASSERT_NE(row, std::string::npos);
  const std::string line = text.substr(row, text.find('\n', row) - row);
  const std::size_t truth = line.find("+20.0%"), estimate = line.find("+40.0%"), bias = line.rfind("+20.0%");
  EXPECT_LT(truth, estimate);
  EXPECT_LT(estimate, bias) << line;
  EXPECT_NE(bias, std::string::npos);
  EXPECT_THAT(text, HasSubstr("Interference: the test's estimate minus the truth"));
  TableOptions color;
  color.color = true;
  const std::string painted = FormatTestBias(shop(60), test, metric, color);
  EXPECT_THAT(painted, HasSubstr(Painted("+20.0% [+20.0, +20.0]", Paint::kBad, true)));
  ExperimentResult stranger = test;
  stranger.arms = {"x", "y"};
  EXPECT_EQ(FormatTestBias(shop(60), stranger, metric, {}), "");
}

}  // namespace
}  // namespace souk
