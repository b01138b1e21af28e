#pragma once
// Words to a sparse vector: hashed word and character n-grams. Character n-grams see through typing
// errors and endings, word n-grams keep meaning; hashing bounds the memory whatever people type.

#include <cstdint>
#include <string_view>
#include <vector>

#include "strategies/common/text.h"

namespace souk {

/// Which n-grams count. A maximum of 0 turns that kind off.
struct NgramOptions {
  int word_max = 2;  ///< word n-grams of 1 … word_max words
  int char_min = 3;  ///< character n-grams inside a word padded by one blank on each side
  int char_max = 5;
  int bucket_bits = 14;  ///< 2^bucket_bits hash buckets: memory against collisions
};

/// One feature of a text: how often the n-grams of a bucket occur in it.
struct BucketCount {
  std::uint32_t bucket = 0;
  std::uint32_t count = 0;
};

/// Counts hashed n-grams of one text at a time.
///
/// A word that is no longer than n after padding gives one character n-gram, the whole word, and
/// none for greater n (as scikit-learn's `char_wb`). Characters are code points.
/// Thread safety: none (scratch). Cost: about 10 ns per n-gram.
/// Tested by: HashedNgrams.*.
class HashedNgrams {
 public:
  explicit HashedNgrams(NgramOptions options);

  [[nodiscard]] std::uint32_t buckets() const { return mask_ + 1; }
  /// Replaces `out` by the features of `words`, each bucket once, in order of first occurrence.
  void Count(const TokenList& words, std::vector<BucketCount>& out);

 private:
  void Add(std::uint64_t hash, std::vector<BucketCount>& out);
  void AddCharacters(std::string_view word, std::vector<BucketCount>& out);

  NgramOptions options_;
  std::uint32_t mask_;
  std::vector<std::int32_t> slot_;  ///< per bucket: position in `out`, −1 between calls
};

}  // namespace souk
