#pragma once
// A shop whose assistant can be asked what shoppers ask: the help desk's pages, and logs of chats
// that human agents have tagged.

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "sim/base/error.h"
#include "sim/world/help_desk.h"
#include "strategies/assistant/faq_bm25/faq_bm25.h"
#include "strategies/assistant/naive_bayes/naive_bayes.h"
#include "strategies/assistant/none/none.h"
#include "tests/support/test_shop.h"

namespace souk::testing {

struct Question {
  IntentId intent;
  std::string text;
};

/// Question number `n` of a stream, the same for every typo rate but for the letters.
inline Question MakeQuestion(const HelpDesk& desk, std::uint32_t stream, std::uint32_t n, double typo_rate) {
  static const char* const kProducts[] = {"slim colour-12 linen", "soft word-31", ""};
  Rng rng(Dice(77, 0), Purpose::kTest, n, stream);
  const IntentId intent = desk.PickIntent(rng.Uniform());
  return {intent, desk.Ask(intent, kProducts[n % 3], typo_rate, rng)};
}

struct HelpDeskShop : TestShop {
  HelpDesk desk;
  StrategyContext context;

  HelpDeskShop() : TestShop(20, 4, 100) {
    faq = desk.articles();
    intents = desk.intents();
    context.view = &view;
  }

  std::unique_ptr<Assistant> Make(const std::string& name, const ParamMap& given = {}) const {
    StrategyEntry entry{NoAssistantInfo, MakeNoAssistant};
    if (name == "faq-bm25") entry = {FaqBm25Info, MakeFaqBm25};
    if (name == "naive-bayes") entry = {NaiveBayesInfo, MakeNaiveBayes};
    SOUK_CHECK(entry.info().name == name);
    std::vector<Params::Issue> issues;
    const Params params(entry.info(), given, issues);
    SOUK_CHECK(issues.empty());
    std::unique_ptr<Strategy> made = entry.make(params, context);
    return std::unique_ptr<Assistant>(dynamic_cast<Assistant*>(made.release()));
  }

  /// Appends chats that an agent answered and tagged.
  void LogTaggedChats(int n, double typo_rate = 0.02) {
    for (int i = 0; i < n; ++i) {
      const auto number = static_cast<std::uint32_t>(records.log.chats.size());
      const Question q = MakeQuestion(desk, 1, number, typo_rate);
      records.log.chats.push_back(
          {.shopper = ShopperId(i % 100), .text = q.text, .escalated = true, .agent_intent = q.intent});
    }
  }
};

/// How an assistant does on `n` new first questions.
struct AssistantScore {
  double accuracy = 0;     ///< share whose intent it understands, answered or not
  double answered = 0;     ///< share that it does not hand over
  double precision = 0;    ///< share of answers that are right
  double calibration = 0;  ///< expected calibration error over ten bins
};
inline AssistantScore ScoreAssistant(Assistant& assistant, const HelpDesk& desk, int n = 3000,
                                     double typo_rate = 0.02) {
  Rng rng(Dice(1, 0), Purpose::kAssistant, 0);
  double hits = 0, answered = 0, right = 0;
  std::vector<double> gap(10, 0);
  for (int i = 0; i < n; ++i) {
    const Question q = MakeQuestion(desk, 2, static_cast<std::uint32_t>(i), typo_rate);
    const AssistantReply reply = assistant.Reply({ShopperId(1), {}, ItemId(0), q.text, 0}, rng);
    const double hit = reply.intent == q.intent ? 1 : 0;
    hits += hit;
    if (!reply.escalate) {
      answered += 1;
      right += desk.articles()[static_cast<std::size_t>(reply.article)].intent == q.intent ? 1 : 0;
    }
    gap[std::min<std::size_t>(9, static_cast<std::size_t>(reply.confidence * 10))] += hit - reply.confidence;
  }
  double calibration = 0;
  for (const double g : gap) calibration += std::abs(g) / n;
  return {hits / n, answered / n, answered > 0 ? right / answered : 0, calibration};
}

}  // namespace souk::testing
