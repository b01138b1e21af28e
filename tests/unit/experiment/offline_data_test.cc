// Formats of recorded interactions: what is read, and where each mistake is found.
#include "bench/experiment/offline_data.h"

#include <gmock/gmock.h>

#include "tests/unit/experiment/offline_testing.h"

namespace souk {
namespace {

using ::testing::ElementsAre;
using testing::ErrorOf;
using ::testing::HasSubstr;
using testing::ItemsOf;
using testing::ScratchFile;

OfflineData Read(const std::string& text, OfflineFormat format = OfflineFormat::kAuto) {
  const ScratchFile file(text);
  return ReadOfflineData({.file = file.path(), .format = format});
}

std::string ErrorOfReading(const std::string& text, OfflineFormat format = OfflineFormat::kAuto) {
  return ErrorOf([&] { Read(text, format); });
}

TEST(OfflineData, PairsKeepTheOrderOfEachUserAndOfUsers) {
  const OfflineData data = Read("7 30\n5 10\n7 20\n\n5 30\r\n7 30\n");
  EXPECT_EQ(data.format, OfflineFormat::kPairs);
  EXPECT_THAT(data.item_ids, ElementsAre(10, 20, 30));
  ASSERT_EQ(data.sequences.size(), 2U);
  EXPECT_THAT(ItemsOf(data.sequences[0]), ElementsAre(2, 1, 2));  // user 7 came first; duplicates stay
  EXPECT_THAT(ItemsOf(data.sequences[1]), ElementsAre(0, 2));
  EXPECT_EQ(data.interactions, 5);
  EXPECT_EQ(data.items(), 3);
}

TEST(OfflineData, SessionsAreLines) {
  const OfflineData data = Read("4 4 9\n9\n\n 1\t4,9 ");
  EXPECT_EQ(data.format, OfflineFormat::kSessions);
  EXPECT_THAT(data.item_ids, ElementsAre(1, 4, 9));
  ASSERT_EQ(data.sequences.size(), 3U);
  EXPECT_THAT(ItemsOf(data.sequences[0]), ElementsAre(1, 1, 2));
  EXPECT_THAT(ItemsOf(data.sequences[1]), ElementsAre(2));
  EXPECT_THAT(ItemsOf(data.sequences[2]), ElementsAre(0, 1, 2));
}

TEST(OfflineData, ListsBeginWithConsecutiveUsers) {
  const OfflineData data = Read("3 10 11 12\n4 12\n5 11 10\n");
  EXPECT_EQ(data.format, OfflineFormat::kLists);
  ASSERT_EQ(data.sequences.size(), 3U);
  EXPECT_THAT(ItemsOf(data.sequences[0]), ElementsAre(0, 1, 2));
  EXPECT_THAT(ItemsOf(data.sequences[1]), ElementsAre(2));
  const OfflineData told = Read("9 10 11 12\n4 12\n", OfflineFormat::kLists);
  EXPECT_THAT(ItemsOf(told.sequences[1]), ElementsAre(2)) << "users in any order when the format is named";
}

TEST(OfflineData, AFormatThatIsNamedIsTaken) {
  EXPECT_EQ(Read("1 5\n2 6\n").sequences.size(), 2U);
  EXPECT_EQ(Read("1 5\n2 6\n").item_ids.size(), 2U);  // pairs: users 1 and 2
  const OfflineData sessions = Read("1 5\n2 6\n", OfflineFormat::kSessions);
  EXPECT_THAT(sessions.item_ids, ElementsAre(1, 2, 5, 6));
  EXPECT_EQ(sessions.format, OfflineFormat::kSessions);
}

TEST(OfflineData, OneLineOfManyNumbersIsASession) {
  EXPECT_EQ(Read("1 2 3").format, OfflineFormat::kSessions);
  EXPECT_EQ(Read("1 2").format, OfflineFormat::kPairs);
  EXPECT_EQ(Read("1").format, OfflineFormat::kSessions);
}

TEST(OfflineData, TestSessionsShareTheNumbersOfItems) {
  const ScratchFile train("10 30\n30 30 10\n");
  const ScratchFile test("20 30\n10 10 5\n");
  const OfflineData data = ReadOfflineData(
      {.file = train.path(), .test_file = test.path(), .format = OfflineFormat::kSessions, .more_items = {40, 10}});
  EXPECT_THAT(data.item_ids, ElementsAre(5, 10, 20, 30, 40));
  EXPECT_THAT(ItemsOf(data.sequences[0]), ElementsAre(1, 3));
  EXPECT_THAT(ItemsOf(data.test[0]), ElementsAre(2, 3));
  EXPECT_THAT(ItemsOf(data.test[1]), ElementsAre(1, 1, 0));
  EXPECT_EQ(data.interactions, 5) << "of the fit alone";
}

TEST(OfflineData, IdsMayBeAsLargeAsNumbersGo) {
  const OfflineData data = Read("1 9223372036854775807\n1 0\n2 9223372036854775807\n");
  EXPECT_THAT(data.item_ids, ElementsAre(0, 9223372036854775807));
  EXPECT_THAT(ItemsOf(data.sequences[0]), ElementsAre(1, 0));
  EXPECT_THAT(ItemsOf(data.sequences[1]), ElementsAre(1));
}

TEST(OfflineData, MistakesAreToldWithLineAndColumn) {
  EXPECT_THAT(ErrorOfReading("1 2\n3 x4\n"), HasSubstr("data.txt:2:3: found 'x4'; allowed whole numbers from 0"));
  EXPECT_THAT(ErrorOfReading("1 2\n\n3 -4\n"), HasSubstr("data.txt:3:3: found '-4'"));
  EXPECT_THAT(ErrorOfReading("1 2.5\n"), HasSubstr("data.txt:1:3: found '2.5'"));
  EXPECT_THAT(ErrorOfReading("nan 2\n"), HasSubstr("data.txt:1:1: found 'nan'"));
  EXPECT_THAT(ErrorOfReading("1 9223372036854775808\n"), HasSubstr("data.txt:1:3: found '9223372036854775808'"));
  EXPECT_THAT(ErrorOfReading(std::string("1 2\n3\0 4\n", 9)), HasSubstr("data.txt:2:1: found '3\\x00'"));
  EXPECT_THAT(ErrorOfReading("1 2\n3 4 5\n", OfflineFormat::kPairs),
              HasSubstr("data.txt:2: found 3 numbers in the line; allowed two, user and item"));
  EXPECT_THAT(ErrorOfReading("1 2\n3\n", OfflineFormat::kPairs), HasSubstr("data.txt:2: found one number"));
  EXPECT_THAT(ErrorOfReading("1 2\n3\n", OfflineFormat::kLists), HasSubstr("data.txt:2: found a user without items"));
  EXPECT_THAT(ErrorOfReading("1 2\n2 3\n\n1 4\n", OfflineFormat::kLists),
              HasSubstr("data.txt:4: found user 1 again, as in line 1"));
}

TEST(OfflineData, NothingToReadIsAnError) {
  EXPECT_THAT(ErrorOfReading(""), HasSubstr("found no numbers"));
  EXPECT_THAT(ErrorOfReading("\n \n\t\n"), HasSubstr("found no numbers"));
  EXPECT_THAT(ErrorOf([] { ReadOfflineData("/nowhere/data.txt"); }), HasSubstr("cannot be read: No such file"));
  EXPECT_THAT(ErrorOf([] { ReadOfflineData("/"); }), HasSubstr("is a directory"));
}

}  // namespace
}  // namespace souk
