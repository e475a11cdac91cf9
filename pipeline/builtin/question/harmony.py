"""Harmony and theory: chords, numerals, progressions, local keys."""

from collections import Counter
from collections.abc import Sequence
from itertools import combinations, pairwise

from pipeline.builtin.clock import clock
from pipeline.builtin.question.fair import around_one
from pipeline.builtin.question.neighbours import bare, symbol, wrong_chords, wrong_keys
from pipeline.builtin.question.writing import QuestionWriter, Wrong, WrongOptions
from pipeline.stages.question.drafts import Draft
from pipeline.stages.question.material import Material
from schemas.facts import Chord

_CLEAR_S = 1.5
_EACH = 3
_CLEARLY_MORE = 1.25
_USUAL = {
    "major": ("I", "ii", "iii", "IV", "V", "vi", "vii°", "bVII"),
    "minor": ("i", "ii°", "III", "iv", "v", "V", "VI", "VII"),
}


def _clear_chords(material: Material) -> list[Chord]:
    sure = filter(material.is_sure, material.chords)
    return [each for each in sure if each.end_s - each.start_s >= _CLEAR_S]


def _middle(chord: Chord) -> str:
    return clock((chord.start_s + chord.end_s) / 2)


def _chord_at(material: Material, write: QuestionWriter) -> list[Draft]:
    drafts = []
    for chord in write.some(_clear_chords(material), 2 * _EACH):
        span, name = (chord.start_s, chord.end_s), symbol(chord)
        question = write.phrase(
            "Which chord sounds around {at}?",
            "What is the harmony at about {at}?",
            "Listen around {at}: which chord is being played?",
            at=_middle(chord),
        )
        wrong = wrong_chords(write.mixed(material.chords), write, chord)
        drafts += write.choice("chord_at", question, name, wrong, ["chords"], span)
        asked = write.phrase(
            "Name the chord at about {at}.",
            "What chord do you hear around {at}?",
            at=_middle(chord),
        )
        answer_text = f"At about {_middle(chord)} the chord is {name}."
        drafts += write.open("chord_at", asked, answer_text, ["chords"], span)
    return drafts


def _numeral_at(material: Material, write: QuestionWriter) -> list[Draft]:
    if "numerals" not in material.known:
        return []
    drafts = []
    for chord in write.some([c for c in _clear_chords(material) if c.roman], _EACH):
        key = _key_at(material, chord)
        if key is None or chord.roman is None:
            continue
        question = write.phrase(
            "In {key}, which Roman numeral does the chord around {at} have?",
            "What is the function of the chord at about {at}, as a Roman numeral in {key}?",
            key=f"{key[0]} {key[1]}",
            at=_middle(chord),
        )
        wrong = _wrong_numerals(material, write, chord.roman, key[1])
        span = (chord.start_s, chord.end_s)
        evidence = ["numerals", "key_sections" if "key_sections" in material.known else "key"]
        drafts += write.choice("numeral_at", question, chord.roman, wrong, evidence, span)
        answer_text = f"It is {chord.roman}: the chord {symbol(chord)} in {key[0]} {key[1]}."
        asked = write.phrase(
            "Name the chord around {at} and its Roman numeral.",
            "Analyse the chord at about {at}.",
            at=_middle(chord),
        )
        drafts += write.open("numeral_at", asked, answer_text, evidence, span)
    return drafts


def _wrong_numerals(
    material: Material, write: QuestionWriter, answer: str, mode: str
) -> WrongOptions:
    """Others of the track, then usual ones; none differs from another by its seventh alone."""
    here = [each.roman for each in material.chords if each.roman in material.known["numerals"]]
    different = {_degree(answer): answer}
    for each in (*write.mixed(list(filter(None, here))), *write.mixed(_USUAL[mode])):
        different.setdefault(_degree(each), each)
    del different[_degree(answer)]
    found: list[Wrong] = [
        (each, "other_place" if each in material.known["numerals"] else "unrelated")
        for each in different.values()
    ]
    return lambda _n: found


def _degree(numeral: str) -> str:
    return numeral.rstrip("0123456789/abcdefghjklmnopqrstuwxyz")


