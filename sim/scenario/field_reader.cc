#include "sim/scenario/field_reader.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "sim/base/error.h"
#include "sim/scenario/scalar.h"

namespace souk {
namespace {

/// Long values are cut in messages.
std::string Short(const std::string& text) {
  constexpr std::size_t kLongest = 60;
  return text.size() <= kLongest ? text : text.substr(0, kLongest) + "…";
}

std::string WithUnit(const std::string& range, const std::string& unit) {
  return unit.empty() ? range : range + " (" + unit + ")";
}

/// The laws that can stay inside `range`, with their '!'.
std::vector<std::string> TagsWithin(const Range& range) {
  std::vector<std::string> names;
  for (const DistributionTag& tag : DistributionTags()) {
    const Range support = Support({tag.kind, 1, 1});
    const bool bounded = tag.kind == Distribution::Kind::kUniform;  // wherever one puts it
    if (bounded || (support.min >= range.min && (!range.hard || support.max <= range.max)))
      names.push_back(std::string("!") + tag.tag);
  }
  return names;
}

bool IsBare(const Node& node) { return node.is_scalar() && node.tag.empty() && !node.quoted; }

}  // namespace

std::string Join(const std::string& path, const std::string& name) { return path.empty() ? name : path + "." + name; }

std::string Describe(const Node& node) {
  const std::string tag = node.tag.empty() ? "" : " tagged " + Short(node.tag);
  switch (node.kind) {
    case Node::Kind::kNull: return "nothing";
    case Node::Kind::kMap: return "a map" + tag;
    case Node::Kind::kList: return "a list" + tag;
    case Node::Kind::kScalar: break;
  }
  if (!tag.empty()) return "'" + Short(node.scalar) + "'" + tag;
  const bool text = node.quoted || Classify(node.scalar) == ScalarKind::kText;
  return text ? "the text '" + Short(node.scalar) + "'" : Short(node.scalar);
}

SourceMark FieldReader::MarkOf(const std::string& path) const {
  // The field itself, else the section that holds it.
  for (std::string at = path;; at = at.substr(0, at.rfind('.'))) {
    if (const auto found = marks_.find(at); found != marks_.end()) return found->second;
    if (at.find('.') == std::string::npos) break;
  }
  const auto root = marks_.find("");
  return root == marks_.end() ? SourceMark{} : root->second;
}

void FieldReader::Bad(const SourceMark& mark, const std::string& path, const std::string& message) {
  bad_[path] = true;
  problems_.Add(mark, path, message);
}

void FieldReader::UnknownKey(const Key& key, const std::vector<std::string>& allowed, const std::string& path) {
  std::string hint = Suggest(key.name, allowed);
  if (NearestName(key.name, allowed).empty()) {
    std::string elsewhere;  // the fields of that name in other sections
    for (const FieldInfo& info : known_()) {
      if (info.path.substr(info.path.rfind('.') + 1) != key.name) continue;
      elsewhere += (elsewhere.empty() ? "; did you mean " : " or ") + info.path;
    }
    if (!elsewhere.empty()) hint = elsewhere + "?";
  }
  Bad(key.mark, Join(path, Short(key.name)), "found an unknown key" + hint);
}

bool FieldReader::ExpectMap(const Node& node, const std::string& path, const std::string& allowed) {
  if (node.is_map() && node.tag.empty()) return true;
  Bad(node.mark, path, "found " + Describe(node) + "; allowed " + allowed);
  return false;
}

void FieldReader::ReadSection(const Node& map, const Section& section, const std::string& path) {
  if (!map.incomplete) marks_[path] = map.mark;
  for (const auto& [key, value] : map.entries) {
    const auto field =
        std::find_if(section.begin(), section.end(), [&, &name = key.name](const Field& f) { return name == f.name; });
    if (field != section.end()) {
      ReadField(value, *field, Join(path, key.name));
      continue;
    }
    std::vector<std::string> names;
    for (const Field& f : section) names.emplace_back(f.name);
    UnknownKey(key, names, path);
  }
  if (map.incomplete) return;
  for (const Field& field : section) {
    if (!field.required() || map.Find(field.name)) continue;
    Bad(map.mark, Join(path, field.name), std::string("the key is missing; needed: ") + field.help);
  }
}

void FieldReader::ReadField(const Node& node, const Field& field, const std::string& path) {
  marks_[path] = node.mark;
  std::visit([&](const auto& value) { Read(node, field, value, path); }, field.value);
}

// --------------------------------------------------------------------------------- scalars

void FieldReader::Read(const Node& node, const Field&, bool* value, const std::string& path) {
  if (IsBare(node) && Classify(node.scalar) == ScalarKind::kBool) {
    *value = node.scalar == "true";
    return;
  }
  Bad(node.mark, path, "found " + Describe(node) + "; allowed true, false");
}

std::optional<double> FieldReader::ReadReal(const Node& node, const Range& range, const std::string& unit,
                                            const std::string& path) {
  const std::optional<double> value = IsBare(node) ? ParseReal(node.scalar) : std::nullopt;
  if (value && Contains(range, *value)) return value;
  Bad(node.mark, path,
      "found " + Describe(node) + "; allowed " + (value ? "" : "a number, ") + WithUnit(Describe(range), unit));
  return std::nullopt;
}

std::optional<double> FieldReader::ReadWhole(const Node& node, const Range& range, const std::string& unit,
                                             const std::string& path) {
  const std::optional<std::int64_t> value = IsBare(node) ? ParseInt(node.scalar) : std::nullopt;
  if (value && Contains(range, static_cast<double>(*value))) return static_cast<double>(*value);
  Bad(node.mark, path, "found " + Describe(node) + "; allowed a whole number, " + WithUnit(Describe(range), unit));
  return std::nullopt;
}

void FieldReader::Read(const Node& node, const Field& field, int* value, const std::string& path) {
  if (const auto whole = ReadWhole(node, field.range, field.unit, path)) *value = static_cast<int>(*whole);
}

void FieldReader::Read(const Node& node, const Field&, std::uint64_t* value, const std::string& path) {
  const std::optional<std::uint64_t> number = IsBare(node) ? ParseUnsigned(node.scalar) : std::nullopt;
  if (number) *value = *number;
  else Bad(node.mark, path, "found " + Describe(node) + "; allowed a whole number, 0 … 18446744073709551615");
}

void FieldReader::Read(const Node& node, const Field& field, double* value, const std::string& path) {
  if (const auto real = ReadReal(node, field.range, field.unit, path)) *value = *real;
}

std::optional<std::string> FieldReader::ReadText(const Node& node, TextForm form, const std::string& path) {
  const bool text = node.is_scalar() && node.tag.empty() && (node.quoted || Classify(node.scalar) == ScalarKind::kText);
  if (text && Matches(form, node.scalar)) return node.scalar;
  const bool quotes = IsBare(node) && !text;
  Bad(node.mark, path, "found " + Describe(node) + "; allowed " + Describe(form) + (quotes ? ", here in quotes" : ""));
  return std::nullopt;
}

void FieldReader::Read(const Node& node, const Field&, const TextRef& value, const std::string& path) {
  if (value.mark != nullptr) *value.mark = node.mark;
  if (const auto text = ReadText(node, value.form, path)) *value.text = *text;
}

void FieldReader::Read(const Node& node, const Field&, const TextsRef& value, const std::string& path) {
  const std::string allowed = std::string("allowed a list, each entry ") + Describe(value.form);
  if (!node.is_list() || !node.tag.empty()) return Bad(node.mark, path, "found " + Describe(node) + "; " + allowed);
  if (node.items.empty()) return Bad(node.mark, path, "found an empty list; " + allowed);
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const Node& item = node.items[i];
    const auto text = ReadText(item, value.form, Join(path, std::to_string(i)));
    if (text && std::find(texts.begin(), texts.end(), *text) != texts.end()) {
      Bad(item.mark, Join(path, std::to_string(i)), "found " + *text + " a second time; allowed once");
    } else if (text) {
      texts.push_back(*text);
    } else {
      bad_[path] = true;
    }
  }
  if (Good(path)) *value.texts = texts;
}

