#pragma once
// A recommender whose scores stand in its parameters, for tests of those that put recommenders together.

#include <limits>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "strategies/common/serial.h"
#include "tests/support/recommend.h"

namespace souk::testing {

/// Scores as told, the same for every question. Counts what it is told, and learns that count: each event it has seen
/// adds one to the score of its item.
class FixedScores final : public ScoringRecommender {
 public:
  FixedScores(std::string name, std::vector<float> scores) : name_(std::move(name)), scores_(std::move(scores)) {}
  void Train(const ShopLog&, Rng&) override { ++trained_; }
  void Observe(const ShopEvent& e) override {
    if (e.item.valid()) scores_[e.item.index()] += 1;
  }
  void Save(std::ostream& out) const override {
    StateWriter writer(out, name_, 1, static_cast<std::int64_t>(scores_.size()));
    writer.PutColumn(scores_);
    writer.Put(trained_);
    writer.Finish();
  }
  void Load(std::istream& in) override {
    StateReader reader(in, name_, 1, static_cast<std::int64_t>(scores_.size()));
    auto scores = reader.GetColumn<float>(scores_.size());
    const int trained = reader.Get<int>();
    reader.Finish();
    scores_ = std::move(scores);
    trained_ = trained;
  }
  Slate Recommend(const RecommendRequest&, Rng&) override { return {}; }
  void Score(const RecommendRequest&, std::span<float> scores) override {
    std::copy(scores_.begin(), scores_.end(), scores.begin());
  }

 private:
  std::string name_;
  std::vector<float> scores_;
  int trained_ = 0;
};

/// A recommender without scores of the catalogue.
class NoScores final : public Recommender {
 public:
  void Train(const ShopLog&, Rng&) override {}
  void Save(std::ostream&) const override {}
  void Load(std::istream&) override {}
  Slate Recommend(const RecommendRequest&, Rng&) override { return {}; }
};

/// For StrategyContext::make: parameter `scores` is "3 1.5 -": − stands for −∞. A spec without it gives NoScores.
inline std::unique_ptr<Strategy> MakeFixed(Slot, const StrategySpec& spec, const StrategyContext&) {
  const auto found = spec.params.find("scores");
  if (found == spec.params.end()) return std::make_unique<NoScores>();
  std::vector<float> scores;
  std::istringstream words(std::get<std::string>(found->second.value));
  for (std::string word; words >> word;)
    scores.push_back(word == "-" ? -std::numeric_limits<float>::infinity() : std::stof(word));
  return std::make_unique<FixedScores>(spec.name, std::move(scores));
}

/// The value of a parameter that is a strategy: `name` with these scores.
inline ParamValue Fixed(const std::string& name, const std::string& scores) {
  ParamValue value{name, {}, {}};
  value.strategy.push_back({name, {{"scores", {scores, {}, {}}}}, {}, {}});
  return value;
}

/// A recommender around others made by MakeFixed, not trained.
template <class R>
std::unique_ptr<R> MakeAround(const StrategyInfo& info,
                              std::unique_ptr<Strategy> (*make)(const Params&, const StrategyContext&),
                              const TestShop& shop, const ParamMap& given) {
  std::vector<Params::Issue> issues;
  const Params params(info, given, issues);
  if (!issues.empty()) throw Error(issues.front().param + ": " + issues.front().message);
  StrategyContext context;
  context.view = &shop.view;
  context.make = MakeFixed;
  std::unique_ptr<Strategy> strategy = make(params, context);
  return std::unique_ptr<R>(static_cast<R*>(strategy.release()));
}

inline std::vector<float> ScoresOf(ScoringRecommender& recommender, const std::vector<int>& session, int items,
                                   int shopper = 0) {
  const std::vector<ItemId> viewed = Items(session);
  RecommendRequest request;
  request.shopper = ShopperId(shopper);
  request.session_items = viewed;
  std::vector<float> scores(static_cast<std::size_t>(items), 99.0F);
  recommender.Score(request, scores);
  return scores;
}

}  // namespace souk::testing
