"""Loudness, loudness range and peak, in numbers and in words."""

import re
from collections.abc import Iterator
from itertools import islice

from pipeline.lint.evidence import Evidence
from pipeline.lint.numbers import WORDS, number
from pipeline.lint.passage import Claim, Judged, Passage, right_or
from pipeline.lint.pattern import Pattern
from pipeline.lint.predicates import IS
from pipeline.lint.sections import PART, is_of_part
from schemas.lint import Finding

# "Minus twelve LUFS", "three and a half LU".
_VALUE = (
    rf"(?:[-+]|\bminus )?(?:\d+(?:\.\d+)?|\b{WORDS}(?: point {WORDS})?\b)(?:[ -]and[ -]a[ -]half)?"
)
_NUMBER = rf"(?P<n>{_VALUE})"
_NEAR = (
    r"(?: (?:is|of|at|sits|hovers|comes (?:in|out)"
    r"|lands|runs|measures|around|about|near|roughly|some|only"
    r"|just"
    r"|close to|barely|\w+ly|a|an|mere))*"
)
_NO_UNIT = (
    r"(?=\s*(?:[.,](?!\d)|[;:!?)]|$)|,? (?:or (?:so|thereabouts)|and|but|with|overall|integrated"
    r"|so|for|on"
    r" (?:average|the whole)|throughout|which|while|across)\b)"
)
_LUFS = Pattern(
    rf"(?<![\w.]){_NUMBER}(?:[ -]?ish| or so)?\s*(?:dB )?(?:LUFS|LKFS)\b"
    r"(?! (?:\([^)]*\) )?(?:for streaming|target|range|wide|of range|in range|is (?:typical"
    r"|common|standard)))"
    # "It's loud, -7 or thereabouts".
    rf"|\b(?:loud\w*|quiet\w*|soft\w*|hushed|mastered|level|mix|integrated|averag\w+)(?: "
    rf"(?:master|mix|record|track|one))?,?{_NEAR} "
    rf"(?P<n3>-\d+(?:\.\d+)?|minus {_VALUE}){_NO_UNIT}"
    # "The LUFS level is -14".
    r"|\bLUFS(?: level| value| rating)?(?: (?:is|of)|:) (?P<n2>-?\d+(?:\.\d+)?)(?!\S*\d| ?(?:LU"
    r"|to)\b)",
    re.I,
)
# "A range of about 4.5 LUFS", "ranges from -12 to -9 LUFS".
_RANGE_BEFORE = Pattern(
    r"\brang\w+(?: (?:of|is|was|from|between|to|and|at|approximately|about|around|roughly|only|just"
    r"|-?[\d.]+|LU|LUFS))*\s*-?$|\d LUFS to -?$",
    re.I,
)
_RANGE = Pattern(
    rf"(?<![\w.]){_NUMBER}[\s-]*(?:LU\b(?!FS)|loudness units?\b)"
    r"(?! (?:louder|quieter|softer|above|below|higher|lower|apart"
    r"|separate(?! (?:its|the) (?:\w+ )?(?:near|silence|quiet|soft|loud|hush|whisper))))"
    # "A loudness range of only 4.1".
    rf"|\bloudness range(?: is|:)?{_NEAR} (?P<n2>\d+(?:\.\d+)?){_NO_UNIT}",
    re.I,
)
_PEAK = Pattern(rf"\bpeak\w*\b[^.;\d]{{0,30}}?(?<![\w.]){_NUMBER}\s*dBFS\b", re.I)
# "Its range is 3 LU, which is considered narrow".
_RANGE_IS = (
    r"\b(?:(?:dynamic|loudness) (?:range|span|spread|swing)(?: of (?:the|this) \w+)?"
    r"|(?:range|span) of (?:the )?(?:loudness|dynamics|volume)"
    r"|(?<!\w )dynamics"
    r"|(?:(?<=\bthe )|(?<=\bits ))dynamics"
    r"|(?<!-)\brange (?:is|of) [^,;.]{0,20}?\d\S* LU(?:, which)?"
    r"|\bloud\b[^.;]{0,40}? its range|\b(?:loudness|LUFS)\b[^.;]{0,40}? (?:its|the) range)"
    rf"{IS}"
    r"(?: (?:\w+ly|very|quite|rather|described|considered|seen|as|to|be|both))* "
)
_SPAN = r"(?:range|span|spread|breadth|compass|scope)"
_OF_RANGE = (
    r"(?:(?:and )?\w+ )?(?:(?:dynamic|loudness) (?:range|span|spread|swing)\b"
    rf"|{_SPAN} (?:of|in) (?:its |the )?(?:dynamics?|loudness|volumes?)\b"
    r"|(?<!great )(?<!power )(?<!family )"
    r"(?<!group )(?<!social )dynamics\b(?! (?:mark|between|processing|plugin))"
    r"|range of (?=[\d.]+ LU\b))"
)
_BROAD = (
    r"(?:wide|broad|huge|large|vast|enormous|extensive|considerable|big|great|immense"
    r"|generous|ample|expansive|sweeping)"
)
_SLIGHT = (
    r"(?:narrow|tight|limited|small|compressed|restricted|minimal|reduced|squashed|tiny"
    r"|slender|slim|confined)"
)
# "Its dynamics stay within a narrow span", "the wide range does much: the dynamics supply it".
_IN_SPAN = r"\b(?:dynamics|loudness|levels?|volume)\b[^.;]{0,30}? (?:an?|its|their) (?:\w+ly )?"
_BARE_SPAN = rf"(?:{_SPAN}|band|margin|corridor|window)\b(?! (?:of|in|between|for)\b)"
_HAS_DYNAMICS = r"(?=[^.;]*\b(?:dynamics|loudness|loudest|quietest)\b)"
# "Its dynamics range widely", "scant distance between quiet and loud".
_VARY = r"\bdynamics (?:range|vary|swing|move|spread|reach)"
_BETWEEN = (
    r"(?:distance|gap|range|space|span|difference|contrast) between (?:the )?(?:quiet|soft|loud)"
)
_BETWEEN_IS = (
    r"\b(?:distance|gap|range|span|difference|contrast) between [^.;,]{0,25}\b(?:quiet|soft"
    r"|loud)[^.;,]{0,30}?"
    r" (?:is|are|stays|remains) (?:\w+ly )?"
)
_WIDE = Pattern(
    rf"\b{_BROAD},? {_OF_RANGE}|\b(?:plenty|lots|a lot) of {_OF_RANGE}|{_RANGE_IS}{_BROAD}\b"
    rf"|{_IN_SPAN}{_BROAD} {_BARE_SPAN}"
    rf"|\b(?:the|its|this) {_BROAD} {_SPAN}\b(?! of\b){_HAS_DYNAMICS}"
    rf"|{_VARY} (?:very |rather )?(?:widely|broadly|far)\b|\b{_BROAD} {_BETWEEN}"
    rf"|{_BETWEEN_IS}{_BROAD}\b"
    # "Soft passages and full ones stand far apart".
    r"|\b(?:quiet|soft|loud)(?:est)? (?:and|passages?|parts?|moments?|sections?|places|stretches)\b"
    r"[^.;,]{0,15}?\b(?:loud|full|quiet|soft)(?:est)? (?:passages?|parts?|moments?|sections?|ones"
    r"|places|stretches)\b"
    r"[^.;,]{0,25}? (?:far|wide) apart\b",
    re.I,
)
_NARROW = Pattern(
    rf"\b(?:{_SLIGHT}|little|low),? {_OF_RANGE}|{_RANGE_IS}{_SLIGHT}\b"
    rf"|{_IN_SPAN}{_SLIGHT} {_BARE_SPAN}"
    rf"|\b(?:the|its|this) {_SLIGHT} {_SPAN}\b(?! of\b){_HAS_DYNAMICS}"
    rf"|{_VARY} (?:only |very )?(?:little|narrowly|slightly)\b|\b(?:scant|{_SLIGHT}|little"
    rf"|hardly any)"
    rf" {_BETWEEN}|{_BETWEEN_IS}{_SLIGHT}\b"
    rf"|\b(?:hardly any|not much|(?:almost|nearly|virtually|practically) no) {_OF_RANGE}",
    re.I,
)
# "The singer's dynamic range", "the dynamic range of the solo is".
_ONE = (
    rf"(?:sing\w+|voices?|vocal\w*|piano|guitars?|drums?|strings|violins?|bass|drummer"
    rf"|pianist|guitarist|players?|delivery|playing|{PART})"
)
_OF_ONE_BEFORE = Pattern(rf"\b{_ONE}(?:'s| (?:has|have|shows?|offers?|with))(?: an?| the)? $", re.I)
_OF_ONE_AFTER = Pattern(rf" (?:of|in) (?:the|her|his) (?:\w+ )?{_ONE}\b| as an instrument\b", re.I)
_OF_ONE = Pattern(rf"\w+ range of (?:the|her|his) {_ONE}\b", re.I)
_MIDDLE = Pattern(r"\b(?:middle|start|beginning|end) of (?:the|this)\b", re.I)
# LU; ours: between these a range is neither wide nor narrow for sure.
_WIDE_LU, _NOT_WIDE_LU, _NOT_NARROW_LU = 8.0, 4.0, 14.0
# Ours: peaks are told in whole dB.
_PEAK_SLACK_DB = 1.0
_UNMEASURED: Judged = ("uncheckable", "not_measured", "The loudness was not measured.")


