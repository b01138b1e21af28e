// Every registered strategy goes through a model file and answers as before; a model of another strategy, of other
// parameters or of another catalogue is refused by name.
#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>

#include "bench/experiment/model_files.h"
#include "sim/base/error.h"
#include "strategies/registry.h"
#include "tests/conformance/conformance_shop.h"

namespace souk {
namespace {

using ::testing::AllOf;
using testing::AskEverything;
using ::testing::HasSubstr;
using testing::MadeUpTruth;
using testing::MakeConformanceShop;
using testing::ShopShape;
using testing::TestShop;

class ModelRoundTrip : public ::testing::TestWithParam<const StrategyEntry*> {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() /
              ("souk-models-" + std::to_string(::getpid()) + "-" + std::to_string(count_++));
    std::filesystem::create_directory(folder_);
    spec_.name = info().name;
    spec_.pretrained = (folder_ / "model.h5").string();
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] const StrategyInfo& info() const { return GetParam()->info(); }
  std::unique_ptr<Strategy> Make(const TestShop& shop) {
    truths_.push_back(std::make_unique<MadeUpTruth>(shop));
    return MakeStrategy(info().slot, spec_, {&shop.view, truths_.back().get(), {}});
  }
  std::unique_ptr<Strategy> Trained(const TestShop& shop) {
    std::unique_ptr<Strategy> strategy = Make(shop);
    Rng rng(Dice(3, 0), Purpose::kTest, 0);
    strategy->Train(shop.records.log, rng);
    for (std::size_t n = 0; n < 200; ++n) strategy->Observe(shop.records.log.events[n]);
    return strategy;
  }
  std::string Ask(Strategy& strategy, const TestShop& shop) { return AskEverything(strategy, info().slot, shop, 5); }
  std::string LoadingError(Strategy& strategy, const TestShop& shop) {
    try {
      LoadModel(strategy, info().slot, spec_, shop.view);
    } catch (const Error& e) {
      return e.what();
    }
    return "no error";
  }

