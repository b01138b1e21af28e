#pragma once
// Facts about a strategy and its parameters, as data: validation, help, schema and docs come from it.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sim/scenario/scenario.h"

namespace souk {

/// One parameter of a strategy. `default_value` also fixes the type.
struct ParamSpec {
  std::string name;
  std::variant<bool, std::int64_t, double, std::string> default_value;
  double min = 0;  ///< numbers: allowed range, ends included
  double max = 0;
  std::vector<std::string> choices;  ///< strings: allowed values; empty = any
  std::string unit;                  ///< "" for a pure number
  std::string help;
  /// The value is a recommender that scores the whole catalogue, by name or with parameters of its own; `default_value`
  /// is the name of one. It is built by StrategyContext::make, and checked where the registry is known.
  bool is_strategy = false;
};

/// Facts beside the code: what a strategy is, where it comes from, what it may see.
struct StrategyInfo {
  Slot slot{};
  std::string name;     ///< kebab-case, unique within the slot
  std::string summary;  ///< one sentence
  std::string source;   ///< author and year, or "folklore"
  std::string status;   ///< reproduced / tested / baseline / floor / ceiling
  bool sees_truth = false;
  std::vector<ParamSpec> params;
};

/// Validated values of all parameters of one strategy, defaults filled in.
class Params {
 public:
  /// Checks `given` against `info`: unknown names, types and ranges. Appends one message per
  /// problem ("parameter 'x': found …; allowed …") with its mark; values with problems keep defaults.
  struct Issue {
    SourceMark mark;
    std::string param;
    std::string message;
  };
  Params(const StrategyInfo& info, const ParamMap& given, std::vector<Issue>& issues);
  /// Defaults only.
  explicit Params(const StrategyInfo& info);

  /// Value of a declared parameter; an undeclared name or another type is a bug of ours (check).
  [[nodiscard]] double Real(std::string_view name) const;
  [[nodiscard]] std::int64_t Int(std::string_view name) const;
  [[nodiscard]] bool Bool(std::string_view name) const;
  [[nodiscard]] const std::string& String(std::string_view name) const;
  /// Of a parameter that is a strategy.
  [[nodiscard]] const StrategySpec& Strategy(std::string_view name) const;

 private:
  std::map<std::string, std::variant<bool, std::int64_t, double, std::string>, std::less<>> values_;
  std::map<std::string, StrategySpec, std::less<>> strategies_;
};

}  // namespace souk
