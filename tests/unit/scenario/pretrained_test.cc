// `pretrained` beside the name of a strategy: read relative to its file, written back, in the schema.
#include <gmock/gmock.h>

#include "sim/scenario/reader.h"
#include "sim/scenario/writer.h"

namespace souk {
namespace {

using ::testing::HasSubstr;

ScenarioReading ReadAs(const std::string& file, const std::string& recommender) {
  return ReadScenarioText(
      "name: shop\nquestion: Does it work?\nincumbent: base\narms:\n  - name: base\n    recommender: " + recommender +
          "\n    coupons: none\n    pricing: list\n    assistant: none\n    outreach: none\n",
      file);
}

StrategySpec SpecOf(const std::string& file, const std::string& recommender) {
  const ScenarioReading r = ReadAs(file, recommender);
  for (const Problem& p : r.problems) ADD_FAILURE() << Format(p);
  return r.scenario.arms.at(0).slots[0];
}

TEST(PretrainedField, IsRelativeToTheFileThatSaysSo) {
  EXPECT_EQ(SpecOf("shop.yaml", "{ name: ease, pretrained: m.h5 }").pretrained, "m.h5");
  EXPECT_EQ(SpecOf("a/b/shop.yaml", "{ name: ease, pretrained: m/x.h5 }").pretrained, "a/b/m/x.h5");
  EXPECT_EQ(SpecOf("a/shop.yaml", "{ name: ease, pretrained: /m.h5 }").pretrained, "/m.h5");
  EXPECT_EQ(SpecOf("shop.yaml", "ease").pretrained, "");
  EXPECT_TRUE(SpecOf("shop.yaml", "{ name: ease, pretrained: m.h5 }").params.empty()) << "no parameter of its own";
}

TEST(PretrainedField, IsWrittenAndCountsInTheHash) {
  const Scenario with = ReadAs("shop.yaml", "{ name: ease, k: 3, pretrained: 'm {replication}.h5' }").scenario;
  const ScenarioReading again = ReadScenarioText(WriteScenario(with), "shop.yaml");
  EXPECT_TRUE(again.problems.empty());
  EXPECT_EQ(again.scenario.arms.at(0).slots[0].pretrained, "m {replication}.h5");
  EXPECT_EQ(ScenarioHash(again.scenario), ScenarioHash(with));
  EXPECT_NE(ScenarioHash(ReadAs("shop.yaml", "{ name: ease, k: 3 }").scenario), ScenarioHash(with));
}

TEST(PretrainedField, MustBeAText) {
  for (const char* wrong : {"3", "''", "[a.h5]", "true", "~"}) {
    const ScenarioReading r = ReadAs("shop.yaml", std::string("{ name: ease, pretrained: ") + wrong + " }");
    ASSERT_EQ(r.problems.size(), 1U) << wrong;
    EXPECT_THAT(Format(r.problems[0]), HasSubstr("arms.base.recommender.pretrained: found")) << wrong;
  }
}

TEST(PretrainedField, StandsInTheSchema) {
  EXPECT_THAT(ScenarioJsonSchema({{Slot::kRecommender, "ease", "summary", {}}}), HasSubstr("\"pretrained\": {"));
}

}  // namespace
}  // namespace souk
