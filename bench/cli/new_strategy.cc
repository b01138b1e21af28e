// `souk new-strategy`: the folder of a working strategy, and its line in the registry.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>

#include "bench/cli/app.h"
#include "bench/cli/options.h"
#include "bench/cli/output_file.h"
#include "bench/cli/scenario_file.h"
#include "bench/cli/skeleton.h"
#include "bench/cli/strategy_text.h"
#include "bench/cli/terminal.h"

namespace souk {
namespace {

namespace fs = std::filesystem;

void CheckName(const std::string& name) {
  const auto fail = [&](const char* why) {
    throw Error(
        fmt::format("found '{}', which {}; allowed lower-case words joined by hyphens, e.g. my-strategy", name, why));
  };
  if (name.size() > 40) fail("is longer than 40 letters");
  if (name.empty() || name.front() < 'a' || name.front() > 'z') fail("does not begin with a lower-case letter");
  if (name.back() == '-' || name.find("--") != std::string::npos) fail("has a hyphen without a word");
  if (name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") != std::string::npos) fail("has other letters");
}

/// Other slots that have a strategy of this name.
std::vector<std::string> Namesakes(const fs::path& strategies, const std::string& slot, const std::string& file) {
  std::vector<std::string> slots;
  std::error_code ignored;
  for (const std::string& other : SlotNames())
    if (other != slot && fs::is_directory(strategies / other / file, ignored)) slots.push_back(other);
  return slots;
}

/// A folder that disappears again unless Keep is called.
class Scaffold {
 public:
  explicit Scaffold(fs::path folder) : folder_(std::move(folder)) {
    std::error_code error;
    if (!fs::create_directory(folder_, error)) throw Error("cannot be made: " + error.message(), folder_.string());
  }
  ~Scaffold() {
    std::error_code ignored;
    if (!kept_) fs::remove_all(folder_, ignored);
  }
  Scaffold(const Scaffold&) = delete;
  Scaffold& operator=(const Scaffold&) = delete;
  void Keep() { kept_ = true; }

 private:
  fs::path folder_;
  bool kept_ = false;
};

int NewStrategy(const std::string& slot, const std::string& name) {
  CheckName(name);
  const fs::path root = FindRepository();
  if (root.empty()) throw Error("souk's repository is not here: start the command inside a clone of it");
  const Skeleton skeleton = MakeSkeleton(slot, name);
  const fs::path registry = root / "strategies" / "registry.def";
  const fs::path family = root / "strategies" / slot;
  const fs::path folder = family / skeleton.file;
  std::error_code ignored;
  if (fs::exists(folder, ignored))
    throw Error(fmt::format("a strategy '{}' exists already", name), fs::relative(folder).string());

  std::string text = FileText(registry.string());
  const std::string line = "SOUK_STRATEGY(" + skeleton.stem + ")\n";
  if (text.find("SOUK_STRATEGY(") == std::string::npos)
    throw Error("found no line with SOUK_STRATEGY(; allowed the list of strategies", registry.string());
  if (text.find(line) != std::string::npos)
    throw Error(fmt::format("'{}' is registered already; choose another name", skeleton.stem), registry.string());
  if (text.back() != '\n') text += '\n';
  text += line;

  Scaffold scaffold(folder);
  ReplaceFile((folder / (skeleton.file + ".h")).string(), skeleton.header);
  ReplaceFile((folder / (skeleton.file + ".cc")).string(), skeleton.source);
  ReplaceFile((folder / "README.md").string(), skeleton.card);
  ReplaceFile(registry.string(), text);  // last: until here the folder is nobody's
  scaffold.Keep();

  const std::string shown = fs::relative(folder, root).string();
  Out(fmt::format("{0}/{1}.h\n{0}/{1}.cc\n{0}/README.md\nstrategies/registry.def: one line\n", shown, skeleton.file));
  Out(
      fmt::format("\nIt works as it stands: ./dev test --fast builds and checks it. As an arm of a scenario:\n"
                  "  - {{ name: mine, {}: {} }}\n"
                  "Once it decides as it should, record that: SOUK_UPDATE_GOLDEN=1 ./dev test --fast adds its line to\n"
                  "tests/golden/strategies.txt. ./dev bench --benchmark_filter={} times it.\n",
                  slot, name, name));
  if (const auto slots = Namesakes(root / "strategies", slot, skeleton.file); !slots.empty())
    Note(fmt::format("{0} has a strategy '{1}', too: scenarios tell them apart by the slot, souk describe by {2}/{1}",
                     fmt::join(slots, ", "), name, slot));
  return kExitOk;
}

}  // namespace

void AddNewStrategy(CLI::App& app, Action& action) {
  CLI::App* verb = app.add_subcommand("new-strategy", "Start a strategy: a folder that works, and its registration");
  const auto slot = std::make_shared<std::string>();
  const auto name = std::make_shared<std::string>();
  verb->add_option("slot", *slot, "Where the shop asks it")->required()->check(OneOf(SlotNames()));
  verb->add_option("name", *name, "Lower-case words joined by hyphens")->required()->type_name("NAME");
  verb->footer(
      "Examples:\n  souk new-strategy recommender my-own\n  souk new-strategy pricing surge\n\n"
      "Start it inside a clone of souk. Parameters, validation, list, describe, the conformance "
      "suite and every\n"
      "comparison then know the strategy; what it does is one function in its .cc file.");
  verb->callback([slot, name, &action] { action = [slot, name] { return NewStrategy(*slot, *name); }; });
}

}  // namespace souk
