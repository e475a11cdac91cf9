"""Find the references of tracks in a folder, by the names of the files.

A reference has its track's name, with more after it or not (``song.beats``, ``song_key.txt``,
``song.wav.jams``). What a `.lab`, `.txt`, `.csv` or `.tsv` is of, the rest of its name says
(``song.chords.lab``), or a folder above it (``chordlab/song.lab``).
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from pipeline.views.evaluate.facts.layouts.jams import read_jams
from pipeline.views.evaluate.facts.layouts.midi import read_midi
from pipeline.views.evaluate.facts.layouts.musicxml import read_musicxml
from pipeline.views.evaluate.facts.layouts.ours import by_name, is_truth, read_json, read_truth
from pipeline.views.evaluate.facts.layouts.timed import (
    read_beats,
    read_chords,
    read_keys,
    read_sections,
)
from pipeline.views.evaluate.facts.layouts.words import (
    read_instruments,
    read_metre_file,
    read_tempo_file,
)
from pipeline.views.evaluate.facts.reference import ReferenceFacts
from schemas.config import ConfigError
from schemas.sections import AUDIO_EXTENSIONS

Read = Callable[[Path], ReferenceFacts]
_READERS: Mapping[str, Read] = {
    ".jams": read_jams,
    ".mid": read_midi,
    ".midi": read_midi,
    ".musicxml": read_musicxml,
    ".mxl": read_musicxml,
    ".xml": read_musicxml,
}
# Suffixes of files that hold one kind of reference.
_OF_ONE: Mapping[str, Read] = {
    ".beats": read_beats,
    ".bpm": read_tempo_file,
    ".key": read_keys,
    ".chords": read_chords,
}
_TABLES = (".lab", ".txt", ".csv", ".tsv")
_BY_WORD: Mapping[str, Read] = {
    "beat": read_beats,
    "tempo": read_tempo_file,
    "bpm": read_tempo_file,
    "key": read_keys,
    "chord": read_chords,
    "seg": read_sections,
    "section": read_sections,
    "struct": read_sections,
    "metre": read_metre_file,
    "meter": read_metre_file,
    "instrument": read_instruments,
}
"""Readers of tables by the beginning of a word in their names."""
# mirdata's files for GTZAN begin with it, those of the sound do not.
_PREFIX = "gtzan_"
# Where two layouts say something of a field, the earlier counts: annotations before scores.
_RANKS = ((*_OF_ONE, *_TABLES), (".jams",), (".json",), (".mid", ".midi"))


def find_references(folder: Path, names: Mapping[str, Sequence[str]]) -> dict[str, ReferenceFacts]:
    """References of tracks.

    Parameters
    ----------
    folder : Path
        Looked through with all folders in it.
    names : mapping of str to sequence of str
        Names of each track, by its id: its file without the extension, or others. Case and
        punctuation do not count.

    Returns
    -------
    dict of str to ReferenceFacts
        By the track's id; tracks without any are left out.

    Raises
    ------
    ConfigError
        If there are none, one cannot be read, two say the same of a track, or two tracks have the
        name of one.
    """
    wanted: dict[str, set[str]] = {}
    for track, those in names.items():
        for name in those:
            wanted.setdefault(_plain(name), set()).add(track)
    found: dict[str, dict[tuple[int, str], tuple[Path, ReferenceFacts]]] = {}
    for path, plain, reference in _all(folder, wanted):
        if len(wanted[plain]) > 1:
            raise ConfigError(f"{path}: {len(wanted[plain])} tracks have the name {plain!r}")
        (track,) = wanted[plain]
        mine = found.setdefault(track, {})
        for field, value in reference.known().items():
            place = _rank(path), field
            if place in mine:
                raise ConfigError(f"two references say the {field}: {mine[place][0]} and {path}")
            mine[place] = path, ReferenceFacts(**{field: value})
    if not found:
        raise ConfigError(f"{folder}: no file is a reference of any of {len(names)} tracks")
    return {track: _merged(parts) for track, parts in found.items()}


def _merged(parts: Mapping[tuple[int, str], tuple[Path, ReferenceFacts]]) -> ReferenceFacts:
    whole = ReferenceFacts()
    for place in sorted(parts):
        whole = whole.completed_by(parts[place][1])
    return whole


def _all(folder: Path, wanted: Mapping[str, object]) -> Iterator[tuple[Path, str, ReferenceFacts]]:
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        suffix = path.suffix.lower()
        name, rest = _split(path, wanted)
        if suffix == ".json":
            yield from _of_json(path, name, wanted)
        elif name is not None:
            read = _READERS.get(suffix) or _OF_ONE.get(suffix)
            if read is None and suffix in _TABLES:
                read = _reader_of_table(path, folder, rest)
            if read is not None:
                yield path, name, read(path)


def _of_json(
    path: Path, name: str | None, wanted: Mapping[str, object]
) -> Iterator[tuple[Path, str, ReferenceFacts]]:
    found = read_json(path)
    if name is not None and is_truth(found):
        yield path, name, read_truth(path, found)
    elif name is None:
        for key, truth in by_name(found).items():
            for plain in {_plain(key), _plain(Path(key).stem)} & set(wanted):
                yield path, plain, read_truth(f"{path}: {key}", truth)


def _split(path: Path, wanted: Mapping[str, object]) -> tuple[str | None, list[str]]:
    """The track that a file is of, and what else its name says."""
    words = _plain(path.stem).removeprefix(_PREFIX).split("_")
    whole = _plain(path.stem)
    if whole in wanted:
        return whole, []
    for n_words in range(len(words), 0, -1):
        name, rest = "_".join(words[:n_words]), words[n_words:]
        if name in wanted and all(_says_more(word) for word in rest):
            return name, rest
    return None, []


def _says_more(word: str) -> bool:
    """Whether a word is no part of a track's name: a kind of reference, or the sound's format."""
    return f".{word}" in AUDIO_EXTENSIONS or any(word.startswith(each) for each in _BY_WORD)


def _reader_of_table(path: Path, folder: Path, rest: list[str]) -> Read | None:
    """By the rest of the name, then by the nearest folder that says it; None for other texts."""
    above = [each.name for each in path.relative_to(folder.parent).parents if each.name]
    for text in ("_".join(rest), *above):
        for word in re.findall(r"[a-z]+", text.lower()):
            for kind, read in _BY_WORD.items():
                if word.startswith(kind):
                    return read
    return None


def _plain(name: str) -> str:
    """A name without case and punctuation."""
    return re.sub(r"\W+", "_", name.casefold()).strip("_")


def _rank(path: Path) -> int:
    suffix = path.suffix.lower()
    return next((i for i, those in enumerate(_RANKS) if suffix in those), len(_RANKS))
