#!/usr/bin/env python3
"""Runs that stop by a rule, go on later, or are cut into shards: the file is the one that a single run writes.

Compared are the bytes of every dataset and attribute that SCHEMA.md calls a function of scenario, seed and strategies, as
h5py reads them. The rules' own decisions are held to their definition in tests/unit/experiment; runs of a few dozen
replications are in cli_resume_slow.py.
"""

import json
import os
import unittest

from _cli import checksum, main
from _ranks import built_with_mpi
from _resume import RULED, Files


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

    def test_a_single_replication_is_not_resumed(self):
        self.refused("run", "small.yaml", "--replication", "1", "--resume", says="excludes")


class Rules(Files):
    def test_a_number_of_replications_overrides_the_rule(self):
        self.souk("run", "ruled.yaml", "--set", "stop.mode=decide", "--replications", "2", "-o", "two.h5", "--quiet")
        self.assertEqual(self.results.replications(self.path("two.h5")), [0, 1])
        self.assertEqual(self.results.planned(self.path("two.h5")), 2)

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
        self.whole()
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
        self.whole()
        self.assert_same("out.h5", "whole.h5")

    def test_merging_before_resuming_loses_nothing(self):
        self.shard(1, 2)
        self.souk("merge", "out.h5", code=3)
        self.assertIn("3 replications are finished, 3 to run", self.run_small("out.h5", "--resume").stderr)
        self.whole()
        self.assert_same("out.h5", "whole.h5")

    def test_parts_from_other_folders(self):
        self.whole()
        for i, machine in ((1, "a"), (2, "b"), (3, "c")):
            (self.folder / machine).mkdir()
            self.run_small(f"{machine}/out.h5", "--quiet", "--shard", f"{i}/3")
        self.souk("merge", "c/out.h5", code=3)
        self.souk("merge", "all.h5", "a/out.h5.parts", "b/out.h5.parts", "c/out.h5")
        self.assert_same("all.h5", "whole.h5")
        self.assertEqual(self.parts("a/out.h5"), [0, 3], "sources stay")

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
