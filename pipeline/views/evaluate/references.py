"""Reference lyrics: plain text, or LRC with the times of lines or of words."""

import re
from dataclasses import dataclass
from pathlib import Path

from schemas.config import ConfigError
from schemas.text import sung_words

_LINE_TIME = re.compile(r"\[(\d+):(\d{1,2}(?:[.:]\d{1,3})?)\]")
_WORD_TIME = re.compile(r"<(\d+):(\d{1,2}(?:[.:]\d{1,3})?)>")
_TAG = re.compile(r"^\s*\[[a-zA-Z#]+:.*\]\s*$")
_SUFFIXES = (".lrc", ".txt")


@dataclass(frozen=True)
class Reference:
    """What is really sung.

    Attributes
    ----------
    words : list of str
        Normalised; see `tools.lyrics.scoring`.
    onsets_s : list of float or None
        When each word begins, where the file says so: for a line's time, its first word.
    """

    words: list[str]
    onsets_s: list[float | None]


def reference_beside(audio: Path, folder: Path) -> Path | None:
    """The reference of an audio file: the same name, ``.lrc`` before ``.txt``."""
    found = (folder / f"{audio.stem}{suffix}" for suffix in _SUFFIXES)
    return next((path for path in found if path.is_file()), None)


def read_reference(path: Path) -> Reference:
    """Read a reference.

    Parameters
    ----------
    path : Path
        ``.lrc`` (also with word times, ``<mm:ss.xx>``) or plain text, in UTF-8.

    Returns
    -------
    Reference

    Raises
    ------
    ConfigError
        If the file is not UTF-8.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read as UTF-8 text: {error}") from error
    if path.suffix.lower() != ".lrc":
        words = sung_words(text)
        return Reference(words, [None] * len(words))
    return parse_lrc(text)


def parse_lrc(text: str) -> Reference:
    """Words and times of an LRC file. A line with several times is sung at each of them."""
    timed: list[tuple[float, str]] = []
    offset_s = 0.0
    for line in text.splitlines():
        if found := re.match(r"^\s*\[offset:\s*([+-]?\d+)\s*\]", line):
            offset_s = -int(found[1]) / 1000  # a positive offset shifts the words earlier
        elif not _TAG.match(line):
            starts = _LINE_TIME.findall(line)
            rest = _LINE_TIME.sub("", line)
            timed += [(_seconds(*start), rest) for start in starts]
    words: list[str] = []
    onsets_s: list[float | None] = []
    for start_s, rest in sorted(timed, key=lambda each: each[0]):
        for part_s, part in _parts(start_s, rest):
            found_words = sung_words(part)
            words += found_words
            first = None if part_s is None else part_s + offset_s
            onsets_s += [first, *[None] * (len(found_words) - 1)][: len(found_words)]
    return Reference(words, onsets_s)


def _parts(start_s: float, line: str) -> list[tuple[float | None, str]]:
    """Stretches of a line with the time at which each begins."""
    pieces = _WORD_TIME.split(line)
    parts: list[tuple[float | None, str]] = [(start_s, pieces[0])]
    for i in range(1, len(pieces), 3):
        parts.append((_seconds(pieces[i], pieces[i + 1]), pieces[i + 2]))
    return [part for part in parts if part[1].strip()]


def _seconds(minutes: str, rest: str) -> float:
    return 60 * int(minutes) + float(rest.replace(":", "."))
