"""The options of a multiple choice: their order, and what is wrong with them."""

import re
from collections.abc import Sequence
from typing import get_args

from pipeline.stages.question.drafts import Draft, DraftDistractor
from pipeline.stages.question.material import Material
from pipeline.stages.question.similarity import all_different, chord_of, key_of
from schemas.chords import chord_symbol
from schemas.digest import digest
from schemas.options import canonical
from schemas.qa import DistractorKind
from schemas.sections import QuestionConfig

_MAX_OPTION = 200
_SHORT = 12
_FEWEST_LETTERS = 4
# Ours: a stretch is written to a hundredth, and so may reach into its neighbours.
_ROUNDED_S = 0.02
Span = tuple[float, float]


def shuffle_seed(*parts: str | int) -> int:
    """A seed from 0 to 2**31 - 1 that follows from names and numbers."""
    return int(digest(list(parts))[:8], 16) >> 1


def shuffled(options: Sequence[str], seed: int) -> list[str]:
    """Options in the order that a seed gives, whatever order they came in.

    Sorted by the SHA-256 of seed and text, so that any program can check it (`schemas.digest`).
    """
    return sorted(options, key=lambda option: digest([seed, option]))


def option_fault(
    draft: Draft, material: Material, span: Span | None, config: QuestionConfig
) -> tuple[str, str] | None:
    """What is wrong with the options of a draft.

    Parameters
    ----------
    draft : Draft
        Of a multiple choice, with clean texts.
    material : Material
    span : (float, float) or None
        The stretch that is asked about, s; None for the whole track.
    config : QuestionConfig

    Returns
    -------
    (str, str) or None
        Reason and detail: ``bad_options``, ``gives_itself_away`` or ``wrong_distractor``.
    """
    texts = [draft.answer, *(each.text for each in draft.distractors)]
    if not config.min_options <= len(texts) <= config.max_options:
        wanted = f"{config.min_options} to {config.max_options}"
        return "bad_options", f"{len(texts)} options instead of {wanted}"
    if not all(0 < len(text) <= _MAX_OPTION for text in texts):
        return "bad_options", f"an option is empty or longer than {_MAX_OPTION} characters"
    if not all_different(texts):
        return "bad_options", "two options are the same"
    kinds = {each.kind for each in draft.distractors} - set(get_args(DistractorKind))
    if kinds:
        return "bad_options", f"no such kind of distractor: {', '.join(sorted(kinds))}"
    if given := _gives_away(draft, config):
        return "gives_itself_away", given
    for each in draft.distractors:
        if wrong := _wrong_distractor(each, draft, material, span):
            return "wrong_distractor", f"{each.text} ({each.kind}): {wrong}"
    return None


def _gives_away(draft: Draft, config: QuestionConfig) -> str | None:
    others = [max(len(each.text), _SHORT) for each in draft.distractors]
    length = max(len(draft.answer), _SHORT)
    if length > config.max_length_ratio * max(others):
        return "the answer is much longer than every distractor"
    if length * config.max_length_ratio < min(others):
        return "the answer is much shorter than every distractor"
    if len(draft.answer) < _FEWEST_LETTERS or not _names(draft.question, draft.answer):
        return None
    if any(_names(draft.question, each.text) for each in draft.distractors):
        return None
    return "only the answer stands in the question"


def _names(question: str, option: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(option)}(?!\w)", question, re.IGNORECASE))


def _wrong_distractor(
    each: DraftDistractor, draft: Draft, material: Material, span: Span | None
) -> str | None:
    """Why a distractor is not what its kind says, where the facts can tell."""
    for name_of, found in ((chord_of, _chords), (key_of, _keys)):
        if name_of(draft.answer) is None:
            continue
        if (text := name_of(each.text)) is None:
            return f"it is none of what {draft.answer} is"
        heard = found(material)
        if not heard:
            return None
        here = {_bare(name) for name, at in heard if span is not None and _overlap(at, span)}
        anywhere = {_bare(name) for name, _ in heard}
        if _bare(text) in here:
            return "it is right here, too"
        if each.kind == "other_place" and _bare(text) not in anywhere:
            return "it is right for no part of the track"
        if each.kind == "unrelated" and _bare(text) in anywhere:
            return "it is right for another part of the track"
        names = [_bare(name) for name, _ in heard]
        if draft.style == "first_chord" and _is_before(_bare(text), draft.answer, names):
            return "it is heard before the answer"
    return None


def _is_before(name: str, answer: str, heard: Sequence[str]) -> bool:
    right = _bare(canonical(answer))
    return name in heard and right in heard and heard.index(name) < heard.index(right)


def _chords(material: Material) -> list[tuple[str, Span]]:
    if "chords" not in material.known:
        return []
    return [
        (canonical(chord_symbol(each.label)), (each.start_s, each.end_s))
        for each in material.chords
    ]


def _keys(material: Material) -> list[tuple[str, Span]]:
    if "key_sections" in material.known:
        sections = material.facts.key_sections or []
        return [
            (canonical(f"{each.tonic} {each.mode}"), (each.start_s, each.end_s))
            for each in sections
        ]
    if "key" not in material.known:
        return []
    key = material.facts.key
    assert key is not None
    return [(canonical(f"{key.tonic} {key.mode}"), (0.0, material.duration_s))]


def _bare(name: str) -> str:
    """A chord without its bass note: inversions are too near to be told apart."""
    return name.split("/")[0]


def _overlap(one: Span, other: Span) -> bool:
    return min(one[1], other[1]) - max(one[0], other[0]) > _ROUNDED_S
