#include "sim/scenario/yaml_node.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <optional>
#include <sstream>
#include <unordered_map>

namespace souk {

const Node* Node::Find(const std::string& name) const {
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const auto& e) { return e.first.name == name; });
  return found == entries.end() ? nullptr : &found->second;
}

Node* Node::Find(const std::string& name) { return const_cast<Node*>(std::as_const(*this).Find(name)); }

namespace {

/// Thrown through yaml-cpp when reading on makes no sense; the problem is recorded already.
struct Stop {};

/// Where the document starts, and its lines, to turn yaml-cpp's byte columns into characters.
struct Place {
  SourceMark start;
  std::vector<std::string> lines;

  [[nodiscard]] SourceMark At(int line, int byte_column) const {
    if (line < 0) return start;
    int column = byte_column;
    if (line < static_cast<int>(lines.size())) {
      const std::string& text = lines[static_cast<std::size_t>(line)];
      const auto end = text.begin() + std::min<std::ptrdiff_t>(byte_column, std::ssize(text));
      column -= static_cast<int>(
          std::count_if(text.begin(), end, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }));
    }
    return {start.file, start.line + line, column + (line == 0 ? start.column : 1)};
  }
};

class Builder : public YAML::EventHandler {
 public:
  Builder(const Place& place, Problems& problems) : place_(place), problems_(problems) {}

  std::optional<Node> Take() { return std::move(document_); }

  /// Records a syntax error, at the place where a person would look for it.
  void AddSyntaxError(const YAML::Exception& error) {
    const auto about = [&](const char* words) { return error.msg.find(words) != std::string::npos; };
    // yaml-cpp reports what never ends at the end of the file; the cause is where it began.
    if (about("flow not found") && !open_.empty()) {
      const char* what = open_.back().node.is_list() ? "'[' without its ']'" : "'{' without its '}'";
      problems_.Add(open_.back().node.mark, "", std::string("found broken YAML: ") + what);
    } else if (const Key* key = about("in scalar") ? LastKey() : nullptr) {
      problems_.Add(key->mark, "", "found broken YAML: a quote that never ends, at or after '" + key->name + "'");
    } else if (!AddTab(error.mark.line)) {
      problems_.Add(At(error.mark), "", "found broken YAML: " + error.msg);
    }
  }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (!document_) return;
    problems_.Add(At(mark), "", "found a second document; allowed one per file");
    throw Stop{};
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Node node;
    node.mark = At(mark);
    Finish(std::move(node), anchor);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    Node node;
    node.kind = Node::Kind::kScalar;
    node.mark = At(mark);
    node.scalar = value;
    node.quoted = tag == "!";  // yaml-cpp's sign for a quoted or block scalar without a tag
    if (!node.quoted && tag != "?") node.tag = tag;
    Finish(std::move(node), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) {
      problems_.Add(At(mark), "", "found an alias inside the value that it stands for");
      throw Stop{};
    }
    CountNodes(found->second.nodes, At(mark));
    CheckDepth(static_cast<int>(open_.size()) + found->second.depth, At(mark));
    Node copy = found->second.node;
    copy.mark = At(mark);  // what is wrong with the copy is best shown where it is used
    last_size_ = found->second.nodes;
    last_depth_ = found->second.depth;
    Place_(std::move(copy));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    Begin(Node::Kind::kList, mark, tag, anchor);
  }
  void OnSequenceEnd() override { End(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    Begin(Node::Kind::kMap, mark, tag, anchor);
  }
  void OnMapEnd() override { End(); }

 private:
  struct Open {
    Node node;
    YAML::anchor_t anchor;
    std::optional<Key> key;                      ///< of a map: the key whose value comes next
    bool drop_value = false;                     ///< the key was refused
    std::unordered_map<std::string, int> lines;  ///< of a map: where each key stands
    std::size_t nodes = 1;                       ///< inside and including this one
    int depth = 1;
  };
  struct Anchored {
    Node node;
    std::size_t nodes;
    int depth;
  };

  SourceMark At(const YAML::Mark& mark) const { return place_.At(mark.line, mark.column); }

  /// The innermost key whose value has not ended yet.
  [[nodiscard]] const Key* LastKey() const {
    const auto open = std::find_if(open_.rbegin(), open_.rend(), [](const Open& o) { return o.key.has_value(); });
    return open == open_.rend() ? nullptr : &*open->key;
  }

  /// Blames a tab before the text of the line, if there is one: YAML allows none, for reasons that
  /// no message of a parser has ever made clear.
  bool AddTab(int line) {
    if (line < 0 || line >= std::ssize(place_.lines)) return false;
    const std::string& text = place_.lines[static_cast<std::size_t>(line)];
    const std::size_t tab = text.find_first_not_of(' ');
    if (tab == std::string::npos || text[tab] != '\t') return false;
    problems_.Add(place_.At(line, static_cast<int>(tab)), "",
                  "found broken YAML: a tab in the indentation; allowed spaces");
    return true;
  }

  void CountNodes(std::size_t more, const SourceMark& mark) {
    nodes_ += more;
    if (nodes_ <= kMaxNodes) return;
    problems_.Add(mark, "",
                  "found more than " + std::to_string(kMaxNodes) + " values (aliases written out); allowed no more");
    throw Stop{};
  }
  void CheckDepth(int depth, const SourceMark& mark) {
    if (depth <= kMaxDepth) return;
    problems_.Add(mark, "",
                  "found maps and lists nested more than " + std::to_string(kMaxDepth) + " deep; allowed no more");
    throw Stop{};
  }

  void Begin(Node::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    CountNodes(1, At(mark));
    CheckDepth(static_cast<int>(open_.size()) + 1, At(mark));
    Open open;
    open.anchor = anchor;
    open.node.kind = kind;
    open.node.mark = At(mark);
    if (tag != "?" && tag != "!") open.node.tag = tag;
    open_.push_back(std::move(open));
  }

  void End() {
    Open open = std::move(open_.back());
    open_.pop_back();
    last_size_ = open.nodes;
    last_depth_ = open.depth;
    if (open.anchor != 0) anchors_[open.anchor] = {open.node, open.nodes, open.depth};
    Place_(std::move(open.node));
  }

  void Finish(Node node, YAML::anchor_t anchor) {
    CountNodes(1, node.mark);
    if (anchor != 0) anchors_[anchor] = {node, 1, 0};
    last_size_ = 1;
    last_depth_ = 0;
    Place_(std::move(node));
  }

  /// Puts a finished value where it belongs: document, list, key or value of a map.
  void Place_(Node node) {
    if (open_.empty()) {
      document_ = std::move(node);
      return;
    }
    Open& parent = open_.back();
    parent.nodes += last_size_;
    parent.depth = std::max(parent.depth, last_depth_ + 1);
    if (parent.node.is_list()) {
      parent.node.items.push_back(std::move(node));
    } else if (!parent.key) {
      TakeKey(parent, node);
    } else {
      // An empty value has no place of its own: yaml-cpp points at whatever comes next.
      if (node.kind == Node::Kind::kNull) node.mark = parent.key->mark;
      if (!parent.drop_value) parent.node.entries.emplace_back(std::move(*parent.key), std::move(node));
      parent.key.reset();
    }
  }

  void TakeKey(Open& map, const Node& node) {
    map.key = Key{node.scalar, node.mark};
    map.drop_value = true;
    if (!node.is_scalar() || !node.tag.empty()) {
      problems_.Add(node.mark, "", "found a key that is no plain word; allowed names of fields");
    } else if (node.scalar == "<<") {
      problems_.Add(node.mark, "", "found the merge key <<; allowed are `extends:` at the top and plain aliases");
    } else if (const auto [first, fresh] = map.lines.emplace(node.scalar, node.mark.line); !fresh) {
      problems_.Add(node.mark, PathOf(node.scalar),
                    "found the key a second time; allowed once (first in line " + std::to_string(first->second) + ")");
    } else {
      map.drop_value = false;
    }
  }

  /// The dotted path of `key` in the innermost open map.
  [[nodiscard]] std::string PathOf(const std::string& key) const {
    std::string path;
    for (std::size_t i = 0; i + 1 < open_.size(); ++i) {
      const Open& open = open_[i];
      path += (open.node.is_list() ? std::to_string(open.node.items.size()) : open.key->name) + ".";
    }
    return path + key;
  }

  const Place& place_;
  Problems& problems_;
  std::optional<Node> document_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, Anchored> anchors_;
  std::size_t nodes_ = 0;
  std::size_t last_size_ = 0;
  int last_depth_ = 0;
};

