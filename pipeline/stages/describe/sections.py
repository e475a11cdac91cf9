"""What is heard in each section, for a prompt: harmony, key, level, singing and words."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from pipeline.stages.describe.section_names import lines_within, section_names
from schemas.chords import NO_CHORD, chord_symbol
from schemas.facts import MusicFacts, Section
from schemas.lyrics import SungLine

# Ours: as many as a caption can name.
_MOST_CHORDS = 4


def describe_sections(
    facts: MusicFacts, lines: Sequence[SungLine] | None = None
) -> list[dict[str, Any]]:
    """What is heard in each section, as JSON values; an empty list without a form.

    Parameters
    ----------
    facts : MusicFacts
    lines : sequence of SungLine or None
        None where words are not known: nothing is said of singing then.

    Returns
    -------
    list of dict
        ``from_s``, ``to_s``, ``letter``, ``level_db`` against the whole; where they are known,
        ``name``, ``chords`` (most heard first), ``key``, ``sung`` and ``first_line``.
    """
    sections = facts.sections or []
    names = section_names(sections, lines)
    return [
        {"from_s": round(section.start_s, 1), "to_s": round(section.end_s, 1)}
        | {"letter": section.letter, "level_db": round(section.level_db, 1)}
        | ({"name": name} if name else {})
        | _harmony(section, facts)
        | _singing(section, lines)
        for section, name in zip(sections, names, strict=True)
    ]


def _harmony(section: Section, facts: MusicFacts) -> dict[str, Any]:
    lasting: Counter[str] = Counter()
    for chord in facts.chords or []:
        seconds = min(chord.end_s, section.end_s) - max(chord.start_s, section.start_s)
        if chord.label != NO_CHORD and seconds > 0:
            lasting[chord_symbol(chord.label)] += seconds  # type: ignore[assignment]
    keys = {
        (min(key.end_s, section.end_s) - max(key.start_s, section.start_s)): key
        for key in facts.key_sections or []
    }
    longest = max(keys, default=0.0)
    key = f"{keys[longest].tonic} {keys[longest].mode}" if longest > 0 else None
    chords = [symbol for symbol, _ in lasting.most_common(_MOST_CHORDS)]
    return ({"chords": chords} if chords else {}) | ({"key": key} if key else {})


def _singing(section: Section, lines: Sequence[SungLine] | None) -> dict[str, Any]:
    if lines is None:
        return {}
    own = lines_within(section, lines)
    return {"sung": bool(own)} | ({"first_line": own[0].text} if own else {})
