// Model files in the life of an experiment: saved at the end of each period, and loaded in place of all training.
#include <gmock/gmock.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <mutex>

#include "bench/experiment/experiment.h"
#include "bench/experiment/model_files.h"
#include "sim/base/error.h"
#include "tests/system/designs.h"

namespace souk {
namespace {

using ::testing::HasSubstr;

class Pretrained : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("souk-pretrained-" + std::to_string(::getpid()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directory(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  [[nodiscard]] RunOptions Saving() const {
    RunOptions options;
    options.on_strategies = [folder = folder_.string()](int r, const ArmSpec& arm, const StrategySet& set,
                                                        const ShopView& view) {
      SaveModels(folder, r, arm, set, view);
    };
    return options;
  }
  [[nodiscard]] std::string Model(const std::string& name) const { return (folder_ / name).string(); }

  std::filesystem::path folder_;
};

Scenario Tiny() { return Read("tiny/shop.yaml", {{"replications", "2"}}); }

ArmSpec& ArmOf(Scenario& s, const std::string& name) {
  for (ArmSpec& arm : s.arms)
    if (arm.name == name) return arm;
  throw Error("no arm " + name);
}

/// Passes everything on and counts trainings.
class Counting final : public Recommender {
 public:
  Counting(std::unique_ptr<Recommender> inner, std::atomic<int>& trained)
      : inner_(std::move(inner)), trained_(trained) {}
  void Train(const ShopLog& log, Rng& rng) override {
    ++trained_;
    inner_->Train(log, rng);
  }
  void Observe(const ShopEvent& event) override { inner_->Observe(event); }
  void Save(std::ostream& out) const override { inner_->Save(out); }
  void Load(std::istream& in) override { inner_->Load(in); }
  Slate Recommend(const RecommendRequest& request, Rng& rng) override { return inner_->Recommend(request, rng); }

 private:
  std::unique_ptr<Recommender> inner_;
  std::atomic<int>& trained_;
};

TEST_F(Pretrained, SavingChangesNoOutcomeAndWritesEveryStrategy) {
  const Scenario s = Tiny();
  const ExperimentResult saved = RunExperiment(s, Saving());
  EXPECT_EQ(saved.Fingerprint(), RunExperiment(s, {}).Fingerprint());
  for (const ArmSpec& arm : s.arms)
    for (int slot = 0; slot < kSlots; ++slot)
      for (int r = 0; r < 2; ++r) {
        const auto of = static_cast<Slot>(slot);
        const souk::Model model = ReadModel(ModelPath(folder_.string(), arm.name, of, r));
        EXPECT_EQ(model.header.strategy, arm.slots[static_cast<std::size_t>(slot)].name);
        EXPECT_EQ(model.header.slot, SlotName(of));
      }
}

TEST_F(Pretrained, AModelTakesThePlaceOfAllTraining) {
  Scenario s = Tiny();
  s.cadence.train_days = 1;
  RunExperiment(s, Saving());
  const auto trainings = [&](Scenario scenario) {
    std::atomic<int> trained = 0;
    RunOptions options;
    options.make_strategies = [&](const ArmSpec& arm, const StrategyContext& context) {
      StrategySet set = MakeStrategies(arm, context);
      if (arm.name == "item-knn") set.recommender = std::make_unique<Counting>(std::move(set.recommender), trained);
      return set;
    };
    const ExperimentResult result = RunExperiment(scenario, options);
    for (const CellResult& cell : result.cells) EXPECT_EQ(cell.error, "");
    return trained.load();
  };
  EXPECT_GE(trainings(s), 2 * s.time.days) << "the cadence applies without a model";
  ArmOf(s, "item-knn").slots[0].pretrained = Model("item-knn.recommender.r{replication}.h5");
  EXPECT_EQ(trainings(s), 0);
}

/// A model of the same moment is as good as the training: the measured period lasts less than one cadence, and the
/// state saved by an arm that is trained at its start and told nothing equals it.
TEST_F(Pretrained, AModelOfTheSameLogGivesTheSameOutcomes) {
  Scenario s = Tiny();
  s.cadence.train_days = 3650;  // once, at the start of the period
  std::mutex mutex;
  RunOptions saving;
  saving.make_strategies = [&](const ArmSpec& arm, const StrategyContext& context) {
    StrategySet set = MakeStrategies(arm, context);
    if (arm.name != "item-knn") return set;
    // As the market will train it: the same log, and dice that item-knn does not use.
    const std::unique_ptr<Recommender> twin = MakeStrategies(arm, context).recommender;
    Rng rng(Dice(1, 1), Purpose::kTest, 0);
    twin->Train(context.view->log(), rng);
    const std::lock_guard lock(mutex);
    const int r = static_cast<int>(std::filesystem::exists(Model("start.r0.h5")));
    SaveModel(Model("start.r" + std::to_string(r) + ".h5"), *twin, Slot::kRecommender, arm.slots[0], *context.view);
    return set;
  };
  saving.threads = 1;
  const ExperimentResult trained = RunExperiment(s, saving);
  ArmOf(s, "item-knn").slots[0].pretrained = Model("start.r{replication}.h5");
  const ExperimentResult loaded = RunExperiment(s, {});
  const int arm = trained.ArmIndex("item-knn");
  for (const int r : {0, 1}) {
    EXPECT_EQ(loaded.Cell(r, arm)->error, "");
    EXPECT_EQ(loaded.Cell(r, arm)->fingerprint, trained.Cell(r, arm)->fingerprint) << r;
    EXPECT_NE(trained.Cell(r, arm)->fingerprint, trained.Cell(r, 0)->fingerprint) << "the model matters";
  }
}

TEST_F(Pretrained, AModelOfAnotherReplicationFailsTheCellByName) {
  Scenario s = Tiny();
  RunExperiment(s, Saving());
  ArmOf(s, "item-knn").slots[0].pretrained = Model("item-knn.recommender.r0.h5");
  const ExperimentResult r = RunExperiment(s, {});
  const int arm = r.ArmIndex("item-knn");
  EXPECT_EQ(r.Cell(0, arm)->error, "");
  EXPECT_THAT(r.Cell(1, arm)->error, HasSubstr("item-knn.recommender.r0.h5: found a model of another catalogue"));
}

TEST_F(Pretrained, ChecksComeBeforeAnythingRuns) {
  Scenario s = Tiny();
  RunExperiment(s, Saving());
  const auto error = [&](const std::string& file, const std::vector<int>& replications) -> std::string {
    ArmOf(s, "item-knn").slots[0].pretrained = Model(file);
    try {
      CheckModels(s, replications);
    } catch (const Error& e) {
      return e.what();
    }
    return "no error";
  };
  EXPECT_EQ(error("item-knn.recommender.r{replication}.h5", {0, 1}), "no error");
  EXPECT_THAT(error("item-knn.recommender.r{replication}.h5", {0, 2}),
              HasSubstr("r2.h5: cannot be read: No such file"));
  EXPECT_THAT(error("item-knn.pricing.r0.h5", {0}), HasSubstr("found a model of pricing/"));
}

}  // namespace
}  // namespace souk
