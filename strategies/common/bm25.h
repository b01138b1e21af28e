#pragma once
// BM25: which document does a query look for? The standard lexical ranking function.

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "strategies/common/text.h"

namespace souk {

/// `k1`: how fast repetitions of a word stop counting (0: at once). `b`: how much long documents
/// are held back (0: not at all, 1: in proportion to their length).
struct Bm25Options {
  double k1 = 1.2;
  double b = 0.75;
};

/// An inverted index with BM25 scores, immutable once built.
///
///   score(d, q) = Σ over words w of q:  idf(w) · tf / (tf + k1 · (1 − b + b · |d| / mean |d|))
///   idf(w)      = ln(1 + (N − n_w + ½) / (n_w + ½)),   n_w = documents with w
///
/// as in Lucene 8 and later: without the constant factor k1 + 1, which ranks alike. A word that the
/// query repeats counts as often. Scores are estimates of log odds of relevance, hence may be added
/// and compared between documents, not between queries of different length.
/// Thread safety: const calls may run concurrently. Cost: O(postings of the query's words).
/// Source: Robertson & Zaragoza 2009, "The Probabilistic Relevance Framework: BM25 and Beyond".
/// Tested by: Bm25.MatchesHandComputation, Bm25.MatchesBruteForce, oracle NaiveBayesData.*.
class Bm25Index {
 public:
  Bm25Index() = default;
  Bm25Index(std::span<const TokenList> documents, Bm25Options options);

  [[nodiscard]] int documents() const { return documents_; }
  [[nodiscard]] int words() const { return static_cast<int>(idf_.size()); }

  /// Scores of all documents, 0 where no word is shared. Shapes: scores (documents).
  void Score(const TokenList& query, std::vector<double>& scores) const;

  struct Hit {
    int document = -1;
    double score = 0;
  };
  /// The k best documents that share a word with the query, best first; ties by lower index.
  [[nodiscard]] std::vector<Hit> Search(const TokenList& query, int k) const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view s) const { return std::hash<std::string_view>{}(s); }
  };
  struct Posting {
    std::int32_t document;
    double weight;  ///< idf · saturated tf, ready to add
  };

  int documents_ = 0;
  std::unordered_map<std::string, std::int32_t, Hash, std::equal_to<>> word_id_;
  std::vector<double> idf_;          ///< per word
  std::vector<std::int32_t> begin_;  ///< per word, plus end: postings as CSR
  std::vector<Posting> postings_;    ///< by word, then document
};

}  // namespace souk
