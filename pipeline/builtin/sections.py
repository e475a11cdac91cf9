"""Sections in sentences: where each runs, what is heard in it, and what returns."""

from typing import Any

from pipeline.builtin.clock import clock
from pipeline.builtin.words import listed

Facts = dict[str, Any]
# Ours, dB against the whole: a difference that is heard at once.
_CLEAR_DB = 2.0


def tell_sections(sections: list[Facts]) -> list[str]:
    """One sentence a section, in order of time.

    Parameters
    ----------
    sections : list of dict
        From `pipeline.stages.describe.sections.stated_sections`.
    """
    return [_tell(each) for each in sections]


def _tell(section: Facts) -> str:
    span = f"from {clock(section['from_s'])} to {clock(section['to_s'])}"
    subject = f"The {section['name']}" if "name" in section else "A section"
    traits = [
        f"is {level}" if (level := _level(section)) else "",
        f"is in {section['key']}" if "key" in section else "",
        f"rests on {listed(section['chords'])}" if "chords" in section else "",
        f"returns to the music of {clock(section['same_music_as_s'])}"
        if "same_music_as_s" in section
        else "",
    ]
    told = [each for each in traits if each]
    return f"{subject} runs {span}{', ' + listed(told) if told else ''}."


def _level(section: Facts) -> str:
    if section["level_db"] >= _CLEAR_DB:
        return "louder than the rest"
    return "softer than the rest" if section["level_db"] <= -_CLEAR_DB else ""
