"""Singing where there is none, and music called instrumental that is sung; sound in silence."""

import re

from pipeline.lint.evidence import Evidence, Limits
from pipeline.lint.passage import Passage, finding
from pipeline.lint.times import TimeMention, anchor
from schemas.lint import Finding, Verdict

_WORK = r"(?:piece|track|song|number|composition|cut|work|tune|recording|performance|instrumental)"
_NONE = re.compile(
    r"\b(?:purely|entirely|fully|wholly|completely|strictly|solely|exclusively) instrumental\b"
    rf"|\b(?:an?|this) (?:[\w-]+,? )?instrumental (?:\w+ )?{_WORK}\b|\bis (?:an )"
    rf"?instrumental(?=[.,;!]| throughout| and )"
    r"|\bno (?:[\w-]+ )?(?:singing|vocals?|singers?|vocalists?|lyrics|sung words|voices?)"
    r"\b(?! (?:chops|samples))"
    r"|\bwithout (?:any )?(?:singing|vocals?|a singer|voices)\b|\bvocal-free\b|\bdevoid of vocals\b"
    r"|\b(?:contains|has|offers|features) no words\b|\b(?:stays|remains|is|are) (?:entirely "
    r"|completely )?wordless\b"
    r"|\b(?:lacks|lacking|absence of) (?:any )?(?:vocals|singing)\b",
    re.I,
)
_DESCRIBED = r"(?:(?!the\b|an?\b|of\b)[\w-]+,? ){0,3}?"
_SINGER = (
    r"(?:singer|vocalist|rapper|crooner|songstress|frontman|frontwoman|tenor voice|vocals"
    r"|lead vocal|vocal|voice|falsetto)"
)
_SUNG = re.compile(
    r"\b(?:featuring|features?|with) (?:[\w-]+,? ){0,3}vocals\b(?! (?:chops|samples))|"
    rf"\b(?:the|an?|his|her|their|its|lead|male|female|soulful|breathy)\s+{_DESCRIBED}{_SINGER}\b"
    r"(?![- ](?:leading|like|quality|-|of the (?:strings?|guitar|violin|cello|sax\w*"
    r"|synth\w*)|chops?|samples?|melody line on))"
    r"|\b(?:she|he) (?:[\w]+ )?(?:sings?|croons?|whispers?|belts?|raps?|pleads|laments|chants)\b",
    re.I,
)
_NOT_SUNG_BEFORE = re.compile(
    r"\b(?:like|as if|as though|mimic\w*|imitat\w*|evok\w*|recall\w*|resembl\w*|suggest\w*"
    r"|replac\w*|instead of|clarinet|"
    r"guitar|violin|piano|trumpet|saxophone|flute|cello|synth\w*)\b[^.;]{0,40}$",
    re.I,
)
_PART_OF_IT = re.compile(
    r"\b(?:intro\w*|outro|opening|bridge|break\w*|passage|section|interlude|coda|solo|until|before|"
    r"part|middle|moment|verse|chorus|ending|first|last|final)\b",
    re.I,
)
_SOUND = re.compile(
    r"\b(?:drums?|guitars?|bass|piano|strings|brass|synths?|vocals?|voices?|singer|choir"
    r"|chorus|solo|"
    r"melody|beat|groove|enters?|builds?|climax|swells?|plays?|kicks?|roar\w*|horns?|flute"
    r"|violins?|cymbals?)\b",
    re.I,
)
_SILENT = re.compile(r"\b(?:silen(?:ce|t)|nothing is heard|no sound)\b", re.I)
Judged = tuple[Verdict, str, str]


def judge_vocals(
    passage: Passage, mentions: list[TimeMention], evidence: Evidence
) -> list[Finding]:
    """The first claim that there is singing, and the first that there is none."""
    findings = []
    none = next((m for m in _NONE.finditer(passage.plain) if _is_whole(passage, m, mentions)), None)
    if none:
        findings.append(finding(passage, none.span(), "vocals", *_judge_none(evidence)))
    for match in _SUNG.finditer(passage.plain):
        overlaps = none and match.start() < none.end() and none.start() < match.end()
        is_aside = passage.is_set_aside(*match.span())
        if overlaps or is_aside or _NOT_SUNG_BEFORE.search(passage.before(match.start(), 60)):
            continue
        if _NONE.search(passage.before(match.end())[-80:]):
            continue
        findings.append(finding(passage, match.span(), "vocals", *_judge_sung(evidence)))
        break
    return findings


def judge_silence(
    passage: Passage, mentions: list[TimeMention], evidence: Evidence, limits: Limits
) -> list[Finding]:
    """Sound described in a silent stretch, and silence described with its time."""
    findings = []
    for mention in mentions:
        first, last = passage.sentence(mention.start)
        sentence = passage.plain[first:last]
        start_s, end_s = mention.window(limits.time_slack_s)
        span = (mention.start, mention.end)
        if silent := _SILENT.search(passage.plain, first, last):
            if anchor(passage, mentions, *silent.span()) == mention:
                touches = any(s < end_s and start_s < e for s, e in evidence.silences)
                judged: Judged = ("uncheckable", "not_known", "No such silence was measured.")
                if touches:
                    judged = ("right", "right", "This stretch is silent.")
                findings.append(finding(passage, silent.span(), "silence", *judged))
        elif (
            any(s <= start_s and end_s <= e for s, e in evidence.silences)
            and _SOUND.search(sentence)
            and not passage.is_set_aside(*span)
        ):
            judged = ("wrong", "sound_in_silence", "This stretch is silent.")
            findings.append(finding(passage, span, "silence", *judged))
    return findings


def _is_whole(passage: Passage, match: re.Match[str], mentions: list[TimeMention]) -> bool:
    """Whether the absence of singing is said of the whole track."""
    clause = (
        passage.clause_before(match.start()) + re.split(r"[.,;]", passage.after(match.end()))[0]
    )
    if anchor(passage, mentions, *match.span()) or _PART_OF_IT.search(clause):
        return False
    return match[0].lower().startswith(("no ", "without")) or not passage.is_set_aside(
        *match.span()
    )


def _judge_none(evidence: Evidence) -> Judged:
    if evidence.is_sung is None:
        return "uncheckable", "not_known", "It is not known whether there is singing."
    if evidence.is_sung:
        return "wrong", "has_vocals", "There is singing."
    return "right", "right", "There is no singing."


def _judge_sung(evidence: Evidence) -> Judged:
    if evidence.is_sung is None:
        return "uncheckable", "not_known", "It is not known whether there is singing."
    if evidence.is_sung:
        return "right", "right", "There is singing."
    return "wrong", "no_vocals", "There is no singing."
