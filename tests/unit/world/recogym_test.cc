// RecoGym's world. Expected bits: Debian's NumPy 1.24, RandomState(seed).normal(size=(P, 5)) and then
// .normal(0, 3, size=(P, 1)), as reco_env_v1.py draws them; hashes are FNV-1a over the little-endian doubles.

#include "sim/world/recogym.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "sim/world/numpy_legacy.h"
#include "sim/world/world.h"

namespace souk {
namespace {

std::uint64_t Fnv(const std::vector<double>& values) {
  std::uint64_t hash = 0xCBF29CE484222325ULL;
  for (const double value : values) {
    std::array<unsigned char, sizeof value> bytes;
    std::memcpy(bytes.data(), &value, sizeof value);
    for (const unsigned char byte : bytes) hash = (hash ^ byte) * 0x100000001B3ULL;
  }
  return hash;
}

TEST(NumpyLegacy, UniformsAreNumPys) {
  NumpyLegacy numpy(42);
  EXPECT_EQ(numpy.Uniform(), 0x1.7f8771e5f51ecp-2);
  EXPECT_EQ(numpy.Uniform(), 0x1.e6c4068bbd654p-1);
  EXPECT_EQ(numpy.Uniform(), 0x1.76c7e8f1e6751p-1);
}

TEST(RecoGym, CataloguesOfSeed42AreRecoGymsBitForBit) {
  struct Case {
    int products;
    std::uint64_t gamma, mu;
  };
  for (const Case& c :
       {Case{10, 0x3F58789F0E24B795, 0x3BFBEBD0DA4E0E3C}, Case{100, 0xEC1279BBB1397860, 0xCCDF955F7E447A8B},
        Case{1000, 0x274F090E96E36F09, 0x8228C0E53DE21B62}}) {
    RecoGymModel model;
    model.products = c.products;
    const AdWorld world = DrawAdWorld(model, 42);
    EXPECT_EQ(Fnv(world.gamma), c.gamma) << c.products;
    EXPECT_EQ(Fnv(world.mu), c.mu) << c.products;
    EXPECT_EQ(world.beta, world.gamma);
    EXPECT_EQ(world.mu_ad, world.mu);
  }
}

// The permutations that reco_env_v1.py's generate_beta makes of the worlds of seed 42.
TEST(RecoGym, FlipsSwapTheMostAlikePairs) {
  const auto rows = [](int products, int flips) {
    RecoGymModel model;
    model.products = products;
    model.flips = flips;
    const AdWorld world = DrawAdWorld(model, 42);
    std::vector<int> from;
    for (std::size_t n = 0; n < world.mu_ad.size(); ++n) {
      const auto at = std::find(world.mu.begin(), world.mu.end(), world.mu_ad[n]);
      from.push_back(static_cast<int>(at - world.mu.begin()));
      for (std::size_t d = 0; d < 5; ++d)
        EXPECT_EQ(world.beta[n * 5 + d], world.gamma[static_cast<std::size_t>(from.back()) * 5 + d]);
    }
    return from;
  };
  EXPECT_EQ(rows(10, 5), (std::vector<int>{9, 6, 3, 2, 8, 5, 1, 7, 4, 0}));
  EXPECT_EQ(rows(10, 2), (std::vector<int>{0, 6, 3, 2, 4, 5, 1, 7, 8, 9}));
  EXPECT_EQ(rows(20, 10), (std::vector<int>{13, 6, 3, 2, 8, 5, 1, 12, 4, 16, 11, 10, 7, 0, 15, 14, 9, 19, 18, 17}));
}

// Rule: the chance of a click is RecoGym's ff(β ω + μ), here with the C library's exp in double precision.
TEST(RecoGym, ChanceOfAClick) {
  const AdWorld world = DrawAdWorld({}, 42);
  const std::array<double, 5> omega = {0.3, -1.2, 0.8, 0, 2};
  const auto sig = [](double x) { return 1 / (1 + std::exp(-x)); };
  double most = 0;
  for (int a = 0; a < 10; ++a) {
    double x = world.mu_ad[static_cast<std::size_t>(a)];
    for (std::size_t d = 0; d < 5; ++d) x += world.beta[static_cast<std::size_t>(a) * 5 + d] * omega[d];
    EXPECT_NEAR(world.ClickChance(omega.data(), a), sig(5 * sig(2 * sig(0.3 * x) - 2) - 6), 1e-15);
    most = std::max(most, world.ClickChance(omega.data(), a));
  }
  EXPECT_LE(most, AdWorld::kMostClicks);
  AdWorld sure = world;
  std::fill(sure.mu_ad.begin(), sure.mu_ad.end(), 1e6);
  EXPECT_LE(sure.ClickChance(omega.data(), 0), AdWorld::kMostClicks);
  EXPECT_GT(sure.ClickChance(omega.data(), 0), AdWorld::kMostClicks * (1 - 1e-12));
}

// Rule: inversion. As the dice run over an even grid, product p is picked a share softmax(Γω + μ)_p of the time, within
// a step of the grid at either end and single precision.
TEST(RecoGym, OrganicViewsFollowTheSoftmax) {
  for (const int products : {1, 3, 10, 64, 65, 200}) {
    RecoGymModel model;
    model.products = products;
    const AdWorld world = DrawAdWorld(model, 7);
    const std::array<double, 5> omega = {0.3, -1.2, 0.8, 0.1, 0.5};
    std::vector<double> weight;
    double total = 0;
    for (int p = 0; p < products; ++p) {
      double x = world.mu[static_cast<std::size_t>(p)];
      for (std::size_t d = 0; d < 5; ++d) x += world.gamma[static_cast<std::size_t>(p) * 5 + d] * omega[d];
      weight.push_back(std::exp(x));
      total += weight.back();
    }
    constexpr int kGrid = 20'000;
    std::vector<int> picked(static_cast<std::size_t>(products));
    std::vector<float> scratch;
    for (int n = 0; n < kGrid; ++n)
      ++picked[static_cast<std::size_t>(world.PickView(omega.data(), (n + 0.5) / kGrid, scratch))];
    for (std::size_t p = 0; p < weight.size(); ++p)
      EXPECT_NEAR(picked[p] / static_cast<double>(kGrid), weight[p] / total, 1.0 / kGrid + 2e-6) << products;
  }
}

TEST(RecoGym, ReplicationsAreRecoGymsNextSeeds) {
  Scenario scenario;
  scenario.seed = 40;
  scenario.world = RecoGymModel{};
  EXPECT_EQ(BuildWorld(scenario, 2).ads.gamma, DrawAdWorld({}, 42).gamma);
  EXPECT_NE(BuildWorld(scenario, 1).ads.gamma, DrawAdWorld({}, 42).gamma);
}

}  // namespace
}  // namespace souk
