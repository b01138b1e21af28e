#!/usr/bin/env python3
"""`souk evaluate`: tables and JSON against a plain computation of popularity, and mistakes told before anything is run."""

import math

from _cli import CliTest, main

PAIRS = """\
1 10
1 11
1 12
1 13
2 10
2 11
2 12
2 10
3 10
3 12
3 11
3 12
4 12
4 12
"""


def sequences(text):
    users = {}
    for line in text.split("\n"):
        if line.strip():
            user, item = map(int, line.split())
            users.setdefault(user, []).append(item)
    return list(users.values())


def popularity(users, refit, mask=True):
    """Mid-ranks of the last items by counts of views in the fit; None for a miss."""
    back = 1 if refit else 2
    counts = {}
    for items in users:
        for item in items[:-back] if len(items) > back else items:
            counts[item] = counts.get(item, 0) + 1
    ranks = []
    for items in users:
        if len(items) <= back:
            continue
        seen = set(items[:-1]) if mask else set()
        wanted = items[-1]
        if wanted not in counts or wanted in seen:
            ranks.append(None)
            continue
        others = [counts[i] for i in counts if i != wanted and i not in seen]
        ranks.append(1 + sum(c > counts[wanted] for c in others) + sum(c == counts[wanted] for c in others) / 2)
    return ranks


def measures(ranks, k):
    found = [r if r is not None and r < k + 1 else None for r in ranks]
    n = len(ranks)
    return {"HR": sum(r is not None for r in found) / n, "Recall": sum(r is not None for r in found) / n,
            "Precision": sum(r is not None for r in found) / n / k,
            "NDCG": sum(1 / math.log2(r + 1) for r in found if r) / n, "MRR": sum(1 / r for r in found if r) / n}


class Evaluate(CliTest):
    def setUp(self):
        super().setUp()
        self.write("pairs.txt", PAIRS)

    def test_popularity_agrees_with_a_plain_computation(self):
        for flags, expected in [([], popularity(sequences(PAIRS), False)),
                                (["--refit"], popularity(sequences(PAIRS), True)),
                                (["--refit", "--seen", "allowed"], popularity(sequences(PAIRS), True, mask=False))]:
            out = self.souk_json("evaluate", "pairs.txt", "--strategies", "popularity", "--k", "1,2,10", "--json", *flags)
            self.assertEqual(out["cases"], len(expected))
            for value in out["strategies"][0]["values"]:
                self.assertAlmostEqual(value["value"], measures(expected, value["k"])[value["measure"]], places=12,
                                       msg=f"{flags} {value}")
            self.assertEqual(len(out["strategies"][0]["values"]), 15)

    def test_json_says_what_was_done(self):
        out = self.souk_json("evaluate", "pairs.txt", "--strategies", "popularity,one=random", "--json", "--seed", "9",
                             "--baseline", "one", "--resamples", "199")
        self.assertEqual((out["protocol"], out["format"], out["seed"], out["resamples"], out["baseline"]),
                         ("leave-one-out", "pairs", 9, 199, "one"))
        self.assertEqual((out["users"], out["cases"], out["wanted"], out["items"]), (3, 3, 3, 3))
        self.assertEqual((out["unknown"], out["seen"]), (1, 2))
        self.assertEqual([s["label"] for s in out["strategies"]], ["popularity", "one"])
        self.assertIn("difference", out["strategies"][0]["values"][0])
        self.assertNotIn("difference", out["strategies"][1]["values"][0])

    def test_the_same_bytes_again_but_for_times(self):
        def run(seed):
            out = self.souk_json("evaluate", "pairs.txt", "--strategies", "popularity,random", "--json", "--seed", seed)
            for strategy in out["strategies"]:
                del strategy["measured"]
            return out

        self.assertEqual(run("3"), run("3"))
        self.assertNotEqual(run("3"), run("4"))

    def test_the_table_has_a_line_for_each_strategy(self):
        text = self.souk("evaluate", "pairs.txt", "--strategies", "popularity,two=random").stdout
        self.assertIn("pairs.txt: leave-one-out, strict", text)
        self.assertIn("1 of 3 wanted items (33.3%) are not in the fit: misses", text)
        self.assertIn("HR@10", text)
        self.assertIn("NDCG − popularity", text)
        self.assertIn("slate p50", text)
        self.assertEqual(sum(line.startswith("two ") for line in text.splitlines()), 2, text)
        self.assertIn("Ranked by slates of 24, everything behind them is a miss: two.", text)

    def test_sessions(self):
        self.write("train.txt", "1 2 3\n1 2\n4 1 2\n")
        self.write("test.txt", "1 2 3\n2 9\n")
        out = self.souk_json("evaluate", "train.txt", "--test", "test.txt", "--protocol", "session", "--strategies",
                             "popularity", "--json")
        self.assertEqual((out["users"], out["cases"], out["unknown"], out["mask_seen"]), (2, 3, 1, False))
        # Views in the fit: 1 and 2 three times, 3 and 4 once. Wanted: 2, 3, unknown 9.
        reciprocal = [v["value"] for v in out["strategies"][0]["values"] if v["measure"] == "MRR"][0]
        self.assertAlmostEqual(reciprocal, (1 / 1.5 + 1 / 3.5 + 0) / 3, places=12)

    def test_strategies_of_a_file(self):
        self.write("list.yaml", "short: { name: popularity, half_life_days: 3.0 }\nplain: popularity\n")
        out = self.souk_json("evaluate", "pairs.txt", "--strategies", "list.yaml", "--json")
        self.assertEqual([(s["label"], s["strategy"]) for s in out["strategies"]],
                         [("short", "popularity { half_life_days: 3 }"), ("plain", "popularity")])


