"""Files to learn from and to be tested with.

    python make_questions.py FOLDER TRUTH HELD_OUT_TRUTH [--release RELEASE]

Writes to FOLDER:

- `test.jsonl`: balanced questions on the held-out pieces;
- `skills.jsonl`: conversations on all pieces of TRUTH, as `partimento train sft` reads them;
- `listen.jsonl`: of them what is the same all through a piece: tempo, metre and instrument;
- `tracks-250.jsonl`, `listen-250.jsonl`, ...: on so many of them only;
- `wrong-10.jsonl`, `listen-wrong-10.jsonl`, ...: on all, with so many percent of the facts wrong;
- `thoughts`: of what is the same all through a piece, thoughts in the form of a release;
- `measured.jsonl`: the questions that the release's rows ask, with the answers that the pipeline
  measured.
"""

import argparse
import json
import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from questions import (
    Question,
    balanced,
    released_question,
    true_questions,
    with_options,
    with_wrong_facts,
)
from thoughts import write_release

N_TRACKS = (250, 500, 1000)  # and all
WRONG_SHARES = (0.1, 0.3)
_N_VARIANTS = 6  # of a piece's conversation: other options in another order
_N_TEST = 160  # questions of a kind, about: intervals of 15 points
_N_THOUGHTS = 1000  # of a kind, about
_LENGTH_S = 10.0
THROUGHOUT = ("tempo", "metre", "instrument")


def main() -> None:
    """Write all files."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    for name in ("folder", "truth", "held_out_truth"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--release", type=Path)
    arguments = parser.parse_args()
    folder = arguments.folder
    folder.mkdir(parents=True, exist_ok=True)
    write_test(read_truth(arguments.held_out_truth), folder / "test.jsonl")
    pieces = read_truth(arguments.truth)
    questions = [each for piece in pieces for each in piece]
    throughout = [each for each in questions if each.kind in THROUGHOUT]
    rng = random.Random(5)
    write_release(balanced(throughout, _N_THOUGHTS, rng), folder / "thoughts", rng)
    sets = {"skills": questions, "listen": throughout}
    for n in N_TRACKS:
        sets[f"tracks-{n}"] = [each for piece in pieces[:n] for each in piece]
        sets[f"listen-{n}"] = [e for piece in pieces[:n] for e in piece if e.kind in THROUGHOUT]
    for share in WRONG_SHARES:
        percent = round(100 * share)
        sets[f"wrong-{percent}"] = with_wrong_facts(questions, share, random.Random(1))
        sets[f"listen-wrong-{percent}"] = with_wrong_facts(throughout, share, random.Random(1))
    if arguments.release:
        sets["measured"] = read_release(arguments.release)
    for name, asked in sets.items():
        n_pieces = write_conversations(asked, folder / f"{name}.jsonl")
        print(f"{name}: {len(asked)} questions on {n_pieces} pieces")


def read_truth(path: Path) -> list[list[Question]]:
    """Questions by piece."""
    rng = random.Random(0)
    lines = path.read_text(encoding="utf-8").splitlines()
    return [list(true_questions(json.loads(line), rng)) for line in lines]


def read_release(release: Path) -> list[Question]:
    """What the rows of a release's training split ask, at most one of a kind and piece."""
    paths = {row["track_id"]: row["audio"]["path"] for row in _rows(release / "tracks")}
    found: dict[tuple[str, str], Question] = {}
    for row in _rows(release / "mf-skills" / "qa"):
        if question := released_question(row, paths[row["track_id"]]):
            found.setdefault((question.sound, question.kind), question)
    return list(found.values())


def write_test(pieces: Sequence[Sequence[Question]], path: Path) -> None:
    """Balanced questions, a line each."""
    rng = random.Random(2)
    kept = balanced([each for piece in pieces for each in piece], _N_TEST, rng)
    print(f"test: {dict(Counter(each.kind for each in kept))}")
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(asdict(with_options(each, rng))) + "\n" for each in kept)


def write_conversations(questions: Sequence[Question], path: Path) -> int:
    """All questions of a piece after one hearing, several times with other options and order."""
    by_piece: dict[str, list[Question]] = defaultdict(list)
    for question in questions:
        by_piece[question.sound].append(question)
    rng = random.Random(3)
    with path.open("w", encoding="utf-8") as file:
        for variant in range(_N_VARIANTS):
            for sound, asked in by_piece.items():
                item = {"id": f"{sound}-{variant}", "sound": sound, "duration": _LENGTH_S}
                file.write(json.dumps(item | {"conversations": _turns(asked, rng)}) + "\n")
    return len(by_piece)


def _turns(questions: Sequence[Question], rng: random.Random) -> list[dict[str, str]]:
    """Questions in a drawn order with drawn options, and their answers."""
    turns = []
    for question in rng.sample(questions, len(questions)):
        shown = with_options(question, rng)
        turns.append({"from": "human", "value": shown.prompt})
        turns.append({"from": "gpt", "value": shown.answer})
    return turns


def _rows(folder: Path) -> list[dict[str, Any]]:
    found = sorted(folder.glob("train-*.parquet"))
    return [row for path in found for row in pq.read_table(path).to_pylist()]


if __name__ == "__main__":
    main()
