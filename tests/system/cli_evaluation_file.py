#!/usr/bin/env python3
"""`souk evaluate -o`: the file opens in xarray, h5py and ncdump and says what --json says; measures follow from its
ranks. Input from clicks and from results of a run; an interrupt leaves nothing behind."""

import math
import signal
import subprocess
import sys
import time

from _cli import SOUK, CliTest, main

try:
    import h5py
    import numpy
    import xarray
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

import _results

CLICKS = """\
shopper,session,item,time,kind
{rows}
"""


def clicks(shoppers=30, items=12, steps=8):
    """Walks through the items: what comes next follows from the last item, and only from it."""
    rows = []
    for u in range(shoppers):
        for s in range(steps):
            rows.append(f"u{u},s{u}-{s // 4},{(u * 5 + s) % items},{86400 * (s // 4) + 10 * s + u},view")
    rows.append("u0,s0-0,3,86400,cart")
    return CLICKS.format(rows="\n".join(rows))


class EvaluationFile(CliTest):
    def setUp(self):
        super().setUp()
        self.write("clicks.csv", clicks())
        self.arguments = ["evaluate", "clicks.csv", "--events", "view", "--seen", "allowed", "--strategies",
                          "popularity,session-knn,again=popularity", "--k", "2,5", "--shuffle-history"]

    def test_file_and_json_agree(self):
        told = self.souk_json(*self.arguments, "--json", "-o", "e.h5")
        self.assertEqual(self.files(), ["clicks.csv", "e.h5", "small.yaml"])
        for engine in ("h5netcdf", "netcdf4"):
            with xarray.open_dataset(self.folder / "e.h5", group="metrics", engine=engine) as metrics:
                self.assertEqual(metrics["value"].dims, ("strategy", "cutoff", "measure"))
                for strategy in told["strategies"]:
                    for v in strategy["values"]:
                        at = metrics.sel(strategy=strategy["label"], cutoff=v["k"], measure=v["measure"])
                        self.assertEqual(float(at["value"]), v["value"])
                        self.assertEqual((float(at["low"]), float(at["high"])), (v["low"], v["high"]))
                        self.assertEqual(float(at["shuffled"]), v["shuffled"])
                        self.assertEqual(float(at["order_gap_p"]), v["order"]["p"])
            with xarray.open_dataset(self.folder / "e.h5", group="comparisons", engine=engine) as comparisons:
                value = told["strategies"][1]["values"][3]
                at = comparisons.sel(strategy="session-knn", other="popularity", cutoff=value["k"],
                                     measure=value["measure"])
                self.assertEqual(float(at["difference"]), value["difference"]["value"])
                self.assertEqual(float(at["p"]), value["difference"]["p"])
                back = comparisons["difference"].sel(strategy="popularity", other="session-knn")
                there = comparisons["difference"].sel(strategy="session-knn", other="popularity")
                numpy.testing.assert_array_equal(back, -there)
                self.assertEqual(float(abs(comparisons["difference"].sel(strategy="again", other="popularity")).max()), 0)
        dump = subprocess.run(["ncdump", "-h", "e.h5"], cwd=self.folder, capture_output=True, text=True)
        self.assertEqual(dump.returncode, 0, dump.stderr)
        self.assertIn("order_gap", dump.stdout)

    def test_measures_follow_from_the_ranks(self):
        self.souk(*self.arguments, "-o", "e.h5")
        with h5py.File(self.folder / "e.h5") as file:
            ranks = file["ranks/rank"][:]
            shuffled = file["ranks/shuffled_rank"][:]
            self.assertEqual(ranks.shape, (3, 30))
            measure = list(file["metrics/measure"].asstr()[:])
            for s in range(3):
                for k, cutoff in enumerate(file["metrics/cutoff"][:]):
                    for values, of in (("value", ranks), ("shuffled", shuffled)):
                        hit = [r < cutoff + 1 for r in of[s]]  # NaN is no hit
                        ndcg = [1 / math.log2(r + 1) if h else 0 for r, h in zip(of[s], hit)]
                        got = file["metrics/" + values][s, k]
                        self.assertAlmostEqual(got[measure.index("HR")], numpy.mean(hit), places=12)
                        self.assertAlmostEqual(got[measure.index("NDCG")], numpy.mean(ndcg), places=12)
            # Shopper 0 wants item 7 after 0 … 6; the places in the data are those of the shoppers.
            self.assertEqual(int(file["ranks/wanted_item"][0]), 7)
            self.assertEqual(list(file["ranks/source"][:]), list(range(30)))
            self.assertEqual(set(file["ranks/told"][:]), {7})
            self.assertEqual(file.attrs["souk_evaluation"][0], 1)
            self.assertEqual(file.attrs["cases"][0], 30)

    def test_the_same_bytes_but_for_measured_times(self):
        self.souk(*self.arguments, "-o", "a.h5")
        self.souk(*self.arguments, "-o", "b.h5")
        self.assertEqual(_results.differences(self.folder / "a.h5", self.folder / "b.h5"), [])
        self.souk(*self.arguments, "--seed", "2", "-o", "c.h5")
        self.assertIn("ranks/shuffled_rank", _results.differences(self.folder / "a.h5", self.folder / "c.h5"))

    def test_order_is_worth_something_to_whom_uses_it(self):
        text = self.souk(*self.arguments).stdout
        self.assertIn("what order is worth", text)
        self.assertIn("1 events do not count", text)
        order = {line.split()[0]: line for line in text[text.index("what order is worth"):].splitlines()[2:5]}
        self.assertIn("none", order["popularity"])

    def test_without_the_control_its_variables_are_not_there(self):
        self.souk("evaluate", "clicks.csv", "--strategies", "popularity", "-o", "e.h5")
        with h5py.File(self.folder / "e.h5") as file:
            self.assertNotIn("shuffled", file["metrics"])
            self.assertNotIn("shuffled_rank", file["ranks"])


