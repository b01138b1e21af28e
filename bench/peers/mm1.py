#!/usr/bin/env python3
"""M/M/1 of souk's event list beside other simulators that you have installed: customers per second, medians of
interleaved rounds, CPU time of one core. The model: arrivals at rate 0.9, service at rate 1, first come first served,
empty at the start, until the last customer has left; mean time in the system 10 by theory. A contender whose answer is
wrong is not timed.

  bench/peers/mm1.py build/release/souk_bench --simpy
  bench/peers/mm1.py build/release/souk_bench --cimba /path/to/MM1_single --cimba-customers 20000000

SimPy is Debian's python3-simpy3. Cimba's program is its benchmark MM1_single with the number of customers that you give.
"""
import argparse
import json
import re
import statistics
import sys

from _peer import run

SIMPY = """
import random, simpy
N = 200_000
def arrivals(env, store, rng):
    for _ in range(N):
        yield env.timeout(rng.expovariate(0.9))
        yield store.put(env.now)
def server(env, store, rng, total):
    for _ in range(N):
        came = yield store.get()
        yield env.timeout(rng.expovariate(1.0))
        total[0] += env.now - came
rng = random.Random(%d)
env, total = simpy.Environment(), [0.0]
store = simpy.Store(env)
env.process(arrivals(env, store, rng))
env.process(server(env, store, rng, total))
env.run()
print("mean", total[0] / N)
"""


def checked(name, mean, customers):
    # Standard error of the mean of n customers at this load: sqrt(35901 / n); six of them.
    if abs(mean - 10) > 6 * (35901 / customers) ** 0.5:
        sys.exit(f"{name}: mean time in the system {mean}, expected 10: not timed")


def souk(args, _round):
    out, _ = run([args.souk_bench, "--benchmark_filter=SingleServer", "--benchmark_format=json"])
    bench = json.loads(out)["benchmarks"][0]
    if bench.get("error_occurred"):
        sys.exit(f"souk: {bench['error_message']}: not timed")
    return bench["customers_per_s"]


def simpy(args, number):
    out, cpu = run([args.python, "-c", SIMPY % number])
    checked("SimPy", float(out.split()[1]), 200_000)
    return 200_000 / cpu


def cimba(args, _round):
    out, cpu = run([args.cimba])
    checked("Cimba", float(re.search(r"time\s+([0-9.]+)", out).group(1)), args.cimba_customers)
    return args.cimba_customers / cpu


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("souk_bench", help="souk's benchmark program")
    parser.add_argument("--simpy", action="store_true", help="time SimPy")
    parser.add_argument("--python", default="/usr/bin/python3", help="the interpreter that has SimPy")
    parser.add_argument("--cimba", help="Cimba's MM1_single")
    parser.add_argument("--cimba-customers", type=int, default=1_000_000, help="customers that it generates")
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    contenders = {"souk": souk}
    if args.simpy:
        contenders["SimPy"] = simpy
    if args.cimba:
        contenders["Cimba"] = cimba
    rates = {name: [] for name in contenders}
    for number in range(args.rounds):
        for name, measure in contenders.items():
            rates[name].append(measure(args, number))
    ours = statistics.median(rates["souk"])
    for name, values in rates.items():
        rate = statistics.median(values)
        print(f"{name:6} {rate:14,.0f} customers/s" + ("" if name == "souk" else f"   souk is {ours / rate:.1f} x"))


if __name__ == "__main__":
    main()
