"""All facts of one track: each group of fields is measured, or null with a reason."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import numpy as np

from pipeline.engine.stage import AudioTrack
from pipeline.stages.measure.harmony import (
    HARMONY_PARAMETERS,
    HARMONY_VERSION,
    close_chords,
    most_frequent_progressions,
)
from pipeline.stages.measure.key import KEY_PARAMETERS, KEY_VERSION, global_key, key_sections
from pipeline.stages.measure.tempo import (
    MIN_BEAT_ACTIVATION,
    TEMPO_PARAMETERS,
    TEMPO_VERSION,
    choose_metre,
    fit_tempo,
)
from schemas.facts import Beat, MusicFacts
from schemas.provenance import Provenance, Unmeasured
from schemas.sections import MeasureConfig
from schemas.tracks import Track
from tools import beats, chordino, chroma
from tools.audio import load_mono
from tools.checks import Need, check_chordino, check_essentia, check_madmom
from tools.errors import RefusedError
from tools.loudness import LOUDNESS_PARAMETERS, LOUDNESS_VERSION, LoudnessMeter

# What madmom's networks were trained at.
SAMPLE_RATE_HZ = 44100
Values = dict[str, Any]


@dataclass(frozen=True)
class DecodedTrack:
    """The decoded track.

    Attributes
    ----------
    mono : np.ndarray, shape (n_samples,), float32
        At `SAMPLE_RATE_HZ`.
    loudness : LoudnessMeter
        That has heard all channels.
    duration_s : float
    """

    mono: np.ndarray
    loudness: LoudnessMeter
    duration_s: float


def measure_track(each: AudioTrack, config: MeasureConfig) -> list[MusicFacts]:
    """Measure one track.

    Parameters
    ----------
    each : AudioTrack
    config : MeasureConfig

    Returns
    -------
    list of MusicFacts
        One row.

    Raises
    ------
    RefusedError
        If the file cannot be decoded any more.
    """
    reason = _why_not(each.track, config)
    if reason is not None:
        fields = [field for group in _GROUPS for field in group.fields]
        missing = [Unmeasured(field=field, reason=reason) for field in fields]
        return [_facts(each.track, {}, missing, config)]
    meter = LoudnessMeter(each.track.sample_rate_hz, each.track.n_channels)
    mono = load_mono(each.path, sample_rate_hz=SAMPLE_RATE_HZ, hear=meter.add)
    sound = DecodedTrack(mono, meter, each.track.duration_s)
    values: Values = {}
    unmeasured: list[Unmeasured] = []
    for group in _GROUPS:
        measured, failed = _measure_group(group, sound, values, config)
        values |= measured
        unmeasured += failed
    return [_facts(each.track, values, unmeasured, config)]


def _measure_group(
    group: "Group", sound: DecodedTrack, values: Values, config: MeasureConfig
) -> tuple[Values, list[Unmeasured]]:
    try:
        return group.measure(sound, values, config), []
    except RefusedError as error:
        reason, detail = error.reason, error.detail
    except Exception as error:
        reason, detail = "failed", f"{type(error).__name__}: {error}"
    return {}, [Unmeasured(field=name, reason=reason, detail=detail) for name in group.fields]


def _rhythm(sound: DecodedTrack, _: Values, config: MeasureConfig) -> Values:
    tracked = beats.track_beats(
        sound.mono,
        beats_per_bar=config.beats_per_bar,
        min_bpm=config.min_bpm,
        max_bpm=config.max_bpm,
    )
    tempo = fit_tempo(tracked.times_s)
    if tempo is None or tracked.beats_per_bar is None or not _is_clear(tracked):
        raise RefusedError("beatless", f"{len(tracked.times_s)} weak or irregular beats")
    n_bars = len(tracked.times_s) / tracked.beats_per_bar
    pairs = zip(tracked.times_s, tracked.bar_positions, strict=True)
    return {
        "beats": [Beat(time_s=float(time), bar_position=int(place)) for time, place in pairs],
        "tempo": tempo,
        "metre": choose_metre(tracked.log_likelihoods, n_bars=n_bars),
    }


def _is_clear(tracked: beats.Beats) -> bool:
    frames = np.round(tracked.times_s * beats.FPS).astype(int)
    return bool(np.median(tracked.activations[frames].max(axis=1)) >= MIN_BEAT_ACTIVATION)


def _key(sound: DecodedTrack, _: Values, config: MeasureConfig) -> Values:
    profiles = chroma.chromagram(sound.mono)
    sections = key_sections(profiles, frame_s=chroma.FRAME_S, duration_s=sound.duration_s)
    key = global_key(sections)
    if key is None:
        raise RefusedError("no_clear_key", "no key profile fits well enough")
    return {"key": key, "key_sections": sections}


def _chords(sound: DecodedTrack, values: Values, config: MeasureConfig) -> Values:
    chords = close_chords(
        chordino.chord_changes(sound.mono),
        duration_s=sound.duration_s,
        keys=values.get("key_sections", ()),
    )
    return {"chords": chords, "progressions": most_frequent_progressions(chords)}


def _loudness(sound: DecodedTrack, _: Values, config: MeasureConfig) -> Values:
    return {"loudness": sound.loudness.result()}


@dataclass(frozen=True)
class Tool:
    """What hears, or our own code that decides what was heard."""

    name: str
    version: Callable[[], str]
    parameters: Callable[[MeasureConfig], dict[str, Any]]


def _our_code(number: str, parameters: dict[str, Any]) -> Tool:
    return Tool("partimento", lambda: number, lambda _: parameters)


@dataclass(frozen=True)
class Group:
    """Fields that are measured together, by one tool and our own code."""

    fields: tuple[str, ...]
    measure: Callable[[DecodedTrack, Values, MeasureConfig], Values]
    tools: tuple[Tool, ...]
    needs: tuple[Need, ...] = ()


_GROUPS = (
    Group(
        ("beats", "tempo", "metre"),
        _rhythm,
        (
            Tool(
                "madmom",
                lambda: version("madmom"),
                lambda config: config.model_dump(include={"beats_per_bar", "min_bpm", "max_bpm"}),
            ),
            _our_code(TEMPO_VERSION, TEMPO_PARAMETERS),
        ),
        (check_madmom,),
    ),
    Group(
        ("key", "key_sections"),
        _key,
        (
            Tool(
                "essentia HPCP",
                lambda: version("essentia"),
                lambda _: {"frame_size": chroma.FRAME_SIZE},
            ),
            _our_code(KEY_VERSION, KEY_PARAMETERS),
        ),
        (check_essentia,),
    ),
    Group(
        ("chords", "progressions"),
        _chords,
        (
            Tool(chordino.PLUGIN, chordino.plugin_version, lambda _: chordino.PARAMETERS),
            _our_code(HARMONY_VERSION, HARMONY_PARAMETERS),
        ),
        (check_chordino,),
    ),
    Group(("loudness",), _loudness, (_our_code(LOUDNESS_VERSION, LOUDNESS_PARAMETERS),)),
)


def measure_needs(_config: MeasureConfig) -> list[Need]:
    """What must work before a track is measured."""
    return [need for group in _GROUPS for need in group.needs]


def _why_not(track: Track, config: MeasureConfig) -> str | None:
    if track.duration_s < config.min_duration_s:
        return "too_short"
    if track.peak_dbfs is None or track.peak_dbfs < config.silence_dbfs:
        return "silent"
    return None


def _facts(
    track: Track, values: Values, unmeasured: list[Unmeasured], config: MeasureConfig
) -> MusicFacts:
    everything = {field: values.get(field) for group in _GROUPS for field in group.fields}
    provenance = [
        Provenance(
            fields=list(group.fields),
            tool=tool.name,
            version=tool.version(),
            parameters=json.dumps(tool.parameters(config), sort_keys=True),
        )
        for group in _GROUPS
        if set(group.fields) & set(values)
        for tool in group.tools
    ]
    return MusicFacts(
        track_id=track.track_id,
        duration_s=track.duration_s,
        **everything,
        unmeasured=unmeasured,
        provenance=provenance,
    )
