"""Low-level properties as questions: what is told, what is not, and that all of it is so."""

from collections import Counter

import pytest

from pipeline.engine.stage import Batch
from pipeline.lint import Evidence, Limits, lint_text
from pipeline.stages.properties.questions import WORDINGS, told_properties
from schemas.facts import MusicFacts
from schemas.sections import PropertiesConfig
from tests.facts import key_of
from tests.pipeline.stages.questions import song_of
from tests.pipeline.stages.test_describe import section, told
from tests.pipeline.stages.test_quality import run


def properties(facts, **config):
    return [
        (each.property, each.answer, each.stretch)
        for each in told_properties(facts, PropertiesConfig(**config))
    ]


def unsure(value):
    return value.model_copy(update={"q_value": 0.9})


def test_what_is_sure_is_told():
    found = properties(song_of())
    assert [each for each in found if each[0] in ("tempo", "metre", "key")] == [
        ("tempo", "120 BPM", None),
        ("metre", "4", None),
        ("key", "C major", (0.0, 60.0)),
        ("key", "D major", (60.0, 120.0)),
    ]
    assert Counter(each[0] for each in found) == {
        "tempo": 1, "metre": 1, "key": 2, "chord": 4, "chords": 1,
    }  # fmt: skip
    assert found[-1] == ("chords", "C, Am, F, G7, C, F, Dm7, G", (0.0, 24.0))


@pytest.mark.parametrize(
    ("change", "gone"),
    [
        (lambda s: {"tempo": unsure(s.tempo)}, {"tempo"}),
        (lambda s: {"tempo": None}, {"tempo"}),
        (lambda s: {"tempo": s.tempo.model_copy(update={"sections": s.tempo.sections * 2})},
         {"tempo"}),
        (lambda s: {"metre": unsure(s.metre)}, {"metre"}),
        (lambda s: {"key_sections": [unsure(each) for each in s.key_sections]}, {"key"}),
        (lambda s: {"key": None, "key_sections": None}, {"key"}),
        (lambda s: {"chords": [unsure(each) for each in s.chords]}, {"chord", "chords"}),
        (lambda s: {"chords": None}, {"chord", "chords"}),
        (lambda s: {"chords": s.chords[:2]}, {"chords"}),
        (lambda s: {"chords": [unsure(e) if n % 3 == 2 else e for n, e in enumerate(s.chords)]},
         {"chords"}),
        (lambda s: {"chords": [
            each.model_copy(update={"start_s": n * 0.5, "end_s": (n + 1) * 0.5})
            for n, each in enumerate(s.chords)]}, {"chord"}),
    ],
)  # fmt: skip
def test_what_is_not_sure_is_not_told(change, gone):
    song = song_of()
    changed = song.model_copy(update=change(song))
    before, after = ({name for name, *_ in properties(each)} for each in (song, changed))
    assert before - after == gone


def test_a_key_that_stays_is_told_of_the_whole():
    song = song_of(key=key_of("C", "major"), key_sections=[section(0, 120)])
    assert [each for each in properties(song) if each[0] == "key"] == [("key", "C major", None)]


def test_no_chords_are_told_where_none_are_wanted():
    assert not {"chord", "chords"} & {
        name for name, *_ in properties(song_of(), chords_per_track=0)
    }


def test_a_track_has_its_rows_or_a_reason():
    nothing = song_of(
        "1", tempo=None, metre=None, key=None, key_sections=None, chords=None, progressions=None
    )
    batch = Batch([told("0"), told("1")], {MusicFacts: [song_of(), nothing]})
    result, models = run("properties", batch, PropertiesConfig())
    result.check()
    assert [(each.row_id, each.reason) for each in result.rejected] == [("1", "nothing_sure")]
    assert result.accepted == [f"0-p{n:02d}" for n in range(9)]
    assert not models.asked
    for row in result.rows:
        has_stretch = row.about_start_s is not None
        assert (" s" in row.question and "from" in row.question) == has_stretch
        assert not row.authorship.is_model


def test_all_that_is_told_is_so():
    facts = song_of()
    evidence = Evidence(facts, limits=Limits())
    says = {
        "tempo": "The tempo is {}.",
        "metre": "There are {} beats in a bar.",
        "key": "From {:.0f} to {:.0f} seconds the key is {}.",
        "chord": "From {:.0f} to {:.0f} seconds the chord is {}.",
    }
    for name, answer, stretch in properties(facts):
        if name in says:
            claims = lint_text(says[name].format(*(stretch or ()), answer), evidence)
            verdicts = {claim.verdict for claim in claims if claim.kind != "time"}
            assert verdicts == {"right"}, (name, answer, claims)


def test_wordings_ask_for_a_stretch_where_it_matters():
    for name in ("chord", "chords", "key"):
        assert all("{when}" in words for words in WORDINGS[name])
    assert len({words for each in WORDINGS.values() for words in each}) == 12
