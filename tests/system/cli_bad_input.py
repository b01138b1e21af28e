#!/usr/bin/env python3
"""Bad input: one clear message, the right exit code, nothing half-written, an older result intact."""

import os
import re
import shlex
import subprocess
import threading
from pathlib import Path

from _cli import SMALL, SOUK, CliTest, checksum, main


class CommandLine(CliTest):
    def test_unknown_command_names_the_nearest(self):
        self.refused("runn", "small.yaml", says="did you mean 'run'?")

    def test_unknown_option_names_the_nearest(self):
        self.refused("run", "small.yaml", "--replicatons", "3", says="did you mean '--replications'?")

    def test_missing_argument(self):
        self.refused("run", says="Try 'souk run --help'")

    def test_one_argument_too_many(self):
        self.refused("run", "small.yaml", "other.yaml", says="other.yaml")

    def test_numbers_are_checked(self):
        self.refused("run", "small.yaml", "--replications", "0")
        self.refused("run", "small.yaml", "--replication", "-1")
        for threads in ("many", "0", "-2", "5000", "1.5", "99999999999999999999"):
            self.refused("run", "small.yaml", "--threads", threads,
                         says=f"--threads: found '{threads}'; allowed a whole number, 1 … 4096")
        for replications in ("-1", "1000001"):
            self.refused("run", "small.yaml", "--replications", replications, says="1 … 1000000")
        for seed in ("abc", "-1", "18446744073709551616"):
            done = self.refused("run", "small.yaml", "--seed", seed, says=f"--seed: found '{seed}'; allowed a whole number")
            self.assertNotIn("--set", done.stderr)
        self.refused("run", "small.yaml", "--max-memory", "lots", says="--max-memory: found 'lots'; allowed a size such as 8G")

    def test_choices_are_checked(self):
        self.refused("run", "small.yaml", "--record", "evnts", says="did you mean 'events'?")
        self.refused("run", "small.yaml", "--progress", "fancy")
        self.refused("trace", "small.yaml", "--kind", "veiw", says="did you mean 'view'?")
        self.refused("list", "recomender", says="did you mean 'recommender'?")

    def test_no_command_is_bad_usage_but_helps(self):
        self.assertIn("Commands:", self.souk(code=2).stderr)

    def test_broken_set(self):
        self.refused("run", "small.yaml", "--set", "replications", says="path=value")
        self.refused("run", "small.yaml", "--set", "replicatoins=3", says="did you mean replications?")


