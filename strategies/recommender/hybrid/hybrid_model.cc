#include "strategies/recommender/hybrid/hybrid_model.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "strategies/common/shopper_history.h"
#include "strategies/common/vector_math.h"

namespace souk {
namespace {

/// The rank that a first hit after so many draws suggests is cut here, as in LightFM.
constexpr double kLargestStep = 10;
/// Sum of squares that a feature starts with: its first steps are not longer than the rate.
constexpr float kFirstSquare = 1e-2F;

/// Vectors of features with what Adagrad needs.
class FeatureTable {
 public:
  FeatureTable(std::size_t features, std::size_t width) : width_(width), values_(features * width, 0.0F) {
    squares_.assign(features, kFirstSquare);
  }
  /// Uniform on ±½ ÷ factors.
  void Draw(std::size_t factors, Rng& rng) {
    for (std::size_t f = 0; f < squares_.size(); ++f)
      for (std::size_t c = 0; c < factors; ++c)
        values_[f * width_ + c] = static_cast<float>((rng.Uniform() - 0.5) / static_cast<double>(factors));
  }
  [[nodiscard]] std::span<const float> row(std::size_t f) const { return {values_.data() + f * width_, width_}; }
  void AddTo(std::span<float> sum, std::span<const Entry> features) const {
    for (const Entry& e : features) AddScaled(e.value, row(static_cast<std::size_t>(e.column)), sum);
  }
  /// Moves each of the features along `factor` times its value times `direction`, of mean square `square`.
  void Step(std::span<const Entry> features, float factor, std::span<const float> direction, float square, float rate,
            float l2) {
    for (const Entry& e : features) {
      const auto f = static_cast<std::size_t>(e.column);
      const float slope = factor * e.value;
      float* const at = values_.data() + f * width_;
      squares_[f] += slope * slope * square;
      const float step = rate / std::sqrt(squares_[f]);
      if (l2 > 0) {
        const float keep = std::max(0.0F, 1 - step * l2);
        for (std::size_t c = 0; c < width_; ++c) at[c] *= keep;
      }
      AddScaled(step * slope, direction, {at, width_});
    }
  }

 private:
  std::size_t width_;
  std::vector<float> values_;
  std::vector<float> squares_;
};

/// The events of all shoppers, each shopper's together and in order.
struct Histories {
  struct Event {
    std::int32_t item = 0;
    std::int32_t session = 0;
    std::int32_t shopper = 0;  ///< number among the shoppers of the log
    float weight = 0;
    FactPair facts;  ///< as the event happened
  };
  std::vector<Event> events;
  std::vector<std::int32_t> begin{0};
  std::vector<std::int32_t> shopper_ids;
  std::vector<std::int32_t> seen;  ///< items with an event, ascending

  Histories(const ShopLog& log, int n_items, const EventWeights& weights) {
    std::vector<ShopperHistory> past;
    std::vector<Event> found;
    std::vector<std::uint8_t> is_seen(static_cast<std::size_t>(n_items), 0);
    std::vector<std::int32_t> count;
    for (const ShopEvent& e : log.events) {
      if (!e.shopper.valid()) continue;
      if (e.shopper.index() >= past.size()) past.resize(e.shopper.index() + 1);
      if (e.shopper.index() >= count.size()) count.resize(e.shopper.index() + 1, 0);
      const ShopperHistory& h = past[e.shopper.index()];
      const auto weight = static_cast<float>(weights.Of(e.kind));
      if (weight > 0 && e.item.value >= 0 && e.item.value < n_items) {
        found.push_back({e.item.value, e.session.value, e.shopper.value, weight, FactsOf(h.sessions, h.orders)});
        is_seen[e.item.index()] = 1;
        ++count[e.shopper.index()];
      }
      past[e.shopper.index()].Apply(e);
    }
    std::vector<std::int32_t> next(count.size(), 0);
    for (std::size_t u = 0; u < count.size(); ++u) {
      if (count[u] == 0) continue;
      next[u] = begin.back();
      begin.push_back(begin.back() + count[u]);
      count[u] = static_cast<std::int32_t>(shopper_ids.size());  // from here on: its number
      shopper_ids.push_back(static_cast<std::int32_t>(u));
    }
    events.resize(found.size());
    for (Event& e : found) {
      const auto u = static_cast<std::size_t>(e.shopper);
      e.shopper = count[u];
      events[static_cast<std::size_t>(next[u]++)] = e;
    }
    for (int i = 0; i < n_items; ++i)
      if (is_seen[static_cast<std::size_t>(i)] != 0) seen.push_back(i);
  }
};

class Trainer {
 public:
  Trainer(const SparseRows& content, const ShopLog& log, const HybridSettings& settings, Rng& rng)
      : settings_(settings),
        rng_(rng),
        n_(content.rows()),
        histories_(log, content.rows(), settings.weights),
        width_(HybridWidth(settings.factors)),
        first_shopper_(content.columns + n_),
        first_fact_(first_shopper_ + (settings.shopper_ids ? static_cast<int>(histories_.shopper_ids.size()) : 0)),
        item_table_(static_cast<std::size_t>(first_shopper_), width_),
        user_table_(static_cast<std::size_t>(first_fact_ + kShopperFacts), width_),
        in_history_(static_cast<std::size_t>(n_), 0),
        x_(width_),
        wanted_(width_),
        other_(width_) {
    features_.columns = first_shopper_;
    std::vector<std::uint8_t> seen(static_cast<std::size_t>(n_), 0);
    for (const std::int32_t i : histories_.seen) seen[static_cast<std::size_t>(i)] = 1;
    for (int i = 0; i < n_; ++i) {
      for (const Entry& e : content.row(i))
        if (e.value != 0) features_.entries.push_back(e);
      if (seen[static_cast<std::size_t>(i)] != 0)
        features_.entries.push_back({content.columns + i, settings.id_weight});
      features_.EndRow();
    }
    item_table_.Draw(static_cast<std::size_t>(settings.factors), rng);
    user_table_.Draw(static_cast<std::size_t>(settings.factors), rng);
  }

