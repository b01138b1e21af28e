#include <algorithm>

#include "bench/experiment/ledger_internal.h"
#include "sim/base/error.h"

namespace souk {

Ledger::Ledger(ExperimentResult header, std::vector<int> replications, const StoppingRule* rule,
               std::vector<CellResult> done)
    : replications_(std::move(replications)),
      rule_(rule),
      slots_(replications_.size()),
      finished_(replications_.size()),
      limit_(replications_.size()),
      accepted_(std::move(header)) {
  for (CellResult& cell : done) {
    if (!std::binary_search(replications_.begin(), replications_.end(), cell.replication)) continue;
    const std::size_t place = IndexOf(cell.replication);
    finished_[place] = true;
    slots_[place].push_back(std::move(cell));
  }
  AcceptInOrder();
}

std::size_t Ledger::IndexOf(int replication) const {
  const auto at = std::lower_bound(replications_.begin(), replications_.end(), replication);
  SOUK_CHECK(at != replications_.end() && *at == replication);
  return static_cast<std::size_t>(at - replications_.begin());
}

std::optional<int> Ledger::Claim() {
  const std::lock_guard lock(mutex_);
  while (next_ < limit_ && finished_[next_]) ++next_;
  if (closed_ || next_ >= limit_) return std::nullopt;
  return replications_[next_++];
}

void Ledger::Close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
}

void Ledger::Finish(std::vector<CellResult> cells) {
  SOUK_CHECK(!cells.empty());
  const std::lock_guard lock(mutex_);
  const std::size_t place = IndexOf(cells.front().replication);
  SOUK_CHECK(!finished_[place]);
  finished_[place] = true;
  slots_[place] = std::move(cells);
  AcceptInOrder();
}

void Ledger::AcceptInOrder() {
  while (accepted_count_ < limit_ && finished_[accepted_count_]) {
    for (CellResult& cell : slots_[accepted_count_]) accepted_.cells.push_back(std::move(cell));
    slots_[accepted_count_].clear();
    const int count = static_cast<int>(++accepted_count_);
    if (rule_ != nullptr && rule_->LookDue(count) && rule_->Enough(accepted_)) limit_ = accepted_count_;
  }
}

int Ledger::to_run() const {
  const std::lock_guard lock(mutex_);
  return static_cast<int>(
      std::count(finished_.begin(), finished_.begin() + static_cast<std::ptrdiff_t>(limit_), false));
}

bool Ledger::Complete() const {
  const std::lock_guard lock(mutex_);
  return accepted_count_ == limit_;
}

ExperimentResult Ledger::TakeResult() {
  const std::lock_guard lock(mutex_);
  if (rule_ != nullptr && accepted_count_ == limit_) {
    accepted_.planned_replications = static_cast<int>(limit_);
  } else {
    for (std::size_t place = accepted_count_; place < limit_; ++place)
      for (CellResult& cell : slots_[place]) accepted_.cells.push_back(std::move(cell));
  }
  return std::move(accepted_);
}

}  // namespace souk
