"""What an answer points at, held against the facts; and whether it is of the type that is asked."""

import re

from pipeline.gates import Fault
from pipeline.stages.question.drafts import Draft
from pipeline.stages.question.material import Material
from pipeline.stages.question.similarity import chord_of
from schemas.chords import chord_symbol
from schemas.options import canonical, is_numeral
from schemas.qa import QaType

TOLERANCE_S = 1.0
"""Ours: as far as a time may lie from the stretch that it points into."""
_COUNT = (
    r"\d+|no|none|never|once|twice|thrice|one|two|three|four|five|six|seven|eight|nine|ten|"
    r"eleven|twelve|single|double"
)
_CADENCE = re.compile(r"\b(?:cadence|inversion|root position|tonic|(?:sub)?dominant)\b", re.I)
_SAID: dict[QaType, re.Pattern[str]] = {
    "count": re.compile(rf"\b(?:{_COUNT})\b", re.IGNORECASE),
    "time": re.compile(
        rf"\d:\d\d|\b(?:{_COUNT}|a|half)\s?(?:s|sec|seconds?|min|minutes?|bars?|beats?)\b|"
        r"\b(?:start|beginning|opening|end|ending|never|new section)\b",
        re.IGNORECASE,
    ),
}


def type_fault(draft: Draft, kind: QaType | None) -> Fault | None:
    """An answer without what its type is made of: a number, a time or a chord."""
    if kind == "chord":
        words = re.split(r"[\s,;]+", draft.answer.rstrip("."))
        is_said = any(chord_of(each) or is_numeral(each) for each in words)
        is_said = is_said or bool(_CADENCE.search(draft.answer))
    else:
        said = _SAID.get(kind) if kind else None
        is_said = said is None or bool(said.search(draft.answer))
    return None if is_said else ("wrong_type", f"the answer names no {kind}")


def reference_fault(draft: Draft, material: Material) -> Fault | None:
    """A reference to what is not there: a time or bar elsewhere, a chord that nobody hears.

    Returns
    -------
    (str, str) or None
        ``bad_reference`` and what is wrong.
    """
    start_s, end_s = draft.about or (0.0, material.duration_s)
    for time_s in draft.references.seconds:
        if not start_s - TOLERANCE_S <= time_s <= end_s + TOLERANCE_S:
            return "bad_reference", f"{time_s:g} s lies outside {start_s:g} to {end_s:g} s"
    bars = material.bar_starts_s
    for bar in draft.references.bars:
        if not 1 <= bar <= len(bars):
            return "bad_reference", f"bar {bar} of {len(bars)}"
        bar_end_s = bars[bar] if bar < len(bars) else material.duration_s
        if bars[bar - 1] > end_s + TOLERANCE_S or bar_end_s < start_s - TOLERANCE_S:
            return "bad_reference", f"bar {bar} lies outside {start_s:g} to {end_s:g} s"
    if not draft.references.chords:
        return None
    heard = {
        _bare(canonical(chord_symbol(each.label)))
        for each in (material.chords if "chords" in material.known else [])
        if each.start_s < end_s and each.end_s > start_s
    }
    for chord in draft.references.chords:
        if _bare(chord_of(chord) or "") not in heard:
            return "bad_reference", f"{chord} is not heard from {start_s:g} to {end_s:g} s"
    return None


def _bare(chord: str) -> str:
    """Without its bass note, which is told less surely than the rest."""
    return chord.split("/")[0]
