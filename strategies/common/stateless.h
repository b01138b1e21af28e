#pragma once
// Base of strategies that learn nothing: Train is empty, and the saved state is an owner's name only, so
// that loading it into another strategy or another shop is still refused.

#include <string>

#include "sim/decision/strategy.h"
#include "strategies/common/serial.h"

namespace souk {

/// `Interface` is one of the five slots' interfaces; `owner` is `<slot>/<name>`.
template <class Interface>
class Stateless : public Interface {
 public:
  Stateless(const char* owner, const ShopView& view) : view_(&view), owner_(owner) {}

  void Train(const ShopLog&, Rng&) override {}
  void Save(std::ostream& out) const override { StateWriter(out, owner_, 1, view_->catalogue().items()).Finish(); }
  void Load(std::istream& in) override { StateReader(in, owner_, 1, view_->catalogue().items()).Finish(); }

 protected:
  [[nodiscard]] const ShopView& view() const { return *view_; }

 private:
  const ShopView* view_;
  std::string owner_;
};

}  // namespace souk
