#!/usr/bin/env python3
"""souk gate and souk baseline: every exit code, the forms of output, and that the right metric is named."""

import json
import os
import shutil
import signal
import subprocess
import time
import xml.etree.ElementTree as ElementTree

from _cli import SMALL, SOUK, CliTest, checksum, main

SIX = SMALL.replace("replications: 3", "replications: 6")
DEARER = SIX.replace("pricing: list", "pricing: { name: cost-plus, markup: 2.5 }")
CLEAN = {k: v for k, v in os.environ.items() if not k.startswith("GITHUB_")}


class GateTest(CliTest):
    """With results of small.yaml (base.h5), of the same shop with dearer goods (dear.h5), and again (again.h5)."""

    made = None  # the results, made once

    def setUp(self):
        super().setUp()
        self.write("small.yaml", SIX)
        self.write("dear.yaml", DEARER)
        if GateTest.made is None:
            for name, scenario in (("base", "small"), ("again", "small"), ("dear", "dear")):
                self.souk("run", f"{scenario}.yaml", "--quiet", "-o", f"{name}.h5")
            GateTest.made = {n: (self.folder / n).read_bytes() for n in ("base.h5", "again.h5", "dear.h5")}
        for name, content in GateTest.made.items():
            (self.folder / name).write_bytes(content)

    def souk(self, *arguments, **options):
        return super().souk(*arguments, **{"env": CLEAN, **options})

    def gate(self, *arguments, **options):
        return self.souk("gate", *arguments, "--quiet", **options)

    def gate_json(self, *arguments, code=0, **options):
        done = self.gate(*arguments, "--json", code=code, **options)
        report = json.loads(done.stdout)
        self.assertEqual(report["exit_code"], done.returncode)
        return report

    def refused(self, *arguments, **options):
        return super().refused("gate", *arguments, **options)

    def script(self, name, text):
        path = self.write(name, "#!/bin/sh\n" + text)
        path.chmod(0o755)
        return path

    def edited(self, name, edit):
        """A copy of base.h5 after `edit(file)`. Skips without h5py."""
        try:
            import h5py
        except ImportError:
            self.skipTest("Python has no h5py")
        shutil.copy(self.folder / "base.h5", self.folder / name)
        with h5py.File(self.folder / name, "r+") as file:
            edit(file)
        return name


