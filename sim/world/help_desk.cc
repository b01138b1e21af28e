#include "sim/world/help_desk.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "sim/base/error.h"
#include "sim/world/help_desk_internal.h"

namespace souk {
namespace {

using internal::IntentText;

constexpr std::string_view kGreetings[] = {"hi, ", "hello, ",        "hi there, ",
                                           "hey ", "good morning, ", "hello and good evening, "};
constexpr std::string_view kLeadIns[] = {"quick question: ",
                                         "sorry to bother you, ",
                                         "i was wondering, ",
                                         "just asking, ",
                                         "one more thing: ",
                                         "maybe you can help, ",
                                         "so "};
constexpr std::string_view kClosings[] = {" please",        " thanks", ", thank you",   " cheers",
                                          ", it is urgent", " asap",   ", kind regards"};

// Neighbour keys of a…z on a QWERTY keyboard.
constexpr std::string_view kNeighbours[26] = {"qws", "vgn", "xdv", "sfe", "wrd", "dgr", "fht", "gjy", "uok",
                                              "hku", "jli", "ko",  "nk",  "bm",  "ipl", "ol",  "wa",  "eft",
                                              "adw", "rgy", "yij", "cbf", "qes", "zcs", "tug", "xa"};

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

template <class List>
auto Pick(const List& list, Rng& rng) {
  return list[static_cast<std::size_t>(rng.Below(static_cast<std::int64_t>(std::size(list))))];
}

// Common wordings first: rank ∝ u^1.5 gives the first of 14 templates 17 % and the last 5 %, so
// that a short log has not seen everything.
const char* PickCommonFirst(std::span<const char* const> templates, Rng& rng) {
  const double u = rng.Uniform();
  const auto rank = static_cast<std::size_t>(u * std::sqrt(u) * static_cast<double>(templates.size()));
  return templates[std::min(rank, templates.size() - 1)];
}

// Appends the template with one alternative of each `[a|b]` and the product for `%`.
void Expand(std::string_view text, std::string_view product, Rng& rng, std::string& out) {
  const auto append = [&](std::string_view piece) {
    for (const char c : piece) {
      if (c == '%') out += product;
      else if (c != ' ' || (!out.empty() && out.back() != ' ')) out += c;  // empty alternatives leave no gap
    }
  };
  while (!text.empty()) {
    const std::size_t open = text.find('[');
    append(text.substr(0, open));
    if (open == std::string_view::npos) return;
    const std::size_t close = text.find(']', open);
    std::string_view group = text.substr(open + 1, close - open - 1);
    auto skip = rng.Below(1 + std::count(group.begin(), group.end(), '|'));
    while (skip-- > 0) group.remove_prefix(group.find('|') + 1);
    append(group.substr(0, group.find('|')));
    text.remove_prefix(close + 1);
  }
}

// One draw per letter, whatever the rate: so the set of mistyped letters only grows with it. The
// eleven low bits, which ToUniform drops, say how.
std::string MistypeLetters(const std::string& text, double rate, Rng& rng) {
  std::string out;
  out.reserve(text.size() + 8);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (!IsLetter(c)) {
      out += c;
      continue;
    }
    const std::uint64_t bits = rng();
    if (ToUniform(bits) >= rate) {
      out += c;
      continue;
    }
    switch (bits & 3) {
      case 0: break;  // dropped
      case 1:
        out += c;
        out += c;
        break;
      case 2:
        if (i + 1 < text.size() && IsLetter(text[i + 1])) {
          out += text[i + 1];
          out += c;
          ++i;
          rng();  // the draw of the letter that was swapped in
        } else {
          out += c;
          out += c;
        }
        break;
      default: {
        const std::string_view keys = kNeighbours[Lower(c) - 'a'];
        out += keys[((bits >> 2) & 511) % keys.size()];
      }
    }
  }
  return out;
}

}  // namespace

HelpDesk::HelpDesk() {
  const auto texts = internal::Intents();
  const auto pages = internal::Pages();
  SOUK_CHECK(texts.size() == pages.size());
  double sum = 0;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    intents_.emplace_back(texts[i].name);
    sum += texts[i].share;
    cumulative_.push_back(sum);
    articles_.push_back({IntentId(i), pages[i].title, pages[i].text});
  }
  SOUK_CHECK(std::abs(sum - 1) < 1e-9);
  cumulative_.back() = 1;
}

IntentId HelpDesk::PickIntent(double u) const {
  const auto it = std::upper_bound(cumulative_.begin(), cumulative_.end(), u);
  return IntentId(std::min(static_cast<std::size_t>(it - cumulative_.begin()), cumulative_.size() - 1));
}

std::string HelpDesk::Ask(IntentId intent, std::string_view product, double typo_rate, Rng& rng) const {
  SOUK_CHECK(intent.valid() && intent.index() < intents_.size());
  const IntentText& words = internal::Intents()[intent.index()];
  if (product.empty()) product = "this item";

  std::string text;
  text.reserve(128);
  if (rng.Bernoulli(0.35)) text += Pick(kGreetings, rng);
  if (rng.Bernoulli(0.2)) text += Pick(kLeadIns, rng);
  if (rng.Bernoulli(kVagueShare)) {
    Expand(Pick(internal::VagueQuestions(words.vagueness), rng), product, rng, text);
  } else {
    Expand(PickCommonFirst(words.templates, rng), product, rng, text);
  }
  while (!text.empty() && text.back() == ' ') text.pop_back();
  if (rng.Bernoulli(0.2)) text += Pick(kClosings, rng);
  // How people type: half with a mark at the end, half with a capital at the start, a few shout.
  const double style = rng.Uniform();
  if (rng.Bernoulli(0.55)) text += '?';
  if (style < 0.02) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  } else if (style < 0.5) {
    text[0] = text[0] >= 'a' && text[0] <= 'z' ? static_cast<char>(text[0] - 'a' + 'A') : text[0];
  }
  return typo_rate > 0 ? MistypeLetters(text, typo_rate, rng) : text;
}

}  // namespace souk
