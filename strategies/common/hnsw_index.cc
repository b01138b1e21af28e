#include "strategies/common/hnsw_index.h"

#define NO_MANUAL_VECTORIZATION  // hnswlib's own products differ from processor to processor
#include <hnswlib/hnswlib.h>

#include <algorithm>
#include <cmath>

#include "sim/base/error.h"
#include "strategies/common/vector_math.h"

namespace souk {
namespace {

constexpr std::size_t kSeed = 100;

/// All vectors of the graph are of one length, so the distance falls as the product rises.
class ProductSpace : public hnswlib::SpaceInterface<float> {
 public:
  explicit ProductSpace(std::size_t width) : width_(width) {}
  size_t get_data_size() override { return width_ * sizeof(float); }
  hnswlib::DISTFUNC<float> get_dist_func() override { return Distance; }
  void* get_dist_func_param() override { return &width_; }

 private:
  static float Distance(const void* a, const void* b, const void* width) {
    const std::size_t f = *static_cast<const std::size_t*>(width);
    return -Dot({static_cast<const float*>(a), f}, {static_cast<const float*>(b), f});
  }
  std::size_t width_;
};

}  // namespace

struct HnswIndex::Graph {
  Graph(std::size_t items, std::size_t query_width, const HnswSettings& settings)
      : width(query_width),
        full_width((query_width + 2 + 15) / 16 * 16),
        space(full_width),
        index(&space, items, static_cast<std::size_t>(settings.links), static_cast<std::size_t>(settings.build_breadth),
              kSeed) {}
  std::size_t width;
  std::size_t full_width;  ///< with the bias and the filling, up to a multiple of 16
  ProductSpace space;
  hnswlib::HierarchicalNSW<float> index;
};

HnswIndex::HnswIndex(std::span<const float> table, std::span<const float> bias, std::size_t width,
                     std::span<const std::int32_t> listed, const HnswSettings& settings)
    : graph_(std::make_unique<Graph>(std::max<std::size_t>(listed.size(), 1), width, settings)) {
  std::vector<float> filled(graph_->full_width);
  const auto square_of = [&](std::int32_t row) {
    const auto y = table.subspan(static_cast<std::size_t>(row) * width, width);
    const float b = bias.empty() ? 0.0F : bias[static_cast<std::size_t>(row)];
    return Dot(y, y) + b * b;
  };
  float largest = 0;
  for (const std::int32_t row : listed) largest = std::max(largest, square_of(row));
  for (const std::int32_t row : listed) {
    const auto y = table.subspan(static_cast<std::size_t>(row) * width, width);
    std::copy(y.begin(), y.end(), filled.begin());
    filled[width] = bias.empty() ? 0.0F : bias[static_cast<std::size_t>(row)];
    filled[width + 1] = std::sqrt(std::max(0.0F, largest - square_of(row)));
    graph_->index.addPoint(filled.data(), static_cast<hnswlib::labeltype>(row));
  }
}

HnswIndex::~HnswIndex() = default;
HnswIndex::HnswIndex(HnswIndex&&) noexcept = default;
HnswIndex& HnswIndex::operator=(HnswIndex&&) noexcept = default;

void HnswIndex::Search(std::span<const float> query, int breadth, std::vector<std::int32_t>& rows) {
  SOUK_CHECK(query.size() == graph_->width && breadth > 0);
  const auto kept = static_cast<std::size_t>(breadth);
  graph_->index.setEf(kept);
  std::vector<float> filled(graph_->full_width, 0.0F);
  std::copy(query.begin(), query.end(), filled.begin());
  filled[graph_->width] = 1;
  rows.clear();
  for (auto found = graph_->index.searchKnn(filled.data(), kept); !found.empty(); found.pop())
    rows.push_back(static_cast<std::int32_t>(found.top().second));
}

}  // namespace souk
