#include "results/statistics/heterogeneity.h"

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <cmath>
#include <limits>
#include <numeric>

#include "results/statistics/linearised_internal.h"
#include "results/statistics/multiplicity.h"
#include "results/statistics/pairs_internal.h"
#include "sim/base/error.h"

namespace souk {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// Calls `visit` with the finished cell of `arm` and its twin under the incumbent, replication by replication.
template <class Visit>
void ForEachTwin(const ExperimentResult& result, int arm, Visit visit) {
  const int base = result.ArmIndex(result.incumbent);
  SOUK_CHECK(base >= 0);
  for (const CellResult& cell : result.cells) {
    if (cell.arm != arm || !cell.error.empty()) continue;
    const CellResult* twin = result.Cell(cell.replication, base);
    if (twin != nullptr && twin->error.empty()) visit(cell, *twin);
  }
}

/// Rows first ≤ i < last of `rows` in arm and incumbent, summed.
std::vector<RatioPair> PairsOfRows(const ExperimentResult& result, const MetricInfo& metric, int arm,
                                   std::vector<Sums> CellResult::*rows, std::size_t first, std::size_t last) {
  std::vector<RatioPair> pairs;
  const Pairing pairing(result, arm, metric);
  ForEachTwin(result, arm, [&](const CellResult& cell, const CellResult& twin) {
    Sums a{};
    Sums b{};
    for (std::size_t i = first; i < std::min({last, (cell.*rows).size(), (twin.*rows).size()}); ++i) {
      Accumulate(a, (cell.*rows)[i]);
      Accumulate(b, (twin.*rows)[i]);
    }
    pairs.push_back(pairing.Of(a, b));
  });
  return pairs;
}

std::vector<Sums> CellResult::*RowsOf(Clock clock) {
  return clock == Clock::kDay ? &CellResult::by_day : &CellResult::by_age;
}

std::size_t LengthOf(const ExperimentResult& result, Clock clock) {
  std::size_t length = 0;
  for (const CellResult& cell : result.cells) length = std::max(length, (cell.*RowsOf(clock)).size());
  return length;
}

struct TwinSums {
  std::int64_t shoppers = 0, helped = 0, harmed = 0, revenue_cents = 0, margin_cents = 0;

  void Add(const ShopperOutcome& arm, const ShopperOutcome& base) {
    ++shoppers;
    helped += arm.orders > base.orders;
    harmed += arm.orders < base.orders;
    revenue_cents += arm.revenue_cents - base.revenue_cents;
    margin_cents += arm.margin_cents - base.margin_cents;
  }
  [[nodiscard]] TwinEffect Effect(const std::string& segment) const {
    const double n = shoppers > 0 ? static_cast<double>(shoppers) : kNan;
    return {segment,
            shoppers,
            static_cast<double>(helped) / n,
            static_cast<double>(harmed) / n,
            static_cast<double>(revenue_cents) / 100 / n,
            static_cast<double>(margin_cents) / 100 / n};
  }
};

/// Sums over the segments but one.
Sums AllBut(const CellResult& cell, std::size_t segment) {
  Sums sums{};
  for (std::size_t s = 0; s < cell.by_segment.size(); ++s)
    if (s != segment) Accumulate(sums, cell.by_segment[s]);
  return sums;
}

SegmentUplift CompareSegment(const ExperimentResult& result, const MetricInfo& metric, int arm, std::size_t segment) {
  std::vector<RatioPair> inside;
  std::vector<RatioPair> rest;
  double gain = 0;
  double total_gain = 0;
  const Pairing pairing(result, arm, metric);
  ForEachTwin(result, arm, [&](const CellResult& cell, const CellResult& twin) {
    inside.push_back(pairing.Of(cell.by_segment[segment], twin.by_segment[segment]));
    rest.push_back(pairing.Of(AllBut(cell, segment), AllBut(twin, segment)));
    const RatioPair& own = inside.back();
    const RatioPair& others = rest.back();
    gain += own.arm_numerator - own.base_numerator;
    total_gain += own.arm_numerator - own.base_numerator + others.arm_numerator - others.base_numerator;
  });
  SegmentUplift row;
  row.segment = static_cast<int>(segment);
  row.uplift.relative = RelativeUplift(inside);
  row.uplift.difference = AbsoluteDifference(inside, metric.scale);
  row.uplift.replications = static_cast<int>(inside.size());
  row.uplift.identical = std::all_of(inside.begin(), inside.end(), [](const RatioPair& p) {
    return p.arm_numerator == p.base_numerator && p.arm_denominator == p.base_denominator;
  });
  row.p = TwoSidedP(inside);
  row.q = kNan;
  const Linearised contrast = Combined(RelativeUpliftOf(inside), -1, RelativeUpliftOf(rest));
  row.p_interaction = result.segments.size() < 2 ? kNan : TwoSidedP(contrast);
  // Arms of a split have different numbers of shoppers: the difference of their sums is no gain.
  row.share = total_gain != 0 && result.shares.empty() ? gain / total_gain : kNan;
  return row;
}

/// The metric of one arm over the replications that all of `arms` finished.
Linearised MetricOf(const ExperimentResult& result, const MetricInfo& metric, int arm, const std::vector<int>& arms) {
  std::vector<double> numerator;
  std::vector<double> denominator;
  for (const CellResult& cell : result.cells) {
    if (cell.arm != arm) continue;
    const bool shared = std::all_of(arms.begin(), arms.end(), [&](int other) {
      const CellResult* c = result.Cell(cell.replication, other);
      return c != nullptr && c->error.empty();
    });
    if (!shared) continue;
    const Sums total = cell.Total();
    numerator.push_back(AsDouble(total, metric.numerator));
    denominator.push_back(AsDouble(total, metric.denominator));
  }
  return RatioOfSums(numerator, denominator);
}

}  // namespace

