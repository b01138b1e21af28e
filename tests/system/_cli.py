"""What the tests of the souk command share: a small scenario, a scratch folder, and a way to run the program."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SOUK = os.environ.get("SOUK_BINARY", "")
SOURCE = Path(os.environ.get("SOUK_SOURCE_DIR", Path(__file__).resolve().parents[2]))

# Uniform chances to stay in a category: the quantiles of other beta laws take longer than the rest of so small a world.
SMALL = """\
name: small
question: Does anything come out at all?
seed: 7
replications: 3
time: { warmup_days: 3, days: 4 }
catalogue: { items: 120, departments: 3, categories: 12, brands: 10, cost_share: 0.6 }
population: { shoppers: 150 }
browse: { stay_a: 1, stay_b: 1 }
incumbent: base
arms:
  - name: base
    recommender: popularity
    coupons: none
    pricing: list
    assistant: none
    outreach: none
  - name: chance
    recommender: random
"""


def checksum(path):
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


class CliTest(unittest.TestCase):
    """Each test runs in a scratch folder of its own, which holds small.yaml."""

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="souk-cli-"))
        self.write("small.yaml", SMALL)

    @classmethod
    def tearDownClass(cls):
        for folder in cls.__dict__.get("made", {}).values():
            shutil.rmtree(folder[0], ignore_errors=True)

    def once(self, name, *arguments):
        """The file that `souk run arguments -o name` writes, in the scratch folder; what it printed. Run once for all
        tests of the class."""
        if "made" not in type(self).__dict__:
            type(self).made = {}
        if name not in self.made:
            folder = Path(tempfile.mkdtemp(prefix="souk-cli-"))
            self.made[name] = (folder, self.souk("run", *arguments, "-o", folder / name, "--quiet").stdout)
        folder, text = self.made[name]
        shutil.copy(folder / name, self.folder)
        return text

    def tearDown(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def files(self):
        """Everything in the scratch folder, so that a test can say that nothing was left behind."""
        return sorted(str(p.relative_to(self.folder)) for p in self.folder.rglob("*"))

    def souk(self, *arguments, code=0, cwd=None, shell_prefix=None, **options):
        """Runs souk; `shell_prefix` is shell text before it (ulimit). Expects the exit code."""
        command = [SOUK, *map(str, arguments)]
        if shell_prefix:
            command = ["bash", "-c", shell_prefix + ' exec "$0" "$@"', *command]
        done = subprocess.run(command, cwd=cwd or self.folder, capture_output=True, text=True, timeout=300, **options)
        if code is not None:
            self.assertEqual(done.returncode, code, f"{arguments}\n{done.stdout[-2000:]}\n{done.stderr[-3000:]}")
        return done

    def refused(self, *arguments, code=2, says=(), **options):
        """Bad input: the exit code, one message that begins as promised, nothing on standard output."""
        done = self.souk(*arguments, code=code, **options)
        self.assertTrue(done.stderr.startswith("souk: error: "), done.stderr)
        self.assertEqual(done.stderr.count("souk: error:"), 1, done.stderr)
        self.assertEqual(done.stdout, "")
        for words in [says] if isinstance(says, str) else says:
            self.assertIn(words, done.stderr)
        return done

    def souk_json(self, *arguments, code=0, **options):
        return json.loads(self.souk(*arguments, code=code, **options).stdout)

    def fingerprint(self, *arguments):
        hex16 = self.souk("fingerprint", *arguments, "--quiet" if "--quiet" not in arguments else "").stdout.strip()
        self.assertRegex(hex16, r"^[0-9a-f]{16}$")
        return hex16


class RepositoryCopy(CliTest):
    """With a copy of the sources that a test may change."""

    def setUp(self):
        super().setUp()
        self.repository = self.folder / "copy"
        self.repository.mkdir()
        shutil.copy(SOURCE / "CMakeLists.txt", self.repository)
        for folder in ("strategies", "sim"):
            shutil.copytree(SOURCE / folder, self.repository / folder)
        (self.repository / "scenarios").mkdir()
        self.registry = self.repository / "strategies" / "registry.def"


def main():
    if not SOUK:
        print("skipped: there is no souk program in this build")
        sys.exit(77)
    unittest.main(module="__main__")
