#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <functional>
#include <regex>
#include <set>
#include <sstream>

#include "sim/scenario/fields.h"
#include "sim/scenario/reader.h"
#include "sim/scenario/scalar.h"

namespace souk {
namespace {

Scenario Filled() {
  Scenario s;
  s.name = "x";
  s.question = "Is \"every\" value\nkept?\t\\ – yes";
  s.incumbent = "a";
  s.arms.resize(2);  // the fewest that every design allows
  s.arms[1].name = "b";
  s.arms[0].name = "a";
  for (ArmSpec& arm : s.arms)
    for (StrategySpec& slot : arm.slots) slot.name = "none";
  return s;
}

/// Sets every field of a section to another legal value.
void Disturb(const Section& section) {
  for (const Field& field : section) {
    if (const auto* inner = std::get_if<Section>(&field.value)) Disturb(*inner);
    if (const auto* v = std::get_if<bool*>(&field.value)) **v = !**v;
    if (const auto* v = std::get_if<int*>(&field.value)) **v += Contains(field.range, **v + 1.0) ? 1 : -1;
    if (const auto* v = std::get_if<std::uint64_t*>(&field.value)) **v = 18446744073709551615U;
    if (const auto* v = std::get_if<double*>(&field.value))
      **v = Contains(field.range, **v + 0.1) ? **v + 0.1 : **v - 0.1;
    if (const auto* v = std::get_if<EnumRef>(&field.value)) v->set(1);
    if (const auto* v = std::get_if<std::span<double>>(&field.value)) (*v)[1] += 1.0 / 3;
    if (const auto* v = std::get_if<Distribution*>(&field.value))
      **v = field.range.hard ? Distribution::Beta(2, 1.0 / 3) : Distribution::Gamma(2, 3);
    if (const auto* v = std::get_if<LawRef>(&field.value)) {
      v->select(2);
      Disturb(v->fields());
    }
  }
}

void ExpectRoundTrip(const Scenario& scenario) {
  const std::string text = WriteScenario(scenario);
  ScenarioReading back = ReadScenarioText(text, "written");
  for (const Problem& problem : back.problems) ADD_FAILURE() << Format(problem);
  for (ArmSpec& arm : back.scenario.arms) {
    arm.mark = {};
    for (StrategySpec& slot : arm.slots) {
      slot.mark = {};
      for (auto& [name, param] : slot.params) param.mark = {};
    }
  }
  back.scenario.stop.mark = {};
  for (SegmentSpec& segment : back.scenario.segments) segment.mark = {};
  for (CampaignSpec& campaign : back.scenario.arrivals.campaigns) campaign.mark = {};
  EXPECT_EQ(back.scenario, scenario) << text;
  EXPECT_EQ(ScenarioHash(back.scenario), ScenarioHash(scenario));
}

TEST(Writer, DefaultsReadBackEqual) { ExpectRoundTrip(Filled()); }

TEST(Writer, EveryFieldReadsBackEqual) {
  Scenario s = Filled();
  Disturb(FieldsOf(s));
  ExpectRoundTrip(s);
}

TEST(Writer, ListsAndParametersReadBackEqualWithTheirTypes) {
  Scenario s = Filled();
  s.segments.resize(2);
  s.segments[0].name = "a";
  s.segments[1].name = "no";  // a boolean to a YAML 1.1 reader
  s.segments[1].visit_rate = 1.0 / 3;
  s.arrivals.campaigns = {{3, 2, 1.5, {}}};
  s.source = "null";
  s.arms[0].label = "3";
  s.arms[0].slots[0].params = {{"a", {std::int64_t{3}, {}}},
                               {"b", {3.0, {}}},
                               {"c", {true, {}}},
                               {"d", {std::string("3"), {}}},
                               {"e", {std::string("true"), {}}},
                               {"f", {1e300, {}}},
                               {"g", {std::string("two words: #1"), {}}},
                               {"h", {std::string(), {}}}};
  ExpectRoundTrip(s);
}

TEST(ScenarioHash, ChangesWithEveryFieldThatCanChangeAnOutcomeAndNoOther) {
  // Walks the table: one field at a time is disturbed.
  const std::string before = ScenarioHash(Filled());
  int fields = 0;
  const std::function<void(const std::function<Section(Scenario&)>&)> walk = [&](const auto& section_of) {
    Scenario probe = Filled();
    const std::size_t size = section_of(probe).size();
    for (std::size_t i = 0; i < size; ++i) {
      Scenario changed = Filled();
      const Section section = section_of(changed);
      if (std::holds_alternative<Section>(section[i].value)) {
        walk([&, i](Scenario& s) { return std::get<Section>(section_of(s)[i].value); });
        continue;
      }
      Disturb({section[i]});
      if (changed == Filled()) continue;  // texts, lists and slots are below
      ++fields;
      EXPECT_EQ(ScenarioHash(changed) != before, !section[i].label()) << section[i].name;
    }
  };
  walk([](Scenario& s) { return FieldsOf(s); });
  EXPECT_GT(fields, 120);
}

TEST(ScenarioHash, KnowsArmsSegmentsAndParametersButNoLabelsOrMarks) {
  const auto hash_after = [](auto change) {
    Scenario s = Filled();
    change(s);
    return ScenarioHash(s);
  };
  const std::string before = ScenarioHash(Filled());
  EXPECT_NE(hash_after([](Scenario& s) { s.arms[0].name = "b"; }), before);
  EXPECT_NE(hash_after([](Scenario& s) { s.arms[0].slots[3].name = "b"; }), before);
  EXPECT_NE(hash_after([](Scenario& s) { s.arms[0].slots[3].params["k"] = {std::int64_t{1}, {}}; }), before);
  EXPECT_NE(hash_after([](Scenario& s) { s.segments.resize(1); }), before);
  EXPECT_EQ(hash_after([](Scenario& s) { s.name = s.question = s.source = "y"; }), before);
  EXPECT_EQ(hash_after([](Scenario& s) { s.arms[0].label = "y"; }), before);
  EXPECT_EQ(hash_after([](Scenario& s) { s.arms[0].mark = {"f", 1, 2}; }), before);
  EXPECT_EQ(hash_after([](Scenario& s) { s.replications = 99; }), before);
}

// -------------------------------------------------------------------------------- the table

/// The struct is the truth: a member without a line in the table could never be set.
TEST(FieldTable, HasEveryMemberOfTheScenario) {
  std::ifstream stream("sim/scenario/scenario.h");
  std::stringstream header;
  header << stream.rdbuf();
  std::set<std::string> names = {"mark",  "params", "pretrained", "value", "strategy",
                                 "slots", "file",   "line",       "column"};
  for (const FieldInfo& info : ScenarioFieldList()) names.insert(info.path.substr(info.path.rfind('.') + 1));
  const std::regex member(R"(^  [A-Za-z_:<>, 0-9]+ (\w+)( =[^;]*)?;)");
  int found = 0;
  for (std::string line; std::getline(header, line);) {
    std::smatch match;
    if (!std::regex_search(line, match, member) || line.find("friend") != std::string::npos) continue;
    ++found;
    EXPECT_TRUE(names.contains(match[1])) << "no line in fields.cc for: " << line;
  }
  EXPECT_GT(found, 130);
}

TEST(FieldTable, EveryFieldHasHelpARangeAndADefaultInsideIt) {
  Scenario defaults = Filled();
  EXPECT_TRUE(ReadScenarioText(WriteScenario(defaults), "defaults").problems.empty());
  for (const FieldInfo& info : ScenarioFieldList()) {
    EXPECT_FALSE(info.help.empty()) << info.path;
    EXPECT_FALSE(info.type.empty()) << info.path;
    EXPECT_NE(info.range, "any number") << info.path;
  }
}

TEST(Scalar, KindsFollowOneSpelling) {
  for (const char* text : {"0", "-7", "120"}) EXPECT_EQ(Classify(text), ScalarKind::kInt) << text;
  for (const char* text : {"0.5", "-1.25e-3", "1e3", "1E+3"}) EXPECT_EQ(Classify(text), ScalarKind::kReal) << text;
  for (const char* text :
       {"010", "+5", "1_000", "0x1F", "0o17", "1.", ".5", "-.5", ".nan", "NaN", "-.inf", "1e", "1,5", "00"}) {
    EXPECT_EQ(Classify(text), ScalarKind::kBadNumber) << text;
  }
  for (const char* text : {"", "-", "abc", "2024-01-01", "3 items", "e5", "item-knn", "1.2.x"})
    EXPECT_EQ(Classify(text), ScalarKind::kText) << text;
}

TEST(Scalar, RealsReadBackExactly) {
  for (const double value : {0.1, 1.0 / 3, 1e-300, 1.7976931348623157e308, 5e-324, 2e6, 123456789012345678.0, -0.25}) {
    EXPECT_EQ(ParseReal(FormatReal(value)), value);
  }
  EXPECT_EQ(FormatReal(2e6), "2000000");
  EXPECT_FALSE(std::signbit(*ParseReal("-0.0")));
  EXPECT_EQ(ParseReal("1e400"), std::nullopt);
}

}  // namespace
}  // namespace souk