def check_loudness(passage: Passage, evidence: Evidence) -> Iterator[Finding]:
    """Stated loudness and range against the measured ones."""
    limits, measured = evidence.limits, evidence.facts.loudness
    values = (
        (measured.integrated_lufs, measured.loudness_range_lu, measured.sample_peak_dbfs)
        if measured
        else (None, None, None)
    )
    kinds = (
        (_LUFS, limits.lufs_slack, "wrong_loudness"),
        (_RANGE, limits.range_slack_lu, "wrong_range"),
        (_PEAK, _PEAK_SLACK_DB, "wrong_peak"),
    )
    for value, (pattern, slack, code) in zip(values, kinds, strict=True):
        for claim, match in passage.matches(pattern):
            if pattern is _LUFS and _RANGE_BEFORE.search(passage.before(claim.start)):
                continue
            judged = _UNMEASURED
            if value is not None:
                fact = _value(match)
                # "9 LUFS" leaves out the minus.
                is_right = min(abs(fact - value), abs(-fact - value)) <= slack
                judged = right_or(code, f"Measured: {value:.1f}.", is_right)
                if not is_right and _is_of_part(passage.before(claim.start)):
                    judged = ("uncheckable", "local", judged[2] + " Of parts nothing was measured.")
            yield passage.finding(claim, "loudness", judged)