  HybridModel Run() {
    HybridModel model;
    model.width = width_;
    if (histories_.events.empty() || histories_.seen.size() < 2) return model;
    const auto events = static_cast<std::int64_t>(histories_.events.size());
    const std::int64_t steps = std::min(events * settings_.epochs, settings_.max_steps);
    for (std::int64_t s = 0; s < steps; ++s) Step(static_cast<std::size_t>(rng_.Below(events)));
    Sum(model);
    return model;
  }

 private:
  [[nodiscard]] std::size_t bias() const { return static_cast<std::size_t>(settings_.factors); }

  /// The features of the shopper just before event `at`, without its item, in user_.
  void DescribeShopper(std::size_t at) {
    const Histories::Event& now = histories_.events[at];
    const auto begin = static_cast<std::size_t>(histories_.begin[static_cast<std::size_t>(now.shopper)]);
    history_.clear();
    float weight = 1;
    float sum = 0;
    for (std::size_t e = at; e-- > begin && static_cast<int>(history_.size()) < settings_.history;) {
      const Histories::Event& past = histories_.events[e];
      std::uint8_t& mark = in_history_[static_cast<std::size_t>(past.item)];
      if (mark != 0 || past.item == now.item) continue;
      const float share = weight * (past.session == now.session ? 1.0F : settings_.earlier_weight);
      if (!(share > 0)) break;
      mark = 1;
      history_.push_back({past.item, share});
      sum += share;
      weight *= settings_.decay;
    }
    user_.clear();
    for (const Entry& h : history_)
      for (const Entry& f : features_.row(h.column)) user_.push_back({f.column, f.value * h.value / sum});
    if (settings_.shopper_ids) user_.push_back({first_shopper_ + now.shopper, 1.0F});
    user_.push_back({first_fact_ + now.facts.visits, 1.0F});
    user_.push_back({first_fact_ + now.facts.orders, 1.0F});
  }

  void SumItem(std::int32_t item, std::vector<float>& sum) const {
    std::fill(sum.begin(), sum.end(), 0.0F);
    item_table_.AddTo(sum, features_.row(item));
  }

  struct Rival {
    std::int32_t item = -1;
    double slope = 0;  ///< length of the step
  };
  /// An item that ought to rank below the wanted one, its sum in other_; item −1: none worth a step.
  Rival Draw(std::int32_t wanted, float score) {
    const auto known = std::ssize(histories_.seen);
    const auto events = std::ssize(histories_.events);
    const int draws = settings_.warp ? settings_.max_sampled : 1;
    for (int n = 1; n <= draws; ++n) {
      const bool popular = rng_.Uniform() < settings_.popular_rivals;
      const std::int32_t item = popular ? histories_.events[static_cast<std::size_t>(rng_.Below(events))].item
                                        : histories_.seen[static_cast<std::size_t>(rng_.Below(known))];
      if (item == wanted || in_history_[static_cast<std::size_t>(item)] != 0) continue;
      SumItem(item, other_);
      const float lead = score - Dot(x_, other_);
      if (!settings_.warp) return {item, Logistic(-static_cast<double>(lead))};
      if (lead < 1)
        return {item, std::min(kLargestStep, std::max(1.0, Log(std::max(1.0, static_cast<double>((known - 1) / n)))))};
    }
    return {};
  }

