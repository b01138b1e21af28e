// Large blocks of memory in large pages, for the whole program: a shop's tables are read here and there, and with pages
// of 4 KiB every reading may have to look up where the page is, and a run that grows waits for a quarter of a million
// small pages a GiB. Programs only: a library does not choose how others allocate.

#include <cstddef>
#include <cstdlib>
#include <new>

#if defined(__linux__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#include <sys/mman.h>

namespace {

constexpr std::size_t kLargePage = std::size_t{1} << 21;
constexpr std::size_t kLargeBlock = 2 * kLargePage;  ///< smaller ones would waste too much of their last page

void* TryAllocate(std::size_t size) noexcept {
  if (size < kLargeBlock) return std::malloc(size > 0 ? size : 1);
  void* block = std::aligned_alloc(kLargePage, (size + kLargePage - 1) / kLargePage * kLargePage);
  if (block != nullptr) (void)madvise(block, size / kLargePage * kLargePage, MADV_HUGEPAGE);  // advice only
  return block;
}

}  // namespace

void* operator new(std::size_t size) {
  for (;;) {
    if (void* block = TryAllocate(size)) return block;
    const std::new_handler handler = std::get_new_handler();
    if (handler == nullptr) throw std::bad_alloc();
    handler();
  }
}
void operator delete(void* block) noexcept { std::free(block); }
void operator delete(void* block, std::size_t) noexcept { std::free(block); }
#endif
