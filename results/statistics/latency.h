#pragma once
// Measured decision latency of an arm: quantiles per replication, then treated as any metric of a replication.

#include <string>
#include <vector>

#include "results/statistics/uplift.h"

namespace souk {

/// The histogram of an arm and slot over all finished replications.
LatencyHistogram MergedLatency(const ExperimentResult& result, int arm, int slot);

/// Quantile q of each finished replication, as pairs arm ÷ incumbent with denominator 1; replications in which
/// either made no decision are left out. RelativeUplift of these is the change of the mean quantile.
std::vector<RatioPair> LatencyPairs(const ExperimentResult& a, int arm_a, const ExperimentResult& b, int arm_b,
                                    int slot, double q);

/// Quantile of a per-replication, per-shopper value (revenue of buyers) as pairs; empty when not recorded.
std::vector<RatioPair> RevenueQuantilePairs(const ExperimentResult& result, int arm, double q);

/// The slot with the highest p99 among those that the arm was asked in; −1 if none.
int SlowestSlot(const ExperimentResult& result, int arm);

}  // namespace souk
