"""Time signatures and other words for the metre, against the beats in a bar."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from pipeline.lint.evidence import Evidence
from pipeline.lint.metre_words import (
    ALL_OF_IT,
    BEATS,
    BETWEEN,
    CHANGE,
    CHANGING,
    CLAVE,
    CLOCK,
    COMES_TO,
    COUNTED,
    COUNTED_IN,
    COUNTS_IN,
    COUNTS_ON,
    EIGHTHS,
    EVERY_NTH,
    FELT,
    GROUPED,
    I_COUNT,
    IN_GENERAL,
    MANY,
    MARKED,
    METRE_IS,
    NO_COUNT,
    NO_METRE_AFTER,
    NO_METRE_BEFORE,
    NTH,
    OF_TIME,
    OTHER_CLAUSE,
    PLUS,
    QUAVERS,
    SIGNATURE,
    SPELLED,
    SPELLED_WITH,
    SPOKEN,
    STRONG_AND_WEAK,
    SUPPOSED,
    TIME_OF,
    UNDER,
    WORDS,
)
from pipeline.lint.numbers import number
from pipeline.lint.passage import Claim, Judged, Passage, extractor
from pipeline.lint.times import moment_of
from schemas.facts import Metre, MetreFamily, MetreSection
from schemas.lint import Finding

# What a tracker may take for a claimed metre, and what it may merge or split.
_RIGHT = {"triple": {3, 9}, "duple": {2, 4}, "quadruple": {4}, "odd": {5, 7, 10, 11, 13}}
_AMBIGUOUS = {"triple": {6}, "duple": {6}, "quadruple": {2}, "odd": set()}


@dataclass(frozen=True)
class MetreClaim(Claim):
    """A metre that a text states.

    Attributes
    ----------
    signature : str
        Such as ``6/8``; a bare count of beats is over 4; ``duple``, ``triple``, ``quadruple``,
        ``odd``.
    """

    signature: str

    @property
    def right_beats(self) -> set[int]:
        """Beats in a bar that agree."""
        if self.signature in _RIGHT:
            return _RIGHT[self.signature]
        n, unit = (int(part) for part in self.signature.split("/"))
        if unit >= 8 and n % 3 == 0 and n > 3:
            return {n, n // 3}
        return {2, 4} if (n, unit) == (2, 2) else {n}

    @property
    def ambiguous_beats(self) -> set[int]:
        """Beats in a bar that a listener may group into this metre."""
        if self.signature in _AMBIGUOUS:
            return _AMBIGUOUS[self.signature]
        n, unit = (int(part) for part in self.signature.split("/"))
        if unit >= 8 and n in (6, 12):
            return {3} if n == 6 else {2, 3, 6}
        return {2: {4}, 3: {6}, 4: {2}, 6: {3}}.get(n, set())


@extractor
def metre_claims(passage: Passage) -> list[MetreClaim]:
    """Metres that a text states of the music; denied ones, dates and fractions are none."""
    found: list[MetreClaim] = []
    for claim in passage.stated(_mentions(passage)):
        if not claim.touches(found) and not IN_GENERAL.match(passage.text, claim.end):
            found.append(claim)
    return found


def check_metre(passage: Passage, evidence: Evidence) -> Iterator[Finding]:
    """Stated metres against the measured one; the same metre is judged once."""
    if evidence.facts.metre_sections:
        for claim, _ in passage.matches(CHANGE):
            yield passage.finding(claim, "metre", ("right", "right", "The metre changes."))
    if evidence.facts.metre:
        for claim, _ in passage.matches(CLOCK):
            yield passage.finding(claim, "metre", ("wrong", "wrong_metre", "A time is no metre."))
    seen: set[str] = set()
    for claim in metre_claims(passage):
        if claim.signature in seen:
            continue
        seen.add(claim.signature)
        before, after = passage.before(claim.start), passage.after(claim.end)
        around = OTHER_CLAUSE.split(before)[-1] + " " + OTHER_CLAUSE.split(after)[0]
        moment = moment_of(passage, claim)
        is_moment = moment and moment.end_s > 0 and not ALL_OF_IT.search(around)
        is_local = is_moment or CHANGING.search(around)
        judged = _judge(claim, evidence, is_local=bool(is_local))
        yield passage.finding(claim, "metre", judged)


def _mentions(passage: Passage) -> Iterator[MetreClaim]:
    plain = passage.text
    for match in SIGNATURE.finditer(plain):
        is_metre = int(match["n"]) > 1 and not NO_METRE_BEFORE.search(plain[: match.start()][-20:])
        if is_metre and not NO_METRE_AFTER.match(plain, match.end()):
            yield MetreClaim(*match.span(), f"{int(match['n'])}/{match['d']}")
    for match in SPELLED.finditer(plain):
        if match["d"].lower() == "sixteen" and TIME_OF.search(plain[: match.start()][-8:]):
            continue
        if SPELLED_WITH.match(plain, match.end()) and (
            "-" in match[0]
            or "time" in plain[match.end() :][:6]
            or METRE_IS.search(plain, 0, match.start())
        ):
            signature = f"{number(match['n']):g}/{UNDER[match['d'].lower()]}"
            yield MetreClaim(*match.span(), signature)
    yield from _spoken(plain)
    for match in _bare_counts(passage):
        told = next(each for each in match.groups() if each)
        if 2 <= (n := number(told)) <= 15:
            signature = f"{3 * n:g}/8" if "dotted" in match[0] else f"{n:g}/4"
            yield MetreClaim(*match.span(), signature)
    for pattern, signature in WORDS:
        for match in pattern.finditer(plain):
            yield MetreClaim(*match.span(), signature)


def _spoken(plain: str) -> Iterator[MetreClaim]:
    """``One-two-three``, ``straight fours``, ``six quavers to the bar``."""
    for match in QUAVERS.finditer(plain):
        yield MetreClaim(*match.span(), f"{number(match['n'] or match['n2']):g}/8")
    for match in PLUS.finditer(plain):
        total = sum(map(number, re.split(r" plus | ?\+ ?", match["sum"].lower())))
        if total in (5, 7) and not CLAVE.search(plain):
            yield MetreClaim(*match.span(), f"{total:g}/4")
    yield from _stressed(plain)
    for match in STRONG_AND_WEAK.finditer(plain):
        told = match["n"] or match["n2"]
        n_weak = 1.0 if told.lower() == "a" else number(told)
        yield MetreClaim(*match.span(), f"{1 + n_weak:g}/4")
    for match in GROUPED.finditer(plain):
        beats = MANY.get((match["many"] or "").lower()) or number(match["beats"])
        yield MetreClaim(*match.span(), f"{beats:g}/4")
    for match in SPOKEN.finditer(plain):
        if match["one"]:
            beats = 1.0 + match["one"].count("-")
        else:
            beats = MANY.get((match["many"] or "").lower()) or number(match["beats"] or "one")
        if beats > 1 and not (match["one"] and COUNTED_IN.search(plain)):
            yield MetreClaim(*match.span(), f"{beats:g}/4")


def _stressed(plain: str) -> Iterator[MetreClaim]:
    """``The stress falls on every third beat``."""
    for match in chain(EVERY_NTH.finditer(plain), BETWEEN.finditer(plain)):
        if not SUPPOSED.search(plain, max(0, match.start() - 40), match.start()):
            told = next(filter(None, match.groups()))
            yield MetreClaim(*match.span(), f"{NTH.get(told.lower()) or number(told):g}/4")


def _bare_counts(passage: Passage) -> Iterator[re.Match[str]]:
    """Matches that tell how many beats a bar has; of one group the number is told."""
    plain = passage.text
    for each in BEATS.finditer(plain):
        # "In 6/8, two broad beats to the bar".
        if not (each["n"] and EIGHTHS.search(_sentence(passage, each))):
            yield each
    yield from MARKED.finditer(plain)
    yield from (each for each in FELT.finditer(plain) if not _is_no_count(passage, each))
    yield from (
        each for each in I_COUNT.finditer(plain) if OF_TIME.search(_sentence(passage, each))
    )
    for each in COUNTED.finditer(plain):
        is_in = each["n6"] and COUNTS_IN.search(passage.before(each.start()))
        if not is_in or COUNTS_ON.match(plain, each.end()):
            yield each
    yield from COMES_TO.finditer(plain)


def _sentence(passage: Passage, match: re.Match[str]) -> str:
    first, last = passage.sentence(match.start())
    return passage.text[first:last]


def _is_no_count(passage: Passage, match: re.Match[str]) -> bool:
    """Whether ``in three`` tells of parts, of minutes or of one among many."""
    return bool(match["n"] and NO_COUNT.search(passage.before(match.start("n"))))


def _judge(claim: MetreClaim, evidence: Evidence, *, is_local: bool) -> Judged:
    metre = evidence.facts.metre
    if sections := evidence.facts.metre_sections:
        return _judge_by_sections(claim, sections, is_local=is_local)
    if metre is None:
        return "uncheckable", "not_measured", "The metre was not measured."
    fact = f"{metre.beats_per_bar} beats in a bar were measured."
    max_wrong = evidence.limits.sure.max_wrong.metre
    if metre.family and metre.family.q_value <= max_wrong and _means_family(claim, metre.family):
        together = " or ".join(map(str, metre.family.beats_per_bar))
        return "right", "right", f"{together} beats in a bar were measured."
    if metre.beats_per_bar in claim.right_beats:
        if metre.q_value <= max_wrong:
            return "right", "right", fact
        return "uncheckable", "unsure", f"{fact} That is right with chance {metre.p_right:.2f}."
    if is_local:
        return "uncheckable", "local", f"{fact} Of a stretch alone nothing was measured."
    if metre.beats_per_bar in claim.ambiguous_beats:
        return "uncheckable", "grouping", f"{fact} They may be grouped so."
    if (chance := _chance(claim, metre)) > max_wrong:
        return "uncheckable", "unsure", f"{fact} The stated one has a chance of {chance:.2f}."
    return "wrong", "wrong_metre", fact


def _judge_by_sections(
    claim: MetreClaim, sections: Sequence[MetreSection], *, is_local: bool
) -> Judged:
    """Of one among metres that change; of all of the music nothing is right."""
    beats = [each.beats_per_bar for each in sections]
    fact = f"{', then '.join(map(str, beats))} beats in a bar were measured."
    if is_local and claim.right_beats & set(beats):
        return "right", "right", fact
    return "uncheckable", "local", fact


def _means_family(claim: MetreClaim, family: MetreFamily) -> bool:
    """Whether a claim is as wide as what was measured of bars long or short."""
    return set(family.beats_per_bar) <= claim.right_beats


def _chance(claim: MetreClaim, metre: Metre) -> float:
    """Chance that a claim which the measured metre contradicts is right."""
    agreeing = [each for each in metre.others if each.beats_per_bar in claim.right_beats]
    if agreeing:
        return sum(each.p_right for each in agreeing)
    return max(0.0, 1.0 - metre.p_right - sum(each.p_right for each in metre.others))
