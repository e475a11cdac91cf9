"""Sections in sentences: where each begins, what returns, and what is heard until the next."""

from typing import Any

from pipeline.builtin.clock import clock
from pipeline.builtin.words import listed

Facts = dict[str, Any]
# Ours, dB against the whole: a difference that is heard at once.
_CLEAR_DB = 2.0


def tell_sections(sections: list[Facts]) -> list[str]:
    """Sentences in order of time; that no other section begins in between is not said.

    Parameters
    ----------
    sections : list of dict
        From `pipeline.stages.describe.sections.stated_sections`.
    """
    sentences = []
    for i, section in enumerate(sections):
        if i > 0 or "name" in section:
            sentences.append(f"At {clock(section['from_s'])} {_start(section)}.")
        if heard := heard_in(section):
            span = f"From {clock(section['from_s'])} to {clock(section['to_s'])}"
            sentences.append(f"{span} the music {listed(heard)}.")
    return sentences


def heard_in(section: Facts) -> list[str]:
    """What is known of a section, each as what the music does."""
    traits = [
        f"is {level}" if (level := _level(section)) else "",
        f"is in {section['key']}" if "key" in section else "",
        f"rests on {listed(section['chords'])}" if "chords" in section else "",
    ]
    return [each for each in traits if each]


def _start(section: Facts) -> str:
    if "same_music_as_s" in section:
        again = f"the music of {clock(section['same_music_as_s'])} returns"
        return f"the {section['name']} begins, and {again}" if "name" in section else again
    return f"the {section['name']} begins" if "name" in section else "a new section begins"


def _level(section: Facts) -> str:
    if section["level_db"] >= _CLEAR_DB:
        return "louder than the rest"
    return "softer than the rest" if section["level_db"] <= -_CLEAR_DB else ""
