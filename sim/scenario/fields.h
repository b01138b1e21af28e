#pragma once
// The table of the scenario's fields: name, type, range, unit and help, one line per field, in
// fields.cc. Reader, writer, JSON Schema, `souk describe` and the scenario's hash all walk this
// table, so that a field added there exists everywhere. A default is what the plain struct holds.

#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "sim/scenario/scenario.h"

namespace souk {

/// The numbers that a field allows.
struct Range {
  double min = -std::numeric_limits<double>::infinity();
  double max = std::numeric_limits<double>::infinity();
  bool above = false;  ///< min itself is not allowed
  bool hard = false;   ///< a law may not reach beyond max either (shares); else only its mean may not
};

[[nodiscard]] bool Contains(const Range& range, double value);
/// `0 … 1`, `above 0`, `at least 1`, `any number`.
[[nodiscard]] std::string Describe(const Range& range);

/// What a text may look like.
enum class TextForm {
  kAny,
  kNonEmpty,
  kName,      ///< [a-z0-9+-]+, so that it can stand in paths, file names and `--set`
  kCurrency,  ///< three capital letters (ISO 4217)
};
[[nodiscard]] bool Matches(TextForm form, const std::string& text);
[[nodiscard]] const char* Describe(TextForm form);
/// The form as an ECMA 262 pattern, empty for kAny.
[[nodiscard]] const char* Pattern(TextForm form);

struct GateSpec;
struct Field;
using Section = std::vector<Field>;

struct TextRef {
  std::string* text;
  TextForm form;
  SourceMark* mark = nullptr;  ///< takes the place in the file, for checks by rooms above
};
/// A list of different texts, e.g. names.
struct TextsRef {
  std::vector<std::string>* texts;
  TextForm form;
};
/// A choice of words.
struct EnumRef {
  std::vector<std::string> words;
  std::function<int()> get;
  std::function<void(int)> set;
};
/// A list of equal structs.
struct ListRef {
  int min_size;
  std::function<std::size_t()> size;
  std::function<void(std::size_t)> resize;
  std::function<Section(std::size_t)> fields;  ///< valid until the next resize
  std::function<void(std::size_t, const SourceMark&)> set_mark;
};
/// One of several tagged structs, e.g. `!LogitNormal { intercept: -0.93 }`.
struct LawRef {
  std::vector<std::string> tags;  ///< without the '!'
  std::function<std::size_t()> active;
  std::function<void(std::size_t)> select;  ///< makes alternative i active, at its defaults
  std::function<Section()> fields;          ///< of the active one; valid until the next select
};

/// Where a field's value lives, by type.
using FieldValue = std::variant<bool*, int*, std::uint64_t*, double*, TextRef, TextsRef, EnumRef, Distribution*, LawRef,
                                std::span<double>, ListRef, StrategySpec*, Section>;

enum class FieldRole {
  kNormal,
  kRequired,  ///< must stand in the file
  kLabel,     ///< cannot change an outcome: left out of the hash
  kRequiredLabel,
};

struct Field {
  const char* name;
  FieldValue value;
  Range range;
  const char* unit;
  const char* help;
  FieldRole role = FieldRole::kNormal;

  [[nodiscard]] bool required() const { return role == FieldRole::kRequired || role == FieldRole::kRequiredLabel; }
  [[nodiscard]] bool label() const { return role == FieldRole::kLabel || role == FieldRole::kRequiredLabel; }
};

/// The fields of `scenario`, in the order of the file. They point into it.
Section FieldsOf(Scenario& scenario);
/// The same of a gate's specification (gate_spec.h).
Section FieldsOf(GateSpec& spec);

/// One parameter of a tagged distribution.
struct LawParameter {
  const char* name;
  Range range;
  bool whole = false;
};
/// A tag of a distribution; its parameters fill Distribution::a and ::b in order.
struct DistributionTag {
  Distribution::Kind kind;
  const char* tag;
  std::vector<LawParameter> parameters;
};
/// All tags, in the order in which help texts list them.
const std::vector<DistributionTag>& DistributionTags();
/// The tag of `kind`; null for a constant.
const DistributionTag* TagOf(Distribution::Kind kind);
/// The smallest interval that holds the law's values, infinities included.
Range Support(const Distribution& law);

}  // namespace souk
