// Rules under test: the page is whole and well-formed whatever the result holds; it asks nothing of a network; texts
// cannot break out; verdicts say what the intervals say; blocks appear where there is something to show.
#include "results/report/html.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <regex>

#include "results/report/format_internal.h"
#include "results/report/html_text_internal.h"
#include "results/report/table.h"
#include "results/statistics/family.h"
#include "results/statistics/heterogeneity.h"
#include "tests/support/sample_result.h"

namespace souk {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// Cuts the page at its data block: what stands before is markup.
std::string Markup(const std::string& page) { return page.substr(0, page.find("<script type=\"application/json\"")); }

std::string SectionOf(const std::string& page, const std::string& id) {
  const std::size_t begin = page.find("<section id=\"" + id + "\"");
  return begin == std::string::npos ? "" : page.substr(begin, page.find("</section>", begin) - begin);
}

/// Every element that is opened is closed, in order; the oracle is a stack.
void ExpectBalanced(const std::string& markup) {
  static const std::regex tag("<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:[^<>\"]|\"[^\"]*\")*)>");
  const std::vector<std::string> no_end = {"meta", "link", "input", "br"};
  std::vector<std::string> open;
  const std::size_t style = markup.find("</style>");
  const std::string body = markup.substr(style == std::string::npos ? 0 : markup.find("<body>"));
  for (std::sregex_iterator i(body.begin(), body.end(), tag), end; i != end; ++i) {
    const std::string name = (*i)[2];
    const std::string rest = (*i)[3];
    if (std::find(no_end.begin(), no_end.end(), name) != no_end.end() || (!rest.empty() && rest.back() == '/'))
      continue;
    if ((*i)[1].length() == 0) {
      open.push_back(name);
    } else {
      ASSERT_FALSE(open.empty()) << "</" << name << "> at " << i->position();
      ASSERT_EQ(open.back(), name) << "at " << i->position() << ": "
                                   << body.substr(static_cast<std::size_t>(i->position()), 80);
      open.pop_back();
    }
  }
  EXPECT_THAT(open, ::testing::ElementsAre("body"));  // the script that follows closes it
}

/// Attribute values that SVG cannot read.
void ExpectNumbers(const std::string& markup) {
  static const std::regex bad(R"re([ "=](-?nan|-?inf)[ "%/>a-z0-9-])re");
  std::smatch found;
  const std::string body = markup.substr(std::min(markup.size(), markup.find("<body>")));
  EXPECT_FALSE(std::regex_search(body, found, bad))
      << found.str() << " in …" << found.prefix().str().substr(std::max<std::size_t>(60, found.prefix().length()) - 60);
}

void ExpectSound(const ExperimentResult& result) {
  const std::string page = HtmlReport(result);
  ExpectBalanced(Markup(page));
  ExpectNumbers(Markup(page));
  EXPECT_TRUE(IsHtmlReport(page));
}

/// `buyers[arm]` of 10,000 visitors per replication, with a little noise; revenue and margin per order as given.
ExperimentResult Shop(int replications, const std::vector<int>& buyers, const std::vector<int>& margin_cents) {
  ExperimentResult r = testing::SampleResult({replications, static_cast<int>(buyers.size()), 2, 6, 40});
  for (CellResult& cell : r.cells) {
    const auto arm = static_cast<std::size_t>(cell.arm);
    for (std::size_t s = 0; s < cell.by_segment.size(); ++s) {
      Sums& sums = cell.by_segment[s];
      At(sums, Sum::kVisitors) = 10'000;
      At(sums, Sum::kBuyers) =
          buyers[arm] + 7 * (cell.replication % 3) + (cell.arm > 0 ? (cell.replication * 5 + cell.arm) % 3 : 0);
      At(sums, Sum::kRevenueCents) = At(sums, Sum::kBuyers) * 8000;
      At(sums, Sum::kMarginCents) = At(sums, Sum::kBuyers) * margin_cents[arm];
    }
    cell.by_age = cell.by_day;
  }
  r.provenance.resolved_yaml = "name: sample\n";
  return r;
}

std::string CardOf(const std::string& page, const std::string& arm) {
  const std::size_t at = page.find("<span>" + arm + "</span>");
  return at == std::string::npos ? "" : page.substr(at, page.find("</li>", at) - at);
}

TEST(HtmlReport, IsSoundForResultsOfEveryShape) {
  ExpectSound(testing::SampleResult({10, 3, 2, 6, 20}));
  ExpectSound(Shop(25, {1000, 1010, 990}, {2000, 2000, 2000}));  // a confidence sequence, dots as a cloud
  ExpectSound(Shop(9, {1000, 1010}, {2000, -50}));
  ExpectSound(testing::SampleResult({1, 3}));  // no intervals
  ExpectSound(testing::SampleResult({2, 2, 1, 1}));
  ExpectSound(testing::SampleResult({3, 1}));  // nothing to compare
  ExpectSound(testing::SampleHeader({}));      // no cell
  ExpectSound(ExperimentResult{});             // no arm
  ExperimentResult failed = testing::SampleResult({5, 3});
  for (CellResult& cell : failed.cells) {
    if (cell.arm != 1) continue;
    cell = CellResult{.replication = cell.replication, .arm = 1, .error = "no memory"};
  }
  ExpectSound(failed);
  ExperimentResult silent = testing::SampleResult({4, 2, 2, 3});
  for (CellResult& cell : silent.cells) {
    for (Sums& sums : cell.by_segment) sums.fill(0);
    for (Sums& sums : cell.by_day) sums.fill(0);
    cell.latency = {};
  }
  ExpectSound(silent);
}

TEST(HtmlReport, TextsCannotBreakOut) {
  ExperimentResult r = testing::SampleResult({3, 2});
  const std::string evil = "</title></style></script><script>alert(1)</script>\"' onload=x & <b> \xFF";
  r.name = r.question = r.currency = r.arms[1] = r.arm_labels[1] = r.segments[0] = r.slots[0] = evil;
  r.provenance.argv = r.provenance.resolved_yaml = r.provenance.compiler = r.provenance.created = r.provenance.git =
      evil;
  r.cells[3] = CellResult{.replication = 1, .arm = 1, .error = evil};
  const std::string page = HtmlReport(r, {.file = evil});
  EXPECT_THAT(page, Not(HasSubstr("<script>alert")));
  EXPECT_THAT(page, Not(HasSubstr("<b> ")));
  EXPECT_THAT(page, Not(HasSubstr("\xFF")));
  // The three scripts that are meant: none more is opened or closed. (The data, and the page's own.)
  const auto count = [&page](const std::string& what) {
    int n = 0;
    for (std::size_t at = 0; (at = page.find(what, at)) != std::string::npos; ++at) ++n;
    return n;
  };
  EXPECT_EQ(count("<script"), 2);
  EXPECT_EQ(count("</script"), 2);
  EXPECT_EQ(count("</style"), 1);
  EXPECT_EQ(count("</title></head>") + count("</title>\n<style>"), 1);
  ExpectBalanced(Markup(page));
}

TEST(HtmlReport, AsksNothingOfANetwork) {
  const std::string page = HtmlReport(Shop(10, {1000, 1010, 990}, {2000, 2000, 2000}));
  for (const char* word :
       {"http:", "https:", "src=", "url(", "@import", "//cdn", "fetch(", "XMLHttpRequest", "WebSocket"})
    EXPECT_THAT(page, Not(HasSubstr(word))) << word;
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
}

// The issue's mark: below 300 KB for ten arms. Every kind of block that such a result can have is in.
TEST(HtmlReport, TenArmsStayBelow300KB) {
  std::vector<int> buyers;
  for (int arm = 0; arm < 10; ++arm) buyers.push_back(1000 + 13 * arm);
  ExperimentResult r = testing::SampleResult({8, 10, 3, 28, 60, 0, 0, 400});
  for (CellResult& cell : r.cells) {
    cell.by_age = cell.by_day;
    for (std::size_t u = 0; u < cell.shoppers.size(); ++u) cell.shoppers[u].segment = static_cast<int>(u % 3);
  }
  r.provenance.resolved_yaml = std::string(6000, 'y');
  EXPECT_LT(HtmlReport(r).size(), 300'000U);
}

TEST(HtmlReport, CardsSayWhatTheIntervalsSay) {
  const std::string page = HtmlReport(Shop(10, {1000, 1100, 900, 1100, 1000}, {2000, 2000, 2000, 1700, 2000}));
  EXPECT_THAT(CardOf(page, "arm-1"), HasSubstr("▲ better"));
  EXPECT_THAT(CardOf(page, "arm-1"), HasSubstr("Raises conversion by <b>10.0%</b>"));
  EXPECT_THAT(CardOf(page, "arm-2"), HasSubstr("▼ worse"));
  EXPECT_THAT(CardOf(page, "arm-2"), HasSubstr("Lowers conversion by <b>9."));
  // 1.1 × 1700 ÷ 2000 = 0.935: more orders, less margin.
  EXPECT_THAT(CardOf(page, "arm-3"), HasSubstr("◆ trade-off"));
  EXPECT_THAT(CardOf(page, "arm-3"), HasSubstr("but lowers margin per visitor by <b>6."));
  // About one buyer in a thousand more: inside the margin of 0.5 %.
  EXPECT_THAT(CardOf(page, "arm-4"), HasSubstr("= no difference"));
}

// An arm that is now 4 % better, now 4 % worse, has shown nothing.
TEST(HtmlReport, WhatIsNotSettledIsUnclear) {
  ExperimentResult r = Shop(10, {1000, 1000}, {2000, 2000});
  for (CellResult& cell : r.cells) {
    if (cell.arm != 1) continue;
    const int swing = cell.replication % 2 == 0 ? 40 : -40;
    for (Sums& sums : cell.by_segment) {
      At(sums, Sum::kBuyers) += swing;
      At(sums, Sum::kRevenueCents) += 8000 * swing;
      At(sums, Sum::kMarginCents) += 2000 * swing;
    }
  }
  EXPECT_THAT(CardOf(HtmlReport(r), "arm-1"), HasSubstr("? unclear"));
  EXPECT_THAT(CardOf(HtmlReport(r), "arm-1"), HasSubstr("No clear change in conversion ("));
}

TEST(HtmlReport, TheMarginDecidesWhatCounts) {
  const ExperimentResult r = Shop(10, {1000, 1010, 1000}, {2000, 2000, 2000});
  EXPECT_THAT(CardOf(HtmlReport(r), "arm-1"), HasSubstr("▲ better"));
  EXPECT_THAT(CardOf(HtmlReport(r, {.margin = 0.02}), "arm-1"), HasSubstr("= no difference"));
  EXPECT_THAT(HtmlReport(r, {.margin = 0.02}), HasSubstr("±2.0% counts as no difference."));
}

TEST(HtmlReport, LeadersAreThoseThatCannotBeToldApart) {
  const std::string verdict =
      SectionOf(HtmlReport(Shop(10, {1000, 1100, 1102, 900}, {2000, 2000, 2000, 2000})), "verdict");
  EXPECT_THAT(verdict, HasSubstr("<p class=\"lead\"><b class=\"arm\">arm-2</b>"));
  const std::string alone = SectionOf(HtmlReport(Shop(10, {1000, 900, 800}, {2000, 2000, 2000})), "verdict");
  EXPECT_THAT(alone, HasSubstr("No arm beats <b class=\"arm\">today</b> on conversion"));
  EXPECT_THAT(SectionOf(HtmlReport(Shop(1, {1000, 900, 1100}, {2000, 2000, 2000})), "verdict"),
              HasSubstr("in the only replication"));
}

TEST(HtmlReport, AnOracleIsNoChoice) {
  ExperimentResult r = Shop(10, {1000, 1100, 1500}, {2000, 2000, 2000});
  r.provenance.resolved_yaml =
      "name: sample\nquestion: Which?\nincumbent: today\narms:\n"
      "  - { name: today, recommender: popularity, coupons: none, pricing: list, assistant: none, outreach: none }\n"
      "  - { name: arm-1, recommender: item-knn }\n  - { name: arm-2, recommender: oracle }\n";
  const std::string page = HtmlReport(r);
  EXPECT_THAT(SectionOf(page, "verdict"), HasSubstr("<b class=\"arm\">arm-1</b> has the highest conversion"));
  EXPECT_THAT(CardOf(page, "arm-2"), HasSubstr("ceiling"));
}

TEST(HtmlReport, ShowsBothIntervalsOfTheFamily) {
  const ExperimentResult r = Shop(10, {1000, 1013, 990}, {2000, 2000, 1990});
  const std::string arms = SectionOf(HtmlReport(r), "arms");
  for (const char* metric : {"conversion", "revenue_per_visitor", "margin_per_visitor"}) {
    for (const FamilyMember& member : CompareFamily(r, *FindMetric(metric))) {
      EXPECT_THAT(arms, HasSubstr(html::ChangeRange(member.uplift.relative) + "<small>" +
                                  html::ChangeRange(member.simultaneous)));
    }
  }
}

TEST(HtmlReport, BadgesAndBlocksFollowTheDesign) {
  ExperimentResult r = Shop(10, {1000, 1050, 990, 1040}, {2000, 2000, 2000, 2000});
  EXPECT_THAT(HtmlReport(r), HasSubstr("parallel worlds"));
  EXPECT_EQ(SectionOf(HtmlReport(r), "levers"), "");
  EXPECT_THAT(HtmlReport(r), Not(HasSubstr("id=split")));

  ExperimentResult factorial = r;
  factorial.design = "factorial";
  factorial.levers = {"arm-1", "arm-2"};
  factorial.arm_levers = {0, 1, 2, 3};
  const std::string levers = SectionOf(HtmlReport(factorial), "levers");
  const std::vector<Interaction> pairs = Interactions(factorial, *FindMetric("conversion"));
  ASSERT_EQ(pairs.size(), 1U);
  const auto shows = [&](const char* kind, const Interval& effect) {
    const std::string at = "<td class=\"h " + std::string(kind);
    const std::string from = levers.substr(levers.find(at));
    return from.substr(0, from.find("</td>"))
               .find(">" + html::Change(effect.estimate) + "<small>" + html::ChangeRange(effect)) != std::string::npos;
  };
  EXPECT_TRUE(shows("own", pairs[0].a));
  EXPECT_TRUE(shows("both", pairs[0].both));
  EXPECT_TRUE(shows("extra", pairs[0].extra));

  ExperimentResult split = r;
  split.design = "ab-test";
  split.shares = {1, 1, 1, 1};
  for (CellResult& cell : split.cells) {
    for (Sums& sums : cell.by_segment) At(sums, Sum::kShoppers) = cell.arm == 2 ? 700 : 1000;
  }
  const std::string page = HtmlReport(split);
  EXPECT_THAT(page, HasSubstr("A/B test inside one shop"));
  EXPECT_THAT(SectionOf(page, "diagnostics"), HasSubstr("sample-ratio mismatch"));
  EXPECT_THAT(SectionOf(page, "segments"), HasSubstr("every shopper meets one arm only"));
  EXPECT_THAT(SectionOf(page, "segments"), Not(HasSubstr("% of all</small>")));
}

TEST(HtmlReport, SaysWhatIsWrongWithTheData) {
  ExperimentResult r = Shop(5, {1000, 1050, 990}, {2000, 2000, 2000});
  for (CellResult& cell : r.cells)
    if (cell.replication == 2 && cell.arm == 1) cell = CellResult{.replication = 2, .arm = 1, .error = "the bird flew"};
  for (CellResult& cell : r.cells)
    if (cell.arm == 2) cell.fingerprint = r.Cell(cell.replication, 0)->fingerprint;
  r.provenance.interrupted = true;
  const std::string page = HtmlReport(r);
  const std::string verdict = SectionOf(page, "verdict");
  for (const char* words : {"4 of 5 replications", "uncalibrated", "1 failed cell", "interrupted", "1 identical arm",
                            "few replications", "thin data: arm-1"})
    EXPECT_THAT(verdict, HasSubstr(words));
  EXPECT_THAT(SectionOf(page, "diagnostics"), HasSubstr("the bird flew"));
}

TEST(HtmlReport, NoveltyIsByAgeWhereTheResultHasAges) {
  ExperimentResult r = Shop(8, {1000, 1050}, {2000, 2000});
  EXPECT_THAT(SectionOf(HtmlReport(r), "time"), HasSubstr("Novelty: by days since the first visit"));
  for (CellResult& cell : r.cells) cell.by_age.clear();
  EXPECT_THAT(SectionOf(HtmlReport(r), "time"), HasSubstr("Day by day"));
  EXPECT_THAT(SectionOf(HtmlReport(r), "time"), HasSubstr("starts at 20"));
  EXPECT_THAT(SectionOf(HtmlReport(Shop(20, {1000, 1050}, {2000, 2000})), "time"), Not(HasSubstr("starts at 20")));
}

TEST(HtmlReport, KnowsItsOwn) {
  EXPECT_TRUE(IsHtmlReport(HtmlReport(testing::SampleHeader({})).substr(0, 1024)));
  EXPECT_FALSE(IsHtmlReport("<!DOCTYPE html><html><head><title>souk report</title>"));
  EXPECT_FALSE(IsHtmlReport(""));
}

}  // namespace
}  // namespace souk
