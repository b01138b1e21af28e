#pragma once
// Keyed random numbers. A draw is a pure function of (seed, replication, purpose, entity, index):
// no state, no order, no sharing. So the noise that a shopper feels about an item is the same in
// every arm, whoever else draws, and each shopper has an exact twin in every arm.
//
// Key of the generator   = hash(seed, replication)
// Counter of the generator = (index: 64 bits, entity: 32 bits, purpose: 32 bits)
//
// Source: Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3" (Philox4x32-10).

#include <Random123/philox.h>

#include <array>
#include <cstdint>
#include <span>

#include "sim/base/fingerprint.h"
#include "sim/base/math.h"

namespace souk {

/// What a draw is for. Two purposes never share a draw. Values are part of every result: append,
/// never renumber. Purposes from kFirstPrivate on belong to strategies and mix in the arm.
enum class Purpose : std::uint32_t {
  // World.
  kCatalogue = 1,
  kShopper = 2,
  kPopulation = 3,
  kCompetitor = 4,
  kDayNoise = 5,
  // Visits and sessions.
  kVisit = 20,
  kReturn = 21,
  kSession = 22,
  kLeave = 23,
  kDwell = 24,
  kNavigate = 25,
  kOrganic = 26,
  kExamine = 27,
  kTaste = 28,
  kCart = 29,
  kBuy = 30,
  kCheckout = 31,
  kDirect = 32,
  kQuantity = 33,
  kPatience = 34,
  // Service and aftermath.
  kServer = 40,
  kQuestion = 41,
  kChat = 42,
  kAgent = 43,
  kReturnItem = 44,
  kMessage = 45,
  kCoupon = 46,
  kStock = 47,
  kFraud = 48,
  // Which arm of a test serves whom.
  kSplit = 55,
  // Resampling in the analysis of results.
  kStatistics = 80,
  // Tests.
  kTest = 90,
  // Private to an arm: the strategies' own dice.
  kFirstPrivate = 1000,
  kRecommender = 1000,
  kCoupons = 1001,
  kPricing = 1002,
  kAssistant = 1003,
  kOutreach = 1004,
  kTraining = 1005,
};

#ifndef NDEBUG
/// Told of every draw that its thread makes, in debug and checked builds only: so tests can see who shares what.
class DrawWatch {
 public:
  virtual ~DrawWatch() = default;
  virtual void OnDraw(Purpose purpose, std::uint32_t entity, std::uint64_t index, std::uint64_t lo,
                      std::uint64_t hi) = 0;
};
inline thread_local constinit DrawWatch* draw_watch = nullptr;
#endif

/// The dice of one replication: every draw is a const function of its key.
/// Thread safety: const calls may run concurrently. Cost: one Philox block, about 8 ns.
class Dice {
 public:
  Dice() : Dice(0, 0) {}
  Dice(std::uint64_t seed, std::uint64_t replication)
      : key_(Mix64(Mix64(seed) ^ (replication * 0xD1342543DE82EF95ULL + 1))) {}

  /// Same dice, but private to an arm: for purposes from Purpose::kFirstPrivate on.
  [[nodiscard]] Dice ForArm(std::uint64_t arm) const {
    Dice other = *this;
    other.key_ = Mix64(key_ ^ Mix64(arm + 0x51ED270B));
    return other;
  }

  /// 128 random bits for one key, as two words.
  struct Block {
    std::uint64_t lo;
    std::uint64_t hi;
  };
  [[nodiscard]] Block Draw(Purpose purpose, std::uint32_t entity, std::uint64_t index) const {
    r123::Philox4x32 philox;
    const r123::Philox4x32::ctr_type counter = {{static_cast<std::uint32_t>(index),
                                                 static_cast<std::uint32_t>(index >> 32), entity,
                                                 static_cast<std::uint32_t>(purpose)}};
    const r123::Philox4x32::key_type key = {{static_cast<std::uint32_t>(key_), static_cast<std::uint32_t>(key_ >> 32)}};
    const auto out = philox(counter, key);
    const Block block{(static_cast<std::uint64_t>(out[1]) << 32) | out[0],
                      (static_cast<std::uint64_t>(out[3]) << 32) | out[2]};
#ifndef NDEBUG
    if (draw_watch != nullptr) draw_watch->OnDraw(purpose, entity, index, block.lo, block.hi);
#endif
    return block;
  }

