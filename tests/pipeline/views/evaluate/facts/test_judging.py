"""Each field's judgement and scores, against answers known beforehand."""

import pytest

from pipeline.views.evaluate.facts.beats import beat_scores
from pipeline.views.evaluate.facts.chords import (
    chord_scores,
    chord_time_stated,
    judge_chords,
)
from pipeline.views.evaluate.facts.judgement import NOTHING_MEASURED, Judgement
from pipeline.views.evaluate.facts.key import judge_key, judge_tonic, key_error, key_scores
from pipeline.views.evaluate.facts.metre import judge_metre, judge_metre_family, metre_error
from pipeline.views.evaluate.facts.reference import KeySpan, ReferenceFacts, Span
from pipeline.views.evaluate.facts.sections import judge_form, section_scores
from pipeline.views.evaluate.facts.tables import field_evaluations, mean_scores, summed_up
from pipeline.views.evaluate.facts.tags import judge_instruments
from pipeline.views.evaluate.facts.tempo import (
    judge_either_tempo,
    judge_tempo,
    tempo_error,
    tempo_scores,
)
from schemas.facts import Beat, EitherTempo, MetreFamily, Scale, Tonic
from schemas.sections import MaxWrong
from tests.facts import SURE, UNSURE, chord_of, key_of, metre_of, tempo_of
from tests.pipeline.views.test_pages import make_facts


class Listed:
    """What a row of a field looks like that other facts may have."""

    def __init__(self, **values):
        self.__dict__.update(values)


@pytest.mark.parametrize(
    ("references", "bpm", "kind"),
    [
        ((120.0,), 124.7, ""), ((120.0,), 125.0, "other"), ((120.0,), 60.5, "half"),
        ((70.0,), 140.0, "double"), ((90.0,), 135.0, "3/2"), ((135.0,), 90.0, "2/3"),
        ((50.0,), 150.0, "triple"), ((120.0, 60.0), 60.0, ""), ((), 100.0, "has no tempo"),
    ],
)  # fmt: skip
def test_kinds_of_tempo_errors(references, bpm, kind):
    assert tempo_error(references, bpm) == kind


def test_an_octave_is_right_for_accuracy_2_only():
    facts = make_facts(tempo=tempo_of(60.0))
    scores = tempo_scores(ReferenceFacts(tempi_bpm=(120.0,)), facts)
    assert scores == {"tempo accuracy 1": 0.0, "tempo accuracy 2": 1.0}
    scores = tempo_scores(ReferenceFacts(tempi_bpm=(90.0,)), facts)
    assert set(scores.values()) == {0.0}


def test_only_sure_values_are_stated_and_missing_ones_are_none():
    reference = ReferenceFacts(tempi_bpm=(100.0,), beats_per_bar=(3,))
    facts = make_facts(tempo=tempo_of(100.0, **UNSURE), metre=None)
    assert judge_tempo(reference, facts, 0.05) == [Judgement(0.6, False, True)]
    assert judge_tempo(reference, facts, 0.2) == [Judgement(0.6, True, True)]
    assert judge_metre(reference, facts, 0.05) == [NOTHING_MEASURED]
    assert judge_tempo(ReferenceFacts(), facts, 0.05) == []


@pytest.mark.parametrize(
    ("accepted", "heard", "kind"),
    [((3,), 3, ""), ((2, 6), 6, ""), ((4,), 2, "half or double bars"),
     ((3,), 6, "half or double bars"), ((7,), 4, "7 heard as 4")],
)  # fmt: skip
def test_kinds_of_metre_errors(accepted, heard, kind):
    assert metre_error(accepted, heard) == kind


@pytest.mark.parametrize(
    ("true", "heard", "kind"),
    [
        (("C", "major"), ("C", "major"), ""), (("C#", "minor"), ("Db", "minor"), ""),
        (("C", "major"), ("G", "major"), "fifth"), (("C", "major"), ("F", "major"), "fifth"),
        (("C", "major"), ("A", "minor"), "relative"), (("D", "dorian"), ("C", "major"), "relative"),
        (("C", "major"), ("C", "minor"), "parallel"),
        (("G", "mixolydian"), ("G", "major"), "parallel"),
        (("C", "major"), ("F#", "major"), "other"), (("C", "hirajoshi"), ("D", "minor"), "other"),
    ],
)  # fmt: skip
def test_kinds_of_key_errors(true, heard, kind):
    assert key_error([KeySpan(*true)], *heard) == kind


def test_the_key_that_lasts_longest_is_right_and_one_that_lasts_as_long():
    spans = [
        KeySpan("C", "major", 0, 30),
        KeySpan("D", "major", 30, 59),
        KeySpan("E", "major", 59, 62),
    ]
    reference = ReferenceFacts(keys=spans)
    kinds = [judge_key(reference, make_facts(key=key_of(t)), 0.05)[0].kind for t in "CDE"]
    assert kinds == ["", "", "other"]


