#include "bench/cli/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "bench/cli/terminal.h"
#include "results/report/text_grid.h"

namespace souk {
namespace {

constexpr auto kRedraw = std::chrono::milliseconds(200);
constexpr auto kBetweenLines = std::chrono::seconds(2);

ProgressStyle Resolve(ProgressStyle style) {
  if (style != ProgressStyle::kAuto) return style;
  const char* term = std::getenv("TERM");
  const bool dumb = term == nullptr || std::string(term) == "dumb";
  return IsTerminal(STDERR_FILENO) && !dumb ? ProgressStyle::kBar : ProgressStyle::kPlain;
}

std::string Left(const Progress& p, double elapsed_s) {
  if (p.cells_done == 0 || p.cells_done >= p.cells) return {};
  return DurationText(elapsed_s * (p.cells - p.cells_done) / p.cells_done) + " left";
}

std::string Failed(const Progress& p) { return p.failed > 0 ? fmt::format(", {} failed", p.failed) : ""; }

}  // namespace

std::string DurationText(double seconds) {
  const auto s = static_cast<long long>(std::llround(std::max(seconds, 0.0)));
  if (s < 60) return fmt::format("{} s", s);
  if (s < 3600) return fmt::format("{} min {:02} s", s / 60, s % 60);
  return fmt::format("{} h {:02} min", s / 3600, s % 3600 / 60);
}

std::string ProgressBar(const Progress& p, double elapsed_s, int width) {
  const double share = p.cells > 0 ? static_cast<double>(p.cells_done) / p.cells : 0;
  const std::string left = Left(p, elapsed_s);
  std::string facts = fmt::format(" {}/{}{} · {}", p.cells_done, p.cells, Failed(p), DurationText(elapsed_s));
  if (!left.empty()) facts += ", " + left;
  if (!p.last.empty() && DisplayWidth(facts) + DisplayWidth(p.last) + 3 + 22 <= width) facts += " · " + p.last;
  const int cells = std::clamp(width - DisplayWidth(facts) - 3, 0, 40);
  if (cells < 5) return Shorten(facts.substr(1), width);
  const int full = static_cast<int>(share * cells);
  return "[" + std::string(static_cast<std::size_t>(full), '#') +
         std::string(static_cast<std::size_t>(cells - full), '.') + "]" + facts;
}

std::string ProgressLine(const Progress& p, double elapsed_s) {
  std::string line = fmt::format("{} of {} cells, {} of {} replications{}, {}", p.cells_done, p.cells,
                                 p.replications_done, p.replications, Failed(p), DurationText(elapsed_s));
  if (const std::string left = Left(p, elapsed_s); !left.empty()) line += ", about " + left;
  return line;
}

std::string ProgressJson(const Progress& p) {
  return fmt::format(
      R"({{"replication":{},"replications_done":{},"replications":{},"cells_done":{},"cells":{},"failed":{},"rank":{},"elapsed_s":{:.3f}}})"
      "\n",
      p.finished, p.replications_done, p.replications, p.cells_done, p.cells, p.failed, p.rank, p.elapsed_s);
}

ProgressDisplay::ProgressDisplay(ProgressStyle style) : style_(Resolve(style)), last_line_(began_) {
  if (style_ != ProgressStyle::kBar) return;
  painter_ = std::jthread([this](const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
      Redraw();
      changed_.wait_for(lock, stop, kRedraw, [] { return false; });
    }
  });
}

ProgressDisplay::~ProgressDisplay() { Finish(); }

void ProgressDisplay::Update(const Progress& progress) {
  const std::lock_guard lock(mutex_);
  progress_ = progress;
  if (style_ == ProgressStyle::kJson && progress.finished >= 0) PutError(ProgressJson(progress));
  if (style_ == ProgressStyle::kBar && !drawn_) Redraw();  // a short run is over before the painter looks again
  const auto now = Clock::now();
  if (style_ != ProgressStyle::kPlain || finished_ || now - last_line_ < kBetweenLines) return;
  last_line_ = now;
  printed_cells_ = progress.cells_done;
  Note(ProgressLine(progress, std::chrono::duration<double>(now - began_).count()));
}

void ProgressDisplay::Redraw() {
  if (finished_ || progress_.cells == 0) return;
  const double elapsed_s = std::chrono::duration<double>(Clock::now() - began_).count();
  const int columns = Columns(STDERR_FILENO);
  PutError("\r" + ProgressBar(progress_, elapsed_s, columns > 0 ? columns - 1 : 79) + "\033[K");
  drawn_ = true;
}

void ProgressDisplay::Finish() {
  painter_ = {};  // stops and joins
  const std::lock_guard lock(mutex_);
  if (finished_) return;
  finished_ = true;
  if (drawn_) PutError("\r\033[K");
  if (style_ == ProgressStyle::kPlain && progress_.cells > 0 && printed_cells_ != progress_.cells_done)
    Note(ProgressLine(progress_, std::chrono::duration<double>(Clock::now() - began_).count()));
}

}  // namespace souk
