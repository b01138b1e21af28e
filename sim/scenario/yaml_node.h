#pragma once
// A YAML document as souk's own small tree, in which every value and every key knows where it
// stands. yaml-cpp's nodes lose their marks when assigned, swallow duplicate keys and forget
// whether a scalar was quoted; its event parser tells us all of that.

#include <string>
#include <utility>
#include <vector>

#include "sim/scenario/problems.h"

namespace souk {

struct Node;

struct Key {
  std::string name;
  SourceMark mark;
};

struct Node {
  enum class Kind { kNull, kScalar, kMap, kList };
  Kind kind = Kind::kNull;
  std::string scalar;
  bool quoted = false;
  std::string tag;                            ///< with its '!', e.g. `!LogNormal`; empty without one
  std::vector<std::pair<Key, Node>> entries;  ///< of a map, in the order of the file, keys unique
  std::vector<Node> items;                    ///< of a list
  SourceMark mark;
  bool over_scalar = false;  ///< an untagged map that a layer put over a plain value
  bool incomplete = false;   ///< of a root: the file that it extends could not be read

  [[nodiscard]] bool is_map() const { return kind == Kind::kMap; }
  [[nodiscard]] bool is_list() const { return kind == Kind::kList; }
  [[nodiscard]] bool is_scalar() const { return kind == Kind::kScalar; }
  /// The value under `name`; null when this is no map or has no such key.
  [[nodiscard]] const Node* Find(const std::string& name) const;
  [[nodiscard]] Node* Find(const std::string& name);
};

/// What a document may hold: generous for people, tight for bombs.
constexpr std::size_t kMaxFileBytes = 1 << 20;
constexpr int kMaxDepth = 32;              ///< maps and lists inside one another
constexpr std::size_t kMaxNodes = 50'000;  ///< after aliases are written out

/// Parses one document. Syntax errors, duplicate keys, `<<`, further documents, bytes that are not
/// UTF-8 and bombs become problems. `start` is the place of the first character, for marks; columns
/// count characters. Returns a null node when nothing could be read.
/// Tested by: Yaml.*, the corpus of broken files.
Node ParseYaml(const std::string& text, const SourceMark& start, Problems& problems);

/// `top` laid over `base`: maps merge key by key, lists and scalars replace, and so does a map with
/// a tag, which states a law in full. Keys keep the marks of the layer that they come from.
void MergeOver(Node& base, Node top);

}  // namespace souk
