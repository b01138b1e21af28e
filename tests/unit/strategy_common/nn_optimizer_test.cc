#include "strategies/common/nn/optimizer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

#include "tests/unit/strategy_common/nn_gradient.h"

namespace souk::nn {
namespace {

Parameter One(float value) {
  Rng rng = GradientRng(1);
  Parameter p;
  p.Init(1, 1, 0, true, rng);
  p.value.data[0] = value;
  return p;
}

/// Weights after steps with gradients 2 and then −1.
std::vector<double> TwoSteps(const OptimizerSettings& settings) {
  Optimizer optimizer(settings);
  Parameter p = One(1);
  std::vector<double> weights;
  for (const float g : {2.0F, -1.0F}) {
    p.gradient.data[0] = g;
    optimizer.BeginStep();
    optimizer.Update(p);
    weights.push_back(static_cast<double>(p.value.data[0]));
    EXPECT_EQ(p.gradient.data[0], 0.0F);
  }
  return weights;
}

TEST(NnOptimizer, SgdByHand) {
  const auto w = TwoSteps({.rule = Rule::kSgd, .rate = 0.1, .momentum = 0.5});
  EXPECT_NEAR(w[0], 1 - 0.2, 1e-6);
  EXPECT_NEAR(w[1], 0.8 + (0.5 * -0.2 + 0.1), 1e-6);
}

TEST(NnOptimizer, AdagradByHand) {
  const auto w = TwoSteps({.rule = Rule::kAdagrad, .rate = 0.1, .momentum = 0.5, .epsilon = 1e-6});
  EXPECT_NEAR(w[0], 1 - 0.1, 1e-6);
  EXPECT_NEAR(w[1], 0.9 + (0.5 * -0.1 + 0.1 / std::sqrt(5.0)), 1e-6);
}

// Kingma & Ba: the first step has the length of the rate; the second uses m = .9·.2 − .1, v = .98·.08 + .02.
TEST(NnOptimizer, AdamByHand) {
  const auto w = TwoSteps({.rule = Rule::kAdam, .rate = 0.1, .beta1 = 0.9, .beta2 = 0.98, .epsilon = 1e-8});
  EXPECT_NEAR(w[0], 1 - 0.1, 1e-6);
  const double m = (0.9 * 0.2 - 0.1) / (1 - 0.81);
  const double v = (0.98 * 0.08 + 0.02) / (1 - 0.98 * 0.98);
  EXPECT_NEAR(w[1], 0.9 - 0.1 * m / std::sqrt(v), 1e-6);
}

// A sparse update of all rows is a dense update; rows without a gradient keep weight and memory.
TEST(NnOptimizer, RowsMoveAsTheWholeDoes) {
  for (const Rule rule : {Rule::kSgd, Rule::kAdagrad, Rule::kAdam}) {
    Rng rng = GradientRng(2);
    Parameter dense;
    dense.Init(3, 20, 1, true, rng);
    Parameter sparse = dense;
    const Matrix gradient = DrawnMatrix(2, 20, 3);
    const std::vector<std::int32_t> rows = {2, 0};
    for (int c = 0; c < 20; ++c) {
      dense.gradient(2, c) = gradient(0, c);
      dense.gradient(0, c) = gradient(1, c);
    }
    Optimizer optimizer({.rule = rule, .rate = 0.1, .momentum = 0.3});
    optimizer.BeginStep();
    optimizer.Update(dense);
    optimizer.UpdateRows(sparse, rows, gradient);
    EXPECT_EQ(dense.value.data, sparse.value.data);
    EXPECT_EQ(dense.first, sparse.first);
    EXPECT_EQ(dense.second, sparse.second);
  }
}

TEST(NnOptimizer, GathersRows) {
  RowGradients gradients;
  gradients.Reset(10, 2);
  gradients.Of(7)[0] += 1;
  gradients.Of(3)[1] += 2;
  gradients.Of(7)[0] += 4;
  ASSERT_EQ(gradients.rows().size(), 2U);
  EXPECT_EQ(gradients.rows()[0], 7);
  EXPECT_EQ(gradients.sums()(0, 0), 5.0F);
  EXPECT_EQ(gradients.sums()(1, 1), 2.0F);
}

TEST(NnOptimizer, NonFiniteLossStops) {
  EXPECT_NO_THROW(CheckLoss(3.5, "gru4rec", 12, 0.05, 3));
  for (const double loss : {std::nan(""), std::numeric_limits<double>::infinity()}) {
    try {
      CheckLoss(loss, "gru4rec", 12, 0.05, 3);
      FAIL() << "no error";
    } catch (const Error& e) {
      const std::string text = e.what();
      for (const char* part : {"step 12", "batch 3", "learning rate 0.05", "gru4rec"})
        EXPECT_NE(text.find(part), std::string::npos) << text;
    }
  }
}

// Half of the steps, saved and loaded, then the other half: the bytes of the uninterrupted run.
TEST(NnOptimizer, ResumingEqualsTheUninterruptedRun) {
  for (const Rule rule : {Rule::kSgd, Rule::kAdagrad, Rule::kAdam}) {
    const OptimizerSettings settings{.rule = rule, .rate = 0.1, .momentum = 0.3};
    const auto run = [](Optimizer& optimizer, Parameter& p, std::uint32_t from, std::uint32_t to) {
      for (std::uint32_t step = from; step < to; ++step) {
        p.gradient = DrawnMatrix(4, 5, step);
        optimizer.BeginStep();
        optimizer.Update(p);
      }
    };
    Rng rng = GradientRng(4);
    Parameter whole;
    whole.Init(4, 5, 1, true, rng);
    Parameter half = whole;
    Optimizer one(settings);
    run(one, whole, 0, 20);
    Optimizer two(settings);
    run(two, half, 0, 10);
    std::stringstream stream;
    StateWriter writer(stream, "test", 1, 20);
    half.Save(writer);
    two.Save(writer);
    writer.Finish();
    Parameter restored;
    Rng other = GradientRng(5);
    restored.Init(4, 5, 1, true, other);
    Optimizer three(settings);
    StateReader reader(stream, "test", 1, 20);
    restored.Load(reader);
    three.Load(reader);
    reader.Finish();
    run(three, restored, 10, 20);
    EXPECT_EQ(restored.value.data, whole.value.data);
    EXPECT_EQ(three.steps(), 20);
  }
}

}  // namespace
}  // namespace souk::nn
