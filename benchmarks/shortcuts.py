"""How many built-in multiple choices are answered by their options alone, without any sound.

    python -m benchmarks.shortcuts --songs 600

Made-up songs of every tempo, metre and key, each as likely. A choice model (a conditional logit)
learns from nine tenths of them how a right option stands among the others: its rank, its intervals
to them, its form; it answers the questions about the last tenth. Fair options leave it at chance.
"""

import argparse
import math
import random
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise

from pipeline.builtin.question import drafts_of
from pipeline.stages.question.drafts import Draft
from pipeline.stages.question.material import Material
from pipeline.stages.question.options import shuffled
from pipeline.stages.question.similarity import chord_of, key_of
from pipeline.views.evaluate.fitting import Example, predictions
from pipeline.views.evaluate.reliability import wilson_interval
from schemas.facts import KeySection, Loudness, Progression, Section
from schemas.harmony import pitch_class, spell_tonic
from schemas.lyrics import SungLine
from schemas.qa import SKILLS
from schemas.sections import QuestionConfig
from tests import facts as made
from tests.pipeline.stages.questions import material_of, song_of

_FOLDS = 10
_DIATONIC = {
    "major": ((0, "maj"), (2, "min"), (4, "min"), (5, "maj"), (7, "maj"), (9, "min")),
    "minor": ((0, "min"), (3, "maj"), (5, "min"), (7, "min"), (8, "maj"), (10, "maj")),
}
_ROUND = {
    "major": ["I", "ii", "iii", "IV", "V", "vi"],
    "minor": ["i", "III", "iv", "v", "VI", "VII"],
}
_RATIO_STEP = 0.06
_NUMERAL = re.compile(r"[#b]?[ivIV]+[°ø+0-9a-z]*")


