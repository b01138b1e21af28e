// Rule under test (SCHEMA.md): a file of an older souk is still read, and what it does not know reads as its default.
// Expected values: what h5py 3.7 and ncdump say of tests/golden/schema1.h5, which the version before by_age, design and
// segments of shoppers wrote.
#include <gmock/gmock.h>

#include "results/store/store.h"
#include "tests/unit/store/store_testing.h"

namespace souk {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr const char* kFile = SOUK_SOURCE_DIR "/tests/golden/schema1.h5";

class OldFile : public testing::ScratchTest {
 protected:
  const ExperimentResult old_ = ReadResult(kFile);
};

std::vector<std::int64_t> Each(const std::vector<Sums>& rows, Sum sum) {
  std::vector<std::int64_t> values;
  for (const Sums& row : rows) values.push_back(At(row, sum));
  return values;
}

TEST_F(OldFile, NamesAndProvenance) {
  EXPECT_EQ(old_.name, "tiny");
  EXPECT_THAT(old_.arms, ElementsAre("incumbent", "item-knn", "oracle"));
  EXPECT_THAT(old_.segments, ElementsAre("bargain", "regular"));
  EXPECT_EQ(old_.days, 3);
  EXPECT_EQ(old_.planned_replications, 2);
  EXPECT_EQ(old_.provenance.scenario_hash, "6d52306fd0bd5724");
  EXPECT_EQ(old_.provenance.git, "f64cf05185c1");
  EXPECT_EQ(old_.provenance.created, "2026-11-24T06:08:25Z");
  EXPECT_EQ(old_.provenance.peak_rss_bytes, 37142528);
  EXPECT_EQ(old_.provenance.resolved_yaml.size(), 4448u);
  EXPECT_THAT(old_.headline, ElementsAre("conversion", "revenue_per_visitor", "margin_per_visitor"));
  EXPECT_THAT(old_.ceilings, IsEmpty()) << "it has one, but does not say so";
}

TEST_F(OldFile, SumsDaysAndSlates) {
  ASSERT_EQ(old_.cells.size(), 6u);
  const CellResult& first = *old_.Cell(0, 0);
  EXPECT_THAT(Each(first.by_segment, Sum::kOrders), ElementsAre(105, 124));
  EXPECT_THAT(Each(first.by_segment, Sum::kMarginCents), ElementsAre(310903, 427937));
  EXPECT_THAT(Each(first.by_day, Sum::kRevenueCents), ElementsAre(710048, 602945, 589354));
  const CellResult& last = *old_.Cell(1, 2);
  EXPECT_THAT(Each(last.by_segment, Sum::kSessions), ElementsAre(221, 354));
  EXPECT_THAT(Each(last.by_segment, Sum::kRevenueCents), ElementsAre(218499, 315355));
  EXPECT_THAT(Each(last.by_day, Sum::kRevenueCents), ElementsAre(111759, 142732, 279363));
  EXPECT_EQ(last.slates.gini, 0.617735058309038);
  EXPECT_EQ(last.fingerprint, 0xf997356085116bdcULL);
}

TEST_F(OldFile, LatencyAndShoppers) {
  const CellResult& cell = *old_.Cell(1, 2);
  EXPECT_EQ(cell.latency[0].total(), 2744);
  EXPECT_EQ(cell.latency[0].max_ns(), 52611);
  EXPECT_EQ(old_.Cell(1, 1)->train_ns[0], 1312723);
  EXPECT_EQ(cell.wall_ns, 9099814);
  ASSERT_EQ(cell.shoppers.size(), 400u);
  EXPECT_EQ(cell.shoppers[347].revenue_cents, 37883);
  std::int64_t margin = 0;
  for (const ShopperOutcome& shopper : cell.shoppers) margin += shopper.margin_cents;
  EXPECT_EQ(margin, 175665);
}

TEST_F(OldFile, WhatItDoesNotKnowIsTheDefault) {
  EXPECT_EQ(old_.design, "parallel-worlds");
  EXPECT_THAT(old_.shares, IsEmpty());
  EXPECT_THAT(old_.levers, IsEmpty());
  EXPECT_THAT(old_.arm_levers, IsEmpty());
  for (const CellResult& cell : old_.cells) {
    EXPECT_THAT(cell.by_age, IsEmpty());
    for (const ShopperOutcome& shopper : cell.shoppers) ASSERT_EQ(shopper.segment, -1);  // not recorded
  }
}

TEST_F(OldFile, IsStillNotKnownWhenWrittenAgain) {
  WriteResult(Path("again.h5"), old_);
  testing::ExpectSameResult(ReadResult(Path("again.h5")), old_);
}

}  // namespace
}  // namespace souk
