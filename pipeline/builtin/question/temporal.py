"""Temporal understanding: what comes first, what follows, when something changes."""

import itertools

from pipeline.builtin.clock import clock
from pipeline.builtin.question.form import section_start
from pipeline.builtin.question.neighbours import bare, symbol, wrong_chords
from pipeline.builtin.question.times import CLEAR_OF_CHANGES_S, other_times
from pipeline.builtin.question.writing import QuestionWriter, Wrong
from pipeline.stages.question.drafts import Draft
from pipeline.stages.question.material import Material
from schemas.facts import Chord

_CLEAR_S = 1.5
_EACH = 3


def _first_chord(material: Material, write: QuestionWriter) -> list[Draft]:
    firsts: dict[str, Chord] = {}
    for chord in material.chords:
        firsts.setdefault(bare(symbol(chord)), chord)
    order = list(firsts.values())
    drafts = []
    sure = [index for index, chord in enumerate(order) if material.is_sure(chord)]
    for index in write.some(sure, _EACH):
        later = [each for each in order[index + 1 :] if each.start_s > order[index].start_s + 2.0]
        question = write.phrase(
            "Which of these chords is heard first in the recording?",
            "One of these chords comes before all the others. Which one?",
            "Which chord of these enters earliest?",
        )
        wrong: list[Wrong] = [(symbol(each), "other_place") for each in later]
        drafts += write.choice("temporal", question, symbol(order[index]), wrong, ["chords"])
    return drafts


def _next_chord(material: Material, write: QuestionWriter) -> list[Draft]:
    chords = material.facts.chords or []
    pairs = [
        (one, two)
        for one, two in itertools.pairwise(chords)
        if "N" not in (one.label, two.label)
        and material.is_sure(one)
        and material.is_sure(two)
        and min(one.end_s - one.start_s, two.end_s - two.start_s) >= _CLEAR_S
        and bare(symbol(one)) != bare(symbol(two))
    ]
    drafts = []
    for one, two in write.some(pairs, _EACH):
        question = write.phrase(
            "At about {at} the harmony changes. Which chord does it move to?",
            "Which chord follows the change of harmony at about {at}?",
            "The chord changes at about {at}: what is the new chord?",
            at=clock(two.start_s),
        )
        wrong = [(symbol(one), "other_place"), *wrong_chords(material, two)]
        span = (two.start_s, two.end_s)
        drafts += write.choice("temporal", question, symbol(two), wrong, ["chords"], span)
    return drafts


def _key_change(material: Material, write: QuestionWriter) -> list[Draft]:
    if "key_sections" not in material.known:
        return []
    sections = material.facts.key_sections or []
    drafts = []
    for one, two in itertools.pairwise(sections):
        if (one.tonic, one.mode) == (two.tonic, two.mode):
            continue
        keys = {"old": f"{one.tonic} {one.mode}", "new": f"{two.tonic} {two.mode}"}
        question = write.phrase(
            "When does the key change from {old} to {new}?",
            "At what time does the music leave {old} for {new}?",
            "The key moves from {old} to {new}. When does this happen?",
            **keys,
        )
        changes = [each.start_s for each in sections]
        elsewhere: list[Wrong] = [
            (clock(each), "other_place")
            for each in changes
            if each > 0 and abs(each - two.start_s) > CLEAR_OF_CHANGES_S
        ]
        wrong = elsewhere + other_times(material, write, two.start_s, changes)
        evidence = ["key_sections"]
        drafts += write.choice("temporal", question, clock(two.start_s), wrong, evidence)
        asked = write.phrase(
            "Does the key change around {at}, and how?",
            "What happens to the key at about {at}?",
            at=clock(two.start_s),
        )
        answer_text = "At about {at} the key changes from {old} to {new}."
        drafts += write.open(
            "temporal", asked, answer_text.format(at=clock(two.start_s), **keys), evidence
        )
    return drafts


def _first_heard(material: Material, write: QuestionWriter) -> list[Draft]:
    firsts: dict[str, Chord] = {}
    for chord in material.chords:
        firsts.setdefault(bare(symbol(chord)), chord)
    sure = filter(material.is_sure, firsts.values())
    clear = [each for each in sure if each.end_s - each.start_s >= _CLEAR_S]
    drafts = []
    for chord in write.some(clear, _EACH):
        question = write.phrase(
            "When is the chord {chord} first heard?",
            "At what time does the chord {chord} appear for the first time?",
            chord=symbol(chord),
        )
        answer = f"The chord {symbol(chord)} is first heard at about {clock(chord.start_s)}."
        span = (chord.start_s, chord.end_s)
        drafts += write.open("temporal", question, answer, ["chords"], span)
    return drafts


def _duration(material: Material, write: QuestionWriter) -> list[Draft]:
    question = write.phrase(
        "How long does the recording last?",
        "What is the length of this recording?",
        "How much time passes from the beginning of the recording to its end?",
    )
    near, far = (0.7, 0.8, 1.25, 1.4), (0.3, 0.45, 1.8, 2.5)
    wrong: list[Wrong] = [(clock(material.duration_s * each), "related") for each in near]
    wrong += [(clock(material.duration_s * each), "unrelated") for each in far]
    return write.choice("temporal", question, clock(material.duration_s), wrong, ["duration"])


TEMPORAL = (_first_chord, _next_chord, _key_change, section_start, _first_heard, _duration)
