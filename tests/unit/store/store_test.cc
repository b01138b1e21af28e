// Rules under test (store.h, design §8): what is written comes back; the same result gives the same
// bytes; nothing that is not ours is overwritten; a failed write leaves the older file and no
// rubbish.
#include "results/store/store.h"

#include <gmock/gmock.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <chrono>
#include <thread>

#include "tests/support/sample_result.h"
#include "tests/unit/store/store_testing.h"

namespace souk {
namespace {

using ::testing::ElementsAre;
using testing::ErrorOf;
using ::testing::HasSubstr;
using testing::SampleResult;
using testing::SampleShape;

class Store : public testing::ScratchTest {};

const SampleShape kFull{3, 2, 2, 4, 40, 30, 20, 50};

TEST_F(Store, WhatIsWrittenComesBack) {
  const ExperimentResult written = SampleResult(kFull);
  WriteResult(Path("r.h5"), written);
  const ExperimentResult read = ReadResult(Path("r.h5"));
  testing::ExpectSameResult(read, written);
  EXPECT_EQ(read.Fingerprint(), written.Fingerprint());
  EXPECT_THAT(Listing(), ElementsAre("r.h5")) << "no temporary file stays";
}

TEST_F(Store, DesignsComeBack) {
  ExperimentResult split = SampleResult(kFull);
  split.design = "ab-test";
  split.shares = {0.9, 0.1};
  WriteResult(Path("split.h5"), split);
  testing::ExpectSameResult(ReadResult(Path("split.h5")), split);
  ExperimentResult crossed = SampleResult({3, 4, 2, 4, 0, 0, 0, 5});
  crossed.design = "factorial";
  crossed.levers = {"item-knn", "blanket"};
  crossed.arm_levers = {0, 1, 2, 3};
  WriteResult(Path("crossed.h5"), crossed);
  testing::ExpectSameResult(ReadResult(Path("crossed.h5")), crossed);
}

TEST_F(Store, LogsAreLeftOutOnRequest) {
  WriteResult(Path("r.h5"), SampleResult(kFull));
  const ExperimentResult read = ReadResult(Path("r.h5"), ReadScope::kWithoutLogs);
  EXPECT_EQ(read.cells[0].shoppers.size(), 40u);
  EXPECT_TRUE(read.cells[0].events.empty());
  EXPECT_TRUE(read.cells[0].decisions.empty());
  EXPECT_TRUE(read.cells[0].slate_items.empty());
}

TEST_F(Store, FailedAndMissingCellsAreKeptApart) {
  ExperimentResult written = SampleResult(kFull);
  CellResult failed;
  failed.replication = 1;
  failed.arm = 0;
  failed.error = "strategy pricing/surge: price below cost – “−3”";
  written.cells[2] = failed;                       // (1, 0)
  written.cells.erase(written.cells.begin() + 5);  // (2, 1)
  WriteResult(Path("r.h5"), written);
  const ExperimentResult read = ReadResult(Path("r.h5"));
  testing::ExpectSameResult(read, written);
  EXPECT_THAT(read.CompleteReplications(), ElementsAre(0));
  EXPECT_EQ(read.Cell(2, 1), nullptr);
  ASSERT_NE(read.Cell(1, 0), nullptr);
  EXPECT_TRUE(read.Cell(1, 0)->by_segment.empty());
}

TEST_F(Store, GapsInReplicationsAndEmptyResultsSurvive) {
  ExperimentResult written = testing::SampleHeader(kFull);
  WriteResult(Path("none.h5"), written);
  testing::ExpectSameResult(ReadResult(Path("none.h5")), written);
  for (const int r : {3, 1000}) {
    for (int a = 0; a < 2; ++a) written.cells.push_back(testing::SampleCell(kFull, r, a));
  }
  WriteResult(Path("gap.h5"), written);
  testing::ExpectSameResult(ReadResult(Path("gap.h5")), written);
}

TEST_F(Store, SameResultGivesSameBytes) {
  WriteResult(Path("a.h5"), SampleResult(kFull));
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));  // HDF5 may note times, in seconds
  WriteResult(Path("b.h5"), SampleResult(kFull));
  EXPECT_TRUE(testing::Slurp(Path("a.h5")) == testing::Slurp(Path("b.h5")));
}

