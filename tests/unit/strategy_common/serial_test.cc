#include "strategies/common/serial.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

namespace souk {
namespace {

std::string Written() {
  std::ostringstream out;
  StateWriter writer(out, "surge", 3, 12);
  writer.Put(2.5);
  writer.PutColumn(std::vector<float>{1, 2, 3});
  writer.PutString("bazaar");
  writer.PutColumn(std::vector<std::int32_t>{});
  writer.Finish();
  return out.str();
}

void Read(const std::string& bytes, std::string_view owner = "surge", std::int64_t version = 3,
          std::int64_t size = 12) {
  std::istringstream in(bytes);
  StateReader reader(in, owner, version, size);
  EXPECT_EQ(reader.Get<double>(), 2.5);
  EXPECT_EQ(reader.GetColumn<float>(3), (std::vector<float>{1, 2, 3}));
  EXPECT_EQ(reader.GetString(), "bazaar");
  EXPECT_TRUE(reader.GetColumn<std::int32_t>().empty());
  reader.Finish();
}

TEST(Serial, ReadsWhatItWrote) { EXPECT_NO_THROW(Read(Written())); }

TEST(Serial, StartsWithItsMagic) { EXPECT_EQ(Written().substr(0, 8), "SOUKSTR1"); }

TEST(Serial, RefusesAForeignState) {
  EXPECT_THROW(Read(Written(), "fixed"), Error);
  EXPECT_THROW(Read(Written(), "surge", 4), Error);
  EXPECT_THROW(Read(Written(), "surge", 3, 13), Error);
  EXPECT_THROW(Read("PNG and then some more bytes"), Error);
  EXPECT_THROW(Read(""), Error);
}

TEST(Serial, SaysWhatItFoundAndWhatIsAllowed) {
  try {
    Read(Written(), "surge", 4);
    FAIL();
  } catch (const Error& e) {
    EXPECT_STREQ(e.what(), "loading strategy 'surge': found version 3; allowed: 4");
  }
}

TEST(Serial, RefusesEveryTruncation) {
  const std::string bytes = Written();
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    std::istringstream in(bytes.substr(0, length));
    EXPECT_THROW(
        {
          StateReader reader(in, "surge", 3, 12);
          reader.Get<double>();
          reader.GetColumn<float>(3);
          reader.GetString();
          reader.GetColumn<std::int32_t>();
          reader.Finish();
        },
        Error)
        << length;
  }
}

TEST(Serial, RefusesEveryDamagedByte) {
  const std::string bytes = Written();
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x40);
    std::istringstream in(damaged);
    EXPECT_THROW(
        {
          StateReader reader(in, "surge", 3, 12);
          reader.Get<double>();
          reader.GetColumn<float>(3);
          reader.GetString();
          reader.GetColumn<std::int32_t>();
          reader.Finish();
        },
        Error)
        << at;
  }
}

TEST(Serial, AColumnOfAnotherLengthIsRefused) {
  std::ostringstream out;
  StateWriter writer(out, "surge", 1, 1);
  writer.PutColumn(std::vector<double>{1, 2});
  writer.Finish();
  std::istringstream in(out.str());
  StateReader reader(in, "surge", 1, 1);
  EXPECT_THROW(reader.GetColumn<double>(3), Error);
}

TEST(Serial, AStreamThatCannotBeWrittenIsAnError) {
  std::ostringstream out;
  out.setstate(std::ios::badbit);
  StateWriter writer(out, "surge", 1, 1);
  EXPECT_THROW(writer.Finish(), Error);
}

}  // namespace
}  // namespace souk
