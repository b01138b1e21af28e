#pragma once
// Why a baseline is what it is: a small YAML file beside it, meant to be committed, with one entry per acceptance.

#include <string>
#include <vector>

#include "results/store/results.h"

namespace souk {

struct Acceptance {
  std::string when;  ///< UTC
  std::string who;
  std::string reason;
  std::string fingerprint;
  std::string replaces;  ///< fingerprint of the baseline before; `none` for the first
  std::string scenario_hash;
  std::string seed;
  std::string souk;  ///< version and revision that made the result
};

/// `<baseline>.accepted.yaml`.
std::string LogOf(const std::string& baseline);
/// All entries, oldest first; none when there is no log. Throws Error when it cannot be read.
std::vector<Acceptance> ReadAcceptances(const std::string& baseline);
/// The log as text.
std::string AcceptanceText(const std::vector<Acceptance>& acceptances);
/// A sentence when the baseline has a log whose last entry is another result; else empty. Never throws on the log.
std::string NotAsAccepted(const std::string& baseline, const ExperimentResult& result);

}  // namespace souk
