#include "strategies/recommender/session_knn/session_knn.h"

#include <algorithm>
#include <climits>
#include <cmath>
#include <limits>
#include <utility>

#include "sim/base/math.h"
#include "strategies/common/baskets.h"

namespace souk {
namespace {

constexpr std::int64_t kVersion = 1;
/// Shoppers whose running session is remembered.
constexpr std::size_t kRunning = 256;
/// A longer session drops its oldest views in blocks, so that it is still only extended by most new
/// views. Also keeps similarities, at most Σ p², below 2^24 and so exact as floats.
constexpr std::size_t kLongest = 64;
constexpr std::size_t kBlock = 32;
constexpr std::int32_t kBuckets = 1024;

PositionLaw Law(const std::string& name) {
  return name == "same" ? PositionLaw::kSame : name == "div" ? PositionLaw::kDiv : PositionLaw::kQuadratic;
}

}  // namespace

const StrategyInfo& SessionKnnInfo() {
  static const StrategyInfo info = {
      .slot = Slot::kRecommender,
      .name = "session-knn",
      .summary = "What followed in recent sessions like this one: VS-kNN with position weights and idf.",
      .source = "Ludewig & Jannach 2018",
      .status = "reproduced",
      .params = {
          {"neighbours", std::int64_t{100}, 1, 10000, {}, "sessions", "most similar sessions that vote"},
          {"sample", std::int64_t{300}, 1, 100000, {}, "sessions", "most recent candidate sessions compared"},
          {"weighting",
           std::string("quadratic"),
           0,
           0,
           {"same", "div", "quadratic"},
           "",
           "weight of position p of L in the running session: 1, p/L, (p/L)²"},
          {"decay",
           std::string("div"),
           0,
           0,
           {"same", "div", "quadratic"},
           "",
           "weight of a neighbour whose last shared item lies s steps back: 1, 1/s, 1/s²"},
          {"similarity",
           std::string("dot"),
           0,
           0,
           {"dot", "cosine"},
           "",
           "of sessions: the weights of shared items, or these by the root of the past session's length"},
          {"idf_weight", 5.0, 0, 100, {}, "", "how much rare items gain"},
          {"max_session",
           std::int64_t{200},
           2,
           100000,
           {},
           "items",
           "latest distinct items of a past session that count"},
          {"history",
           std::int64_t{3},
           0,
           16,
           {},
           "items",
           "latest items of earlier sessions that stand in for a session that has not begun; 0 = "
           "none"},
          {"half_life_days", 30.0, 0, 3650, {}, "days", "of the popularity that fills short slates"},
          {"repeat_viewed", false, 0, 0, {}, "", "may show items that this session has already seen"},
      }};
  return info;
}

std::unique_ptr<Strategy> MakeSessionKnn(const Params& params, const StrategyContext& context) {
  return std::make_unique<SessionKnn>(params, context);
}

SessionKnn::SessionKnn(const Params& params, const StrategyContext& context)
    : view_(context.view),
      sample_(static_cast<int>(params.Int("sample"))),
      k_(static_cast<int>(params.Int("neighbours"))),
      max_session_(static_cast<int>(params.Int("max_session"))),
      history_(static_cast<int>(params.Int("history"))),
      weighting_(Law(params.String("weighting"))),
      decay_(Law(params.String("decay"))),
      cosine_(params.String("similarity") == "cosine"),
      idf_weight_(params.Real("idf_weight")),
      half_life_days_(params.Real("half_life_days")),
      repeat_viewed_(params.Bool("repeat_viewed")),
      running_(kRunning),
      merge_(static_cast<std::size_t>(sample_) + 1),
      neighbours_(static_cast<std::size_t>(std::min(sample_, k_)) + 1),
      histogram_(kBuckets),
      boundary_(static_cast<std::size_t>(sample_) + 1),
      scores_(view_->catalogue().items()) {
  for (Running& r : running_) {
    r.items.reserve(kLongest);
    r.merged.resize(static_cast<std::size_t>(sample_) + 1);
  }
  stand_in_.reserve(ShopperProfile::kRecent);
  popularity_.Rank(std::vector<float>(static_cast<std::size_t>(view_->catalogue().items()), 0.0F), view_->catalogue());
  session_begin_.assign(1, 0);
  BuildIndex();
}

void SessionKnn::Train(const ShopLog& log, Rng&) {
  const PublicCatalogue& catalogue = view_->catalogue();
  // A session of one item can only vote for what the shopper already sees.
  const int min_items = repeat_viewed_ ? 1 : 2;
  const Baskets baskets =
      CollectBaskets(log, catalogue.items(), BasketOf::kSession, EventWeights{}, min_items, max_session_);
  session_begin_.assign(1, 0);
  session_items_.clear();
  session_items_.reserve(baskets.items.entries.size());
  for (int b = baskets.items.rows() - 1; b >= 0; --b) {
    for (const Entry& e : baskets.items.row(b)) session_items_.push_back(e.column);
    session_begin_.push_back(static_cast<std::int32_t>(session_items_.size()));
  }
  BuildIndex();
  popularity_.Rank(FallbackPopularity(log, catalogue.items(), half_life_days_), catalogue);
}

void SessionKnn::BuildIndex() {
  const auto n = static_cast<std::size_t>(view_->catalogue().items());
  const std::size_t sessions = session_begin_.size() - 1;
  std::vector<std::int32_t> df(n, 0);
  for (const std::int32_t item : session_items_) ++df[static_cast<std::size_t>(item)];
  posting_begin_.assign(1, 0);
  rarity_.assign(n, 1.0F);
  for (std::size_t i = 0; i < n; ++i) {
    posting_begin_.push_back(posting_begin_.back() + std::min(df[i], sample_) + 1);
    if (df[i] > 0) rarity_[i] = static_cast<float>(1.0 + idf_weight_ * Log(static_cast<double>(sessions) / df[i]));
  }
  scale_.clear();
  for (std::size_t s = 0; cosine_ && s < sessions; ++s)
    scale_.push_back(1.0F / std::sqrt(static_cast<float>(session_begin_[s + 1] - session_begin_[s])));
  postings_.assign(static_cast<std::size_t>(posting_begin_.back()), INT32_MAX);
  std::vector<std::int32_t> next(posting_begin_.begin(), posting_begin_.end() - 1);
  for (std::size_t s = 0; s < sessions; ++s)
    for (std::int32_t at = session_begin_[s]; at < session_begin_[s + 1]; ++at) {
      const auto i = static_cast<std::size_t>(session_items_[static_cast<std::size_t>(at)]);
      if (next[i] < posting_begin_[i + 1] - 1)
        postings_[static_cast<std::size_t>(next[i]++)] = static_cast<std::int32_t>(s);
    }
  ForgetRunning();
}

void SessionKnn::ForgetRunning() {
  for (Running& r : running_) {
    r.shopper = -1;
    r.candidates = 0;
    r.items.clear();
  }
}

std::int32_t SessionKnn::Weight(std::int32_t position) const {
  return weighting_ == PositionLaw::kSame ? 1 : weighting_ == PositionLaw::kDiv ? position : position * position;
}

/// Merges the sessions of the next item into the candidates, newest first, keeping `sample` of
/// them. What falls off the end is older than `sample` others and can never come back.
void SessionKnn::Extend(Running& running, ItemId item) {
  std::int32_t before = 0;  // position at which the item stood so far
  for (std::size_t at = running.items.size(); at-- > 0 && before == 0;)
    if (running.items[at] == item) before = static_cast<std::int32_t>(at) + 1;
  running.items.push_back(item);
  const auto position = static_cast<std::int32_t>(running.items.size());
  const std::int32_t gain = Weight(position) - (before > 0 ? Weight(before) : 0);

  running.merged[static_cast<std::size_t>(running.candidates)].session = INT32_MAX;
  const Candidate* old = running.merged.data();
  const std::int32_t* post = postings_.data() + posting_begin_[item.index()];
  Candidate* out = merge_.data();
  Candidate* const end = out + sample_;
  for (; out != end; ++out) {
    const std::int32_t session = std::min(old->session, *post);
    if (session == INT32_MAX) break;
    const bool from_old = old->session == session;
    const bool from_post = *post == session;
    out->session = session;
    out->similarity = (from_old ? old->similarity : 0) + (from_post ? gain : 0);
    out->last = from_post ? position : old->last;
    old += from_old ? 1 : 0;
    post += from_post ? 1 : 0;
  }
  running.candidates = static_cast<std::int32_t>(out - merge_.data());
  std::copy(merge_.data(), out, running.merged.data());
}

SessionKnn::Running& SessionKnn::CandidatesOf(const RecommendRequest& request, std::span<const ItemId> items) {
  Running& running = running_[request.shopper.valid() ? request.shopper.index() % kRunning : 0];
  const std::size_t known = running.items.size();
  const bool continues = running.shopper == request.shopper.value && known <= items.size() &&
                         std::equal(running.items.begin(), running.items.end(), items.begin());
  if (!continues) {
    running.shopper = request.shopper.value;
    running.candidates = 0;
    running.items.clear();
  }
  for (std::size_t at = running.items.size(); at < items.size(); ++at) Extend(running, items[at]);
  return running;
}

/// The k most similar candidates, without sorting: a histogram of similarities gives the bucket
/// that holds the k-th; everything above is in, and inside the bucket the best (ties: the newest)
/// fill up.
void SessionKnn::ChooseNeighbours(const Running& running) {
  const std::span<const Candidate> all(running.merged.data(), static_cast<std::size_t>(running.candidates));
  if (cosine_ && running.candidates > k_) return ChooseByCosine(all);
  if (running.candidates <= k_) {
    std::copy(all.begin(), all.end(), neighbours_.begin());
    chosen_ = all.size();
    return;
  }
  std::int32_t largest = 0;
  for (const Candidate& c : all) largest = std::max(largest, c.similarity);
  int shift = 0;
  while ((largest >> shift) >= kBuckets) ++shift;
  const std::int32_t top = largest >> shift;
  std::int32_t* const histogram = histogram_.data();
  std::fill(histogram, histogram + top + 1, 0);
  for (const Candidate& c : all) ++histogram[c.similarity >> shift];
  std::int32_t bucket = top;
  std::int32_t wanted = k_;
  while (histogram[bucket] < wanted) wanted -= histogram[bucket--];

  // Written always, counted when in: no branch to mispredict.
  Candidate* above = neighbours_.data();
  Scored* at_boundary = boundary_.data();
  for (std::size_t at = 0; at < all.size(); ++at) {
    const std::int32_t here = all[at].similarity >> shift;
    *above = all[at];
    above += here > bucket ? 1 : 0;
    *at_boundary = {static_cast<float>(all[at].similarity), static_cast<std::int32_t>(at)};
    at_boundary += here == bucket ? 1 : 0;
  }
  // In an unshifted bucket all are equal and stand newest first already.
  if (shift > 0) SelectTop(std::span(boundary_.data(), at_boundary), wanted);
  for (std::int32_t b = 0; b < wanted; ++b)
    *above++ = all[static_cast<std::size_t>(boundary_[static_cast<std::size_t>(b)].id)];
  chosen_ = static_cast<std::size_t>(above - neighbours_.data());
}

void SessionKnn::ChooseByCosine(std::span<const Candidate> all) {
  for (std::size_t at = 0; at < all.size(); ++at)
    boundary_[at] = {static_cast<float>(all[at].similarity) * scale_[static_cast<std::size_t>(all[at].session)],
                     static_cast<std::int32_t>(at)};
  chosen_ = static_cast<std::size_t>(SelectTop(std::span(boundary_.data(), all.size()), k_));
  for (std::size_t n = 0; n < chosen_; ++n) neighbours_[n] = all[static_cast<std::size_t>(boundary_[n].id)];
}

void SessionKnn::ScoreNeighbours(const Running& running) {
  ChooseNeighbours(running);
  scores_.Clear();
  const auto length = static_cast<std::int32_t>(running.items.size());
  constexpr std::size_t kAhead = 8;  // sessions lie scattered: ask memory for them before they are needed
  const auto begin_of = [this](const Candidate& c) { return session_begin_[static_cast<std::size_t>(c.session)]; };
  for (std::size_t n = 0; n < chosen_; ++n) {
    if (n + kAhead < chosen_) {
      const std::int32_t* ahead = session_items_.data() + begin_of(neighbours_[n + kAhead]);
      __builtin_prefetch(ahead);
      __builtin_prefetch(ahead + 16);
    }
    const Candidate& c = neighbours_[n];
    const auto step = static_cast<float>(length - c.last + 1);
    const float decay = decay_ == PositionLaw::kSame  ? 1.0F
                        : decay_ == PositionLaw::kDiv ? 1.0F / step
                                                      : 1.0F / (step * step);
    float amount = static_cast<float>(c.similarity) * decay;
    if (cosine_) amount *= scale_[static_cast<std::size_t>(c.session)];
    const auto size = static_cast<std::size_t>(session_begin_[static_cast<std::size_t>(c.session) + 1] - begin_of(c));
    scores_.AddAll(
        std::span(session_items_.data() + begin_of(c), size), [](std::int32_t item) { return item; },
        [amount](std::int32_t) { return amount; });
  }
}

std::span<const ItemId> SessionKnn::SessionOf(const RecommendRequest& request) {
  if (!request.session_items.empty() || !request.shopper.valid()) return request.session_items;
  const ShopperProfile& profile = view_->profile(request.shopper);
  stand_in_.clear();
  for (int at = std::min(history_, profile.recent_size) - 1; at >= 0; --at) stand_in_.push_back(profile.RecentItem(at));
  return stand_in_;
}

void SessionKnn::Vote(const RecommendRequest& request, std::span<const ItemId> items) {
  if (items.size() > kLongest) items = items.subspan((items.size() - kLongest + kBlock - 1) / kBlock * kBlock);
  ScoreNeighbours(CandidatesOf(request, items));
}

void SessionKnn::Score(const RecommendRequest& request, std::span<float> scores) {
  Vote(request, SessionOf(request));
  std::fill(scores.begin(), scores.end(), -std::numeric_limits<float>::infinity());
  for (const std::int32_t item : scores_.touched()) {
    const auto i = static_cast<std::size_t>(item);
    scores[i] = scores_[item] * rarity_[i];
  }
}

Slate SessionKnn::Recommend(const RecommendRequest& request, Rng&) {
  RecommendRequest asked = request;
  asked.session_items = SessionOf(request);
  Slate slate;
  const int limit = SlateLimit(request);
  Vote(request, asked.session_items);
  const float* const rarity = rarity_.data();
  AddBest(slate, limit, scores_, SlateFilter(asked, *view_, repeat_viewed_), best_,
          [rarity](std::int32_t item, float sum) { return sum * rarity[item]; });
  if (slate.size < limit)
    popularity_.Fill(slate, limit, PageCategory(request, view_->catalogue()),
                     SlateFilter(request, *view_, repeat_viewed_));
  return slate;
}

void SessionKnn::Save(std::ostream& out) const {
  StateWriter writer(out, SessionKnnInfo().name, kVersion, view_->catalogue().items());
  writer.PutColumn(session_begin_);
  writer.PutColumn(session_items_);
  popularity_.Save(writer);
  writer.Finish();
}

void SessionKnn::Load(std::istream& in) {
  const int items = view_->catalogue().items();
  StateReader reader(in, SessionKnnInfo().name, kVersion, items);
  auto session_begin = reader.GetColumn<std::int32_t>();
  auto session_items = reader.GetColumn<std::int32_t>();
  std::vector<float> scores = PopularityRanking::LoadScores(reader, items);
  reader.Finish();
  const bool rising = !session_begin.empty() && session_begin.front() == 0 &&
                      std::is_sorted(session_begin.begin(), session_begin.end()) &&
                      static_cast<std::size_t>(session_begin.back()) == session_items.size();
  if (!rising) reader.Refuse("the stream is damaged");
  for (const std::int32_t item : session_items)
    if (item < 0 || item >= items) reader.Refuse("found an item outside the catalogue");
  session_begin_ = std::move(session_begin);
  session_items_ = std::move(session_items);
  BuildIndex();
  popularity_.Rank(std::move(scores), view_->catalogue());
}

}  // namespace souk
