#!/usr/bin/env python3
"""Holds the sources to the rooms of the design.

    rooms.py <source root>     prints every violation as file:line: message, exit 1 if there is one
    rooms.py --self-test       plants each kind of violation in a scratch tree and expects to find exactly that

The table ROOMS is the contract: which room stands on which floor and what its files may include. Standard library only.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

SOURCES = (".h", ".cc")
FAMILIES = ("recommender", "coupons", "pricing", "assistant", "outreach")
LONG_FILE = 500  # lines; more than that is worth a second look, but no violation

# room: (target, floor, what it may include beside itself)
FLOOR_0 = ["sim/base"]
FLOORS_0_1 = FLOOR_0 + ["sim/scenario", "sim/outcome", "sim/events"]
FLOORS_0_2 = FLOORS_0_1 + ["sim/world"]
FLOORS_0_3 = FLOORS_0_2 + ["sim/decision"]
STRATEGY = FLOOR_0 + ["sim/decision", "strategies/common"]
RESULTS = ["results/store", "results/statistics", "results/report"]
ALL = FLOORS_0_3 + ["sim/market", "strategies/common", "strategies/*/*", "strategies"] + RESULTS
ROOMS = {
    "sim/base": ("base", 0, []),
    "sim/scenario": ("scenario", 1, FLOOR_0),
    "sim/outcome": ("outcome", 1, FLOOR_0),
    "sim/events": ("events", 1, FLOOR_0),
    "sim/world": ("world", 2, FLOORS_0_1),
    "sim/decision": ("decision", 3, FLOORS_0_2),
    "sim/market": ("market", 4, FLOORS_0_3),
    "strategies/common": ("strategy_common", 4, FLOOR_0 + ["sim/decision"]),
    "strategies/*/*": ("strategies", 5, STRATEGY),
    "strategies": ("registry", 6, STRATEGY + ["strategies/*/*"]),
    "results/store": ("store", 4, FLOORS_0_1),
    "results/statistics": ("statistics", 5, FLOORS_0_1 + ["results/store"]),
    "results/report": ("report", 6, FLOORS_0_1 + ["results/store", "results/statistics"]),
    "bench/experiment": ("experiment", 7, ALL),
    "bench/cli": ("cli", 8, ALL + ["bench/experiment"]),
    "bench/micro": ("souk_bench", 8, ALL + ["bench/experiment"]),
}

# Third-party headers and the rooms that they are fenced into.
FENCES = [
    (r"yaml-cpp/", ["sim/scenario"]),
    (r"(hdf5|H5)\w*\.h", ["results/store"]),
    (r"CLI/", ["bench/cli"]),
    (r"benchmark/", ["bench/micro"]),
    (r"Random123/", ["sim/base"]),
    (r"(unicode/|libstemmer)", ["strategies/common"]),
    (r"(tbb|oneapi)/", ["bench/experiment"]),
    (r"mpi\.h$", ["bench/experiment"]),
    (r"(gtest|gmock)/", []),
]

# (pattern, folders where it counts, rooms or files that are exempt, why)
FORBIDDEN = [
    (r"\bstd::(?:\w+_distribution|mt19937\w*|minstd_rand0?|ranlux\w+|knuth_b|default_random_engine|random_device"
     r"|shuffle|sample)\b", ("",), (), "is not reproducible across libraries: use the keyed generator of sim/base"),
    (r"(?<![\w.>])(?:std::)?(?:s?rand|[dlm]rand48)\s*\(", ("",), (), "is a global generator: use the one of sim/base"),
    (r"::Random\s*\(|\bsetRandom\s*\(", ("sim/", "strategies/"), (), "draws from rand(): use the generator of sim/base"),
    (r"(?<![\w.>])(?:std::)?time\s*\(\s*(?:NULL|nullptr|0|&\w+)\s*\)|\bsystem_clock\b", ("sim/", "strategies/"), (),
     "makes runs differ: simulated time is SimTime"),
    (r"\b(?:steady_clock|high_resolution_clock)\b", ("strategies/",), (), "is measured from outside a strategy"),
    (r"\bstd::(?:cout|cerr|clog)\b|(?<![\w.>])(?:std::)?(?:printf|puts|putchar)\s*\(|\bfmt::print\b"
     r"|\bfprintf\s*\(\s*std(?:out|err)\b", ("",), ("bench/cli", "bench/micro", "sim/base/error.cc"),
     "prints: only bench/cli does"),
    (r"(?<![\w.>])(?:std::)?(?:_|quick_|_E)?exit\s*\(", ("",), ("bench/cli", "bench/micro"), "exits: only bench/cli does"),
]

ROOT_FOLDERS = {"sim", "strategies", "results", "bench", "scenarios", "tests"}
ROOT_FILES = {"CMakeLists.txt", "CMakePresets.json", "README.md", "CHANGES.md", "LICENSE", "dev"}

COMMENT = r"//[^\n]*|/\*.*?\*/"
LITERAL = r'R"(?P<raw>\w*)\(.*?\)(?P=raw)"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])+\''
TOKEN = re.compile(f"(?P<comment>{COMMENT})|(?P<literal>{LITERAL})", re.DOTALL)
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:"([^"\n]*)"|<([^>\n]*)>)', re.MULTILINE)


def blank(text, literals):
    """The text with comments, and literals if asked, replaced by blanks; line numbers stay."""
    def replace(match):
        if match["literal"] is not None and not literals:
            return match[0]
        return re.sub(r"[^\n]", " ", match[0])
    return TOKEN.sub(replace, text)


def room_of(path):
    """The room of a file given by its path from the root, as in ROOMS, and the folder that is the room."""
    parts = Path(path).parts[:-1]
    folder = "/".join(parts)
    if folder in ROOMS:
        return folder, folder
    if len(parts) == 3 and parts[0] == "strategies" and parts[1] in FAMILIES:
        return "strategies/*/*", folder
    if folder == "strategies/common/nn":  # part of its room, in a folder of its own for its size
        return "strategies/common", "strategies/common"
    return None, folder


def check_includes(path, text, report):
    room, folder = room_of(path)
    for match in INCLUDE.finditer(blank(text, literals=False)):
        line = text.count("\n", 0, match.start()) + 1
        name = match[1] or match[2]
        for pattern, rooms in FENCES:
            if re.match(pattern, name) and room not in rooms:
                report(path, line, f"<{name}> is fenced into {', '.join(rooms) or 'tests/'}")
        if name == "random":
            report(path, line, "<random> is not reproducible across libraries: use the keyed generator of sim/base")
        if match[1] is None and name.split("/")[0] not in ROOT_FOLDERS:
            continue
        if any(re.match(pattern, name) for pattern, _ in FENCES):
            continue
        seen, seen_folder = room_of(name)
        if seen is None:
            report(path, line, f'"{name}" is in no room: souk\'s headers are included by their path from the root')
        elif seen_folder != folder and seen not in ROOMS[room][2]:
            report(path, line, f"{folder} (floor {ROOMS[room][1]}) may not see {seen_folder} (floor {ROOMS[seen][1]})")


def check_words(path, text, report):
    code = blank(text, literals=True)
    room, _ = room_of(path)
    for pattern, folders, exempt, why in FORBIDDEN:
        if not path.startswith(folders) or room in exempt or path in exempt:
            continue
        for match in re.finditer(pattern, code):
            report(path, code.count("\n", 0, match.start()) + 1, f"{match[0].strip(' (')} {why}")


def check_cmake(root, report):
    """The targets in CMakeLists.txt stand on the floors of ROOMS and link what their room may see."""
    path = root / "CMakeLists.txt"
    if not path.exists():
        return
    text = re.sub(r"#[^\n]*", lambda match: " " * len(match[0]), path.read_text())
    target_to_room = {target: room for room, (target, _, _) in ROOMS.items()}
    for match in re.finditer(r"^[ \t]*souk_room\(([\w/][^)]*)\)", text, re.MULTILINE):
        line = text.count("\n", 0, match.start()) + 1
        words = match[1].split()
        keywords = {"FLOOR", "NAME", "DEPENDS", "EXTERNAL", "FENCED", "GLOB"}
        values, key = {"": []}, ""
        for word in words:
            if word in keywords:
                key = word
                values[key] = []
            else:
                values[key].append(word)
        name = values.get("NAME", [words[0].split("/")[-1]])[0]
        room = target_to_room.get(name)
        if room is None:
            report("CMakeLists.txt", line, f"'{name}' is no room of the design")
            continue
        if values.get("FLOOR") != [str(ROOMS[room][1])]:
            report("CMakeLists.txt", line, f"'{name}' stands on floor {ROOMS[room][1]}, not {values.get('FLOOR')}")
        for link in values.get("DEPENDS", []):
            if target_to_room.get(link) not in ROOMS[room][2]:
                report("CMakeLists.txt", line, f"'{name}' may not link '{link}'")


def check_root(files, report):
    for top in sorted({Path(file).parts[0] for file in files}):
        is_folder = any(file.startswith(top + "/") for file in files)
        if not top.startswith(".") and top not in (ROOT_FOLDERS if is_folder else ROOT_FILES):
            report(top, 1, "does not belong in the root: it holds the rooms and the files of the design only")


def project_files(root):
    """Paths from the root of all files that belong to the project: in git, what is tracked or could be added."""
    git = subprocess.run(["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                         capture_output=True, text=True) if (root / ".git").exists() else None
    if git is not None and git.returncode == 0:
        files = [file for file in git.stdout.split("\0") if file and (root / file).is_file()]
    else:
        files = [str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()]
        files = [file for file in files if not file.startswith(("build/", ".git/", "results/runs/"))]
    return sorted(set(files))


def lint(root):
    """All violations and warnings in a tree, each (path, line, message)."""
    violations, warnings = [], []
    report = lambda path, line, message: violations.append((path, line, message))
    files = project_files(root)
    check_root(files, report)
    check_cmake(root, report)
    for path in files:
        if not path.endswith(SOURCES) or path.split("/")[0] == "tests":
            continue
        text = (root / path).read_text(encoding="utf-8")
        if room_of(path)[0] is None:
            report(path, 1, "lies in no room of the design")
            continue
        check_includes(path, text, report)
        check_words(path, text, report)
        if path.endswith(".h") and not re.search(r"^#pragma once$", text, re.MULTILINE):
            report(path, 1, "has no '#pragma once'")
        if text.count("\n") > LONG_FILE:
            warnings.append((path, 1, f"has {text.count(chr(10))} lines: could it be two files?"))
    return violations, warnings


# ---- self-test ------------------------------------------------------------------------------------------------------

CLEAN = {
    "CMakeLists.txt": "souk_room(sim/base FLOOR 0)\nsouk_room(sim/world FLOOR 2 DEPENDS base EXTERNAL x)\n",
    "dev": "",
    ".gitignore": "",
    "sim/base/ids.h": "#pragma once\n#include <cstdint>\n#include <Random123/philox.h>\n",
    "sim/base/error.cc": '#include <cstdio>\nvoid F() { std::fprintf(stderr, "x"); }\n',
    "sim/scenario/reader.cc": '#include <yaml-cpp/yaml.h>\n#include "sim/base/ids.h"\n',
    "sim/market/shop.h": '#pragma once\n// never std::cout, rand() or #include "strategies/registry.h"\n/* exit(1) */\n'
                         '#include "sim/decision/view.h"\nconst char* kText = "std::mt19937 rand() exit(1)";\n'
                         "const int kMany = 1'000'000; SimTime time(); int operand(int); void F() { x.exit(); }\n",
    "strategies/common/text.cc": '#include <unicode/unistr.h>\n#include "sim/decision/view.h"\n',
    "strategies/pricing/surge/surge.cc": '#include "strategies/pricing/surge/surge.h"\n#include "sim/base/ids.h"\n'
                                         '#include "sim/decision/view.h"\n#include "strategies/common/text.h"\n',
    "strategies/registry.cc": '#include "strategies/pricing/surge/surge.h"\n#include "sim/decision/view.h"\n',
    "results/store/writer.cc": '#include <hdf5.h>\n#include "sim/outcome/click.h"\n',
    "bench/cli/main.cc": '#include <CLI/CLI.hpp>\n#include "bench/experiment/run.h"\n'
                         "int main() { std::cout << 1; exit(0); }\n",
    "bench/micro/main.cc": '#include <benchmark/benchmark.h>\n#include "strategies/pricing/surge/surge.h"\n',
    "tests/unit/base/ids_test.cc": "#include <gtest/gtest.h>\n#include <random>\n",
}

# (file to plant, its text, a part of the one message expected, the line)
PLANTS = [
    ("sim/base/up.cc", '#include "sim/world/catalogue.h"\n', "may not see sim/world", 1),
    ("sim/scenario/side.cc", '\n#include "sim/outcome/click.h"\n', "may not see sim/outcome", 2),
    ("sim/outcome/side.h", '#pragma once\n#include "sim/events/queue.h"\n', "may not see sim/events", 2),
    ("sim/market/ask.cc", '#include "strategies/pricing/surge/surge.h"\n', "may not see strategies/pricing/surge", 1),
    ("sim/market/ask.cc", '#include "strategies/registry.h"\n', "may not see strategies", 1),
    ("sim/market/angle.cc", "#include <strategies/registry.h>\n", "may not see strategies", 1),
    ("sim/market/write.cc", '#include "results/store/writer.h"\n', "may not see results/store", 1),
    ("strategies/pricing/peek/peek.cc", '#include "sim/world/shopper.h"\n', "may not see sim/world", 1),
    ("strategies/pricing/peek/peek.cc", '  #  include "strategies/coupons/flat/flat.h"\n',
     "may not see strategies/coupons/flat", 1),
    ("strategies/pricing/peek/peek.cc", '#include "strategies/pricing/surge/surge.h"\n',
     "may not see strategies/pricing/surge", 1),
    ("strategies/common/peek.cc", '#include "sim/scenario/scenario.h"\n', "may not see sim/scenario", 1),
    ("strategies/registry.h", '#pragma once\n#include "sim/world/shopper.h"\n', "may not see sim/world", 2),
    ("results/store/peek.cc", '#include "sim/market/shop.h"\n', "may not see sim/market", 1),
    ("results/store/up.cc", '#include "results/statistics/interval.h"\n', "may not see results/statistics", 1),
    ("bench/experiment/up.cc", '#include "bench/cli/table.h"\n', "may not see bench/cli", 1),
    ("bench/micro/side.cc", '#include "bench/cli/table.h"\n', "may not see bench/cli", 1),
    ("sim/world/near.cc", '#include "catalogue.h"\n', "is in no room", 1),
    ("sim/world/test.cc", '#include "tests/unit/world/help.h"\n', "is in no room", 1),
    ("sim/shop/new.cc", "\n", "lies in no room", 1),
    ("strategies/loyalty/points/points.cc", "\n", "lies in no room", 1),
    ("sim/world/read.cc", "#include <yaml-cpp/yaml.h>\n", "fenced into sim/scenario", 1),
    ("sim/world/read.cc", '#include "yaml-cpp/yaml.h"\n', "fenced into sim/scenario", 1),
    ("bench/experiment/write.cc", "#include <hdf5.h>\n", "fenced into results/store", 1),
    ("bench/experiment/write.cc", "#include <H5DSpublic.h>\n", "fenced into results/store", 1),
    ("bench/experiment/parse.cc", "#include <CLI/CLI.hpp>\n", "fenced into bench/cli", 1),
    ("sim/events/bench.cc", "#include <benchmark/benchmark.h>\n", "fenced into bench/micro", 1),
    ("sim/events/test.cc", "#include <gtest/gtest.h>\n", "fenced into tests/", 1),
    ("sim/world/draw.cc", "#include <Random123/philox.h>\n", "fenced into sim/base", 1),
    ("sim/market/thread.cc", "#include <tbb/parallel_for.h>\n", "fenced into bench/experiment", 1),
    ("bench/cli/join.cc", "#include <mpi.h>\n", "fenced into bench/experiment", 1),
    ("strategies/assistant/a/a.cc", "#include <libstemmer.h>\n", "fenced into strategies/common", 1),
    ("sim/world/draw.cc", "#include <random>\n", "<random>", 1),
    ("sim/world/draw.cc", "std::normal_distribution<double> d;\n", "std::normal_distribution", 1),
    ("strategies/pricing/a/a.cc", "\n\nstd::mt19937_64 engine;\n", "std::mt19937_64", 3),
    ("sim/world/draw.cc", "int x = std::random_device{}();\n", "std::random_device", 1),
    ("sim/world/draw.cc", "std::shuffle(a, b, rng);\n", "std::shuffle", 1),
    ("sim/world/draw.cc", "/* a\n b */ int x = rand();\n", "rand is a global", 2),
    ("sim/world/draw.cc", "void F() { std::srand(1); }\n", "std::srand is a global", 1),
    ("strategies/common/draw.cc", "auto m = MatrixXf::Random(3, 3);\n", "Random draws from rand", 1),
    ("strategies/common/draw.cc", "void F() { m.setRandom(); }\n", "setRandom draws from rand", 1),
    ("sim/world/seed.cc", "auto seed = time(nullptr);\n", "makes runs differ", 1),
    ("sim/world/seed.cc", "auto now = std::chrono::system_clock::now();\n", "makes runs differ", 1),
    ("strategies/pricing/a/a.cc", "auto now = std::chrono::steady_clock::now();\n", "from outside a strategy", 1),
    ("sim/market/print.cc", "void F() { std::cout << 1; }\n", "std::cout prints", 1),
    ("results/report/print.cc", 'void F() { std::printf("x"); }\n', "std::printf prints", 1),
    ("results/report/print.cc", 'void F() { std::fprintf(stderr, "x"); }\n', "prints", 1),
    ("bench/experiment/stop.cc", "void F() { std::exit(1); }\n", "std::exit exits", 1),
    ("sim/base/naked.h", "int x;\n", "#pragma once", 1),
    ("notes.txt", "\n", "does not belong in the root", 1),
    ("src/main.cc", "\n", "does not belong in the root", 1),
    ("CMakeLists.txt", "souk_room(sim/base FLOOR 1)\n", "stands on floor 0", 1),
    ("CMakeLists.txt", "\nsouk_room(sim/world FLOOR 2 DEPENDS base\n  market EXTERNAL x)\n", "may not link 'market'", 2),
    ("CMakeLists.txt", "souk_room(sim/shop FLOOR 2)\n", "no room of the design", 1),
]


def lint_scratch(tree):
    with tempfile.TemporaryDirectory() as folder:
        for path, text in tree.items():
            file = Path(folder, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        return lint(Path(folder))


def self_test():
    failures = 0
    violations, _ = lint_scratch(CLEAN)
    if violations:
        failures += 1
        print("the clean tree has violations:", *violations, sep="\n  ")
    for path, text, expected, line in PLANTS:
        violations, _ = lint_scratch({**CLEAN, path: text})
        own = [violation for violation in violations if violation[1] == line and expected in violation[2]]
        # A file in a folder that is not the project's is reported twice: for the folder, and for being in no room.
        others = [violation for violation in violations if violation not in own and not path.startswith("src/")]
        if len(own) != 1 or others:
            failures += 1
            print(f"planted {text!r} in {path}: expected '{expected}' in line {line}, found {violations}")
    if not lint_scratch({**CLEAN, "sim/base/long.cc": "\n" * (LONG_FILE + 1)})[1]:
        failures += 1
        print("a long file gave no warning")
    print(f"{len(PLANTS)} planted violations, {failures} failures")
    return failures


def main():
    if sys.argv[1:] == ["--self-test"]:
        return 1 if self_test() else 0
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    violations, warnings = lint(Path(sys.argv[1]).resolve())
    for path, line, message in warnings:
        print(f"{path}:{line}: warning: {message}")
    for path, line, message in violations:
        print(f"{path}:{line}: {message}")
    print(f"{len(violations)} violations, {len(warnings)} warnings")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
