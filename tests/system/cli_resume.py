#!/usr/bin/env python3
"""Runs that stop by a rule, go on later, or are cut into shards: the file is the one that a single run writes.

Compared are the bytes of every dataset and attribute that SCHEMA.md calls a function of scenario, seed and strategies, as
h5py reads them. The rules' own decisions are held to their definition in tests/unit/experiment.
"""

import json
import os
import shutil
import subprocess
import unittest

from _cli import SMALL, SOUK, CliTest, checksum, main
from _ranks import built_with_mpi

# Enough of a difference between the arms for a rule to settle it, and little enough to need more than the first look.
RULED = """\
name: ruled
question: When is it enough?
seed: 7
replications: 3
time: { warmup_days: 2, days: 3 }
catalogue: { items: 60, departments: 3, categories: 6, brands: 5 }
population: { shoppers: 100 }
incumbent: base
arms:
  - { name: base, recommender: popularity, coupons: none, pricing: list, assistant: none, outreach: none }
  - { name: oracle, recommender: oracle }
"""


class Files(CliTest):
    def setUp(self):
        import _results
        self.results = _results
        super().setUp()
        self.write("ruled.yaml", RULED)

    def path(self, name):
        return self.folder / name

    def run_small(self, output, *more, **options):
        return self.souk("run", "small.yaml", "--replications", "6", "-o", output, *more, **options)

    def assert_same(self, a, b):
        self.assertEqual(self.results.differences(self.path(a), self.path(b)), [])

    def parts(self, name="out.h5"):
        """Numbers of the parts that wait to be merged."""
        return sorted(int(p.stem[1:]) for p in self.folder.glob(f"{name}.parts/*/r*.h5"))


class Resume(Files):
    def test_every_deterministic_byte_is_that_of_the_uninterrupted_run(self):
        records = ["--record", "events,decisions"]
        self.run_small("whole.h5", "--quiet", *records)
        self.souk("run", "small.yaml", "--replications", "6", "-o", "out.h5", "--quiet", "--shard", "2/3", *records)
        self.assertEqual(self.parts(), [1, 4])
        self.assertIn("2 replications are finished, 4 to run", self.run_small("out.h5", "--resume", *records).stderr)
        self.assert_same("out.h5", "whole.h5")
        names = self.results.deterministic(self.path("out.h5"))
        for group in ("metrics", "sums", "daily", "age", "segments", "funnel", "shoppers", "events", "decisions"):
            self.assertTrue(any(name.startswith(group + "/") for name in names), group)

    def test_every_design_goes_on_where_it_stopped(self):
        import h5py
        self.write("three.yaml", SMALL + "  - name: third\n    coupons: blanket\n")
        for kind in ("ab-test", "switchback", "factorial"):
            with self.subTest(kind):
                design = ["--set", f"design.kind={kind}"]
                self.souk("run", "three.yaml", *design, "-o", f"{kind}-whole.h5", "--quiet")
                self.souk("run", "three.yaml", *design, "-o", f"{kind}.h5", "--quiet", "--shard", "2/3")
                self.souk("run", "three.yaml", *design, "-o", f"{kind}.h5", "--quiet", "--resume")
                self.assert_same(f"{kind}.h5", f"{kind}-whole.h5")
                with h5py.File(self.path(f"{kind}.h5")) as file:
                    self.assertEqual(file.attrs["design"], kind)
                    metrics = file["metrics"]
                    if kind == "factorial":
                        self.assertEqual(list(metrics["arm"].asstr()), ["base", "chance", "third", "chance+third"])
                        self.assertEqual(list(metrics["arm_levers"]), [0, 1, 2, 3])
                        self.assertEqual(metrics["arm_levers"].attrs["flag_meanings"], "chance third")
                    else:
                        self.assertEqual(list(metrics["arm_share"]), [1, 1, 1])

    def test_a_single_replication_is_not_resumed(self):
        self.refused("run", "small.yaml", "--replication", "1", "--resume", says="excludes")


