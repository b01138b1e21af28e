// The help desk: what is asked, how often, in how many wordings, and how typing errors behave.

#include "sim/world/help_desk.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <sstream>

namespace souk {
namespace {

const HelpDesk& Desk() {
  static const HelpDesk desk;
  return desk;
}

int Words(const std::string& text) {
  std::istringstream in(text);
  std::string word;
  int n = 0;
  while (in >> word) ++n;
  return n;
}

std::string AskNth(IntentId intent, std::uint32_t n, double typo_rate, const std::string& product = "Slim coat") {
  Rng rng(Dice(7, 0), Purpose::kTest, n);
  return Desk().Ask(intent, product, typo_rate, rng);
}

TEST(HelpDesk, HasOnePageOf60To120WordsPerIntent) {
  ASSERT_EQ(Desk().articles().size(), Desk().intents().size());
  for (std::size_t i = 0; i < Desk().articles().size(); ++i) {
    const FaqArticle& page = Desk().articles()[i];
    EXPECT_EQ(page.intent, IntentId(i));
    EXPECT_FALSE(page.title.empty());
    EXPECT_GE(Words(page.text), 60) << page.title;
    EXPECT_LE(Words(page.text), 120) << page.title;
  }
  EXPECT_EQ(std::set<std::string>(Desk().intents().begin(), Desk().intents().end()).size(), Desk().intents().size());
}

TEST(HelpDesk, PicksIntentsByInversionOfTheirShares) {
  const int n = 10000;
  std::vector<int> count(Desk().intents().size(), 0);
  IntentId last(0);
  for (int k = 0; k < n; ++k) {
    const IntentId intent = Desk().PickIntent((k + 0.5) / n);
    ASSERT_GE(intent, last);  // monotone in u: common random numbers stay common
    last = intent;
    ++count[intent.index()];
  }
  for (std::size_t i = 0; i < count.size(); ++i) EXPECT_GE(count[i], n / 100) << Desk().intents()[i];
  EXPECT_EQ(count[1], 1400);  // where_is_my_order
  EXPECT_EQ(Desk().PickIntent(1 - 1e-16).index(), count.size() - 1);
}

TEST(HelpDesk, WordsEachIntentInAtLeast200Ways) {
  for (std::size_t i = 0; i < Desk().intents().size(); ++i) {
    std::set<std::string> forms;
    for (std::uint32_t n = 0; n < 1000; ++n) {
      std::string text = AskNth(IntentId(i), n, 0);
      std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
      if (text.back() == '?') text.pop_back();  // neither capitals nor the mark count as a wording
      forms.insert(text);
      EXPECT_EQ(text.find_first_of("[]|%"), std::string::npos) << text;
      EXPECT_EQ(text.find("  "), std::string::npos) << text;
      EXPECT_GE(Words(text), 2) << text;
    }
    EXPECT_GE(forms.size(), 200U) << Desk().intents()[i];
  }
}

TEST(HelpDesk, NamesTheProductOrThisItem) {
  int named = 0;
  for (std::uint32_t n = 0; n < 400; ++n) {
    named += AskNth(IntentId(4), n, 0, "quince").find("quince") != std::string::npos;
    EXPECT_EQ(AskNth(IntentId(4), n, 0, "").find("  "), std::string::npos);
  }
  EXPECT_GT(named, 40);
  EXPECT_LT(named, 360);
}

TEST(HelpDesk, AsksTheSameQuestionForTheSameDice) {
  for (std::uint32_t n = 0; n < 50; ++n) EXPECT_EQ(AskNth(IntentId(2), n, 0.1), AskNth(IntentId(2), n, 0.1));
}

int EditDistance(const std::string& a, const std::string& b) {
  std::vector<int> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = static_cast<int>(j);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    int diagonal = row[0];
    row[0] = static_cast<int>(i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const int substitute = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({substitute, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

TEST(HelpDesk, MistypesTheStatedShareOfLetters) {
  // A drop, a double and a neighbour key are one edit, a swap is two; a quarter each.
  for (const double rate : {0.02, 0.1}) {
    double edits = 0;
    double letters = 0;
    for (std::uint32_t n = 0; n < 3000; ++n) {
      const std::string clean = AskNth(IntentId(static_cast<int>(n % 16)), n, 0);
      edits += EditDistance(clean, AskNth(IntentId(static_cast<int>(n % 16)), n, rate));
      letters += static_cast<double>(
          std::count_if(clean.begin(), clean.end(), [](unsigned char c) { return std::isalpha(c); }));
    }
    EXPECT_NEAR(edits / letters / 1.2, rate, 0.12 * rate);
  }
}

TEST(HelpDesk, KeepsTheWordingWhateverTheTypoRate) {
  for (std::uint32_t n = 0; n < 200; ++n) {
    const std::string clean = AskNth(IntentId(3), n, 0);
    const int few = EditDistance(clean, AskNth(IntentId(3), n, 0.02));
    const int many = EditDistance(clean, AskNth(IntentId(3), n, 0.2));
    EXPECT_LE(few, many + 2) << clean;
    EXPECT_LE(many, static_cast<int>(clean.size())) << clean;
  }
}

// Half of the words that shoppers use at most are on the page that answers them: looking a question
// up is possible and far from perfect.
TEST(HelpDesk, AsksInOtherWordsThanThePages) {
  double shared = 0;
  double all = 0;
  for (std::size_t i = 0; i < Desk().intents().size(); ++i) {
    std::string page = " " + Desk().articles()[i].title + " " + Desk().articles()[i].text + " ";
    std::transform(page.begin(), page.end(), page.begin(),
                   [](unsigned char c) { return std::isalpha(c) ? std::tolower(c) : ' '; });
    for (std::uint32_t n = 0; n < 200; ++n) {
      std::string text = AskNth(IntentId(i), n, 0);
      std::transform(text.begin(), text.end(), text.begin(),
                     [](unsigned char c) { return std::isalpha(c) ? std::tolower(c) : ' '; });
      std::istringstream in(text);
      for (std::string word; in >> word;) {
        if (word.size() < 5) continue;  // mostly function words
        ++all;
        shared += page.find(" " + word + " ") != std::string::npos;
      }
    }
  }
  EXPECT_GT(shared / all, 0.05);
  EXPECT_LT(shared / all, 0.5);
}

}  // namespace
}  // namespace souk
