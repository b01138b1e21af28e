#include "sim/scenario/check.h"

#include <algorithm>
#include <cmath>

#include "sim/base/math.h"
#include "sim/scenario/scalar.h"

namespace souk {
namespace {

/// The path of element i as FieldReader wrote it: by its name if it is the first to bear it.
template <class T>
std::string ElementPath(const std::string& list, const std::vector<T>& elements, std::size_t i) {
  const std::string& name = elements[i].name;
  const bool first = std::none_of(elements.begin(), elements.begin() + static_cast<std::ptrdiff_t>(i),
                                  [&](const T& e) { return e.name == name; });
  return Join(list, !name.empty() && first ? name : std::to_string(i));
}

template <class T>
void CheckUniqueNames(const std::string& list, const std::vector<T>& elements, const FieldReader& reader,
                      Problems& problems) {
  for (std::size_t i = 0; i < elements.size(); ++i) {
    const std::string& name = elements[i].name;
    const auto earlier = std::find_if(elements.begin(), elements.begin() + static_cast<std::ptrdiff_t>(i),
                                      [&](const T& e) { return e.name == name; });
    if (name.empty() || earlier == elements.begin() + static_cast<std::ptrdiff_t>(i)) continue;
    const std::string path = ElementPath(list, elements, i) + ".name";
    problems.Add(reader.MarkOf(path), path,
                 "found the name " + name + " a second time (first in line " + std::to_string(earlier->mark.line) +
                     "); allowed once");
  }
}

constexpr int kNobody = -1;

class ArmResolver {
 public:
  ArmResolver(Scenario& scenario, const FieldReader& reader, Problems& problems)
      : arms_(scenario.arms), reader_(reader), problems_(problems), incumbent_(IndexOf(scenario.incumbent)) {
    for (const ArmSpec& arm : arms_) {
      if (!arm.name.empty()) names_.push_back(arm.name);
    }
    if (incumbent_ == kNobody && !scenario.incumbent.empty() && !names_.empty()) {
      problems_.Add(reader_.MarkOf("incumbent"), "incumbent",
                    "found " + scenario.incumbent + ", which is no arm" + Suggest(scenario.incumbent, names_));
    }
  }

  void Resolve() {
    const std::size_t before = problems_.size();
    for (int i = 0; i < std::ssize(arms_); ++i) parents_.push_back(Parent(i));
    for (int i = 0; i < std::ssize(arms_); ++i) CheckCycle(i);
    if (problems_.size() > before) return;
    // An arm that names no other falls back on the incumbent, unless the incumbent falls back on it.
    std::vector<bool> under_incumbent(arms_.size());
    for (int i = incumbent_; i != kNobody; i = parents_[At(i)]) under_incumbent[At(i)] = true;
    for (std::size_t i = 0; i < arms_.size(); ++i) {
      if (parents_[i] == kNobody && !under_incumbent[i]) parents_[i] = incumbent_;
    }
    std::vector<ArmSpec> filled = arms_;
    for (int i = 0; i < std::ssize(arms_); ++i) {
      for (std::size_t slot = 0; slot < kSlots; ++slot) Fill(i, slot, filled[At(i)]);
    }
    arms_ = std::move(filled);
  }

 private:
  static std::size_t At(int i) { return static_cast<std::size_t>(i); }

  int IndexOf(const std::string& name) const {
    const auto found =
        std::find_if(arms_.begin(), arms_.end(), [&](const ArmSpec& a) { return !name.empty() && a.name == name; });
    return found == arms_.end() ? kNobody : static_cast<int>(found - arms_.begin());
  }

  int Parent(int i) {
    const std::string& extends = arms_[At(i)].extends;
    if (extends.empty()) return kNobody;
    const int parent = IndexOf(extends);
    if (parent == kNobody) {
      const std::string path = ElementPath("arms", arms_, At(i)) + ".extends";
      problems_.Add(reader_.MarkOf(path), path, "found " + extends + ", which is no arm" + Suggest(extends, names_));
    }
    return parent;
  }

  void CheckCycle(int i) {
    int at = parents_[At(i)];
    for (std::size_t steps = 0; at != kNobody && at != i && steps < arms_.size(); ++steps) at = parents_[At(at)];
    if (at != i) return;
    const std::string path = ElementPath("arms", arms_, At(i)) + ".extends";
    problems_.Add(reader_.MarkOf(path), path,
                  "found " + arms_[At(i)].extends + ", which extends this arm; allowed no cycles");
  }

