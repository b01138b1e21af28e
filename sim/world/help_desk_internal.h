#pragma once
// The texts behind HelpDesk: help pages and question grammar, as data. Not part of the interface.

#include <span>

namespace souk::internal {

/// What shoppers can ask when they do not say what they mean.
enum class Vagueness { kOrder, kMoney, kProduct };

/// One intent of the shop and how shoppers word it.
///
/// A template is lower-case text in which `[a|b|c]` stands for one of its alternatives (possibly
/// empty, never nested) and `%` for the product. Templates go from common to rare wordings.
struct IntentText {
  const char* name;
  double share;         ///< of all questions; the shares sum to 1
  Vagueness vagueness;  ///< which vague questions it may hide behind
  std::span<const char* const> templates;
};

/// One help page, in the order of Intents().
struct PageText {
  const char* title;
  const char* text;
};

std::span<const IntentText> Intents();
std::span<const PageText> Pages();
std::span<const char* const> VagueQuestions(Vagueness vagueness);

}  // namespace souk::internal
