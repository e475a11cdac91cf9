"""A tempo that is said to change, or to stay the same, against the measured one over time."""

import re
from collections.abc import Iterator
from itertools import islice, pairwise

from pipeline.lint.evidence import Evidence
from pipeline.lint.passage import Claim, Judged, Passage, right_or
from pipeline.lint.pattern import Pattern
from pipeline.lint.predicates import ADJECTIVES, ALONG, IS, OF_WORK
from pipeline.lint.sections import PART, WORK, is_of_part
from pipeline.lint.tempo import CHANGE, is_beatless, long_sections, tempo_claims
from pipeline.lint.tempo_steady import (
    BRAKES,
    IT_STAYS,
    MAY_TELL,
    MENTION,
    NO_CHANGE,
    NO_MENTION,
    OF_ELSE,
    PACE,
    RITARDANDO,
    STAYS,
    STEADY,
    THROUGHOUT,
    TO_CHANGE,
)
from pipeline.lint.tempo_words import FREE, tempo_word_claims
from pipeline.lint.times import TimeMention, moment_of
from schemas.lint import Finding

# Not of the beat: it "drops", and "falls on two and four".
_GOES = (
    rf"(?:tempo|pace|bpm|speed){OF_WORK}(?:,? (?:which|that))?"
    r" (?:(?:begins|starts|seems) to )?(?:then |\w+ly )*"
    r"(?:climbs?|dips?"
    r"|doubles|halves|lifts?|leaps?|springs?|sprang|sinks?|sank|sags?|slackens?|eases?|relaxes"
    r"|surges?"
    r"|kicks? up|(?:nudges|inches|creeps|edges|ticks|bumps|steps|shoots|slides|slips|pushes|ramps"
    r"|cranks"
    r"|winds|gears) (?:up|down|back|ahead|(?:up|down|for|back)wards?)|(?:goes|comes) (?:up|down"
    r"|back)|pulls (?:back"
    r"|ahead)|plunges|plummets|tumbles"
    r"|lurches|loosens|escalates|droops|flags|lags|snaps back|returns|resumes|broadens"
    r"|rise|drop(?:s|ped|ping)?|ris(?:es|ing)|rose|fall(?:s"
    r"|ing)|fell"
    r"|builds?(?: up)?(?! (?:to|on|an?|the|tension)\b)|ebbs? and flows?"
    r"|(?:alternat|mov|swing|switch)\w* between"
    r"|jump(?:s|ed|ing)|peaks?|reach(?:es)? its (?:highest|fastest|peak|slowest|lowest)"
    r"|(?:go(?:es|ing)|mov(?:es|ing)) (?:up|down))"
)
_VARIES = r"(?:varying|variable|changing|fluctuating|shifting)"
# "Switches to a slower tempo", "from a slow rhythm to a faster, energetic pace".
_TURNS = (
    r"(?:switch|shift|mov|chang|transition|turn|settl|go|goes|drop|return|progress|lead|build"
    r"|pick|jump|leap|surg|sink|fall|eas|break|slow|spring)\w*"
)
# "The tempo lifts us", "it quickens the heart", but "it speeds up the tempo".
_OBJECT = (
    r"(?: right)? (?:me|us|you|her|him|them|my|your|our|his|people|nerves|above|and on\b"
    r"|(?:the|its) (?!tempo|pace|pulse|beat|speed|groove|music|song|track|first|second|last|final))"
)
_STEP = r"(?:clip|gait|trot|walk|tread|stride)"
# "Slower than before", but not than other music.
_NO_OTHER = (
    r"(?! (?:than|compared (?:to|with))\b(?! (?:before|at (?:first|the start)|earlier|(?:the"
    r"|its) (?:first"
    r"|opening|start|beginning|rest|verses?)\b|it (?:began|opened|started|was))))"
)
_CHANGES = Pattern(
    # "A varying tempo"; "the tempo begins slowly and then picks up".
    rf"\b{_VARIES} (?:tempo|tempos|tempi|pace|speed|bpm)\b"
    rf"|\b(?:tempo|pace|speed)(?: of the \w+)? (?:(?:is|does|do) not|isn't|doesn't)"
    rf"(?: (?:stay|remain|keep))? (?:\w+ly )?(?:{STEADY}|the same)\b"
    rf"|\b{PACE}{OF_WORK}{IS} {ADJECTIVES}(?:irregular|uneven|unsteady|inconsistent|erratic"
    rf"|variable"
    r"|flexible)\b"
    rf"|\b{PACE}{OF_WORK}{IS} {ADJECTIVES}(?:slower|faster|quicker)\b(?! (?:than|paced|side)\b|-)"
    rf"|\b(?:{PACE}|{WORK}|music|it) (?:(?:starts?|begins?|opens?)\b|is (?:initially|at first)\b)"
    r"[^.;]{0,30}?\b(?:slow|fast|quick)\w*[^.;]{0,40}?\b(?:picks? up|speeds? up|slows? down|faster"
    r"|slower|(?:in|de)creases|accelerat\w+|quicken\w*|builds? (?:up |in )?speed"
    r"|build(?:s|ing) (?:up )?(?:to|into) (?:an? )?(?:[\w-]+,? ){0,3}?(?:fast\w*|quick\w*|tempo"
    r"|pace))"
    # "From a slow waltz to something more upbeat", but no "slow melody".
    rf"|\bfrom (?:an? )?(?:[\w-]+,? ){{0,2}}?slow(?:,? [\w-]+)? (?:{PACE}|rhythm|groove|start"
    rf"|beginning|section|{WORK}) (?:in)?to (?:an? )?"
    r"(?:[\w-]+,? ){0,3}?(?:up-?beat|up-?tempo|energetic|lively|driving)\b"
    r"|\bfrom (?:an? )?(?:[\w-]+,? ){0,2}?(?:slow|fast|moderate|quick)\w*\b[^.;]{0,30}? (?:in)?to "
    r"(?:an? )?(?:[\w-]+,? ){0,2}?(?:slow|fast|moderate|quick)\w*\b(?! (?:mornings?|nights?|days?"
    r"|cars?|love|food|living)\b)"
    rf"|\b{PACE}{OF_WORK}(?:,? (?:which|that))? (?:(?:is|does|do|has|will|then|[a-z]+ly"
    rf"|(?:starts?|begins?|seems?|appears?|tends?) to) )*{TO_CHANGE}\b"
    rf"|\b{_TURNS} (?:[\w,]+ ){{0,6}}?(?:in)?to an? (?:[\w-]+,? ){{0,2}}?(?:slower|faster"
    rf"|quicker|brisker"
    rf"|broader)(?:,? [\w-]+){{0,3}}? (?:{PACE}|rhythm|groove|section|{_STEP})\b"
    rf"|\b{PACE}{OF_WORK}{IS} {ADJECTIVES}(?:slow|fast|moderate|quick) (?:at (?:first|the (?:start"
    r"|beginning))|in the beginning|initially|to begin with)\b"
    rf"|\b(?:{WORK}|music|it)(?: is|'s) (?:\w+ )?(?:faster|slower|quicker) (?:in|at|during"
    rf"|towards?)\b"
    rf"|\b(?:tempo|pace|speed|bpm){OF_WORK} (?:is|reaches) (?:at )?(?:its )?(?:highest|lowest"
    r"|fastest|slowest)\b"
    # "From an upbeat tempo to a slower section".
    rf"|\b(?:{PACE}|rhythm|groove) (?:in)?to an? (?:more )?(?:slower|faster|quicker)\b"
    r"|\b(?:half|part|section|end|middle) (?:is|feels|sounds) (?:\w+ )?(?:faster|slower|quicker)\b"
    rf"|\b{PACE}{OF_WORK} (?:shows?|has|have|sees?|undergoes) (?:(?!no\b)\w+ ){{0,2}}?"
    r"(?:changes?|shifts?|variations?|fluctuations?)\b"
    rf"|\b(?:{WORK}|music|it) (?:\w+ly |does )?changes? (?:its |the )?(?:tempo|pace|speed)\b"
    r"|\b(?:changes?|shifts?|push|surge|lift|leap|lurch|bump|boost|spurt|slackening|sag|increase"
    r"|quickening|slowing|easing|broadening|loosening|tightening|hastening"
    r"|decrease|variations?|drop|rise|jump|dip|reduction"
    r"|alterations?"
    rf"|(?:ac|de)celeration|slowdown) (?:in|of) (?:the )?{PACE}\b"
    rf"|\b(?:(?:in|de)creas|reduc)(?:ed|ing) (?:(?:the|its) |[\w-]+ and )?(?:tempo|pace|speed)\b"
    r"|\bthe (?:\w+ )?(?:quickening|acceleration|slackening|slowing)(?= (?:at|after|from"
    r"|around) \d)"
    rf"|\b{PACE} (?:changes?|shifts?|variations?)\b|\b{_GOES}\b(?!-|{_OBJECT})"
    rf"|{RITARDANDO}(?! (?:in|of) (?:the|her|his|my) (?:economy|life|career|heart\w*))"
    rf"|\b(?:it|band|everything|everybody|everyone|drum\w*|{WORK}|music|they|somebody|someone) "
    rf"(?:\w+ )?{BRAKES}"
    r"|\b(?:slow|fast|quick|brisk) (?:in)?to (?:slow|fast|quick|brisk)\b|\b(?:one"
    r"|single) change,[^.;]{0,20}? (?:moderate|medium) to (?:slow|fast|quick|brisk)"
    r"|\b(?:one|single) change,[^.;]{0,20}? (?:slow|fast|quick|brisk) to (?:moderate|medium)\b"
    # "The first tempo returns"; "that faster pace continues".
    r"|\b(?:first|opening|original|initial|earlier|former|main|home) (?:tempo|pace"
    r"|speed) (?:returns"
    r"|resumes|is back|comes back|(?:is )?restored)\b"
    r"|\b(?:returns?|back|reverts?|settles?) (?:in)?to (?:the|its) (?:first|opening|original"
    r"|initial"
    r"|earlier|former|slow\w*|fast\w*) (?:tempo|pace|speed)\b(?! of\b)"
    rf"|\b(?:that|new) (?:new )?(?:slower|faster|quicker) (?:{PACE}|groove)\b(?! (?:of|than))"
    rf"|\b(?:the|this|its) (?:slower|faster|quicker) (?:{PACE}|groove)(?= (?:returns|continues"
    r"|holds|lasts|comes|arrives|kicks|takes over|begins|at \d|after|until|to the)\b)"
    r"|\b(?:cut|chop|drop|fall|sink|slow|shift|go|com"
    r"|tak)\w* (?:\w+ )?(?:in)?to half (?:the )?(?:speed"
    r"|tempo|pace)\b(?! of\b)"
    rf"|\b(?:{WORK}|music|it)(?: is|'s) (?:\w+ly )?(?:speeding up|slowing down|slowed down|sped up"
    r"|accelerating"
    rf"|decelerating|picking up (?:speed|pace))\b"
    rf"|\b(?:{WORK}|music|melody|band|drums|everything|(?:whole )?thing|drummer"
    r"|groove"
    r"|it) (?:(?:then|[a-z]+ly) )*(?:(?:begins?|starts?|seems?"
    r"|appears?|continues?|start|begin) to (?:\w+ly )?)?(?:(?:slows|(?<!\bit )slow)"
    r"(?: (?:right |all the way )?down"
    r"|(?=[.,;]|$| (?:to|by|at|from|after|again|here|until|towards?)\b))"
    r"|slackens?(?= |[.,;]|$)|quickens?(?= |[.,;]|$)"
    r"|speeds? up"
    r"|picks? up (?:the "
    r"|in )?(?:speed"
    r"|pace|tempo)|(?:gathers?|gains?|builds?(?: up)?|loses?) speed|(?:(?:in|de)creases?|builds?"
    r"|grows?|gains?) in (?:speed|tempo|pace)|accelerates?|decelerates?)\b"
    rf"(?!{_OBJECT})"
    r"|(?<!fill )(?<!tremolo )(?<!heartbeat )(?<!delay )(?<!arpeggio )\b(?:gets|becomes|grows"
    r"|getting|becoming|growing) (?:[\w-]+(?: and|,)? ){0,3}?"
    r"(?:faster|slower|quicker)\b|\brhythm (?:picks up|(?:\w+ly )?(?:slows?"
    r"|speeds?) (?:down|up))\b"
    rf"|\b(?:with|at|in|by|introduces|brings|adopts|takes?(?: on| up)?) an? "
    rf"(?:[\w-]+,? ){{0,2}}?(?:slower|faster"
    rf"|quicker|higher|lower)(?:,? [\w-]+){{0,2}}? (?:{PACE}|rhythm|{_STEP})\b{_NO_OTHER}"
    rf"|\b(?:shift|change|switch|move|transition)(?:s|es)? (?:in)?to an? (?:new|different"
    rf"|danceable|more \w+"
    rf"|less \w+|live\w+)(?:,? (?:and )?[\w-]+){{0,2}}? (?:tempo|pace)\b"
    r"|\b(?:slower|faster|quicker)(?:,? [\w-]+){0,3}? (?:section|part|passage)s?\b(?! than"
    r"| compared)"
    r"|\b(?:fast|slow)(?:er)? and (?:fast|slow)(?:er)? (?:sections|parts|passages|tempos|tempi)\b"
    rf"|\b(?:beat|pulse){OF_WORK} (?:\w+ly |then )*(?:slackens|broadens"
    r"|(?:grows|becomes|gets) (?:\w+ )?(?:broader|brisker))\b"
    rf"|\bpulse{OF_WORK} (?:\w+ly |then )*(?:sinks(?! into)|dips|quickens|picks up"
    r"|eases (?:back|off|down|slightly|a (?:little|bit|touch)))\b"
    r"|\b(?:the|that|this|an?|its) (?:late|final|slight|sudden|gentle|small|brief|gradual)"
    r" (?:acceleration|deceleration|quickening|slowdown|slowing|speed-?up)\b"
    # "Everything moves more slowly", "the beats lie further apart".
    rf"|\b(?:everything|{WORK}|music|it|band|drums|beat|pulse|rest) (?:moves?|goes|runs?|plays?"
    r"|proceeds|walks)(?: on| along)? (?:more (?:slowly|quickly|briskly)|faster|slower|quicker)\b"
    rf"{_NO_OTHER}"
    r"|\b(?:beats|taps|pulses|strokes) (?:then )?(?:lie|come|fall|move|get|stand|are"
    r"|grow) (?:\w+ )?"
    rf"(?:(?:further|farther|wider) apart|closer together)\b{_NO_OTHER}"
    # "Doubles his speed", "taken at half speed", "a click or two faster", "breaks into a gallop".
    r"|\b(?:doubl|halv)(?:es|ed|ing) (?:his|her|their|its|the) (?:speed|tempo|pace)\b"
    r"|\bat (?:half|twice|double) (?:the |its |that )?(?:speed|pace|tempo)\b(?! of\b)"
    rf"|\b{PACE} (?:is|gets) (?:cut|chopped|sliced|split) (?:clean )?(?:in|by) (?:half|two)\b"
    r"|(?<!\bfeels )(?<!\bfeel )\b(?:half|twice) as (?:fast|slow|quick)(?= as (?:before|it|at"
    r"|the (?:first"
    r"|opening|start|intro|beginning|verse))\b)"
    r"|\b(?:goes|gets|runs|plays|moves|is) (?:(?:even|ever|much|still|noticeably|slightly"
    r"|markedly|a (?:bit|little"
    r"|touch|hair|shade|notch|fraction|click)(?: or two)?) )(?:faster|slower|quicker)\b(?! than\b)"
    r"|\ba (?:click|notch|shade|touch|hair|fraction|beat)(?: or two)? (?:faster|slower"
    r"|quicker)\b(?! than\b)"
    rf"|\b(?:it|band|everything|music|{WORK}|pulse|tempo|groove)(?: has|'s) (?:\w+ly |already )?"
    rf"(?:slowed|sped up|quickened|slackened|accelerated)\b(?!{_OBJECT})"
    r"|\b(?:break|burst|kick)(?:s|ing)? into a (?:\w+ )?(?:gallop|run(?! (?:up|down|of)\b)|trot"
    r"|sprint"
    r"|canter|jog)\b"
    r"|\b(?:a|its|and|yet another) new (?:tempo|speed)\b(?! (?:record|limit)\b)"
    # "Slow first, fast from 1:10", "slower and slower".
    r"|\b(?:slow|fast|quick|brisk)(?:ly)? (?:(?:at )?first|to (?:begin|start)),? (?:and |but )?"
    r"(?:then )?(?:slow|fast|quick|brisk)"
    r"|\b(?:slow|fast|quick)(?:ly)?,? (?:and |but )?then (?:slow|fast|quick)"
    r"|\b(?:slower and (?:ever )?slower|(?:faster|quicker) and (?:ever )?(?:faster|quicker))\b"
    r"|(?:\d bpm|\bminute|\bclicks?|(?<!heart )(?<!hearts )\bbeats?) (?:faster|slower"
    r"|quicker)\b(?! than\b)"
    # "Faster from 2:40", "the riff drops to a crawl".
    r"|(?:^|[.;:] )(?:\w+ )?(?:faster|slower|quicker) (?:from|after) (?=\d+:\d)"
    rf"|\b(?:{WORK}|riff|band|music|everything|it) (?:drops|slows|sinks|grinds|slumps)(?: down)?"
    r" to a (?:crawl|plod|trudge)\b"
    rf"|\b{PACE} \w+ (?:\w+ )?(?:in)?to something (?:\w+ )?(?:slower|faster|quicker|brisker"
    rf"|broader)\b"
    r"|\b(?:has|have|with|in|at|uses|into) two (?:\w+ )?(?:tempi|tempos|speeds)\b"
    r"|\b(?:half|minute|third) (?:picks up|gathers|gains|loses) speed\b"
    rf"|\b(?:pull|push|tug|stretch|bend|drag)(?:s|ed|ing)? (?:at )?the {PACE} (?:about|around"
    rf"|out of shape|this way|back and forth)\b",
    re.I,
)
# "Faster in the second half": as good as of the whole.
_LARGE_PART = Pattern(
    r"\b(?:first|second|third|latter|last|final|middle|later|slow\w*|fast\w*) (?:half|part"
    r"|section|third|minute)s?\b"
    # What it changes to: "to a slower, quieter section".
    r"|\b(?:in)?to an? (?:[\w-]+,? (?:and )?){0,5}?(?:section|part|passage)\b"
    # What comes before or after it: "slackens after the bridge".
    r"|\b(?:after|before|until|into|out of|towards?|(?:on|go|goes|head\w*) to) (?:the|its|that"
    r"|each)"
    rf" (?:[\w-]+ )?{PART}\b"
)
_TO_THE_END = Pattern(
    rf"\b{ALONG}(?: \w+)?|\bbetween the first \w+ and the last|\bto the (?:very )?(?:last|final"
    rf"|closing) \w+",
    re.I,
)
_TEMPO_CUE = Pattern(rf"\b(?:{PACE}|groove|metronome)\b", re.I)
# Characters between a tempo and that it stays; ours.
_NEAR, _NEXT = 45, 20
_EVEN_WHEN = Pattern(
    r"\b(?:even (?:when|as|after|though|while|where|once)|although|though) (?:the )?$", re.I
)
# "I brace for a shift in speed".
_AWAITED = Pattern(
    r"\b(?:brac\w*|wait\w*|listen\w*|hop\w*|long\w*|ask\w*|look\w*|check\w*|prepar\w*|ready|need) "
    r"for (?:an?|any|the|some) (?:\w+ )?$|\bexpect\w* (?:an?|any|the|some) (?:\w+ )?$",
    re.I,
)
_MANY = Pattern(r"\b(?:several|multiple|many|frequent\w*|numerous|constantly|continually)\b", re.I)
_NOT_STEADY = Pattern(rf"(?:\bnot|n't) [^.;]*{STEADY}|irregular|unsteady|erratic", re.I)
_OF_CHORDS = Pattern(
    r"\b(?:each chord|chords? (?:last|chang|mov|turn|follow)\w*|harmon\w+|chord changes)\b", re.I
)
_OF_BEAT = Pattern(r"\b(?:tempo|beat|pulse|bpm|speed|drum\w*|kick|steady (?:three|four))\b", re.I)
_NOTHING = Pattern(r"(?!)")
# "That faster pace continues to 3:00": it came before.
_ALREADY = Pattern(r"(?:the|this|that|its|new) (?:new )?(?:slower|faster|quicker)", re.I)
_AT_FIRST = Pattern(r"at (?:first|the (?:start|beginning))|in the beginning|initially|to begin")
_UP = Pattern(
    r"increas|accelerat|quick|brisk|closer|speed(?:s|ing)? up|\bsped|picks? up|faster|higher"
    r"|ris(?:es|ing)|rose"
    r"|jump|lift|leap|spr[ai]ng|surg|climb|shoot|gallop|\bdoubl|\w (?:up|on|ahead|forward)\b",
    re.I,
)
_DOWN = Pattern(
    r"decreas|decelerat|slow|lower|drop|fall|fell|s[ai]nk|sag|slacken|\beas|relax|plung|plummet"
    r"|tumbl"
    r"|droop|flags|lags|broad|apart|\bdip|halv|\bhalf|\w down\b",
    re.I,
)
# How far, s, a change may lie from where it is said to be; ours.
_CLOSE_S = 5.0
_UNTIL, _SINCE = ("until", "till", "before", "by"), ("from", "after", "since", "last")


