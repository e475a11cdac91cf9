"""Multiple choices whose text gives nothing away.

Their answers are the truth of a rendered piece, or what a release says of it. Options are drawn
from all answers to such questions, each as likely as the others. Tempo and metre are asked for in
words: a small language model splits figures into digits. `balanced` keeps as many questions of
every answer, so that none is a better guess than another.
"""

import math
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pieces import PROGRESSIONS, TONICS
from synthesiser import CHORD_TIMBRES

# Up to which tempo, in BPM: thirds of what `pieces.py` draws, by ratio.
TEMPI = {"slow": 86.5, "moderate": 125.0, "fast": math.inf}
BEATS = {"3/4": "three", "4/4": "four", "6/8": "six"}
ANSWERS: dict[str, tuple[str, ...]] = {
    "tempo": tuple(TEMPI),
    "metre": tuple(BEATS.values()),
    "key": tuple(f"{tonic} {mode}" for mode in PROGRESSIONS for tonic in TONICS),
    "chord": tuple(f"{root}{third}" for third in ("", "m") for root in TONICS),
    "progression": tuple("-".join(p) for each in PROGRESSIONS.values() for p in each),
    "instrument": tuple(CHORD_TIMBRES),
}
KINDS = tuple(ANSWERS)
HEARINGS = ("own", "other", "silence")  # what a question is asked with
TEXTS: dict[str, tuple[str, ...]] = {
    "tempo": (
        "How fast is the music?",
        "Tap along: is it slow, moderate or fast?",
    ),
    "metre": ("How many beats has a bar?", "In a bar, how many beats are counted?"),
    "key": ("In which key is the music?", "What is the key of this recording?"),
    "chord": ("Which chord sounds around 0:{at:02}?", "What is the harmony at about 0:{at:02}?"),
    "progression": (
        "Which chord progression carries the music?",
        "Which of these progressions is heard?",
    ),
    "instrument": ("Which instrument plays the chords?", "What are the chords played on?"),
}
_ALSO = {"C#": "Db", "D#": "Eb", "Gb": "F#", "G#": "Ab", "A#": "Bb"}  # one name of each key
_BEATS = {"3 beats": "three", "4 beats": "four", "6 beats": "six"}  # as a release's rows say it
_N_OPTIONS = 4
_INSIDE_S = 0.4  # a moment that is asked for is so far from the chord's ends


@dataclass(frozen=True)
class Question:
    """A multiple choice about a whole recording.

    Attributes
    ----------
    sound : str
        Its file.
    kind : str
        Of `KINDS`.
    text : str
        Without the options.
    answer : str
    options : tuple of str
        As shown; empty before they are drawn.
    """

    sound: str
    kind: str
    text: str
    answer: str
    options: tuple[str, ...] = ()

    @property
    def prompt(self) -> str:
        """What the user says, in the form of a release's prompts."""
        shown = zip("ABCDEFGH", self.options, strict=False)
        return "\n".join([self.text, *(f"({letter}) {option}" for letter, option in shown)])


def true_questions(truth: dict[str, Any], rng: random.Random) -> Iterator[Question]:
    """One question of every kind that has a single right answer.

    Parameters
    ----------
    truth : dict
        `Piece.truth`.
    rng : random.Random
        Draws words and moments.
    """
    found = {
        "metre": BEATS[truth["metre"]],
        "key": truth["key"],
        "instrument": truth["instruments"][0],
    }
    if truth["metre"] != "6/8":  # there its beats are a matter of taste
        found["tempo"] = tempo_word(truth["tempo_bpm"])
    if len(truth["chords"]) >= 4:
        found["progression"] = truth["progression"]
    moments = [
        (second, chord["label"])
        for chord in truth["chords"]
        for second in range(10)
        if chord["start_s"] + _INSIDE_S <= second <= chord["end_s"] - _INSIDE_S
    ]
    second, label = rng.choice(moments) if moments else (0, "")
    if moments:
        found["chord"] = label.replace(":maj", "").replace(":min", "m")
    for kind in KINDS:
        if kind in found:
            text = rng.choice(TEXTS[kind]).format(at=second)
            yield Question(f"{truth['name']}.wav", kind, text, found[kind])


def released_question(row: dict[str, Any], sound: str) -> Question | None:
    """The question of a row of ``mf-skills/qa``, in our form; None for one of no kind of ours."""
    answer, text = str(row["answer"]), str(row["question"])
    if row["form"] != "multiple_choice":
        return None
    if re.fullmatch(r"\d+ BPM", answer):
        return Question(sound, "tempo", text, tempo_word(float(answer.split()[0])))
    if answer in _BEATS:
        return Question(sound, "metre", TEXTS["metre"][0], _BEATS[answer])
    is_at = "around 0:" in text or "harmony at" in text
    answer = _ALSO.get(answer[:2], answer[:2]) + answer[2:]
    for kind in ("key", "progression") + ("chord",) * is_at:
        if answer in ANSWERS[kind]:
            return Question(sound, kind, text, answer)
    return None


def tempo_word(bpm: float) -> str:
    """How fast music is, in a word of `TEMPI`."""
    return next(word for word, most_bpm in TEMPI.items() if bpm < most_bpm)


def with_options(question: Question, rng: random.Random) -> Question:
    """The question with options: its answer and others, each as likely, in a drawn order."""
    others = [each for each in ANSWERS[question.kind] if each != question.answer]
    options = [question.answer, *rng.sample(others, min(_N_OPTIONS - 1, len(others)))]
    rng.shuffle(options)
    return replace(question, options=tuple(options))


def balanced(questions: Sequence[Question], n_most: int, rng: random.Random) -> list[Question]:
    """As many questions of every answer of a kind, and about `n_most` of a kind at most."""
    groups: dict[tuple[str, str], list[Question]] = defaultdict(list)
    for question in questions:
        groups[question.kind, question.answer].append(question)
    kept = []
    for kind in KINDS:
        ours = [group for (each, _), group in sorted(groups.items()) if each == kind]
        fewest = min([math.ceil(n_most / max(1, len(ours))), *map(len, ours)])
        kept += [question for group in ours for question in rng.sample(group, fewest)]
    return kept


def with_wrong_facts(
    questions: Sequence[Question], share: float, rng: random.Random
) -> list[Question]:
    """The same questions, a share of them with another answer in place of the right one."""
    wrong = set(rng.sample(range(len(questions)), round(share * len(questions))))
    return [
        replace(each, answer=rng.choice([a for a in ANSWERS[each.kind] if a != each.answer]))
        if index in wrong
        else each
        for index, each in enumerate(questions)
    ]