  void Step(std::size_t at) {
    const Histories::Event& now = histories_.events[at];
    DescribeShopper(at);
    std::fill(x_.begin(), x_.end(), 0.0F);
    user_table_.AddTo(x_, user_);
    x_[bias()] = 1;
    SumItem(now.item, wanted_);
    const Rival rival = Draw(now.item, Dot(x_, wanted_));
    for (const Entry& h : history_) in_history_[static_cast<std::size_t>(h.column)] = 0;
    if (rival.item < 0) return;
    const float slope = static_cast<float>(rival.slope) * now.weight;
    const auto rate = static_cast<float>(settings_.learning_rate);
    AddScaled(-1.0F, other_, wanted_);  // from here on: the difference
    wanted_[bias()] = 0;
    const float width = static_cast<float>(settings_.factors);
    user_table_.Step(user_, slope, wanted_, Dot(wanted_, wanted_) / width, rate, settings_.l2);
    const float square = Dot(x_, x_) / width;
    item_table_.Step(features_.row(now.item), slope, x_, square, rate, settings_.l2);
    item_table_.Step(features_.row(rival.item), -slope, x_, square, rate, settings_.l2);
  }

  void Sum(HybridModel& model) const {
    const auto n = static_cast<std::size_t>(n_);
    model.items.assign(n * width_, 0.0F);
    model.context.assign(n * width_, 0.0F);
    for (std::size_t i = 0; i < n; ++i) {
      item_table_.AddTo(std::span(model.items).subspan(i * width_, width_), features_.row(static_cast<int>(i)));
      user_table_.AddTo(std::span(model.context).subspan(i * width_, width_), features_.row(static_cast<int>(i)));
    }
    const auto append = [&](std::vector<float>& to, int feature) {
      const std::span<const float> row = user_table_.row(static_cast<std::size_t>(feature));
      to.insert(to.end(), row.begin(), row.end());
    };
    for (int f = first_fact_; f < first_fact_ + kShopperFacts; ++f) append(model.facts, f);
    if (!settings_.shopper_ids) return;
    model.shopper_ids = histories_.shopper_ids;
    for (int f = first_shopper_; f < first_fact_; ++f) append(model.shoppers, f);
  }

  const HybridSettings& settings_;
  Rng& rng_;
  int n_;
  Histories histories_;
  std::size_t width_;
  std::int32_t first_shopper_;  ///< features: tokens, items, then shoppers and facts
  std::int32_t first_fact_;
  SparseRows features_;  ///< of each item
  FeatureTable item_table_;
  FeatureTable user_table_;
  std::vector<std::uint8_t> in_history_;  ///< per item; 0 between steps
  std::vector<Entry> history_;
  std::vector<Entry> user_;
  std::vector<float> x_;
  std::vector<float> wanted_;
  std::vector<float> other_;
};

void RefuseUnlessFinite(StateReader& in, const std::vector<float>& values) {
  for (const float v : values)
    if (!std::isfinite(v)) in.Refuse("found a vector that is not finite");
}

}  // namespace

FactPair FactsOf(std::int32_t sessions, std::int32_t orders) {
  return {sessions <= 1 ? 0 : sessions <= 4 ? 1 : 2, orders <= 0 ? 3 : orders == 1 ? 4 : 5};
}

std::size_t HybridWidth(int factors) { return (static_cast<std::size_t>(factors) + 1 + 15) / 16 * 16; }

std::span<const float> HybridModel::ShopperVector(ShopperId shopper) const {
  const auto at = std::lower_bound(shopper_ids.begin(), shopper_ids.end(), shopper.value);
  if (at == shopper_ids.end() || *at != shopper.value) return {};
  return std::span(shoppers).subspan(static_cast<std::size_t>(at - shopper_ids.begin()) * width, width);
}

void HybridModel::Save(StateWriter& out) const {
  out.PutColumn(items);
  out.PutColumn(context);
  out.PutColumn(shopper_ids);
  out.PutColumn(shoppers);
  out.PutColumn(facts);
}

HybridModel HybridModel::Load(StateReader& in, int n_items, std::size_t width) {
  HybridModel m;
  m.width = width;
  m.items = in.GetColumn<float>();
  const std::size_t all = m.items.empty() ? 0 : static_cast<std::size_t>(n_items) * width;
  if (m.items.size() != all) in.Refuse("found vectors of another shape");
  m.context = in.GetColumn<float>(all);
  m.shopper_ids = in.GetColumn<std::int32_t>();
  if (std::adjacent_find(m.shopper_ids.begin(), m.shopper_ids.end(), std::greater_equal<>()) != m.shopper_ids.end())
    in.Refuse("found shoppers out of order");
  m.shoppers = in.GetColumn<float>(m.shopper_ids.size() * width);
  m.facts = in.GetColumn<float>(all == 0 ? 0 : kShopperFacts * width);
  for (const auto* values : {&m.items, &m.context, &m.shoppers, &m.facts}) RefuseUnlessFinite(in, *values);
  return m;
}

HybridModel TrainHybrid(const SparseRows& content, const ShopLog& log, const HybridSettings& settings, Rng& rng) {
  return Trainer(content, log, settings, rng).Run();
}

}  // namespace souk
