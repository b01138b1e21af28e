#pragma once
// Strategies, parameters and problems as words and JSON, shared by verbs.

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "results/report/json.h"
#include "sim/decision/params.h"
#include "sim/scenario/reader.h"

namespace souk {

/// `recommender`, `coupons` …
std::vector<std::string> SlotNames();

/// `0.5`, `true`, `text`.
std::string ValueText(const std::variant<bool, std::int64_t, double, std::string>& value);
/// `bool`, `int`, `real`, `text`.
std::string TypeText(const ParamSpec& param);
/// `1 … 500`, `a, b, c`, or empty.
std::string RangeText(const ParamSpec& param);
/// `item-knn`, or `{ name: item-knn, neighbours: 50 }`.
std::string SpecText(const StrategySpec& spec);

Json StrategyJson(const StrategyInfo& info);
Json ProblemJson(const Problem& problem);

}  // namespace souk
