#pragma once
// Philox4x32-10 for many counters at once: one routine, written once and compiled for each width of register that the
// processor may have. sim/base/random.h is what draws are made with; this is what is underneath its batches.

#include <cstddef>
#include <cstdint>
#include <span>

namespace souk {

/// What the counters of a batch share: the key, and the two upper words of the counter. Its lower two are an index.
struct PhiloxStream {
  std::uint64_t key = 0;
  std::uint32_t entity = 0;
  std::uint32_t purpose = 0;
};

/// The routine as one kind of processor runs it. All kinds give the same bits.
/// Thread safety: may run concurrently. Tested by: Philox.EveryWidthHasTheBitsOfRandom123.
struct PhiloxRoutine {
  const char* name;
  /// The blocks of `count` consecutive indices, as lo, hi, lo, hi … in `words`.
  void (*run)(const PhiloxStream& stream, std::uint64_t first_index, std::size_t count, std::uint64_t* words);
  /// The low half of each block, lo[n] for index[n].
  void (*low)(const PhiloxStream& stream, const std::uint64_t* index, std::size_t count, std::uint64_t* lo);
  /// Four or eight blocks of as many indices and purposes (each below 2^32; that of the stream does not count), as lo,
  /// hi, lo, hi … in `words`.
  void (*four)(const PhiloxStream& stream, const std::uint64_t* index, const std::uint64_t* purpose,
               std::uint64_t* words);
  void (*eight)(const PhiloxStream& stream, const std::uint64_t* index, const std::uint64_t* purpose,
                std::uint64_t* words);
};

/// Those that this processor can run, the plain one first and the fastest last.
std::span<const PhiloxRoutine> PhiloxRoutines();

/// What PhiloxRoutine says, by the fastest of them.
void PhiloxRun(const PhiloxStream& stream, std::uint64_t first_index, std::size_t count, std::uint64_t* words);
void PhiloxLow(const PhiloxStream& stream, const std::uint64_t* index, std::size_t count, std::uint64_t* lo);
void PhiloxFour(const PhiloxStream& stream, const std::uint64_t* index, const std::uint64_t* purpose,
                std::uint64_t* words);
void PhiloxEight(const PhiloxStream& stream, const std::uint64_t* index, const std::uint64_t* purpose,
                 std::uint64_t* words);

}  // namespace souk
