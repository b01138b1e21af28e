// The command's tables and progress lines.

#include <gtest/gtest.h>

#include "bench/cli/experiment_run.h"
#include "bench/cli/progress.h"
#include "bench/cli/skeleton.h"
#include "bench/cli/table.h"
#include "bench/cli/yaml_difference.h"
#include "results/report/text_grid.h"

namespace souk {
namespace {

TEST(TextTable, AlignsByColumnsOfTheTerminalNotBytes) {
  EXPECT_EQ(TextTable({"A", "B"}, {{"×", "1"}, {"xx", "2"}}, 0), "A   B\n×   1\nxx  2\n");
}

TEST(TextTable, LeavesOutEmptyColumnsAndTrailingBlanks) {
  EXPECT_EQ(TextTable({"A", "UNIT", "B"}, {{"1", "", "x"}, {"2", "", ""}}, 0), "A  B\n1  x\n2\n");
  EXPECT_EQ(TextTable({"A"}, {}, 0), "");
}

TEST(TextTable, WrapsTheLastColumnBetweenWords) {
  EXPECT_EQ(TextTable({"A", "B"}, {{"1", "one two three four five six seven"}}, 27),
            "A  B\n1  one two three four five\n   six seven\n");
}

TEST(TextTable, NeverWrapsWithoutAWidth) {
  const std::string words(500, 'x');
  EXPECT_EQ(TextTable({"A"}, {{words + " " + words}}, 0), "A\n" + words + " " + words + "\n");
}

TEST(WrapText, KeepsAWordThatIsTooLongWhole) {
  EXPECT_EQ(WrapText("a incomprehensible b", 4), (std::vector<std::string>{"a", "incomprehensible", "b"}));
  EXPECT_EQ(WrapText("", 4), std::vector<std::string>{""});
}

TEST(DurationText, UsesTheTwoLargestUnits) {
  EXPECT_EQ(DurationText(0.2), "0 s");
  EXPECT_EQ(DurationText(59.6), "1 min 00 s");
  EXPECT_EQ(DurationText(185), "3 min 05 s");
  EXPECT_EQ(DurationText(7800), "2 h 10 min");
}

TEST(ProgressBar, NeverIsWiderThanTheTerminal) {
  Progress p{.cells_done = 30,
             .cells = 80,
             .replications_done = 3,
             .replications = 8,
             .failed = 1,
             .last = "replication 3: a-rather-long-name-of-an-arm"};
  for (int width = 40; width <= 200; ++width) EXPECT_LE(DisplayWidth(ProgressBar(p, 61, width)), width);
  EXPECT_NE(ProgressBar(p, 60, 120).find("1 min 40 s left"),
            std::string::npos);  // 60 s for 30 of 80
}

TEST(ProgressLine, TellsNoTimeLeftBeforeTheFirstCell) {
  EXPECT_EQ(ProgressLine({.cells = 6, .replications = 3}, 1), "0 of 6 cells, 0 of 3 replications, 1 s");
  EXPECT_EQ(ProgressLine({.cells_done = 3, .cells = 6, .replications_done = 1, .replications = 3, .failed = 2}, 10),
            "3 of 6 cells, 1 of 3 replications, 2 failed, 10 s, about 10 s left");
}

TEST(FailedReplications, NamesEachOnce) {
  ExperimentResult result;
  for (const auto& [replication, error] : {std::pair{0, ""}, {1, "x"}, {1, "y"}, {2, ""}, {2, "z"}}) {
    CellResult cell;
    cell.replication = replication;
    cell.error = error;
    result.cells.push_back(cell);
  }
  EXPECT_EQ(FailedReplications(result), (std::vector<std::int32_t>{1, 2}));
}

TEST(DifferenceOfYaml, NamesFieldsByTheirPath) {
  const std::string a =
      "seed: 1\ntime:\n  days: 4\n  month: 9\narms:\n  - name: base\n    pricing: list\n  - name: "
      "b\n    pricing: list\n";
  const std::string b =
      "seed: 1\ntime:\n  days: 5\n  month: 9\narms:\n  - name: base\n    pricing: list\n  - name: "
      "c\n    pricing: { name: list, x: 1 }\n";
  EXPECT_EQ(DifferenceOfYaml(a, a), "");
  EXPECT_EQ(DifferenceOfYaml(a, b),
            "- time.days: 4\n+ time.days: 5\n"
            "- arms.b.name: b\n- arms.b.pricing: list\n"
            "+ arms.c.name: c\n+ arms.c.pricing: { name: list, x: 1 }\n");
}

TEST(Skeleton, NamesAreUniqueOverTheSlots) {
  EXPECT_EQ(MakeSkeleton("pricing", "night-surge2").stem, "NightSurge2Pricing");
  EXPECT_EQ(MakeSkeleton("coupons", "night-surge2").stem, "NightSurge2Coupons");
  EXPECT_EQ(MakeSkeleton("coupons", "night-surge2").file, "night_surge2");
}

}  // namespace
}  // namespace souk
