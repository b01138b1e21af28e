#pragma once
// Fills a struct from a tree by its table of fields; whatever does not fit becomes a problem.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/scenario/fields.h"
#include "sim/scenario/reader.h"
#include "sim/scenario/yaml_node.h"

namespace souk {

class FieldReader {
 public:
  /// `known`: all fields of the document, to say `did you mean catalogue.items?` of one in the wrong section.
  explicit FieldReader(Problems& problems, std::vector<FieldInfo> (*known)() = ScenarioFieldList)
      : problems_(problems), known_(known) {}

  /// Reads every field of `section` from `map`. Values that are wrong keep their default.
  void ReadSection(const Node& map, const Section& section, const std::string& path);

  /// Where the field at `path` stands; the root's mark if it was left at its default.
  [[nodiscard]] SourceMark MarkOf(const std::string& path) const;
  /// True if the field at `path` was read without a problem, or left at its default.
  [[nodiscard]] bool Good(const std::string& path) const { return !bad_.contains(path); }

 private:
  void ReadField(const Node& node, const Field& field, const std::string& path);
  void Read(const Node& node, const Field& field, bool* value, const std::string& path);
  void Read(const Node& node, const Field& field, int* value, const std::string& path);
  void Read(const Node& node, const Field& field, std::uint64_t* value, const std::string& path);
  void Read(const Node& node, const Field& field, double* value, const std::string& path);
  void Read(const Node& node, const Field& field, const TextRef& value, const std::string& path);
  void Read(const Node& node, const Field& field, const TextsRef& value, const std::string& path);
  void Read(const Node& node, const Field& field, const EnumRef& value, const std::string& path);
  void Read(const Node& node, const Field& field, Distribution* value, const std::string& path);
  void Read(const Node& node, const Field& field, const LawRef& value, const std::string& path);
  void Read(const Node& node, const Field& field, std::span<double> value, const std::string& path);
  void Read(const Node& node, const Field& field, const ListRef& value, const std::string& path);
  void Read(const Node& node, const Field& field, StrategySpec* value, const std::string& path);
  void Read(const Node& node, const Field& field, const Section& value, const std::string& path);

  std::optional<double> ReadReal(const Node& node, const Range& range, const std::string& unit,
                                 const std::string& path);
  std::optional<double> ReadWhole(const Node& node, const Range& range, const std::string& unit,
                                  const std::string& path);
  std::optional<std::string> ReadText(const Node& node, TextForm form, const std::string& path);
  bool ReadLawParameters(const Node& node, const DistributionTag& tag, bool all, Distribution* law,
                         const std::string& path);
  void CheckLaw(const Node& node, const Field& field, const Distribution& law, const std::string& path);
  void ReadParam(const Node& node, ParamValue* value, const std::string& path);
  /// A strategy; `inner`: as the parameter of another.
  void ReadStrategy(const Node& node, StrategySpec* value, const std::string& path, bool inner);
  /// `pretrained`: the path of a model file, relative to the file that says so.
  void ReadModelFile(const Node& node, StrategySpec* value, const std::string& path);
  bool ExpectMap(const Node& node, const std::string& path, const std::string& allowed = "a map of fields");
  void UnknownKey(const Key& key, const std::vector<std::string>& allowed, const std::string& path);
  void Bad(const SourceMark& mark, const std::string& path, const std::string& message);

  Problems& problems_;
  std::vector<FieldInfo> (*known_)();
  std::map<std::string, SourceMark> marks_;
  std::map<std::string, bool> bad_;
};

/// What stands at `node`, for messages: `1.5`, `the text "x"`, `a map`, `nothing`.
std::string Describe(const Node& node);

/// Joins a path and a name with a dot.
std::string Join(const std::string& path, const std::string& name);

}  // namespace souk
