#pragma once
// What the hybrid recommender learns: vectors of features, of which those of items and shoppers are sums.

#include <cstdint>
#include <span>
#include <vector>

#include "sim/decision/strategy.h"
#include "strategies/common/baskets.h"
#include "strategies/common/serial.h"
#include "strategies/common/sparse.h"

namespace souk {

struct HybridSettings {
  int factors = 48;
  bool warp = true;  ///< else BPR
  int max_sampled = 10;
  double popular_rivals = 1;  ///< share of rivals drawn by their number of events; the rest: every item alike
  double learning_rate = 0.05;
  float l2 = 0;
  int epochs = 5;
  std::int64_t max_steps = 1'000'000;
  float id_weight = 1;      ///< of an item's own vector, beside those of its content
  bool shopper_ids = true;  ///< shoppers of the log have a vector of their own
  int history = 5;          ///< latest distinct items that describe a shopper
  float decay = 0.8F;       ///< weight of one over that of the next later one
  float earlier_weight = 0.5F;
  EventWeights weights;
};

/// What the shop knows of any shopper: how often they came and bought, three levels each.
inline constexpr int kShopperFacts = 6;
/// The two that hold.
struct FactPair {
  std::int32_t visits = 0;  ///< 0…2
  std::int32_t orders = 3;  ///< 3…5
};
FactPair FactsOf(std::int32_t sessions, std::int32_t orders);

/// Vectors as they are served: sums over features, done. The score of item i for who asks is x · items_i, where x is
/// the weighted mean of context_h over the latest items h, plus the shopper's own vector and those of the two facts,
/// and 1 at place `factors`, where the items have their bias.
struct HybridModel {
  std::size_t width = 0;                  ///< floats of a vector: factors and bias, up to a multiple of 16
  std::vector<float> items;               ///< items × width; empty: nothing was learnt
  std::vector<float> context;             ///< items × width
  std::vector<std::int32_t> shopper_ids;  ///< ascending
  std::vector<float> shoppers;            ///< shopper_ids.size() × width
  std::vector<float> facts;               ///< kShopperFacts × width

  /// The shopper's own vector; empty if they have none. Cost: a binary search.
  [[nodiscard]] std::span<const float> ShopperVector(ShopperId shopper) const;
  void Save(StateWriter& out) const;
  /// Refuses shapes that do not fit a catalogue of `n_items`, and numbers that are not finite.
  static HybridModel Load(StateReader& in, int n_items, std::size_t width);
};

std::size_t HybridWidth(int factors);

/// Learns by stochastic steps: an event of the log with a weight, and an item that the shopper did not have just then.
/// WARP draws such items until one scores within 1 of the wanted one, max_sampled times at most, and weighs the step by
/// the logarithm of the rank that the number of draws suggests; BPR takes the first. Steps are scaled by Adagrad, one
/// sum of squares per feature. Rivals are items that the log knows, so that launches are not pushed down; as
/// far as they are drawn by their number of events, an item is pushed down as often as up, and its bias does not grow
/// with its sales. The own vector of an item counts only if the log knows it.
/// Shapes: content (items × tokens). Randomness: rng. Deterministic. Cost: about 3 µs per step at 48 factors, 13 tokens
/// per item and 5 items of history; min(epochs · events, max_steps) steps.
/// Source: Kula 2015, "Metadata embeddings for user and item cold-start recommendations"; Weston, Bengio & Usunier
/// 2011, "WSABIE"; Rendle et al. 2009, "BPR". Tested by: Hybrid.*, conformance suite.
HybridModel TrainHybrid(const SparseRows& content, const ShopLog& log, const HybridSettings& settings, Rng& rng);

}  // namespace souk
