#!/usr/bin/env python3
"""How often does `souk gate` err with real processes on a busy machine?

    gate_error_rates.py SOUK --aa 200             the same program on both sides: how many false alarms?
    gate_error_rates.py SOUK --slower 0.05 40     head is slowed down by 5 %: found, left open, or passed?

One core is kept busy by a burner (--no-burner: none). The slowdown is real work: a wrapper runs souk and then works on
for that share of the time that souk took; base goes through the same wrapper with a share of 0. run_time is judged.
Results are appended to --log, one JSON object per gate, so that a long measurement can be made in pieces; the summary is
of the whole log. Options after -- go to `souk gate`.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

SCENARIO = """\
name: gate-error-rates
question: How often does the gate err?
seed: 3
replications: 4
time: { warmup_days: 2, days: 5 }
catalogue: { items: 120, departments: 3, categories: 12, brands: 10 }
population: { shoppers: 120 }
incumbent: base
arms:
  - { name: base, recommender: popularity, coupons: none, pricing: list, assistant: none, outreach: none }
  - { name: item-knn, recommender: item-knn }
"""

# Runs souk, then works on for `share` of the time that it took.
WRAPPER = """\
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
extern char **environ;
static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}
int main(int argc, char **argv) {
  const double start = now();
  pid_t child;
  int status;
  (void)argc;
  argv[0] = getenv("WRAPPED_SOUK");
  if (posix_spawn(&child, argv[0], 0, 0, argv, environ) != 0 || waitpid(child, &status, 0) != child) return 99;
  const double took = now() - start;
  while (now() - start < (1 + SHARE) * took) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 98;
}
"""


def wrapper(folder, share):
    source = folder / "wrapper.c"
    program = folder / f"souk-{share}"
    source.write_text(WRAPPER)
    subprocess.run(["cc", "-O1", f"-DSHARE={share}", "-o", program, source], check=True)
    return program


def gate(base, head, scenario, seed, extra):
    command = [extra["souk"], "gate", "--base-binary", base, "--head-binary", head, "--scenario", scenario, "--json",
               "--coin-seed", seed, "--quiet", *extra["options"], *(["--metric", "run_time"] if base != head else [])]
    start = time.monotonic()
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, check=False)
    if done.returncode not in (0, 10, 11):
        sys.exit(f"souk gate failed: exit code {done.returncode}\n{done.stderr}")
    report = json.loads(done.stdout)
    measured = [c for c in report["checks"] if c["measured"]]
    return {"verdict": report["verdict"], "seconds": round(time.monotonic() - start, 2),
            "pairs": max(c["pairs"] for c in measured),
            "checks": {f"{c['metric']} {c['where']}".strip(): [c["verdict"], c["change"]] for c in measured}}


def summarise(log):
    groups = {}
    for line in log.read_text().splitlines():
        row = json.loads(line)
        groups.setdefault(row["kind"], []).append(row)
    for kind, rows in sorted(groups.items()):
        verdicts = Counter(row["verdict"] for row in rows)
        n = len(rows)
        print(f"{kind}: {n} gates, " + ", ".join(f"{v} {verdicts[v]} ({verdicts[v] / n:.3f})"
                                                for v in ("pass", "inconclusive", "regression")))
        print(f"  pairs at the last look {sum(r['pairs'] for r in rows) / n:.0f}, "
              f"{sum(r['seconds'] for r in rows) / n:.1f} s per gate, load average at the end {os.getloadavg()[0]:.1f}")
        by_check = {}
        for row in rows:
            for name, (verdict, change) in row["checks"].items():
                by_check.setdefault(name, []).append((verdict, change))
        for name, found in by_check.items():
            changes = sorted(c for _, c in found if c is not None)
            counts = Counter(v for v, _ in found)
            print(f"  {name}: {dict(counts)}, median change {100 * changes[len(changes) // 2]:+.2f}%")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("souk", type=Path)
    parser.add_argument("--aa", type=int, default=0, metavar="GATES")
    parser.add_argument("--slower", nargs=2, metavar=("SHARE", "GATES"))
    parser.add_argument("--log", type=Path, default=Path("gate_error_rates.jsonl"))
    parser.add_argument("--no-burner", action="store_true")
    parser.add_argument("--first-seed", type=int, default=1)
    words = sys.argv[1:]
    cut = words.index("--") if "--" in words else len(words)
    arguments = parser.parse_args(words[:cut])
    souk = arguments.souk.resolve()
    extra = {"souk": souk, "options": words[cut + 1:]}
    os.environ["WRAPPED_SOUK"] = str(souk)
    burner = None if arguments.no_burner else subprocess.Popen(["sh", "-c", "while :; do :; done"])
    try:
        with tempfile.TemporaryDirectory() as scratch, arguments.log.open("a") as log:
            folder = Path(scratch)
            scenario = folder / "scenario.yaml"
            scenario.write_text(SCENARIO)
            jobs = [("A/A", souk, souk)] * arguments.aa
            if arguments.slower:
                share = float(arguments.slower[0])
                pair = (f"+{100 * share:g} %", wrapper(folder, 0.0), wrapper(folder, share))
                jobs += [pair] * int(arguments.slower[1])
            for i, (kind, base, head) in enumerate(jobs):
                row = {"kind": kind, **gate(base, head, scenario, arguments.first_seed + i, extra)}
                log.write(json.dumps(row) + "\n")
                log.flush()
    finally:
        if burner:
            burner.terminate()
            burner.wait()
    summarise(arguments.log)


if __name__ == "__main__":
    main()