void FieldReader::Read(const Node& node, const Field&, const EnumRef& value, const std::string& path) {
  const bool text = node.is_scalar() && node.tag.empty();
  const auto found = std::find(value.words.begin(), value.words.end(), text ? node.scalar : "");
  if (found != value.words.end()) value.set(static_cast<int>(found - value.words.begin()));
  else Bad(node.mark, path, "found " + Describe(node) + Suggest(text ? node.scalar : "", value.words));
}

void FieldReader::Read(const Node& node, const Field& field, std::span<double> value, const std::string& path) {
  const std::string allowed = "allowed a list of " + std::to_string(value.size()) + " numbers, each " +
                              WithUnit(Describe(field.range), field.unit);
  if (!node.is_list() || !node.tag.empty()) return Bad(node.mark, path, "found " + Describe(node) + "; " + allowed);
  if (node.items.size() != value.size()) {
    return Bad(node.mark, path, "found a list of " + std::to_string(node.items.size()) + "; " + allowed);
  }
  double sum = 0;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const auto real = ReadReal(node.items[i], field.range, field.unit, Join(path, std::to_string(i)));
    if (!real) bad_[path] = true;
    else sum += value[i] = *real;
  }
  if (Good(path) && sum <= 0) Bad(node.mark, path, "found only zeros; allowed a list with a number above 0");
}

