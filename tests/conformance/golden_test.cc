// The decisions of every registered strategy on the conformance shop, one line each in tests/golden/strategies.txt:
// its name, a hash of all answers, and the first answer for people to read. A strategy that decides otherwise than it
// did shows here. SOUK_UPDATE_GOLDEN=1 writes the file anew; a strategy that has no line yet is skipped.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "sim/base/fingerprint.h"
#include "strategies/registry.h"
#include "tests/conformance/conformance_shop.h"

namespace souk::testing {
namespace {

constexpr std::uint64_t kSeed = 5;
const std::string kFile = std::string(SOUK_SOURCE_DIR) + "/tests/golden/strategies.txt";

bool Updating() { return std::getenv("SOUK_UPDATE_GOLDEN") != nullptr; }

std::string NameOf(const StrategyEntry& entry) {
  return std::string(SlotName(entry.info().slot)) + "/" + entry.info().name;
}

/// What the strategy answers after training on the shop's log and 300 events more: as a line of the file.
std::string LineOf(const StrategyEntry& entry) {
  const auto shop = MakeConformanceShop({}, kSeed);
  const MadeUpTruth truth(*shop);
  const auto strategy = BuildStrategy(entry, Params(entry.info()), {&shop->view, &truth, {}, MakeStrategy});
  Rng rng(Dice(kSeed, 0), Purpose::kTest, 3);
  strategy->Train(shop->records.log, rng);
  for (std::size_t n = 0; n < 300; ++n) strategy->Observe(shop->records.log.events[n]);
  const std::string answers = AskEverything(*strategy, entry.info().slot, *shop, kSeed);
  Fingerprint hash;
  hash.Add(std::string_view(answers));
  // The first question of a recommender asks for one item; the second one's slate says more.
  std::size_t begin = entry.info().slot == Slot::kRecommender ? answers.find('\n') + 1 : 0;
  std::string first = answers.substr(begin, answers.find('\n', begin) - begin);
  first.erase(0, first.find_first_not_of(' '));
  first.resize(std::min<std::size_t>(first.size(), 60));
  while (!first.empty() && first.back() == ' ') first.pop_back();
  return fmt::format("{:<27} {}  {}", NameOf(entry), hash.hex(), first);
}

std::map<std::string, std::string> Recorded() {
  std::map<std::string, std::string> lines;
  std::ifstream in(kFile);
  for (std::string line; std::getline(in, line);) lines[line.substr(0, line.find(' '))] = line;
  return lines;
}

class GoldenStrategies : public ::testing::TestWithParam<StrategyEntry> {};

TEST_P(GoldenStrategies, DecideAsRecorded) {
  if (Updating()) GTEST_SKIP() << "the file is being written";
  const std::string line = LineOf(GetParam());
  const auto recorded = Recorded();
  const auto found = recorded.find(NameOf(GetParam()));
  if (found == recorded.end()) {
    GTEST_SKIP() << "no line in tests/golden/strategies.txt yet. SOUK_UPDATE_GOLDEN=1 adds it:\n" << line;
  }
  EXPECT_EQ(line, found->second) << "decides otherwise than it did; if that is meant, SOUK_UPDATE_GOLDEN=1 records it";
}

INSTANTIATE_TEST_SUITE_P(Registry, GoldenStrategies, ::testing::ValuesIn(Registry()),
                         [](const ::testing::TestParamInfo<StrategyEntry>& test) {
                           std::string name = NameOf(test.param);
                           for (char& c : name)
                             if (c == '-' || c == '/') c = '_';
                           return name;
                         });

TEST(GoldenFile, NamesRegisteredStrategiesOnly) {
  if (Updating()) {
    const std::string scratch = kFile + ".new";
    std::ofstream out(scratch);
    for (const StrategyEntry& entry : Registry()) out << LineOf(entry) << "\n";
    out.close();
    ASSERT_TRUE(out);
    std::filesystem::rename(scratch, kFile);
  }
  const auto recorded = Recorded();
  EXPECT_FALSE(recorded.empty());
  for (const auto& [name, line] : recorded) {
    const auto& all = Registry();
    EXPECT_TRUE(std::any_of(all.begin(), all.end(), [&](const StrategyEntry& e) { return NameOf(e) == name; })) << name;
  }
}

}  // namespace
}  // namespace souk::testing
