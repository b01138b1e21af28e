#include "strategies/pricing/logit_optimum/demand_model.h"

#include <bit>
#include <cmath>
#include <limits>

#include "sim/base/error.h"
#include "sim/base/fingerprint.h"
#include "sim/base/math.h"
#include "strategies/common/mnl_pricing.h"

namespace souk {
namespace {

constexpr double kCellWidth = 0.005;
constexpr double kInterceptPrecision = 1;
/// Slopes at or below this have no interior optimum worth the name: demand hardly answers.
constexpr double kFlattestSlope = 0.05;

/// The latest view of each (shopper, item) pair: open addressing, keys packed into 64 bits.
class LatestView {
 public:
  struct Entry {
    std::uint64_t key = kEmpty;
    SimTime time;
    std::int32_t cell = 0;
    std::int32_t open = 0;  ///< no purchase credited to this view yet
  };
  explicit LatestView(std::size_t pairs) : entries_(std::bit_ceil(2 * pairs + 16)) {}

  /// The pair's entry; a new one has key kEmpty and must be given its key.
  Entry& Find(std::uint64_t key) {
    const std::size_t mask = entries_.size() - 1;
    for (std::size_t at = Mix64(key) & mask;; at = (at + 1) & mask)
      if (entries_[at].key == key || entries_[at].key == kEmpty) return entries_[at];
  }
  static std::uint64_t Key(ShopperId u, ItemId i) {
    return (static_cast<std::uint64_t>(static_cast<std::uint32_t>(u.value)) << 32) |
           static_cast<std::uint32_t>(i.value);
  }
  static constexpr std::uint64_t kEmpty = ~std::uint64_t{0};

 private:
  std::vector<Entry> entries_;
};

double RelativePrice(const ShopEvent& e, const PublicCatalogue& catalogue, DemandForm form) {
  const double ratio = e.price.units() / catalogue.list_price[e.item.index()].units();
  return form == DemandForm::kLog ? Log(ratio) : ratio - 1;
}

}  // namespace

std::vector<GroupedRow> DemandCells(const ShopLog& log, const PublicCatalogue& catalogue, DemandForm form,
                                    double attribution_days) {
  // Prices lie within 0.2 … 5 × list: x within −1.61 … 1.61 (log) or −0.8 … 4 (linear).
  constexpr double kLowest = -1.65;
  constexpr int kCells = 1131;
  const auto cells_all = static_cast<std::size_t>(catalogue.categories) * kCells;
  std::vector<GroupedRow> cells(cells_all);
  std::size_t views = 0;
  for (const ShopEvent& e : log.events) views += e.kind == ShopEventKind::kView ? 1 : 0;
  LatestView latest(views);

  for (const ShopEvent& e : log.events) {
    if (!e.item.valid() || !e.shopper.valid()) continue;
    const std::uint64_t key = LatestView::Key(e.shopper, e.item);
    if (e.kind == ShopEventKind::kView) {
      if (e.price.cents <= 0 || catalogue.list_price[e.item.index()].cents <= 0) continue;
      const double x = RelativePrice(e, catalogue, form);
      const auto bin = static_cast<int>(std::floor((x - kLowest) / kCellWidth));
      if (bin < 0 || bin >= kCells) continue;
      const std::int32_t group = catalogue.category[e.item.index()].value;
      const std::int32_t cell = group * kCells + bin;
      GroupedRow& row = cells[static_cast<std::size_t>(cell)];
      row.group = group;
      row.x += x;  // a sum until the end
      row.trials += 1;
      latest.Find(key) = {key, e.time, cell, 1};
    } else if (e.kind == ShopEventKind::kPurchase) {
      LatestView::Entry& entry = latest.Find(key);
      if (entry.key != key || entry.open == 0 || (e.time - entry.time).days() > attribution_days) continue;
      entry.open = 0;
      cells[static_cast<std::size_t>(entry.cell)].successes += 1;
    }
  }
  std::erase_if(cells, [](const GroupedRow& row) { return row.trials == 0; });
  for (GroupedRow& row : cells) row.x /= row.trials;
  return cells;
}

DemandModel FitDemand(const std::vector<GroupedRow>& cells, int categories, DemandForm form, double prior_slope,
                      double prior_strength) {
  // The regression's slope is the derivative of the log odds, the model's its negative.
  const GroupedLogisticFit fit =
      FitGroupedLogistic(cells, categories, -prior_slope, prior_strength, kInterceptPrecision);
  return {form, fit.intercept, -fit.slope, fit.slope_std_error};
}

double OptimumPrice(const DemandModel& model, CategoryId category, double list, double cost) {
  SOUK_CHECK(list > 0);
  const double a = model.intercept[category.index()];
  if (model.form == DemandForm::kLog) return LogLogitOptimumPrice(a, model.slope, cost, list);
  if (model.slope <= kFlattestSlope) return std::numeric_limits<double>::infinity();
  // a − slope (p/list − 1) = (a + slope) − (slope/list) p
  return LogitOptimumPrice(a + model.slope, model.slope / list, cost);
}

}  // namespace souk
