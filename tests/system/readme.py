#!/usr/bin/env python3
"""The README's scenario is one that souk accepts, and the commands that it names exist."""

import os
import pathlib
import re
import subprocess
import tempfile
import unittest

SOUK = os.environ["SOUK_BINARY"]
SOURCE = pathlib.Path(os.environ["SOUK_SOURCE_DIR"]).resolve()
README = (SOURCE / "README.md").read_text(encoding="utf-8")


class Readme(unittest.TestCase):
    def test_scenario_is_accepted(self):
        (text,) = re.findall(r"```yaml\n(.*?)```", README, re.S)
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "readme.yaml"
            file.write_text(text.replace("../standard", str(SOURCE / "scenarios/standard")), encoding="utf-8")
            done = subprocess.run([SOUK, "validate", file], capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_commands_exist(self):
        verbs = set(re.findall(r"souk ([a-z][a-z-]+)", README))
        self.assertGreater(len(verbs), 8)
        known = subprocess.run([SOUK, "--help"], capture_output=True, text=True, check=True).stdout
        for verb in verbs - {"is"}:
            self.assertRegex(known, rf"(?m)^  {verb} ", verb)

    def test_strategies_are_all_named(self):
        listed = subprocess.run([SOUK, "list"], capture_output=True, text=True, check=True).stdout
        for line in listed.splitlines()[1:]:
            self.assertIn("`" + line.split()[0] + "`", README)


if __name__ == "__main__":
    unittest.main()
