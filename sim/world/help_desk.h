#pragma once
// What shoppers ask about and how they say it. The shop's help pages (public) and the shoppers' own
// way of asking (a grammar of templates, synonyms and typing errors, disjoint from the pages'
// wording) are two different texts, so that an assistant has something to learn.

#include <string>
#include <string_view>
#include <vector>

#include "sim/base/random.h"
#include "sim/world/public_catalogue.h"

namespace souk {

/// The subjects of a general online shop, one help page each, and a grammar of questions.
///
/// Shares of intents and wordings are our own judgement; no published table stands behind them.
/// Not all questions can be understood: one in nine is vague, and some wordings serve two intents.
/// Thread safety: immutable once built. Tested by: HelpDesk.* in tests/unit/world.
class HelpDesk {
 public:
  /// Share of questions that name no intent ("I have a question about my order").
  static constexpr double kVagueShare = 0.11;

  HelpDesk();

  /// Names of intents, e.g. `delivery_time`; index = IntentId.
  [[nodiscard]] const std::vector<std::string>& intents() const { return intents_; }
  /// Exactly one help page per intent, in the order of intents(); public.
  [[nodiscard]] const std::vector<FaqArticle>& articles() const { return articles_; }

  /// An intent, by its share of real questions. Inversion of u in (0, 1).
  [[nodiscard]] IntentId PickIntent(double u) const;

  /// A question as a shopper types it. `typo_rate`: share of letters mistyped (drop, double, swap,
  /// neighbour key), 0…1; `product`: its title, or empty for "this item".
  /// Randomness: `rng`. The wording does not depend on `typo_rate`, and the letters mistyped at a
  /// lower rate are among those mistyped at a higher one. Cost: about 1 µs; two strings.
  [[nodiscard]] std::string Ask(IntentId intent, std::string_view product, double typo_rate, Rng& rng) const;

 private:
  std::vector<std::string> intents_;
  std::vector<double> cumulative_;  ///< of shares; the last is 1
  std::vector<FaqArticle> articles_;
};

}  // namespace souk
