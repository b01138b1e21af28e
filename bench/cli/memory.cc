#include "bench/cli/memory.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>

#include "bench/experiment/experiment.h"
#include "bench/experiment/stopping.h"
#include "sim/base/error.h"

namespace souk {
namespace {

constexpr double kProgram = 35e6;
constexpr double kItem = 250;
constexpr double kCategory = 36'000;
constexpr double kShopper = 1'750;  ///< but for tastes and favourites
constexpr double kView = 220;
constexpr double kCell = 0.5e6;
constexpr double kCellDay = 4'000;
constexpr double kCellShopper = 32;
constexpr double kRecordedView = 350;

/// Visits per day of the mean shopper.
struct VisitsPerDay {
  double operator()(const LognormalReturn& law) const {
    const double between = law.sd_visitor * law.sd_visitor;
    const double within = law.sd_visit * law.sd_visit;
    const double gap_h = law.offset_h + std::exp(law.mean_log_h + (within - between) / 2);
    return 24 / std::max(gap_h, 0.02);
  }
  double operator()(const BgNbdReturn& law) const { return law.r / law.alpha_weeks / 7; }
  double operator()(const ErlangReturn& law) const {
    return std::exp(law.sd_visitor * law.sd_visitor / 2) / law.mean_days;
  }
};

/// Mean views of a session, were it never cut.
struct ViewsPerSession {
  double operator()(const LogitNormalLeave& law) const {
    const double spread = law.sd_visitor * law.sd_visitor + law.sd_session * law.sd_session;
    return 1 + std::exp(spread / 2 - law.intercept);
  }
  double operator()(const BetaGeometricLeave& law) const {
    return law.a > 1 ? std::min((law.a + law.b - 1) / (law.a - 1), 1e4) : 1e4;
  }
  double operator()(const NegativeBinomialLeave& law) const { return law.mean; }
};

double ViewsPerDay(const Scenario& s) {
  double weight = 0;
  double rate = 0;
  for (const SegmentSpec& segment : s.segments) {
    weight += segment.share;
    rate += segment.share * segment.visit_rate;
  }
  // New shoppers begin with a visit, messages bring some forward.
  constexpr double kMoreVisits = 1.3;
  const double visits =
      kMoreVisits * std::visit(VisitsPerDay{}, s.arrivals.return_law) * (weight > 0 ? rate / weight : 1);
  const double dwell_s =
      s.browse.dwell_median_s *
      std::exp((s.browse.dwell_sd * s.browse.dwell_sd + s.browse.dwell_sd_session * s.browse.dwell_sd_session) / 2);
  // Nobody looks at more pages than a day has time for.
  return std::min(visits * std::visit(ViewsPerSession{}, s.browse.leave), 86400 / dwell_s);
}

/// The number in a file such as memory.max; nothing for `max`, or without the file.
std::optional<std::int64_t> NumberIn(const std::string& file) {
  std::ifstream stream(file);
  std::int64_t number = 0;
  if (stream >> number) return number;
  return std::nullopt;
}

/// What control groups leave to this process: the tightest limit from its own group up to the root.
std::optional<std::int64_t> ControlGroupLimit() {
  std::optional<std::int64_t> tightest;
  const auto take = [&](const std::string& file) {
    const auto limit = NumberIn(file);
    if (limit && (!tightest || *limit < *tightest)) tightest = limit;
  };
  std::ifstream groups("/proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {
    const std::size_t second = line.find(':', line.find(':') + 1);
    if (second == std::string::npos) continue;
    const bool unified = line.rfind("0::", 0) == 0;
    if (!unified && line.find(":memory:") == std::string::npos) continue;
    for (std::string path = line.substr(second + 1);; path.resize(path.rfind('/'))) {
      if (path == "/") path.clear();
      take(unified ? "/sys/fs/cgroup" + path + "/memory.max"
                   : "/sys/fs/cgroup/memory" + path + "/memory.limit_in_bytes");
      if (path.rfind('/') == std::string::npos) break;
    }
  }
  return tightest;
}

/// A RecoGym world (measured likewise): about a hundred logged steps per shopper; the warm-up's log is copied for each
/// arm.
MemoryNeed EstimateRecoGym(const RecoGymModel& model, double worlds, double cells) {
  constexpr double kVisitor = 4'700;
  constexpr double kEarlierVisitor = 12'000;
  MemoryNeed need;
  const double products = model.products;
  need.items = worlds * products * (24.0 * model.dims + (model.flips > 0 ? 8.0 * products : 0.0) + 100);
  need.shoppers = worlds * (kVisitor * model.shoppers + kEarlierVisitor * model.warmup_shoppers);
  need.replications = cells * kCell;
  return need;
}

}  // namespace

double MemoryNeed::total() const { return kProgram + items + shoppers + log + replications; }

const char* MemoryNeed::field() const {
  const double most = std::max({items, shoppers, log, replications});
  if (most == shoppers) return "population.shoppers";
  if (most == log) return "time.days";
  return most == items ? "catalogue.items" : "replications";
}

MemoryNeed EstimateMemory(const Scenario& s, int threads, int replications) {
  const double worlds = std::min(threads, replications);
  const double cells = static_cast<double>(replications) * static_cast<double>(s.arms.size());
  if (const auto* model = std::get_if<RecoGymModel>(&s.world)) return EstimateRecoGym(*model, worlds, cells);
  const double shoppers = s.population.shoppers;
  const double views = shoppers * ViewsPerDay(s);
  MemoryNeed need;
  need.items =
      worlds * (s.catalogue.items * (kItem + 4.0 * s.catalogue.style_dims) + s.catalogue.categories * kCategory);
  need.shoppers = worlds * shoppers * (kShopper + 4.0 * s.catalogue.style_dims + 4.0 * s.population.favourites);
  need.log = worlds * views * (s.time.warmup_days + s.time.days) * kView;
  need.replications = cells * (kCell + s.time.days * kCellDay);
  if (s.record.shoppers) need.shoppers += cells * shoppers * kCellShopper;
  if (s.record.events || s.record.decisions) need.log += cells * views * s.time.days * kRecordedView;
  return need;
}

std::int64_t AvailableMemory() {
  std::int64_t bytes = static_cast<std::int64_t>(::sysconf(_SC_PHYS_PAGES)) * ::sysconf(_SC_PAGESIZE);
  if (const auto limit = ControlGroupLimit()) bytes = std::min(bytes, *limit);
  rlimit space{};
  if (::getrlimit(RLIMIT_AS, &space) == 0 && space.rlim_cur != RLIM_INFINITY)
    bytes = std::min(bytes, static_cast<std::int64_t>(space.rlim_cur));
  return bytes;
}

std::string BytesText(double bytes) {
  if (bytes < 999.5e6) return fmt::format("{:.0f} MB", std::ceil(bytes / 1e6));
  if (bytes < 999.5e9) return fmt::format("{:.1f} GB", bytes / 1e9);
  return bytes < 1e15 ? fmt::format("{:.1f} TB", bytes / 1e12) : fmt::format("{:.0g} TB", bytes / 1e12);
}

std::optional<double> ParseBytes(const std::string& text) {
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc() || !std::isfinite(number) || number <= 0) return std::nullopt;
  std::string unit(read.ptr, end);
  std::erase(unit, ' ');
  if (!unit.empty() && (unit.back() == 'B' || unit.back() == 'b')) unit.pop_back();
  if (unit.empty()) return number;
  const std::size_t power = std::string("kMGT").find(unit == "K" ? "k" : unit);
  if (unit.size() != 1 || power == std::string::npos) return std::nullopt;
  return number * std::pow(1000.0, static_cast<double>(power + 1));
}

