#pragma once
// Approximate search of a catalogue of vectors for the largest products, by a navigable small-world graph.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace souk {

struct HnswSettings {
  int links = 16;           ///< M: neighbours kept per item and layer, twice as many at the bottom; ≥ 2
  int build_breadth = 200;  ///< ef while the graph is built
};

/// The graph of hnswlib (Malkov & Yashunin 2016) over item vectors that are filled up to one length, so that the
/// nearest ones are those of the largest product (Bachrach et al. 2014); a bias is one more coordinate. Built by one
/// thread from a fixed seed with souk's own products: the same graph on every processor. Memory: about
/// 4 · (width + 18) + 8 · links bytes per item beside the table. Cost, recall: BM_SearchGraph in bench/README.md.
/// Tested by: HnswIndex.*.
class HnswIndex {
 public:
  /// Shapes: table (n × width), bias (n) or empty, listed: the rows to be found, ascending.
  HnswIndex(std::span<const float> table, std::span<const float> bias, std::size_t width,
            std::span<const std::int32_t> listed, const HnswSettings& settings);
  ~HnswIndex();
  HnswIndex(HnswIndex&&) noexcept;
  HnswIndex& operator=(HnswIndex&&) noexcept;

  /// Writes up to `breadth` rows whose products with `query` (width) are among the largest, in no particular order. A
  /// larger breadth (ef, candidates that the search keeps) finds more of the best and takes longer. Not thread-safe.
  void Search(std::span<const float> query, int breadth, std::vector<std::int32_t>& rows);

 private:
  struct Graph;
  std::unique_ptr<Graph> graph_;
};

}  // namespace souk
