"""Precision and recall over sentences written, with their truth, before the extractors."""

import json
from collections import Counter
from pathlib import Path

import pytest

from pipeline.lint import lint_text
from tests.pipeline.lint.songs import SONGS

ROWS = [
    json.loads(line) for line in (Path(__file__).parent / "table.jsonl").read_text().splitlines()
]


def claim(found):
    """Kind and code, as in the table; ``?`` for what is uncheckable, for whatever reason."""
    return f"{found.kind}:{'?' if found.verdict == 'uncheckable' else found.code}"


def scores(rows):
    """Precision and recall over claims: kind, verdict and code must all be right."""
    n_right = n_found = n_expected = 0
    for row in rows:
        found = Counter(map(claim, lint_text(row["text"], SONGS[row["song"]])))
        expected = Counter(row["expect"])
        n_right += (found & expected).total()
        n_found += found.total()
        n_expected += expected.total()
    return n_right / n_found, n_right / n_expected, n_expected


@pytest.mark.parametrize("held_out", [False, True], ids=["tuned on", "held out"])
def test_claims_are_found_and_judged(held_out):
    rows = [row for row in ROWS if row["held_out"] is held_out]
    assert len(rows) >= (60 if held_out else 200)
    precision, recall, n_claims = scores(rows)
    name = "held out" if held_out else "tuned on"
    print(f"{name}: {len(rows)} sentences, {n_claims} claims, ", end="")
    print(f"precision {precision:.3f}, recall {recall:.3f}")
    assert precision >= 0.95
    assert recall >= 0.9


def test_sentences_without_a_claim_are_there_too():
    assert sum(not row["expect"] for row in ROWS) >= 30