  static int count_;
  std::filesystem::path folder_;
  StrategySpec spec_;
  std::vector<std::unique_ptr<MadeUpTruth>> truths_;
};
int ModelRoundTrip::count_ = 0;

TEST_P(ModelRoundTrip, DecisionsEqualThoseOfTheSavedStrategy) {
  const auto shop = MakeConformanceShop({}, 11);
  const auto saved = Trained(*shop);
  SaveModel(spec_.pretrained, *saved, info().slot, spec_, shop->view);
  const auto loaded = Make(*shop);
  LoadModel(*loaded, info().slot, spec_, shop->view);
  EXPECT_EQ(Ask(*loaded, *shop), Ask(*saved, *shop));
}

TEST_P(ModelRoundTrip, AnotherCatalogueIsRefused) {
  const auto shop = MakeConformanceShop({}, 11);
  SaveModel(spec_.pretrained, *Trained(*shop), info().slot, spec_, shop->view);
  const auto other = MakeConformanceShop({}, 12);
  EXPECT_THAT(
      LoadingError(*Make(*other), *other),
      AllOf(HasSubstr("model.h5: found a model of another catalogue (60 items, hash "), HasSubstr("; allowed")));
  const auto larger = MakeConformanceShop({.items = 61}, 11);
  EXPECT_THAT(LoadingError(*Make(*larger), *larger), HasSubstr("another catalogue"));
}

TEST_P(ModelRoundTrip, AnotherStrategyIsRefused) {
  const auto shop = MakeConformanceShop({}, 11);
  for (const StrategyEntry& entry : Registry()) {
    const StrategyInfo& other = entry.info();
    if (other.name == info().name && other.slot == info().slot) continue;
    StrategySpec spec = spec_;
    spec.name = other.name;
    MadeUpTruth truth(*shop);
    SaveModel(spec_.pretrained, *MakeStrategy(other.slot, spec, {&shop->view, &truth, {}}), other.slot, spec,
              shop->view);
    EXPECT_THAT(LoadingError(*Make(*shop), *shop),
                AllOf(HasSubstr(std::string("found a model of ") + SlotName(other.slot) + "/" + other.name),
                      HasSubstr(std::string("allowed one of ") + SlotName(info().slot) + "/" + info().name)));
  }
}

/// Any number or switch in turn, at another value that is allowed.
TEST_P(ModelRoundTrip, OtherParametersAreRefused) {
  const auto shop = MakeConformanceShop({}, 11);
  SaveModel(spec_.pretrained, *Trained(*shop), info().slot, spec_, shop->view);
  for (const ParamSpec& p : info().params) {
    StrategySpec other = spec_;
    if (const auto* flag = std::get_if<bool>(&p.default_value)) other.params[p.name].value = !*flag;
    else if (const auto* whole = std::get_if<std::int64_t>(&p.default_value))
      other.params[p.name].value =
          static_cast<double>(*whole) == p.min ? static_cast<std::int64_t>(p.max) : static_cast<std::int64_t>(p.min);
    else if (const auto* real = std::get_if<double>(&p.default_value))
      other.params[p.name].value = *real == p.min ? p.max : p.min;
    else continue;
    EXPECT_NE(ParametersText(info().slot, other), ParametersText(info().slot, spec_));
    try {
      LoadModel(*Make(*shop), info().slot, other, shop->view);
      ADD_FAILURE() << p.name;
    } catch (const Error& e) {
      EXPECT_THAT(e.what(), AllOf(HasSubstr("model.h5: found a model of " + info().name + " with {"),
                                  HasSubstr("allowed one with {")));
    }
  }
}

std::vector<const StrategyEntry*> All() {
  std::vector<const StrategyEntry*> all;
  for (const StrategyEntry& entry : Registry()) all.push_back(&entry);
  return all;
}

std::string NameOf(const ::testing::TestParamInfo<const StrategyEntry*>& param) {
  std::string name = std::string(SlotName(param.param->info().slot)) + "_" + param.param->info().name;
  for (char& c : name)
    if (c == '-' || c == '+') c = '_';
  return name;
}

INSTANTIATE_TEST_SUITE_P(Registry, ModelRoundTrip, ::testing::ValuesIn(All()), NameOf);

/// What a hash of a catalogue must tell apart.
TEST(ModelFiles, TheCatalogueHashCoversWhatStrategiesSee) {
  const auto hash = [](const std::function<void(TestShop&)>& change) {
    const auto shop = MakeConformanceShop({}, 11);
    change(*shop);
    return CatalogueHash(shop->view);
  };
  const std::uint64_t same = hash([](TestShop&) {});
  EXPECT_EQ(hash([](TestShop&) {}), same);
  EXPECT_NE(hash([](TestShop& s) { std::swap(s.catalogue.category[0], s.catalogue.category[1]); }), same);
  EXPECT_NE(hash([](TestShop& s) { s.catalogue.brand[3] = BrandId(s.catalogue.brand[3].value + 1); }), same);
  EXPECT_NE(hash([](TestShop& s) { s.catalogue.list_price[5].cents += 1; }), same);
  EXPECT_NE(hash([](TestShop& s) { s.catalogue.launch_day[5] += 1; }), same);
  EXPECT_NE(hash([](TestShop& s) { s.catalogue.words[7] += 1; }), same);
  EXPECT_NE(hash([](TestShop& s) { s.catalogue.word_begin[1] -= 1; }), same);
  EXPECT_NE(hash([](TestShop& s) { s.faq[0].text += "."; }), same);
  EXPECT_NE(hash([](TestShop& s) { s.intents[0] += "."; }), same);
  EXPECT_EQ(hash([](TestShop& s) { s.records.price[0].cents += 1; }), same) << "prices of the day may differ";
  const auto shop = MakeConformanceShop({}, 11);
  const std::vector<std::int64_t> ids = {1, 2};
  EXPECT_NE(CatalogueHash(shop->view, ids), same);
}

TEST(ModelFiles, NamesOfReplications) {
  Scenario scenario;
  scenario.arms.resize(1);
  scenario.arms[0].slots[0].pretrained = "m/{replication}/a.r{replication}.h5";
  scenario.arms[0].slots[1].pretrained = "b.h5";
  const Scenario third = ForReplication(scenario, 3);
  EXPECT_EQ(third.arms[0].slots[0].pretrained, "m/3/a.r3.h5");
  EXPECT_EQ(third.arms[0].slots[1].pretrained, "b.h5");
  EXPECT_EQ(ModelPath("d", "knn", Slot::kPricing, 12), "d/knn.pricing.r12.h5");
}

}  // namespace
}  // namespace souk
