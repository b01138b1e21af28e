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

/// Collects rows in time order, then computes. Memory: 32 bytes per row. Not thread safe.
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
  [[nodiscard]] std::vector<Session> Sessions(const std::vector<Row>& rows) const;

  void SessionFacts(const std::vector<Row>& rows, const std::vector<Session>& sessions, std::vector<Fact>& facts) const;
  void TimingFacts(const std::vector<Row>& rows, const std::vector<Session>& sessions, std::vector<Fact>& facts) const;
  void ItemFacts(const std::vector<Row>& rows, const std::vector<Session>& sessions, std::vector<Fact>& facts) const;
  void VisitorFacts(const std::vector<Row>& rows, const std::vector<Session>& sessions, std::vector<Fact>& facts) const;
  void PurchaseFacts(const std::vector<Row>& rows, const std::vector<Session>& sessions,
                     std::vector<Fact>& facts) const;

  std::vector<std::int32_t> category_of_;
  std::vector<Row> rows_;
  std::vector<double> order_lines_;
  std::vector<double> order_values_;
};

/// The fact of that name; NaN when absent.
double FactValue(const std::vector<Fact>& facts, const std::string& name);

}  // namespace souk