class Outcomes(GateTest):
    def test_the_same_outcomes_pass_at_once(self):
        report = self.gate_json("again.h5", "--baseline", "base.h5")
        self.assertEqual(report["verdict"], "pass")
        self.assertEqual(report["changes"], [])
        self.assertEqual(len(report["checks"]), 6)
        self.assertTrue(all(c["identical"] and c["replications"] == 6 for c in report["checks"]))
        self.assertIn("nothing changed in 6 checks", self.gate("again.h5", "--baseline", "base.h5").stdout)

    def test_regression_exits_with_10_and_the_reverse_passes(self):
        report = self.gate_json("dear.h5", "--baseline", "base.h5", "--metric", "price_index", code=10)
        self.assertEqual({c["verdict"] for c in report["checks"]}, {"regression"})
        for check in report["checks"]:
            self.assertGreater(check["low"], check["margin"])
        self.assertIn("price_index", {c["metric"] for c in report["changes"]})
        report = self.gate_json("base.h5", "--baseline", "dear.h5", "--metric", "price_index")
        self.assertEqual({c["verdict"] for c in report["checks"]}, {"pass"})

    def test_direction_and_margin_of_the_specification(self):
        self.write("gate.yaml", "metrics: [{ metric: price_index, direction: higher }]\n")
        self.gate("dear.h5", "--baseline", "base.h5", "--spec", "gate.yaml")
        self.write("gate.yaml", "metrics: [{ metric: price_index, margin: 3 }]\n")
        self.gate("dear.h5", "--baseline", "base.h5", "--spec", "gate.yaml")
        self.write("gate.yaml", "metrics: [{ metric: price_index, margin: 3, scale: absolute }]\n")
        self.gate("dear.h5", "--baseline", "base.h5", "--spec", "gate.yaml")

    def test_inconclusive_exits_with_11_or_as_told(self):
        arguments = ["dear.h5", "--baseline", "base.h5", "--metric", "conversion"]
        self.assertEqual(self.gate_json(*arguments, code=11)["verdict"], "inconclusive")
        self.assertIn("more replications", self.gate(*arguments, code=11).stdout)
        report = self.gate_json(*arguments, "--inconclusive", "pass")
        self.assertEqual((report["verdict"], report["inconclusive"]), ("inconclusive", "pass"))
        self.write("gate.yaml", "inconclusive: pass\nmetrics: [{ metric: conversion }]\n")
        self.gate(*arguments, "--spec", "gate.yaml")
        self.gate(*arguments, "--spec", "gate.yaml", "--inconclusive", "fail", code=11)

    def test_one_cent_names_exactly_the_metrics_made_of_it(self):
        def one_cent_more(file):
            file["sums/revenue_cents"][2, 1, 0] += 1
        name = self.edited("cent.h5", one_cent_more)
        report = self.gate_json(name, "--baseline", "base.h5")  # far within the margin
        self.assertEqual([(c["metric"], c["arm"]) for c in report["changes"]],
                         [(m, "chance") for m in ("revenue_per_visitor", "average_order_value", "revenue")])
        self.assertAlmostEqual(report["changes"][2]["difference"], 0.01 / 6)
        verdicts = {(c["metric"], c["where"]): c["identical"] for c in report["checks"]}
        self.assertFalse(verdicts["revenue_per_visitor", "chance"])
        self.assertEqual(sum(verdicts.values()), 5)

    def test_a_price_changed_by_about_a_cent_is_seen_in_its_arm(self):
        # A mark-up of 0.667 against 0.6675: a cent on twenty euros.
        for name, markup in (("p1", "0.667"), ("p2", "0.6675")):
            self.write(f"{name}.yaml", SIX + f"    pricing: {{ name: cost-plus, markup: {markup} }}\n")
            self.souk("run", f"{name}.yaml", "--quiet", "--replications", "2", "-o", f"{name}.h5")
        report = self.gate_json("p2.h5", "--baseline", "p1.h5", "--metric", "price_index", "--margin", "0.05", code=None)
        self.assertEqual({c["arm"] for c in report["changes"]}, {"chance"})
        self.assertIn("price_index", {c["metric"] for c in report["changes"]})

    def test_arms_are_chosen(self):
        report = self.gate_json("dear.h5", "--baseline", "base.h5", "--metric", "price_index", "--arm", "chance", code=10)
        self.assertEqual({c["where"] for c in report["checks"]}, {"chance"})
        self.assertEqual({c["arm"] for c in report["changes"]}, {"chance"})
        self.refused("dear.h5", "--baseline", "base.h5", "--arm", "chanse", says="did you mean chance?")


