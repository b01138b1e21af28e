// The Philox routine in registers of every width that this processor has, against Random123's own code.

#include "sim/base/philox.h"

#include <Random123/philox.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sim/base/fingerprint.h"

namespace souk {
namespace {

constexpr std::uint64_t kGuard = 0x5A5A5A5A5A5A5A5AULL;

std::pair<std::uint64_t, std::uint64_t> Block(const PhiloxStream& stream, std::uint64_t index) {
  const auto low = [](std::uint64_t x) { return static_cast<std::uint32_t>(x); };
  const auto out = r123::Philox4x32()({{low(index), low(index >> 32), stream.entity, stream.purpose}},
                                      {{low(stream.key), low(stream.key >> 32)}});
  return {std::uint64_t{out[1]} << 32 | out[0], std::uint64_t{out[3]} << 32 | out[2]};
}

// Streams with ones in every bit, with none, and in between.
const PhiloxStream kStreams[] = {{0, 0, 0}, {~0ULL, ~0U, ~0U}, {0xA4093822299F31D0ULL, 0x13198A2E, 0x03707344}};

TEST(Philox, ThePlainRoutineIsAlwaysThereAndFirst) {
  ASSERT_FALSE(PhiloxRoutines().empty());
  EXPECT_EQ(PhiloxRoutines().front().name, std::string("plain"));
#if defined(__x86_64__)
  EXPECT_GE(PhiloxRoutines().size(), 2U);
#endif
}

// Rule: a run of blocks has Random123's bits at every width and length, also where the index carries into its upper
// half or wraps around, and not a word beyond is written.
TEST(Philox, RunsHaveTheBitsOfRandom123AtEveryWidth) {
  for (const PhiloxRoutine& routine : PhiloxRoutines()) {
    for (const PhiloxStream& stream : kStreams) {
      for (const std::uint64_t first : {0ULL, 0xFFFFFFF9ULL, 0xFFFFFFFFFFFFFFFBULL}) {
        for (std::size_t count = 0; count <= 35; ++count) {
          std::vector<std::uint64_t> words(2 * count + 1, kGuard);
          routine.run(stream, first, count, words.data());
          for (std::size_t n = 0; n < count; ++n) {
            const auto [lo, hi] = Block(stream, first + n);
            ASSERT_EQ(words[2 * n], lo) << routine.name << " " << n << " of " << count;
            ASSERT_EQ(words[2 * n + 1], hi) << routine.name << " " << n << " of " << count;
          }
          ASSERT_EQ(words[2 * count], kGuard) << routine.name << " " << count;
        }
      }
    }
  }
}

// Rule: the same for the low words of scattered indices.
TEST(Philox, ScatteredDrawsHaveTheBitsOfRandom123AtEveryWidth) {
  for (const PhiloxRoutine& routine : PhiloxRoutines()) {
    for (const PhiloxStream& stream : kStreams) {
      for (std::size_t count = 0; count <= 20; ++count) {
        std::vector<std::uint64_t> index, lo(count + 1, kGuard);
        for (std::size_t n = 0; n < count; ++n) index.push_back(Mix64(n) >> (n % 3 * 20));
        routine.low(stream, index.data(), count, lo.data());
        for (std::size_t n = 0; n < count; ++n)
          ASSERT_EQ(lo[n], Block(stream, index[n]).first) << routine.name << " " << n << " of " << count;
        ASSERT_EQ(lo[count], kGuard) << routine.name << " " << count;
      }
    }
  }
}

// Rule: the same for four and for eight blocks of different purposes.
TEST(Philox, BlocksOfSeveralPurposesHaveTheBitsOfRandom123AtEveryWidth) {
  for (const PhiloxRoutine& routine : PhiloxRoutines()) {
    for (const PhiloxStream& stream : kStreams) {
      for (const std::size_t count : {std::size_t{4}, std::size_t{8}}) {
        std::vector<std::uint64_t> index, purpose, words(2 * count + 1, kGuard);
        for (std::size_t n = 0; n < count; ++n) {
          index.push_back(Mix64(n + count) >> (n % 3 * 20));
          purpose.push_back(Mix64(~n) >> (n % 2 == 0 ? 32 : 58));
        }
        (count == 4 ? routine.four : routine.eight)(stream, index.data(), purpose.data(), words.data());
        for (std::size_t n = 0; n < count; ++n) {
          PhiloxStream one = stream;
          one.purpose = static_cast<std::uint32_t>(purpose[n]);
          const auto [lo, hi] = Block(one, index[n]);
          ASSERT_EQ(words[2 * n], lo) << routine.name << " " << n << " of " << count;
          ASSERT_EQ(words[2 * n + 1], hi) << routine.name << " " << n << " of " << count;
        }
        ASSERT_EQ(words[2 * count], kGuard) << routine.name << " " << count;
      }
    }
  }
}

}  // namespace
}  // namespace souk
