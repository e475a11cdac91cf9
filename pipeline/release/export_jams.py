"""What was measured of each track as JAMS, the exchange form of music information retrieval.

Humphrey et al., "JAMS: A JSON Annotated Music Specification for Reproducible MIR Research",
ISMIR 2014. Every annotation names its tool; its chances of being right are confidences.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.release.assemble import FACTS, TRACKS
from pipeline.release.export_sound import file_name
from pipeline.release.folder import ReleaseFolder
from pipeline.release.lineage import ReleaseError

Row = dict[str, Any]
Observation = tuple[float, float, Any, float | None]
"""Start and duration in seconds, value, confidence."""


def to_jams(release: ReleaseFolder, target: Path) -> list[Path]:
    """``<split>/<track id>.jams`` for every track with facts.

    Raises
    ------
    ReleaseError
        If the library is missing, or the release has no facts.
    """
    try:
        import jams
    except ImportError as error:
        raise ReleaseError("this needs jams: uv pip install -e '.[jams]'") from error
    if not release.files_of(FACTS):
        raise ReleaseError(f"{release.manifest.name} has no facts: it was made before they were")
    named = {
        row["track_id"]: row
        for _, rows in release.frames(TRACKS, ["track_id", "title", "artist", "album", "uri"])
        for row in rows.iter_rows(named=True)
    }
    for split, rows in release.frames(FACTS):
        (target / split).mkdir(parents=True, exist_ok=True)
        for facts in rows.iter_rows(named=True):
            track_id = file_name(facts["track_id"])
            about = jams.JAMS()
            about.file_metadata = _about(jams, named[track_id], facts["duration_s"])
            for field, namespace, observations in _annotations(facts):
                about.annotations.append(_annotation(jams, facts, field, namespace, observations))
            about.save(str(target / split / f"{track_id}.jams"))
    return [target]


def _about(jams: Any, track: Row, duration_s: float) -> Any:
    return jams.FileMetadata(
        title=track["title"] or "",
        artist=track["artist"] or "",
        release=track["album"] or "",
        duration=duration_s,
        identifiers={"partimento": track["track_id"], "uri": track["uri"] or ""},
        jams_version=jams.__version__,
    )


def _annotation(
    jams: Any, facts: Row, field: str, namespace: str, observations: list[Observation]
) -> Any:
    tools = [each for each in facts["provenance"] if field in each["fields"]]
    made = jams.Annotation(namespace=namespace, time=0.0, duration=facts["duration_s"])
    made.annotation_metadata = jams.AnnotationMetadata(
        data_source="program",
        annotation_tools=", ".join(f"{each['tool']} {each['version']}" for each in tools),
    )
    for start_s, duration_s, value, confidence in observations:
        made.append(time=start_s, duration=duration_s, value=value, confidence=confidence)
    return made


def _annotations(facts: Row) -> Iterator[tuple[str, str, list[Observation]]]:
    """Field, namespace and observations of all that was measured and that JAMS has words for."""
    whole = facts["duration_s"]
    if facts["beats"] is not None:
        yield "beats", "beat", [_beat(each) for each in facts["beats"]]
    if (tempo := facts["tempo"]) is not None:
        yield "tempo", "tempo", [(0.0, whole, tempo["bpm"], tempo["p_right"])]
    if facts["key_sections"] is not None:
        yield "key_sections", "key_mode", [_stretch(k, _key(k)) for k in facts["key_sections"]]
    if facts["chords"] is not None:
        yield "chords", "chord", [_stretch(each, each["label"]) for each in facts["chords"]]
    if facts["sections"] is not None:
        sections = facts["sections"]
        yield "sections", "segment_open", [_stretch(s, s["letter"], "letter_") for s in sections]
    if facts["instruments"] is not None:
        heard = [(0.0, whole, each["name"], each["p_right"]) for each in facts["instruments"]]
        yield "instruments", "tag_open", heard


def _beat(row: Row) -> Observation:
    return row["time_s"], 0.0, row["bar_position"], None


def _stretch(row: Row, value: str, prefix: str = "") -> Observation:
    return row["start_s"], row["end_s"] - row["start_s"], value, row[f"{prefix}p_right"]


def _key(section: Row) -> str:
    return f"{section['tonic']}:{section['mode']}"
