// Rules under test (chat.cc): who answers, what an answer does, how long it takes and costs. Hand-counted: the page is
// there at 0.1 s, typing takes 20 s, reading 12 s, an agent 300 s, a look 10 s (CalmScenario).
#include <gtest/gtest.h>

#include "tests/support/small_market.h"

namespace souk {
namespace {

using testing::CalmScenario;
using testing::KeepingSink;
using testing::kSurely;
using testing::SmallMarket;

/// Everybody asks; who is answered well buys, who is not does not.
Scenario Askers(int shoppers = 1) {
  Scenario s = CalmScenario(1, shoppers);
  s.chat.question_rate = 1;
  s.chat.agents = 1;
  s.chat.agent_accuracy = 1;
  s.purchase.buy_intercept = 0;
  s.chat.answered_logit = kSurely;
  s.chat.wrong_logit = -kSurely;
  return s;
}

/// An assistant that knows what is asked, because the sink tells it, and answers that or something else.
void AnswerAll(SmallMarket& shop, IntentId& asked, bool right) {
  shop.Open();
  shop.sink->on_outcome = [&asked](const Outcome& o) {
    if (o.kind == OutcomeKind::kQuestion) asked = IntentId(o.detail);
  };
  shop.answers.reply = [&shop, &asked, right](const ChatTurn&) {
    const auto intents = static_cast<int>(shop.world.help_desk.intents().size());
    AssistantReply reply;
    reply.escalate = false;
    reply.article = (asked.value + (right ? 0 : 1)) % intents;
    return reply;
  };
}

double Latest(const KeepingSink& sink, OutcomeKind kind) {
  return (sink.Of(kind).back().time - (SimTime{} + Hours(12))).seconds();
}

TEST(Chat, ARightAnswerSells) {
  SmallMarket shop(Askers());
  IntentId asked;
  AnswerAll(shop, asked, true);
  const KeepingSink& sink = shop.Run(1);
  ASSERT_EQ(sink.Count(OutcomeKind::kAnswer), 1);
  EXPECT_EQ(sink.Of(OutcomeKind::kAnswer)[0].detail, 1);
  EXPECT_EQ(sink.Count(OutcomeKind::kEscalate), 0);
  ASSERT_EQ(sink.Count(OutcomeKind::kOrder), 1);
  EXPECT_DOUBLE_EQ(Latest(sink, OutcomeKind::kOrder), 0.1 + 20 + 12 + 10);
  EXPECT_EQ(At(sink.Total(), Sum::kBotRight), 1);
  EXPECT_EQ(At(sink.Total(), Sum::kContained), 1);
}

// Two wrong answers - the question is asked again in other words - then an agent, who is right (accuracy 1) or not (0).
TEST(Chat, WrongAnswersEndWithAnAgent) {
  for (const bool able : {true, false}) {
    Scenario s = Askers();
    s.chat.agent_accuracy = able ? 1 : 0;
    SmallMarket shop(s);
    IntentId asked;
    AnswerAll(shop, asked, false);
    const KeepingSink& sink = shop.Run(1);
    ASSERT_EQ(sink.Count(OutcomeKind::kAnswer), 2);
    for (const Outcome& o : sink.Of(OutcomeKind::kAnswer)) EXPECT_EQ(o.detail, 0);
    EXPECT_EQ(sink.Count(OutcomeKind::kQuestion), 1);
    ASSERT_EQ(sink.Count(OutcomeKind::kAgentAnswer), 1);
    EXPECT_DOUBLE_EQ(Latest(sink, OutcomeKind::kAgentAnswer), 0.1 + 20 + 12 + 12 + 300);
    EXPECT_EQ(sink.Of(OutcomeKind::kAgentAnswer)[0].detail, able ? 1 : 0);
    EXPECT_EQ(sink.Count(OutcomeKind::kOrder), able ? 1 : 0);
    const auto& chats = shop.state.records.log.chats;
    ASSERT_EQ(chats.size(), 2U);
    EXPECT_NE(chats[0].text, chats[1].text) << "other words";
    EXPECT_EQ(chats[1].agent_intent == asked, able) << "the tag is right when the agent is";
    EXPECT_FALSE(chats[0].thumbs_up || chats[1].thumbs_up);
    EXPECT_EQ(At(sink.Total(), Sum::kContained), 0);
  }
}

// Two ask at once and there is one agent: 300 s of work at 0.45 a minute are 2.25, and waiting costs nothing. With
// patience of 180 s the second leaves; with 1,000 s that one waits 300 s and is worth another 2.25.
TEST(Chat, AgentsCostWhatTheyWork) {
  for (const double patience_s : {180.0, 1000.0}) {
    Scenario s = Askers(2);
    s.chat.agent_patience_s = Distribution::Constant(patience_s);
    s.chat.agent_cost_per_min = 0.45;
    SmallMarket shop(s);
    const KeepingSink& sink = shop.Run(1);
    const bool waits = patience_s > 300;
    const auto answers = sink.Of(OutcomeKind::kAgentAnswer);
    ASSERT_EQ(answers.size(), waits ? 2U : 1U);
    for (const Outcome& o : answers) EXPECT_EQ(o.cost, Money{225});
    EXPECT_EQ(answers[0].value, 0);
    EXPECT_EQ(At(sink.Total(), Sum::kAgentCostCents), waits ? 450 : 225);
    if (waits) {
      EXPECT_EQ(answers[1].value, 300);
      continue;
    }
    const auto left = sink.Of(OutcomeKind::kAgentAbandon);
    ASSERT_EQ(left.size(), 1U);
    EXPECT_EQ(left[0].value, 180);
    EXPECT_EQ(sink.Count(OutcomeKind::kOrder), 1) << "who was not answered does not buy";
  }
}

// Typing, reading twice, the wish to ask and the words are drawn apart: over 300 talks no two of the times of a talk
// are equal quantiles, and none is that of another talk.
TEST(Chat, TimesOfATalkAreDrawnApart) {
  Scenario s = Askers(300);
  const Distribution spread{Distribution::Kind::kUniform, 10, 1000};
  s.chat.typing_s = s.chat.reading_s = spread;
  SmallMarket shop(s);
  for (Shopper& u : shop.world.population.shoppers) u.dropout = 0;
  IntentId asked;
  AnswerAll(shop, asked, false);
  // Talks cross here, so every answer may be wrong or right; only their times matter.
  const KeepingSink& sink = shop.Run(20);
  std::vector<double> times;
  std::vector<Outcome> last(300);
  for (const Outcome& o : sink.all) {
    Outcome& before = last[o.shopper.index()];
    const double gap = (o.time - before.time).seconds();
    if (o.kind == OutcomeKind::kQuestion && before.kind == OutcomeKind::kView) times.push_back(gap);
    if (before.kind == OutcomeKind::kAnswer) times.push_back(gap);
    before = o;
  }
  ASSERT_GT(times.size(), 5000U);
  std::sort(times.begin(), times.end());
  // Times are in microseconds out of 990 million: n(n - 1)/2 pairs would make n^2/2/9.9e8 chance ties.
  const auto n = static_cast<double>(times.size());
  const auto ties = n - static_cast<double>(std::unique(times.begin(), times.end()) - times.begin());
  EXPECT_LT(ties, 5 + 10 * n * n / 2 / 9.9e8);
}

}  // namespace
}  // namespace souk
