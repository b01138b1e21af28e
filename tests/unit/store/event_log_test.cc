// Rules under test (event_log.h): the events of one cell come back as they were written, other cells are left alone,
// and what is not there is named.
#include "results/store/event_log.h"

#include <gmock/gmock.h>

#include "results/store/store.h"
#include "tests/unit/store/store_testing.h"

namespace souk {
namespace {

using ::testing::AllOf;
using testing::ErrorOf;
using ::testing::HasSubstr;
using testing::SampleResult;

class EventLogFile : public testing::ScratchTest {
 protected:
  void SetUp() override {
    ScratchTest::SetUp();
    result_ = SampleResult({.replications = 3, .arms = 2, .events = 40});
    WriteResult(Path("r.h5"), result_);
  }
  ExperimentResult result_;
};

TEST_F(EventLogFile, GivesBackTheEventsOfOneCell) {
  for (std::int32_t arm = 0; arm < 2; ++arm)
    for (std::int32_t replication = 0; replication < 3; ++replication) {
      const CellResult* cell = result_.Cell(replication, arm);
      if (cell == nullptr || !cell->error.empty()) continue;
      const EventLog log = ReadEventLog(Path("r.h5"), result_.arms[static_cast<std::size_t>(arm)], replication);
      EXPECT_EQ(log.replication, replication);
      ASSERT_EQ(log.events.size(), cell->events.size());
      for (std::size_t i = 0; i < log.events.size(); ++i) {
        EXPECT_EQ(log.events[i].time, cell->events[i].time);
        EXPECT_EQ(log.events[i].kind, cell->events[i].kind);
        EXPECT_EQ(log.events[i].item, cell->events[i].item);
        EXPECT_EQ(log.events[i].shopper, cell->events[i].shopper);
        EXPECT_EQ(log.events[i].session, cell->events[i].session);
      }
    }
}

TEST_F(EventLogFile, TakesTheIncumbentAndTheFirstReplicationUnlessToldOtherwise) {
  const EventLog log = ReadEventLog(Path("r.h5"));
  EXPECT_EQ(log.arm, result_.incumbent);
  EXPECT_EQ(log.replication, 0);
}

TEST_F(EventLogFile, NamesWhatIsNotThere) {
  const std::string near = result_.arms[1] + "x";
  EXPECT_THAT(ErrorOf([&] { ReadEventLog(Path("r.h5"), near); }),
              AllOf(HasSubstr("r.h5: found no arm '" + near), HasSubstr("did you mean '" + result_.arms[1])));
  EXPECT_THAT(ErrorOf([&] { ReadEventLog(Path("r.h5"), "", 7); }), HasSubstr("in replication 7"));
  WriteResult(Path("bare.h5"), SampleResult({}));
  EXPECT_THAT(ErrorOf([&] { ReadEventLog(Path("bare.h5")); }), HasSubstr("has no event log; allowed results of a run"));
  EXPECT_THAT(ErrorOf([&] { ReadEventLog(Path("none.h5")); }), HasSubstr("none.h5"));
}

}  // namespace
}  // namespace souk
