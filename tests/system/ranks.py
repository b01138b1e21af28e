#!/usr/bin/env python3
"""`mpirun -n N souk run`: ranks share the replications, and the file is the one that a single process writes.

Exit 77 = skipped: this souk is built without MPI (-DSOUK_MPI=ON; ./dev mpi), or there is no mpirun.
"""

import json
import os
import signal
import subprocess
import sys
import time

from _cli import SMALL, SOUK, CliTest, checksum, main
from _ranks import MPI_ENVIRONMENT, mpirun, why_no_mpi
from cli_resume import RULED


class Ranks(CliTest):
    def setUp(self):
        import _results
        self.results = _results
        super().setUp()
        self.write("ruled.yaml", RULED)

    def start(self, ranks, *arguments, before="", **options):
        command = [SOUK, *arguments]
        if before:  # shell text that every rank runs first
            command = ["bash", "-c", before + ' exec "$0" "$@"', *command]
        return subprocess.Popen(mpirun(ranks, command), cwd=self.folder, text=True, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, env={**os.environ, **MPI_ENVIRONMENT}, **options)

    def ranks(self, ranks, *arguments, code=0, **options):
        process = self.start(ranks, *arguments, **options)
        out, err = process.communicate(timeout=240)
        self.assertEqual(process.returncode, code, out[-2000:] + err[-3000:])
        return out, err

    def progress(self, text):
        return [json.loads(line) for line in text.splitlines() if line.startswith("{")]

    def assert_same(self, a, b):
        self.assertEqual(self.results.differences(self.folder / a, self.folder / b), [])

    def test_any_number_of_ranks_writes_the_file_of_one_process(self):
        arguments = ["run", "small.yaml", "--replications", "24", "--record", "events"]
        self.souk(*arguments, "-o", "alone.h5", "--quiet")
        for ranks in (1, 2, 3):
            with self.subTest(ranks=ranks):
                out, err = self.ranks(ranks, *arguments, "-o", "ranks.h5", "--progress", "json")
                self.assert_same("ranks.h5", "alone.h5")
                self.assertIn("fingerprint " + self.fingerprint("alone.h5"), out)
                self.assertEqual(out.count("ranks.h5  fingerprint"), 1, "one rank speaks")
                lines = self.progress(err)
                self.assertEqual(sorted(line["replication"] for line in lines), list(range(24)))
                # Rank 0 hands out and works, too.
                self.assertEqual({line["rank"] for line in lines}, set(range(ranks)))
                self.assertEqual([f for f in self.files() if f.startswith("ranks")], ["ranks.h5"])

    def test_threads_within_ranks(self):
        self.souk("run", "small.yaml", "-o", "alone.h5", "--quiet")
        self.ranks(2, "run", "small.yaml", "--threads", "2", "-o", "ranks.h5", "--quiet")
        self.assert_same("ranks.h5", "alone.h5")
        self.assertEqual(self.souk_json("describe", "ranks.h5", "--json")["threads"], 4)

    def test_more_ranks_than_replications(self):
        self.souk("run", "small.yaml", "--replications", "1", "-o", "alone.h5", "--quiet")
        self.ranks(3, "run", "small.yaml", "--replications", "1", "-o", "ranks.h5", "--quiet")
        self.assert_same("ranks.h5", "alone.h5")

    def test_stopping_rules_look_in_order(self):
        for rule in (["--precision", "20%"], ["--decide"]):
            with self.subTest(rule):
                self.souk("run", "ruled.yaml", *rule, "-o", "alone.h5", "--quiet")
                self.ranks(3, "run", "ruled.yaml", *rule, "-o", "ranks.h5", "--quiet")
                self.assert_same("ranks.h5", "alone.h5")
                self.ranks(2, "run", "ruled.yaml", *rule, "-o", "ranks.h5", "--quiet", "--resume")
                self.assert_same("ranks.h5", "alone.h5")

    def test_failed_replications_are_recorded(self):
        arguments = ["run", "small.yaml", "--set", "catalogue.items=1000000", "--set", "catalogue.style_dims=64",
                     "--replications", "2", "--quiet", "--max-memory", "1T"]
        _, err = self.ranks(2, *arguments, before="ulimit -v 700000;", code=3)
        self.assertIn("replication 0 (seed 7) failed", err)
        self.assertIn("replication 1 (seed 7) failed", err)
        self.assertEqual(self.files(), ["ruled.yaml", "small.yaml"])

    def test_resume_alone_what_ranks_began_and_the_other_way_round(self):
        self.souk("run", "small.yaml", "--replications", "6", "-o", "alone.h5", "--quiet")
        self.ranks(2, "run", "small.yaml", "--replications", "6", "-o", "out.h5", "--quiet", "--shard", "1/2")
        self.assertIn("3 replications are finished, 3 to run",
                      self.souk("run", "small.yaml", "--replications", "6", "-o", "out.h5", "--resume").stderr)
        self.assert_same("out.h5", "alone.h5")
        (self.folder / "out.h5").unlink()
        self.souk("run", "small.yaml", "--replications", "6", "-o", "out.h5", "--quiet", "--shard", "2/3")
        _, err = self.ranks(2, "run", "small.yaml", "--replications", "6", "-o", "out.h5", "--resume")
        self.assertIn("2 replications are finished, 4 to run", err)
        self.assert_same("out.h5", "alone.h5")

    def test_bad_input_is_said_once(self):
        self.write("bad.yaml", SMALL.replace("items: 120", "itemz: 120"))
        _, err = self.ranks(3, "run", "bad.yaml", code=2)
        self.assertEqual(err.count("souk: error"), 1, err)
        self.assertIn("did you mean items?", err)
        _, err = self.ranks(2, "run", "small.yaml", "-o", "nowhere/out.h5", code=2)
        self.assertEqual(err.count("souk: error"), 1, err)

    def test_a_rank_that_cannot_write_ends_the_run(self):
        self.souk("run", "small.yaml", "--seed", "8", "-o", "out.h5", "--quiet")
        before = checksum(self.folder / "out.h5")
        for rank in (0, 1):
            with self.subTest(rank=rank):
                _, err = self.ranks(2, "run", "small.yaml", "--replications", "200", "-o", "out.h5", "--quiet", code=3,
                                    before=f"[ $OMPI_COMM_WORLD_RANK = {rank} ] && ulimit -f 8; trap '' XFSZ;")
                self.assertIn("File too large", err)
                self.assertEqual(checksum(self.folder / "out.h5"), before)
                self.assertEqual([f for f in self.files() if ".tmp-" in f], [])

    def test_stopping_the_job_keeps_what_is_finished(self):
        process = self.start(2, "run", "small.yaml", "--replications", "400", "-o", "out.h5", "--progress", "none",
                             start_new_session=True)
        deadline = time.time() + 60
        while len(list(self.folder.glob("out.h5.parts/*/r*.h5"))) < 3:
            self.assertLess(time.time(), deadline)
            self.assertIsNone(process.poll())
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
        self.assertNotEqual(process.returncode, 0)
        facts = self.souk_json("merge", "out.h5", "--json", code=3)
        self.assertGreaterEqual(facts["replications"], 3)
        self.assertLess(facts["replications"], 400)
        finished = facts["replications"] + len(facts["missing"])
        self.assertEqual(finished, 400)


if __name__ == "__main__":
    if why_no_mpi():
        print("skipped:", why_no_mpi())
        sys.exit(77)
    main()
