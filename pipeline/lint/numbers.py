"""English numbers, in digits or in words."""

from pipeline.lint.pattern import Pattern

_SMALL_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
_TEN_WORDS = "twenty thirty forty fifty sixty seventy eighty ninety"
_UNITS = {word: value for value, word in enumerate(_SMALL_WORDS.split())}
_TENS = {word: 10 * value for value, word in enumerate(_TEN_WORDS.split(), start=2)}
UNIT = "one|two|three|four|five|six|seven|eight|nine"
TEEN = "ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
TEN = "|".join(_TENS)
ORDINALS = ("second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
"""From the second on."""
_SMALL = rf"(?:(?:{TEN})(?:[ -](?:{UNIT}))?|{TEEN}|{UNIT})"
WORDS = (
    rf"(?:(?:(?:a|{UNIT})[ -])hundred(?:[ -](?:and[ -])?{_SMALL})?|one[ -](?:{TEN})"
    rf"(?:[ -](?:{UNIT}))?|{_SMALL})"
)
"""Regular expression of a number from 1 to 999 in words."""
DIGITS = r"\d+(?:\.\d+)?"
NUMBER = rf"(?:{DIGITS}|{WORDS})"
_WORD = Pattern(r"[a-z]+")


def number(text: str) -> float:
    """Value of what `NUMBER` matched.

    Parameters
    ----------
    text : str
        Digits, or words such as ``a hundred and twenty``.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If `text` is no number.
    """
    if text[:1].isdigit():
        return float(text)
    total = 0
    for word in _WORD.findall(text.lower()):
        if word == "hundred":
            total = max(total, 1) * 100
        elif word in _UNITS:
            # "one twenty" is 120.
            total += _UNITS[word]
        elif word in _TENS:
            total = total * 100 + _TENS[word] if 0 < total < 10 else total + _TENS[word]
        elif word not in ("a", "and"):
            raise ValueError(f"{text!r} is no number")
    return float(total)


def clock_s(text: str) -> float:
    """Seconds of ``1:05`` or ``1:02:03``."""
    seconds = 0.0
    for part in text.split(":"):
        seconds = 60 * seconds + float(part)
    return seconds
