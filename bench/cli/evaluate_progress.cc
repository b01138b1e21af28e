#include "bench/cli/evaluate_progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "bench/cli/terminal.h"
#include "results/report/text_grid.h"

namespace souk {

using std::chrono::milliseconds;

std::string EvaluationProgressText(const OfflineProgress& p, const std::vector<NamedStrategy>& strategies) {
  if (p.measuring) return "drawing intervals";
  const std::string label = Printable(strategies[p.strategy].label);
  const std::string which = fmt::format(" ({} of {} strategies)", p.strategy + 1, p.strategies);
  if (p.fitting) return "fitting " + label + which;
  return fmt::format("asking {}{}: {} % of {} cases{}", label, p.shuffled ? ", histories shuffled" : "",
                     p.cases_done * 100 / std::max<std::int64_t>(p.cases, 1), p.cases, which);
}

EvaluationProgress::EvaluationProgress(const std::vector<NamedStrategy>& strategies, bool quiet)
    : strategies_(strategies), quiet_(quiet), terminal_(IsTerminal(STDERR_FILENO)) {}

void EvaluationProgress::Update(const OfflineProgress& progress) {
  const auto now = Clock::now();
  const milliseconds between = terminal_ ? milliseconds(200) : drawn_ ? milliseconds(10'000) : milliseconds(0);
  if (quiet_ || now - began_ < milliseconds(2000) || now - last_ < between) return;
  last_ = now;
  drawn_ = true;
  const std::string text = EvaluationProgressText(progress, strategies_);
  if (terminal_) PutError("\r\x1b[Ksouk: " + text);
  else Note(text);
}

void EvaluationProgress::Finish() {
  if (drawn_ && terminal_) PutError("\r\x1b[K");
  drawn_ = false;
}

}  // namespace souk
