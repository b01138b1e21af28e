// Facts about words: Unicode, apostrophes, stems, and the fast path against ICU.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "strategies/common/text.h"

namespace souk {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> Words(std::string_view text, TokenizerOptions options = {}) {
  return Tokenizer(options).Split(text).ToVector();
}
std::string Stem(const std::string& word, Stemming stemming = Stemming::kEnglish) {
  const auto words = Words(word, {.stemming = stemming});
  return words.size() == 1 ? words[0] : "(not one word)";
}

TEST(Tokenizer, SplitsAtUax29Boundaries) {
  EXPECT_THAT(Words("Where is my parcel?!"), ElementsAre("where", "is", "my", "parcel"));
  EXPECT_THAT(Words("4.95 or 1,000.50, e.g. 3;4"), ElementsAre("4.95", "or", "1,000.50", "e.g", "3;4"));
  EXPECT_THAT(Words("end.Of a,b x. 5 . 6"), ElementsAre("end.of", "a", "b", "x", "5", "6"));
  EXPECT_THAT(Words("size_42 __ -- next-day"), ElementsAre("size_42", "next", "day"));
  EXPECT_THAT(Words(""), IsEmpty());
  EXPECT_THAT(Words(" ... ?! \t\n"), IsEmpty());
}

TEST(Tokenizer, TreatsComposedAndDecomposedLettersAlike) {
  EXPECT_THAT(Words("caf\u00E9"), ElementsAre("caf\u00E9"));
  EXPECT_EQ(Words("cafe\u0301"), Words("caf\u00E9"));           // NFC
  EXPECT_EQ(Words("\uFF33\uFF29\uFF3A\uFF25"), Words("size"));  // full-width letters: NFKC
  EXPECT_EQ(Words("\uFB01t"), Words("fit"));                    // ligature fi
}

TEST(Tokenizer, FoldsCaseBeyondLowerCasing) {
  EXPECT_THAT(Words("STRASSE Stra\u00DFe"), ElementsAre("strasse", "strasse"));
  EXPECT_THAT(Words("\u03A3\u0391\u03A3 \u03C3\u03B1\u03C2"), ElementsAre("\u03C3\u03B1\u03C3", "\u03C3\u03B1\u03C3"));
}

TEST(Tokenizer, DropsApostrophesInsideWords) {
  EXPECT_THAT(Words("don't don\u2019t dont 'quoted'"), ElementsAre("dont", "dont", "dont", "quoted"));
  EXPECT_THAT(Words("the shop's children's"), ElementsAre("the", "shops", "childrens"));
  EXPECT_THAT(Words("the shop's children's", {.stemming = Stemming::kEnglish}), ElementsAre("the", "shop", "children"));
}

TEST(Tokenizer, SegmentsChineseByDictionary) {
  const auto words = Words("\u6211\u60F3\u9000\u8D27");  // I want to return goods
  EXPECT_GT(words.size(), 1U);
  EXPECT_LT(words.size(), 4U);
  std::string joined;
  for (const auto& w : words) joined += w;
  EXPECT_EQ(joined, "\u6211\u60F3\u9000\u8D27");
}

TEST(Tokenizer, SurvivesIllFormedUtf8) {
  EXPECT_THAT(Words("size \xFF\xC3 42"), ElementsAre("size", "42"));
  EXPECT_THAT(Words("abc\xE2\x82"), ElementsAre("abc"));
}

// From the sample vocabularies on the Snowball site (english and porter).
TEST(Tokenizer, StemsLikeThePublishedVocabulary) {
  const std::vector<std::pair<std::string, std::string>> english = {
      {"consign", "consign"},      {"consigned", "consign"},
      {"consigning", "consign"},   {"consignment", "consign"},
      {"consist", "consist"},      {"consisted", "consist"},
      {"consistency", "consist"},  {"consistently", "consist"},
      {"consolation", "consol"},   {"consolatory", "consolatori"},
      {"consolidate", "consolid"}, {"consonant", "conson"},
      {"conspicuous", "conspicu"}, {"conspiracy", "conspiraci"},
      {"knackeries", "knackeri"},  {"knaves", "knave"},
      {"knavish", "knavish"},      {"kneaded", "knead"},
      {"kneeling", "kneel"},       {"knightly", "knight"},
      {"knocking", "knock"},       {"knotted", "knot"}};
  for (const auto& [word, stem] : english) EXPECT_EQ(Stem(word), stem);
  // Porter's own examples (1980), where the two algorithms differ or agree.
  EXPECT_EQ(Stem("caresses", Stemming::kPorter), "caress");
  EXPECT_EQ(Stem("ponies", Stemming::kPorter), "poni");
  EXPECT_EQ(Stem("relational", Stemming::kPorter), "relat");
  EXPECT_EQ(Stem("knightly", Stemming::kPorter), "knightli");
}

TEST(Tokenizer, DropsStopWordsBeforeStemming) {
  EXPECT_THAT(
      Words("This IS the returning of a parcel, not theirs", {.stemming = Stemming::kEnglish, .drop_stop_words = true}),
      ElementsAre("return", "parcel", "their"));
}

// Brute-force twin: any ASCII text, printable or not.
TEST(Tokenizer, AsciiPathAgreesWithIcu) {
  std::mt19937_64 bits(3);
  const std::string likely = "aBz09_'.,;:@ -?";
  for (const Stemming stemming : {Stemming::kNone, Stemming::kEnglish}) {
    Tokenizer tokenizer({.stemming = stemming, .drop_stop_words = stemming != Stemming::kNone});
    TokenList slow;
    for (int n = 0; n < 20000; ++n) {
      std::string text;
      for (auto k = bits() % 24; k-- > 0;) {
        text += n % 4 == 0 ? static_cast<char>(bits() % 128) : likely[bits() % likely.size()];
      }
      tokenizer.SplitByIcu(text, slow);
      ASSERT_EQ(tokenizer.Split(text).ToVector(), slow.ToVector()) << '"' << text << '"';
    }
  }
}

}  // namespace
}  // namespace souk
