#include "strategies/recommender/ials/ials.h"

#include <algorithm>
#include <string>
#include <vector>

#include "strategies/common/factor_math.h"

namespace souk {
namespace {

AlsSettings SettingsOf(const Params& params) {
  AlsSettings s;
  s.factors = static_cast<int>(params.Int("factors"));
  s.sweeps = static_cast<int>(params.Int("sweeps"));
  const std::string& solver = params.String("solver");
  s.solver = solver == "cg"      ? AlsSettings::Solver::kCg
             : solver == "block" ? AlsSettings::Solver::kBlock
                                 : AlsSettings::Solver::kExact;
  s.cg_steps = static_cast<int>(params.Int("cg_steps"));
  s.block = static_cast<int>((params.Int("block") + 15) / 16 * 16);
  s.weighting = params.String("weighting") == "hu" ? AlsSettings::Weighting::kHu : AlsSettings::Weighting::kRendle;
  s.alpha = static_cast<float>(params.Real("alpha"));
  s.unseen = static_cast<float>(params.Real("unseen"));
  s.reg = static_cast<float>(params.Real("reg"));
  s.nu = static_cast<float>(params.Real("nu"));
  return s;
}

}  // namespace

const StrategyInfo& IalsInfo() {
  static const StrategyInfo info = {
      .slot = Slot::kRecommender,
      .name = "ials",
      .summary = "Vectors of shoppers and items by alternating least squares; every new event counts at once.",
      .source = "Hu, Koren & Volinsky 2008; Rendle et al. 2021",
      .status = "reproduced",
      .params = WithServingParams({
          {"factors", std::int64_t{64}, 1, 512, {}, "", "length of the vectors"},
          {"sweeps", std::int64_t{15}, 1, 1000, {}, "sweeps", "passes over shoppers and items"},
          {"solver", std::string("cg"), 0, 0, {"cg", "block", "exact"}, "", "how a vector is solved for"},
          {"cg_steps", std::int64_t{2}, 1, 100, {}, "steps", "solver cg: steps from the last vector on"},
          {"block", std::int64_t{16}, 16, 512, {}, "", "solver block: coordinates at a time, rounded up to 16s"},
          {"weighting", std::string("hu"), 0, 0, {"hu", "rendle"}, "", "hu: alpha in place of unseen; rendle: on top"},
          {"alpha", 5.0, 0.001, 1e6, {}, "", "weight of a seen pair, times the entry of the matrix"},
          {"unseen", 1.0, 0.0001, 1e6, {}, "", "weight of an unseen pair"},
          {"reg", 0.1, 0.0001, 1e6, {}, "", "penalty of the vectors' lengths"},
          {"nu", 0.0, 0, 2, {}, "", "the penalty grows with the weight of a row to this power; 0 = the same for all"},
      })};
  return info;
}

std::unique_ptr<Strategy> MakeIals(const Params& params, const StrategyContext& context) {
  return std::make_unique<Ials>(params, context);
}

Ials::Ials(const Params& params, const StrategyContext& context)
    : FactorRecommender(IalsInfo().name, SettingsOf(params).Width(), params, context),
      als_(SettingsOf(params)),
      fold_in_(als_) {
  Prepare();
}

void Ials::Learn(const SparseRows& rows, Rng& rng, Factors& factors) {
  Als als(rows, als_, rng);
  for (int sweep = 0; sweep < als_.sweeps; ++sweep) als.Sweep();
  factors.items = als.items();
  TurnToAxes(als_.Width(), factors.items, nullptr);
}

bool Ials::Prepare() {
  const auto& modelled = factors().modelled;
  const std::size_t f = als_.Width();
  std::vector<double> gram(f * f);
  GramOfRows(factors().items.data(), modelled.size(), f, gram);
  std::vector<double> squares(f);
  for (std::size_t k = 0; k < f; ++k) squares[k] = gram[k * f + k];
  fold_in_.Learn(factors().items, squares, static_cast<int>(std::count(modelled.begin(), modelled.end(), 1)));
  return factors().shoppers.empty() && factors().extra.empty();
}

bool Ials::Solve(ShopperId, bool, std::span<const Entry> history, std::span<float> x) {
  return fold_in_.Solve(history, x);
}

}  // namespace souk
