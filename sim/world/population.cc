#include <algorithm>
#include <boost/random/beta_distribution.hpp>
#include <boost/random/gamma_distribution.hpp>
#include <cmath>

#include "sim/base/error.h"
#include "sim/world/build.h"

namespace souk {
namespace {

/// Per-shopper chance of never coming back after a session.
double DrawDropout(double a, double b, Rng& rng) {
  if (a <= 0) return 0;
  boost::random::beta_distribution<double> law(a, b);
  return law(rng);
}

/// Time from day 0 to the next visit of a shopper who has been coming for long: a uniform share of
/// a length-biased off-time (the stationary residual of a renewal process), operational hours.
struct FirstVisit {
  Shopper& shopper;
  Rng& rng;

  double operator()(const LognormalReturn& law) const {
    const double log_mean = law.mean_log_h + law.sd_visitor * shopper.z_return + law.sd_visit * law.sd_visit;
    const double gap = law.offset_h + Exp(log_mean + law.sd_visit * rng.Normal());
    return gap / shopper.rate * rng.Uniform();
  }
  double operator()(const BgNbdReturn&) const {
    return rng.Exponential() / std::max(1e-9, static_cast<double>(shopper.rate)) * 168.0;
  }
  double operator()(const ErlangReturn& law) const {
    double gap = 0;
    for (int n = 0; n <= law.shape; ++n) gap += rng.Exponential();
    return gap * law.mean_days * 24.0 / law.shape / shopper.rate * rng.Uniform();
  }
};

/// Visit rate and drop-out by the return law. `rate` multiplies the visit rate, except under BG/NBD,
/// where it is the shopper's own rate per week.
struct DrawLoyalty {
  Shopper& shopper;
  double segment_rate;
  Rng& rng;

  void operator()(const LognormalReturn& law) const {
    shopper.rate = static_cast<float>(segment_rate);
    shopper.dropout = static_cast<float>(DrawDropout(law.dropout_a, law.dropout_b, rng));
  }
  void operator()(const BgNbdReturn& law) const {
    boost::random::gamma_distribution<double> gamma(law.r, 1.0 / law.alpha_weeks);
    shopper.rate = static_cast<float>(gamma(rng) * segment_rate);
    shopper.dropout = static_cast<float>(DrawDropout(law.a, law.b, rng));
  }
  void operator()(const ErlangReturn& law) const {
    shopper.rate = static_cast<float>(segment_rate * Exp(law.sd_visitor * rng.Normal()));
    shopper.dropout = static_cast<float>(DrawDropout(law.dropout_a, law.dropout_b, rng));
  }
};

void DrawPerson(const Scenario& s, const Population& population, Rng& rng, Shopper& shopper) {
  const SegmentSpec& segment = population.segments[shopper.segment.index()];
  shopper.z_leave = static_cast<float>(rng.Normal());
  shopper.z_purchase = static_cast<float>(rng.Normal());
  shopper.z_return = static_cast<float>(rng.Normal());
  shopper.z_checkout = static_cast<float>(rng.Normal());
  const double base = s.choice.price_form == PriceForm::kLog ? s.choice.elasticity : s.choice.price_per_unit;
  shopper.price_response =
      static_cast<float>(base * Exp(s.choice.elasticity_sd * rng.Normal()) * segment.price_sensitivity);
  shopper.help_need = static_cast<float>(rng.Exponential() * segment.help_need);
  shopper.coupon_proneness = static_cast<float>(rng.Exponential() * segment.coupon_proneness);
  shopper.contact = static_cast<float>(2 * rng.Uniform());
  shopper.patience_s = static_cast<float>(Quantile(s.population.patience_s, rng.Uniform()));
  shopper.budget_per_month = MoneyFromUnits(Quantile(s.population.budget_per_month, rng.Uniform()));
  shopper.brand = BrandId(static_cast<std::int32_t>(rng.Below(s.catalogue.brands)));
  shopper.mobile = rng.Uniform() < segment.mobile_share;
  shopper.fraud = rng.Uniform() < s.population.fraud_share;
}

}  // namespace

void BuildPopulation(const Scenario& s, const Dice& dice, const HiddenCatalogue& hidden, const Calendar& calendar,
                     Population& population) {
  const PopulationSpec& spec = s.population;
  population.dims = hidden.dims;
  population.favourites = spec.favourites;
  population.segments = s.segments;
  std::vector<double> shares;
  for (const SegmentSpec& segment : s.segments) shares.push_back(segment.share);
  const DiscreteLaw pick_segment(shares);
  const SimTime end = StartOfDay(s.time.warmup_days + s.time.days);
  const double span = calendar.Operational(end);

  const auto n = static_cast<std::size_t>(spec.shoppers);
  population.shoppers.resize(n);
  population.taste.reserve(n * static_cast<std::size_t>(hidden.dims));
  population.favourite.reserve(n * static_cast<std::size_t>(spec.favourites));
  for (std::size_t u = 0; u < n; ++u) {
    Rng rng(dice, Purpose::kShopper, static_cast<std::uint32_t>(u));
    Shopper& shopper = population.shoppers[u];
    shopper.segment = SegmentId(pick_segment.Pick(rng.Uniform()));
    const double segment_rate = s.segments[shopper.segment.index()].visit_rate;
    DrawPerson(s, population, rng, shopper);
    for (int d = 0; d < hidden.dims; ++d) population.taste.push_back(static_cast<float>(spec.taste_sd * rng.Normal()));
    for (int f = 0; f < spec.favourites; ++f)
      population.favourite.emplace_back(hidden.pick_category.Pick(rng.Uniform()));

    Rng visits(dice, Purpose::kPopulation, static_cast<std::uint32_t>(u));
    std::visit(DrawLoyalty{shopper, segment_rate, visits}, s.arrivals.return_law);
    const bool existing = visits.Uniform() < spec.existing_share;
    const double wait =
        existing ? std::visit(FirstVisit{shopper, visits}, s.arrivals.return_law) : visits.Uniform() * span;
    shopper.first_visit = calendar.AfterBy(Hours(s.segments[shopper.segment.index()].hour_shift), SimTime{0}, wait);
  }
}

}  // namespace souk
