#include "strategies/assistant/naive_bayes/naive_bayes.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "strategies/assistant/naive_bayes/multinomial_nb.h"
#include "strategies/common/chat.h"
#include "strategies/common/serial.h"
#include "strategies/common/text_features.h"

namespace souk {
namespace {

constexpr const char* kOwner = "assistant/naive-bayes";
constexpr std::int64_t kVersion = 1;
constexpr std::size_t kFolds = 5;
// Fewer known questions than this teach less than the help pages and say nothing about calibration.
constexpr int kEnough = 50;
// The pages alone: constants under which confidence was about right on generated questions.
constexpr double kColdTemperature = 0.8;
constexpr double kColdThreshold = 0.5;
constexpr double kNoConfidence = 2;  // a threshold that none reaches
// So many held-out posteriors fix a quantile to 1 %; more of them only cost time.
constexpr std::size_t kCalibrationChats = 2000;

NgramOptions Ngrams(const Params& params) {
  return {.word_max = static_cast<int>(params.Int("word_ngrams")),
          .char_max = params.Bool("char_ngrams") ? 5 : 0,
          .bucket_bits = static_cast<int>(params.Int("bucket_bits"))};
}

class NaiveBayes final : public Assistant {
 public:
  NaiveBayes(const Params& params, const ShopView& view)
      : view_(&view),
        options_{.tf_idf = true, .smoothing = params.Real("smoothing")},
        rejection_rate_(params.Real("rejection_rate")),
        page_weight_(params.Real("page_weight")),
        feedback_weight_(params.Real("feedback_weight")),
        max_chats_(params.Int("max_chats")),
        second_try_(params.String("second_try") == "next"),
        ngrams_(Ngrams(params)),
        article_(ArticleOfIntent(view)),
        posterior_(view.intents().size()) {
    if (classes() > 0) UsePagesOnly();
  }

  void Train(const ShopLog& log, Rng&) override {
    if (classes() == 0) return;
    LabelledTexts texts;
    AddPages(texts, page_weight_);
    const int first_chat = texts.size();
    // Every question counts for the rejection rate, known ones also for training.
    LabelledTexts unknown;
    const auto n = static_cast<std::int64_t>(log.chats.size());
    for (std::int64_t i = std::max<std::int64_t>(0, n - max_chats_); i < n; ++i) {
      const ChatRecord& chat = log.chats[static_cast<std::size_t>(i)];
      const Label label = LabelOf(chat);
      ReadFeatures(chat.text);
      if (label.weight > 0) texts.Add(features_, label.intent, label.weight);
      else unknown.Add(features_, 0, 0);
    }
    if (texts.size() - first_chat < kEnough) return UsePagesOnly();
    model_ = Fit(texts, {});
    Calibrate(texts, first_chat, unknown);
  }

  AssistantReply Reply(const ChatTurn& turn, Rng&) override {
    AssistantReply reply;
    if (classes() == 0) return reply;
    ReadFeatures(turn.text);
    model_.Score(features_, posterior_);
    if (turn.turn > 0) {  // the first answer did not help, so it was not about that
      const IntentId last = LastAnswered(view_->log(), turn.shopper);
      if (last.valid() && last.index() < posterior_.size()) posterior_[last.index()] = -HUGE_VAL;
    }
    Softmax(posterior_, temperature_);
    const auto best = std::max_element(posterior_.begin(), posterior_.end());
    reply.intent = IntentId(static_cast<std::size_t>(best - posterior_.begin()));
    reply.confidence = *best;
    const int article = article_[reply.intent.index()];
    reply.escalate = article < 0 || reply.confidence < threshold_ || (turn.turn > 0 && !second_try_);
    if (!reply.escalate) reply.article = article;
    return reply;
  }

  void Save(std::ostream& out) const override {
    StateWriter writer(out, kOwner, kVersion, classes());
    writer.Put(temperature_);
    writer.Put(threshold_);
    if (classes() > 0) model_.Save(writer);
    writer.Finish();
  }

  void Load(std::istream& in) override {
    StateReader reader(in, kOwner, kVersion, classes());
    const auto temperature = reader.Get<double>();
    const auto threshold = reader.Get<double>();
    MultinomialNb model;
    if (classes() > 0) {
      model = MultinomialNb::Load(reader, classes(), ngrams_.buckets(), options_.tf_idf);
    }
    reader.Finish();
    temperature_ = temperature;
    threshold_ = threshold;
    model_ = std::move(model);
  }

 private:
  struct Label {
    std::int32_t intent = 0;
    double weight = 0;
  };

  [[nodiscard]] int classes() const { return static_cast<int>(posterior_.size()); }

  [[nodiscard]] Label LabelOf(const ChatRecord& chat) const {
    const auto known = [&](IntentId i) { return i.valid() && i.value < classes(); };
    if (known(chat.agent_intent)) return {chat.agent_intent.value, 1};
    if (chat.thumbs_up && !chat.escalated && known(chat.bot_intent)) {
      return {chat.bot_intent.value, feedback_weight_};
    }
    return {};
  }

  void ReadFeatures(std::string_view text) {
    tokenizer_.Split(text, words_);
    ngrams_.Count(words_, features_);
  }

  void AddPages(LabelledTexts& texts, double weight) {
    for (const FaqArticle& page : view_->faq()) {
      if (!page.intent.valid() || page.intent.value >= classes()) continue;
      ReadFeatures(page.title + ". " + page.text);
      texts.Add(features_, page.intent.value, weight);
    }
  }

