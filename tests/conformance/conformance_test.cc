// What every registered strategy must do, whatever it is. Runs through the registry: a new strategy is
// tested by being registered. Expected values are the contract in sim/decision/strategy.h.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "sim/base/error.h"
#include "strategies/registry.h"
#include "tests/conformance/conformance_shop.h"

namespace souk {

/// Names the parameter in test lists (its bytes would be addresses, different in every run).
static void PrintTo(const StrategyEntry& entry, std::ostream* out) {
  *out << SlotName(entry.info().slot) << "/" << entry.info().name;
}

}  // namespace souk

namespace souk::testing {
namespace {

constexpr ShopShape kUsual;
constexpr std::uint64_t kSeed = 5;

class Conformance : public ::testing::TestWithParam<StrategyEntry> {
 protected:
  static const StrategyInfo& info() { return GetParam().info(); }

  static std::unique_ptr<Strategy> Make(const TestShop& shop, const Params& params) {
    // Truth only where it is declared: a strategy that uses it without saying so crashes here.
    static std::vector<std::unique_ptr<MadeUpTruth>> truths;
    const Truth* truth = nullptr;
    if (info().sees_truth) truth = truths.emplace_back(std::make_unique<MadeUpTruth>(shop)).get();
    return GetParam().make(params, {&shop.view, truth, {}, MakeStrategy});
  }
  static std::unique_ptr<Strategy> Make(const TestShop& shop) { return Make(shop, Params(info())); }