class Scenarios(CliTest):
    def test_missing_file(self):
        for verb in ("run", "trace", "fingerprint", "describe"):
            self.refused(verb, "absent.yaml", says=["absent.yaml", "No such file"])

    def test_folder_in_place_of_a_file(self):
        (self.folder / "folder.yaml").mkdir()
        for verb in ("run", "trace", "describe"):
            self.refused(verb, "folder.yaml", says="is a directory")

    def test_file_that_cannot_be_read_to_its_end(self):
        self.refused("run", "/proc/self/mem", says="/proc/self/mem: cannot be read")  # root too

    def test_unreadable_file(self):
        if os.geteuid() == 0:
            self.skipTest("root reads everything")
        (self.folder / "small.yaml").chmod(0)
        self.refused("run", "small.yaml", says="Permission denied")

    def test_unknown_strategy_names_the_nearest(self):
        self.write("bad.yaml", SMALL.replace("recommender: random", "recommender: randum"))
        done = self.refused("run", "bad.yaml", says=["bad.yaml:18:", "did you mean 'random'?"])
        self.assertIn("^", done.stderr)  # the caret under the word

    def test_unknown_parameter(self):
        self.write("bad.yaml", SMALL.replace("recommender: random", "recommender: { name: random, repeat_viewd: true }"))
        self.refused("run", "bad.yaml", says=["repeat_viewd", "repeat_viewed"])

    def test_unknown_arm(self):
        self.refused("run", "small.yaml", "--arm", "chanse", says="did you mean 'chance'?")
        self.refused("trace", "small.yaml", "--arm", "chanse", says="did you mean 'chance'?")

    def test_broken_yaml(self):
        self.write("bad.yaml", "name: [1, 2\nquestion: x\n")
        self.refused("run", "bad.yaml", says="bad.yaml:")

    def test_fields_and_strategies_are_reported_together(self):
        text = SMALL.replace("items: 120", "itemz: 120").replace("recommender: random", "recommender: randum")
        self.write("bad.yaml", text.replace("shoppers: 150", "shoppers: -4"))
        self.refused("run", "bad.yaml", says=["3 problems", "itemz", "-4", "randum"])
        self.assertNotIn("small-7.h5", self.files())

    def test_an_unreadable_arm_is_reported_once(self):
        self.write("bad.yaml", SMALL.replace("    assistant: none\n", ""))
        done = self.refused("run", "bad.yaml", says="assistant")
        self.assertNotIn("problems", done.stderr)

    def test_validate_goes_through_all_files(self):
        self.write("bad.yaml", SMALL.replace("items: 120", "itemz: 120"))
        done = self.souk("validate", "small.yaml", "bad.yaml", "absent.yaml", code=2)
        self.assertIn("small.yaml: ok", done.stdout)
        self.assertIn("bad.yaml:6:14: catalogue.itemz", done.stdout)
        self.assertIn("absent.yaml: cannot be opened", done.stdout)
        self.assertEqual(done.stderr, "souk: error: 2 of 3 scenarios are not valid\n")

    def test_validate_of_a_good_file(self):
        self.assertEqual(self.souk("validate", "small.yaml").stdout, "small.yaml: ok\n")

    def test_unknown_strategy_to_describe(self):
        self.refused("describe", "item-kn", says="did you mean 'item-knn'?")
        self.refused("describe", "scenario", "browze", says="did you mean 'browse'?")


class Sizes(CliTest):
    """What cannot fit is refused with figures, before anything is built."""

    HUGE = ("--set", "population.shoppers=50000000", "--set", "time.days=365")

    def test_a_shop_too_large_for_the_machine(self):
        for verb in ("run", "fingerprint", "facts", "trace"):
            done = self.refused(verb, "small.yaml", *self.HUGE, says=["time.days: found a shop of 50000000 shoppers", "--max-memory"])
            self.assertRegex(done.stderr, r"needs about [0-9.]+ TB of memory.*; allowed [0-9.]+ (MB|GB)")
        self.assertEqual(self.files(), ["small.yaml"])
        done = self.souk("validate", "small.yaml", *self.HUGE, code=2)
        self.assertRegex(done.stdout, r"^small.yaml: time.days: found a shop of .* TB of memory")
        self.assertIn("souk run will refuse", self.souk("describe", "small.yaml", *self.HUGE).stdout)
        self.assertNotIn("refuse", self.souk("describe", "small.yaml").stdout)

    def test_the_limit_is_the_users(self):
        self.refused("run", "small.yaml", "--max-memory", "10M", says="allowed 10 MB, by --max-memory")
        self.souk("validate", "small.yaml", *self.HUGE, "--max-memory", "1000T")

    def test_more_replications_than_memory(self):
        done = self.refused("run", "small.yaml", "--replications", "1000000", "--max-memory", "32G",
                            says=["replications: found", "1000000 replications of 2 arms"])
        self.assertNotIn("small.h5", self.files(), done)
        self.souk("run", "small.yaml", "--set", "replications=1000000", "--replication", "999999", "--max-memory", "1G", "--quiet")

    def test_an_address_space_limit_counts(self):
        done = self.souk("run", "small.yaml", "--set", "population.shoppers=5000000", code=None,
                         shell_prefix="ulimit -v 2000000;")
        if "Sanitizer" in done.stderr:
            self.skipTest("sanitizers need more memory than this test allows")
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("allowed 2.0 GB, all that this machine gives", done.stderr)


