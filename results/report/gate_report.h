#pragma once
// What a gate found, for people (terminal, Markdown) and for machines that run it (JUnit XML, annotations of GitHub
// Actions). Nothing here judges or prints.

#include <cstdint>
#include <string>
#include <vector>

#include "results/report/table.h"
#include "results/statistics/gate.h"

namespace souk {

/// One check: a metric, in an arm and slot where it has them.
struct GateRow {
  std::string metric;
  std::string where;      ///< `item-knn`, `recommender of item-knn`; empty where a metric has no arm
  std::string unit;       ///< of base and head: `1`, a currency, `s`, `ns`, `1/s`
  bool measured = false;  ///< a measured time: `samples` are pairs, else replications
  bool higher_is_better = true;
  bool relative = true;  ///< change, low, high and margin are shares of base; else in the unit
  double base = 0;
  double head = 0;
  double change = 0;  ///< NaN when not defined
  double low = 0;     ///< one-sided bounds; not finite when there is none
  double high = 0;
  double margin = 0;  ///< how much worse is still fine
  int samples = 0;
  GateVerdict verdict = GateVerdict::kInconclusive;
  bool identical = false;  ///< the same sums in every replication
  std::string note;        ///< what else a reader must know, in words
  std::string file;        ///< where the specification asks for it; empty without one
  int line = 0;
  std::vector<double> harms;  ///< the raw pairs of a measured time (log ratios), in order
};

/// A metric that moved, judged or not.
struct GateChange {
  std::string metric;
  std::string arm;
  std::string unit;
  double base = 0;
  double head = 0;
  double difference = 0;  ///< in the unit
};

struct GateReport {
  std::string head;  ///< names of the two sides
  std::string base;
  std::vector<std::string> facts;  ///< what was checked before any metric, one sentence each
  std::vector<GateChange> changes;
  std::vector<GateRow> rows;
  double alpha = 0.01;
  bool inconclusive_passes = false;
};

/// The worst verdict of all rows. A report without rows is inconclusive: nothing was checked.
GateVerdict VerdictOf(const GateReport& report);
/// The verdict in a sentence.
std::string GateSentence(const GateReport& report);
/// One check in a sentence: estimate, bounds, margin, verdict, note.
std::string RowSentence(const GateRow& row);
/// `conversion in item-knn`.
std::string RowName(const GateRow& row);

/// The first of so many changed metrics are shown; programs find all of them in the JSON.
constexpr std::size_t kMostChanges = 40;

std::string GateText(const GateReport& report, const TableOptions& options = {});
std::string GateMarkdown(const GateReport& report);
/// One test case per check; regressions, and inconclusive checks unless they pass, are failures.
std::string GateJunit(const GateReport& report);
/// `::error file=…,line=…::…` per regression and `::warning …` per inconclusive check (`::error` if those fail).
std::string GateAnnotations(const GateReport& report);

}  // namespace souk
