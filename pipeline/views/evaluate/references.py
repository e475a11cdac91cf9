"""Reference lyrics: plain text, or LRC with the times of lines or of words."""

from dataclasses import dataclass
from pathlib import Path

from schemas.config import ConfigError
from schemas.text import sung_words
from tools.lyrics import lrc

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
    words: list[str] = []
    onsets_s: list[float | None] = []
    for line in lrc.parse_lrc(text):
        for part_s, part in line.parts:
            found_words = sung_words(part)
            words += found_words
            onsets_s += [part_s, *[None] * (len(found_words) - 1)][: len(found_words)]
    return Reference(words, onsets_s)
