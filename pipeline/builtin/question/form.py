"""The form: where a section begins, and which music returns when."""

from typing import Any

from pipeline.builtin.clock import clock
from pipeline.builtin.question.times import CLEAR_OF_CHANGES_S, other_times
from pipeline.builtin.question.writing import QuestionWriter, stretch
from pipeline.stages.question.drafts import Draft
from pipeline.stages.question.material import Material

_EACH = 2


def section_start(material: Material, write: QuestionWriter) -> list[Draft]:
    """What happens where a section begins; open, since other times may be starts, too."""
    drafts = []
    for section in write.some(material.known.get("sections", [])[1:], _EACH):
        at = clock(section["from_s"])
        question = write.phrase(
            "What happens to the form at about {at}?",
            "Where in the form is the music at about {at}: inside a section, or at its start?",
            at=at,
        )
        answer = f"At about {at} a new section begins."
        drafts += write.open("section_start", question, answer, ["sections"], _span(section))
    return drafts


def music_returns(material: Material, write: QuestionWriter) -> list[Draft]:
    """When the music of an earlier section returns."""
    sections = material.known.get("sections", [])
    drafts = []
    for section in write.some([each for each in sections if "same_music_as_s" in each], _EACH):
        first = next(each for each in sections if each["from_s"] == section["same_music_as_s"])
        if section["from_s"] - first["to_s"] <= CLEAR_OF_CHANGES_S:
            continue
        values = {"span": stretch((first["from_s"], first["to_s"])), "at": clock(section["from_s"])}
        question = write.phrase(
            "The music from {span} returns later. At which of these times?",
            "When does the music from {span} come back?",
            **values,
        )
        starts_s = _starts(material)
        wrong = other_times(
            material, write, section["from_s"], starts_s, after_s=first["to_s"] + CLEAR_OF_CHANGES_S
        )
        drafts += write.choice("returns", question, values["at"], wrong, ["sections"])
        asked = write.phrase("What returns at {at}?", "Which music comes back at {at}?", **values)
        answer = "The music from {span} returns.".format(**values)
        drafts += write.open("returns", asked, answer, ["sections"], _span(section))
    return drafts


def _starts(material: Material) -> list[float]:
    """Where sections may begin, surely or not."""
    return [each.start_s for each in material.facts.sections or []]


def _span(section: dict[str, Any]) -> tuple[float, float]:
    return section["from_s"], section["to_s"]
