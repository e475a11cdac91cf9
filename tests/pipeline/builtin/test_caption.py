"""What the plain caption says, and what it never says."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.builtin.caption import caption_of_clip
from schemas.sound import ClipDescriptors

MIDDLING = ClipDescriptors(
    duration_s=30.0,
    level_dbfs=-20.0,
    level_spread_db=5.0,
    level_change_db=0.5,
    silent_share=0.0,
    spectral_centroid_hz=2000.0,
    spectral_flatness=0.03,
    share_below_150_hz=0.15,
    share_above_4_khz=0.02,
    onsets_per_s=2.8,
)
DESCRIPTORS = [name for name in ClipDescriptors.model_fields if name != "duration_s"]
FORBIDDEN = re.compile(
    r"\b(guitar|bass|drum|kick|snare|cymbal|piano|synth|string|vocal|voice|sing|song|melody|chord|"
    r"key|major|minor|tempo|bpm|beat|bar|metre|rhythm|fast|slow|happy|sad|calm|aggressive|energetic|"
    r"rock|metal|pop|jazz|electronic|mood|genre|metadata|descriptor|measured|none|nan)s?\b",
    re.IGNORECASE,
)


def caption(**values):
    return caption_of_clip(MIDDLING.model_copy(update=values))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"level_dbfs": -12.0}, "A loud sound"),
        ({}, "A moderately loud sound"),
        ({"level_dbfs": -35.0}, "A quiet sound"),
        ({"level_dbfs": -55.0}, "A very quiet sound"),
        ({"level_dbfs": -70.0}, "A barely audible sound"),
        ({"spectral_centroid_hz": 600.0}, ", dark sound"),
        ({"spectral_centroid_hz": 1500.0}, ", somewhat dark sound"),
        ({}, "sound of medium brightness"),
        ({"spectral_centroid_hz": 2900.0}, ", somewhat bright sound"),
        ({"spectral_centroid_hz": 4500.0}, ", bright sound"),
        ({"spectral_flatness": 0.001}, ", tonal sound"),
        ({"spectral_flatness": 0.1}, ", noisy sound"),
        ({"spectral_flatness": 0.5}, ", noise-like sound"),
        ({"share_below_150_hz": 0.01}, "with a thin low end."),
        ({"share_below_150_hz": 0.3}, "with a full low end."),
        ({"share_below_150_hz": 0.5}, "with a heavy low end."),
        ({"share_above_4_khz": 0.2}, "with strong treble."),
        (
            {"share_below_150_hz": 0.5, "share_above_4_khz": 0.2},
            "with a heavy low end and strong treble.",
        ),
        ({"onsets_per_s": 0.2}, "It has hardly any separate onsets, and"),
        ({"onsets_per_s": 1.2}, "It is sparse, with about one onset a second, and"),
        ({}, "It is fairly busy, with about 3 onsets a second, and"),
        ({"onsets_per_s": 4.1}, "It is busy, with about 4 onsets a second, and"),
        ({"onsets_per_s": 6.7}, "It is dense, with about 7 onsets a second, and"),
        ({"level_spread_db": 1.0}, "and keeps a steady level."),
        ({}, "and varies a little in level."),
        ({"level_spread_db": 8.0}, "and rises and falls in level."),
        ({"level_spread_db": 15.0}, "and swings widely in level."),
        ({"level_change_db": 3.0}, "and is louder in its second half."),
        ({"level_change_db": 9.0}, "and is much louder in its second half."),
        ({"level_change_db": -3.0}, "and is softer in its second half."),
        ({"level_change_db": -40.0, "silent_share": 0.5}, "and is much softer in its second half."),
        ({"silent_share": 0.2}, "and is silent for part of the time."),
    ],
)
def test_what_is_said(values, said):
    assert said in caption(**values)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"spectral_centroid_hz": None}, "dark|bright|treble"),
        ({"spectral_flatness": None}, "tonal|nois"),
        ({"share_below_150_hz": None}, "low end"),
        ({"share_above_4_khz": None}, "treble"),
        ({"share_above_4_khz": 0.2, "spectral_centroid_hz": 600.0}, "treble"),
        ({"onsets_per_s": None}, "onset|busy|sparse|dense"),
        ({"level_spread_db": None}, "in level|steady"),
        ({"level_dbfs": -70.0, "silent_share": 1.0}, "silent for part"),
    ],
)
def test_what_is_left_out(values, words):
    assert not re.search(words, caption(**values))


def test_digital_silence():
    nothing = dict.fromkeys(DESCRIPTORS)
    for values in (nothing, nothing | {"silent_share": 1.0}):
        assert caption(**values).startswith("No sound:")


@pytest.mark.parametrize(("level_dbfs", "flaw"), [(-10.0, "short"), (-70.0, "faint")])
def test_only_a_level(level_dbfs, flaw):
    values = dict.fromkeys(DESCRIPTORS) | {"level_dbfs": level_dbfs, "silent_share": None}
    assert caption(**values).endswith(f"sound; it is too {flaw} for a listener to tell more.")


def finite(low, high):
    return st.one_of(st.none(), st.floats(low, high))


any_descriptors = st.builds(
    ClipDescriptors,
    duration_s=st.floats(0, 1e4),
    level_dbfs=finite(-900, 800),
    level_spread_db=finite(0, 60),
    level_change_db=finite(-60, 60),
    silent_share=finite(0, 1),
    spectral_centroid_hz=finite(0, 22050),
    spectral_flatness=finite(0, 1),
    share_below_150_hz=finite(0, 1),
    share_above_4_khz=finite(0, 1),
    onsets_per_s=finite(0, 40),
)


@given(any_descriptors)
def test_every_caption_is_short_and_names_nothing_unmeasured(found):
    text = caption_of_clip(found)
    assert 12 <= len(text.split()) <= 40
    assert text.count(".") in (1, 2) and text.endswith(".") and ".." not in text
    assert len(re.findall(r"\d+", text)) <= 2
    assert not FORBIDDEN.search(text)
    assert text == caption_of_clip(found.model_copy())
    defined = all(getattr(found, name) is not None for name in DESCRIPTORS)
    assert not (defined and "to tell more" in text)
