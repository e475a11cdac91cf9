"""Forms that are known, in features that are made up: sections and letters, or none."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.stages.measure.bars import bar_edges, barwise
from pipeline.stages.measure.blocks import joined_ends, split_gains
from pipeline.stages.measure.chances import packaged_calibration
from pipeline.stages.measure.form import find_form
from pipeline.stages.measure.form_chances import with_chances
from pipeline.stages.measure.letters import Likeness, groups_of, joined_pairs, letters_of
from schemas.facts import Beat, HeardTimbre
from tools.errors import RefusedError

BAR_S, STEP_S = 2.0, 0.25
STEPS_PER_BAR = 8


def material(letter, n_bars):
    """Cepstra and chroma that belong to a letter: a sound of its own, and a phrase of four bars."""
    rng = np.random.default_rng(ord(letter))
    cepstra = rng.normal(0, 20, (1, 13)) + rng.normal(0, 10, (4 * STEPS_PER_BAR, 13))
    chroma = rng.uniform(0, 50, (4 * STEPS_PER_BAR, 12))
    return np.resize(cepstra, (n_bars * STEPS_PER_BAR, 13)), np.resize(
        chroma, (n_bars * STEPS_PER_BAR, 12)
    )


def row_of(parts, *, noise=2.0, seed=0):
    """What is heard of parts: letter, bars, and semitones that they are transposed by."""
    rng = np.random.default_rng(seed)
    cepstra, chroma = [], []
    for letter, n_bars, semitones in parts:
        timbre, pitches = material(letter, n_bars)
        cepstra.append(timbre)
        chroma.append(np.roll(pitches, semitones, axis=1))
    heard = np.concatenate(cepstra), np.concatenate(chroma)
    noisy = [np.round(each + rng.normal(0, noise, each.shape)).astype(int) for each in heard]
    return HeardTimbre(
        track_id="a",
        step_s=STEP_S,
        cepstra=noisy[0].tolist(),
        chroma=noisy[1].tolist(),
        levels_dbfs=[-20] * len(noisy[0]),
        unmeasured=[],
        provenance=[],
    )


def beats_of(n_bars, bar_s=BAR_S):
    return [Beat(time_s=i * bar_s / 4, bar_position=1 + i % 4) for i in range(4 * n_bars)]


def found(parts, beats=True, **heard):
    n_bars = sum(n for _, n, _ in parts)
    row = row_of(parts, **heard)
    return find_form(row, beats_of(n_bars) if beats else None, duration_s=n_bars * BAR_S)


def parse(form):
    """`"A8 B16 A8+2"` as letter, bars, semitones."""
    parts = [each.partition("+") for each in form.split()]
    return [(name[0], int(name[1:]), int(up or 0)) for name, _, up in parts]


@pytest.mark.parametrize(
    ("form", "letters"),
    [
        ("X16 Y8 X16", "A B A"),
        ("X8 X8 Y8 X8", "A A B A"),
        ("X8 Y8 X8 Z8 X8", "A B A C A"),
        ("X4 Y16 Z8 Y16 Z8 V8 Z8", "A B C B C D C"),
        ("X8 Y8 Z8 V8 W8", "A B C D E"),
        ("X8 Y8 X8 Y8+2", "A B A B'"),
        ("X8 Y8+1 X8 Y8", "A B A B'"),
    ],
)
@pytest.mark.parametrize("has_beats", [True, False])
def test_sections_have_their_bars_and_letters(form, letters, has_beats):
    parts = parse(form)
    sections = found(parts, beats=has_beats).sections
    assert " ".join(each.letter for each in sections) == letters
    ends = np.cumsum([n for _, n, _ in parts]) * BAR_S
    assert [each.end_s for each in sections] == pytest.approx(ends)


def test_a_letter_heard_only_twice_in_a_row_is_one_section_of_both():
    sections = found(parse("X8 X8 Y8 Y8 X8 X8")).sections
    assert [(each.letter, each.end_s - each.start_s) for each in sections] == [
        ("A", 32.0), ("B", 32.0), ("A", 32.0),
    ]  # fmt: skip


def test_level_of_a_section_is_against_the_whole():
    row = row_of(parse("X8 Y8 X8 Y8"))
    levels = ([-20] * 64 + [-10] * 64) * 2
    form = find_form(row.model_copy(update={"levels_dbfs": levels}), beats_of(32), duration_s=64.0)
    mean_db = 10 * np.log10((0.01 + 0.1) / 2)
    assert [each.level_db for each in form.sections] == pytest.approx(
        [-20 - mean_db, -10 - mean_db] * 2
    )


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.sampled_from("UVWXYZ"), min_size=5, max_size=9),
    st.integers(0, 99),
    st.booleans(),
)
def test_sections_cover_the_track_without_gaps_and_start_at_downbeats(letters, seed, has_beats):
    parts = [(letter, 8, 0) for letter in letters]
    if len(set(letters)) == 1:
        return
    form = found(parts, beats=has_beats, seed=seed)
    starts = [each.start_s for each in form.sections]
    assert starts == [0.0, *(each.end_s for each in form.sections[:-1])]
    assert form.sections[-1].end_s == len(letters) * 8 * BAR_S
    assert all(start % BAR_S == pytest.approx(0) for start in starts)
    assert len(form.boundaries) == len(form.sections) - 1
    names = [each.letter.rstrip("'") for each in form.sections]
    assert set(form.returns) == {i for i, name in enumerate(names) if name in names[:i]}


def test_a_clear_boundary_is_likelier_than_one_in_noise():
    forms = [found(parse("X8 Y8 X8 Z8 X8"), noise=each) for each in (2, 40)]
    clear, noisy = (with_chances(form, packaged_calibration()) for form in forms)
    assert min(each.start_p_right for each in clear[1:]) > 0.9
    assert min(each.start_p_right for each in clear[1:]) > max(
        each.start_p_right for each in noisy[1:]
    )


def test_only_starts_and_returns_have_chances():
    sections = with_chances(found(parse("X8 Y8 X8")), packaged_calibration())
    assert [each.start_p_right is None for each in sections] == [True, False, False]
    assert [each.letter_p_right is None for each in sections] == [True, True, False]
    assert all(0 <= each.start_q_value <= 1 for each in sections[1:])


@pytest.mark.parametrize(
    ("spans", "joined"),
    [
        ([(0, 2), (2, 10), (10, 18)], [(0, 10), (10, 18)]),
        ([(0, 8), (8, 16), (16, 19)], [(0, 8), (8, 19)]),
        ([(0, 4), (4, 12), (12, 16)], [(0, 4), (4, 12), (12, 16)]),
        ([(0, 3), (3, 6)], [(0, 6)]),
        ([(0, 3)], [(0, 3)]),
    ],
)
def test_an_upbeat_or_a_last_chord_is_no_section(spans, joined):
    assert joined_ends(spans, bar_s=2.0) == joined


def test_two_sections_are_worth_more_than_one_only_where_music_changes():
    blocks = np.kron(np.eye(2), np.ones((8, 8)))
    (changes,) = split_gains(blocks, [(0, 8), (8, 16)], bar_s=2.0)
    (stays,) = split_gains(np.ones((16, 16)), [(0, 8), (8, 16)], bar_s=2.0)
    assert changes > stays + 0.3


@pytest.mark.parametrize("noise", [0.0, 0.8])
def test_what_never_changes_has_no_form(noise):
    row = row_of([("X", 60, 0)])
    rng = np.random.default_rng(0)
    same = {"cepstra": (480, 13), "chroma": (480, 12)}
    still = {
        name: np.round(rng.normal(25, noise, shape)).astype(int) for name, shape in same.items()
    }
    row = row.model_copy(update={name: value.tolist() for name, value in still.items()})
    with pytest.raises(RefusedError) as refused:
        find_form(row, None, duration_s=120.0)
    assert refused.value.reason == "no_clear_form"


@pytest.mark.parametrize(("duration_s", "reason"), [(44.9, "too_short"), (1801.0, "too_long")])
def test_a_form_is_sought_in_pieces_of_usual_lengths(duration_s, reason):
    with pytest.raises(RefusedError) as refused:
        find_form(row_of(parse("X8 Y8")), None, duration_s=duration_s)
    assert refused.value.reason == reason


def test_silence_around_the_music_belongs_to_the_outer_sections():
    row = row_of(parse("X8 Y8 X8 Y8"))
    quiet = {
        name: np.pad(getattr(row, name), ((40, 60), (0, 0))).tolist()
        for name in ("cepstra", "chroma")
    }
    levels = [-90] * 40 + [-20] * 256 + [-90] * 60
    row = row.model_copy(update=quiet | {"levels_dbfs": levels})
    beats = [Beat(time_s=each.time_s + 10, bar_position=each.bar_position) for each in beats_of(32)]
    sections = find_form(row, beats, duration_s=89.0).sections
    assert [each.start_s for each in sections] == [0.0, 26.0, 42.0, 58.0]
    assert sections[-1].end_s == 89.0


def test_gaps_between_downbeats_are_filled_and_long_bars_halved():
    whole = beats_of(40)
    gap = [each for each in whole if not 20 <= each.time_s < 26]
    assert bar_edges(gap, span_s=(0, 80)).tolist() == np.arange(0, 81, 2).tolist()
    slow = beats_of(20, bar_s=4.4)
    assert np.diff(bar_edges(slow, span_s=(0, 88))) == pytest.approx(np.full(40, 2.2))


@pytest.mark.parametrize("n_beats", [0, 4, 60])
def test_without_enough_downbeats_bars_are_even(n_beats):
    edges = bar_edges(beats_of(20)[:n_beats] or None, span_s=(0.0, 61.0))
    assert np.diff(edges) == pytest.approx(np.full(30, 61 / 30))


def test_parts_of_bars_have_the_mean_of_their_steps():
    steps = np.arange(32.0)[:, None]
    rows = barwise(steps, np.array([0.0, 2.0, 8.0]), step_s=0.25)
    assert rows[0] == pytest.approx(np.arange(8))
    assert rows[1] == pytest.approx(np.arange(9, 32, 3))


def test_after_z_letters_are_doubled():
    n = 28
    likeness = Likeness(np.eye(n), np.zeros((n, n), bool))
    letters = letters_of(groups_of(likeness), likeness)
    assert letters[:2] + letters[25:] == ["A", "B", "Z", "AA", "BB"]


def test_pairs_are_joined_only_where_a_letter_is_never_alone():
    spans = [(i, i + 1) for i in range(6)]
    assert joined_pairs(spans, [0, 0, 1, 0, 0, 1]) == [(0, 2), (2, 3), (3, 5), (5, 6)]
    assert joined_pairs(spans, [0, 0, 1, 0, 1, 1]) == spans
    assert joined_pairs(spans, [0, 0, 0, 0, 1, 1]) == [(0, 2), (2, 4), (4, 6)]
