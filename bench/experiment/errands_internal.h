#pragma once
// Rank k's side of the talk with rank 0: its worker threads ask for replications and report them, its main thread, the
// only one that may use MPI, carries the words.

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>

#include "bench/experiment/ranks.h"

namespace souk {

class Errands {
 public:
  /// Asks rank 0 and waits for the answer; none when there is no more. Any thread.
  std::optional<int> Next() {
    std::unique_lock lock(mutex_);
    out_.push_back({0, RankWord::kAsk, 0});
    answered_.wait(lock, [&] { return closed_ || !answers_.empty(); });
    if (answers_.empty()) return std::nullopt;
    const std::optional<int> answer = answers_.front();
    answers_.pop_front();
    return answer;
  }
  /// Any thread, after the replication's part is in place.
  void Finished(int replication) {
    const std::lock_guard lock(mutex_);
    out_.push_back({0, RankWord::kFinished, replication});
  }
  /// Every thread that waits, or will wait, is told that there is no more.
  void Close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    answered_.notify_all();
  }
  /// Sends and receives what there is; false once rank 0 has said that this is the end. Main thread.
  bool Talk(Ranks& ranks) {
    const std::lock_guard lock(mutex_);
    for (; !out_.empty(); out_.pop_front()) ranks.Send(0, out_.front().word, out_.front().value);
    while (const auto message = ranks.Receive()) {
      if (message->word == RankWord::kEnd) return false;
      if (message->word == RankWord::kRun) answers_.emplace_back(message->value);
      if (message->word == RankWord::kNoMore) answers_.emplace_back(std::nullopt);
      answered_.notify_one();
    }
    return true;
  }

 private:
  std::mutex mutex_;
  std::condition_variable answered_;
  std::deque<RankMessage> out_;
  std::deque<std::optional<int>> answers_;
  bool closed_ = false;
};

}  // namespace souk
