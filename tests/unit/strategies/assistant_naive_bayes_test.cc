// The model against closed forms worked out by hand.

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "sim/base/random.h"
#include "strategies/assistant/naive_bayes/multinomial_nb.h"

namespace souk {
namespace {

constexpr NgramOptions kUnigrams{.word_max = 1, .char_max = 0, .bucket_bits = 20};

// Manning, Raghavan & Schütze 2008, "Introduction to Information Retrieval", example 13.1:
// four documents, vocabulary of six words, add-one smoothing.
class MultinomialNbExample : public ::testing::Test {
 protected:
  LabelledTexts Texts(double weight = 1) {
    LabelledTexts texts;
    Add(texts, "Chinese Beijing Chinese", 0, weight);
    Add(texts, "Chinese Chinese Shanghai", 0, weight);
    Add(texts, "Chinese Macao", 0, weight);
    Add(texts, "Tokyo Japan Chinese", 1, weight);
    return texts;
  }
  void Add(LabelledTexts& texts, const std::string& text, int label, double weight) {
    texts.Add(Features(text), label, weight);
  }
  std::vector<BucketCount> Features(const std::string& text) {
    std::vector<BucketCount> features;
    ngrams_.Count(Tokenizer().Split(text), features);
    return features;
  }
  HashedNgrams ngrams_{kUnigrams};
};

TEST_F(MultinomialNbExample, GivesTheTextbookPosterior) {
  const MultinomialNb model(Texts(), 2, ngrams_.buckets(), {.tf_idf = false, .smoothing = 1, .prior_smoothing = 0});
  std::vector<double> scores(2);
  model.Score(Features("Chinese Chinese Chinese Tokyo Japan"), scores);
  EXPECT_NEAR(std::exp(scores[0]), 3.0 / 4 * std::pow(3.0 / 7, 3) / 14 / 14, 1e-9);  // about .0003
  EXPECT_NEAR(std::exp(scores[1]), 1.0 / 4 * std::pow(2.0 / 9, 3) * 2 / 9 * 2 / 9,
              1e-9);  // about .0001
  Softmax(scores, 1);
  EXPECT_NEAR(scores[0], 0.68976, 1e-5);
  EXPECT_NEAR(scores[0] + scores[1], 1, 1e-12);
}

TEST_F(MultinomialNbExample, IgnoresWordsThatItHasNeverSeen) {
  const MultinomialNb model(Texts(), 2, ngrams_.buckets(), {.tf_idf = false, .smoothing = 1, .prior_smoothing = 0});
  std::vector<double> some(2), more(2), none(2);
  model.Score(Features("Tokyo"), some);
  model.Score(Features("Tokyo Kyoto Osaka"), more);
  EXPECT_EQ(some, more);
  model.Score(Features("Kyoto"), none);
  EXPECT_NEAR(none[0], std::log(0.75), 1e-12);
  EXPECT_NEAR(none[1], std::log(0.25), 1e-12);
}

TEST_F(MultinomialNbExample, SmoothsThePrior) {
  const MultinomialNb model(Texts(), 3, ngrams_.buckets(), {.tf_idf = false, .smoothing = 1, .prior_smoothing = 1});
  std::vector<double> scores(3);
  model.Score({}, scores);
  EXPECT_NEAR(scores[0], std::log(4.0 / 7), 1e-12);
  EXPECT_NEAR(scores[1], std::log(2.0 / 7), 1e-12);
  EXPECT_NEAR(scores[2], std::log(1.0 / 7), 1e-12);  // a class without texts is possible
}

TEST_F(MultinomialNbExample, CountsAWeightedTextAsSoManyTexts) {
  LabelledTexts twice = Texts();
  Add(twice, "Tokyo Japan Chinese", 1, 1);
  LabelledTexts weighted = Texts();
  weighted.weight.back() = 2;
  const NaiveBayesOptions options{.tf_idf = false, .smoothing = 0.5};
  const MultinomialNb a(twice, 2, ngrams_.buckets(), options);
  const MultinomialNb b(weighted, 2, ngrams_.buckets(), options);
  std::vector<double> sa(2), sb(2);
  a.Score(Features("Chinese Japan Macao"), sa);
  b.Score(Features("Chinese Japan Macao"), sb);
  EXPECT_NEAR(sa[0], sb[0], 1e-9);
  EXPECT_NEAR(sa[1], sb[1], 1e-9);
}

TEST_F(MultinomialNbExample, LeavesOutWhatIsNotKept) {
  const LabelledTexts all = Texts();
  LabelledTexts fewer;
  Add(fewer, "Chinese Beijing Chinese", 0, 1);
  Add(fewer, "Tokyo Japan Chinese", 1, 1);
  const std::vector<std::uint8_t> keep = {1, 0, 0, 1};
  const MultinomialNb a(all, 2, ngrams_.buckets(), {}, keep);
  const MultinomialNb b(fewer, 2, ngrams_.buckets(), {});
  std::vector<double> sa(2), sb(2);
  a.Score(Features("Chinese Shanghai Tokyo"), sa);
  b.Score(Features("Chinese Shanghai Tokyo"), sb);
  EXPECT_EQ(sa, sb);
}

TEST_F(MultinomialNbExample, WeighsByLengthNormalisedTfIdf) {
  // Two texts, "a a b" (class 0) and "b c" (class 1); idf(a) = idf(c) = 1 + ln(3/2), idf(b) = 1.
  LabelledTexts texts;
  Add(texts, "a a b", 0, 1);
  Add(texts, "b c", 1, 1);
  const double alpha = 0.1;
  const MultinomialNb model(texts, 2, ngrams_.buckets(), {.smoothing = alpha, .prior_smoothing = 0});
  const double rare = 1 + std::log(1.5);
  const double a0 = (1 + std::log(2.0)) * rare;
  const double n0 = std::hypot(a0, 1.0);
  const double n1 = std::hypot(rare, 1.0);
  const double total0 = (a0 + 1) / n0 + 3 * alpha;
  const double total1 = (rare + 1) / n1 + 3 * alpha;
  std::vector<double> scores(2);
  model.Score(Features("a"), scores);  // one feature of length 1
  EXPECT_NEAR(scores[0], std::log(0.5) + std::log((a0 / n0 + alpha) / total0), 1e-6);
  EXPECT_NEAR(scores[1], std::log(0.5) + std::log(alpha / total1), 1e-6);
  model.Score(Features("a b"), scores);
  const double n = std::hypot(rare, 1.0);
  EXPECT_NEAR(scores[1],
              std::log(0.5) + rare / n * std::log(alpha / total1) + 1 / n * std::log((1 / n1 + alpha) / total1), 1e-6);
}

TEST(FitTemperature, FindsTheTemperatureOfASimulatedClassifier) {
  // Labels drawn from softmax(scores / 2): the likeliest temperature is near 2.
  Rng rng(Dice(1, 0), Purpose::kTest, 1);
  std::vector<double> scores;
  std::vector<std::int32_t> label;
  for (int i = 0; i < 20000; ++i) {
    std::vector<double> p(4);
    for (double& s : p) scores.push_back(s = 3 * rng.Normal());
    Softmax(p, 2);
    double u = rng.Uniform();
    std::int32_t c = 0;
    while (c < 3 && u >= p[static_cast<std::size_t>(c)]) u -= p[static_cast<std::size_t>(c++)];
    label.push_back(c);
  }
  EXPECT_NEAR(FitTemperature(scores, label, std::vector<double>(label.size(), 1.0)), 2, 0.08);
  EXPECT_EQ(FitTemperature({}, {}, {}), 1);
}

TEST(Softmax, StandsExtremeScores) {
  std::vector<double> p = {-1e6, 1e6, -HUGE_VAL};
  Softmax(p, 0.05);
  EXPECT_EQ(p, (std::vector<double>{0, 1, 0}));
}

}  // namespace
}  // namespace souk
