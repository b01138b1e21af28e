#include "sim/scenario/reader.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "sim/base/error.h"

namespace souk {
namespace {

constexpr const char* kShop = R"(name: shop
question: Does it work?
incumbent: base
arms:
  - { name: base, recommender: popularity, coupons: none, pricing: list-price, assistant: none, outreach: none }
)";

/// The only problem of a text; an empty one when there are none or several.
Problem OnlyProblem(const std::string& text) {
  const ScenarioReading result = ReadScenarioText(text, "x.yaml");
  EXPECT_EQ(result.problems.size(), 1U);
  for (const Problem& problem : result.problems) SCOPED_TRACE(Format(problem));
  return result.problems.size() == 1 ? result.problems[0] : Problem{};
}

TEST(Reader, WhatIsNotInTheFileHasItsDefault) {
  const ScenarioReading result = ReadScenarioText(kShop, "x.yaml");
  ThrowIfAny(result.problems);
  Scenario expected;
  expected.name = "shop";
  expected.question = "Does it work?";
  expected.incumbent = "base";
  expected.arms = result.scenario.arms;
  EXPECT_EQ(result.scenario, expected);
}

TEST(Reader, FormatShowsTheLineAndACaret) {
  const Problem problem = OnlyProblem(std::string(kShop) + "time:\n\tdays: 3\n");
  EXPECT_EQ(Format({{"a.yaml", 3, 5}, "time.days", "found 0", "  a: b"}),
            "a.yaml:3:5: time.days: found 0\n    a: b\n      ^");
  EXPECT_EQ(problem.source_line, "\tdays: 3");
  EXPECT_EQ(Format(problem).find('\t'), std::string::npos) << "a tab would move the caret";
  EXPECT_EQ(Format({{"a.yaml", 0, 0}, "", "found nothing", ""}), "a.yaml: found nothing");
}

TEST(Reader, FormatCutsLongLinesAroundTheCaret) {
  const std::string line = std::string(5000, 'a') + "HERE" + std::string(5000, 'b');
  const std::string text = Format({{"a.yaml", 1, 5001}, "", "found it", line});
  EXPECT_LT(text.size(), 300U);
  const std::size_t shown = text.find("HERE");
  ASSERT_NE(shown, std::string::npos);
  EXPECT_EQ(text.rfind('^') - text.rfind('\n'), shown - text.find('\n'));
}

TEST(Reader, AllProblemsBecomeOneError) {
  const ScenarioReading result = ReadScenarioText(std::string(kShop) + "seed: x\nreplications: 0\n", "x.yaml");
  try {
    ThrowIfAny(result.problems);
    FAIL();
  } catch (const Error& error) {
    const std::string text = error.what();
    EXPECT_NE(text.find("x.yaml:6:7: seed:"), std::string::npos) << text;
    EXPECT_NE(text.find("x.yaml:7:15: replications:"), std::string::npos) << text;
    EXPECT_NE(text.find("2 problems"), std::string::npos) << text;
  }
  EXPECT_NO_THROW(ThrowIfAny({}));
}

TEST(Reader, SourceLineReadsTheFileAgain) {
  EXPECT_EQ(SourceLine({"tests/unit/scenario/corpus/bases/shop.yaml", 1, 1}), "name: shop");
  EXPECT_EQ(SourceLine({"tests/unit/scenario/corpus/bases/shop.yaml", 999, 1}), "");
  EXPECT_EQ(SourceLine({"--set", 1, 1}), "");
}

TEST(Reader, ByteOrderMarkAndWindowsLineEndsDoNotMatter) {
  std::string text = kShop;
  for (std::size_t i = 0; (i = text.find('\n', i)) != std::string::npos; i += 2) text.replace(i, 1, "\r\n");
  const ScenarioReading result = ReadScenarioText("\xEF\xBB\xBF" + text + "seed: x\r\n", "x.yaml");
  ASSERT_EQ(result.problems.size(), 1U);
  EXPECT_EQ(Format(result.problems[0]).substr(0, 17), "x.yaml:6:7: seed:");
}

// ------------------------------------------------------------------------- hostile input

TEST(HostileInput, EmptyText) { EXPECT_EQ(OnlyProblem("").mark, (SourceMark{"x.yaml", 1, 1})); }

TEST(HostileInput, ADirectoryOrAMissingFileThrows) {
  EXPECT_THROW(ReadScenario("tests/unit/scenario/corpus"), Error);
  EXPECT_THROW(ReadScenario("tests/unit/scenario/corpus/nowhere.yaml"), Error);
}

TEST(HostileInput, BytesThatAreNotUtf8) {
  const std::string text = std::string(kShop) + "source: caf\xE9\n";
  const Problem problem = OnlyProblem(text);
  EXPECT_EQ(problem.mark, (SourceMark{"x.yaml", 6, 12}));
  EXPECT_EQ(problem.message, "found the byte 0xE9; allowed UTF-8 text");
  // Overlong, surrogate, beyond Unicode, cut off, control character, UTF-16.
  for (const char* bytes : {"\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82", "\x1B[2J", "\xFF\xFE"}) {
    EXPECT_NE(OnlyProblem(std::string("a: ") + bytes).message.find("allowed UTF-8 text"), std::string::npos);
  }
  EXPECT_NE(OnlyProblem(std::string("a: \0b", 5)).message.find("0x00"), std::string::npos);
}

TEST(HostileInput, NestingBombsEndWithAMessage) {
  for (const char* open : {"[", "{a: ", "- ", "? "}) {
    std::string text = "a: ";
    if (open[0] == '-' || open[0] == '?') text = "";
    for (int i = 0; i < 20000; ++i) text += open;
    EXPECT_FALSE(ReadScenarioText(text, "x.yaml").problems.empty()) << open;
  }
  EXPECT_NE(OnlyProblem("a: " + std::string(20000, '[')).message.find("nested more than 32 deep"), std::string::npos);
}

TEST(HostileInput, AliasBombsEndWithAMessage) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string below = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int k = 0; k < 9; ++k) text += (k ? ", " : "") + below;
    text += "]\n";
  }
  const auto start = std::chrono::steady_clock::now();
  EXPECT_NE(OnlyProblem(text).message.find("more than 50000 values"), std::string::npos);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST(HostileInput, AliasesDoNotGetAroundTheDepth) {
  std::string text = "a0: &a0 [x]\n";
  for (int i = 1; i < 60; ++i)
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) + "]\n";
  EXPECT_NE(OnlyProblem(text).message.find("nested more than 32 deep"), std::string::npos);
}

TEST(HostileInput, TenMegabytesAreRefusedUnread) {
  const auto file = std::filesystem::temp_directory_path() / ("souk_large_" + std::to_string(getpid()) + ".yaml");
  {
    std::ofstream stream(file);
    for (int i = 0; i < 10 * 1024; ++i) stream << std::string(1023, 'x') << "\n";
  }
  const ScenarioReading result = ReadScenario(file.string());
  std::filesystem::remove(file);
  ASSERT_EQ(result.problems.size(), 1U);
  EXPECT_NE(result.problems[0].message.find("allowed 1048576"), std::string::npos);
}

TEST(HostileInput, AMegabyteOfKeysIsReadInSeconds) {
  std::string text;
  for (int i = 0; text.size() < 1'000'000; ++i) text += "k" + std::to_string(i) + ": 1\n";
  const auto start = std::chrono::steady_clock::now();
  EXPECT_FALSE(ReadScenarioText(text, "x.yaml").problems.empty());
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

}  // namespace
}  // namespace souk
