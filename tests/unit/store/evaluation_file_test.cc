// Rules under test (evaluation.h): the same evaluation has the same bytes but for what was measured, nothing but an
// evaluation is overwritten, and results and evaluations are not taken for one another. What readers see is the subject
// of tests/system/cli_evaluation_file.py.
#include "results/store/evaluation.h"

#include <gmock/gmock.h>

#include <limits>

#include "results/store/store.h"
#include "tests/unit/store/store_testing.h"

namespace souk {
namespace {

using ::testing::ElementsAre;
using testing::ErrorOf;
using ::testing::HasSubstr;
using testing::Slurp;
using testing::Spill;

class EvaluationFile : public testing::ScratchTest {};

Evaluation Sample() {
  Evaluation e;
  e.data = "data.txt";
  e.protocol_text = "leave-one-out";
  e.baseline = "a";
  e.labels = {"a", "b é"};
  e.specs = {"popularity", "random"};
  e.cutoffs = {10};
  e.measures = {"HR", "NDCG"};
  e.value = e.low = e.high = {0.1, 0.2, 0.3, 0.4};
  e.difference = e.difference_low = e.difference_high = e.difference_p = std::vector<double>(8, 0.5);
  e.ranked_by = {0, 1};
  e.coverage = e.gini = e.novelty = e.fit_s = e.score_s = {0.25, 0.75};
  e.case_user = e.case_source = e.case_told = {0, 1, 2};
  e.wanted_case = {0, 1, 2};
  e.wanted_item = {7, 8, 9};
  e.rank = {1, 2, std::numeric_limits<double>::infinity(), 3, 4, 5.5};
  e.latency.resize(2);
  return e;
}

TEST_F(EvaluationFile, SameEvaluationSameBytes) {
  WriteEvaluation(Path("a.h5"), Sample());
  WriteEvaluation(Path("b.h5"), Sample());
  EXPECT_EQ(Slurp(Path("a.h5")), Slurp(Path("b.h5")));
  EXPECT_THAT(Listing(), ElementsAre("a.h5", "b.h5")) << "nothing temporary is left";
}

TEST_F(EvaluationFile, ReplacesAnEvaluationAndNothingElse) {
  WriteEvaluation(Path("e.h5"), Sample());
  Evaluation other = Sample();
  other.value[0] = 0.9;
  const std::string before = Slurp(Path("e.h5"));
  WriteEvaluation(Path("e.h5"), other);
  EXPECT_NE(Slurp(Path("e.h5")), before);
  Spill(Path("notes.txt"), "mine");
  EXPECT_THAT(ErrorOf([&] { WriteEvaluation(Path("notes.txt"), Sample()); }), HasSubstr("is not overwritten"));
  EXPECT_EQ(Slurp(Path("notes.txt")), "mine");
  WriteResult(Path("run.h5"), testing::SampleResult());
  EXPECT_THAT(ErrorOf([&] { CheckEvaluationWritable(Path("run.h5")); }), HasSubstr("is not an evaluation file"));
  EXPECT_THAT(ErrorOf([&] { CheckEvaluationWritable(Path("no/where.h5")); }), HasSubstr("there is no directory"));
}

TEST_F(EvaluationFile, IsNoResultsFile) {
  WriteEvaluation(Path("e.h5"), Sample());
  EXPECT_THAT(ErrorOf([&] { ReadResult(Path("e.h5")); }), HasSubstr("e.h5: is an evaluation"));
  EXPECT_THAT(ErrorOf([&] { CheckWritable(Path("e.h5")); }), HasSubstr("is not overwritten"));
}

}  // namespace
}  // namespace souk