def test_a_key_of_music_without_one_is_wrong_and_a_scale_can_be_right():
    stated = make_facts(key=key_of("C"))
    assert judge_key(ReferenceFacts(keys=()), stated, 0.05)[0].kind == "has no key"
    pitches = [(9 + step) % 12 for step in (0, 2, 3, 5, 7, 9, 10)]
    scale = Scale(
        tonic="A", name="dorian", pitch_classes=pitches, p_right=0.9, q_value=0.02, others=[]
    )
    facts = make_facts(key=None, scale=scale)
    assert judge_key(ReferenceFacts(keys=(KeySpan("A", "dorian"),)), facts, 0.05)[0].is_right
    assert key_scores(ReferenceFacts(keys=(KeySpan("A", "minor"),)), facts) == {
        "key, MIREX weighted": None
    }


def test_keys_have_mir_evals_weights():
    reference = ReferenceFacts(keys=(KeySpan("C", "major"),))
    scores = [
        key_scores(reference, make_facts(key=key_of(*key)))["key, MIREX weighted"]
        for key in (("C", "major"), ("G", "major"), ("A", "minor"), ("C", "minor"), ("F#", "major"))
    ]
    assert scores == [1.0, 0.5, 0.3, 0.2, 0.0]


TRUE_CHORDS = [Span(0, 2, "C:maj"), Span(2, 4, "A:min7/b3"), Span(4, 6, "N"), Span(6, 8, "X")]


def test_chords_are_right_by_their_triads_where_the_reference_knows_them():
    heard = [
        chord_of(0.0, 2.0, "C:maj7"), chord_of(2.0, 4.0, "A:maj"), chord_of(4.0, 6.0, "F:maj"),
        chord_of(6.0, 8.0, "G:maj"),
    ]  # fmt: skip
    found = judge_chords(ReferenceFacts(chords=TRUE_CHORDS), make_facts(chords=heard), 0.05)
    assert [each.kind for each in found] == ["", "quality", "no chord there"]


def test_short_chords_and_stretches_without_one_are_not_judged():
    heard = [chord_of(0.0, 0.3, "C:maj"), chord_of(0.3, 2.0, "N"), chord_of(2.0, 4.0, "G:7")]
    found = judge_chords(ReferenceFacts(chords=TRUE_CHORDS), make_facts(chords=heard), 0.05)
    assert [each.kind for each in found] == ["root"]


def test_chords_are_scored_by_mir_eval_and_the_time_stated_is_of_chords():
    heard = [chord_of(0.0, 4.0, "C:maj"), chord_of(4.0, 6.0, "G:maj", **UNSURE)]
    reference = ReferenceFacts(chords=[Span(0, 3, "C:maj7"), Span(3, 6, "G:maj")])
    scores = chord_scores(reference, make_facts(chords=heard))
    assert scores["chords, majmin"] == pytest.approx(5 / 6)
    assert scores["chords, sevenths"] == pytest.approx(2 / 6)
    facts = make_facts(chords=[*heard, chord_of(6.0, 9.0, "N")])
    assert chord_time_stated(facts, 0.05) == pytest.approx(4 / 6)


def test_beats_at_double_tempo_are_right_at_another_level_only():
    true_s = [0.5 * i for i in range(60)]
    facts = make_facts(beats=[Beat(time_s=0.25 * i, bar_position=1 + i % 4) for i in range(120)])
    reference = ReferenceFacts(beats_s=true_s, downbeats_s=true_s[::2])
    scores = beat_scores(reference, facts)
    assert scores["beats, CMLt"] == 0 and scores["beats, AMLt"] > 0.98
    assert scores["beats, F"] == pytest.approx(2 / 3, abs=0.01)
    assert scores["downbeats, F"] == 1
    assert set(beat_scores(reference, make_facts(beats=None)).values()) == {None}


def test_sections_by_boundaries_and_by_letters():
    spans = [(0.0, 20.0, "A"), (20.0, 40.0, "B"), (40.0, 60.0, "A'")]
    reference = ReferenceFacts(sections=[Span(*each) for each in spans])
    sections = [Listed(start_s=s, end_s=e, letter=name) for s, e, name in spans]
    assert set(section_scores(reference, Listed(sections=sections)).values()) == {1.0}
    late = [Listed(start_s=s and s + 2, end_s=e, letter="A") for s, e, _ in spans]
    late[0].end_s, late[1].end_s = 22.0, 42.0
    scores = section_scores(reference, Listed(sections=late))
    assert scores["sections, F at 0.5 s"] == 0 and scores["sections, F at 3 s"] == 1
    assert scores["sections, pairwise F"] < 1


def test_starts_of_sections_are_right_near_a_true_one_and_stated_where_they_are_sure():
    reference = ReferenceFacts(sections=[Span(20.0 * i, 20.0 * i + 20, "A") for i in range(4)])
    heard = [(0.0, None), (22.9, 0.01), (43.1, 0.01), (60.0, 0.2)]
    sections = [Listed(start_s=s, start_p_right=0.9, start_q_value=q) for s, q in heard]
    found = judge_form(reference, Listed(sections=sections), 0.05)
    assert [each.is_right for each in found] == [True, False, True]
    assert [each.is_stated for each in found] == [True, True, False]
    assert judge_form(ReferenceFacts(), Listed(sections=sections), 0.05) == []


