#include "strategies/pricing/logit_optimum/logit_optimum.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "sim/base/math.h"
#include "strategies/common/price_bounds.h"
#include "strategies/common/serial.h"
#include "strategies/pricing/logit_optimum/demand_model.h"

namespace souk {
namespace {

constexpr const char* kOwner = "pricing/logit-optimum";

class LogitOptimum final : public PricingPolicy {
 public:
  LogitOptimum(const Params& params, const ShopView& view)
      : view_(view),
        form_(params.String("form") == "log" ? DemandForm::kLog : DemandForm::kLinear),
        prior_slope_(-params.Real("prior_elasticity")),
        prior_strength_(params.Real("prior_strength")),
        max_deviation_(params.Real("max_deviation")),
        explore_(params.Real("explore")),
        explore_period_us_(Days(params.Real("explore_days")).us),
        explore_decay_(params.Real("explore_decay")) {
    Adopt(FitDemand({}, view.catalogue().categories, form_, prior_slope_, prior_strength_));
  }

  void Train(const ShopLog& log, Rng& rng) override {
    salt_ = rng();
    const PublicCatalogue& catalogue = view_.catalogue();
    Adopt(FitDemand(DemandCells(log, catalogue, form_), catalogue.categories, form_, prior_slope_, prior_strength_));
  }

  PriceDecision Price(const PriceRequest& request, Rng&) override {
    const Money list = view_.catalogue().list_price[request.item.index()];
    // The factor must last for a whole period however often the shop reprices, so it comes from the dice that
    // Train was handed, keyed by item and period, and not from those of this call.
    const std::int64_t period = std::max<std::int64_t>(0, request.now.us) / explore_period_us_;
    const double step = StepOf(period);
    const std::array<Money, 3> arms = Arms(list, base_[request.item.index()], step);
    const std::uint64_t bits =
        Mix64(salt_ ^ Mix64(Index(static_cast<std::uint64_t>(period), static_cast<std::uint64_t>(request.item.value))));
    const Money price = arms[static_cast<std::size_t>(3.0 * ToUniform(bits))];
    // Cheap items have fewer than three different whole-cent prices: count what leads to this one.
    const auto same = std::count(arms.begin(), arms.end(), price);
    const int distinct = 1 + (arms[1] != arms[0] ? 1 : 0) + (arms[2] != arms[1] ? 1 : 0);
    return {.price = price, .propensity = static_cast<double>(same) / 3.0, .eligible = distinct};
  }

  void Save(std::ostream& out) const override {
    StateWriter writer(out, kOwner, 1, view_.catalogue().items());
    writer.Put(salt_);
    writer.Put(model_.slope);
    writer.Put(model_.slope_std_error);
    writer.PutColumn(model_.intercept);
    writer.Finish();
  }
  void Load(std::istream& in) override {
    StateReader reader(in, kOwner, 1, view_.catalogue().items());
    const auto salt = reader.Get<std::uint64_t>();
    DemandModel model{.form = form_, .intercept = {}, .slope = 0, .slope_std_error = 0};
    model.slope = reader.Get<double>();
    model.slope_std_error = reader.Get<double>();
    model.intercept = reader.GetColumn<double>(static_cast<std::size_t>(view_.catalogue().categories));
    reader.Finish();
    salt_ = salt;
    Adopt(std::move(model));
  }

 private:
  /// Computes the optimum of every item once, so that a price is a look-up.
  void Adopt(DemandModel model) {
    model_ = std::move(model);
    const PublicCatalogue& catalogue = view_.catalogue();
    base_.resize(static_cast<std::size_t>(catalogue.items()));
    for (std::size_t i = 0; i < base_.size(); ++i) {
      const double list = catalogue.list_price[i].units();
      base_[i] =
          list > 0 ? OptimumPrice(model_, catalogue.category[i], list, catalogue.unit_cost[i].units()) / list : 1.0;
    }
  }

  [[nodiscard]] double StepOf(std::int64_t period) const {
    const double step =
        explore_decay_ > 0 ? explore_ * Exp(-explore_decay_ * Log(static_cast<double>(period + 1))) : explore_;
    return std::min(step, max_deviation_);
  }

  /// The three prices around the optimum. The optimum is first drawn in so far that all three keep within
  /// the deviation: cutting the outer ones off instead would lose the dispersion exactly where demand is
  /// least known.
  [[nodiscard]] std::array<Money, 3> Arms(Money list, double base, double step) const {
    double lowest = (1 - max_deviation_) / (1 - step);
    double highest = (1 + max_deviation_) / (1 + step);
    if (lowest > highest) lowest = highest = 1;
    const double centre = std::clamp(base, lowest, highest);
    const PriceBounds bounds(list, 1 - max_deviation_, 1 + max_deviation_);
    return {bounds.Clamp(Scale(list, centre * (1 - step))), bounds.Clamp(Scale(list, centre)),
            bounds.Clamp(Scale(list, centre * (1 + step)))};
  }

  const ShopView& view_;
  DemandForm form_;
  double prior_slope_;
  double prior_strength_;
  double max_deviation_;
  double explore_;
  std::int64_t explore_period_us_;
  double explore_decay_;
  std::uint64_t salt_ = 0;
  DemandModel model_;
  std::vector<double> base_;  ///< optimum ÷ list price, per item; may be infinite
};

}  // namespace

const StrategyInfo& LogitOptimumInfo() {
  static const StrategyInfo info{
      .slot = Slot::kPricing,
      .name = "logit-optimum",
      .summary =
          "Learns a logit demand curve from views and purchases, with price experiments of its own, and charges its "
          "optimum.",
      .source =
          "Anderson, de Palma & Thisse 1992; Bijmolt, van Heerde & Pieters 2005 (prior); Keskin & Zeevi 2014 "
          "(dispersion)",
      .status = "tested",
      .sees_truth = false,
      .params = {
          {"form",
           std::string("log"),
           0,
           0,
           {"log", "linear"},
           "",
           "utility falls with the logarithm of the price or with the price"},
          {"prior_elasticity", -2.6, -20, -0.1, {}, "", "mean of the prior on the elasticity at list price"},
          {"prior_strength",
           1.2,
           0,
           1e6,
           {},
           "",
           "precision of that prior, 1 ÷ variance; 1.2 is a standard deviation of 0.9"},
          {"max_deviation", 0.15, 0, 0.75, {}, "", "largest relative distance from list price"},
          {"explore",
           0.05,
           0,
           0.5,
           {},
           "",
           "price step of the experiments: an item costs 1 − x, 1 or 1 + x times its optimum"},
          {"explore_days", 7.0, 0.1, 365, {}, "days", "how long an item keeps its step; training deals anew too"},
          {"explore_decay",
           0.0,
           0,
           0.5,
           {},
           "",
           "the step of period n is explore · n^−decay; 0.25 gives square-root regret"},
      }};
  return info;
}

std::unique_ptr<Strategy> MakeLogitOptimum(const Params& params, const StrategyContext& context) {
  return std::make_unique<LogitOptimum>(params, *context.view);
}

}  // namespace souk
