#include "strategies/recommender/ials/als_row.h"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

#include "sim/base/math.h"
#include "strategies/common/factor_math.h"
#include "strategies/common/vector_math.h"

namespace souk {
namespace {

constexpr std::size_t kChunk = 256;  // entries whose vectors are gathered at a time

}  // namespace

float AlsSettings::Penalty(std::size_t n, int others) const {
  if (nu == 0) return reg;
  const double scale = static_cast<double>(n) + static_cast<double>(unseen) * others;
  return reg * static_cast<float>(Exp(static_cast<double>(nu) * Log(scale)));
}

std::vector<double> TurnToAxes(std::size_t f, FactorTable& table, FactorTable* others) {
  std::vector<double> gram(f * f);
  GramOfRows(table.data(), table.size() / f, f, gram);
  const auto size = static_cast<Eigen::Index>(f);
  const Eigen::Map<const Eigen::MatrixXd> square(gram.data(), size, size);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(square);
  FactorTable axes(f * f);  // row k: the k-th axis
  std::vector<double> squares(f);
  for (std::size_t k = 0; k < f; ++k) {
    squares[k] = std::max(0.0, solver.eigenvalues()(static_cast<Eigen::Index>(k)));
    for (std::size_t c = 0; c < f; ++c)
      axes[k * f + c] =
          static_cast<float>(solver.eigenvectors()(static_cast<Eigen::Index>(c), static_cast<Eigen::Index>(k)));
  }
  std::vector<float> turned(f);
  for (FactorTable* vectors : {&table, others})
    for (std::size_t at = 0; vectors != nullptr && at < vectors->size(); at += f) {
      const std::span<float> y(vectors->data() + at, f);
      DotRows(y, axes.data(), f, turned.data());
      std::copy(turned.begin(), turned.end(), y.begin());
    }
  return squares;
}

AlsRow::AlsRow(const AlsSettings& settings)
    : settings_(settings), squares_(settings.Width(), 0.0F), scale_(settings.Width()) {}

void AlsRow::Learn(std::span<const float> others, std::span<const double> squares, int seen) {
  others_ = others.data();
  seen_ = seen;
  for (std::size_t k = 0; k < squares_.size(); ++k)
    squares_[k] = static_cast<float>(static_cast<double>(settings_.unseen) * squares[k]);
}

bool AlsRow::Solve(std::span<const Entry> entries, std::span<float> x) {
  const bool few = 4 * entries.size() <= 3 * x.size();
  const bool positive =
      std::all_of(entries.begin(), entries.end(), [&](const Entry& e) { return settings_.Extra(e.value) > 0; });
  return few && positive ? SolveByEntries(entries, x) : SolveByFactors(entries, x);
}

// With D the diagonal and penalty, Y the entries' vectors, S their extra weights and t the weights of their 1s, the
// equations are (D + Y'SY) x = Y't. Then x = D⁻¹Y'w with (S⁻¹ + Y D⁻¹ Y') w = S⁻¹t.
bool AlsRow::SolveByEntries(std::span<const Entry> entries, std::span<float> x) {
  const std::size_t f = x.size();
  const std::size_t n = entries.size();
  const float penalty = settings_.Penalty(n, seen_);
  for (std::size_t k = 0; k < f; ++k) scale_[k] = 1 / std::sqrt(squares_[k] + penalty);
  near_.resize(n * f);
  const std::size_t stride = (n + 15) / 16 * 16;
  matrix_.resize(n * stride);
  right_.resize(n);
  for (std::size_t e = 0; e < n; ++e) {
    const float* const y = others_ + static_cast<std::size_t>(entries[e].column) * f;
    for (std::size_t k = 0; k < f; ++k) near_[e * f + k] = y[k] * scale_[k];
  }
  for (std::size_t e = 0; e < n; ++e) {  // the upper half is all that is read
    DotRows({near_.data() + e * f, f}, near_.data() + e * f, n - e, matrix_.data() + e * stride + e);
    const float extra = settings_.Extra(entries[e].value);
    matrix_[e * stride + e] += 1 / extra;
    right_[e] = settings_.Target(entries[e].value) / extra;
  }
  if (!SolvePositive(matrix_, right_)) return false;
  std::fill(x.begin(), x.end(), 0.0F);
  for (std::size_t e = 0; e < n; ++e) AddScaled(right_[e], {near_.data() + e * f, f}, x);
  for (std::size_t k = 0; k < f; ++k) x[k] *= scale_[k];
  return true;
}

bool AlsRow::SolveByFactors(std::span<const Entry> entries, std::span<float> x) {
  const std::size_t f = x.size();
  const float penalty = settings_.Penalty(entries.size(), seen_);
  near_.resize(std::max(near_.size(), kChunk * f));
  weighted_.resize(kChunk * f);
  matrix_.assign(f * f, 0.0F);
  std::fill(x.begin(), x.end(), 0.0F);
  for (std::size_t k = 0; k < f; ++k) matrix_[k * f + k] = squares_[k] + penalty;
  for (std::size_t begin = 0; begin < entries.size(); begin += kChunk) {
    const std::size_t count = std::min(kChunk, entries.size() - begin);
    for (std::size_t n = 0; n < count; ++n) {
      const Entry& e = entries[begin + n];
      const float* const y = others_ + static_cast<std::size_t>(e.column) * f;
      const float extra = settings_.Extra(e.value);
      for (std::size_t k = 0; k < f; ++k) near_[n * f + k] = y[k];
      for (std::size_t k = 0; k < f; ++k) weighted_[n * f + k] = y[k] * extra;
      AddScaled(settings_.Target(e.value), {y, f}, x);
    }
    AddUpperOuterProducts(weighted_.data(), near_.data(), count, f, matrix_.data());
  }
  return SolvePositive(matrix_, x);
}

}  // namespace souk
