// Rules under test: tables fit the terminal and line up whatever the alphabet; every claim in them is explained;
// numbers are those of the statistics; nothing is claimed that the data does not carry.
#include "results/report/table.h"

#include <gmock/gmock.h>

#include <sstream>

#include "results/report/text_grid.h"
#include "sim/base/fingerprint.h"
#include "tests/support/sample_result.h"

namespace souk {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::string LineWith(const std::string& text, const std::string& what) {
  for (const std::string& line : Lines(text)) {
    if (line.find(what) != std::string::npos) return line;
  }
  return "";
}

/// Arm 1 sells `factor` times as often as the incumbent in each of `replications` replications, with a little noise.
ExperimentResult Better(int replications, double factor, int shoppers = 0) {
  ExperimentResult r = testing::SampleResult({replications, 2, 1, 1, shoppers, 0, 0, 50});
  for (CellResult& cell : r.cells) {
    Sums& sums = cell.by_segment[0];
    At(sums, Sum::kVisitors) = 10'000;
    const std::int64_t base = 300 + 10 * (cell.replication % 3);
    At(sums, Sum::kBuyers) =
        cell.arm == 0 ? base : static_cast<std::int64_t>(factor * static_cast<double>(base)) + cell.replication % 2;
    At(sums, Sum::kRevenueCents) = At(sums, Sum::kBuyers) * 8000;
    At(sums, Sum::kMarginCents) = At(sums, Sum::kBuyers) * 2000;
  }
  return r;
}

// 30 clicks on 2,000 advertisements seen by 10 visitors, and one more in arm 1, in each replication.
TEST(FormatTable, ColumnsAreTheHeadlineOfTheResult) {
  ExperimentResult r = Better(3, 1.2);
  r.headline = {"click_through_rate", "clicks_per_visitor"};
  for (CellResult& cell : r.cells) {
    Sums& sums = cell.by_segment[0];
    At(sums, Sum::kVisitors) = 10;
    At(sums, Sum::kImpressions) = 2000;
    At(sums, Sum::kClicks) = 30 + cell.arm;
  }
  const std::string table = FormatTable(r);
  EXPECT_THAT(LineWith(table, "uplift: click through rate"), HasSubstr("clicks/visitor"));
  EXPECT_THAT(LineWith(table, "incumbent"), HasSubstr("1.500%"));
  EXPECT_THAT(LineWith(table, "incumbent"), HasSubstr("3.000"));
  EXPECT_THAT(LineWith(table, "arm-1"), HasSubstr("1.550%"));
  EXPECT_THAT(LineWith(table, "arm-1"), HasSubstr("3.100"));
  EXPECT_THAT(LineWith(table, "arm-1"), HasSubstr("+3.3%"));
  EXPECT_THAT(table, Not(HasSubstr("conversion")));
  EXPECT_THAT(table, Not(HasSubstr("revenue")));
  EXPECT_THAT(table, Not(HasSubstr("Shoppers were not recorded"))) << "thin data are about orders";
}

// Where a reader cannot get the uplift of a total from the two values beside it.
TEST(ShareNote, StandsWhereTotalsAreDividedByUnequalShares) {
  ExperimentResult whole = Better(3, 1.2);
  EXPECT_EQ(FormatShareNote(whole), "");
  EXPECT_THAT(Compare(whole, whole), Not(HasSubstr("intended shares")));
  ExperimentResult halves = whole;
  halves.design = "ab-test";
  halves.shares = {1, 1};
  EXPECT_EQ(FormatShareNote(halves), "");
  EXPECT_THAT(Compare(halves, halves), Not(HasSubstr("intended shares")));
  ExperimentResult thirds = halves;
  thirds.shares = {2, 1};
  TableOptions wide;
  wide.width = 400;
  EXPECT_THAT(FormatShareNote(thirds, wide), HasSubstr("divided by the intended shares"));
  EXPECT_THAT(Compare(thirds, thirds, wide), HasSubstr("divided by the intended shares"));
  EXPECT_THAT(Compare(whole, halves, wide), HasSubstr("divided by the intended shares"))
      << "half a shop beside a whole one";
}

// Replication 2 of arm 1 failed, and the incumbent had a record month in it: neither value nor uplift of arm 1 knows
// it. By hand: buyers 300, 310, 320 and 1.2 times that (+1 in replication 1) of 10,000 visitors each.
TEST(FormatTable, ValueAndUpliftSpeakOfTheSameReplications) {
  ExperimentResult r = Better(3, 1.2);
  for (CellResult& cell : r.cells)
    if (cell.replication == 2 && cell.arm == 0) At(cell.by_segment[0], Sum::kBuyers) = 5000;
  const std::size_t failed = 5;
  ASSERT_EQ(r.cells[failed].replication, 2);
  ASSERT_EQ(r.cells[failed].arm, 1);
  const std::string whole = FormatTable(r);
  EXPECT_THAT(whole, Not(HasSubstr("left out")));
  r.cells[failed] = {.replication = 2, .arm = 1, .error = "gone"};
  const std::string table = FormatTable(r);
  // (360 + 373) ÷ 20,000 against (300 + 310) ÷ 20,000.
  EXPECT_THAT(LineWith(table, "arm-1"), HasSubstr("3.665%"));
  EXPECT_THAT(LineWith(table, "arm-1"), HasSubstr("+20.2%"));
  EXPECT_THAT(LineWith(table, "left out"), HasSubstr("left out of arm-1: 1 replication that only one of it and today"));
  // The incumbent failed instead: it takes the arm's replication with it.
  ExperimentResult other = Better(3, 1.2);
  At(other.cells[failed].by_segment[0], Sum::kBuyers) = 5000;
  other.cells[4] = {.replication = 2, .arm = 0, .error = "gone"};
  EXPECT_THAT(LineWith(FormatTable(other), "arm-1"), HasSubstr("3.665%"));
  EXPECT_THAT(FormatTable(other), HasSubstr("left out of arm-1: 1 replication"));
}

// The same beside another file, in which a replication failed.
TEST(Compare, ValuesAreOfTheReplicationsThatPair) {
  const ExperimentResult a = Better(3, 1.2);
  ExperimentResult b = a;
  At(b.cells[5].by_segment[0], Sum::kBuyers) = 5000;
  b.cells[4] = {.replication = 2, .arm = 0, .error = "gone"};
  const std::string text = Compare(a, b);
  // Arm 0: 610 of 20,000 in both; all three of A would be 930 of 30,000, 3.1 %.
  const std::string line = LineWith(text, "conversion");
  EXPECT_THAT(line, HasSubstr("0.0305"));
  EXPECT_THAT(line, Not(HasSubstr("0.031 ")));
  EXPECT_THAT(text, HasSubstr("left out of today: 1 replication that only one of the two files has"));
}

TEST(FormatTable, ShowsArmsValuesUpliftsAndFingerprint) {
  const ExperimentResult r = Better(10, 1.2);
  const std::string table = FormatTable(r);
  EXPECT_THAT(Lines(table)[0], HasSubstr(r.question));
  EXPECT_THAT(table, HasSubstr(Hex64(r.Fingerprint())));
  EXPECT_THAT(table, HasSubstr("10 of 10 replications"));
  EXPECT_THAT(table, HasSubstr("CHF/visitor"));
  // 3,090 buyers of 100,000 visitors (300, 310, 320, …, 300) and 1.2 times that plus one in every second.
  EXPECT_THAT(LineWith(table, "incumbent"), HasSubstr("3.090%"));
  EXPECT_THAT(LineWith(table, "arm-1"), HasSubstr("3.713%"));
  EXPECT_THAT(LineWith(table, "arm-1"), HasSubstr("+20.2% [+20.0, +20.3]"));
  EXPECT_THAT(table, HasSubstr("95% interval"));
}

TEST(FormatTable, FitsTheWidthAndLinesUp) {
  ExperimentResult r = testing::SampleResult({10, 5, 2, 2, 20, 0, 0, 2000});
  r.arms[2] = "ein sehr langer Name für eine Möglichkeit, die niemand je kürzer nennen wollte";
  r.arms[3] = "推荐系统";
  for (const int width : {120, 160}) {
    for (const std::string& line : Lines(FormatTable(r, {false, width}))) EXPECT_LE(DisplayWidth(line), width) << line;
  }
  // Uplifts of all arms start in the same column.
  const std::string table = FormatTable(r, {false, 120});
  const auto column = [&](const std::string& arm) {
    const std::string line = LineWith(table, arm);
    return DisplayWidth(line.substr(0, line.find('[')));
  };
  EXPECT_EQ(column("推荐系统") > 0, true);
  EXPECT_THAT(LineWith(table, "ein sehr"), HasSubstr("…"));
}

TEST(FormatTable, ColoursOnlyWhatTheIntervalSupports) {
  const std::string better = FormatTable(Better(10, 1.2), {true, 120});
  EXPECT_THAT(LineWith(better, "arm-1"), HasSubstr("\x1b[32m+20"));
  const std::string worse = FormatTable(Better(10, 0.8), {true, 120});
  EXPECT_THAT(LineWith(worse, "arm-1"), HasSubstr("\x1b[31m-"));
  EXPECT_THAT(FormatTable(Better(10, 1.2)), Not(HasSubstr("\x1b"))) << "no colour unless asked for";
}

TEST(FormatTable, IdenticalArmsAreCalledIdentical) {
  ExperimentResult r = Better(10, 1.2);
  for (CellResult& cell : r.cells) {
    if (cell.arm == 1) cell.by_segment = r.Cell(cell.replication, 0)->by_segment;
  }
  EXPECT_THAT(LineWith(FormatTable(r), "arm-1"), HasSubstr("identical"));
}

TEST(FormatTable, OneReplicationHasNoInterval) {
  const std::string table = FormatTable(Better(1, 1.2));
  EXPECT_THAT(LineWith(table, "arm-1"), HasSubstr("+20.0%"));
  EXPECT_THAT(LineWith(table, "arm-1"), Not(HasSubstr("[")));
  EXPECT_THAT(table, HasSubstr("two replications at least"));
}

TEST(FormatTable, ThinDataIsMarkedAndExplained) {
  const std::string table = FormatTable(Better(10, 1.2, 10));
  EXPECT_THAT(LineWith(table, "arm-1"), HasSubstr("]*"));
  EXPECT_THAT(LineWith(table, "* thin"), HasSubstr("fewer than 200"));
  EXPECT_THAT(FormatTable(Better(10, 1.2)), Not(HasSubstr("* thin"))) << "unknown is not thin";
}

TEST(FormatTable, ALossHasNoRelativeUplift) {
  ExperimentResult r = Better(10, 1.2);
  for (CellResult& cell : r.cells) At(cell.by_segment[0], Sum::kMarginCents) *= -1;
  EXPECT_THAT(FormatTable(r), HasSubstr("the incumbent's value is not positive"));
}

TEST(FormatTable, FailuresAreNamed) {
  ExperimentResult r = Better(10, 1.2);
  for (std::size_t i = 1; i < 16; i += 2) {
    r.cells[i] = CellResult{};
    r.cells[i].replication = static_cast<std::int32_t>(i / 2);
    r.cells[i].arm = 1;
    r.cells[i].error = "price below\ncost";
  }
  const std::string table = FormatTable(r);
  EXPECT_THAT(table, HasSubstr("failed: replication 0, arm arm-1: price below cost\n"));
  EXPECT_THAT(table, HasSubstr("and 3 more failed cells"));
  EXPECT_THAT(table, HasSubstr("2 of 10 replications complete"));
}

TEST(FormatTable, SurvivesAResultWithoutCells) {
  EXPECT_THAT(FormatTable(testing::SampleHeader({})), HasSubstr("0 of 3 replications"));
}

TEST(Compare, SaysWhenOutcomesAreIdentical) {
  const ExperimentResult a = Better(5, 1.2);
  const std::string text = Compare(a, a);
  EXPECT_THAT(text, HasSubstr("Outcomes are identical"));
  EXPECT_THAT(text, HasSubstr("paired by replication"));
  EXPECT_THAT(LineWith(text, "revenue_per_visitor"), HasSubstr("identical"));
  EXPECT_THAT(text, HasSubstr("equal values are not shown"));
}

TEST(Compare, FindsAOneCentChange) {
  const ExperimentResult a = Better(5, 1.2);
  ExperimentResult b = a;
  At(b.cells[3].by_segment[0], Sum::kRevenueCents) += 1;
  b.cells[3].fingerprint += 1;
  const std::string text = Compare(a, b);
  EXPECT_THAT(text, Not(HasSubstr("Outcomes are identical")));
  EXPECT_THAT(LineWith(text, "revenue CHF"), Not(HasSubstr("identical")));
  EXPECT_THAT(LineWith(text, "revenue CHF"), HasSubstr("+0.00%"));
  EXPECT_THAT(LineWith(text, "conversion"), HasSubstr("identical"));
}

TEST(Compare, PairsOnlyTheSameScenarioAndSeed) {
  const ExperimentResult a = Better(5, 1.2);
  ExperimentResult b = Better(5, 1.3);
  EXPECT_THAT(Compare(a, b), HasSubstr("paired by replication"));
  b.provenance.seed = 1;
  EXPECT_THAT(Compare(a, b), HasSubstr("independent"));
  EXPECT_THAT(LineWith(Compare(a, b), "arm-1"), HasSubstr("conversion"));
}

TEST(Compare, NamesArmsThatOnlyOneHas) {
  const ExperimentResult a = Better(3, 1.2);
  ExperimentResult b = a;
  b.arms[1] = "newcomer";
  const std::string text = Compare(a, b);
  EXPECT_THAT(text, HasSubstr("only in A: arm-1"));
  EXPECT_THAT(text, HasSubstr("only in B: newcomer"));
  b.arms[0] = "other";
  EXPECT_THAT(Compare(a, b), HasSubstr("no arm in common"));
}

TEST(FormatTable, WordsAreWrappedAndNotCut) {
  ExperimentResult r = Better(10, 1.2, 10);
  r.question = "Is a question that takes more than one line of a narrow terminal still there to its very end?";
  r.arm_labels = {r.arms[0], "Neighbours of what was bought"};
  const std::string table = FormatTable(r, {false, 60});
  EXPECT_THAT(table, HasSubstr("very end?"));
  EXPECT_THAT(table, HasSubstr("may be too"));
  EXPECT_THAT(table, HasSubstr("Arms: arm-1 = Neighbours of what was bought.\n"))
      << "the incumbent has none of its own";
  for (const std::string& line : Lines(table)) {
    if (line.find("arm-1") != std::string::npos || line.find("─") != std::string::npos) continue;
    EXPECT_THAT(line, Not(HasSubstr("…"))) << line;
  }
}

TEST(Printable, PutsControlCharactersInWords) {
  EXPECT_EQ(Printable("a\x1b[31mb\x07\x7f"), "a\\x1b[31mb\\x07\\x7f");
  EXPECT_EQ(Printable("\xc2\x9b"), "\\x9b") << "C1 control";
  EXPECT_EQ(Printable("\xff\xc3"), "\\xff\\xc3") << "broken UTF-8";
  EXPECT_EQ(Printable("é 店 µ — \xc2\xa0"), "é 店 µ — \xc2\xa0");
  EXPECT_EQ(Printable("a\nb\tc"), "a b c");
  EXPECT_EQ(Printable("a\nb\r\tc", true), "a\nb\\x0d\tc");
}

TEST(TextGrid, AlignsByCharactersNotBytes) {
  TextGrid grid({Align::kLeft, Align::kRight});
  grid.Add({{"é"}, {"1"}});
  grid.Add({{"ab"}, {"22"}});
  grid.AddRule();
  grid.Add({{"店"}, {"µs"}});
  EXPECT_EQ(grid.Format(80, false), "é    1\nab  22\n──────\n店  µs\n");
}

TEST(TextGrid, ShortensTheFirstColumnOnly) {
  TextGrid grid({Align::kLeft, Align::kLeft});
  grid.Add({{"abcdefghijklmnop"}, {"xyz"}});
  EXPECT_EQ(grid.Format(15, false), "abcdefghij… xyz\n");
  EXPECT_EQ(grid.Format(3, false), "abcdefg… xyz\n") << "eight characters and one blank remain";
}

TEST(TextGrid, WhatDoesNotFitFollowsBelow) {
  TextGrid grid({Align::kLeft, Align::kRight, Align::kRight, Align::kRight});
  grid.Add({{"arm"}, {"one"}, {"two"}, {"three"}});
  grid.Add({{""}, {"unit"}});
  grid.AddRule();
  grid.Add({{"a"}, {"1"}, {"2"}, {"3"}});
  EXPECT_EQ(grid.Format(12, false),
            "arm  one two\n    unit\n────────────\na      1   2\n"
            "\narm three\n─────────\na       3\n");
}

TEST(TextGrid, BrokenUtf8IsHarmless) {
  EXPECT_EQ(DisplayWidth("a\xff\xc3"), 3);
  EXPECT_EQ(DisplayWidth("e\xcc\x81"), 1) << "combining accent";
}

}  // namespace
}  // namespace souk
