// Every number of a scenario at both ends of its range, and a step outside. The table of fields promises the range, so
// the shop must run there, or the reader must say why not: no replication fails, no sum overflows or goes below zero.

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "bench/experiment/experiment.h"
#include "sim/scenario/fields.h"
#include "sim/scenario/reader.h"
#include "sim/scenario/scalar.h"
#include "strategies/registry.h"

namespace souk {
namespace {

// Uniform chances to stay in a category: the quantiles of other beta laws take longer than the rest of so small a
// world.
constexpr const char* kShop = R"(
name: extremes
question: Does the shop work at the ends of every range?
replications: 1
time: { warmup_days: 1, days: 2 }
population: { shoppers: 40 }
catalogue: { items: 40, categories: 8, departments: 2, brands: 5, cost_share: 0.6 }
browse: { stay_a: 1, stay_b: 1 }
arrivals:
  return_law: !LogNormal { mean_log_h: 3 }
  campaigns: [{ day: 1 }]
chat: { question_rate: 0.1 }
segments: [{ name: few, share: 0.3 }, { name: many, share: 0.7 }]
incumbent: a
arms:
  - { name: a, recommender: item-knn, coupons: blanket, pricing: logit-optimum, assistant: naive-bayes, outreach: rfm }
  - { name: b, recommender: session-knn, coupons: rfm-rule, pricing: competitor, assistant: faq-bm25, outreach: abandoned-cart }
)";

/// A number of the scenario, as `souk describe scenario` names it.
struct Number {
  std::string path;
  Range range;
  bool whole = false;
  std::size_t length = 1;  ///< of a profile
};

/// Numbers below `section`; those of labels cannot change an outcome, but their ranges count all the same.
void Collect(const Section& section, const std::string& path, std::vector<Number>& numbers) {
  for (const Field& field : section) {
    const std::string at = path + field.name;
    if (std::holds_alternative<int*>(field.value)) numbers.push_back({at, field.range, true});
    if (std::holds_alternative<double*>(field.value) || std::holds_alternative<Distribution*>(field.value))
      numbers.push_back({at, field.range});
    if (const auto* profile = std::get_if<std::span<double>>(&field.value))
      numbers.push_back({at, field.range, false, profile->size()});
    if (const auto* inner = std::get_if<Section>(&field.value)) Collect(*inner, at + ".", numbers);
    if (const auto* list = std::get_if<ListRef>(&field.value)) {
      list->resize(1);
      Collect(list->fields(0), at + "[].", numbers);
    }
    if (const auto* law = std::get_if<LawRef>(&field.value)) {
      for (std::size_t i = 0; i < law->tags.size(); ++i) {
        law->select(i);
        Collect(law->fields(), at + "!" + law->tags[i] + ".", numbers);
      }
    }
  }
}

std::vector<Number> AllNumbers() {
  Scenario scenario;
  std::vector<Number> numbers;
  Collect(FieldsOf(scenario), "", numbers);
  return numbers;
}

std::string Text(const Number& number, double value) {
  const std::string text = number.whole ? std::to_string(static_cast<std::int64_t>(value)) : FormatReal(value);
  if (number.length == 1) return text;
  std::string list = text;
  for (std::size_t i = 1; i < number.length; ++i) list += ", " + text;
  return "[" + list + "]";
}

ScenarioReading With(const Number& number, double value) {
  std::vector<Override> layers = {{number.path, Text(number, value)}};
  // What only some designs look at.
  if (number.path.rfind("design.", 0) == 0) layers.push_back({"design.kind", "switchback"});
  if (number.path == "arms[].share") layers.push_back({"design.kind", "ab-test"});
  if (number.path == "choice.price_per_unit") layers.push_back({"choice.price_form", "linear"});
  return ReadScenarioText(kShop, "shop", layers);
}

/// The two ends, the lower one being the least above a bound that is not allowed itself.
std::vector<double> Ends(const Number& number) {
  const double low = !number.range.above ? number.range.min : number.whole ? number.range.min + 1 : 1e-9;
  return {number.range.above && number.range.min > 0 ? number.range.min * (1 + 1e-9) : low, number.range.max};
}

/// Sizes whose refusal belongs to `--max-memory`, and spans that take a minute.
bool TooLargeToRun(const Scenario& s) {
  return s.population.shoppers > 10'000 || s.catalogue.items > 10'000 || s.replications > 10 ||
         s.time.warmup_days + s.time.days > 100;
}

/// What went wrong; empty when nothing did.
std::string WhatGoesWrong(const Scenario& scenario) {
  const ExperimentResult result = RunExperiment(scenario, {.threads = 1});
  for (const CellResult& cell : result.cells) {
    if (!cell.error.empty()) return cell.error;
    const Sums sums = cell.Total();
    for (int i = 0; i < kSums; ++i) {
      const auto sum = static_cast<Sum>(i);
      const bool signed_sum = sum == Sum::kMarginCents || sum == Sum::kSatisfactionMilli || sum == Sum::kUnitCostCents;
      if (At(sums, sum) < 0 && !signed_sum) return std::string(SumName(sum)) + " is negative";
      if (std::abs(static_cast<double>(At(sums, sum))) > 1e18) return std::string(SumName(sum)) + " is beyond 1e18";
    }
    for (const double share : {cell.slates.coverage, cell.slates.gini, cell.slates.diversity})
      if (share < -1e-9 || share > 1 + 1e-9) return "a share of slates is " + FormatReal(share);
  }
  return {};
}

// One test for all fields, and not one each: starting a program takes longer than running such a shop.
TEST(Extremes, TheShopRunsAtBothEndsOfEveryRangeOrTheReaderSaysWhyNot) {
  const std::vector<Number> numbers = AllNumbers();
  EXPECT_GT(numbers.size(), 140U);
  for (const Number& number : numbers) {
    for (const double end : Ends(number)) {
      const std::string shown = number.path + "=" + Text(number, end);
      const ScenarioReading reading = With(number, end);
      for (const Problem& problem : reading.problems) {
        EXPECT_NE(problem.message.find("found "), std::string::npos) << shown << ": " << Format(problem);
        EXPECT_NE(problem.message.find("; allowed "), std::string::npos) << shown << ": " << Format(problem);
        EXPECT_FALSE(problem.path.empty()) << shown;
      }
      if (!reading.problems.empty() || TooLargeToRun(reading.scenario)) continue;
      ASSERT_TRUE(ValidateArms(reading.scenario).empty());
      EXPECT_EQ(WhatGoesWrong(reading.scenario), "") << shown;
    }
  }
}

TEST(Extremes, AStepOutsideIsRefusedWithItsPathAndRange) {
  for (const Number& number : AllNumbers()) {
    const double low = number.range.min - (number.range.above ? 0 : number.whole ? 1 : 1e-3);
    const double high = number.whole ? number.range.max + 1 : number.range.max * (1 + 1e-6) + 1e-6;
    for (const double outside : {low, high, 1e12}) {
      const ScenarioReading reading = With(number, outside);
      const std::string path = number.path.substr(0, number.path.find_first_of("[!"));
      bool refused = false;
      for (const Problem& problem : reading.problems)
        refused |= problem.path.rfind(path, 0) == 0 && problem.message.find("; allowed ") != std::string::npos &&
                   problem.message.find(Describe(number.range)) != std::string::npos;
      EXPECT_TRUE(refused) << number.path << "=" << Text(number, outside) << "\n"
                           << (reading.problems.empty() ? "accepted" : Format(reading.problems.front()));
    }
  }
}

/// Prices are drawn: their ends are those of a pair of fields, and of the price level.
TEST(Extremes, PricesStayAmountsThatCanBeAddedUp) {
  for (const char* median : {"0.01", "24", "10000000"}) {
    for (const char* within : {"0", "0.74", "3.4"}) {
      for (const char* between : {"0", "2.5", "10"}) {
        const std::vector<Override> layers = {{"catalogue.price_median", median},
                                              {"catalogue.price_sd_within", within},
                                              {"catalogue.price_sd_between", between},
                                              {"competitor.sd", "2"},
                                              {"competitor.mean", "3"},
                                              {"catalogue.items", "2000"}};
        const ScenarioReading reading = ReadScenarioText(kShop, "shop", layers);
        if (reading.problems.empty()) {
          EXPECT_EQ(WhatGoesWrong(reading.scenario), "") << median << " " << within << " " << between;
        }
      }
    }
  }
}

}  // namespace
}  // namespace souk
