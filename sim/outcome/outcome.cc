#include "sim/outcome/outcome.h"

#include <array>

#include "sim/base/error.h"

namespace souk {
namespace {

// In the order of the enumeration; the names are part of files and traces.
constexpr std::array<const char*, kOutcomeKinds> kNames = {
    "session_start", "page",    "view",         "click",    "cart",   "checkout", "abandon",      "order",
    "order_line",    "return",  "delivered",    "question", "answer", "escalate", "agent_answer", "agent_abandon",
    "coupon_offer",  "message", "message_open", "opt_out",  "bounce", "stockout", "session_end",  "lost"};
static_assert(kNames.back() != nullptr, "every kind has a name");

}  // namespace

const char* OutcomeName(OutcomeKind kind) {
  const auto index = static_cast<std::size_t>(kind);
  SOUK_CHECK(index < kNames.size());
  return kNames[index];
}

}  // namespace souk
