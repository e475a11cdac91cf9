"""Lyric and vocal grounding: which words are sung when."""

from pipeline.builtin.clock import clock
from pipeline.builtin.question.writing import Pen, Wrong
from pipeline.stages.question.drafts import Draft
from pipeline.stages.question.material import Material
from schemas.lyrics import SungLine

_EACH = 3
_FEWEST_WORDS, _MOST_WORDS = 3, 14


def _clear_lines(material: Material) -> list[SungLine]:
    """Lines of a fair length that are sung once."""
    texts = [each.text.casefold() for each in material.lines]
    return [
        each
        for each in material.lines
        if _FEWEST_WORDS <= len(each.text.split()) <= _MOST_WORDS
        and texts.count(each.text.casefold()) == 1
    ]


def _line_at(material: Material, pen: Pen) -> list[Draft]:
    lines = _clear_lines(material)
    drafts = []
    for line in pen.some(lines, _EACH):
        at, span = clock((line.start_s + line.end_s) / 2), (line.start_s, line.end_s)
        question = pen.phrase(
            "Which words are sung around {at}?", "What does the singer sing at about {at}?", at=at
        )
        wrong: list[Wrong] = [(each.text, "other_place") for each in lines if each is not line]
        drafts += pen.choice("lyrics", question, line.text, wrong, ["lyrics"], span)
        asked = pen.phrase("Quote the words sung around {at}.", "What is sung at {at}?", at=at)
        told = f'At about {at} the words are "{line.text}".'
        drafts += pen.open("lyrics", asked, told, ["lyrics"], span)
    return drafts


def _first_line(material: Material, pen: Pen) -> list[Draft]:
    lines = _clear_lines(material)
    drafts = []
    for index in pen.some(range(len(lines)), _EACH):
        question = pen.phrase(
            "Which of these lines is sung first?", "Which of these lines comes before the others?"
        )
        wrong: list[Wrong] = [(each.text, "other_place") for each in lines[index + 1 :]]
        drafts += pen.choice("lyrics", question, lines[index].text, wrong, ["lyrics"])
    return drafts


LYRICS = (_line_at, _first_line)
