#pragma once
// A made-up experiment result for tests of the results file, statistics and reports: every number
// is a function of its place, so a test can say what it expects without running a shop.

#include <cmath>
#include <cstdint>
#include <string>

#include "results/store/results.h"
#include "sim/base/random.h"

namespace souk::testing {

struct SampleShape {
  int replications = 3;
  int arms = 2;
  int segments = 2;
  int days = 4;
  int shoppers = 0;    ///< recorded per cell
  int events = 0;      ///< recorded per cell, about
  int decisions = 0;   ///< recorded per cell, about
  int latencies = 50;  ///< measured per cell and slot; the last slot is never asked
};

inline CellResult SampleCell(const SampleShape& shape, std::int32_t replication, std::int32_t arm) {
  const Dice dice(5, static_cast<std::uint64_t>(replication));
  Rng rng(dice, Purpose::kTest, static_cast<std::uint32_t>(arm));
  CellResult cell;
  cell.replication = replication;
  cell.arm = arm;
  const auto fill = [&rng](std::vector<Sums>& rows, int n) {
    rows.resize(static_cast<std::size_t>(n));
    for (Sums& sums : rows) {
      for (std::int64_t& v : sums) v = rng.Below(1'000'000);
      At(sums, Sum::kMarginCents) -= 500'000;
      At(sums, Sum::kDeliveries) = 0;  // its ratio is NaN
      At(sums, Sum::kSessionsAtTill) += At(sums, Sum::kSessionsWithOrder);
    }
  };
  fill(cell.by_segment, shape.segments);
  for (std::size_t s = 0; s < cell.by_segment.size(); ++s) At(cell.by_segment[s], Sum::kOne) = s == 0;
  const auto fill_days = [&](std::vector<Sums>& rows) {
    fill(rows, shape.days);
    for (Sums& sums : rows)
      for (int s = 0; s < kSums; ++s)
        if (!HasDays(static_cast<Sum>(s))) At(sums, static_cast<Sum>(s)) = 0;
  };
  fill_days(cell.by_day);
  cell.slates = {rng.Uniform(), rng.Uniform(), 10 * rng.Uniform(), rng.Uniform()};
  for (int week = 0; week < WeeksOf(shape.days); ++week)
    cell.by_week.push_back({rng.Below(1'000'000), rng.Uniform(), rng.Uniform()});
  for (std::size_t slot = 0; slot + 1 < cell.latency.size(); ++slot) {
    for (int i = 0; i < shape.latencies; ++i) {
      cell.latency[slot].Add(static_cast<std::int64_t>(std::exp(8.0 + static_cast<double>(slot) + rng.Normal())));
    }
    cell.train_ns[slot] = rng.Below(1'000'000'000);
  }
  cell.wall_ns = rng.Below(1'000'000'000'000);
  cell.fingerprint = rng();
  for (int u = 0; u < shape.shoppers; ++u) {
    ShopperOutcome shopper;
    shopper.sessions = static_cast<std::int32_t>(rng.Below(5));
    shopper.orders = static_cast<std::int32_t>(rng.Below(2));
    shopper.revenue_cents = shopper.orders * rng.Below(10000);
    shopper.margin_cents = shopper.revenue_cents / 3 - rng.Below(500);
    cell.shoppers.push_back(shopper);
  }
  // Different lengths, so that a mix-up of cells shows.
  for (int i = 0; i < shape.events + (shape.events > 0 ? replication + 3 * arm : 0); ++i) {
    Outcome o;
    o.time.us = i * 1'000'000'007LL;
    o.kind = static_cast<OutcomeKind>(rng.Below(kOutcomeKinds));
    o.detail = static_cast<std::uint8_t>(rng.Below(256));
    o.position = static_cast<std::uint16_t>(rng.Below(65536));
    o.shopper = ShopperId(static_cast<std::int32_t>(rng.Below(1000)));
    o.session = static_cast<std::int32_t>(rng.Below(9)) - 1;
    o.item = i % 7 == 0 ? ItemId() : ItemId(static_cast<std::int32_t>(rng.Below(500)));
    o.quantity = static_cast<std::int32_t>(rng.Below(4));
    o.amount.cents = rng.Below(100'000) - 50'000;
    o.cost.cents = rng.Below(100);
    o.value = rng.Normal();
    cell.events.push_back(o);
  }
  for (int i = 0; i < shape.decisions + (shape.decisions > 0 ? 2 * replication + arm : 0); ++i) {
    DecisionOutcome d;
    d.time.us = i * 1'000'003LL;
    d.slot = static_cast<std::int32_t>(rng.Below(kDecisionSlots));
    d.shopper = ShopperId(static_cast<std::int32_t>(rng.Below(1000)));
    d.session = static_cast<std::int32_t>(rng.Below(9));
    d.item = ItemId(static_cast<std::int32_t>(rng.Below(500)));
    d.eligible = static_cast<std::int32_t>(rng.Below(500)) + 1;
    d.propensity = rng.Uniform();
    d.price.cents = rng.Below(10'000);
    d.cost.cents = rng.Below(100);
    d.percent = rng.Uniform();
    d.article = static_cast<std::int32_t>(rng.Below(40)) - 1;
    d.intent = static_cast<std::int32_t>(rng.Below(40)) - 1;
    d.content = static_cast<std::int32_t>(rng.Below(4)) - 1;
    d.channel = static_cast<std::int32_t>(rng.Below(3)) - 1;
    d.slate_size = static_cast<std::int32_t>(rng.Below(4));
    for (int r = 0; r < d.slate_size; ++r)
      cell.slate_items.push_back({i, r + 1, ItemId(static_cast<std::int32_t>(rng.Below(500))), rng.Uniform()});
    cell.decisions.push_back(d);
  }
  fill_days(cell.by_age);
  for (int u = 0; u < shape.shoppers; ++u) {
    cell.shoppers[static_cast<std::size_t>(u)].segment = (u + replication) % shape.segments;  // the same in every arm
  }
  return cell;
}

/// Names and provenance without cells.
inline ExperimentResult SampleHeader(const SampleShape& shape) {
  ExperimentResult r;
  r.name = "sample";
  r.question = "Does the file keep what was put in?";
  r.currency = "CHF";
  r.incumbent = "today";
  for (int a = 0; a < shape.arms; ++a) {
    r.arms.push_back(a == 0 ? "today" : "arm-" + std::to_string(a));
    r.arm_labels.push_back(a == 0 ? "What we do today" : "Möglichkeit №" + std::to_string(a));
  }
  for (int s = 0; s < shape.segments; ++s) r.segments.push_back(s == 0 ? "fidèles" : "segment-" + std::to_string(s));
  r.slots = {"recommender", "coupons", "pricing", "assistant", "outreach"};
  r.planned_replications = shape.replications;
  r.days = shape.days;
  r.provenance.scenario_yaml = "name: sample  # ü\n";
  r.provenance.resolved_yaml = std::string(100'000, '#') + "\nname: sample\n";  // longer than an HDF5 attribute may be
  r.provenance.scenario_hash = "00112233aabbccdd";
  r.provenance.argv = "souk run sample.yaml";
  r.provenance.version = "0.1.0";
  r.provenance.compiler = "GNU 12.2.0";
  r.provenance.created = "2024-02-29T12:00:00Z";
  r.provenance.seed = 0xFEDCBA9876543210ULL;  // above the largest signed number
  r.provenance.wall_s = 12.5;
  r.provenance.peak_rss_bytes = 5'000'000'000;
  r.provenance.threads = 2;
  return r;
}

inline ExperimentResult SampleResult(const SampleShape& shape = {}) {
  ExperimentResult r = SampleHeader(shape);
  for (int i = 0; i < shape.replications; ++i) {
    for (int a = 0; a < shape.arms; ++a) r.cells.push_back(SampleCell(shape, i, a));
  }
  return r;
}

}  // namespace souk::testing