def check_tempo_change(passage: Passage, evidence: Evidence) -> Iterator[Finding]:
    """The first claim that the tempo changes, and the first that it does not.

    A part alone may slow down, for a bar or two: of that nothing is measured.
    """
    stays, changes = _told(passage) if MAY_TELL.search(passage.text) else ([], [])
    reached = [each for each in tempo_claims(passage) if each.is_reached]
    changes += [each for each in reached if not each.touches(changes)]
    changes.sort(key=lambda each: each.start)
    # "From a steady pace to a faster one" changes; "the tempo never changes" stays.
    # "That faster tempo holds" tells of a change before.
    old = [each for each in changes if _ALREADY.match(passage.text, each.start)]
    stays = [each for each in stays if not _is_within(each, changes) and not each.touches(old)]
    changes = [each for each in changes if not each.touches(stays)]
    stays += passage.stated(_it_stays(passage))
    if not stays and not changes:
        stays = [
            claim
            for claim, match in passage.matches(MENTION)
            if not NO_MENTION.search(match[0]) and not _is_of_chords(passage, claim)
        ]
    if _changes(evidence):
        stays += [claim for claim, _ in passage.matches(THROUGHOUT)]
    if is_beatless(evidence.facts) and FREE.search(passage.text):
        # "It does not change, since there is no beat."
        stays = []
    # What stays throughout stays at any moment.
    is_then = _changes(evidence) == [] or is_beatless(evidence.facts)
    of_whole = [each for each in stays if _is_of_whole(passage, each, is_then=is_then)]
    if of_whole:
        yield passage.finding(of_whole[0], "tempo", _judge_stays(evidence))
    else:
        yield from islice(_held_then(passage, stays, evidence), 1)
    for claim in changes[:1]:
        said = passage.text[claim.start : claim.end]
        is_old = bool(_ALREADY.match(said))
        moment = None if is_old else moment_of(passage, claim)
        if moment or _is_of_whole(passage, claim, apart_from=_LARGE_PART, is_then=is_old):
            around = passage.before(claim.start, 20) + said + passage.after(claim.end, 20)
            are_many = bool(_MANY.search(around))
            judged = _judge_changes(said, moment, evidence, are_many=are_many)
            if judged[1] == "no_tempo_change" and _names_both(passage, claim, evidence):
                judged = ("right", "right", "These tempi follow each other.")
            yield passage.finding(claim, "tempo", judged)


