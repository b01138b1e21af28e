#pragma once
// Stylised facts of a clickstream: what any shop's log shows of its shoppers. Computed from outcomes
// that a shop could log (sessions, views, carts, order lines), so a simulated log and a real one go
// through the same code. Fact numbers follow the table of stylised facts in the docs of the presets.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sim/outcome/outcome.h"

namespace souk {

/// One computed fact.
struct Fact {
  std::string name;  ///< snake_case
  std::string help;  ///< definition in a sentence
  double value = 0;  ///< NaN when the log is too small for it
};

/// Collects rows in time order, then computes. Memory: 40 bytes per row. Not thread safe.
class FactCollector {
 public:
  /// `category_of`: per item.
  explicit FactCollector(std::vector<std::int32_t> category_of) : category_of_(std::move(category_of)) {}

  void Add(const Outcome& outcome);

  /// All facts. Cost: O(rows log rows).
  [[nodiscard]] std::vector<Fact> Compute() const;

 private:
  enum class Kind : std::uint8_t { kView, kCart, kBuy };
  struct Row {
    std::int64_t time_us;
    std::int32_t shopper;
    std::int32_t session;
    std::int32_t item;
    Kind kind;
    bool unseen;   ///< kBuy: without a view in this shop's simulation
    double price;  ///< units
  };
  struct Session {
    std::size_t begin = 0;
    std::size_t end = 0;
  };
  struct Order {
    std::int64_t time_us;
    std::int32_t shopper;
    std::int32_t lines;
    double paid;  ///< units
    bool with_coupon;
  };
  struct Line {
    std::int64_t time_us;
    std::int32_t shopper;
    std::int32_t session;
    std::int32_t item;
    double value;  ///< units, before coupons
  };
  [[nodiscard]] std::vector<Session> Sessions(const std::vector<Row>& rows) const;

  using Rows = std::vector<Row>;
  using Cuts = std::vector<Session>;
  using Facts = std::vector<Fact>;
  void SessionFacts(const Rows& rows, const Cuts& sessions, Facts& facts) const;
  void GapFacts(const Rows& rows, const Cuts& sessions, Facts& facts) const;
  void ClockFacts(const Rows& rows, const Cuts& sessions, Facts& facts) const;
  void DayFacts(const Rows& rows, Facts& facts) const;
  void ItemFacts(const Rows& rows, const Cuts& sessions, Facts& facts) const;
  void VisitorFacts(const Rows& rows, const Cuts& sessions, Facts& facts) const;
  void PurchaseFacts(const Rows& rows, const Cuts& sessions, Facts& facts) const;
  void LengthFacts(const Rows& rows, const Cuts& sessions, Facts& facts) const;
  void CategoryFacts(Facts& facts) const;
  void OrderFacts(Facts& facts) const;
  void CustomerFacts(Facts& facts) const;
  void ReturnFacts(Facts& facts) const;
  void CouponFacts(Facts& facts) const;

  std::vector<std::int32_t> category_of_;
  std::vector<Row> rows_;
  std::vector<Order> orders_;
  std::vector<Line> lines_;
  std::vector<Line> returns_;
  std::vector<std::int32_t> offered_;  ///< shoppers, once per coupon
  std::int64_t last_us_ = 0;           ///< of all outcomes: until then returns are known
};

/// The fact of that name; NaN when absent.
double FactValue(const std::vector<Fact>& facts, const std::string& name);

}  // namespace souk
