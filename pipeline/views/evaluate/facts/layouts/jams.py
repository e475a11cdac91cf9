"""References in JAMS: JSON with annotations by namespace.

Source: E. J. Humphrey et al., "JAMS: A JSON Annotated Music Specification for Reproducible MIR
Research", ISMIR 2014. The first annotation of a namespace counts.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.views.evaluate.facts.layouts.lines import read_text
from pipeline.views.evaluate.facts.layouts.timed import beats_and_bars
from pipeline.views.evaluate.facts.layouts.words import read_chord, read_key
from pipeline.views.evaluate.facts.reference import KeySpan, ReferenceFacts, Span
from schemas.config import ConfigError

Observations = Sequence[Mapping[str, Any]]


def read_jams(path: Path) -> ReferenceFacts:
    """All that is known of a track.

    Raises
    ------
    ConfigError
        If it is no JAMS, or an annotation cannot be read.
    """
    try:
        annotations = json.loads(read_text(path))["annotations"]
        by_namespace: dict[str, Observations] = {}
        for each in annotations:
            by_namespace.setdefault(each["namespace"], _observations(each["data"]))
        found = ReferenceFacts()
        for namespace, data in by_namespace.items():
            if data:
                found = found.completed_by(_read(path, namespace, data))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigError(f"{path}: is no JAMS file: {error!r}") from error
    return found


def _observations(data: Any) -> Observations:
    """Rows; some files have columns."""
    if isinstance(data, Mapping):
        columns = {name: values for name, values in data.items() if isinstance(values, list)}
        return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    return sorted(data, key=lambda each: float(each["time"]))


def _read(path: Path, namespace: str, data: Observations) -> ReferenceFacts:
    if namespace == "beat":
        places = [each["value"] for each in data]
        has_places = all(isinstance(each, int | float) and each > 0 for each in places)
        return beats_and_bars(
            path, _times_s(data), [int(p) for p in places] if has_places else None
        )
    if namespace == "beat_position":
        places = [int(each["value"]["position"]) for each in data]
        return beats_and_bars(path, _times_s(data), places)
    if namespace == "tempo":
        most = max(data, key=lambda each: each.get("confidence") or 0.0)
        return ReferenceFacts(tempi_bpm=(float(most["value"]),))
    if namespace in ("chord", "chord_harte"):
        return ReferenceFacts(chords=[_span(e, read_chord(path, e["value"])) for e in data])
    if namespace == "key_mode":
        names = [each for each in data if each["value"] != "N"]
        return ReferenceFacts(keys=[_key(path, each) for each in names])
    if namespace == "segment_open" or namespace.startswith("segment_salami"):
        return ReferenceFacts(sections=[_span(each, str(each["value"])) for each in data])
    if namespace == "tag_medleydb_instruments":
        return ReferenceFacts(instruments=frozenset(str(e["value"]).lower() for e in data))
    return ReferenceFacts()


def _times_s(data: Observations) -> list[float]:
    return [float(each["time"]) for each in data]


def _span(each: Mapping[str, Any], label: str) -> Span:
    start_s = float(each["time"])
    return Span(start_s, start_s + float(each["duration"]), label)


def _key(path: Path, each: Mapping[str, Any]) -> KeySpan:
    span = _span(each, "")
    return KeySpan(*read_key(path, str(each["value"])), span.start_s, span.end_s)
