"""Names of sections: intro, verse, chorus, bridge and outro, where the form leaves little doubt."""

from collections import Counter
from collections.abc import Sequence
from typing import Literal

from schemas.facts import Section
from schemas.form import plain_letter
from schemas.lyrics import SungLine

SectionName = Literal["intro", "verse", "chorus", "bridge", "outro"]
# Ours: of a section, which words are heard in only a part of.
_LEAST_SUNG_SHARE = 0.2
# Ours: of the words of one section that return in another, in order or not.
_SAME_WORDS = 0.6
_OTHER_WORDS = 0.4
# Ours, dB: an intro or outro is no louder than the rest.
_QUIETER_DB = 1.0


def lines_within(section: Section, lines: Sequence[SungLine]) -> list[SungLine]:
    """Lines whose middle is in a section."""
    return [
        each for each in lines if section.start_s <= (each.start_s + each.end_s) / 2 < section.end_s
    ]


def section_names(
    sections: Sequence[Section], lines: Sequence[SungLine] | None
) -> list[SectionName | None]:
    """Names of sections, where repetition, words, position and level leave little doubt.

    A chorus returns with its words, a verse with others; a bridge is sung once, between choruses.
    What is not sung before the first voice and after the last is intro and outro, if it is heard
    nowhere else and is not louder than the rest.

    Parameters
    ----------
    sections : sequence of Section
    lines : sequence of SungLine or None
        None where words are not known: nothing is named then.
    """
    if not lines:
        return [None] * len(sections)
    words = [_words(section, lines) for section in sections]
    kinds = {letter: _kind(letter, sections, words) for letter in map(plain_letter, sections)}
    sung = [i for i, each in enumerate(words) if each]
    if not sung:
        return [None] * len(sections)
    choruses = [i for i, each in enumerate(sections) if kinds[plain_letter(each)] == "chorus"]
    names: list[SectionName | None] = [kinds[plain_letter(each)] for each in sections]
    for i, section in enumerate(sections):
        is_single = _count(plain_letter(section), sections) == 1
        if is_single and not words[i] and section.level_db <= _QUIETER_DB:
            names[i] = "intro" if i < sung[0] else "outro" if i > sung[-1] else None
        elif is_single and words[i] and choruses and choruses[0] < i < choruses[-1]:
            names[i] = "bridge"
    return names


def _kind(
    letter: str, sections: Sequence[Section], words: Sequence[Counter[str]]
) -> SectionName | None:
    own = [w for each, w in zip(sections, words, strict=True) if plain_letter(each) == letter]
    if len(own) < 2 or not all(own):
        return None
    shared = [_shared(one, other) for i, one in enumerate(own) for other in own[:i]]
    if min(shared) >= _SAME_WORDS:
        return "chorus"
    return "verse" if max(shared) <= _OTHER_WORDS else None


def _shared(one: Counter[str], other: Counter[str]) -> float:
    """Share of the words of the shorter that the longer has, too."""
    return (one & other).total() / min(one.total(), other.total())


def _words(section: Section, lines: Sequence[SungLine]) -> Counter[str]:
    """Words whose line has its middle in the section; none where it is hardly sung in."""
    own = lines_within(section, lines)
    sung_s = sum(each.end_s - each.start_s for each in own)
    if sung_s < _LEAST_SUNG_SHARE * (section.end_s - section.start_s):
        return Counter()
    return Counter(word for each in own for word in each.text.casefold().split())


def _count(letter: str, sections: Sequence[Section]) -> int:
    return sum(plain_letter(each) == letter for each in sections)
