#pragma once
// What an assistant may remember of a talk: nothing of its own, only what the shop logged.

#include <algorithm>
#include <vector>

#include "sim/decision/shop_view.h"

namespace souk {

/// The intent that the assistant answered this shopper last, within the last `reach` questions to
/// the shop; none if it escalated or is not there. For a shopper who asks again, the answer that
/// did not help. Cost: O(reach), mostly one step.
inline IntentId LastAnswered(const ShopLog& log, ShopperId shopper, int reach = 256) {
  const auto n = static_cast<int>(log.chats.size());
  for (int i = n - 1; i >= std::max(0, n - reach); --i) {
    const ChatRecord& chat = log.chats[static_cast<std::size_t>(i)];
    if (chat.shopper == shopper) return chat.escalated ? IntentId{} : chat.bot_intent;
  }
  return {};
}

/// Per intent, the first article that answers it; −1 where there is none.
inline std::vector<int> ArticleOfIntent(const ShopView& view) {
  std::vector<int> article(view.intents().size(), -1);
  for (std::size_t a = 0; a < view.faq().size(); ++a) {
    const IntentId intent = view.faq()[a].intent;
    if (!intent.valid() || intent.index() >= article.size()) continue;
    if (article[intent.index()] < 0) article[intent.index()] = static_cast<int>(a);
  }
  return article;
}

}  // namespace souk
