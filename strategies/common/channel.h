#pragma once
// The `channel` parameter of outreach policies.

#include <string>

#include "sim/decision/strategy.h"

namespace souk {

inline ParamSpec ChannelSpec() {
  return {"channel", std::string("email"), 0, 0, {"email", "push"}, "", "how messages are sent"};
}

/// The value of a parameter declared by ChannelSpec. Tested by: AbandonedCart.WritesByTheChannelAskedFor.
inline Channel ChannelFromParams(const Params& params) {
  return params.String("channel") == "push" ? Channel::kPush : Channel::kEmail;
}

}  // namespace souk
