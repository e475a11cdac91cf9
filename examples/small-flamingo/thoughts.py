"""Thoughts of exact truth, in the form of a release's ``mf-think``.

A thought says what is heard, then comes the answer. It has to be said of the sound, not of the
options: whatever is reasoned about in few words is heard all through a piece.
"""

import random
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from questions import Question, with_options

from schemas.audio_tokens import TOKENS_PER_S
from schemas.thinking import Thought, ask_for_thought, format_thought

# By kind of question; `score.py` says each option in the first words. What was heard comes first,
# as in the answers that `listen.yaml` teaches.
THOUGHTS = {
    "tempo": (
        "{} is how the beat goes when I tap along.",
        "{}: so do the beats follow each other.",
    ),
    "metre": ("{} beats pass from downbeat to downbeat.", "{} is how far I count in a bar."),
    "instrument": ("{} is what plays the chords.", "{}: that is the tone of the chords."),
}
_LENGTH_S = 10


def thought(kind: str, answer: str, words: int = 0) -> str:
    """A completion that thinks and answers, in one of the ways to say it."""
    thinking = THOUGHTS[kind][words].format(answer)
    return format_thought(Thought(thinking=thinking, answer=answer, is_bridged=False))


def write_release(questions: Sequence[Question], folder: Path, rng: random.Random) -> None:
    """Write ``tracks`` and ``mf-think`` of pieces, as far as training reads them.

    Parameters
    ----------
    questions : sequence of Question
        Of kinds in `THOUGHTS`; a row each.
    folder : Path
    rng : random.Random
        Draws options and words.
    """
    rows = [_row(with_options(each, rng), rng, index) for index, each in enumerate(questions)]
    sounds = sorted({each.sound for each in questions})
    tracks = [{"track_id": name, "audio": {"bytes": None, "path": name}} for name in sounds]
    for name, items in (("tracks", tracks), ("mf-think", rows)):
        (folder / name).mkdir(parents=True, exist_ok=True)
        pq.write_table(
            pa.Table.from_pylist(items),
            folder / name / "train-00000-of-00001.parquet",
            row_group_size=64,
        )


def _row(question: Question, rng: random.Random, index: int) -> dict[str, object]:
    words = rng.randrange(len(THOUGHTS[question.kind]))
    return {
        "row_id": f"{question.sound}-{index}",
        "track_id": question.sound,
        "prompt": ask_for_thought(question.prompt),
        "completion": thought(question.kind, question.answer, words),
        "options": list(question.options),
        "gold_answer": question.answer,
        "n_audio_tokens": _LENGTH_S * TOKENS_PER_S,
    }
