#include "strategies/recommender/sequential_rules/transitions.h"

#include <algorithm>
#include <cmath>

#include "sim/base/math.h"

namespace souk {
namespace {

constexpr double kLn2 = 0.69314718055994530942;
constexpr double kMostHalfLives = 40;  ///< that a new event may be worth more: floats keep some room
constexpr std::int32_t kEnd = -1;      ///< item that separates sequences

}  // namespace

Transitions::Transitions(int n_items, const TransitionSettings& settings)
    : settings_(settings),
      counts_(n_items),
      out_(static_cast<std::size_t>(n_items), 0.0),
      in_(static_cast<std::size_t>(n_items), 0.0) {
  inverse_.push_back(0);
  for (int d = 1; d <= settings.window; ++d) inverse_.push_back(1.0F / static_cast<float>(d));
}

bool Transitions::Counts(const ShopEvent& event) const {
  return settings_.weights.Of(event.kind) > 0 && event.item.value >= 0 && event.item.value < items() &&
         event.shopper.valid();
}

double Transitions::Worth(const ShopEvent& event) {
  const double weight = settings_.weights.Of(event.kind);
  if (!(settings_.half_life_days > 0)) return weight;
  const std::int64_t hour = event.time.us / SimTime::kHourUs - origin_hour_;
  if (hour != hour_) {
    const double half_lives = static_cast<double>(hour) / (24 * settings_.half_life_days);
    if (half_lives - shift_ > kMostHalfLives) Rescale(std::floor(half_lives - shift_));
    hour_ = hour;
    growth_ = Exp(kLn2 * (half_lives - shift_));
  }
  return weight * growth_;
}

int Transitions::PlaceOf(std::span<const Step> steps, const ShopEvent& event) const {
  const int size = static_cast<int>(steps.size());
  const int reach = event.kind != ShopEventKind::kView ? settings_.window : settings_.repeats ? 0 : 1;
  const int first = std::max(0, size - reach);
  for (int place = size - 1; place >= first; --place)
    if (steps[static_cast<std::size_t>(place)].item == event.item.value) return place;
  return -1;
}

void Transitions::Rebuild(const ShopLog& log) {
  counts_.Clear();
  std::fill(out_.begin(), out_.end(), 0.0);
  std::fill(in_.begin(), in_.end(), 0.0);
  slot_.clear();
  tails_.clear();
  steps_.clear();
  origin_hour_ = log.events.empty() ? 0 : log.events.back().time.us / SimTime::kHourUs;
  shift_ = 0;
  hour_ = 0;
  growth_ = 1;

  // Counting sort by shopper; the log is in time order, so each shopper's events come out in time order.
  std::vector<std::int32_t> next;
  for (const ShopEvent& e : log.events) {
    if (!Counts(e)) continue;
    if (next.size() <= e.shopper.index()) next.resize(e.shopper.index() + 1, 0);
    ++next[e.shopper.index()];
  }
  std::int32_t total = 0;
  for (std::int32_t& n : next) n = std::exchange(total, total + n);
  std::vector<std::int32_t> order(static_cast<std::size_t>(total));
  for (std::size_t n = 0; n < log.events.size(); ++n)
    if (const ShopEvent& e = log.events[n]; Counts(e))
      order[static_cast<std::size_t>(next[e.shopper.index()]++)] = static_cast<std::int32_t>(n);

  std::vector<Step> sequences;  // one behind the other, kEnd after each
  sequences.reserve(order.size() + next.size());
  std::size_t begin = 0;
  const auto running = [&] { return std::span(sequences).subspan(begin); };
  const ShopEvent* latest = nullptr;
  const auto end_sequence = [&](bool end_shopper) {
    if (latest == nullptr) return;
    if (end_shopper) KeepTail(latest->shopper, latest->session.value, running());
    sequences.push_back({kEnd, 0});
    begin = sequences.size();
  };
  for (const std::int32_t n : order) {
    const ShopEvent& e = log.events[static_cast<std::size_t>(n)];
    const bool other_shopper = latest == nullptr || latest->shopper != e.shopper;
    if (other_shopper || (settings_.sequence == BasketOf::kSession && latest->session != e.session))
      end_sequence(other_shopper);
    latest = &e;
    const auto worth = static_cast<float>(Worth(e));
    const int place = PlaceOf(running(), e);
    if (place < 0) sequences.push_back({e.item.value, worth});
    else if (float& old = sequences[begin + static_cast<std::size_t>(place)].worth; worth > old) old = worth;
  }
  end_sequence(true);
  CountAll(sequences);
}

/// Row by row, so that sums stay in a near cache: all places of an item, and what follows each.
void Transitions::CountAll(const std::vector<Step>& sequences) {
  std::vector<std::int32_t> begin(static_cast<std::size_t>(items()) + 1, 0);
  for (const Step& s : sequences)
    if (s.item != kEnd) ++begin[static_cast<std::size_t>(s.item) + 1];
  for (std::size_t i = 1; i < begin.size(); ++i) begin[i] += begin[i - 1];
  std::vector<std::int32_t> places(static_cast<std::size_t>(begin.back()));
  std::vector<std::int32_t> next(begin.begin(), begin.end() - 1);
  for (std::size_t p = 0; p < sequences.size(); ++p)
    if (const std::int32_t item = sequences[p].item; item != kEnd)
      places[static_cast<std::size_t>(next[static_cast<std::size_t>(item)]++)] = static_cast<std::int32_t>(p);

  Accumulator sums(items());
  std::vector<std::int32_t> columns;
  std::vector<Entry> row;
  for (std::int32_t item = 0; item < items(); ++item) {
    const auto i = static_cast<std::size_t>(item);
    sums.Clear();
    for (std::int32_t p = begin[i]; p < begin[i + 1]; ++p) {
      const Step* const at = sequences.data() + places[static_cast<std::size_t>(p)];
      for (int d = 1; d <= settings_.window && at[d].item != kEnd; ++d)
        if (at[d].item != item || settings_.repeats)
          sums.Add(at[d].item, at[d].worth * inverse_[static_cast<std::size_t>(d)]);
    }
    columns.assign(sums.touched().begin(), sums.touched().end());
    std::sort(columns.begin(), columns.end());
    row.clear();
    for (const std::int32_t column : columns) {
      row.push_back({column, sums[column]});
      out_[i] += static_cast<double>(sums[column]);
      in_[static_cast<std::size_t>(column)] += static_cast<double>(sums[column]);
    }
    counts_.Assign(item, row);
  }
}

Transitions::Tail& Transitions::TailOf(ShopperId shopper) {
  if (slot_.size() <= shopper.index()) slot_.resize(shopper.index() + 1, -1);
  std::int32_t& slot = slot_[shopper.index()];
  if (slot < 0) {
    slot = static_cast<std::int32_t>(tails_.size());
    tails_.emplace_back();
    steps_.resize(steps_.size() + 2 * static_cast<std::size_t>(settings_.window), Step{0, 0});
  }
  return tails_[static_cast<std::size_t>(slot)];
}

void Transitions::KeepTail(ShopperId shopper, std::int32_t session, std::span<const Step> sequence) {
  Tail& tail = TailOf(shopper);
  const std::span<Step> steps = StepsOf(static_cast<std::size_t>(slot_[shopper.index()]));
  const auto kept = sequence.last(std::min(sequence.size(), steps.size()));
  std::copy(kept.begin(), kept.end(), steps.begin());
  tail = {session, static_cast<std::int32_t>(kept.size())};
}

void Transitions::Pair(std::span<const Step> steps, int place, float worth) {
  const std::int32_t item = steps[static_cast<std::size_t>(place)].item;
  for (int d = 1; d <= std::min(settings_.window, place); ++d) {
    const std::int32_t before = steps[static_cast<std::size_t>(place - d)].item;
    if (before == item && !settings_.repeats) continue;
    const float amount = worth * inverse_[static_cast<std::size_t>(d)];
    counts_.Add(before, item, amount);
    out_[static_cast<std::size_t>(before)] += static_cast<double>(amount);
    in_[static_cast<std::size_t>(item)] += static_cast<double>(amount);
  }
}

void Transitions::Observe(const ShopEvent& event) {
  if (!Counts(event)) return;
  const auto worth = static_cast<float>(Worth(event));
  Tail& tail = TailOf(event.shopper);
  if (settings_.sequence == BasketOf::kSession && tail.session != event.session.value) tail.size = 0;
  tail.session = event.session.value;
  const std::span<Step> steps = StepsOf(static_cast<std::size_t>(slot_[event.shopper.index()]));
  auto size = static_cast<std::size_t>(tail.size);
  if (const int place = PlaceOf(steps.first(size), event); place >= 0) {
    float& old = steps[static_cast<std::size_t>(place)].worth;
    if (worth > old) Pair(steps, place, worth - old);
    old = std::max(old, worth);
    return;
  }
  if (size == steps.size())
    std::copy(steps.begin() + 1, steps.begin() + static_cast<std::ptrdiff_t>(size--), steps.begin());
  steps[size] = {event.item.value, worth};
  Pair(steps, static_cast<int>(size), worth);
  tail.size = static_cast<std::int32_t>(size) + 1;
}

void Transitions::Rescale(double half_lives) {
  const double factor = Exp(-kLn2 * half_lives);
  counts_.Scale(static_cast<float>(factor));
  for (double& sum : out_) sum *= factor;
  for (double& sum : in_) sum *= factor;
  for (Step& step : steps_) step.worth *= static_cast<float>(factor);
  shift_ += half_lives;
}

void Transitions::Save(StateWriter& out) const {
  counts_.Save(out);
  out.PutColumn(out_);
  out.PutColumn(in_);
  out.Put(origin_hour_);
  out.Put(shift_);
  out.PutColumn(slot_);
  out.PutColumn(tails_);
  out.PutColumn(steps_);
}

void Transitions::Load(StateReader& in) {
  const int n = items();
  GrowingRows counts = GrowingRows::Load(in, n, n);
  auto out = in.GetColumn<double>(static_cast<std::size_t>(n));
  auto into = in.GetColumn<double>(static_cast<std::size_t>(n));
  const auto origin_hour = in.Get<std::int64_t>();
  const auto shift = in.Get<double>();
  auto slot = in.GetColumn<std::int32_t>();
  auto tails = in.GetColumn<Tail>();
  auto steps = in.GetColumn<Step>(tails.size() * 2 * static_cast<std::size_t>(settings_.window));
  for (const std::int32_t s : slot)
    if (s < -1 || s >= static_cast<std::int32_t>(tails.size())) in.Refuse("the stream is damaged");
  for (const Tail& t : tails)
    if (t.size < 0 || t.size > 2 * settings_.window) in.Refuse("the stream is damaged");
  for (const Step& s : steps)
    if (s.item < 0 || s.item >= n) in.Refuse("found an item outside the catalogue");
  counts_ = std::move(counts);
  out_ = std::move(out);
  in_ = std::move(into);
  origin_hour_ = origin_hour;
  shift_ = shift;
  hour_ = 0;
  growth_ = Exp(-kLn2 * shift);
  slot_ = std::move(slot);
  tails_ = std::move(tails);
  steps_ = std::move(steps);
}

}  // namespace souk
