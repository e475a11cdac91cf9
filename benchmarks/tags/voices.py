"""How well voices are told from instruments, by the tags and by Silero.

    python -m benchmarks.tags.voices --sung HEARD.jsonl [...] --without HEARD.jsonl [...]

Of what `benchmarks.tags.hear` wrote, with and without `--sung`. Quantiles of the evidence in both
kinds, and the share that each rule takes for sung.
"""

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from pipeline.stages.measure.tags import VOICE_SCORE, tag_scores, voice_evidence
from schemas.facts import HeardTags, TagWindow
from schemas.transcribe import TranscribeConfig
from tools.tags.musicnn import TAGS, WINDOW_S

QUANTILES = (0.0, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.97, 1.0)
CONFIG = TranscribeConfig()
Evidence = tuple[float, float | None]
RULES: dict[str, Callable[[Evidence], bool]] = {
    "tags alone": lambda each: each[0] >= VOICE_SCORE,
    "Silero, 1 s of 45 s": lambda each: (each[1] or 0) >= 1 / 45,
    "Silero alone": lambda each: (each[1] or 0) >= CONFIG.min_vocal_share,
    "the gate": lambda each: (
        (each[1] or 0) >= CONFIG.min_vocal_share
        or ((each[1] or 0) >= CONFIG.min_supported_share and each[0] >= VOICE_SCORE)
    ),
}


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sung", nargs="+", type=Path, required=True)
    parser.add_argument("--without", nargs="+", type=Path, required=True)
    given = parser.parse_args()
    kinds = {path.stem: evidence(path) for path in (*given.sung, *given.without)}
    console = Console(width=140)
    table = Table("kind", "excerpts", "evidence", *map(str, QUANTILES))
    for name, found in kinds.items():
        for column, what in enumerate(("tags", "Silero")):
            known = [each[column] for each in found if each[column] is not None]
            if known:
                values = np.quantile(np.array(known, float), QUANTILES)
                table.add_row(name, str(len(known)), what, *(f"{each:.3f}" for each in values))
    console.print(table)
    table = Table("rule", *kinds)
    for rule, decide in RULES.items():
        cells = []
        for found in kinds.values():
            heard = [each for each in found if each[1] is not None or rule == "tags alone"]
            cells.append(f"{sum(map(decide, heard))} of {len(heard)}")
        table.add_row(rule, *cells)
    console.print(table)


def evidence(path: Path) -> Sequence[Evidence]:
    """Score by tags, and share by Silero where it heard, of each row."""
    found = []
    for line in path.open():
        row = json.loads(line)
        windows = [TagWindow(start_s=0, probabilities=each) for each in row["tags"]]
        heard = HeardTags(
            track_id="", tags=list(TAGS), window_s=WINDOW_S, windows=windows, unmeasured=[],
            provenance=[],
        )  # fmt: skip
        found.append((float(tag_scores(voice_evidence(heard))), row["silero"]))
    return found


if __name__ == "__main__":
    main()
