#!/usr/bin/env python3
"""souk's session-kNN beside session-rec's VSKNN (https://github.com/rn5l/session-rec): time of one prediction, on one core.
After every prefix of every test session both score the whole catalogue for the next item. Answers first: HR@20 and MRR@20
must agree to half a per cent (which of equally recent sessions are the most recent is left open), or nothing is timed.

  bench/peers/session_rec.py build/release/souk /path/to/session-rec [--train sessions.txt --test sessions.txt]

The data: one session of item numbers per line, oldest session first, else made-up sessions. Needs a Python with NumPy and
pandas; session-rec is read from its checkout, the packages that it imports but does not need here are replaced by empty
shells. Its time is that of predict_next, which scores every item and sorts nothing; souk's is that of a slate of the best 20
(medians of predictions), and, as a second figure, of all that `souk evaluate` does per case, ranks and lists included (means).
"""
import argparse
import json
import os
import sys
import tempfile

from _peer import SHELLS, run

PEER = SHELLS + r'''
path, train, test, kept, sample, most = sys.argv[1], sys.argv[2], sys.argv[3], *map(int, sys.argv[4:])
shells({"pympler"})
import numpy as np, pandas as pd
sys.path.insert(0, path)
from algorithms.knn.vsknn import VMContextKNN
read = lambda file: [[int(item) for item in line.split()] for line in open(file) if line.strip()]
sessions, asked = read(train), read(test)
rows = [(s, item, s) for s, items in enumerate(sessions) for item in items]
data = pd.DataFrame(rows, columns=["SessionId", "ItemId", "Time"])
model = VMContextKNN(k=kept, sample_size=sample, weighting="quadratic", weighting_score="div", idf_weighting=5, normalize=False)
model.fit(data)
items = np.array(sorted(set(data.ItemId)))
place = {item: n for n, item in enumerate(items)}
hits = gain = cases = 0
times = []
for number, session in enumerate(asked):
    for at in range(1, len(session)):
        begin = time.perf_counter()
        scores = model.predict_next(len(sessions) + number, session[at - 1], items, timestamp=len(sessions))
        times.append(time.perf_counter() - begin)
        cases += 1
        if session[at] in place:
            values = scores.values
            own = values[place[session[at]]]
            rank = 1 + (values > own).sum() + ((values == own).sum() - 1) / 2
            if rank <= 20 and own > 0: hits += 1; gain += 1 / rank
    if cases >= most: break
print(number + 1, cases, hits / cases, gain / cases, np.median(times), np.mean(times), sep="\t")
'''

# Sessions walk among near items of a popular neighbourhood and come back to what they have seen.
MADE_UP = r'''
import sys
import numpy as np
train, test, sessions, items, seed = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:])
draw = np.random.RandomState(seed)
def session():
    at = int(items * draw.random_sample() ** 3)
    seen = [at]
    while len(seen) < 2 or draw.random_sample() < 0.8:
        at = seen[draw.randint(len(seen))] if draw.random_sample() < 0.15 else (at + int(draw.laplace(0, 6))) % items
        seen.append(at)
    return " ".join(str(item + 1) for item in seen) + "\n"
open(train, "w").writelines(session() for _ in range(sessions))
open(test, "w").writelines(session() for _ in range(sessions // 20))
'''


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("souk", help="the souk program")
    parser.add_argument("path", help="a checkout of session-rec")
    parser.add_argument("--train", help="training sessions, one per line")
    parser.add_argument("--test", help="test sessions, one per line")
    parser.add_argument("--sessions", type=int, default=100_000, help="made-up training sessions")
    parser.add_argument("--items", type=int, default=20_000, help="of the made-up catalogue")
    parser.add_argument("--neighbours", type=int, default=500)
    parser.add_argument("--sample", type=int, default=5000)
    parser.add_argument("--cases", type=int, default=3000, help="predictions asked for, about")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--python", default="/usr/bin/python3", help="the interpreter that has NumPy and pandas")
    args = parser.parse_args()
    strategy = (f"session-knn{{neighbours: {args.neighbours}, sample: {args.sample}, weighting: quadratic, decay: div, "
                "idf_weight: 5.0, max_session: 100000, repeat_viewed: true}")
    with tempfile.TemporaryDirectory() as folder:
        train, test = args.train, args.test
        if not train:
            train, test = os.path.join(folder, "train.txt"), os.path.join(folder, "test.txt")
            run([args.python, "-c", MADE_UP, train, test, *map(str, (args.sessions, args.items, args.seed))])
        peer, slates, means, whole = [], [], [], []
        for _ in range(args.rounds):
            out, _ = run([args.python, "-c", PEER, args.path, train, test, *map(str, (args.neighbours, args.sample, args.cases))])
            asked, cases, hits, gain, each, mean = out.split("\t")
            part = os.path.join(folder, "asked.txt")
            with open(test, encoding="utf-8") as lines, open(part, "w", encoding="utf-8") as kept:
                kept.writelines([line for line in lines if line.strip()][: int(asked)])
            out, _ = run([args.souk, "evaluate", train, "--test", part, "--format", "sessions", "--protocol", "session", "--json",
                          "--quiet", "--resamples", "99", "--strategies", strategy])
            arm = json.loads(out)["strategies"][0]
            value = {v["measure"]: v["value"] for v in arm["values"] if v["k"] == 20}
            if abs(value["HR"] - float(hits)) > 0.005 or abs(value["MRR"] - float(gain)) > 0.005:
                sys.exit(f"HR@20 {hits} and {value['HR']}, MRR@20 {gain} and {value['MRR']}: not timed")
            peer.append(1e6 * float(each))
            means.append(1e6 * float(mean))
            slates.append(arm["measured"]["slate_p50_ns"] / 1000)
            whole.append(1e6 * arm["measured"]["score_s"] / int(cases))
    middle = lambda all_rounds: sorted(all_rounds)[len(all_rounds) // 2]
    print(f"{cases} predictions: HR@20 {float(hits):.4f} and {value['HR']:.4f}, MRR@20 {float(gain):.4f} and {value['MRR']:.4f}")
    ratio = middle([p / m for p, m in zip(peer, slates)])
    print(f"median: session-rec {middle(peer):.0f} us   souk {middle(slates):.1f} us   {ratio:.0f} x")
    ratio = middle([p / m for p, m in zip(means, whole)])
    print(f"mean, ranks and lists included: session-rec {middle(means):.0f} us   souk {middle(whole):.1f} us   {ratio:.0f} x")


if __name__ == "__main__":
    main()