class Rules(Files):
    RULES = {"precision": ["--precision", "20%"], "decide": ["--decide"]}

    def run_ruled(self, output, rule, *more):
        return self.souk("run", "ruled.yaml", *self.RULES[rule], "-o", output, *more)

    def test_threads_and_resume_change_nothing(self):
        for rule in self.RULES:
            with self.subTest(rule):
                self.run_ruled("one.h5", rule, "--quiet", "--threads", "1")
                self.run_ruled("three.h5", rule, "--quiet", "--threads", "3")
                self.assert_same("three.h5", "one.h5")
                self.assertEqual(self.files(), ["one.h5", "ruled.yaml", "small.yaml", "three.h5"])
                needed = self.results.replications(self.path("one.h5"))
                self.assertEqual(needed, list(range(self.results.planned(self.path("one.h5")))))
                self.assertGreaterEqual(len(needed), 20)
                self.assertLess(len(needed), 200)
                # A finished file needs nothing more, and stays what it is.
                done = self.run_ruled("three.h5", rule, "--resume", "--progress", "json")
                self.assertNotIn("{", done.stderr)
                self.assert_same("three.h5", "one.h5")

    def test_finished_replications_count_and_what_is_beyond_is_dropped(self):
        for rule in self.RULES:
            with self.subTest(rule):
                self.run_ruled("whole.h5", rule, "--quiet")
                needed = self.results.planned(self.path("whole.h5"))
                # Parts with gaps, and beyond where the rule stops. The number of replications is part of the scenario's
                # identity and the rule is not, so a fixed run of the same scenario makes them.
                for shard in ("1/3", "3/3"):
                    self.souk("run", "ruled.yaml", "--set", "replications=3", "-o", "out.h5", "--quiet", "--shard", shard)
                self.assertEqual(self.parts(), [0, 2])
                (part,) = self.folder.glob("out.h5.parts/*/r00002.h5")
                self.souk("run", "ruled.yaml", "--replication", needed + 3, "-o", "far.h5", "--quiet")
                shutil.copy(self.path("far.h5"), part.with_name(f"r{needed + 3:05}.h5"))
                done = self.run_ruled("out.h5", rule, "--resume", "--progress", "json")
                run = {json.loads(line)["replication"] for line in done.stderr.splitlines() if line.startswith("{")}
                self.assertFalse(run & {0, 2, needed + 3})
                self.assert_same("out.h5", "whole.h5")
                self.path("out.h5").unlink()

    def test_short_forms_are_the_settings(self):
        self.run_ruled("short.h5", "precision", "--quiet")
        self.souk("run", "ruled.yaml", "--set", "stop={mode: precision, half_width: 0.2}", "-o", "long.h5", "--quiet")
        self.assert_same("short.h5", "long.h5")
        self.souk("run", "ruled.yaml", "--precision", "0.2", "-o", "bare.h5", "--quiet")
        self.assert_same("short.h5", "bare.h5")

    def test_a_number_of_replications_overrides_the_rule(self):
        self.souk("run", "ruled.yaml", "--set", "stop.mode=decide", "--replications", "2", "-o", "two.h5", "--quiet")
        self.assertEqual(self.results.replications(self.path("two.h5")), [0, 1])
        self.assertEqual(self.results.planned(self.path("two.h5")), 2)

    def test_the_most_is_the_most(self):
        self.souk("run", "ruled.yaml", "--precision", "0.001%", "--set", "stop.max_replications=21", "-o", "out.h5", "--quiet")
        self.assertEqual(self.results.replications(self.path("out.h5")), list(range(21)))
        self.assertEqual(self.results.planned(self.path("out.h5")), 21)

    def test_what_is_asked_for_is_checked(self):
        for text in ("abc", "0%", "-1%", "1e-3x", "%", "nan"):
            self.refused("run", "ruled.yaml", f"--precision={text}", says="allowed a share such as 1% or 0.01")
        self.refused("run", "ruled.yaml", "--precision", "2", says="did you mean '2%'?")
        self.refused("run", "ruled.yaml", "--precison", "2%", says="did you mean '--precision'?")
        self.refused("run", "ruled.yaml", "--decide", "--precision", "2%", says="excludes")
        self.refused("run", "ruled.yaml", "--decide", "--replications", "2", says="excludes")
        for verb in ("run", "fingerprint"):
            self.refused(verb, "ruled.yaml", "--set", "stop.metric=conversoin", says="did you mean conversion?")
        self.write("bad.yaml", RULED + "stop: { metric: conversoin }\n")
        self.assertIn("did you mean conversion?", self.souk("validate", "bad.yaml", code=2).stdout)
        self.assertEqual(self.files(), ["bad.yaml", "ruled.yaml", "small.yaml"])


