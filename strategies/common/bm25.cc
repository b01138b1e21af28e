#include "strategies/common/bm25.h"

#include <algorithm>

#include "sim/base/math.h"

namespace souk {

Bm25Index::Bm25Index(std::span<const TokenList> documents, Bm25Options options)
    : documents_(static_cast<int>(documents.size())) {
  // Per word: (document, tf), documents ascending because they are read in order.
  std::vector<std::vector<std::pair<std::int32_t, std::int32_t>>> counts;
  double total_length = 0;
  for (int d = 0; d < documents_; ++d) {
    const TokenList& words = documents[static_cast<std::size_t>(d)];
    total_length += words.size();
    for (int i = 0; i < words.size(); ++i) {
      const auto [it, is_new] = word_id_.try_emplace(std::string(words[i]), static_cast<std::int32_t>(counts.size()));
      if (is_new) counts.emplace_back();
      auto& list = counts[static_cast<std::size_t>(it->second)];
      if (list.empty() || list.back().first != d) list.emplace_back(d, 0);
      ++list.back().second;
    }
  }
  const double mean_length = documents_ > 0 ? std::max(1e-9, total_length / documents_) : 1;
  begin_.push_back(0);
  for (const auto& list : counts) {
    const auto n = static_cast<double>(list.size());
    const double idf = Log(1 + (documents_ - n + 0.5) / (n + 0.5));
    idf_.push_back(idf);
    for (const auto& [document, tf] : list) {
      const double length = documents[static_cast<std::size_t>(document)].size();
      const double norm = options.k1 * (1 - options.b + options.b * length / mean_length);
      postings_.push_back({document, idf * tf / (tf + norm)});
    }
    begin_.push_back(static_cast<std::int32_t>(postings_.size()));
  }
}

void Bm25Index::Score(const TokenList& query, std::vector<double>& scores) const {
  scores.assign(static_cast<std::size_t>(documents_), 0.0);
  for (int i = 0; i < query.size(); ++i) {
    const auto it = word_id_.find(query[i]);
    if (it == word_id_.end()) continue;
    const auto w = static_cast<std::size_t>(it->second);
    for (std::int32_t p = begin_[w]; p < begin_[w + 1]; ++p) {
      const Posting& posting = postings_[static_cast<std::size_t>(p)];
      scores[static_cast<std::size_t>(posting.document)] += posting.weight;
    }
  }
}

std::vector<Bm25Index::Hit> Bm25Index::Search(const TokenList& query, int k) const {
  std::vector<double> scores;
  Score(query, scores);
  std::vector<Hit> hits;
  for (int d = 0; d < documents_; ++d) {
    const double score = scores[static_cast<std::size_t>(d)];
    if (score > 0) hits.push_back({d, score});
  }
  const auto better = [](const Hit& a, const Hit& b) {
    return a.score != b.score ? a.score > b.score : a.document < b.document;
  };
  const auto n = std::min(hits.size(), static_cast<std::size_t>(std::max(0, k)));
  std::partial_sort(hits.begin(), hits.begin() + static_cast<std::ptrdiff_t>(n), hits.end(), better);
  hits.resize(n);
  return hits;
}

}  // namespace souk