  /// Gives `arm` (number i) the slot of the nearest arm above that fills it.
  void Fill(int i, std::size_t slot, ArmSpec& arm) {
    const auto slot_name = SlotName(static_cast<Slot>(slot));
    for (int at = i; at != kNobody; at = parents_[At(at)]) {
      if (!reader_.Good(Join(ElementPath("arms", arms_, At(at)), slot_name))) return;
      if (arms_[At(at)].slots[slot].name.empty()) continue;
      arm.slots[slot] = arms_[At(at)].slots[slot];
      return;
    }
    // Everybody falls back on the incumbent: only there is the gap worth reporting.
    if (i != incumbent_) return;
    const std::string path = ElementPath("arms", arms_, At(i));
    problems_.Add(reader_.MarkOf(path), Join(path, slot_name),
                  "the key is missing; needed: the incumbent fills all five slots");
  }

  std::vector<ArmSpec>& arms_;
  const FieldReader& reader_;
  Problems& problems_;
  int incumbent_;
  std::vector<int> parents_;  ///< by arm: the arm that it extends
  std::vector<std::string> names_;
};

/// Reports `path` unless both fields are good and `holds` is true.
void Require(bool holds, const std::string& path, const std::string& other, const std::string& message,
             const FieldReader& reader, Problems& problems) {
  if (holds || !reader.Good(path) || !reader.Good(other)) return;
  problems.Add(reader.MarkOf(path), path, message);
}

/// Two decimals, for sums in messages.
std::string Rounded(double value) { return FormatReal(std::floor(value * 100) / 100); }

/// Arms of one shop are told apart by a byte.
constexpr std::size_t kMostArmsInOneShop = 255;

void CheckDesign(const Scenario& s, const FieldReader& reader, Problems& problems) {
  const DesignSpec& design = s.design;
  const bool split = design.kind == DesignKind::kAbTest || design.kind == DesignKind::kSwitchback;
  const bool arms_known = reader.Good("arms") && !s.arms.empty();
  const std::string arms = std::to_string(s.arms.size());
  if (split && arms_known) {
    Require(s.arms.size() >= 2 && s.arms.size() <= kMostArmsInOneShop, "design.kind", "arms",
            std::string("found ") + DesignName(design.kind) + " with " + arms + " arm" +
                (s.arms.size() == 1 ? "" : "s") + "; allowed 2 … " + std::to_string(kMostArmsInOneShop) +
                " arms in one shop",
            reader, problems);
  }
  if (design.kind == DesignKind::kSwitchback) {
    Require(design.washout_h < design.block_h, "design.washout_h", "design.block_h",
            "found " + FormatReal(design.washout_h) + "; allowed less than design.block_h (" +
                FormatReal(design.block_h) + "), or nothing is left to count",
            reader, problems);
    if (arms_known && reader.Good("time.days")) {
      const double most = 24.0 * s.time.days / static_cast<double>(s.arms.size());
      Require(design.block_h <= most, "design.block_h", "arms",
              "found " + FormatReal(design.block_h) + "; allowed at most " + FormatReal(most) + ", so that each of " +
                  arms + " arms has a block in time.days (" + std::to_string(s.time.days) + ")",
              reader, problems);
    }
  }
  if (s.stop.mode != StopMode::kFixed) {
    Require(s.stop.max_replications >= kFewestAdaptive, "stop.max_replications", "stop.mode",
            "found " + std::to_string(s.stop.max_replications) + "; allowed at least " +
                std::to_string(kFewestAdaptive) + " when stop.mode is not fixed: the first look is then",
            reader, problems);
  }
}

/// Prices are log-normal: keeps the dearest items of a large catalogue (5 sd out) at amounts that can be added up.
void CheckPrices(const CatalogueSpec& c, const FieldReader& reader, Problems& problems) {
  constexpr double kDearest = 1e9;
  constexpr double kFarOut = 5;
  if (!reader.Good("catalogue.price_median")) return;
  const double sd = std::sqrt(c.price_sd_between * c.price_sd_between + c.price_sd_within * c.price_sd_within);
  const double most = Log(kDearest / c.price_median) / kFarOut;
  const bool between = c.price_sd_between >= c.price_sd_within;
  const std::string path = std::string("catalogue.price_sd_") + (between ? "between" : "within");
  const std::string other = std::string("catalogue.price_sd_") + (between ? "within" : "between");
  Require(sd <= most, path, other,
          "found " + FormatReal(std::max(c.price_sd_between, c.price_sd_within)) + ", with " + other + " a spread of " +
              Rounded(sd) + "; allowed at most " + Rounded(most) + " with catalogue.price_median " +
              FormatReal(c.price_median) + ": the dearest items may cost 1e9",
          reader, problems);
}

/// What another world than the shop cannot do, or takes no notice of.
void CheckRecoGym(const Scenario& s, const FieldReader& reader, Problems& problems) {
  const auto* model = std::get_if<RecoGymModel>(&s.world);
  if (model == nullptr) return;
  Require(s.design.kind == DesignKind::kParallelWorlds || s.design.kind == DesignKind::kFactorial, "design.kind",
          "world",
          std::string("found ") + DesignName(s.design.kind) + "; a RecoGym world allows parallel-worlds, factorial",
          reader, problems);
  Require(model->organic_to_ad + model->leave <= 1, "world.organic_to_ad", "world.leave",
          "found " + FormatReal(model->organic_to_ad) + "; allowed at most 1 together with leave", reader, problems);
  Require(model->ad_to_organic + model->leave <= 1, "world.ad_to_organic", "world.leave",
          "found " + FormatReal(model->ad_to_organic) + "; allowed at most 1 together with leave", reader, problems);
  Require(2 * model->flips <= model->products, "world.flips", "world.products",
          "found " + std::to_string(model->flips) + "; allowed at most half of the products (" +
              std::to_string(model->products) + ")",
          reader, problems);
  const Scenario plain;
  const auto unused = [&](const char* section, bool same) {
    Require(same, section, "world", "found settings of the shop, which have no effect in a RecoGym world; allowed none",
            reader, problems);
  };
  unused("catalogue", s.catalogue == plain.catalogue);
  unused("population", s.population == plain.population);
  unused("segments", s.segments.empty());
  unused("arrivals", s.arrivals == plain.arrivals);
  unused("browse", s.browse == plain.browse);
  unused("choice", s.choice == plain.choice);
  unused("purchase", s.purchase == plain.purchase);
  unused("after", s.after == plain.after);
  unused("stock", s.stock == plain.stock);
  unused("competitor", s.competitor == plain.competitor);
  unused("server", s.server == plain.server);
  unused("chat", s.chat == plain.chat);
  unused("contact", s.contact == plain.contact);
  unused("cadence", s.cadence == plain.cadence);
}

}  // namespace

void ResolveArms(Scenario& scenario, const FieldReader& reader, Problems& problems) {
  CheckUniqueNames("arms", scenario.arms, reader, problems);
  if (reader.Good("arms")) ArmResolver(scenario, reader, problems).Resolve();
}

void CheckScenario(const Scenario& s, const FieldReader& reader, Problems& problems) {
  const auto number = [](auto n) { return std::to_string(n); };
  Require(s.catalogue.departments <= s.catalogue.categories, "catalogue.categories", "catalogue.departments",
          "found " + number(s.catalogue.categories) + "; allowed at least catalogue.departments (" +
              number(s.catalogue.departments) + ")",
          reader, problems);
  Require(s.catalogue.categories <= s.catalogue.items, "catalogue.items", "catalogue.categories",
          "found " + number(s.catalogue.items) + "; allowed at least catalogue.categories (" +
              number(s.catalogue.categories) + ")",
          reader, problems);
  const double revisits = s.browse.reload + s.browse.revisit_session + s.browse.revisit_history;
  Require(revisits <= 1, "browse.revisit_history", "browse.revisit_session",
          "found " + FormatReal(s.browse.revisit_history) +
              "; allowed at most 1 together with browse.reload and browse.revisit_session",
          reader, problems);
  CheckPrices(s.catalogue, reader, problems);
  CheckDesign(s, reader, problems);
  CheckRecoGym(s, reader, problems);
  CheckUniqueNames("segments", s.segments, reader, problems);
  double share = s.segments.empty() ? 1 : 0;
  bool good = true;
  for (std::size_t i = 0; i < s.segments.size(); ++i) {
    share += s.segments[i].share;
    good = good && reader.Good(ElementPath("segments", s.segments, i) + ".share");
  }
  if (good)
    Require(share > 0, "segments", "segments", "found only shares of 0; allowed a sum above 0", reader, problems);
  const int end = s.time.warmup_days + s.time.days;
  for (std::size_t i = 0; i < s.arrivals.campaigns.size(); ++i) {
    const int day = s.arrivals.campaigns[i].day;
    const bool run_known = reader.Good("time.warmup_days") && reader.Good("time.days");
    const std::string path = "arrivals.campaigns." + number(i) + ".day";
    Require(day < end || !run_known, path, path,
            "found " + number(day) + "; allowed a day of the run, 0 … " + number(end - 1), reader, problems);
  }
}

}  // namespace souk
