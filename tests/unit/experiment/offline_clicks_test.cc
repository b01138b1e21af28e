// Tables of clicks and ratings: what is read, in which order, and where each mistake is found. Expected values are
// written by hand from the rules in EVALUATE.md.
#include <gmock/gmock.h>

#include "bench/experiment/offline_data.h"
#include "tests/unit/experiment/offline_testing.h"

namespace souk {
namespace {

using ::testing::ElementsAre;
using testing::ErrorOf;
using ::testing::HasSubstr;
using testing::ItemsOf;
using testing::ScratchFile;
using enum ShopEventKind;

OfflineData Read(const std::string& text, OfflineSource source = {}) {
  const ScratchFile file(text);
  source.file = file.path();
  return ReadOfflineData(source);
}

std::string ErrorOfReading(const std::string& text, const OfflineSource& source = {}) {
  return ErrorOf([&] { Read(text, source); });
}

std::vector<ShopEventKind> KindsOf(const Sequence& sequence) {
  std::vector<ShopEventKind> kinds;
  for (const Interaction& e : sequence) kinds.push_back(e.kind);
  return kinds;
}

std::vector<int> SessionsOf(const Sequence& sequence) {
  std::vector<int> sessions;
  for (const Interaction& e : sequence) sessions.push_back(e.session);
  return sessions;
}

std::vector<double> SecondsOf(const Sequence& sequence) {
  std::vector<double> seconds;
  for (const Interaction& e : sequence) seconds.push_back(e.time.seconds());
  return seconds;
}

constexpr const char* kTable =
    "shopper,session,item,time,kind\n"
    "ann,a1,30,86410,view\n"
    "bob,a1,10,86400,view\n"
    "ann,a1,10,86405,cart\n"
    "ann,a2,20,172800,buy\n"
    "\n"
    "bob,b2,30,86400,view\r\n";

TEST(OfflineClicks, ShoppersComeInFileOrderAndTheirEventsInTimeOrder) {
  const OfflineData data = Read(kTable);
  EXPECT_EQ(data.format, OfflineFormat::kClicks);
  EXPECT_THAT(data.item_ids, ElementsAre(10, 20, 30));
  ASSERT_EQ(data.sequences.size(), 2U);
  EXPECT_THAT(ItemsOf(data.sequences[0]), ElementsAre(0, 2, 1));
  EXPECT_THAT(KindsOf(data.sequences[0]), ElementsAre(kCart, kView, kPurchase));
  EXPECT_THAT(ItemsOf(data.sequences[1]), ElementsAre(0, 2)) << "equal times keep the order of the file";
  EXPECT_THAT(SecondsOf(data.sequences[0]), ElementsAre(5, 10, 86400)) << "from midnight of the first day";
  EXPECT_EQ(data.interactions, 5);
}

TEST(OfflineClicks, ASessionBelongsToItsShopper) {
  const OfflineData data = Read(kTable);
  EXPECT_THAT(SessionsOf(data.sequences[0]), ElementsAre(0, 0, 2));
  EXPECT_THAT(SessionsOf(data.sequences[1]), ElementsAre(1, 3)) << "bob's a1 is not ann's";
  const OfflineData sessions = Read(kTable, {.by_session = true});
  ASSERT_EQ(sessions.sequences.size(), 4U);
  EXPECT_THAT(ItemsOf(sessions.sequences[0]), ElementsAre(0, 2));
  EXPECT_THAT(ItemsOf(sessions.sequences[2]), ElementsAre(1));
}

TEST(OfflineClicks, KindsThatDoNotCountAreLeftOutAndCounted) {
  const OfflineData data = Read(kTable, {.kinds = {kCart, kPurchase}});
  EXPECT_EQ(data.left_out, 3);
  ASSERT_EQ(data.sequences.size(), 1U) << "bob only looked";
  EXPECT_THAT(ItemsOf(data.sequences[0]), ElementsAre(0, 1));
  EXPECT_THAT(ErrorOfReading("user,item\n1,2\n", {.kinds = {kCart}}), HasSubstr("found no event that counts, and 1"));
}

TEST(OfflineClicks, ColumnsOfPublicDataSetsAreUnderstood) {
  const OfflineData rees = Read(
      "event_time,event_type,product_id,category_code,brand,price,user_id,user_session\n"
      "2019-10-01 00:00:01 UTC,view,44600062,,shiseido,35.79,541312140,72d7\n"
      "2019-10-01 00:00:00 UTC,purchase,3900821,\"a, \"\"b\"\"\",aqua,33.20,541312140,72d7\n"
      "2019-10-02 00:00:00.5 UTC,remove_from_cart,1,,,1,541312140,72d7\n");
  EXPECT_THAT(rees.item_ids, ElementsAre(3900821, 44600062));
  EXPECT_THAT(ItemsOf(rees.sequences[0]), ElementsAre(0, 1));
  EXPECT_THAT(SecondsOf(rees.sequences[0]), ElementsAre(0, 1));
  EXPECT_EQ(rees.left_out, 1);
  const OfflineData rocket = Read(
      "timestamp,visitorid,event,itemid,transactionid\n1433221332117,257597,view,355908,\n"
      "1433224214164,992329,addtocart,248676,\n1433222276276,257597,transaction,1,7\n");
  EXPECT_THAT(KindsOf(rocket.sequences[0]), ElementsAre(kView, kPurchase));
  EXPECT_NEAR((rocket.sequences[0][1].time - rocket.sequences[0][0].time).seconds(), 944.159, 1e-6);
}

TEST(OfflineClicks, SeparatorsAreTheHeaders) {
  for (const char* text : {"Session;ITEM\nx;1\nx;2\n", "Session\tITEM\nx\t1\nx\t2\n",
                           "\"Session\",ITEM\n\"x\",1\nx,2\n", "\xEF\xBB\xBFSession,ITEM\nx,1\nx,2"}) {
    const OfflineData data = Read(text);
    ASSERT_EQ(data.sequences.size(), 1U) << text;
    EXPECT_THAT(ItemsOf(data.sequences[0]), ElementsAre(0, 1));
    EXPECT_EQ(data.sequences[0][0].time, data.sequences[0][1].time) << "no times";
  }
}

TEST(OfflineClicks, TimesAreToldByTheirSize) {
  const auto gap = [](const std::string& a, const std::string& b) {
    const OfflineData data = Read("user,item,time\n1,1," + a + "\n1,2," + b + "\n");
    return (data.sequences[0][1].time - data.sequences[0][0].time).seconds();
  };
  EXPECT_DOUBLE_EQ(gap("1569888000", "1569888001"), 1);
  EXPECT_DOUBLE_EQ(gap("1569888000000", "1569888000500"), 0.5);
  EXPECT_DOUBLE_EQ(gap("1569888000000000", "1569888000000007"), 7e-6);
  EXPECT_DOUBLE_EQ(gap("1569888000.25", "1569888000.75"), 0.5);
  EXPECT_DOUBLE_EQ(gap("2019-10-01T00:00:00Z", "2019-10-01T12:30:00.5Z"), 45000.5);
  EXPECT_DOUBLE_EQ(gap("2020-02-28", "2020-03-01"), 2 * 86400) << "a leap year";
}

TEST(OfflineClicks, TheLastDaysAreTheTest) {
  const std::string text =
      "user,session,item,time\n1,a,1,0\n1,a,2,86399\n2,b,3,86400\n2,b,1,172800\n1,c,2,172801\n3,d,9,259200\n";
  const OfflineData data = Read(text, {.by_session = true, .test_days = 1.0});
  ASSERT_EQ(data.sequences.size(), 2U) << "b begins before the cut, which is 172800";
  ASSERT_EQ(data.test.size(), 2U);
  EXPECT_THAT(ItemsOf(data.test[0]), ElementsAre(1));
  EXPECT_THAT(ItemsOf(data.test[1]), ElementsAre(3));
  EXPECT_EQ(data.interactions, 4) << "of the fit alone";
  EXPECT_THAT(ErrorOfReading(text, {.by_session = true, .test_days = 9}),
              HasSubstr("found no session that begins before"));
  EXPECT_THAT(ErrorOfReading("user,item\n1,2\n", {.test_days = 1}), HasSubstr("found no column 'time'"));
}

TEST(OfflineClicks, TestSessionsAreNumberedOn) {
  const ScratchFile train("session,item\na,5\nb,7\n");
  const ScratchFile test("session,item\na,7\na,1\n");
  const OfflineData data = ReadOfflineData({.file = train.path(), .test_file = test.path(), .by_session = true});
  EXPECT_THAT(data.item_ids, ElementsAre(1, 5, 7));
  EXPECT_THAT(SessionsOf(data.test[0]), ElementsAre(2, 2));
  EXPECT_THAT(ItemsOf(data.test[0]), ElementsAre(2, 0));
}

TEST(OfflineClicks, MistakesAreToldWithLineAndColumn) {
  const std::string head = "shopper,item,time,kind\n";
  EXPECT_THAT(ErrorOfReading(head + "1,2,3,view\n1,x,3,view\n"),
              HasSubstr("data.txt:3:3: found the item 'x'; allowed a"));
  EXPECT_THAT(ErrorOfReading(head + "1,-2,3,view\n"), HasSubstr("data.txt:2:3: found the item '-2'"));
  EXPECT_THAT(ErrorOfReading(head + "1,,3,view\n"), HasSubstr("data.txt:2:3: found no item"));
  EXPECT_THAT(ErrorOfReading(head + ",2,3,view\n"), HasSubstr("data.txt:2:1: found no shopper"));
  EXPECT_THAT(ErrorOfReading(head + "1,2,noon,view\n"),
              HasSubstr("data.txt:2:5: found the time 'noon'; allowed seconds"));
  EXPECT_THAT(ErrorOfReading(head + "1,2,2019-02-29,view\n"), HasSubstr("found the time '2019-02-29'"));
  EXPECT_THAT(ErrorOfReading(head + "1,2,3,viewed\n"),
              HasSubstr("data.txt:2:7: found the kind 'viewed'; allowed view, cart"));
  EXPECT_THAT(ErrorOfReading(head + "1,2,3\n"), HasSubstr("data.txt:2: found 3 fields in the line; allowed 4"));
  EXPECT_THAT(ErrorOfReading(head + "\"1,2,3,view\n"), HasSubstr("data.txt:2:1: found a quote that does not end"));
  EXPECT_THAT(ErrorOfReading("user,product,itemid\n"), HasSubstr("data.txt:1: found 'product' and 'itemid', both"));
  EXPECT_THAT(ErrorOfReading("who,item\n1,2\n"), HasSubstr("data.txt:1: found the columns who,item; allowed a header"));
  EXPECT_THAT(ErrorOfReading(head), HasSubstr("data.txt: found no event that counts"));
  EXPECT_THAT(ErrorOfReading("user,item\n1,2\n", {.by_session = true}),
              HasSubstr("data.txt:1: found no column 'session'"));
}

TEST(OfflineClicks, SettingsOfOtherFormatsAreRefused) {
  EXPECT_THAT(ErrorOfReading("1 2\n", {.kinds = {kView}}), HasSubstr("--events: found with the format pairs"));
  EXPECT_THAT(ErrorOfReading("1 2\n", {.test_days = 1}), HasSubstr("--test-days: found with the format pairs"));
  EXPECT_THAT(ErrorOfReading("user,item\n1,2\n", {.arm = "x"}), HasSubstr("--arm: found with the format clicks"));
  EXPECT_THAT(ErrorOfReading("user,item\n1,2\n", {.replication = 0}), HasSubstr("--replication: found"));
  EXPECT_THAT(ErrorOfReading("1 2\n", {.format = OfflineFormat::kLists, .min_rating = 1}),
              HasSubstr("--min-rating: found with the format lists; allowed with pairs"));
}

TEST(OfflineRatings, OnlyHighOnesCountAndTimeOrders) {
  for (const char* text : {"1\t10\t5\t30\n1\t20\t3\t5\n2\t10\t2\t1\n1\t30\t4\t20\n",
                           "1::10::5::30\n1::20::3::5\n2::10::2::1\n1::30::4::20",
                           "userId,movieId,rating,timestamp\n1,10,5.0,30\n1,20,3.5,5\n2,10,2,1\n1,30,4,20\n"}) {
    const OfflineData data = Read(text, {.min_rating = 4});
    EXPECT_EQ(data.format, OfflineFormat::kPairs);
    ASSERT_EQ(data.sequences.size(), 1U) << text;
    EXPECT_THAT(data.item_ids, ElementsAre(10, 30)) << text;
    EXPECT_THAT(ItemsOf(data.sequences[0]), ElementsAre(1, 0)) << text;
    EXPECT_EQ(data.left_out, 2);
  }
  EXPECT_THAT(ItemsOf(Read("1 10 1\n1 5 1\n", {.min_rating = 0}).sequences[0]), ElementsAre(1, 0)) << "no times";
}

TEST(OfflineRatings, MistakesAreToldWithLineAndColumn) {
  const OfflineSource source{.min_rating = 4};
  EXPECT_THAT(ErrorOfReading("1 2 5\n1 3 five\n", source), HasSubstr("data.txt:2:5: found 'five'; allowed a rating"));
  EXPECT_THAT(ErrorOfReading("1 2 nan\n", source), HasSubstr("data.txt:1:5: found 'nan'"));
  EXPECT_THAT(ErrorOfReading("1 2.5 5\n", source), HasSubstr("data.txt:1:3: found '2.5'; allowed an item"));
  EXPECT_THAT(ErrorOfReading("1 2 5\n\n1 3 5 7\n", source),
              HasSubstr("data.txt:3: found 4 words in the line; allowed user, item and rating"));
  EXPECT_THAT(ErrorOfReading("1 2\n", source), HasSubstr("data.txt:1: found 2 words"));
  EXPECT_THAT(ErrorOfReading("1 2 3\n1 4 3.9\n", source), HasSubstr("data.txt: found no rating of at least 4 among 2"));
}

}  // namespace
}  // namespace souk