// ------------------------------------------------------------------------------------ laws

bool FieldReader::ReadLawParameters(const Node& node, const DistributionTag& tag, bool all, Distribution* law,
                                    const std::string& path) {
  bool good = true;
  std::vector<std::string> names;
  for (const LawParameter& parameter : tag.parameters) names.emplace_back(parameter.name);
  for (const auto& [key, value] : node.entries) {
    const auto found = std::find(names.begin(), names.end(), key.name);
    if (found == names.end()) {
      Bad(key.mark, Join(path, Short(key.name)), "found an unknown key" + Suggest(key.name, names));
      good = false;
      continue;
    }
    const auto i = static_cast<std::size_t>(found - names.begin());
    const LawParameter& parameter = tag.parameters[i];
    const std::string at = Join(path, key.name);
    const auto number =
        parameter.whole ? ReadWhole(value, parameter.range, "", at) : ReadReal(value, parameter.range, "", at);
    if (number) (i == 0 ? law->a : law->b) = *number;
    else good = false;
  }
  for (const std::string& name : names) {
    if (!all || node.Find(name)) continue;
    Bad(node.mark, Join(path, name), std::string("the key is missing; needed: parameter of !") + tag.tag);
    good = false;
  }
  return good;
}

void FieldReader::Read(const Node& node, const Field& field, Distribution* value, const std::string& path) {
  if (!node.is_map()) {
    if (IsBare(node) && ParseReal(node.scalar)) {
      if (const auto real = ReadReal(node, field.range, field.unit, path)) *value = Distribution::Constant(*real);
      return;
    }
    std::string tags;
    for (const std::string& tag : TagsWithin(field.range)) tags += ", " + tag;
    return Bad(node.mark, path, "found " + Describe(node) + "; allowed a number or a map tagged " + tags.substr(2));
  }
  // A tag states a law in full; without one, the map changes parameters of the law in force.
  const DistributionTag* tag = node.tag.empty() && !node.over_scalar ? TagOf(value->kind) : nullptr;
  for (const auto& t : DistributionTags())
    if (node.tag == std::string("!") + t.tag) tag = &t;
  if (!tag)
    return Bad(node.mark, path,
               "found " + (node.tag.empty() ? std::string("a map without a tag") : "the tag " + Short(node.tag)) +
                   Suggest(node.tag, TagsWithin(field.range)));
  Distribution law = *value;
  if (!node.tag.empty()) law = {tag->kind, 0, 0};
  if (!ReadLawParameters(node, *tag, !node.tag.empty(), &law, path)) {
    bad_[path] = true;
    return;
  }
  CheckLaw(node, field, law, path);
  if (Good(path)) *value = law;
}

void FieldReader::CheckLaw(const Node& node, const Field& field, const Distribution& law, const std::string& path) {
  if (law.kind == Distribution::Kind::kUniform && law.a > law.b) {
    return Bad(node.mark, path,
               "found low " + FormatReal(law.a) + " above high " + FormatReal(law.b) + "; allowed low ≤ high");
  }
  const Range support = Support(law);
  const std::string allowed = "; allowed " + WithUnit(Describe(field.range), field.unit);
  if (support.min < field.range.min) {
    return Bad(node.mark, path, "found a law that reaches below " + FormatReal(field.range.min) + allowed);
  }
  if (field.range.hard && support.max > field.range.max) {
    return Bad(node.mark, path, "found a law that reaches above " + FormatReal(field.range.max) + allowed);
  }
  if (const double mean = Mean(law); !Contains(field.range, mean)) {
    Bad(node.mark, path, "found a law with mean " + FormatReal(mean) + allowed);
  }
}

void FieldReader::Read(const Node& node, const Field&, const LawRef& value, const std::string& path) {
  std::vector<std::string> names;
  for (const std::string& tag : value.tags) names.push_back("!" + tag);
  if (!node.is_map()) {
    return Bad(node.mark, path,
               "found " + Describe(node) + "; allowed a map tagged " + names[0] + ", " + names[1] + ", " + names[2]);
  }
  if (!node.tag.empty()) {
    const auto found = std::find(names.begin(), names.end(), node.tag);
    if (found == names.end())
      return Bad(node.mark, path, "found the tag " + Short(node.tag) + Suggest(node.tag, names));
    value.select(static_cast<std::size_t>(found - names.begin()));
  }
  ReadSection(node, value.fields(), path);
}

