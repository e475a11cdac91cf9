"""Which option of a multiple choice an answer means, and when two options are the same.

Pure vocabulary that the pipeline and training share. Case is meaning for Roman numerals (``i``,
``I``) and chords (``Cm7``, ``CM7``); elsewhere it is not. Notes are equal if they sound so.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from schemas.harmony import pitch_class

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

_SIGNS = str.maketrans(
    {"♯": "#", "♭": "b", "\u2019": "'", "`": "'"}
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-")
)
_AROUND = " .,;:!?\"'"
_KEY = re.compile(r"([A-Ga-g][#b]?)[\s-]+(major|minor|maj|min)", re.IGNORECASE)
_SPELLED_NOTE = re.compile(r"\b([A-Ga-g])[ -](sharp|flat)\b", re.IGNORECASE)
_CHORD = re.compile(
    r"([A-G][#b]?)((?:maj|min|dim|aug|sus|add|m|M|[0-9()#b+°ø])*)(?:/([A-G][#b]?))?"
)
_QUALITIES = {"maj": "", "M": "", "min": "m", "M7": "maj7", "min7": "m7", "°": "dim", "+": "aug"}
_NUMERAL = (
    r"[#b]?(?:iv|vi{0,2}|i{1,3}|IV|VI{0,2}|I{1,3})(?:maj|add|sus|[0-9()#b+°ø]|/[#b]?[ivIV]+)*"
)
_NUMERALS = re.compile(rf"{_NUMERAL}(?:\s?-\s?{_NUMERAL})*")
_CLOCK = re.compile(r"(\d+):([0-5]\d(?:\.\d+)?)")
_CLOCK_RANGE = re.compile(
    rf"(?:from |between )?({_CLOCK.pattern})\s*(?:-|to|and|until)\s*({_CLOCK.pattern})",
    re.IGNORECASE,
)
_UNIT = re.compile(r"(?<=\d)\s*(?:bpm|beats per minute|s|seconds?|time)", re.IGNORECASE)
_ARTICLE = re.compile(r"(?:the|an?) (?!m(?:aj|in)|flat|sharp)", re.IGNORECASE)
_MARKUP = re.compile(r"\*+|__|\\boxed\{(.*)\}|\$")
_LEAD_IN = re.compile(
    r"(?:(?:so|hence|thus|therefore),? )?"
    r"(?:(?:the |my |your )?(?:(?:final|correct|right|best) )?(?:answer|option|choice)"
    r"(?: is| would be| should be)?\s*:?\s+(?:option |choice )?"
    r"|the (?:key|tempo|met(?:re|er)|time signature|chord|genre|instrument|progression|section)"
    r" is\s+"
    r"|(?:it is|it's|it would be|i choose|i pick|i would choose|i'd say)\s+(?:option |choice )?)",
    re.IGNORECASE,
)
# "Option D": the letter, though a chord has this name.
_NAMED_LETTER = re.compile(
    rf"(?:{_LEAD_IN.pattern})?\b(?:option|choice)\s+[(\[]?([A-Za-z])[)\]]?", re.IGNORECASE
)
# "(B) text", "B. text", "B: text", "B) text", "[B] text", "B - text", or the letter alone.
_LABELLED = re.compile(
    r"[(\[]\s*([A-Za-z])\s*[)\]][.:]?\s*(.*)|([A-Za-z])\s*(?:[.:)]|\s-\s)\s*(.*)|([A-Za-z])",
    re.DOTALL,
)
# "B, text", "B text", "text (B)": a letter that is no option's own text.
_BESIDE = re.compile(r"([A-Za-z])(?:\s*[,=]\s*|\s+)(.+)|(.+?)\s*[(\[]([A-Za-z])[)\]]", re.DOTALL)


def chosen_option(answer: str, options: Sequence[str]) -> int | None:
    """The one option that an answer means.

    Parameters
    ----------
    answer : str
        An option's text, its letter, or both: ``A minor``, ``(b)``, ``B: a minor``,
        ``The answer is **B**.``.
    options : sequence of str
        In the order of their letters. A text goes before a letter: ``A`` among chords is a chord.

    Returns
    -------
    int or None
        Index of the option; None where none, or more than one, can be meant, and where letter and
        text contradict each other.

    Examples
    --------
    >>> chosen_option("b) a minor", ["C major", "A minor"])
    1
    >>> chosen_option("i", ["I", "IV"]) is None
    True
    """
    said = _tidy(answer)
    if (named := _NAMED_LETTER.fullmatch(said)) and _by_words(said, options) is None:
        return _by_label(named[1], options)
    for text in dict.fromkeys((said, _LEAD_IN.sub("", said, count=1))):
        for reading in (_by_words, _by_letters, _by_label, _by_meaning, _by_both):
            if (found := reading(text, options)) is not None:
                return found
    return None


def same_answer(answer: str, gold: str) -> bool:
    """Whether an answer to an open question says the gold one and nothing else.

    Examples
    --------
    >>> same_answer("The answer is C# minor.", "Db minor")
    True
    """
    said = _tidy(answer)
    return any(
        text == _tidy(gold) or _meaning(text) == _meaning(gold)
        for text in (said, _LEAD_IN.sub("", said, count=1))
        if text
    )


@lru_cache(maxsize=100_000)
def canonical(option: str) -> str:
    """An option as it is compared: case, marks and enharmonic spelling do not matter.

    Examples
    --------
    >>> canonical("C# minor") == canonical("Db Minor.")
    True
    >>> canonical("F#m7") == canonical("Gbm7")
    True
    """
    text = _plain(option)
    if key := _KEY.fullmatch(text):
        tonic = pitch_class(key[1][0].upper() + key[1][1:])
        return f"key {tonic} {key[2].lower()[:3]}"
    if chord := _CHORD.fullmatch(text):
        bass = "" if chord[3] is None else f"/{pitch_class(chord[3])}"
        return f"chord {pitch_class(chord[1])}{chord[2]}{bass}"
    if is_numeral(text):
        return text
    return text.casefold()


def is_numeral(text: str) -> bool:
    """Whether a text is a Roman numeral, or several: their case means major or minor."""
    return bool(_NUMERALS.fullmatch(text))


def _plain(text: str) -> str:
    """One form of each sign, and no more around the text; not `folded`: case can be meaning."""
    text = unicodedata.normalize("NFKC", text).translate(_SIGNS)
    text = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    return " ".join(text.split()).strip(_AROUND)


def _tidy(answer: str) -> str:
    """`_plain`, and without the marks that models set."""
    return _plain(_MARKUP.sub(lambda found: found[1] or "", _plain(answer)))


def _only(found: list[int]) -> int | None:
    return found[0] if len(found) == 1 else None


def _by_words(text: str, options: Sequence[str]) -> int | None:
    """The option that is said to the letter."""
    return _only([i for i, option in enumerate(options) if text and _tidy(option) == text])


def _by_letters(text: str, options: Sequence[str]) -> int | None:
    """The option that is said, case aside where it means nothing: that of a root, not of `m`."""
    return _only([i for i, option in enumerate(options) if text and _folds(_tidy(option), text)])


def _folds(option: str, text: str) -> bool:
    if option.casefold() != text.casefold() or is_numeral(option):
        return False
    return option[1:] == text[1:] if _CHORD.fullmatch(option) else True


def _by_label(text: str, options: Sequence[str]) -> int | None:
    found = _LABELLED.fullmatch(text)
    if not found:
        return None
    letter = (found[1] or found[3] or found[5]).upper()
    rest = (found[2] or found[4] or "").strip(_AROUND)
    index = LETTERS.index(letter)
    if index >= len(options):
        return None
    is_consistent = not rest or index in (_by_words(rest, options), _by_meaning(rest, options))
    return index if is_consistent else None


def _by_both(text: str, options: Sequence[str]) -> int | None:
    """The option whose letter and text are said side by side."""
    found = _BESIDE.fullmatch(text)
    if not found:
        return None
    letter, rest = (found[1], found[2]) if found[1] else (found[4], found[3])
    if _by_words(letter.upper(), options) is not None:
        return None
    index = _by_label(letter, options)
    meant = (_by_words(rest, options), _by_meaning(rest, options))
    return index if index is not None and index in meant else None


def _by_meaning(text: str, options: Sequence[str]) -> int | None:
    meant = _meaning(text)
    return _only([i for i, option in enumerate(options) if text and _meaning(option) == meant])


@lru_cache(maxsize=100_000)
def _meaning(text: str) -> str:
    """`canonical`, and more that does not matter in an answer: units, articles, forms of times."""
    text = _tidy(text)
    if span := _CLOCK_RANGE.fullmatch(text):
        return f"{_seconds(span[1])}-{_seconds(span[4])}"
    if _CLOCK.fullmatch(text):
        return str(_seconds(text))
    text = _UNIT.sub("", re.sub(rf"^{_ARTICLE.pattern}", "", text, flags=re.IGNORECASE))
    text = _SPELLED_NOTE.sub(lambda note: note[1].upper() + "#b"[note[2].lower() == "flat"], text)
    if is_numeral(text):
        return re.sub(r"\s", "", text)
    parts = [_chord(part) for part in re.split(r"\s*[-,\s]\s*", text)]
    if key := _KEY.fullmatch(text):
        parts = [_chord(key[1] + ("m" if key[2][:3].lower() == "min" else ""))]
    if all(parts):
        return " ".join(map(str, parts))
    return canonical(text).replace("-", " ")


def _chord(text: str) -> str | None:
    """A chord by its sound: ``D#`` is ``Eb``, ``CM7`` is ``Cmaj7``."""
    found = _CHORD.fullmatch(text[:1].upper() + text[1:])
    if not found:
        return None
    quality = _QUALITIES.get(found[2], found[2])
    bass = f"/{pitch_class(found[3])}" if found[3] else ""
    return f"chord {pitch_class(found[1])}{quality}{bass}"


def _seconds(clock: str) -> float:
    minutes, seconds = clock.split(":")
    return 60 * int(minutes) + float(seconds)
