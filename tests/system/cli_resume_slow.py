#!/usr/bin/env python3
"""Runs that stop by a rule: the file is the same for any number of threads, resumed, merged or in one go."""

import json
import shutil
import subprocess

from _cli import SMALL, SOUK, main
from _resume import Files


class Designs(Files):
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


class Rules(Files):
    RULES = {"precision": ["--precision", "20%"], "decide": ["--decide"]}

    def run_ruled(self, output, rule, *more):
        return self.souk("run", "ruled.yaml", *self.RULES[rule], "-o", output, *more)

    def test_the_most_is_the_most(self):
        self.souk("run", "ruled.yaml", "--precision", "0.001%", "--set", "stop.max_replications=21", "-o", "out.h5", "--quiet")
        self.assertEqual(self.results.replications(self.path("out.h5")), list(range(21)))
        self.assertEqual(self.results.planned(self.path("out.h5")), 21)

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


if __name__ == "__main__":
    main()
