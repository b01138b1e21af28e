#pragma once
// Dense float arithmetic at the processor's full width with the same bits on every processor: sums run in sixteen
// lanes whatever the registers hold, products are never fused with sums.

#include <cstddef>
#include <cstdint>
#include <span>

namespace souk {

/// Σ a·b. Sizes equal. Summed in sixteen lanes (element i in lane i mod 16), then by halves.
/// Cost: about 1 ns per 64 elements in cache. Tested by: VectorMath.*.
float Dot(std::span<const float> a, std::span<const float> b);
/// y += factor · x. Sizes equal.
void AddScaled(float factor, std::span<const float> x, std::span<float> y);
/// The same as AddScaled(factors[n], rows[n], y) for n = 0, 1, 2, 3 in this order, with the same bits: four rows stream
/// from memory side by side, and y is read and written once. All rows have the size of y.
void AddScaledFour(const float (&factors)[4], const float* const (&rows)[4], std::span<float> y);

}  // namespace souk
