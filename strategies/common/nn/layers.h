#pragma once
// Layers with hand-written derivatives. A layer keeps what its backward pass needs in a Tape of the caller's, so that
// one layer can be run over several steps; gradients are added to the parameters'.

#include <cstdint>
#include <span>
#include <vector>

#include "sim/base/random.h"
#include "strategies/common/nn/matrix.h"
#include "strategies/common/nn/optimizer.h"

namespace souk::nn {

/// y = x · W + b. Shapes: x (n × in), W (in × out), b (1 × out), y (n × out).
/// Cost: two products per pass. Tested by: NnLayers.Linear*.
class Linear {
 public:
  /// Weights uniform on ±√(6 / (in + out)), b = 0 (Glorot & Bengio 2010).
  void Init(int in, int out, Rng& rng);
  void Forward(const Matrix& x, Matrix& y) const;
  /// dy: gradient by y. Adds to the gradients of W and b; writes (or adds to) dx unless it is null.
  void Backward(const Matrix& x, const Matrix& dy, Matrix* dx, Into into = Into::kReplace);
  /// y for one example, for serving: the bits of Forward.
  void Apply(std::span<const float> x, std::span<float> y) const;

  [[nodiscard]] Parameter& weights() { return weights_; }
  [[nodiscard]] const Parameter& weights() const { return weights_; }
  [[nodiscard]] Parameter& bias() { return bias_; }
  [[nodiscard]] const Parameter& bias() const { return bias_; }

 private:
  Parameter weights_;
  Parameter bias_;
};

/// Rows of a table. Gradients are sparse: see RowGradients.
void GatherRows(const Matrix& table, std::span<const std::int32_t> rows, Matrix& y);
/// Adds row i of dy to the gradient of table row rows[i], in order.
void ScatterRows(const Matrix& dy, std::span<const std::int32_t> rows, RowGradients& gradients);

/// Sets each element to 0 with probability p and multiplies the others by 1 / (1 − p) (Srivastava et al. 2014); `mask`
/// keeps the factors. p = 0 draws nothing. Tested by: NnLayers.Dropout*.
void Dropout(Matrix& x, double p, Rng& rng, Matrix& mask);
/// dx ← dx · mask, elementwise; nothing when p was 0.
void DropoutBackward(Matrix& dx, double p, const Matrix& mask);

/// A gated recurrent unit (Cho et al. 2014, with the reset gate after the product, as in cuDNN):
///   r = σ(x W_r + h U_r + b_r)   z = σ(x W_z + h U_z + b_z)   n = tanh(x W_n + b_n + r ⊙ (h U_n + c_n))
///   h' = (1 − z) ⊙ n + z ⊙ h
/// Shapes: x (batch × in), h (batch × units). Tested by: NnLayers.Gru*.
class Gru {
 public:
  /// What one step leaves for its backward pass.
  struct Tape {
    Matrix x;
    Matrix h;
    Matrix gates;  ///< batch × 3 units: r, z, n
    Matrix inner;  ///< batch × units: h U_n + c_n
  };

  void Init(int in, int units, Rng& rng);
  [[nodiscard]] int units() const { return hidden_.weights().value.rows; }
  /// next may not be h.
  void Forward(const Matrix& x, const Matrix& h, Matrix& next, Tape& tape);
  /// dnext: gradient by next. Writes dx and, unless it is null, dh (through this step and nothing else).
  void Backward(const Tape& tape, const Matrix& dnext, Matrix& dx, Matrix* dh);
  /// One step of one example in place. No allocation after the first call. Cost: one pass over the weights. Not
  /// thread-safe (scratch).
  void Advance(std::span<const float> x, std::span<float> h);

  [[nodiscard]] Linear& input() { return input_; }    ///< in × 3 units
  [[nodiscard]] Linear& hidden() { return hidden_; }  ///< units × 3 units
  void Update(const Optimizer& optimizer);
  void Save(StateWriter& out) const;
  void Load(StateReader& in);

 private:
  Linear input_;
  Linear hidden_;
  Matrix from_x_;  ///< scratch
  Matrix from_h_;
  Matrix dfrom_x_;
  Matrix dfrom_h_;
};

}  // namespace souk::nn
