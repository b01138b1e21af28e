#pragma once
// Room for columns that will grow large: one block of the size expected instead of many doublings, in large pages where
// the system has them. The faults of small pages cost a simulated shop a tenth of its time.

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace souk {

/// Room for `size` elements. Memory that is not written to stays untouched, up to 2 MiB.
template <class T>
void MakeRoom(std::vector<T>& column, std::size_t size) {
  if (size <= column.capacity()) return;
  constexpr std::uintptr_t kHugePage = std::uintptr_t{1} << 21;
  std::vector<T> larger;
  larger.reserve(size);
  const auto begin = reinterpret_cast<std::uintptr_t>(larger.data());
  const auto first = (begin + kHugePage - 1) & ~(kHugePage - 1);
  const auto last = (begin + size * sizeof(T)) & ~(kHugePage - 1);
  // Advice: nothing is lost where it is not taken.
  if (first < last) (void)madvise(reinterpret_cast<void*>(first), last - first, MADV_HUGEPAGE);
  larger.insert(larger.end(), column.begin(), column.end());
  column.swap(larger);
}

}  // namespace souk
