// The gate's own decisions in the command: which checks are made, whether benchmark files were measured in turns, how a
// program ended, why a baseline is one.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "bench/cli/baseline_log.h"
#include "bench/cli/gate_benchmark.h"
#include "bench/cli/gate_plan.h"
#include "bench/cli/process.h"
#include "bench/cli/terminal.h"
#include "sim/base/error.h"

namespace souk {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

GateSpec Spec(const std::string& yaml) {
  const GateReading reading = ReadGateSpecText(yaml, "gate.yaml");
  EXPECT_TRUE(reading.problems.empty()) << Format(reading.problems.front());
  return reading.spec;
}

GateInputs Everything() { return {true, true, {"base", "other"}, {"base", "other"}, {"BM_Queue"}}; }

std::string Refusal(const std::string& yaml, const GateInputs& inputs) {
  try {
    PlanGate(Spec(yaml), inputs);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

std::vector<std::string> Names(const std::vector<GateMetric>& metrics) {
  std::vector<std::string> names;
  for (const GateMetric& metric : metrics) names.push_back(metric.metric);
  return names;
}

TEST(GatePlan, WithoutNamesTheUsualChecksOfEachInput) {
  GatePlan plan = PlanGate({}, Everything());
  EXPECT_THAT(Names(plan.outcomes), ElementsAre("conversion", "revenue_per_visitor", "margin_per_visitor"));
  EXPECT_THAT(Names(plan.measured), ElementsAre("run_time", "throughput", "latency_p50", "latency_p99"));
  EXPECT_THAT(Names(plan.benchmarks), ElementsAre("BM_Queue"));
  EXPECT_THAT(plan.outcomes[0].arms, ElementsAre("base", "other"));
  EXPECT_TRUE(plan.measured[0].arms.empty());
  plan = PlanGate({}, {.files = true, .outcome_arms = {"base"}});
  EXPECT_TRUE(plan.measured.empty() && plan.benchmarks.empty());
}

TEST(GatePlan, NamesGoToTheirInput) {
  const GatePlan plan = PlanGate(Spec("arms: [other]\nmetrics:\n"
                                      "  - { metric: BM_Queue }\n  - { metric: churn, arms: [base] }\n"
                                      "  - { metric: latency_p99, slot: recommender }\n  - { metric: churn }\n"),
                                 Everything());
  EXPECT_THAT(Names(plan.outcomes), ElementsAre("churn", "churn"));
  EXPECT_THAT(plan.outcomes[0].arms, ElementsAre("base"));
  EXPECT_THAT(plan.outcomes[1].arms, ElementsAre("other"));
  EXPECT_THAT(plan.measured[0].arms, ElementsAre("other"));
  EXPECT_FALSE(plan.usual);
}

TEST(GatePlan, EveryProblemIsReportedAtItsPlace) {
  const std::string message = Refusal(
      "arms: [bose]\nmetrics:\n"
      "  - { metric: convresion }\n"
      "  - { metric: conversion, slot: pricing }\n"
      "  - { metric: run_time, arms: [base] }\n"
      "  - { metric: throughput, direction: lower }\n"
      "  - { metric: latency_p50, scale: absolute }\n"
      "  - { metric: BM_Queue, arms: [base] }\n"
      "  - { metric: run_time }\n"
      "  - { metric: orders, arms: [othr] }\n",
      Everything());
  EXPECT_THAT(message, HasSubstr("gate.yaml:3:15: metric: found no metric convresion; did you mean conversion?"));
  EXPECT_THAT(message, HasSubstr("gate.yaml:1:7: arms: found no arm bose; did you mean base?"));
  EXPECT_THAT(message, HasSubstr("gate.yaml:4:5: conversion: has no slot"));
  EXPECT_THAT(message, HasSubstr("run_time: is one time for all arms together"));
  EXPECT_THAT(message, HasSubstr("throughput: found the direction lower; allowed higher"));
  EXPECT_THAT(message, HasSubstr("latency_p50: found an absolute margin"));
  EXPECT_THAT(message, HasSubstr("BM_Queue: is a benchmark, which has no arms"));
  EXPECT_THAT(message, HasSubstr("gate.yaml:9:5: run_time: found a second time; allowed once"));
  EXPECT_THAT(message, HasSubstr("arms: found no arm othr; did you mean other?"));
  EXPECT_THAT(message, HasSubstr("9 problems"));
}

TEST(GatePlan, WhatHasNoInputIsNotLeftOut) {
  EXPECT_THAT(Refusal("metrics: [{ metric: conversion }]", {.benchmarks = {"BM_Queue"}}),
              HasSubstr("needs two results files or two binaries"));
  EXPECT_THAT(Refusal("metrics: [{ metric: throughput }]", {.benchmarks = {"BM_Queue"}}),
              HasSubstr("needs two binaries"));
  EXPECT_THAT(Refusal("metrics: [{ metric: BM_Other }]", Everything()), HasSubstr("found no metric BM_Other"));
  EXPECT_THROW(PlanGate(Spec("metrics: [{ metric: latency_p99 }]"), {.files = true, .outcome_arms = {"base"}}),
               BadBaseline);
}

TEST(GatePlan, AnInputThatNobodyAsksAboutIsAnError) {
  const std::string message = Refusal("metrics: [{ metric: conversion }]", Everything());
  EXPECT_THAT(message, HasSubstr("--benchmark: nothing to judge"));
  EXPECT_THAT(message, HasSubstr("--base-binary: nothing to judge"));
  EXPECT_THAT(Refusal("metrics: [{ metric: run_time }]", {true, true, {"base"}, {"base"}, {}}),
              HasSubstr("--baseline: nothing to judge"));
  EXPECT_EQ(Refusal("metrics: [{ metric: conversion }]", {false, true, {"base"}, {"base"}, {}}), "")
      << "binaries alone answer it";
}

TEST(GatePlan, MetricsOfTheCommandLineSelect) {
  GateSpec spec = Spec("metrics: [{ metric: conversion, margin: 0.2 }, { metric: orders }]");
  KeepMetrics(spec, {"conversion"});
  EXPECT_THAT(Names(spec.metrics), ElementsAre("conversion"));
  EXPECT_EQ(spec.metrics[0].margin, 0.2);
  EXPECT_THROW(KeepMetrics(spec, {"orders"}), Error);
  GateSpec open;
  KeepMetrics(open, {"churn"});
  EXPECT_THAT(Names(open.metrics), ElementsAre("churn"));
}

BenchmarkFile At(const std::string& time) {
  BenchmarkFile file;
  file.file = time;
  file.date = "2024-05-01T" + time;
  return file;
}

TEST(GateBenchmarks, FilesMeasuredInTurnsAreTold) {
  // Two pairs, the second one the other way round.
  EXPECT_EQ(BlockReason({At("12:00:00+00:00"), At("12:00:03+00:00")}, {At("12:00:01+00:00"), At("12:00:02+00:00")}),
            "");
  EXPECT_THAT(BlockReason({At("12:00:00+00:00")}, {At("12:00:01+00:00")}), HasSubstr("one file per side"));
  // All of base, then all of head.
  EXPECT_THAT(BlockReason({At("12:00:00+00:00"), At("12:00:01+00:00")}, {At("12:00:02+00:00"), At("12:00:03+00:00")}),
              HasSubstr("other runs lie between"));
  BenchmarkFile undated = At("12:00:00+00:00");
  undated.date.clear();
  undated.file = "old.json";
  EXPECT_EQ(BlockReason({undated, At("12:00:01+00:00")}, {At("12:00:02+00:00"), At("12:00:03+00:00")}),
            "old.json does not say when it was measured");
}

TEST(GateBenchmarks, TimeZonesAndOldDatesAreUnderstood) {
  BenchmarkFile old = At("");
  old.date = "2024/05/01-12:00:02";
  // 14:00:00+02:00 is 12:00:00 UTC: pairs (12:00:00, 12:00:01) and (12:00:02, 12:00:03).
  EXPECT_EQ(BlockReason({At("14:00:00+02:00"), old}, {At("12:00:01+00:00"), At("11:00:03-01:00")}), "");
  EXPECT_THAT(BlockReason({At("12:00:00+02:00"), old}, {At("12:00:05+00:00"), At("11:00:03-01:00")}),
              HasSubstr("other runs lie between"));
}

TEST(GateBenchmarks, OneSideAlwaysFirstIsNoCoin) {
  std::vector<BenchmarkFile> base;
  std::vector<BenchmarkFile> head;
  for (int i = 10; i < 18; ++i) {
    base.push_back(At("12:" + std::to_string(i) + ":00+00:00"));
    head.push_back(At("12:" + std::to_string(i) + ":30+00:00"));
  }
  EXPECT_THAT(BlockReason(base, head), HasSubstr("the same side was measured first every time"));
  std::swap(base[3].date, head[3].date);
  EXPECT_EQ(BlockReason(base, head), "");
}

bool Never() { return false; }

TEST(Process, TellsHowAProgramEnded) {
  ProcessResult done = RunProcess({"/bin/sh", "-c", "echo out; echo first >&2; echo second >&2; exit 7"}, 60, Never);
  EXPECT_EQ(done.exit_code, 7);
  EXPECT_FALSE(done.ok());
  EXPECT_EQ(done.errors, "first\nsecond\n");
  EXPECT_EQ(EndOf(done, 60), "exit code 7");
  EXPECT_TRUE(RunProcess({"true"}, 60, Never).ok());
  done = RunProcess({"/bin/sh", "-c", "kill -TERM $$"}, 60, Never);
  EXPECT_EQ(done.signal, SIGTERM);
  EXPECT_THAT(EndOf(done, 60), HasSubstr("killed by signal 15"));
  EXPECT_THROW(RunProcess({"/nowhere/souk"}, 60, Never), Error);
}

TEST(Process, ArgumentsPassThroughNoShell) {
  EXPECT_EQ(RunProcess({"/bin/sh", "-c", "echo \"$1\" >&2", "sh", "a b; $HOME '\""}, 60, Never).errors,
            "a b; $HOME '\"\n");
}

TEST(Process, IsKilledWithEverythingThatItStarted) {
  // The grandchild holds standard error open; were it left alive, this would take 1,000 seconds.
  const ProcessResult slow = RunProcess({"/bin/sh", "-c", "sleep 1000 & sleep 1000"}, 0.2, Never);
  EXPECT_TRUE(slow.timed_out);
  EXPECT_EQ(EndOf(slow, 0.2), "still running after 0.2 s");
  const ProcessResult stopped = RunProcess({"sleep", "1000"}, 900, [] { return true; });
  EXPECT_TRUE(stopped.stopped);
  // A program that ends while what it started lives on is not waited for.
  EXPECT_TRUE(RunProcess({"/bin/sh", "-c", "sleep 5 & exit 0"}, 900, Never).ok());
}

TEST(Process, LongComplaintsAreCut) {
  const ProcessResult loud = RunProcess({"/bin/sh", "-c", "head -c 1000000 /dev/zero >&2"}, 60, Never);
  EXPECT_TRUE(loud.ok());
  EXPECT_EQ(loud.errors.size(), 16U << 10);
}

TEST(BaselineLog, ComesBackAsWritten) {
  const std::string base = ::testing::TempDir() + "souk-baseline-" + std::to_string(getpid()) + ".h5";
  EXPECT_TRUE(ReadAcceptances(base).empty());
  const Acceptance first{"2024-05-01T00:00:00Z", "Zoë",        "a: \"b\"\n- c # d", "0011223344556677", "none", "aa",
                         "18446744073709551615", "0.1.0 (abc)"};
  Acceptance second = first;
  second.replaces = first.fingerprint;
  second.fingerprint = "0e10000000000000";  // must not come back as a number
  std::ofstream(LogOf(base)) << AcceptanceText({first, second});
  const auto read = ReadAcceptances(base);
  ASSERT_EQ(read.size(), 2U);
  EXPECT_EQ(read[0].reason, first.reason);
  EXPECT_EQ(read[0].who, first.who);
  EXPECT_EQ(read[0].seed, first.seed);
  EXPECT_EQ(read[1].fingerprint, second.fingerprint);
  EXPECT_EQ(read[1].replaces, first.fingerprint);
  std::ofstream(LogOf(base)) << "what: is this\n";
  EXPECT_THROW(ReadAcceptances(base), Error);
  std::filesystem::remove(LogOf(base));
}

}  // namespace
}  // namespace souk
