"""The stages of madmom's key and chord networks."""

import json

import mir_eval
import numpy as np
import pytest

from pipeline.stages.chord_network.stage import hear_chord_network
from pipeline.stages.key_network.stage import hear_key_network
from pipeline.stages.measure.harmony import chord_spans
from schemas.record import Record
from tests.audio import write
from tests.blocks import ROOT
from tests.pipeline.stages.measure.test_stage import track_of
from tools import chord_network, key_network

PIECES = ROOT / "tests/data/pieces"
TRUTH = json.loads((PIECES / "truth.json").read_text())


def test_keys_of_stretches():
    (row,) = hear_key_network(track_of(PIECES / "key_change_c_to_d.ogg"), Record())
    change_s = TRUTH["key_change_c_to_d"]["keys"][1]["start_s"]
    scores, change = np.array(row.key_scores), round(change_s / row.step_s)
    before, after = scores[:change].mean(axis=0), scores[change:].mean(axis=0)
    assert (before.argmax(), after.argmax()) == (0, 2)
    assert row.provenance[0].tool == "madmom CNNKeyRecognition"


@pytest.mark.parametrize("name", sorted(TRUTH))
def test_chords_of_known_pieces(name):
    each = track_of(PIECES / f"{name}.ogg")
    (row,) = hear_chord_network(each, Record())
    changes = [(change.time_s, change.label) for change in row.chord_changes]
    found = chord_spans(changes, duration_s=each.track.duration_s)
    truth = TRUTH[name]["chords"]
    scores = mir_eval.chord.evaluate(
        np.array([(chord["start_s"], chord["end_s"]) for chord in truth]),
        [chord["label"] for chord in truth],
        np.array([(chord.start_s, chord.end_s) for chord in found]),
        [chord.label for chord in found],
    )
    assert scores["majmin"] >= 0.9


@pytest.mark.parametrize("n_samples", [1, 441, 88200])
@pytest.mark.parametrize("level", [0.0, 0.1])
def test_what_is_short_or_silent_is_heard(tmp_path, n_samples, level):
    noise = level * np.random.default_rng(0).standard_normal(n_samples)
    each = track_of(write(tmp_path / "a.wav", noise, 44100, subtype="FLOAT"))
    (keys,), (chords,) = hear_key_network(each, Record()), hear_chord_network(each, Record())
    assert keys.unmeasured == [] and len(keys.key_scores) == int(n_samples == 88200)
    assert chords.unmeasured == [] and chords.chord_changes[0].time_s == 0


@pytest.mark.parametrize(
    ("hear", "tool", "function", "field"),
    [
        (hear_key_network, key_network, "key_scores", "key_scores"),
        (hear_chord_network, chord_network, "chord_changes", "chord_changes"),
    ],
)
def test_a_network_that_fails_is_null_with_its_words(
    tmp_path, monkeypatch, hear, tool, function, field
):
    def fail(_):
        raise OSError("the graph is broken")

    monkeypatch.setattr(tool, function, fail)
    each = track_of(write(tmp_path / "a.wav", np.zeros(44100), 44100))
    (row,) = hear(each, Record())
    assert getattr(row, field) is None and row.provenance == []
    assert [(why.field, why.reason) for why in row.unmeasured] == [(field, "failed")]
    assert row.unmeasured[0].detail == "OSError: the graph is broken"
