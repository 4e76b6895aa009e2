"""What evaluating a recipe costs beside a plain forward pass of the original, side by side.

    python3 evaluate_against_forward.py DYNAQUANT-CLI MODEL RECIPE.. [--rounds N] [--limit DOCUMENTS]

Runs by turns `evaluate` without a recipe and with one, on the model's evaluation text, with what the original gives kept from the first
run on (in a cache of its own), and prints the median of the ratio of neighbouring runs, then the least and the most: processor time and
wall time, once as it is and once without what a run on one document takes (start, reading, rounding of nothing).
"""

import argparse
import os
import pathlib
import statistics
import subprocess
import tempfile
import time


def run(arguments):
    before, start = os.times(), time.monotonic()
    subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system, time.monotonic() - start


def said(name, ratios):
    print(f"{name}: {statistics.median(ratios):.2f} ({min(ratios):.2f} .. {max(ratios):.2f})")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("cli")
    parser.add_argument("model")
    parser.add_argument("recipe", nargs="+")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--limit", default="120")
    parser.add_argument("--tables", help="cache that holds the recipe's table, for formats that look at inputs")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        for table in pathlib.Path(options.tables).glob("*.h5") if options.tables else []:
            os.symlink(table, pathlib.Path(scratch) / table.name)
        common = [options.cli, "evaluate", options.model, "--progress", "none"]
        plain = common + ["--limit", options.limit, "--cache", scratch + "/none"]
        start = common + ["--limit", "1", "--cache", scratch + "/none"]
        recipe = common + ["--limit", options.limit, "--cache", scratch]
        for one in options.recipe:
            recipe += ["--recipe", one]
        run(recipe)
        rows = []
        for _ in range(options.rounds):
            rows.append((run(plain), run(recipe), run(start)))
            subprocess.run(["rm", "-rf", scratch + "/none"], check=True)
        for kind, place in (("processor", 0), ("wall", 1)):
            said(f"{kind} time, {len(options.recipe)} recipes over one forward", [r[place] / p[place] for p, r, _ in rows])
            said(f"{kind} time without the start", [(r[place] - s[place]) / (p[place] - s[place]) for p, r, s in rows])
            print(f"  forward {statistics.median(p[place] for p, _, _ in rows):.2f} s, recipe {statistics.median(r[place] for _, r, _ in rows):.2f} s")


if __name__ == "__main__":
    main()
