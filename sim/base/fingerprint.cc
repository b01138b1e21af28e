#include "sim/base/fingerprint.h"

namespace souk {

void Fingerprint::Add(std::string_view text) {
  Add(static_cast<std::uint64_t>(text.size()));
  std::uint64_t word = 0;
  int filled = 0;
  for (const char c : text) {
    word = (word << 8) | static_cast<unsigned char>(c);
    if (++filled == 8) {
      Add(word);
      word = 0;
      filled = 0;
    }
  }
  if (filled > 0) Add(word);
}

std::string Fingerprint::hex() const { return Hex64(state_); }

std::string Hex64(std::uint64_t value) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text(16, '0');
  for (int i = 15; i >= 0; --i) {
    text[static_cast<std::size_t>(i)] = kDigits[value & 15];
    value >>= 4;
  }
  return text;
}

}  // namespace souk
