#pragma once
// What an item says about itself, as numbers: TF-IDF over the words of its description, its category, the department
// above and its brand. Known on the day of the launch, so whoever reads it can show what nobody has clicked.

#include "sim/decision/strategy.h"
#include "strategies/common/sparse.h"

namespace souk {

/// How much each kind of token says about an item.
struct ContentWeights {
  float word = 1;
  float category = 1;
  float department = 0.5F;
  float brand = 1;
};

/// The parameters `word_weight`, `category_weight`, `department_weight`, `brand_weight` as strategies declare them.
ContentWeights ReadContentWeights(const Params& params);
std::vector<ParamSpec> ContentWeightParams();

/// Unit TF-IDF vectors of all items. Columns: words, then categories, departments, brands. A word that occurs n times
/// in a description weighs (1 + ln n) · ln((1 + items) ÷ df) · weights.word; the item's category, its department and
/// its brand are one token each, weighed likewise. Tokens that all items share weigh nothing. Shapes: items ×
/// (vocabulary
/// + categories + departments + brands). Source: Salton & Buckley 1988, "Term-weighting approaches in
/// automatic text retrieval". Tested by: ContentCosine.MatchesBruteForce.
SparseRows ContentVectors(const PublicCatalogue& catalogue, const ContentWeights& weights);

}  // namespace souk
