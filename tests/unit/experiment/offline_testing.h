#pragma once
// What the tests of offline evaluation share: files in a scratch folder, data written as numbers, and a message.

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "bench/experiment/offline_data.h"
#include "sim/base/error.h"

namespace souk::testing {

/// A file that is gone with the object.
class ScratchFile {
 public:
  explicit ScratchFile(const std::string& text, const std::string& name = "data.txt") {
    static int count = 0;
    folder_ = std::filesystem::temp_directory_path() /
              ("souk-offline-" + std::to_string(::getpid()) + "-" + std::to_string(count++));
    std::filesystem::create_directory(folder_);
    path_ = folder_ / name;
    std::ofstream(path_, std::ios::binary) << text;
  }
  ~ScratchFile() { std::filesystem::remove_all(folder_); }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
  [[nodiscard]] std::string path() const { return path_.string(); }

 private:
  std::filesystem::path folder_;
  std::filesystem::path path_;
};

/// The message of the Error that `call` must throw, without what stands before the file's name.
inline std::string ErrorOf(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& e) {
    const std::string text = e.what();
    const std::size_t at = text.find("data.txt");
    return at == std::string::npos ? text : text.substr(at);
  }
  return "no error";
}

inline Sequence Items(const std::vector<std::int32_t>& items) {
  Sequence sequence;
  for (const std::int32_t item : items) sequence.push_back({.item = item});
  return sequence;
}

inline std::vector<std::int32_t> ItemsOf(const Sequence& sequence) {
  std::vector<std::int32_t> items;
  for (const Interaction& e : sequence) items.push_back(e.item);
  return items;
}

/// Users with these items; ids are dense already.
inline OfflineData MakeData(const std::vector<std::vector<std::int32_t>>& users,
                            const std::vector<std::vector<std::int32_t>>& test = {}) {
  OfflineData data;
  std::int32_t items = 0;
  const auto add = [&items](const auto& all, std::vector<Sequence>& to) {
    for (const auto& one : all) {
      for (const std::int32_t item : one) items = std::max(items, item + 1);
      to.push_back(Items(one));
    }
  };
  add(users, data.sequences);
  add(test, data.test);
  for (std::int32_t i = 0; i < items; ++i) data.item_ids.push_back(i);
  for (const auto& one : users) data.interactions += static_cast<std::int64_t>(one.size());
  return data;
}

}  // namespace souk::testing