def _told(passage: Passage) -> tuple[list[Claim], list[Claim]]:
    """What says that a tempo stays, and what says that it changes."""
    stays = [Claim(*match.span()) for match in NO_CHANGE.finditer(passage.text)]
    stays += [claim for claim, _ in passage.matches(STAYS) if not _is_of_chords(passage, claim)]
    changes = []
    for match in _CHANGES.finditer(passage.text):
        # "The key does not change even when the tempo halves".
        is_even = _EVEN_WHEN.search(passage.before(match.start()))
        is_awaited = _AWAITED.search(passage.before(match.start(), 40))
        if is_even or not (is_awaited or passage.is_set_aside(*match.span())):
            changes.append(Claim(*match.span()))
    return stays, changes


def _is_of_chords(passage: Passage, claim: Claim) -> bool:
    """Whether a pace is that of the chords: ``each chord lasts three seconds, a regular pace``."""
    said = passage.text[claim.start : claim.end]
    return bool(_OF_CHORDS.search(passage.before(claim.start)) and not _OF_BEAT.search(said))


def _it_stays(passage: Passage) -> Iterator[Claim]:
    """That "it" stays, next to a tempo and to nothing else that may stay."""
    for match in IT_STAYS.finditer(passage.text):
        lead = passage.before(match.start() + 1, 70)
        tempi = [*tempo_claims(passage), *tempo_word_claims(passage)]
        near = [
            each
            for each in tempi
            if 0 <= match.start() - each.end <= _NEAR or 0 <= each.start - match.end() <= _NEXT
        ]
        told = bool(near) or _TEMPO_CUE.search(lead)
        from_s = max((each.start for each in near), default=match.start() - 45)
        between = passage.text[max(from_s, 0) : match.start()]
        if told and not OF_ELSE.search(between):
            yield Claim(match.start() + 1, match.end())


