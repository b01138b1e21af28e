#!/usr/bin/env python3
"""souk's factor models beside implicit's (https://github.com/benfred/implicit), one core, 64 factors: seconds per sweep of
ALS by conjugate gradients and by exact solutions, BPR samples per second, and the time of one shopper's ten best.
Medians of interleaved rounds. Answers first: both rank the item that each user took last among all that they had not
taken, and souk's NDCG@10 may not be more than 0.003 below implicit's, or nothing is timed.

  bench/peers/implicit_factors.py build/release/souk --python /usr/bin/python3 [--path /path/to/implicit] [pairs.txt]

The data: a file of "user item" lines in time order, else made-up interactions of the size of MovieLens-1M. The Python
must have NumPy, SciPy and implicit (--path: a folder to find it in). The time of a sweep is the difference of two fits,
one of a fifth of the sweeps, divided by the sweeps between; that of a whole fit is souk's from recorded events on and
implicit's from the sparse matrix on.
"""
import argparse
import json
import os
import statistics
import sys
import tempfile

from _peer import MADE_UP, run

PEER = r"""
import sys, time
path, file, kind, rounds, weight, reg = sys.argv[1:]
if path: sys.path.insert(0, path)
import numpy as np, scipy.sparse as sparse
import implicit
from implicit.cpu.als import AlternatingLeastSquares
from implicit.cpu.bpr import BayesianPersonalizedRanking
rounds, weight, reg = int(rounds), float(weight), float(reg)
pairs = np.loadtxt(file, dtype=np.int64)[:, :2]
users, items = pairs[:, 0].max() + 1, pairs[:, 1].max() + 1
last = np.append(np.flatnonzero(np.diff(pairs[:, 0])), len(pairs) - 1)
asked, wanted = pairs[last, 0], pairs[last, 1]
fit = np.delete(pairs, last, axis=0)
x = sparse.csr_matrix((np.ones(len(fit), np.float32), (fit[:, 0], fit[:, 1])), (users, items))
x.data[:] = 1
def fitted(sweeps):
    common = dict(factors=64, iterations=sweeps, num_threads=1, random_state=1)
    if kind == "bpr": model = BayesianPersonalizedRanking(learning_rate=weight, regularization=reg, **common)
    else: model = AlternatingLeastSquares(alpha=weight, regularization=reg, use_cg=kind == "cg", **common)
    start = time.perf_counter()
    model.fit(x, show_progress=False)
    return model, time.perf_counter() - start
_, first = fitted(rounds // 5)
model, spent = fitted(rounds)
scores = model.user_factors[asked] @ model.item_factors.T
for n, user in enumerate(asked): scores[n, x.indices[x.indptr[user]:x.indptr[user + 1]]] = -np.inf
own = scores[np.arange(len(asked)), wanted][:, None]
ranks = (1 + (scores > own).sum(axis=1) + ((scores == own).sum(axis=1) - 1) / 2)[np.isfinite(own[:, 0])]
hit = (ranks <= 10).sum() / len(asked)
ndcg = (1 / np.log2(1 + ranks[ranks <= 10])).sum() / len(asked)
times = []
for user in asked[:500]:
    row = x[user]
    start = time.perf_counter()
    model.recommend(user, row, 10)
    times.append(time.perf_counter() - start)
print(hit, ndcg, (spent - first) / (rounds - rounds // 5), spent, np.median(times) * 1e6, x.nnz, users, items, implicit.__version__, sep="\t")
"""

# implicit's kind, its weight (ALS: alpha, BPR: learning rate), souk's counterpart
MODELS = {
    "cg": ("{alpha}", "ials{{factors: 64, sweeps: {rounds}, alpha: {alpha}, reg: {reg}}}"),
    "cholesky": ("{alpha}", "ials{{factors: 64, sweeps: {rounds}, alpha: {alpha}, reg: {reg}, solver: exact}}"),
    "bpr": ("{rate}", "bpr{{factors: 64, epochs: {rounds}, rate: {rate}, reg: {reg}}}"),
}


