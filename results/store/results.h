#pragma once
// What an experiment produced, in memory: the input of the HDF5 writer and of all statistics.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/outcome/exposure.h"
#include "sim/outcome/latency_histogram.h"
#include "sim/outcome/metrics.h"
#include "sim/outcome/outcome.h"

namespace souk {

/// One shopper's outcome in one cell, for twin effects.
struct ShopperOutcome {
  std::int32_t segment = -1;  ///< −1: not recorded (older files)
  std::int32_t sessions = 0;
  std::int32_t orders = 0;
  std::int64_t revenue_cents = 0;
  std::int64_t margin_cents = 0;
};

/// One item of a slate that was shown.
struct SlateItem {
  std::int32_t decision = 0;  ///< index into the cell's decisions
  std::int32_t position = 0;  ///< from 1
  ItemId item;
  double propensity = 1;  ///< chance of this item at this position
};

/// One (replication, arm) cell.
struct CellResult {
  std::int32_t replication = 0;
  std::int32_t arm = 0;
  std::string error;             ///< why it failed; empty = finished
  std::vector<Sums> by_segment;  ///< measured period, per segment (distinct counts over the period)
  std::vector<Sums> by_day;      ///< per measured day (distinct counts within the day)
  std::vector<Sums> by_age;      ///< per day since the shopper's first visit in the period; empty in older files
  SlateStats slates;
  std::vector<WeekExposure> by_week;  ///< what slates showed, per week of the period; empty in older files
  std::array<LatencyHistogram, kDecisionSlots> latency;  ///< measured, per slot
  std::array<std::int64_t, kDecisionSlots> train_ns{};   ///< measured training time, per slot
  std::int64_t wall_ns = 0;                              ///< measured, the measured period of this cell
  std::uint64_t fingerprint = 0;                         ///< over all outcomes that count: tally.h
  std::vector<ShopperOutcome> shoppers;                  ///< by ShopperId; empty unless recorded
  std::vector<Outcome> events;                           ///< empty unless recorded
  std::vector<DecisionOutcome> decisions;
  std::vector<SlateItem> slate_items;  ///< of the decisions about slates, in their order

  /// Sums over segments.
  [[nodiscard]] Sums Total() const;
};

/// Names of HeadlineMetrics(): what decides in a shop, and in files that do not say.
std::vector<std::string> DefaultHeadline();

struct Provenance {
  std::string scenario_yaml;  ///< the file as given
  std::string resolved_yaml;  ///< everything written out
  std::string scenario_hash;
  std::string argv;
  std::string version;
  std::string git;  ///< revision of the build, or empty
  std::string compiler;
  std::string created;  ///< UTC, ISO 8601
  std::uint64_t seed = 0;
  double wall_s = 0;
  std::int64_t peak_rss_bytes = 0;
  int threads = 1;
  bool interrupted = false;  ///< stopped early; only finished replications are inside
};

struct ExperimentResult {
  std::string name;
  std::string question;
  std::string currency;
  std::string incumbent;
  std::vector<std::string> arms;  ///< names, in scenario order
  std::vector<std::string> arm_labels;
  std::vector<std::string> segments;
  std::vector<std::string> slots;
  /// Names of the metrics that decide, in the order of tables: of a shop conversion, revenue and margin per visitor.
  std::vector<std::string> headline = DefaultHeadline();
  std::vector<std::string> ceilings;  ///< arms of which some strategy sees the truth; files of older souks name none
  /// By arm: the arm that differs in nothing but having no recommender, or −1 (as for that arm itself, where the design
  /// splits shoppers or time, and in older files). Empty when no arm has one.
  std::vector<std::int32_t> without_recommender;
  std::string design = "parallel-worlds";  ///< or ab-test, switchback, factorial
  std::vector<double> shares;              ///< intended split by arm; empty unless the design splits shoppers or time
  std::vector<std::string> levers;         ///< of a factorial design
  std::vector<std::int32_t> arm_levers;    ///< by arm: bit l set = lever l is on; empty unless factorial
  int planned_replications = 0;
  int days = 0;
  Provenance provenance;
  std::vector<CellResult> cells;  ///< sorted by (replication, arm)

  /// Hash over the cells' fingerprints in (replication, arm) order; measured time is not part of it.
  [[nodiscard]] std::uint64_t Fingerprint() const;
  /// Replications in which every arm finished, ascending.
  [[nodiscard]] std::vector<std::int32_t> CompleteReplications() const;
  [[nodiscard]] const CellResult* Cell(std::int32_t replication, std::int32_t arm) const;
  /// Index of an arm by name, −1 when absent.
  [[nodiscard]] int ArmIndex(const std::string& arm) const;
};

/// The metrics that decide in this result's world; at least one, at most three. Names that this souk does not know are
/// left out; if none is left, HeadlineMetrics().
std::vector<const MetricInfo*> HeadlineMetrics(const ExperimentResult& result);
/// Is money earned in this result's world? Not where shoppers only click.
bool HasSales(const ExperimentResult& result);

/// Of the clicks on a cell's slates, the share that brought no product page which the same shoppers do not open without
/// a recommender: 1 − (views − views without) ÷ clicks. Above 1 where slates keep shoppers from pages; NaN without
/// clicks, or where ExperimentResult::without_recommender names no arm or that arm's cell did not finish.
/// Source: Sharma, Hofman & Watts 2015, "Estimating the causal impact of recommendation systems from observational
/// data", who measured it by natural experiments; here the twins are observed. Tested by: ClicksWithoutGain.*.
double ClicksWithoutGain(const ExperimentResult& result, const CellResult& cell);

}  // namespace souk
