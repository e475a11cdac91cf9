"""Time signatures and other words for the metre, against the beats in a bar."""

import re
from dataclasses import dataclass

from pipeline.lint.evidence import Evidence, Limits
from pipeline.lint.numbers import number
from pipeline.lint.passage import Passage, finding, read
from pipeline.lint.times import TimeMention, anchor
from schemas.lint import Finding, Verdict

_SMALL = "two|three|four|five|six|seven|nine|ten|eleven|twelve|thirteen|fifteen"
_UNDER = {"two": 2, "four": 4, "eight": 8, "sixteen": 16}
_SIGNATURE = re.compile(r"(?<![\d/.,])(?P<n>\d{1,2})/(?P<d>2|4|8|16)(?![\d/]|\.\d)")
_SPELLED = re.compile(
    rf"\b(?P<n>{_SMALL})[- ](?P<d>two|four|eight|sixteen)\b(?![- ](?:bar|chord|to|beat|track"
    rf"|piece|part))",
    re.I,
)
_SPELLED_WITH = re.compile(
    r"\s*(?:time|metre|meter|signature|groove|feel|riff|beat|pulse|rhythm|pattern|swing"
    r"|shuffle|lilt|\W|$)",
    re.I,
)
_BEATS = re.compile(
    rf"\b(?P<n>\d{{1,2}}|{_SMALL}) beats? (?:(?:to|per|in|for) )?(?:the |a |an |each |every "
    rf"|any )?(?:bar|measure)\b",
    re.I,
)
_FELT = re.compile(
    rf"\b(?:felt|counted|count|played|conducted|moves|swings|grooves|is|pulses) (?:firmly "
    rf"|clearly )?in (?P<n>{_SMALL})"
    r"(?=[,.;:!)]| throughout| and |$|\s*$)",
    re.I,
)
_WORDS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\bcommon time\b", re.I), "4/4"),
    (re.compile(r"\bcut (?:common )?time\b|\balla breve\b", re.I), "2/2"),
    (re.compile(r"\bwaltz(?:-like)?[ -](?:time|met(?:re|er)|rhythm|feel|beat)\b", re.I), "3/4"),
    (re.compile(r"\b(?:a|this) (?:\w+,? ){0,2}?waltz\b(?! (?:king|classic|dancer))", re.I), "3/4"),
    (re.compile(r"\btriple (?:metre|meter|time)\b", re.I), "triple"),
    (re.compile(r"\bduple (?:metre|meter|time)\b", re.I), "duple"),
    (re.compile(r"\bquadruple (?:metre|meter|time)\b", re.I), "quadruple"),
    (re.compile(r"\bquintuple (?:metre|meter|time)\b", re.I), "5/4"),
)  # fmt: skip
_NO_METRE_BEFORE = re.compile(
    r"(?:\b(?:on|dated?|since|released|rated|scored?|catalogue|no\.?)|\d|\b(?:delay|echo|dotted)\b[^.;,]{0,20})\s*$",
    re.I,
)
_NO_METRE_AFTER = re.compile(
    r"\s*(?:of (?:the|its|this|a|all)|notes?\b|inch|mile|size|through\b|price|stars?\b|-?tone)",
    re.I,
)
_CHANGING = re.compile(r"\b(?:alternat|switch|shift|chang|mixed met|between)\w*", re.I)
# What a tracker may take for a claimed metre, and what it may merge or split.
_RIGHT = {"triple": {3, 9}, "duple": {2, 4}, "quadruple": {4}}
_AMBIGUOUS = {"triple": {6}, "duple": {6}, "quadruple": {2}}


@dataclass(frozen=True)
class MetreClaim:
    """A metre that a text states.

    Attributes
    ----------
    start, end : int
        Where in the text, in characters.
    signature : str
        Such as ``6/8``; a bare count of beats is over 4; ``duple``, ``triple``, ``quadruple``.
    """

    start: int
    end: int
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


def metre_claims(text: str) -> list[MetreClaim]:
    """Metres that a text states of the music; denied ones, dates and fractions are none."""
    return _claims_in(read(text))


def judge_metre(
    passage: Passage, mentions: list[TimeMention], evidence: Evidence, limits: Limits
) -> list[Finding]:
    """Stated metres against the measured one; the same metre is judged once."""
    findings: list[Finding] = []
    seen: set[str] = set()
    for claim in _claims_in(passage):
        if claim.signature in seen:
            continue
        seen.add(claim.signature)
        is_local = anchor(passage, mentions, claim.start, claim.end) is not None
        first, last = passage.sentence(claim.start)
        is_local |= bool(_CHANGING.search(passage.plain[first:last]))
        judged = _judge(claim, evidence, limits, is_local=is_local)
        findings.append(finding(passage, (claim.start, claim.end), "metre", *judged))
    return findings


def _claims_in(passage: Passage) -> list[MetreClaim]:
    found: list[MetreClaim] = []
    for start, end, signature in _spans(passage):
        is_new = not any(start < each.end and each.start < end for each in found)
        if is_new and not passage.is_set_aside(start, end):
            found.append(MetreClaim(start, end, signature))
    return sorted(found, key=lambda each: each.start)


def _spans(passage: Passage) -> list[tuple[int, int, str]]:
    plain = passage.plain
    spans = []
    for match in _SIGNATURE.finditer(plain):
        is_metre = int(match["n"]) > 1 and not _NO_METRE_BEFORE.search(plain[: match.start()][-20:])
        if is_metre and not _NO_METRE_AFTER.match(plain, match.end()):
            spans.append((*match.span(), f"{int(match['n'])}/{match['d']}"))
    for match in _SPELLED.finditer(plain):
        if _SPELLED_WITH.match(plain, match.end()) and (
            "-" in match[0] or "time" in plain[match.end() :][:6]
        ):
            spans.append((*match.span(), f"{number(match['n']):g}/{_UNDER[match['d'].lower()]}"))
    for match in [*_BEATS.finditer(plain), *_FELT.finditer(plain)]:
        if 2 <= (n := number(match["n"])) <= 15:
            spans.append((*match.span(), f"{n:g}/4"))
    for pattern, signature in _WORDS:
        spans += [(*match.span(), signature) for match in pattern.finditer(plain)]
    return spans


def _judge(
    claim: MetreClaim, evidence: Evidence, limits: Limits, *, is_local: bool
) -> tuple[Verdict, str, str]:
    metre = evidence.facts.metre
    if metre is None:
        return "uncheckable", "not_measured", "The metre was not measured."
    said = f"{metre.beats_per_bar} beats in a bar were measured."
    if metre.confidence < limits.min_metre_confidence:
        return "uncheckable", "unsure", f"{said} The confidence is only {metre.confidence:.2f}."
    if metre.beats_per_bar in claim.right_beats:
        return "right", "right", said
    if is_local:
        return "uncheckable", "local", f"{said} Of a stretch alone nothing was measured."
    if metre.beats_per_bar in claim.ambiguous_beats:
        return "uncheckable", "grouping", f"{said} They may be grouped so."
    return "wrong", "wrong_metre", said
