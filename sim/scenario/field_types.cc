// What the table's ranges, texts and laws mean; the table itself is fields.cc.

#include <algorithm>
#include <array>

#include "sim/scenario/fields.h"
#include "sim/scenario/scalar.h"

namespace souk {

const char* DesignName(DesignKind kind) {
  constexpr std::array<const char*, 4> kNames = {"parallel-worlds", "ab-test", "switchback", "factorial"};
  return kNames[static_cast<std::size_t>(kind)];
}

bool SameParams(const ParamMap& a, const ParamMap& b) {
  const auto same_spec = [](const StrategySpec& x, const StrategySpec& y) {
    return x.name == y.name && SameParams(x.params, y.params);
  };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](const auto& x, const auto& y) {
    const ParamValue& v = x.second;
    const ParamValue& w = y.second;
    return x.first == y.first && v.value == w.value &&
           std::equal(v.strategy.begin(), v.strategy.end(), w.strategy.begin(), w.strategy.end(), same_spec);
  });
}

const char* SlotName(Slot slot) {
  constexpr std::array<const char*, kSlots> kNames = {"recommender", "coupons", "pricing", "assistant", "outreach"};
  return kNames[static_cast<std::size_t>(slot)];
}

bool Contains(const Range& range, double value) {
  return (range.above ? value > range.min : value >= range.min) && value <= range.max;
}

std::string Describe(const Range& range) {
  constexpr double kInf = std::numeric_limits<double>::infinity();
  const bool low = range.min > -kInf;
  const bool high = range.max < kInf;
  if (!low && !high) return "any number";
  if (range.above) {
    return high ? "above " + FormatReal(range.min) + " up to " + FormatReal(range.max)
                : "above " + FormatReal(range.min);
  }
  if (!high) return "at least " + FormatReal(range.min);
  if (!low) return "at most " + FormatReal(range.max);
  return FormatReal(range.min) + " … " + FormatReal(range.max);
}

bool Matches(TextForm form, const std::string& text) {
  const auto all = [&](auto allowed) { return std::all_of(text.begin(), text.end(), allowed); };
  switch (form) {
    case TextForm::kAny: return true;
    case TextForm::kNonEmpty: return !all([](char c) { return c == ' '; });
    case TextForm::kName:
      return !text.empty() &&
             all([](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '+'; });
    case TextForm::kCurrency: return text.size() == 3 && all([](char c) { return c >= 'A' && c <= 'Z'; });
  }
  return false;
}

const char* Describe(TextForm form) {
  switch (form) {
    case TextForm::kAny: return "text";
    case TextForm::kNonEmpty: return "text that is not empty";
    case TextForm::kName: return "a name of a-z, 0-9, '-' and '+'";
    case TextForm::kCurrency: return "three capital letters such as EUR";
  }
  return "";
}

const char* Pattern(TextForm form) {
  switch (form) {
    case TextForm::kAny: return "";
    case TextForm::kNonEmpty: return "[^ ]";
    case TextForm::kName: return "^[a-z0-9+-]+$";
    case TextForm::kCurrency: return "^[A-Z]{3}$";
  }
  return "";
}

const DistributionTag* TagOf(Distribution::Kind kind) {
  const auto& tags = DistributionTags();
  const auto found = std::find_if(tags.begin(), tags.end(), [&](const auto& t) { return t.kind == kind; });
  return found == tags.end() ? nullptr : &*found;
}

Range Support(const Distribution& law) {
  constexpr double kInf = std::numeric_limits<double>::infinity();
  switch (law.kind) {
    case Distribution::Kind::kConstant: return {law.a, law.a};
    case Distribution::Kind::kUniform: return {law.a, law.b};
    case Distribution::Kind::kNormal:
      if (law.b == 0) return {law.a, law.a};
      return {-kInf, kInf};
    case Distribution::Kind::kBeta: return {0, 1};
    case Distribution::Kind::kLogNormal:
    case Distribution::Kind::kGamma:
    case Distribution::Kind::kExponential:
    case Distribution::Kind::kErlang: return {0, kInf};
  }
  return {};
}

}  // namespace souk
