"""Sections with times, where the times contradict the section's name."""

import re

from pipeline.lint.evidence import Evidence, Limits
from pipeline.lint.passage import Passage, finding
from pipeline.lint.times import TimeMention
from schemas.lint import Finding

_SECTION = re.compile(r"\b(?P<name>intro(?:duction)?|outro|coda)\b", re.I)
_NEAR = re.compile(r"\s*(?:\(|:|at|from|begins at|starts at|runs from|\[|,|-|\*)*\s*")
_LATEST_INTRO = 0.25
_EARLIEST_OUTRO = 0.5


def judge_sections(
    passage: Passage, mentions: list[TimeMention], evidence: Evidence, limits: Limits
) -> list[Finding]:
    """An introduction that starts late, or an outro in the first half; nothing else is measured."""
    duration_s = evidence.facts.duration_s
    findings = []
    for match in _SECTION.finditer(passage.plain):
        near = _NEAR.match(passage.plain, match.end())
        mention = next((m for m in mentions if near and m.start <= near.end() < m.end), None)
        if mention is None or mention.start_s > duration_s + limits.time_slack_s:
            continue
        is_intro = match["name"].lower().startswith("intro")
        share = mention.start_s / max(duration_s, 1e-9)
        span = (match.start(), mention.end)
        said = f"The track lasts {duration_s:.1f} s."
        if is_intro and share > _LATEST_INTRO:
            findings.append(finding(passage, span, "section", "wrong", "late_intro", said))
        elif not is_intro and share < _EARLIEST_OUTRO:
            findings.append(finding(passage, span, "section", "wrong", "early_outro", said))
    return findings
