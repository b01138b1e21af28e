#pragma once
// The learning assistant: a naive Bayes classifier trained on what human agents have tagged, with
// the help pages as a start.

#include <memory>

#include "sim/decision/strategy.h"

namespace souk {

/// Facts and parameters of `naive-bayes`. Source: McCallum & Nigam 1998.
const StrategyInfo& NaiveBayesInfo();

/// Understands a question as the intent with the highest posterior, and answers with its page
/// unless the posterior is among the lowest `rejection_rate` of the questions logged so far.
///
/// Training texts: chats tagged by an agent (weight 1), chats whose automatic answer got a thumbs
/// up
/// (`feedback_weight`), help pages (`page_weight`). Confidence is calibrated and the threshold set
/// on posteriors from five-fold cross-fitting, never on texts that the judging model was trained
/// on. Below 50 chats both are constants, so that an empty log works. `context.view` outlives it.
/// Randomness: none. Cost: see README.md beside this file. Tested by: NaiveBayes.*, oracle
/// NaiveBayesData.*, AssistantAccuracy.*, conformance suite.
std::unique_ptr<Strategy> MakeNaiveBayes(const Params& params, const StrategyContext& context);

}  // namespace souk