class Configuration(GateTest):
    """Exit code 2: never a pass."""

    def test_unknown_metric(self):
        self.refused("again.h5", "--baseline", "base.h5", "--metric", "convresion", says=["--metric", "did you mean conversion?"])
        self.write("gate.yaml", "metrics:\n  - { metric: convresion }\n  - { metric: ordres }\n")
        done = self.refused("again.h5", "--baseline", "base.h5", "--spec", "gate.yaml",
                            says=["gate.yaml:2:15", "gate.yaml:3:15", "did you mean orders?", "2 problems"])
        self.assertIn("^", done.stderr)

    def test_broken_or_missing_specification(self):
        self.write("gate.yaml", "alpha: 2\nmetrcs: []\n")
        self.refused("again.h5", "--baseline", "base.h5", "--spec", "gate.yaml", says=["gate.yaml:1:8", "did you mean metrics?"])
        self.refused("again.h5", "--baseline", "base.h5", "--spec", "absent.yaml", says="absent.yaml")

    def test_no_samples(self):
        # No assistant in any arm, so no answer that could be right; although the outcomes are equal to the byte.
        self.refused("again.h5", "--baseline", "base.h5", "--metric", "bot_accuracy", says=["no sample", "baseline"])

    def test_replications_without_overlap(self):
        for k in ("0", "1"):
            self.souk("run", "small.yaml", "--replication", k, "--quiet", "-o", f"r{k}.h5")
        self.refused("r0.h5", "--baseline", "r1.h5", says="nothing to compare")

    def test_halves_of_inputs(self):
        self.refused(says="nothing to judge")
        self.refused("again.h5", says="--baseline")
        self.refused("--baseline", "base.h5", says="CANDIDATE")
        self.refused("--base-binary", SOUK, says="--head-binary")
        self.refused("again.h5", "--baseline", "base.h5", "--scenario", "small.yaml", says="--scenario")
        self.refused("absent.h5", "--baseline", "base.h5", says="absent.h5")
        self.refused("again.h5", "--baseline", "base.h5", "--pairs", "3", says="3")
        self.refused("--base-binary", SOUK, "--head-binary", SOUK, "--scenario", "absent.yaml", says="absent.yaml")
        self.refused("--base-binary", SOUK, "--head-binary", "/nowhere/souk", "--scenario", "small.yaml",
                     says=["/nowhere/souk", "cannot be run"])

    def test_an_input_that_nobody_asks_about(self):
        self.refused("again.h5", "--baseline", "base.h5", "--base-binary", SOUK, "--head-binary", SOUK, "--metric",
                     "conversion", says=["--base-binary", "nothing to judge"])


class Incomplete(GateTest):
    """Exit code 3: a run that failed is not judged by the part that went well."""

    def test_interrupted_candidate(self):
        def interrupt(file):
            file["provenance"]["interrupted"][...] = 1
        self.refused(self.edited("cut.h5", interrupt), "--baseline", "base.h5", code=3, says="interrupted")

    def test_failing_binaries(self):
        fails = self.script("fails", "echo the cause of it >&2; exit 5\n")
        for sides in (("--base-binary", fails, "--head-binary", SOUK), ("--base-binary", SOUK, "--head-binary", fails)):
            self.refused(*sides, "--scenario", "small.yaml", code=3, says=["exit code 5", "the cause of it"])
        silent = self.script("silent", "exit 0\n")
        self.refused("--base-binary", silent, "--head-binary", SOUK, "--scenario", "small.yaml", code=3, says="no results")
        slow = self.script("slow", "sleep 1000\n")
        self.refused("--base-binary", SOUK, "--head-binary", slow, "--scenario", "small.yaml", "--timeout", "1", code=3,
                     says="still running after 1 s")

    def test_a_binary_that_is_not_deterministic(self):
        moody = self.script("moody", f"""
echo x >> {self.folder}/runs
if [ $(wc -l < {self.folder}/runs) -eq 3 ]; then set -- "$@" --set arms.chance.recommender=popularity; fi
exec '{SOUK}' "$@"
""")
        self.refused("--base-binary", SOUK, "--head-binary", moody, "--scenario", "small.yaml", "--metric", "run_time",
                     "--arm", "base,chance", "--pairs", "10", code=3, says="not deterministic")


