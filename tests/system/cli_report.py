#!/usr/bin/env python3
"""`souk report`: the page holds the numbers of `souk compare --json`, asks nothing of a network, opens without a word in a
browser, and never replaces a file that is not its own.

The browser part runs where Chromium is installed (Debian: apt-get install chromium); elsewhere it is skipped.
"""

import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest
from html.parser import HTMLParser

from _cli import SMALL, SOURCE, CliTest, main

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
HEADLINE = ("conversion", "revenue_per_visitor", "margin_per_visitor")
STEPS = ("sessions_per_visitor", "view_session_rate", "intent_rate", "till_rate", "till_success_rate",
         "average_order_value")
VOID = {"meta", "link", "input", "br"}
FOUR = SMALL.replace("replications: 3", "replications: 9") + """\
  - { name: item-knn, label: 'a <b>label</b> & "more"', recommender: item-knn }
  - { name: coupons, coupons: blanket }
  - { name: twin, recommender: popularity }
segments:
  - { name: bargain, share: 0.4, price_sensitivity: 1.4 }
  - { name: regular, share: 0.6 }
"""


class Page(HTMLParser):
    """Tables by id as lists of rows of cell texts, the data block, resource references; fails on unbalanced tags."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tables, self.data, self.references, self.ids = {}, "", [], []
        self._open, self._table, self._cell, self._in_data, self._quiet = [], None, None, False, 0
        self.feed(text)
        self.close()
        assert not self._open, f"left open: {self._open}"

    def handle_startendtag(self, tag, attrs):
        self._attributes(attrs)

    def _attributes(self, attrs):
        attributes = dict(attrs)
        if "id" in attributes:
            self.ids.append(attributes["id"])
        for name in ("src", "href", "action", "data", "poster", "srcset", "xlink:href", "background"):
            if attributes.get(name):
                self.references.append(attributes[name])
        return attributes

    def handle_starttag(self, tag, attrs):
        attributes = self._attributes(attrs)
        if tag not in VOID:
            self._open.append(tag)
        if tag == "table":
            self._table = self.tables.setdefault(attributes.get("id", f"table-{len(self.tables)}"), [])
        elif tag == "tr" and self._table is not None:
            self._table.append([])
        elif tag in ("td", "th") and self._table:
            self._cell = [""]
            self._table[-1].append(self._cell)
        elif tag == "small" and self._cell is not None:
            self._cell.append("")
        elif tag == "title" and "svg" in self._open:
            self._quiet += 1
        self._in_data = attributes.get("id") == "souk-data"

    def handle_endtag(self, tag):
        assert self._open and self._open[-1] == tag, f"</{tag}> closes {self._open[-3:]}"
        self._open.pop()
        if tag in ("td", "th"):
            self._cell = None
        elif tag == "small" and self._cell is not None:
            self._cell.append("")
        elif tag == "table":
            self._table = None
        elif tag == "title" and "svg" in self._open:
            self._quiet -= 1

    def handle_data(self, data):
        if self._in_data:
            self.data += data
            self._in_data = False
        elif self._cell is not None and not self._quiet:
            self._cell[-1] += data

    def rows(self, table):
        """First texts and small texts of the cells of the body, by the name in the first cell."""
        return {row[0][0]: row[1:] for row in self.tables[table][1:]}


def change(share):
    """A relative change as people write it; the rule of the terminal's tables."""
    if share is None:
        return "–"
    percent = 100 * share
    text = "0.0" if percent == 0 else f"{percent:+.2f}" if abs(percent) < 0.095 else f"{percent:+.1f}"
    return text.replace("-", "−") + "%"


def amount(value):
    size = abs(value)
    digits = 1 if size >= 100 else 2 if size >= 10 else 3
    text = f"{value:.{digits}f}" if size >= 0.1 or size == 0 else f"{value:.3g}"
    return text.replace("-", "−")


def percent(share):
    return f"{100 * share:.{3 if 0 < abs(share) < 0.1 else 2}f}%"


def value_text(metric, value):
    if value is None:
        return "–"
    return percent(value) if metric.endswith("_rate") or metric.endswith("conversion") else amount(value)


