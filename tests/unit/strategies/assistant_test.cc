// The assistants as strategies: what they hand over, what they remember, what they save.

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <sstream>

#include "tests/support/help_desk_shop.h"

namespace souk {
namespace {

using testing::HelpDeskShop;
using testing::MakeQuestion;
using testing::ScoreAssistant;

Rng AnyRng() { return {Dice(1, 0), Purpose::kAssistant, 0}; }
AssistantReply Ask(Assistant& a, std::string_view text, int turn = 0, int shopper = 1) {
  Rng rng = AnyRng();
  return a.Reply({ShopperId(shopper), {}, ItemId(0), text, turn}, rng);
}
void Train(Assistant& a, const ShopLog& log) {
  Rng rng = AnyRng();
  a.Train(log, rng);
}

TEST(NoAssistant, AlwaysEscalates) {
  HelpDeskShop shop;
  const auto none = shop.Make("none");
  shop.LogTaggedChats(100);
  Train(*none, shop.records.log);
  const AssistantReply reply = Ask(*none, "where is my parcel");
  EXPECT_TRUE(reply.escalate);
  EXPECT_FALSE(reply.intent.valid());
  EXPECT_EQ(reply.confidence, 0);
}

TEST(FaqBm25, AnswersInTheWordsOfThePages) {
  HelpDeskShop shop;
  const auto faq = shop.Make("faq-bm25");
  for (std::size_t i = 0; i < shop.faq.size(); ++i) {
    const AssistantReply reply = Ask(*faq, shop.faq[i].title);
    EXPECT_FALSE(reply.escalate) << shop.faq[i].title;
    EXPECT_EQ(reply.article, static_cast<int>(i)) << shop.faq[i].title;
    EXPECT_EQ(reply.intent, IntentId(i));
  }
}

TEST(FaqBm25, EscalatesWhenNoWordIsKnown) {
  HelpDeskShop shop;
  for (const char* text : {"", "?!", "xyzzy plugh", "the of and", "\xFF\xFE"}) {
    EXPECT_TRUE(Ask(*shop.Make("faq-bm25"), text).escalate) << text;
  }
}

TEST(NaiveBayes, WorksOnAnEmptyLog) {
  HelpDeskShop shop;
  const auto nb = shop.Make("naive-bayes");
  const auto before = ScoreAssistant(*nb, shop.desk, 500);
  Train(*nb, {});
  const auto after = ScoreAssistant(*nb, shop.desk, 500);
  EXPECT_EQ(before.accuracy, after.accuracy);
  EXPECT_GT(after.accuracy, 0.3);
  EXPECT_GT(after.answered, 0.1);
  EXPECT_TRUE(Ask(*nb, "").escalate);
}

TEST(NaiveBayes, RejectsTheShareThatItIsTold) {
  HelpDeskShop shop;
  shop.LogTaggedChats(3000);
  double last_precision = 0;
  for (const double rate : {0.0, 0.1, 0.3}) {
    ParamMap given;
    given["rejection_rate"].value = rate;
    const auto nb = shop.Make("naive-bayes", given);
    Train(*nb, shop.records.log);
    const auto score = ScoreAssistant(*nb, shop.desk);
    EXPECT_NEAR(score.answered, 1 - rate, 0.04);
    EXPECT_GT(score.precision, last_precision);  // what it rejects is what it would get wrong
    last_precision = score.precision;
  }
  ParamMap all;
  all["rejection_rate"].value = 1.0;
  const auto nb = shop.Make("naive-bayes", all);
  Train(*nb, shop.records.log);
  EXPECT_EQ(ScoreAssistant(*nb, shop.desk, 200).answered, 0);
}

TEST(NaiveBayes, SetsTheThresholdByAllQuestionsNotByTheHardOnes) {
  // Agents see, and tag, only what the assistant handed over: a tenth here, and the hardest.
  HelpDeskShop shop;
  shop.LogTaggedChats(2000);
  auto nb = shop.Make("naive-bayes");
  Train(*nb, shop.records.log);
  for (auto& chat : shop.records.log.chats) {
    const AssistantReply reply = Ask(*nb, chat.text);
    chat.bot_intent = reply.intent;
    chat.thumbs_up = !reply.escalate && reply.intent == chat.agent_intent;
    chat.escalated = reply.escalate;
    if (!reply.escalate) chat.agent_intent = {};
  }
  Train(*nb, shop.records.log);
  EXPECT_NEAR(ScoreAssistant(*nb, shop.desk).answered, 0.85, 0.07);
}

TEST(NaiveBayes, LearnsFromThumbsUpButLessThanFromAgents) {
  const auto accuracy = [](double feedback_weight, bool thumbs) {
    HelpDeskShop shop;
    shop.LogTaggedChats(400);
    for (std::size_t i = 60; i < shop.records.log.chats.size(); ++i) {
      ChatRecord& chat = shop.records.log.chats[i];
      chat.bot_intent = chat.agent_intent;
      chat.agent_intent = {};
      chat.escalated = false;
      chat.thumbs_up = thumbs;
    }
    ParamMap given;
    given["feedback_weight"].value = feedback_weight;
    const auto nb = shop.Make("naive-bayes", given);
    Train(*nb, shop.records.log);
    return ScoreAssistant(*nb, shop.desk).accuracy;
  };
  const double without = accuracy(0.3, false);
  EXPECT_EQ(accuracy(0, true), without);
  EXPECT_GT(accuracy(0.3, true), without + 0.05);
}

TEST(NaiveBayes, TrainsOnTheLatestChatsOnly) {
  HelpDeskShop shop;
  shop.LogTaggedChats(300);
  ParamMap given;
  given["max_chats"].value = std::int64_t{200};
  const auto nb = shop.Make("naive-bayes", given);
  Train(*nb, shop.records.log);
  const AssistantReply all = Ask(*nb, "where is my parcel");
  auto& chats = shop.records.log.chats;
  chats.erase(chats.begin(), chats.begin() + 100);
  Train(*nb, shop.records.log);
  EXPECT_EQ(Ask(*nb, "where is my parcel").confidence, all.confidence);
}

// What holds for both that read.
class ReadingAssistant : public ::testing::TestWithParam<const char*> {};

TEST_P(ReadingAssistant, GivesConfidenceAsAProbability) {
  HelpDeskShop shop;
  shop.LogTaggedChats(300);
  const auto a = shop.Make(GetParam());
  Train(*a, shop.records.log);
  for (std::uint32_t n = 0; n < 200; ++n) {
    const AssistantReply reply = Ask(*a, MakeQuestion(shop.desk, 3, n, 0.1).text);
    EXPECT_GT(reply.confidence, 0);
    EXPECT_LE(reply.confidence, 1);
    EXPECT_TRUE(reply.intent.valid());
    EXPECT_EQ(reply.article >= 0, !reply.escalate);
    EXPECT_EQ(reply.propensity, 1);
  }
}

TEST_P(ReadingAssistant, NeverRepeatsTheAnswerThatDidNotHelp) {
  HelpDeskShop shop;
  shop.LogTaggedChats(500);
  const auto a = shop.Make(GetParam());
  Train(*a, shop.records.log);
  int answered = 0;
  for (std::uint32_t n = 0; n < 300; ++n) {
    const std::string text = MakeQuestion(shop.desk, 3, n, 0).text;
    const AssistantReply first = Ask(*a, text);
    shop.records.log.chats.push_back(
        {.shopper = ShopperId(1), .text = text, .bot_intent = first.intent, .escalated = first.escalate});
    shop.records.log.chats.push_back({.shopper = ShopperId(2), .text = text, .escalated = true});
    const AssistantReply second = Ask(*a, text, 1);
    if (first.escalate) continue;
    EXPECT_NE(second.intent, first.intent);
    answered += !second.escalate;
  }
  EXPECT_GT(answered, 0);
}

TEST_P(ReadingAssistant, EscalatesTheSecondTryWhenTold) {
  HelpDeskShop shop;
  ParamMap given;
  given["second_try"].value = std::string("escalate");
  const auto a = shop.Make(GetParam(), given);
  EXPECT_FALSE(Ask(*a, shop.faq[2].title).escalate);
  EXPECT_TRUE(Ask(*a, shop.faq[2].title, 1).escalate);
}

TEST_P(ReadingAssistant, DecidesAlikeAfterLoad) {
  HelpDeskShop shop;
  shop.LogTaggedChats(400);
  const auto a = shop.Make(GetParam());
  Train(*a, shop.records.log);
  std::stringstream state;
  a->Save(state);
  const auto b = shop.Make(GetParam());
  b->Load(state);
  for (std::uint32_t n = 0; n < 200; ++n) {
    const std::string text = MakeQuestion(shop.desk, 3, n, 0.02).text;
    const AssistantReply x = Ask(*a, text);
    const AssistantReply y = Ask(*b, text);
    EXPECT_EQ(x.intent, y.intent);
    EXPECT_EQ(x.confidence, y.confidence);
    EXPECT_EQ(x.escalate, y.escalate);
  }
}

TEST_P(ReadingAssistant, RefusesForeignAndTruncatedStates) {
  HelpDeskShop shop;
  const auto a = shop.Make(GetParam());
  std::stringstream own, foreign;
  a->Save(own);
  shop.Make("none")->Save(foreign);
  EXPECT_THROW(a->Load(foreign), Error);
  std::stringstream cut(own.str().substr(0, own.str().size() - 3));
  EXPECT_THROW(a->Load(cut), Error);
  std::string damaged = own.str();
  damaged[damaged.size() / 2] ^= 1;
  std::stringstream bad(damaged);
  EXPECT_THROW(a->Load(bad), Error);
  HelpDeskShop other;
  other.faq.pop_back();
  other.intents.pop_back();
  EXPECT_THROW(other.Make(GetParam())->Load(own), Error);
}

TEST_P(ReadingAssistant, TrainsToTheSameBytes) {
  HelpDeskShop shop;
  shop.LogTaggedChats(600);
  std::string bytes[2];
  for (std::string& b : bytes) {
    const auto a = shop.Make(GetParam());
    Train(*a, shop.records.log);
    Train(*a, shop.records.log);  // twice is as good as once
    std::stringstream state;
    a->Save(state);
    b = state.str();
  }
  EXPECT_EQ(bytes[0], bytes[1]);
}

TEST_P(ReadingAssistant, EscalatesInAShopWithoutPages) {
  HelpDeskShop shop;
  shop.LogTaggedChats(60);
  shop.faq.clear();
  shop.intents.clear();
  const auto a = shop.Make(GetParam());
  Train(*a, shop.records.log);
  EXPECT_TRUE(Ask(*a, "where is my parcel").escalate);
}

INSTANTIATE_TEST_SUITE_P(All, ReadingAssistant, ::testing::Values("faq-bm25", "naive-bayes"),
                         [](const auto& i) { return std::string(i.param[0] == 'f' ? "FaqBm25" : "NaiveBayes"); });

}  // namespace
}  // namespace souk
