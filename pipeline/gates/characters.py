"""Characters that nobody reads, and letters of scripts that nobody asked for."""

import unicodedata
from collections import Counter
from collections.abc import Collection

from pipeline.prompts import readable

_SYMBOLS = "Δ"
"""Letters that stand as signs in English texts about music: of major sevenths."""
_REPLACEMENT = "\ufffd"


def scripts_of(text: str) -> frozenset[str]:
    """The scripts of a text's letters, as the first words of their Unicode names.

    Examples
    --------
    >>> sorted(scripts_of("Für 北京, C♯."))
    ['CJK', 'LATIN']
    """
    letters = {c for c in unicodedata.normalize("NFKC", text) if c.isalpha() and c not in _SYMBOLS}
    return frozenset(
        unicodedata.name(c, "UNNAMED").split(" ", 1)[0].split("-", 1)[0]
        for c in letters
        if unicodedata.category(c) != "Lm"
    )


def odd_characters(text: str, scripts: Collection[str]) -> str | None:
    """What of a text cannot be read, or is of no script that was asked for; None if nothing is.

    Parameters
    ----------
    text : str
    scripts : collection of str
        From `scripts_of`.

    Returns
    -------
    str or None
        In words.
    """
    unread = {*(Counter(text) - Counter(readable(text))), *({_REPLACEMENT} & set(text))}
    if unread:
        return "characters that show nothing: " + ", ".join(
            sorted(f"U+{ord(c):04X}" for c in unread)
        )
    other = scripts_of(text) - frozenset(scripts)
    return f"letters of other scripts: {', '.join(sorted(other)).lower()}" if other else None
