"""Sentences to be labelled, drawn from what models wrote about made-up tracks.

    python -m benchmarks.draw_prose a.jsonl > claims.jsonl
    python -m benchmarks.draw_prose b.jsonl --start 230 >> claims.jsonl

`a.jsonl` and so on are by `benchmarks.told_prose`. The rule knows nothing of the lint: sentences
with a digit, a quotation mark or a word of music theory, and some of the others as controls, from
both halves of the tracks.
"""

import argparse
import json
import random
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.pipeline.lint.prose import TRACKS

_CUE = re.compile(
    r"\d|[\"“”]|\b(?:tempo|bpm|beats?|slow\w*|fast\w*|pace\w*|key|major|minor|chords?|progression"
    r"|time signature|met(?:re|er)|waltz|s[iau]ng|sing\w*|vocal\w*|voices?|choir|lyrics?"
    r"|instrumental|minutes?|seconds?|length|long|duration|lufs|loud\w*|dynamic range)\b",
    re.I,
)
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"')\]*]*\s+(?:\"\s+)?|\n+")
_LIST_MARK = re.compile(r"^(?:[-*>#\s]|\d{1,2}[.)]\s|[Ss]tep \d+[:.])+")
_IS_WHOLE = re.compile(r"[.!?][\"')\]*]*$")
# Words; ours: shorter ones are headings, longer ones loops.
_FEWEST, _MOST = 4, 60
# Of each half of the tracks.
N_CUED, N_OTHER = 210, 42
SEED = 18

Row = dict[str, Any]


def sentences(rows: list[Row]) -> Iterator[Row]:
    """Whole sentences, each once for a track."""
    seen: set[tuple[str, str]] = set()
    for row in rows:
        pieces = _SENTENCE_END.split(row["text"].strip())
        if not _IS_WHOLE.search(pieces[-1]):
            pieces.pop()
        for piece in pieces:
            sentence = _LIST_MARK.sub("", piece).strip()
            identity = (row["track"], sentence.casefold())
            if _FEWEST <= len(sentence.split()) <= _MOST and identity not in seen:
                seen.add(identity)
                about = {name: row[name] for name in ("track", "model", "temperature", "told")}
                yield about | {"form": row["form"], "sentence": sentence}


def drawn(rows: list[Row], n_cued: int = N_CUED, n_other: int = N_OTHER) -> list[Row]:
    """Cued sentences and controls of both halves, shuffled."""
    rng = random.Random(SEED)
    chosen: list[Row] = []
    for is_held_out in (False, True):
        half = [row for row in sentences(rows) if TRACKS[row["track"]].is_held_out is is_held_out]
        for is_cued, n in ((True, n_cued), (False, n_other)):
            pool = [row for row in half if bool(_CUE.search(row["sentence"])) is is_cued]
            print(f"held out {is_held_out}, cued {is_cued}: {len(pool)}", file=sys.stderr)
            chosen += rng.sample(pool, min(n, len(pool)))
    rng.shuffle(chosen)
    return chosen


def main() -> None:
    """Print one sentence a line, with what is known of its track."""
    parser = argparse.ArgumentParser()
    parser.add_argument("told", type=Path)
    parser.add_argument("--start", type=int, default=0, help="first id")
    parser.add_argument("--cued", type=int, default=N_CUED, help="of each half")
    parser.add_argument("--other", type=int, default=N_OTHER, help="likewise")
    args = parser.parse_args()
    rows = [json.loads(line) for line in args.told.read_text().splitlines()]
    for i, row in enumerate(drawn(rows, args.cued, args.other), args.start):
        facts = TRACKS[row["track"]].facts
        print(json.dumps({"id": i, **row, "facts": facts}, ensure_ascii=False))


if __name__ == "__main__":
    main()
