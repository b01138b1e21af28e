// The JSON Schema (draft-07, the newest that the YAML language server takes) from the table of
// fields. A schema sees a tagged map as a map, so it cannot tell whether a law's parameters fit its
// tag, and it knows neither names that refer to each other nor `extends`; the reader does.

#include <limits>

#include "sim/scenario/fields.h"
#include "sim/scenario/gate_spec.h"
#include "sim/scenario/reader.h"
#include "sim/scenario/scalar.h"
#include "sim/scenario/writer.h"

namespace souk {
namespace {

/// Members of a JSON object: names and JSON texts.
using Members = std::vector<std::pair<std::string, std::string>>;

std::string Object(const Members& members) {
  std::string out;
  for (const auto& [name, json] : members) out += (out.empty() ? "" : ",") + QuoteJson(name) + ":" + json;
  return "{" + out + "}";
}

std::string Array(const std::vector<std::string>& items) {
  std::string out;
  for (const std::string& item : items) out += (out.empty() ? "" : ",") + item;
  return "[" + out + "]";
}

std::string StringArray(const std::vector<std::string>& items) {
  std::vector<std::string> quoted;
  for (const std::string& item : items) quoted.push_back(QuoteJson(item));
  return Array(quoted);
}

/// Two-space indentation, so that a person can read the file and a diff shows one field per line.
std::string Indent(const std::string& json) {
  std::string out;
  std::string indent = "\n";
  bool text = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (text) {
      out += c;
      if (c == '\\') out += json[++i];
      else if (c == '"') text = false;
    } else if (c == '{' || c == '[') {
      indent += "  ";
      out += c + indent;
    } else if (c == '}' || c == ']') {
      indent.resize(indent.size() - 2);
      out += indent + c;
    } else if (c == ',') {
      out += c + indent;
    } else {
      text = c == '"';
      out += c == ':' ? ": " : std::string(1, c);
    }
  }
  return out + "\n";
}

Members Number(const char* type, const Range& range) {
  constexpr double kInf = std::numeric_limits<double>::infinity();
  Members members = {{"type", QuoteJson(type)}};
  if (range.min > -kInf) members.emplace_back(range.above ? "exclusiveMinimum" : "minimum", FormatReal(range.min));
  if (range.max < kInf) members.emplace_back("maximum", FormatReal(range.max));
  return members;
}

/// Of `pretrained`, which every strategy has beside its own parameters.
constexpr const char* kPretrainedHelp =
    "model file (souk run --save-models) whose state takes the place of all training, relative to this file; "
    "{replication} in its name is the number of the replication";

class FieldSchema {
 public:
  FieldSchema(const Field& field, const std::vector<StrategySchema>& strategies)
      : field_(field), strategies_(strategies) {}

  Members operator()(const bool*) const { return {{"type", "\"boolean\""}}; }
  Members operator()(const int*) const { return Number("integer", field_.range); }
  Members operator()(const std::uint64_t*) const { return Number("integer", {0, 18446744073709551615.0}); }
  Members operator()(const double*) const { return Number("number", field_.range); }
  Members operator()(const EnumRef& choice) const { return {{"enum", StringArray(choice.words)}}; }

  Members operator()(const TextRef& text) const {
    Members members = {{"type", "\"string\""}};
    if (*Pattern(text.form)) members.emplace_back("pattern", QuoteJson(Pattern(text.form)));
    return members;
  }

  Members operator()(const TextsRef& texts) const {
    return {{"type", "\"array\""},
            {"minItems", "1"},
            {"uniqueItems", "true"},
            {"items", Object((*this)(TextRef{nullptr, texts.form}))}};
  }