  static void Train(Strategy& strategy, const ShopLog& log, std::uint32_t entity = 3) {
    Rng rng(Dice(kSeed, 0), Purpose::kTest, entity);
    strategy.Train(log, rng);
  }
  static std::unique_ptr<Strategy> Trained(const TestShop& shop) {
    auto strategy = Make(shop);
    Train(*strategy, shop.records.log);
    return strategy;
  }
  static std::string Ask(Strategy& strategy, const TestShop& shop) {
    return AskEverything(strategy, info().slot, shop, kSeed);
  }
  static std::string Saved(const Strategy& strategy) {
    std::ostringstream out;
    strategy.Save(out);
    return out.str();
  }
  static void Load(Strategy& strategy, const std::string& bytes) {
    std::istringstream in(bytes);
    strategy.Load(in);
  }
};

TEST_P(Conformance, InfoIsComplete) {
  EXPECT_THAT(info().name, ::testing::MatchesRegex("[a-z][a-z0-9]*(-[a-z0-9]+)*"));
  EXPECT_GE(info().summary.size(), 10U);
  EXPECT_EQ(info().summary.back(), '.') << "a summary is one sentence";
  EXPECT_FALSE(info().source.empty());
  EXPECT_THAT(info().status, ::testing::AnyOf("reproduced", "tested", "baseline", "floor", "ceiling"));
  EXPECT_EQ(info().sees_truth, info().status == "ceiling");
}

TEST_P(Conformance, HasACardInItsFolder) {
  std::string folder = info().name;
  std::replace(folder.begin(), folder.end(), '-', '_');
  const std::filesystem::path card =
      std::filesystem::path(SOUK_SOURCE_DIR) / "strategies" / SlotName(info().slot) / folder / "README.md";
  EXPECT_TRUE(std::filesystem::exists(card)) << card;
}

TEST_P(Conformance, ParametersAreDocumentedAndTheirDefaultsAllowed) {
  for (const ParamSpec& spec : info().params) {
    SCOPED_TRACE(spec.name);
    EXPECT_THAT(spec.name, ::testing::MatchesRegex("[a-z][a-z0-9]*(_[a-z0-9]+)*"));
    EXPECT_GE(spec.help.size(), 5U);
    // The reader's own check: a default given as a value must pass.
    std::vector<Params::Issue> issues;
    const Params params(info(), {{spec.name, {spec.default_value, {}}}}, issues);
    for (const Params::Issue& issue : issues) ADD_FAILURE() << issue.message;
    const bool number =
        std::holds_alternative<double>(spec.default_value) || std::holds_alternative<std::int64_t>(spec.default_value);
    EXPECT_TRUE(!number || spec.min < spec.max);
  }
}

TEST_P(Conformance, AnswersAfterTrainingOnAnEmptyLog) {
  ShopShape shape = kUsual;
  shape.sessions = 0;
  const auto shop = MakeConformanceShop(shape, kSeed);
  const auto strategy = Trained(*shop);
  EXPECT_EQ(Ask(*strategy, *shop), Ask(*Trained(*shop), *shop));
}

TEST_P(Conformance, AnswersAfterTrainingOnALog) {
  const auto shop = MakeConformanceShop(kUsual, kSeed);
  const auto strategy = Trained(*shop);
  EXPECT_FALSE(Ask(*strategy, *shop).empty());
}

TEST_P(Conformance, SameLogAndDiceGiveTheSameAnswers) {
  const auto shop = MakeConformanceShop(kUsual, kSeed);
  EXPECT_EQ(Ask(*Trained(*shop), *shop), Ask(*Trained(*shop), *shop));
}

// Train is a function of log, parameters and dice: what it was trained on before leaves no trace.
TEST_P(Conformance, TrainingForgetsEarlierTraining) {
  const auto shop = MakeConformanceShop(kUsual, kSeed);
  const auto other = MakeConformanceShop(kUsual, kSeed + 1);
  const auto strategy = Make(*shop);
  Train(*strategy, other->records.log, 77);
  Train(*strategy, shop->records.log);
  EXPECT_EQ(Ask(*strategy, *shop), Ask(*Trained(*shop), *shop));
}

TEST_P(Conformance, ObservingEventsKeepsAnswersValid) {
  const auto shop = MakeConformanceShop(kUsual, kSeed);
  const auto strategy = Trained(*shop);
  const std::vector<ShopEvent> events = shop->records.log.events;
  for (std::size_t n = 0; n < 300; ++n) strategy->Observe(events[n]);
  Ask(*strategy, *shop);
}

TEST_P(Conformance, LoadRestoresWhatWasSaved) {
  const auto shop = MakeConformanceShop(kUsual, kSeed);
  const auto original = Trained(*shop);
  for (std::size_t n = 0; n < 300; ++n) original->Observe(shop->records.log.events[n]);
  const std::string bytes = Saved(*original);
  const auto restored = Make(*shop);
  Load(*restored, bytes);
  EXPECT_EQ(Saved(*restored), bytes);
  EXPECT_EQ(Ask(*restored, *shop), Ask(*original, *shop));
}

TEST_P(Conformance, LoadReplacesWhatWasLearntBefore) {
  const auto shop = MakeConformanceShop(kUsual, kSeed);
  const auto original = Trained(*shop);
  const auto busy = Make(*shop);
  Train(*busy, MakeConformanceShop(kUsual, kSeed + 1)->records.log, 77);
  Load(*busy, Saved(*original));
  EXPECT_EQ(Ask(*busy, *shop), Ask(*original, *shop));
}

TEST_P(Conformance, LoadRefusesTruncatedAndDamagedStreams) {
  const auto shop = MakeConformanceShop(kUsual, kSeed);
  const std::string bytes = Saved(*Trained(*shop));
  ASSERT_FALSE(bytes.empty());
  const auto strategy = Make(*shop);
  for (const double share : {0.0, 0.1, 0.5, 0.9}) {
    const auto length = static_cast<std::size_t>(share * static_cast<double>(bytes.size()));
    EXPECT_THROW(Load(*strategy, bytes.substr(0, length)), Error) << length << " of " << bytes.size() << " bytes";
  }
  EXPECT_THROW(Load(*strategy, bytes.substr(0, bytes.size() - 1)), Error);
  for (const std::size_t at : {std::size_t{0}, bytes.size() / 2, bytes.size() - 1}) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    EXPECT_THROW(Load(*strategy, damaged), Error) << "byte " << at;
  }
}

TEST_P(Conformance, LoadRefusesForeignStreams) {
  const auto shop = MakeConformanceShop(kUsual, kSeed);
  const auto strategy = Make(*shop);
  EXPECT_THROW(Load(*strategy, "{\"name\": \"a text file\", \"filler\": \"0123456789012345678901234567890123456789\"}"),
               Error);
  for (const StrategyEntry& entry : Registry()) {
    if (&entry.info() == &info()) continue;
    const MadeUpTruth truth(*shop);
    const auto other =
        entry.make(Params(entry.info()), {&shop->view, entry.info().sees_truth ? &truth : nullptr, {}, MakeStrategy});
    Train(*other, shop->records.log);
    EXPECT_THROW(Load(*strategy, Saved(*other)), Error) << SlotName(entry.info().slot) << "/" << entry.info().name;
  }
}

// A refused stream must not leave half of itself behind.
TEST_P(Conformance, ARefusedLoadChangesNothing) {
  const auto shop = MakeConformanceShop(kUsual, kSeed);
  const auto other = MakeConformanceShop(kUsual, kSeed + 1);
  std::string damaged = Saved(*Trained(*other));
  damaged.back() = static_cast<char>(damaged.back() ^ 1);
  const auto strategy = Trained(*shop);
  const std::string before = Saved(*strategy);
  EXPECT_THROW(Load(*strategy, damaged), Error);
  EXPECT_EQ(Saved(*strategy), before);
  EXPECT_EQ(Ask(*strategy, *shop), Ask(*Trained(*shop), *shop));
}

TEST_P(Conformance, AShopWithOneItemWorks) {
  ShopShape shape = kUsual;
  shape.items = 1;
  shape.categories = 1;
  const auto shop = MakeConformanceShop(shape, kSeed);
  Ask(*Trained(*shop), *shop);
}

TEST_P(Conformance, AShopWithNothingInStockWorks) {
  const auto shop = MakeConformanceShop(kUsual, kSeed);
  for (int i = 0; i < kUsual.items; ++i) shop->SetAvailable(i, false);
  for (std::int32_t& units : shop->records.stock) units = 0;
  Ask(*Trained(*shop), *shop);
}

TEST_P(Conformance, AShopOfStrangersWorks) {
  ShopShape shape = kUsual;
  shape.sessions = 0;
  shape.shoppers = 1;
  shape.strangers = 20;
  const auto shop = MakeConformanceShop(shape, kSeed);
  Ask(*Trained(*shop), *shop);
}

TEST_P(Conformance, AShopWithoutHelpPagesWorks) {
  ShopShape shape = kUsual;
  shape.help_pages = false;
  const auto shop = MakeConformanceShop(shape, kSeed);
  Ask(*Trained(*shop), *shop);
}

// Every parameter at both ends of its range, or at each choice, others at their defaults.
TEST_P(Conformance, EveryAllowedParameterValueWorks) {
  const auto shop = MakeConformanceShop(kUsual, kSeed);
  for (const ParamSpec& spec : info().params) {
    std::vector<decltype(ParamValue::value)> values;
    if (std::holds_alternative<bool>(spec.default_value)) values = {true, false};
    if (std::holds_alternative<double>(spec.default_value)) values = {spec.min, spec.max};
    if (std::holds_alternative<std::int64_t>(spec.default_value))
      values = {static_cast<std::int64_t>(spec.min), static_cast<std::int64_t>(spec.max)};
    for (const std::string& choice : spec.choices) values.emplace_back(choice);
    for (const auto& value : values) {
      SCOPED_TRACE(fmt::format("{} at value {}", spec.name, &value - values.data()));
      std::vector<Params::Issue> issues;
      const Params params(info(), {{spec.name, {value, {}}}}, issues);
      ASSERT_TRUE(issues.empty()) << issues[0].message;
      const auto strategy = Make(*shop, params);
      Train(*strategy, shop->records.log);
      Ask(*strategy, *shop);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Strategies, Conformance, ::testing::ValuesIn(Registry()),
                         [](const ::testing::TestParamInfo<StrategyEntry>& test) {
                           std::string name =
                               std::string(SlotName(test.param.info().slot)) + "_" + test.param.info().name;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace souk::testing
