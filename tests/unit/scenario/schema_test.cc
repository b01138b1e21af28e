// The JSON Schema against the reader, over the corpus: schema_corpus.py asks Python's jsonschema.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "sim/scenario/gate_spec.h"
#include "tests/unit/scenario/corpus.h"

namespace souk {
namespace {

namespace fs = std::filesystem;

std::string Python() { return fs::exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3"; }

/// The exit code of schema_corpus.py: 0 they agree, 77 Python has no jsonschema or no yaml.
template <class Good>
int CompareWithSchema(const std::string& schema, const std::vector<std::string>& files, int least, Good good) {
  const fs::path folder = fs::temp_directory_path() / ("souk_schema_" + std::to_string(getpid()));
  fs::create_directories(folder);
  std::ofstream(folder / "schema.json") << schema;
  std::ofstream verdicts(folder / "verdicts.txt");
  for (const std::string& file : files) verdicts << (good(file) ? "good " : "broken ") << file << "\n";
  verdicts.close();
  const std::string command = Python() + " tests/unit/scenario/schema_corpus.py " + (folder / "schema.json").string() +
                              " " + (folder / "verdicts.txt").string() + " " + std::to_string(least);
  const int status = std::system(command.c_str());
  fs::remove_all(folder);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(Schema, IsValidDraft7AndAgreesWithTheReaderOnTheCorpus) {
  const int code = CompareWithSchema(ScenarioJsonSchema({}), CorpusFiles(), 45,
                                     [](const std::string& file) { return ReadScenario(file).problems.empty(); });
  if (code == 77) GTEST_SKIP() << "Python has no jsonschema or no yaml";
  EXPECT_EQ(code, 0);
}

TEST(Schema, OfGatesAgreesWithTheirReader) {
  const int code = CompareWithSchema(GateJsonSchema(), CorpusFiles("tests/unit/scenario/gate_corpus"), 20,
                                     [](const std::string& file) { return ReadGateSpec(file).problems.empty(); });
  if (code == 77) GTEST_SKIP() << "Python has no jsonschema or no yaml";
  EXPECT_EQ(code, 0);
}

TEST(Schema, ListsTheStrategiesOfEachSlotWithTheirParameters) {
  const std::string schema = ScenarioJsonSchema(
      {{Slot::kPricing, "greedy", "Cuts prices.", {{"step", "real", "size of a cut", 0.01, 0.5, "0.1"}}}});
  EXPECT_NE(schema.find("\"greedy\""), std::string::npos);
  EXPECT_NE(schema.find("size of a cut (default 0.1)"), std::string::npos);
  EXPECT_NE(schema.find("\"maximum\": 0.5"), std::string::npos);
}

}  // namespace
}  // namespace souk