def test_instruments_are_found_in_the_names_of_references():
    listed = [
        Listed(name=name, p_right=0.9, q_value=0.0 if name == "guitar" else 0.1)
        for name in ("guitar", "drums", "violins", "flute")
    ]
    names = frozenset({"acoustic guitar (nylon)", "drums", "violin", "steelpan"})
    found = judge_instruments(ReferenceFacts(instruments=names), Listed(instruments=listed), 0)
    assert [each.is_right for each in found] == [True, True, True, False]
    assert [each.is_stated for each in found] == [True, False, False, False]


def test_the_table_counts_what_is_stated_and_what_could_be():
    judged = [
        *[Judgement(0.95, True, True)] * 18,
        *[Judgement(0.9, True, False, "half"), Judgement(0.9, True, False, "double")],
        *[Judgement(0.4, False, False, "half")] * 10,
        *[NOTHING_MEASURED] * 10,
    ]
    found = summed_up("tempo", judged)
    assert (found.n, found.n_measured, found.n_stated, found.n_wrong) == (40, 30, 20, 2)
    assert found.kinds == {"half": 1, "double": 1}
    assert found.wrong.value == 0.1 and 0.02 < found.wrong.low < 0.1 < found.wrong.high < 0.35
    assert [each.share for each in found.coverage] == pytest.approx([18 / 40, 18 / 40, 20 / 40])
    expected = (20 * abs(18 / 20 - (18 * 0.95 + 2 * 0.9) / 20) + 10 * 0.4) / 30
    assert found.calibration_error == pytest.approx(expected)


@pytest.mark.parametrize(
    ("tempi_bpm", "kind"), [((120.0,), ""), ((60.0,), ""), ((90.0,), "4/3"), ((), "has no tempo")]
)
def test_a_tempo_or_its_octave_is_right_where_one_of_them_is(tempi_bpm, kind):
    either = EitherTempo(bpm=60.0, **SURE)
    facts = make_facts(tempo=tempo_of(120.0, either=either, **UNSURE))
    (found,) = judge_either_tempo(ReferenceFacts(tempi_bpm=tempi_bpm), facts, 0.05)
    assert (found.is_stated, found.is_right, found.kind) == (True, not kind, kind)


@pytest.mark.parametrize(("accepted", "is_right"), [((2,), True), ((4,), True), ((3,), False)])
def test_a_metre_in_twos_is_right_of_long_and_short_bars(accepted, is_right):
    family = MetreFamily(beats_per_bar=[2, 4], **SURE)
    facts = make_facts(metre=metre_of(4, family=family, **UNSURE))
    (found,) = judge_metre_family(ReferenceFacts(beats_per_bar=accepted), facts, 0.05)
    assert (found.is_stated, found.is_right) == (True, is_right)


@pytest.mark.parametrize(
    ("keys", "kind"),
    [((KeySpan("D", "dorian"),), ""), ((KeySpan("F", "major"),), "other"), ((), "has no key")],
)
def test_a_tonic_is_right_whatever_its_scale(keys, kind):
    facts = make_facts(key=key_of("D", "minor", **UNSURE), tonic=Tonic(name="D", **SURE))
    (found,) = judge_tonic(ReferenceFacts(keys=keys), facts, 0.05)
    assert (found.is_stated, found.kind) == (True, kind)
    assert judge_tonic(ReferenceFacts(keys=keys), make_facts(), 0.05) == [NOTHING_MEASURED]


def test_a_field_without_any_value_is_told_too():
    found = summed_up("key", [NOTHING_MEASURED] * 3)
    assert found.wrong is None and found.calibration_error is None
    assert [each.share for each in found.coverage] == [0, 0, 0]


def test_fields_and_means_are_of_the_tracks_that_have_references():
    pairs = [
        (ReferenceFacts(tempi_bpm=(100.0,)), make_facts(tempo=tempo_of(100.0))),
        (ReferenceFacts(tempi_bpm=(100.0,)), make_facts(tempo=tempo_of(50.0))),
        (ReferenceFacts(tempi_bpm=(100.0,)), make_facts(tempo=None)),
        (ReferenceFacts(beats_per_bar=(4,)), make_facts(metre=metre_of(4))),
    ]
    tempo, _, metre, _ = field_evaluations(pairs, MaxWrong())
    assert (tempo.field, tempo.n, tempo.n_stated, tempo.n_wrong) == ("tempo", 3, 2, 1)
    assert (metre.field, metre.n, metre.n_wrong) == ("metre", 1, 0)
    first, second = mean_scores(pairs, MaxWrong())
    assert (first.name, first.n, first.n_measured, first.mean) == ("tempo accuracy 1", 3, 2, 0.5)
    assert first.low == 0 and first.high == 1
    assert second.mean == second.low == second.high == 1
