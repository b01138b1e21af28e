#pragma once
// The look-up assistant: finds the help page whose words fit the question best. Needs no log.

#include <memory>

#include "sim/decision/strategy.h"

namespace souk {

/// Facts and parameters of `faq-bm25`. Source: Robertson & Zaragoza 2009.
const StrategyInfo& FaqBm25Info();

/// Answers with the best page by BM25 when its share of softmax(scores) reaches `threshold`, else
/// escalates. Learns nothing: equal before and after any Train. `context.view` outlives it.
/// Randomness: none. Cost of a reply: about 5 µs for 16 pages.
/// Tested by: FaqBm25.*, oracle AssistantAccuracy.*, conformance suite.
std::unique_ptr<Strategy> MakeFaqBm25(const Params& params, const StrategyContext& context);

}  // namespace souk
