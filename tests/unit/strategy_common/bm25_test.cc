// BM25 against a computation by hand and against its formula written out.

#include "strategies/common/bm25.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace souk {
namespace {

std::vector<TokenList> Split(const std::vector<std::string>& texts) {
  Tokenizer tokenizer;
  std::vector<TokenList> lists;
  for (const auto& t : texts) lists.push_back(tokenizer.Split(t));
  return lists;
}

TEST(Bm25, MatchesHandComputation) {
  // Three documents of 3, 2 and 4 words, mean 3; "red" is in two of them, "shoe" in one.
  const auto documents = Split({"red red shoe", "blue hat", "red hat blue sock"});
  const Bm25Index index(documents, {.k1 = 1.2, .b = 0.75});
  const TokenList query = Tokenizer().Split("red shoe lace");
  std::vector<double> scores;
  index.Score(query, scores);
  const double idf_red = std::log(1 + 1.5 / 2.5);  // ln 1.6
  const double idf_shoe = std::log(1 + 2.5 / 1.5);
  ASSERT_EQ(scores.size(), 3U);
  EXPECT_NEAR(scores[0], idf_red * 2 / (2 + 1.2) + idf_shoe * 1 / (1 + 1.2), 1e-12);
  EXPECT_EQ(scores[1], 0);
  EXPECT_NEAR(scores[2], idf_red * 1 / (1 + 1.2 * (0.25 + 0.75 * 4 / 3)), 1e-12);
  EXPECT_NEAR(scores[0], 0.739584, 1e-6);  // the same as a number, worked out by hand
  EXPECT_NEAR(scores[2], 0.188002, 1e-6);
}

TEST(Bm25, MatchesBruteForce) {
  std::mt19937_64 bits(11);
  const auto text = [&](std::size_t words) {
    std::string out;
    for (std::size_t i = 0; i < words; ++i) {
      const auto u = static_cast<double>(bits() >> 11) * 0x1p-53;
      out += "w" + std::to_string(static_cast<int>(40 * u * u)) + " ";
    }
    return out;
  };
  std::vector<std::string> texts;
  for (int d = 0; d < 60; ++d) texts.push_back(text(bits() % 30));  // some are empty
  const auto documents = Split(texts);
  double mean = 0;
  std::vector<std::map<std::string, int>> tf(documents.size());
  std::map<std::string, int> df;
  for (std::size_t d = 0; d < documents.size(); ++d) {
    mean += documents[d].size() / static_cast<double>(documents.size());
    for (const auto& w : documents[d].ToVector()) ++tf[d][w];
    for (const auto& [w, n] : tf[d]) ++df[w];
  }
  for (const Bm25Options o : {Bm25Options{1.2, 0.75}, Bm25Options{0.9, 0.4}, Bm25Options{2, 0}}) {
    const Bm25Index index(documents, o);
    for (int q = 0; q < 40; ++q) {
      const TokenList query = Tokenizer().Split(text(6));
      std::vector<double> scores;
      index.Score(query, scores);
      for (std::size_t d = 0; d < documents.size(); ++d) {
        double expected = 0;
        for (const auto& w : query.ToVector()) {
          const double n = df[w];
          const double f = tf[d].count(w) != 0 ? tf[d][w] : 0;
          const double size = static_cast<double>(documents.size());
          expected += std::log(1 + (size - n + 0.5) / (n + 0.5)) * f /
                      (f + o.k1 * (1 - o.b + o.b * documents[d].size() / mean));
        }
        ASSERT_NEAR(scores[d], expected, 1e-12 * (1 + expected));
      }
      const auto hits = index.Search(query, 5);
      for (std::size_t r = 0; r < hits.size(); ++r) {
        EXPECT_EQ(hits[r].score, scores[static_cast<std::size_t>(hits[r].document)]);
        int ahead = 0;  // exactly r documents rank before the r-th hit
        for (std::size_t d = 0; d < scores.size(); ++d) {
          ahead += scores[d] > hits[r].score || (scores[d] == hits[r].score && static_cast<int>(d) < hits[r].document);
        }
        EXPECT_EQ(ahead, static_cast<int>(r));
      }
    }
  }
}

TEST(Bm25, FindsNothingInNothing) {
  const Bm25Index empty(std::vector<TokenList>{}, {});
  EXPECT_TRUE(empty.Search(Tokenizer().Split("red"), 3).empty());
  const auto documents = Split({"", "red"});
  const Bm25Index index(documents, {});
  EXPECT_TRUE(index.Search(Tokenizer().Split(""), 3).empty());
  EXPECT_TRUE(index.Search(Tokenizer().Split("blue"), 3).empty());
  ASSERT_EQ(index.Search(Tokenizer().Split("red"), 3).size(), 1U);
  EXPECT_EQ(index.Search(Tokenizer().Split("red"), 3)[0].document, 1);
  EXPECT_TRUE(index.Search(Tokenizer().Split("red"), 0).empty());
}

}  // namespace
}  // namespace souk
