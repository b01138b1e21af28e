// Reads the summary of a result back.

#include <algorithm>
#include <functional>
#include <iterator>
#include <sstream>

#include "results/store/layout_internal.h"
#include "results/store/store.h"
#include "sim/base/error.h"

namespace souk::store {
namespace {

using hdf5::Failure;
using netcdf::GroupReader;

void ReadProvenance(hid_t file, Provenance& p) {
  const GroupReader group(file, "provenance");
  p.scenario_yaml = group.ReadText("scenario_yaml");
  p.resolved_yaml = group.ReadText("resolved_yaml");
  p.scenario_hash = group.ReadText("scenario_hash");
  p.argv = group.ReadText("argv");
  p.version = group.ReadText("version");
  p.git = group.ReadText("git");
  p.compiler = group.ReadText("compiler");
  p.created = group.ReadText("created");
  p.seed = group.ReadScalar<std::uint64_t>("seed");
  p.wall_s = group.ReadScalar<double>("wall_s");
  p.peak_rss_bytes = group.ReadScalar<std::int64_t>("peak_rss_bytes");
  p.threads = group.ReadScalar<std::int32_t>("threads");
  p.interrupted = group.ReadScalar<std::uint8_t>("interrupted") != 0;
}

/// Makes the cells, with what /metrics tells about each.
void ReadCells(hid_t file, ExperimentResult& result) {
  const GroupReader group(file, "metrics");
  result.arms = group.ReadStrings("arm");
  result.arm_labels = group.ReadStrings("arm_label");
  if (result.arm_labels.size() != result.arms.size()) throw Failure("has another number of labels than of arms");
  const auto replications = group.ReadColumn<std::int32_t>("replication");
  if (!std::is_sorted(replications.begin(), replications.end(), std::less_equal<>())) {
    throw Failure("lists replications out of order");
  }
  const std::size_t arms = result.arms.size();
  const netcdf::Shape shape{replications.size(), arms};
  const auto status = group.Read<std::uint8_t>("status", shape);
  const auto fingerprint = group.Read<std::int64_t>("fingerprint", shape);
  const auto coverage = group.Read<double>("slate_coverage", shape);
  const auto gini = group.Read<double>("slate_gini", shape);
  const auto novelty = group.Read<double>("slate_novelty", shape);
  const auto diversity = group.Read<double>("slate_diversity", shape);
  for (std::size_t i = 0; i < status.size(); ++i) {
    if (status[i] == static_cast<std::uint8_t>(CellStatus::kMissing)) continue;
    CellResult cell;
    cell.replication = replications[i / arms];
    cell.arm = static_cast<std::int32_t>(i % arms);
    if (status[i] == static_cast<std::uint8_t>(CellStatus::kFinished)) {
      cell.fingerprint = static_cast<std::uint64_t>(fingerprint[i]);
      cell.slates = {coverage[i], gini[i], novelty[i], diversity[i]};
    } else {
      cell.error = "unknown";  // replaced from /failures
    }
    result.cells.push_back(std::move(cell));
  }
}

/// Older files say nothing of all this: parallel worlds of a shop.
void ReadDesign(hid_t file, ExperimentResult& result) {
  if (hdf5::HasAttribute(file, "design")) result.design = hdf5::TextAttribute(file, "design");
  if (hdf5::HasAttribute(file, "headline")) {
    std::istringstream words(hdf5::TextAttribute(file, "headline"));
    result.headline.assign(std::istream_iterator<std::string>(words), {});
  }
  if (hdf5::HasLink(file, "regret")) result.ceilings = GroupReader(file, "regret").ReadStrings("ceiling");
  for (const std::string& arm : result.ceilings)
    if (result.ArmIndex(arm) < 0) throw Failure("/regret/ceiling names no arm");
  if (hdf5::HasLink(file, "recommendations")) {
    const GroupReader recommendations(file, "recommendations");
    result.without_recommender = recommendations.Read<std::int32_t>("without_recommender", {result.arms.size()});
    for (const std::int32_t arm : result.without_recommender)
      if (arm < -1 || arm >= std::ssize(result.arms))
        throw Failure("/recommendations/without_recommender names no arm");
  }
  const GroupReader group(file, "metrics");
  if (group.Has("arm_share")) result.shares = group.Read<double>("arm_share", {result.arms.size()});
  if (!group.Has("arm_levers")) return;
  result.levers = group.ReadMeanings("arm_levers");
  result.arm_levers = group.Read<std::int32_t>("arm_levers", {result.arms.size()});
}

void ReadFailures(hid_t file, ExperimentResult& result) {
  const GroupReader group(file, "failures");
  const auto replication = group.ReadColumn<std::int32_t>("replication");
  const auto arm = group.Read<std::int32_t>("arm", {replication.size()});
  const std::vector<std::string> errors = group.ReadStrings("error");
  if (errors.size() != replication.size()) throw Failure("/failures/error has an unexpected shape");
  for (std::size_t i = 0; i < errors.size(); ++i) {
    const auto cell = std::find_if(result.cells.begin(), result.cells.end(), [&](const CellResult& c) {
      return c.replication == replication[i] && c.arm == arm[i];
    });
    if (cell != result.cells.end()) cell->error = errors[i];
  }
}

/// A sum that the file does not know (it was added later) reads as zero, but for one that others make up.
void ReadSums(hid_t file, const char* name, std::size_t width, const Grid& grid, ExperimentResult& result,
              std::vector<Sums> CellResult::*rows) {
  const GroupReader group(file, name);
  for (CellResult& cell : result.cells) {
    if (cell.error.empty()) (cell.*rows).assign(width, Sums{});
  }
  for (int s = 0; s < kSums; ++s) {
    const Sum sum = static_cast<Sum>(s);
    if (!group.Has(SumName(sum))) continue;
    const auto values = group.Read<std::int64_t>(SumName(sum), {grid.replications.size(), grid.arms, width});
    for (CellResult& cell : result.cells) {
      for (std::size_t i = 0; i < (cell.*rows).size(); ++i) {
        At((cell.*rows)[i], sum) = values[grid.Index(cell) * width + i];
      }
    }
  }
  if (group.Has(SumName(Sum::kPageRequests))) return;
  for (CellResult& cell : result.cells)
    for (Sums& sums : cell.*rows) At(sums, Sum::kPageRequests) = At(sums, Sum::kPages) + At(sums, Sum::kBounces);
}

void ReadWeeks(hid_t file, const Grid& grid, ExperimentResult& result) {
  if (!hdf5::HasLink(file, "weekly")) return;
  const GroupReader group(file, "weekly");
  const auto weeks = static_cast<std::size_t>(WeeksOf(std::max(result.days, 0)));
  const netcdf::Shape shape{grid.replications.size(), grid.arms, weeks};
  const auto impressions = group.Read<std::int64_t>("impressions", shape);
  const auto coverage = group.Read<double>("coverage", shape);
  const auto gini = group.Read<double>("gini", shape);
  for (CellResult& cell : result.cells) {
    if (!cell.error.empty()) continue;
    for (std::size_t w = 0; w < weeks; ++w) {
      const std::size_t i = grid.Index(cell) * weeks + w;
      cell.by_week.push_back({impressions[i], coverage[i], gini[i]});
    }
  }
}

void ReadLatency(hid_t file, const Grid& grid, ExperimentResult& result) {
  constexpr std::size_t kSlots = kDecisionSlots;
  const GroupReader group(file, "latency");
  result.slots = group.ReadStrings("slot");
  if (result.slots.size() != kSlots) throw Failure("has another number of slots than souk");
  const netcdf::Shape shape{grid.replications.size(), grid.arms, kSlots};
  const auto row_size = group.Read<std::int64_t>("row_size", shape);
  const auto max_ns = group.Read<std::int64_t>("max_ns", shape);
  const auto train_ns = group.Read<std::int64_t>("train_ns", shape);
  const auto wall_ns = group.Read<std::int64_t>("wall_ns", {grid.replications.size(), grid.arms});
  const auto bucket = group.ReadColumn<std::int32_t>("entry_bucket");
  const auto count = group.Read<std::int64_t>("entry_count", {bucket.size()});
  std::vector<std::size_t> begin(row_size.size() + 1, 0);
  for (std::size_t i = 0; i < row_size.size(); ++i) {
    if (row_size[i] < 0) throw Failure("/latency/row_size is negative");
    begin[i + 1] = begin[i] + static_cast<std::size_t>(row_size[i]);
  }
  if (begin.back() != bucket.size()) throw Failure("/latency/row_size does not add up");
  for (CellResult& cell : result.cells) {
    if (!cell.error.empty()) continue;
    cell.wall_ns = wall_ns[grid.Index(cell)];
    for (std::size_t slot = 0; slot < kSlots; ++slot) {
      const std::size_t i = grid.Index(cell) * kSlots + slot;
      cell.train_ns[slot] = train_ns[i];
      if (begin[i] == begin[i + 1]) continue;
      std::vector<std::int64_t> counts(LatencyHistogram::kBuckets, 0);
      for (std::size_t e = begin[i]; e < begin[i + 1]; ++e) {
        if (bucket[e] < 0 || bucket[e] >= LatencyHistogram::kBuckets)
          throw Failure("/latency/entry_bucket is out of range");
        counts[static_cast<std::size_t>(bucket[e])] = count[e];
      }
      cell.latency[slot] = LatencyHistogram::FromCounts(std::move(counts), max_ns[i]);
    }
  }
}

}  // namespace

Grid::Grid(const ExperimentResult& result) : arms(result.arms.size()) {
  for (const CellResult& cell : result.cells) {
    SOUK_CHECK(cell.arm >= 0 && static_cast<std::size_t>(cell.arm) < arms);
    if (replications.empty() || replications.back() != cell.replication) {
      SOUK_CHECK(replications.empty() || replications.back() < cell.replication);  // sorted
      replications.push_back(cell.replication);
    }
  }
}

std::size_t Grid::Row(std::int32_t replication) const {
  const auto at = std::lower_bound(replications.begin(), replications.end(), replication);
  SOUK_CHECK(at != replications.end() && *at == replication);
  return static_cast<std::size_t>(at - replications.begin());
}

Identity ReadIdentity(hid_t file) {
  if (hdf5::HasAttribute(file, "souk_evaluation"))
    throw Failure("is an evaluation (souk evaluate -o); allowed a results file of souk run");
  if (!hdf5::HasAttribute(file, "souk_schema"))
    throw Failure("is not a results file of souk (no souk_schema attribute)");
  Identity identity;
  identity.schema = hdf5::NumberAttribute<std::int32_t>(file, "souk_schema");
  if (identity.schema > kSchemaVersion) {
    throw Failure("was written by a newer souk: schema " + std::to_string(identity.schema) + ", this one reads up to " +
                  std::to_string(kSchemaVersion));
  }
  identity.scenario_hash = hdf5::TextAttribute(file, "scenario_hash");
  identity.seed = hdf5::NumberAttribute<std::uint64_t>(file, "seed");
  return identity;
}

ExperimentResult ReadSummary(hid_t file) {
  ReadIdentity(file);
  ExperimentResult result;
  result.name = hdf5::TextAttribute(file, "title");
  result.question = hdf5::TextAttribute(file, "question");
  result.currency = hdf5::TextAttribute(file, "currency");
  result.incumbent = hdf5::TextAttribute(file, "incumbent");
  result.days = hdf5::NumberAttribute<std::int32_t>(file, "days");
  result.planned_replications = hdf5::NumberAttribute<std::int32_t>(file, "planned_replications");
  ReadProvenance(file, result.provenance);
  ReadCells(file, result);
  ReadFailures(file, result);
  // A replication all of whose cells are missing has a row in the file, but no cell.
  const Grid grid(result);
  if (grid.replications.size() != GroupReader(file, "metrics").ColumnSize("replication")) {
    throw Failure("lists a replication without cells");
  }
  ReadDesign(file, result);
  result.segments = GroupReader(file, "sums").ReadStrings("segment");
  ReadSums(file, "sums", result.segments.size(), grid, result, &CellResult::by_segment);
  ReadSums(file, "daily", static_cast<std::size_t>(std::max(result.days, 0)), grid, result, &CellResult::by_day);
  if (hdf5::HasLink(file, "age")) {
    ReadSums(file, "age", static_cast<std::size_t>(std::max(result.days, 0)), grid, result, &CellResult::by_age);
  }
  ReadWeeks(file, grid, result);
  ReadLatency(file, grid, result);
  return result;
}

}  // namespace souk::store
