#include "bench/cli/strategy_text.h"

#include <fmt/format.h>

#include "sim/scenario/scalar.h"

namespace souk {
namespace {

using ParamData = std::variant<bool, std::int64_t, double, std::string>;

struct DataText {
  std::string operator()(bool v) const { return v ? "true" : "false"; }
  std::string operator()(std::int64_t v) const { return std::to_string(v); }
  std::string operator()(double v) const { return FormatReal(v); }
  std::string operator()(const std::string& v) const { return v; }
};

Json DataJson(const ParamData& value) {
  return std::visit([](const auto& v) { return Json(v); }, value);
}

bool IsNumber(const ParamSpec& param) { return param.default_value.index() == 1 || param.default_value.index() == 2; }

}  // namespace

std::vector<std::string> SlotNames() {
  std::vector<std::string> names;
  for (int slot = 0; slot < kSlots; ++slot) names.emplace_back(SlotName(static_cast<Slot>(slot)));
  return names;
}

std::string ValueText(const ParamData& value) { return std::visit(DataText{}, value); }

std::string TypeText(const ParamSpec& param) {
  if (param.is_strategy) return "strategy";
  static const char* const kNames[] = {"bool", "int", "real", "text"};
  return kNames[param.default_value.index()];
}

std::string RangeText(const ParamSpec& param) {
  if (!param.choices.empty()) return fmt::format("{}", fmt::join(param.choices, ", "));
  if (param.is_strategy) return "one that scores the catalogue";
  if (!IsNumber(param)) return {};
  return FormatReal(param.min) + " … " + FormatReal(param.max);
}

std::string SpecText(const StrategySpec& spec) {
  if (spec.params.empty() && spec.pretrained.empty()) return spec.name;
  std::string text = spec.name + " {";
  for (const auto& [name, param] : spec.params)
    text +=
        " " + name + ": " + (param.strategy.empty() ? ValueText(param.value) : SpecText(param.strategy.front())) + ",";
  if (!spec.pretrained.empty()) text += " pretrained: " + spec.pretrained + ",";
  text.back() = ' ';
  return text + "}";
}

Json StrategyJson(const StrategyInfo& info) {
  Json::Array params;
  for (const ParamSpec& p : info.params) {
    Json::Object param = {{"name", p.name}, {"type", TypeText(p)}, {"default", DataJson(p.default_value)}};
    if (IsNumber(p)) {
      param.emplace_back("min", p.min);
      param.emplace_back("max", p.max);
    }
    if (!p.choices.empty()) param.emplace_back("choices", p.choices);
    param.emplace_back("unit", p.unit);
    param.emplace_back("help", p.help);
    params.emplace_back(std::move(param));
  }
  return Json::Object{{"name", info.name},
                      {"slot", SlotName(info.slot)},
                      {"summary", info.summary},
                      {"status", info.status},
                      {"source", info.source},
                      {"sees_truth", info.sees_truth},
                      {"parameters", std::move(params)}};
}

Json ProblemJson(const Problem& problem) {
  return Json::Object{{"file", problem.mark.file}, {"line", problem.mark.line},  {"column", problem.mark.column},
                      {"path", problem.path},      {"message", problem.message}, {"source_line", problem.source_line}};
}

}  // namespace souk
