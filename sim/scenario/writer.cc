#include "sim/scenario/writer.h"

#include <cmath>

#include "sim/base/error.h"
#include "sim/base/fingerprint.h"
#include "sim/scenario/reader.h"
#include "sim/scenario/scalar.h"

namespace souk {
namespace {

std::string Text(const bool* v) { return *v ? "true" : "false"; }
std::string Text(const int* v) { return std::to_string(*v); }
std::string Text(const std::uint64_t* v) { return std::to_string(*v); }
std::string Text(const double* v) { return FormatReal(*v); }
std::string Text(const TextRef& v) { return QuoteYaml(*v.text); }
std::string Text(const TextsRef& v) {
  std::string out;
  for (const std::string& text : *v.texts) out += (out.empty() ? "" : ", ") + QuoteYaml(text);
  return "[" + out + "]";
}
std::string Text(const EnumRef& v) { return v.words[static_cast<std::size_t>(v.get())]; }

std::string Text(const Distribution* law) {
  const DistributionTag* tag = TagOf(law->kind);
  if (!tag) return FormatReal(law->a);
  std::string out = std::string("!") + tag->tag + " { " + tag->parameters[0].name + ": " + FormatReal(law->a);
  if (tag->parameters.size() > 1) out += std::string(", ") + tag->parameters[1].name + ": " + FormatReal(law->b);
  return out + " }";
}

std::string Text(const LawRef& law) {
  std::string out;
  for (const Field& field : law.fields())
    out += (out.empty() ? "" : ", ") + std::string(field.name) + ": " + ValueText(field);
  return "!" + law.tags[law.active()] + " { " + out + " }";
}

std::string Text(std::span<double> values) {
  std::string out;
  for (const double v : values) out += (out.empty() ? "" : ", ") + FormatReal(v);
  return "[" + out + "]";
}

struct ParamText {
  std::string operator()(bool v) const { return v ? "true" : "false"; }
  std::string operator()(std::int64_t v) const { return std::to_string(v); }
  std::string operator()(double v) const {
    const std::string text = FormatReal(v);
    return Classify(text) == ScalarKind::kInt ? text + ".0" : text;  // stays a real when read back
  }
  std::string operator()(const std::string& v) const { return QuoteYaml(v); }
};

std::string Text(const StrategySpec* strategy);

std::string Text(const ParamValue& param) {
  return param.strategy.empty() ? std::visit(ParamText{}, param.value) : Text(&param.strategy.front());
}

std::string Text(const StrategySpec* strategy) {
  if (strategy->params.empty() && strategy->pretrained.empty()) return QuoteYaml(strategy->name);
  std::string out = "{ name: " + QuoteYaml(strategy->name);
  for (const auto& [key, param] : strategy->params) out += ", " + QuoteYaml(key) + ": " + Text(param);
  if (!strategy->pretrained.empty()) out += ", pretrained: " + QuoteYaml(strategy->pretrained);
  return out + " }";
}

std::string Text(const Section&) { SOUK_CHECK(false); }
std::string Text(const ListRef&) { SOUK_CHECK(false); }

void WriteSection(const Section& section, const std::string& indent, std::string& out);

void WriteList(const ListRef& list, const std::string& indent, std::string& out) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    std::string element;
    WriteSection(list.fields(i), indent + "  ", element);
    element[indent.size()] = '-';
    out += element;
  }
}

void WriteSection(const Section& section, const std::string& indent, std::string& out) {
  for (const Field& field : section) {
    if (IsAbsent(field)) continue;
    out += indent + field.name + ":";
    if (const auto* inner = std::get_if<Section>(&field.value)) {
      out += "\n";
      WriteSection(*inner, indent + "  ", out);
    } else if (const auto* list = std::get_if<ListRef>(&field.value)) {
      out += list->size() == 0 ? " []\n" : "\n";
      WriteList(*list, indent + "  ", out);
    } else {
      out += " " + ValueText(field) + "\n";
    }
  }
}

void HashSection(const Section& section, const std::string& path, Fingerprint& hash) {
  for (const Field& field : section) {
    if (field.label()) continue;
    const std::string at = path + "." + field.name;
    if (const auto* inner = std::get_if<Section>(&field.value)) {
      HashSection(*inner, at, hash);
    } else if (const auto* list = std::get_if<ListRef>(&field.value)) {
      hash.Add(at);
      hash.Add(static_cast<std::uint64_t>(list->size()));
      for (std::size_t i = 0; i < list->size(); ++i) HashSection(list->fields(i), at, hash);
    } else {
      hash.Add(at);
      hash.Add(std::string_view(ValueText(field)));
    }
  }
}

}  // namespace

std::string ValueText(const Field& field) {
  return std::visit([](const auto& value) { return Text(value); }, field.value);
}

bool IsAbsent(const Field& field) {
  const auto* text = std::get_if<TextRef>(&field.value);
  if (text) return text->text->empty() && !field.required();
  if (const auto* texts = std::get_if<TextsRef>(&field.value)) return texts->texts->empty();
  if (const auto* real = std::get_if<double*>(&field.value)) return std::isnan(**real);
  const auto* strategy = std::get_if<StrategySpec*>(&field.value);
  return strategy && (*strategy)->name.empty();
}

std::string WriteScenario(const Scenario& scenario) {
  Scenario copy = scenario;  // the table points into a scenario that it may change
  std::string out;
  WriteSection(FieldsOf(copy), "", out);
  return out;
}

std::string ScenarioHash(const Scenario& scenario) {
  Scenario copy = scenario;
  Fingerprint hash;
  HashSection(FieldsOf(copy), "", hash);
  return hash.hex();
}

std::string WorldHash(const Scenario& scenario) {
  Scenario copy = scenario;
  Section world = FieldsOf(copy);
  std::erase_if(world, [](const Field& field) {
    const std::string_view name = field.name;
    return name == "arms" || name == "incumbent" || name == "design";
  });
  Fingerprint hash;
  HashSection(world, "", hash);
  return hash.hex();
}

}  // namespace souk
