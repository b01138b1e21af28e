#include "strategies/common/block_product.h"

#if defined(__x86_64__) && defined(__GNUC__)
#define SOUK_WIDTHS 1
#endif

namespace souk {
namespace {

constexpr int kBand = kBlockRows;

/// Packed form of a block with kBand rows: slices of `Slice` rows; within a slice column by column.
template <int Slice>
void Pack(const double* rows, std::size_t stride, double* packed) {
  static_assert(kBand % Slice == 0);
  for (int slice = 0; slice < kBand / Slice; ++slice)
    for (int c = 0; c < kBand; ++c)
      for (int r = 0; r < Slice; ++r)
        *packed++ = rows[static_cast<std::size_t>(slice * Slice + r) * stride + static_cast<std::size_t>(c)];
}

template <int Lanes>
struct VectorOf {
  // GCC 12 ignores the attribute in a local alias. Loads through `InMemory` are whole; by memcpy they came in pieces.
  typedef double Type __attribute__((vector_size(sizeof(double) * Lanes)));
  typedef double InMemory __attribute__((vector_size(sizeof(double) * Lanes), aligned(sizeof(double)), may_alias));
  static_assert(sizeof(Type) == sizeof(double) * Lanes);
};

/// out −= left · right', block by block (kBand × kBand each): `left` packed in slices of Rows, `right` in slices of
/// Vectors · Lanes. The sums of a tile stay in registers.
template <int Lanes, int Rows, int Vectors>
[[gnu::always_inline]] inline void SubtractProductBody(const double* left, const double* right, double* out,
                                                       std::size_t stride) {
  using Vector = typename VectorOf<Lanes>::Type;
  using InMemory = typename VectorOf<Lanes>::InMemory;
  constexpr int kColumns = Lanes * Vectors;
  static_assert(kBand % Rows == 0 && kBand % kColumns == 0);
  for (int column = 0; column < kBand; column += kColumns) {
    for (int row = 0; row < kBand; row += Rows) {
      const double* a = left + static_cast<std::size_t>(row) * kBand;
      const double* b = right + static_cast<std::size_t>(column) * kBand;
      Vector sum[Rows][Vectors] = {};
      for (int k = 0; k < kBand; ++k) {
        Vector across[Vectors];
#pragma GCC unroll 4
        for (int v = 0; v < Vectors; ++v) across[v] = reinterpret_cast<const InMemory*>(b)[v];
#pragma GCC unroll 16
        for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 4
          for (int v = 0; v < Vectors; ++v) sum[r][v] += across[v] * a[r];
        a += Rows;
        b += kColumns;
      }
      double* place = out + static_cast<std::size_t>(row) * stride + static_cast<std::size_t>(column);
#pragma GCC unroll 16
      for (int r = 0; r < Rows; ++r) {
#pragma GCC unroll 4
        for (int v = 0; v < Vectors; ++v) reinterpret_cast<InMemory*>(place)[v] -= sum[r][v];
        place += stride;
      }
    }
  }
}

void SubtractProduct128(const double* left, const double* right, double* out, std::size_t stride) {
  SubtractProductBody<2, 4, 2>(left, right, out, stride);
}
#ifdef SOUK_WIDTHS
__attribute__((target("avx2"))) void SubtractProduct256(const double* left, const double* right, double* out,
                                                        std::size_t stride) {
  SubtractProductBody<4, 6, 2>(left, right, out, stride);
}
__attribute__((target("avx512f"))) void SubtractProduct512(const double* left, const double* right, double* out,
                                                           std::size_t stride) {
  SubtractProductBody<8, 12, 2>(left, right, out, stride);
}
#endif

}  // namespace

const std::vector<BlockKernel>& BlockKernels() {
  static const std::vector<BlockKernel> kernels = [] {
    std::vector<BlockKernel> all;
#ifdef SOUK_WIDTHS
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f")) all.push_back({"avx512", Pack<12>, Pack<16>, SubtractProduct512});
    if (__builtin_cpu_supports("avx2")) all.push_back({"avx2", Pack<6>, Pack<8>, SubtractProduct256});
#endif
    all.push_back({"plain", Pack<4>, Pack<4>, SubtractProduct128});
    return all;
  }();
  return kernels;
}

}  // namespace souk
