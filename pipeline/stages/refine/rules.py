"""What facts contradict of tempo, key and metre, corrected without a model.

Only a value that stands in the text is replaced, and only by one that is surely measured: nothing
is added. An edit that does not make its claim right, or makes another one wrong, is not made.
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from pipeline.lint import Evidence, lint_text
from pipeline.lint.notes import MODE, NOTE
from pipeline.lint.numbers import NUMBER, number
from schemas.lint import Finding

_MOST_EDITS = 50
_LOWEST_BPM, _HIGHEST_BPM = 20, 400
"""As the lint reads tempi."""
_TEMPO_CODES = {
    "half_tempo", "double_tempo", "two_thirds_tempo", "three_halves_tempo", "wrong_tempo",
}  # fmt: skip
_KEY_CODES = {"relative_key", "parallel_key", "fifth_key", "wrong_key", "wrong_mode"}
_RANGE = re.compile(
    rf"(?:(?:low|mid|high|upper|lower)[ -])?(?P<low>{NUMBER})(?:'?s)?"
    r"(?P<rest>\s*(?:bpm\s*)?(?:[-\u2013\u2014]|to|and|or)\s*(?:about |around |roughly |~)?"
    rf"{NUMBER})?",
    re.I,
)
_BETWEEN = re.compile(r"\b(?:between|from)\s+$", re.I)
_REGION = re.compile(r"\b(?:the )?(?:low|mid|high|upper|lower)[ -]$", re.I)
# A change of tempo or key that is not there is not told by the same value twice.
_CHANGES = re.compile(r"\b(?:from|to|into|by)\s+$", re.I)
_NUMBER = re.compile(rf"\b{NUMBER}\b", re.I)
_BEATS = re.compile(r"\bbeats?\b|\bbars?\b|\bmeasures?\b|quarter|\bin \w+$", re.I)
_SIGNATURE = re.compile(r"\d{1,2}/\d{1,2}|\b\w+-(?:two|four|eight|sixteen)\b", re.I)
_METRE_WORD = re.compile(
    r"\b(?:cut common|common|cut|waltz(?:-like)?|triple|duple|quadruple|quintuple)\b"
    r"(?=[ -](?:time|met(?:re|er)))|(?<=is )(?:triple|duple|quadruple)\b|\balla breve\b",
    re.I,
)
_KEY = re.compile(rf"(?<![\w#]){NOTE}[ -](?:natural[ -])?{MODE}")
_TONIC = re.compile(rf"(?<![\w#]){NOTE}m?$")
_MODE_WORD = re.compile(r"\b(?:major|minor)\b", re.I)
_ARTICLE = re.compile(r"\b(?P<a>[Aa])n?(?P<space>\s+)$")
_SMALL = ("two", "three", "four", "five", "six", "seven")
_SAID_WITH_AN = re.compile(r"8|1[18](?!\d)|[AEF](?![a-z])")
"""Eight, eighty, eleven, eighteen; A, E and F as letters."""


class Edit(NamedTuple):
    """Characters `start` to `end` of a text become `new`."""

    start: int
    end: int
    new: str


def corrected(text: str, evidence: Evidence, stated: Mapping[str, Any]) -> str:
    """A text whose tempo, key and metre are those that were measured.

    Parameters
    ----------
    text : str
        English.
    evidence : Evidence
    stated : mapping
        What is sure, from `pipeline.stages.describe.facts.stated_facts`.

    Returns
    -------
    str
        The text itself, where nothing of this is wrong, or no sure value is known.
    """
    tried: set[tuple[str, Edit]] = set()
    n_wrong = len(wrong_claims(text, evidence))
    for _ in range(_MOST_EDITS):
        claims = wrong_claims(text, evidence)
        edits = (edit for claim in claims if (edit := edit_of(text, claim, stated)))
        edit = next((each for each in edits if (text, each) not in tried), None)
        if edit is None:
            break
        tried.add((text, edit))
        other = text[: edit.start] + edit.new + text[edit.end :]
        left = wrong_claims(other, evidence)
        end = edit.start + len(edit.new)
        is_right = all(
            each.start >= end or each.start + len(each.quote) <= edit.start for each in left
        )
        if is_right and len(left) <= n_wrong:
            text, n_wrong = other, len(left)
    return text


def wrong_claims(text: str, evidence: Evidence) -> list[Finding]:
    """The claims that facts contradict."""
    return [each for each in lint_text(text, evidence) if each.verdict == "wrong"]


def edit_of(text: str, claim: Finding, stated: Mapping[str, Any]) -> Edit | None:
    """How a wrong claim is put right; None where no sure value stands against it."""
    edit = None
    if claim.kind == "tempo" and claim.code in _TEMPO_CODES:
        edit = _tempo(text, claim, stated.get("tempo", {}))
    elif claim.kind == "metre":
        edit = _metre(claim, stated)
    elif claim.kind == "key" and claim.code in _KEY_CODES:
        edit = _key(text, claim, stated.get("key", {}))
    return edit and _with_article(text, edit)


def _tempo(text: str, claim: Finding, tempo: Mapping[str, Any]) -> Edit | None:
    if "bpm" not in tempo or "sections" in tempo:
        return None
    for match in _RANGE.finditer(claim.quote):
        if _LOWEST_BPM <= number(match["low"]) <= _HIGHEST_BPM:
            start, end = (claim.start + place for place in match.span())
            new = str(round(tempo["bpm"]))
            before = text[:start]
            if match["rest"] and (lead := _BETWEEN.search(before)):
                return Edit(lead.start(), end, f"at about {new}")
            if lead := _REGION.search(before):
                return Edit(lead.start(), end, new)
            return None if _CHANGES.search(before) else Edit(start, end, new)
    return None


def _metre(claim: Finding, stated: Mapping[str, Any]) -> Edit | None:
    beats = stated.get("beats_per_bar")
    written = stated.get("metre") or (None if beats is None else _written(beats))
    if written is None:
        return None
    if match := _SIGNATURE.search(claim.quote) or _METRE_WORD.search(claim.quote):
        return _within(claim, match, written)
    match = _NUMBER.search(claim.quote)
    if match and beats is not None and _BEATS.search(claim.quote):
        in_words = not match[0].isdigit() and 2 <= beats <= len(_SMALL) + 1
        return _within(claim, match, _SMALL[beats - 2] if in_words else str(beats))
    return None


def _written(beats_per_bar: int) -> str:
    return "6/8" if beats_per_bar == 6 else f"{beats_per_bar}/4"


def _key(text: str, claim: Finding, key: Mapping[str, Any]) -> Edit | None:
    if "tonic" not in key or "sections" in key or _CHANGES.search(text[: claim.start]):
        return None
    if match := _KEY.search(claim.quote):
        return _within(claim, match, f"{key['tonic']} {key['mode']}")
    if claim.code == "wrong_mode" and (match := _MODE_WORD.search(claim.quote)):
        mode = str(key["mode"])
        return _within(claim, match, mode.capitalize() if match[0][0].isupper() else mode)
    if match := _TONIC.search(claim.quote):
        return _within(claim, match, f"{key['tonic']} {key['mode']}")
    return None


def _within(claim: Finding, match: re.Match[str], new: str) -> Edit:
    return Edit(claim.start + match.start(), claim.start + match.end(), new)


def _with_article(text: str, edit: Edit) -> Edit:
    """`a` or `an` before what is replaced, as the new words need it."""
    match = _ARTICLE.search(text[: edit.start])
    if match is None:
        return edit
    an = match["a"] + ("n" if _SAID_WITH_AN.match(edit.new) else "")
    return Edit(match.start(), edit.end, an + match["space"] + edit.new)
