// Rules under test (model_file.h): what was written comes back, whatever the size; any file that is not exactly what
// was written is refused by name with what was found and what is allowed; nothing else is ever overwritten.
#include "results/store/model_file.h"

#include <gmock/gmock.h>

#include <random>

#include "tests/support/sample_result.h"
#include "tests/unit/store/store_testing.h"

namespace souk {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using testing::ErrorOf;
using ::testing::HasSubstr;
using testing::Slurp;
using testing::Spill;

class ModelFile : public testing::ScratchTest {};

Model Sample(std::size_t size = 3000) {
  std::mt19937_64 bits(7);
  Model model{.header = {"recommender", "item-knn", "neighbours: 20, decay: 0.5", "0123456789abcdef", 60, "0.1.0"},
              .state = std::string(size, '\0')};
  for (char& c : model.state) c = static_cast<char>(bits() & 0xFF);
  return model;
}

TEST_F(ModelFile, GivesBackWhatWasWritten) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{511}, std::size_t{3'000'000}}) {
    WriteModel(Path("m.h5"), Sample(size));
    const Model read = ReadModel(Path("m.h5"));
    const Model expected = Sample(size);
    EXPECT_EQ(read.state, expected.state) << size;
    EXPECT_EQ(read.header.slot, expected.header.slot);
    EXPECT_EQ(read.header.strategy, expected.header.strategy);
    EXPECT_EQ(read.header.parameters, expected.header.parameters);
    EXPECT_EQ(read.header.catalogue, expected.header.catalogue);
    EXPECT_EQ(read.header.items, 60);
    EXPECT_EQ(read.header.souk, "0.1.0");
  }
  EXPECT_THAT(Listing(), ElementsAre("m.h5"));
}

TEST_F(ModelFile, SameModelSameBytes) {
  WriteModel(Path("a.h5"), Sample());
  WriteModel(Path("b.h5"), Sample());
  EXPECT_EQ(Slurp(Path("a.h5")), Slurp(Path("b.h5")));
}

TEST_F(ModelFile, BeginsWithABlockThatPeopleCanRead) {
  WriteModel(Path("m.h5"), Sample());
  const std::string bytes = Slurp(Path("m.h5"));
  EXPECT_THAT(bytes,
              ::testing::StartsWith("souk model 1\nbytes " + std::to_string(bytes.size() - 512) + "\nchecksum "));
  EXPECT_EQ(bytes.substr(512, 8), "\x89HDF\r\n\x1a\n");
}

TEST_F(ModelFile, EveryTruncationIsRefused) {
  WriteModel(Path("m.h5"), Sample());
  const std::string whole = Slurp(Path("m.h5"));
  std::vector<std::size_t> lengths = {0, 1, 11, 12, 100, 511, 512, 513, whole.size() - 1};
  for (std::size_t n = 600; n < whole.size(); n += 97) lengths.push_back(n);
  for (const std::size_t length : lengths) {
    Spill(Path("cut.h5"), whole.substr(0, length));
    const std::string error = ErrorOf([&] { ReadModel(Path("cut.h5")); });
    EXPECT_THAT(error, HasSubstr("cut.h5: ")) << length;
    if (length >= 512) {
      EXPECT_THAT(error, AllOf(HasSubstr("is truncated: found"), HasSubstr("allowed"))) << length;
    }
  }
  EXPECT_THAT(ErrorOf([&] {
                Spill(Path("cut.h5"), "");
                ReadModel(Path("cut.h5"));
              }),
              HasSubstr("is empty; allowed a model file"));
}

/// Each byte in turn, with one bit flipped: of the block, of HDF5's own structures and of the state.
TEST_F(ModelFile, EveryFlippedBitIsRefused) {
  WriteModel(Path("m.h5"), Sample(200));
  const std::string whole = Slurp(Path("m.h5"));
  int refused = 0;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << (at % 8)));
    Spill(Path("flip.h5"), damaged);
    const std::string error = ErrorOf([&] { ReadModel(Path("flip.h5")); });
    EXPECT_THAT(error, HasSubstr("flip.h5: ")) << "byte " << at;
    refused += error.empty() ? 0 : 1;
    if (at >= 512) {
      EXPECT_THAT(error, HasSubstr("is damaged: found")) << "byte " << at;
    }
  }
  EXPECT_EQ(static_cast<std::size_t>(refused), whole.size());
  Spill(Path("flip.h5"), whole + "x");
  EXPECT_THAT(ErrorOf([&] { ReadModel(Path("flip.h5")); }), HasSubstr("is damaged")) << "appended";
}

TEST_F(ModelFile, ForeignFilesAreCalledWhatTheyAre) {
  const auto error = [&] { return ErrorOf([&] { ReadModel(Path("f.h5")); }); };
  EXPECT_THAT(error(), HasSubstr("f.h5: cannot be read: No such file"));
  EXPECT_THAT(ErrorOf([&] { ReadModel(folder_.string()); }), HasSubstr("is a directory"));
  Spill(Path("f.h5"), "name: shop\n");
  EXPECT_THAT(error(), HasSubstr("is not an HDF5 file; allowed a model file (souk run --save-models"));
  WriteResult(Path("run.h5"), testing::SampleResult());
  EXPECT_THAT(ErrorOf([&] { ReadModel(Path("run.h5")); }),
              HasSubstr("is a results file of souk; allowed a model file"));
  WriteModel(Path("m.h5"), Sample());
  Spill(Path("g.h5"), std::string(512, '\0') + Slurp(Path("m.h5")).substr(512));
  EXPECT_THAT(ErrorOf([&] { ReadModel(Path("g.h5")); }), HasSubstr("is an HDF5 file, but no model of souk"));
  std::string later = Slurp(Path("m.h5"));
  later.replace(0, 12, "souk model 7");
  Spill(Path("m7.h5"), later);
  EXPECT_THAT(ErrorOf([&] { ReadModel(Path("m7.h5")); }), HasSubstr("found a model of format 7; allowed 1"));
}

TEST_F(ModelFile, OnlyModelsAreReplaced) {
  Spill(Path("text.h5"), "precious");
  EXPECT_THAT(ErrorOf([&] { WriteModel(Path("text.h5"), Sample()); }),
              HasSubstr("is not a model file of souk, so it is"));
  EXPECT_EQ(Slurp(Path("text.h5")), "precious");
  WriteResult(Path("run.h5"), testing::SampleResult());
  const std::string before = Slurp(Path("run.h5"));
  EXPECT_THAT(ErrorOf([&] { WriteModel(Path("run.h5"), Sample()); }), HasSubstr("is not overwritten"));
  EXPECT_EQ(Slurp(Path("run.h5")), before);
  WriteModel(Path("m.h5"), Sample(10));
  WriteModel(Path("m.h5"), Sample(20));
  EXPECT_EQ(ReadModel(Path("m.h5")).state.size(), 20U);
  EXPECT_THAT(ErrorOf([&] { WriteModel(Path("nowhere/m.h5"), Sample()); }), HasSubstr("there is no directory"));
}

TEST_F(ModelFile, AResultDoesNotReplaceAModel) {
  WriteModel(Path("m.h5"), Sample());
  EXPECT_THAT(ErrorOf([&] { WriteResult(Path("m.h5"), testing::SampleResult()); }), HasSubstr("is not overwritten"));
  EXPECT_EQ(ReadModel(Path("m.h5")).state, Sample().state);
}

}  // namespace
}  // namespace souk
