// `souk schema`: the JSON Schema of scenarios and of gate specifications, so that editors complete and check them.

#include <CLI/CLI.hpp>
#include <memory>

#include "bench/cli/app.h"
#include "bench/cli/options.h"
#include "bench/cli/output_file.h"
#include "bench/cli/strategy_text.h"
#include "bench/cli/terminal.h"
#include "sim/scenario/gate_spec.h"
#include "strategies/registry.h"

namespace souk {
namespace {

StrategySchema SchemaOf(const StrategyInfo& info) {
  static const char* const kTypes[] = {"bool", "int", "real", "string"};
  StrategySchema schema{info.slot, info.name, info.summary, {}};
  for (const ParamSpec& p : info.params)
    schema.params.push_back({p.name, p.is_strategy ? "strategy" : kTypes[p.default_value.index()], p.help, p.min, p.max,
                             ValueText(p.default_value)});
  return schema;
}

int Schema(const std::string& what, const std::string& file) {
  std::vector<StrategySchema> strategies;
  for (const StrategyEntry& entry : Registry()) strategies.push_back(SchemaOf(entry.info()));
  const std::string schema = what == "gate" ? GateJsonSchema() : ScenarioJsonSchema(strategies);
  if (file.empty()) Out(schema);
  else ReplaceFile(file, schema);
  return kExitOk;
}

}  // namespace

void AddSchema(CLI::App& app, Action& action) {
  CLI::App* verb = app.add_subcommand("schema", "Print the JSON Schema (draft-07) of scenarios, for editors");
  const auto what = std::make_shared<std::string>("scenario");
  const auto file = std::make_shared<std::string>();
  verb->add_option("what", *what, "Of which kind of file; default: scenario")->check(OneOf({"scenario", "gate"}));
  verb->add_option("-o,--output", *file, "Write it to this file")->type_name("FILE");
  verb->footer(
      "Examples:\n  souk schema -o souk.schema.json\n  souk schema gate -o gate.schema.json\n\n"
      "A scenario whose first line is\n  # yaml-language-server: $schema=souk.schema.json\n"
      "is then completed and checked while you type.");
  verb->callback([what, file, &action] { action = [what, file] { return Schema(*what, *file); }; });
}

}  // namespace souk
