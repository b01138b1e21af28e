#!/usr/bin/env python3
"""souk's EASE beside the one that everybody writes in NumPy: seconds of one core to fit made-up interactions of the size
of MovieLens-1M, medians of interleaved rounds. Answers first: both rank the item that each user took last among all
that they had not taken, and HR@10 and NDCG@10 must agree to four digits, or nothing is timed.

  bench/peers/ease_numpy.py build/release/souk

Needs Debian's python3-numpy and python3-scipy, and an optimised BLAS beside them (libopenblas0-pthread): the script says
which one NumPy found. souk's time is that of `souk evaluate`: from recorded events to weights, the shop's log included;
NumPy's begins with the sparse matrix in memory.
"""
import argparse
import json
import os
import statistics
import sys
import tempfile

from _peer import MADE_UP, run

PEER = r'''
import sys, time
import numpy as np, scipy.sparse as sparse
file, penalty = sys.argv[1], float(sys.argv[2])
pairs = np.loadtxt(file, dtype=np.int64)
last = np.append(np.flatnonzero(np.diff(pairs[:, 0])), len(pairs) - 1)
wanted = pairs[last, 1]
fit = np.delete(pairs, last, axis=0)
users, items = pairs[:, 0].max() + 1, pairs[:, 1].max() + 1
x = sparse.csr_matrix((np.ones(len(fit)), (fit[:, 0], fit[:, 1])), (users, items))
start = time.perf_counter()
gram = (x.T @ x).toarray()
diagonal = np.diag_indices(items)
gram[diagonal] += penalty
inverse = np.linalg.inv(gram)
weights = inverse / -np.diag(inverse)
weights[diagonal] = 0
spent = time.perf_counter() - start
hits = gains = 0.0
for begin in range(0, users, 512):
    rows = x[begin:begin + 512]
    scores = rows @ weights
    scores[rows.nonzero()] = -np.inf
    own = scores[np.arange(len(scores)), wanted[begin:begin + 512]][:, None]
    ranks = 1 + (scores > own).sum(axis=1) + ((scores == own).sum(axis=1) - 1) / 2
    hits += (ranks <= 10).sum()
    gains += (1 / np.log2(1 + ranks[ranks <= 10])).sum()
try:
    from threadpoolctl import threadpool_info
    blas = ", ".join(sorted({f"{i['internal_api']} {i['version']}" for i in threadpool_info()}))
except ImportError:
    blas = "unknown BLAS"
print(hits / users, gains / users, spent, blas or "reference BLAS", sep="\t")
'''

def souk(args, file):
    out, _ = run([args.souk, "evaluate", file, "--refit", "--json", "--quiet", "--resamples", "99",
                  "--strategies", f"ease{{lambda: {args.penalty}}}"])
    arm = json.loads(out)["strategies"][0]
    value = {v["measure"]: v["value"] for v in arm["values"] if v["k"] == 10}
    return value["HR"], value["NDCG"], arm["measured"]["fit_s"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("souk", help="the souk program")
    parser.add_argument("--users", type=int, default=6040)
    parser.add_argument("--items", type=int, default=3416)
    parser.add_argument("--interactions", type=int, default=1_015_000, help="about; users have three at least")
    parser.add_argument("--lambda", dest="penalty", type=float, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--python", default="/usr/bin/python3", help="the interpreter that has NumPy")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "pairs.txt")
        made, _ = run([args.python, "-c", MADE_UP, file, *map(str, (args.users, args.items, args.interactions, args.seed))])
        peer, mine = [], []
        for _ in range(args.rounds):
            out, _ = run([args.python, "-c", PEER, file, str(args.penalty)])
            hits, gain, spent, blas = out.rstrip("\n").split("\t")
            ours = souk(args, file)
            if abs(float(hits) - ours[0]) > 5e-5 or abs(float(gain) - ours[1]) > 5e-5:
                sys.exit(f"HR@10 {hits} and {ours[0]}, NDCG@10 {gain} and {ours[1]}: not timed")
            peer.append(float(spent))
            mine.append(ours[2])
    print(f"{int(made):,} interactions of {args.users:,} users with {args.items:,} items, lambda {args.penalty:g}: HR@10 "
          f"{ours[0]:.4f}, NDCG@10 {ours[1]:.4f} in both")
    ratio = statistics.median(p / m for p, m in zip(peer, mine))
    print(f"NumPy ({blas}) {statistics.median(peer):6.2f} s   souk {statistics.median(mine):6.2f} s   {ratio:5.1f} x")


if __name__ == "__main__":
    main()