def main() -> None:
    """Print, style by style, chance and what the model finds."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--songs", type=int, default=600)
    options = parser.parse_args()
    of_style: dict[str, list[Example]] = defaultdict(list)
    for number in range(options.songs):
        for draft in choices(song(number)):
            of_style[draft.style].append(example(draft, fold=str(number % _FOLDS)))
    print("| style | questions | chance | found (95 %) |\n|---|---|---|---|")
    for style, examples in sorted(of_style.items()):
        if len({each.source for each in examples}) > 1:
            print(row(style, examples))


def choices(material: Material) -> list[Draft]:
    """All multiple choices that facts can ask."""
    drafts = [each for skill in SKILLS for each in drafts_of(skill, material, QuestionConfig())]
    return [each for each in drafts if each.form == "multiple_choice"]


def row(style: str, examples: Sequence[Example]) -> str:
    """A line of the table."""
    names = sorted({name for each in examples for option in each.candidates for name in option})
    found = predictions(examples, names, penalty=3e-3)
    n, right = len(found), sum(each.is_right for each in found)
    chance = sum(1 / len(each.candidates) for each in examples) / n
    low, high = wilson_interval(right, n)
    return f"| {style} | {n} | {chance:.0%} | {right / n:.0%} ({low:.0%}-{high:.0%}) |"


def example(draft: Draft, fold: str) -> Example:
    """A question as options to be chosen from, in an order that tells nothing."""
    texts = shuffled([draft.answer, *(each.text for each in draft.distractors)], seed=0)
    seen = [features(place, texts, draft.question) for place in range(len(texts))]
    return Example(source=fold, candidates=seen, right=(texts.index(draft.answer),))


def features(place: int, texts: Sequence[str], question: str) -> dict[str, float]:
    """How an option stands among the others."""
    text, others = texts[place], [each for i, each in enumerate(texts) if i != place]
    found: Counter[str] = Counter()
    share = 1 / len(others)
    found["length"] = (len(text) - sum(map(len, others)) * share) / 8
    words = set(text.lower().split())
    found["in_question"] = len(words & set(question.lower().split())) / len(words)
    found["seventh"] = float("7" in text)
    found["slash"] = float("/" in text)
    found["like_others"] = share * sum(bool(words & set(each.lower().split())) for each in others)
    for name_of in (number_of, pitch_of):
        values = [name_of(each) for each in texts]
        if None not in values:
            found.update(compared(values[place], [v for i, v in enumerate(values) if i != place]))
    tokens = [tuple(_NUMERAL.findall(each)) for each in texts]
    if all(len(each) > 1 for each in tokens):
        ours = tokens[place]
        found["same_chords"] = share * sum(sorted(t) == sorted(ours) for t in tokens) - share
        found["shared_chords"] = share * sum(len(set(t) & set(ours)) for t in tokens)
        found["n_chords"] = len(ours)
    return dict(found)


def compared(value: tuple[float, ...], others: Sequence[tuple[float, ...]]) -> dict[str, float]:
    """Rank and ratios of a number, intervals of a chord or key."""
    found: Counter[str] = Counter()
    share = 1 / len(others)
    if len(value) == 1:
        n_below = sum(each < value for each in others)
        found[f"rank{n_below}"] = 1
        found[f"rank_from_end{len(others) - n_below}"] = 1
        for (each,) in others:
            step = max(-30, min(30, round(math.log2(each / value[0]) / _RATIO_STEP)))
            found[f"ratio{step}"] += share
            found["divides"] += share * (max(each, value[0]) % min(each, value[0]) == 0)
    else:
        for pitch, mode in others:
            found[f"interval{(pitch - value[0]) % 12}_{mode - value[1]}"] += share
            found["fifths"] += share * min(
                (7 * (pitch - value[0])) % 12, (5 * (pitch - value[0])) % 12
            )
    return dict(found)


def number_of(text: str) -> tuple[float] | None:
    """The first number or time of an option, never 0."""
    if clock := re.search(r"(\d+):(\d\d)", text):
        return (60.0 * int(clock[1]) + int(clock[2]) + 1,)
    number = re.match(r"(\d+)", text)
    if text == "once":
        return (1.5,)
    return (float(number[1]) + 0.5 * text.endswith("times"),) if number else None


def pitch_of(text: str) -> tuple[float, float] | None:
    """Pitch class and mode of a key or chord."""
    root = re.match(r"[A-G][#b]?", text)
    if root is None or not (key_of(text) or chord_of(text)):
        return None
    is_minor = "minor" in text or bool(re.match(r"[A-G][#b]?m(?!aj)", text))
    return float(pitch_class(root[0])), float(is_minor)


def song(number: int) -> Material:
    """A made-up song of two to five minutes, in one key or in three."""
    chance = random.Random(number)
    length_s = chance.uniform(120, 300)
    tonic, mode = chance.randrange(12), chance.choice(["major", "minor"])
    n_keys = chance.choice([1, 1, 2, 3, 4, 5])
    plan = [(tonic, mode)]
    while len(plan) < n_keys:
        plan.append(((plan[-1][0] + chance.choice([2, 5, 7, 9])) % 12, mode))
    keys = [
        made.key_section(spell_tonic(t, m), m, start_s, end_s)
        for (t, m), (start_s, end_s) in zip(plan, parts(length_s, n_keys, chance), strict=True)
    ]
    changes = chord_changes(keys, chance)
    facts = song_of(
        str(number),
        duration_s=length_s,
        tempo=made.tempo_of(math.exp(chance.uniform(math.log(50), math.log(210)))),
        metre=made.metre_of(chance.choice([2, 3, 4, 5, 6, 7])),
        key=made.key_of(keys[0].tonic, mode),
        key_sections=keys,
        chords=made.chords_of(changes, duration_s=length_s, keys=keys),
        sections=sections(length_s, chance),
        progressions=[Progression(numerals=chance.sample(_ROUND[mode], 4), count=9)],
        loudness=Loudness(
            integrated_lufs=chance.choice([-34, -26, -18.5, -9]),
            loudness_range_lu=5.0,
            sample_peak_dbfs=-0.1,
        ),
    )
    lines = [line(chance.uniform(5, 60) + 12 * n, chance) for n in range(5)]
    levels = tuple(chance.gauss(-15, 3) for _ in range(int(length_s / 30)))
    return material_of(facts, lines=lines, levels=levels, length_s=30.0)


def chord_changes(keys: Sequence[KeySection], chance: random.Random) -> list[tuple[float, str]]:
    """Diatonic chords, every fifth with a seventh, every fifth in inversion."""
    changes = []
    for key in keys:
        at_s = key.start_s
        while at_s < key.end_s:
            step, triad = chance.choice(_DIATONIC[key.mode])
            root = spell_tonic((pitch_class(key.tonic) + step) % 12, key.mode)
            quality = {"maj": "7", "min": "min7"}[triad] if chance.random() < 0.2 else triad
            bass = "/5" if chance.random() < 0.2 else ""
            changes.append((at_s, f"{root}:{quality}{bass}"))
            at_s += chance.uniform(1.6, 6)
    return changes


def sections(length_s: float, chance: random.Random) -> list[Section]:
    """Five of unequal lengths, some of them the music of an earlier one, all sure."""
    letters = [chance.choice("ABC"[: n + 1]) for n in range(5)]
    spans = parts(length_s, len(letters), chance)
    sure = {"start_p_right": 0.98, "start_q_value": 0.01}
    again = {"letter_p_right": 0.98, "letter_q_value": 0.01}
    return [
        Section(
            start_s=span[0], end_s=span[1], letter=letter, level_db=0.0,
            **(sure if n else {}), **(again if letter in letters[:n] else {}),
        )
        for n, (letter, span) in enumerate(zip(letters, spans, strict=True))
    ]  # fmt: skip


def parts(length_s: float, n: int, chance: random.Random) -> list[tuple[float, float]]:
    """A song's length in unequal parts."""
    cuts = sorted(chance.uniform(0.05, 0.95) * length_s for _ in range(n - 1))
    return list(pairwise([0.0, *cuts, length_s]))


def line(at_s: float, chance: random.Random) -> SungLine:
    """A sung line."""
    words = chance.sample(["river", "home", "night", "carry", "nobody", "rain", "over", "name"], 5)
    return SungLine(start_s=at_s, end_s=at_s + 4, text=" ".join(words), confidence=0.9)


if __name__ == "__main__":
    main()