def souk(args, file, strategy):
    out, _ = run([args.souk, "evaluate", file, "--refit", "--json", "--quiet", "--resamples", "99",
                  "--strategies", strategy])
    arm = json.loads(out)["strategies"][0]
    value = {v["measure"]: v["value"] for v in arm["values"] if v["k"] == 10}
    return value["HR"], value["NDCG"], arm["measured"]["fit_s"], arm["measured"]["slate_p50_ns"] / 1000


def compare(args, file, kind):
    weight, strategy = MODELS[kind]
    rounds = args.epochs if kind == "bpr" else args.sweeps
    given = {"alpha": args.alpha, "reg": args.bpr_reg if kind == "bpr" else args.reg, "rate": args.rate}
    peer, mine = [], []
    for _ in range(args.repeats):
        out, _ = run([args.python, "-c", PEER, args.path, file, kind, str(rounds), weight.format(**given),
                      str(given["reg"])])
        theirs = out.rstrip("\n").split("\t")
        first = souk(args, file, strategy.format(**given, rounds=rounds // 5))
        hit, ndcg, fit, slate = souk(args, file, strategy.format(**given, rounds=rounds))
        if ndcg < float(theirs[1]) - 0.003:
            sys.exit(f"{kind}: NDCG@10 {ndcg:.4f}, implicit {theirs[1]}: not timed")
        peer.append([float(t) for t in theirs[:5]])
        mine.append([hit, ndcg, (fit - first[2]) / (rounds - rounds // 5), fit, slate])
    print(f"{kind}: HR@10, NDCG@10 implicit {theirs[8]} {peer[0][0]:.4f}, {peer[0][1]:.4f}; souk {mine[0][0]:.4f}, "
          f"{mine[0][1]:.4f} ({int(theirs[5]):,} interactions, {int(theirs[6]):,} users, {int(theirs[7]):,} items)")

    def tell(what, at, scale, unit):
        middle = [statistics.median(row[at] for row in rows) * scale for rows in (peer, mine)]
        ratio = statistics.median(p[at] / m[at] for p, m in zip(peer, mine))
        print(f"  {what} {middle[0]:8.1f} {unit}   souk {middle[1]:8.1f} {unit}   {ratio:5.1f} x")
    tell("a sweep  ", 2, 1e3, "ms")
    tell("whole fit", 3, 1, "s ")
    tell("ten best ", 4, 1, "us")
    if kind == "bpr":
        rates = [int(theirs[5]) / 1e6 / statistics.median(row[2] for row in rows) for rows in (peer, mine)]
        print(f"  samples   {rates[0]:8.2f} M/s  souk {rates[1]:8.2f} M/s", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("souk", help="the souk program")
    parser.add_argument("pairs", nargs="?", help="user item lines, each user's together and in time order")
    parser.add_argument("--python", default="/usr/bin/python3", help="an interpreter that has NumPy, SciPy and implicit")
    parser.add_argument("--path", default="", help="folder in which that interpreter finds implicit")
    parser.add_argument("--models", nargs="+", default=list(MODELS), choices=list(MODELS))
    parser.add_argument("--alpha", type=float, default=5)
    parser.add_argument("--reg", type=float, default=0.1)
    parser.add_argument("--sweeps", type=int, default=15)
    parser.add_argument("--rate", type=float, default=0.05, help="of BPR")
    parser.add_argument("--bpr-reg", type=float, default=0.01)
    parser.add_argument("--epochs", type=int, default=150, help="of BPR")
    parser.add_argument("--repeats", type=int, default=3)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = args.pairs
        if file is None:
            file = os.path.join(folder, "pairs.txt")
            run([args.python, "-c", MADE_UP, file, "6040", "3416", "1015000", "1"])
        for kind in args.models:
            compare(args, file, kind)


if __name__ == "__main__":
    main()