// ---------------------------------------------------------------------------------- nested

void FieldReader::Read(const Node& node, const Field&, const Section& value, const std::string& path) {
  if (ExpectMap(node, path)) ReadSection(node, value, path);
}

void FieldReader::Read(const Node& node, const Field&, const ListRef& value, const std::string& path) {
  if (!node.is_list() || !node.tag.empty()) {
    return Bad(node.mark, path, "found " + Describe(node) + "; allowed a list of maps");
  }
  if (static_cast<int>(node.items.size()) < value.min_size) {
    return Bad(node.mark, path, "found an empty list; allowed at least " + std::to_string(value.min_size) + " entry");
  }
  value.resize(0);  // an element starts from its defaults
  value.resize(node.items.size());
  std::set<std::string> taken;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const Node& item = node.items[i];
    value.set_mark(i, item.mark);
    // An element with a name of its own is called by it; else by its index.
    const Node* name = item.Find("name");
    const bool named =
        name && name->is_scalar() && Matches(TextForm::kName, name->scalar) && taken.insert(name->scalar).second;
    const std::string at = Join(path, named ? name->scalar : std::to_string(i));
    if (ExpectMap(item, at)) ReadSection(item, value.fields(i), at);
    else bad_[path] = true;
  }
}

void FieldReader::ReadParam(const Node& node, ParamValue* value, const std::string& path) {
  value->mark = node.mark;
  if (node.is_map() && node.tag.empty() && (node.Find("name") != nullptr || node.over_scalar)) {
    StrategySpec strategy;
    ReadStrategy(node, &strategy, path, true);
    value->value = strategy.name;
    if (!strategy.params.empty()) value->strategy.push_back(std::move(strategy));
    return;
  }
  if (node.is_scalar() && node.tag.empty()) {
    switch (node.quoted ? ScalarKind::kText : Classify(node.scalar)) {
      case ScalarKind::kText: value->value = node.scalar; return;
      case ScalarKind::kBool: value->value = node.scalar == "true"; return;
      case ScalarKind::kInt:
        if (const auto whole = ParseInt(node.scalar)) return static_cast<void>(value->value = *whole);
        break;
      case ScalarKind::kReal:
        if (const auto real = ParseReal(node.scalar)) return static_cast<void>(value->value = *real);
        break;
      case ScalarKind::kBadNumber: break;
    }
  }
  Bad(node.mark, path,
      "found " + Describe(node) +
          "; allowed true, false, a number, a text (in quotes if it looks like a number) or a strategy { name: …, "
          "parameters }");
}

void FieldReader::ReadModelFile(const Node& node, StrategySpec* value, const std::string& path) {
  const std::optional<std::string> file = ReadText(node, TextForm::kNonEmpty, path);
  if (file) value->pretrained = (std::filesystem::path(node.mark.file).parent_path() / *file).string();
}

void FieldReader::Read(const Node& node, const Field&, StrategySpec* value, const std::string& path) {
  ReadStrategy(node, value, path, false);
}

void FieldReader::ReadStrategy(const Node& node, StrategySpec* value, const std::string& path, bool inner) {
  *value = {};
  value->mark = node.mark;
  if (!node.is_map()) {
    if (node.kind == Node::Kind::kList || node.kind == Node::Kind::kNull || !node.tag.empty()) {
      return Bad(node.mark, path,
                 "found " + Describe(node) + "; allowed the name of a strategy or a map { name: …, parameters }");
    }
    if (const auto name = ReadText(node, TextForm::kName, path)) value->name = *name;
    return;
  }
  if (!ExpectMap(node, path, "a map { name: …, parameters }")) return;
  for (const auto& [key, entry] : node.entries) {
    const std::string at = Join(path, key.name);
    if (key.name == "pretrained" && inner) {
      Bad(key.mark, at, "found a model file of an inner strategy; allowed beside the name of the outer one, for both");
    } else if (key.name == "pretrained") {
      ReadModelFile(entry, value, at);
    } else if (key.name != "name") {
      ReadParam(entry, &value->params[key.name], at);
    } else if (const auto name = ReadText(entry, TextForm::kName, at)) {
      value->name = *name;
    } else {
      bad_[path] = true;
    }
  }
  if (node.Find("name")) return;
  if (node.over_scalar) value->name = node.scalar;  // `--set arms.a.recommender.k=5` over a plain name
  else Bad(node.mark, Join(path, "name"), "the key is missing; needed: name of the strategy");
}

}  // namespace souk