class Controls(CliTest):
    """Nobody's file moves the cursor."""

    def test_control_characters_are_shown_in_words(self):
        text = SMALL.replace("question: Does anything come out at all?", 'question: "Bell\\a, escape\\e[31m, C1 \\x9b?"')
        self.write("bad.yaml", text.replace("  - name: chance", '  - name: chance\n    label: "red\\e[31m"'))
        self.write("scenarios/bad.yaml", (self.folder / "bad.yaml").read_text())
        self.souk("run", "bad.yaml", "--quiet", "-o", "out.h5")
        for command in (["run", "bad.yaml", "--quiet"], ["describe", "bad.yaml"], ["list", "scenarios"],
                        ["compare", "out.h5"], ["describe", "out.h5"], ["compare", "out.h5", "out.h5"]):
            shown = self.souk(*command).stdout
            self.assertNotRegex(shown, "[\x00-\x08\x0b-\x1f\x7f-\x9f]", command)
            if command[-2:] != ["out.h5", "out.h5"]:
                self.assertIn("Bell\\x07, escape\\x1b[31m, C1 \\x9b?", shown, command)
            if command[0] != "list":
                self.assertIn("red\\x1b[31m", shown, command)

    def test_in_messages_too(self):
        self.write("bad.yaml", SMALL.replace("seed: 7", '"see\\e[31md": 7'))
        for command in (["run", "bad.yaml"], ["validate", "bad.yaml"]):
            done = self.souk(*command, code=2)
            self.assertNotIn("\x1b", done.stdout + done.stderr)
            self.assertIn("\\x1b", done.stdout + done.stderr)


