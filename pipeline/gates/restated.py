"""A text that says again what its writer was shown, in the same words."""

from pipeline.gates.echo import in_runs
from schemas.text import words_of

_RUN = 8
_MAX_SHARE = 0.3
"""Ours: "in C major at about 120 beats per minute" is shared by all who say so. The long chain that
*Music Flamingo* prints with its caption (Figure 17) has no word in such runs, the chains that
`builtin/facts` writes of the example songs have none either; half a caption has all."""


def restated(text: str, source: str) -> str | None:
    """How much of a text stands in another, in runs of eight words and more; None if it is little.

    Parameters
    ----------
    text, source : str
    """
    words = words_of(text)
    shared = sum(in_runs(words, f" {' '.join(words_of(source))} ", _RUN))
    if shared <= _MAX_SHARE * len(words):
        return None
    return f"{shared} of {len(words)} words stand in the caption, in runs of {_RUN} or more"
