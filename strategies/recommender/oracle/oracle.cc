#include "strategies/recommender/oracle/oracle.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "sim/base/error.h"
#include "sim/base/math.h"

namespace souk {
namespace {

constexpr std::int64_t kVersion = 1;
const SimDuration kFresh = Hours(0.5);

}  // namespace

const StrategyInfo& OracleRecommenderInfo() {
  static const StrategyInfo info = {
      .slot = Slot::kRecommender,
      .name = "oracle",
      .summary = "Ranks by the shopper's true chance of picking and buying: the ceiling.",
      .source = "souk",
      .status = "ceiling",
      .sees_truth = true,
      .params = {
          {"objective",
           std::string("conversion"),
           0,
           0,
           {"conversion", "revenue", "margin"},
           "",
           "what a purchase is worth: 1, its price, or its price less unit cost"},
          {"shortlist", std::int64_t{60}, 1, 100000, {}, "items", "candidates per category"},
          {"pool", std::int64_t{40}, 0, 100000, {}, "items", "candidates from the whole shop"},
          {"off_focus",
           -2.5,
           -100,
           0,
           {},
           "utility",
           "added to the view utility of an item outside the category in mind; what the shopper feels is "
           "-choice.focus_penalty, which a strategy is not told: set it by hand where the scenario's is not near this"},
          {"sample", std::int64_t{24}, 1, 10000, {}, "shoppers", "stand for the average when candidates are chosen"},
          {"repeat_viewed", false, 0, 0, {}, "", "may show items that this session has already seen"},
      }};
  return info;
}

std::unique_ptr<Strategy> MakeOracleRecommender(const Params& params, const StrategyContext& context) {
  return std::make_unique<OracleRecommender>(params, context);
}

OracleRecommender::OracleRecommender(const Params& params, const StrategyContext& context)
    : view_(context.view),
      truth_(context.truth),
      objective_(params.String("objective") == "conversion" ? Objective::kConversion
                 : params.String("objective") == "revenue"  ? Objective::kRevenue
                                                            : Objective::kMargin),
      shortlist_(static_cast<int>(params.Int("shortlist"))),
      pool_size_(static_cast<int>(params.Int("pool"))),
      sample_(static_cast<int>(params.Int("sample"))),
      off_focus_(static_cast<float>(Exp(params.Real("off_focus")))),
      repeat_viewed_(params.Bool("repeat_viewed")) {
  SOUK_CHECK(truth_ != nullptr);
  const auto n = static_cast<std::size_t>(view_->catalogue().items());
  popularity_.Rank(std::vector<float>(n, 0.0F), view_->catalogue());
  ShortlistAll(std::vector<double>(n, 0.0));
  focus_.resize(static_cast<std::size_t>(view_->shoppers()));
  anywhere_.resize(static_cast<std::size_t>(view_->shoppers()));
}

double OracleRecommender::Value(ItemId item) const {
  if (objective_ == Objective::kConversion) return 1;
  const double price = view_->price(item).units();
  if (objective_ == Objective::kRevenue) return price;
  return std::max(0.0, price - view_->catalogue().unit_cost[item.index()].units());
}

double OracleRecommender::Score(ShopperId shopper, ItemId item) const {
  // The cap keeps a float finite; utilities of that size are beyond any scenario.
  const double pick = Exp(std::min(truth_->ViewUtility(shopper, item), 60.0));
  return pick * Logistic(truth_->PurchaseLogit(shopper, item)) * Value(item);
}

void OracleRecommender::Train(const ShopLog& log, Rng& rng) {
  const PublicCatalogue& catalogue = view_->catalogue();
  popularity_.Rank(FallbackPopularity(log, catalogue.items()), catalogue);
  const int shoppers = view_->shoppers();
  std::vector<double> appeal(static_cast<std::size_t>(catalogue.items()), 0.0);
  if (shoppers > 0) {
    for (int s = 0; s < sample_; ++s) {
      const ShopperId shopper(static_cast<std::int32_t>(rng.Below(shoppers)));
      for (std::size_t i = 0; i < appeal.size(); ++i) appeal[i] += Score(shopper, ItemId(i));
    }
  }
  ShortlistAll(appeal);
  for (Ranked& list : focus_) list.expires = SimTime{INT64_MIN};
  for (Ranked& list : anywhere_) list.expires = SimTime{INT64_MIN};
}

void OracleRecommender::ShortlistAll(const std::vector<double>& appeal) {
  const PublicCatalogue& catalogue = view_->catalogue();
  std::vector<ItemId> all;
  for (int i = 0; i < catalogue.items(); ++i) all.emplace_back(i);
  std::sort(all.begin(), all.end(), [&](ItemId a, ItemId b) {
    return appeal[a.index()] > appeal[b.index()] || (appeal[a.index()] == appeal[b.index()] && a < b);
  });
  pool_.assign(all.begin(),
               all.begin() + std::min<std::ptrdiff_t>(pool_size_, static_cast<std::ptrdiff_t>(all.size())));
  std::vector<std::vector<ItemId>> by_category(static_cast<std::size_t>(catalogue.categories));
  for (const ItemId item : all) {
    auto& list = by_category[catalogue.category[item.index()].index()];
    if (static_cast<int>(list.size()) < shortlist_) list.push_back(item);
  }
  short_begin_.assign(1, 0);
  short_.clear();
  for (const auto& list : by_category) {
    short_.insert(short_.end(), list.begin(), list.end());
    short_begin_.push_back(static_cast<std::int32_t>(short_.size()));
  }
}

void OracleRecommender::Observe(const ShopEvent& event) {
  if (event.kind != ShopEventKind::kSessionStart || !event.shopper.valid() || event.shopper.index() >= focus_.size())
    return;
  focus_[event.shopper.index()].expires = SimTime{INT64_MIN};
  anywhere_[event.shopper.index()].expires = SimTime{INT64_MIN};
}

void OracleRecommender::Refresh(Ranked& list, const RecommendRequest& request, CategoryId category) {
  const auto session_size = static_cast<std::int32_t>(request.session_items.size());
  const bool fresh = request.now < list.expires && list.category == category && session_size >= list.session_size;
  list.session_size = session_size;
  if (fresh) return;
  list.category = category;
  list.expires = request.now + kFresh;
  best_.Reset(kKept);
  std::span<const ItemId> candidates(pool_);
  if (category.valid()) {
    const auto begin = static_cast<std::size_t>(short_begin_[category.index()]);
    const auto end = static_cast<std::size_t>(short_begin_[category.index() + 1]);
    candidates = {short_.data() + begin, end - begin};
  }
  for (const ItemId item : candidates)
    if (view_->available(item)) best_.Offer(static_cast<float>(Score(request.shopper, item)), item.value);
  const auto sorted = best_.sorted();
  std::copy(sorted.begin(), sorted.end(), list.items);
  list.size = static_cast<std::int32_t>(sorted.size());
}

void OracleRecommender::Offer(const Ranked& list, const SlateFilter& filter, int limit, CategoryId focus,
                              float factor) {
  int offered = 0;
  for (int r = 0; r < list.size && offered < limit; ++r) {
    const Scored& s = list.items[r];
    if (!filter.Allows(ItemId(s.id))) continue;
    // What the shop-wide list holds of the category in mind, that category's own list has offered.
    if (!list.category.valid() && focus.valid() && view_->catalogue().category[ItemId(s.id).index()] == focus) continue;
    best_.Offer(s.score * factor, s.id);
    ++offered;
  }
}

Slate OracleRecommender::Recommend(const RecommendRequest& request, Rng&) {
  Slate slate;
  const int limit = SlateLimit(request);
  const SlateFilter filter(request, *view_, repeat_viewed_);
  CategoryId category = PageCategory(request, view_->catalogue());
  if (request.shopper.valid() && request.shopper.index() < focus_.size()) {
    const CategoryId next = truth_->NextCategory(request.shopper);
    if (next.valid()) category = next;
    const auto u = request.shopper.index();
    if (category.valid()) Refresh(focus_[u], request, category);
    Refresh(anywhere_[u], request, CategoryId{});
    best_.Reset(limit);  // after the refreshes, which use it too
    if (category.valid()) Offer(focus_[u], filter, limit, category, 1);
    Offer(anywhere_[u], filter, limit, category, category.valid() ? off_focus_ : 1);
    for (const Scored& s : best_.sorted()) slate.Add(ItemId(s.id));
  }
  if (slate.size < limit) popularity_.Fill(slate, limit, category, filter);
  return slate;
}

void OracleRecommender::Save(std::ostream& out) const {
  StateWriter writer(out, OracleRecommenderInfo().name, kVersion, view_->catalogue().items());
  writer.PutColumn(short_begin_);
  writer.PutColumn(short_);
  writer.PutColumn(pool_);
  popularity_.Save(writer);
  writer.Finish();
}

void OracleRecommender::Load(std::istream& in) {
  const int items = view_->catalogue().items();
  StateReader reader(in, OracleRecommenderInfo().name, kVersion, items);
  auto begin = reader.GetColumn<std::int32_t>(static_cast<std::size_t>(view_->catalogue().categories) + 1);
  auto shortlist = reader.GetColumn<ItemId>();
  auto pool = reader.GetColumn<ItemId>();
  std::vector<float> scores = PopularityRanking::LoadScores(reader, items);
  reader.Finish();
  const bool rising = begin.front() == 0 && std::is_sorted(begin.begin(), begin.end()) &&
                      static_cast<std::size_t>(begin.back()) == shortlist.size();
  if (!rising) reader.Refuse("the stream is damaged");
  for (const auto& list : {shortlist, pool})
    for (const ItemId item : list)
      if (item.value < 0 || item.value >= items) reader.Refuse("found an item outside the catalogue");
  short_begin_ = std::move(begin);
  short_ = std::move(shortlist);
  pool_ = std::move(pool);
  popularity_.Rank(std::move(scores), view_->catalogue());
  for (Ranked& list : focus_) list.expires = SimTime{INT64_MIN};
  for (Ranked& list : anywhere_) list.expires = SimTime{INT64_MIN};
}

}  // namespace souk
