#pragma once
// An experiment's result as text for a terminal, and as JSON for programs. Nothing here prints.

#include <string>

#include "results/store/results.h"

namespace souk {

struct TableOptions {
  bool color = false;  ///< escape codes; green and red only where the 95 % interval excludes zero
  int width = 160;     ///< columns of the terminal; arm names are shortened to fit
};

/// The result at a glance: one row per arm with the headline metrics (of a shop conversion, revenue and
/// margin per visitor) and their paired uplift over the incumbent with 95 % intervals; then one row per arm with
/// fingerprint, replications, failures and measured decision latency; then failures and a legend.
std::string FormatTable(const ExperimentResult& result, const TableOptions& options = {});

/// The labels of arms that have one, as a note below a table; empty without.
std::string FormatLabels(const ExperimentResult& result, const TableOptions& options = {});
/// A line for each arm whose value and uplift leave out replications that only it, or only the incumbent, finished;
/// empty when there is none.
std::string FormatLeftOut(const ExperimentResult& result, const TableOptions& options = {});

/// Where totals are divided by the arms' intended shares, which a reader must know to check an uplift by hand: a line
/// that says so; empty where the arms of `result` have equal parts of the shop, or all of it.
std::string FormatShareNote(const ExperimentResult& result, const TableOptions& options = {});

/// All metrics of all arms with intervals and uplifts, latency by slot, failures. Values that are
/// not defined are null. Layout: results/report/JSON.md.
std::string ToJson(const ExperimentResult& result);

/// Two results side by side: B against A for the arms and metrics that both have. Paired by
/// replication when scenario and seed are the same, else with independent intervals.
std::string Compare(const ExperimentResult& a, const ExperimentResult& b, const TableOptions& options = {});

}  // namespace souk
