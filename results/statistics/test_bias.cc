#include "results/statistics/test_bias.h"

#include <algorithm>

#include "results/statistics/linearised_internal.h"
#include "results/statistics/pairs_internal.h"

namespace souk {
namespace {

Sums LastThird(const CellResult& cell) {
  Sums sums{};
  for (std::size_t d = cell.by_day.size() - cell.by_day.size() / 3; d < cell.by_day.size(); ++d) {
    Accumulate(sums, cell.by_day[d]);
  }
  return sums;
}

Sums AllDays(const CellResult& cell) {
  Sums sums{};
  for (const Sums& day : cell.by_day) Accumulate(sums, day);
  return sums;
}

const CellResult* Finished(const ExperimentResult& result, std::int32_t replication, int arm) {
  const CellResult* cell = arm < 0 ? nullptr : result.Cell(replication, arm);
  return cell != nullptr && cell->error.empty() ? cell : nullptr;
}

}  // namespace

std::vector<TestBias> BiasOfTest(const ExperimentResult& truth, const ExperimentResult& test,
                                 const MetricInfo& metric) {
  std::vector<TestBias> rows;
  const int truth_base = truth.ArmIndex(truth.incumbent);
  const int test_base = test.ArmIndex(truth.incumbent);
  for (int arm = 0; arm < static_cast<int>(truth.arms.size()); ++arm) {
    const std::string& name = truth.arms[static_cast<std::size_t>(arm)];
    const int tested = test.ArmIndex(name);
    if (arm == truth_base || tested < 0 || test_base < 0) continue;
    std::vector<RatioPair> true_pairs, test_pairs, whole, late;
    const Pairing of_truth(truth, arm, metric);
    for (const std::int32_t replication : truth.CompleteReplications()) {
      const CellResult* a = Finished(truth, replication, arm);
      const CellResult* b = Finished(truth, replication, truth_base);
      const CellResult* x = Finished(test, replication, tested);
      const CellResult* y = Finished(test, replication, test_base);
      if (a == nullptr || b == nullptr || x == nullptr || y == nullptr) continue;
      true_pairs.push_back(of_truth.Of(a->Total(), b->Total()));
      test_pairs.push_back(PairOf(x->Total(), ShareOf(test, tested), y->Total(), ShareOf(test, test_base), metric));
      // Distinct counts differ between a day and a period: both sides of the novelty come from days.
      whole.push_back(of_truth.Of(AllDays(*a), AllDays(*b)));
      late.push_back(of_truth.Of(LastThird(*a), LastThird(*b)));
    }
    if (true_pairs.empty()) continue;
    const Linearised difference = Combined(RelativeUpliftOf(test_pairs), -1, RelativeUpliftOf(true_pairs));
    const Linearised fading = Combined(RelativeUpliftOf(whole), -1, RelativeUpliftOf(late));
    rows.push_back(
        {name, RelativeUplift(true_pairs), RelativeUplift(test_pairs), HallInterval(difference), HallInterval(fading)});
  }
  return rows;
}

}  // namespace souk
