// Segments differ by region and language, not by name only.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "bench/experiment/experiment.h"
#include "tests/system/designs.h"

namespace souk {
namespace {

/// The tiny shop from an empty log, with one segment of these properties and one arm.
CellResult RunSegment(const std::string& properties, std::vector<Override> more = {}) {
  std::vector<Override> overrides = {
      {"replications", "1"},
      {"time", "{ warmup_days: 0, days: 14 }"},
      {"record.events", "true"},
      {"segments", "[{ name: all, share: 1, " + properties + " }]"},
      {"arms", Arms({"name: incumbent, recommender: popularity, coupons: none, pricing: list, assistant: faq-bm25, "
                     "outreach: none"})}};
  overrides.insert(overrides.end(), more.begin(), more.end());
  RunOptions options;
  options.threads = 1;
  const ExperimentResult r = RunExperiment(Read("tiny/shop.yaml", overrides), options);
  return *r.Cell(0, 0);
}

// Shoppers who are awake from 8 to 20 by their own clock come at those hours less the shift.
TEST(Segments, VisitByTheClockOfTheirRegion) {
  std::string hours = "[";
  for (int h = 0; h < 24; ++h) hours += std::string(h > 0 ? ", " : "") + (h >= 8 && h < 20 ? "1" : "0");
  for (const int shift : {0, 6, -9}) {
    const CellResult cell =
        RunSegment("hour_shift: " + std::to_string(shift), {{"arrivals.hour_profile", hours + "]"}});
    int sessions = 0;
    for (const Outcome& o : cell.events) {
      if (o.kind != OutcomeKind::kSessionStart || o.time < StartOfDay(1)) continue;
      const std::int64_t local = (o.time + Hours(shift)).us / SimTime::kHourUs % 24;
      ASSERT_GE(local, 8) << shift;
      ASSERT_LT(local, 20) << shift;
      ++sessions;
    }
    EXPECT_GT(sessions, 500);
  }
}

/// Days from the first order to its delivery.
double FirstDeliveryDays(const CellResult& cell) {
  const Outcome* order = nullptr;
  for (const Outcome& o : cell.events) {
    if (order == nullptr && o.kind == OutcomeKind::kOrder) order = &o;
    if (order != nullptr && o.kind == OutcomeKind::kDelivered && o.shopper == order->shopper &&
        o.session == order->session)
      return (o.time - order->time).days();
  }
  return -1;
}

// Nothing differs before the first delivery, so it is the same order that takes three times as long.
TEST(Segments, FarRegionsWaitLongerForDelivery) {
  const double near = FirstDeliveryDays(RunSegment("delivery_time: 1"));
  EXPECT_GT(near, 0);
  EXPECT_NEAR(FirstDeliveryDays(RunSegment("delivery_time: 3")), 3 * near, 1e-6);
}

// The factor and the shop's own rate act as a product: 0 × 0.3 is 0, 2 × 0.15 is 0.3.
TEST(Segments, MistypeByTheirOwnFactor) {
  const auto fingerprint = [](const char* factor, const char* rate) {
    return RunSegment(std::string("typos: ") + factor, {{"chat.typo_rate", rate}}).fingerprint;
  };
  const std::uint64_t clean = fingerprint("1", "0");
  const std::uint64_t bad = fingerprint("1", "0.3");
  EXPECT_NE(clean, bad);
  EXPECT_EQ(fingerprint("0", "0.3"), clean);
  EXPECT_EQ(fingerprint("2", "0.15"), bad);
}

}  // namespace
}  // namespace souk
