#!/usr/bin/env python3
"""souk's engine on RecSim's interest evolution beside RecSim itself: steps (ten fresh documents, a slate of three, one
choice) per CPU second of one core, random slates, medians of interleaved rounds. Answers first: the minutes watched per
user must agree within six standard errors, or nothing is timed.

  bench/peers/recsim.py build/release/souk_bench /path/to/recsim

RecSim is a checkout of github.com/google-research/recsim; it needs numpy and six (Debian: python3-numpy python3-six).
Whatever else it imports (gym, dopamine, gin, tensorflow, absl …) is not needed for this and is replaced by an empty
shell.
"""
import argparse
import json
import statistics
import sys

from _peer import SHELLS, run

PEER = SHELLS + r'''
shells({"gym", "dopamine", "gin", "tensorflow", "absl"}, first=True)
import numpy as np
root, wanted, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
sys.path.insert(0, root)
from recsim.environments import interest_evolution
env = interest_evolution.create_environment(
    {"num_candidates": 10, "slate_size": 3, "resample_documents": True, "seed": seed})
np.random.seed(seed)
slates = np.random.RandomState(seed + 1)
minutes, users, watched, steps = [], 0, 0.0, 0
env.reset()
for _ in range(200):
    if env.step(slates.choice(10, 3, replace=False))[2]:
        env.reset()
env.reset()
start = time.process_time()
while len(minutes) < wanted:
    _, reward, done, _ = env.step(slates.choice(10, 3, replace=False))
    steps += 1
    watched += reward
    if done:
        minutes.append(watched)
        watched = 0.0
        env.reset()
spent = time.process_time() - start
print(steps, sum(minutes), sum(m * m for m in minutes), len(minutes), spent)
'''


def recsim(args, number):
    out, _ = run([args.python, "-c", PEER, args.recsim, str(args.users), str(number)])
    return [float(value) for value in out.split()]


def souk(args):
    out, _ = run([args.souk_bench, "--benchmark_filter=RecSimRandomSlates", "--benchmark_format=json"])
    bench = json.loads(out)["benchmarks"][0]
    if bench.get("error_occurred"):
        sys.exit(f"souk: {bench['error_message']}: not timed")
    return bench


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("souk_bench", help="souk's benchmark program")
    parser.add_argument("recsim", help="folder that holds the package recsim")
    parser.add_argument("--users", type=int, default=100, help="of RecSim, per round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--python", default="/usr/bin/python3", help="the interpreter that runs RecSim")
    args = parser.parse_args()
    rounds = [(recsim(args, number), souk(args)) for number in range(args.rounds)]
    total, squares, users = (sum(theirs[i] for theirs, _ in rounds) for i in (1, 2, 3))
    mean = total / users
    error = ((squares / users - mean * mean) / users) ** 0.5
    ours, our_error = rounds[0][1]["minutes"], rounds[0][1]["minutes_se"]
    if abs(mean - ours) > 6 * (error**2 + our_error**2) ** 0.5:
        sys.exit(f"minutes watched per user {mean:.2f} ± {error:.2f} and {ours:.2f} ± {our_error:.2f}: not timed")
    peer = statistics.median(theirs[0] / theirs[4] for theirs, _ in rounds)
    mine = statistics.median(bench["items_per_second"] for _, bench in rounds)
    print(f"RecSim {peer:10,.0f} steps/s   souk {mine:12,.0f}   {mine / peer:6.0f} x   minutes watched per user "
          f"{mean:.2f} ± {error:.2f} / {ours:.2f} ± {our_error:.2f}")


if __name__ == "__main__":
    main()
