#include "bench/cli/skeleton.h"

#include <cctype>
#include <map>
#include <utility>
#include <vector>

#include "sim/base/error.h"

namespace souk {
namespace {

/// What differs between the slots. In all texts @…@ stands for the names of the new strategy.
struct SlotText {
  const char* interface;
  const char* suffix;  ///< of the class: names are unique over all slots
  const char* includes;
  const char* does;  ///< one sentence for summary, header and card
  const char* params;
  const char* member;  ///< the decision, with what it needs
  const char* fields;
};

const std::map<std::string, SlotText>& SlotTexts() {
  static const std::map<std::string, SlotText> texts = {
      {"recommender",
       {"Recommender", "Recommender", "#include \"strategies/common/slate_filter.h\"\n",
        "Shows the available items in the order of their ids.",
        R"(          {"repeat_viewed", false, 0, 0, {}, "", "may show items that this session has already seen"},
)",
        R"(  Slate Recommend(const RecommendRequest& request, Rng&) override {
    Slate slate;
    const int limit = SlateLimit(request);
    const SlateFilter filter(request, view(), repeat_viewed_);
    for (int i = 0; i < view().catalogue().items() && slate.size < limit; ++i)
      if (filter.Allows(ItemId(i))) slate.Add(ItemId(i));
    return slate;
  }
)",
        "repeat_viewed_(params.Bool(\"repeat_viewed\"))|  bool repeat_viewed_;\n"}},
      {"coupons",
       {"CouponPolicy", "Coupons", "#include \"strategies/common/coupon_terms.h\"\n",
        "Offers a coupon to everyone who comes back with something in the cart.", "",
        R"(  CouponDecision Offer(const CouponRequest& request, Rng&) override {
    CouponDecision decision;
    decision.eligible = 2;  // this coupon or none
    if (request.cart_value.cents > 0) decision.coupon = coupon_;
    return decision;
  }
)",
        "coupon_(CouponFromParams(params))|  Coupon coupon_;\n"}},
      {"pricing",
       {"PricingPolicy", "Pricing", "#include \"strategies/common/price_bounds.h\"\n",
        "Charges a fixed multiple of the list price.",
        R"(          {"factor", 1.0, 0.5, 2.0, {}, "", "price as a multiple of the list price"},
)",
        R"(  PriceDecision Price(const PriceRequest& request, Rng&) override {
    const Money list = view().catalogue().list_price[request.item.index()];
    return {.price = ShopPriceBounds(list).Clamp(Scale(list, factor_))};
  }
)",
        "factor_(params.Real(\"factor\"))|  double factor_;\n"}},
      {"assistant",
       {"Assistant", "Assistant", "", "Hands every question over to a human agent.", "",
        R"(  AssistantReply Reply(const ChatTurn&, Rng&) override {
    // To answer: .escalate = false, .intent = …, .article = an index into view().faq().
    return {.escalate = true};
  }
)",
        ""}},
      {"outreach",
       {"OutreachPolicy", "Outreach", "", "Writes once to customers who have not been seen for a number of days.",
        R"(          {"after_days", std::int64_t{14}, 1, 365, {}, "d", "days without a visit before the message"},
)",
        R"(  std::vector<Message> Plan(const OutreachRequest& request, Rng&) override {
    std::vector<Message> messages;
    for (std::int32_t u = 0; u < view().shoppers(); ++u) {
      const ShopperProfile& profile = view().profile(ShopperId(u));
      if (profile.sessions == 0 || profile.opted_out) continue;
      const bool silent = request.now - profile.last_seen >= Days(static_cast<double>(after_days_));
      const bool written = profile.last_message > profile.last_seen;
      if (silent && !written)
        messages.push_back({.shopper = ShopperId(u), .send_at = request.now, .content = MessageContent::kWinBack});
    }
    return messages;
  }
)",
        "after_days_(params.Int(\"after_days\"))|  std::int64_t after_days_;\n"}},
  };
  return texts;
}

constexpr const char* kHeader = R"(#pragma once
// @does@
// See README.md.

#include <memory>

