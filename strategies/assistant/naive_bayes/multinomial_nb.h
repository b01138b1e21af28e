#pragma once
// Multinomial naive Bayes over sparse hashed counts: the model behind the assistant `naive-bayes`,
// apart from any shop, so that it can be checked against closed forms and published data.

#include <cstdint>
#include <iosfwd>
#include <span>
#include <vector>

#include "strategies/common/serial.h"
#include "strategies/common/text_features.h"

namespace souk {

/// Texts as features, one after the other (CSR), with the class and weight of each.
struct LabelledTexts {
  std::vector<BucketCount> features;
  std::vector<std::int64_t> begin = {0};  ///< size texts+1
  std::vector<std::int32_t> label;        ///< class from 0
  std::vector<double> weight;

  [[nodiscard]] int size() const { return static_cast<int>(label.size()); }
  [[nodiscard]] std::span<const BucketCount> text(int i) const {
    const auto n = static_cast<std::size_t>(i);
    return std::span(features).subspan(static_cast<std::size_t>(begin[n]),
                                       static_cast<std::size_t>(begin[n + 1] - begin[n]));
  }
  void Add(std::span<const BucketCount> text, std::int32_t text_label, double text_weight);
};

struct NaiveBayesOptions {
  bool tf_idf = true;          ///< (1 + ln count) · idf, scaled to length 1; else plain counts
  double smoothing = 0.02;     ///< Lidstone's α: pseudo-count of every seen bucket in every class
  double prior_smoothing = 1;  ///< pseudo-weight of every class; 0 needs texts in all classes
};

/// log p(class | text) ∝ log p(class) + Σ over buckets x_b · log p(b | class),
///   p(b | class) = (F_cb + α) / (F_c + α · V),  p(class) = (W_c + π) / (W + π · C),
/// F weighted sums of feature values, W of text weights, V the buckets seen in training; others are
/// ignored. idf(b) = 1 + ln((1 + n) / (1 + n_b)) over the n training texts.
/// Without collisions this is scikit-learn's MultinomialNB over its (Tfidf|Count)Vectorizer.
/// Thread safety: const calls may run concurrently. Cost: 2 ns per feature and 16 classes.
/// Source: McCallum & Nigam 1998; Rennie et al. 2003 (length-normalised TF-IDF).
/// Tested by: MultinomialNb.*, oracle NaiveBayesData.*.
class MultinomialNb {
 public:
  MultinomialNb() = default;
  /// Trains on the texts for which `keep` is true (all when empty). `classes` ≥ 1.
  MultinomialNb(const LabelledTexts& texts, int classes, std::uint32_t buckets, NaiveBayesOptions options,
                std::span<const std::uint8_t> keep = {});

  [[nodiscard]] int classes() const { return classes_; }
  /// Unnormalised log posteriors. Shapes: out (classes).
  void Score(std::span<const BucketCount> text, std::span<double> out) const;

  void Save(StateWriter& out) const;
  /// A model of that shape; refuses any other.
  static MultinomialNb Load(StateReader& in, int classes, std::uint32_t buckets, bool tf_idf);

 private:
  [[nodiscard]] double Value(BucketCount feature) const;

  int classes_ = 0;
  bool tf_idf_ = true;
  std::vector<float> idf_;             ///< per bucket; 0 = not seen in training
  std::vector<float> log_likelihood_;  ///< buckets × classes: one row per feature of a text
  std::vector<double> log_prior_;      ///< per class
};

/// Turns log scores into probabilities: softmax of score / temperature. In place.
void Softmax(std::span<double> scores, double temperature);

/// The temperature in [0.05, 20] under which held-out scores are likeliest (weighted mean of
/// log p(label) highest), by golden section on its logarithm, to 1 %.
/// Shapes: scores (texts × classes), label, weight (texts). Source: Guo et al. 2017, "On
/// Calibration of Modern Neural Networks".
double FitTemperature(std::span<const double> scores, std::span<const std::int32_t> label,
                      std::span<const double> weight);

}  // namespace souk
