#pragma once
// Parameters of a model, their gradients, and the rules that move them: SGD with momentum, Adagrad, Adam.

#include <cstdint>
#include <span>
#include <vector>

#include "sim/base/random.h"
#include "strategies/common/nn/matrix.h"
#include "strategies/common/serial.h"

namespace souk::nn {

enum class Rule : std::uint8_t {
  kSgd,      ///< v ← momentum · v − rate · g; w ← w + v
  kAdagrad,  ///< a ← a + g²; v ← momentum · v − rate · g / √(a + ε); w ← w + v
  kAdam,     ///< Kingma & Ba 2015, with bias correction
};

struct OptimizerSettings {
  Rule rule = Rule::kAdam;
  double rate = 0.001;
  double momentum = 0;  ///< kSgd, kAdagrad
  double beta1 = 0.9;   ///< kAdam
  double beta2 = 0.98;  ///< kAdam
  double epsilon = 1e-6;
};

/// A matrix that learns. The optimiser's memory lies beside it: `first` holds velocities or first moments,
/// `second` sums of squares or second moments.
struct Parameter {
  Matrix value;
  Matrix gradient;  ///< of the shape of value for dense parameters; unused for embeddings
  std::vector<float> first;
  std::vector<float> second;

  /// Uniform on ±bound. `dense`: with a gradient.
  void Init(int rows, int cols, double bound, bool dense, Rng& rng);
  void Save(StateWriter& out) const;
  /// Into a parameter of the same shape; refuses another one.
  void Load(StateReader& in);
};

/// One model's optimiser. Sparse updates touch only the rows that have a gradient: their momentum and moments stand
/// still meanwhile ("lazy" Adam), while the bias correction counts all steps. Not thread-safe.
/// Tested by: NnOptimizer.*.
class Optimizer {
 public:
  explicit Optimizer(const OptimizerSettings& settings = {}) : settings_(settings) {}

  /// To be called before the updates of each step.
  void BeginStep();
  /// Moves all of value by its gradient and sets the gradient to 0.
  void Update(Parameter& parameter) const;
  /// Moves row rows[i] by gradient row i. Rows are distinct. Shapes: gradient (at least rows.size() × value.cols).
  void UpdateRows(Parameter& parameter, std::span<const std::int32_t> rows, const Matrix& gradient) const;

  [[nodiscard]] std::int64_t steps() const { return steps_; }
  [[nodiscard]] const OptimizerSettings& settings() const { return settings_; }
  void Save(StateWriter& out) const { out.Put(steps_); }
  void Load(StateReader& in) { steps_ = in.Get<std::int64_t>(); }

 private:
  void Move(float* w, const float* g, float* first, float* second, std::size_t n) const;

  OptimizerSettings settings_;
  std::int64_t steps_ = 0;
  double power1_ = 1;  ///< beta1 to the steps
  double power2_ = 1;
};

/// Adds up the gradients of rows that occur more than once in a batch, in the order of their first occurrence.
/// No allocation once the largest batch has been seen. Tested by: NnOptimizer.GathersRows.
class RowGradients {
 public:
  /// For a table of `rows` rows of `cols` elements.
  void Reset(int rows, int cols);
  void Clear();
  /// The gradient of table row `row`, to be added to.
  std::span<float> Of(std::int32_t row);
  /// The first size() rows of sums() belong to rows().
  [[nodiscard]] std::span<const std::int32_t> rows() const { return rows_; }
  [[nodiscard]] const Matrix& sums() const { return sums_; }

 private:
  std::vector<std::int32_t> place_;  ///< per table row: place in rows_ or −1
  std::vector<std::int32_t> rows_;
  Matrix sums_;  ///< grows
};

/// Throws Error that names step, learning rate and batch when a loss is not finite: a model that diverged must not be
/// used. Tested by: NnOptimizer.NonFiniteLossStops.
void CheckLoss(double loss, const char* model, std::int64_t step, double rate, std::int64_t batch);

}  // namespace souk::nn