#include "sim/decision/strategy.h"

namespace souk {

/// Facts of `@name@`.
const StrategyInfo& @Info@();

/// @does@
/// Randomness: none. Tested by: conformance suite.
std::unique_ptr<Strategy> @Make@(const Params& params, const StrategyContext& context);

}  // namespace souk
)";

// Stateless: nothing is learnt, so Train is empty and Save and Load only guard against mix-ups. A
// strategy that learns derives from the interface itself and writes its state with
// strategies/common/serial.h.
constexpr const char* kSource = R"(#include "strategies/@slot@/@file@/@file@.h"

@includes@#include "strategies/common/stateless.h"

namespace souk {
namespace {

// Learns nothing yet. To learn: derive from @Interface@ itself, override Train (and Observe), and write Save
// and Load with strategies/common/serial.h, as item_knn does.
class @Class@ final : public Stateless<@Interface@> {
 public:
@constructor@@member@@fields@};

}  // namespace

const StrategyInfo& @Info@() {
  static const StrategyInfo info = {
      .slot = Slot::k@Slot@,
      .name = "@name@",
      .summary = "@does@",
      .source = "folklore",
      .status = "baseline",
@params@  };
  return info;
}

std::unique_ptr<Strategy> @Make@(const Params&@params_name@, const StrategyContext& context) {
  return std::make_unique<@Class@>(@arguments@);
}

}  // namespace souk
)";

constexpr const char* kCard = R"(# @slot@/@name@

@does@

- Source: none yet; name author and year here and in the facts of the .cc file.
- Parameters: `souk describe @slot@/@name@`.
- Learns: nothing. Propensity: always 1.
- Checked by: the conformance suite. Add tests of what is special to it in `tests/unit/@slot@/@file@_test.cc`.
)";

std::string Camel(const std::string& kebab) {
  std::string out;
  bool upper = true;
  for (const char c : kebab) {
    if (c != '-') out += upper ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    upper = c == '-';
  }
  return out;
}

std::string Fill(std::string text, const std::vector<std::pair<std::string, std::string>>& words) {
  for (const auto& [word, by] : words) {
    const std::string mark = "@" + word + "@";
    for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + by.size()))
      text.replace(at, mark.size(), by);
  }
  return text;
}

}  // namespace

Skeleton MakeSkeleton(const std::string& slot, const std::string& name) {
  const SlotText& text = SlotTexts().at(slot);
  const std::string camel = Camel(name) + text.suffix;
  Skeleton s;
  for (const char c : name) s.file += c == '-' ? '_' : c;
  s.stem = camel;

  const std::string owner = "\"" + slot + "/" + name + "\"";
  const std::string fields = text.fields;
  const std::size_t bar = fields.find('|');
  const bool has_params = bar != std::string::npos;
  std::string constructor = "  using Stateless::Stateless;\n\n";
  std::string params = "      .params = {},\n";
  if (has_params) {
    constructor = "  " + camel + "(const Params& params, const ShopView& shop)\n      : Stateless(" + owner +
                  ", shop), " + fields.substr(0, bar) + " {}\n\n";
    params = slot == "coupons" ? "      .params = CouponTermSpecs(0.10),\n"
                               : std::string("      .params = {\n") + text.params + "      },\n";
  }
  const std::vector<std::pair<std::string, std::string>> words = {
      {"constructor", constructor},
      {"member", text.member},
      {"fields", has_params ? "\n private:\n" + fields.substr(bar + 1) : ""},
      {"includes", text.includes},
      {"params", params},
      {"params_name", has_params ? " params" : ""},
      {"arguments", has_params ? "params, *context.view" : owner + ", *context.view"},
      {"does", text.does},
      {"Interface", text.interface},
      {"Class", camel},
      {"Info", camel + "Info"},
      {"Make", "Make" + camel},
      {"Slot", Camel(slot)},
      {"slot", slot},
      {"name", name},
      {"file", s.file},
  };
  s.header = Fill(kHeader, words);
  s.source = Fill(kSource, words);
  s.card = Fill(kCard, words);
  return s;
}

}  // namespace souk
