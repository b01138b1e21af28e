#pragma once
// Model files of strategies: saved at the end of a run or an evaluation, loaded where a strategy says `pretrained`.
//
// `pretrained: FILE` beside the name of a strategy: the state is loaded in place of the first training, and the
// strategy is never trained in that run, warm-up included; it still learns from Observe. In a scenario `{replication}`
// in the name stands for the number of the replication, as each has a catalogue of its own.

#include <cstdint>
#include <span>
#include <string>

#include "results/store/model_file.h"
#include "sim/decision/strategy.h"
#include "sim/scenario/scenario.h"

namespace souk {

/// Hash of what a strategy can know of a catalogue, its prices today and stock aside: items with category, brand, list
/// price, launch day and words, help pages and intents. `ids`: what items are called outside, if they are.
/// Cost: about 5 ns per item and word.
std::uint64_t CatalogueHash(const ShopView& view, std::span<const std::int64_t> ids = {});

/// All parameters of `spec` with their values, defaults filled in; as written for a strategy that is not registered.
std::string ParametersText(Slot slot, const StrategySpec& spec);

/// Saves what `strategy`, built from `spec`, has learnt. Throws Error (a file that is no model in its place, disk full
/// …).
void SaveModel(const std::string& file, const Strategy& strategy, Slot slot, const StrategySpec& spec,
               const ShopView& view, std::span<const std::int64_t> ids = {});

/// Loads `spec.pretrained` into `strategy`, which was built from `spec`: decisions then equal those of the saved one.
/// Throws Error with the file's name, what was found and what is allowed: as ReadModel, or of another slot, strategy,
/// parameters or catalogue. Tested by: ModelFiles.*, ModelRoundTrip.*.
void LoadModel(Strategy& strategy, Slot slot, const StrategySpec& spec, const ShopView& view,
               std::span<const std::int64_t> ids = {});

/// Loads the models that `arm` names into its strategies and notes in `set` that they are not to be trained.
void LoadModels(const ArmSpec& arm, const ShopView& view, StrategySet& set);

/// `scenario` with `{replication}` in the names of model files replaced.
Scenario ForReplication(const Scenario& scenario, int replication);

/// Checks what can be checked before anything runs: that the model files of each replication of `replications` exist,
/// are whole and belong to their strategies. Throws Error.
void CheckModels(const Scenario& scenario, const std::vector<int>& replications);

/// Creates `folder` unless it exists. Throws Error when it cannot be written to.
void PrepareModelFolder(const std::string& folder);

/// `FOLDER/<arm>.<slot>.r<replication>.h5`.
std::string ModelPath(const std::string& folder, const std::string& arm, Slot slot, int replication);

/// Saves the five strategies of an arm into `folder`.
void SaveModels(const std::string& folder, int replication, const ArmSpec& arm, const StrategySet& set,
                const ShopView& view);

}  // namespace souk
