// The table as rows of text, for `souk describe scenario` and the docs.

#include "sim/scenario/fields.h"
#include "sim/scenario/gate_spec.h"
#include "sim/scenario/reader.h"
#include "sim/scenario/writer.h"

namespace souk {
namespace {

struct TypeName {
  std::string operator()(const bool*) const { return "bool"; }
  std::string operator()(const int*) const { return "int"; }
  std::string operator()(const std::uint64_t*) const { return "int"; }
  std::string operator()(const double*) const { return "real"; }
  std::string operator()(const TextRef&) const { return "text"; }
  std::string operator()(const TextsRef&) const { return "texts"; }
  std::string operator()(const EnumRef&) const { return "choice"; }
  std::string operator()(const Distribution*) const { return "real or law"; }
  std::string operator()(const LawRef&) const { return "law"; }
  std::string operator()(const std::span<double>& v) const { return std::to_string(v.size()) + " reals"; }
  std::string operator()(const ListRef&) const { return "list"; }
  std::string operator()(const StrategySpec*) const { return "strategy"; }
  std::string operator()(const Section&) const { return "section"; }
};

std::string RangeText(const Field& field) {
  std::string out;
  if (const auto* text = std::get_if<TextRef>(&field.value)) return Describe(text->form);
  if (const auto* texts = std::get_if<TextsRef>(&field.value)) return Describe(texts->form);
  if (const auto* choice = std::get_if<EnumRef>(&field.value)) {
    for (const std::string& word : choice->words) out += (out.empty() ? "" : ", ") + word;
  } else if (const auto* law = std::get_if<LawRef>(&field.value)) {
    for (const std::string& tag : law->tags) out += (out.empty() ? "!" : ", !") + tag;
  } else if (std::holds_alternative<std::uint64_t*>(field.value)) {
    out = "0 … 18446744073709551615";
  } else if (std::holds_alternative<int*>(field.value) || std::holds_alternative<double*>(field.value) ||
             std::holds_alternative<Distribution*>(field.value) ||
             std::holds_alternative<std::span<double>>(field.value)) {
    out = Describe(field.range);
  }
  return out;
}

void Append(const Section& section, const std::string& path, std::vector<FieldInfo>& rows) {
  for (const Field& field : section) {
    const std::string at = path + field.name;
    const auto* inner = std::get_if<Section>(&field.value);
    const auto* list = std::get_if<ListRef>(&field.value);
    const bool leaf = !inner && !list;
    const bool shown = leaf && !field.required() && !IsAbsent(field);
    rows.push_back({at, std::visit(TypeName{}, field.value), field.unit, RangeText(field),
                    field.required() ? "required"
                    : shown          ? ValueText(field)
                    : list           ? "[]"
                                     : "",
                    field.help});
    if (inner) Append(*inner, at + ".", rows);
    if (list) {
      list->resize(1);
      Append(list->fields(0), at + "[].", rows);
    }
    if (const auto* law = std::get_if<LawRef>(&field.value)) {
      for (std::size_t i = 0; i < law->tags.size(); ++i) {
        law->select(i);
        Append(law->fields(), at + "!" + law->tags[i] + ".", rows);
      }
    }
  }
}

}  // namespace

std::vector<FieldInfo> ScenarioFieldList() {
  Scenario defaults;
  std::vector<FieldInfo> rows;
  Append(FieldsOf(defaults), "", rows);
  return rows;
}

std::vector<FieldInfo> GateFieldList() {
  GateSpec defaults;
  std::vector<FieldInfo> rows;
  Append(FieldsOf(defaults), "", rows);
  return rows;
}

}  // namespace souk