class FromResults(CliTest):
    def test_the_log_of_an_arm(self):
        self.souk("run", "small.yaml", "--set", "record.events=true", "--quiet", "-o", "run.h5")
        with h5py.File(self.folder / "run.h5") as file:
            events = file["events"]
            names = events["kind"].attrs["flag_meanings"]
            names = (names if isinstance(names, str) else names.decode()).split()
            rows = (events["arm"][:] == 1) & (events["replication"][:] == 2)
            views = rows & (events["kind"][:] == names.index("view"))
            carts = rows & (events["kind"][:] == names.index("cart"))
            lines = rows & (events["kind"][:] == names.index("order_line"))
            shoppers = events["shopper"][:]
        each = numpy.unique(shoppers[views], return_counts=True)[1]
        told = self.souk_json("evaluate", "run.h5", "--arm", "chance", "--replication", "2", "--events", "view",
                              "--strategies", "popularity", "--json")
        self.assertEqual(told["format"], "results")
        self.assertEqual(told["cases"], int((each >= 3).sum()))
        self.assertEqual(told["fitted_interactions"], int(each.sum() - 2 * (each >= 3).sum()))
        self.assertEqual(told["left_out"], int(carts.sum() + lines.sum()))
        all_kinds = self.souk_json("evaluate", "run.h5", "--arm", "chance", "--replication", "2", "--strategies",
                                   "popularity", "--json")
        self.assertEqual(all_kinds["left_out"], 0)
        self.assertGreater(all_kinds["fitted_interactions"], told["fitted_interactions"])
        by_session = self.souk_json("evaluate", "run.h5", "--protocol", "session", "--test-days", "1", "--strategies",
                                    "popularity,session-knn", "--json")
        self.assertGreater(by_session["cases"], 10)

    def test_what_is_not_there_is_named(self):
        self.souk("run", "small.yaml", "--quiet", "-o", "run.h5")
        self.refused("evaluate", "run.h5", "--strategies", "popularity", says="run.h5: has no event log")
        self.refused("evaluate", "run.h5", "--strategies", "popularity", "--arm", "chanse", says="did you mean 'chance'")
        self.refused("evaluate", "run.h5", "--strategies", "popularity", "-o", "run.h5", says="is not an evaluation file")
        self.refused("evaluate", "run.h5", "--strategies", "popularity", "--min-rating", "3", "--format", "results",
                     says="--min-rating: found with the format results")


class Mistakes(CliTest):
    def setUp(self):
        super().setUp()
        self.write("clicks.csv", clicks())

    def evaluate(self, *arguments, says):
        self.refused("evaluate", "clicks.csv", "--strategies", "popularity", *arguments, says=says)
        self.assertEqual(self.files(), ["clicks.csv", "small.yaml"])

    def test_of_options(self):
        self.evaluate("--shuffle-history", "--refit", says="--shuffle-history: found with --refit")
        self.evaluate("--shuffle-history", "--online", says="--shuffle-history: found with --online")
        self.evaluate("--test-days", "1", says="--test-days: found with the protocol leave-one-out")
        self.evaluate("--events", "views", says="did you mean 'view'?")
        self.evaluate("-o", "no/where.h5", says="there is no directory")

    def test_an_interrupt_leaves_nothing(self):
        self.write("pairs.txt", "".join(f"{u} {(u * 7 + i * i) % 5000}\n" for u in range(20000) for i in range(20)))
        process = subprocess.Popen([SOUK, "evaluate", "pairs.txt", "--strategies", "popularity", "-o", "e.h5",
                                    "--resamples", "1000000"],
                                   cwd=self.folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        time.sleep(0.7)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, err)
        self.assertEqual((out, err.strip()), ("", "souk: interrupted"))
        self.assertEqual(self.files(), ["clicks.csv", "pairs.txt", "small.yaml"])

    def test_a_full_disk_leaves_nothing(self):
        done = self.souk("evaluate", "clicks.csv", "--strategies", "popularity", "-o", "e.h5", code=3,
                         shell_prefix="trap '' XFSZ; ulimit -f 4;")
        self.assertIn("e.h5", done.stderr)
        self.assertEqual(self.files(), ["clicks.csv", "small.yaml"])


if __name__ == "__main__":
    main()
