#pragma once
// The processes that share one run under `mpirun -n N souk run …`, and the few words that they exchange. Results never
// travel: every rank writes its own parts into the folder that all of them see, and rank 0 merges. The only file that
// knows MPI is ranks.cc; without -DSOUK_MPI=ON there is one rank, which is 0.

#include <optional>

namespace souk {

/// What ranks say to each other. Rank k → 0: ask, finished, left. Rank 0 → k: start, run, no more, end.
enum class RankWord : int {
  kStart,     ///< the results file is prepared: go on
  kAsk,       ///< one thread is idle
  kRun,       ///< answer: run this replication
  kNoMore,    ///< answer: nothing left for that thread
  kFinished,  ///< this replication is run and its part is in place
  kLeft,      ///< no more from this rank; value 1: it failed
  kEnd,       ///< stop and leave
};

struct RankMessage {
  int from = 0;
  RankWord word = RankWord::kEnd;
  int value = 0;
};

/// Membership of this process, one object per program. Thread safety: all calls from the thread that made it (MPI's
/// "funneled"). Waiting never spins: a rank that waits leaves its processor to the others.
class Ranks {
 public:
  /// Joins the processes that mpirun started with this one. Throws Error in a build without MPI when mpirun started
  /// several: each would run everything and overwrite the others' results.
  Ranks();
  /// Rank 0 tells the others to end and waits until all have left; the others say that they leave (whether by an
  /// exception or not) and wait for that word, so that rank 0 may still merge in peace.
  ~Ranks();
  Ranks(const Ranks&) = delete;
  Ranks& operator=(const Ranks&) = delete;

  [[nodiscard]] static bool BuiltWithMpi();
  [[nodiscard]] int rank() const { return rank_; }
  [[nodiscard]] int size() const { return size_; }
  [[nodiscard]] bool first() const { return rank_ == 0; }

  void Send(int to, RankWord word, int value = 0);
  void SendToAll(RankWord word, int value = 0);
  /// The next message, if one has come. Notes kEnd and kLeft, which its users see as well.
  std::optional<RankMessage> Receive();
  /// For ranks other than 0: waits for rank 0's word; false when that is kEnd.
  bool WaitForStart();
  /// A pause between two looks for messages.
  static void Nap();

 private:
  int rank_ = 0;
  int size_ = 1;
  int left_ = 0;        ///< rank 0: how many have left
  bool ended_ = false;  ///< others: kEnd has come
};

}  // namespace souk
