"""Temporal understanding: what comes first, what follows, when something changes."""

import itertools

from pipeline.builtin.clock import clock
from pipeline.builtin.question.fair import on_ladder
from pipeline.builtin.question.form import section_start
from pipeline.builtin.question.neighbours import Triad, bare, symbol, triad, wrong_chords
from pipeline.builtin.question.times import other_times
from pipeline.builtin.question.writing import QuestionWriter, Wrong
from pipeline.stages.question.drafts import Draft
from pipeline.stages.question.material import Material
from pipeline.stages.question.styles import offered
from schemas.facts import Chord, KeySection

_CLEAR_S = 1.5
_EACH = 3
# Ours.
_APART_S = 2.0
_LONGER, _LENGTHS = 1.2, 8
_LATER, _EARLY_S, _ENTRIES, _LATEST_S = 1.5, 4.0, 12, 100.0


def _first_chord(material: Material, write: QuestionWriter) -> list[Draft]:
    firsts: dict[Triad, Chord] = {}
    for chord in material.chords:
        firsts.setdefault(triad(chord), chord)
    order = list(firsts.values())
    drafts = []
    sure = [index for index, chord in enumerate(order) if material.is_sure(chord)]
    for index in write.some(sure, _EACH):
        first = order[index]
        # Chords of other keys would stand apart from it.
        until_s = _key_until_s(material, first)
        later = [e for e in order[index + 1 :] if first.start_s + _APART_S < e.start_s < until_s]
        question = write.phrase(
            "Which of these chords is heard first in the recording?",
            "One of these chords comes before all the others. Which one?",
            "Which chord of these enters earliest?",
        )
        wrong: list[Wrong] = [(symbol(each), "other_place") for each in later]
        drafts += write.choice("first_chord", question, symbol(first), wrong, ["chords"])
    return drafts


def _key_until_s(material: Material, chord: Chord) -> float:
    """When the key that a chord is in ends."""
    sections = material.facts.key_sections or []
    ends_s = [each.end_s for each in sections if each.start_s <= chord.start_s < each.end_s]
    return ends_s[0] if ends_s else material.duration_s


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
    for _, two in write.some(pairs, _EACH):
        question = write.phrase(
            "At about {at} the harmony changes. Which chord does it move to?",
            "Which chord follows the change of harmony at about {at}?",
            "The chord changes at about {at}: what is the new chord?",
            at=clock(two.start_s),
        )
        wrong = wrong_chords(write.mixed(material.chords), write, two)
        span = (two.start_s, two.end_s)
        drafts += write.choice("next_chord", question, symbol(two), wrong, ["chords"], span)
    return drafts


def _last_chord(material: Material, write: QuestionWriter) -> list[Draft]:
    last = material.chords[-1] if material.chords else None
    if last is None or not material.is_sure(last) or last.end_s - last.start_s < _CLEAR_S:
        return []
    question = write.phrase(
        "Which chord does the recording end on?", "What is the last chord that is heard?"
    )
    span = (last.start_s, last.end_s)
    wrong = wrong_chords(write.mixed(material.chords), write, last)
    drafts = write.choice("last_chord", question, symbol(last), wrong, ["chords"], span)
    asked = "Name the chord at the end, and when it begins."
    answer_text = f"The last chord is {symbol(last)}, from about {clock(last.start_s)}."
    return drafts + write.open("last_chord", asked, answer_text, ["chords"], span)


def _tempo_change(material: Material, write: QuestionWriter) -> list[Draft]:
    sections = material.known.get("tempo", {}).get("sections", [])
    drafts = []
    for one, two in itertools.pairwise(sections):
        if round(one["bpm"]) == round(two["bpm"]):
            continue
        at, old, new = clock(two["from_s"]), round(one["bpm"]), round(two["bpm"])
        asked = write.phrase(
            "What happens to the tempo at about {at}?",
            "How does the tempo change around {at}?",
            at=at,
        )
        answer_text = f"At about {at} it changes from about {old} to about {new} beats per minute."
        drafts += write.open("tempo_change", asked, answer_text, ["tempo"])
    return drafts


def _voice_entry(material: Material, write: QuestionWriter) -> list[Draft]:
    if "timed_lyrics" not in offered(material) or not material.lines[0].is_timed:
        return []
    enters_s = material.lines[0].start_s
    question = write.phrase(
        "When does the voice enter with its first words?", "At what time are the first words sung?"
    )

    def wrong(n: int) -> list[Wrong]:
        return on_ladder(write, n, lambda step: clock(_entry(enters_s, step)), len(able), able)

    steps = range(-_ENTRIES, _ENTRIES)
    latest_s = max(enters_s + 1, min(_LATEST_S, material.duration_s))
    able = [step for step in steps if 0 < _entry(enters_s, step) < latest_s]
    return write.choice("voice_entry", question, clock(enters_s), wrong, ["lyrics"])


def _entry(enters_s: float, step: int) -> float:
    """Steps on a scale that is even at first, and even in its logarithm later."""
    return (enters_s + _EARLY_S) * _LATER**step - _EARLY_S


def _key_change(material: Material, write: QuestionWriter) -> list[Draft]:
    if "key_sections" not in material.known:
        return []
    sections = material.facts.key_sections or []
    drafts = []
    for one, two in itertools.pairwise(sections):
        if _key(one) == _key(two):
            continue
        keys = {"old": _key(one), "new": _key(two)}
        question = write.phrase(
            "When does the key change from {old} to {new}?",
            "At what time does the music leave {old} for {new}?",
            "The key moves from {old} to {new}. When does this happen?",
            **keys,
        )
        changes = [each.start_s for each in sections]
        others = [
            late.start_s
            for early, late in itertools.pairwise(sections)
            if (_key(early), _key(late)) != (_key(one), _key(two))
        ]
        wrong = other_times(material, write, two.start_s, changes, elsewhere=others)
        evidence = ["key_sections"]
        drafts += write.choice("key_change_time", question, clock(two.start_s), wrong, evidence)
        asked = write.phrase(
            "Does the key change around {at}, and how?",
            "What happens to the key at about {at}?",
            at=clock(two.start_s),
        )
        answer_text = "At about {at} the key changes from {old} to {new}."
        drafts += write.open(
            "key_change_time", asked, answer_text.format(at=clock(two.start_s), **keys), evidence
        )
    return drafts


def _key(section: KeySection) -> str:
    return f"{section.tonic} {section.mode}"


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
        drafts += write.open("chord_time", question, answer, ["chords"], span)
    return drafts


def _duration(material: Material, write: QuestionWriter) -> list[Draft]:
    question = write.phrase(
        "How long does the recording last?",
        "What is the length of this recording?",
        "How much time passes from the beginning of the recording to its end?",
    )

    def wrong(n: int) -> list[Wrong]:
        return on_ladder(
            write, n, lambda step: clock(material.duration_s * _LONGER**step), _LENGTHS
        )

    return write.choice("length", question, clock(material.duration_s), wrong, ["duration"])


TEMPORAL = (
    _first_chord, _next_chord, _last_chord, _key_change, _tempo_change, section_start,
    _first_heard, _voice_entry, _duration,
)  # fmt: skip
