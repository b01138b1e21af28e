#include "strategies/recommender/hybrid/hybrid.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "strategies/common/catalogue_search.h"
#include "strategies/common/factor_math.h"
#include "strategies/common/slate_filter.h"
#include "strategies/common/vector_math.h"

namespace souk {
namespace {

constexpr std::int64_t kVersion = 1;

HybridSettings Settings(const Params& p) {
  return {.factors = static_cast<int>(p.Int("factors")),
          .warp = p.String("loss") == "warp",
          .max_sampled = static_cast<int>(p.Int("max_sampled")),
          .popular_rivals = p.Real("popular_rivals"),
          .learning_rate = p.Real("learning_rate"),
          .l2 = static_cast<float>(p.Real("l2")),
          .epochs = static_cast<int>(p.Int("epochs")),
          .max_steps = p.Int("max_steps"),
          .id_weight = static_cast<float>(p.Real("id_weight")),
          .shopper_ids = p.Bool("shopper_ids"),
          .history = static_cast<int>(p.Int("history")),
          .decay = static_cast<float>(p.Real("decay")),
          .earlier_weight = static_cast<float>(p.Real("earlier_weight")),
          .weights = {p.Real("view_weight"), p.Real("cart_weight"), p.Real("buy_weight")}};
}

std::vector<ParamSpec> AllParams() {
  std::vector<ParamSpec> params = {
      {"factors", std::int64_t{47}, 1, 512, {}, "", "numbers in the vector of a feature"},
      {"loss", "warp", 0, 0, {"warp", "bpr"}, "", "warp: the top of the list counts; bpr: every pair alike"},
      {"max_sampled", std::int64_t{10}, 1, 1000, {}, "items", "warp: draws until one ranks too high, then given up"},
      {"popular_rivals",
       1.0,
       0,
       1,
       {},
       "",
       "share of the rivals drawn by their number of events, which keeps sales out of the scores; the rest: all alike"},
      {"learning_rate", 0.05, 1e-5, 1, {}, "", "length of the first steps (Adagrad)"},
      {"l2", 0.0, 0, 1, {}, "", "pull of the vectors to 0"},
      {"epochs", std::int64_t{5}, 1, 1000, {}, "", "steps per event of the log"},
      {"max_steps", std::int64_t{1000000}, 1, 10000000000, {}, "", "of one training, at most"},
      {"content_weight", 1.0, 0, 10, {}, "", "of an item's tokens, whose vector has this length"},
      {"id_weight", 0.5, 0, 10, {}, "", "of an item's own vector; 0: items are their tokens only"},
      {"shopper_ids", true, 0, 0, {}, "", "shoppers of the log have vectors of their own"}};
  for (ParamSpec& p : ContentWeightParams()) params.push_back(std::move(p));
  for (ParamSpec& p : std::vector<ParamSpec>{
           {"history", std::int64_t{5}, 1, 100000, {}, "items", "latest distinct items that describe a shopper"},
           {"decay", 0.8, 0, 1, {}, "", "weight of an item over that of the next later one"},
           {"earlier_weight", 0.5, 0, 1, {}, "", "factor for items of earlier sessions"},
           {"view_weight", 1.0, 0, 10, {}, "", "weight of a step towards a viewed item"},
           {"cart_weight", 1.0, 0, 10, {}, "", "weight of a step towards an item that went into the cart"},
           {"buy_weight", 1.0, 0, 10, {}, "", "weight of a step towards a bought item"},
           {"repeat_viewed", false, 0, 0, {}, "", "may show items that this session has already seen"}})
    params.push_back(std::move(p));
  return params;
}

}  // namespace

const StrategyInfo& HybridInfo() {
  static const StrategyInfo info = {
      .slot = Slot::kRecommender,
      .name = "hybrid",
      .summary = "Factors of words, attributes and items at once: new items are served by what they are.",
      .source = "Kula 2015",
      .status = "tested",
      .params = AllParams()};
  return info;
}

std::unique_ptr<Strategy> MakeHybrid(const Params& params, const StrategyContext& context) {
  return std::make_unique<Hybrid>(params, context);
}

Hybrid::Hybrid(const Params& params, const StrategyContext& context)
    : view_(context.view),
      settings_(Settings(params)),
      content_weights_(ReadContentWeights(params)),
      content_weight_(static_cast<float>(params.Real("content_weight"))),
      repeat_viewed_(params.Bool("repeat_viewed")),
      latest_(view_->catalogue().items(),
              {.length = settings_.history, .decay = settings_.decay, .earlier_weight = settings_.earlier_weight}),
      x_(HybridWidth(settings_.factors), 0.0F) {
  model_.width = x_.size();
  popularity_.Rank(std::vector<float>(static_cast<std::size_t>(view_->catalogue().items()), 0.0F), view_->catalogue());
}

void Hybrid::Train(const ShopLog& log, Rng& rng) {
  const PublicCatalogue& catalogue = view_->catalogue();
  SparseRows content = ContentVectors(catalogue, content_weights_);
  for (Entry& e : content.entries) e.value *= content_weight_;
  model_ = TrainHybrid(content, log, settings_, rng);
  popularity_.Rank(FallbackPopularity(log, catalogue.items()), catalogue);
}

bool Hybrid::Describe(const RecommendRequest& request) {
  if (model_.items.empty()) return false;
  std::fill(x_.begin(), x_.end(), 0.0F);
  const std::span<const Entry> history = latest_.Of(request, *view_);
  float sum = 0;
  for (const Entry& h : history) sum += h.value;
  for (const Entry& h : history)
    AddScaled(h.value / sum, std::span(model_.context).subspan(ItemId(h.column).index() * model_.width, model_.width),
              x_);
  if (request.shopper.valid()) {
    if (const auto own = model_.ShopperVector(request.shopper); !own.empty()) AddScaled(1.0F, own, x_);
    const ShopperProfile& profile = view_->profile(request.shopper);
    const FactPair facts = FactsOf(profile.sessions, profile.orders);
    for (const std::int32_t f : {facts.visits, facts.orders})
      AddScaled(1.0F, std::span(model_.facts).subspan(static_cast<std::size_t>(f) * model_.width, model_.width), x_);
  }
  x_[static_cast<std::size_t>(settings_.factors)] = 1;
  return true;
}

Slate Hybrid::Recommend(const RecommendRequest& request, Rng&) {
  Slate slate;
  const int limit = SlateLimit(request);
  const SlateFilter filter(request, *view_, repeat_viewed_);
  if (Describe(request)) {
    best_.Reset(limit);
    SearchCatalogue(
        model_.items, x_, [&filter](std::int32_t item) { return filter.Allows(ItemId(item)); }, best_);
    for (const Scored& s : best_.sorted()) slate.Add(ItemId(s.id));
  }
  if (slate.size < limit) popularity_.Fill(slate, limit, PageCategory(request, view_->catalogue()), filter);
  return slate;
}

void Hybrid::Score(const RecommendRequest& request, std::span<float> scores) {
  if (Describe(request)) DotRows(x_, model_.items.data(), scores.size(), scores.data());
  else std::fill(scores.begin(), scores.end(), -std::numeric_limits<float>::infinity());
}

void Hybrid::Save(std::ostream& out) const {
  StateWriter writer(out, HybridInfo().name, kVersion, view_->catalogue().items());
  model_.Save(writer);
  popularity_.Save(writer);
  writer.Finish();
}

void Hybrid::Load(std::istream& in) {
  const int items = view_->catalogue().items();
  StateReader reader(in, HybridInfo().name, kVersion, items);
  HybridModel model = HybridModel::Load(reader, items, x_.size());
  std::vector<float> scores = PopularityRanking::LoadScores(reader, items);
  reader.Finish();
  model_ = std::move(model);
  popularity_.Rank(std::move(scores), view_->catalogue());
}

}  // namespace souk
