#pragma once
// The binary stream in which a strategy's learnt state is saved: one header that names its owner,
// then plain values and columns, then a checksum. A foreign, damaged or truncated stream is refused
// with an Error, never half read.
//
// Layout (little-endian, as on every processor souk supports):
//   8 bytes "SOUKSTR1" · string owner · i64 version · i64 size · payload … · u64 checksum of all
//   before string and column = i64 count + elements
// `size` is what the state was learnt over (items, shoppers, intents): a state of another shop is
// foreign.

#include <cstdint>
#include <cstring>
#include <istream>
#include <ostream>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "sim/base/error.h"
#include "sim/base/fingerprint.h"

namespace souk {

inline constexpr char kStateMagic[9] = "SOUKSTR1";

/// Writes one state. Call the Puts in the order in which StateReader will read them, Finish last.
/// Throws Error when the stream fails. Tested by: Serial.*.
class StateWriter {
 public:
  StateWriter(std::ostream& out, std::string_view owner, std::int64_t version, std::int64_t size) : out_(&out) {
    Raw(kStateMagic, 8);
    PutString(owner);
    Put(version);
    Put(size);
  }

  template <class T>
  void Put(const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    Raw(&value, sizeof value);
  }
  void PutString(std::string_view text) {
    Put(static_cast<std::int64_t>(text.size()));
    Raw(text.data(), text.size());
  }
  template <class T, class Allocator>
  void PutColumn(const std::vector<T, Allocator>& column) {
    static_assert(std::is_trivially_copyable_v<T> && !std::is_same_v<T, bool>);
    Put(static_cast<std::int64_t>(column.size()));
    Raw(column.data(), column.size() * sizeof(T));
  }

  /// Writes the checksum; nothing may follow.
  void Finish() {
    const std::uint64_t sum = hash_.value();
    out_->write(reinterpret_cast<const char*>(&sum), sizeof sum);
    if (!*out_) throw Error("saving a strategy: the stream cannot be written");
  }

 private:
  void Raw(const void* data, std::size_t bytes) {
    if (bytes == 0) return;
    out_->write(static_cast<const char*>(data), static_cast<std::streamsize>(bytes));
    hash_.Add(std::string_view(static_cast<const char*>(data), bytes));
  }

  std::ostream* out_;
  Fingerprint hash_;
};

/// Reads what StateWriter wrote. Every member throws Error on a foreign or truncated stream; Finish
/// throws when any byte differs. So read into locals, Finish, then move them into the strategy.
class StateReader {
 public:
  StateReader(std::istream& in, std::string_view owner, std::int64_t version, std::int64_t size)
      : in_(&in), owner_(owner) {
    char magic[8];
    Raw(magic, sizeof magic);
    if (std::memcmp(magic, kStateMagic, sizeof magic) != 0) Refuse("found no souk strategy state");
    const std::string found = GetString();
    if (found != owner) Refuse("found the state of '" + found + "'");
    const auto found_version = Get<std::int64_t>();
    if (found_version != version)
      Refuse("found version " + std::to_string(found_version) + "; allowed: " + std::to_string(version));
    const auto found_size = Get<std::int64_t>();
    if (found_size != size)
      Refuse("found a state over " + std::to_string(found_size) + " elements; this shop has " + std::to_string(size));
  }

  template <class T>
  T Get() {
    static_assert(std::is_trivially_copyable_v<T>);
    T value;
    Raw(&value, sizeof value);
    return value;
  }
  std::string GetString() {
    const std::int64_t count = Count(1);
    std::string text;
    ReadInto(text, count);
    return text;
  }
  /// A column of any length.
  template <class T>
  std::vector<T> GetColumn() {
    static_assert(std::is_trivially_copyable_v<T> && !std::is_same_v<T, bool>);
    const std::int64_t count = Count(sizeof(T));
    std::vector<T> column;
    ReadInto(column, count);
    return column;
  }
  /// A column that must have exactly `expected` elements.
  template <class T>
  std::vector<T> GetColumn(std::size_t expected) {
    std::vector<T> column = GetColumn<T>();
    if (column.size() != expected)
      Refuse("found a column of " + std::to_string(column.size()) + " elements; allowed: " + std::to_string(expected));
    return column;
  }

  void Finish() {
    const std::uint64_t expected = hash_.value();
    std::uint64_t found;
    in_->read(reinterpret_cast<char*>(&found), sizeof found);
    if (!*in_) Refuse("the stream ends early");
    if (found != expected) Refuse("the checksum does not fit: the stream is damaged");
  }

  /// For checks of the caller's own (an index out of range and the like).
  [[noreturn]] void Refuse(const std::string& what) const { throw Error("loading strategy '" + owner_ + "': " + what); }

 private:
  void Raw(void* data, std::size_t bytes) {
    if (bytes == 0) return;
    in_->read(static_cast<char*>(data), static_cast<std::streamsize>(bytes));
    if (!*in_) Refuse("the stream ends early");
    hash_.Add(std::string_view(static_cast<const char*>(data), bytes));
  }
  std::int64_t Count(std::size_t element_bytes) {
    const auto count = Get<std::int64_t>();
    if (count < 0 || count > (INT64_MAX / 16) / static_cast<std::int64_t>(element_bytes))
      Refuse("found an impossible length: the stream is damaged");
    return count;
  }
  /// Grows in steps, so that a damaged length meets the end of the stream before it meets the end
  /// of memory. The checksum runs over the whole column at once, as it was written.
  template <class Container>
  void ReadInto(Container& into, std::int64_t count) {
    using T = typename Container::value_type;
    constexpr std::int64_t kStep = (std::int64_t{1} << 20) / static_cast<std::int64_t>(sizeof(T)) + 1;
    for (std::int64_t done = 0; done < count;) {
      const std::int64_t now = count - done < kStep ? count - done : kStep;
      into.resize(static_cast<std::size_t>(done + now));
      in_->read(reinterpret_cast<char*>(into.data() + done),
                static_cast<std::streamsize>(now) * static_cast<std::streamsize>(sizeof(T)));
      if (!*in_) Refuse("the stream ends early");
      done += now;
    }
    if (count > 0)
      hash_.Add(
          std::string_view(reinterpret_cast<const char*>(into.data()), static_cast<std::size_t>(count) * sizeof(T)));
  }

  std::istream* in_;
  std::string owner_;
  Fingerprint hash_;
};

}  // namespace souk
