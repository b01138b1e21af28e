#include "bench/cli/run_plan.h"

#include <algorithm>
#include <charconv>

#include "bench/experiment/stopping.h"
#include "sim/base/error.h"

namespace souk {

std::optional<Shard> ReadShard(const std::string& text) {
  Shard shard;
  const char* const end = text.data() + text.size();
  const auto index = std::from_chars(text.data(), end, shard.index);
  if (index.ec != std::errc() || index.ptr == end || *index.ptr != '/') return std::nullopt;
  const auto of = std::from_chars(index.ptr + 1, end, shard.of);
  if (of.ec != std::errc() || of.ptr != end || shard.index < 1 || shard.of < shard.index) return std::nullopt;
  return shard;
}

RunPlan::RunPlan(const Scenario& scenario, int alone, std::optional<Shard> shard)
    : most_(StoppingRule(scenario.stop, scenario.replications).most()),
      alone_(alone),
      shard_(shard),
      adaptive_(alone < 0 && scenario.stop.mode != StopMode::kFixed) {
  if (shard_ && adaptive_)
    throw Error("a shard cannot know when all of them have run enough; give a fixed number with --replications",
                "--shard");
}

int RunPlan::own() const { return shard_ ? (planned() + shard_->of - 1) / shard_->of : planned(); }

bool RunPlan::Wanted(std::int32_t replication) const {
  if (alone()) return replication == alone_;
  return replication < most_ && (!shard_ || shard_->Has(replication));
}

bool RunPlan::Surplus(std::int32_t replication, int replications) const {
  return !Wanted(replication) || (!alone() && replication >= replications);
}

std::vector<int> RunPlan::Missing(const std::vector<std::int32_t>& done) const {
  std::vector<int> missing;
  for (int r = 0; r <= std::max(most_ - 1, alone_); ++r)
    if (Wanted(r) && !std::binary_search(done.begin(), done.end(), r)) missing.push_back(r);
  return missing;
}

}  // namespace souk
