"""Counts that the facts can tell: key changes and bars."""

import re
from collections.abc import Iterator
from itertools import pairwise

from pipeline.lint.evidence import Evidence, key_name
from pipeline.lint.key_change import GOES_A_STEP, STAYS, is_step_heard
from pipeline.lint.numbers import NUMBER, number
from pipeline.lint.passage import Claim, Judged, Passage, right_or
from pipeline.lint.pattern import Pattern
from pipeline.lint.predicates import ADJECTIVES, ALONG, IS, OF_WORK
from pipeline.lint.sections import WORK
from schemas.lint import Finding

_NEVER = (
    r"(?:(?:never|hardly|barely|rarely) changes|(?:does not|doesn't|is not|isn't"
    r"|is never|has not|will not|won't)(?: been)? (?:\w+ly )?(?:(?:seem|appear)s? to )?"
    r"(?:chang|shift|modulat|alter)\w*)\b"
)
# Of a filter no key is modulated.
_ADJECTIVES = (
    r"(?:(?!(?:final|filter|frequency|pitch|amplitude|ring|an?|the|comes?)\b)[\w-]+ ){0,2}?"
)
_NO_CHANGE = Pattern(
    r"\b(?:no|(?:isn't|aren't|(?:is|are) not) (?:an?"
    rf"|any)) {_ADJECTIVES}(?:key[- ]changes?|modulations?|change of key)\b"
    r"|\bwithout (?:any |a |ever )?(?:key[- ]changes?|modulat\w+)|(?:\b(?:never|not)|n't) "
    r"(?:once )?modulat\w+"
    r"|\b(?:never changes|(?:not|n't) change) (?:the )?keys?\b"
    rf"|\bkey(?: signature)?{OF_WORK} {_NEVER}"
    rf"|\bkey is [^.;]{{1,25}}?,? and (?:it )?{_NEVER}"
    r"|\bkey changes? (?:never|does not|doesn't|do not|don't) (?:occurs?|happens?|takes? place)\b"
    rf"|\bkey(?: signature)?{OF_WORK}{IS} {ADJECTIVES}"
    r"(?:the same|constant|consistent|unchanged|stable|(?:maintained|kept|held)(?= throughout"
    r"| from| until| to the|[.,;]|$))\b"
    r"|\bthe same key (?:is (?:kept|used|maintained)|throughout)\b"
    r"|\b(?:in|uses?|has) (?:one|a single|the same) key(?= throughout| from|[.,;]|$)"
    r"|\bat no point (?:does|do) the (?:key|music|song) (?:change key|change|shift|modulate)\b"
    r"|\b(?:key changes?|modulations?|changes? of key)\W{1,3}(?:none|no)\b"
    r"|\b(?:stays?|remains?|keeps?) (?:in|to|within|inside) (?:only )?(?:one|a single"
    r"|the same) key\b"
    r"|\b(?:keep|maintain|retain|hold|preserv)(?:e?s|ing)? (?:to )?the same key\b"
    r"|\bno (?:\w+ )?(?:changes?|shifts?) (?:in|of) (?:the )?key\b"
    rf"|{STAYS}",
    re.I,
)
# "C major throughout": of a key that stays, its name says all.
_THROUGHOUT = Pattern(
    rf"\b(?:major|minor|key) {ALONG}|\bnever leaves (?:[A-G]|it|the (?:home )?key)\b"
    rf"|\bkey{OF_WORK} (?:is consistently|remains|stays) (?:in )?(?=[A-G])",
    re.I,
)
_CHANGES = Pattern(
    rf"(?<!:)\b(?P<n>{NUMBER}|a single|the single|only one|a|an|several"
    r"|the(?= (?:key )?(?:change|modulation)\b)) "
    rf"{_ADJECTIVES}(?:key[- ]changes?|modulations?|changes? (?:of|in) (?:the )?key)\b"
    r"|\b(?:the|that|this) (?:late|upward|downward|sudden|rising) (?:key[- ]change|modulation)\b"
    r"|\bin the first key\b"
    # "The upward shift of key", "the raised key", "the second key holds to the end".
    r"|\b(?:shift|lift|rise|step|turn|move) (?:up )?(?:of|in) key\b"
    r"|\b(?:shift|change|lift|turn) of (?:tonic|mode|tonality|tonal cent(?:re|er))\b"
    r"|\b(?:second|different|brighter|darker) key (?:arrives|enters|begins|takes over|follows)\b"
    r"|\b(?:climb|mov|pass|shift|turn|lift|ris|step|drop|sink)(?:e?s|ing) (?:up |down "
    r")?(?:in)?to an? "
    r"(?:\w+er|second|related|neighbou?ring|distant) key\b|\bin one key and (?:\w+ "
    r"){1,2}in another\b"
    rf"|\b(?:{WORK}|music|it|key) (?:\w+ly |then )?(?:turns|moves|shifts|passes|modulates|changes)"
    r" (?:in)?to (?:(?-i:[A-G])[\w# ]{0,8}, )?(?:the|its) (?:relative|parallel) (?:major|minor)\b"
    r"(?! (?:chord|triad))"
    r"|\b(?:the|its|that|this|an?|into) (?:raised|lifted|higher|new) (?:key|tonic"
    r"|tonal cent(?:re|er)"
    r"|home (?:key|note|chord))\b(?! (?:than|on|of|would|could|for))"
    r"|\bkey has (?:\w+ )?(?:risen|changed|shifted|lifted|moved|gone up)\b"
    r"|\bthe upward shift\b(?! (?:of|in|to)\b)"
    # "What changes at 2:38 is the key", "only the tonic moves".
    r"|\bwhat (?:changes|shifts|moves|rises)\b[^.;,]{0,25}? is the (?:key|tonic)\b(?! of (?!the))"
    r"|\b(?:it is|it's|only) the (?:key|tonic),? (?:that |which )?(?:then "
    r")?(?:changes|shifts|moves|rises)\b"
    # "In both keys", "its tonal plan falls into two parts".
    r"|\b(?:in|across|through|under) (?:both|(?:each of )?(?:the|its) two) keys\b(?! "
    r"(?:of|at|on)\b)"
    r"|\bof (?:the|its) two keys,|\bits two keys\b"
    r"|\b(?:tonal|key) (?:plan|scheme|layout|design) (?:falls|divides|splits|is|comes|has|consists)"
    r" (?:\w+ )?(?:(?:in|into|of) )?(?:two|three)\b"
    r"|\bthe (?:first|second) key(?=[.,;]|$| (?:is held|fills|holds|lasts|ends|begins|returns|until"
    r"|to)\b)"
    rf"|\b(?:{WORK}|music|it|key) modulates\b"
    rf"(?! (?:once|twice|from|to|into|(?:up|down)(?! (?:by )?an?\b)|{NUMBER}))"
    rf"|\bkey{OF_WORK} (?:\w+ly )?(?:changes|shifts|modulates)\b(?! (?:everything|the |how |what ))"
    rf"(?: (?P<times3>once|twice|{NUMBER} times))?"
    rf"|\b(?:{WORK}|music|it) (?:\w+ly )?(?:moves|switches|shifts|changes|modulates|goes)"
    r" (?:in)?to an?(?:other| (?:different|new|related)) key\b"
    rf"|\bkey{OF_WORK} is [^.;]{{1,25}}?,? (?:and|but) (?:it )?(?:changes|shifts)"
    rf" (?P<times4>once|twice|{NUMBER} times)"
    r"|\b(?:(?:key|music|mode) (?:\w+ly |then )?(?:goes|moves|changes|shifts|turns)"
    r"|the (?:turn|change"
    r"|shift)) from (?:major to minor|minor to major)\b"
    r"|\b(?:use of|uses|with|has|features|employs|explores|moves through) (?:multiple|several"
    r"|various"
    r"|different|many) keys\b"
    r"|\bkey (?:\w+ly )?(?:goes|moves|rises|climbs|drops|falls) (?:up|down|by)\b"
    r"|\bkey (?:(?:is|does) not|isn't|doesn't) (?:(?:stay|remain) )?(?:the same|constant"
    r"|consistent)\b"
    rf"|\bkey{OF_WORK} is (?:\w+ly )?(?:shifted|transposed|raised|lowered)\b"
    r"|\bkey does (?!not\b)(?:\w+ )?(?:change|shift|modulate)\b"
    r"|\bchanges (?:the )?key\b(?! (?:once|twice|\d))"
    rf"|\bmodulates? (?P<times>once|twice|{NUMBER} times)|\bchanges? keys? (?P<times2>once"
    rf"|twice|{NUMBER} times)"
    rf"|{GOES_A_STEP}",
    re.I,
)
_BARS = Pattern(
    rf"\b(?:song|track|piece|recording|it) (?:is|spans|runs|lasts|has|covers) (?:a total of "
    rf"|exactly |about |some )?(?P<n>{NUMBER}) "
    r"(?:bars|measures)\b",
    re.I,
)
# Shares of the bars; ours: between them a count is neither right nor wrong for sure.
_BARS_CLOSE, _BARS_FAR = 0.06, 0.15
_UNSURE: Judged = (
    "uncheckable", "unsure", "The keys over time were not measured with confidence."
)  # fmt: skip


