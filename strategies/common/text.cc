#include "strategies/common/text.h"

#include <libstemmer.h>
#include <unicode/brkiter.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>

#include "sim/base/error.h"

namespace souk {
namespace {

constexpr std::array<std::string_view, 33> kStopWords = {
    "a",   "an",    "and",  "are",   "as",    "at",   "be",   "but", "by",  "for",  "if",
    "in",  "into",  "is",   "it",    "no",    "not",  "of",   "on",  "or",  "such", "that",
    "the", "their", "then", "there", "these", "they", "this", "to",  "was", "will", "with"};
static_assert(std::is_sorted(kStopWords.begin(), kStopWords.end()));

// What UAX 29 distinguishes among ASCII characters.
enum class CharKind : std::uint8_t { kBreak, kLetter, kDigit, kUnderscore, kMidBoth, kMidDigit };

constexpr std::array<CharKind, 128> MakeKinds() {
  std::array<CharKind, 128> kinds{};
  for (int c = 'a'; c <= 'z'; ++c) kinds[static_cast<std::size_t>(c)] = CharKind::kLetter;
  for (int c = 'A'; c <= 'Z'; ++c) kinds[static_cast<std::size_t>(c)] = CharKind::kLetter;
  for (int c = '0'; c <= '9'; ++c) kinds[static_cast<std::size_t>(c)] = CharKind::kDigit;
  kinds['_'] = CharKind::kUnderscore;
  kinds['\''] = kinds['.'] = CharKind::kMidBoth;  // between two letters or two digits
  kinds[','] = kinds[';'] = CharKind::kMidDigit;  // between two digits only
  return kinds;
}
constexpr std::array<CharKind, 128> kKinds = MakeKinds();

CharKind KindOf(char c) { return kKinds[static_cast<unsigned char>(c)]; }
bool InsideWord(CharKind k) { return k == CharKind::kLetter || k == CharKind::kDigit || k == CharKind::kUnderscore; }

bool IsAscii(std::string_view text) {
  unsigned char any = 0;
  for (const char c : text) any |= static_cast<unsigned char>(c);
  return any < 128;
}

struct StemmerDelete {
  void operator()(sb_stemmer* s) const { sb_stemmer_delete(s); }
};

}  // namespace

struct Tokenizer::Impl {
  std::unique_ptr<icu::BreakIterator> words;
  const icu::Normalizer2* fold = nullptr;  // owned by ICU
  std::unique_ptr<sb_stemmer, StemmerDelete> stemmer;
  std::string scratch;
};

std::vector<std::string> TokenList::ToVector() const {
  std::vector<std::string> words;
  words.reserve(ends_.size());
  for (int i = 0; i < size(); ++i) words.emplace_back((*this)[i]);
  return words;
}

Tokenizer::Tokenizer(TokenizerOptions options) : options_(options), impl_(std::make_unique<Impl>()) {
  UErrorCode status = U_ZERO_ERROR;
  impl_->fold = icu::Normalizer2::getNFKCCasefoldInstance(status);
  impl_->words.reset(icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), status));
  SOUK_CHECK(U_SUCCESS(status));
  if (options_.stemming != Stemming::kNone) {
    impl_->stemmer.reset(sb_stemmer_new(options_.stemming == Stemming::kPorter ? "porter" : "english", "UTF_8"));
    SOUK_CHECK(impl_->stemmer != nullptr);
  }
}
Tokenizer::~Tokenizer() = default;
Tokenizer::Tokenizer(Tokenizer&&) noexcept = default;
Tokenizer& Tokenizer::operator=(Tokenizer&&) noexcept = default;

TokenList Tokenizer::Split(std::string_view text) {
  TokenList out;
  Split(text, out);
  return out;
}

void Tokenizer::Split(std::string_view text, TokenList& out) {
  if (!IsAscii(text)) return SplitByIcu(text, out);
  out.Clear();
  SplitAscii(text, out);
}

void Tokenizer::SplitAscii(std::string_view text, TokenList& out) {
  std::string& word = impl_->scratch;
  const std::size_t n = text.size();
  for (std::size_t i = 0; i < n;) {
    if (!InsideWord(KindOf(text[i]))) {
      ++i;
      continue;
    }
    word.clear();
    bool meaningful = false;
    for (; i < n; ++i) {
      const CharKind kind = KindOf(text[i]);
      if (InsideWord(kind)) {
        meaningful |= kind != CharKind::kUnderscore;
      } else {
        // One mark may join two letters or two digits: don't, 4.95.
        if (kind == CharKind::kBreak || i + 1 >= n) break;
        const CharKind before = KindOf(text[i - 1]);
        const CharKind after = KindOf(text[i + 1]);
        const bool joins = (before == CharKind::kDigit && after == CharKind::kDigit) ||
                           (kind == CharKind::kMidBoth && before == CharKind::kLetter && after == CharKind::kLetter);
        if (!joins) break;
      }
      const char c = text[i];
      word += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    if (meaningful) Emit(word, out);
  }
}

void Tokenizer::SplitByIcu(std::string_view text, TokenList& out) {
  out.Clear();
  UErrorCode status = U_ZERO_ERROR;
  icu::UnicodeString folded = impl_->fold->normalize(
      icu::UnicodeString::fromUTF8({text.data(), static_cast<std::int32_t>(text.size())}), status);
  SOUK_CHECK(U_SUCCESS(status));
  folded.findAndReplace(icu::UnicodeString(char16_t{0x2019}), icu::UnicodeString(u'\''));
  // Whether these two join letters depends on the release of ICU; here they never do.
  folded.findAndReplace(icu::UnicodeString(u'@'), icu::UnicodeString(u' '));
  folded.findAndReplace(icu::UnicodeString(u':'), icu::UnicodeString(u' '));
  impl_->words->setText(folded);
  std::string& word = impl_->scratch;
  std::int32_t begin = impl_->words->first();
  for (std::int32_t end = impl_->words->next(); end != icu::BreakIterator::DONE;
       begin = end, end = impl_->words->next()) {
    const icu::UnicodeString piece = folded.tempSubStringBetween(begin, end);
    bool meaningful = false;
    for (std::int32_t i = 0; i < piece.length() && !meaningful; i = piece.moveIndex32(i, 1)) {
      meaningful = u_isalnum(piece.char32At(i)) != 0;
    }
    if (!meaningful) continue;
    word.clear();
    piece.toUTF8String(word);
    Emit(word, out);
  }
}

void Tokenizer::Emit(std::string_view word, TokenList& out) {
  if (options_.drop_stop_words && std::binary_search(kStopWords.begin(), kStopWords.end(), word)) {
    return;
  }
  if (impl_->stemmer != nullptr) {
    const sb_symbol* stem = sb_stemmer_stem(impl_->stemmer.get(), reinterpret_cast<const sb_symbol*>(word.data()),
                                            static_cast<int>(word.size()));
    word = {reinterpret_cast<const char*>(stem), static_cast<std::size_t>(sb_stemmer_length(impl_->stemmer.get()))};
  }
  if (word.find('\'') == std::string_view::npos) {
    if (!word.empty()) out.Add(word);
    return;
  }
  std::string plain(word);
  plain.erase(std::remove(plain.begin(), plain.end(), '\''), plain.end());
  if (!plain.empty()) out.Add(plain);
}

}  // namespace souk
