"""How the facts that the pipeline measured agree with the truth of the pieces.

    python agreement.py STORE TRUTH.jsonl

Of tempo, metre and key: how many are measured, how many of these are right, and of tempi also how
many are right but for a half, a double, a third or 3:2.
"""

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl

from schemas.harmony import pitch_class

_TOLERANCE = 0.04  # of a tempo, as the release's own
_RATIOS = (1 / 3, 1 / 2, 2 / 3, 3 / 2, 2, 3)
_BEATS = {"4/4": 4, "3/4": 3, "6/8": 6}


def main() -> None:
    """Print the table."""
    store, truth = (Path(each) for each in sys.argv[1:3])
    lines = truth.read_text(encoding="utf-8").splitlines()
    pieces = {each["name"]: each for each in map(json.loads, lines)}
    names = _read(store, "tracks").select("track_id", "source_id")
    facts = _read(store, "measure").join(names, on="track_id").unique("track_id")
    found: dict[str, Counter[str]] = {}
    for row in facts.iter_rows(named=True):
        for fact, verdict in verdicts(row, pieces[row["source_id"]]).items():
            found.setdefault(fact, Counter())[verdict] += 1
    print(f"{facts.height} pieces")
    for fact, counts in found.items():
        print(fact, {name: f"{n / counts.total():.1%}" for name, n in counts.most_common()})


def verdicts(row: dict[str, Any], piece: dict[str, Any]) -> dict[str, str]:
    """``right``, ``wrong`` or ``null`` by fact."""
    found = {"tempo": "null", "metre": "null", "key": "null"}
    if row["tempo"]:
        found["tempo"] = _tempo(row["tempo"]["bpm"], piece["tempo_bpm"])
    if row["metre"]:
        is_right = row["metre"]["beats_per_bar"] == _BEATS[piece["metre"]]
        found["metre"] = "right" if is_right else f"wrong in {piece['metre']}"
    if row["key"]:
        tonic, mode = piece["key"].split()
        is_right = pitch_class(row["key"]["tonic"]) == pitch_class(tonic)
        found["key"] = "right" if is_right and row["key"]["mode"] == mode else "wrong"
    return found


def _tempo(bpm: float, true_bpm: float) -> str:
    if abs(bpm / true_bpm - 1) <= _TOLERANCE:
        return "right"
    near = any(abs(bpm / true_bpm / ratio - 1) <= _TOLERANCE for ratio in _RATIOS)
    return "a simple ratio off" if near else "wrong"


def _read(store: Path, stage: str) -> pl.DataFrame:
    return pl.read_parquet(store / "data" / stage / "*.parquet")


if __name__ == "__main__":
    main()
