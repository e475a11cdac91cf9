"""What readers and the lint say of a sentence, field by field, and how well they agree."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from pipeline.lint import Evidence, lint_text
from schemas.lint import Finding
from tests.pipeline.lint.eleventh_songs import ELEVENTH
from tests.pipeline.lint.fifth_songs import FIFTH
from tests.pipeline.lint.fourth_songs import FOURTH
from tests.pipeline.lint.later_songs import LATER
from tests.pipeline.lint.ninth_songs import NINTH
from tests.pipeline.lint.practice_later_songs import PRACTICE_LATER
from tests.pipeline.lint.practice_songs import PRACTICE
from tests.pipeline.lint.seventh_songs import SEVENTH
from tests.pipeline.lint.sixth_songs import SIXTH
from tests.pipeline.lint.tenth_songs import TENTH
from tests.pipeline.lint.third_songs import THIRD
from tests.pipeline.lint.told_songs import TOLD

PROSE = Path(__file__).parents[2] / "data/lint/prose.jsonl"
PRACTICE_PROSE = PROSE.with_name("practice.jsonl")
FIELDS = (
    "tempo", "metre", "key", "chords", "time", "duration", "vocals", "lyrics", "loudness", "name",
)  # fmt: skip
DECIDED = ("contradicted", "supported")
_ROUNDS = TOLD | LATER | THIRD | FOURTH | FIFTH | SIXTH | SEVENTH | NINTH | TENTH | ELEVENTH
TRACKS = _ROUNDS | PRACTICE | PRACTICE_LATER
# Of the ids of each part, the first; `tests/data/lint/README.md` says how each was made.
PARTS = {
    "first": 0, "fresh": 600, "second": 1000, "third": 2000, "fourth": 3000, "fifth": 4000,
    "sixth": 5000, "seventh": 6000, "eighth": 7000, "ninth": 8000, "tenth": 9000,
    "tenth, second half": 9300, "eleventh": 10000, "twelfth": 11000,
    "thirteenth": 13000, "fourteenth": 14000, "fifteenth": 15000, "sixteenth": 16000,
    "seventeenth": 17000, "eighteenth": 18000, "nineteenth": 19000, "twentieth": 20000,
    "twenty-first": 21000, "twenty-second": 22000, "twenty-third": 23000, "twenty-fourth": 24000,
    "twenty-fifth": 25000, "twenty-sixth": 26000,
}  # fmt: skip
_FIELD_OF = {
    "mode_relation": "key",
    "chord": "chords",
    "numeral": "chords",
    "progression": "chords",
}


def rows(path: Path = PROSE) -> list[dict]:
    """The labelled sentences."""
    return [json.loads(line) for line in path.read_text().splitlines()]


def part_of(row: dict) -> str:
    """The name of the part that a sentence of `PROSE` is of."""
    return [name for name, first in PARTS.items() if row["id"] >= first][-1]


def is_held_out(row: dict) -> bool:
    """Whether its track was not tuned on in the first round."""
    return TRACKS[row["track"]].is_held_out


def said(sentence: str, evidence: Evidence) -> dict[str, str]:
    """What the lint says of each field: contradicted where anything is wrong, else supported."""
    found: dict[str, str] = {}
    for finding in lint_text(sentence, evidence):
        field = _field(finding)
        if finding.verdict == "wrong":
            found[field] = "contradicted"
        elif finding.verdict == "right":
            found.setdefault(field, "supported")
    return {field: verdict for field, verdict in found.items() if field in FIELDS}


def decided(labels: dict[str, str]) -> dict[str, str]:
    """Without what the facts leave open."""
    return {field: verdict for field, verdict in labels.items() if verdict in DECIDED}


def hits(some: list[dict], verdicts: tuple[str, ...] = DECIDED) -> tuple[int, int, int]:
    """Claims that lint and readers have in common, that the lint has, and that the readers have."""
    n_both = n_found = n_told = 0
    for row in some:
        found = {claim for claim in _said_of(row["track"], row["sentence"]) if claim[1] in verdicts}
        told = {claim for claim in decided(row["labels"]).items() if claim[1] in verdicts}
        n_both += len(found & told)
        n_found += len(found)
        n_told += len(told)
    return n_both, n_found, n_told


@cache
def _said_of(track: str, sentence: str) -> tuple[tuple[str, str], ...]:
    return tuple(said(sentence, TRACKS[track].evidence).items())


def differences(some: list[dict]) -> Iterator[tuple[dict, dict[str, str], dict[str, str]]]:
    """Rows of which lint and readers say different things, with both."""
    for row in some:
        found = dict(_said_of(row["track"], row["sentence"]))
        told = decided(row["labels"])
        if found != told:
            yield row, dict(found.items() - told.items()), dict(told.items() - found.items())


def kappa(some: list[dict], one: str, other: str, fields: Sequence[str] = FIELDS) -> float:
    """Cohen's kappa of two readers over all pairs of a sentence and a field.

    Three answers: contradicted, supported, and neither. Source: J. Cohen, "A Coefficient of
    Agreement for Nominal Scales", 1960.
    """
    pairs = [
        (decided(row[one]).get(field), decided(row[other]).get(field))
        for row in some
        for field in fields
    ]
    n, (first, second) = len(pairs), (Counter(each) for each in zip(*pairs, strict=True))
    agreed = sum(a == b for a, b in pairs) / n
    by_chance = sum(first[each] * second[each] for each in first) / n**2
    return (agreed - by_chance) / (1 - by_chance)


def _field(finding: Finding) -> str:
    if finding.kind != "count":
        return _FIELD_OF.get(finding.kind, finding.kind)
    quote = finding.quote.lower()
    return "chords" if "chord" in quote else "metre" if "bar" in quote else "key"
