// Hashed n-grams: which ones there are, and that only collisions can merge them.

#include "strategies/common/text_features.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

namespace souk {
namespace {

std::vector<BucketCount> Features(const std::string& text, NgramOptions options) {
  HashedNgrams ngrams(options);
  std::vector<BucketCount> out;
  ngrams.Count(Tokenizer().Split(text), out);
  return out;
}
std::uint32_t Total(const std::vector<BucketCount>& features) {
  std::uint32_t n = 0;
  for (const BucketCount& f : features) n += f.count;
  return n;
}

constexpr NgramOptions kWordsOnly{.word_max = 2, .char_max = 0, .bucket_bits = 20};
constexpr NgramOptions kCharsOnly{.word_max = 0, .char_min = 3, .char_max = 5, .bucket_bits = 20};

TEST(HashedNgrams, CountsWordUnigramsAndBigrams) {
  // a b a b: a×2, b×2, "a b"×2, "b a"×1.
  const auto features = Features("a b a b", kWordsOnly);
  ASSERT_EQ(features.size(), 4U);
  std::multiset<std::uint32_t> counts;
  for (const BucketCount& f : features) counts.insert(f.count);
  EXPECT_EQ(counts, (std::multiset<std::uint32_t>{1, 2, 2, 2}));
}

TEST(HashedNgrams, CountsCharacterNgramsAsScikitLearnDoes) {
  EXPECT_EQ(Total(Features("a", kCharsOnly)), 1U);     // " a "
  EXPECT_EQ(Total(Features("ab", kCharsOnly)), 3U);    // 2 of three, " ab "
  EXPECT_EQ(Total(Features("size", kCharsOnly)), 9U);  // padded to 6: 4 + 3 + 2
  EXPECT_EQ(Total(Features("size size", kCharsOnly)), 18U);
  EXPECT_EQ(Features("size size", kCharsOnly).size(), 9U);
}

TEST(HashedNgrams, CountsCodePointsNotBytes) {
  EXPECT_EQ(Total(Features("\u00E9t\u00E9", kCharsOnly)), Total(Features("ete", kCharsOnly)));
  EXPECT_EQ(Total(Features("\u00E9", kCharsOnly)), 1U);
}

TEST(HashedNgrams, KeepsWordsAndCharactersApart) {
  // With one huge table, distinct n-grams of a text fall into distinct buckets.
  const auto both = Features("where is my parcel", {.word_max = 2, .bucket_bits = 24});
  const auto words = Features("where is my parcel", {.word_max = 2, .char_max = 0, .bucket_bits = 24});
  const auto chars = Features("where is my parcel", {.word_max = 0, .bucket_bits = 24});
  EXPECT_EQ(both.size(), words.size() + chars.size());
  EXPECT_EQ(words.size(), 7U);
}

TEST(HashedNgrams, IsReusableAndDeterministic) {
  HashedNgrams ngrams({});
  Tokenizer tokenizer;
  std::vector<BucketCount> first, again;
  ngrams.Count(tokenizer.Split("is this true to size"), first);
  ngrams.Count(tokenizer.Split("something else entirely"), again);
  ngrams.Count(tokenizer.Split("is this true to size"), again);
  ASSERT_EQ(first.size(), again.size());
  for (std::size_t i = 0; i < first.size(); ++i) {
    EXPECT_EQ(first[i].bucket, again[i].bucket);
    EXPECT_EQ(first[i].count, again[i].count);
    EXPECT_LT(first[i].bucket, ngrams.buckets());
  }
}

TEST(HashedNgrams, SharesMostFeaturesWithAMistypedWord) {
  std::set<std::uint32_t> right;
  for (const BucketCount& f : Features("delivery", kCharsOnly)) right.insert(f.bucket);
  int shared = 0;
  const auto wrong = Features("delivrey", kCharsOnly);
  for (const BucketCount& f : wrong) shared += static_cast<int>(right.count(f.bucket));
  EXPECT_GE(shared, 6);
  EXPECT_LT(shared, static_cast<int>(wrong.size()));
}

}  // namespace
}  // namespace souk
