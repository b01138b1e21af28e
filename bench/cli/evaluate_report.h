#pragma once
// What `souk evaluate` prints: a table for people, JSON for programs.

#include <string>

#include "bench/experiment/offline.h"

namespace souk {

/// What the results were made from, for the head of a table.
struct EvaluatedData {
  std::string file;
  std::string test_file;   ///< empty without one
  std::string items_file;  ///< empty without one
  OfflineFormat format{};
  std::int64_t left_out = 0;  ///< events that did not count
};

/// `width`: columns of the terminal, 0: not a terminal.
std::string EvaluationTable(const EvaluatedData& data, const OfflineResult& result, OfflineProtocol protocol, int width,
                            bool color);
std::string EvaluationJson(const EvaluatedData& data, const OfflineOptions& options, const OfflineResult& result);

}  // namespace souk
