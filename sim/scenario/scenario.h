#pragma once
// The scenario: everything about a simulated shop and its experiment that a user can set, as plain
// structs with defaults and units in the names. `fields.h` tabulates name, unit, range and help of
// every field once; reader, writer, JSON Schema and `souk describe` are made from that table.
// Defaults and their sources: reference values of the `marketplace` preset (see scenarios/standard).

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "sim/scenario/distribution.h"

namespace souk {

/// Where a value stands in the user's input: `file:line:column`, `--set`, or empty for a default.
struct SourceMark {
  std::string file;
  int line = 0;    ///< from 1; 0 = unknown
  int column = 0;  ///< from 1
  friend bool operator==(const SourceMark&, const SourceMark&) = default;
};

/// How long sessions last: the chance of leaving after each item view.
/// logit p = intercept + sd_visitor·z_visitor + sd_session·z_session (Taobao fit).
struct LogitNormalLeave {
  double intercept = -1.455;
  double sd_visitor = 0.47;
  double sd_session = 0.615;
  friend bool operator==(const LogitNormalLeave&, const LogitNormalLeave&) = default;
};
/// p ~ Beta(a, b) once per session: beta-geometric session length.
struct BetaGeometricLeave {
  double a = 2.3;
  double b = 0.734;
  friend bool operator==(const BetaGeometricLeave&, const BetaGeometricLeave&) = default;
};
/// 1 + negative-binomial session length with the given mean: shopping-list sessions.
struct NegativeBinomialLeave {
  double r = 2;
  double mean = 25;
  friend bool operator==(const NegativeBinomialLeave&, const NegativeBinomialLeave&) = default;
};
using LeaveLaw = std::variant<LogitNormalLeave, BetaGeometricLeave, NegativeBinomialLeave>;

/// When a shopper comes back. Off-time = offset_h + exp(mean_log_h + sd_visitor z + sd_visit e) hours,
/// e an AR(1) with coefficient `memory`; drop-out after each session ~ Beta(dropout_a, dropout_b) per
/// shopper (dropout_a = 0: nobody drops out).
struct LognormalReturn {
  double offset_h = 0.5;
  double mean_log_h = 4.95;
  double sd_visitor = 0.54;
  double sd_visit = 1.2;
  double memory = 0.14;
  double dropout_a = 0;
  double dropout_b = 1;
  friend bool operator==(const LognormalReturn&, const LognormalReturn&) = default;
};
/// Buy-till-you-die visits (Fader, Hardie & Lee 2005): exponential off-times with a rate per shopper
/// ~ Gamma(r, alpha_weeks), drop-out after each visit with a chance per shopper ~ Beta(a, b).
struct BgNbdReturn {
  double r = 0.27;
  double alpha_weeks = 6;
  double a = 0.48;
  double b = 2.1;
  friend bool operator==(const BgNbdReturn&, const BgNbdReturn&) = default;
};
/// A replenishment clock: Erlang(shape) off-times of the given mean, log-normal between shoppers.
struct ErlangReturn {
  int shape = 3;
  double mean_days = 7;
  double sd_visitor = 0.4;
  double dropout_a = 0;
  double dropout_b = 1;
  friend bool operator==(const ErlangReturn&, const ErlangReturn&) = default;
};
using ReturnLaw = std::variant<LognormalReturn, BgNbdReturn, ErlangReturn>;

/// The shop of this file's other sections.
struct ShopModel {
  friend bool operator==(const ShopModel&, const ShopModel&) = default;
};
/// RecoGym's world (Rohde et al. 2018, arXiv 1808.00720; environment reco-gym-v1) in place of the shop: shoppers walk
/// between organic views and advertisements, and may click. The sections of the shop have no part in it.
/// Catalogue and response are those that RecoGym draws from the NumPy seed `seed` + replication, bit for bit.
struct RecoGymModel {
  int products = 10;
  int dims = 5;                  ///< of tastes and products
  double sigma_omega_start = 1;  ///< sd of a shopper's first taste
  double sigma_omega = 0.1;      ///< sd of a step of its walk, from one organic view to the next
  double sigma_mu = 3;           ///< sd of products' popularity
  int flips = 0;                 ///< pairs of like products whose response to advertisements is swapped
  double organic_to_ad = 0.25;   ///< chance after an organic view that advertisements follow
  double ad_to_organic = 0.05;   ///< chance after an advertisement that organic views follow
  double leave = 0.01;           ///< chance of leaving after either
  int shoppers = 10000;
  int warmup_shoppers = 0;  ///< simulated before, under the incumbent, for strategies to learn from
  friend bool operator==(const RecoGymModel&, const RecoGymModel&) = default;
};
using WorldModel = std::variant<ShopModel, RecoGymModel>;

struct TimeSpec {
  int warmup_days = 28;  ///< simulated once per replication under the incumbent; all arms share it
  int days = 28;         ///< measured period
  int start_month = 9;   ///< month of day 0, 1…12
  friend bool operator==(const TimeSpec&, const TimeSpec&) = default;
};

struct CatalogueSpec {
  int items = 5000;
  int departments = 12;  ///< top level of the category tree
  int categories = 240;  ///< leaves
  int brands = 300;
  int style_dims = 8;             ///< length of style and taste vectors
  double category_zipf = 0.97;    ///< exponent of category popularity
  double item_zipf = 1.1;         ///< exponent of item popularity inside a category
  double zipf_shift = 4.3;        ///< Mandelbrot's q: flattens the head
  double style_spread = 0.8;      ///< sd of an item's style around its category's, in taste units
  double department_style = 0.3;  ///< share of the variance of categories' styles that lies between departments
  double quality_sd = 0.3;
  double price_median = 24.0;                            ///< currency units
  double price_sd_between = 1.0;                         ///< sd of log price between categories
  double price_sd_within = 0.74;                         ///< sd of log price inside a category
  Distribution cost_share = Distribution::Beta(24, 16);  ///< unit cost ÷ list price
  double attribute_noise = 0.2;  ///< share of description words that do not tell the item's style
  double launch_share = 0.04;    ///< items that are launched during the measured period (cold start)
  friend bool operator==(const CatalogueSpec&, const CatalogueSpec&) = default;
};

struct SegmentSpec {
  std::string name = "all";
  double share = 1;              ///< relative weight
  double price_sensitivity = 1;  ///< multiplies elasticity
  double visit_rate = 1;         ///< divides off-times
  double purchase = 0;           ///< added to the logit of carting and buying
  double mobile_share = 0.8;
  double coupon_proneness = 1;
  double help_need = 1;
  double hour_shift = 0;     ///< hours that the clock of its region is ahead of the shop's
  double delivery_time = 1;  ///< multiplies the days of delivery: how far its region is
  double typos = 1;          ///< multiplies mistyped letters: who writes in a language not their own
  SourceMark mark;
  friend bool operator==(const SegmentSpec&, const SegmentSpec&) = default;
};

struct PopulationSpec {
  int shoppers = 24900;
  double existing_share = 0.85;  ///< already active before day 0; the rest arrive during warm-up and measurement
  int favourites = 6;            ///< favourite categories per shopper
  double taste_sd = 1.0;
  Distribution budget_per_month = Distribution::LogNormal(400, 0.9);  ///< currency units
  Distribution patience_s = Distribution::LogNormal(8, 0.6);          ///< for a page to appear
  double fraud_share = 0.003;                                         ///< shoppers who abuse coupons
  double brand_loyalty = 0.2;                                         ///< utility of the favourite brand
  friend bool operator==(const PopulationSpec&, const PopulationSpec&) = default;
};

struct CampaignSpec {
  int day = 0;  ///< first day, from the start of the warm-up
  int days = 1;
  double factor = 1;  ///< multiplies the visit intensity
  SourceMark mark;
  friend bool operator==(const CampaignSpec&, const CampaignSpec&) = default;
};

struct ArrivalSpec {
  ReturnLaw return_law = LognormalReturn{};
  std::array<double, 24> hour_profile = {
      .63,  .27,  .11,  .074, .10,  .18,  .37,  .64,  .96,  1.10, 1.17, 1.10,
      1.15, 1.22, 1.14, 1.13, 1.11, 1.02, 1.14, 1.63, 2.14, 2.24, 1.89, 1.18};               ///< × mean, 0 h … 23 h
  std::array<double, 7> weekday_profile = {.96, .96, .96, .96, .96, 1.1, 1.1};               ///< × mean, Mon … Sun
  std::array<double, 12> month_profile = {1, .8, .9, .9, .9, .9, .9, .9, 1, 1.1, 1.6, 1.4};  ///< × mean
  double day_noise_sd = 0.15;      ///< stationary sd of the log day factor
  double day_noise_memory = 0.72;  ///< AR(1) coefficient
  std::vector<CampaignSpec> campaigns;
  friend bool operator==(const ArrivalSpec&, const ArrivalSpec&) = default;
};

struct BrowseSpec {
  LeaveLaw leave = LogitNormalLeave{};
  double bounce_logit = 0.57;         ///< added to the leave logit at the first view: not what was looked for
  double leave_after_order = 0.41;    ///< chance of leaving right after an order
  double leave_after_direct = 0.41;   ///< the same after one without a view: what was wanted is done
  double leave_per_latency_s = 0.15;  ///< added to the leave logit per second of page latency
  double leave_per_quality = 0.05;    ///< taken off the leave logit per unit of mean match of the slate
  double home_share = 0.3;            ///< sessions that open on the home page rather than on an item
  double direct_share = 0.038;        ///< sessions that order without a view
  double direct_from_cart = 0.36;     ///< of these, from the own cart when it holds something
  double dwell_median_s = 49;
  double dwell_sd_session = 0.54;
  double dwell_sd = 1.25;
  double dwell_cart_factor = 2.3;
  double dwell_buy_factor = 4.2;
  double session_cut_min = 30;     ///< a longer silence would be another session in a log
  double reload = 0;               ///< next view is the same item again: page reloaded, back from elsewhere
  double revisit_session = 0.015;  ///< next item is another one of this session's
  double revisit_history = 0.145;  ///< next item is one of earlier sessions'
  double revisit_lag_views = 40;   ///< mean lag into the history
  double stay_a = 0.194;           ///< chance to stay in the category ~ Beta(a, b) per session
  double stay_b = 0.205;
  double favourite_share = 0.6;  ///< a category switch goes to a favourite
  int organic_size = 8;          ///< items that search and category lists show beside the slate
  double organic_gamma = 0.85;   ///< chance to look at the next row of a list
  int slate_size = 8;            ///< recommended items per page
  double slate_eta = 0.5;        ///< examination of slate position r (from 1) = r^−eta
  double slate_attention = 0.7;  ///< chance that the slate is looked at at all
  friend bool operator==(const BrowseSpec&, const BrowseSpec&) = default;
};

enum class PriceForm { kLog, kLinear };

struct ChoiceSpec {
  double match_weight = 1.7;  ///< of taste · style (unit variance) when picking what to view
  double quality_weight = 1.0;
  double noise_scale = 1.0;    ///< of the Gumbel noise
  double focus_penalty = 3.5;  ///< for a slate item outside the category in mind
  PriceForm price_form = PriceForm::kLog;
  double elasticity = 2.6;        ///< kLog: −β on log(price ÷ reference); Bijmolt et al. 2005
  double elasticity_sd = 0.4;     ///< sd of its logarithm between shoppers
  double price_per_unit = 0.05;   ///< kLinear: −b per currency unit
  double loss_aversion = 1.5;     ///< multiplies the response above the reference price
  double reference_memory = 0.3;  ///< weight of the newest price in the reference
  double novelty = 0.0;           ///< utility of an item never seen before
  friend bool operator==(const ChoiceSpec&, const ChoiceSpec&) = default;
};

struct PurchaseSpec {
  double cart_intercept = -3.935;
  double cart_per_view = 0.15;     ///< per earlier view of the item, up to view_cap
  double buy_intercept = -7.5;     ///< buying at once, without the cart
  double buy_per_log_view = 3.08;  ///< per unit of log(number of views of the item), up to view_cap + 1
  double buy_depth = 0.20;         ///< taken off per unit of log session depth
  int view_cap = 5;
  double sd_visitor = 0.65;  ///< purchase propensity between shoppers
  double sd_session = 0.65;
  double sd_category = 0;        ///< of the log odds between categories: some goods are looked at more than bought
  double pantry_days = 0;        ///< after an order the need comes back over so many days; 0: it never went
  double pantry_logit = 4;       ///< taken off the log odds right after an order, falling to 0 over pantry_days
  double match_weight = 0.9;     ///< of taste · style (unit variance) in both logits
  double price_weight = 1.0;     ///< of the price response in both logits
  double mobile_logit = -0.3;    ///< added on mobile, mean-centred
  bool buy_now = true;           ///< items can be bought at once from their page
  double checkout = -5.0;        ///< logit that a session with a filled cart begins a checkout as it ends
  double checkout_finish = 0.6;  ///< chance that a begun checkout is finished
  double checkout_sd_visitor = 0.79;
  double payment_failure = 0.02;
  double cart_days = 14;     ///< a cart older than this is forgotten
  double extra_unit = 0.12;  ///< chance of each further unit of an item
  double add_on = 0.11;      ///< chance of each further line picked at checkout (an impulse item)
  std::array<double, 4> abandon_reasons = {0.48, 0.26, 0.25, 0.22};  ///< extra cost, account, trust, length
  friend bool operator==(const PurchaseSpec&, const PurchaseSpec&) = default;
};

struct AfterSpec {
  Distribution delivery_days = Distribution::LogNormal(2.5, 0.4);
  double return_rate = 0.08;    ///< of delivered order lines
  double return_rate_sd = 0.5;  ///< sd of its log odds between categories
  double return_match = -0.3;   ///< log odds per unit of match: bad matches come back
  Distribution return_days = Distribution::LogNormal(6, 0.5);
  double return_cost = 4.0;         ///< currency units per returned line
  double satisfaction_visit = 0.1;  ///< log rate of the next visit per unit of satisfaction
  friend bool operator==(const AfterSpec&, const AfterSpec&) = default;
};

struct StockSpec {
  bool limited = true;
  double days_of_cover = 30;             ///< opening stock ÷ expected daily sales
  double expected_orders_per_day = 320;  ///< of the whole shop, for opening stock
  int review_days = 7;                   ///< replenishment is ordered this often
  Distribution lead_days = Distribution::LogNormal(4, 0.3);
  friend bool operator==(const StockSpec&, const StockSpec&) = default;
};

struct CompetitorSpec {
  double sd = 0.1;  ///< stationary sd of log(competitor price ÷ list price)
  double mean = 0.0;
  double memory = 0.9;   ///< per day
  double weight = 0.15;  ///< utility per unit of log(competitor ÷ own price)
  friend bool operator==(const CompetitorSpec&, const CompetitorSpec&) = default;
};

struct ServerSpec {
  int workers = 8;
  Distribution page_s = Distribution::LogNormal(0.12, 0.5);
  /// Modelled time of a decision, by slot; an arm's `decision_time` multiplies it.
  Distribution recommender_s = Distribution::Constant(0);  ///< added to every page
  Distribution coupons_s = Distribution::Constant(0);      ///< added to the first page after the policy was asked
  Distribution pricing_s = Distribution::Constant(0);      ///< added to product pages where prices are personal
  Distribution assistant_s = Distribution::Constant(0);    ///< until the assistant's answer appears
  friend bool operator==(const ServerSpec&, const ServerSpec&) = default;
};

struct ChatSpec {
  double question_rate = 0.012;  ///< chance of a question per product view, mean over shoppers
  Distribution typing_s = Distribution::LogNormal(20, 0.6);
  Distribution reading_s = Distribution::LogNormal(12, 0.6);
  double typo_rate = 0.02;  ///< share of letters mistyped
  int agents = 3;           ///< human agents on duty
  Distribution handling_s = Distribution::Exponential(300);
  Distribution agent_patience_s = Distribution::Exponential(180);
  double agent_accuracy = 0.95;
  double agent_cost_per_min = 0.45;  ///< currency units
  double answered_logit = 0.15;      ///< buy log odds when answered well: ln 1.16 (Tan et al. 2019)
  double wrong_logit = -0.10;        ///< when answered wrongly or not at all
  friend bool operator==(const ChatSpec&, const ChatSpec&) = default;
};

/// How shoppers respond to coupons and messages.
struct ContactSpec {
  double coupon_logit = 1.4;      ///< cart and buy log odds per unit of relative discount × proneness
  double coupon_awareness = 0.6;  ///< chance to notice a coupon shown on site
  double message_open = 0.25;     ///< e-mail: chance of being opened
  double message_visit = 0.08;    ///< chance that an opened message brings a visit forward
  Distribution visit_delay_h = Distribution::LogNormal(3, 1.0);  ///< e-mail
  double fatigue = 0.15;        ///< relative loss of opening of a message within 7 days of the last one
  double opt_out = 0.004;       ///< e-mail: chance per message; twice that within 7 days of the last one
  double message_cost = 0.002;  ///< e-mail: currency units
  double push_open = 0.08;      ///< push notifications: the same four; one swipe opens them or ends them all
  Distribution push_visit_delay_h = Distribution::LogNormal(0.3, 1.0);
  double push_opt_out = 0.006;
  double push_cost = 0.0002;
  friend bool operator==(const ContactSpec&, const ContactSpec&) = default;
};

/// Clocks of the strategies.
struct CadenceSpec {
  int train_days = 7;       ///< every strategy retrains on its own log this often
  double price_hours = 24;  ///< shop-wide repricing
  int outreach_hour = 10;   ///< hour of the day at which outreach plans
  friend bool operator==(const CadenceSpec&, const CadenceSpec&) = default;
};

struct RecordSpec {
  bool events = false;     ///< the full outcome log in the results file
  bool decisions = false;  ///< every decision with its propensity in the results file
  bool shoppers = true;    ///< orders, revenue and margin per shopper (twin effects)
  friend bool operator==(const RecordSpec&, const RecordSpec&) = default;
};

/// How arms meet shoppers.
enum class DesignKind {
  kParallelWorlds,  ///< each arm alone with all shoppers: the true effect
  kAbTest,          ///< one shop; shoppers split between arms
  kSwitchback,      ///< one shop; all shoppers change arm together, block by block
  kFactorial,       ///< parallel worlds of every combination of the arms, each arm a lever
};
/// `parallel-worlds`, `ab-test` …
const char* DesignName(DesignKind kind);
constexpr int kMaxLevers = 5;
struct DesignSpec {
  DesignKind kind = DesignKind::kParallelWorlds;
  double block_h = 24;   ///< switchback: length of a block
  double washout_h = 0;  ///< switchback: sessions that start this soon after a switch are not counted
  friend bool operator==(const DesignSpec&, const DesignSpec&) = default;
};

/// When enough replications have run.
enum class StopMode {
  kFixed,      ///< after `replications`
  kPrecision,  ///< when every arm's interval is narrow enough
  kDecide,     ///< when every arm's sign is settled; looks after every replication
};
constexpr int kFewestAdaptive = 20;  ///< replications before the first look: intervals are asymptotic
struct StopSpec {
  StopMode mode = StopMode::kFixed;
  std::string metric = "conversion";
  double half_width = 0.01;  ///< precision: of the relative uplift
  double margin = 0;         ///< decide: relative uplifts within ± margin count as the same
  int max_replications = 200;
  SourceMark mark;  ///< of `metric`, which rooms above check
  friend bool operator==(const StopSpec&, const StopSpec&) = default;
};

struct StrategySpec;

/// One parameter of a strategy as the user wrote it; checked against the strategy's own table.
struct ParamValue {
  std::variant<bool, std::int64_t, double, std::string> value;  ///< a strategy with parameters: its name
  SourceMark mark;
  std::vector<StrategySpec> strategy;  ///< one where a strategy with parameters was written; else empty
};
bool operator==(const ParamValue& a, const ParamValue& b);
using ParamMap = std::map<std::string, ParamValue>;

/// A strategy by name with its parameters: `item-knn` or `{ name: item-knn, neighbours: 50 }`.
struct StrategySpec {
  std::string name;
  ParamMap params;
  SourceMark mark;
  std::string pretrained;  ///< model file that takes the place of all training; empty: none
  friend bool operator==(const StrategySpec&, const StrategySpec&) = default;
};
inline bool operator==(const ParamValue& a, const ParamValue& b) {
  return a.value == b.value && a.mark == b.mark && a.strategy == b.strategy;
}
/// Equal wherever they stand in a file.
bool SameParams(const ParamMap& a, const ParamMap& b);

enum class Slot { kRecommender, kCoupons, kPricing, kAssistant, kOutreach };
constexpr int kSlots = 5;
/// `recommender`, `coupons`, `pricing`, `assistant`, `outreach`.
const char* SlotName(Slot slot);

/// One full choice of strategy per slot.
struct ArmSpec {
  std::string name;
  std::string label;         ///< words for tables; the name when empty
  std::string extends;       ///< another arm whose slots are taken where this one is silent; default: the incumbent
  double share = 1;          ///< relative weight in an A/B test
  double decision_time = 1;  ///< multiplies the modelled times of decisions (server.*_s)
  std::array<StrategySpec, kSlots> slots;  ///< by Slot; an empty name means inherited
  SourceMark mark;
  friend bool operator==(const ArmSpec&, const ArmSpec&) = default;
};

struct Scenario {
  std::string name;
  std::string question;  ///< what the scenario answers, in a sentence
  std::string source;    ///< where its numbers come from
  std::string currency = "EUR";
  std::uint64_t seed = 1;
  int replications = 8;
  StopSpec stop;
  DesignSpec design;
  WorldModel world;
  TimeSpec time;
  CatalogueSpec catalogue;
  PopulationSpec population;
  std::vector<SegmentSpec> segments;  ///< empty: one segment `all`
  ArrivalSpec arrivals;
  BrowseSpec browse;
  ChoiceSpec choice;
  PurchaseSpec purchase;
  AfterSpec after;
  StockSpec stock;
  CompetitorSpec competitor;
  ServerSpec server;
  ChatSpec chat;
  ContactSpec contact;
  CadenceSpec cadence;
  RecordSpec record;
  std::string incumbent;      ///< name of the arm that the others are compared with
  std::vector<ArmSpec> arms;  ///< after resolving, every slot of every arm is filled
  friend bool operator==(const Scenario&, const Scenario&) = default;
};

}  // namespace souk
