"""Solves the knapsacks that exact_against_milp wrote with HiGHS, a solver we did not write, and compares.

usage: exact_against_milp.py FOLDER        (needs: pip install highspy numpy)
"""
import pathlib
import sys

import highspy
import numpy as np

TOLERANCE = 1e-6  # HiGHS stops at a relative gap of 1e-7 and calls reduced costs of 1e-7 nothing


def read(file):
    lines = file.read_text().splitlines()
    _, budget, size, loss, bound = lines[0].split()
    classes = []
    for line in lines[1:]:
        words = line.split()
        classes.append([(int(words[i]), float(words[i + 1])) for i in range(1, len(words), 2)])
    return int(budget), int(size), float(loss), float(bound), classes


def solve(budget, classes, scale):
    """Least loss, counted anew from the chosen options; what they weigh; what HiGHS proved. `scale` is about the
    loss expected: its tolerances are absolute."""
    flat = [(c, size, loss) for c, options in enumerate(classes) for size, loss in options]
    unit = max(size for _, size, _ in flat)
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("mip_rel_gap", 1e-7)
    solver.setOptionValue("mip_abs_gap", 0.0)
    solver.setOptionValue("time_limit", 60.0)
    picks = [solver.addBinary(obj=loss / scale) for _, _, loss in flat]
    for c in range(len(classes)):
        solver.addConstr(sum(pick for pick, (owner, _, _) in zip(picks, flat) if owner == c) == 1)
    solver.addConstr(sum(pick * (size / unit) for pick, (_, size, _) in zip(picks, flat)) <= budget / unit)
    solver.run()
    values = np.array(solver.getSolution().col_value).round().astype(int)
    chosen = [flat[i] for i in np.flatnonzero(values)]
    info = solver.getInfo()
    return sum(l for _, _, l in chosen), sum(s for _, s, _ in chosen), info.mip_dual_bound * scale


def main():
    files = sorted(pathlib.Path(sys.argv[1]).glob("*.txt"), key=lambda file: int(file.stem))
    assert len(files) == 50, f"{len(files)} instances instead of 50"
    worst = 0.0
    for file in files:
        budget, size, loss, bound, classes = read(file)
        theirs, weight, dual = solve(budget, classes, loss or 1.0)
        assert size <= budget, f"{file.name}: {size} bytes for a budget of {budget}"
        assert bound <= loss, f"{file.name}: bound {bound} above loss {loss}"
        # Ours must not be worse than theirs, nor below what they proved.
        if weight <= budget:
            assert loss <= theirs * (1 + 1e-12), f"{file.name}: ours {loss}, HiGHS {theirs}"
        assert loss >= dual - TOLERANCE * abs(loss), f"{file.name}: ours {loss} below HiGHS's bound {dual}"
        worst = max(worst, (loss - bound) / loss if loss else 0.0)
    print(f"exact against HiGHS: {len(files)} instances of 300 classes agree; our largest gap {worst:.1e}")


main()