def duration(ns):
    for limit, scale, unit in ((999.5, 1, "ns"), (999.5e3, 1e3, "µs"), (999.5e6, 1e6, "ms"), (1e99, 1e9, "s")):
        if ns < limit:
            scaled = ns / scale
            return f"{scaled:.1f} {unit}" if unit != "ns" and scaled < 9.95 else f"{scaled:.0f} {unit}"


class ReportTest(CliTest):
    """One run with five arms, made once."""

    @classmethod
    def setUpClass(cls):
        cls.made = tempfile.TemporaryDirectory(prefix="souk-report-")

    @classmethod
    def tearDownClass(cls):
        cls.made.cleanup()

    def setUp(self):
        super().setUp()
        # One run for all tests: they only read it.
        kept = os.path.join(self.made.name, "four.h5")
        if not os.path.exists(kept):
            self.write("four.yaml", FOUR)
            self.souk("run", "four.yaml", "-o", kept, "--quiet")
        shutil.copy(kept, self.folder / "four.h5")

    def page(self, *arguments):
        self.souk("report", "four.h5", "-o", "page.html", *arguments)
        return (self.folder / "page.html").read_text(encoding="utf-8")


class Report(ReportTest):
    # ---- numbers

    def test_the_data_block_is_a_part_of_compare_json(self):
        data = json.loads(Page(self.page()).data)
        whole = self.souk_json("compare", "four.h5", "--json")
        leaves = 0

        def check(part, of, path):
            nonlocal leaves
            if isinstance(part, dict):
                for key, value in part.items():
                    self.assertIn(key, of, path)
                    check(value, of[key], f"{path}.{key}")
            elif isinstance(part, list):
                self.assertEqual(len(part), len(of), path)
                for i, value in enumerate(part):
                    check(value, of[i], f"{path}[{i}]")
            else:
                leaves += 1
                # Twelve digits on the page.
                self.assertEqual(part, float(f"{of:.12g}") if isinstance(of, float) else of, path)

        check(data, whole, "")
        self.assertGreater(leaves, 500)
        for arm in data["arms"][1:]:
            for name, metric in whole["arms"][0]["metrics"].items():
                if metric["value"]["estimate"] is not None:
                    self.assertIn("relative_uplift", arm["metrics"][name])

    def test_tables_show_the_numbers_of_compare_json(self):
        page = Page(self.page())
        arms = self.souk_json("compare", "four.h5", "--json")["arms"]
        self.assertEqual([arm["name"] for arm in arms], ["base", "chance", "item-knn", "coupons", "twin"])
        for index, metric in enumerate(HEADLINE):
            rows = page.rows(f"forest-m{index}")
            self.assertEqual(list(rows), [arm["name"] for arm in arms])
            for arm in arms:
                value, _, uplift, interval = rows[arm["name"]][:4]
                of = arm["metrics"][metric]
                self.assertEqual(value[0], value_text(metric, of["value"]["estimate"]))
                if arm["incumbent"] or of["identical"]:
                    self.assertEqual(uplift[0], "incumbent" if arm["incumbent"] else "identical")
                    continue
                r = of["relative_uplift"]
                self.assertEqual(uplift[0], change(r["estimate"]) + ("*" if of["thin"] else ""))
                self.assertEqual(interval[0], f"{change(r['low'])[:-1]} to {change(r['high'])}")
        for step in STEPS:
            rows = page.rows(f"step-{step}")
            for arm in arms:
                of = arm["metrics"][step]
                self.assertEqual(rows[arm["name"]][1][0], value_text(step, of["value"]["estimate"]))
                if not arm["incumbent"] and not of["identical"]:
                    self.assertEqual(rows[arm["name"]][2][0], change(of["relative_uplift"]["estimate"]))
        shown = [name[8:] for name in page.tables if name.startswith("latency-")]
        self.assertEqual(shown, [slot for slot, of in arms[0]["latency"].items() if of["decisions"] > 0])
        for slot in shown:
            rows = page.rows(f"latency-{slot}")
            for arm in arms:
                of = arm["latency"][slot]
                texts = [duration(of[q]) for q in ("p50_ns", "p90_ns", "p99_ns", "p999_ns", "max_ns")]
                self.assertEqual([cell[0] for cell in rows[arm["name"]]], [*texts, f"{of['decisions']:,}"])
        rows = page.rows("diagnostics-arms")
        for arm in arms[1:]:
            self.assertEqual(rows[arm["name"]][3][0], f"{arm['discordant_orders']:,}")
            self.assertEqual(rows[arm["name"]][6][0], arm["fingerprint"])

    def test_segments_and_twins_are_those_of_the_file(self):
        """Recomputed from the HDF5 file with h5py and numpy."""
        try:
            import h5py
            import numpy
        except ImportError as missing:
            self.skipTest(str(missing))
        page = Page(self.page())
        with h5py.File(self.folder / "four.h5") as file:
            buyers, visitors = file["sums/buyers"][:], file["sums/visitors"][:]
            orders, sessions = file["shoppers/orders"][:], file["shoppers/sessions"][:]
            revenue = file["shoppers/revenue_cents"][:]
        by_segment = (buyers.sum(0) / visitors.sum(0))
        rows, twins = page.rows("segments-m0"), page.rows("twins")
        compared = 0
        for arm, name in ((1, "chance"), (2, "item-knn"), (3, "coupons")):
            gain = (buyers[:, arm] - buyers[:, 0]).sum(0)
            for segment in (0, 1):
                cell = rows[name][segment]
                own, base = (numpy.stack([buyers[:, a, segment], visitors[:, a, segment]]) for a in (arm, 0))
                if (own == base).all():
                    self.assertEqual(cell[0], "same")
                    continue
                compared += 1
                self.assertEqual(re.sub("[●≠]", "", cell[0]), change(by_segment[arm, segment] / by_segment[0, segment] - 1))
                if gain.sum() != 0 and abs(gain[segment] / gain.sum()) < 9:
                    share = 100 * gain[segment] / gain.sum()
                    self.assertAlmostEqual(float(cell[1].split("%")[0].replace("−", "-")), share, delta=0.5001)
            came = (sessions[:, arm] > 0) | (sessions[:, 0] > 0)
            more, fewer = orders[:, arm] > orders[:, 0], orders[:, arm] < orders[:, 0]
            harmed, _, helped, money, _, pairs = (cell[0] for cell in twins[name])
            self.assertEqual(pairs, f"{came.sum():,}")
            self.assertEqual(harmed, percent((fewer & came).sum() / came.sum()))
            self.assertEqual(helped, percent((more & came).sum() / came.sum()))
            mean = numpy.where(came, revenue[:, arm] - revenue[:, 0], 0).sum() / came.sum() / 100
            self.assertAlmostEqual(float(money.replace("−", "-")), mean, delta=0.00501)
        self.assertGreaterEqual(compared, 4)

    # ---- for everybody

    def test_text_stands_out_from_its_ground_in_both_themes(self):
        """WCAG 2.1, success criterion 1.4.3: a contrast of 4.5 at least; luminance by its formula."""
        css = (SOURCE / "results/report/html_page.css").read_text()
        blocks = re.findall(r":root[^{]*\{(--bg[^}]*)\}", css)
        themes = [dict(re.findall(r"--([\w-]+):(#[0-9a-f]{3,6})", block)) for block in blocks]
        self.assertEqual(len(themes), 4)  # light, dark by the system's choice, dark by the button, paper
        light, dark, chosen, paper = themes
        self.assertEqual(dark, chosen)

        def luminance(colour):
            digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
            linear = [v / 12.92 if v <= 0.03928 else ((v + 0.055) / 1.055) ** 2.4
                      for v in (int(digits[i:i + 2], 16) / 255 for i in (0, 2, 4))]
            return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

        texts = [*((front, ground) for front in ("ink", "dim", "good", "bad") for ground in ("paper", "dim-bg")),
                 ("ink", "bg"), ("dim", "bg"), ("accent", "paper"), ("warn", "paper"), ("good", "good-bg"), ("bad", "bad-bg"),
                 *((front, "warn-bg") for front in ("warn", "good", "bad")),
                 *(("heat", f"h{side}{level}") for side in "pn" for level in range(1, 5))]
        lines = [(f"p{i}", "paper") for i in range(10)]  # 1.4.11: graphics need 3
        for theme in (light, dark, {**light, **paper}):
            for pairs, least in ((texts, 4.5), (lines, 3)):
                for front, ground in pairs:
                    a, b = sorted((luminance(theme[front]), luminance(theme[ground])))
                    self.assertGreaterEqual((b + 0.05) / (a + 0.05), least, f"{front} {theme[front]} on {ground} {theme[ground]}")

    # ---- the file

    def test_asks_nothing_of_a_network_and_is_well_formed(self):
        text = self.page()
        page = Page(text)  # fails on tags that do not match
        for reference in page.references:
            self.assertTrue(reference.startswith("#") or reference == "data:,", reference)
        for reference in page.references:
            if reference.startswith("#"):
                self.assertIn(reference[1:], page.ids)
        self.assertEqual(len(page.ids), len(set(page.ids)), "an id is used twice")
        self.assertNotRegex(text, r"https?:|\burl\(|@import")
        self.assertLess(len(text.encode()), 300_000)
        self.assertIn("a &lt;b&gt;label&lt;/b&gt; &amp; &quot;more&quot;", text)

    def test_every_chart_has_a_title_or_is_hidden_from_readers(self):
        text = self.page()
        charts = re.findall(r"<svg\b[^>]*>(?:<title)?", text[:text.index('<script type="application/json"')])
        self.assertGreater(len(charts), 50)
        for chart in charts:
            named = chart.endswith("<title") or "aria-labelledby" in chart
            inner = "class=inner" in chart or "class=ends" in chart
            self.assertTrue(named or inner or "aria-hidden=true" in chart, chart)

    def test_default_name_and_what_it_prints(self):
        done = self.souk("report", "four.h5")
        self.assertRegex(done.stdout, r"^four\.html  \d+ KB\n$")
        first = (self.folder / "four.html").read_text(encoding="utf-8")
        self.assertEqual(self.souk("report", "four.h5", "-o", "-").stdout, first)
        self.souk("report", "four.h5")  # an older report is replaced, and the page depends on the file alone
        self.assertEqual((self.folder / "four.html").read_text(encoding="utf-8"), first)
        self.assertIn('open_dataset(&quot;four.h5&quot;', first)
        self.assertIn("souk run four.yaml", first)

    def test_never_replaces_what_is_not_its_own(self):
        self.write("page.html", "<!DOCTYPE html><title>my homework</title>")
        self.refused("report", "four.h5", "-o", "page.html", says=["page.html", "no report of souk"])
        self.assertIn("homework", (self.folder / "page.html").read_text())
        before = (self.folder / "four.h5").read_bytes()
        self.refused("report", "four.h5", "-o", "four.h5", says="no report of souk")
        self.assertEqual((self.folder / "four.h5").read_bytes(), before)
        self.write("empty.html", "")
        self.souk("report", "four.h5", "-o", "empty.html")
        self.assertEqual([f for f in self.files() if "tmp" in f], [])

    def test_bad_input(self):
        self.refused("report", "no.h5", says="no.h5")
        self.refused("report", "small.yaml", says="small.yaml")
        self.refused("report", "four.h5", "-o", "no/where.html", says="where.html")
        self.refused("report", "four.h5", "--margin", "2")
        self.assertEqual(self.files(), ["four.h5", "small.yaml"])

    def test_margin(self):
        self.assertIn("±0.5% counts as no difference", self.page())
        self.assertIn("±3.0% counts as no difference", self.page("--margin", "0.03"))