class Shards(Files):
    def shard(self, i, n, *more, **options):
        return self.run_small("out.h5", "--quiet", "--shard", f"{i}/{n}", *more, **options)

    def test_all_shards_merged_are_the_whole_run(self):
        self.run_small("whole.h5", "--quiet")
        for i in (4, 1, 3, 2):
            done = self.shard(i, 4)
            self.assertIn("souk merge out.h5", done.stdout)
            self.assertNotIn("out.h5", self.files())
        self.assertEqual(self.parts(), list(range(6)))
        done = self.souk("merge", "out.h5")
        self.assertIn("6 of 6 replications", done.stdout)
        self.assertIn(self.fingerprint("whole.h5"), done.stdout)
        self.assert_same("out.h5", "whole.h5")
        self.assertEqual(self.files(), ["out.h5", "ruled.yaml", "small.yaml", "whole.h5"])

    def test_a_shard_runs_what_it_should_and_leaves_the_others_alone(self):
        self.assertEqual(json.loads(self.shard(2, 4, "--json").stdout)["replications"], [1, 5])
        self.assertEqual(self.parts(), [1, 5])
        before = checksum(next(self.folder.glob("out.h5.parts/*/r00005.h5")))
        self.shard(3, 4)
        self.assertEqual(self.parts(), [1, 2, 5])
        self.assertEqual(checksum(next(self.folder.glob("out.h5.parts/*/r00005.h5"))), before)
        next(self.folder.glob("out.h5.parts/*/r00001.h5")).unlink()
        self.assertEqual(json.loads(self.shard(2, 4, "--json", "--resume").stdout)["replications"], [1])
        self.assertEqual(self.parts(), [1, 2, 5])

    def test_more_shards_than_replications(self):
        self.assertIn("nothing to run", self.shard(7, 9).stdout)
        self.assertEqual(self.parts(), [])

    def test_merging_is_repeatable(self):
        for i in (1, 2):
            self.shard(i, 2)
        self.souk("merge", "out.h5")
        before = checksum(self.path("out.h5"))
        self.souk("merge", "out.h5")
        self.assertEqual(checksum(self.path("out.h5")), before)

    def test_a_partial_set_says_what_is_missing(self):
        self.shard(1, 2)
        done = self.souk("merge", "out.h5", code=3)
        self.assertIn("3 of 6 replications", done.stdout)
        self.assertIn("missing: replications 1, 3, 5", done.stderr)
        self.assertTrue(self.souk_json("describe", "out.h5", "--json")["interrupted"])
        self.souk("merge", "out.h5", "--partial")
        facts = self.souk_json("merge", "out.h5", "--json", code=3)
        self.assertEqual((facts["missing"], facts["complete"], facts["replications"]), ([1, 3, 5], False, 3))
        # The rest comes later, and makes it whole.
        self.shard(2, 2)
        facts = self.souk_json("merge", "out.h5", "--json")
        self.assertEqual((facts["missing"], facts["complete"], facts["replications"]), ([], True, 6))
        self.run_small("whole.h5", "--quiet")
        self.assert_same("out.h5", "whole.h5")

    def test_merging_before_resuming_loses_nothing(self):
        self.shard(1, 2)
        self.souk("merge", "out.h5", code=3)
        self.assertIn("3 replications are finished, 3 to run", self.run_small("out.h5", "--resume").stderr)
        self.run_small("whole.h5", "--quiet")
        self.assert_same("out.h5", "whole.h5")

    def test_parts_from_other_folders(self):
        self.run_small("whole.h5", "--quiet")
        for i, machine in ((1, "a"), (2, "b"), (3, "c")):
            (self.folder / machine).mkdir()
            self.run_small(f"{machine}/out.h5", "--quiet", "--shard", f"{i}/3")
        self.souk("merge", "c/out.h5", code=3)
        self.souk("merge", "all.h5", "a/out.h5.parts", "b/out.h5.parts", "c/out.h5")
        self.assert_same("all.h5", "whole.h5")
        self.assertEqual(self.parts("a/out.h5"), [0, 3], "sources stay")

    def test_merge_of_a_killed_run_under_a_rule_stops_where_the_run_does(self):
        self.souk("run", "ruled.yaml", "--decide", "-o", "whole.h5", "--quiet")
        needed = self.results.planned(self.path("whole.h5"))
        process = subprocess.Popen([SOUK, "run", "ruled.yaml", "--decide", "-o", "out.h5", "--progress", "json"],
                                   cwd=self.folder, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        for _ in range(3):
            process.stderr.readline()
        process.kill()
        process.communicate()
        facts = self.souk_json("merge", "out.h5", "--json", code=3)
        self.assertEqual((facts["complete"], facts["planned_replications"]), (False, 200))
        # The others from runs of their own: to one before the end, then to beyond it.
        for replication in range(needed + 2):
            self.souk("run", "ruled.yaml", "--replication", replication, "-o", f"r{replication}.h5", "--quiet")
        done = self.souk("merge", "out.h5", *(f"r{r}.h5" for r in range(needed - 1)), code=3)
        self.assertIn("the stopping rule asks for more", done.stderr)
        self.souk("merge", "out.h5", *(f"r{r}.h5" for r in range(needed - 1, needed + 2)))
        self.assert_same("out.h5", "whole.h5")

    def test_what_cannot_be(self):
        for text in ("0/4", "5/4", "1", "a/b", "1/0", "1/4x", "/"):
            self.refused("run", "small.yaml", "--shard", text, says="allowed i/n")
        self.refused("run", "small.yaml", "--shard", "1/2", "--decide", says="excludes")
        self.refused("run", "ruled.yaml", "--shard", "1/2", "--set", "stop.mode=decide", says="a shard cannot know")
        self.refused("merge", "out.h5", says="nothing to merge")
        notes = self.write("notes.h5", "a year of work\n")
        self.refused("merge", "notes.h5", says="notes.h5")
        self.assertEqual(notes.read_text(), "a year of work\n")
        self.shard(1, 2)
        self.refused("merge", "out.h5", "absent", says="absent")
        self.refused("merge", "out.h5", "small.yaml", says="small.yaml")

    def test_parts_of_several_experiments_are_never_mixed(self):
        self.shard(1, 2)
        self.shard(2, 2, "--seed", "8")
        done = self.refused("merge", "out.h5", says=["several experiments", "small, seed 7", "small, seed 8"])
        key = next(line.split()[0] for line in done.stderr.splitlines() if "seed 8" in line)
        self.refused("merge", "out.h5", "--experiment", key[:-1] + "x", says=key)
        facts = self.souk_json("merge", "out.h5", "--experiment", key, "--json", code=3)
        self.assertEqual((facts["seed"], facts["missing"]), (8, [0, 2, 4]))
        self.assertEqual(self.parts(), [0, 2, 4], "the other one's parts stay")

    @unittest.skipIf(built_with_mpi(), "this souk is built with MPI")
    def test_under_mpirun_without_mpi(self):
        launched = {**os.environ, "OMPI_COMM_WORLD_SIZE": "4"}
        self.refused("run", "small.yaml", says="built without MPI", env=launched)
        self.shard(1, 2, env=launched)


class ProgressLines(Files):
    def test_json_has_a_line_per_finished_replication(self):
        done = self.run_small("out.h5", "--progress", "json")
        lines = [json.loads(line) for line in done.stderr.splitlines()]
        self.assertEqual(sorted(line["replication"] for line in lines), list(range(6)))
        self.assertEqual([line["replications_done"] for line in lines], [1, 2, 3, 4, 5, 6])
        self.assertEqual({line["replications"] for line in lines}, {6})
        self.assertEqual(lines[-1]["cells_done"], 12)


if __name__ == "__main__":
    main()
