#include "sim/scenario/fields.h"

namespace souk {
namespace {

// Ranges by name. Upper ends are far outside the plausible: they catch slips of unit or decimal
// point, not unusual shops.
constexpr Range kAnyNumber{-1e9, 1e9};
constexpr Range kShare{0, 1, false, true};  // probabilities and shares
constexpr Range kLogit{-30, 30};            // 30 is a chance of 1e-13
constexpr Range kSpread{0, 10};             // sd of something on a log or logit scale
constexpr Range kWeight{-100, 100};         // coefficients of utilities
constexpr Range kNonNegative{0, 1e9};
constexpr Range kPositive{0, 1e9, true};
constexpr Range kMemory{0, 0.999};     // AR(1): 1 would never forget
constexpr Range kShape{0, 1e6, true};  // of gamma and beta laws
constexpr Range kSeconds{0, 1e7};
constexpr Range kDays{0, 3650};
constexpr Range Between(double low, double high) { return {low, high}; }

template <class T, class Of>
ListRef List(std::vector<T>& list, int min_size, Of of) {
  std::vector<T>* p = &list;
  return {min_size, [p] { return p->size(); }, [p](std::size_t n) { p->resize(n); },
          [p, of](std::size_t i) { return of((*p)[i]); },
          [p](std::size_t i, const SourceMark& mark) { (*p)[i].mark = mark; }};
}

template <std::size_t I = 0, class Law>
void Emplace(Law& law, std::size_t i) {
  if constexpr (I < std::variant_size_v<Law>) {
    if (i == I) law.template emplace<I>();
    else Emplace<I + 1>(law, i);
  }
}

template <class Law, class Of>
LawRef OneOf(Law& law, std::vector<std::string> tags, Of of) {
  Law* p = &law;
  return {std::move(tags), [p] { return p->index(); }, [p](std::size_t i) { Emplace(*p, i); },
          [p, of] { return std::visit(of, *p); }};
}

// ---------------------------------------------------------------------------------- laws

// One field per line:
// clang-format off
Section FieldsOf(LogitNormalLeave& l) {
  return {
      {"intercept", &l.intercept, kLogit, "logit", "log odds of leaving after a view, of the median visitor"},
      {"sd_visitor", &l.sd_visitor, kSpread, "logit", "spread of the log odds between visitors"},
      {"sd_session", &l.sd_session, kSpread, "logit", "spread of the log odds between sessions of a visitor"},
  };
}
Section FieldsOf(BetaGeometricLeave& l) {
  return {
      {"a", &l.a, kShape, "", "first shape: leave chance ~ Beta(a, b) once per session"},
      {"b", &l.b, kShape, "", "second shape"},
  };
}
Section FieldsOf(NegativeBinomialLeave& l) {
  return {
      {"r", &l.r, kShape, "", "shape: the smaller, the more sessions differ in length"},
      {"mean", &l.mean, {1, 1e5, true}, "views", "mean session length"},
  };
}
Section FieldsOf(LognormalReturn& l) {
  return {
      {"offset_h", &l.offset_h, {0, 8760}, "h", "shortest off-time; the session cut of the log that was fitted"},
      {"mean_log_h", &l.mean_log_h, {-10, 12}, "log h", "mean of the log off-time beyond the offset"},
      {"sd_visitor", &l.sd_visitor, kSpread, "log h", "spread of the log off-time between visitors"},
      {"sd_visit", &l.sd_visit, kSpread, "log h", "spread of the log off-time between visits"},
      {"memory", &l.memory, kMemory, "", "AR(1) coefficient of successive off-times"},
      {"dropout_a", &l.dropout_a, {0, 1e6}, "", "drop-out after a session ~ Beta(dropout_a, dropout_b); 0: nobody drops out"},
      {"dropout_b", &l.dropout_b, kShape, "", "second shape of the drop-out"},
  };
}
Section FieldsOf(BgNbdReturn& l) {
  return {
      {"r", &l.r, kShape, "", "shape of the visit rate between shoppers"},
      {"alpha_weeks", &l.alpha_weeks, kShape, "weeks", "scale of the visit rate: mean rate = r / alpha_weeks per week"},
      {"a", &l.a, kShape, "", "first shape of the drop-out after a visit"},
      {"b", &l.b, kShape, "", "second shape of the drop-out after a visit"},
  };
}
Section FieldsOf(ErlangReturn& l) {
  return {
      {"shape", &l.shape, {1, 1000}, "", "stages of the replenishment clock; the more, the more regular"},
      {"mean_days", &l.mean_days, {0, 3650, true}, "days", "mean off-time"},
      {"sd_visitor", &l.sd_visitor, kSpread, "log days", "spread of the log mean between visitors"},
      {"dropout_a", &l.dropout_a, {0, 1e6}, "", "drop-out after a session ~ Beta(dropout_a, dropout_b); 0: nobody drops out"},
      {"dropout_b", &l.dropout_b, kShape, "", "second shape of the drop-out"},
  };
}

// ------------------------------------------------------------------------- list elements

Section FieldsOf(SegmentSpec& s) {
  return {
      {"name", TextRef{&s.name, TextForm::kName}, {}, "", "name in tables", FieldRole::kRequired},
      {"share", &s.share, kNonNegative, "", "relative weight among the segments"},
      {"price_sensitivity", &s.price_sensitivity, Between(0, 100), "×", "multiplies the price elasticity"},
      {"visit_rate", &s.visit_rate, {0, 1000, true}, "×", "divides off-times"},
      {"purchase", &s.purchase, kLogit, "logit", "added to the log odds of carting and buying"},
      {"mobile_share", &s.mobile_share, kShare, "", "sessions on a phone"},
      {"coupon_proneness", &s.coupon_proneness, Between(0, 100), "×", "multiplies the response to coupons"},
      {"help_need", &s.help_need, Between(0, 100), "×", "multiplies the rate of questions"},
      {"hour_shift", &s.hour_shift, Between(-24, 24), "h", "hours that the clock of its region is ahead of the shop's: visits follow the region's hours"},
      {"delivery_time", &s.delivery_time, {0, 1000, true}, "×", "multiplies the days of delivery: how far its region is"},
      {"typos", &s.typos, Between(0, 100), "×", "multiplies the letters mistyped in questions: who writes in a language not their own"},
  };
}
Section FieldsOf(CampaignSpec& c) {
  return {
      {"day", &c.day, Between(0, 36500), "day", "first day, counted from the start of the warm-up", FieldRole::kRequired},
      {"days", &c.days, Between(1, 3650), "days", "length"},
      {"factor", &c.factor, {0, 1000, true}, "×", "multiplies the visit intensity"},
  };
}
Section FieldsOf(ArmSpec& a) {
  Section fields = {
      {"name", TextRef{&a.name, TextForm::kName}, {}, "", "name in commands and tables", FieldRole::kRequired},
      {"label", TextRef{&a.label, TextForm::kAny}, {}, "", "words for tables; the name when absent", FieldRole::kLabel},
      {"extends", TextRef{&a.extends, TextForm::kAny}, {}, "", "arm whose slots are taken where this one is silent; the incumbent when absent", FieldRole::kLabel},
      {"share", &a.share, {0, 1e6, true}, "", "relative weight among the arms of an A/B test"},
      {"decision_time", &a.decision_time, {0, 1000, true}, "×", "multiplies the modelled times of decisions (server.recommender_s …) in this arm; not inherited"},
  };
  static constexpr const char* kHelp[kSlots] = {
      "chooses the slate of recommended items", "decides who is offered which coupon", "sets prices",
      "answers shoppers' questions", "plans messages to shoppers"};
  for (int i = 0; i < kSlots; ++i) {
    const auto slot = static_cast<std::size_t>(i);
    fields.push_back({SlotName(static_cast<Slot>(i)), &a.slots[slot], {}, "", kHelp[slot]});
  }
  return fields;
}

Section FieldsOf(ShopModel&) { return {}; }
Section FieldsOf(RecoGymModel& m) {
  return {
      {"products", &m.products, Between(1, 100'000), "", "number of products"},
      {"dims", &m.dims, Between(1, 64), "", "length of tastes and products as vectors"},
      {"sigma_omega_start", &m.sigma_omega_start, Between(0, 100), "", "sd of a shopper's first taste"},
      {"sigma_omega", &m.sigma_omega, Between(0, 100), "", "sd of a step of the taste's walk, from one organic view to the next"},
      {"sigma_mu", &m.sigma_mu, Between(0, 100), "", "sd of the products' popularity"},
      {"flips", &m.flips, Between(0, 5'000), "pairs", "like products whose response to advertisements is swapped"},
      {"organic_to_ad", &m.organic_to_ad, kShare, "", "chance after an organic view that advertisements follow"},
      {"ad_to_organic", &m.ad_to_organic, kShare, "", "chance after an advertisement that organic views follow"},
      {"leave", &m.leave, {0.0001, 1}, "", "chance of leaving after a view or an advertisement"},
      {"shoppers", &m.shoppers, Between(1, 50'000'000), "", "number of shoppers in the measured period"},
      {"warmup_shoppers", &m.warmup_shoppers, Between(0, 50'000'000), "", "simulated before, under the incumbent, for strategies to learn from"},
  };
}

// -------------------------------------------------------------------------------- sections

Section FieldsOf(StopSpec& s) {
  auto* mode = &s.mode;
  return {
      {"mode", EnumRef{{"fixed", "precision", "decide"}, [mode] { return static_cast<int>(*mode); }, [mode](int i) { *mode = static_cast<StopMode>(i); }}, {}, "", "after `replications`, when intervals are narrow enough, or when every sign is settled", FieldRole::kLabel},
      {"metric", TextRef{&s.metric, TextForm::kNonEmpty, &s.mark}, {}, "", "metric that is judged", FieldRole::kLabel},
      {"half_width", &s.half_width, {0, 10, true}, "", "precision: widest half-width of a relative uplift's 95 % interval", FieldRole::kLabel},
      {"margin", &s.margin, Between(0, 10), "", "decide: relative uplifts within ± margin count as the same", FieldRole::kLabel},
      {"max_replications", &s.max_replications, Between(1, 1'000'000), "", "precision, decide: stop here whatever is known", FieldRole::kLabel},
  };
}
Section FieldsOf(DesignSpec& d) {
  auto* kind = &d.kind;
  return {
      {"kind", EnumRef{{"parallel-worlds", "ab-test", "switchback", "factorial"}, [kind] { return static_cast<int>(*kind); }, [kind](int i) { *kind = static_cast<DesignKind>(i); }}, {}, "", "each arm alone with all shoppers; shoppers split in one shop; one shop that changes arm block by block; all combinations of the arms"},
      {"block_h", &d.block_h, Between(0.02, 87600), "h", "switchback: length of a block"},
      {"washout_h", &d.washout_h, Between(0, 87600), "h", "switchback: sessions that start this soon after a switch are not counted"},
  };
}
Section FieldsOf(TimeSpec& t) {
  return {
      {"warmup_days", &t.warmup_days, Between(0, 3650), "days", "simulated once per replication under the incumbent; all arms share it"},
      {"days", &t.days, Between(1, 3650), "days", "measured period"},
      {"start_month", &t.start_month, Between(1, 12), "month", "month of day 0"},
  };
}
Section FieldsOf(CatalogueSpec& c) {
  return {
      {"items", &c.items, Between(1, 2'000'000), "", "number of items"},
      {"departments", &c.departments, Between(1, 10'000), "", "top level of the category tree"},
      {"categories", &c.categories, Between(1, 100'000), "", "leaves of the category tree"},
      {"brands", &c.brands, Between(1, 1'000'000), "", "number of brands"},
      {"style_dims", &c.style_dims, Between(1, 64), "", "length of style and taste vectors"},
      {"category_zipf", &c.category_zipf, Between(0, 5), "", "exponent of category popularity"},
      {"item_zipf", &c.item_zipf, Between(0, 5), "", "exponent of item popularity inside a category"},
      {"zipf_shift", &c.zipf_shift, Between(0, 1000), "ranks", "Mandelbrot's q: flattens the head of both"},
      {"style_spread", &c.style_spread, Between(0, 100), "taste units", "sd of an item's style around its category's"},
      {"department_style", &c.department_style, kShare, "", "share of the variance of categories' styles that lies between departments: how alike the categories of one are"},
      {"quality_sd", &c.quality_sd, Between(0, 100), "utility", "sd of quality between items"},
      {"price_median", &c.price_median, {0.01, 1e7}, "currency", "median list price"},
      {"price_sd_between", &c.price_sd_between, kSpread, "log price", "sd between categories"},
      {"price_sd_within", &c.price_sd_within, kSpread, "log price", "sd inside a category (REES46 0.74)"},
      {"cost_share", &c.cost_share, kShare, "", "unit cost ÷ list price"},
      {"attribute_noise", &c.attribute_noise, kShare, "", "share of description words that do not tell the item's style"},
      {"launch_share", &c.launch_share, kShare, "", "items launched during the measured period (cold start)"},
  };
}
Section FieldsOf(PopulationSpec& p) {
  return {
      {"shoppers", &p.shoppers, Between(1, 50'000'000), "", "number of shoppers"},
      {"existing_share", &p.existing_share, kShare, "", "already active before day 0; the rest arrive later"},
      {"favourites", &p.favourites, Between(1, 1000), "categories", "favourite categories per shopper (Taobao 6)"},
      {"taste_sd", &p.taste_sd, Between(0, 100), "taste units", "spread of tastes between shoppers"},
      {"budget_per_month", &p.budget_per_month, kNonNegative, "currency", "most that a shopper spends in 30 days"},
      {"patience_s", &p.patience_s, kSeconds, "s", "longest wait for a page before leaving"},
      {"fraud_share", &p.fraud_share, kShare, "", "shoppers who abuse coupons"},
      {"brand_loyalty", &p.brand_loyalty, kWeight, "utility", "utility of the favourite brand"},
  };
}
Section FieldsOf(ArrivalSpec& a) {
  return {
      {"return_law", OneOf(a.return_law, {"LogNormal", "BgNbd", "Erlang"}, [](auto& l) { return FieldsOf(l); }), {}, "", "when a shopper comes back"},
      {"hour_profile", std::span<double>(a.hour_profile), kNonNegative, "× mean", "visit intensity by hour of the day, 0 h … 23 h (Taobao)"},
      {"weekday_profile", std::span<double>(a.weekday_profile), kNonNegative, "× mean", "visit intensity by weekday, Monday … Sunday"},
      {"month_profile", std::span<double>(a.month_profile), kNonNegative, "× mean", "visit intensity by month, January … December"},
      {"day_noise_sd", &a.day_noise_sd, kSpread, "log", "stationary sd of the log day factor"},
      {"day_noise_memory", &a.day_noise_memory, kMemory, "", "AR(1) coefficient of the log day factor"},
      {"campaigns", List(a.campaigns, 0, [](CampaignSpec& c) { return FieldsOf(c); }), {}, "", "days with more or fewer visits"},
  };
}
Section FieldsOf(BrowseSpec& b) {
  return {
      {"leave", OneOf(b.leave, {"LogitNormal", "BetaGeometric", "NegativeBinomial"}, [](auto& l) { return FieldsOf(l); }), {}, "", "how long sessions last: the chance of leaving after each view"},
      {"bounce_logit", &b.bounce_logit, kLogit, "logit", "added to the leave log odds at the first view: not what was looked for"},
      {"leave_after_order", &b.leave_after_order, kShare, "", "chance of leaving right after an order (Taobao 0.41)"},
      {"leave_after_direct", &b.leave_after_direct, kShare, "", "chance of leaving right after an order without a view"},
      {"leave_per_latency_s", &b.leave_per_latency_s, Between(0, 30), "logit/s", "added to the leave log odds per second of page latency"},
      {"leave_per_quality", &b.leave_per_quality, kLogit, "logit", "taken off the leave log odds per unit of mean match of the slate"},
      {"home_share", &b.home_share, kShare, "", "sessions that open on the home page rather than on an item"},
      {"direct_share", &b.direct_share, kShare, "", "sessions that order without a view"},
      {"direct_from_cart", &b.direct_from_cart, kShare, "", "of these, from the own cart when it holds something"},
      {"dwell_median_s", &b.dwell_median_s, {0, 86400, true}, "s", "median time on an item page"},
      {"dwell_sd_session", &b.dwell_sd_session, kSpread, "log s", "spread of log dwell between sessions"},
      {"dwell_sd", &b.dwell_sd, kSpread, "log s", "spread of log dwell between views"},
      {"dwell_cart_factor", &b.dwell_cart_factor, {0, 1000, true}, "×", "dwell before carting"},
      {"dwell_buy_factor", &b.dwell_buy_factor, {0, 1000, true}, "×", "dwell before buying"},
      {"session_cut_min", &b.session_cut_min, Between(1, 1440), "min", "a longer silence would be another session in a log"},
      {"reload", &b.reload, kShare, "", "next views that show the same item again"},
      {"revisit_session", &b.revisit_session, kShare, "", "chance that the next item is one of this session's"},
      {"revisit_history", &b.revisit_history, kShare, "", "chance that the next item is one of earlier sessions'"},
      {"revisit_lag_views", &b.revisit_lag_views, {0, 1e6, true}, "views", "mean lag into the history"},
      {"stay_a", &b.stay_a, kShape, "", "chance to stay in the category ~ Beta(stay_a, stay_b) per session"},
      {"stay_b", &b.stay_b, kShape, "", "second shape; both below 1: focused or exploring, little between"},
      {"favourite_share", &b.favourite_share, kShare, "", "category switches that go to a favourite"},
      {"organic_size", &b.organic_size, Between(1, 40), "items", "items that search and category lists show beside the slate"},
      {"organic_gamma", &b.organic_gamma, kShare, "", "chance to look at the next row of a list"},
      {"slate_size", &b.slate_size, Between(0, 24), "items", "recommended items per page"},
      {"slate_eta", &b.slate_eta, Between(0, 10), "", "examination of slate position r (from 1) = r^-eta"},
      {"slate_attention", &b.slate_attention, kShare, "", "chance that the slate is looked at at all"},
  };
}
Section FieldsOf(ChoiceSpec& c) {
  PriceForm* form = &c.price_form;
  return {
      {"match_weight", &c.match_weight, kWeight, "utility", "weight of taste · style (unit variance) when picking what to view"},
      {"quality_weight", &c.quality_weight, kWeight, "utility", "weight of quality"},
      {"noise_scale", &c.noise_scale, Between(0, 100), "utility", "scale of the Gumbel noise"},
      {"focus_penalty", &c.focus_penalty, kWeight, "utility", "taken off a slate item outside the category in mind"},
      {"price_form", EnumRef{{"log", "linear"}, [form] { return static_cast<int>(*form); }, [form](int i) { *form = static_cast<PriceForm>(i); }}, {}, "", "response to log(price ÷ reference) or to the price"},
      {"elasticity", &c.elasticity, Between(0, 100), "", "log form: utility lost per unit of log price (mean of Bijmolt et al. 2005: 2.6)"},
      {"elasticity_sd", &c.elasticity_sd, kSpread, "log", "sd of log elasticity between shoppers"},
      {"price_per_unit", &c.price_per_unit, Between(0, 1000), "utility/currency", "linear form: utility lost per currency unit"},
      {"loss_aversion", &c.loss_aversion, Between(0, 100), "×", "multiplies the response above the reference price (literature 1 … 2.1)"},
      {"reference_memory", &c.reference_memory, kShare, "", "weight of the newest price in the reference price"},
      {"novelty", &c.novelty, kWeight, "utility", "utility of an item never seen before"},
  };
}
Section FieldsOf(PurchaseSpec& p) {
  return {
      {"cart_intercept", &p.cart_intercept, kLogit, "logit", "log odds of carting at the first view"},
      {"cart_per_view", &p.cart_per_view, kLogit, "logit", "per earlier view of the item, up to view_cap"},
      {"buy_intercept", &p.buy_intercept, kLogit, "logit", "log odds of buying at once, without the cart"},
      {"buy_per_log_view", &p.buy_per_log_view, kLogit, "logit", "per unit of log(number of own views of the item), up to view_cap + 1"},
      {"buy_depth", &p.buy_depth, kLogit, "logit", "taken off per unit of log session depth"},
      {"view_cap", &p.view_cap, Between(0, 1000), "views", "further views no longer add"},
      {"sd_visitor", &p.sd_visitor, kSpread, "logit", "spread of purchase propensity between shoppers"},
      {"sd_session", &p.sd_session, kSpread, "logit", "spread of purchase propensity between sessions"},
      {"sd_category", &p.sd_category, kSpread, "logit", "spread of purchase propensity between categories; their mean over views stays"},
      {"pantry_days", &p.pantry_days, kDays, "days", "after an order the need comes back over so many days; 0: it never went"},
      {"pantry_logit", &p.pantry_logit, kLogit, "logit", "taken off the log odds right after an order, falling to 0 over pantry_days"},
      {"match_weight", &p.match_weight, kWeight, "logit", "weight of taste · style (unit variance) in both log odds"},
      {"price_weight", &p.price_weight, kWeight, "logit", "weight of the price response in both log odds"},
      {"mobile_logit", &p.mobile_logit, kLogit, "logit", "added on a phone, mean-centred"},
      {"buy_now", &p.buy_now, {}, "", "items can be bought at once from their page"},
      {"checkout", &p.checkout, kLogit, "logit", "log odds that a session with a filled cart begins a checkout as it ends"},
      {"checkout_finish", &p.checkout_finish, kShare, "", "chance that a begun checkout is finished"},
      {"checkout_sd_visitor", &p.checkout_sd_visitor, kSpread, "logit", "spread of the checkout log odds between shoppers"},
      {"payment_failure", &p.payment_failure, kShare, "", "checkouts whose payment fails"},
      {"cart_days", &p.cart_days, {0, 3650, true}, "days", "a cart older than this is forgotten"},
      {"extra_unit", &p.extra_unit, {0, 0.99, false, true}, "", "chance of each further unit of an item"},
      {"add_on", &p.add_on, {0, 0.99, false, true}, "", "chance of each further line picked at checkout (an impulse item)"},
      {"abandon_reasons", std::span<double>(p.abandon_reasons), kNonNegative, "weights", "why checkouts are abandoned: extra cost, account, trust, length (Baymard)"},
  };
}
Section FieldsOf(AfterSpec& a) {
  return {
      {"delivery_days", &a.delivery_days, kDays, "days", "order to delivery"},
      {"return_rate", &a.return_rate, kShare, "", "of delivered order lines, over what the incumbent sells in the warm-up (Online Retail 0.08)"},
      {"return_rate_sd", &a.return_rate_sd, kSpread, "logit", "sd of its log odds between categories"},
      {"return_match", &a.return_match, kLogit, "logit", "log odds of a return per unit of match: bad matches come back"},
      {"return_days", &a.return_days, kDays, "days", "delivery to return"},
      {"return_cost", &a.return_cost, Between(0, 1e6), "currency", "handling of a returned line"},
      {"satisfaction_visit", &a.satisfaction_visit, Between(-10, 10), "log rate", "log rate of the next visit per unit of satisfaction"},
  };
}
Section FieldsOf(StockSpec& s) {
  return {
      {"limited", &s.limited, {}, "", "false: nothing ever sells out"},
      {"days_of_cover", &s.days_of_cover, {0, 36500, true}, "days", "opening stock ÷ expected daily sales"},
      {"expected_orders_per_day", &s.expected_orders_per_day, kPositive, "orders/day", "of the whole shop, for opening stock"},
      {"review_days", &s.review_days, Between(1, 3650), "days", "replenishment is ordered this often"},
      {"lead_days", &s.lead_days, kDays, "days", "order to arrival of replenishment"},
  };
}
Section FieldsOf(CompetitorSpec& c) {
  return {
      {"sd", &c.sd, Between(0, 2), "log price", "stationary sd of log(competitor price ÷ list price)"},
      {"mean", &c.mean, Between(-3, 3), "log price", "mean of log(competitor price ÷ list price)"},
      {"memory", &c.memory, kMemory, "", "AR(1) coefficient per day"},
      {"weight", &c.weight, kWeight, "utility", "utility per unit of log(competitor ÷ own price)"},
  };
}
Section FieldsOf(ServerSpec& s) {
  return {
      {"workers", &s.workers, Between(1, 100'000), "", "pages served at the same time; more wait in a queue"},
      {"page_s", &s.page_s, kSeconds, "s", "modelled server time of a page"},
      {"recommender_s", &s.recommender_s, kSeconds, "s", "modelled time of choosing a slate, added to every page"},
      {"coupons_s", &s.coupons_s, kSeconds, "s", "modelled time of a coupon decision, added to the first page of a session that asked for one"},
      {"pricing_s", &s.pricing_s, kSeconds, "s", "modelled time of a personal price, added to product pages where the arm has them"},
      {"assistant_s", &s.assistant_s, kSeconds, "s", "modelled time until an answer of the assistant appears; outside the page servers"},
  };
}
Section FieldsOf(ChatSpec& c) {
  return {
      {"question_rate", &c.question_rate, kShare, "", "chance of a question per product view, mean over shoppers"},
      {"typing_s", &c.typing_s, kSeconds, "s", "time to type a question"},
      {"reading_s", &c.reading_s, kSeconds, "s", "time to read an answer"},
      {"typo_rate", &c.typo_rate, kShare, "", "letters mistyped"},
      {"agents", &c.agents, Between(0, 100'000), "", "human agents on duty"},
      {"handling_s", &c.handling_s, kSeconds, "s", "time that an agent takes for a question"},
      {"agent_patience_s", &c.agent_patience_s, kSeconds, "s", "longest wait for an agent"},
      {"agent_accuracy", &c.agent_accuracy, kShare, "", "questions that an agent answers well"},
      {"agent_cost_per_min", &c.agent_cost_per_min, Between(0, 1e6), "currency/min", "cost of an agent's time"},
      {"answered_logit", &c.answered_logit, kLogit, "logit", "added to the buying log odds when answered well (ln 1.16, Tan et al. 2019)"},
      {"wrong_logit", &c.wrong_logit, kLogit, "logit", "added when answered wrongly or not at all"},
  };
}
Section FieldsOf(ContactSpec& c) {
  return {
      {"coupon_logit", &c.coupon_logit, kWeight, "logit", "cart and buy log odds per unit of relative discount × proneness"},
      {"coupon_awareness", &c.coupon_awareness, kShare, "", "chance to notice a coupon shown on site"},
      {"message_open", &c.message_open, kShare, "", "chance that an e-mail is opened"},
      {"message_visit", &c.message_visit, kShare, "", "chance that an opened message of either channel brings a visit forward"},
      {"visit_delay_h", &c.visit_delay_h, Between(0, 8760), "h", "from opening an e-mail to the visit"},
      {"fatigue", &c.fatigue, kShare, "", "relative loss of opening of a message that comes within 7 days of the last one"},
      {"opt_out", &c.opt_out, kShare, "", "chance of opting out per e-mail; doubled within 7 days of the last message"},
      {"message_cost", &c.message_cost, Between(0, 1e6), "currency", "cost of an e-mail; fractions of a cent are paid on average"},
      {"push_open", &c.push_open, kShare, "", "chance that a push notification is opened"},
      {"push_visit_delay_h", &c.push_visit_delay_h, Between(0, 8760), "h", "from opening a push notification to the visit"},
      {"push_opt_out", &c.push_opt_out, kShare, "", "chance of opting out per push notification; doubled within 7 days of the last message"},
      {"push_cost", &c.push_cost, Between(0, 1e6), "currency", "cost of a push notification"},
  };
}
Section FieldsOf(CadenceSpec& c) {
  return {
      {"train_days", &c.train_days, Between(1, 3650), "days", "every strategy retrains on its own log this often"},
      {"price_hours", &c.price_hours, Between(0.02, 87600), "h", "time between shop-wide repricings"},
      {"outreach_hour", &c.outreach_hour, Between(0, 23), "h", "hour of the day at which outreach plans"},
  };
}
Section FieldsOf(RecordSpec& r) {
  return {
      {"events", &r.events, {}, "", "the full outcome log in the results file", FieldRole::kLabel},
      {"decisions", &r.decisions, {}, "", "every decision with its propensity in the results file", FieldRole::kLabel},
      {"shoppers", &r.shoppers, {}, "", "orders, revenue and margin per shopper in the results file (twin effects)", FieldRole::kLabel},
  };
}

}  // namespace

// ------------------------------------------------------------------------------- top level

Section FieldsOf(Scenario& s) {
  return {
      {"name", TextRef{&s.name, TextForm::kName}, {}, "", "name in tables and file names", FieldRole::kRequiredLabel},
      {"question", TextRef{&s.question, TextForm::kNonEmpty}, {}, "", "what the scenario answers, in a sentence", FieldRole::kRequiredLabel},
      {"source", TextRef{&s.source, TextForm::kAny}, {}, "", "where its numbers come from", FieldRole::kLabel},
      {"currency", TextRef{&s.currency, TextForm::kCurrency}, {}, "", "currency of all prices (ISO 4217)", FieldRole::kLabel},
      {"seed", &s.seed, {}, "", "fixes catalogue, shoppers and all their draws"},
      {"replications", &s.replications, Between(1, 1'000'000), "", "draws of the world in which every arm runs", FieldRole::kLabel},
      {"stop", FieldsOf(s.stop), {}, "", "when enough replications have run"},
      {"design", FieldsOf(s.design), {}, "", "how arms meet shoppers"},
      {"world", OneOf(s.world, {"Shop", "RecoGym"}, [](auto& m) { return FieldsOf(m); }), {}, "", "the shop of the sections below, or RecoGym's world of organic views and advertisements"},
      {"time", FieldsOf(s.time), {}, "", "periods"},
      {"catalogue", FieldsOf(s.catalogue), {}, "", "what is on sale"},
      {"population", FieldsOf(s.population), {}, "", "who the shoppers are"},
      {"segments", List(s.segments, 0, [](SegmentSpec& x) { return FieldsOf(x); }), {}, "", "groups of shoppers; one segment `all` when empty"},
      {"arrivals", FieldsOf(s.arrivals), {}, "", "when they come"},
      {"browse", FieldsOf(s.browse), {}, "", "how they move through the shop"},
      {"choice", FieldsOf(s.choice), {}, "", "what they like"},
      {"purchase", FieldsOf(s.purchase), {}, "", "when they cart and buy"},
      {"after", FieldsOf(s.after), {}, "", "delivery, returns, satisfaction"},
      {"stock", FieldsOf(s.stock), {}, "", "stock and replenishment"},
      {"competitor", FieldsOf(s.competitor), {}, "", "prices elsewhere"},
      {"server", FieldsOf(s.server), {}, "", "modelled latency of pages"},
      {"chat", FieldsOf(s.chat), {}, "", "questions and human agents"},
      {"contact", FieldsOf(s.contact), {}, "", "response to coupons and messages"},
      {"cadence", FieldsOf(s.cadence), {}, "", "clocks of the strategies"},
      {"record", FieldsOf(s.record), {}, "", "what goes into the results file beside the metrics"},
      {"incumbent", TextRef{&s.incumbent, TextForm::kAny}, {}, "", "name of the arm that the others are compared with", FieldRole::kRequired},
      {"arms", List(s.arms, 1, [](ArmSpec& x) { return FieldsOf(x); }), {}, "", "full choices of strategy, one per slot", FieldRole::kRequired},
  };
}
// clang-format on

const std::vector<DistributionTag>& DistributionTags() {
  using Kind = Distribution::Kind;
  static const std::vector<DistributionTag> tags = {
      {Kind::kLogNormal, "LogNormal", {{"median", kPositive}, {"sigma", kSpread}}},
      {Kind::kUniform, "Uniform", {{"low", kAnyNumber}, {"high", kAnyNumber}}},
      {Kind::kNormal, "Normal", {{"mean", kAnyNumber}, {"sd", kNonNegative}}},
      {Kind::kGamma, "Gamma", {{"shape", kShape}, {"rate", kPositive}}},
      {Kind::kBeta, "Beta", {{"a", kShape}, {"b", kShape}}},
      {Kind::kExponential, "Exponential", {{"mean", kPositive}}},
      {Kind::kErlang, "Erlang", {{"shape", {1, 1000}, true}, {"mean", kPositive}}},
  };
  return tags;
}

}  // namespace souk
