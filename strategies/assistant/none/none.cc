#include "strategies/assistant/none/none.h"

#include "strategies/common/serial.h"

namespace souk {
namespace {

class NoAssistant final : public Assistant {
 public:
  void Train(const ShopLog&, Rng&) override {}
  AssistantReply Reply(const ChatTurn&, Rng&) override { return {}; }
  void Save(std::ostream& out) const override { StateWriter(out, "assistant/none", 1, 0).Finish(); }
  void Load(std::istream& in) override { StateReader(in, "assistant/none", 1, 0).Finish(); }
};

}  // namespace

const StrategyInfo& NoAssistantInfo() {
  static const StrategyInfo info{
      .slot = Slot::kAssistant,
      .name = "none",
      .summary = "No assistant: every question waits for a human agent.",
      .source = "folklore",
      .status = "floor",
      .params = {},
  };
  return info;
}

std::unique_ptr<Strategy> MakeNoAssistant(const Params&, const StrategyContext&) {
  return std::make_unique<NoAssistant>();
}

}  // namespace souk