class Baselines(GateTest):
    """Exit code 12, and how baselines come about."""

    def test_missing_or_unreadable(self):
        self.refused("again.h5", "--baseline", "absent.h5", code=12, says=["absent.h5", "souk baseline accept"])
        self.write("text.h5", "no results")
        self.refused("again.h5", "--baseline", "text.h5", code=12, says="text.h5")

    def test_another_shop_seed_or_design(self):
        run = ["run", "small.yaml", "--quiet", "--replications", "1", "-o", "other.h5"]
        self.souk(*run, "--seed", "8")
        self.refused("other.h5", "--baseline", "base.h5", code=12, says="seeds differ (8 and 7)")
        self.souk(*run, "--set", "population.shoppers=160")
        self.refused("other.h5", "--baseline", "base.h5", code=12, says=["- population.shoppers: 150", "+ population.shoppers: 160"])
        self.souk(*run, "--set", "design.kind=ab-test")
        self.refused("other.h5", "--baseline", "base.h5", code=12, says="design")
        self.souk(*run, "--arm", "base")
        self.refused("other.h5", "--baseline", "base.h5", code=12, says="chance")
        self.gate("other.h5", "--baseline", "base.h5", "--arm", "base")

    def test_stored_times_are_refused(self):
        done = self.refused("again.h5", "--baseline", "base.h5", "--metric", "latency_p99,conversion", code=12,
                            says=["latency_p99", "another machine", "--base-binary"])
        self.assertNotIn("conversion", done.stderr)

    def baseline(self, *arguments, **options):
        return self.souk("baseline", *arguments, **options)

    def test_accept_needs_a_reason(self):
        before = self.files()
        for reason in ([], ["--reason", ""], ["--reason", "  \n"]):
            CliTest.refused(self, "baseline", "accept", "dear.h5", "--baseline", "base.h5", *reason, says="--reason")
        CliTest.refused(self, "baseline", "accept", "--baseline", "base.h5", "--reason", "x", says="results file")
        CliTest.refused(self, "baseline", "accept", "dear.h5", "--reason", "x", says="--baseline")
        CliTest.refused(self, "baseline", "accept", "base.h5", "--baseline", "base.h5", "--reason", "x", says="itself")
        CliTest.refused(self, "baseline", "accept", "small.yaml", "--baseline", "base.h5", "--reason", "x", says="small.yaml")
        self.assertEqual(self.files(), before)

    def test_accept_show_and_gate(self):
        env = {**CLEAN, "GITHUB_ACTOR": "ada"}
        self.baseline("accept", "base.h5", "--baseline", "main.h5", "--reason", "first: \"quoted\"", env=env)
        self.assertEqual(checksum(self.folder / "main.h5"), checksum(self.folder / "base.h5"))
        accepted = json.loads(self.baseline("accept", "dear.h5", "--baseline", "main.h5", "--reason", "dearer", "--who",
                                            "Grace", "--json").stdout)
        self.assertEqual(accepted["replaces"], self.fingerprint("base.h5"))
        shown = json.loads(self.baseline("show", "main.h5", "--json").stdout)
        self.assertTrue(shown["as_accepted"])
        self.assertEqual([(a["who"], a["reason"]) for a in shown["accepted"]], [("ada", 'first: "quoted"'), ("Grace", "dearer")])
        self.assertEqual(shown["accepted"][0]["replaces"], "none")
        self.assertEqual(shown["accepted"][1]["fingerprint"], self.fingerprint("dear.h5"))
        self.assertEqual(self.files().count("main.h5.accepted.yaml"), 1)
        self.gate("dear.h5", "--baseline", "main.h5")
        self.assertIn("dearer", self.baseline("show", "--baseline", "main.h5").stdout)
        # Somebody put another file in its place.
        shutil.copy(self.folder / "base.h5", self.folder / "main.h5")
        self.assertIn("not what was accepted", self.baseline("show", "main.h5").stderr)
        report = self.gate_json("base.h5", "--baseline", "main.h5")
        self.assertTrue(any("not what was accepted" in fact for fact in report["facts"]))

    def test_accept_into_a_place_that_cannot_be_written(self):
        CliTest.refused(self, "baseline", "accept", "dear.h5", "--baseline", "nowhere/main.h5", "--reason", "x", says="nowhere")
        old = checksum(self.folder / "base.h5")
        self.souk("baseline", "accept", "dear.h5", "--baseline", "base.h5", "--reason", "x", code=3,
                  shell_prefix="ulimit -f 2; trap '' XFSZ;")
        self.assertEqual(checksum(self.folder / "base.h5"), old)
        self.assertNotIn("base.h5.accepted.yaml", self.files())


