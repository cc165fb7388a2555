#!/usr/bin/env python3
"""Fuzzes for a while, and adds to corpus/ what reaches code that the seeds do not: at most so many files that a corpus
stays small, those first that reach most.

    fuzz/grow.py                         all targets, ten minutes each
    fuzz/grow.py --seconds 60 encode     one of them, a minute
    fuzz/grow.py --found DIRECTORY topic what another run found

Seeds have names, which make_seeds.py gives them; what was found is named by its hash, as libFuzzer names it.
"""

import argparse
import collections
import pathlib
import re
import subprocess
import tempfile

HERE = pathlib.Path(__file__).parent
CORPUS = HERE / "corpus"
MOST_FILES = 300
LARGEST = 600
FOUND = re.compile(r"[0-9a-f]{40}")


def fuzz(command, target, *arguments):
    """cargo-fuzz, and what it says. A sanitizer would watch unsafe code, of which there is none."""
    line = ["cargo", "+nightly", "fuzz", command, "--sanitizer", "none", target, *map(str, arguments)]
    done = subprocess.run(line, cwd=HERE.parent, stderr=subprocess.PIPE, text=True, errors="replace")
    if done.returncode != 0:
        raise SystemExit(done.stderr[-5000:])
    return done.stderr


def run(target, found, seconds):
    """Fuzzes, and tells how far it came."""
    said = fuzz("run", target, found, CORPUS / target, "--", f"-max_total_time={seconds}", f"-dict={HERE / 'mqtt.dict'}",
                "-print_final_stats=1")
    reached = re.findall(r"DONE\s+cov: (\d+) ft: (\d+)", said)[-1]
    executions = re.search(r"number_of_executed_units: (\d+)", said).group(1)
    print(f"{target}: {executions} executions, {reached[0]} edges, {reached[1]} features", flush=True)


def reached(target, directories):
    """The edges that each file of the directories reaches."""
    with tempfile.TemporaryDirectory() as scratch:
        control = pathlib.Path(scratch, "control")
        kept = pathlib.Path(scratch, "kept")
        kept.mkdir()
        fuzz("run", target, kept, *directories, "--", "-set_cover_merge=1", "-use_counters=0", f"-max_len={LARGEST}",
             f"-merge_control_file={control}")
        lines = control.read_text().splitlines()
    count = int(lines[0])
    files = [pathlib.Path(line) for line in lines[2:2 + count]]
    edges = collections.defaultdict(set)
    for line in lines[2 + count:]:
        word, number, *features = line.split()
        if word == "FT":
            edges[files[int(number)]] |= set(map(int, features))
    return edges


def grow(target, found):
    """Keeps the seeds, and of all that was found what reaches most beside them."""
    corpus = CORPUS / target
    edges = reached(target, [corpus, found])
    seeds = [path for path in corpus.iterdir() if not FOUND.fullmatch(path.name)]
    covered = set().union(*(edges[path] for path in seeds))
    others = {path: new for path in edges if path not in seeds and path.stat().st_size <= LARGEST
              if (new := edges[path] - covered)}
    chosen = {}
    while others and len(seeds) + len(chosen) < MOST_FILES:
        best = max(others, key=lambda path: (len(others[path]), -path.stat().st_size, path.name))
        chosen[best.name] = best.read_bytes()
        covered |= others.pop(best)
        others = {path: new for path, edges in others.items() if (new := edges - covered)}
    for path in corpus.iterdir():
        if FOUND.fullmatch(path.name):
            path.unlink()
    for name, content in chosen.items():
        (corpus / name).write_bytes(content)
    size = sum(path.stat().st_size for path in corpus.iterdir())
    print(f"{target}: {len(seeds)} seeds, {len(chosen)} files beside them, {size} bytes, {len(covered)} edges", flush=True)


def main():
    listed = subprocess.run(["cargo", "+nightly", "fuzz", "list"], cwd=HERE.parent, capture_output=True, text=True, check=True)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", nargs="*", default=listed.stdout.split(), help="all, if none is named")
    parser.add_argument("--seconds", type=int, default=600, help="how long each is fuzzed (default: %(default)s)")
    parser.add_argument("--found", type=pathlib.Path, help="a directory with what was found, instead of fuzzing")
    options = parser.parse_args()
    if options.found and not options.found.is_dir():
        parser.error(f"{options.found} is no directory")
    if unknown := set(options.targets) - set(listed.stdout.split()):
        parser.error(f"no target: {', '.join(sorted(unknown))}")
    for target in options.targets:
        (CORPUS / target).mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as scratch:
            found = options.found.absolute() if options.found else pathlib.Path(scratch)
            if not options.found:
                run(target, found, options.seconds)
            grow(target, found)


if __name__ == "__main__":
    main()
