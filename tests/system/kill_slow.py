#!/usr/bin/env python3
"""kill -9 at random moments: no finished replication is lost, and what --resume completes is what an uninterrupted run
writes. `--progress json` prints a line for a replication after its part was renamed into place: what was announced must
be there. The moments are drawn with a fixed seed, as a number of announcements to wait for and a pause after the last of
them, so that they fall all over a run on a machine of any speed, the merge at its end included.

With MPI (-DSOUK_MPI=ON), one of two ranks is killed; mpirun then ends the other one.
"""

import json
import os
import random
import signal
import subprocess
import time
import unittest

from _cli import SOUK, CliTest, checksum, main
from _ranks import MPI_ENVIRONMENT, mpirun, why_no_mpi

REPLICATIONS = 5
TINY = f"""\
name: tiny
question: Is anything lost?
seed: 7
replications: {REPLICATIONS}
time: {{ warmup_days: 1, days: 2 }}
catalogue: {{ items: 60, departments: 3, categories: 6, brands: 5 }}
population: {{ shoppers: 150 }}
incumbent: base
arms:
  - {{ name: base, recommender: popularity, coupons: none, pricing: list, assistant: none, outreach: none }}
  - {{ name: chance, recommender: random }}
"""
RUN = ["run", "tiny.yaml", "-o", "out.h5", "--progress", "json", "--threads", "2"]


def announced(text):
    return {json.loads(line)["replication"] for line in text.splitlines() if line.startswith("{")}


class Kill(CliTest):
    def setUp(self):
        import _results
        self.results = _results
        super().setUp()
        self.write("tiny.yaml", TINY)
        started = time.time()
        self.souk("run", "tiny.yaml", "-o", "whole.h5", "--quiet")
        self.pause = (time.time() - started) / REPLICATIONS
        self.souk("run", "tiny.yaml", "--seed", "8", "-o", "old.h5", "--quiet")
        self.old = checksum(self.folder / "old.h5")

    def kept(self):
        """Replications with a whole part or in the merged file, as h5py reads them."""
        import h5py
        found = set()
        for path in self.folder.glob("out.h5.parts/*/r*.h5"):
            with h5py.File(path) as file:
                self.assertTrue((file["metrics/status"][()] == 0).all())
                found |= {int(r) for r in file["metrics/replication"][()]}
        if (self.folder / "out.h5").exists() and checksum(self.folder / "out.h5") != self.old:
            found |= set(self.results.replications(self.folder / "out.h5"))
        return found

    def trial(self, rng, start, kill, resume):
        """One run, killed at a random moment; returns how many replications had been announced."""
        (self.folder / "out.h5").unlink(missing_ok=True)
        if rng.random() < 0.3:
            os.link(self.folder / "old.h5", self.folder / "out.h5")  # an older result of something else
        wait_for = rng.choice([0, 1, 2, 3, 3, 4, 5])
        process = start()
        text = ""
        while len(announced(text)) < wait_for:
            line = process.stderr.readline()
            if not line:
                break  # it has ended: one of MPI's ranks may be slow to be killed
            text += line
        time.sleep(rng.random() * self.pause)
        kill(process, rng)
        text += process.stderr.read()  # not communicate(), which passes over what readline() has buffered
        process.stderr.close()
        process.wait(timeout=60)
        told = announced(text)
        self.assertLessEqual(told, self.kept(), "a replication that was announced is lost")
        self.assertEqual(checksum(self.folder / "old.h5"), self.old)
        done = resume(rng)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertFalse(told & announced(done.stderr), "a finished replication was run again")
        self.assertEqual(self.results.differences(self.folder / "out.h5", self.folder / "whole.h5"), [])
        self.assertEqual([f for f in self.files() if f.startswith("out")], ["out.h5"], "something was left behind")
        return len(told), process.returncode

    def resume_alone(self, _):
        return subprocess.run([SOUK, *RUN, "--resume"], cwd=self.folder, text=True, capture_output=True)

    def test_a_hundred_moments(self):
        rng = random.Random(20241)
        killed, seen = 0, set()
        for n in range(100):
            with self.subTest(moment=n):
                told, code = self.trial(
                    rng, start=lambda: subprocess.Popen([SOUK, *RUN], cwd=self.folder, text=True,
                                                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE),
                    kill=lambda process, _: process.kill(), resume=self.resume_alone)
                killed += code == -signal.SIGKILL
                seen.add(told)
        self.assertGreaterEqual(killed, 60, "most of the runs must be alive when they are killed")
        self.assertGreaterEqual(len(seen), 4, "the moments must fall all over the run")

    @unittest.skipIf(why_no_mpi(), why_no_mpi())
    def test_one_of_two_ranks(self):
        command = ["bash", "-c", 'echo $$ > rank.$OMPI_COMM_WORLD_RANK; exec "$0" "$@"', SOUK, *RUN[:-2]]

        def kill(_, rng):
            pid = self.folder / f"rank.{rng.choice([0, 1])}"
            while not (pid.exists() and pid.read_text().strip()):
                time.sleep(0.005)
            try:
                os.kill(int(pid.read_text()), signal.SIGKILL)
            except ProcessLookupError:
                pass  # the run has ended

        def start():
            for old in self.folder.glob("rank.*"):
                old.unlink()
            return subprocess.Popen(mpirun(2, command), cwd=self.folder, text=True, stdout=subprocess.DEVNULL,
                                    stderr=subprocess.PIPE, env={**os.environ, **MPI_ENVIRONMENT})

        def resume(rng):
            if rng.random() < 0.5:
                return self.resume_alone(rng)
            return subprocess.run(mpirun(2, [*command, "--resume"]), cwd=self.folder, text=True, capture_output=True,
                                  env={**os.environ, **MPI_ENVIRONMENT})

        rng = random.Random(20242)
        killed = 0
        for n in range(24):
            with self.subTest(moment=n):
                killed += self.trial(rng, start, kill, resume)[1] != 0
        self.assertGreaterEqual(killed, 14, "most of the runs must be alive when a rank is killed")


if __name__ == "__main__":
    main()
