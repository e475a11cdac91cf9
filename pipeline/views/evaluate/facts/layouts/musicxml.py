"""References in MusicXML: metre and key. A score has no times, so nothing else is taken."""

import zipfile
from collections import Counter
from pathlib import Path
from typing import TypeVar
from xml.etree import ElementTree

from pipeline.views.evaluate.facts.reference import (
    KeySpan,
    ReferenceFacts,
    accepted_beats_per_bar,
    mode_name,
)
from schemas.config import ConfigError
from schemas.harmony import spell_tonic

# Ours: of more, no score of a piece has need.
_MOST_BYTES = 100_000_000
# Semitones from a major key of the same signature to the tonic.
_TONIC_ABOVE = {
    "major": 0, "dorian": 2, "phrygian": 4, "lydian": 5, "mixolydian": 7, "minor": 9,
    "locrian": 11,
}  # fmt: skip
# Ours, as for beats: what fewer bars have is not that of the whole.
_MOST_BARS = 0.9

T = TypeVar("T")
Metre = tuple[int, int]
Signature = tuple[str, str]


def read_musicxml(path: Path) -> ReferenceFacts:
    """Time signature and key of most bars; a key without a mode is not known.

    Raises
    ------
    ConfigError
        If it is no MusicXML.
    """
    try:
        root = ElementTree.fromstring(_xml(path))
    except (OSError, zipfile.BadZipFile, KeyError, ElementTree.ParseError) as error:
        raise ConfigError(f"{path}: cannot be read as MusicXML: {error}") from error
    part = root.find("part")
    if root.tag != "score-partwise" or part is None:
        raise ConfigError(f"{path}: is no MusicXML score by parts")
    try:
        metres, keys = _signatures(part)
    except ValueError as error:
        raise ConfigError(f"{path}: {error}") from error
    metre, key = _usual(metres), _usual(keys)
    return ReferenceFacts(
        beats_per_bar=accepted_beats_per_bar(*metre) if metre else None,
        keys=(KeySpan(*key),) if key else None,
    )


def _xml(path: Path) -> bytes:
    """The score; of a compressed file, the one that its container names."""
    if path.suffix.lower() != ".mxl":
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        container = ElementTree.fromstring(archive.read("META-INF/container.xml"))
        names = [each.get("full-path", "") for each in container.iter() if each.get("full-path")]
        if not names or archive.getinfo(names[0]).file_size > _MOST_BYTES:
            raise KeyError("its container names no score of a usual size")
        return archive.read(names[0])


def _signatures(
    part: ElementTree.Element,
) -> tuple[Counter[Metre | None], Counter[Signature | None]]:
    """How many bars each metre and each key has."""
    metres: Counter[Metre | None] = Counter()
    keys: Counter[Signature | None] = Counter()
    metre: Metre | None = None
    key: Signature | None = None
    for measure in part.iter("measure"):
        for attributes in measure.iter("attributes"):
            if (time := attributes.find("time")) is not None:
                metre = _metre(time)
            if (found := attributes.find("key")) is not None:
                key = _key(found)
        metres[metre] += 1
        keys[key] += 1
    return metres, keys


def _metre(time: ElementTree.Element) -> Metre | None:
    """Beats, which may be a sum such as 2+2+3, and their kind; None for free time."""
    beats, kind = time.findtext("beats"), time.findtext("beat-type")
    if not beats or not kind:
        return None
    return sum(int(each) for each in beats.split("+")), int(kind)


def _key(key: ElementTree.Element) -> Signature | None:
    fifths, mode = key.findtext("fifths"), mode_name(key.findtext("mode") or "")
    if fifths is None or mode not in _TONIC_ABOVE:
        return None
    tonic = (7 * int(fifths) + _TONIC_ABOVE[mode]) % 12
    return spell_tonic(tonic, "minor" if mode == "minor" else "major"), mode


def _usual(counts: Counter[T | None]) -> T | None:
    """What most bars have; None where none has most."""
    most = [each for each, n in counts.most_common(1) if n >= _MOST_BARS * counts.total()]
    return most[0] if most else None
