"""Made-up songs are in the keys, chords and forms that they are said to be in."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from benchmarks.facts import hard
from benchmarks.facts.families import FAMILIES
from benchmarks.facts.performance import play, time_truth
from benchmarks.facts.render import _draw_tempo
from benchmarks.facts.theory import QUALITIES, SCALES, TONICS

IN_KEYS = ("gen_rock", "gen_electronic", "gen_latin", "gen_ternary", "gen_odd", "gen_modal")


def made(family, seed):
    return FAMILIES[family](np.random.default_rng(seed))


def time_by_class(score, start_q=0.0, end_q=np.inf):
    found = Counter()
    for note in score.notes:
        if not score.parts[note.part].is_drums and start_q <= note.onset_q < end_q:
            found[note.pitch % 12] += note.length_q
    return found


def share_inside(found, tonic, mode):
    """Of a scale; a minor key may raise its seventh, and a blues flatten its thirds."""
    steps = {*SCALES[mode], *({11} if mode == "minor" else ())}
    classes = {(TONICS.index(tonic) + step) % 12 for step in steps}
    return sum(found[pitch_class] for pitch_class in classes) / found.total()


@pytest.mark.parametrize("family", IN_KEYS)
@pytest.mark.parametrize("seed", range(4))
def test_notes_lie_in_the_key(family, seed):
    score = made(family, seed)
    (key,) = score.keys
    is_blues = "blues" in score.style or score.style == "shuffle"
    assert share_inside(time_by_class(score), *key.value) > (0.8 if is_blues else 0.99)


@pytest.mark.parametrize("family", [*IN_KEYS, "gen_jazz", "gen_pop"])
def test_the_bass_sounds_the_root_where_a_chord_begins(family):
    score = made(family, 1)
    low = {}
    for note in score.notes:
        if not score.parts[note.part].is_drums:
            low.setdefault(round(note.onset_q, 4), []).append(note.pitch)
    named = [span for span in score.chords if round(span.start_q, 4) in low]
    of_chord = 0
    for span in named:
        root, quality = span.value.split(":")
        above = next(steps for steps, name in QUALITIES.items() if name == quality)
        classes = {(TONICS.index(root) + step) % 12 for step in above}
        of_chord += min(low[round(span.start_q, 4)]) % 12 in classes
    assert named
    assert of_chord == len(named)


@pytest.mark.parametrize("seed", range(4))
def test_two_keys_have_a_half_each(seed):
    score = made("gen_two_keys", seed)
    first, second = score.keys
    assert first.end_q == second.start_q == pytest.approx(score.end_q / 2)
    for key in score.keys:
        assert share_inside(time_by_class(score, key.start_q, key.end_q), *key.value) > 0.99
        other = second if key is first else first
        assert share_inside(time_by_class(score, key.start_q, key.end_q), *other.value) < 0.9


@pytest.mark.parametrize("seed", range(20))
def test_keyless_music_has_no_key_and_rows_use_all_notes(seed):
    score = made("gen_keyless", seed)
    assert score.keyless and score.keys == []
    if score.style == "row":
        found = Counter(n.pitch % 12 for n in score.notes if not score.parts[n.part].is_drums)
        assert len(found) == 12 and max(found.values()) <= 2 * min(found.values()) + 4


@pytest.mark.parametrize("seed", range(20))
def test_other_tunings_have_no_key_and_other_scales_no_foreign_note(seed):
    score = made("gen_world", seed)
    assert score.keyless == any(score.octave_cents)
    if not score.keyless:
        assert set(time_by_class(score)) <= {*score.scale[1], (score.scale[1][0] + 7) % 12}


@pytest.mark.parametrize("family", FAMILIES)
def test_one_seed_is_one_song(family):
    first, second = made(family, 3), made(family, 3)
    assert first.notes == second.notes and first.bars == second.bars
    assert made(family, 4).notes != first.notes


@pytest.mark.parametrize("family", FAMILIES)
def test_sections_chords_and_metres_follow_one_another_to_the_end(family):
    rng = np.random.default_rng(5)
    score = FAMILIES[family](rng)
    tempo = _draw_tempo(score, rng)
    truth = time_truth(score, tempo)
    for name in ("sections", "chords", "metre_sections", "keys"):
        rows = truth[name] or []
        for before, after in pairwise(rows):
            assert after.start_s >= before.end_s - 1e-6
    assert all(note.end_s > note.start_s for note in play(score, tempo, rng))


@pytest.mark.parametrize("seed", range(3))
def test_where_the_metre_changes_the_bars_are_known_of_each_section(seed):
    rng = np.random.default_rng(seed)
    score = hard.changing_metres(rng)
    truth = time_truth(score, _draw_tempo(score, rng))
    assert truth["beats_per_bar"] is None
    assert len(truth["metre_sections"]) in (2, 3)
    for section in truth["metre_sections"]:
        inside = [t for t in truth["beats_s"] if section.start_s - 1e-6 <= t < section.end_s - 1e-6]
        down = [t for t in truth["downbeats_s"] if t in inside]
        (beats_per_bar,) = section.beats_per_bar
        assert len(inside) == beats_per_bar * len(down)
