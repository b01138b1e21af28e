#!/usr/bin/env python3
"""A results file opens in other people's software, with the names, units and values that were written.

Readers: xarray with both of its engines, h5py, netCDF4 (also appending) and ncdump. The file comes from the unit
tests of the store (SampleFile.IsWrittenForOtherReaders), which write down beside it what must be inside.
Exit 77 = skipped: a reader or the program is missing.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
import warnings
from pathlib import Path

try:
    import h5netcdf  # noqa: F401
    import h5py
    import netCDF4
    import numpy
    import xarray
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

ENGINES = ("h5netcdf", "netcdf4")
# Written by the code that writes sums and metrics. h5netcdf takes more than a second for each, so that it opens them in
# results_file_slow.py only.
LIKE_OTHERS = ("daily", "age", "segments")
OF_THE_PERIOD = ("retained", "first_half_visitors")  # sums without a meaning in one day
CELL_GROUPS = ("metrics", "sums", "daily", "age", "segments", "gaps", "regret", "recommendations", "weekly",
               "funnel", "latency", "shoppers",
               "twins")
GROUPS = CELL_GROUPS + ("failures", "events", "decisions", "slates", "provenance")


def sample_writer():
    """The unit test program of the store: named by the environment, or where CMake puts it beside souk."""
    if os.environ.get("SOUK_STORE_TEST"):
        return Path(os.environ["SOUK_STORE_TEST"])
    return Path(os.environ.get("SOUK_BINARY") or "none").parent / "tests" / "unit_store"


class ResultsFile(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="souk-")
        cls.path = str(Path(cls.folder.name) / "sample.h5")
        run = subprocess.run([sample_writer(), "--gtest_filter=SampleFile.*"], env={**os.environ, "SOUK_SAMPLE": cls.path},
                             capture_output=True, text=True)
        assert run.returncode == 0, run.stdout + run.stderr
        cls.expected = json.loads(Path(cls.path + ".json").read_text())
        cls.datasets = {}
        for group in GROUPS:
            for engine in ENGINES if group not in LIKE_OTHERS else ENGINES[1:]:
                with warnings.catch_warnings():
                    warnings.simplefilter("error")
                    cls.datasets[engine, group] = xarray.load_dataset(cls.path, group=group, engine=engine)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def opened(self, group):
        """The group as each engine reads it when opened alone."""
        for engine in ENGINES:
            if (engine, group) in self.datasets:
                with self.subTest(engine=engine, group=group):
                    yield self.datasets[engine, group]

    def same(self, values, expected):
        expected = numpy.array([numpy.nan if v is None else v for v in expected])
        numpy.testing.assert_array_equal(numpy.asarray(values).ravel(), expected)

    def test_every_group_opens_alone_with_its_labels(self):
        for group in CELL_GROUPS:
            for data in self.opened(group):
                self.assertEqual(list(data["arm"].values), self.expected["arms"])
                self.assertEqual(list(data["replication"].values), [0, 1, 2])
        for data in self.opened("sums"):
            self.assertEqual(list(data["segment"].values), self.expected["segments"])
        for data in self.opened("latency"):
            self.assertEqual(list(data["slot"].values), self.expected["slots"])

    def test_every_variable_says_what_it_is(self):
        for group in GROUPS:
            for data in self.opened(group):
                for name, variable in data.variables.items():
                    self.assertTrue(variable.attrs.get("long_name"), f"{group}/{name}")
                    numeric = variable.dtype.kind in "iuf"
                    self.assertEqual(numeric, "units" in variable.attrs or "flag_meanings" in variable.attrs,
                                     f"{group}/{name}")
                    self.assertNotIn(variable.dtype.kind, "mM", f"{group}/{name} became a time")

    def test_metrics(self):
        metrics = [key[7:] for key in self.expected if key.startswith("metric ")]
        for data in self.opened("metrics"):
            for name in metrics:
                self.assertEqual(data[name].dims, ("replication", "arm"))
                self.assertEqual(data[name].dtype, numpy.float64)
                self.same(data[name], self.expected["metric " + name])
            self.assertEqual(data["revenue_per_visitor"].attrs["units"], "CHF")
            self.assertEqual(data["conversion"].attrs["units"], "1")
            self.assertEqual(data["conversion"].attrs["numerator"], "buyers")
            self.assertEqual(list(data["status"].values.ravel()), [0, 0, 0, 0, 1, 0])
            self.assertEqual(data["status"].attrs["flag_meanings"].split(), ["finished", "failed", "missing"])
            by_name = data["conversion"].sel(arm="arm-1", replication=1).item()
            self.assertEqual(by_name, self.expected["metric conversion"][3])
            signed = data["fingerprint"].values.astype(numpy.uint64).ravel()
            self.assertEqual([f"{v:016x}" for v in signed[:4]], list(data["fingerprint_hex"].values.ravel()[:4]))

    def test_sums_stay_integers(self):
        sums = [key[4:] for key in self.expected if key.startswith("sum ")]
        self.assertGreater(len(sums), 50)
        for group, key, dimension in (("sums", "sum ", "segment"), ("daily", "day ", "day"), ("age", "age ", "age_day")):
            for data in self.opened(group):
                for name in sums:
                    if group != "sums" and name in OF_THE_PERIOD:
                        self.assertNotIn(name, data)
                        continue
                    self.assertEqual(data[name].dims, ("replication", "arm", dimension))
                    self.assertEqual(data[name].dtype, numpy.int64)
                    self.same(data[name], self.expected[key + name])
                self.assertEqual(data["revenue_cents"].attrs["units"], "cent")
        for group, dimension in (("daily", "day"), ("age", "age_day")):
            for data in self.opened(group):
                self.assertEqual(list(data[dimension].values), list(range(self.expected["days"])))

    def test_gaps_between_segments(self):
        """Largest less smallest of two segments, from the expected sums with numpy."""
        def of(name):
            return numpy.array(self.expected["sum " + name], dtype=float).reshape(3, 2, 2)
        for data in self.opened("gaps"):
            for name, above, below, scale in (("conversion", "buyers", "visitors", 1), ("price_index", "paid_cents", "list_cents", 1),
                                              ("coupon_cost_per_visitor", "coupon_cents", "visitors", 0.01)):
                with numpy.errstate(invalid="ignore"):
                    ratio = scale * of(above) / of(below)
                numpy.testing.assert_allclose(data[name].values, numpy.abs(ratio[..., 0] - ratio[..., 1]), rtol=1e-12)
            self.assertEqual(data["coupon_cost_per_visitor"].attrs["units"], "CHF")

    def test_regret(self):
        """What the ceiling, arm-1, has more than each arm; replication 2 of the other arm failed."""
        for data in self.opened("regret"):
            self.assertEqual(list(data["ceiling"].values), ["arm-1"])
            self.assertEqual(data["conversion"].dims, ("replication", "arm", "ceiling"))
            for name in ("click_through_rate", "conversion"):
                value = numpy.array(self.expected["metric " + name], dtype=float).reshape(3, 2)
                self.same(data[name], (value[:, 1:] - value).ravel())
                self.assertTrue((data[name].values[:, 1] == 0).all())
                self.assertTrue(numpy.isnan(data[name].values[2, 0]))
            self.assertNotIn("revenue_per_visitor", data, "not in this file's headline")

    def test_clicks_without_gain(self):
        """1 - (views - views of arm 1, which lacks the recommender of arm 0) / clicks, from the sums with numpy."""
        def of(name):
            return numpy.array(self.expected["sum " + name], dtype=float).reshape(3, 2, 2).sum(2)
        for data in self.opened("recommendations"):
            self.same(data["without_recommender"], [1, -1])
            views = of("views")
            expected = (1 - (views[:, 0] - views[:, 1]) / of("clicks")[:, 0])[:2]
            numpy.testing.assert_allclose(data["clicks_without_gain"].values[:2, 0], expected, rtol=1e-12)
            self.assertTrue(numpy.isnan(data["clicks_without_gain"].values[:, 1]).all())
            self.assertTrue(numpy.isnan(data["clicks_without_gain"].values[2, 0]), "that cell failed")

    def test_weeks(self):
        for data in self.opened("weekly"):
            self.assertEqual(data["gini"].dims, ("replication", "arm", "week"))
            self.assertEqual(list(data["week"].values), [0])
            finished = data["status"].values == 0
            found = numpy.stack([data[name].values[finished].ravel() for name in ("impressions", "coverage", "gini")], axis=1)
            numpy.testing.assert_array_equal(found, self.expected["weeks"])

    def test_twins(self):
        """Shopper by shopper against arm 0; replication 2 of arm 0 failed, so nobody has a twin there."""
        cells = {}
        for replication, arm, *outcome in self.expected["shoppers"]:
            cells.setdefault((replication, arm), []).append(outcome)
        for data in self.opened("twins"):
            for r in range(2):
                both = list(zip(cells[r, 1], cells[r, 0]))
                pairs = [(a, b) for a, b in both if a[0] > 0 or b[0] > 0]
                self.assertTrue(0 < len(pairs) < len(both), "some pairs do not count")
                cell = data.isel(replication=r, arm=1)
                self.assertEqual(int(cell["pairs"]), len(pairs))
                for name, expected in (("helped", [a[1] > b[1] for a, b in pairs]), ("harmed", [a[1] < b[1] for a, b in pairs]),
                                       ("revenue_gain", [(a[2] - b[2]) / 100 for a, b in pairs]),
                                       ("margin_gain", [(a[3] - b[3]) / 100 for a, b in pairs])):
                    self.assertAlmostEqual(float(cell[name]), sum(expected) / len(pairs), places=9)
                    self.assertEqual(float(data[name].isel(replication=r, arm=0)), 0)
            self.assertTrue(numpy.isnan(data["helped"].values[2]).all())
            self.assertEqual(data["pairs"].values[2].tolist(), [0, 0])
            self.assertEqual(data["margin_gain"].attrs["units"], "CHF")

    def test_nobody_has_a_twin_where_arms_split_the_shop(self):
        with h5py.File(self.path + ".split") as file:
            self.assertIn("shoppers", file)
            self.assertNotIn("twins", file)
            self.same(file["metrics/arm_share"][:], [2, 1])

    def test_throughput(self):
        """decision_ns against counts times the middle of their bucket, as SCHEMA.md numbers buckets."""
        for data in self.opened("latency"):
            size, bucket, count = (data[v].values for v in ("row_size", "entry_bucket", "entry_count"))
            shift = numpy.maximum(0, bucket // 128 - 1)
            value = (bucket - 128 * shift) * 2.0 ** shift + (2.0 ** shift - 1) / 2
            ends = numpy.cumsum(size.ravel())
            sums = [(value * count)[end - n:end].sum() for end, n in zip(ends, size.ravel())]
            numpy.testing.assert_allclose(data["decision_ns"].values.ravel(), sums, rtol=1e-12)
            pages = numpy.array(self.expected["sum pages"], dtype=float).reshape(3, 2, 2).sum(2)
            finished = data["wall_ns"].values > 0
            numpy.testing.assert_allclose(data["pages_per_s"].values[finished],
                                          pages[finished] / (data["wall_ns"].values[finished] * 1e-9), rtol=1e-12)

    def test_design(self):
        for data in self.opened("metrics"):
            self.assertNotIn("arm_share", data)
            self.same(data["arm_levers"], [0, 3])
            self.assertEqual(list(data["arm_levers"].attrs["flag_masks"]), [1, 2])
            self.assertEqual(data["arm_levers"].attrs["flag_meanings"].split(), ["item-knn", "blanket"])

    def test_latency(self):
        for data in self.opened("latency"):
            self.assertEqual(data["counts"].dims, ("arm", "slot", "upper_ns"))
            self.assertEqual(int(data["counts"].sum()), self.expected["latencies"])
            self.assertEqual(int(data["decisions"].sum()), self.expected["latencies"])
            self.assertEqual(int(data["row_size"].sum()), data.sizes["entry"])
            self.assertEqual(int(data["entry_count"].sum()), self.expected["latencies"])
            self.assertEqual(data["upper_ns"].attrs["units"], "ns")
            self.assertTrue(bool((data["upper_ns"].diff("upper_ns") > 0).all()))
            asked = data.isel(slot=0, replication=0, arm=0)
            self.assertLessEqual(asked["p50_ns"], asked["p99_ns"])
            self.assertLessEqual(asked["p99_ns"], asked["max_ns"])
            self.assertTrue(numpy.isnan(data["p50_ns"].isel(slot=4)).all(), "never asked")

    def test_records(self):
        for data in self.opened("shoppers"):
            self.assertEqual(data["margin_cents"].dims, ("replication", "arm", "shopper"))
            self.same(data["margin_cents"], self.expected["margins"])
            self.assertEqual(data["segment"].dims, ("replication", "shopper"))
            self.same(data["segment"], [(u + r) % 2 for r in range(3) for u in range(25)])
        for data in self.opened("events"):
            self.same(data["amount_cents"], self.expected["amounts"])
            meanings = data["kind"].attrs["flag_meanings"].split()
            self.assertEqual([meanings[k] for k in data["kind"].values], self.expected["kinds"])
            self.assertEqual(data["kind"].dtype, numpy.uint8)
        for data in self.opened("decisions"):
            self.assertEqual(data.sizes["decision"], self.expected["decisions"])
            self.assertEqual(data["slot"].attrs["flag_meanings"].split(), self.expected["slots"])

    def test_slates_join_their_decisions(self):
        for data in self.opened("slates"):
            found = numpy.stack([data["decision"].values, data["item"].values], axis=1)
            self.assertEqual(found.tolist(), self.expected["slates"])
            rows = list(zip(data["replication"].values, data["arm"].values, data["decision"].values))
        for data in self.opened("decisions"):
            cells = list(zip(data["replication"].values, data["arm"].values))
            numbers = [cells[:n].count(cell) for n, cell in enumerate(cells)]  # within replication and arm
            joined = [(*cell, number) for cell, number, size in zip(cells, numbers, data["slate_size"].values)
                      for _ in range(size)]
            self.assertEqual(rows, joined)

    def test_failures_and_provenance(self):
        for data in self.opened("failures"):
            self.assertEqual(list(data["error"].values), ["failed – on purpose"])
            self.assertEqual((int(data["replication"][0]), int(data["arm"][0])), (2, 0))
        for data in self.opened("provenance"):
            self.assertEqual(int(data["seed"]), self.expected["seed"])
            self.assertEqual(str(data["scenario_yaml"].values), "name: sample  # ü\n")
            self.assertGreater(len(str(data["resolved_yaml"].values)), 100_000)

    def test_root_attributes(self):
        for engine in ENGINES:
            with xarray.open_dataset(self.path, engine=engine) as data:
                self.assertEqual(data.attrs["Conventions"], "CF-1.10")
                self.assertEqual(int(data.attrs["souk_schema"]), 1)
                self.assertEqual(data.attrs["incumbent"], "today")
                self.assertEqual(data.attrs["design"], "factorial")
                self.assertEqual(data.attrs["headline"], "click_through_rate conversion")
                self.assertRegex(data.attrs["fingerprint"], "^[0-9a-f]{16}$")

    def test_h5py_sees_plain_columns(self):
        with h5py.File(self.path) as file:
            self.same(file["sums/orders"][:], self.expected["sum orders"])
            self.assertEqual(list(file["metrics/arm"].asstr()[:]), self.expected["arms"])
            orders = file["sums/orders"]
            self.assertEqual((orders.compression, orders.compression_opts, orders.shuffle, orders.fletcher32),
                             ("gzip", 1, True, True))
            self.assertEqual(orders.maxshape[0], None, "replications are unlimited")
            self.assertEqual([d[0].name for d in orders.dims], ["/sums/replication", "/sums/arm", "/sums/segment"])
            self.assertEqual(set(file), set(GROUPS))

    def test_ncdump_reads_everything(self):
        ncdump = shutil.which("ncdump")
        if ncdump is None:
            self.skipTest("no ncdump")
        header = subprocess.run([ncdump, "-h", self.path], capture_output=True, text=True)
        self.assertEqual(header.returncode, 0, header.stderr)
        self.assertIn("double conversion(replication, arm)", header.stdout)
        self.assertIn("replication = UNLIMITED", header.stdout)
        self.assertNotIn("phony", header.stdout)
        self.assertEqual(subprocess.run([ncdump, self.path], capture_output=True).returncode, 0)

    def test_netcdf4_appends(self):
        copy = self.path + ".copy"
        shutil.copy(self.path, copy)
        with netCDF4.Dataset(copy, "a") as file:
            file["metrics"].setncattr("note", "seen")
            note = file["metrics"].createVariable("note", "f8", ("replication", "arm"))
            note[:] = 1.5
        with xarray.open_dataset(copy, group="metrics", engine="h5netcdf") as data:
            self.assertEqual(data.attrs["note"], "seen")
            self.assertTrue(bool((data["note"] == 1.5).all()))
            self.same(data["conversion"], self.expected["metric conversion"])


if __name__ == "__main__":
    if not sample_writer().is_file():
        print(f"skipped: there is no {sample_writer()}")
        sys.exit(77)
    unittest.main()
