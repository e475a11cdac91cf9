"""Names of keys, chords and tempi as annotators write them."""

import re
from pathlib import Path

from pipeline.views.evaluate.facts.layouts.lines import number, read_text
from pipeline.views.evaluate.facts.reference import (
    KeySpan,
    ReferenceFacts,
    accepted_beats_per_bar,
    mode_name,
)
from schemas.chords import parse_label
from schemas.config import ConfigError

_KEY = re.compile(r"(?P<tonic>[A-Ga-g][#b♯♭]*)[\s:_-]*(?P<mode>[A-Za-z_ ]*)")
_NO_KEY = {"n", "no key", "none", "atonal", "x"}


def read_key(source: object, name: str) -> tuple[str, str]:
    """Tonic and mode of ``A minor``, ``A:min``, ``Am``, ``a``, ``Bb``, ``D:mixolydian``.

    Raises
    ------
    ConfigError
        If it is no key.
    """
    match = _KEY.fullmatch(name.strip())
    if match is None:
        raise ConfigError(f"{source}: {name!r} is no key, such as `A minor` or `Eb:major`")
    tonic = match["tonic"].replace("♯", "#").replace("♭", "b")
    mode = match["mode"].strip()
    if mode == "m" or (not mode and tonic[0].islower()):
        mode = "minor"
    return tonic[0].upper() + tonic[1:], mode_name(mode or "major")


def read_key_file(path: Path) -> ReferenceFacts:
    """One key for the whole, in words; ``N`` says that there is none."""
    name = read_text(path).strip().split("\n")[0].split("\t")[0].strip()
    if name.lower() in _NO_KEY:
        return ReferenceFacts(keys=())
    return ReferenceFacts(keys=(KeySpan(*read_key(path, name)),))


def read_chord(source: object, label: str) -> str:
    """A chord's label, which is left as it is.

    Raises
    ------
    ConfigError
        If it is not in Harte syntax.
    """
    import mir_eval

    try:
        if label not in ("N", "X"):
            parse_label(label)
        mir_eval.chord.encode(label)
    except (ValueError, mir_eval.chord.InvalidChordException) as error:
        raise ConfigError(f"{source}: {label!r} is no chord in Harte syntax") from error
    return label


def read_tempo_file(path: Path) -> ReferenceFacts:
    """One tempo; or, as in MIREX, two and how much the first is felt: the stronger is right."""
    words = read_text(path).replace(",", " ").split()
    numbers = [each for each in map(number, words) if each is not None]
    if len(numbers) != len(words) or len(numbers) not in (1, 2, 3):
        raise ConfigError(f"{path}: expected a tempo in BPM, or two and the first one's strength")
    if len(numbers) == 3:
        slower, faster, strength = numbers
        felt = [(strength, slower), (1 - strength, faster)]
        numbers = [bpm for share, bpm in felt if share >= 0.5]
    tempi_bpm = tuple(bpm for bpm in numbers if bpm > 0)
    if not tempi_bpm:
        raise ConfigError(f"{path}: a tempo must be above 0 BPM")
    return ReferenceFacts(tempi_bpm=tempi_bpm)


def read_metre_file(path: Path) -> ReferenceFacts:
    """A time signature such as ``6/8``, or a number of beats in a bar."""
    text = read_text(path).strip()
    match = re.fullmatch(r"(\d+)(?:\s*/\s*(\d+))?", text)
    if match is None:
        raise ConfigError(f"{path}: {text[:40]!r} is no time signature, such as `6/8` or `4`")
    return ReferenceFacts(beats_per_bar=accepted_beats_per_bar(int(match[1]), int(match[2] or 4)))


def read_instruments(path: Path) -> ReferenceFacts:
    """An instrument a line, or all in one, between commas."""
    names = [each.strip().lower() for each in re.split(r"[,\n]", read_text(path))]
    return ReferenceFacts(instruments=frozenset(each for each in names if each))
