#include "sim/decision/params.h"

#include <fmt/format.h>

#include <optional>

#include "sim/base/error.h"

namespace souk {
namespace {

using Value = std::variant<bool, std::int64_t, double, std::string>;

std::string Join(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

/// The value as the user would write it.
std::string Text(const Value& value) {
  if (const bool* b = std::get_if<bool>(&value)) return *b ? "true" : "false";
  if (const auto* i = std::get_if<std::int64_t>(&value)) return fmt::format("{}", *i);
  if (const double* d = std::get_if<double>(&value)) return fmt::format("{}", *d);
  return "'" + std::get<std::string>(value) + "'";
}

/// The same of what was given.
std::string Text(const ParamValue& given) {
  return given.strategy.empty() ? Text(given.value) : "a strategy with parameters";
}

std::string Allowed(const ParamSpec& spec) {
  if (spec.is_strategy) return "the name of a strategy or { name: …, parameters }";
  const std::string unit = spec.unit.empty() ? "" : " " + spec.unit;
  if (std::holds_alternative<bool>(spec.default_value)) return "true or false";
  if (std::holds_alternative<std::int64_t>(spec.default_value))
    return fmt::format("a whole number from {} to {}{}", spec.min, spec.max, unit);
  if (std::holds_alternative<double>(spec.default_value))
    return fmt::format("a number from {} to {}{}", spec.min, spec.max, unit);
  return spec.choices.empty() ? "text" : "one of " + Join(spec.choices);
}

bool InRange(const ParamSpec& spec, double value) {  // false for NaN
  return value >= spec.min && value <= spec.max;
}

/// `given` as a value of the parameter's own type, or nothing when type or range is wrong.
std::optional<Value> Accept(const ParamSpec& spec, const ParamValue& param) {
  const Value& given = param.value;
  if (!param.strategy.empty() && !spec.is_strategy) return std::nullopt;
  if (std::holds_alternative<double>(spec.default_value)) {
    double number = 0;
    if (const double* d = std::get_if<double>(&given)) number = *d;
    else if (const auto* i = std::get_if<std::int64_t>(&given)) number = static_cast<double>(*i);
    else return std::nullopt;
    return InRange(spec, number) ? std::optional<Value>(number) : std::nullopt;
  }
  if (given.index() != spec.default_value.index()) return std::nullopt;
  if (const auto* i = std::get_if<std::int64_t>(&given))
    return InRange(spec, static_cast<double>(*i)) ? std::optional<Value>(given) : std::nullopt;
  if (const auto* s = std::get_if<std::string>(&given); s != nullptr && !spec.choices.empty()) {
    for (const std::string& choice : spec.choices)
      if (choice == *s) return given;
    return std::nullopt;
  }
  return given;
}

std::string DidYouMean(const std::string& found, const std::vector<std::string>& names) {
  const std::string nearest = NearestName(found, names);
  return nearest.empty() ? "" : "; did you mean '" + nearest + "'?";
}

template <class T>
const T& Get(const std::map<std::string, Value, std::less<>>& values, std::string_view name) {
  const auto found = values.find(name);
  SOUK_CHECK(found != values.end());
  const T* value = std::get_if<T>(&found->second);
  SOUK_CHECK(value != nullptr);
  return *value;
}

}  // namespace

Params::Params(const StrategyInfo& info, const ParamMap& given, std::vector<Issue>& issues) : Params(info) {
  std::vector<std::string> names;
  for (const ParamSpec& spec : info.params) names.push_back(spec.name);

  for (const auto& [name, param] : given) {
    const ParamSpec* spec = nullptr;
    for (const ParamSpec& candidate : info.params)
      if (candidate.name == name) spec = &candidate;
    if (spec == nullptr) {
      const std::string allowed = names.empty() ? "none, '" + info.name + "' has no parameters" : Join(names);
      issues.push_back(
          {param.mark, name,
           fmt::format("parameter '{}': found an unknown name; allowed {}{}", name, allowed, DidYouMean(name, names))});
      continue;
    }
    if (const std::optional<Value> value = Accept(*spec, param)) {
      values_.find(name)->second = *value;
      if (spec->is_strategy) {
        const StrategySpec plain{std::get<std::string>(*value), {}, param.mark, {}};
        strategies_.find(name)->second = param.strategy.empty() ? plain : param.strategy.front();
      }
      continue;
    }
    const auto* word = std::get_if<std::string>(&param.value);
    issues.push_back({param.mark, name,
                      fmt::format("parameter '{}': found {}; allowed {}{}", name, Text(param), Allowed(*spec),
                                  word == nullptr ? "" : DidYouMean(*word, spec->choices))});
  }
}

Params::Params(const StrategyInfo& info) {
  for (const ParamSpec& spec : info.params) {
    const bool is_new = values_.emplace(spec.name, spec.default_value).second;
    SOUK_CHECK(is_new);
    if (spec.is_strategy) strategies_[spec.name].name = std::get<std::string>(spec.default_value);
  }
}

double Params::Real(std::string_view name) const { return Get<double>(values_, name); }
std::int64_t Params::Int(std::string_view name) const { return Get<std::int64_t>(values_, name); }
bool Params::Bool(std::string_view name) const { return Get<bool>(values_, name); }
const std::string& Params::String(std::string_view name) const { return Get<std::string>(values_, name); }
const StrategySpec& Params::Strategy(std::string_view name) const {
  const auto found = strategies_.find(name);
  SOUK_CHECK(found != strategies_.end());
  return found->second;
}

}  // namespace souk
