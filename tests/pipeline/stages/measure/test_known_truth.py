"""The pieces and songs whose truth is known, through the real tools."""

import json
from pathlib import Path

import mir_eval
import numpy as np
import pytest

from pipeline.engine.stage import AudioTrack
from pipeline.stages import STAGES
from pipeline.stages.measure.decisions import HeardTrack
from pipeline.stages.measure.facts import HEARD, measure_track
from pipeline.stages.measure.key import CHANGE_COST, KEY_VERSION
from pipeline.views.evaluate.hearing import InProcess
from pipeline.views.evaluate.hearing import hear as hear_stage
from schemas.config import CorpusConfig
from schemas.ingest import IngestConfig
from schemas.sections import MeasureConfig
from schemas.tracks import Track
from tests.audio import write
from tools.audio import load_mono
from tools.sound.inspection import inspect

CONFIG = CorpusConfig.model_validate(
    {"name": "facts", "store": "memory://", "source": {"folder": "."}}
)
ROOT = Path(__file__).parents[4]
PIECES = ROOT / "tests/data/pieces"
SONGS = ROOT / "examples/songs"
PIECE_TRUTH = json.loads((PIECES / "truth.json").read_text())
SONG_TRUTH = json.loads((SONGS / "truth.json").read_text())


def hear(each):
    """The rows of the stages that hear, by their models."""
    rows = {}
    for stage in STAGES:
        if stage.makes in HEARD:
            (row,) = hear_stage(stage, [each], CONFIG, InProcess()).rows
            rows[stage.makes] = row
    return rows


def measure(path):
    info = inspect(path, IngestConfig(max_duration_s=1200))
    track = Track(uri=path.name, **info.model_dump())
    each = AudioTrack(track, str(path))
    (facts,) = measure_track(HeardTrack(track, hear(each)), MeasureConfig())
    # A form is sought from a minute on; a voice, a key or a form may be none or unsure.
    may_be_null = {"voice", "sections", "key", "key_sections", "scale", "tonic"}
    assert {each.field for each in facts.unmeasured} <= may_be_null
    return facts


@pytest.fixture(scope="module", params=sorted(PIECE_TRUTH))
def piece(request):
    return PIECE_TRUTH[request.param], measure(PIECES / f"{request.param}.ogg")


def test_tempo_within_a_thousandth(piece):
    truth, facts = piece
    assert facts.tempo.bpm == pytest.approx(truth["bpm"], rel=0.001)
    assert facts.tempo.stability > 0.95


def test_beats_and_downbeats(piece):
    truth, facts = piece
    beats = np.array([beat.time_s for beat in facts.beats])
    downbeats = np.array([beat.time_s for beat in facts.beats if beat.bar_position == 1])
    expected = np.array(truth["beats_s"])
    expected_downbeats = expected[:: truth["beats_per_bar"]]
    assert mir_eval.beat.f_measure(expected, beats) >= 0.98
    assert mir_eval.beat.f_measure(expected_downbeats, downbeats) >= 0.95


def test_metre(piece):
    truth, facts = piece
    assert facts.metre.beats_per_bar == truth["beats_per_bar"]


def test_key_of_every_section(piece):
    truth, facts = piece
    found = [(key.tonic, key.mode) for key in facts.key_sections]
    assert found == [(key["tonic"], key["mode"]) for key in truth["keys"]]
    for key, expected in zip(facts.key_sections, truth["keys"], strict=True):
        assert key.start_s == pytest.approx(expected["start_s"], abs=4)
    longest = max(truth["keys"], key=lambda key: key["end_s"] - key["start_s"])
    if len(truth["keys"]) == 1:
        assert (facts.key.tonic, facts.key.mode) == (longest["tonic"], longest["mode"])


def test_chords(piece):
    truth, facts = piece
    expected = [(c["start_s"], c["end_s"], c["label"]) for c in truth["chords"]]
    found = [(c.start_s, c.end_s, c.label) for c in facts.chords]
    scores = mir_eval.chord.evaluate(*_intervals(expected), *_intervals(found))
    assert scores["majmin"] >= 0.95
    assert facts.chords[0].start_s == 0
    assert facts.chords[-1].end_s == facts.duration_s


def test_progression_of_the_pop_piece():
    facts = measure(PIECES / "pop_e_flat_major.ogg")
    assert facts.progressions[0].numerals in (
        ["I", "V", "vi", "IV"],
        ["V", "vi", "IV", "I"],
        ["I", "V", "vi", "IV", "I"],
        ["V", "vi", "IV", "I", "V"],
    )


BEAT_FIELDS = ("beats", "tempo", "metre", "metre_sections", "time_line", "cross_rhythm")
KEY_FIELDS = ("key", "key_sections", "scale", "tonic")


def test_values_are_of_the_tool_that_heard_and_of_our_code_that_decided(piece):
    _, facts = piece
    by_tool = {(each.tool, *each.fields): each for each in facts.provenance}
    assert set(by_tool) == {
        ("madmom", *BEAT_FIELDS),
        ("nnls-chords", *BEAT_FIELDS),
        ("madmom CRFChordRecognition", *BEAT_FIELDS),
        ("partimento", *BEAT_FIELDS),
        *((tool, *KEY_FIELDS) for tool in ("essentia HPCP", "madmom CNNKeyRecognition")),
        *((tool, *KEY_FIELDS) for tool in ("nnls-chords", "madmom CRFChordRecognition")),
        ("partimento", *KEY_FIELDS),
        ("essentia HPCP", "tuning"),
        ("nnls-chords", "chords", "progressions"),
        ("madmom CRFChordRecognition", "chords", "progressions"),
        ("partimento", "chords", "progressions"),
        ("partimento", "loudness"),
        ("partimento", "quality"),
        ("musicnn", "instruments"),
        ("partimento", "instruments"),
    } | ({("musicnn", "voice"), ("partimento", "voice")} if facts.voice else set()) | (
        {("partimento", "sections")} if facts.sections else set()
    )
    key = by_tool["partimento", *KEY_FIELDS]
    assert key.version == KEY_VERSION
    assert json.loads(key.parameters)["change_cost"] == CHANGE_COST


@pytest.mark.parametrize("name", sorted(SONG_TRUTH))
def test_songs(name):
    facts = measure(SONGS / name)
    assert facts.tempo.bpm == pytest.approx(SONG_TRUTH[name]["bpm"], rel=0.0025)
    assert facts.metre.beats_per_bar == 4
    assert -30 < facts.loudness.integrated_lufs < 0


def _intervals(chords):
    times = np.array([(start, end) for start, end, _ in chords])
    return times, [label for _, _, label in chords]


def test_channels_of_opposite_polarity_are_measured_as_one_of_them(tmp_path):
    mono = load_mono(SONGS / "feelings.ogg", sample_rate_hz=44100, end_s=20.0)
    alone = measure(write(tmp_path / "a.wav", mono, subtype="FLOAT"))
    both = measure(write(tmp_path / "b.wav", np.stack([mono, -mono], 1), subtype="FLOAT"))
    for name in ("beats", "tempo", "metre", "key", "chords", "progressions"):
        assert getattr(both, name) == getattr(alone, name), name
    assert len({chord.label for chord in both.chords}) > 2