  Members operator()(const Distribution*) const {
    std::vector<std::string> any = {Object(Number("number", field_.range))};
    for (const DistributionTag& tag : DistributionTags()) {
      // A law that leaves the range whatever its parameters is never offered.
      const Range support = Support({tag.kind, 1, 1});
      const bool uniform = tag.kind == Distribution::Kind::kUniform;
      const bool fits = support.min >= field_.range.min && (!field_.range.hard || support.max <= field_.range.max);
      if (!uniform && !fits) continue;
      Members parameters;
      for (const LawParameter& p : tag.parameters)
        parameters.emplace_back(p.name, Object(Number(p.whole ? "integer" : "number", p.range)));
      // Without a tag, a map changes some parameters of the law in force: none is required.
      any.push_back(Object({{"title", QuoteJson(std::string("!") + tag.tag)},
                            {"type", "\"object\""},
                            {"additionalProperties", "false"},
                            {"properties", Object(parameters)}}));
    }
    return {{"anyOf", Array(any)}};
  }

  Members operator()(const LawRef& law) const {
    std::vector<std::string> any;
    for (std::size_t i = 0; i < law.tags.size(); ++i) {
      law.select(i);
      Members members = SectionOf(law.fields());
      members.insert(members.begin(), {"title", QuoteJson("!" + law.tags[i])});
      any.push_back(Object(members));
    }
    law.select(0);  // the default again
    return {{"anyOf", Array(any)}};
  }

  Members operator()(const std::span<double>& values) const {
    const std::string size = std::to_string(values.size());
    return {{"type", "\"array\""},
            {"minItems", size},
            {"maxItems", size},
            {"items", Object(Number("number", field_.range))},
            {"contains", Object({{"exclusiveMinimum", "0"}})}};
  }

  Members operator()(const ListRef& list) const {
    list.resize(1);
    const std::string items = Object(SectionOf(list.fields(0)));
    list.resize(0);
    return {{"type", "\"array\""}, {"minItems", std::to_string(list.min_size)}, {"items", items}};
  }

  Members operator()(const StrategySpec*) const {
    std::vector<std::string> names;
    std::vector<std::string> any;
    for (const StrategySchema& strategy : strategies_) {
      if (SlotName(strategy.slot) != std::string_view(field_.name)) continue;
      names.push_back(strategy.name);
      any.push_back(Object(Strategy(strategy, strategies_)));
    }
    const std::string name =
        names.empty() ? Object((*this)(TextRef{nullptr, TextForm::kName})) : Object({{"enum", StringArray(names)}});
    if (names.empty()) {  // the caller knows no registry: any name, any parameters
      any = {Object(
          {{"type", "\"object\""},
           {"required", "[\"name\"]"},
           {"properties", Object({{"name", name}})},
           {"additionalProperties", Object({{"type", StringArray({"boolean", "number", "string", "object"})}})}})};
    }
    any.insert(any.begin(), name);
    return {{"anyOf", Array(any)}};
  }

  Members operator()(const Section& section) const { return SectionOf(section); }

  /// An object with these fields and no others.
  Members SectionOf(const Section& section) const {
    Members properties;
    std::vector<std::string> required;
    for (const Field& field : section) {
      Members members = std::visit(FieldSchema(field, strategies_), field.value);
      const std::string unit = *field.unit ? std::string(" [") + field.unit + "]" : "";
      members.emplace_back("description", QuoteJson(field.help + unit));
      if (const std::string value = Default(field); !value.empty()) members.emplace_back("default", value);
      properties.emplace_back(field.name, Object(members));
      if (field.required()) required.emplace_back(field.name);
    }
    Members members = {{"type", "\"object\""}, {"additionalProperties", "false"}, {"properties", Object(properties)}};
    if (!required.empty()) members.emplace_back("required", StringArray(required));
    return members;
  }

