#pragma once
// Products of square blocks of doubles, at the processor's full width: the inner loop of dense linear algebra. Each
// element is its own sum in ascending order, never fused, so neither the width of the registers nor the shape of a
// kernel's tile changes a bit.

#include <cstddef>
#include <vector>

namespace souk {

/// Rows and columns of a block.
inline constexpr int kBlockRows = 192;

/// The routines for one register width. Packed blocks have kBlockRows² elements, in an order that only the same
/// kernel understands.
struct BlockKernel {
  const char* name;
  /// Packs a block, given by its rows `stride` apart, as the left or the right factor.
  void (*pack_left)(const double* rows, std::size_t stride, double* packed);
  void (*pack_right)(const double* rows, std::size_t stride, double* packed);
  /// out −= left · right'. Rows of `out` lie `stride` apart. Cost: 14 million multiplications and additions, 0.12 ms
  /// with AVX-512.
  void (*subtract_product)(const double* left, const double* right, double* out, std::size_t stride);
};

/// Those that this processor can run, the fastest first. Tested by: BlockKernels.AllEqualTheNaiveProduct.
const std::vector<BlockKernel>& BlockKernels();

}  // namespace souk
