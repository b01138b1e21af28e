#include "sim/world/recogym.h"

#include <Eigen/Core>
#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

#include "sim/base/math.h"
#include "sim/world/build.h"
#include "sim/world/numpy_legacy.h"

namespace souk {
namespace {

constexpr int kBlock = 64;  ///< products whose weights are summed before the pick looks at each

/// Which product's response each one has: pairs of the most alike products are swapped, each product at most once.
std::vector<int> Flipped(const std::vector<double>& rows, int products, int dims, int flips) {
  std::vector<int> index(static_cast<std::size_t>(products));
  std::iota(index.begin(), index.end(), 0);
  if (flips == 0) return index;
  struct Pair {
    double likeness;
    int a;
    int b;
  };
  std::vector<Pair> pairs;
  for (int a = 0; a < products; ++a) {
    for (int b = 0; b < a; ++b) {
      double sum = 0;
      for (int k = 0; k < dims; ++k)
        sum += rows[static_cast<std::size_t>(a * dims + k)] * rows[static_cast<std::size_t>(b * dims + k)];
      if (sum > 0) pairs.push_back({sum, a, b});
    }
  }
  std::sort(pairs.begin(), pairs.end(), [](const Pair& x, const Pair& y) {
    return std::tuple(-x.likeness, x.a, x.b) < std::tuple(-y.likeness, y.a, y.b);
  });
  int done = 0;
  for (const Pair& pair : pairs) {
    if (index[static_cast<std::size_t>(pair.a)] != pair.a || index[static_cast<std::size_t>(pair.b)] != pair.b)
      continue;
    std::swap(index[static_cast<std::size_t>(pair.a)], index[static_cast<std::size_t>(pair.b)]);
    if (++done == flips) break;
  }
  return index;
}

}  // namespace

AdWorld DrawAdWorld(const RecoGymModel& model, std::uint32_t numpy_seed) {
  AdWorld world;
  world.products = model.products;
  world.dims = model.dims;
  const auto p = static_cast<std::size_t>(model.products);
  const auto k = static_cast<std::size_t>(model.dims);
  NumpyLegacy numpy(numpy_seed);
  std::vector<double> rows(p * k);
  for (double& x : rows) x = numpy.Normal();
  world.mu.resize(p);
  for (double& x : world.mu) x = model.sigma_mu * numpy.Normal();
  for (std::size_t d = 0; d < k; ++d)
    for (std::size_t n = 0; n < p; ++n) world.columns_.push_back(static_cast<float>(rows[n * k + d]));
  world.mu_.assign(world.mu.begin(), world.mu.end());
  for (const int n : Flipped(rows, model.products, model.dims, model.flips)) {
    const auto row = rows.begin() + n * model.dims;
    world.beta.insert(world.beta.end(), row, row + model.dims);
    world.mu_ad.push_back(world.mu[static_cast<std::size_t>(n)]);
  }
  world.gamma = std::move(rows);
  return world;
}

int AdWorld::PickView(const double* omega, double dice, std::vector<float>& scratch) const {
  scratch.resize(mu_.size());
  const Eigen::Map<const Eigen::MatrixXf> likes(columns_.data(), products, dims);
  const Eigen::VectorXf taste = Eigen::Map<const Eigen::VectorXd>(omega, dims).cast<float>();
  Eigen::Map<Eigen::ArrayXf> weights(scratch.data(), products);
  weights = Eigen::Map<const Eigen::ArrayXf>(mu_.data(), products);
  weights.matrix().noalias() += likes * taste;
  weights = (weights - weights.maxCoeff()).exp();

  // Blocks first, then the products of one: sums of few terms keep their precision.
  double total = 0;
  for (int at = 0; at < products; at += kBlock)
    total += static_cast<double>(weights.segment(at, std::min(kBlock, products - at)).sum());
  double rest = dice * total;
  int at = 0;
  for (; at + kBlock < products; at += kBlock) {
    const auto block = static_cast<double>(weights.segment(at, kBlock).sum());
    if (rest < block) break;
    rest -= block;
  }
  // Rounding may leave a little at the end: the last product takes it.
  for (; at + 1 < products && rest >= static_cast<double>(weights[at]); ++at) rest -= static_cast<double>(weights[at]);
  return at;
}

double AdWorld::ClickChance(const double* omega, int product) const {
  const double* row = beta.data() + static_cast<std::size_t>(product) * static_cast<std::size_t>(dims);
  double x = mu_ad[static_cast<std::size_t>(product)];
  for (int d = 0; d < dims; ++d) x += omega[d] * row[d];
  // RecoGym's constants: chances of about 1 to 3 %.
  return Logistic(5 * Logistic(2 * Logistic(0.3 * x) - 2) - 6);
}

void BuildRecoGym(const RecoGymModel& model, std::uint64_t replication, World& world) {
  world.ads = DrawAdWorld(model, static_cast<std::uint32_t>(world.scenario.seed + replication));
  const auto items = static_cast<std::size_t>(model.products);
  PublicCatalogue& open = world.catalogue;
  open.departments = open.categories = open.brands = open.vocabulary = 1;
  open.category.assign(items, CategoryId(0));
  open.brand.assign(items, BrandId(0));
  open.list_price.assign(items, Money{100});
  open.unit_cost.assign(items, Money{50});
  open.launch_day.assign(items, 0);
  open.department_of.assign(1, 0);
  open.word_begin.assign(items + 1, 0);
  open.items_of.resize(1);
  for (std::size_t i = 0; i < items; ++i) open.items_of[0].emplace_back(i);

  world.population.segments = world.scenario.segments;
  world.population.shoppers.resize(static_cast<std::size_t>(model.warmup_shoppers) +
                                   static_cast<std::size_t>(model.shoppers));
  for (Shopper& shopper : world.population.shoppers) shopper.segment = SegmentId(0);
}

}  // namespace souk
