#include "strategies/coupons/propensity/propensity_model.h"

#include <algorithm>

#include "sim/base/math.h"

namespace souk {
namespace {

constexpr double kCartDays = 14;

double LogPlusOne(double x) { return Log(1 + (x > 0 ? x : 0)); }
double LogDaysSince(SimTime then, SimTime now) { return then == kLongAgo ? 0.0 : LogPlusOne((now - then).days()); }

double Dot(const PropensityRow& beta, const double* row) {
  double sum = 0;
  for (std::size_t j = 0; j < beta.size(); ++j) sum += beta[j] * row[j];
  return sum;
}

}  // namespace

PropensityRow PropensityFeatures(const ShopperHistory& h, SimTime now, bool coupon) {
  return {1,
          LogPlusOne(h.sessions - 1),
          LogPlusOne(h.views),
          LogPlusOne(h.carts),
          LogPlusOne(h.orders),
          LogPlusOne(h.spent.units()),
          LogDaysSince(h.last_order, now),
          h.orders > 0 ? 1.0 : 0.0,
          LogDaysSince(h.previous_session, now),
          h.CartOpen(now, kCartDays) ? 1.0 : 0.0,
          coupon ? 1.0 : 0.0};
}

BinomialRows ReplaySessions(const ShopLog& log, std::vector<ShopperHistory>& histories) {
  histories.assign(histories.size(), {});
  // Session ids are shop-wide running numbers, so plain columns index them.
  std::int32_t last_session = -1;
  for (const ShopEvent& e : log.events) last_session = std::max(last_session, e.session.value);
  std::vector<std::uint8_t> offered(static_cast<std::size_t>(last_session + 1), 0);
  for (const CouponRecord& c : log.coupons)
    if (c.session.valid() && c.session.value <= last_session && (c.percent > 0 || c.face.cents > 0))
      offered[c.session.index()] = 1;

  std::vector<std::int32_t> row_of(static_cast<std::size_t>(last_session + 1), -1);
  BinomialRows rows;
  rows.d = kPropensityFeatures;
  for (const ShopEvent& e : log.events) {
    if (!e.shopper.valid()) continue;
    if (e.shopper.index() >= histories.size()) histories.resize(e.shopper.index() + 1);
    ShopperHistory& history = histories[e.shopper.index()];
    history.Apply(e);
    if (!e.session.valid()) continue;
    std::int32_t& row = row_of[e.session.index()];
    if (e.kind == ShopEventKind::kSessionStart) {
      row = static_cast<std::int32_t>(rows.size());
      rows.Add(PropensityFeatures(history, e.time, offered[e.session.index()] != 0), 1, 0);
    } else if (e.kind == ShopEventKind::kPurchase && row >= 0) {
      rows.successes[static_cast<std::size_t>(row)] = 1;
    }
  }
  return rows;
}

double PropensityModel::Score(const ShopperHistory& history, SimTime now) const {
  return trained == 0 ? 0.0 : Dot(beta, PropensityFeatures(history, now, false).data());
}

PropensityModel FitPropensity(const BinomialRows& rows, double precision, double min_orders) {
  PropensityModel model;
  double orders = 0;
  for (const double s : rows.successes) orders += s;
  const auto n = static_cast<double>(rows.size());
  if (orders < min_orders || n - orders < min_orders) return model;

  RidgePrior prior{std::vector<double>(kPropensityFeatures, 0.0), std::vector<double>(kPropensityFeatures, precision)};
  prior.mean[0] = Log(orders / (n - orders));
  prior.precision[0] = 0;
  const LogisticFit fit = FitLogistic(rows, prior);
  std::copy(fit.beta.begin(), fit.beta.end(), model.beta.begin());
  model.trained = 1;
  return model;
}

std::vector<double> PropensityScores(const PropensityModel& model, const BinomialRows& rows) {
  const auto coupon = static_cast<std::size_t>(PropensityFeature::kCoupon);
  std::vector<double> scores(rows.size(), 0.0);
  for (std::size_t i = 0; i < rows.size() && model.trained != 0; ++i) {
    const double* row = rows.x.data() + i * kPropensityFeatures;
    scores[i] = Dot(model.beta, row) - model.beta[coupon] * row[coupon];
  }
  return scores;
}

double QuantileOf(std::vector<double> values, double q) {
  if (values.empty()) return 0;
  const auto at = static_cast<std::ptrdiff_t>(q * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return values[static_cast<std::size_t>(at)];
}

}  // namespace souk
