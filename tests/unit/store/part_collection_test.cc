// Rules under test (part_collection.h): parts make the file that one run would have written, wherever they lie and in
// whatever order they come; a set with gaps is usable and grows; nothing is lost that is put there meanwhile.
#include "results/store/part_collection.h"

#include <gmock/gmock.h>

#include "results/store/store.h"
#include "tests/support/sample_result.h"
#include "tests/unit/store/store_testing.h"

namespace souk {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using testing::ErrorOf;
using ::testing::HasSubstr;

class Collection : public testing::SampleTest {
 protected:
  void Write(const std::string& file, std::int32_t replication) { WritePart(file, header_, Cells(replication)); }
  void Merge(const std::vector<std::string>& sources = {}, bool complete = false) {
    PartCollection parts(file_, sources, "");
    parts.Write(parts.result(), complete);
  }
  /// The bytes that one write of these replications gives.
  std::string Whole(const std::vector<std::int32_t>& replications) {
    ExperimentResult whole = header_;
    for (const std::int32_t r : replications)
      for (CellResult& cell : Cells(r)) whole.cells.push_back(std::move(cell));
    WriteResult(Path("whole.h5"), whole);
    std::string bytes = testing::Slurp(Path("whole.h5"));
    fs::remove(Path("whole.h5"));
    return bytes;
  }
};

TEST_F(Collection, GapsAreFilledLater) {
  Write(file_, 3);
  Write(file_, 1);
  Merge();
  EXPECT_TRUE(testing::Slurp(file_) == Whole({1, 3}));
  EXPECT_THAT(Listing(), ElementsAre("run.h5"));
  Write(file_, 0);
  Write(file_, 2);
  Merge();
  EXPECT_TRUE(testing::Slurp(file_) == Whole({0, 1, 2, 3})) << "records of the older file included";
  EXPECT_TRUE(PartCollection(file_, {}, "").IsMerged());
}

TEST_F(Collection, SourcesAreFoldersOfPartsPartsAndResults) {
  Write(Path("a.h5"), 0);
  Write(Path("b.h5"), 1);
  Write(Path("c.h5"), 2);
  MergeParts(Path("c.h5"), header_);
  Write(Path("d.h5"), 3);
  std::string key, part;
  for (const auto& entry : fs::directory_iterator(Path("b.h5.parts"))) key = entry.path().string();
  for (const auto& entry : fs::recursive_directory_iterator(Path("d.h5.parts"))) part = entry.path().string();
  Merge({Path("a.h5.parts"), key, Path("c.h5"), part}, true);
  EXPECT_TRUE(testing::Slurp(file_) == Whole({0, 1, 2, 3}));
  EXPECT_TRUE(fs::exists(part)) << "sources stay";
}

TEST_F(Collection, ShardsOfTwoBuildsAreRefused) {
  header_.provenance.git = "aaaaaaaaaaaa";
  Write(file_, 0);
  header_.provenance.git = "bbbbbbbbbbbb";
  Write(file_, 1);
  const std::string refused = ErrorOf([&] { Merge(); });
  EXPECT_THAT(refused, HasSubstr("aaaaaaaaaaaa"));
  EXPECT_THAT(refused, HasSubstr("bbbbbbbbbbbb"));
  EXPECT_THAT(refused, HasSubstr("r00001.h5"));
  EXPECT_FALSE(fs::exists(file_));
  header_.provenance.git = "aaaaaaaaaaaa";
  Write(file_, 1);  // run again with the first build
  Merge();
  EXPECT_TRUE(testing::Slurp(file_) == Whole({0, 1}));
}

TEST_F(Collection, WhatArrivesWhileMergingStays) {
  Write(file_, 0);
  PartCollection parts(file_, {}, "");
  Write(file_, 1);
  parts.Write(parts.result(), false);
  EXPECT_TRUE(testing::Slurp(file_) == Whole({0}));
  Merge();
  EXPECT_TRUE(testing::Slurp(file_) == Whole({0, 1}));
}

TEST_F(Collection, AFinishedReplicationIsPreferredToAFailedOne) {
  std::vector<CellResult> failed = Cells(0);
  failed[1] = CellResult{.replication = 0, .arm = 1, .error = "out of luck"};
  WritePart(file_, header_, failed);
  Write(Path("again.h5"), 0);
  Merge({Path("again.h5.parts")});
  EXPECT_TRUE(testing::Slurp(file_) == Whole({0}));
}

TEST_F(Collection, OtherOutcomesOfOneReplicationAreRefused) {
  Write(file_, 0);
  std::vector<CellResult> other = Cells(0);
  other[1].fingerprint ^= 1;
  WritePart(Path("other.h5"), header_, other);
  EXPECT_THAT(ErrorOf([&] { PartCollection(file_, {Path("other.h5.parts")}, ""); }),
              HasSubstr("replication 0 has other outcomes"));
}

TEST_F(Collection, SeveralExperimentsAreListedAndOneIsChosen) {
  Write(file_, 0);
  const std::string key = fs::directory_iterator(PartsDirectory(file_))->path().filename().string();
  ExperimentResult seed = header_;
  seed.provenance.seed = 5;
  WritePart(file_, seed, Cells(1));
  const std::string error = ErrorOf([&] { PartCollection(file_, {}, ""); });
  EXPECT_THAT(error, HasSubstr("several experiments"));
  EXPECT_THAT(error, HasSubstr(key));
  EXPECT_THAT(error, HasSubstr("sample, seed 5, in 1 file"));
  PartCollection chosen(file_, {}, key);
  ASSERT_EQ(chosen.result().cells.size(), 2u);
  EXPECT_EQ(chosen.result().provenance.seed, header_.provenance.seed);
  chosen.Write(chosen.result(), true);
  EXPECT_THAT(ResumeParts(file_, seed), ElementsAre(1)) << "the other one's part is still there";
  std::string near = key;
  near[0] = near[0] == 'x' ? 'y' : 'x';
  EXPECT_THAT(ErrorOf([&] { PartCollection(file_, {}, near); }), HasSubstr("did you mean " + key));
}

TEST_F(Collection, NothingAndForeignThingsAreErrors) {
  EXPECT_THAT(ErrorOf([&] { PartCollection(file_, {}, ""); }), HasSubstr("nothing to merge"));
  EXPECT_THAT(ErrorOf([&] { PartCollection(file_, {Path("absent")}, ""); }), HasSubstr("No such file"));
  Write(file_, 0);
  ExperimentResult seed = header_;
  seed.provenance.seed = 5;
  WritePart(Path("other.h5"), seed, Cells(1));
  const std::string key = fs::directory_iterator(PartsDirectory(file_))->path().filename().string();
  EXPECT_THAT(ErrorOf([&] { PartCollection(file_, {Path("other.h5.parts")}, key); }), HasSubstr("nothing of this"));
  const std::string part = PartsDirectory(file_) + "/" + key + "/r00000.h5";
  testing::Spill(part, testing::Slurp(part).substr(0, 5000));
  EXPECT_THAT(ErrorOf([&] { PartCollection(file_, {}, ""); }), HasSubstr("r00000.h5"));
  testing::Spill(file_, "my only copy");
  EXPECT_THAT(ErrorOf([&] { PartCollection(file_, {}, ""); }), HasSubstr("run.h5"));
  EXPECT_EQ(testing::Slurp(file_), "my only copy");
}

TEST_F(Collection, TemporaryFilesOfTheDeadAreRemovedAndOthersStay) {
  Write(file_, 0);
  const std::string folder = fs::directory_iterator(PartsDirectory(file_))->path().string();
  char host[64] = "";
  ::gethostname(host, sizeof host - 1);
  const std::string mark = std::string(".tmp-") + host + "-";
  const std::string dead = "4194304-0";  // above the largest process id of Linux
  testing::Spill(file_ + mark + dead, "half");
  testing::Spill(folder + "/r00001.h5" + mark + dead, "half");
  testing::Spill(folder + "/r00002.h5" + mark + std::to_string(::getpid()) + "-99", "at work");
  testing::Spill(folder + "/r00003.h5.tmp-elsewhere-" + dead, "on another machine");
  testing::Spill(Path("another.h5" + mark + dead), "of another file");
  RemoveAbandoned(file_);
  EXPECT_FALSE(fs::exists(file_ + mark + dead));
  EXPECT_FALSE(fs::exists(folder + "/r00001.h5" + mark + dead));
  EXPECT_EQ(std::distance(fs::directory_iterator(folder), fs::directory_iterator()), 3);
  EXPECT_TRUE(fs::exists(Path("another.h5" + mark + dead)));
}

}  // namespace
}  // namespace souk