/// Length of the well-formed UTF-8 character at `i`, 0 if there is none.
std::size_t CharacterLength(const std::string& text, std::size_t i) {
  const auto byte = [&](std::size_t k) { return k < text.size() ? static_cast<unsigned char>(text[k]) : 0U; };
  const unsigned first = byte(i);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4) return 0;
  for (std::size_t k = 1; k < length; ++k) {
    if ((byte(i + k) & 0xC0) != 0x80) return 0;
  }
  const unsigned second = byte(i + 1);
  const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  const bool surrogate = first == 0xED && second > 0x9F;
  const bool too_large = first == 0xF4 && second > 0x8F;
  return overlong || surrogate || too_large ? 0 : length;
}

/// Reports the first byte that is no UTF-8 text. True if there is none.
bool CheckText(const std::string& text, const Place& place, Problems& problems) {
  int line = 0;
  std::size_t line_begin = 0;
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const std::size_t length = CharacterLength(text, i);
    const bool control = (byte < 0x20 && byte != '\n' && byte != '\r' && byte != '\t') || byte == 0x7F;
    if (length == 0 || control) {
      constexpr char kDigits[] = "0123456789ABCDEF";
      const std::string hex = {kDigits[byte >> 4], kDigits[byte & 15]};
      problems.Add(place.At(line, static_cast<int>(i - line_begin)), "",
                   "found the byte 0x" + hex + "; allowed UTF-8 text");
      return false;
    }
    if (byte == '\n') {
      ++line;
      line_begin = i + 1;
    }
    i += length;
  }
  return true;
}

}  // namespace

Node ParseYaml(const std::string& text, const SourceMark& start, Problems& problems) {
  if (text.size() > kMaxFileBytes) {
    problems.Add(start, "",
                 "found " + std::to_string(text.size()) + " bytes; allowed " + std::to_string(kMaxFileBytes));
    return {};
  }
  const Place place{start, SplitLines(text)};
  if (!CheckText(text, place, problems)) return {};
  Builder builder(place, problems);
  try {
    // Without an end mark, yaml-cpp takes a quote that never ends for text up to the end of the file.
    std::istringstream stream(text + "\n...\n");
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& error) {
    builder.AddSyntaxError(error);
    return {};
  } catch (const Stop&) {
    return {};
  }
  return builder.Take().value_or(Node{});
}

void MergeOver(Node& base, Node top) {
  const bool layered = top.is_map() && top.tag.empty();
  if (layered && base.is_map()) {
    for (auto& [key, value] : top.entries) {
      if (Node* below = base.Find(key.name)) MergeOver(*below, std::move(value));
      else base.entries.emplace_back(std::move(key), std::move(value));
    }
    return;
  }
  if (layered && base.is_scalar()) {
    top.over_scalar = true;
    top.scalar = base.scalar;
  }
  base = std::move(top);
}

}  // namespace souk