  /// The blocks of `count` consecutive indices, as lo, hi, lo, hi … in `words`: the same bits as one Draw each, in
  /// about half the time, for several blocks are computed side by side.
  void DrawRun(Purpose purpose, std::uint32_t entity, std::uint64_t first_index, std::size_t count,
               std::uint64_t* words) const;
  /// lo[n] = Draw(purpose, entity, index[n]).lo: the same question about many things. Shapes: lo as long as index.
  void DrawLow(Purpose purpose, std::uint32_t entity, std::span<const std::uint64_t> index,
               std::span<std::uint64_t> lo) const;

  /// Four or eight questions about one entity at once: block[n] = Draw(purpose[n], entity, index[n]), for the price of
  /// about two draws.
  void DrawFour(std::uint32_t entity, const std::array<Purpose, 4>& purpose, const std::array<std::uint64_t, 4>& index,
                std::array<Block, 4>& block) const;
  void DrawEight(std::uint32_t entity, const std::array<Purpose, 8>& purpose, const std::array<std::uint64_t, 8>& index,
                 std::array<Block, 8>& block) const;

  [[nodiscard]] std::uint64_t key() const { return key_; }

 private:
  std::uint64_t key_;
};

/// Uniform on the open interval (0, 1): from 2^-54 to 1 − 2^-53. Above a half there are even multiples of 2^-53 only,
/// as adding the 0.5 rounds there; the last of them would be 1.
inline double ToUniform(std::uint64_t bits) {
  const double u = (static_cast<double>(bits >> 11) + 0.5) * 0x1p-53;
  return u < 1 ? u : 1 - 0x1p-53;
}
/// Inversions of one uniform draw: monotone in the draw, which is what common random numbers want.
inline double ToExponential(std::uint64_t bits) { return -Log(ToUniform(bits)); }
inline double ToGumbel(std::uint64_t bits) { return -Log(-Log(ToUniform(bits))); }
inline double ToNormal(std::uint64_t bits) { return NormalQuantile(ToUniform(bits)); }

/// Joins two small numbers into one draw index, e.g. (session ordinal, step).
constexpr std::uint64_t Index(std::uint64_t major, std::uint64_t minor) {
  return (major << 32) | (minor & 0xFFFFFFFFULL);
}

/// An engine over one keyed stream, for Boost.Random distributions off the hot path and for the
/// dice that a strategy is handed. Satisfies UniformRandomBitGenerator. Different (purpose, entity,
/// index) give disjoint streams of 2^32 draws each.
class Rng {
 public:
  using result_type = std::uint64_t;
  Rng(const Dice& dice, Purpose purpose, std::uint32_t entity, std::uint32_t index = 0)
      : dice_(dice), purpose_(purpose), entity_(entity), counter_(Index(index, 0)) {}

  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return ~static_cast<result_type>(0); }
  result_type operator()() {
    if (have_spare_) {
      have_spare_ = false;
      return spare_;
    }
    const Dice::Block block = dice_.Draw(purpose_, entity_, counter_++);
    spare_ = block.hi;
    have_spare_ = true;
    return block.lo;
  }

  /// Uniform on (0, 1).
  double Uniform() { return ToUniform((*this)()); }
  double Normal() { return ToNormal((*this)()); }
  double Exponential() { return ToExponential((*this)()); }
  double Gumbel() { return ToGumbel((*this)()); }
  /// The next words.size() words: the same values as one by one, cheaper for eight and more.
  void Fill(std::span<std::uint64_t> words);
  /// The same for exponentials of mean 1.
  void FillExponential(std::span<double> values);
  bool Bernoulli(double p) { return Uniform() < p; }
  /// Uniform integer on 0…n−1, n ≥ 1; one draw, bias below n / 2^64.
  std::int64_t Below(std::int64_t n) {
    return static_cast<std::int64_t>((static_cast<unsigned __int128>((*this)()) * static_cast<unsigned __int128>(n)) >>
                                     64);
  }

 private:
  Dice dice_;
  Purpose purpose_;
  std::uint32_t entity_;
  std::uint64_t counter_;
  std::uint64_t spare_ = 0;
  bool have_spare_ = false;
};

/// The exponentials of one stream, drawn by the batch: the same values as rng.Exponential() one by one, in half the
/// time where the processor has AVX2. For streams of which many values will be used: queues, gaps between arrivals.
/// Tested by: Random.BatchesHaveTheBitsOfSingleDraws.
class ExponentialStream {
 public:
  explicit ExponentialStream(const Rng& rng) : rng_(rng) {}
  double Next() {
    if (next_ == kBatch) Refill();
    return values_[next_++];
  }

 private:
  static constexpr std::size_t kBatch = 128;
  void Refill() {
    rng_.FillExponential(values_);
    next_ = 0;
  }
  Rng rng_;
  std::size_t next_ = kBatch;
  std::array<double, kBatch> values_;
};

}  // namespace souk