@unittest.skipUnless(CHROMIUM, "there is no Chromium")
class Browser(ReportTest):
    """Opens the page in a browser of its own; a probe at its end presses what a reader presses."""

    PROBE = """<script>(() => {
      const say = [];
      const names = table => [...document.querySelectorAll('#' + table + ' tbody tr')].map(r => r.cells[0].textContent);
      const heads = table => document.querySelectorAll('#' + table + ' thead th');
      const press = (table, column) => heads(table)[column].querySelector('button').click();
      press('forest-m0', 3); say.push(names('forest-m0'));
      press('forest-m0', 3); say.push(names('forest-m0'));
      press('latency-recommender', 3); say.push(names('latency-recommender'));
      const filter = document.getElementById('filter');
      filter.value = 'KNN'; filter.dispatchEvent(new Event('input'));
      const rows = [...document.querySelectorAll('#forest-m0 tbody tr')].filter(r => r.offsetParent);
      say.push(rows.map(r => r.cells[0].childNodes[1].textContent));
      filter.value = ''; filter.dispatchEvent(new Event('input'));
      const shown = () => [0, 1, 2].filter(m => document.getElementById('forest-m' + m).offsetParent);
      say.push(shown()); document.getElementById('m2').click(); say.push(shown());
      const dark = () => getComputedStyle(document.body).backgroundColor;
      const before = dark(); document.getElementById('theme').click(); say.push(before !== dark());
      const pick = document.getElementById('metric-pick');
      pick.value = 'orders'; pick.dispatchEvent(new Event('change'));
      say.push([...document.querySelectorAll('#metric-table tbody tr')].map(r => r.cells[1].textContent));
      say.push(document.documentElement.scrollWidth <= innerWidth);
      const out = document.createElement('pre'); out.id = 'probe'; out.textContent = JSON.stringify(say);
      document.body.append(out);
    })();</script></body>"""

    def open(self, name, width=1200):
        with tempfile.TemporaryDirectory(prefix="souk-chromium-") as profile:
            return subprocess.run(
                [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                 "--disable-background-networking", "--disable-component-update", "--disable-sync",
                 f"--user-data-dir={profile}", "--enable-logging=stderr", f"--window-size={width},900", "--dump-dom",
                 f"file://{self.folder / name}"], capture_output=True, text=True, timeout=200, check=True)

    def test_opens_without_a_word_and_does_what_it_says(self):
        text = self.page()
        arms = self.souk_json("compare", "four.h5", "--json")["arms"]
        self.write("probed.html", text.replace("</body>", self.PROBE))
        for width in (420, 900, 1440):
            done = self.open("probed.html", width)
            self.assertEqual([line for line in done.stderr.splitlines() if "CONSOLE" in line], [])
            said = json.loads(re.search(r'<pre id="probe">(.*?)</pre>', done.stdout)[1])
            down, up, latency, filtered, first, then, themed, orders, fits = said
            # The incumbent and its twin stand at zero by definition.
            uplift = {a["name"]: a["metrics"]["conversion"].get("relative_uplift", {"estimate": 0})["estimate"] for a in arms}
            bare = [[next(a for a in uplift if name.startswith(a)) for name in names] for names in (down, up)]
            self.assertEqual([uplift[a] for a in bare[0]], sorted(uplift.values(), reverse=True))
            self.assertEqual([uplift[a] for a in bare[1]], sorted(uplift.values()))
            p99 = {a["name"]: a["latency"]["recommender"]["p99_ns"] for a in arms}
            # Sorted by what is shown, so up to its rounding.
            self.assertEqual([duration(p99[a]) for a in latency], [duration(v) for v in sorted(p99.values(), reverse=True)])
            self.assertEqual(filtered, ["item-knn"])
            self.assertEqual((first, then, themed, fits), ([0], [2], True, True))
            self.assertEqual([float(v) for v in orders],
                             [float(f"{a['metrics']['orders']['value']['estimate']:.5g}") for a in arms])

    def test_a_watched_console_is_heard(self):
        """The proof that the check above can fail."""
        self.write("loud.html", "<!DOCTYPE html><title>x</title><script>console.error('heard')</script>")
        self.assertIn("heard", "".join(line for line in self.open("loud.html").stderr.splitlines() if "CONSOLE" in line))


if __name__ == "__main__":
    main()