std::vector<TwinEffect> TwinEffects(const ExperimentResult& result, int arm) {
  if (!result.shares.empty()) return {};  // arms of a split have different shoppers or times
  TwinSums all;
  std::vector<TwinSums> by_segment(result.segments.size());
  bool recorded = true;
  bool segments_known = true;
  ForEachTwin(result, arm, [&](const CellResult& cell, const CellResult& twin) {
    if (cell.shoppers.empty() || cell.shoppers.size() != twin.shoppers.size()) {
      recorded = false;
      return;
    }
    for (std::size_t u = 0; u < cell.shoppers.size(); ++u) {
      const ShopperOutcome& a = cell.shoppers[u];
      const ShopperOutcome& b = twin.shoppers[u];
      if (a.sessions == 0 && b.sessions == 0) continue;
      all.Add(a, b);
      if (a.segment >= 0) by_segment.at(static_cast<std::size_t>(a.segment)).Add(a, b);
      else segments_known = false;
    }
  });
  if (!recorded || all.shoppers == 0) return {};
  std::vector<TwinEffect> effects = {all.Effect("all")};
  if (!segments_known) return effects;
  for (std::size_t s = 0; s < by_segment.size(); ++s) effects.push_back(by_segment[s].Effect(result.segments[s]));
  return effects;
}

std::vector<std::vector<SegmentUplift>> SegmentGrid(const ExperimentResult& result, const MetricInfo& metric) {
  const int base = result.ArmIndex(result.incumbent);
  std::vector<std::vector<SegmentUplift>> grid(result.arms.size());
  std::vector<double> p;
  for (int arm = 0; arm < static_cast<int>(grid.size()); ++arm) {
    if (arm == base) continue;
    for (std::size_t segment = 0; segment < result.segments.size(); ++segment) {
      grid[static_cast<std::size_t>(arm)].push_back(CompareSegment(result, metric, arm, segment));
      p.push_back(grid[static_cast<std::size_t>(arm)].back().p);
    }
  }
  const std::vector<double> q = BenjaminiHochberg(p);
  std::size_t next = 0;
  for (auto& row : grid)
    for (SegmentUplift& cell : row) cell.q = q[next++];
  return grid;
}

std::vector<Interval> UpliftCurve(const ExperimentResult& result, const MetricInfo& metric, int arm, Clock clock) {
  std::vector<Interval> curve;
  for (std::size_t i = 0; i < LengthOf(result, clock); ++i) {
    curve.push_back(RelativeUplift(PairsOfRows(result, metric, arm, RowsOf(clock), i, i + 1)));
  }
  return curve;
}

