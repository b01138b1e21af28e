#include "strategies/common/nn/loss.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/base/math.h"

namespace souk::nn {
namespace {

constexpr float kLeftOut = -std::numeric_limits<float>::infinity();

void Check(const Matrix& scores, std::span<const std::int32_t> target, const Candidates& candidates) {
  const auto columns = static_cast<std::size_t>(scores.cols);
  SOUK_CHECK(scores.rows > 0 && std::ssize(target) == scores.rows);
  SOUK_CHECK(candidates.items.empty() || candidates.items.size() == columns);
  SOUK_CHECK(candidates.log_q.empty() || candidates.log_q.size() == columns);
}

/// True for a column that stands for the row's right item beside its target.
bool IsAccidental(const Candidates& candidates, std::size_t column, std::size_t target) {
  return !candidates.items.empty() && column != target && candidates.items[column] == candidates.items[target];
}

/// Takes log_q off and puts −∞ where an accidental hit stands.
void Correct(std::span<float> row, std::size_t target, const Candidates& candidates) {
  if (!candidates.log_q.empty())
    for (std::size_t j = 0; j < row.size(); ++j) row[j] -= candidates.log_q[j];
  if (candidates.items.empty()) return;
  const std::int32_t right = candidates.items[target];
  const float kept = row[target];
  for (std::size_t j = 0; j < row.size(); ++j) row[j] = candidates.items[j] == right ? kLeftOut : row[j];
  row[target] = kept;
}

float MaxOf(std::span<const float> row) {
  float lanes[16];
  std::fill(std::begin(lanes), std::end(lanes), kLeftOut);
  std::size_t j = 0;
  for (; j + 16 <= row.size(); j += 16)
    for (std::size_t r = 0; r < 16; ++r) lanes[r] = row[j + r] > lanes[r] ? row[j + r] : lanes[r];
  float largest = *std::max_element(std::begin(lanes), std::end(lanes));
  for (; j < row.size(); ++j) largest = std::max(largest, row[j]);
  return largest;
}

/// In sixteen lanes, then in order.
double SumOf(std::span<const float> row) {
  float lanes[16] = {};
  std::size_t j = 0;
  for (; j + 16 <= row.size(); j += 16)
    for (std::size_t r = 0; r < 16; ++r) lanes[r] += row[j + r];
  double sum = 0;
  for (const float lane : lanes) sum += lane;
  for (; j < row.size(); ++j) sum += row[j];
  return sum;
}

/// e^(row − max), left-out columns 0. Returns the sum; `max` is set.
double Exponentials(std::span<float> row, float& max) {
  max = MaxOf(row);
  if (!std::isfinite(max)) return std::nan("");
  for (float& x : row) x -= max;  // −∞ stays; ExpInPlace ends at e^−87, which is 0 beside e^0
  ExpInPlace(row);
  return SumOf(row);
}

}  // namespace

double Softmax(Matrix& scores, std::span<const std::int32_t> target, const Candidates& candidates) {
  Check(scores, target, candidates);
  double loss = 0;
  for (int r = 0; r < scores.rows; ++r) {
    const std::span<float> row = scores.row(r);
    const auto t = static_cast<std::size_t>(target[static_cast<std::size_t>(r)]);
    Correct(row, t, candidates);
    const float right = row[t];
    float max = 0;
    const double sum = Exponentials(row, max);
    if (!(sum > 0)) return std::nan("");
    loss += Log(sum) + static_cast<double>(max - right);
    const auto scale = static_cast<float>(1.0 / (sum * scores.rows));
    for (float& x : row) x *= scale;
    row[t] -= 1.0F / static_cast<float>(scores.rows);
  }
  return loss / scores.rows;
}

double BprMax(Matrix& scores, std::span<const std::int32_t> target, double penalty, const Candidates& candidates) {
  Check(scores, target, candidates);
  double loss = 0;
  std::vector<float> weight;  // softmax of the others
  std::vector<float> wins;    // σ(x_t − x_j)
  const auto lambda = static_cast<float>(penalty);
  for (int r = 0; r < scores.rows; ++r) {
    const std::span<float> row = scores.row(r);
    const auto t = static_cast<std::size_t>(target[static_cast<std::size_t>(r)]);
    weight.assign(row.begin(), row.end());
    Correct(weight, t, Candidates{candidates.items, {}});
    weight[t] = kLeftOut;
    float max = 0;
    const double sum = Exponentials(weight, max);
    if (std::isnan(row[t]) || std::isnan(sum)) {
      if (scores.cols > 1) return std::nan("");
      continue;
    }
    const auto scale = static_cast<float>(1.0 / sum);
    wins.resize(row.size());
    for (std::size_t j = 0; j < row.size(); ++j) {
      weight[j] *= scale;
      wins[j] = row[t] - row[j];
    }
    weight[t] = 0;
    SigmoidInPlace(wins);
    double won = 1e-24;
    double square = 0;
    for (std::size_t j = 0; j < row.size(); ++j) {
      won += static_cast<double>(weight[j] * wins[j]);
      square += static_cast<double>(weight[j] * row[j] * row[j]);
    }
    loss += -Log(won) + penalty * square;
    const auto inverse = static_cast<float>(1 / won);
    const auto mean_win = static_cast<float>(won);
    const auto mean_square = static_cast<float>(square);
    const float share = 1.0F / static_cast<float>(scores.rows);
    float pull = 0;
    for (std::size_t j = 0; j < row.size(); ++j) {
      const float slope = wins[j] * (1 - wins[j]);
      pull += weight[j] * slope;
      const float x = row[j];
      row[j] = share * weight[j] * (inverse * (slope - (wins[j] - mean_win)) + lambda * (x * x - mean_square + 2 * x));
    }
    row[t] = -share * inverse * pull;
  }
  return loss / scores.rows;
}

double Binary(Matrix& scores, std::span<const std::int32_t> target, double beta, const Candidates& candidates) {
  Check(scores, target, candidates);
  double loss = 0;
  const float share = 1.0F / static_cast<float>(scores.rows);
  for (int r = 0; r < scores.rows; ++r) {
    const std::span<float> row = scores.row(r);
    const auto t = static_cast<std::size_t>(target[static_cast<std::size_t>(r)]);
    for (std::size_t j = 0; j < row.size(); ++j) {
      if (IsAccidental(candidates, j, t)) {
        row[j] = 0;
        continue;
      }
      const double x = static_cast<double>(row[j]);
      if (std::isnan(x)) return x;
      const double sign = j == t ? -1.0 : 1.0;  // log(1 + e^(sign · x)), without overflow
      const double softplus = std::max(sign * x, 0.0) + Log(1 + Exp(-std::abs(x)));
      const double factor = j == t ? beta : 1.0;
      loss += factor * softplus;
      row[j] = share * static_cast<float>(factor * sign * Logistic(sign * x));
    }
  }
  return loss / scores.rows;
}

double GbceExponent(int negatives, int items, double calibration) {
  const double alpha = items > 1 ? std::min(1.0, static_cast<double>(negatives) / (items - 1)) : 1.0;
  return alpha * (calibration * (1 - 1 / alpha) + 1 / alpha);
}

}  // namespace souk::nn
