"""Lyrics as people write them down: plain text, or LRC with the times of lines or of words."""

import re
import unicodedata
from dataclasses import dataclass

_LINE_TIME = re.compile(r"\[(\d{1,4}):(\d{1,2}(?:[.:]\d{1,3})?)\]")
_WORD_TIME = re.compile(r"<(\d{1,4}):(\d{1,2}(?:[.:]\d{1,3})?)>")
_TAG = re.compile(r"^\s*\[[a-zA-Z#]+:.*\]\s*$")
_OFFSET = re.compile(r"^\s*\[offset:\s*([+-]?\d{1,7})\s*\]", re.IGNORECASE)
_CUE = re.compile(r"\[[^\]]*\]")


@dataclass(frozen=True)
class LyricLine:
    """A line of lyrics.

    Attributes
    ----------
    start_s : float or None
        When it begins, where that is said.
    parts : tuple of (float or None, str)
        Its stretches with the time at which each begins: words, in an LRC with their times.
    """

    start_s: float | None
    parts: tuple[tuple[float | None, str], ...]


def parse_lyrics(text: str) -> list[LyricLine]:
    """Lines of a text: as LRC where a line has a time, else as plain text.

    Cues in square brackets such as ``[Chorus]``, empty lines, and characters that are no text are
    left out.
    """
    text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c)[0] != "C")
    if _LINE_TIME.search(text):
        return parse_lrc(text)
    lines = (" ".join(_CUE.sub(" ", line).split()) for line in text.splitlines())
    return [LyricLine(None, ((None, line),)) for line in lines if line]


def parse_lrc(text: str) -> list[LyricLine]:
    """Lines of an LRC file, in order of time; one with several times is sung at each of them."""
    found: list[LyricLine] = []
    offset_s = 0.0
    for line in text.splitlines():
        if shift := _OFFSET.match(line):
            offset_s = -int(shift[1]) / 1000  # a positive offset shifts the words earlier
        elif not _TAG.match(line):
            rest = _LINE_TIME.sub("", line)
            for start in _LINE_TIME.findall(line):
                start_s = _seconds(*start)
                found.append(LyricLine(start_s, tuple(_parts(start_s, rest))))
    return [
        LyricLine(
            None if line.start_s is None else line.start_s + offset_s,
            tuple((None if at_s is None else at_s + offset_s, part) for at_s, part in line.parts),
        )
        for line in sorted(found, key=lambda line: line.start_s or 0.0)
        if line.parts
    ]


def _parts(start_s: float, line: str) -> list[tuple[float | None, str]]:
    """Stretches of a line with the time at which each begins."""
    pieces = _WORD_TIME.split(line)
    parts: list[tuple[float | None, str]] = [(start_s, pieces[0])]
    for i in range(1, len(pieces), 3):
        parts.append((_seconds(pieces[i], pieces[i + 1]), pieces[i + 2]))
    return [part for part in parts if part[1].strip()]


def _seconds(minutes: str, rest: str) -> float:
    return 60 * int(minutes) + float(rest.replace(":", "."))