def _value(match: re.Match[str]) -> float:
    """Value of a number in digits or in words, such as ``minus twelve point five``."""
    groups = match.groupdict()
    told = next(groups[name].lower() for name in ("n", "n2", "n3") if groups.get(name))
    words = re.sub(r"^(?:[-+]|minus )|[ -]and[ -]a[ -]half$", "", told)
    whole, _, tenths = words.partition(" point ")
    value = number(whole) + (number(tenths) / 10 if tenths else 0.0)
    value += 0.5 if told.endswith("half") else 0.0
    return -value if told.startswith(("-", "minus")) else value


def check_range_words(passage: Passage, evidence: Evidence) -> Iterator[Finding]:
    """A wide or narrow dynamic range against the measured one."""
    for pattern in (_WIDE, _NARROW):
        claims = (each for each, _ in passage.matches(pattern) if not _is_of_one(passage, each))
        for claim in islice(claims, 1):
            judged = _judge_range_word(pattern is _WIDE, evidence)
            yield passage.finding(claim, "loudness", judged)


def _is_of_one(passage: Passage, claim: Claim) -> bool:
    """Whether a range is that of one instrument or part: ``the solo's range``."""
    before, after = passage.before(claim.start), passage.after(claim.end)
    return bool(
        _OF_ONE_BEFORE.search(before)
        or _OF_ONE.match(passage.text, claim.start)
        or _OF_ONE_AFTER.match(after)
    )


def _is_of_part(words: str) -> bool:
    return is_of_part(words) or bool(_MIDDLE.search(words))


def _judge_range_word(is_wide: bool, evidence: Evidence) -> Judged:
    loudness = evidence.facts.loudness
    if loudness is None:
        return _UNMEASURED
    range_lu = loudness.loudness_range_lu
    fact = f"The measured loudness range is {range_lu:.1f} LU."
    if is_wide == (range_lu >= _WIDE_LU):
        return "right", "right", fact
    if (is_wide and range_lu < _NOT_WIDE_LU) or (not is_wide and range_lu > _NOT_NARROW_LU):
        return "wrong", "wrong_range", fact
    return "uncheckable", "borderline", fact
