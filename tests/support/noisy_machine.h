#pragma once
// A made-up machine on which programs are timed: it drifts, its noise is correlated from run to run, and now and then
// something else takes the processor. Figures as measured on small shared machines: lag-1 autocorrelation .8, jitter of
// a few per cent, spikes of tens of per cent.

#include <cmath>
#include <cstdint>
#include <vector>

#include "sim/base/random.h"

namespace souk::testing {

struct MachineNoise {
  double jitter = 0.02;       ///< sd of the log time, independent in every run
  double wander = 0.03;       ///< sd of the part that is correlated from run to run
  double memory = 0.8;        ///< lag-1 autocorrelation of that part
  double drift = 0.001;       ///< per run: the machine gets slower and slower
  double spike_share = 0.05;  ///< runs that something else disturbs
  double spike = 0.3;         ///< mean log length of a disturbance
};

class NoisyMachine {
 public:
  NoisyMachine(const MachineNoise& noise, std::uint32_t stream)
      : noise_(noise), rng_(Dice(77, 0), Purpose::kTest, stream), wander_(noise.wander * rng_.Normal()) {}

  /// Log time of one run whose true log time is `truth`, by metric: all suffer from the same wander, each has jitter
  /// and spikes of its own.
  std::vector<double> Run(const std::vector<double>& truth) {
    wander_ = noise_.memory * wander_ + std::sqrt(1 - noise_.memory * noise_.memory) * noise_.wander * rng_.Normal();
    drift_ += noise_.drift;
    std::vector<double> times;
    for (const double t : truth) {
      double time = t + wander_ + drift_ + noise_.jitter * rng_.Normal();
      if (rng_.Bernoulli(noise_.spike_share)) time += noise_.spike * rng_.Exponential();
      times.push_back(time);
    }
    return times;
  }

  /// Harms of one pair, a coin deciding which side runs first.
  std::vector<double> Pair(const std::vector<double>& effect) {
    const bool base_first = rng_.Bernoulli(0.5);
    const std::vector<double> none(effect.size(), 0.0);
    const std::vector<double> first = Run(base_first ? none : effect);
    const std::vector<double> second = Run(base_first ? effect : none);
    std::vector<double> harms;
    for (std::size_t m = 0; m < effect.size(); ++m)
      harms.push_back(base_first ? second[m] - first[m] : first[m] - second[m]);
    return harms;
  }

 private:
  MachineNoise noise_;
  Rng rng_;
  double wander_;
  double drift_ = 0;
};

}  // namespace souk::testing