def _held_then(passage: Passage, stays: list[Claim], evidence: Evidence) -> Iterator[Finding]:
    """Of a tempo that changes, that it holds at a moment, or up to one."""
    changes = _changes(evidence)
    for claim in stays:
        moment = moment_of(passage, claim)
        if changes and moment and moment.lead not in _SINCE:
            start_s, end_s = moment.window(_CLOSE_S)
            if moment.lead in _UNTIL:
                start_s, end_s = 0.0, moment.start_s - _CLOSE_S
            is_held = not any(start_s < at_s < end_s for at_s, _ in changes)
            fact = "The tempo changes at " + ", ".join(f"{at_s:.0f}" for at_s, _ in changes) + " s."
            yield passage.finding(claim, "tempo", right_or("tempo_changes", fact, is_held))


def _names_both(passage: Passage, claim: Claim, evidence: Evidence) -> bool:
    """Whether the tempi of two sections are named beside a change, however near they are."""
    tempo = evidence.facts.tempo
    measured = [each.bpm for each in long_sections(tempo)] if tempo else []
    start, end = passage.sentence(claim.start)
    named = set()
    for each in tempo_claims(passage):
        if measured and start <= each.start < end:
            for bpm in (each.low_bpm, each.high_bpm):
                distance_bpm, nearest = min((abs(other - bpm), other) for other in measured)
                if distance_bpm <= evidence.limits.tempo.absolute_bpm:
                    named.add(nearest)
    return len(named) > 1


