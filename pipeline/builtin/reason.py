"""Chains without a model: what was measured, fact by fact, the same for the same facts."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from pipeline.builtin.clock import clock
from pipeline.builtin.words import listed
from pipeline.stages.difficulty.samples import Sample
from pipeline.stages.reason.chain import ChainTask
from pipeline.stages.reason.numbered import DraftStep, NumberedChain
from pipeline.stages.reason.prose import MAX_WORDS, ProseChain

_MOST = 4
_STRETCH = re.compile(r"(\d+):(\d\d) to (\d+):(\d\d)")
_MOST_WORDS = 40
_CAPTION_FACTS = (
    "duration", "tempo", "either_bpm", "metre", "either_beats_per_bar", "key", "tonic",
    "key_sections", "chords", "progressions", "loudness",
    "levels", "sections", "instruments", "voice",
)  # fmt: skip
Span = tuple[float, float] | None


def write_prose(task: ChainTask) -> ProseChain:
    """Say the facts that an accepted answer rests on, then the answer, within the words allowed.

    Parameters
    ----------
    task : ChainTask
        Its answer was accepted, and follows from its evidence: nothing is reasoned here. The
        caption is not said again; where nothing else is known, nothing is said.

    Returns
    -------
    ProseChain
    """
    last = _last(task.sample)
    said, n_words = [], len(last.split())
    for name in _names(task):
        text = "" if name == "caption" else _said(name, task.material.known, task.sample)
        n_words += len(text.split())
        if text and n_words <= MAX_WORDS:
            said.append(text)
    thinking = " ".join([*said, last]) if said else ""
    return ProseChain(thinking=thinking, answer=task.sample.gold_answer)


def write_numbered(task: ChainTask) -> NumberedChain:
    """The same in numbered steps, one a fact.

    Parameters
    ----------
    task : ChainTask

    Returns
    -------
    NumberedChain
    """
    steps = [
        DraftStep(text=_said(name, task.material.known, task.sample), evidence=[name])
        for name in _names(task)
    ][: task.max_steps - 1]
    evidence = ["steps"] if task.sample.pair is None else ["question", "steps"]
    steps.append(DraftStep(text=_last(task.sample), evidence=evidence))
    return NumberedChain(steps=steps, answer=task.sample.gold_answer)


def _names(task: ChainTask) -> list[str]:
    """Of the facts that an answer rests on."""
    pair = task.sample.pair
    names = _CAPTION_FACTS if pair is None else pair.evidence
    return [name for name in names if name in task.material.known]


def _last(sample: Sample) -> str:
    if sample.pair is None:
        return "Taken together, these observations make the description."
    return f"Of the options, this agrees with: {sample.pair.answer.rstrip('.')}."


def _said(name: str, known: dict[str, Any], sample: Sample) -> str:
    """What a fact says where the sample asks."""
    if name == "numerals" and sample.span is not None and "chords" in known:
        here = [each for each in known["chords"] if "numeral" in each]
        sentences = [
            f"{_from_to(e)} {e['chord']} is the {e['numeral']}." for e in _during(here, sample.span)
        ]
        return " ".join(sentences) or _numerals(known[name], None)
    stretches = [_STRETCH.fullmatch(option) for option in sample.options or []]
    if name == "chords" and stretches and all(stretches):
        return " ".join(_changes(known[name], each) for each in stretches if each)
    return _SENTENCES[name](known[name], sample.span)


def _changes(chords: Sequence[dict[str, Any]], stretch: re.Match[str]) -> str:
    start_s, end_s = (60 * int(stretch[n]) + int(stretch[n + 1]) for n in (1, 3))
    n_changes = sum(start_s < each["from_s"] <= end_s for each in chords)
    return f"From {stretch[0]} there are {n_changes} changes of chord."


def _duration(known: float, _: Span) -> str:
    return f"The recording lasts {clock(known)}."


def _tempo(known: dict[str, Any], span: Span) -> str:
    sentences = [f"The pulse runs at about {known['bpm']:g} beats per minute."]
    for each in _during(known.get("sections", []), span):
        sentences.append(f"{_from_to(each)} it runs at {each['bpm']:g} beats per minute.")
    return " ".join(sentences)


def _either_bpm(known: Sequence[float], _: Span) -> str:
    bpm, other_bpm = known
    time = "half" if other_bpm < bpm else "double"
    return f"The pulse runs at about {bpm:g} beats per minute, or at {other_bpm:g} in {time} time."


def _either_beats(known: Sequence[int], _: Span) -> str:
    return f"It is in duple time: bars have {known[0]} or {known[1]} beats."


def _tonic(known: str, _: Span) -> str:
    return f"The tonic is {known}."


def _metre(known: dict[str, Any], _: Span) -> str:
    return f"Each bar has {known['beats_per_bar']} beats."


def _key(known: dict[str, Any], _: Span) -> str:
    return f"The key is {known['tonic']} {known['mode']}."


def _key_sections(known: Sequence[dict[str, Any]], span: Span) -> str:
    return " ".join(
        f"{_from_to(each)} the key is {each['tonic']} {each['mode']}."
        for each in _during(known, span)
    )


def _chords(known: Sequence[dict[str, Any]], span: Span) -> str:
    return " ".join(
        f"{_from_to(each)} the chord is {each['chord']}." for each in _during(known, span)
    )


def _numerals(known: Sequence[str], _: Span) -> str:
    return f"The functions that occur are {', '.join(known[: 3 * _MOST])}."


def _progressions(known: Sequence[dict[str, Any]], _: Span) -> str:
    return " ".join(
        f"The chords {each['numerals']} come round {each['times']} times." for each in known[:_MOST]
    )


def _loudness(known: dict[str, Any], _: Span) -> str:
    return (
        f"The loudness is {known['integrated_lufs']:g} LUFS, and its range is "
        f"{known['range_lu']:g} LU."
    )


def _levels(known: Sequence[dict[str, Any]], span: Span) -> str:
    if span is not None:
        return " ".join(
            f"{_from_to(e)} the level is {e['level_dbfs']:g} dBFS." for e in _during(known, span)
        )
    loudest = max(known, key=lambda each: float(each["level_dbfs"]))
    softest = min(known, key=lambda each: float(each["level_dbfs"]))
    return (
        f"The loudest stretch is {clock(loudest['from_s'])} to {clock(loudest['to_s'])}, "
        f"the softest {clock(softest['from_s'])} to {clock(softest['to_s'])}."
    )


def _sections(known: Sequence[dict[str, Any]], span: Span) -> str:
    sentences = []
    for each in _during(known, span):
        at_s = each.get("same_music_as_s")
        again = "" if at_s is None else f", with the music of {clock(at_s)}"
        sentences.append(f"{_from_to(each)} a section runs{again}.")
    return " ".join(sentences)


def _instruments(known: Sequence[str], _: Span) -> str:
    return f"Among the instruments are {listed(known)}."


def _voice(known: bool, _: Span) -> str:
    return "There is a voice." if known else "There are no vocals."


def _impressions(known: Sequence[dict[str, Any]], span: Span) -> str:
    some = list(_during(known, span))[:2]
    return " ".join(f"{_from_to(each)}: {_cut(each['heard'])}" for each in some)


def _caption(known: str, _: Span) -> str:
    return _cut(known)


def _lyrics(known: Sequence[dict[str, Any]], span: Span) -> str:
    some = list(_during(known, span))[:2]
    return " ".join(
        f"{_from_to(each)} the words {'are' if each.get('exact', True) else 'hold'} "
        f'"{each["words"]}".'
        for each in some
    )


def _during(known: Sequence[dict[str, Any]], span: Span) -> list[dict[str, Any]]:
    """What sounds during a stretch, or at the beginning."""
    if span is not None:
        known = [
            each for each in known if each["from_s"] < span[1] and each["to_s"] > span[0]
        ] or known
    return list(known[:_MOST])


def _from_to(each: dict[str, Any]) -> str:
    return f"From {clock(each['from_s'])} to {clock(each['to_s'])}"


def _cut(text: str) -> str:
    return " ".join(text.split()[:_MOST_WORDS]).rstrip(".,;:") + "."


_SENTENCES: dict[str, Callable[[Any, Span], str]] = {
    "duration": _duration,
    "tempo": _tempo,
    "either_bpm": _either_bpm,
    "metre": _metre,
    "either_beats_per_bar": _either_beats,
    "key": _key,
    "tonic": _tonic,
    "key_sections": _key_sections,
    "chords": _chords,
    "numerals": _numerals,
    "progressions": _progressions,
    "loudness": _loudness,
    "levels": _levels,
    "sections": _sections,
    "instruments": _instruments,
    "voice": _voice,
    "impressions": _impressions,
    "caption": _caption,
    "lyrics": _lyrics,
}
