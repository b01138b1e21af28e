#include "bench/cli/evaluate_file.h"

#include "bench/cli/strategy_text.h"
#include "bench/experiment/build_info.h"

namespace souk {
namespace {

/// (strategy, cutoff, measure), and (strategy, other, cutoff, measure).
void AddValues(const OfflineResult& result, Evaluation& e) {
  for (const OfflineArm& arm : result.arms) {
    for (const OfflineValue& v : arm.values) {
      e.value.push_back(v.value.mean);
      e.low.push_back(v.value.low);
      e.high.push_back(v.value.high);
      if (!result.shuffled) continue;
      e.shuffled_value.push_back(v.shuffled.mean);
      e.shuffled_low.push_back(v.shuffled.low);
      e.shuffled_high.push_back(v.shuffled.high);
      e.order_gap.push_back(v.order.difference);
      e.order_gap_low.push_back(v.order.low);
      e.order_gap_high.push_back(v.order.high);
      e.order_gap_p.push_back(v.order.p);
    }
    for (std::size_t other = 0; other < result.arms.size(); ++other)
      for (const OfflineValue& v : arm.values) {
        e.difference.push_back(v.over[other].difference);
        e.difference_low.push_back(v.over[other].low);
        e.difference_high.push_back(v.over[other].high);
        e.difference_p.push_back(v.over[other].p);
      }
  }
}

void AddArms(const OfflineResult& result, Evaluation& e) {
  for (const OfflineArm& arm : result.arms) {
    e.labels.push_back(arm.strategy.label);
    e.specs.push_back(SpecText(arm.strategy.spec));
    e.ranked_by.push_back(arm.scores_catalogue ? 0 : 1);
    e.coverage.push_back(arm.coverage);
    e.gini.push_back(arm.gini);
    e.novelty.push_back(arm.novelty);
    e.rank.insert(e.rank.end(), arm.ranks.begin(), arm.ranks.end());
    e.shuffled_rank.insert(e.shuffled_rank.end(), arm.shuffled_ranks.begin(), arm.shuffled_ranks.end());
    e.fit_s.push_back(arm.fit_s);
    e.score_s.push_back(arm.score_s);
    e.latency.push_back(arm.latency);
  }
}

}  // namespace

Evaluation EvaluationOf(const EvaluatedData& data, const OfflineOptions& options, const OfflineResult& result) {
  Evaluation e;
  e.data = data.file;
  e.test = data.test_file;
  e.items_file = data.items_file;
  e.format = FormatName(data.format);
  e.protocol = ProtocolName(options.protocol);
  e.protocol_text = result.protocol;
  e.mask_seen = result.mask_seen;
  e.shuffled = result.shuffled;
  e.seed = options.seed;
  e.resamples = options.bootstrap.resamples;
  e.baseline = result.arms[static_cast<std::size_t>(result.baseline)].strategy.label;
  e.fitted_users = result.fitted_users;
  e.fitted_interactions = result.fitted_interactions;
  e.items = result.items;
  e.users = result.users;
  e.cases = result.cases;
  e.wanted = result.wanted;
  e.unknown = result.unknown;
  e.seen = result.seen;
  e.case_user = result.case_user;
  e.case_source = result.case_source;
  e.case_told = result.case_told;
  for (std::size_t c = 0; c < result.case_user.size(); ++c)
    for (auto w = result.case_begin[c]; w < result.case_begin[c + 1]; ++w)
      e.wanted_case.push_back(static_cast<std::int32_t>(c));
  e.wanted_item = result.wanted_items;
  for (const int k : result.ks) e.cutoffs.push_back(k);
  for (int m = 0; m < kRankingMeasures; ++m) e.measures.emplace_back(MeasureName(static_cast<RankingMeasure>(m)));
  e.list_k = result.list_k;
  AddValues(result, e);
  AddArms(result, e);
  const BuildInfo& build = GetBuildInfo();
  e.version = build.version;
  e.git = build.git_revision;
  e.compiler = build.compiler;
  return e;
}

}  // namespace souk