void AddMaxMemory(CLI::App& verb, std::string& limit) {
  verb.add_option("--max-memory", limit,
                  "Refuse a run that is expected to need more, e.g. 8G; default: the memory of this machine")
      ->type_name("SIZE")
      ->check(CLI::Validator(
          [](std::string& text) {
            return ParseBytes(text) ? std::string()
                                    : fmt::format("found '{}'; allowed a size such as 8G or 500M", text);
          },
          "", "Size"));
}

std::optional<Problem> MemoryProblem(const Scenario& scenario, const MemoryPlan& plan) {
  const int planned = StoppingRule(scenario.stop, scenario.replications).most();
  const int replications = plan.replications > 0 ? plan.replications : planned;
  const int threads = plan.threads > 0 ? plan.threads : Cores();
  const MemoryNeed need = EstimateMemory(scenario, threads, replications);
  const bool own = !plan.limit.empty();
  const double limit = own ? ParseBytes(plan.limit).value_or(0) : static_cast<double>(AvailableMemory());
  if (need.total() <= limit) return std::nullopt;
  const int worlds = std::min(threads, replications);
  const double alone = EstimateMemory(scenario, 1, replications).total();
  const std::string threads_text = worlds > 1 ? fmt::format(" with {} threads", worlds) : "";
  const auto* model = std::get_if<RecoGymModel>(&scenario.world);
  const std::string shop =
      model != nullptr ? fmt::format("a RecoGym world of {} shoppers and {} products",
                                     std::int64_t{model->shoppers} + model->warmup_shoppers, model->products)
                       : fmt::format("a shop of {} shoppers and {} items over {} days", scenario.population.shoppers,
                                     scenario.catalogue.items, scenario.time.warmup_days + scenario.time.days);
  return Problem{
      {},
      model == nullptr             ? need.field()
      : need.items > need.shoppers ? "world.products"
                                   : "world.shoppers",
      fmt::format("found {}, {} replication{} of {} arm{}, which needs about {} of memory{}; allowed {}, {}{}", shop,
                  replications, replications == 1 ? "" : "s", scenario.arms.size(),
                  scenario.arms.size() == 1 ? "" : "s", BytesText(need.total()), threads_text, BytesText(limit),
                  own ? "by --max-memory" : "all that this machine gives (--max-memory sets another limit)",
                  alone <= limit ? "; it fits with --threads 1" : ""),
      ""};
}

void CheckMemory(const Scenario& scenario, const MemoryPlan& plan) {
  if (const auto problem = MemoryProblem(scenario, plan)) throw Error(Format(*problem));
}

}  // namespace souk