 private:
  /// The parameter that is itself a strategy of the slot: a name, or an object of which the parameters are left to
  /// `souk validate`.
  static Members InnerStrategy(Slot slot, const std::vector<StrategySchema>& strategies) {
    std::vector<std::string> names;
    for (const StrategySchema& strategy : strategies)
      if (strategy.slot == slot) names.push_back(strategy.name);
    const std::string name = Object({{"enum", StringArray(names)}});
    return {{"anyOf", Array({name, Object({{"type", "\"object\""},
                                           {"required", "[\"name\"]"},
                                           {"properties", Object({{"name", name}, {"pretrained", "false"}})}})})}};
  }

  static Members Strategy(const StrategySchema& strategy, const std::vector<StrategySchema>& strategies) {
    Members properties = {
        {"name", Object({{"const", QuoteJson(strategy.name)}})},
        {"pretrained",
         Object({{"type", "\"string\""}, {"minLength", "1"}, {"description", QuoteJson(kPretrainedHelp)}})}};
    for (const StrategySchema::Param& param : strategy.params) {
      const bool number = param.type == "int" || param.type == "real";
      const char* type = param.type == "int"    ? "integer"
                         : param.type == "real" ? "number"
                         : param.type == "bool" ? "boolean"
                                                : "string";
      Members members = number                     ? Number(type, {param.min, param.max})
                        : param.type == "strategy" ? InnerStrategy(strategy.slot, strategies)
                                                   : Members{{"type", QuoteJson(type)}};
      members.emplace_back("description", QuoteJson(param.help + " (default " + param.default_text + ")"));
      properties.emplace_back(param.name, Object(members));
    }
    return {{"title", QuoteJson(strategy.name)},
            {"description", QuoteJson(strategy.summary)},
            {"type", "\"object\""},
            {"required", "[\"name\"]"},
            {"additionalProperties", "false"},
            {"properties", Object(properties)}};
  }

  /// The default as JSON where it is a plain value; empty otherwise.
  static std::string Default(const Field& field) {
    if (field.required() || IsAbsent(field)) return {};
    const bool word = std::holds_alternative<TextRef>(field.value) || std::holds_alternative<EnumRef>(field.value);
    if (word) return QuoteJson(ValueText(field));
    const auto* law = std::get_if<Distribution*>(&field.value);
    if (law && (*law)->kind != Distribution::Kind::kConstant) return {};
    const bool plain = std::holds_alternative<bool*>(field.value) || std::holds_alternative<int*>(field.value) ||
                       std::holds_alternative<std::uint64_t*>(field.value) ||
                       std::holds_alternative<double*>(field.value) ||
                       std::holds_alternative<std::span<double>>(field.value) || law;
    return plain ? ValueText(field) : "";
  }

  const Field& field_;
  const std::vector<StrategySchema>& strategies_;
};

}  // namespace

std::string ScenarioJsonSchema(const std::vector<StrategySchema>& strategies) {
  Scenario defaults;
  const Section fields = FieldsOf(defaults);
  Members root = FieldSchema(fields.front(), strategies).SectionOf(fields);
  for (auto& [name, json] : root) {
    if (name == "properties") {
      const std::string extends =
          Object({{"type", "\"string\""},
                  {"minLength", "1"},
                  {"description", QuoteJson("another scenario file that this one changes; relative to this file")}});
      json.insert(1, "\"extends\":" + extends + ",");
    } else if (name == "required") {
      // What is missing here may stand in the file that this one extends.
      name = "anyOf";
      json = Array({Object({{"required", json}}), Object({{"required", "[\"extends\"]"}})});
    }
  }
  root.insert(root.begin(),
              {{"$schema", "\"http://json-schema.org/draft-07/schema#\""}, {"title", "\"souk scenario\""}});
  return Indent(Object(root));
}

std::string GateJsonSchema() {
  GateSpec defaults;
  const Section fields = FieldsOf(defaults);
  Members root = FieldSchema(fields.front(), {}).SectionOf(fields);
  root.insert(root.begin(), {{"$schema", "\"http://json-schema.org/draft-07/schema#\""}, {"title", "\"souk gate\""}});
  return Indent(Object(root));
}

}  // namespace souk
