#pragma once
// The inner loops of factor models over tables of vectors, at the processor's full width with the same bits on every
// processor (see vector_math.h): each routine equals, bit by bit, the calls of Dot and AddScaled that its comment
// names. Fastest where the width is a multiple of 16 and the table a FactorTable.

#include <boost/align/aligned_allocator.hpp>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace souk {

/// A table of vectors. Rows of a multiple of 16 floats start at a cache line: reading them takes a quarter less time.
using FactorTable = std::vector<float, boost::alignment::aligned_allocator<float, 64>>;

/// out[r] = Dot(query, row r) for the `count` rows of query.size() floats each from `rows` on.
/// Cost: about 1.2 ns per row of 64 floats in a near cache. Tested by: FactorMath.DotRowsEqualsDot.
void DotRows(std::span<const float> query, const float* rows, std::size_t count, float* out);

/// For e = 0 … entries.size() − 1, in this order, with y the row entries[e] of `table` (rows of out.size() floats):
///   AddScaled((base ? base[e] : 0) + weight[e] · Dot(y, p), y, out).
/// This is one product of a Gram matrix Σ weight y y' with a vector, without forming it. `fetch`: the rows are far
/// away. Shapes: p and out (f), base and weight (entries). p and out must not overlap. Cost: about 3 ns per entry at f
/// = 64 in a near cache. Tested by: FactorMath.AddGramTimesEqualsPlainCalls.
void AddGramTimes(const float* table, std::span<const std::int32_t> entries, const float* base, const float* weight,
                  std::span<const float> p, std::span<float> out, bool fetch = false);

/// Σ_e weight[e] · Dot(y, p)², y the row entries[e] of `table`, added up in this order: the form p'(Σ weight y y')p.
/// `fetch` as there. Cost: about 60 % of AddGramTimes. Tested by: FactorMath.WeightedSquaresEqualPlainCalls.
float WeightedSquares(const float* table, std::span<const std::int32_t> entries, const float* weight,
                      std::span<const float> p, bool fetch = false);

/// For n = 0 … count − 1, in this order: for each row i of `sum` (f × f): AddScaled(left[n·f + i], right row n, row i).
/// Shapes: left and right (count × f). Cost: about f² / 25 ns per n. Tested by:
/// FactorMath.OuterProductsEqualPlainCalls.
void AddOuterProducts(const float* left, const float* right, std::size_t count, std::size_t f, float* sum);

/// The same for a sum that is symmetric in the end: of row i only the columns from i / 16 · 16 on. Cost: about two
/// thirds. Tested by: FactorMath.UpperOuterProductsEqualThose.
void AddUpperOuterProducts(const float* left, const float* right, std::size_t count, std::size_t f, float* sum);

/// Adds Σ_n y_n y_n' over the `count` rows of `table` (count × f) to nothing: sum (f × f) is overwritten. In single
/// precision over blocks of 256 rows, in double over the blocks. Tested by: FactorMath.GramMatchesDoublePrecision.
void GramOfRows(const float* table, std::size_t count, std::size_t f, std::span<double> sum);

/// Solves A x = b for a symmetric A, b replaced by x, by elimination without pivoting. Shapes: b (n), a (n rows of
/// a.size() / n ≥ n floats); of row i only the columns i … n − 1 are read, and all are destroyed. Returns false (b
/// undefined) when A is not positive definite as far as its rounding tells. Cost: about n³ / 6 multiplications, 3 µs at
/// n = 64, where the rows have a multiple of 16 floats; else twice as much, with the same bits.
/// Tested by: FactorMath.SolvesLikeEigen, FactorMath.PaddedRowsSolveToTheSameBits.
bool SolvePositive(std::span<float> a, std::span<float> b);

}  // namespace souk
