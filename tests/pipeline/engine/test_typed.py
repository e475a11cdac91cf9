"""A stage meets its rows typed: mypy knows their fields, and finds the misspelt ones."""

import re

import pytest
from mypy import api

from tests.blocks import ROOT

STAGE = """
from pipeline.engine.stage import Batch, Stage, StageContext, StageResult
from schemas.facts import MusicFacts
from schemas.quality import LintVerdict
from schemas.sections import LintConfig


def run(batch: Batch, config: LintConfig, context: StageContext) -> StageResult:
    result = StageResult(inputs=[])
    for verdict in batch.of(LintVerdict):
        result.inputs.append(verdict.row_id)
        result.accepted.append(verdict.row_id)
        assert len(verdict.findings) <= config.max_wrong
    for track_id, rows in batch.by_track(MusicFacts).items():
        print(track_id, [row.duration_s for row in rows])
    context.progress(len(batch.tracks))
    return result


STAGE = Stage("typed", "1", LintVerdict, (LintVerdict, MusicFacts), LintConfig, run=run)
"""
CALLER = """
from pipeline import Corpus, build, load_config
from schemas.facts import MusicFacts

corpus: Corpus = build(load_config("corpus.yaml"), until="measure")
for facts in corpus.rows(MusicFacts):
    print(facts.duration_s)
one = corpus.rows_of("a.wav").one(MusicFacts)
print(one.duration_s if one else corpus.content_hash)
"""
MISSPELT = {
    STAGE: {
        "accepted.append(verdict.row_id)": "accepted.append(verdict.row_idd)",
        "config.max_wrong": "config.max_wrnog",
        "row.duration_s": "row.durations",
        "len(batch.tracks)": "len(batch.track)",
    },
    CALLER: {
        "print(facts.duration_s)": "print(facts.duration_ms)",
        "one.duration_s if": "one.durations if",
        "corpus.content_hash": "corpus.contenthash",
    },
}
ERROR = r'\S+:(\d+): error: "\w+" has no attribute "(\w+)".*\[attr-defined\]'
KINDS = pytest.mark.parametrize("text", MISSPELT, ids=["stage", "caller"])


@pytest.fixture
def check(tmp_path, monkeypatch):
    """Mypy's words on a module, with the project's settings."""
    monkeypatch.chdir(ROOT)
    path = tmp_path / "checked.py"

    def run(text):
        path.write_text(text)
        told, errors, _ = api.run(["--no-error-summary", "--no-color-output", str(path)])
        assert not errors, errors
        return told.splitlines()

    return run


@KINDS
def test_the_right_spelling_passes(check, text):
    assert check(text) == []


@KINDS
def test_a_misspelt_field_is_an_error_where_it_stands(check, text):
    spellings, wrong_text = MISSPELT[text], text
    for right, wrong in spellings.items():
        assert text.count(right) == 1
        wrong_text = wrong_text.replace(right, wrong)
    lines = wrong_text.splitlines()
    told = [re.fullmatch(ERROR, line) for line in check(wrong_text)]
    assert all(told)
    assert len(told) == len(spellings)
    for found in told:
        assert found[2] in lines[int(found[1]) - 1]
