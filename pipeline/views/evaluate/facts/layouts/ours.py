"""References in JSON of our own: what is true of a track, in the words of the facts."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.views.evaluate.facts.layouts.lines import read_text
from pipeline.views.evaluate.facts.layouts.words import read_chord
from pipeline.views.evaluate.facts.reference import KeySpan, ReferenceFacts, Span, mode_name
from schemas.config import ConfigError

_KNOWN = (
    "beats_s", "downbeats_s", "bpm", "beats_per_bar", "keys", "chords", "sections", "instruments",
    "has_voice",
)  # fmt: skip
_WITHOUT_TEMPO = ("none", "rubato")
# Ours: sections of tempo that last about as long as the longest are as right for the whole.
_AS_LONG = 0.9


def read_json(path: Path) -> Any:
    """What a file holds.

    Raises
    ------
    ConfigError
        If it is no JSON.
    """
    try:
        return json.loads(read_text(path))
    except ValueError as error:
        raise ConfigError(f"{path}: is no JSON: {error}") from error


def by_name(found: Any) -> dict[str, Mapping[str, Any]]:
    """Truths of several tracks in one file, by the track's name; empty for any other JSON."""
    if not isinstance(found, Mapping):
        return {}
    truths = {name: each for name, each in found.items() if is_truth(each)}
    return truths if len(truths) == len(found) else {}


def is_truth(found: Any) -> bool:
    """Whether this says anything that is known of a track."""
    return isinstance(found, Mapping) and any(name in found for name in _KNOWN)


def read_truth(source: object, truth: Mapping[str, Any]) -> ReferenceFacts:
    """What is true of one track; what is null or missing is not known.

    Raises
    ------
    ConfigError
        If a field cannot be read.
    """
    try:
        return ReferenceFacts(
            beats_s=truth.get("beats_s"),
            downbeats_s=truth.get("downbeats_s"),
            tempi_bpm=_tempi_bpm(truth),
            beats_per_bar=_beats_per_bar(truth),
            keys=_keys(truth),
            chords=_spans(truth.get("chords"), lambda each: read_chord(source, each["label"])),
            sections=_spans(truth.get("sections"), lambda each: str(each["letter"])),
            instruments=_instruments(truth),
            has_voice=truth.get("has_voice"),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ConfigError(f"{source}: cannot be read: {error!r}") from error


def _tempi_bpm(truth: Mapping[str, Any]) -> tuple[float, ...] | None:
    if truth.get("tempo_kind") in _WITHOUT_TEMPO:
        return ()
    if truth.get("bpm") is None:
        return None
    sections = truth.get("tempo_sections", ()) if truth.get("tempo_kind") == "steps" else ()
    lasts_s = [each["end_s"] - each["start_s"] for each in sections]
    long = [
        float(each["start_bpm"])
        for each, s in zip(sections, lasts_s, strict=True)
        if s >= _AS_LONG * max(lasts_s)
    ]
    return (float(truth["bpm"]), *long)


def _beats_per_bar(truth: Mapping[str, Any]) -> tuple[int, ...] | None:
    if truth.get("beats_per_bar") is None:
        return None
    return tuple(truth.get("beats_per_bar_accepted") or [int(truth["beats_per_bar"])])


def _keys(truth: Mapping[str, Any]) -> list[KeySpan] | None:
    if truth.get("keyless"):
        return []
    if truth.get("keys") is None:
        return None
    return [
        KeySpan(
            each["tonic"], mode_name(each["mode"]), float(each["start_s"]), float(each["end_s"])
        )
        for each in truth["keys"]
    ]


def _spans(found: Any, label_of: Any) -> list[Span] | None:
    if found is None:
        return None
    return [Span(float(each["start_s"]), float(each["end_s"]), label_of(each)) for each in found]


def _instruments(truth: Mapping[str, Any]) -> frozenset[str] | None:
    """Names without case; steel drums are no drums."""
    found = truth.get("instruments")
    if found is None:
        return None
    return frozenset(str(each).lower().replace("steel drums", "steelpan") for each in found)
