#include "strategies/common/nn/loss.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include "tests/unit/strategy_common/nn_gradient.h"

namespace souk::nn {
namespace {

using Loss = std::function<double(Matrix&)>;

void ExpectLossGradient(Matrix scores, const Loss& loss, const std::string& what) {
  Matrix gradient = scores;
  loss(gradient);
  ExpectGradient(
      scores.data, gradient.data,
      [&] {
        Matrix copy = scores;
        return loss(copy);
      },
      what);
}

Matrix OneRow(std::vector<float> values) {
  Matrix m(1, static_cast<int>(values.size()));
  m.data = std::move(values);
  return m;
}

// Scores 0, ln 2, ln 5 are odds 1 : 2 : 5.
TEST(NnLoss, SoftmaxByHand) {
  Matrix m = OneRow({0.0F, std::log(2.0F), std::log(5.0F)});
  const std::vector<std::int32_t> target = {1};
  EXPECT_NEAR(Softmax(m, target), std::log(8.0 / 2.0), 1e-6);
  EXPECT_NEAR(static_cast<double>(m.data[0]), 1.0 / 8, 1e-6);
  EXPECT_NEAR(static_cast<double>(m.data[1]), 2.0 / 8 - 1, 1e-6);
  EXPECT_NEAR(static_cast<double>(m.data[2]), 5.0 / 8, 1e-6);
}

// With log_q: odds divided by the rates. The fourth column is the target's item again and counts nowhere.
TEST(NnLoss, SampledSoftmaxByHand) {
  Matrix m = OneRow({0.0F, std::log(2.0F), std::log(5.0F), 3.0F});
  const std::vector<std::int32_t> target = {1};
  const std::vector<std::int32_t> items = {7, 8, 9, 8};
  const std::vector<float> log_q = {std::log(0.5F), std::log(0.1F), std::log(0.25F), std::log(0.1F)};
  EXPECT_NEAR(Softmax(m, target, {items, log_q}), std::log((2.0 + 20.0 + 20.0) / 20.0), 1e-6);
  EXPECT_NEAR(static_cast<double>(m.data[0]), 2.0 / 42, 1e-6);
  EXPECT_LT(m.data[3], 1e-30F);
}

// Two others of equal score 0 and a target of 0: Σ s σ = 1/2, no penalty.
TEST(NnLoss, BprMaxByHand) {
  Matrix m = OneRow({0, 0, 0});
  const std::vector<std::int32_t> target = {0};
  EXPECT_NEAR(BprMax(m, target, 1.0), std::log(2.0), 1e-6);
  // d/dx_t = −(1 / ½) · Σ s σ (1 − σ) = −½
  EXPECT_NEAR(static_cast<double>(m.data[0]), -0.5, 1e-6);
  EXPECT_NEAR(static_cast<double>(m.data[1]), 0.25, 1e-6);
}

TEST(NnLoss, BinaryByHand) {
  Matrix m = OneRow({0, std::log(3.0F)});
  const std::vector<std::int32_t> target = {1};
  EXPECT_NEAR(Binary(m, target, 0.5), std::log(2.0) - 0.5 * std::log(0.75), 1e-6);
  EXPECT_NEAR(static_cast<double>(m.data[0]), 0.5, 1e-6);
  EXPECT_NEAR(static_cast<double>(m.data[1]), -0.5 * 0.25, 1e-6);
}

// 256 negatives of 3,417 items: α = 0.0749…, β(0.75) = α (0.75 − 0.75/α + 1/α) = 0.75 α + 0.25.
TEST(NnLoss, GbceExponentByHand) {
  EXPECT_NEAR(GbceExponent(256, 3417, 0.75), 0.75 * 256 / 3416 + 0.25, 1e-12);
  EXPECT_NEAR(GbceExponent(256, 3417, 0), 1, 1e-12);
  EXPECT_NEAR(GbceExponent(3416, 3417, 0.75), 1, 1e-12);
}

TEST(NnLoss, Gradients) {
  const Matrix scores = DrawnMatrix(3, 21, 31);
  const std::vector<std::int32_t> target = {0, 20, 7};
  std::vector<std::int32_t> items(21);
  for (std::size_t j = 0; j < items.size(); ++j) items[j] = static_cast<std::int32_t>(j);
  items[3] = 20;  // an accidental hit of row 1
  std::vector<float> log_q(21);
  for (std::size_t j = 0; j < log_q.size(); ++j) log_q[j] = -0.1F * static_cast<float>(j);
  const Candidates drawn{items, log_q};
  ExpectLossGradient(
      scores, [&](Matrix& m) { return Softmax(m, target); }, "softmax");
  ExpectLossGradient(
      scores, [&](Matrix& m) { return Softmax(m, target, drawn); }, "sampled softmax");
  ExpectLossGradient(
      scores, [&](Matrix& m) { return BprMax(m, target, 1.5, drawn); }, "bpr-max");
  ExpectLossGradient(
      scores, [&](Matrix& m) { return Binary(m, target, 1, drawn); }, "bce");
  ExpectLossGradient(
      scores, [&](Matrix& m) { return Binary(m, target, 0.4, drawn); }, "gbce");
}

TEST(NnLoss, ScoresOfAThousandDoNotOverflow) {
  Matrix m = OneRow({1000, -1000, 0});
  const std::vector<std::int32_t> target = {1};
  EXPECT_NEAR(Softmax(m, target), 2000, 1e-3);
  EXPECT_NEAR(static_cast<double>(m.data[0]), 1, 1e-6);
}

TEST(NnLoss, NanIsReportedNotHidden) {
  const std::vector<std::int32_t> target = {0};
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (const std::size_t at : {std::size_t{0}, std::size_t{1}}) {
    std::vector<float> values = {1, 2, 3};
    values[at] = nan;
    Matrix a = OneRow(values);
    Matrix b = OneRow(values);
    Matrix c = OneRow(values);
    EXPECT_TRUE(std::isnan(Softmax(a, target))) << at;
    EXPECT_TRUE(std::isnan(BprMax(b, target, 0))) << at;
    EXPECT_TRUE(std::isnan(Binary(c, target, 1))) << at;
  }
}

}  // namespace
}  // namespace souk::nn
