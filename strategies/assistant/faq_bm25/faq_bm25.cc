#include "strategies/assistant/faq_bm25/faq_bm25.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "sim/base/math.h"
#include "strategies/common/bm25.h"
#include "strategies/common/chat.h"
#include "strategies/common/serial.h"

namespace souk {
namespace {

constexpr const char* kOwner = "assistant/faq-bm25";

class FaqBm25 final : public Assistant {
 public:
  FaqBm25(const Params& params, const ShopView& view)
      : view_(&view),
        tokenizer_({.stemming = params.Bool("stem") ? Stemming::kEnglish : Stemming::kNone, .drop_stop_words = true}),
        k1_(params.Real("k1")),
        threshold_(params.Real("threshold")),
        second_try_(params.String("second_try") == "next") {
    std::vector<TokenList> pages;
    for (const FaqArticle& page : view.faq()) {
      std::string text;
      for (std::int64_t n = 0; n < params.Int("title_weight"); ++n) text += page.title + ". ";
      pages.push_back(tokenizer_.Split(text + page.text));
    }
    index_ = Bm25Index(pages, {.k1 = k1_, .b = params.Real("b")});
  }

  void Train(const ShopLog&, Rng&) override {}

  AssistantReply Reply(const ChatTurn& turn, Rng&) override {
    AssistantReply reply;
    if (index_.documents() == 0) return reply;
    tokenizer_.Split(turn.text, words_);
    index_.Score(words_, scores_);
    if (turn.turn > 0) ForgetWhatDidNotHelp(turn.shopper);

    // BM25 with its factor k1 + 1 estimates log odds of relevance, so the softmax is the posterior
    // of each page if exactly one is relevant and none is more likely beforehand.
    std::size_t best = 0;
    for (std::size_t a = 1; a < scores_.size(); ++a) {
      if (scores_[a] > scores_[best]) best = a;
    }
    double sum = 0;
    for (const double s : scores_) sum += Exp((k1_ + 1) * (s - scores_[best]));
    reply.intent = view_->faq()[best].intent;
    reply.confidence = 1 / sum;
    reply.escalate = !(scores_[best] > 0) || reply.confidence < threshold_ || (turn.turn > 0 && !second_try_);
    if (!reply.escalate) reply.article = static_cast<int>(best);
    return reply;
  }

  void Save(std::ostream& out) const override { StateWriter(out, kOwner, 1, index_.documents()).Finish(); }
  void Load(std::istream& in) override { StateReader(in, kOwner, 1, index_.documents()).Finish(); }

 private:
  void ForgetWhatDidNotHelp(ShopperId shopper) {
    const IntentId last = LastAnswered(view_->log(), shopper);
    if (!last.valid()) return;
    for (std::size_t a = 0; a < scores_.size(); ++a) {
      if (view_->faq()[a].intent == last) scores_[a] = -1;
    }
  }

  const ShopView* view_;
  Tokenizer tokenizer_;
  Bm25Index index_;
  double k1_;
  double threshold_;
  bool second_try_;
  TokenList words_;             // scratch
  std::vector<double> scores_;  // scratch, per article
};

}  // namespace

const StrategyInfo& FaqBm25Info() {
  static const StrategyInfo info{
      .slot = Slot::kAssistant,
      .name = "faq-bm25",
      .summary = "Looks the question up among the help pages by BM25; learns nothing.",
      .source = "Robertson & Zaragoza 2009",
      .status = "tested",
      .params = {{.name = "threshold",
                  .default_value = 0.5,
                  .min = 0,
                  .max = 1,
                  .help = "confidence below which a human agent answers; 0 answers whenever a word is found"},
                 {.name = "k1",
                  .default_value = 1.2,
                  .min = 0,
                  .max = 10,
                  .help = "how fast repetitions of a word stop counting; 0: at once"},
                 {.name = "b",
                  .default_value = 0.75,
                  .min = 0,
                  .max = 1,
                  .help = "how much long pages are held back; 1: in proportion to their length"},
                 {.name = "title_weight",
                  .default_value = std::int64_t{2},
                  .min = 0,
                  .max = 10,
                  .help = "how often the title of a page counts"},
                 {.name = "stem", .default_value = true, .help = "treat forms of a word as one (English Snowball)"},
                 {.name = "second_try",
                  .default_value = std::string("next"),
                  .choices = {"escalate", "next"},
                  .help = "when the first answer did not help: a human agent, or the best other page"}},
  };
  return info;
}

std::unique_ptr<Strategy> MakeFaqBm25(const Params& params, const StrategyContext& context) {
  return std::make_unique<FaqBm25>(params, *context.view);
}

}  // namespace souk