def _is_within(claim: Claim, others: list[Claim]) -> bool:
    return any(each.start < claim.start and claim.end < each.end for each in others)


def _is_of_whole(
    passage: Passage,
    claim: Claim,
    *,
    apart_from: Pattern = _NOTHING,
    is_then: bool = False,
) -> bool:
    """Whether it is said of no part but one that is let pass, and, unless `is_then`, no moment."""
    said = passage.text[claim.start : claim.end]
    around = (
        f"{passage.clause_before(claim.start)}{said}"
        f"{re.split('[,;.]| (?:and|while|but) ', passage.after(claim.end))[0]}"
    )
    return (is_then or moment_of(passage, claim) is None) and not is_of_part(
        apart_from.sub(" ", _TO_THE_END.sub(" ", around))
    )


def _changes(evidence: Evidence) -> list[tuple[float, float]] | None:
    """When, in s, the tempo changes, and by which factor; None where that is not known surely."""
    tempo = evidence.facts.tempo
    if tempo is None or tempo.q_value > evidence.limits.sure.max_wrong.tempo:
        return None
    changes = [
        (later.start_s, later.bpm / earlier.bpm)
        for earlier, later in pairwise(long_sections(tempo))
        if not 1 / CHANGE < later.bpm / earlier.bpm < CHANGE
    ]
    is_steady = tempo.stability >= evidence.limits.min_steady_stability
    return changes if changes or is_steady else None


