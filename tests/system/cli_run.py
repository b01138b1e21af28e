#!/usr/bin/env python3
"""`souk run` and what must come out the same: for any number of threads, alone or together, fresh or resumed."""

import os
import pty
import subprocess

from _cli import SOUK, CliTest, main


def cells(path):
    """{(replication, arm): fingerprint} of a results file, read without souk."""
    import h5py
    with h5py.File(path) as file:
        metrics = file["metrics"]
        prints = metrics["fingerprint_hex"].asstr()[...]
        replications = metrics["replication"][...]
        arms = metrics["arm"].asstr()[...]
        return {(int(r), a): prints[i, j] for i, r in enumerate(replications) for j, a in enumerate(arms)}


class Run(CliTest):
    def test_default_path_outside_the_repository(self):
        done = self.souk("run", "small.yaml")
        self.assertIn("small-7.h5", done.stdout)
        self.assertIn("fingerprint " + self.fingerprint("small-7.h5"), done.stdout)
        self.assertEqual(self.files(), ["small-7.h5", "small.yaml"])

    def test_default_path_in_a_repository(self):
        self.write("CMakeLists.txt", "project(souk VERSION 1)\n")
        (self.folder / "scenarios").mkdir()
        self.souk("run", "small.yaml", "--replications", "1", "--quiet")
        self.assertIn("results/runs/small-7.h5", self.files())

    def test_numbers_go_to_standard_output_and_words_to_standard_error(self):
        done = self.souk("run", "small.yaml", "--progress", "plain")
        self.assertIn("chance", done.stdout)
        self.assertIn("6 of 6 cells", done.stderr)
        self.assertNotIn("cells", done.stdout)
        self.assertEqual(self.souk("run", "small.yaml", "--quiet").stderr, "")
        self.assertEqual(self.souk("run", "small.yaml", "--progress", "none").stderr, "")

    def test_threads_change_nothing(self):
        one, two = (self.fingerprint("small.yaml", "--threads", n) for n in ("1", "2"))
        self.assertEqual(one, two)
        self.souk("run", "small.yaml", "--threads", "2", "-o", "out.h5", "--quiet")
        self.assertEqual(self.fingerprint("out.h5"), one)

    def test_the_table_does_not_depend_on_threads_where_it_is_not_measured(self):
        reports = [self.souk_json("run", "small.yaml", "--threads", n, "--json", "--quiet") for n in ("1", "2")]
        self.assertEqual(reports[0]["fingerprint"], reports[1]["fingerprint"])

    def test_one_replication_alone_is_the_one_of_the_full_run(self):
        self.souk("run", "small.yaml", "--replications", "4", "-o", "all.h5", "--quiet")
        done = self.souk("run", "small.yaml", "--replication", "3", "-o", "one.h5", "--quiet")
        self.assertIn("replication 3 alone, seed 7", done.stdout)
        whole, alone = cells(self.folder / "all.h5"), cells(self.folder / "one.h5")
        self.assertEqual(set(alone), {(3, "base"), (3, "chance")})
        for cell, fingerprint in alone.items():
            self.assertEqual(whole[cell], fingerprint)

    def test_one_replication_never_replaces_the_whole_run(self):
        self.souk("run", "small.yaml", "--quiet")
        self.souk("run", "small.yaml", "--replication", "1", "--quiet")
        self.assertEqual(self.files(), ["small-7-replication-1.h5", "small-7.h5", "small.yaml"])

    def test_fewer_arms_are_the_same_arms(self):
        extra = (self.folder / "small.yaml").read_text() + "  - name: third\n    recommender: item-knn\n"
        self.write("three.yaml", extra)
        self.souk("run", "three.yaml", "-o", "all.h5", "--quiet")
        self.souk("run", "three.yaml", "--arm", "third", "-o", "two.h5", "--quiet")
        whole, part = cells(self.folder / "all.h5"), cells(self.folder / "two.h5")
        self.assertEqual({arm for _, arm in part}, {"base", "third"})
        for cell, fingerprint in part.items():
            self.assertEqual(whole[cell], fingerprint)

    def test_seed_and_set_change_the_run(self):
        usual = self.fingerprint("small.yaml", "--replications", "1")
        self.assertNotEqual(self.fingerprint("small.yaml", "--replications", "1", "--seed", "8"), usual)
        self.assertNotEqual(self.fingerprint("small.yaml", "--replications", "1", "--set", "population.shoppers=151"), usual)
        self.assertEqual(self.fingerprint("small.yaml", "--replications", "1", "--set", "question=Other words?"), usual)

    def test_records_are_kept_when_asked_for(self):
        import h5py
        self.souk("run", "small.yaml", "--replications", "1", "-o", "bare.h5", "--quiet")
        self.souk("run", "small.yaml", "--replications", "1", "--record", "events,decisions", "-o", "full.h5", "--quiet")
        with h5py.File(self.folder / "bare.h5") as bare, h5py.File(self.folder / "full.h5") as full:
            self.assertLess({"events", "decisions"} & set(bare), {"events", "decisions"} & set(full))
        self.assertEqual(self.fingerprint("bare.h5"), self.fingerprint("full.h5"))

    def test_resume_runs_only_what_is_missing(self):
        self.souk("run", "small.yaml", "-o", "whole.h5", "--quiet")
        self.souk("run", "small.yaml", "-o", "out.h5", "--quiet")
        done = self.souk("run", "small.yaml", "-o", "out.h5", "--resume")
        self.assertIn("3 replications are finished, 0 to run", done.stderr)
        self.assertEqual(self.fingerprint("out.h5"), self.fingerprint("whole.h5"))

    def test_the_file_tells_how_it_was_made(self):
        import h5py
        self.souk("run", "small.yaml", "--set", "chat.agents=2", "-o", "out.h5", "--quiet")
        with h5py.File(self.folder / "out.h5") as file:
            text = {name: file["provenance"][name].asstr()[()] for name in ("argv", "scenario_yaml", "resolved_yaml", "created")}
        self.assertEqual(text["argv"], "souk run small.yaml --set chat.agents=2 -o out.h5 --quiet")
        self.assertEqual(text["scenario_yaml"], (self.folder / "small.yaml").read_text())
        self.assertIn("agents: 2", text["resolved_yaml"])
        self.assertRegex(text["created"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        # The resolved scenario is the run: it gives the same fingerprint.
        self.write("again.yaml", text["resolved_yaml"])
        self.assertEqual(self.fingerprint("again.yaml"), self.fingerprint("out.h5"))

    def test_bar_on_a_terminal(self):
        leader, follower = pty.openpty()
        process = subprocess.Popen([SOUK, "run", "small.yaml", "--progress", "bar"], cwd=self.folder, stderr=follower,
                                   stdout=subprocess.DEVNULL, env={**os.environ, "TERM": "xterm"})
        os.close(follower)
        shown = b""
        try:
            while chunk := os.read(leader, 4096):
                shown += chunk
        except OSError:  # the other end was closed
            pass
        self.assertEqual(process.wait(), 0)
        os.close(leader)
        self.assertIn(b"/6", shown)
        self.assertTrue(shown.endswith(b"\r\x1b[K"), shown[-80:])


if __name__ == "__main__":
    main()
