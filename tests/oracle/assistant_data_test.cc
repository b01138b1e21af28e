// The readers against other people's data and figures, and against the help desk's questions.
//
// Banking77 (Casanueva et al. 2020) and CLINC150 (Larson et al. 2019), official splits. Reference
// figures were computed with scikit-learn 1.2.1 on the same splits: multinomial NB over counts of
// words and pairs, α = 0.1: 85.88 and 87.82; over TF-IDF of words, pairs and letters, α = 0.02:
// 89.12 and 89.71; BM25 with one document per intent: 82.5 and 84.6. SOUK_DATA names the folder.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "strategies/assistant/naive_bayes/multinomial_nb.h"
#include "strategies/common/bm25.h"
#include "tests/support/help_desk_shop.h"

namespace souk {
namespace {

struct Utterance {
  std::string text;
  int label = 0;
};
struct Split {
  std::vector<Utterance> train, test;
  std::map<std::string, int> labels;
  [[nodiscard]] int classes() const { return static_cast<int>(labels.size()); }
  int Label(const std::string& name) { return labels.try_emplace(name, classes()).first->second; }
};

std::string ReadAll(const std::string& file) {
  const char* folder = std::getenv("SOUK_DATA");
  const auto path = std::filesystem::path(folder != nullptr ? folder : "../shared/data") / file;
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// RFC 4180: text,category with quoted fields.
void ReadCsv(const std::string& csv, Split& split, std::vector<Utterance>& out) {
  std::vector<std::string> row(1);
  bool quoted = false;
  bool header = true;
  for (std::size_t i = 0; i < csv.size(); ++i) {
    const char c = csv[i];
    if (quoted && c == '"' && i + 1 < csv.size() && csv[i + 1] == '"') row.back() += csv[++i];
    else if (c == '"') quoted = !quoted;
    else if (quoted) row.back() += c;
    else if (c == ',') row.emplace_back();
    else if (c == '\n') {
      if (!header && row.size() == 2) out.push_back({row[0], split.Label(row[1])});
      header = false;
      row.assign(1, "");
    } else if (c != '\r') row.back() += c;
  }
}

Split ReadBanking() {
  Split split;
  ReadCsv(ReadAll("banking77/train.csv"), split, split.train);
  ReadCsv(ReadAll("banking77/test.csv"), split, split.test);
  return split;
}

// {"train": [["text", "intent"], …], "test": …, "oos_train": …}: just enough JSON for this file.
Split ReadClinc() {
  Split split;
  const std::string json = ReadAll("clinc150/data_full.json");
  std::string part, first;
  int depth = 0;
  for (std::size_t i = 0; i < json.size(); ++i) {
    if (json[i] == '[') ++depth;
    if (json[i] == ']') --depth;
    if (json[i] != '"') continue;
    std::string text;
    for (++i; i < json.size() && json[i] != '"'; ++i) {
      if (json[i] == '\\') ++i;  // the file escapes quotation marks only
      text += json[i];
    }
    if (depth == 0) part = text;
    else if (first.empty()) first = text;
    else {
      if (part == "train") split.train.push_back({first, split.Label(text)});
      if (part == "test") split.test.push_back({first, split.Label(text)});
      first.clear();
    }
  }
  return split;
}

double NbAccuracy(const Split& split, NgramOptions ngram_options, NaiveBayesOptions options) {
  HashedNgrams ngrams(ngram_options);
  Tokenizer tokenizer;
  TokenList words;
  std::vector<BucketCount> features;
  const auto read = [&](const std::string& text) {
    tokenizer.Split(text, words);
    ngrams.Count(words, features);
  };
  LabelledTexts texts;
  for (const Utterance& u : split.train) {
    read(u.text);
    texts.Add(features, u.label, 1);
  }
  const MultinomialNb model(texts, split.classes(), ngrams.buckets(), options);
  std::vector<double> scores(static_cast<std::size_t>(split.classes()));
  double hits = 0;
  for (const Utterance& u : split.test) {
    read(u.text);
    model.Score(features, scores);
    hits += std::max_element(scores.begin(), scores.end()) - scores.begin() == u.label;
  }
  return 100 * hits / static_cast<double>(split.test.size());
}

double Bm25Accuracy(const Split& split) {
  Tokenizer tokenizer({.stemming = Stemming::kPorter, .drop_stop_words = true});
  std::vector<std::string> texts(static_cast<std::size_t>(split.classes()));
  for (const Utterance& u : split.train) texts[static_cast<std::size_t>(u.label)] += u.text + "\n";
  std::vector<TokenList> documents;
  for (const auto& t : texts) documents.push_back(tokenizer.Split(t));
  const Bm25Index index(documents, {});
  double hits = 0;
  for (const Utterance& u : split.test) {
    const auto found = index.Search(tokenizer.Split(u.text), 1);
    hits += !found.empty() && found[0].document == u.label;
  }
  return 100 * hits / static_cast<double>(split.test.size());
}

constexpr NgramOptions kWordPairs{.word_max = 2, .char_max = 0, .bucket_bits = 18};
constexpr NaiveBayesOptions kCounts{.tf_idf = false, .smoothing = 0.1, .prior_smoothing = 0};
constexpr NaiveBayesOptions kTfIdf{.tf_idf = true, .smoothing = 0.02, .prior_smoothing = 0};

class NaiveBayesData : public ::testing::Test {
 protected:
  void Check(const Split& split, double counts, double tf_idf, double tf_idf_tolerance, double bm25) {
    const double got_counts = NbAccuracy(split, kWordPairs, kCounts);
    const double got_tf_idf = NbAccuracy(split, {}, kTfIdf);
    const double got_bm25 = Bm25Accuracy(split);
    std::printf("counts %.2f, TF-IDF with letters %.2f, BM25 %.2f\n", got_counts, got_tf_idf, got_bm25);
    // Same features up to punctuation and rare hash collisions.
    EXPECT_NEAR(got_counts, counts, 0.4);
    // The reference's letters include punctuation, and its hash table has no collisions.
    EXPECT_NEAR(got_tf_idf, tf_idf, tf_idf_tolerance);
    EXPECT_NEAR(got_bm25, bm25, 1.0);
  }
};

TEST_F(NaiveBayesData, ReproducesTheReferenceOnBanking77) {
  const Split split = ReadBanking();
  if (split.train.empty()) GTEST_SKIP() << "banking77 is not in SOUK_DATA";
  ASSERT_EQ(split.train.size(), 10003U);
  ASSERT_EQ(split.test.size(), 3080U);
  Check(split, 85.88, 89.12, 1.2, 82.5);
}

TEST_F(NaiveBayesData, ReproducesTheReferenceOnClinc150) {
  const Split split = ReadClinc();
  if (split.train.empty()) GTEST_SKIP() << "clinc150 is not in SOUK_DATA";
  ASSERT_EQ(split.train.size(), 15000U);
  ASSERT_EQ(split.test.size(), 4500U);
  ASSERT_EQ(split.classes(), 150);
  Check(split, 87.82, 89.71, 1.2, 84.6);
}

using testing::AssistantScore;
using testing::HelpDeskShop;
using testing::ScoreAssistant;

AssistantScore Score(const std::string& name, int tagged_chats, double typo_rate = 0.02) {
  HelpDeskShop shop;
  shop.LogTaggedChats(tagged_chats);
  const auto assistant = shop.Make(name);
  Rng rng(Dice(1, 0), Purpose::kTraining, 0);
  assistant->Train(shop.records.log, rng);
  const AssistantScore score = ScoreAssistant(*assistant, shop.desk, 3000, typo_rate);
  std::printf("%-12s %6d chats, typos %.2f: accuracy %.3f answered %.3f precision %.3f calibration %.3f\n",
              name.c_str(), tagged_chats, typo_rate, score.accuracy, score.answered, score.precision,
              score.calibration);
  return score;
}

constexpr double kChance = 0.14;  // always the commonest subject

TEST(AssistantAccuracy, LearningBeatsLookingUpBeatsChance) {
  const AssistantScore look_up = Score("faq-bm25", 500);
  const AssistantScore learnt = Score("naive-bayes", 500);
  EXPECT_GT(look_up.accuracy, 2 * kChance);
  EXPECT_GT(learnt.accuracy, 0.68);
  EXPECT_GT(learnt.accuracy, look_up.accuracy + 0.2);
  for (const AssistantScore& s : {look_up, learnt}) {
    EXPECT_GT(s.answered, 0.3);
    EXPECT_LT(s.answered, 0.95);
    EXPECT_GT(s.precision, s.accuracy);  // what is handed over is what would be wrong
    EXPECT_LT(s.precision, 0.95);        // wrong answers do happen
  }
}

TEST(AssistantAccuracy, GrowsWithTheLogUpToWhatCanBeKnown) {
  double last = kChance;
  for (const int chats : {0, 150, 500, 2000}) {
    const AssistantScore score = Score("naive-bayes", chats);
    EXPECT_GT(score.accuracy, last);
    EXPECT_LT(score.calibration, 0.1);
    last = score.accuracy;
  }
  // One question in nine is vague, some are ambiguous: nobody gets them all.
  EXPECT_LT(Score("naive-bayes", 10000).accuracy, 0.93);
}

TEST(AssistantAccuracy, FallsWithTypingErrors) {
  for (const char* name : {"faq-bm25", "naive-bayes"}) {
    double last = 1;
    for (const double rate : {0.0, 0.05, 0.1, 0.2}) {
      const double accuracy = Score(name, 1000, rate).accuracy;
      EXPECT_LT(accuracy, last);
      last = accuracy;
    }
    EXPECT_GT(last, kChance);
  }
}

}  // namespace
}  // namespace souk
