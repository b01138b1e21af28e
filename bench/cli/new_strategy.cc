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

constexpr const char* kIncludes = "// souk:new-strategy includes";
constexpr const char* kEntries = "// souk:new-strategy entries";

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

/// Inserts `line` before the line with `marker`, indented like it.
void InsertBefore(std::string& text, const std::string& marker, const std::string& line, const std::string& file) {
  const std::size_t at = text.find(marker);
  if (at == std::string::npos || text.find(marker, at + 1) != std::string::npos)
    throw Error(fmt::format("found no line, or more than one, with '{}'", marker), file);
  const std::size_t newline = text.rfind('\n', at);
  const std::size_t begin = newline == std::string::npos ? 0 : newline + 1;
  text.insert(begin, text.substr(begin, at - begin) + line + "\n");
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
  const fs::path registry = root / "strategies" / "registry.cc";
  const fs::path family = root / "strategies" / slot;
  const fs::path folder = family / skeleton.file;
  std::error_code ignored;
  if (fs::exists(folder, ignored))
    throw Error(fmt::format("a strategy '{}' exists already", name), fs::relative(folder).string());

  std::string text = FileText(registry.string());
  if (text.find("{" + skeleton.info + ",") != std::string::npos)
    throw Error(fmt::format("'{}' is registered already; choose another name", skeleton.info), registry.string());
  InsertBefore(text, kIncludes, fmt::format("#include \"strategies/{}/{}/{}.h\"", slot, skeleton.file, skeleton.file),
               registry.string());
  InsertBefore(text, kEntries, fmt::format("{{{}, {}}},", skeleton.info, skeleton.make), registry.string());

  Scaffold scaffold(folder);
  ReplaceFile((folder / (skeleton.file + ".h")).string(), skeleton.header);
  ReplaceFile((folder / (skeleton.file + ".cc")).string(), skeleton.source);
  ReplaceFile((folder / "README.md").string(), skeleton.card);
  ReplaceFile(registry.string(), text);  // last: until here the folder is nobody's
  scaffold.Keep();

  const std::string shown = fs::relative(folder, root).string();
  Out(fmt::format("{0}/{1}.h\n{0}/{1}.cc\n{0}/README.md\nstrategies/registry.cc: two lines\n", shown, skeleton.file));
  Out(
      fmt::format("\nIt works as it stands: ./dev test --fast builds and checks it. As an arm of a scenario:\n"
                  "  - {{ name: mine, {}: {} }}\n"
                  "Once it decides as it should, record that: SOUK_UPDATE_GOLDEN=1 ./dev test --fast adds its line to\n"
                  "tests/golden/strategies.txt. ./dev bench --benchmark_filter={} times it.\n",
                  slot, name, name));
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
