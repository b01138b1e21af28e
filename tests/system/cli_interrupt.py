#!/usr/bin/env python3
"""Ctrl-C: the first one keeps what is finished, the second one ends at once; kill -9 loses nothing finished."""

import signal
import subprocess
import time

from _cli import SOUK, CliTest, main

MANY = ["--replications", "400", "--threads", "1", "--progress", "none", "-o", "out.h5"]


class Interrupt(CliTest):
    def start(self, *more):
        return subprocess.Popen([SOUK, "run", "small.yaml", *MANY, *more], cwd=self.folder, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def wait_for_parts(self, process, number):
        """Until so many replications are finished."""
        deadline = time.time() + 60
        while len(list(self.folder.glob("out.h5.parts/*/r*.h5"))) < number:
            self.assertIsNone(process.poll(), "the run ended before it could be interrupted")
            self.assertLess(time.time(), deadline)
            time.sleep(0.005)

    def stopped(self, with_signal):
        process = self.start()
        self.wait_for_parts(process, 2)
        process.send_signal(with_signal)
        out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, err)
        return out, err

    def check_stopped_run(self, with_signal):
        out, err = self.stopped(with_signal)
        self.assertIn("chance", out)  # the table of what is finished
        self.assertIn("stopped", err)
        facts = self.souk_json("describe", "out.h5", "--json")
        self.assertTrue(facts["interrupted"])
        finished = facts["complete_replications"]
        self.assertGreaterEqual(finished, 2)
        self.assertLess(finished, 400)
        self.assertEqual(self.files(), ["out.h5", "small.yaml"])
        # What is inside is what a run of that many replications gives.
        self.souk("run", "small.yaml", "--replications", finished, "-o", "whole.h5", "--quiet")
        self.assertEqual(self.fingerprint("out.h5"), self.fingerprint("whole.h5"))

    def test_interrupt_keeps_what_is_finished(self):
        self.check_stopped_run(signal.SIGINT)

    def test_terminate_does_the_same(self):
        self.check_stopped_run(signal.SIGTERM)

    def test_before_the_first_replication_nothing_is_written(self):
        process = subprocess.Popen([SOUK, "run", "small.yaml", "--set", "population.shoppers=200000", *MANY],
                                   cwd=self.folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 130, err)
        self.assertEqual(out, "")
        self.assertIn("nothing is written", err)
        self.assertEqual(self.files(), ["small.yaml"])

    def test_second_interrupt_ends_at_once(self):
        process = subprocess.Popen([SOUK, "run", "small.yaml", "--set", "population.shoppers=200000", *MANY],
                                   cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)
        self.assertEqual(process.returncode, 130)

    def test_resume_after_a_kill(self):
        process = self.start()
        self.wait_for_parts(process, 2)
        process.kill()
        process.communicate()
        self.assertNotIn("out.h5", self.files())
        resumed = self.start("--resume")
        self.wait_for_parts(resumed, 5)
        resumed.send_signal(signal.SIGINT)
        _, err = resumed.communicate(timeout=60)
        self.assertRegex(err, r"[2-9]\d* replications are finished")
        finished = self.souk_json("describe", "out.h5", "--json")["complete_replications"]
        self.assertGreaterEqual(finished, 5)
        self.souk("run", "small.yaml", "--replications", finished, "-o", "whole.h5", "--quiet")
        self.assertEqual(self.fingerprint("out.h5"), self.fingerprint("whole.h5"))


if __name__ == "__main__":
    main()
