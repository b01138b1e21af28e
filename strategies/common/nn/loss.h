#pragma once
// What a batch of scores is worth, and how it changes with each score.
//
// All losses take scores (rows × columns: one row per example, one column per candidate item) and replace them by the
// gradient of the mean loss over the rows; the mean loss is returned. `target[r]` is the column of row r's right
// answer.

#include <cstdint>
#include <span>
#include <vector>

#include "strategies/common/nn/matrix.h"

namespace souk::nn {

/// Candidates that were drawn, not enumerated. Empty spans: not drawn.
struct Candidates {
  /// Per column: the item. A column with a row's right item that is not its target is left out of that row, as it would
  /// punish the right answer (an accidental hit).
  std::span<const std::int32_t> items;
  /// Per column: log of the rate at which it is drawn, taken off its score, so that the sampled softmax estimates the
  /// full one. Source: Bengio & Senécal 2008; the correction of Yi et al. 2019.
  std::span<const float> log_q;
};

/// −log softmax(target). All items as columns: the full softmax; drawn ones: the sampled softmax.
/// Cost: one exponential per score. Tested by: NnLoss.*.
double Softmax(Matrix& scores, std::span<const std::int32_t> target, const Candidates& candidates = {});

/// BPR-max: −log Σ_j s_j σ(x_t − x_j) + penalty · Σ_j s_j x_j² over the columns j other than the target, s their
/// softmax. Source: Hidasi & Karatzoglou 2018. Tested by: NnLoss.*.
double BprMax(Matrix& scores, std::span<const std::int32_t> target, double penalty, const Candidates& candidates = {});

/// Binary cross-entropy of the target against the sum over the other columns: −beta · log σ(x_t) − Σ_j log(1 − σ(x_j)).
/// beta = 1: BCE; beta of GbceExponent: gBCE. Tested by: NnLoss.*.
double Binary(Matrix& scores, std::span<const std::int32_t> target, double beta, const Candidates& candidates = {});

/// The power to which gBCE raises σ(x_t): α (t (1 − 1/α) + 1/α), α = negatives / (items − 1), t the calibration (0:
/// BCE). Source: Petrov & Macdonald 2023, "gSASRec". Tested by: NnLoss.GbceExponentByHand.
double GbceExponent(int negatives, int items, double calibration);

}  // namespace souk::nn