class Binaries(GateTest):
    def binaries(self, head=SOUK, *arguments, code=0):
        return self.gate_json("--base-binary", SOUK, "--head-binary", head, "--scenario", "small.yaml", "--pairs", "10",
                              *arguments, code=code)

    def test_the_same_program_has_the_same_outcomes(self):
        # A margin of 900 % is no timing: it only says that times were measured and compared.
        report = self.binaries(SOUK, "--measured-margin", "9")
        checks = {(c["metric"], c["where"]): c for c in report["checks"]}
        self.assertTrue(checks["conversion", "base"]["identical"])
        self.assertEqual(checks["conversion", "base"]["replications"], 6)
        for key in (("run_time", ""), ("throughput", "base"), ("throughput", "chance")):
            self.assertEqual((checks[key]["verdict"], checks[key]["pairs"]), ("pass", 10), key)
            self.assertEqual(len(checks[key]["log_ratios"]), 10)
        self.assertEqual(self.files(), sorted(["small.yaml", "dear.yaml", *GateTest.made]))

    def test_a_coin_decides_the_order_of_each_pair(self):
        sides = [self.script(side, f"echo {side} >> {self.folder}/order; exec '{SOUK}' \"$@\"\n") for side in ("base", "head")]
        orders = []
        for seed in (1, 1, 2):
            self.write("order", "")
            self.gate_json("--base-binary", sides[0], "--head-binary", sides[1], "--scenario", "small.yaml", "--pairs", "10",
                           "--metric", "run_time", "--measured-margin", "9", "--coin-seed", seed)
            runs = (self.folder / "order").read_text().split()
            self.assertEqual(len(runs), 22)  # one uncounted pair, then ten
            pairs = list(zip(runs[2::2], runs[3::2]))
            self.assertEqual(set(pairs), {("base", "head"), ("head", "base")})
            orders.append(pairs)
        self.assertEqual(orders[0], orders[1])
        self.assertNotEqual(orders[0], orders[2])

    def test_much_slower_is_a_regression_found_twice(self):
        slower = self.script("slower", f"'{SOUK}' \"$@\" || exit; sleep 0.6\n")
        report = self.binaries(slower, "--metric", "run_time", code=10)
        (check,) = report["checks"]
        self.assertEqual(check["verdict"], "regression")
        self.assertEqual(check["note"], "measured again with fresh pairs: the same")
        self.assertIn("20 pairs", " ".join(report["facts"]))

    def test_other_outcomes_are_named(self):
        other = self.script("other", f"exec '{SOUK}' \"$@\" --set arms.chance.recommender=popularity\n")
        report = self.binaries(other, "--metric", "views_per_session,click_through_rate", "--margin", "0.9", code=None)
        self.assertEqual({c["arm"] for c in report["changes"]}, {"chance"})
        identical = {(c["metric"], c["where"]): c["identical"] for c in report["checks"]}
        self.assertTrue(identical["click_through_rate", "base"])
        self.assertFalse(identical["click_through_rate", "chance"])

    def test_files_and_binaries_make_one_gate(self):
        report = self.gate_json("again.h5", "--baseline", "base.h5", "--base-binary", SOUK, "--head-binary", SOUK,
                                "--pairs", "10", "--metric", "conversion,run_time", "--measured-margin", "9")
        self.assertEqual([c["metric"] for c in report["checks"]], ["conversion", "conversion", "run_time"])

    def test_no_time_left_is_inconclusive(self):
        slow = self.script("slow", f"sleep 1.2; exec '{SOUK}' \"$@\"\n")
        report = self.binaries(slow, "--metric", "run_time", "--seconds", "1", code=11)
        self.assertEqual(report["checks"][0]["pairs"], 1)

    def test_interrupt_ends_the_run_under_way_as_well(self):
        slow = self.script("slow", f"echo $$ > {self.folder}/pid.part; mv {self.folder}/pid.part {self.folder}/pid; exec sleep 1000\n")
        gate = subprocess.Popen([SOUK, "gate", "--base-binary", slow, "--head-binary", SOUK, "--scenario", "small.yaml"],
                                cwd=self.folder, env=CLEAN, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        while not (self.folder / "pid").exists():
            self.assertIsNone(gate.poll())
            time.sleep(0.05)
        gate.send_signal(signal.SIGINT)
        out, err = gate.communicate(timeout=120)
        self.assertEqual((gate.returncode, out), (130, ""))
        self.assertIn("nothing was judged", err)
        with self.assertRaises(ProcessLookupError):
            os.kill(int((self.folder / "pid").read_text()), 0)

    def test_latency_of_a_slot_that_is_never_asked_or_too_fast(self):
        run = ["--base-binary", SOUK, "--head-binary", SOUK, "--scenario", "small.yaml", "--pairs", "10"]
        self.write("gate.yaml", "metrics: [{ metric: latency_p50, slot: recommender, arms: [base], margin: 9 }]\n")
        report = self.gate_json(*run, "--spec", "gate.yaml")
        self.assertEqual(report["checks"][0]["where"], "recommender of base")
        self.refused(*run, "--metric", "latency_p50", "--arm", "base", says="name a slot")


def benchmark(host="builder", second=0, times=None, build="release", **more):
    entries = [{"name": name, "run_name": name, "run_type": "iteration", "real_time": time, "time_unit": "ns"}
               for name, time in (times or {}).items()]
    return {"context": {"date": f"2024-05-01T12:{second // 60:02}:{second % 60:02}+00:00", "host_name": host, "num_cpus": 2,
                        "library_build_type": build, **more}, "benchmarks": entries}


class Benchmarks(GateTest):
    def files_of(self, pairs):
        """Writes base and head of every pair in turns."""
        names = []
        for i, (base, head) in enumerate(pairs):
            for side, content in (("base", base), ("head", head)):
                names.append(f"{side}{i}.json")
                self.write(names[-1], json.dumps(content))
        return names

    def pairs(self, factor, n=16, **more):
        """Base and head in turns, the order alternating; the machine drifts by 1 % per pair."""
        found = []
        for i in range(n):
            time = 100 * 1.01 ** i
            first, second = (20 * i, 20 * i + 10) if i % 2 == 0 else (20 * i + 10, 20 * i)
            found.append((benchmark(second=first, times={"BM_Queue": time, "BM_Other": time}),
                          benchmark(second=second, times={"BM_Queue": factor * time, "BM_Other": time}, **more)))
        return found

    def test_in_turns(self):
        report = self.gate_json("--benchmark", *self.files_of(self.pairs(1.05)), code=10)
        self.assertEqual({c["metric"]: c["verdict"] for c in report["checks"]},
                         {"BM_Queue": "regression", "BM_Other": "pass"})
        self.gate_json("--benchmark", *self.files_of(self.pairs(1.0)))
        self.write("gate.yaml", "metrics: [{ metric: BM_Queue, margin: 0.1 }]\n")
        self.gate_json("--spec", "gate.yaml", "--benchmark", *self.files_of(self.pairs(1.05)))

    def test_blocks_are_never_judged(self):
        files = self.files_of(self.pairs(1.05))
        report = self.gate_json("--benchmark", *files[:2], code=11)
        self.assertIn("one file per side", " ".join(report["facts"]))
        self.assertIsNone(report["checks"][0]["low"])
        bases, heads = files[0::2], files[1::2]
        shuffled = [f for pair in zip(bases[:8] + heads[:8], bases[8:] + heads[8:]) for f in pair]
        self.gate_json("--benchmark", *shuffled, code=11)

    def test_other_machines_and_builds_are_refused(self):
        self.refused("--benchmark", *self.files_of(self.pairs(1.0, host="laptop")), code=12, says=["builder", "laptop"])
        self.refused("--benchmark", *self.files_of(self.pairs(1.0, build="debug")), code=12, says="debug")
        self.refused("--benchmark", *self.files_of(self.pairs(1.0, num_cpus=64)), code=12, says="64")

    def test_what_is_missing_is_an_error(self):
        pairs = self.pairs(1.0)
        for _, head in pairs:
            head["benchmarks"].pop()
        self.refused("--benchmark", *self.files_of(pairs), says=["head0.json", "BM_Other"])
        self.write("gate.yaml", "metrics: [{ metric: BM_Queue }]\n")
        self.gate_json("--spec", "gate.yaml", "--benchmark", *self.files_of(pairs))
        pairs[3][0]["benchmarks"].pop()
        self.refused("--benchmark", *self.files_of(pairs), says=["base3.json", "BM_Other"])
        files = self.files_of(self.pairs(1.0))
        self.refused("--benchmark", *files[:3], says="even number")
        self.refused("--benchmark", *files, "--metric", "BM_Queu", says="did you mean BM_Queue?")
        self.write("empty.json", json.dumps(benchmark()))
        self.refused("--benchmark", "empty.json", "empty.json", says="no benchmark")
        broken = self.pairs(1.0)
        broken[1][1]["benchmarks"][0].update(error_occurred=True, error_message="no data")
        self.refused("--benchmark", *self.files_of(broken), code=3, says=["head1.json", "no data"])


class Forms(GateTest):
    def setUp(self):
        super().setUp()
        self.write("gate.yaml", "metrics:\n  - { metric: price_index }\n  - { metric: conversion, arms: [base] }\n")
        self.arguments = ["dear.h5", "--baseline", "base.h5", "--spec", "gate.yaml"]

    def test_junit(self):
        report = self.gate_json(*self.arguments, "--junit", "gate.xml", code=10)
        root = ElementTree.parse(self.folder / "gate.xml").getroot()
        cases = root.findall(".//testcase")
        self.assertEqual([c.get("name") for c in cases], ["price_index in base", "price_index in chance", "conversion in base"])
        self.assertEqual(root.get("failures"), "3")
        self.assertEqual(cases[0].get("line"), "2")
        message = cases[0].find("failure").get("message")
        check = report["checks"][0]
        for words in ("regression", f"{100 * check['change']:+.2f}%", f"[{100 * check['low']:+.2f}%", "margin +1%", "6 replications"):
            self.assertIn(words, message)
        self.gate(*self.arguments, "--junit", "nowhere/gate.xml", code=2)

    def test_markdown_and_annotations_of_github(self):
        env = {**CLEAN, "GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(self.folder / "summary.md")}
        self.write("summary.md", "what was there before\n")
        done = self.gate(*self.arguments, "--markdown", "gate.md", code=10, env=env)
        markdown = (self.folder / "gate.md").read_text()
        self.assertIn("| price\\_index | base | ❌ regression |", markdown)
        self.assertEqual((self.folder / "summary.md").read_text(), "what was there before\n" + markdown)
        lines = [line for line in done.stdout.splitlines() if line.startswith("::")]
        self.assertEqual([line.split(",title")[0] for line in lines],
                         ["::error file=gate.yaml,line=2", "::error file=gate.yaml,line=2", "::error file=gate.yaml,line=3"])
        done = self.gate(*self.arguments, "--inconclusive", "pass", "--json", code=10, env=env)
        json.loads(done.stdout)
        self.assertIn("::warning file=gate.yaml,line=3", done.stderr)
        done = self.gate(*self.arguments, "--annotations", "none", code=10, env=env)
        self.assertNotIn("::error", done.stdout)
        self.assertNotIn("::error", self.gate(*self.arguments, code=10).stdout)
        self.assertIn("::error", self.gate(*self.arguments, "--annotations", "github", code=10).stdout)

    def test_schema_and_completion(self):
        schema = json.loads(self.souk("schema", "gate").stdout)
        self.assertEqual(schema["title"], "souk gate")
        self.assertIn("measured_margin", schema["properties"])
        CliTest.refused(self, "schema", "gaet", says="did you mean 'gate'?")
        script = self.souk("completion", "bash").stdout
        for words in ("--base-binary", "'gate --inconclusive') words='fail pass'", "words='accept show'"):
            self.assertIn(words, script)


if __name__ == "__main__":
    main()
