// Linear item models against figures of an independent implementation on UCI Online Retail, through the same evaluation
// as `souk evaluate`. The data are read from SOUK_DATA; without them the tests report themselves skipped.

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "tests/oracle/online_retail.h"

namespace souk {
namespace {

using testing::Figures;
using testing::OnlineRetail;
using testing::OnOnlineRetail;

// A closed form: the figures must be met, not only reached.
TEST(PublishedRecommenders, EaseOnOnlineRetail) {
  const std::string file = OnlineRetail();
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "no online-retail in SOUK_DATA";
  const Figures refit = OnOnlineRetail(file, "ease{lambda: 100}", true);
  EXPECT_NEAR(refit.hit, 0.1917, 0.0003);
  EXPECT_NEAR(refit.ndcg, 0.1052, 0.0003);
  const Figures strict = OnOnlineRetail(file, "ease{lambda: 200}", false);
  EXPECT_NEAR(strict.hit, 0.1922, 0.0003);
  EXPECT_NEAR(strict.ndcg, 0.1049, 0.0003);
}

// The optimum of the same convex problem, found by proximal gradient steps in NumPy.
TEST(PublishedRecommenders, SlimOnOnlineRetail) {
  const std::string file = OnlineRetail();
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "no online-retail in SOUK_DATA";
  const Figures refit = OnOnlineRetail(file, "slim{l1: 2, l2: 50, keep: 100}", true);
  EXPECT_NEAR(refit.hit, 0.2023, 0.001);
  EXPECT_NEAR(refit.ndcg, 0.1131, 0.0005);
}

}  // namespace
}  // namespace souk