Interval LateUplift(const ExperimentResult& result, const MetricInfo& metric, int arm, Clock clock) {
  const std::size_t length = LengthOf(result, clock);
  return RelativeUplift(PairsOfRows(result, metric, arm, RowsOf(clock), length - length / 3, length));
}

std::vector<Interaction> Interactions(const ExperimentResult& result, const MetricInfo& metric) {
  std::vector<Interaction> found;
  const auto arm_with = [&](std::int32_t levers) {
    const auto at = std::find(result.arm_levers.begin(), result.arm_levers.end(), levers);
    return at == result.arm_levers.end() ? -1 : static_cast<int>(at - result.arm_levers.begin());
  };
  const int base = arm_with(0);
  for (int a = 0; a < static_cast<int>(result.levers.size()); ++a) {
    for (int b = a + 1; b < static_cast<int>(result.levers.size()); ++b) {
      const std::vector<int> arms = {base, arm_with(1 << a), arm_with(1 << b), arm_with((1 << a) | (1 << b))};
      if (std::any_of(arms.begin(), arms.end(), [](int arm) { return arm < 0; })) continue;
      std::vector<Linearised> value;
      for (const int arm : arms) value.push_back(MetricOf(result, metric, arm, arms));
      if (!(value[0].value > 0)) continue;
      const auto effect = [&](const Linearised& v) { return Quotient(Combined(v, -1, value[0]), value[0]); };
      const Linearised of_a = effect(value[1]);
      const Linearised of_b = effect(value[2]);
      const Linearised of_both = effect(value[3]);
      const Linearised extra = Combined(Combined(of_both, -1, of_a), -1, of_b);
      found.push_back({a, b, HallInterval(of_a), HallInterval(of_b), HallInterval(of_both), HallInterval(extra)});
    }
  }
  return found;
}

GroupGap GapBetweenSegments(const ExperimentResult& result, const MetricInfo& metric, int arm) {
  std::vector<double> values;
  for (std::size_t s = 0; s < result.segments.size(); ++s) {
    Sums sums{};
    std::int64_t cells = 0;
    for (const CellResult& cell : result.cells) {
      if (cell.arm != arm || !cell.error.empty()) continue;
      Accumulate(sums, cell.by_segment[s]);
      ++cells;
    }
    At(sums, Sum::kOne) = cells;
    values.push_back(Value(metric, sums));
  }
  GroupGap gap{kNan, 0, 0};
  const bool defined =
      values.size() > 1 && std::all_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); });
  if (!defined) return gap;
  gap.highest = static_cast<int>(std::max_element(values.begin(), values.end()) - values.begin());
  gap.lowest = static_cast<int>(std::min_element(values.begin(), values.end()) - values.begin());
  const double low = values[static_cast<std::size_t>(gap.lowest)];
  gap.value = low > 0 ? values[static_cast<std::size_t>(gap.highest)] / low - 1 : kNan;
  return gap;
}

SampleRatio CheckSampleRatio(const std::vector<std::int64_t>& counts, const std::vector<double>& shares) {
  if (counts.size() != shares.size() || counts.size() < 2) {
    throw Error("a sample ratio needs as many shares as groups, and two groups at least");
  }
  if (std::any_of(shares.begin(), shares.end(), [](double s) { return !(s > 0); })) {
    throw Error("the shares of a sample ratio must be positive");
  }
  const auto total = static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::int64_t{0}));
  const double whole = std::accumulate(shares.begin(), shares.end(), 0.0);
  SampleRatio ratio;
  if (total <= 0) return ratio;
  for (std::size_t g = 0; g < counts.size(); ++g) {
    const double expected = total * shares[g] / whole;
    const double off = static_cast<double>(counts[g]) - expected;
    ratio.chi_squared += off * off / expected;
  }
  const boost::math::chi_squared law(static_cast<double>(counts.size() - 1));
  ratio.p = boost::math::cdf(boost::math::complement(law, ratio.chi_squared));
  ratio.suspect = ratio.p < 0.001;
  return ratio;
}

}  // namespace souk
