#!/usr/bin/env python3
"""The first events of the tiny shop are the ones that a person once read and found sensible (tests/golden/*.txt).

A change of behaviour shows here as a text to read. SOUK_UPDATE_GOLDEN=1 writes the files anew."""

import os
import pathlib
import subprocess
import unittest

SOUK = os.environ["SOUK_BINARY"]
SOURCE = pathlib.Path(os.environ["SOUK_SOURCE_DIR"])
TRACES = {
    "tiny_shopper.txt": ["--shopper", "3"],
    "tiny_orders.txt": ["--arm", "blanket", "--limit", "60", "--kind", "coupon_offer,order,order_line,delivered,return"],
    "tiny_chat.txt": ["--arm", "assistant", "--limit", "60", "--kind", "question,answer,escalate,agent_answer,agent_abandon"],
    "tiny_outreach.txt": ["--arm", "outreach", "--limit", "40", "--kind", "message,message_open,opt_out,lost"],
}


class Golden(unittest.TestCase):
    maxDiff = None

    def test_traces(self):
        for name, arguments in TRACES.items():
            with self.subTest(name):
                done = subprocess.run([SOUK, "trace", SOURCE / "scenarios/tiny/shop.yaml", *arguments], text=True,
                                      capture_output=True, check=False, timeout=120)
                self.assertEqual(done.returncode, 0, done.stderr)
                file = SOURCE / "tests/golden" / name
                if os.environ.get("SOUK_UPDATE_GOLDEN"):
                    file.write_text(done.stdout, encoding="utf-8")
                self.assertMultiLineEqual(done.stdout, file.read_text(encoding="utf-8"))


if __name__ == "__main__":
    unittest.main()
