// Rules under test (store.h, design §6 and §8): parts merge to the same bytes in any order; a kill
// at any moment loses no finished replication and a merge can be repeated; parts of another
// experiment stay out.
#include <gmock/gmock.h>

#include <thread>

#include "results/store/store.h"
#include "tests/support/sample_result.h"
#include "tests/unit/store/store_testing.h"

namespace souk {
namespace {

using ::testing::ElementsAre;
using testing::ErrorOf;
using ::testing::HasSubstr;

class Parts : public testing::SampleTest {
 protected:
  void Write(std::int32_t replication) { WritePart(file_, header_, Cells(replication)); }
  [[nodiscard]] std::string KeyDirectory() const {
    for (const auto& entry : std::filesystem::directory_iterator(PartsDirectory(file_))) return entry.path().string();
    return "";
  }
  [[nodiscard]] std::vector<std::int32_t> MergedReplications() const {
    return ReadResult(file_).CompleteReplications();
  }
};

TEST_F(Parts, MergeInAnyOrderToTheBytesOfOneWrite) {
  for (const int r : {2, 0, 3, 1}) Write(r);
  MergeParts(file_, header_);
  WriteResult(Path("direct.h5"), testing::SampleResult(kShape));
  EXPECT_TRUE(testing::Slurp(file_) == testing::Slurp(Path("direct.h5")));
  EXPECT_THAT(Listing(), ElementsAre("direct.h5", "run.h5")) << "parts are gone after the merge";
}

TEST_F(Parts, AreResultsFilesOfTheirOwn) {
  Write(2);
  const ExperimentResult part = ReadResult(KeyDirectory() + "/r00002.h5");
  ASSERT_EQ(part.cells.size(), 2u);
  testing::ExpectSameCell(part.cells[1], Cells(2)[1]);
}

TEST_F(Parts, MergeCanBeRepeated) {
  Write(0);
  Write(1);
  MergeParts(file_, header_);
  const std::string first = testing::Slurp(file_);
  MergeParts(file_, header_);
  EXPECT_TRUE(testing::Slurp(file_) == first);
}

// The code of a strategy may have changed without a word in the scenario.
TEST_F(Parts, ResumeRefusesPartsOfAnotherVersionOrRevision) {
  header_.provenance.git = "aaaaaaaaaaaa";
  Write(0);
  EXPECT_THAT(ResumeParts(file_, header_), ElementsAre(0));
  ExperimentResult other = header_;
  other.provenance.git = "bbbbbbbbbbbb-dirty";
  const std::string refused = ErrorOf([&] { ResumeParts(file_, other); });
  EXPECT_THAT(refused, HasSubstr("souk 0.1.0 (aaaaaaaaaaaa)"));
  EXPECT_THAT(refused, HasSubstr("souk 0.1.0 (bbbbbbbbbbbb-dirty)"));
  EXPECT_THAT(refused, HasSubstr("remove " + KeyDirectory()));
  EXPECT_THAT(refused, HasSubstr("r00000.h5")) << "the part";
  EXPECT_THAT(ErrorOf([&] { ReadPart(file_, other, 0); }), HasSubstr("two builds do not mix"));
  EXPECT_THAT(ErrorOf([&] { MergeParts(file_, other); }), HasSubstr("two builds do not mix"));
  other = header_;
  other.provenance.version = "0.2.0";
  EXPECT_THAT(ErrorOf([&] { ResumeParts(file_, other); }), HasSubstr("souk 0.2.0 (aaaaaaaaaaaa)"));
  DiscardParts(file_, other);  // what a run without --resume does
  EXPECT_THAT(ResumeParts(file_, other), ElementsAre());
}

TEST_F(Parts, ResumeRefusesAMergedFileOfAnotherRevision) {
  header_.provenance.git = "cccccccccccc-dirty";
  Write(0);
  MergeParts(file_, header_);
  const std::string before = testing::Slurp(file_);
  EXPECT_THAT(ResumeParts(file_, header_), ElementsAre(0)) << "equal strings are equal, dirty or not";
  MergeParts(file_, header_);
  header_.provenance.git = "";
  EXPECT_THAT(ErrorOf([&] { ResumeParts(file_, header_); }), HasSubstr("souk 0.1.0 (revision unknown)"));
  EXPECT_TRUE(testing::Slurp(file_) == before);
  EXPECT_THAT(Listing(), ElementsAre("run.h5")) << "nothing is turned back into parts";
}

TEST_F(Parts, KillBetweenMergeAndRemovalLosesNothing) {
  for (int r = 0; r < 3; ++r) Write(r);
  std::filesystem::copy(PartsDirectory(file_), Path("saved"), std::filesystem::copy_options::recursive);
  MergeParts(file_, header_);
  const std::string first = testing::Slurp(file_);
  // As if killed right after the rename of the merged file …
  std::filesystem::copy(Path("saved"), PartsDirectory(file_), std::filesystem::copy_options::recursive);
  MergeParts(file_, header_);
  EXPECT_TRUE(testing::Slurp(file_) == first);
  // … and as if killed in the middle of the removal.
  std::filesystem::copy(Path("saved"), PartsDirectory(file_), std::filesystem::copy_options::recursive);
  const std::string key = KeyDirectory();
  std::filesystem::rename(key, key + ".merged");
  std::filesystem::remove(key + ".merged/r00001.h5");
  MergeParts(file_, header_);
  EXPECT_TRUE(testing::Slurp(file_) == first);
  EXPECT_FALSE(std::filesystem::exists(PartsDirectory(file_)));
}

TEST_F(Parts, HalfWrittenTemporaryFilesArePassedOver) {
  Write(0);
  testing::Spill(KeyDirectory() + "/r00001.h5.tmp-host-1-0", "half");
  testing::Spill(KeyDirectory() + "/rx.h5", "?");
  MergeParts(file_, header_);
  EXPECT_THAT(MergedReplications(), ElementsAre(0));
}

TEST_F(Parts, DamagedPartStopsTheMergeAndIsRunAgainOnResume) {
  Write(0);
  Write(1);
  const std::string damaged = KeyDirectory() + "/r00001.h5";
  testing::Spill(damaged, testing::Slurp(damaged).substr(0, 5000));
  EXPECT_THAT(ErrorOf([&] { MergeParts(file_, header_); }), HasSubstr("r00001.h5"));
  EXPECT_FALSE(std::filesystem::exists(file_));
  EXPECT_THAT(ResumeParts(file_, header_), ElementsAre(0));
  Write(1);
  MergeParts(file_, header_);
  EXPECT_THAT(MergedReplications(), ElementsAre(0, 1));
}

TEST_F(Parts, PartsOfAnotherSeedOrScenarioStayOut) {
  Write(0);
  ExperimentResult other = header_;
  other.provenance.seed = 1;
  WritePart(file_, other, Cells(1));
  ExperimentResult third = header_;
  third.provenance.scenario_hash = "0";
  WritePart(file_, third, Cells(2));
  MergeParts(file_, header_);
  EXPECT_THAT(MergedReplications(), ElementsAre(0));
  EXPECT_THAT(ResumeParts(file_, other), ElementsAre(1)) << "and are still there for their own run";
  DiscardParts(file_, other);
  EXPECT_THAT(ResumeParts(file_, other), ElementsAre());
  EXPECT_THAT(ResumeParts(file_, third), ElementsAre(2));
}

TEST_F(Parts, NothingFinishedIsAnErrorAndKeepsAnotherResult) {
  EXPECT_THAT(ErrorOf([&] { MergeParts(file_, header_); }), HasSubstr("no replication has finished"));
  ExperimentResult other = testing::SampleResult(kShape);
  other.provenance.seed = 1;
  WriteResult(file_, other);
  EXPECT_THAT(ErrorOf([&] { MergeParts(file_, header_); }), HasSubstr("no replication has finished"));
  EXPECT_EQ(ReadResult(file_).provenance.seed, 1u);
}

TEST_F(Parts, ResumeTurnsAnEarlierResultBackIntoParts) {
  Write(0);
  Write(1);
  MergeParts(file_, header_);
  EXPECT_THAT(ResumeParts(file_, header_), ElementsAre(0, 1));
  Write(2);
  Write(3);
  MergeParts(file_, header_);
  testing::ExpectSameResult(ReadResult(file_), testing::SampleResult(kShape));
}

TEST_F(Parts, ReplicationsWithAFailedArmAreMergedButRunAgainOnResume) {
  std::vector<CellResult> cells = Cells(0);
  cells[1] = CellResult{};
  cells[1].replication = 0;
  cells[1].arm = 1;
  cells[1].error = "out of luck";
  WritePart(file_, header_, cells);
  Write(1);
  EXPECT_THAT(ResumeParts(file_, header_), ElementsAre(1));
  MergeParts(file_, header_);
  EXPECT_THAT(MergedReplications(), ElementsAre(1));
  EXPECT_EQ(ReadResult(file_).Cell(0, 1)->error, "out of luck");
}

TEST_F(Parts, AreWrittenFromManyThreads) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) threads.emplace_back([this, t] { Write(t); });
  for (std::thread& t : threads) t.join();
  MergeParts(file_, header_);
  testing::ExpectSameResult(ReadResult(file_), testing::SampleResult(kShape));
}

}  // namespace
}  // namespace souk
