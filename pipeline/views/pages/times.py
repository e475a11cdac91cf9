"""Times that a text names, so that they can be played."""

import re

_TIME = re.compile(
    r"(?<![\d:.])(?P<clock>\d{1,2}:[0-5]\d(?:\.\d+)?)(?!:?\d)"
    r"|\b(?:at|to|by|from|near|around|until|after) (?P<number>\d+(?:\.\d+)?)(?= ?(?:s|seconds?)\b)",
    re.ASCII | re.IGNORECASE,
)


def timed_pieces(text: str, duration_s: float) -> list[tuple[str, float | None]]:
    """Cut a text where it names times.

    Parameters
    ----------
    text : str
    duration_s : float
        A time after the end is no time, e.g. ``12:00`` of a song of three minutes.

    Returns
    -------
    list of (str, float or None)
        The pieces, which add up to the text, and the time of those that are one.

    Examples
    --------
    >>> timed_pieces("At 1:05 it stops.", 200.0)
    [('At ', None), ('1:05', 65.0), (' it stops.', None)]
    """
    pieces: list[tuple[str, float | None]] = []
    end = 0
    for found in _TIME.finditer(text):
        group = "clock" if found["clock"] else "number"
        time_s = _seconds(found[group])
        # Most texts round times to seconds.
        if time_s > duration_s + 1:
            continue
        start, after = found.span(group)
        if start > end:
            pieces.append((text[end:start], None))
        pieces.append((found[group], min(time_s, duration_s)))
        end = after
    if end < len(text):
        pieces.append((text[end:], None))
    return pieces


def _seconds(text: str) -> float:
    minutes, _, seconds = text.rpartition(":")
    return 60 * int(minutes or 0) + float(seconds)
