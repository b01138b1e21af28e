#include "sim/scenario/layers.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "sim/base/error.h"
#include "sim/scenario/scalar.h"

namespace souk {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxExtends = 8;

/// A file's identity for the detection of cycles: symbolic links and `..` resolved.
std::string Identity(const std::string& file) {
  std::error_code error;
  const fs::path path = fs::weakly_canonical(file, error);
  return error ? file : path.string();
}

std::string WithoutByteOrderMark(std::string text) {
  return text.rfind("\xEF\xBB\xBF", 0) == 0 ? text.substr(3) : text;
}

Node Load(std::string text, const std::string& name, std::vector<std::string> chain, Problems& problems);

/// The tree of the file that `extends` names, or a null node after a problem.
Node LoadBase(const Node& extends, const std::string& name, const std::vector<std::string>& chain, Problems& problems) {
  if (!extends.is_scalar() || extends.scalar.empty() || !extends.tag.empty()) {
    problems.Add(extends.mark, "extends", "found no file name; allowed the path of a scenario, relative to this file");
    return {};
  }
  const std::string file = (fs::path(name).parent_path() / extends.scalar).string();
  if (std::find(chain.begin(), chain.end(), Identity(file)) != chain.end()) {
    problems.Add(extends.mark, "extends", "found " + extends.scalar + ", which extends this file; allowed no cycles");
    return {};
  }
  if (chain.size() > kMaxExtends) {
    problems.Add(extends.mark, "extends",
                 "found more than " + std::to_string(kMaxExtends) + " files that extend one another; allowed no more");
    return {};
  }
  try {
    return Load(ReadFile(file), file, chain, problems);
  } catch (const Error& error) {
    problems.Add(extends.mark, "extends", std::string("found ") + error.what() + "; allowed a readable scenario file");
    return {};
  }
}

Node Load(std::string text, const std::string& name, std::vector<std::string> chain, Problems& problems) {
  text = WithoutByteOrderMark(std::move(text));
  problems.AddSource(name, text);
  const std::size_t before = problems.size();
  Node root = ParseYaml(text, {name, 1, 1}, problems);
  if (!root.is_map()) {
    if (problems.size() == before) {
      const bool empty = root.kind == Node::Kind::kNull;
      problems.Add(
          empty ? SourceMark{name, 1, 1} : root.mark, "",
          std::string("found ") + (empty ? "an empty file" : "no map") + "; allowed a map of the scenario's fields");
    }
    return {};
  }
  const auto extends =
      std::find_if(root.entries.begin(), root.entries.end(), [](const auto& e) { return e.first.name == "extends"; });
  if (extends == root.entries.end()) return root;
  chain.push_back(Identity(name));
  Node base = LoadBase(extends->second, name, chain, problems);
  root.entries.erase(extends);
  if (!base.is_map()) {
    root.incomplete = true;  // what is missing here may stand there
    return root;
  }
  const SourceMark mark = root.mark;
  MergeOver(base, std::move(root));
  base.mark = mark;
  return base;
}

struct Step {
  std::string name;
  std::string tag;     ///< `!LogNormal` of `return_law!LogNormal`; else empty
  bool every = false;  ///< `arms[]`: all elements of the list
  SourceMark mark;
};

/// The dotted path with the place of each step in the option's text.
std::vector<Step> Split(const std::string& path, int ordinal) {
  std::vector<Step> steps;
  std::size_t begin = 0;
  while (begin <= path.size()) {
    const std::size_t end = std::min(path.find('.', begin), path.size());
    Step step{path.substr(begin, end - begin), "", false, {kSetOption, ordinal, static_cast<int>(begin) + 1}};
    step.every = step.name.ends_with("[]");
    if (step.every) step.name.resize(step.name.size() - 2);
    if (const std::size_t mark = step.name.find('!'); mark != std::string::npos) {
      step.tag = step.name.substr(mark);
      step.name.resize(mark);
    }
    steps.push_back(std::move(step));
    begin = end + 1;
  }
  return steps;
}

/// The element that `step` names in a list, by index or by name; null after a problem.
Node* Element(Node& list, const Step& step, const std::string& path, Problems& problems) {
  const auto size = static_cast<std::int64_t>(list.items.size());
  if (const auto index = ParseInt(step.name); index && *index >= 0 && *index < size) {
    return &list.items[static_cast<std::size_t>(*index)];
  }
  std::vector<std::string> names;
  for (Node& item : list.items) {
    const Node* name = item.Find("name");
    if (!name || !name->is_scalar()) continue;
    if (name->scalar == step.name) return &item;
    names.push_back(name->scalar);
  }
  const std::string message = "found '" + step.name + "' in a list of " + std::to_string(size);
  problems.Add(step.mark, path, message + (names.empty() ? "; allowed an index from 0" : Suggest(step.name, names)));
  return nullptr;
}

/// The value under `step` in a map, made when absent. A plain value on the way becomes a map.
Node* Entry(Node& node, const Step& step, const SourceMark& parent) {
  if (!node.is_map()) {
    Node map;
    map.kind = Node::Kind::kMap;
    map.mark = parent;
    MergeOver(node, std::move(map));
  }
  if (Node* found = node.Find(step.name)) return found;
  node.entries.emplace_back(Key{step.name, step.mark}, Node{});
  node.entries.back().second.mark = step.mark;
  return &node.entries.back().second;
}

/// Makes `law` one of the kind `tag`. Parameters stay that were given for this kind, or for none.
void Choose(Node& law, const Step& step) {
  if (law.is_map() && law.tag == step.tag) return;
  if (!law.is_map() || !law.tag.empty()) law.entries.clear();
  law.kind = Node::Kind::kMap;
  law.tag = step.tag;
  law.mark = step.mark;
}

bool HasEntries(const Node& node, const std::string& name) {
  const Node* list = node.Find(name);
  return list && list->is_list() && !list->items.empty();
}

/// Lays `value` over what the steps from `at` on name below `node`.
void Lay(Node& node, const std::vector<Step>& steps, std::size_t at, const SourceMark& parent, const Node& value,
         const std::string& path, Problems& problems) {
  if (at == steps.size()) return MergeOver(node, value);
  const Step& step = steps[at];
  if (step.name.empty()) {
    problems.Add(step.mark, path, "found an empty name in the path; allowed names joined by '.'");
    return;
  }
  if (step.every && !HasEntries(node, step.name)) {
    problems.Add(step.mark, path, "found no entries under '" + step.name + "'; allowed [] after a list that has some");
    return;
  }
  Node* below = node.is_list() ? Element(node, step, path, problems) : Entry(node, step, parent);
  if (!below) return;
  if (!step.tag.empty()) Choose(*below, step);
  if (!step.every) return Lay(*below, steps, at + 1, step.mark, value, path, problems);
  for (Node& item : below->items) Lay(item, steps, at + 1, step.mark, value, path, problems);
}

void Apply(Node& root, const Override& option, int ordinal, Problems& problems) {
  const SourceMark start = {kSetOption, ordinal, static_cast<int>(option.path.size()) + 2};
  const std::size_t before = problems.size();
  Node value = ParseYaml(option.value, start, problems);
  if (problems.size() > before) return;
  if (value.kind == Node::Kind::kNull) value.mark = start;
  Lay(root, Split(option.path, ordinal), 0, root.mark, value, option.path, problems);
}

}  // namespace

std::string ReadFile(const std::string& file) {
  if (fs::is_directory(file)) throw Error("is a directory, not a file", file);
  errno = 0;
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw Error(std::string("cannot be opened: ") + std::strerror(errno), file);
  // One byte more than allowed is enough to know that it is too long.
  std::string text(kMaxFileBytes + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (stream.bad()) throw Error(std::string("cannot be read: ") + std::strerror(errno), file);
  text.resize(static_cast<std::size_t>(stream.gcount()));
  return text;
}

Node LoadLayers(const std::string& text, const std::string& name, Problems& problems) {
  return Load(text, name, {}, problems);
}

void ApplyOverrides(Node& root, const std::vector<Override>& overrides, Problems& problems) {
  std::string all;
  for (const Override& option : overrides) {
    std::string line = option.path + "=" + option.value;
    std::replace(line.begin(), line.end(), '\n', ' ');  // one option, one line of the report
    all += line + "\n";
  }
  problems.AddSource(kSetOption, all);
  int ordinal = 0;
  for (const Override& option : overrides) {
    ++ordinal;
    if (root.is_map()) Apply(root, option, ordinal, problems);
  }
}

}  // namespace souk
