// Questions: typed text to the assistant, answers, and the queue for human agents.

#include <algorithm>

#include "sim/market/market_internal.h"

namespace souk {
namespace {

std::uint64_t TalkIndex(const Session& s, int part) { return ChatIndex(s.ordinal, s.step, part); }

}  // namespace

/// A question comes to mind: typing begins.
void Market::BeginChat(std::int32_t slot) {
  const Session& s = S(slot);
  const double typing = Quantile(spec_.chat.typing_s, U(Purpose::kChat, s.shopper, TalkIndex(s, kTyping)));
  At(Now() + Seconds(typing), MarketEvent::kAsk, static_cast<std::uint32_t>(slot));
}

void Market::OnAsk(std::int32_t slot) {
  Session& s = S(slot);
  if (s.chat_turn == 0) {
    s.intent = world_.help_desk.PickIntent(U(Purpose::kChat, s.shopper, TalkIndex(s, kIntent)));
    s.asked = Now();
    Emit({.kind = OutcomeKind::kQuestion, .detail = static_cast<std::uint8_t>(s.intent.value), .item = s.item}, s);
    LogEvent({Now(), s.shopper, s.id, s.item, ShopEventKind::kQuestion, false, 0, {}});
  }
  Rng words(world_.dice, Purpose::kChat, Entity(s.shopper), ChatWords(s.ordinal, s.step, s.chat_turn));
  const double typos = spec_.chat.typo_rate * world_.population.segments[Nature(s.shopper).segment.index()].typos;
  std::string text = world_.help_desk.Ask(s.intent, world_.catalogue.Title(s.item), std::min(1.0, typos), words);

  Rng dice = PrivateDice(Slot::kAssistant);
  const ChatTurn turn{s.shopper, Now(), s.item, text, s.chat_turn};
  const AssistantReply reply =
      Timed(Person(s.shopper).arm, Slot::kAssistant, [&] { return ArmOf(s.shopper).assistant->Reply(turn, dice); });
  const auto& faq = world_.help_desk.articles();
  if (!reply.escalate && (reply.article < 0 || reply.article >= static_cast<int>(faq.size())))
    throw Error("the assistant broke its contract: answers with an article that does not exist");
  ShopLog& log = state_.records.log;
  s.chat_record = static_cast<std::int32_t>(log.chats.size());
  log.chats.push_back(
      {Now(), s.shopper, s.item, std::move(text), reply.intent, reply.confidence, reply.escalate, {}, false});
  DecisionOutcome decision{.time = Now(), .slot = static_cast<std::int32_t>(Slot::kAssistant)};
  decision.shopper = s.shopper;
  decision.session = s.ordinal;
  decision.item = s.item;
  decision.eligible = static_cast<std::int32_t>(faq.size()) + 1;
  decision.propensity = reply.propensity;
  decision.article = reply.escalate ? -1 : reply.article;
  decision.intent = reply.intent.value;
  sink_.RecordDecision(decision);
  if (reply.escalate) return Escalate(slot);

  const bool right = faq[static_cast<std::size_t>(reply.article)].intent == s.intent;
  Emit({.kind = OutcomeKind::kAnswer, .detail = static_cast<std::uint8_t>(right ? 1 : 0)}, s);
  log.chats.back().thumbs_up = right && U(Purpose::kChat, s.shopper, TalkIndex(s, kThumbsUp)) < 0.5;
  s.action = right ? Action::kBuy : Action::kNone;  // kept until the answer has been read
  const bool again = s.chat_turn > 0;
  const auto part = [&](ChatPart first, ChatPart second) {
    return U(Purpose::kChat, s.shopper, TalkIndex(s, again ? second : first));
  };
  const double reading = Quantile(spec_.chat.reading_s, part(kReading, kReadingAgain));
  const double thinking =
      ArmOf(s.shopper).decision_time * Quantile(spec_.server.assistant_s, part(kThinking, kThinkingAgain));
  At(Now() + Seconds(thinking + reading), MarketEvent::kChatRead, static_cast<std::uint32_t>(slot));
}

void Market::OnChatRead(std::int32_t slot) {
  Session& s = S(slot);
  const bool right = s.action == Action::kBuy;
  s.action = Action::kNone;
  if (right) return FinishChat(slot, true);
  if (s.chat_turn == 0) {  // says it again in other words
    s.chat_turn = 1;
    return OnAsk(slot);
  }
  Escalate(slot);
}

void Market::Escalate(std::int32_t slot) {
  Session& s = S(slot);
  state_.records.log.chats[static_cast<std::size_t>(s.chat_record)].escalated = true;
  Emit({.kind = OutcomeKind::kEscalate}, s);
  s.asked = Now();
  const Dice::Block draw = world_.dice.Draw(Purpose::kAgent, Entity(s.shopper), TalkIndex(s, 0));
  const SimDuration handling = Seconds(Quantile(spec_.chat.handling_s, ToUniform(draw.lo)));
  const SimDuration patience = Seconds(Quantile(spec_.chat.agent_patience_s, ToUniform(draw.hi)));
  state_.agents.Arrive(state_.queue, static_cast<std::uint32_t>(slot), handling, patience);
}

void Market::OnAgentDone(std::int32_t slot, SimDuration waited) {
  Session& s = S(slot);
  const bool right = U(Purpose::kAgent, s.shopper, TalkIndex(s, 1)) < spec_.chat.agent_accuracy;
  // The agent tags the talk with what it was about; a wrong answer comes of a misunderstanding.
  const auto intents = static_cast<std::int32_t>(world_.help_desk.intents().size());
  const IntentId tag = right ? s.intent : IntentId((s.intent.value + 1) % intents);
  state_.records.log.chats[static_cast<std::size_t>(s.chat_record)].agent_intent = tag;
  const SimDuration handling = (Now() - s.asked) - waited;
  Outcome o{.kind = OutcomeKind::kAgentAnswer, .detail = static_cast<std::uint8_t>(right ? 1 : 0)};
  // Rounded to the cent talk by talk: an error of half a cent at most on a talk of minutes, and no bias.
  o.cost = MoneyFromUnits(spec_.chat.agent_cost_per_min * handling.seconds() / 60);
  o.value = waited.seconds();
  Emit(o, s);
  FinishChat(slot, right);
}

void Market::OnAgentGiveUp(std::int32_t slot) {
  const SimDuration waited = state_.agents.OnGiveUp(state_.queue, static_cast<std::uint32_t>(slot));
  Emit({.kind = OutcomeKind::kAgentAbandon, .value = waited.seconds()}, S(slot));
  FinishChat(slot, false);
}

void Market::FinishChat(std::int32_t slot, bool good) {
  Session& s = S(slot);
  s.service = static_cast<float>(good ? spec_.chat.answered_logit : spec_.chat.wrong_logit);
  DecideAction(slot, 0);
}

}  // namespace souk
