#include "strategies/common/pair_recommender.h"

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <string>

#include "strategies/common/factor_math.h"
#include "strategies/common/vector_math.h"

namespace souk {
namespace {

constexpr double kRidge = 1e-3;  // of the mean square, so that M stays small where the means say nothing

PairSettings SettingsOf(PairSettings::Loss loss, const Params& params) {
  PairSettings s;
  s.loss = loss;
  s.factors = static_cast<int>(params.Int("factors"));
  s.negatives =
      params.String("negatives") == "popular" ? PairSettings::Negatives::kPopular : PairSettings::Negatives::kUniform;
  s.rate = static_cast<float>(params.Real("rate"));
  s.reg = static_cast<float>(params.Real("reg"));
  if (loss == PairSettings::Loss::kWarp) s.trials = static_cast<int>(params.Int("trials"));
  return s;
}

/// Solves for M from the sums of mean · mean' (its upper half) and mean · x'.
FactorTable SolveForMap(std::size_t f, const std::vector<double>& squares, const std::vector<double>& products) {
  const auto size = static_cast<Eigen::Index>(f);
  using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  RowMajor a = Eigen::Map<const RowMajor>(squares.data(), size, size).selfadjointView<Eigen::Upper>();
  const RowMajor b = Eigen::Map<const RowMajor>(products.data(), size, size);
  const double trace = a.trace();
  a.diagonal().array() += kRidge * trace / static_cast<double>(f) + 1e-12;
  const RowMajor solution = a.ldlt().solve(b);
  FactorTable map(f * f);
  for (std::size_t k = 0; k < f; ++k)
    for (std::size_t c = 0; c < f; ++c)
      map[k * f + c] = static_cast<float>(solution(static_cast<Eigen::Index>(c), static_cast<Eigen::Index>(k)));
  return map;
}

}  // namespace

std::vector<ParamSpec> PairParams(const PairDefaults& defaults) {
  return WithServingParams({
      {"factors", std::int64_t{64}, 1, 512, {}, "", "length of the vectors"},
      {"epochs", defaults.epochs, 1, 1000, {}, "epochs", "passes of as many samples as there are entries"},
      {"rate", defaults.rate, 0.0001, 1, {}, "", "length of a step"},
      {"reg", defaults.reg, 0, 1, {}, "", "what a step touches shrinks by rate · reg"},
      {"negatives", std::string("uniform"), 0, 0, {"uniform", "popular"}, "", "how the other item is drawn"},
      {"vectors",
       std::string("trained"),
       0,
       0,
       {"trained", "history"},
       "",
       "of shoppers of the training: the learnt one, or the one that their history foretells"},
  });
}

PairRecommender::PairRecommender(std::string_view name, PairSettings::Loss loss, const Params& params,
                                 const StrategyContext& context)
    : FactorRecommender(name, SettingsOf(loss, params).Width(), params, context),
      pairs_(SettingsOf(loss, params)),
      epochs_(static_cast<int>(params.Int("epochs"))),
      from_history_(params.String("vectors") == "history"),
      mean_(pairs_.Width()) {}

void PairRecommender::Mean(const FactorTable& items, std::span<const Entry> entries, std::span<float> mean) const {
  const std::size_t f = mean.size();
  float total = 0;
  for (const Entry& e : entries) total += e.value;
  for (const Entry& e : entries)
    AddScaled(e.value / total, {items.data() + static_cast<std::size_t>(e.column) * f, f}, mean);
}

FactorTable PairRecommender::Regress(const SparseRows& rows, const Factors& factors) const {
  const std::size_t f = pairs_.Width();
  constexpr std::size_t kChunk = 256;
  FactorTable means(kChunk * f);
  FactorTable vectors(kChunk * f);
  std::vector<float> block(f * f);
  std::vector<double> squares(f * f, 0);
  std::vector<double> products(f * f, 0);
  const auto add = [&](const FactorTable& right, std::size_t count, std::vector<double>& sum) {
    std::fill(block.begin(), block.end(), 0.0F);
    AddOuterProducts(means.data(), right.data(), count, f, block.data());
    for (std::size_t n = 0; n < sum.size(); ++n) sum[n] += static_cast<double>(block[n]);
  };
  for (int begin = 0; begin < rows.rows();) {
    std::size_t count = 0;
    std::fill(means.begin(), means.end(), 0.0F);
    for (; begin < rows.rows() && count < kChunk; ++begin) {
      if (rows.row(begin).empty()) continue;
      Mean(factors.items, rows.row(begin), std::span(means).subspan(count * f, f));
      const float* const x = factors.shoppers.data() + static_cast<std::size_t>(begin) * f;
      std::copy(x, x + f, vectors.data() + count * f);
      ++count;
    }
    add(means, count, squares);
    add(vectors, count, products);
  }
  return SolveForMap(f, squares, products);
}

void PairRecommender::Learn(const SparseRows& rows, Rng& rng, Factors& factors) {
  PairSgd sgd(rows, pairs_, rng);
  for (int epoch = 0; epoch < epochs_; ++epoch) sgd.Epoch(rng);
  factors.items = sgd.items();
  factors.bias = sgd.bias();
  factors.shoppers = sgd.shoppers();
  factors.extra = Regress(rows, factors);
}

bool PairRecommender::Prepare() {
  const std::size_t f = pairs_.Width();
  const auto& modelled = factors().modelled;
  const bool learnt = std::any_of(modelled.begin(), modelled.end(), [](std::uint8_t m) { return m != 0; });
  return !learnt || (factors().extra.size() == f * f && factors().bias.size() == modelled.size());
}

bool PairRecommender::Solve(ShopperId shopper, bool trained, std::span<const Entry> history, std::span<float> x) {
  const std::size_t f = x.size();
  const auto& shoppers = factors().shoppers;
  if (trained && !from_history_ && (shopper.index() + 1) * f <= shoppers.size()) {
    const float* const learnt = shoppers.data() + shopper.index() * f;
    std::copy(learnt, learnt + f, x.begin());
    return true;
  }
  std::fill(mean_.begin(), mean_.end(), 0.0F);
  Mean(factors().items, history, mean_);
  DotRows(mean_, factors().extra.data(), f, x.data());
  return true;
}

}  // namespace souk
