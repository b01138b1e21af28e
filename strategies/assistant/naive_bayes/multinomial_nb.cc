#include "strategies/assistant/naive_bayes/multinomial_nb.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "sim/base/error.h"
#include "sim/base/math.h"

namespace souk {
namespace {

// 1 + ln n, for the counts that texts have.
double Sublinear(std::uint32_t count) {
  static const std::array<double, 16> table = [] {
    std::array<double, 16> t{};
    for (std::size_t n = 1; n < t.size(); ++n) t[n] = 1 + Log(static_cast<double>(n));
    return t;
  }();
  return count < table.size() ? table[count] : 1 + Log(count);
}

}  // namespace

void LabelledTexts::Add(std::span<const BucketCount> text, std::int32_t text_label, double text_weight) {
  features.insert(features.end(), text.begin(), text.end());
  begin.push_back(static_cast<std::int64_t>(features.size()));
  label.push_back(text_label);
  weight.push_back(text_weight);
}

double MultinomialNb::Value(BucketCount feature) const {
  return tf_idf_ ? Sublinear(feature.count) * static_cast<double>(idf_[feature.bucket]) : feature.count;
}

MultinomialNb::MultinomialNb(const LabelledTexts& texts, int classes, std::uint32_t buckets, NaiveBayesOptions options,
                             std::span<const std::uint8_t> keep)
    : classes_(classes), tf_idf_(options.tf_idf) {
  SOUK_CHECK(classes >= 1);
  const auto n_classes = static_cast<std::size_t>(classes);
  const auto kept = [&](int i) { return keep.empty() || keep[static_cast<std::size_t>(i)] != 0; };

  std::vector<std::int32_t> texts_with(buckets, 0);
  int n = 0;
  for (int i = 0; i < texts.size(); ++i) {
    if (!kept(i)) continue;
    ++n;
    for (const BucketCount f : texts.text(i)) ++texts_with[f.bucket];
  }
  idf_.assign(buckets, 0.0F);
  std::size_t seen = 0;
  for (std::uint32_t b = 0; b < buckets; ++b) {
    if (texts_with[b] == 0) continue;
    ++seen;
    idf_[b] = tf_idf_ ? static_cast<float>(1 + Log((1.0 + n) / (1.0 + texts_with[b]))) : 1.0F;
  }

  std::vector<double> sum(buckets * n_classes, 0.0);
  std::vector<double> total(n_classes, 0.0);
  std::vector<double> class_weight(n_classes, 0.0);
  for (int i = 0; i < texts.size(); ++i) {
    if (!kept(i)) continue;
    const auto c = static_cast<std::size_t>(texts.label[static_cast<std::size_t>(i)]);
    const double weight = texts.weight[static_cast<std::size_t>(i)];
    double scale = weight;
    if (tf_idf_) {
      double square = 0;
      for (const BucketCount f : texts.text(i)) square += Value(f) * Value(f);
      scale = square > 0 ? weight / std::sqrt(square) : 0;
    }
    for (const BucketCount f : texts.text(i)) {
      const double x = scale * Value(f);
      sum[f.bucket * n_classes + c] += x;
      total[c] += x;
    }
    class_weight[c] += weight;
  }

  double all_weight = 0;
  for (const double w : class_weight) all_weight += w;
  const double prior_total = all_weight + options.prior_smoothing * classes;
  std::vector<double> log_total(n_classes);
  for (std::size_t c = 0; c < n_classes; ++c) {
    log_prior_.push_back(prior_total > 0 ? Log((class_weight[c] + options.prior_smoothing) / prior_total) : 0);
    log_total[c] = Log(total[c] + options.smoothing * static_cast<double>(std::max<std::size_t>(seen, 1)));
  }
  // Most buckets are seen in few classes, and log α need be taken only once for the others.
  const double log_alpha = Log(options.smoothing);
  log_likelihood_.assign(buckets * n_classes, 0.0F);
  for (std::uint32_t b = 0; b < buckets; ++b) {
    if (texts_with[b] == 0) continue;
    for (std::size_t c = 0; c < n_classes; ++c) {
      const double f = sum[b * n_classes + c];
      const double log_count = f > 0 ? Log(f + options.smoothing) : log_alpha;
      log_likelihood_[b * n_classes + c] = static_cast<float>(log_count - log_total[c]);
    }
  }
}

void MultinomialNb::Score(std::span<const BucketCount> text, std::span<double> out) const {
  SOUK_DCHECK(static_cast<int>(out.size()) == classes_);
  std::fill(out.begin(), out.end(), 0.0);
  double square = 0;
  for (const BucketCount f : text) {
    if (idf_[f.bucket] == 0.0F) continue;
    const double x = Value(f);
    square += x * x;
    const float* row = log_likelihood_.data() + std::size_t{f.bucket} * out.size();
    for (std::size_t c = 0; c < out.size(); ++c) out[c] += x * static_cast<double>(row[c]);
  }
  const double scale = tf_idf_ && square > 0 ? 1 / std::sqrt(square) : 1;
  for (std::size_t c = 0; c < out.size(); ++c) out[c] = out[c] * scale + log_prior_[c];
}

void MultinomialNb::Save(StateWriter& out) const {
  out.PutColumn(idf_);
  out.PutColumn(log_likelihood_);
  out.PutColumn(log_prior_);
}

MultinomialNb MultinomialNb::Load(StateReader& in, int classes, std::uint32_t buckets, bool tf_idf) {
  MultinomialNb model;
  model.classes_ = classes;
  model.tf_idf_ = tf_idf;
  model.idf_ = in.GetColumn<float>(buckets);
  model.log_likelihood_ = in.GetColumn<float>(std::size_t{buckets} * static_cast<std::size_t>(classes));
  model.log_prior_ = in.GetColumn<double>(static_cast<std::size_t>(classes));
  return model;
}

void Softmax(std::span<double> scores, double temperature) {
  double highest = -HUGE_VAL;
  for (const double s : scores) highest = std::max(highest, s);
  double sum = 0;
  for (double& s : scores) sum += s = Exp((s - highest) / temperature);
  for (double& s : scores) s /= sum;
}

double FitTemperature(std::span<const double> scores, std::span<const std::int32_t> label,
                      std::span<const double> weight) {
  if (label.empty()) return 1;
  const std::size_t classes = scores.size() / label.size();
  const auto loss = [&](double log_temperature) {
    const double inverse = Exp(-log_temperature);
    double total = 0;
    for (std::size_t i = 0; i < label.size(); ++i) {
      const auto row = scores.subspan(i * classes, classes);
      const double own = row[static_cast<std::size_t>(label[i])];
      double sum = 0;  // −log p(label) = log Σ exp((s − own) / T), held by its largest term
      double highest = own;
      for (const double s : row) highest = std::max(highest, s);
      for (const double s : row) sum += Exp((s - highest) * inverse);
      total += weight[i] * (Log(sum) + (highest - own) * inverse);
    }
    return total;
  };
  // The loss is convex in 1/T, hence has one minimum in log T.
  constexpr double kGolden = 0.6180339887498949;
  double low = Log(0.05);
  double high = Log(20.0);
  double a = high - kGolden * (high - low);
  double b = low + kGolden * (high - low);
  double loss_a = loss(a);
  double loss_b = loss(b);
  while (high - low > 0.01) {
    if (loss_a <= loss_b) {
      high = b;
      b = a;
      loss_b = loss_a;
      a = high - kGolden * (high - low);
      loss_a = loss(a);
    } else {
      low = a;
      a = b;
      loss_a = loss_b;
      b = low + kGolden * (high - low);
      loss_b = loss(b);
    }
  }
  return Exp((low + high) / 2);
}

}  // namespace souk
