#pragma once
// Typed identifiers. Each kind of thing in the shop has its own id type, so that an item can never
// be passed where a shopper is meant. Ids are dense indices from 0; a default id is "none".

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace souk {

/// A dense index with a type of its own. Value −1 means "none".
/// Thread safety: a value type.
template <class Tag>
struct Id {
  std::int32_t value = -1;

  constexpr Id() = default;
  constexpr explicit Id(std::int32_t v) : value(v) {}
  constexpr explicit Id(std::size_t v) : value(static_cast<std::int32_t>(v)) {}

  /// True unless this is "none".
  [[nodiscard]] constexpr bool valid() const { return value >= 0; }
  /// The id as a container index; call only if valid().
  [[nodiscard]] constexpr std::size_t index() const { return static_cast<std::size_t>(value); }

  friend constexpr auto operator<=>(Id, Id) = default;
};

using ItemId = Id<struct ItemTag>;
using ShopperId = Id<struct ShopperTag>;
using SessionId = Id<struct SessionTag>;
using OrderId = Id<struct OrderTag>;
using CategoryId = Id<struct CategoryTag>;
using BrandId = Id<struct BrandTag>;
using SegmentId = Id<struct SegmentTag>;
/// What a shopper's question is about (index into the scenario's intents).
using IntentId = Id<struct IntentTag>;

}  // namespace souk

template <class Tag>
struct std::hash<souk::Id<Tag>> {
  std::size_t operator()(souk::Id<Tag> id) const noexcept { return std::hash<std::int32_t>{}(id.value); }
};
