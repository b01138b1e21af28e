// Rules under test: ToJson is well-formed whatever the texts and numbers are (RFC 8259), and says what
// results/report/JSON.md promises. The little checker below is the oracle for the grammar.
#include <gmock/gmock.h>

#include <cctype>
#include <limits>

#include "results/report/json.h"
#include "results/report/table.h"
#include "tests/support/sample_result.h"

namespace souk {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// Accepts exactly the JSON grammar.
class Checker {
 public:
  explicit Checker(const std::string& text) : text_(text) {}
  bool Accepts() { return Value() && (Blank(), at_ == text_.size()); }
  [[nodiscard]] std::size_t at() const { return at_; }

 private:
  void Blank() {
    while (at_ < text_.size() && std::string(" \t\r\n").find(text_[at_]) != std::string::npos) ++at_;
  }
  bool Take(const std::string& word) {
    Blank();
    if (text_.compare(at_, word.size(), word) != 0) return false;
    at_ += word.size();
    return true;
  }
  bool String() {
    if (!Take("\"")) return false;
    for (; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (static_cast<unsigned char>(text_[at_]) < 0x20) return false;
      if (text_[at_] != '\\') continue;
      if (++at_ == text_.size()) return false;
      if (text_[at_] == 'u') {
        for (int i = 0; i < 4; ++i) {
          if (++at_ == text_.size() || std::isxdigit(static_cast<unsigned char>(text_[at_])) == 0) return false;
        }
      } else if (std::string("\"\\/bfnrt").find(text_[at_]) == std::string::npos) {
        return false;
      }
    }
    return at_ < text_.size() && text_[at_++] == '"';
  }
  bool Digits() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && std::isdigit(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
    return at_ > begin;
  }
  bool Number() {
    Blank();
    if (at_ < text_.size() && text_[at_] == '-') ++at_;
    if (!Digits()) return false;
    if (at_ < text_.size() && text_[at_] == '.' && (++at_, !Digits())) return false;
    if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
      ++at_;
      if (at_ < text_.size() && (text_[at_] == '+' || text_[at_] == '-')) ++at_;
      return Digits();
    }
    return true;
  }
  bool Value() {
    if (Take("{")) {
      if (Take("}")) return true;
      do {
        if (!String() || !Take(":") || !Value()) return false;
      } while (Take(","));
      return Take("}");
    }
    if (Take("[")) {
      if (Take("]")) return true;
      do {
        if (!Value()) return false;
      } while (Take(","));
      return Take("]");
    }
    if (Take("true") || Take("false") || Take("null")) return true;
    Blank();
    return at_ < text_.size() && text_[at_] == '"' ? String() : Number();
  }

  const std::string& text_;
  std::size_t at_ = 0;
};

void ExpectJson(const std::string& text) {
  Checker checker(text);
  EXPECT_TRUE(checker.Accepts()) << "at byte " << checker.at() << " of\n" << text.substr(0, 2000);
}

TEST(Json, KeepsTheOrderOfMembersAndEscapes) {
  const Json json =
      Json::Object{{"b", 1}, {"a", "x\"\n\u00e9"}, {"list", Json::Array{true, Json(), 0.5}}, {"none", Json::Array{}}};
  EXPECT_EQ(json.Dump(),
            "{\n  \"b\": 1,\n  \"a\": \"x\\\"\\n\u00e9\",\n  \"list\": [\n    true,\n    null,\n   "
            " 0.5\n  ],\n  \"none\": []\n}\n");
}

TEST(Json, NumbersThatJsonDoesNotHaveAreNull) {
  EXPECT_EQ(Json(std::numeric_limits<double>::quiet_NaN()).Dump(), "null\n");
  EXPECT_EQ(Json(-std::numeric_limits<double>::infinity()).Dump(), "null\n");
  EXPECT_EQ(Json(std::numeric_limits<std::uint64_t>::max()).Dump(), "18446744073709551615\n");
}

