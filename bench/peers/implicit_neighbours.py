#!/usr/bin/env python3
"""souk's item-kNN beside implicit's: seconds of one core to fit made-up interactions of the size of MovieLens-1M, medians of
interleaved rounds, for cosine, TF-IDF and BM25. Answers first: both rank the item that each user took last among all that
they had not taken, and HR@10 and NDCG@10 must agree to half a per mille, or nothing is timed.

  bench/peers/implicit_neighbours.py build/release/souk --python /path/to/python [--path /path/to/implicit]

Needs a Python that has implicit (0.7.3 was measured), NumPy and SciPy. souk's time is that of `souk evaluate`: from recorded
events to neighbours, the shop's log included; implicit's begins with the sparse matrix in memory.
"""
import argparse
import json
import os
import statistics
import sys
import tempfile

from _peer import MADE_UP, run

PEER = r'''
import sys, time, warnings
if sys.argv[1]: sys.path.insert(0, sys.argv[1])
import numpy as np, scipy.sparse as sparse
import implicit.nearest_neighbours as neighbours
warnings.simplefilter("ignore")
path, file, kind, kept = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
pairs = np.loadtxt(file, dtype=np.int64)
last = np.append(np.flatnonzero(np.diff(pairs[:, 0])), len(pairs) - 1)
wanted = pairs[last, 1]
fit = np.delete(pairs, last, axis=0)
users, items = pairs[:, 0].max() + 1, pairs[:, 1].max() + 1
x = sparse.csr_matrix((np.ones(len(fit)), (fit[:, 0], fit[:, 1])), (users, items))
asked = pairs[last, 0]
model = getattr(neighbours, kind)(K=kept, num_threads=1)
start = time.perf_counter()
model.fit(x, show_progress=False)
spent = time.perf_counter() - start
scores = (x @ model.similarity)[asked].toarray()
scores[x[asked].nonzero()] = -np.inf
own = scores[np.arange(len(scores)), wanted][:, None]
ranks = 1 + (scores > own).sum(axis=1) + ((scores == own).sum(axis=1) - 1) / 2
good = ranks <= 10
begin = time.perf_counter()
for user in asked[:1000]:
    model.recommend(user, x[user], N=10)
each = (time.perf_counter() - begin) / min(1000, len(asked))
print(good.mean(), (1 / np.log2(1 + ranks[good])).sum() / len(ranks), spent, each, sep="\t")
'''

KINDS = {"CosineRecommender": "", "TFIDFRecommender": ", weighting: tf-idf",
         "BM25Recommender": ", weighting: bm25, similarity: dot"}


def souk(args, file, how):
    strategy = (f"item-knn{{basket: shopper, neighbours: {args.kept - 1}, shrink: 0.0, decay: 1.0, half_life_days: 0.0, "
                f"max_basket: 100000, history: 100000{how}}}")
    out, _ = run([args.souk, "evaluate", file, "--refit", "--json", "--quiet", "--resamples", "99", "--strategies", strategy])
    arm = json.loads(out)["strategies"][0]
    value = {v["measure"]: v["value"] for v in arm["values"] if v["k"] == 10}
    return value["HR"], value["NDCG"], arm["measured"]["fit_s"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("souk", help="the souk program")
    parser.add_argument("--data", help="'user item' per line in place of made-up interactions")
    parser.add_argument("--users", type=int, default=6040)
    parser.add_argument("--items", type=int, default=3416)
    parser.add_argument("--interactions", type=int, default=1_015_000, help="about; users have three at least")
    parser.add_argument("--kept", type=int, default=20, help="neighbours kept, the item itself among them")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--python", default="/usr/bin/python3", help="the interpreter that has implicit")
    parser.add_argument("--path", default="", help="a folder to find implicit in")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = args.data or os.path.join(folder, "pairs.txt")
        if not args.data:
            run([args.python, "-c", MADE_UP, file, *map(str, (args.users, args.items, args.interactions, args.seed))])
        for kind, how in KINDS.items():
            peer, mine, each = [], [], []
            for _ in range(args.rounds):
                out, _ = run([args.python, "-c", PEER, args.path, file, kind, str(args.kept)])
                hits, gain, spent, one = map(float, out.split("\t"))
                ours = souk(args, file, how)
                if abs(hits - ours[0]) > 5e-4 or abs(gain - ours[1]) > 5e-4:
                    sys.exit(f"{kind}: HR@10 {hits:.5f} and {ours[0]:.5f}, NDCG@10 {gain:.5f} and {ours[1]:.5f}: not timed")
                peer.append(spent)
                each.append(one)
                mine.append(ours[2])
            ratio = statistics.median(p / m for p, m in zip(peer, mine))
            print(f"{kind:18} HR@10 {ours[0]:.4f}, NDCG@10 {ours[1]:.4f} in both; fit: implicit {statistics.median(peer):.3f} s, "
                  f"souk {statistics.median(mine):.3f} s, {ratio:.1f} x; implicit recommends in {1e6 * statistics.median(each):.0f} us")


if __name__ == "__main__":
    main()
