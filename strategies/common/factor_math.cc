#include "strategies/common/factor_math.h"

#include <algorithm>
#include <vector>

#include "sim/base/error.h"
#include "strategies/common/vector_lanes_internal.h"
#include "strategies/common/vector_math.h"

namespace souk {
namespace {

constexpr std::size_t kBlock = 256;
constexpr std::size_t kRowsAhead = 16;  // the same for rows one after the other: beyond the nearest cache that pays
constexpr std::size_t kAhead = 8;       // entries between asking memory for a row and using it

/// The dot products of four rows with p, C · 16 floats each, and the rows in registers.
template <int C>
SOUK_INLINE void DotFour(const float* const (&rows)[4], const Lanes (&p)[C], Lanes (&row)[4][C], FourLanes& dots) {
  Lanes sum[4];
  for (int r = 0; r < 4; ++r) {
    for (int c = 0; c < C; ++c) LoadTo(row[r][c], rows[r] + static_cast<std::size_t>(c) * kLanes);
    sum[r] = row[r][0] * p[0];
    for (int c = 1; c < C; ++c) sum[r] += row[r][c] * p[c];
  }
  SumFour(sum, dots);
}

template <int C>
SOUK_INLINE void DotRowsOf(const float* query, const float* rows, std::size_t count, float* out) {
  constexpr std::size_t f = C * kLanes;
  Lanes q[C];
  for (int c = 0; c < C; ++c) LoadTo(q[c], query + static_cast<std::size_t>(c) * kLanes);
  std::size_t r = 0;
  for (; r + 4 <= count; r += 4) {
    const float* const at = rows + r * f;
    Lanes row[4][C];
    FourLanes dots;
    for (std::size_t c = 0; c < 4 * f; c += kLanes) __builtin_prefetch(at + kRowsAhead * f + c);
    DotFour<C>({at, at + f, at + 2 * f, at + 3 * f}, q, row, dots);
    StoreTo(out + r, dots);
  }
  for (; r < count; ++r) {
    Lanes sum{};
    for (int c = 0; c < C; ++c) {
      Lanes row;
      LoadTo(row, rows + r * f + static_cast<std::size_t>(c) * kLanes);
      sum += row * q[c];
    }
    out[r] = SumOne(sum);
  }
}

SOUK_INLINE void DotRowsWideBody(const float* query, const float* rows, std::size_t count, std::size_t f, float* out) {
  switch (f) {
    case 16: return DotRowsOf<1>(query, rows, count, out);
    case 32: return DotRowsOf<2>(query, rows, count, out);
    case 48: return DotRowsOf<3>(query, rows, count, out);
    case 64: return DotRowsOf<4>(query, rows, count, out);
    case 96: return DotRowsOf<6>(query, rows, count, out);
    case 128: return DotRowsOf<8>(query, rows, count, out);
    default:
      for (std::size_t r = 0; r < count; ++r) out[r] = Dot({query, f}, {rows + r * f, f});
  }
}

template <int C>
SOUK_INLINE void AddGramTimesOf(const float* table, const std::int32_t* entries, std::size_t count, const float* base,
                                const float* weight, const float* p, float* out, bool fetch) {
  constexpr std::size_t f = C * kLanes;
  const auto row_of = [&](std::size_t e) { return table + static_cast<std::size_t>(entries[e]) * f; };
  Lanes q[C];
  Lanes sum[C];
  for (int c = 0; c < C; ++c) {
    LoadTo(q[c], p + static_cast<std::size_t>(c) * kLanes);
    LoadTo(sum[c], out + static_cast<std::size_t>(c) * kLanes);
  }
  std::size_t e = 0;
  for (; e + 4 <= count; e += 4) {
    if (fetch)
      for (std::size_t a = e + kAhead; a < std::min(e + kAhead + 4, count); ++a)
        for (std::size_t c = 0; c < f; c += kLanes) __builtin_prefetch(row_of(a) + c);
    Lanes row[4][C];
    FourLanes dots;
    DotFour<C>({row_of(e), row_of(e + 1), row_of(e + 2), row_of(e + 3)}, q, row, dots);
    FourLanes w;
    FourLanes b{};
    LoadTo(w, weight + e);
    if (base != nullptr) LoadTo(b, base + e);
    const FourLanes factor = b + w * dots;
    for (int r = 0; r < 4; ++r)
      for (int c = 0; c < C; ++c) sum[c] += row[r][c] * factor[r];
  }
  for (; e < count; ++e) {
    Lanes row[C];
    Lanes dot{};
    for (int c = 0; c < C; ++c) {
      LoadTo(row[c], row_of(e) + static_cast<std::size_t>(c) * kLanes);
      dot += row[c] * q[c];
    }
    const float factor = (base != nullptr ? base[e] : 0.0F) + weight[e] * SumOne(dot);
    for (int c = 0; c < C; ++c) sum[c] += row[c] * factor;
  }
  for (int c = 0; c < C; ++c) StoreTo(out + static_cast<std::size_t>(c) * kLanes, sum[c]);
}

SOUK_INLINE void AddGramTimesWideBody(const float* table, const std::int32_t* entries, std::size_t count,
                                      const float* base, const float* weight, const float* p, float* out, std::size_t f,
                                      bool fetch) {
  switch (f) {
    case 16: return AddGramTimesOf<1>(table, entries, count, base, weight, p, out, fetch);
    case 32: return AddGramTimesOf<2>(table, entries, count, base, weight, p, out, fetch);
    case 48: return AddGramTimesOf<3>(table, entries, count, base, weight, p, out, fetch);
    case 64: return AddGramTimesOf<4>(table, entries, count, base, weight, p, out, fetch);
    case 96: return AddGramTimesOf<6>(table, entries, count, base, weight, p, out, fetch);
    case 128: return AddGramTimesOf<8>(table, entries, count, base, weight, p, out, fetch);
    default:
      for (std::size_t e = 0; e < count; ++e) {
        const std::span<const float> row(table + static_cast<std::size_t>(entries[e]) * f, f);
        AddScaled((base != nullptr ? base[e] : 0.0F) + weight[e] * Dot(row, {p, f}), row, {out, f});
      }
  }
}

template <int C>
SOUK_INLINE float WeightedSquaresOf(const float* table, const std::int32_t* entries, std::size_t count,
                                    const float* weight, const float* p, bool fetch) {
  constexpr std::size_t f = C * kLanes;
  const auto row_of = [&](std::size_t e) { return table + static_cast<std::size_t>(entries[e]) * f; };
  Lanes q[C];
  for (int c = 0; c < C; ++c) LoadTo(q[c], p + static_cast<std::size_t>(c) * kLanes);
  float total = 0;
  std::size_t e = 0;
  for (; e + 4 <= count; e += 4) {
    if (fetch)
      for (std::size_t a = e + kAhead; a < std::min(e + kAhead + 4, count); ++a)
        for (std::size_t c = 0; c < f; c += kLanes) __builtin_prefetch(row_of(a) + c);
    Lanes row[4][C];
    FourLanes dots;
    DotFour<C>({row_of(e), row_of(e + 1), row_of(e + 2), row_of(e + 3)}, q, row, dots);
    FourLanes w;
    LoadTo(w, weight + e);
    const FourLanes squares = w * (dots * dots);
    for (int r = 0; r < 4; ++r) total += squares[r];
  }
  for (; e < count; ++e) {
    Lanes sum{};
    for (int c = 0; c < C; ++c) {
      Lanes row;
      LoadTo(row, row_of(e) + static_cast<std::size_t>(c) * kLanes);
      sum += row * q[c];
    }
    const float dot = SumOne(sum);
    total += weight[e] * (dot * dot);
  }
  return total;
}

SOUK_INLINE void WeightedSquaresWideBody(const float* table, const std::int32_t* entries, std::size_t count,
                                         const float* weight, const float* p, std::size_t f, bool fetch, float* total) {
  switch (f) {
    case 16: *total = WeightedSquaresOf<1>(table, entries, count, weight, p, fetch); return;
    case 32: *total = WeightedSquaresOf<2>(table, entries, count, weight, p, fetch); return;
    case 48: *total = WeightedSquaresOf<3>(table, entries, count, weight, p, fetch); return;
    case 64: *total = WeightedSquaresOf<4>(table, entries, count, weight, p, fetch); return;
    case 96: *total = WeightedSquaresOf<6>(table, entries, count, weight, p, fetch); return;
    case 128: *total = WeightedSquaresOf<8>(table, entries, count, weight, p, fetch); return;
    default:
      *total = 0;
      for (std::size_t e = 0; e < count; ++e) {
        const float dot = Dot({table + static_cast<std::size_t>(entries[e]) * f, f}, {p, f});
        *total += weight[e] * (dot * dot);
      }
  }
}

/// Four rows of the sum by C · 16 columns stay in registers while all n go by.
template <int C>
SOUK_INLINE void AddOuterTile(const float* left, const float* right, std::size_t count, std::size_t f, float* sum) {
  Lanes tile[4][C];
  for (std::size_t r = 0; r < 4; ++r)
    for (std::size_t c = 0; c < C; ++c) LoadTo(tile[r][c], sum + r * f + c * kLanes);
  for (std::size_t n = 0; n < count; ++n) {
    Lanes x[C];
    for (std::size_t c = 0; c < C; ++c) LoadTo(x[c], right + n * f + c * kLanes);
    for (std::size_t r = 0; r < 4; ++r)
      for (std::size_t c = 0; c < C; ++c) tile[r][c] += x[c] * left[n * f + r];
  }
  for (std::size_t r = 0; r < 4; ++r)
    for (std::size_t c = 0; c < C; ++c) StoreTo(sum + r * f + c * kLanes, tile[r][c]);
}

SOUK_INLINE void AddOuterProductsWideBody(const float* left, const float* right, std::size_t count, std::size_t f,
                                          bool upper, float* sum) {
  for (std::size_t r = 0; r < f; r += 4) {
    const float* const l = left + r;
    float* const rows = sum + r * f;
    std::size_t c = upper ? r / kLanes * kLanes : 0;
    for (; c + 4 * kLanes <= f; c += 4 * kLanes) AddOuterTile<4>(l, right + c, count, f, rows + c);
    switch ((f - c) / kLanes) {
      case 3: AddOuterTile<3>(l, right + c, count, f, rows + c); break;
      case 2: AddOuterTile<2>(l, right + c, count, f, rows + c); break;
      case 1: AddOuterTile<1>(l, right + c, count, f, rows + c); break;
      default: break;
    }
  }
}

/// Takes row k out of the rows k + 1 … n − 1 and out of b. Whole registers: below the diagonal they leave garbage.
SOUK_INLINE void EliminateWideBody(float* a, std::size_t stride, std::size_t n, std::size_t k, float* b) {
  const float* const pivot_row = a + k * stride;
  const float scale = 1 / pivot_row[k];
  const auto factor_of = [&](std::size_t i) { return -(pivot_row[i] * scale); };
  std::size_t i = k + 1;
  for (; i + 4 <= n; i += 4) {
    const float factor[4] = {factor_of(i), factor_of(i + 1), factor_of(i + 2), factor_of(i + 3)};
    for (std::size_t c = i / kLanes * kLanes; c < stride; c += kLanes) {
      Lanes p;
      LoadTo(p, pivot_row + c);
      for (std::size_t r = 0; r < 4; ++r) {
        Lanes x;
        LoadTo(x, a + (i + r) * stride + c);
        x += p * factor[r];
        StoreTo(a + (i + r) * stride + c, x);
      }
    }
    for (std::size_t r = 0; r < 4; ++r) b[i + r] += factor[r] * b[k];
  }
  for (; i < n; ++i) {
    const float factor = factor_of(i);
    for (std::size_t c = i / kLanes * kLanes; c < stride; c += kLanes) {
      Lanes p;
      Lanes x;
      LoadTo(p, pivot_row + c);
      LoadTo(x, a + i * stride + c);
      x += p * factor;
      StoreTo(a + i * stride + c, x);
    }
    b[i] += factor * b[k];
  }
}

}  // namespace

SOUK_BY_WIDTH(DotRowsWide, (const float* query, const float* rows, std::size_t count, std::size_t f, float* out),
              (query, rows, count, f, out))
SOUK_BY_WIDTH(AddGramTimesWide,
              (const float* table, const std::int32_t* entries, std::size_t count, const float* base,
               const float* weight, const float* p, float* out, std::size_t f, bool fetch),
              (table, entries, count, base, weight, p, out, f, fetch))
SOUK_BY_WIDTH(WeightedSquaresWide,
              (const float* table, const std::int32_t* entries, std::size_t count, const float* weight, const float* p,
               std::size_t f, bool fetch, float* total),
              (table, entries, count, weight, p, f, fetch, total))
SOUK_BY_WIDTH(AddOuterProductsWide,
              (const float* left, const float* right, std::size_t count, std::size_t f, bool upper, float* sum),
              (left, right, count, f, upper, sum))
SOUK_BY_WIDTH(EliminateWide, (float* a, std::size_t stride, std::size_t n, std::size_t k, float* b),
              (a, stride, n, k, b))

void DotRows(std::span<const float> query, const float* rows, std::size_t count, float* out) {
  DotRowsWide(query.data(), rows, count, query.size(), out);
}

void AddGramTimes(const float* table, std::span<const std::int32_t> entries, const float* base, const float* weight,
                  std::span<const float> p, std::span<float> out, bool fetch) {
  SOUK_DCHECK(p.size() == out.size());
  AddGramTimesWide(table, entries.data(), entries.size(), base, weight, p.data(), out.data(), out.size(), fetch);
}

float WeightedSquares(const float* table, std::span<const std::int32_t> entries, const float* weight,
                      std::span<const float> p, bool fetch) {
  float total = 0;
  WeightedSquaresWide(table, entries.data(), entries.size(), weight, p.data(), p.size(), fetch, &total);
  return total;
}

void AddOuterProducts(const float* left, const float* right, std::size_t count, std::size_t f, float* sum) {
  if (f % kLanes == 0) return AddOuterProductsWide(left, right, count, f, false, sum);
  for (std::size_t n = 0; n < count; ++n)
    for (std::size_t i = 0; i < f; ++i) AddScaled(left[n * f + i], {right + n * f, f}, {sum + i * f, f});
}

void AddUpperOuterProducts(const float* left, const float* right, std::size_t count, std::size_t f, float* sum) {
  if (f % kLanes == 0) return AddOuterProductsWide(left, right, count, f, true, sum);
  for (std::size_t n = 0; n < count; ++n)
    for (std::size_t i = 0; i < f; ++i) {
      const std::size_t c = i / kLanes * kLanes;
      AddScaled(left[n * f + i], {right + n * f + c, f - c}, {sum + i * f + c, f - c});
    }
}

void GramOfRows(const float* table, std::size_t count, std::size_t f, std::span<double> sum) {
  SOUK_CHECK(sum.size() == f * f);
  std::fill(sum.begin(), sum.end(), 0.0);
  std::vector<float> block(f * f);
  for (std::size_t n = 0; n < count; n += kBlock) {
    std::fill(block.begin(), block.end(), 0.0F);
    const float* const rows = table + n * f;
    AddUpperOuterProducts(rows, rows, std::min(kBlock, count - n), f, block.data());
    for (std::size_t i = 0; i < f; ++i)
      for (std::size_t j = i; j < f; ++j) sum[i * f + j] += static_cast<double>(block[i * f + j]);
  }
  for (std::size_t i = 0; i < f; ++i)
    for (std::size_t j = 0; j < i; ++j) sum[i * f + j] = sum[j * f + i];
}

bool SolvePositive(std::span<float> a, std::span<float> b) {
  const std::size_t n = b.size();
  if (n == 0) return true;
  const std::size_t stride = a.size() / n;
  SOUK_CHECK(a.size() == n * stride && stride >= n);
  for (std::size_t k = 0; k < n; ++k) {
    const auto pivot_row = a.subspan(k * stride + k, n - k);
    if (!(pivot_row[0] > 0)) return false;
    if (stride % kLanes == 0) {
      EliminateWide(a.data(), stride, n, k, b.data());
      continue;
    }
    const float scale = 1 / pivot_row[0];
    for (std::size_t i = k + 1; i < n; ++i) {
      const float factor = -(pivot_row[i - k] * scale);  // symmetric: the row holds the column
      AddScaled(factor, pivot_row.subspan(i - k), a.subspan(i * stride + i, n - i));
      b[i] += factor * b[k];
    }
  }
  for (std::size_t k = n; k-- > 0;) {
    const auto rest = a.subspan(k * stride + k + 1, n - k - 1);
    b[k] = (b[k] - Dot(rest, b.subspan(k + 1))) / a[k * stride + k];
  }
  return true;
}

}  // namespace souk
