#pragma once
// What a recommender's clicks bring: shoppers would have found many of the pages by themselves.

#include "results/statistics/uplift.h"

namespace souk {

/// Of the clicks on an arm's slates, the share that brought no product page which the same shoppers do not open without
/// a recommender: 1 − (Σ views − Σ views without) ÷ Σ clicks over the replications that both arms finished, with the
/// delta-method t interval over replications. All NaN where ExperimentResult::without_recommender names no arm, or
/// without clicks. A recommender's own reckoning – every click is its merit – says 0.
/// Source: Sharma, Hofman & Watts 2015, "Estimating the causal impact of recommendation systems from observational
/// data" (at least 75 % in a large shop). Tested by: ShareOfClicksWithoutGain.*.
Interval ShareOfClicksWithoutGain(const ExperimentResult& result, int arm);

}  // namespace souk