TEST(Json, LinesBreakOnlyWhereAskedAndSuitHtml) {
  const Json json = Json::Object{{"a", Json::OnNewLine(Json::Array{1, Json::OnNewLine(2)})},
                                 {"b", Json::OnNewLine("</script>")},
                                 {"c", Json::Object{}}};
  EXPECT_EQ(json.Lines(), "{\n\"a\":[1\n,2]\n,\"b\":\"\\u003c/script>\",\"c\":{}}\n");
  EXPECT_EQ(Json("<").Dump(), "\"<\"\n");
}

TEST(Json, BytesThatAreNotUtf8AreReplaced) {
  // Unicode standard, table 3-7: over-long forms, surrogates, cut-off sequences and stray bytes are ill-formed.
  EXPECT_EQ(Json("a\xC0\xAF|\xED\xA0\x80|\xF0\x9F\x98|\x80|\xC3\xBC").Dump(),
            "\"a\xEF\xBF\xBD\xEF\xBF\xBD|\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD|\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD|"
            "\xEF\xBF\xBD|\xC3\xBC\"\n");
}

// The two layouts keep the texts of numbers that their readers know: 1e-04 indented, 0.0001 in the lines of a result.
TEST(Json, NumbersReadBackInBothLayouts) {
  for (const double v : {0.0001, 1e15, 123456.789, -0.1, 1e-300, 2e6}) {
    EXPECT_EQ(std::stod(Json(v).Dump()), v);
    EXPECT_EQ(std::stod(Json(v).Lines()), v);
  }
  EXPECT_EQ(Json(0.0001).Dump(), "1e-04\n");
  EXPECT_EQ(Json(0.0001).Lines(), "0.0001\n");
  EXPECT_EQ(Json("\x7f").Lines(), "\"\\u007f\"\n");
  EXPECT_EQ(Json("\x7f").Dump(), "\"\x7f\"\n");
}

TEST(ToJson, IsWellFormed) {
  ExpectJson(ToJson(testing::SampleResult({10, 3, 2, 2, 20})));
  ExpectJson(ToJson(testing::SampleResult({1, 1})));
  ExpectJson(ToJson(testing::SampleHeader({})));
}

TEST(ToJson, EscapesWhatWouldBreakIt) {
  ExperimentResult r = testing::SampleResult({2, 2});
  r.question = "quote \" backslash \\ newline \n bell \a </script> ü \xff end";
  r.cells[3] = CellResult{};
  r.cells[3].replication = 1;
  r.cells[3].arm = 1;
  r.cells[3].error = "over-long \xC0\xAF, surrogate \xED\xA0\x80";
  const std::string json = ToJson(r);
  ExpectJson(json);
  EXPECT_THAT(json, HasSubstr(R"(quote \" backslash \\ newline \n bell \u0007 \u003c/script> ü )"
                              "\xEF\xBF\xBD end"));
  EXPECT_THAT(json, Not(HasSubstr("\xED\xA0\x80")));
}

TEST(ToJson, UndefinedIsNullAndIntegersAreExact) {
  ExperimentResult r = testing::SampleResult({2, 2});
  r.provenance.seed = std::numeric_limits<std::uint64_t>::max();
  const std::string json = ToJson(r);
  EXPECT_THAT(json, HasSubstr("\"seed\":18446744073709551615"));
  EXPECT_THAT(json,
              HasSubstr("\"satisfaction\":{\"unit\":\"1\",\"higher_is_better\":true,\"value\":{\"estimate\":null"));
  EXPECT_THAT(json, Not(HasSubstr("nan")));
  EXPECT_THAT(json, Not(HasSubstr("inf,")));
}

TEST(ToJson, GivesUpliftsForAllButTheIncumbent) {
  const std::string json = ToJson(testing::SampleResult({10, 2}));
  std::size_t uplifts = 0;
  for (std::size_t at = 0; (at = json.find("\"relative_uplift\"", at)) != std::string::npos; ++at) ++uplifts;
  EXPECT_EQ(uplifts, Metrics().size());
  EXPECT_THAT(json, HasSubstr("\"revenue_per_visitor\":{\"unit\":\"CHF\""));
  EXPECT_THAT(json, HasSubstr("\"method\":\"bootstrap-t\""));
}

}  // namespace
}  // namespace souk
