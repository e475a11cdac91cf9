"""Our chords against Chordino's own: the share of time with the same label, and CPU seconds.

python -m benchmarks.chords                 # the example songs and the known pieces
python -m benchmarks.chords SONG [SONG ...] # given files
"""

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from tools import chordino, nnls_chords
from tools.audio import load_mono

ROOT = Path(__file__).parents[1]
Changes = Sequence[tuple[float, str]]


def main() -> None:
    """Compare every file, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path, help="audio files; default: examples")
    examples = sorted((ROOT / "examples/songs").glob("*.ogg"))
    pieces = sorted((ROOT / "tests/data/pieces").glob("*.ogg"))
    files = parser.parse_args().files or [*examples, *pieces]
    nnls_chords.chord_changes(np.zeros(44100, np.float32))
    table = Table("file", "s", "plugin (CPU s)", "ours (CPU s)", "ratio", "same label (%)")
    rows = np.array([compare(path) for path in files])
    for path, row in zip(files, rows, strict=True):
        table.add_row(path.stem, *_cells(row))
    shares = np.average(rows[:, 3], weights=rows[:, 0])
    table.add_row("all", *_cells(np.array([*rows[:, :3].sum(axis=0), shares])))
    Console(width=110).print(table)
    least = 100 * rows[:, 3].min()
    same = int((rows[:, 3] == 1).sum())
    print(f"{same} of {len(files)} files with no difference at all; the least equal: {least:.2f} %")


def compare(path: Path) -> tuple[float, float, float, float]:
    """Seconds of sound, CPU seconds of the plugin and of ours, share of time with one label."""
    samples = load_mono(path, sample_rate_hz=nnls_chords.SAMPLE_RATE_HZ)
    start_s = time.process_time()
    expected = chordino.chord_changes(samples)
    middle_s = time.process_time()
    found = nnls_chords.chord_changes(samples)
    end_s = time.process_time()
    seconds = len(samples) / nnls_chords.SAMPLE_RATE_HZ
    return seconds, middle_s - start_s, end_s - middle_s, equal_share(found, expected)


def equal_share(found: Changes, expected: Changes) -> float:
    """Share of the time between the first change and the last at which both say the same."""
    times = np.unique(np.round([time for time, _ in (*found, *expected)], 6))
    if len(times) < 2:
        return 1.0
    is_same = [_label_at(found, time) == _label_at(expected, time) for time in times[:-1]]
    return float(np.average(is_same, weights=np.diff(times)))


def _label_at(changes: Changes, time_s: float) -> str | None:
    labels = [label for start_s, label in changes if round(start_s, 6) <= time_s]
    return labels[-1] if labels else None


def _cells(row: np.ndarray) -> list[str]:
    seconds, plugin_s, ours_s, share = row
    times = f"{seconds:.0f}", f"{plugin_s:.2f}", f"{ours_s:.2f}", f"{plugin_s / ours_s:.1f}"
    return [*times, f"{100 * share:.3f}"]


if __name__ == "__main__":
    main()
