"""Loops: the same words, or the same sentences, over and over."""

import re
from collections import Counter
from collections.abc import Sequence

from schemas.text import words_of

_WINDOW = 50
"""Words of the moving window of M. Covington and J. McFall, "Cutting the Gordian knot: the
moving-average type-token ratio", J. Quantitative Linguistics 17(2), 2010."""
_MIN_WORDS = 5
_MIN_RATIO = 0.3
"""Ours, chosen on the texts of the example corpus and on loops: lists of what is heard when
("From 0:14 to 0:27 there are 8 changes of chord.") have 0.38 at least, prose 0.6 and more, and a
phrase of 15 words that returns 0.3. A text of fewer than five words can return to one by chance
("No, no, no, no")."""
_MAX_REPEATED_SHARE = 0.3
"""J. Rae et al., "Scaling language models" (Gopher), 2021, table A1: duplicate lines."""
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_MIN_SENTENCE_WORDS = 4
_RUN = 12
_MAX_SHARE_IN_RUNS = 0.4
"""Ours: "fairly busy, with about 3 onsets a second, and varies a little in level" in each sentence
is a loop whose sentences differ; shorter runs come back in steps of one frame ("is ruled out,
because the chord is"). In 57 texts about the example songs, many of them lists, runs cover 0.28 at
most; in a small model's caption that loops, 0.65."""
_EDGES = re.compile(r"^\W+|\W+$")


def repetition(text: str) -> str | None:
    """What a text repeats, in words; None if it is no more than prose does."""
    words = tokens_of(text)
    if len(words) >= _MIN_WORDS and (least := least_ratio(words)) < _MIN_RATIO:
        n = min(len(words), _WINDOW)
        return f"{least * n:.0f} different words among {n}"
    repeated, n_words = repeated_words(text)
    if repeated > _MAX_REPEATED_SHARE * n_words:
        return f"{repeated} of {n_words} words are sentences that were there before"
    n_in_runs = words_in_runs(words_of(text))
    if n_in_runs > _MAX_SHARE_IN_RUNS * n_words:
        return f"{n_in_runs} of {n_words} words stand in runs of {_RUN} that were there before"
    return None


def tokens_of(text: str) -> list[str]:
    """What stands between spaces, in lower case: a time or a progression is one."""
    return [token for each in text.casefold().split() if (token := _EDGES.sub("", each))]


def least_ratio(words: Sequence[str]) -> float:
    """Smallest share of different words in any window; of a short text, in all of it."""
    n = min(len(words), _WINDOW)
    seen = Counter(words[:n])
    least = len(seen)
    for old, new in zip(words, words[n:], strict=False):
        seen[new] += 1
        seen[old] -= 1
        if not seen[old]:
            del seen[old]
        least = min(least, len(seen))
    return least / n


def repeated_words(text: str) -> tuple[int, int]:
    """Words in sentences that stood in the text before, and words in all."""
    sentences = [words_of(each) for each in _SENTENCE.split(text)]
    seen: set[tuple[str, ...]] = set()
    repeated = 0
    for each in map(tuple, sentences):
        if len(each) >= _MIN_SENTENCE_WORDS:
            repeated += len(each) if each in seen else 0
            seen.add(each)
    return repeated, sum(map(len, sentences))


def words_in_runs(words: Sequence[str]) -> int:
    """Words that stand in a run of twelve which stood in the text before."""
    seen: set[tuple[str, ...]] = set()
    is_repeated = [False] * len(words)
    for start in range(len(words) - _RUN + 1):
        run = tuple(words[start : start + _RUN])
        if run in seen:
            is_repeated[start : start + _RUN] = [True] * _RUN
        seen.add(run)
    return sum(is_repeated)
