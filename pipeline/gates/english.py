"""Whether a text is English prose: by the words that all English sentences are held together with.

Other languages have few of them, and so have words in no order at all.
"""

import re

from schemas.text import words_of

_FUNCTION_WORDS = frozenset(
    words_of("""
    a about above after again against all along also always an and another any are around as at be
    because been before beginning behind being below beneath between both but by can could do does
    down during each either end every few first for from had has have he heard her here how if in
    into is it its just last less like many may might more most much near neither never next no nor
    not of off often on once one only onto or other out over own rather same she so some still such
    than that the their them then there these they this those though through throughout to together
    too toward towards two under until up upon very was were what when where which while who whose
    will with within without would yet you
    """)
)
_QUOTE = re.compile('["“”«»][^"“”«»\n]{1,300}["“”«»]')
_WORD = re.compile(r"[^\W\d_'][^\W\d_]{2,}")
_MIN_WORDS = 20
_MIN_SHARE = 0.16
_MIN_DIFFERENT = 2
_MIN_SENTENCE_WORDS = 5
"""Ours, chosen on 120 sentences and paragraphs in English of 12 words and more (0.18 at least, two
terse sentences in a row; the example corpus 0.43) and on a passage in each of 14 other languages
(Portuguese 0.14 at most, but Hungarian 0.17, all of it its article `a`: hence two different ones).
Of fewer words the share says little: a sentence has one such word at least."""


def not_english(text: str) -> str | None:
    """Why a text is no English prose, in words; None if it is, or too short to tell.

    Words in quotes do not count: they are sung, in whatever language. Nor do numbers, and names of
    chords and keys.
    """
    found = words_of(_QUOTE.sub(" ", text))
    words = [word for word in found if word in _FUNCTION_WORDS or _WORD.fullmatch(word)]
    held = [word for word in words if word in _FUNCTION_WORDS]
    if len(words) >= _MIN_WORDS:
        is_english = len(held) >= _MIN_SHARE * len(words) and len(set(held)) >= _MIN_DIFFERENT
    else:
        is_english = bool(held) or len(words) < _MIN_SENTENCE_WORDS
    if is_english:
        return None
    return (
        f"{len(held)} of {len(words)} words are such as hold English sentences together, "
        f"{len(set(held))} of them different"
    )