TEST_F(Store, ManyRowsSpanSeveralChunks) {
  SampleShape shape{2, 1, 1, 1, 70'000, 70'000, 0, 0};
  const ExperimentResult written = SampleResult(shape);
  WriteResult(Path("r.h5"), written);
  const ExperimentResult read = ReadResult(Path("r.h5"));
  ASSERT_EQ(read.cells[1].events.size(), 70'001u);
  EXPECT_EQ(read.cells[1].events.back().value, written.cells[1].events.back().value);
  ASSERT_EQ(read.cells[1].shoppers.size(), 70'000u);
  EXPECT_EQ(read.cells[1].shoppers[66'000].margin_cents, written.cells[1].shoppers[66'000].margin_cents);
}

TEST_F(Store, ReadingSaysWhatIsWrong) {
  const auto reading = [&](const std::string& name) { return ErrorOf([&] { ReadResult(Path(name)); }); };
  EXPECT_THAT(reading("missing.h5"), HasSubstr("No such file"));
  EXPECT_THAT(reading("missing.h5"), HasSubstr("missing.h5"));
  std::filesystem::create_directory(Path("folder"));
  EXPECT_THAT(reading("folder"), HasSubstr("directory"));
  testing::Spill(Path("empty"), "");
  EXPECT_THAT(reading("empty"), HasSubstr("empty"));
  testing::Spill(Path("text"), "name: not a result\n");
  EXPECT_THAT(reading("text"), HasSubstr("not an HDF5 file"));
}

TEST_F(Store, TruncatedFilesAreErrors) {
  WriteResult(Path("r.h5"), SampleResult());
  const std::string bytes = testing::Slurp(Path("r.h5"));
  for (const double share : {0.001, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99}) {
    const auto size = static_cast<std::size_t>(share * static_cast<double>(bytes.size()));
    testing::Spill(Path("cut.h5"), bytes.substr(0, size));
    EXPECT_THAT(ErrorOf([&] { ReadResult(Path("cut.h5")); }), HasSubstr("cut.h5")) << size << " bytes";
  }
  testing::Spill(Path("cut.h5"), bytes.substr(0, bytes.size() - 1));
  EXPECT_THAT(ErrorOf([&] { ReadResult(Path("cut.h5")); }), HasSubstr("truncated"));
}

TEST_F(Store, NeverOverwritesWhatIsNotAResult) {
  const std::string notes = Path("notes.h5");
  testing::Spill(notes, "my only copy");
  EXPECT_THAT(ErrorOf([&] { CheckWritable(notes); }), HasSubstr("not overwritten"));
  EXPECT_THAT(ErrorOf([&] { WriteResult(notes, SampleResult()); }), HasSubstr("not overwritten"));
  EXPECT_EQ(testing::Slurp(notes), "my only copy");
  EXPECT_THAT(Listing(), ElementsAre("notes.h5"));
}

TEST_F(Store, CheckWritableNamesTheObstacle) {
  EXPECT_THAT(ErrorOf([&] { CheckWritable(""); }), HasSubstr("empty"));
  EXPECT_THAT(ErrorOf([&] { CheckWritable(Path("no/such/r.h5")); }), HasSubstr("no directory"));
  std::filesystem::create_directory(Path("folder"));
  EXPECT_THAT(ErrorOf([&] { CheckWritable(Path("folder")); }), HasSubstr("directory"));
  testing::Spill(Path("x.h5.parts"), "");
  EXPECT_THAT(ErrorOf([&] { CheckWritable(Path("x.h5")); }), HasSubstr("x.h5.parts"));
  std::filesystem::create_symlink("/dev/null", Path("device"));
  EXPECT_THAT(ErrorOf([&] { CheckWritable(Path("device")); }), HasSubstr("not a regular file"));
  EXPECT_EQ(ErrorOf([&] { CheckWritable(Path("new.h5")); }), "");
  testing::Spill(Path("empty"), "");
  EXPECT_EQ(ErrorOf([&] { CheckWritable(Path("empty")); }), "") << "what mktemp makes";
  WriteResult(Path("old.h5"), SampleResult());
  EXPECT_EQ(ErrorOf([&] { CheckWritable(Path("old.h5")); }), "");
  EXPECT_FALSE(std::filesystem::exists(Path("new.h5"))) << "checking changes nothing";
}

/// Makes writes beyond `bytes` of any file fail, as a full disk does.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    ::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &old_);
    const rlimit limit{bytes, old_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() { ::setrlimit(RLIMIT_FSIZE, &old_); }

 private:
  rlimit old_{};
};

// A write can fail at any point, also while HDF5 closes the file, after which HDF5 1.10 with its
// own driver crashes at the end of the program: so the limit sweeps the whole file, and this test
// is passed only if its process ends well.
TEST_F(Store, FullDiskLeavesTheOldFileAndNoRubbish) {
  const ExperimentResult old = SampleResult();
  WriteResult(Path("r.h5"), old);
  const std::string before = testing::Slurp(Path("r.h5"));
  const ExperimentResult next = SampleResult({4, 2, 2, 4, 5000, 2000, 1000, 50});
  WriteResult(Path("full.h5"), next);
  const auto size = std::filesystem::file_size(Path("full.h5"));
  std::filesystem::remove(Path("full.h5"));
  for (int step = 0; step < 12; ++step) {
    std::string error;
    {
      const FileSizeLimit limit(step * size / 12);
      error = ErrorOf([&] { WriteResult(Path("r.h5"), next); });
    }
    ASSERT_THAT(error, HasSubstr("File too large")) << "limit " << step * size / 12;
    ASSERT_TRUE(testing::Slurp(Path("r.h5")) == before);
    ASSERT_THAT(Listing(), ElementsAre("r.h5"));
  }
  WriteResult(Path("r.h5"), next);  // HDF5 still works
  testing::ExpectSameResult(ReadResult(Path("r.h5")), next);
}

}  // namespace
}  // namespace souk
