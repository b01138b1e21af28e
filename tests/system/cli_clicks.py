#!/usr/bin/env python3
"""A world in which nobody buys: run, compare and report speak of clicks, and say nothing of money.

The numbers are recomputed from the sums of the results file; RecoGym's own rates are the subject of
tests/oracle/recogym_slow_test.cc.
"""

import re
import sys

from _cli import SOURCE, CliTest, main

try:
    import h5py
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

SCENARIO = SOURCE / "scenarios" / "peers" / "recogym_p10.yaml"
HEADLINE = ["click_through_rate", "clicks_per_visitor"]


class Clicks(CliTest):
    def setUp(self):
        super().setUp()
        self.table = self.once("clicks.h5", SCENARIO, "--set", "world.shoppers=400", "--set", "replications=3", "--set",
                               "record.shoppers=true")
        with h5py.File(self.folder / "clicks.h5") as file:
            self.headline = file.attrs["headline"]
            self.sums = {name: file["sums/" + name][:].sum(axis=(0, 2)) for name in ("clicks", "impressions", "visitors")}
            self.ceilings = list(file["regret/ceiling"].asstr()[:])
            self.arms = list(file["metrics/arm"].asstr()[:])

    def row(self, text, arm):
        return next(line for line in text.splitlines() if re.match(rf"\W*{arm}\W", line))

    def test_the_file_names_what_decides(self):
        self.assertEqual(self.headline if isinstance(self.headline, str) else self.headline.decode(), " ".join(HEADLINE))
        self.assertEqual(self.ceilings, ["oracle"])

    def test_tables_show_clicks(self):
        markdown = self.souk("compare", "clicks.h5", "--markdown").stdout
        rates, per_visitor = markdown.split("\n\n")[1:3]
        for i, arm in enumerate(self.arms):
            rate = f"{100 * self.sums['clicks'][i] / self.sums['impressions'][i]:.3f}%"
            clicks = self.sums["clicks"][i] / self.sums["visitors"][i]
            clicks = f"{clicks:.3f}" if clicks >= 0.1 else f"{clicks:.3g}"
            self.assertIn(rate, self.row(self.table, arm))
            self.assertIn(clicks, self.row(self.table, arm))
            self.assertIn(f"| {rate} |", self.row(rates, arm))
            self.assertIn(f"| {clicks} |", self.row(per_visitor, arm))
        for text in (self.table, markdown):
            for word in ("conversion", "revenue", "margin", "0.00%", "thin"):
                self.assertNotIn(word, text)
        self.assertIn("uplift: click through rate", self.table)
        self.assertIn("clicks/visitor", self.table)
        self.assertRegex(self.row(self.table, "oracle"), r"[+-]\d+\.\d% \[.*[+-]\d+\.\d% \[")

    def test_compare_decides_by_clicks(self):
        text = self.souk("compare", "clicks.h5").stdout
        self.assertRegex(text, r"(Best|May be the best) on click_through_rate: ")
        self.assertNotIn("on conversion", text)
        self.assertNotIn("helped", text, "twins are told apart by orders")
        whole = self.souk_json("compare", "clicks.h5", "--json")
        self.assertEqual(whole["headline"], HEADLINE)
        self.assertEqual(list(whole["best"]), HEADLINE)
        self.assertFalse(whole["arms"][-1]["metrics"]["clicks_per_visitor"]["thin"])
        two = self.souk("compare", "clicks.h5", "clicks.h5").stdout
        self.assertIn("click_through_rate", two, "shown although equal")
        self.assertNotIn("revenue_per_visitor", two)

    def test_the_gate_watches_clicks(self):
        gate = self.souk_json("gate", "clicks.h5", "--baseline", "clicks.h5", "--json", code=None)
        self.assertEqual(sorted({check["metric"] for check in gate["checks"]}), HEADLINE)

    def test_the_report_leaves_money_out(self):
        self.souk("report", "clicks.h5", "-o", "clicks.html")
        page = (self.folder / "clicks.html").read_text()
        page = page[:page.index('<script type="application/json"')]  # what a person reads
        for block in ("funnel", "pareto", "guardrails"):
            self.assertNotIn(f'<section id="{block}"', page)
            self.assertNotIn(f'href="#{block}"', page)
        self.assertIn('<section id="verdict"', page)
        self.assertIn("Nobody buys in this world", page)
        self.assertIn("click through rate", page)
        self.assertNotIn("<small>EUR</small>", page)
        self.assertNotRegex(page[page.index("<main>"):page.index('<section id="metrics"')], "revenue|margin per visitor|conversion")


if __name__ == "__main__":
    main()
