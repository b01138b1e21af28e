#include <algorithm>
#include <cmath>
#include <numeric>

#include "sim/base/error.h"
#include "sim/world/build.h"

namespace souk {
namespace {

// Purpose::kCatalogue is split into streams by `entity`, so that a change of one part leaves the
// others as they were.
enum Part : std::uint32_t { kShape, kStyle, kItem, kPrice, kWords, kLaunch, kDepartment, kDemand };

constexpr int kWordsPerCategory = 6;
constexpr int kFillerWords = 400;

std::vector<double> ZipfMandelbrot(int n, double exponent, double shift) {
  std::vector<double> weights;
  weights.reserve(static_cast<std::size_t>(n));
  for (int rank = 1; rank <= n; ++rank) weights.push_back(Exp(-exponent * Log(rank + shift)));
  return weights;
}

template <class T>
void Shuffle(std::vector<T>& values, Rng& rng) {
  for (std::size_t n = values.size(); n > 1; --n)
    std::swap(values[n - 1], values[static_cast<std::size_t>(rng.Below(static_cast<std::int64_t>(n)))]);
}

/// How many items each category holds: grows with the root of its popularity, at least one.
std::vector<int> CategorySizes(const std::vector<double>& weights, int items) {
  std::vector<double> roots;
  for (const double w : weights) roots.push_back(std::sqrt(w));
  const double sum = std::accumulate(roots.begin(), roots.end(), 0.0);
  const int free = items - static_cast<int>(weights.size());
  std::vector<int> sizes;
  double running = 0;
  int given = 0;
  for (const double r : roots) {
    running += r;
    const int upto = static_cast<int>(std::nearbyint(running / sum * free));
    sizes.push_back(1 + upto - given);
    given = upto;
  }
  return sizes;
}

void PlaceItems(const CatalogueSpec& spec, const Dice& dice, PublicCatalogue& open, HiddenCatalogue& hidden) {
  Rng rng(dice, Purpose::kCatalogue, kShape);
  std::vector<double> weights = ZipfMandelbrot(spec.categories, spec.category_zipf, 0.5);
  Shuffle(weights, rng);
  hidden.pick_category = DiscreteLaw(weights);
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  for (const double w : weights) hidden.category_share.push_back(static_cast<float>(w / sum));

  const std::vector<int> sizes = CategorySizes(weights, spec.items);
  std::vector<ItemId> ids;
  for (int i = 0; i < spec.items; ++i) ids.emplace_back(i);
  Shuffle(ids, rng);
  open.category.resize(static_cast<std::size_t>(spec.items));
  open.items_of.resize(static_cast<std::size_t>(spec.categories));
  hidden.popularity.resize(static_cast<std::size_t>(spec.items));
  std::size_t next = 0;
  for (int c = 0; c < spec.categories; ++c) {
    const int n = sizes[static_cast<std::size_t>(c)];
    std::vector<double> item_weights = ZipfMandelbrot(n, spec.item_zipf, spec.zipf_shift);
    const double total = std::accumulate(item_weights.begin(), item_weights.end(), 0.0);
    Shuffle(item_weights, rng);
    auto& members = open.items_of[static_cast<std::size_t>(c)];
    members.assign(ids.begin() + static_cast<std::ptrdiff_t>(next),
                   ids.begin() + static_cast<std::ptrdiff_t>(next) + n);
    next += static_cast<std::size_t>(n);
    for (int j = 0; j < n; ++j) {
      const ItemId item = members[static_cast<std::size_t>(j)];
      open.category[item.index()] = CategoryId(c);
      hidden.popularity[item.index()] = static_cast<float>(item_weights[static_cast<std::size_t>(j)] / total);
    }
    hidden.pick_item.emplace_back(item_weights);
    open.department_of.push_back(static_cast<std::int32_t>(rng.Below(spec.departments)));
  }
}

void DrawStyles(const CatalogueSpec& spec, const Dice& dice, const PublicCatalogue& open, HiddenCatalogue& hidden) {
  const auto dims = static_cast<std::size_t>(spec.style_dims);
  hidden.dims = spec.style_dims;
  Rng rng(dice, Purpose::kCatalogue, kStyle);
  std::vector<double> centre(static_cast<std::size_t>(spec.categories) * dims);
  for (double& x : centre) x = rng.Normal();
  // Categories of one department share a part of their style; each one's own variance stays 1.
  Rng department_rng(dice, Purpose::kCatalogue, kDepartment);
  std::vector<double> department(static_cast<std::size_t>(spec.departments) * dims);
  for (double& x : department) x = department_rng.Normal();
  const double shared = std::sqrt(spec.department_style);
  const double own = std::sqrt(1 - spec.department_style);
  for (std::size_t at = 0; at < centre.size(); ++at) {
    const auto of = static_cast<std::size_t>(open.department_of[at / dims]);
    centre[at] = own * centre[at] + shared * department[of * dims + at % dims];
  }
  const double within = spec.style_spread;
  const double between = std::sqrt(std::max(0.0, 1 - within * within));
  const double scale = 1 / std::sqrt(static_cast<double>(dims));
  hidden.style.resize(open.category.size() * dims);
  for (std::size_t i = 0; i < open.category.size(); ++i)
    for (std::size_t d = 0; d < dims; ++d)
      hidden.style[i * dims + d] =
          static_cast<float>(scale * (between * centre[open.category[i].index() * dims + d] + within * rng.Normal()));
}

/// The intercept a with E[logistic(a + sd·Z)] = mean, Z standard normal: bisection on a midpoint rule.
double InterceptForMean(double mean, double sd) {
  constexpr int kPoints = 200;
  double low = -40, high = 40;
  for (int n = 0; n < 60; ++n) {
    const double a = 0.5 * (low + high);
    double sum = 0;
    for (int i = 0; i < kPoints; ++i) sum += Logistic(a + sd * NormalQuantile((i + 0.5) / kPoints));
    (sum < mean * kPoints ? low : high) = a;
  }
  return 0.5 * (low + high);
}

void DrawDemand(const Scenario& scenario, const Dice& dice, HiddenCatalogue& hidden) {
  Rng rng(dice, Purpose::kCatalogue, kDemand);
  double mean = 0, total = 0;
  std::vector<double> effects;
  for (const float share : hidden.category_share) {
    effects.push_back(scenario.purchase.sd_category * rng.Normal());
    mean += static_cast<double>(share) * Exp(effects.back());
    total += static_cast<double>(share);
  }
  for (const double x : effects) hidden.purchase_logit.push_back(static_cast<float>(x - Log(mean / total)));
}

void DrawItems(const Scenario& scenario, const Dice& dice, PublicCatalogue& open, HiddenCatalogue& hidden) {
  const CatalogueSpec& spec = scenario.catalogue;
  Rng rng(dice, Purpose::kCatalogue, kItem);
  Rng price_rng(dice, Purpose::kCatalogue, kPrice);
  Rng launch_rng(dice, Purpose::kCatalogue, kLaunch);
  std::vector<double> category_price;
  // Over all pairs of shopper and item. What is bought fits better than that: the market takes it from here.
  const AfterSpec& after = scenario.after;
  const double variance = after.return_rate_sd * after.return_rate_sd +
                          after.return_match * after.return_match * (1 + spec.quality_sd * spec.quality_sd);
  const double base_return = InterceptForMean(after.return_rate, std::sqrt(variance));
  for (int c = 0; c < spec.categories; ++c) {
    category_price.push_back(Log(spec.price_median) + spec.price_sd_between * price_rng.Normal());
    hidden.return_logit.push_back(static_cast<float>(base_return + after.return_rate_sd * rng.Normal()));
  }
  for (std::size_t i = 0; i < open.category.size(); ++i) {
    open.brand.emplace_back(static_cast<std::int32_t>(rng.Below(spec.brands)));
    hidden.quality.push_back(static_cast<float>(spec.quality_sd * rng.Normal()));
    const double log_price = category_price[open.category[i].index()] + spec.price_sd_within * price_rng.Normal();
    const Money list = std::max(MoneyFromUnits(Exp(log_price)), Money{10});
    open.list_price.push_back(list);
    const double share = Quantile(spec.cost_share, price_rng.Uniform());
    open.unit_cost.push_back(std::clamp(Scale(list, share), Money{1}, list));
    const bool launched_later = launch_rng.Uniform() < spec.launch_share;
    const double when = launch_rng.Uniform();
    open.launch_day.push_back(launched_later ? scenario.time.warmup_days + static_cast<int>(when * scenario.time.days)
                                             : 0);
  }
}

/// Description words: one per style aspect (its level, or a random one), some of the category's
/// words, some filler. So text tells of style, imperfectly, as real text does.
void WriteDescriptions(const CatalogueSpec& spec, const Dice& dice, const HiddenCatalogue& hidden,
                       PublicCatalogue& open) {
  Rng rng(dice, Purpose::kCatalogue, kWords);
  const int category_words = PublicCatalogue::kStyleWords;
  const int filler = category_words + spec.categories * kWordsPerCategory;
  open.vocabulary = filler + kFillerWords;
  const DiscreteLaw pick_filler(ZipfMandelbrot(kFillerWords, 1.0, 2.0));
  const double scale = std::sqrt(static_cast<double>(hidden.dims));
  open.word_begin.push_back(0);
  for (std::size_t i = 0; i < open.category.size(); ++i) {
    for (int d = 0; d < hidden.dims; ++d) {
      const double x = scale * hidden.style_of(ItemId(i))[d];
      int level = x < -0.84 ? 0 : x < -0.25 ? 1 : x < 0.25 ? 2 : x < 0.84 ? 3 : 4;
      if (rng.Uniform() < spec.attribute_noise) level = static_cast<int>(rng.Below(PublicCatalogue::kStyleLevels));
      open.words.push_back(d * PublicCatalogue::kStyleLevels + level);
    }
    for (int n = 0; n < 3; ++n)
      open.words.push_back(category_words + open.category[i].value * kWordsPerCategory +
                           static_cast<int>(rng.Below(kWordsPerCategory)));
    for (int n = 0; n < 5; ++n) open.words.push_back(filler + pick_filler.Pick(rng.Uniform()));
    open.word_begin.push_back(static_cast<std::int32_t>(open.words.size()));
  }
}

}  // namespace

void BuildCatalogue(const Scenario& scenario, const Dice& dice, PublicCatalogue& open, HiddenCatalogue& hidden) {
  const CatalogueSpec& spec = scenario.catalogue;
  SOUK_CHECK(spec.items >= spec.categories && spec.categories >= 1);
  SOUK_CHECK(spec.style_dims * PublicCatalogue::kStyleLevels <= PublicCatalogue::kStyleWords);
  open.departments = spec.departments;
  open.categories = spec.categories;
  open.brands = spec.brands;
  PlaceItems(spec, dice, open, hidden);
  DrawStyles(spec, dice, open, hidden);
  DrawDemand(scenario, dice, hidden);
  DrawItems(scenario, dice, open, hidden);
  WriteDescriptions(spec, dice, hidden, open);
}

}  // namespace souk
