#!/usr/bin/env python3
"""What the verbs print: JSON that parses, a schema that accepts what the reader accepts, scripts that shells accept."""

import json
import re
import subprocess

from _cli import SMALL, SOUK, SOURCE, CliTest, main

VERBS = ["run", "list", "describe", "validate", "compare", "report", "merge", "trace", "facts", "fingerprint", "evaluate", "gate",
         "baseline", "new-strategy", "schema", "completion"]
SLOTS = {"recommender", "coupons", "pricing", "assistant", "outreach"}


class Help(CliTest):
    def test_every_verb_has_help_with_examples(self):
        top = self.souk("--help").stdout
        for verb in VERBS:
            self.assertIn("  " + verb, top)
            text = self.souk(verb, "--help").stdout
            self.assertIn("Examples:", text)
            self.assertIn("souk " + verb, text)
            self.assertEqual(self.souk(verb, "-h").stdout, text)

    def test_help_is_a_command_too(self):
        self.assertEqual(self.souk("help").stdout, self.souk("--help").stdout)
        self.assertEqual(self.souk("help", "run").stdout, self.souk("run", "--help").stdout)
        self.refused("help", "runn", says="did you mean 'run'?")

    def test_help_fits_a_terminal(self):
        for verb in VERBS:
            options = self.souk(verb, "--help").stdout.partition("Examples:")[0]
            for line in options.splitlines():
                self.assertLessEqual(len(line), 110, line)

    def test_version(self):
        self.assertRegex(self.souk("--version").stdout, r"^souk \d+\.\d+\.\d+ \(")

    def test_readers_that_go_away_are_no_error(self):
        for arguments in ("list", "describe scenario", "trace small.yaml"):
            done = subprocess.run(f"'{SOUK}' {arguments} | head -n 1; exit ${{PIPESTATUS[0]}}", shell=True, text=True,
                                  executable="/bin/bash", cwd=self.folder, capture_output=True, timeout=120, check=False)
            self.assertEqual((done.returncode, done.stderr), (0, ""), arguments)
            self.assertEqual(done.stdout.count("\n"), 1)


class JsonOutput(CliTest):
    def test_list(self):
        strategies = self.souk_json("list", "--json")
        self.assertEqual({s["slot"] for s in strategies}, SLOTS)
        for strategy in strategies:
            self.assertTrue(strategy["summary"] and strategy["source"] and strategy["status"])
        recommenders = self.souk_json("list", "recommender", "--json")
        self.assertEqual([s for s in strategies if s["slot"] == "recommender"], recommenders)

    def test_list_and_its_table_agree(self):
        table = self.souk("list").stdout.splitlines()
        self.assertEqual(len(table), 1 + len(self.souk_json("list", "--json")))

    def test_list_of_scenarios(self):
        self.refused("list", "scenarios", says="scenarios")
        self.write("scenarios/a/one.yaml", SMALL)
        self.write("scenarios/bad.yaml", "name: [\n")
        found = self.souk_json("list", "scenarios", "--json")
        self.assertEqual([(s["file"], s["ok"]) for s in found], [("scenarios/a/one.yaml", True), ("scenarios/bad.yaml", False)])
        self.assertIn("Does anything come out", self.souk("list", "scenarios").stdout)

    def test_describe(self):
        for strategy in self.souk_json("list", "--json"):
            name = f"{strategy['slot']}/{strategy['name']}"
            self.assertEqual(self.souk_json("describe", name, "--json"), [strategy])
            text = self.souk("describe", name).stdout
            for parameter in strategy["parameters"]:
                self.assertIn(parameter["name"], text)
        self.assertEqual(len(self.souk_json("describe", "none", "--json")), 4)  # a name of four slots

    def test_describe_fields(self):
        fields = self.souk_json("describe", "scenario", "--json")
        under = self.souk_json("describe", "scenario", "population", "--json")
        self.assertEqual(under, [f for f in fields if f["path"] == "population" or f["path"].startswith("population.")])
        self.assertIn("population.shoppers", {f["path"] for f in under})

    def test_describe_scenario(self):
        facts = self.souk_json("describe", "small.yaml", "--json")
        self.assertEqual((facts["name"], facts["seed"], facts["replications"]), ("small", 7, 3))
        self.assertEqual([a["name"] for a in facts["arms"]], ["base", "chance"])
        self.assertEqual(facts["arms"][1]["slots"]["pricing"], "list")  # inherited from the incumbent
        self.assertIn("Does anything come out", self.souk("describe", "small.yaml").stdout)

    def test_validate(self):
        self.write("bad.yaml", SMALL.replace("items: 120", "itemz: 120"))
        good, bad = self.souk_json("validate", "small.yaml", "bad.yaml", "--json", code=2)
        self.assertEqual(good, {"file": "small.yaml", "ok": True, "problems": []})
        (problem,) = bad["problems"]
        self.assertEqual((problem["file"], problem["line"], problem["column"], problem["path"]),
                         ("bad.yaml", 6, 14, "catalogue.itemz"))

    def test_run_compare_fingerprint(self):
        run = self.souk_json("run", "small.yaml", "--json", "--quiet")
        self.assertEqual((run["file"], run["replications"], run["failures"], run["interrupted"]), ("small-7.h5", 3, [], False))
        self.assertEqual(self.souk_json("fingerprint", "small-7.h5", "--json")["fingerprint"], run["fingerprint"])
        self.souk_json("compare", "small-7.h5", "--json")
        self.souk_json("compare", "small-7.h5", "small-7.h5", "--json")
        self.assertEqual(self.souk_json("describe", "small-7.h5", "--json")["fingerprint"], run["fingerprint"])

    def test_trace(self):
        lines = self.souk("trace", "small.yaml", "--json").stdout.splitlines()
        events = [json.loads(line) for line in lines]
        self.assertEqual(len(self.souk("trace", "small.yaml").stdout.splitlines()), len(events))
        times = [e["time_s"] for e in events]
        self.assertEqual(times, sorted(times))
        self.assertGreaterEqual(times[0], 3 * 86400)  # the warm-up is left out
        views = self.souk("trace", "small.yaml", "--kind", "view", "--json").stdout.splitlines()
        self.assertEqual([json.loads(v) for v in views], [e for e in events if e["kind"] == "view"])
        shopper = events[0]["shopper"]
        one = self.souk("trace", "small.yaml", "--shopper", shopper, "--json").stdout.splitlines()
        self.assertEqual([json.loads(v) for v in one], [e for e in events if e["shopper"] == shopper])
        first = self.souk("trace", "small.yaml", "--limit", "5", "--json").stdout.splitlines()
        self.assertEqual(first, lines[:5])
        longer = self.souk("trace", "small.yaml", "--warmup", "--json").stdout.splitlines()
        self.assertEqual(longer[-len(lines):], lines)
        self.assertGreater(len(longer), len(lines))

    def test_trace_counts_what_the_run_counts(self):
        orders = self.souk("trace", "small.yaml", "--arm", "chance", "--replication", "1", "--kind", "order", "--json").stdout
        import h5py
        self.souk("run", "small.yaml", "--quiet")
        with h5py.File(self.folder / "small-7.h5") as file:
            counted = file["sums"]["orders"][1, 1, :].sum()
        self.assertEqual(len(orders.splitlines()), counted)

    def test_trace_lines_read_well(self):
        line = self.souk("trace", "small.yaml", "--limit", "1").stdout
        self.assertRegex(line, r"^ *\d+\+\d\d:\d\d:\d\d  shopper \d+ +session \d+ +[a-z_]+")
        self.refused("trace", "small.yaml", "--session", "1", says="--shopper")
        self.refused("trace", "small.yaml", "--shopper", "100000", says="0 … 149")


