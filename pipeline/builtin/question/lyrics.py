"""Lyric and vocal grounding: which words are sung when."""

from pipeline.builtin.clock import clock
from pipeline.builtin.question.times import other_times
from pipeline.builtin.question.writing import QuestionWriter, Wrong
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


def _line_at(material: Material, write: QuestionWriter) -> list[Draft]:
    lines = [each for each in _clear_lines(material) if each.is_timed]
    drafts = []
    for line in write.some(lines, _EACH):
        at, span = clock((line.start_s + line.end_s) / 2), (line.start_s, line.end_s)
        question = write.phrase(
            "Which words are sung around {at}?", "What does the singer sing at about {at}?", at=at
        )
        wrong: list[Wrong] = [(each.text, "other_place") for each in lines if each is not line]
        drafts += write.choice("line_at", question, line.text, wrong, ["lyrics"], span)
        asked = write.phrase("Quote the words sung around {at}.", "What is sung at {at}?", at=at)
        answer_text = f'At about {at} the words are "{line.text}".'
        drafts += write.open("line_at", asked, answer_text, ["lyrics"], span)
    return drafts


def _first_line(material: Material, write: QuestionWriter) -> list[Draft]:
    lines = _clear_lines(material)
    drafts = []
    for index in write.some(range(len(lines)), _EACH):
        question = write.phrase(
            "Which of these lines is sung first?", "Which of these lines comes before the others?"
        )
        wrong: list[Wrong] = [(each.text, "other_place") for each in lines[index + 1 :]]
        drafts += write.choice("first_line", question, lines[index].text, wrong, ["lyrics"])
    return drafts


def _line_time(material: Material, write: QuestionWriter) -> list[Draft]:
    lines = [each for each in _clear_lines(material) if each.is_timed]
    starts_s = [each.start_s for each in lines]
    drafts = []
    for line in write.some(lines, _EACH):
        question = write.phrase(
            'When is the line "{line}" sung?', 'At what time does "{line}" begin?', line=line.text
        )
        wrong = other_times(material, write, line.start_s, starts_s, elsewhere=starts_s)
        drafts += write.choice("word_time", question, clock(line.start_s), wrong, ["lyrics"])
    return drafts


LYRICS = (_line_at, _first_line, _line_time)