def _judge_stays(evidence: Evidence) -> Judged:
    if is_beatless(evidence.facts):
        return "wrong", "beatless", "No regular beat was found in the music."
    changes = _changes(evidence)
    if changes is None:
        return "uncheckable", "unsure", "The tempo over time was not measured with confidence."
    return right_or("tempo_changes", f"The tempo changes {len(changes)} times.", not changes)


def _judge_changes(
    said: str, moment: TimeMention | None, evidence: Evidence, *, are_many: bool
) -> Judged:
    changes = _changes(evidence)
    if is_beatless(evidence.facts) and _NOT_STEADY.search(said):
        return "right", "right", "No regular beat was found in the music."
    if changes is None:
        return "uncheckable", "unsure", "The tempo over time was not measured with confidence."
    if not changes:
        return "wrong", "no_tempo_change", "The tempo never changes."
    fact = "The tempo " + ", ".join(
        f"{'rises' if factor > 1 else 'falls'} at {at_s:.0f} s" for at_s, factor in changes
    )
    meant = [at_s for at_s, factor in changes if _may_mean(said, factor)]
    if not meant or (are_many and len(changes) == 1):
        return "wrong", "wrong_tempo_change", f"{fact}."
    if moment:
        start_s, end_s = moment.window(_CLOSE_S)
        if not any(start_s <= each <= end_s for each in meant):
            # A moment may be off; a stretch is told with both its ends.
            if moment.end_s > moment.start_s:
                return "wrong", "wrong_tempo_change", f"{fact}."
            return "uncheckable", "local", f"{fact}."
    return "right", "right", f"{fact}."


def _may_mean(said: str, factor: float) -> bool:
    """Whether words for a change are of this direction, or of none."""
    if _AT_FIRST.search(said):
        return True
    is_up, is_down = bool(_UP.search(said)), bool(_DOWN.search(said))
    return is_up == is_down or is_up == (factor > 1)
