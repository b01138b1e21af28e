#!/usr/bin/env python3
"""souk's RecoGym world beside RecoGym itself: events (organic views and advertisements, recorded) per CPU second of one
core, medians of interleaved rounds, with the same agent. Answers first: the click-through rates of both in the world of
NumPy seed 42 must agree within six standard errors, or nothing is timed.

  bench/peers/recogym.py build/release/souk /path/to/reco-gym [--products 10 100 1000 10000] [--agent random own-views]

RecoGym is a checkout of github.com/criteo-research/reco-gym; it needs numpy, pandas, scipy, numba and tqdm (Debian:
python3-numpy python3-pandas python3-scipy python3-numba python3-tqdm). Whatever else it imports (gym, torch, sklearn,
matplotlib …) is not needed for this and is replaced by an empty shell where it is not installed. RecoGym's log ends with one advertisement per
shopper that nobody saw; it is left out of both counts.
"""
import argparse
import statistics
import sys
import tempfile
from pathlib import Path

import h5py

from _peer import SHELLS, run

PEER = SHELLS + r'''
shells({"gym", "torch", "sklearn", "matplotlib", "pystan", "tensorflow", "seaborn", "IPython", "joblib"})
import numpy as np
root, products, users, agent, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], int(sys.argv[5])
sys.path.insert(0, root)
import tqdm
tqdm.trange = lambda n, **_: range(n)
import recogym.envs.abstract as abstract
abstract.trange = tqdm.trange
from recogym import Configuration, env_1_args
from recogym.envs import RecoEnv1
from recogym.agents import RandomAgent, random_args, OrganicUserEventCounterAgent, organic_user_count_args
settings = {"num_products": products, "random_seed": 42}
env = RecoEnv1()
env.init_gym({**env_1_args, **settings})
make = {"random": (RandomAgent, random_args), "own-views": (OrganicUserEventCounterAgent, organic_user_count_args)}[agent]
player = make[0](Configuration({**make[1], **settings, "random_seed": 7 + seed}))
env.rng = np.random.RandomState(1000 + seed)
env.generate_logs(20, player)
start = time.process_time()
log = env.generate_logs(users, player)
spent = time.process_time() - start
ads = log[log.z == "bandit"]
print(len(log) - users, len(ads) - users, int(ads.c.sum()), spent)
'''


def recogym(args, products, agent, number):
    users = args.users or {10: 400, 100: 400, 1000: 200}.get(products, 50)
    out, _ = run([args.python, "-c", PEER, args.recogym, str(products), str(users), agent, str(number)])
    events, ads, clicks, seconds = out.split()
    return int(events), int(ads), int(clicks), float(seconds)


def souk(args, products, agent, _number):
    shoppers = {10: 20000, 100: 10000, 1000: 3000}.get(products, 300)
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "out.h5")
        _, seconds = run([args.souk, "run", str(args.scenario), "--arm", agent, "--replication", "0", "--threads", "1",
                          "--quiet", "-o", file, "--set", f"world.products={products}", "--set",
                          f"world.shoppers={shoppers}", "--set", "world.warmup_shoppers=0", "--set",
                          f"incumbent={agent}"])
        with h5py.File(file) as results:
            arm = [name.decode() if isinstance(name, bytes) else name for name in results["sums/arm"]].index(agent)
            total = {name: int(results["sums"][name][0, arm].sum()) for name in ("views", "slates", "clicks")}
    return total["views"] + total["slates"], total["slates"], total["clicks"], seconds


def rate_of(runs):
    ads, clicks = sum(r[1] for r in runs), sum(r[2] for r in runs)
    return clicks / ads, (clicks / ads * (1 - clicks / ads) / ads) ** 0.5


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("souk", help="souk's program")
    parser.add_argument("recogym", help="folder that holds the package recogym")
    parser.add_argument("--products", type=int, nargs="+", default=[10, 100, 1000, 10000])
    parser.add_argument("--agent", nargs="+", default=["random"], choices=["random", "own-views"])
    parser.add_argument("--users", type=int, default=0, help="of RecoGym (default: 400, fewer with many products)")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--python", default="/usr/bin/python3", help="the interpreter that runs RecoGym")
    args = parser.parse_args()
    args.scenario = Path(__file__).resolve().parents[2] / "scenarios/peers/recogym_p10.yaml"
    for agent in args.agent:
        for products in args.products:
            rounds = [(recogym(args, products, agent, n), souk(args, products, agent, n)) for n in range(args.rounds)]
            (theirs, their_se), (ours, our_se) = rate_of([r[0] for r in rounds]), rate_of([rounds[0][1]])
            # Clicks of one shopper are alike: three binomial standard errors more than cover it.
            if abs(theirs - ours) > 6 * 1.5 * (their_se**2 + our_se**2) ** 0.5:
                sys.exit(f"{products} products, {agent}: clicks per advertisement {theirs:.5f} and {ours:.5f}: not timed")
            peer = statistics.median(r[0][0] / r[0][3] for r in rounds)
            mine = statistics.median(r[1][0] / r[1][3] for r in rounds)
            print(f"{agent:10} P={products:<6} RecoGym {peer:10,.0f} events/s   souk {mine:12,.0f}   {mine / peer:6.0f} x"
                  f"   clicks per advertisement {100 * theirs:.3f} % / {100 * ours:.3f} %", flush=True)


if __name__ == "__main__":
    main()
