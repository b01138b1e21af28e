#!/usr/bin/env python3
"""What `souk new-strategy` writes compiles without a warning, in every slot."""

import shutil
import subprocess

from _cli import RepositoryCopy, main

SLOTS = ["recommender", "coupons", "pricing", "assistant", "outreach"]


class Skeletons(RepositoryCopy):
    def test_every_skeleton_compiles(self):
        for slot in SLOTS:
            self.souk("new-strategy", slot, "mine", cwd=self.repository)
            for name in (f"strategies/{slot}/mine/mine.h", f"strategies/{slot}/mine/mine.cc"):
                self.assertNotIn("@", (self.repository / name).read_text())
        compiler = shutil.which("c++") or shutil.which("g++")
        if compiler is None:
            self.skipTest("there is no compiler")
        sources = [f"strategies/{slot}/mine/mine.cc" for slot in SLOTS] + ["strategies/registry.cc"]
        done = subprocess.run([compiler, "-std=c++20", "-Wall", "-Wextra", "-Wshadow", "-Werror", "-fsyntax-only", "-I.",
                               "-Wno-missing-field-initializers", *sources],
                              cwd=self.repository, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr[-3000:])


if __name__ == "__main__":
    main()
