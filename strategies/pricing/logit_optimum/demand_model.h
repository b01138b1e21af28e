#pragma once
// The demand curve behind pricing/logit-optimum: the chance that a view becomes a purchase, as a logit in the
// price relative to list price, with an intercept per category and one slope for the shop.

#include <cstdint>
#include <vector>

#include "sim/decision/shop_view.h"
#include "strategies/common/logistic.h"

namespace souk {

/// kLog: log odds = intercept − slope · log(price ÷ list); kLinear: intercept − slope · (price ÷ list − 1).
/// In both, `slope` is −elasticity of the purchase odds at list price.
enum class DemandForm { kLog, kLinear };

struct DemandModel {
  DemandForm form = DemandForm::kLog;
  std::vector<double> intercept;  ///< per category: log odds of a purchase per view at list price
  double slope = 0;
  double slope_std_error = 0;
};

/// Views by category and price: one row per cell that holds views. A view counts as a success when the same
/// shopper bought the item after it and before viewing it again, at most `attribution_days` later; the price
/// is the one shown at the view. Purchases without an earlier view (add-ons, direct orders) are left out.
/// Cells are half a per cent wide in x and carry the mean x of their views, so that binning costs no bias
/// beyond the curvature inside a cell. Cost: O(events), one hash probe each.
/// Tested by: DemandModel.CountsViewsAndPurchasesByHand.
std::vector<GroupedRow> DemandCells(const ShopLog& log, const PublicCatalogue& catalogue, DemandForm form,
                                    double attribution_days = 14);

/// Fits the model. Prior on the slope: N(`prior_slope`, 1/`prior_strength`); intercepts shrink to their common
/// mean with precision 1. Without data: slope = prior_slope.
/// Tested by: DemandModel.RecoversPlantedElasticity.
DemandModel FitDemand(const std::vector<GroupedRow>& cells, int categories, DemandForm form, double prior_slope,
                      double prior_strength);

/// The price that maximises (price − cost) · P(purchase | price) for one item, in currency units; infinite
/// when the slope is too flat for an optimum. Requires list > 0 (checked).
double OptimumPrice(const DemandModel& model, CategoryId category, double list, double cost);

}  // namespace souk
