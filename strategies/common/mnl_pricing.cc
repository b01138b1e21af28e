#include "strategies/common/mnl_pricing.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/base/error.h"
#include "sim/base/math.h"

namespace souk {

double LambertWOfExp(double y) {
  if (y < -700) return 0;  // e^y itself is at the edge of what a double can hold
  // log(1 + e^y) is within 60 % of w everywhere; for large y, y − log y is closer still.
  double w = y > 2 ? y - Log(y) : Log(1 + Exp(y));
  if (y < -30) return Exp(y);  // w = e^y (1 − e^y + …): exact to double precision
  for (int step = 0; step < 8; ++step) {
    // Newton on log w + w − y in the variable log w converges quadratically and keeps w > 0; Fritsch's
    // form of it below is of fourth order (Fritsch, Shafer & Crowley 1973, CACM algorithm 443).
    const double z = y - Log(w) - w;
    const double q = 2 * (1 + w) * (1 + w + 2.0 / 3 * z);
    const double e = z / (1 + w) * (q - z) / (q - 2 * z);
    w *= 1 + e;
    if (std::fabs(e) < 1e-15) break;
  }
  return w;
}

MnlOptimum MnlOptimumPrices(std::span<const double> a, double b, std::span<const double> cost) {
  SOUK_CHECK(b > 0 && a.size() == cost.size());
  // log Σ e^{a − b c − 1} with the largest term taken out, so that no utility overflows.
  double largest = -std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, a[i] - b * cost[i] - 1);
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += Exp(a[i] - b * cost[i] - 1 - largest);
  const double w = a.empty() ? 0 : LambertWOfExp(largest + Log(sum));
  MnlOptimum optimum;
  optimum.profit = w / b;
  optimum.no_purchase_share = 1 / (1 + w);
  for (const double c : cost) optimum.price.push_back(c + (1 + w) / b);
  return optimum;
}

double LogitOptimumPrice(double a, double b, double cost) {
  SOUK_CHECK(b > 0);
  return cost + (1 + LambertWOfExp(a - b * cost - 1)) / b;
}

double LogLogitOptimumPrice(double a, double elasticity, double cost, double reference) {
  SOUK_CHECK(reference > 0 && cost >= 0);
  if (!(elasticity > 1)) return std::numeric_limits<double>::infinity();
  // In r = p / reference: h(r) = (ε − 1) r − ε κ − e^a r^{1 − ε}, κ = cost / reference. h increases and is
  // concave, and h ≤ 0 at both starting points, so Newton climbs to the root without overshooting.
  const double kappa = cost / reference;
  const double scale = Exp(a);
  double r = elasticity * kappa / (elasticity - 1);
  r = std::max(r, Exp((a - Log(elasticity - 1)) / elasticity));  // the root for cost 0
  for (int step = 0; step < 50; ++step) {
    const double tail = scale * Exp((1 - elasticity) * Log(r));
    const double h = (elasticity - 1) * r - elasticity * kappa - tail;
    const double slope = (elasticity - 1) * (1 + tail / r);
    const double next = r - h / slope;
    if (std::fabs(next - r) <= 1e-14 * r) break;
    r = next;
  }
  return r * reference;
}

double LogitOptimumFace(double a, double b, double cost, double price) {
  return std::max(0.0, price - LogitOptimumPrice(a, b, cost));
}

CouponEconomics EvaluateCoupon(double p0, double p1, double margin, double face, double redemption_share,
                               double issue_cost) {
  SOUK_CHECK(p1 > 0 && redemption_share > 0 && redemption_share <= 1);
  const double spent = redemption_share * p1 * face + issue_cost;
  CouponEconomics e;
  e.incremental_profit = p1 * (margin - redemption_share * face) - p0 * margin - issue_cost;
  e.incrementality = (p1 - p0) / (redemption_share * p1);
  e.sure_buyer_subsidy = redemption_share * p0 * face;
  e.incremental_roi = spent > 0 ? e.incremental_profit / spent : 0;
  e.cost_per_incremental_order = p1 > p0 ? spent / (p1 - p0) : std::numeric_limits<double>::infinity();
  return e;
}

}  // namespace souk
