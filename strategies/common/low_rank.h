#pragma once
// A sparse matrix in few dimensions: rows whose dot products come close to those of the long ones. For the vectors of
// items that a whole catalogue is searched with.

#include <cstdint>
#include <vector>

#include "strategies/common/sparse.h"

namespace souk {

/// X V_d, V_d the d leading right singular vectors of X: of all n × d matrices the one whose products of rows are
/// closest to those of X, but for the error of the method. Randomised range finder with `iterations` power steps; its
/// test matrix is a fixed pattern of signs, the same for every matrix of that many columns. Columns beyond the rank are
/// 0. Shapes: rows (n × t), result n × d, row by row. Cost: O((entries · d + (n + t) · d²) · iterations), 0.3 s for
/// 5,000 × 3,000 with 60,000 entries at d = 64 and 4 iterations; memory 8 (n + t)(d + 16) bytes.
/// Source: Halko, Martinsson & Tropp 2011, "Finding structure with randomness"; Deerwester et al. 1990, "Indexing by
/// latent semantic analysis". Tested by: LowRank.*.
std::vector<float> LeadingRows(const SparseRows& rows, int d, int iterations);

/// X R / √d, R the same pattern of signs (t × d): products of rows are unbiased, their error about 1 / √d times the
/// lengths. Cost: entries · d. Source: Achlioptas 2003, "Database-friendly random projections". Tested by: LowRank.*.
std::vector<float> ProjectedRows(const SparseRows& rows, int d);

}  // namespace souk
