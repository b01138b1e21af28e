#include "bench/experiment/model_files.h"

#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <set>
#include <sstream>
#include <variant>

#include "bench/experiment/build_info.h"
#include "sim/base/error.h"
#include "sim/base/fingerprint.h"
#include "sim/scenario/scalar.h"
#include "strategies/registry.h"

namespace souk {
namespace {

struct ValueTexts {
  std::string operator()(bool v) const { return v ? "true" : "false"; }
  std::string operator()(std::int64_t v) const { return std::to_string(v); }
  std::string operator()(double v) const { return FormatReal(v); }
  std::string operator()(const std::string& v) const { return QuoteYaml(v); }
};

void AddValue(std::string& text, const std::string& name, const std::string& value) {
  text += (text.empty() ? "" : ", ") + name + ": " + value;
}

/// A strategy that is a parameter of another.
std::string InnerText(Slot slot, const StrategySpec& spec) {
  const std::string parameters = ParametersText(slot, spec);
  return parameters.empty() ? spec.name : fmt::format("{} {{ {} }}", spec.name, parameters);
}

/// The five strategies of a set, by slot.
std::array<Strategy*, kSlots> Each(const StrategySet& set) {
  return {set.recommender.get(), set.coupons.get(), set.pricing.get(), set.assistant.get(), set.outreach.get()};
}

/// Throws unless the model was learnt by the strategy that `spec` names.
void ExpectKind(const ModelHeader& found, Slot slot, const StrategySpec& spec) {
  const auto name = [](const std::string& of_slot, const std::string& strategy) { return of_slot + "/" + strategy; };
  if (found.slot != SlotName(slot) || found.strategy != spec.name)
    throw Error(fmt::format("found a model of {}; allowed one of {}", name(found.slot, found.strategy),
                            name(SlotName(slot), spec.name)),
                spec.pretrained);
  if (const std::string parameters = ParametersText(slot, spec); found.parameters != parameters)
    throw Error(fmt::format("found a model of {} with {{ {} }}; allowed one with {{ {} }}", spec.name, found.parameters,
                            parameters),
                spec.pretrained);
}

constexpr std::string_view kReplication = "{replication}";

std::string Expanded(std::string text, int replication) {
  for (std::size_t at = 0; (at = text.find(kReplication, at)) != std::string::npos;)
    text.replace(at, kReplication.size(), std::to_string(replication));
  return text;
}

}  // namespace

std::uint64_t CatalogueHash(const ShopView& view, std::span<const std::int64_t> ids) {
  const PublicCatalogue& c = view.catalogue();
  Fingerprint hash;
  const auto number = [&hash](std::int64_t v) { hash.Add(v); };
  for (const int n : {c.items(), c.departments, c.categories, c.brands, c.vocabulary}) number(n);
  for (std::size_t i = 0; i < static_cast<std::size_t>(c.items()); ++i) {
    for (const std::int32_t n : {c.category[i].value, c.brand[i].value, c.launch_day[i], c.word_begin[i + 1]})
      number(n);
    number(c.list_price[i].cents);
  }
  for (const std::int32_t department : c.department_of) number(department);
  for (const std::int32_t word : c.words) number(word);
  for (const FaqArticle& page : view.faq()) {
    number(page.intent.value);
    hash.Add(std::string_view(page.title));
    hash.Add(std::string_view(page.text));
  }
  for (const std::string& intent : view.intents()) hash.Add(std::string_view(intent));
  for (const std::int64_t id : ids) number(id);
  return hash.value();
}

std::string ParametersText(Slot slot, const StrategySpec& spec) {
  const StrategyEntry* entry = FindStrategy(slot, spec.name);
  std::string text;
  if (entry == nullptr) {
    for (const auto& [name, param] : spec.params)
      if (param.strategy.empty()) AddValue(text, name, std::visit(ValueTexts{}, param.value));
      else AddValue(text, name, InnerText(slot, param.strategy.front()));
    return text;
  }
  std::vector<Params::Issue> issues;
  const Params params(entry->info(), spec.params, issues);
  for (const ParamSpec& p : entry->info().params) {
    if (p.is_strategy) {
      AddValue(text, p.name, InnerText(slot, params.Strategy(p.name)));
      continue;
    }
    switch (p.default_value.index()) {
      case 0: AddValue(text, p.name, ValueTexts{}(params.Bool(p.name))); break;
      case 1: AddValue(text, p.name, ValueTexts{}(params.Int(p.name))); break;
      case 2: AddValue(text, p.name, ValueTexts{}(params.Real(p.name))); break;
      default: AddValue(text, p.name, ValueTexts{}(params.String(p.name)));
    }
  }
  return text;
}

void SaveModel(const std::string& file, const Strategy& strategy, Slot slot, const StrategySpec& spec,
               const ShopView& view, std::span<const std::int64_t> ids) {
  std::ostringstream state;
  strategy.Save(state);
  WriteModel(file, {.header = {.slot = SlotName(slot),
                               .strategy = spec.name,
                               .parameters = ParametersText(slot, spec),
                               .catalogue = Hex64(CatalogueHash(view, ids)),
                               .items = view.catalogue().items(),
                               .souk = std::string(GetBuildInfo().version)},
                    .state = std::move(state).str()});
}

void LoadModel(Strategy& strategy, Slot slot, const StrategySpec& spec, const ShopView& view,
               std::span<const std::int64_t> ids) {
  Model model = ReadModel(spec.pretrained);
  ExpectKind(model.header, slot, spec);
  if (const std::string here = Hex64(CatalogueHash(view, ids)); model.header.catalogue != here)
    throw Error(fmt::format("found a model of another catalogue ({} items, hash {}); allowed one of this catalogue "
                            "({} items, hash {})",
                            model.header.items, model.header.catalogue, view.catalogue().items(), here),
                spec.pretrained);
  try {
    std::istringstream state(std::move(model.state));
    strategy.Load(state);
  } catch (const Error& e) {
    throw Error(e.what(), spec.pretrained);
  }
}

void LoadModels(const ArmSpec& arm, const ShopView& view, StrategySet& set) {
  for (std::size_t s = 0; s < static_cast<std::size_t>(kSlots); ++s) {
    if (arm.slots[s].pretrained.empty()) continue;
    LoadModel(*Each(set)[s], static_cast<Slot>(s), arm.slots[s], view);
    set.pretrained[s] = true;
  }
}

Scenario ForReplication(const Scenario& scenario, int replication) {
  Scenario copy = scenario;
  for (ArmSpec& arm : copy.arms)
    for (StrategySpec& spec : arm.slots) spec.pretrained = Expanded(spec.pretrained, replication);
  return copy;
}

void CheckModels(const Scenario& scenario, const std::vector<int>& replications) {
  std::set<std::string> checked;
  for (const ArmSpec& arm : scenario.arms)
    for (std::size_t s = 0; s < static_cast<std::size_t>(kSlots); ++s) {
      StrategySpec spec = arm.slots[s];
      if (spec.pretrained.empty()) continue;
      for (const int replication : replications) {
        spec.pretrained = Expanded(arm.slots[s].pretrained, replication);
        if (!checked.insert(fmt::format("{} {} {}", s, spec.pretrained, spec.name)).second) continue;
        ExpectKind(ReadModel(spec.pretrained).header, static_cast<Slot>(s), spec);
      }
    }
}

void PrepareModelFolder(const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw Error("cannot be created: " + error.message(), folder);
  CheckWritable(folder + "/.h5");
}

std::string ModelPath(const std::string& folder, const std::string& arm, Slot slot, int replication) {
  return fmt::format("{}/{}.{}.r{}.h5", folder, arm, SlotName(slot), replication);
}

void SaveModels(const std::string& folder, int replication, const ArmSpec& arm, const StrategySet& set,
                const ShopView& view) {
  for (std::size_t s = 0; s < static_cast<std::size_t>(kSlots); ++s) {
    const auto slot = static_cast<Slot>(s);
    SaveModel(ModelPath(folder, arm.name, slot, replication), *Each(set)[s], slot, arm.slots[s], view);
  }
}

}  // namespace souk
