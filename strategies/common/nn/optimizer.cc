#include "strategies/common/nn/optimizer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace souk::nn {
namespace {

double Power(double base, std::int64_t exponent) {
  double power = 1;
  for (std::int64_t n = 0; n < exponent && power > 0; ++n) power *= base;
  return power;
}

}  // namespace

void Parameter::Init(int rows, int cols, double bound, bool dense, Rng& rng) {
  value.Resize(rows, cols);
  for (float& w : value.data) w = static_cast<float>((2 * rng.Uniform() - 1) * bound);
  gradient = Matrix();
  if (dense) {
    gradient.Resize(rows, cols);
    gradient.Fill(0);
  }
  first.assign(value.data.size(), 0.0F);
  second.assign(value.data.size(), 0.0F);
}

void Parameter::Save(StateWriter& out) const {
  out.PutColumn(value.data);
  out.PutColumn(first);
  out.PutColumn(second);
}

void Parameter::Load(StateReader& in) {
  value.data = in.GetColumn<float>(value.data.size());
  first = in.GetColumn<float>(value.data.size());
  second = in.GetColumn<float>(value.data.size());
  const auto finite = [](const std::vector<float>& column) {
    return std::all_of(column.begin(), column.end(), [](float x) { return std::isfinite(x); });
  };
  if (!finite(value.data) || !finite(first) || !finite(second))
    in.Refuse("found a parameter that is not a finite number");
}

void Optimizer::BeginStep() {
  if (steps_ == 0 || power1_ == 1) {  // the latter after Load
    power1_ = Power(settings_.beta1, steps_);
    power2_ = Power(settings_.beta2, steps_);
  }
  ++steps_;
  power1_ *= settings_.beta1;
  power2_ *= settings_.beta2;
}

void Optimizer::Move(float* w, const float* g, float* first, float* second, std::size_t n) const {
  const auto rate = static_cast<float>(settings_.rate);
  const auto momentum = static_cast<float>(settings_.momentum);
  const auto epsilon = static_cast<float>(settings_.epsilon);
  switch (settings_.rule) {
    case Rule::kSgd:
      for (std::size_t i = 0; i < n; ++i) {
        first[i] = momentum * first[i] - rate * g[i];
        w[i] += first[i];
      }
      break;
    case Rule::kAdagrad:
      for (std::size_t i = 0; i < n; ++i) {
        second[i] += g[i] * g[i];
        first[i] = momentum * first[i] - rate * g[i] / std::sqrt(second[i] + epsilon);
        w[i] += first[i];
      }
      break;
    case Rule::kAdam: {
      const auto beta1 = static_cast<float>(settings_.beta1);
      const auto beta2 = static_cast<float>(settings_.beta2);
      const auto scale1 = static_cast<float>(settings_.rate / (1 - power1_));
      const auto scale2 = static_cast<float>(1 / (1 - power2_));
      for (std::size_t i = 0; i < n; ++i) {
        first[i] = beta1 * first[i] + (1 - beta1) * g[i];
        second[i] = beta2 * second[i] + (1 - beta2) * (g[i] * g[i]);
        w[i] -= scale1 * first[i] / (std::sqrt(second[i] * scale2) + epsilon);
      }
      break;
    }
  }
}

void Optimizer::Update(Parameter& p) const {
  SOUK_CHECK(steps_ > 0 && p.gradient.data.size() == p.value.data.size());
  Move(p.value.data.data(), p.gradient.data.data(), p.first.data(), p.second.data(), p.value.data.size());
  p.gradient.Fill(0);
}

void Optimizer::UpdateRows(Parameter& p, std::span<const std::int32_t> rows, const Matrix& gradient) const {
  SOUK_CHECK(steps_ > 0 && gradient.cols == p.value.cols && std::ssize(rows) <= gradient.rows);
  const auto n = static_cast<std::size_t>(p.value.cols);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::size_t at = static_cast<std::size_t>(rows[i]) * n;
    Move(p.value.data.data() + at, gradient.data.data() + i * n, p.first.data() + at, p.second.data() + at, n);
  }
}

void RowGradients::Reset(int rows, int cols) {
  place_.assign(static_cast<std::size_t>(rows), -1);
  rows_.clear();
  sums_.Resize(0, cols);
}

void RowGradients::Clear() {
  for (const std::int32_t row : rows_) place_[static_cast<std::size_t>(row)] = -1;
  rows_.clear();
  sums_.Resize(0, sums_.cols);
}

std::span<float> RowGradients::Of(std::int32_t row) {
  std::int32_t& place = place_[static_cast<std::size_t>(row)];
  if (place < 0) {
    place = static_cast<std::int32_t>(rows_.size());
    rows_.push_back(row);
    sums_.Resize(place + 1, sums_.cols);
    std::fill(sums_.row(place).begin(), sums_.row(place).end(), 0.0F);
  }
  return sums_.row(place);
}

void CheckLoss(double loss, const char* model, std::int64_t step, double rate, std::int64_t batch) {
  if (std::isfinite(loss)) return;
  throw Error(fmt::format("training diverged: found loss {} at step {} (batch {}, learning rate {:g}); "
                          "a smaller learning rate may help",
                          loss, step, batch, rate),
              model);
}

}  // namespace souk::nn
