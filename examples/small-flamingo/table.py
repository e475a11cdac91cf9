"""The table and the plot of a study.

    python table.py WORK

Reads ``WORK/scores/*.json`` of `score.py`: by hearing and kind of question, right answers and all.
"""

import json
import math
import sys
from pathlib import Path

from questions import HEARINGS

Counts = dict[str, dict[str, dict[str, tuple[int, int]]]]
_Z = 1.96  # of intervals of 95 %
RUNS = (
    "start", "aligned", "listen-250", "listen-500", "listen-1000", "listen", "listen-wrong-10",
    "listen-wrong-30", "listen-think", "listen-grpo", "tracks-250", "tracks-500", "tracks-1000",
    "skills", "wrong-10", "wrong-30", "measured", "think", "grpo",
)  # fmt: skip
CHANCE = {"tempo": 33, "metre": 33, "key": 25, "chord": 25, "progression": 25, "instrument": 25}


def main() -> None:
    """Write the table and the plot."""
    print(write_results(Path(sys.argv[1])))


def write_results(folder: Path) -> str:
    """Write ``results.json``, ``results.md`` and ``results.png`` of what is scored so far.

    Returns
    -------
    str
        The table.
    """
    paths = [folder / "scores" / f"{name}.json" for name in RUNS]
    found = {path.stem: json.loads(path.read_text()) for path in paths if path.exists()}
    (folder / "results.json").write_text(json.dumps(found, indent=1), encoding="utf-8")
    text = table(found)
    (folder / "results.md").write_text(text, encoding="utf-8")
    plot(found, folder / "results.png")
    return text


def table(found: Counts) -> str:
    """Right answers in %, with the interval of 95 % for the own sound."""
    kinds = list(CHANCE)
    lines = [f"| run | hears | {' | '.join(f'{k} ({CHANCE[k]})' for k in kinds)} |"]
    lines.append("|---|---|" + "---|" * len(kinds))
    for run, hearings in found.items():
        for hearing in HEARINGS:
            if hearing in hearings:
                cells = " | ".join(_cell(hearings[hearing].get(kind), hearing) for kind in kinds)
                lines.append(f"| {run} | {hearing} | {cells} |")
    return "\n".join(lines) + "\n"


def plot(found: Counts, path: Path) -> None:
    """Accuracy by run and kind, with the own sound and with silence."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    kinds = list(CHANCE)
    figure, axes = pyplot.subplots(1, len(kinds), figsize=(3 * len(kinds), 3.2), sharey=True)
    for axis, kind in zip(axes, kinds, strict=True):
        for hearing, colour in zip(HEARINGS, ("tab:blue", "tab:orange", "tab:grey"), strict=True):
            scored = [(run, each.get(hearing, {})) for run, each in found.items()]
            ours = [(run, counts[kind]) for run, counts in scored if kind in counts]
            shares = [100 * right / n for _, (right, n) in ours]
            ends = [[100 * end for end in interval(*counts)] for _, counts in ours]
            errors = [
                [share - low for share, (low, _) in zip(shares, ends, strict=True)],
                [high - share for share, (_, high) in zip(shares, ends, strict=True)],
            ]
            names = [run for run, _ in ours]
            axis.errorbar(names, shares, errors, fmt="o", ms=4, color=colour, label=hearing)
        axis.axhline(CHANCE[kind], color="black", lw=0.5, ls=":")
        axis.set_title(kind)
        axis.tick_params(axis="x", rotation=90)
    axes[0].set_ylabel("right answers, %")
    axes[0].legend()
    figure.tight_layout()
    figure.savefig(path, dpi=110)


def interval(n_right: int, n: int) -> tuple[float, float]:
    """Wilson's interval of 95 % of a share."""
    share, spread = n_right / n, _Z**2 / n
    middle = (share + spread / 2) / (1 + spread)
    half = _Z * math.sqrt(share * (1 - share) / n + spread / (4 * n)) / (1 + spread)
    return middle - half, middle + half


def _cell(counts: tuple[int, int] | None, hearing: str) -> str:
    if counts is None:
        return ""
    right, n = counts
    if hearing != "own":
        return f"{100 * right / n:.0f}"
    low, high = interval(right, n)
    return f"**{100 * right / n:.0f}** ({100 * low:.0f}-{100 * high:.0f})"


if __name__ == "__main__":
    main()
