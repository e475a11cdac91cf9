"""From which probability on a tag is right, by excerpts whose instruments are known.

    python -m benchmarks.tags.fit HEARD.jsonl [HEARD.jsonl ...] [--write]

Of what `benchmarks.tags.hear` wrote; ``--write`` puts the chances of the instruments in
`pipeline.stages.measure.tags.TAGS_OF` into the packaged calibration. A tag's score is
`pipeline.stages.measure.tags.tag_scores`. For each tag: the least score from which on it is right
in 95 % of the excerpts of all other sources, then how often it was right from there on in the
source left out; all sources together, with a 95 % interval (Wilson). A source is a corpus of
scores or a style, or a sound font where rendered excerpts have no other.
"""

import argparse
import json
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.facts.judged import judged
from pipeline.stages.measure import chances
from pipeline.stages.measure.tags import TAGS_OF, score_evidence, tag_scores
from pipeline.views.evaluate.facts.tables import summed_up
from pipeline.views.evaluate.fitting import Example, fit_model, predictions
from schemas.calibration import ChoiceModel
from schemas.sections import MaxWrong
from tools.tags.musicnn import TAGS

LEAST_PRECISION = 0.95
# Fewer stated excerpts say too little.
MIN_STATED = 8


def _has(*words: str, without: Sequence[str] = ()) -> Callable[[str], bool]:
    return lambda name: (
        any(word in name for word in words) and not any(word in name for word in without)
    )


# Tags that speak for an instrument, where it is not the one of its name.
OTHER_TAGS = {**TAGS_OF, "plucked strings": ("guitar",)}
FEATURES = ("one", "root_score")
# Which instruments of General MIDI make it right, and which make it neither right nor wrong.
RIGHT: dict[str, Callable[[str], bool]] = {
    "guitar": _has("Guitar"),
    "plucked strings": _has(
        "Guitar",
        "Banjo",
        "Dulcimer",
        "Koto",
        "Shamisen",
        "Sitar",
        "Harp",
        "Clavinet",
        without=["Harmonica"],
    ),
    "piano": _has("Piano"),
    "strings": _has("Violin", "Viola", "Cello", "Contrabass", "Fiddle", "Strings", "String Ens"),
    "violin": _has("Violin", "Fiddle", "Viola"),
    "cello": _has("Cello"),
    "flute": _has("Flute", "Recorder", "Piccolo", without=["Pan"]),
    "harp": _has("Harp", without=["Harpsichord", "Harmonica"]),
    "harpsichord": _has("Harpsichord", "Clavinet"),
    "sitar": _has("Sitar"),
    "synth": _has("Synth", "Lead", "Pad", "FX"),
    "drums": _has("Drums"),
}
NEUTRAL: dict[str, Callable[[str], bool]] = {
    "guitar": _has("Banjo", "Dulcimer", "Koto", "Shamisen", "Sitar"),
    "violin": _has("String Ens"),
    "cello": _has("String Ens", "Contrabass", "Viola"),
    "flute": _has("Pan Flute", "Ocarina", "Whistle", "Shakuhachi", "Calliope"),
    "harp": _has("Koto"),
    "piano": _has("Clavinet"),
    "drums": _has("Timpani", "Taiko", "Melodic Tom", "Synth Drum", "Woodblock", "Agogo"),
}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("heard", nargs="+", type=Path)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    rows = [json.loads(line) for path in options.heard for line in path.open()]
    rows = [row for row in rows if row["truth"] and "instruments" in row["truth"]]
    table = Table("tag", "excerpts with", "least score", "stated", "right", "95 %", "left out")
    for tag in RIGHT:
        table.add_row(tag, *_row(tag, rows))
    Console(width=120).print(f"{len(rows)} excerpts", table)
    models = {name: _fitted(name, rows) for name in TAGS_OF}
    if options.write:
        calibration = chances.packaged_calibration().model_copy(update={"instruments": models})
        chances.CALIBRATION_FILE.write_text(calibration.model_dump_json(indent=1) + "\n")


def _fitted(name: str, rows: Sequence[dict[str, Any]]) -> ChoiceModel:
    """The chances of an instrument; prints how honest they are on sources left out."""
    examples = [
        Example(source, [score_evidence(score), {}], (0 if plays else 1,), silent=1)
        for score, plays, source in zip(*_evidence(name, rows), strict=True)
    ]
    model, found = fit_model(examples, FEATURES), predictions(examples, FEATURES)
    bound = MaxWrong().instruments
    summed = summed_up(name, judged(found, model, bound))
    n_playing = sum(each.right == (0,) for each in examples)
    print(
        f"{name}: in {n_playing} of {summed.n} excerpts, of {len(model.sources)} sources; stated "
        f"at {bound:.0%} in {summed.n_stated}, wrong {summed.n_wrong}: {summed.wrong}; "
        f"calibration error {summed.calibration_error:.3f}"
    )
    return model


def _row(tag: str, rows: Sequence[dict[str, Any]]) -> list[str]:
    scores, is_right, sources = _evidence(tag, rows)
    stated = right = 0
    for source in np.unique(sources):
        is_out = sources == source
        least = least_score(scores[~is_out], is_right[~is_out])
        if least is not None:
            is_stated = is_out & (scores >= least)
            stated += int(is_stated.sum())
            right += int(is_right[is_stated].sum())
    least = least_score(scores, is_right)
    shown = "-" if least is None else f"{least:.3f}"
    above = scores >= (math.inf if least is None else least)
    n_above, n_right = int(above.sum()), int(is_right[above].sum())
    left_out = f"{right} of {stated}"
    return [
        str(is_right.sum()),
        shown,
        str(n_above),
        str(n_right),
        wilson(n_right, n_above),
        left_out,
    ]


def _evidence(
    tag: str, rows: Sequence[dict[str, Any]]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scores, whether the instrument plays, and sources, of the excerpts that count."""
    found = []
    for row in rows:
        names = row["truth"]["instruments"]
        plays = any(RIGHT[tag](name) for name in names)
        if not plays and tag in NEUTRAL and any(NEUTRAL[tag](name) for name in names):
            continue
        columns = [TAGS.index(each) for each in OTHER_TAGS.get(tag, (tag,))]
        score = tag_scores(np.array(row["tags"])[:, columns].sum(axis=1))
        found.append((score, plays, row["truth"].get("source") or row["truth"]["soundfont"]))
    scores, is_right, sources = zip(*found, strict=True)
    return np.array(scores), np.array(is_right), np.array(sources)


def least_score(scores: np.ndarray, is_right: np.ndarray) -> float | None:
    """The least score from which on it is right in 95 % of the excerpts; None without enough."""
    order = np.argsort(-scores)
    n_right = np.cumsum(is_right[order])
    precision = n_right / np.arange(1, len(order) + 1)
    good = np.flatnonzero(precision >= LEAST_PRECISION)
    good = good[good + 1 >= MIN_STATED]
    return float(scores[order][good[-1]]) if len(good) else None


def wilson(right: int, total: int) -> str:
    """95 % interval of a share."""
    if total == 0:
        return "-"
    z, share = 1.96, right / total
    middle = (share + z**2 / (2 * total)) / (1 + z**2 / total)
    half = z * math.sqrt(share * (1 - share) / total + z**2 / (4 * total**2)) / (1 + z**2 / total)
    return f"{middle - half:.2f}-{middle + half:.2f}"


if __name__ == "__main__":
    main()
