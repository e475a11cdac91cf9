"""What the player draws of a track: waveform, beats, keys, chords, words and windows, as JSON."""

import base64
from collections.abc import Sequence
from typing import Any

import numpy as np

from pipeline.corpus.corpus import TrackRows
from schemas.captions import SegmentCaption
from schemas.chords import chord_symbol
from schemas.facts import MusicFacts
from schemas.lyrics import Lyrics
from schemas.tracks import Segment

WAVEFORM_RATE_HZ = 40.0
_NO_CHORD = "N"


def score(duration_s: float, rows: TrackRows) -> dict[str, Any]:
    """The lanes of a track. A stage that is not done leaves its lanes empty.

    Parameters
    ----------
    duration_s : float
    rows : TrackRows

    Returns
    -------
    dict
        JSON values; times in seconds, rounded to milliseconds.
    """
    facts = rows.one(MusicFacts)
    lanes: dict[str, Any] = {
        "duration_s": duration_s,
        "beats": [],
        "keys": [],
        "chords": [],
        "words": words(rows),
        "segments": _segments(rows.of(Segment), rows.of(SegmentCaption)),
    }
    if facts is not None:
        lanes["beats"] = [[_ms(b.time_s), b.bar_position] for b in facts.beats or []]
        lanes["keys"] = [
            [_ms(k.start_s), _ms(k.end_s), k.tonic, k.mode] for k in facts.key_sections or []
        ]
        lanes["chords"] = [
            [_ms(c.start_s), _ms(c.end_s), _symbol(c.label), c.roman] for c in facts.chords or []
        ]
    return lanes


def words(rows: TrackRows) -> list[list[Any]]:
    """Sung words as ``[start_s, end_s, text]``, or lines where words have no times of their own."""
    found: list[list[Any]] = []
    for lyrics in rows.of(Lyrics):
        timed = [
            [_ms(word.start_s), _ms(word.end_s), word.text]
            for word in lyrics.words or ()
            if word.start_s is not None and word.end_s is not None
        ]
        if len(timed) == len(lyrics.words or ()):
            found += timed
        else:
            found += [[_ms(x.start_s), _ms(x.end_s), x.text] for x in lyrics.lines or ()]
    return found


def packed_waveform(peaks: np.ndarray, rms: np.ndarray, rate_hz: float) -> dict[str, Any]:
    """A waveform in a byte a value, for JSON.

    Parameters
    ----------
    peaks, rms : np.ndarray, shape (n_bins,)
        From `tools.audio.waveform`.
    rate_hz : float
        Bins per second.
    """
    return {"rate_hz": rate_hz, "peaks": _bytes(peaks), "rms": _bytes(rms)}


def _bytes(values: np.ndarray) -> str:
    whole = (values.clip(0, 1) * 255).round().astype(np.uint8)
    return base64.b64encode(whole.tobytes()).decode()


def _segments(segments: Sequence[Segment], captions: Sequence[SegmentCaption]) -> list[list[Any]]:
    text = {each.segment_id: each.caption for each in captions}
    return [
        [_ms(s.start_s), _ms(s.end_s), text.get(s.segment_id), s.is_silent]
        for s in sorted(segments, key=lambda each: each.start_s)
    ]


def _symbol(label: str) -> str:
    return label if label == _NO_CHORD else chord_symbol(label)


def _ms(time_s: float) -> float:
    return round(time_s, 3)