class Outputs(CliTest):
    """Where a result cannot be kept, nothing is simulated and nothing is left behind."""

    def assert_nothing_new(self, before):
        self.assertEqual(self.files(), before)

    def test_missing_folder(self):
        before = self.files()
        self.refused("run", "small.yaml", "-o", "nowhere/out.h5", says="nowhere")
        self.assert_nothing_new(before)

    def test_folder_in_place_of_the_file(self):
        (self.folder / "out.h5").mkdir()
        before = self.files()
        self.refused("run", "small.yaml", "-o", "out.h5", says="out.h5")
        self.assert_nothing_new(before)

    def test_folder_in_which_nobody_can_write(self):
        self.refused("run", "small.yaml", "-o", "/proc/out.h5", code=3,
                     says="/proc/out.h5: cannot be written")  # root neither

    def test_read_only_folder(self):
        if os.geteuid() == 0:
            self.skipTest("root writes everywhere")
        (self.folder / "locked").mkdir(mode=0o555)
        self.refused("run", "small.yaml", "-o", "locked/out.h5", code=3, says="locked")

    def test_a_file_that_is_not_ours_is_never_replaced(self):
        notes = self.write("notes.txt", "a year of work\n")
        before = self.files()
        self.refused("run", "small.yaml", "-o", "notes.txt", says="notes.txt")
        self.assertEqual(notes.read_text(), "a year of work\n")
        self.assert_nothing_new(before)

    def test_the_scenario_itself_is_never_replaced(self):
        self.refused("run", "small.yaml", "-o", "small.yaml")
        self.assertEqual((self.folder / "small.yaml").read_text(), SMALL)

    def test_hdf5_that_is_not_ours(self):
        import h5py
        with h5py.File(self.folder / "other.h5", "w") as other:
            other["x"] = [1, 2, 3]
        before = checksum(self.folder / "other.h5")
        self.refused("run", "small.yaml", "-o", "other.h5", says="other.h5")
        for verb in ("compare", "fingerprint", "describe"):
            self.refused(verb, "other.h5", says="other.h5")
        self.assertEqual(checksum(self.folder / "other.h5"), before)

    def test_results_that_are_missing_or_broken(self):
        self.write("text.h5", "not HDF5 at all\n")
        for verb in ("compare", "fingerprint", "describe"):
            self.refused(verb, "absent.h5", says="absent.h5")
            self.refused(verb, "text.h5", says="text.h5")

    def test_truncated_result(self):
        self.souk("run", "small.yaml", "--replications", "1", "-o", "out.h5", "--quiet")
        whole = (self.folder / "out.h5").read_bytes()
        (self.folder / "out.h5").write_bytes(whole[:len(whole) // 2])
        self.refused("compare", "out.h5", says="out.h5")
        self.refused("fingerprint", "out.h5", says="out.h5")

    def test_full_disk_leaves_the_older_result(self):
        self.souk("run", "small.yaml", "--replications", "1", "-o", "out.h5", "--quiet")
        before, files = checksum(self.folder / "out.h5"), self.files()
        # A limit on file size fails a write as a full disk does. 8 blocks of 1 KiB hold no result.
        done = self.souk("run", "small.yaml", "-o", "out.h5", "--quiet", code=3, shell_prefix="ulimit -f 8; trap '' XFSZ;")
        self.assertIn("souk: error: ", done.stderr)
        self.assertIn("out.h5", done.stderr)
        self.assertEqual(checksum(self.folder / "out.h5"), before)
        self.assertEqual(self.files(), files)

    def test_full_disk_without_an_older_result(self):
        files = self.files()
        self.souk("run", "small.yaml", "-o", "new.h5", "--quiet", code=3, shell_prefix="ulimit -f 8; trap '' XFSZ;")
        self.assertEqual(self.files(), files)

    def test_links_and_pipes_stay_what_they_are(self):
        self.write("real.json", "old\n")
        (self.folder / "link.json").symlink_to("real.json")
        self.souk("schema", "-o", "link.json")
        self.assertTrue((self.folder / "link.json").is_symlink())
        schema = self.souk("schema").stdout
        self.assertEqual((self.folder / "real.json").read_text(), schema)
        os.mkfifo(self.folder / "pipe")
        read = []
        reader = threading.Thread(target=lambda: read.append((self.folder / "pipe").read_text()), daemon=True)
        reader.start()
        self.souk("schema", "-o", "pipe")
        reader.join(timeout=60)
        self.assertEqual(read, [schema])

    def test_schema_is_written_whole_or_not_at_all(self):
        self.write("schema.json", "old\n")
        self.refused("schema", "-o", "nowhere/schema.json", says="nowhere")
        self.souk("schema", "-o", "schema.json", code=3, shell_prefix="ulimit -f 1; trap '' XFSZ;")
        self.assertEqual((self.folder / "schema.json").read_text(), "old\n")
        self.assertEqual(self.files(), ["schema.json", "small.yaml"])

    def test_full_standard_output(self):
        with open("/dev/full", "w") as full:
            done = subprocess.run([SOUK, "list"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
        self.assertEqual(done.returncode, 3)
        self.assertIn("No space left", done.stderr)


class Failures(CliTest):
    def test_when_every_replication_fails_there_is_no_table_and_no_file(self):
        files = self.files()
        done = self.souk("run", "small.yaml", "--set", "catalogue.items=1000000", "--set", "catalogue.style_dims=64",
                         "--set", "question=Who's there?", "--arm", "chance", "--replications", "2", "--quiet",
                         "--max-memory", "1T", code=None, shell_prefix="ulimit -v 400000;")
        if "Sanitizer" in done.stderr:
            self.skipTest("sanitizers need more memory than this test allows")
        self.assertEqual(done.returncode, 3)
        self.assertIn("replication 0 (seed 7) failed", done.stderr)
        self.assertIn("replication 1 (seed 7) failed", done.stderr)
        replay = re.search("to replay it alone: (.*)", done.stderr)[1]
        self.assertEqual(shlex.split(replay),
                         ["souk", "run", "small.yaml", "--set", "catalogue.items=1000000", "--set",
                          "catalogue.style_dims=64", "--set", "question=Who's there?", "--arm", "chance",
                          "--max-memory", "1T", "--seed", "7", "--replication", "0"])
        self.assertEqual(done.stdout, "")
        self.assertEqual(self.files(), files)


if __name__ == "__main__":
    main()
