#include "results/report/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "results/report/format_internal.h"
#include "sim/scenario/scalar.h"

namespace souk {
namespace {

/// Escapes what JSON requires, and for HTML '<', so that the text cannot end a script, and DEL.
std::string Quoted(const std::string& text, bool for_html) {
  std::string out = "\"";
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x80) {
      ++i;
      switch (c) {
        case '"': out += "\\\""; break;
        case '\\': out += "\\\\"; break;
        case '\n': out += "\\n"; break;
        case '\r': out += "\\r"; break;
        case '\t': out += "\\t"; break;
        default:
          if (c < 0x20 || (for_html && (c == '<' || c == 0x7F))) {
            out += fmt::format("\\u{:04x}", c);
          } else {
            out += static_cast<char>(c);
          }
      }
      continue;
    }
    const int length = report::Utf8Length(text, i);
    out += length > 0 ? text.substr(i, static_cast<std::size_t>(length)) : "\xEF\xBF\xBD";
    i += static_cast<std::size_t>(std::max(1, length));
  }
  return out + '"';
}

struct ScalarText {
  bool for_html;
  std::string operator()(std::nullptr_t) const { return "null"; }
  std::string operator()(bool v) const { return v ? "true" : "false"; }
  std::string operator()(std::int64_t v) const { return std::to_string(v); }
  std::string operator()(std::uint64_t v) const { return std::to_string(v); }
  /// Either text reads back as the same number; they differ in 0.0001 and 1e-04.
  std::string operator()(double v) const {
    if (!std::isfinite(v)) return "null";
    return for_html ? fmt::format("{}", v) : FormatReal(v);
  }
  std::string operator()(const std::string& v) const { return Quoted(v, for_html); }
  template <class Other>
  std::string operator()(const Other&) const {
    return {};
  }
};

}  // namespace

Json Json::Raw(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  Json json;
  json.value_ = RawText{std::move(text)};
  return json;
}

Json Json::OnNewLine(Json value) {
  value.on_new_line_ = true;
  return value;
}

std::string Json::Dump() const {
  std::string out;
  WriteIndented(out, "\n");
  return out + "\n";
}

std::string Json::Lines() const {
  std::string out;
  WriteLines(out);
  return out + "\n";
}

void Json::WriteScalar(std::string& out, bool for_html) const {
  if (const auto* raw = std::get_if<RawText>(&value_)) out += raw->text;
  else out += std::visit(ScalarText{for_html}, value_);
}

void Json::WriteIndented(std::string& out, const std::string& indent) const {
  const std::string inner = indent + "  ";
  const auto list = [&](char open, char close, const auto& items, const auto& write) {
    out += open;
    for (std::size_t i = 0; i < items.size(); ++i) {
      out += (i > 0 ? "," : "") + inner;
      write(items[i]);
    }
    if (!items.empty()) out += indent;
    out += close;
  };
  if (const auto* array = std::get_if<Array>(&value_)) {
    list('[', ']', *array, [&](const Json& item) { item.WriteIndented(out, inner); });
  } else if (const auto* object = std::get_if<Object>(&value_)) {
    list('{', '}', *object, [&](const auto& member) {
      out += Quoted(member.first, false) + ": ";
      member.second.WriteIndented(out, inner);
    });
  } else {
    WriteScalar(out, false);
  }
}

void Json::WriteLines(std::string& out) const {
  const auto separate = [&out](std::size_t i, const Json& value) {
    if (value.on_new_line_) out += '\n';
    if (i > 0) out += ',';
  };
  if (const auto* array = std::get_if<Array>(&value_)) {
    out += '[';
    for (std::size_t i = 0; i < array->size(); ++i) {
      separate(i, (*array)[i]);
      (*array)[i].WriteLines(out);
    }
    out += ']';
  } else if (const auto* object = std::get_if<Object>(&value_)) {
    out += '{';
    for (std::size_t i = 0; i < object->size(); ++i) {
      const auto& [key, value] = (*object)[i];
      separate(i, value);
      out += Quoted(key, true) + ":";
      value.WriteLines(out);
    }
    out += '}';
  } else {
    WriteScalar(out, true);
  }
}

}  // namespace souk
