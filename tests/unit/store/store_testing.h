#pragma once
// Helpers for tests of the results file: a scratch folder, whole-file access, comparison of
// results.

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "results/store/results.h"
#include "sim/base/error.h"

#include "tests/support/sample_result.h"

namespace souk::testing {

/// A folder of its own for each test, removed at the end.
class ScratchTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::temp_directory_path() /
              ("souk-" + std::to_string(::getpid()) + "-" + test->test_suite_name() + "-" + test->name());
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::string Path(const std::string& name) const { return (folder_ / name).string(); }
  /// Names in the scratch folder, sorted, with those in sub-folders.
  [[nodiscard]] std::vector<std::string> Listing() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_)) {
      names.push_back(std::filesystem::relative(entry.path(), folder_).string());
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  std::filesystem::path folder_;
};

inline std::string Slurp(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

inline void Spill(const std::string& path, const std::string& bytes) { std::ofstream(path, std::ios::binary) << bytes; }

/// The message of the Error that `call` throws, or "" when it throws none.
template <class Call>
std::string ErrorOf(Call call) {
  try {
    call();
  } catch (const Error& e) {
    return e.what();
  }
  return "";
}

inline void ExpectSameDouble(double a, double b) { EXPECT_TRUE(a == b || (std::isnan(a) && std::isnan(b))); }

inline void ExpectSameCell(const CellResult& a, const CellResult& b) {
  SCOPED_TRACE("cell " + std::to_string(a.replication) + ", " + std::to_string(a.arm));
  EXPECT_EQ(a.replication, b.replication);
  EXPECT_EQ(a.arm, b.arm);
  EXPECT_EQ(a.error, b.error);
  EXPECT_EQ(a.by_segment, b.by_segment);
  EXPECT_EQ(a.by_day, b.by_day);
  EXPECT_EQ(a.by_age, b.by_age);
  ExpectSameDouble(a.slates.coverage, b.slates.coverage);
  ExpectSameDouble(a.slates.gini, b.slates.gini);
  ExpectSameDouble(a.slates.novelty, b.slates.novelty);
  ExpectSameDouble(a.slates.diversity, b.slates.diversity);
  ASSERT_EQ(a.by_week.size(), b.by_week.size());
  for (std::size_t w = 0; w < a.by_week.size(); ++w) {
    EXPECT_EQ(a.by_week[w].impressions, b.by_week[w].impressions);
    ExpectSameDouble(a.by_week[w].coverage, b.by_week[w].coverage);
    ExpectSameDouble(a.by_week[w].gini, b.by_week[w].gini);
  }
  for (std::size_t s = 0; s < a.latency.size(); ++s) {
    EXPECT_EQ(a.latency[s].counts(), b.latency[s].counts());
    EXPECT_EQ(a.latency[s].total(), b.latency[s].total());
    EXPECT_EQ(a.latency[s].max_ns(), b.latency[s].max_ns());
  }
  EXPECT_EQ(a.train_ns, b.train_ns);
  EXPECT_EQ(a.wall_ns, b.wall_ns);
  EXPECT_EQ(a.fingerprint, b.fingerprint);
  ASSERT_EQ(a.shoppers.size(), b.shoppers.size());
  for (std::size_t i = 0; i < a.shoppers.size(); ++i) {
    EXPECT_EQ(a.shoppers[i].segment, b.shoppers[i].segment);
    EXPECT_EQ(a.shoppers[i].sessions, b.shoppers[i].sessions);
    EXPECT_EQ(a.shoppers[i].orders, b.shoppers[i].orders);
    EXPECT_EQ(a.shoppers[i].revenue_cents, b.shoppers[i].revenue_cents);
    EXPECT_EQ(a.shoppers[i].margin_cents, b.shoppers[i].margin_cents);
  }
  ASSERT_EQ(a.events.size(), b.events.size());
  for (std::size_t i = 0; i < a.events.size(); ++i) {
    const Outcome& x = a.events[i];
    const Outcome& y = b.events[i];
    EXPECT_EQ(x.time, y.time);
    EXPECT_EQ(x.kind, y.kind);
    EXPECT_EQ(x.detail, y.detail);
    EXPECT_EQ(x.position, y.position);
    EXPECT_EQ(x.shopper, y.shopper);
    EXPECT_EQ(x.session, y.session);
    EXPECT_EQ(x.item, y.item);
    EXPECT_EQ(x.quantity, y.quantity);
    EXPECT_EQ(x.amount, y.amount);
    EXPECT_EQ(x.cost, y.cost);
    EXPECT_EQ(x.value, y.value);
  }
  ASSERT_EQ(a.decisions.size(), b.decisions.size());
  for (std::size_t i = 0; i < a.decisions.size(); ++i) {
    const DecisionOutcome& x = a.decisions[i];
    const DecisionOutcome& y = b.decisions[i];
    EXPECT_EQ(x.time, y.time);
    EXPECT_EQ(x.slot, y.slot);
    EXPECT_EQ(x.shopper, y.shopper);
    EXPECT_EQ(x.session, y.session);
    EXPECT_EQ(x.item, y.item);
    EXPECT_EQ(x.eligible, y.eligible);
    EXPECT_EQ(x.propensity, y.propensity);
    EXPECT_EQ(x.price, y.price);
    EXPECT_EQ(x.cost, y.cost);
    EXPECT_EQ(x.percent, y.percent);
    EXPECT_EQ(x.article, y.article);
    EXPECT_EQ(x.intent, y.intent);
    EXPECT_EQ(x.content, y.content);
    EXPECT_EQ(x.channel, y.channel);
    EXPECT_EQ(x.slate_size, y.slate_size);
  }
  ASSERT_EQ(a.slate_items.size(), b.slate_items.size());
  for (std::size_t i = 0; i < a.slate_items.size(); ++i) {
    EXPECT_EQ(a.slate_items[i].decision, b.slate_items[i].decision);
    EXPECT_EQ(a.slate_items[i].position, b.slate_items[i].position);
    EXPECT_EQ(a.slate_items[i].item, b.slate_items[i].item);
    EXPECT_EQ(a.slate_items[i].propensity, b.slate_items[i].propensity);
  }
}

inline void ExpectSameResult(const ExperimentResult& a, const ExperimentResult& b) {
  EXPECT_EQ(a.name, b.name);
  EXPECT_EQ(a.question, b.question);
  EXPECT_EQ(a.currency, b.currency);
  EXPECT_EQ(a.incumbent, b.incumbent);
  EXPECT_EQ(a.arms, b.arms);
  EXPECT_EQ(a.arm_labels, b.arm_labels);
  EXPECT_EQ(a.segments, b.segments);
  EXPECT_EQ(a.slots, b.slots);
  EXPECT_EQ(a.design, b.design);
  EXPECT_EQ(a.shares, b.shares);
  EXPECT_EQ(a.levers, b.levers);
  EXPECT_EQ(a.arm_levers, b.arm_levers);
  EXPECT_EQ(a.planned_replications, b.planned_replications);
  EXPECT_EQ(a.days, b.days);
  const Provenance& p = a.provenance;
  const Provenance& q = b.provenance;
  EXPECT_EQ(p.scenario_yaml, q.scenario_yaml);
  EXPECT_EQ(p.resolved_yaml, q.resolved_yaml);
  EXPECT_EQ(p.scenario_hash, q.scenario_hash);
  EXPECT_EQ(p.argv, q.argv);
  EXPECT_EQ(p.version, q.version);
  EXPECT_EQ(p.git, q.git);
  EXPECT_EQ(p.compiler, q.compiler);
  EXPECT_EQ(p.created, q.created);
  EXPECT_EQ(p.seed, q.seed);
  EXPECT_EQ(p.wall_s, q.wall_s);
  EXPECT_EQ(p.peak_rss_bytes, q.peak_rss_bytes);
  EXPECT_EQ(p.threads, q.threads);
  EXPECT_EQ(p.interrupted, q.interrupted);
  ASSERT_EQ(a.cells.size(), b.cells.size());
  for (std::size_t i = 0; i < a.cells.size(); ++i) ExpectSameCell(a.cells[i], b.cells[i]);
}

/// A result of four replications and two arms, and the file that it goes to.
class SampleTest : public ScratchTest {
 protected:
  static constexpr SampleShape kShape{4, 2, 2, 3, 10, 8, 6, 20};

  void SetUp() override {
    ScratchTest::SetUp();
    file_ = Path("run.h5");
    header_ = SampleHeader(kShape);
  }
  [[nodiscard]] static std::vector<CellResult> Cells(std::int32_t replication) {
    return {SampleCell(kShape, replication, 0), SampleCell(kShape, replication, 1)};
  }

  std::string file_;
  ExperimentResult header_;
};

}  // namespace souk::testing