def check_key_changes(passage: Passage, evidence: Evidence) -> Iterator[Finding]:
    """How often the key is said to change: the first denial, and the first number."""
    changes = _measured_changes(evidence)
    fact = f"The key changes {changes} times." if changes else "The key never changes."
    denials = [Claim(*match.span()) for match in _NO_CHANGE.finditer(passage.text)]
    if changes:
        denials += [claim for claim, _ in passage.matches(_THROUGHOUT)]
    denials = denials[:1]
    for claim in denials:
        judged = _UNSURE if changes is None else right_or("key_changes", fact, changes == 0)
        yield passage.finding(claim, "count", judged)
    for claim, match in passage.matches(_CHANGES):
        if not claim.touches(denials):
            stated = _count_of(match)
            code = "wrong_count" if changes else "no_key_change"
            is_right = changes == stated or (stated is None and bool(changes))
            if changes and not is_step_heard(match[0], evidence.facts.key_sections or []):
                code, is_right = "wrong_key", False
            judged = _UNSURE if changes is None else right_or(code, fact, is_right)
            yield passage.finding(claim, "count", judged)
            return


def check_counts(passage: Passage, evidence: Evidence) -> Iterator[Finding]:
    """How many bars there are said to be."""
    for claim, match in passage.matches(_BARS):
        yield passage.finding(claim, "count", _bars(number(match["n"]), evidence))


