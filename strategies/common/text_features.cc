#include "strategies/common/text_features.h"

#include <algorithm>
#include <string>

#include "sim/base/error.h"
#include "sim/base/fingerprint.h"

namespace souk {
namespace {

// FNV-1a: one multiplication per byte, and the hash of a prefix extends to that of the whole.
constexpr std::uint64_t kOffset = 0xCBF29CE484222325ULL;
constexpr std::uint64_t kPrime = 0x100000001B3ULL;
constexpr std::uint64_t Extend(std::uint64_t hash, unsigned char byte) { return (hash ^ byte) * kPrime; }

// Kinds of features never share a hash by construction, only by collision.
constexpr std::uint64_t kWordSpace = Mix64(1);
constexpr std::uint64_t kCharSpace = Mix64(2);

bool StartsCodePoint(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

}  // namespace

HashedNgrams::HashedNgrams(NgramOptions options) : options_(options) {
  SOUK_CHECK(options.bucket_bits >= 1 && options.bucket_bits <= 24);
  SOUK_CHECK(options.char_max == 0 || options.char_min >= 1);
  mask_ = (std::uint32_t{1} << options.bucket_bits) - 1;
  slot_.assign(std::size_t{mask_} + 1, -1);
}

void HashedNgrams::Add(std::uint64_t hash, std::vector<BucketCount>& out) {
  const auto bucket = static_cast<std::uint32_t>(Mix64(hash)) & mask_;
  std::int32_t& slot = slot_[bucket];
  if (slot >= 0) {
    ++out[static_cast<std::size_t>(slot)].count;
  } else {
    slot = static_cast<std::int32_t>(out.size());
    out.push_back({bucket, 1});
  }
}

void HashedNgrams::AddCharacters(std::string_view word, std::vector<BucketCount>& out) {
  const auto byte_at = [&](std::size_t i) { return i == 0 || i == word.size() + 1 ? ' ' : word[i - 1]; };
  const std::size_t bytes = word.size() + 2;
  const auto points = 2 + static_cast<int>(std::count_if(word.begin(), word.end(), StartsCodePoint));
  if (points <= options_.char_min) {
    std::uint64_t hash = kOffset ^ kCharSpace;
    for (std::size_t i = 0; i < bytes; ++i) hash = Extend(hash, static_cast<unsigned char>(byte_at(i)));
    return Add(hash, out);
  }
  // Every n-gram that starts at `start`, shortest first, from one running hash.
  for (std::size_t start = 0; start < bytes; ++start) {
    if (!StartsCodePoint(byte_at(start))) continue;
    std::uint64_t hash = kOffset ^ kCharSpace;
    int length = 0;
    for (std::size_t i = start; i < bytes && length < options_.char_max;) {
      do {
        hash = Extend(hash, static_cast<unsigned char>(byte_at(i)));
        ++i;
      } while (i < bytes && !StartsCodePoint(byte_at(i)));
      if (++length >= options_.char_min) Add(hash, out);
    }
  }
}

void HashedNgrams::Count(const TokenList& words, std::vector<BucketCount>& out) {
  out.clear();
  for (int first = 0; first < words.size(); ++first) {
    std::uint64_t hash = kOffset ^ kWordSpace;
    const int last = std::min(words.size(), first + options_.word_max);
    for (int i = first; i < last; ++i) {
      for (const char c : words[i]) hash = Extend(hash, static_cast<unsigned char>(c));
      hash = Extend(hash, ' ');
      Add(hash, out);
    }
    if (options_.char_max > 0) AddCharacters(words[first], out);
  }
  for (const BucketCount& f : out) slot_[f.bucket] = -1;
}

}  // namespace souk