def _key_at(material: Material, chord: Chord) -> tuple[str, str] | None:
    for each in material.facts.key_sections or []:
        if each.start_s <= chord.start_s and chord.end_s <= each.end_s:
            return each.tonic, each.mode
    return None


def _key_around(material: Material, write: QuestionWriter) -> list[Draft]:
    if "key_sections" not in material.known:
        return []
    drafts = []
    for each in write.some(material.facts.key_sections or [], _EACH):
        question = write.phrase(
            "Which key is the music in around {at}?",
            "What is the local key at about {at}?",
            at=clock((each.start_s + each.end_s) / 2),
        )
        wrong = wrong_keys(material, write, each.tonic, each.mode)
        span = (each.start_s, each.end_s)
        answer = f"{each.tonic} {each.mode}"
        drafts += write.choice("key_at", question, answer, wrong, ["key_sections"], span)
    return drafts


def _progression(material: Material, write: QuestionWriter) -> list[Draft]:
    found = material.known.get("progressions", [])
    if not found or (len(found) > 1 and found[0]["times"] == found[1]["times"]):
        return []
    answer = found[0]["numerals"]
    heard = [each["numerals"] for each in found]
    mode = material.facts.key.mode if material.facts.key else "major"
    alphabet = sorted({*_USUAL[mode], *answer.split("-")})

    def near(progression: str) -> list[str]:
        changed = _one_changed(progression, alphabet)
        return [each for each in changed if not any(_is_rotation(each, one) for one in heard)]

    def wrong(n: int) -> list[Wrong]:
        return [(each, "related") for each in around_one(write, n, [answer], near)]

    question = write.phrase(
        "Which chord progression recurs in the recording?",
        "Which of these progressions is heard again and again?",
        "Which succession of chords carries the music, in Roman numerals?",
    )
    drafts = write.choice("progression", question, answer, wrong, ["progressions"])
    asked = write.phrase(
        "Which progression recurs, in Roman numerals?",
        "Write down the most frequent progression in Roman numerals.",
    )
    answer_text = f"The progression {answer} recurs."
    return drafts + write.open("progression", asked, answer_text, ["progressions"])


def _one_changed(progression: str, alphabet: Sequence[str]) -> list[str]:
    """Progressions in which two chords change places, or one is another."""
    numerals = progression.split("-")
    changed = []
    for one, two in combinations(range(len(numerals)), 2):
        order = list(numerals)
        order[one], order[two] = order[two], order[one]
        changed.append(order)
    for place in range(len(numerals)):
        others = [each for each in alphabet if each not in numerals]
        changed += [[*numerals[:place], each, *numerals[place + 1 :]] for each in others]
    moving = [each for each in changed if all(one != two for one, two in pairwise(each))]
    return list(dict.fromkeys("-".join(each) for each in moving))


def _is_rotation(one: str, other: str) -> bool:
    return f"-{one}-" in f"-{other}-{other}-"


def _most_heard(material: Material, write: QuestionWriter) -> list[Draft]:
    lasting: Counter[str] = Counter()
    names: dict[str, Chord] = {}
    for chord in material.chords:
        name = bare(symbol(chord))
        names.setdefault(name, chord)
        lasting[name] += round(1000 * (chord.end_s - chord.start_s))
    ranked = lasting.most_common()
    if len(ranked) < 2 or ranked[0][1] < _CLEARLY_MORE * ranked[1][1]:
        return []
    question = write.phrase(
        "Which chord takes up most of the time?",
        "On which chord does the harmony rest longest in all?",
        "Add up how long each chord sounds: which one leads?",
    )
    chord = names[ranked[0][0]]
    if not material.is_sure(chord):
        return []
    answer = symbol(chord).split("/")[0]
    wrong = wrong_chords([names[name] for name, _ in ranked], write, chord)

    def without_bass(n: int) -> list[Wrong]:
        return [(text.split("/")[0], kind) for text, kind in wrong(n)]

    return write.choice("most_heard", question, answer, without_bass, ["chords"])


HARMONY = (_chord_at, _numeral_at, _key_around, _progression, _most_heard)
