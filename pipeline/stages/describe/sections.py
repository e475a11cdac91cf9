"""What is heard in each section, for a prompt: harmony, key, level, and what is sung."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from pipeline.stages.describe.section_names import lines_within, section_names
from pipeline.stages.describe.sure import sure_chords, sure_keys
from schemas.chords import chord_symbol
from schemas.facts import Chord, KeySection, MusicFacts, Section
from schemas.form import plain_letter, sure_sections
from schemas.lyrics import SungLine
from schemas.sections import MaxWrong

# Ours: as many as a caption can name, of those that are heard for some time.
_MOST_CHORDS = 4
_LEAST_SHARE = 0.08
# Ours: of a section's time, from which on it is in a key.
_MOSTLY = 0.7


def stated_sections(
    facts: MusicFacts, lines: Sequence[SungLine] | None, max_wrong: MaxWrong
) -> list[dict[str, Any]]:
    """What is heard in each section that is sure, as JSON values; empty for fewer than two.

    Parameters
    ----------
    facts : MusicFacts
    lines : sequence of SungLine or None
        None where words are not known.
    max_wrong : MaxWrong

    Returns
    -------
    list of dict
        ``from_s``, ``to_s``, ``level_db`` against the whole; where it is sure, ``same_music_as_s``
        (the start of an earlier section), ``name``, ``chords`` (most heard first), ``key``, and
        ``first_line`` of what is sung.
    """
    sections = sure_sections(facts.sections or [], max_wrong.form)
    if len(sections) < 2:
        return []
    names = section_names(sections, lines)
    chords = sure_chords(facts.chords or [], max_wrong.chords)
    keys = sure_keys(facts.key_sections or [], max_wrong.key)
    return [
        {"from_s": round(section.start_s, 1), "to_s": round(section.end_s, 1)}
        | {"level_db": round(section.level_db, 1)}
        | _return(section, sections)
        | ({"name": name} if name else {})
        | _chords(section, chords)
        | _key(section, keys)
        | _first_line(section, lines)
        for section, name in zip(sections, names, strict=True)
    ]


def _return(section: Section, sections: Sequence[Section]) -> dict[str, Any]:
    first = next(each for each in sections if plain_letter(each) == plain_letter(section))
    return {} if first is section else {"same_music_as_s": round(first.start_s, 1)}


def _chords(section: Section, chords: Sequence[Chord]) -> dict[str, Any]:
    lasting: Counter[str] = Counter()
    for chord in chords:
        lasting[chord_symbol(chord.label)] += _shared_s(chord, section)  # type: ignore[assignment]
    least_s = _LEAST_SHARE * (section.end_s - section.start_s)
    heard = [symbol for symbol, s in lasting.most_common(_MOST_CHORDS) if s >= least_s]
    return {"chords": heard} if heard else {}


def _key(section: Section, keys: Sequence[KeySection]) -> dict[str, Any]:
    for key in keys:
        if _shared_s(key, section) >= _MOSTLY * (section.end_s - section.start_s):
            return {"key": f"{key.tonic} {key.mode}"}
    return {}


def _shared_s(heard: Chord | KeySection, section: Section) -> float:
    return max(0.0, min(heard.end_s, section.end_s) - max(heard.start_s, section.start_s))


def _first_line(section: Section, lines: Sequence[SungLine] | None) -> dict[str, Any]:
    own = lines_within(section, lines or ())
    return {"first_line": own[0].text} if own else {}
