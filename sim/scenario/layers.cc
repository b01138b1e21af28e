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
  SourceMark mark;
};

/// The dotted path with the place of each step in the option's text.
std::vector<Step> Split(const std::string& path, int ordinal) {
  std::vector<Step> steps;
  std::size_t begin = 0;
  while (begin <= path.size()) {
    const std::size_t end = std::min(path.find('.', begin), path.size());
    steps.push_back({path.substr(begin, end - begin), {kSetOption, ordinal, static_cast<int>(begin) + 1}});
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

void Apply(Node& root, const Override& option, int ordinal, Problems& problems) {
  const SourceMark start = {kSetOption, ordinal, static_cast<int>(option.path.size()) + 2};
  const std::size_t before = problems.size();
  Node value = ParseYaml(option.value, start, problems);
  if (problems.size() > before) return;
  if (value.kind == Node::Kind::kNull) value.mark = start;
  const std::vector<Step> steps = Split(option.path, ordinal);
  Node* node = &root;
  SourceMark parent = root.mark;
  for (const Step& step : steps) {
    if (step.name.empty()) {
      problems.Add(step.mark, option.path, "found an empty name in the path; allowed names joined by '.'");
      return;
    }
    if (node->is_list()) {
      node = Element(*node, step, option.path, problems);
      if (!node) return;
    } else {
      node = Entry(*node, step, parent);
    }
    parent = step.mark;
  }
  MergeOver(*node, std::move(value));
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
