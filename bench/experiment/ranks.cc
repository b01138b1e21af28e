#include "bench/experiment/ranks.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <string>
#include <thread>

#include "sim/base/error.h"

#ifdef SOUK_MPI
#define OMPI_SKIP_MPICXX 1  // the C++ bindings, which MPI has dropped, would need a library of their own
#define MPICH_SKIP_MPICXX 1
#include <mpi.h>
#endif

namespace souk {
namespace {

#ifdef SOUK_MPI
/// Started without a launcher, MPI would take a third of a second to find out that it is alone.
bool Launched() {
  for (const char* variable : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "PMI_RANK", "PMIX_RANK"})
    if (std::getenv(variable) != nullptr) return true;
  return false;
}
#else
/// Of a variable that a launcher sets; 0 when it is not set.
int NumberIn(const char* variable) {
  const char* text = std::getenv(variable);
  return text == nullptr ? 0 : std::atoi(text);
}
#endif

}  // namespace

void Ranks::Nap() { std::this_thread::sleep_for(std::chrono::milliseconds(1)); }

void Ranks::SendToAll(RankWord word, int value) {
  for (int rank = 1; rank < size_; ++rank) Send(rank, word, value);
}

bool Ranks::WaitForStart() {
  for (;; Nap()) {
    const auto message = Receive();
    if (message && message->word == RankWord::kStart) return true;
    if (ended_) return false;
  }
}

Ranks::~Ranks() {
  if (size_ == 1) return;
  if (first()) {
    SendToAll(RankWord::kEnd);
    while (left_ < size_ - 1)
      if (!Receive()) Nap();
  } else {
    Send(0, RankWord::kLeft, std::uncaught_exceptions() > 0 ? 1 : 0);
    while (!ended_)
      if (!Receive()) Nap();
  }
#ifdef SOUK_MPI
  MPI_Finalize();
#endif
}

#ifdef SOUK_MPI

bool Ranks::BuiltWithMpi() { return true; }

Ranks::Ranks() {
  if (!Launched()) return;
  int provided = 0;
  MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
  MPI_Comm_size(MPI_COMM_WORLD, &size_);
  if (size_ == 1) MPI_Finalize();
}

void Ranks::Send(int to, RankWord word, int value) {
  MPI_Send(&value, 1, MPI_INT, to, static_cast<int>(word), MPI_COMM_WORLD);
}

std::optional<RankMessage> Ranks::Receive() {
  if (size_ == 1) return {};
  int waiting = 0;
  MPI_Status status;
  MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &waiting, &status);
  if (!waiting) return {};
  RankMessage message{status.MPI_SOURCE, static_cast<RankWord>(status.MPI_TAG), 0};
  MPI_Recv(&message.value, 1, MPI_INT, message.from, status.MPI_TAG, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
  if (message.word == RankWord::kLeft) ++left_;
  if (message.word == RankWord::kEnd) ended_ = true;
  return message;
}

#else

bool Ranks::BuiltWithMpi() { return false; }

Ranks::Ranks() {
  const int started = std::max(NumberIn("OMPI_COMM_WORLD_SIZE"), NumberIn("PMI_SIZE"));
  if (started > 1) {
    throw Error("mpirun started " + std::to_string(started) +
                " processes, but this souk was built without MPI (-DSOUK_MPI=ON); --shard i/n needs none");
  }
}

void Ranks::Send(int, RankWord, int) { SOUK_CHECK(false); }

std::optional<RankMessage> Ranks::Receive() { return {}; }

#endif

}  // namespace souk
