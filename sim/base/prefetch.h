#pragma once
// Hints to the processor.

namespace souk {

/// Has the cache line at `place` fetched while other work goes on. Harmless whatever the address.
inline void Prefetch(const void* place) { __builtin_prefetch(place); }

/// The same for every line of an object.
template <class T>
void PrefetchAll(const T& object) {
  const char* begin = reinterpret_cast<const char*>(&object);
  for (unsigned at = 0; at < sizeof(T); at += 64) Prefetch(begin + at);
  Prefetch(begin + sizeof(T) - 1);
}

}  // namespace souk
