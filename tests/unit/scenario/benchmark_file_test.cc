// Rules under test (benchmark_file.h): what Google Benchmark writes is read; what it does not write is refused with its
// place. The good text is as Google Benchmark 1.7.1 (Debian 12) wrote it, shortened.
#include "sim/scenario/benchmark_file.h"

#include <gtest/gtest.h>

#include "sim/base/error.h"

namespace souk {
namespace {

constexpr const char* kGood = R"({
  "context": {
    "date": "2024-05-01T12:34:56+02:00",
    "host_name": "builder-7",
    "executable": "./souk_bench",
    "num_cpus": 2,
    "mhz_per_cpu": 2450,
    "cpu_scaling_enabled": false,
    "caches": [
      {
        "type": "Data",
        "level": 1,
        "size": 32768,
        "num_sharing": 1
      }
    ],
    "load_avg": [1.38,0.71,0.43],
    "library_build_type": "release"
  },
  "benchmarks": [
    {
      "name": "BM_Queue/8",
      "family_index": 0,
      "run_name": "BM_Queue/8",
      "run_type": "iteration",
      "repetitions": 2,
      "repetition_index": 0,
      "threads": 1,
      "iterations": 1000,
      "real_time": 1.5000000000000000e+00,
      "cpu_time": 1.4e+00,
      "time_unit": "us"
    },
    {
      "name": "BM_Queue/8",
      "run_name": "BM_Queue/8",
      "run_type": "iteration",
      "repetition_index": 1,
      "real_time": 1.7000000000000000e+00,
      "time_unit": "us"
    },
    {
      "name": "BM_Queue/8_mean",
      "run_name": "BM_Queue/8",
      "run_type": "aggregate",
      "aggregate_name": "mean",
      "real_time": 1.6000000000000000e+00,
      "time_unit": "us"
    },
    {
      "name": "BM_Only_median",
      "run_name": "BM_Only",
      "run_type": "aggregate",
      "aggregate_name": "median",
      "aggregate_unit": "time",
      "real_time": 2.5e+00,
      "time_unit": "ms"
    },
    {
      "name": "BM_Broken \"x\"",
      "run_name": "BM_Broken \"x\"",
      "run_type": "iteration",
      "error_occurred": true,
      "error_message": "no data\nat all",
      "real_time": 0,
      "time_unit": "ns"
    }
  ]
}
)";

TEST(BenchmarkFile, ReadsRepetitionsMediansAndErrors) {
  const BenchmarkFile file = ReadBenchmarkText(kGood, "b.json");
  EXPECT_EQ(file.date, "2024-05-01T12:34:56+02:00");
  EXPECT_EQ(file.host, "builder-7");
  EXPECT_EQ(file.cpus, 2);
  EXPECT_EQ(file.build, "release");
  ASSERT_EQ(file.real_ns.size(), 2U);
  EXPECT_EQ(file.real_ns.at("BM_Queue/8"), (std::vector<double>{1500, 1700}));
  EXPECT_EQ(file.real_ns.at("BM_Only"), (std::vector<double>{2.5e6}));
  ASSERT_EQ(file.errors.size(), 1U);
  EXPECT_EQ(file.errors.at("BM_Broken \"x\""), "no data\nat all");
}

std::string Refusal(const std::string& text) {
  try {
    ReadBenchmarkText(text, "b.json");
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(BenchmarkFile, RefusesWhatItIsNot) {
  EXPECT_NE(Refusal("").find("found no map"), std::string::npos);
  EXPECT_NE(Refusal("{\"a\": 1}").find("found no `context` and `benchmarks`"), std::string::npos);
  EXPECT_NE(Refusal("{\"context\": {}, \"benchmarks\": []}").find("found no benchmark"), std::string::npos);
  EXPECT_NE(Refusal("{\"context\": {}, \"benchmarks\": [").find("b.json:1:"), std::string::npos);
  EXPECT_THROW(ReadBenchmarkFile("/nowhere/b.json"), Error);
}

TEST(BenchmarkFile, ReportsEveryBadTimeAtItsPlace) {
  std::string text = kGood;
  text.replace(text.find("1.7000000000000000e+00"), 22, "-1.70000000000000e+00 ");
  text.replace(text.find("\"ms\""), 4, "\"h\" ");
  const std::string message = Refusal(text);
  EXPECT_NE(message.find("b.json:39:20: BM_Queue/8: found -1.7"), std::string::npos) << message;
  EXPECT_NE(message.find("BM_Only: found the text 'h'; allowed ns, us, ms, s"), std::string::npos) << message;
  EXPECT_NE(message.find("2 problems"), std::string::npos) << message;
}

}  // namespace
}  // namespace souk