  void UsePagesOnly() {
    LabelledTexts pages;
    AddPages(pages, 1);
    model_ = Fit(pages, {});
    temperature_ = kColdTemperature;
    threshold_ = kColdThreshold;
  }

  [[nodiscard]] MultinomialNb Fit(const LabelledTexts& texts, std::span<const std::uint8_t> keep) const {
    return {texts, classes(), ngrams_.buckets(), options_, keep};
  }

  // Scores labelled chats by a model that has not read them, fits the temperature on them, and
  // takes the threshold from all questions, labelled or not: those that agents tagged are the ones
  // that were hard, and would set it too low.
  void Calibrate(const LabelledTexts& texts, int first_chat, const LabelledTexts& unknown) {
    const auto c = static_cast<std::size_t>(classes());
    const auto first = static_cast<std::size_t>(first_chat);
    const auto chats = static_cast<std::size_t>(texts.size()) - first;
    // Every fifth chat is one fold; with many chats, one fold is enough.
    const std::size_t folds = chats / kFolds >= kCalibrationChats ? 1 : kFolds;
    std::vector<double> scores;
    std::vector<std::int32_t> label;
    std::vector<double> weight;
    std::vector<std::uint8_t> keep(first + chats, 1);
    for (std::size_t fold = 0; fold < folds; ++fold) {
      for (std::size_t i = 0; i < chats; ++i) keep[first + i] = i % kFolds != fold;
      const MultinomialNb model = Fit(texts, keep);
      for (std::size_t i = first + fold; i < first + chats; i += kFolds) {
        scores.resize(scores.size() + c);
        model.Score(texts.text(static_cast<int>(i)), std::span(scores).last(c));
        label.push_back(texts.label[i]);
        weight.push_back(texts.weight[i]);
      }
    }
    temperature_ = FitTemperature(scores, label, weight);

    // The same share of the unlabelled questions, so that both count alike.
    for (int i = 0; i < unknown.size(); i += static_cast<int>(kFolds / folds)) {
      scores.resize(scores.size() + c);
      model_.Score(unknown.text(i), std::span(scores).last(c));
    }
    std::vector<double> confidence;
    for (std::size_t i = 0; i < scores.size(); i += c) {
      const auto row = std::span(scores).subspan(i, c);
      Softmax(row, temperature_);
      confidence.push_back(*std::max_element(row.begin(), row.end()));
    }
    std::sort(confidence.begin(), confidence.end());
    const auto rejected = static_cast<std::size_t>(rejection_rate_ * static_cast<double>(confidence.size()));
    threshold_ = rejected < confidence.size() ? confidence[rejected] : kNoConfidence;
  }

  const ShopView* view_;
  NaiveBayesOptions options_;
  double rejection_rate_;
  double page_weight_;
  double feedback_weight_;
  std::int64_t max_chats_;
  bool second_try_;
  Tokenizer tokenizer_;
  HashedNgrams ngrams_;
  std::vector<int> article_;  // per intent, −1 if none
  MultinomialNb model_;
  double temperature_ = kColdTemperature;
  double threshold_ = kColdThreshold;
  TokenList words_;                    // scratch
  std::vector<BucketCount> features_;  // scratch
  std::vector<double> posterior_;      // scratch, per intent
};

}  // namespace

const StrategyInfo& NaiveBayesInfo() {
  static const StrategyInfo info{
      .slot = Slot::kAssistant,
      .name = "naive-bayes",
      .summary = "Learns the subject of a question from what agents tagged; doubtful ones go to an agent.",
      .source = "McCallum & Nigam 1998; Rennie et al. 2003",
      .status = "reproduced",
      .params = {{.name = "rejection_rate",
                  .default_value = 0.15,
                  .min = 0,
                  .max = 1,
                  .help = "share of questions handed to an agent for doubt, estimated on the log"},
                 {.name = "smoothing",
                  .default_value = 0.02,
                  .min = 1e-6,
                  .max = 10,
                  .help = "pseudo-count of every feature in every intent (Lidstone)"},
                 {.name = "word_ngrams",
                  .default_value = std::int64_t{2},
                  .min = 1,
                  .max = 4,
                  .unit = "words",
                  .help = "longest sequence of words that is one feature"},
                 {.name = "char_ngrams",
                  .default_value = true,
                  .help = "also sequences of 3 to 5 letters inside words: robust to typing errors"},
                 {.name = "bucket_bits",
                  .default_value = std::int64_t{14},
                  .min = 8,
                  .max = 20,
                  .help = "2^bits hash buckets for features: memory against collisions"},
                 {.name = "page_weight",
                  .default_value = 3.0,
                  .min = 0,
                  .max = 100,
                  .unit = "chats",
                  .help = "how many tagged chats a help page counts as"},
                 {.name = "feedback_weight",
                  .default_value = 0.3,
                  .min = 0,
                  .max = 1,
                  .unit = "chats",
                  .help = "how much a thumbs up counts against an agent's tag; 0 ignores it"},
                 {.name = "max_chats",
                  .default_value = std::int64_t{20000},
                  .min = 0,
                  .max = 1e7,
                  .unit = "chats",
                  .help = "train on that many latest chats"},
                 {.name = "second_try",
                  .default_value = std::string("next"),
                  .choices = {"escalate", "next"},
                  .help = "when the first answer did not help: a human agent, or the best other page"}},
  };
  return info;
}

std::unique_ptr<Strategy> MakeNaiveBayes(const Params& params, const StrategyContext& context) {
  return std::make_unique<NaiveBayes>(params, *context.view);
}

}  // namespace souk
