"""Loudness, loudness range and peak, in numbers and in words."""

import re

from pipeline.lint.evidence import Evidence, Limits
from pipeline.lint.passage import Passage, finding
from schemas.lint import Finding, Verdict

_NUMBER = r"(?P<n>[-+]?\d+(?:\.\d+)?)"
_LUFS = re.compile(rf"(?<![\w.]){_NUMBER}\s*LUFS\b(?! (?:for streaming|target))", re.I)
_RANGE = re.compile(
    rf"\b(?:(?:loudness|dynamic) range|LRA)\b[^.;\d]{{0,40}}?(?<![\w.]){_NUMBER}\s*LU\b(?!FS)"
    rf"|(?<![\w.])(?P<n2>\d+(?:\.\d+)?)\s*LU (?:of )?(?:loudness|dynamic) range",
    re.I,
)
_PEAK = re.compile(rf"\bpeak\w*\b[^.;\d]{{0,30}}?(?<![\w.]){_NUMBER}\s*dBFS\b", re.I)
_WIDE = re.compile(
    r"\b(?:wide|broad|huge|large|vast|enormous) (?:\w+ )?dynamic range\b|\bdynamic range is "
    r"(?:very )?(?:wide|broad|large)\b",
    re.I,
)
_NARROW = re.compile(
    r"\b(?:narrow|tight|limited|small|compressed|restricted) (?:\w+ )?dynamic range\b"
    r"|\bdynamic range is (?:very )?(?:narrow|tight|limited|small)\b",
    re.I,
)
_WIDE_LU = 8.0
_NOT_WIDE_LU, _NOT_NARROW_LU = 4.0, 14.0
_PEAK_SLACK_DB = 1.0
Judged = tuple[Verdict, str, str]


def judge_loudness(passage: Passage, evidence: Evidence, limits: Limits) -> list[Finding]:
    """Stated loudness and range against the measured ones."""
    findings = []
    loudness = evidence.facts.loudness
    for pattern, slack, code in (
        (_LUFS, limits.lufs_slack, "wrong_loudness"),
        (_RANGE, limits.range_slack_lu, "wrong_range"),
        (_PEAK, _PEAK_SLACK_DB, "wrong_peak"),
    ):
        for match in pattern.finditer(passage.plain):
            if passage.is_set_aside(*match.span()):
                continue
            said = float(match["n"] or match["n2"])
            judged: Judged = ("uncheckable", "not_measured", "The loudness was not measured.")
            if loudness:
                measured = {
                    "wrong_loudness": loudness.integrated_lufs,
                    "wrong_range": loudness.loudness_range_lu,
                    "wrong_peak": loudness.sample_peak_dbfs,
                }[code]
                # "9 LUFS" leaves out the minus.
                is_right = min(abs(said - measured), abs(-said - measured)) <= slack
                text = f"Measured: {measured:.1f}."
                judged = ("right", "right", text) if is_right else ("wrong", code, text)
            findings.append(finding(passage, match.span(), "loudness", *judged))
    return findings + _judge_words(passage, evidence)


def _judge_words(passage: Passage, evidence: Evidence) -> list[Finding]:
    findings = []
    for pattern in (_WIDE, _NARROW):
        match = pattern.search(passage.plain)
        if match and not passage.is_set_aside(*match.span()):
            judged = _judge_range_word(pattern is _WIDE, evidence)
            findings.append(finding(passage, match.span(), "loudness", *judged))
    return findings


def _judge_range_word(is_wide: bool, evidence: Evidence) -> Judged:
    loudness = evidence.facts.loudness
    if loudness is None:
        return "uncheckable", "not_measured", "The loudness was not measured."
    range_lu = loudness.loudness_range_lu
    said = f"The measured loudness range is {range_lu:.1f} LU."
    if is_wide == (range_lu >= _WIDE_LU):
        return "right", "right", said
    if (is_wide and range_lu < _NOT_WIDE_LU) or (not is_wide and range_lu > _NOT_NARROW_LU):
        return "wrong", "wrong_range", said
    return "uncheckable", "borderline", said
