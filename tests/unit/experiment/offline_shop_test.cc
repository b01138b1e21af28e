// Item facts from a file, and the shop that strategies see in offline evaluation.
#include "bench/experiment/offline_shop.h"

#include <gmock/gmock.h>

#include "tests/unit/experiment/offline_testing.h"

namespace souk {
namespace {

using ::testing::ElementsAre;
using testing::ErrorOf;
using ::testing::HasSubstr;
using testing::ScratchFile;

ItemFacts Read(const std::string& text) {
  const ScratchFile file(text);
  return ReadItemFacts(file.path());
}
std::string ErrorOfReading(const std::string& text) {
  return ErrorOf([&] { Read(text); });
}

TEST(OfflineShop, ItemFactsAreReadByTheNamesOfColumns) {
  const ItemFacts facts = Read(
      "colour\tprice\titem_id\tdescription\tcategory\nred\t2.50\t9\tRED Mug, red\tmugs\n"
      "blue\t10\t4\tblue-lamp 2\tlamps\r\n\ngreen\t1\t5\t\tmugs\n");
  EXPECT_THAT(facts.ids, ElementsAre(9, 4, 5));
  EXPECT_THAT(facts.price, ElementsAre(Money{250}, Money{1000}, Money{100}));
  EXPECT_THAT(facts.category, ElementsAre(0, 1, 0));
  EXPECT_EQ(facts.categories, 2);
  ASSERT_EQ(facts.words.size(), 3U);
  EXPECT_THAT(facts.words[0], ElementsAre(0, 1, 0));  // red mug red
  EXPECT_THAT(facts.words[1], ElementsAre(2, 3, 4));  // blue lamp 2
  EXPECT_TRUE(facts.words[2].empty());
  EXPECT_EQ(facts.vocabulary, 5);
}

TEST(OfflineShop, TokensGoBeforeTheDescription) {
  const ItemFacts facts = Read("item_id\tdescription\ttokens\n1\tRED Mug\tmug-a  mug\n");
  EXPECT_THAT(facts.words[0], ElementsAre(0, 1));
  EXPECT_EQ(facts.vocabulary, 2);
}

TEST(OfflineShop, WithoutCategoriesThePriceBucketIsOne) {
  const ItemFacts facts = Read("item_id\tprice\n1\t1.00\n2\t1.41\n3\t1.42\n4\t0\n5\t0.99\n");
  EXPECT_EQ(facts.category[0], facts.category[1]) << "1.41 is below √2";
  EXPECT_EQ(facts.category[2], facts.category[0] + 1);
  EXPECT_EQ(facts.category[4], facts.category[0] - 1);
  EXPECT_EQ(facts.category[3], 0);
}

TEST(OfflineShop, MistakesInItemFactsAreToldWithTheirLine) {
  EXPECT_THAT(ErrorOfReading(""), HasSubstr("found nothing"));
  EXPECT_THAT(ErrorOfReading("item\tprice\n1\t2\n"), HasSubstr("data.txt:1: found no column 'item_id'"));
  EXPECT_THAT(ErrorOfReading("item_id\tprice\n1\tnan\n"), HasSubstr("data.txt:2: found 'nan' as price"));
  EXPECT_THAT(ErrorOfReading("item_id\tprice\n1\t-3\n"), HasSubstr("data.txt:2: found '-3' as price"));
  EXPECT_THAT(ErrorOfReading("item_id\tprice\n1\t2\nx\t2\n"), HasSubstr("data.txt:3: found 'x' as item_id"));
  EXPECT_THAT(ErrorOfReading("item_id\tprice\n1\t2\n1\t2\n"),
              HasSubstr("data.txt:3: found item 1 again, as in line 2"));
  EXPECT_THAT(ErrorOfReading("item_id\tprice\n1\n"), HasSubstr("data.txt:2: found 1 columns"));
  EXPECT_THAT(ErrorOfReading("item_id\tprice\n"), HasSubstr("found no items"));
}

TEST(OfflineShop, ACatalogueHoldsEveryItemWithWhatIsKnownOfIt) {
  const ItemFacts facts = Read("item_id\tprice\tdescription\tcategory\n20\t3\ta b\tx\n99\t4\tc\ty\n10\t5\tb\ty\n");
  const PublicCatalogue c = OfflineCatalogue({10, 15, 20}, &facts);
  EXPECT_EQ(c.items(), 3);
  EXPECT_THAT(c.list_price, ElementsAre(Money{500}, Money{1000}, Money{300}));
  EXPECT_EQ(c.category[0], CategoryId(1));
  EXPECT_EQ(c.category[2], CategoryId(0));
  EXPECT_THAT(c.word_begin, ElementsAre(0, 1, 1, 3));
  EXPECT_THAT(c.words, ElementsAre(1, 0, 1));
  EXPECT_THAT(c.items_of[0], ElementsAre(ItemId(1), ItemId(2)));
  const PublicCatalogue bare = OfflineCatalogue({10, 15}, nullptr);
  EXPECT_EQ(bare.items(), 2);
  EXPECT_TRUE(bare.words.empty());
  EXPECT_THAT(bare.items_of[0], ElementsAre(ItemId(0), ItemId(1)));
}

TEST(OfflineShop, EventsKeepLogAndProfiles) {
  const PublicCatalogue c = OfflineCatalogue({1, 2, 3}, nullptr);
  OfflineShop shop(c, 2);
  shop.Start(ShopperId(1), SessionId(5), SimTime{100});
  shop.Log(ShopperId(1), SessionId(5), {SimTime{200}, 2, ShopEventKind::kView});
  shop.Log(ShopperId(1), SessionId(5), {SimTime{300}, 2, ShopEventKind::kCart});
  const ShopEvent& bought = shop.Log(ShopperId(1), SessionId(5), {SimTime{400}, 2, ShopEventKind::kPurchase});
  EXPECT_EQ(bought.price, Money{1000});
  EXPECT_EQ(bought.quantity, 1);
  ASSERT_EQ(shop.log().events.size(), 4U);
  EXPECT_EQ(shop.log().events[0].kind, ShopEventKind::kSessionStart);
  EXPECT_EQ(shop.log().events[1].item, ItemId(2));
  EXPECT_EQ(shop.log().events[1].session, SessionId(5));
  EXPECT_EQ(shop.now(), SimTime{400});
  const ShopperProfile& p = shop.view().profile(ShopperId(1));
  EXPECT_EQ(p.sessions, 1);
  EXPECT_EQ(p.views, 1);
  EXPECT_EQ(p.RecentItem(0), ItemId(2));
  EXPECT_EQ(p.orders, 1);
  EXPECT_EQ(p.spent, Money{1000});
  EXPECT_EQ(p.cart_size, 0) << "bought";
  EXPECT_EQ(p.first_seen, SimTime{100});
  EXPECT_EQ(p.last_seen, SimTime{400});
  EXPECT_EQ(shop.view().profile(ShopperId(0)).views, 0);
}

TEST(OfflineShop, WithdrawnItemsAreNotOnTheShelf) {
  const PublicCatalogue c = OfflineCatalogue({1, 2, 3}, nullptr);
  OfflineShop shop(c, 1);
  EXPECT_TRUE(shop.view().available(ItemId(1)));
  shop.Withdraw(ItemId(1));
  shop.Withdraw(ItemId(1));
  EXPECT_FALSE(shop.view().available(ItemId(1)));
  EXPECT_TRUE(shop.view().available(ItemId(0)));
  EXPECT_EQ(shop.view().available_count(), 2);
}

}  // namespace
}  // namespace souk
