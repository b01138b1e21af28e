"""What the scripts that time Python peers share: running a program on one core, made-up interactions, and empty shells for
modules that a peer imports but does not need here."""
import os
import resource
import subprocess
import sys

# Put before a peer's own code: `shells({...})` stands in for those top-level modules that are not installed, or for all
# of the names with first=True; afterwards the aliases that NumPy has dropped are there again.
SHELLS = r'''
import abc, builtins, importlib.abc, importlib.machinery, sys, time, types
class Empty(abc.ABCMeta):
    """A class whose every attribute is another such class and whose instances do nothing."""
    def __getattr__(cls, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return make(name)
def make(name):
    if name == "configurable":  # gin's decorator
        return lambda thing=None, **_: thing if thing is not None else (lambda inner: inner)
    return Empty(name, (), {"__init__": lambda self, *a, **k: None, "__call__": lambda self, *a, **k: None})
class Shell(types.ModuleType):
    """Stands for a module that is not installed."""
    __path__ = []
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        setattr(self, name, make(name))
        return getattr(self, name)
class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def __init__(self, wanted):
        self.wanted = wanted
    def find_spec(self, name, path, target=None):
        if name.split(".")[0] in self.wanted:
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
    def create_module(self, spec):
        return Shell(spec.name)
    def exec_module(self, module):
        module.debug = module.info = lambda *a, **k: None
def shells(wanted, first=False):
    sys.meta_path.insert(0 if first else len(sys.meta_path), Finder(wanted))
    import numpy as np
    for old in ("bool", "int", "float", "object"):
        if old not in np.__dict__: setattr(np, old, getattr(builtins, old))
'''

# Writes "user item" lines: file, users, items, interactions (about), seed. Popular items first, users with tastes in blocks of the catalogue, so that there is something to learn.
MADE_UP = r'''
import sys
import numpy as np
file, users, items, wanted, seed = sys.argv[1], *map(int, sys.argv[2:])
draw = np.random.RandomState(seed)
lengths = np.clip(draw.exponential(wanted / users, users), 3, items // 2).astype(int)
lines = []
for user in range(users):
    taste = draw.randint(40)
    popular = (items * draw.random_sample(2 * lengths[user] + 20) ** 3).astype(int)
    near = (popular // 40 * 40 + taste) % items
    taken = np.where(draw.random_sample(len(popular)) < 0.4, near, popular)
    kept = list(dict.fromkeys(taken.tolist()))[: lengths[user]]
    lines += [f"{user} {item}\n" for item in kept]
open(file, "w").writelines(lines)
print(len(lines))
'''


def run(command):
    """Output and CPU seconds of a command that is given one core."""
    single = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=single)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        sys.exit(f"{command[0]} failed:\n{done.stderr}")
    return done.stdout, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