def _count_of(match: re.Match[str]) -> int | None:
    """Number of key changes; None for one or more."""
    told = (match[name] for name in ("n", "times", "times2", "times3", "times4"))
    words = next((each for each in told if each), "several").lower()
    if words in ("a", "an", "the", "several"):
        return None
    if "single" in words or words in ("only one", "once"):
        return 1
    return 2 if words == "twice" else int(number(words.removesuffix(" times")))


def _measured_changes(evidence: Evidence) -> int | None:
    sections = evidence.facts.key_sections
    if not sections or not all(evidence.is_sure(each) for each in sections):
        return None
    return sum(key_name(one) != key_name(other) for one, other in pairwise(sections))


def _bars(claimed: float, evidence: Evidence) -> Judged:
    facts, metre = evidence.facts, evidence.facts.metre
    if not facts.beats or metre is None or metre.q_value > evidence.limits.sure.max_wrong.metre:
        return "uncheckable", "not_measured", "Bars were not measured with confidence."
    bars = sum(beat.bar_position == 1 for beat in facts.beats)
    off = abs(claimed - bars) / max(bars, 1)
    fact = f"{bars} downbeats were found."
    if _BARS_CLOSE < off <= _BARS_FAR:
        return "uncheckable", "borderline", fact
    return right_or("wrong_count", fact, off <= _BARS_CLOSE)