class Schema(CliTest):
    def test_the_schema_accepts_what_the_reader_accepts(self):
        import jsonschema
        import yaml

        class Loader(yaml.SafeLoader):
            """Tagged laws are maps to a schema."""
        Loader.add_multi_constructor("!", lambda loader, tag, node: loader.construct_mapping(node, deep=True))

        schema = self.souk_json("schema")
        jsonschema.Draft7Validator.check_schema(schema)
        validator = jsonschema.Draft7Validator(schema)
        files = [self.folder / "small.yaml", *SOURCE.glob("scenarios/**/*.yaml")]
        for file in files:
            problems = list(validator.iter_errors(yaml.load(file.read_text(), Loader)))
            self.assertEqual(problems, [], file)
        bad = yaml.safe_load(SMALL.replace("recommender: random", "recommender: randum"))
        self.assertTrue(list(validator.iter_errors(bad)))
        self.souk("schema", "-o", "schema.json")
        self.assertEqual(json.loads((self.folder / "schema.json").read_text()), schema)

    def test_shipped_scenarios_are_valid(self):
        files = sorted(str(f) for f in SOURCE.glob("scenarios/**/*.yaml"))
        if files:
            self.souk("validate", *files)


class Completion(CliTest):
    def test_shells_accept_the_scripts(self):
        for shell in ("bash", "zsh", "fish"):
            script = self.souk("completion", shell).stdout
            for verb in VERBS:
                self.assertIn(verb, script)
            self.assertTrue("replications" in script and "plain" in script)
            if subprocess.run(["which", shell], capture_output=True, check=False).returncode == 0:
                self.write("script", script)
                subprocess.run([shell, "-n", self.folder / "script"], check=True)

    def complete(self, *words):
        self.write("script", self.souk("completion", "bash").stdout)
        line = " ".join(f"'{w}'" for w in words)
        text = (f"source ./script; COMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; _souk; "
                'printf "%s\\n" "${COMPREPLY[@]}"')
        done = subprocess.run(["bash", "-c", text], cwd=self.folder, capture_output=True, text=True, check=True)
        return done.stdout.split()

    def test_every_option_of_every_verb_is_completed(self):
        for verb in VERBS:
            options = self.souk(verb, "--help").stdout.partition("Options:")[2].partition("Examples:")[0]
            names = set(re.findall(r"^  (?:-\w,)?(--[\w-]+)", options, re.MULTILINE))
            self.assertIn("--help", names)
            self.assertEqual({word for word in self.complete("souk", verb, "--")}, names, verb)

    def test_bash_completes(self):
        self.assertEqual(self.complete("souk", "val"), ["validate"])
        self.assertEqual(self.complete("souk", "run", "--prog"), ["--progress"])
        self.assertEqual(self.complete("souk", "run", "--progress", "pl"), ["plain"])
        self.assertEqual(self.complete("souk", "list", "out"), ["outreach"])
        self.assertEqual(self.complete("souk", "describe", "item-"), ["item-knn"])
        self.assertEqual(self.complete("souk", "run", "sma"), ["small.yaml"])


class Plainness(CliTest):
    def test_no_colours_or_control_characters_outside_a_terminal(self):
        for arguments in (["list"], ["describe", "item-knn"], ["run", "small.yaml"], ["--help"]):
            done = self.souk(*arguments)
            self.assertIsNone(re.search(r"[\x00-\x08\x0b-\x1f]", done.stdout + done.stderr), arguments)


if __name__ == "__main__":
    main()
