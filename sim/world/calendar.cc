#include "sim/world/calendar.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace souk {
namespace {

constexpr int kDaysInMonth[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

template <class Array>
double MeanOf(const Array& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

int MonthOf(int start_month, int day) {
  int month = start_month - 1;
  while (day >= kDaysInMonth[month]) {
    day -= kDaysInMonth[month];
    month = (month + 1) % 12;
  }
  return month;
}

}  // namespace

Calendar::Calendar(const ArrivalSpec& spec, const TimeSpec& time, const Dice& dice) {
  // Two more weeks than the run, so that its last returns still see their own days.
  const int days = time.warmup_days + time.days + 14;
  const double hour_mean = MeanOf(spec.hour_profile);
  const double weekday_mean = MeanOf(spec.weekday_profile);
  // The season is relative to its own mean over the year, the day noise to its own mean.
  const double month_mean = MeanOf(spec.month_profile);
  double noise = 0;
  const double innovation = std::sqrt(1 - spec.day_noise_memory * spec.day_noise_memory);
  for (int day = 0; day < days; ++day) {
    const double z = ToNormal(dice.Draw(Purpose::kDayNoise, 0, static_cast<std::uint64_t>(day)).lo);
    noise = day == 0 ? z : spec.day_noise_memory * noise + innovation * z;
    double factor = Exp(spec.day_noise_sd * noise - 0.5 * spec.day_noise_sd * spec.day_noise_sd);
    factor *= spec.weekday_profile[static_cast<std::size_t>(day % 7)] / weekday_mean;
    factor *= spec.month_profile[static_cast<std::size_t>(MonthOf(time.start_month, day))] / month_mean;
    for (const CampaignSpec& c : spec.campaigns)
      if (day >= c.day && day < c.day + c.days) factor *= c.factor;
    for (int hour = 0; hour < 24; ++hour)
      rate_.push_back(factor * spec.hour_profile[static_cast<std::size_t>(hour)] / hour_mean);
  }
  cumulative_.assign(1, 0.0);
  for (const double r : rate_) cumulative_.push_back(cumulative_.back() + r);
}

double Calendar::Intensity(SimTime t) const {
  const auto n = static_cast<std::int64_t>(rate_.size());
  std::int64_t hour = t.us / SimTime::kHourUs;
  if (hour < 0) hour = 0;
  if (hour >= n) hour = n - 168 + (hour - n) % 168;
  return rate_[static_cast<std::size_t>(hour)];
}

double Calendar::Operational(SimTime t) const {
  const double hours = static_cast<double>(t.us) / static_cast<double>(SimTime::kHourUs);
  if (hours <= 0) return hours;
  const auto n = static_cast<double>(rate_.size());
  if (hours >= n) return cumulative_.back() + (hours - n);
  const auto whole = static_cast<std::size_t>(hours);
  return cumulative_[whole] + rate_[whole] * (hours - static_cast<double>(whole));
}

SimTime Calendar::After(SimTime from, double operational_hours) const {
  const double target = Operational(from) + operational_hours;
  double hours;
  if (target <= 0) {
    hours = target;
  } else if (target >= cumulative_.back()) {
    hours = static_cast<double>(rate_.size()) + (target - cumulative_.back());
  } else {
    // The first hour whose end lies beyond the target has a positive rate.
    const auto it = std::upper_bound(cumulative_.begin(), cumulative_.end(), target);
    const auto whole = static_cast<std::size_t>(it - cumulative_.begin()) - 1;
    hours = static_cast<double>(whole) + (target - cumulative_[whole]) / rate_[whole];
  }
  constexpr double kFarHours = 24.0 * 365 * 1000;
  if (hours > kFarHours) return kNever;
  const SimTime result{static_cast<std::int64_t>(std::nearbyint(hours * static_cast<double>(SimTime::kHourUs)))};
  return std::max(result, from);
}

}  // namespace souk