class Mistakes(CliTest):
    def setUp(self):
        super().setUp()
        self.write("pairs.txt", PAIRS)
        self.before = self.files()

    def evaluate(self, *arguments, says):
        self.refused("evaluate", *arguments, says=says)
        self.assertEqual(self.files(), self.before)

    def test_of_strategies(self):
        self.evaluate("pairs.txt", "--strategies", "popularty", says=["--strategies", "did you mean 'popularity'?"])
        self.evaluate("pairs.txt", "--strategies", "popularity{scop: shop}", says="did you mean 'scope'?")
        self.evaluate("pairs.txt", "--strategies", "popularity,popularity", says="twice")
        self.evaluate("pairs.txt", "--strategies", "oracle", says="looks at the truth")
        self.evaluate("pairs.txt", "--strategies", "popularity", "--baseline", "popularit", says="did you mean 'popularity'?")
        self.evaluate("pairs.txt", says="--strategies")

    def test_of_options(self):
        self.evaluate("pairs.txt", "--strategies", "popularity", "--protocol", "sesion", says="did you mean 'session'?")
        self.evaluate("pairs.txt", "--strategies", "popularity", "--protocol", "session", says="--test")
        self.evaluate("pairs.txt", "--strategies", "popularity", "--test", "pairs.txt", says="--test")
        self.evaluate("pairs.txt", "--strategies", "popularity", "--protocol", "strong", "--refit", says="--refit")
        self.evaluate("pairs.txt", "--strategies", "popularity", "--k", "0", says="--k")
        self.evaluate("pairs.txt", "--strategies", "popularity", "--protocol", "strong", "--held-out", "4", says="held out")

    def test_of_data(self):
        self.evaluate("nowhere.txt", "--strategies", "popularity", says="nowhere.txt: cannot be read")
        self.write("bad.txt", "1 2\n1 nan\n")
        self.before = self.files()
        self.evaluate("bad.txt", "--strategies", "popularity", says="bad.txt:2:3: found 'nan'")
        self.write("short.txt", "1 2\n1 3\n2 2\n")
        self.before = self.files()
        self.evaluate("short.txt", "--strategies", "popularity", says="found no user with 3 interactions or more")


if __name__ == "__main__":
    main()
