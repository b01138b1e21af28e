#include "strategies/common/nn/layers.h"

#include <algorithm>
#include <cmath>

#include "strategies/common/vector_math.h"

namespace souk::nn {

void Linear::Init(int in, int out, Rng& rng) {
  weights_.Init(in, out, std::sqrt(6.0 / (in + out)), true, rng);
  bias_.Init(1, out, 0, true, rng);
}

void Linear::Forward(const Matrix& x, Matrix& y) const {
  y.Resize(x.rows, weights_.value.cols);
  for (int r = 0; r < y.rows; ++r) std::copy(bias_.value.data.begin(), bias_.value.data.end(), y.row(r).begin());
  Multiply(x, weights_.value, y, Into::kAdd);
}

void Linear::Backward(const Matrix& x, const Matrix& dy, Matrix* dx, Into into) {
  MultiplyTransposed(x, dy, weights_.gradient, Into::kAdd);
  for (int r = 0; r < dy.rows; ++r) AddScaled(1.0F, dy.row(r), bias_.gradient.data);
  if (dx != nullptr) MultiplyByTransposed(dy, weights_.value, *dx, into);
}

void Linear::Apply(std::span<const float> x, std::span<float> y) const {
  std::copy(bias_.value.data.begin(), bias_.value.data.end(), y.begin());
  int p = 0;
  const auto row = [this](int at) { return weights_.value.row(at).data(); };
  for (; p + 4 <= weights_.value.rows; p += 4) {
    const auto at = static_cast<std::size_t>(p);
    AddScaledFour({x[at], x[at + 1], x[at + 2], x[at + 3]}, {row(p), row(p + 1), row(p + 2), row(p + 3)}, y);
  }
  for (; p < weights_.value.rows; ++p) AddScaled(x[static_cast<std::size_t>(p)], weights_.value.row(p), y);
}

void GatherRows(const Matrix& table, std::span<const std::int32_t> rows, Matrix& y) {
  y.Resize(static_cast<int>(rows.size()), table.cols);
  for (int r = 0; r < y.rows; ++r) {
    const std::span<const float> from = table.row(rows[static_cast<std::size_t>(r)]);
    std::copy(from.begin(), from.end(), y.row(r).begin());
  }
}

void ScatterRows(const Matrix& dy, std::span<const std::int32_t> rows, RowGradients& gradients) {
  for (int r = 0; r < dy.rows; ++r) AddScaled(1.0F, dy.row(r), gradients.Of(rows[static_cast<std::size_t>(r)]));
}

void Dropout(Matrix& x, double p, Rng& rng, Matrix& mask) {
  if (p <= 0) return;
  mask.Resize(x.rows, x.cols);
  const auto kept = static_cast<float>(1 / (1 - p));
  // Two draws of 32 bits from each word: a probability is met to 2^-32.
  const auto limit = static_cast<std::uint64_t>(p * 4294967296.0);
  for (std::size_t i = 0; i < x.data.size(); i += 2) {
    const std::uint64_t word = rng();
    mask.data[i] = (word & 0xFFFFFFFFULL) < limit ? 0.0F : kept;
    if (i + 1 < x.data.size()) mask.data[i + 1] = (word >> 32) < limit ? 0.0F : kept;
  }
  for (std::size_t i = 0; i < x.data.size(); ++i) x.data[i] *= mask.data[i];
}

void DropoutBackward(Matrix& dx, double p, const Matrix& mask) {
  if (p <= 0) return;
  SOUK_CHECK(dx.data.size() == mask.data.size());
  for (std::size_t i = 0; i < dx.data.size(); ++i) dx.data[i] *= mask.data[i];
}

void Gru::Init(int in, int units, Rng& rng) {
  input_.Init(in, 3 * units, rng);
  hidden_.Init(units, 3 * units, rng);
}

void Gru::Forward(const Matrix& x, const Matrix& h, Matrix& next, Tape& tape) {
  const int units = this->units();
  SOUK_CHECK(x.rows == h.rows && h.cols == units && &next != &h);
  tape.x = x;
  tape.h = h;
  input_.Forward(x, from_x_);
  hidden_.Forward(h, from_h_);
  tape.gates.Resize(x.rows, 3 * units);
  tape.inner.Resize(x.rows, units);
  next.Resize(x.rows, units);
  const auto u = static_cast<std::size_t>(units);
  for (int r = 0; r < x.rows; ++r) {
    const std::span<float> gates = tape.gates.row(r);
    const std::span<const float> a = from_x_.row(r);
    const std::span<const float> b = from_h_.row(r);
    for (std::size_t j = 0; j < 2 * u; ++j) gates[j] = a[j] + b[j];
    SigmoidInPlace(gates.first(2 * u));
    for (std::size_t j = 0; j < u; ++j) {
      tape.inner.row(r)[j] = b[2 * u + j];
      gates[2 * u + j] = a[2 * u + j] + gates[j] * b[2 * u + j];
    }
    TanhInPlace(gates.subspan(2 * u));
    for (std::size_t j = 0; j < u; ++j)
      next.row(r)[j] = (1 - gates[u + j]) * gates[2 * u + j] + gates[u + j] * h.row(r)[j];
  }
}

void Gru::Backward(const Tape& tape, const Matrix& dnext, Matrix& dx, Matrix* dh) {
  const auto u = static_cast<std::size_t>(units());
  dfrom_x_.Resize(dnext.rows, 3 * units());
  dfrom_h_.Resize(dnext.rows, 3 * units());
  for (int row = 0; row < dnext.rows; ++row) {
    const std::span<const float> g = tape.gates.row(row);
    const std::span<const float> inner = tape.inner.row(row);
    const std::span<const float> h = tape.h.row(row);
    const std::span<const float> d = dnext.row(row);
    const std::span<float> a = dfrom_x_.row(row);
    const std::span<float> b = dfrom_h_.row(row);
    for (std::size_t j = 0; j < u; ++j) {
      const float r = g[j];
      const float z = g[u + j];
      const float n = g[2 * u + j];
      const float dn = d[j] * (1 - z) * (1 - n * n);
      a[j] = b[j] = dn * inner[j] * r * (1 - r);
      a[u + j] = b[u + j] = d[j] * (h[j] - n) * z * (1 - z);
      a[2 * u + j] = dn;
      b[2 * u + j] = dn * r;
    }
  }
  input_.Backward(tape.x, dfrom_x_, &dx);
  hidden_.Backward(tape.h, dfrom_h_, dh);
  if (dh == nullptr) return;
  for (int row = 0; row < dnext.rows; ++row)
    for (std::size_t j = 0; j < u; ++j) dh->row(row)[j] += dnext.row(row)[j] * tape.gates.row(row)[u + j];
}

void Gru::Advance(std::span<const float> x, std::span<float> h) {
  const auto u = static_cast<std::size_t>(units());
  from_x_.Resize(1, 3 * units());
  from_h_.Resize(1, 3 * units());
  input_.Apply(x, from_x_.data);
  hidden_.Apply(h, from_h_.data);
  const std::span<float> a = from_x_.data;
  const std::span<const float> b = from_h_.data;
  for (std::size_t j = 0; j < 2 * u; ++j) a[j] += b[j];
  SigmoidInPlace(a.first(2 * u));
  for (std::size_t j = 0; j < u; ++j) a[2 * u + j] += a[j] * b[2 * u + j];
  TanhInPlace(a.subspan(2 * u));
  for (std::size_t j = 0; j < u; ++j) h[j] = (1 - a[u + j]) * a[2 * u + j] + a[u + j] * h[j];
}

void Gru::Update(const Optimizer& optimizer) {
  for (Linear* part : {&input_, &hidden_}) {
    optimizer.Update(part->weights());
    optimizer.Update(part->bias());
  }
}

void Gru::Save(StateWriter& out) const {
  for (const Linear* part : {&input_, &hidden_}) {
    part->weights().Save(out);
    part->bias().Save(out);
  }
}

void Gru::Load(StateReader& in) {
  for (Linear* part : {&input_, &hidden_}) {
    part->weights().Load(in);
    part->bias().Load(in);
  }
}

}  // namespace souk::nn
