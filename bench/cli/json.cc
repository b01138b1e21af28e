#include "bench/cli/json.h"

#include <cmath>
#include <cstddef>

#include "sim/scenario/scalar.h"

namespace souk {

Json Json::Raw(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  Json json;
  json.value_ = RawText{std::move(text)};
  return json;
}

std::string Json::Dump() const {
  std::string out;
  Write(out, "\n");
  return out + "\n";
}

void Json::Write(std::string& out, const std::string& indent) const {
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
  struct Scalar {
    std::string operator()(std::nullptr_t) const { return "null"; }
    std::string operator()(bool v) const { return v ? "true" : "false"; }
    std::string operator()(std::int64_t v) const { return std::to_string(v); }
    std::string operator()(std::uint64_t v) const { return std::to_string(v); }
    std::string operator()(double v) const { return std::isfinite(v) ? FormatReal(v) : "null"; }
    std::string operator()(const std::string& v) const { return QuoteJson(v); }
    std::string operator()(const RawText& v) const { return v.text; }
    std::string operator()(const Array&) const { return {}; }
    std::string operator()(const Object&) const { return {}; }
  };
  if (const auto* array = std::get_if<Array>(&value_)) {
    list('[', ']', *array, [&](const Json& item) { item.Write(out, inner); });
  } else if (const auto* object = std::get_if<Object>(&value_)) {
    list('{', '}', *object, [&](const auto& member) {
      out += QuoteJson(member.first) + ": ";
      member.second.Write(out, inner);
    });
  } else {
    out += std::visit(Scalar{}, value_);
  }
}

}  // namespace souk
