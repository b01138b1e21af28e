// Rules under test (gate_report.h): the worst check decides; the same numbers in every form; special characters of each
// form are escaped.
#include "results/report/gate_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace souk {
namespace {

using enum GateVerdict;
using ::testing::HasSubstr;
using ::testing::Not;

GateRow Conversion(GateVerdict verdict) {
  GateRow row;
  row.metric = "conversion";
  row.where = "item-knn";
  row.unit = "1";
  row.base = 0.0312;
  row.head = 0.0302;
  row.change = -0.032;
  row.low = -0.051;
  row.high = -0.013;
  row.margin = 0.01;
  row.samples = 20;
  row.verdict = verdict;
  row.file = "ci/gate.yaml";
  row.line = 7;
  return row;
}

GateRow Latency(GateVerdict verdict) {
  GateRow row;
  row.metric = "latency_p99";
  row.where = "recommender of item-knn";
  row.unit = "ns";
  row.measured = true;
  row.higher_is_better = false;
  row.base = 12'345;
  row.head = 12'400;
  row.change = 0.004;
  row.low = -std::numeric_limits<double>::infinity();
  row.high = 0.02;
  row.margin = 0.025;
  row.samples = 26;
  row.verdict = verdict;
  return row;
}

GateReport Report(std::vector<GateRow> rows) {
  GateReport report;
  report.head = "new.h5";
  report.base = "old.h5";
  report.rows = std::move(rows);
  return report;
}

TEST(GateReport, TheWorstCheckDecides) {
  EXPECT_EQ(VerdictOf(Report({Conversion(kPass), Latency(kPass)})), kPass);
  EXPECT_EQ(VerdictOf(Report({Conversion(kPass), Latency(kInconclusive)})), kInconclusive);
  EXPECT_EQ(VerdictOf(Report({Conversion(kRegression), Latency(kInconclusive)})), kRegression);
  EXPECT_EQ(VerdictOf(Report({})), kInconclusive) << "nothing checked is no pass";
}

TEST(GateReport, SaysItInASentence) {
  EXPECT_EQ(GateSentence(Report({Conversion(kPass), Latency(kPass)})),
            "Pass: none of 2 checks is worse than its margin allows.");
  EXPECT_EQ(GateSentence(Report({Conversion(kRegression), Latency(kInconclusive)})),
            "Regression: 1 of 2 checks worse than the margin allows: conversion in item-knn.");
  EXPECT_EQ(GateSentence(Report({Conversion(kPass), Latency(kInconclusive)})),
            "Inconclusive: 1 of 2 checks could not be settled: latency_p99 in recommender of item-knn.");
  GateRow same = Conversion(kPass);
  same.identical = true;
  EXPECT_EQ(GateSentence(Report({same})), "Pass: nothing changed in 1 check.");
}

TEST(GateReport, RowSentenceHoldsEstimateBoundsMarginAndVerdict) {
  EXPECT_EQ(RowSentence(Conversion(kRegression)),
            "conversion in item-knn: regression, 0.0312 → 0.0302, change -3.20% [-5.10%, -1.30%], margin -1%, 20 "
            "replications");
  GateRow row = Latency(kInconclusive);
  row.note = "more pairs";
  EXPECT_EQ(RowSentence(row),
            "latency_p99 in recommender of item-knn: inconclusive, 12 µs → 12 µs, change +0.40% [-∞, +2.00%], margin "
            "+2.5%, 26 pairs; more pairs");
}

TEST(GateReport, AbsoluteChangesAreInTheUnit) {
  GateRow row = Conversion(kPass);
  row.metric = "agent_wait_s";
  row.unit = "s";
  row.relative = false;
  row.change = 1.25;
  row.low = 0.5;
  row.high = 2;
  row.margin = 3;
  row.higher_is_better = false;
  EXPECT_THAT(RowSentence(row), HasSubstr("change +1.25 [+0.5, +2] s, margin +3 s"));
}

TEST(GateReport, TheTableShowsChangesChecksAndNotes) {
  GateReport report = Report({Conversion(kRegression), Latency(kInconclusive)});
  report.rows[1].note = "a larger budget would settle it";
  report.rows.push_back(report.rows[1]);
  report.rows[2].metric = "latency_p50";
  report.facts = {"Outcomes: changed."};
  report.changes = {{"revenue", "item-knn", "EUR", 1000, 1000.01, 0.01}};
  const std::string text = GateText(report);
  EXPECT_THAT(text, HasSubstr("Outcomes: changed."));
  EXPECT_THAT(text, HasSubstr("+0.01 EUR (+0.001%)"));
  EXPECT_THAT(text, HasSubstr("-3.20% [-5.10%, -1.30%]"));
  EXPECT_THAT(text,
              HasSubstr("latency_p99 in recommender of item-knn, latency_p50 in recommender of item-knn: a larger "
                        "budget would settle it.\n"))
      << "said once";
  EXPECT_THAT(text, Not(HasSubstr("\033[")));
  EXPECT_THAT(GateText(report, {.color = true}), HasSubstr("\033["));
}

TEST(GateReport, LongListsOfChangesAreCut) {
  GateReport report = Report({Conversion(kPass)});
  for (std::size_t i = 0; i < kMostChanges + 3; ++i) report.changes.push_back({"m", "a", "1", 1, 2, 1});
  EXPECT_THAT(GateText(report), HasSubstr("… and 3 more; --json lists all."));
  EXPECT_THAT(GateMarkdown(report), HasSubstr("<summary>43 changed values</summary>"));
}

TEST(GateReport, MarkdownEscapesItsOwnSigns) {
  GateRow row = Conversion(kRegression);
  row.metric = "BM_Map<a|b>/8";
  const std::string text = GateMarkdown(Report({row}));
  EXPECT_THAT(text, HasSubstr("### souk gate: ❌ regression\n"));
  EXPECT_THAT(text, HasSubstr("| BM\\_Map\\<a\\|b>/8 | item-knn | ❌ regression | 0.0312 | 0.0302 |"));
}

TEST(GateReport, JunitHasOneCasePerCheck) {
  GateRow row = Conversion(kRegression);
  row.metric = "a<b>&\"c\"\x01";
  GateReport report = Report({row, Latency(kInconclusive), Conversion(kPass)});
  const std::string text = GateJunit(report);
  EXPECT_THAT(text, HasSubstr(R"(<testsuite name="souk gate" tests="3" failures="2" errors="0" skipped="0">)"));
  EXPECT_THAT(text, HasSubstr("name=\"a&lt;b&gt;&amp;&quot;c&quot;  in item-knn\" file=\"ci/gate.yaml\" line=\"7\""));
  EXPECT_THAT(text, HasSubstr("<failure type=\"regression\" message=\"a&lt;b&gt;"));
  EXPECT_THAT(text, HasSubstr("<failure type=\"inconclusive\""));
  EXPECT_THAT(text, HasSubstr("<system-out>conversion in item-knn: pass"));
  report.inconclusive_passes = true;
  EXPECT_THAT(GateJunit(report), HasSubstr(R"(failures="1" errors="0" skipped="1")"));
  EXPECT_THAT(GateJunit(report), HasSubstr("<skipped message=\"latency_p99"));
}

TEST(GateReport, AnnotationsNameTheLineOfTheSpecification) {
  GateRow row = Conversion(kRegression);
  row.file = "ci,a:b.yaml";
  row.note = "100 %\nsure";
  GateReport report = Report({row, Latency(kInconclusive), Conversion(kPass)});
  report.inconclusive_passes = true;
  EXPECT_EQ(
      GateAnnotations(report),
      "::error file=ci%2Ca%3Ab.yaml,line=7,title=souk gate%3A regression::conversion in item-knn: regression, 0.0312 "
      "→ 0.0302, change -3.20%25 [-5.10%25, -1.30%25], margin -1%25, 20 replications; 100 %25%0Asure\n"
      "::warning title=souk gate%3A inconclusive::latency_p99 in recommender of item-knn: inconclusive, 12 µs → 12 "
      "µs, change +0.40%25 [-∞, +2.00%25], margin +2.5%25, 26 pairs\n");
}

}  // namespace
}  // namespace souk
