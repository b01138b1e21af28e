#include "strategies/recommender/slim/elastic_net.h"

#include <algorithm>
#include <cmath>

#include "strategies/common/vector_math.h"

namespace souk {

ElasticNet::ElasticNet(std::span<const float> gram, int m, const ElasticNetSettings& settings)
    : gram_(gram),
      m_(static_cast<std::size_t>(m)),
      settings_(settings),
      weights_(m_, 0.0F),
      gradient_(m_, 0.0F),
      plays_(m_, 0) {
  in_play_.reserve(m_);
  non_zero_.reserve(m_);
  order_.reserve(m_);
  found_.reserve(m_);
}

float ElasticNet::Sweep(std::span<const std::int32_t> items) {
  float largest = 0;
  for (const std::int32_t item : items) {
    const auto i = static_cast<std::size_t>(item);
    const float own = Row(item)[i];
    const float pull = gradient_[i] + own * weights_[i];
    const float size = std::abs(pull) - settings_.l1;
    float weight = size > 0 ? std::copysign(size, pull) / (own + settings_.l2) : 0.0F;
    if (settings_.non_negative) weight = std::max(weight, 0.0F);
    const float step = weight - weights_[i];
    if (step == 0) continue;
    weights_[i] = weight;
    AddScaled(-step, Row(item), gradient_);
    largest = std::max(largest, std::abs(step) * (own + settings_.l2));
  }
  return largest;
}

void ElasticNet::SweepUntilStill(int j) {
  const float still = settings_.tolerance * Row(j)[static_cast<std::size_t>(j)];
  int sweeps = 0;
  while (sweeps++ < settings_.max_sweeps && Sweep(in_play_) > still) {
    // Most items stay at 0: settle the others first.
    non_zero_.clear();
    for (const std::int32_t i : in_play_)
      if (weights_[static_cast<std::size_t>(i)] != 0) non_zero_.push_back(i);
    while (sweeps++ < settings_.max_sweeps && Sweep(non_zero_) > still) {
    }
  }
}

bool ElasticNet::AddViolators(int j) {
  order_.clear();
  for (std::size_t i = 0; i < m_; ++i)
    if (plays_[i] == 0 && MayEnter(gradient_[i]) && static_cast<int>(i) != j) {
      order_.push_back({std::abs(gradient_[i]) / std::sqrt(Row(static_cast<std::int32_t>(i))[i] + settings_.l2),
                        static_cast<std::int32_t>(i)});
      plays_[i] = 1;
    }
  std::sort(order_.begin(), order_.end(), Before);
  for (const Scored& s : order_) in_play_.push_back(s.id);
  return !order_.empty();
}

std::span<const Entry> ElasticNet::Solve(int j) {
  const auto own = Row(j);
  std::copy(own.begin(), own.end(), gradient_.begin());
  in_play_.clear();
  while (AddViolators(j)) SweepUntilStill(j);
  found_.clear();
  std::sort(in_play_.begin(), in_play_.end());
  for (const std::int32_t i : in_play_) {
    float& weight = weights_[static_cast<std::size_t>(i)];
    if (weight != 0) found_.push_back({i, weight});
    weight = 0;
    plays_[static_cast<std::size_t>(i)] = 0;
  }
  return found_;
}

}  // namespace souk
