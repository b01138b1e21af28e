#!/usr/bin/env python3
"""A disk that fills up in mid-run, or may not be written: exit 3, an older result intact to the byte, nothing half-written
left behind, and what was finished is there for --resume.

Two ways to a full disk: a small tmpfs, which needs the right to mount, and a limit on the size of a file, which works
anywhere but lets small files through. Parts are smaller than the merged file, so the limit between the two sizes fails
the merge.
"""

import contextlib
import errno
import os
import resource
import shutil
import signal
import subprocess

from _cli import SOUK, CliTest, checksum, main


class FullDisk(CliTest):
    def setUp(self):
        import _results
        self.results = _results
        super().setUp()
        self.once("whole.h5", "small.yaml")
        self.once("old.h5", "small.yaml", "--seed", "8", "--replications", "1")

    def limited(self, size, *arguments):
        """Runs souk where no file may be larger than `size` bytes."""
        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
        return subprocess.run([SOUK, *map(str, arguments)], cwd=self.folder, text=True, capture_output=True,
                              preexec_fn=limit)

    def part_sizes(self):
        self.souk("run", "small.yaml", "-o", "sizes.h5", "--quiet", "--shard", "1/1")
        sizes = [p.stat().st_size for p in self.folder.glob("sizes.h5.parts/*/*.h5")]
        shutil.rmtree(self.folder / "sizes.h5.parts")
        self.assertEqual(len(sizes), 3)
        return sizes

    def half_written(self, folder=None):
        return [str(p) for p in (folder or self.folder).rglob("*") if ".tmp-" in p.name or p.name.startswith(".souk-")]

    def assert_resumable(self, finished):
        self.assertEqual(self.half_written(), [])
        done = self.souk("run", "small.yaml", "-o", "out.h5", "--resume")
        self.assertIn(f"{finished} replications are finished", done.stderr)
        self.assertEqual(self.results.differences(self.folder / "out.h5", self.folder / "whole.h5"), [])
        self.assertEqual([f for f in self.files() if f.startswith("out")], ["out.h5"])

    def test_the_first_part_does_not_fit(self):
        shutil.copy(self.folder / "old.h5", self.folder / "out.h5")
        before = self.files()
        done = self.limited(8192, "run", "small.yaml", "-o", "out.h5", "--quiet")
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("File too large", done.stderr)
        self.assertNotIn("--resume", done.stderr)  # there is nothing to go on from
        self.assertEqual(checksum(self.folder / "out.h5"), checksum(self.folder / "old.h5"))
        self.assertEqual(self.files(), before)

    def test_the_merged_file_does_not_fit(self):
        room = (max(self.part_sizes()) + (self.folder / "whole.h5").stat().st_size) // 2
        shutil.copy(self.folder / "old.h5", self.folder / "out.h5")
        done = self.limited(room, "run", "small.yaml", "-o", "out.h5", "--quiet")
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("out.h5.parts; --resume goes on", done.stderr)
        self.assertEqual(checksum(self.folder / "out.h5"), checksum(self.folder / "old.h5"))
        # The same for a merge of what is there.
        (self.folder / "out.h5").unlink()
        done = self.limited(room, "merge", "out.h5")
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertFalse((self.folder / "out.h5").exists())
        self.assert_resumable(3)

    @contextlib.contextmanager
    def small_disk(self, size):
        disk = self.folder / "disk"
        disk.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", disk], capture_output=True)
        if mounted.returncode != 0:
            self.skipTest("mounting a tmpfs is not allowed here")
        try:
            yield disk
        finally:
            subprocess.run(["umount", disk], check=True)

    def test_the_disk_fills_up_in_mid_run(self):
        old = (self.folder / "old.h5").stat().st_size
        part = max(self.part_sizes())
        with self.small_disk(old + 2 * part + part // 2 + 16384) as disk:
            shutil.copy(self.folder / "old.h5", disk / "out.h5")
            done = self.souk("run", "small.yaml", "-o", "disk/out.h5", "--quiet", "--threads", "1", code=3)
            self.assertIn("No space left on device", done.stderr)
            self.assertIn("out.h5.parts; --resume goes on", done.stderr)
            self.assertEqual(checksum(disk / "out.h5"), checksum(self.folder / "old.h5"))
            self.assertEqual(self.half_written(disk), [])
            self.assertEqual(len(list(disk.glob("out.h5.parts/*/r*.h5"))), 2)
            subprocess.run(["mount", "-o", "remount,size=64m", disk], check=True)
            done = self.souk("run", "small.yaml", "-o", "disk/out.h5", "--resume")
            self.assertIn("2 replications are finished, 1 to run", done.stderr)
            self.assertEqual(self.results.differences(disk / "out.h5", self.folder / "whole.h5"), [])
            self.assertEqual(sorted(os.listdir(disk)), ["out.h5"])

    def test_a_read_only_disk(self):
        with self.small_disk(1 << 24) as disk:
            shutil.copy(self.folder / "old.h5", disk / "out.h5")
            subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
            for command in (["run", "small.yaml"], ["run", "small.yaml", "--resume"], ["run", "small.yaml", "--shard", "1/2"]):
                done = self.refused(*command, "-o", "disk/out.h5", "--quiet", code=3, says="disk/out.h5: cannot be written")
                self.assertIn(os.strerror(errno.EROFS), done.stderr)
            self.refused("merge", "disk/out.h5", "whole.h5", "--experiment", self.key("whole.h5"), code=3, says="Read-only")
            self.refused("schema", "-o", "disk/schema.json", code=3, says="Read-only")
            self.assertEqual(checksum(disk / "out.h5"), checksum(self.folder / "old.h5"))
            self.assertEqual(sorted(os.listdir(disk)), ["out.h5"])

    def key(self, file):
        """Of its experiment, from the list that merge prints when there are several."""
        done = self.souk("merge", "new.h5", file, "old.h5", code=2)
        return next(line.split()[0] for line in done.stderr.splitlines() if "seed 7" in line)


if __name__ == "__main__":
    main()
