"""Comparative and structural reasoning: stretches held against each other."""

from collections.abc import Sequence
from itertools import combinations, pairwise, zip_longest

from pipeline.builtin.question.fair import on_ladder
from pipeline.builtin.question.form import music_returns
from pipeline.builtin.question.writing import QuestionWriter, Span, Wrong, stretch
from pipeline.stages.question.drafts import Draft
from pipeline.stages.question.material import Material
from schemas.tracks import Segment

_CLEAR_DB = 1.0
_STEPS = (
    ("much louder", 4.0, 99.0),
    ("a little louder", 1.3, 3.0),
    ("about as loud", -0.6, 0.6),
    ("a little softer", -3.0, -1.3),
    ("much softer", -99.0, -4.0),
)
_FEWEST_PARTS = 4
_PART_S = 12.0
_EACH = 3
# Ours.
_COUNTS = 8
_MUCH_FASTER = 1.5
_FASTER = 1.3


def _extreme_level(material: Material, write: QuestionWriter) -> list[Draft]:
    levels = sorted(material.levels, key=lambda each: each.rms_dbfs or 0.0)
    if len(levels) < _FEWEST_PARTS:
        return []
    drafts = []
    for word, ranked in (("loudest", levels[::-1]), ("quietest", levels)):
        if abs((ranked[0].rms_dbfs or 0.0) - (ranked[1].rms_dbfs or 0.0)) < _CLEAR_DB:
            continue
        question = write.phrase(
            "Which of these stretches is the {word}?",
            "Where is the recording at its {word}?",
            word=word,
        )
        wrong: list[Wrong] = [(stretch(_span(each)), "other_place") for each in ranked[1:]]
        answer = stretch(_span(ranked[0]))
        drafts += write.choice("loudest", question, answer, wrong, ["levels"])
    return drafts


def _compared_levels(material: Material, write: QuestionWriter) -> list[Draft]:
    drafts = []
    for one, two, step in _by_step(material, write)[: 2 * _EACH]:
        spans = {"one": stretch(_span(one)), "two": stretch(_span(two))}
        question = write.phrase(
            "How does the level from {two} compare with that from {one}?",
            "Compare the stretch from {one} with the one from {two}: how loud is the later one?",
            **spans,
        )
        wrong: list[Wrong] = [
            (name, "related" if abs(index - step) == 1 else "unrelated")
            for index, (name, _, _) in enumerate(_STEPS)
            if index != step
        ]
        drafts += write.choice("levels", question, _STEPS[step][0], wrong, ["levels"])
        asked = write.phrase(
            "Which is louder, the stretch from {one} or that from {two}?",
            "Are the stretches from {one} and from {two} equally loud?",
            **spans,
        )
        word = _STEPS[step][0] + (" as" if step == 2 else " than")
        answer_text = f"From {spans['two']} the music is {word} from {spans['one']}."
        drafts += write.open("levels", asked, answer_text, ["levels"])
    return drafts


def _by_step(material: Material, write: QuestionWriter) -> list[tuple[Segment, Segment, int]]:
    """Stretches with the step in level between them, in a drawn order: one of each step in turn."""
    found: dict[int, list[tuple[Segment, Segment, int]]] = {}
    for one, two in write.mixed(list(combinations(material.levels, 2))):
        change_db = (two.rms_dbfs or 0.0) - (one.rms_dbfs or 0.0)
        for step, (_, low, top) in enumerate(_STEPS):
            if low <= change_db <= top:
                found.setdefault(step, []).append((one, two, step))
    return [each for row in zip_longest(*write.mixed(list(found.values()))) for each in row if each]


def _chord_rhythm(material: Material, write: QuestionWriter) -> list[Draft]:
    parts = _parts(material)
    if not parts or "chords" not in material.known:
        return []
    counts = [_n_changes(material, part) for part in parts]
    drafts = []
    ranked = sorted(zip(counts, parts, strict=True), reverse=True)
    if len(parts) >= _FEWEST_PARTS and ranked[0][0] >= _MUCH_FASTER * max(1, ranked[1][0]):
        question = write.phrase(
            "In which stretch do the chords change most often?",
            "Where is the harmonic rhythm fastest?",
        )
        wrong: list[Wrong] = [(stretch(part), "other_place") for _, part in ranked[1:]]
        drafts += write.choice("pace", question, stretch(ranked[0][1]), wrong, ["chords"])
    both = list(combinations(zip(counts, parts, strict=True), 2))
    for (n_one, one), (n_two, two) in write.some(both, _EACH):
        if n_one != n_two and max(n_one, n_two) < _FASTER * min(n_one, n_two):
            continue
        spans = {"one": stretch(one), "two": stretch(two)}
        question = write.phrase(
            "Compare the harmonic rhythm from {one} with that from {two}.",
            "Do the chords change more often from {one} or from {two}?",
            **spans,
        )
        drafts += write.open("pace", question, _rhythms(n_one, n_two, spans), ["chords"])
    return drafts


def _rhythms(n_one: int, n_two: int, spans: dict[str, str]) -> str:
    if n_one == n_two:
        return f"Both from {spans['one']} and from {spans['two']} there is the same pace of chords."
    first, second = ("one", "two") if n_one > n_two else ("two", "one")
    return f"The chords change more often from {spans[first]} than from {spans[second]}."


def _keys_compared(material: Material, write: QuestionWriter) -> list[Draft]:
    if "key_sections" not in material.known:
        return []
    first, last = (material.facts.key_sections or [])[0], (material.facts.key_sections or [])[-1]
    keys = [f"{each.tonic} {each.mode}" for each in (first, last)]
    question = write.phrase(
        "How do the keys of the beginning and of the end compare?",
        "Does the music end in the key it began in?",
    )
    answer_text = (
        f"It begins and ends in {keys[0]}, with another key in between."
        if keys[0] == keys[1]
        else f"It begins in {keys[0]} and ends in {keys[1]}."
    )
    return write.open("keys_compared", question, answer_text, ["key_sections"])


def _key_changes(material: Material, write: QuestionWriter) -> list[Draft]:
    if "key_sections" not in material.known:
        return []
    keys = [(each.tonic, each.mode) for each in material.facts.key_sections or []]
    n = sum(one != two for one, two in pairwise(keys))
    question = write.phrase(
        "How many times does the key change?", "Count the changes of key: how many are there?"
    )

    def wrong(n_wrong: int) -> list[Wrong]:
        steps = range(-n, max(_COUNTS, n + 2) - n)
        return on_ladder(write, n_wrong, lambda step: _times(n + step), len(steps), steps)

    return write.choice("key_changes", question, _times(n), wrong, ["key_sections"])


def _times(n: int) -> str:
    return "once" if n == 1 else f"{n} times"


def _parts(material: Material) -> Sequence[Span]:
    n_parts = min(6, int(material.duration_s / _PART_S))
    length_s = material.duration_s / max(1, n_parts)
    return [
        (each * length_s, (each + 1) * length_s) for each in range(n_parts if n_parts > 1 else 0)
    ]


def _n_changes(material: Material, part: Span) -> int:
    return sum(part[0] < each.start_s <= part[1] for each in material.facts.chords or [])


def _span(each: Segment) -> Span:
    return each.start_s, each.end_s


STRUCTURE = (
    _extreme_level, _compared_levels, _chord_rhythm, _keys_compared, _key_changes, music_returns,
)  # fmt: skip
