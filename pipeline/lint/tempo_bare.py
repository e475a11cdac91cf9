"""Tempi in numbers without a unit, told by the words around them."""

import re
from collections.abc import Iterator

from pipeline.lint.numbers import TEEN, TEN, WORDS
from pipeline.lint.passage import Passage
from pipeline.lint.pattern import Pattern
from pipeline.lint.tempo_claim import HALF, SPOKEN, TempoClaim, feel_of, low_bpm, spoken_value

# A number without unit or noun is a tempo where its verb says so: "it sinks to 61", "still 78".
_ALONE = (
    r"(?:(?=\s*(?:[.,](?!\d)|[;:!?)]|$| - ))"
    r"|(?=,? (?:and|but|or (?:so|thereabouts)(?! [a-z]+s\b)|for|at|from(?! \d{4}\b)|by|until"
    r"|till|throughout|all"
    r"|flat(?=[.,;]|$)|straight ?away|right away|still(?=[.,;]|$)|the (?:whole"
    r"|entire)|with|while|when|where|as|once|before|after|again|now|here|there|then|through|over"
    r"|across|on the (?:nose|dot|button|metronome|click|clock)|give or take|exactly|like|because|so"
    r"|in(?! (?:\d{4}|number|age|total|all|size|weight|length|rows?)\b)|under(?:neath)?|to the|it"
    r"|this|though"
    r"|although|yet|if|than?|on (?:my|your|a|any) (?:metronome|phone|watch|clock|app|click))\b))"
)
_BARE = Pattern(
    rf"(?<![\w:/.,'#$-])(?P<low>\d{{2,3}}(?:\.\d+)?|{SPOKEN}|\b{WORDS}\b){HALF}"
    rf"(?:[ -]?ish)?{_ALONE}",
    re.I,
)
_ABOUT = (
    r"(?:(?:about|around|roughly|nearly|almost|approximately|some|maybe|perhaps|say|just|barely"
    r"|only"
    r"|exactly|precisely|something like|somewhere|close to|near|circa|over|under|above"
    r"|below|past|shy of"
    r"|right|an? (?!ripe|young|old|total)[\w-]+|at|~) ?){0,4}"
)
_QUICK = (
    r"(?:opening|original|initial|starting|slow|fast|quick|brisk|steady|unchanging|constant|even"
    r"|easy|gentle|stately|leisurely"
    r"|relentless|unhurried|courtly|lazy"
    r"|solid|strict|driving|galloping|loping|blistering|breakneck|rock-steady|unwavering|moderate"
    r"|strutting|strolling|swaying|spry|walking|ambling|plodding|rolling|metronomic)"
)
_BACK = r"(?: (?:\w+ly|right|back|up|down|on|off|over|straight|ahead|it|things|everything|gait))*"
_MOVES = (
    r"(?:ris(?:es?|en|ing)|rose|(?:climb|jump|leap|lift|nudg|kick|push|step|creep|inch|edg|bump"
    r"|shoot"
    r"|surg|gallop|quicken|accelerat|speed|drop|sink|dip|sag|eas|slacken|slow|settl|relax|halv"
    r"|doubl"
    r"|slid|slip|plung|tumbl|plummet|pull|drift|shift|switch|chang|spring|fall|ramp|crank"
    r"|notch|lean|lurch)"
    r"(?:e?s|e?d|ped|ging|ping|ing|e|t)?|sped|fell|sank|sunk|sprang|sprung|crept|shot|swells?"
    r"|swelled"
    r"|(?:go|goes|going|went|com(?:es?|ing)|came|mov\w+|build\w*|tak(?:es?|ing)|took|brings?"
    r"|brought|pick\w*|wind\w*|wound|return\w*) (?:it )?(?:up|down|back|on))"
)
MOVES_TO = Pattern(
    rf"(?:\b{_MOVES}{_BACK}|(?:^|[,;:] )(?:and |then )?(?:back|up|down)(?: (?:up|down))?)"
    rf",? (?:in)?to {_ABOUT}$",
    re.I,
)
_PLAYERS = (
    r"(?:it|percussion|bass|drum(?:s|mers?)|band|hats?|kick|snare|hand|loop|boots?|foot|feet|count"
    r"|claps"
    r"|clapping|shaker|brushes|groove|tempo|pulse|beat|strings|piano|guitars?|ride|tambourine|stomp"
    r"|click|section|everyone|step|arpeggio|ostinato|riff|sequencer)"
)
_ON_METRONOME = Pattern(
    r" (?:on|by|according to) (?:the|my|your|a|any) (?:metronome|click|stopwatch|clock|count"
    r"|watch|reckoning)",
    re.I,
)
_ANY = Pattern("$")
_SITS_AT = Pattern(
    r"(?:\b(?:sit|stay|remain|hold|held|hover|cruis|go|going|run|mov|tick|chug|trot|trundl|march"
    r"|lop"
    r"|lumber|roll|lock|set|clock|settl|land|pin|keep|kept|tak|took|play|puls|click|swing|start"
    r"|begin"
    r"|open|end|driv|groov|skip|strid|stroll|walk|ambl|plod|crawl|rac|gallop|hurtl|charg|barrel"
    r"|pound"
    r"|thump|bounc|rock|sway|drift|float|flow|glid|coast|travel|proceed|rid|return|continu|put"
    r"|arriv"
    r"|pac|count)(?:e?s|es|e?d|ped|ting|ing|e)?"
    r"(?: (?:it|this|that|them|along|on|in|by|steady|right|again|out|off|away|back|up|down|\w+ly))*"
    rf" (?:at|around|about|near|(?<=(?:nd|le|ck|it)s )on) {_ABOUT}"
    # "Quick: 178", "a crawl, about 58".
    r"|\b(?:slow|fast|laz|quick|brisk|stead|eas|live|moderate|medium|middling|unhurried|leisurely"
    rf"|stately|relaxed|crawl|amble|trot|gallop|walk|tempo|pace|pulse|speed)\w*[:,] {_ABOUT}"
    r"|\b(?:it|that|this|we|pulse|beat|groove)(?:'s| is|'re| are| feels)"
    rf"(?: (?:still|now|only|just|all|back|up|down|again))* {_ABOUT}"
    # "Percussion holds 96 underneath", "same 92 as at first".
    rf"|\b{_PLAYERS} (?:(?:still|just|always|all) )?(?:hold|keep|stay|remain|sit|stand|mark)(?:s"
    rf"|ing)?"
    rf"(?: (?:on|at|to|with))? {_ABOUT}"
    rf"|\b(?:exact |very )?same {_ABOUT}"
    rf"|(?<!he is )(?<!he's )(?<!I'm )(?<! are )(?<!'re )\bstill {_ABOUT}"
    r"|\b(?:I|you|we|one)(?:'d|'ll)? (?:\w+ (?:along|it|out|my foot) (?:with [^,;.]{1,25} )?and"
    r" (?:gets?|got|count(?:ed)?|land(?:ed)? on)"
    r"|clock\w*|ma(?:k|d)e it|tap(?:ped)?|measured?|call it|call that|put it|reckon)"
    rf"(?: (?:it|that|this|out|on|as))* {_ABOUT}"
    r"|(?<=, )metronome |\b(?:metronome|click track|click|stopwatch"
    r"|tapping)(?: along)? (?:says?|reads?|shows?"
    r"|gives?(?: me)?"
    rf"|agrees?|is|puts it) {_ABOUT}"
    r"|(?:^|, |\(|: )(?:(?:(?:at|about|around|roughly|near|close to|circa) ){1,2}"
    r"|at an? (?!ripe|young|old|total|tender|frail|sprightly)[\w-]+ ))$",
    re.I,
)
# What only a word for a tempo in the sentence makes a tempo: "slow, unchanging 74", "the bass holds
# 96", "I set my metronome and get 84", "same 92 as before".
_WEAK = Pattern(
    r"(?:\b(?:hold|keep|get|got|count|tap|tick|read|giv|clock|find|found|mak|say|show|stay|remain)"
    r"(?:s|es|ed|ting|ping|ing|e)?(?: me| exactly| it)? "
    r"|(?:^|[,;:(] )(?:(?:and|so|then|but|now|still|only|(?:that|it)(?: i|')s|call it|I(?: say"
    r"|'d say| count"
    r"| make it)) )*"
    rf"|\b(?:an?|its|that|the|this) (?:\w+ly )?{_QUICK}(?:, {_QUICK})* "
    rf"|(?<!\w )\b{_QUICK}(?:,? {_QUICK})* )"
    rf"{_ABOUT}$",
    re.I,
)
_CUE = Pattern(
    r"\b(?:tempo|pace|pulse|speed|bpm|metronome|slow\w*|fast|quick|brisk|steady|tapp?(?:ing|ed)?"
    r"|foot|clip|crotchets?|half-time"
    r"|double-time|unhurried|allegro|andante|adagio|largo|presto|second hand|on the (?:dot|nose"
    r"|button)|by my (?:count|watch|reckoning)|a hair|as even|even as|start to finish|in (?:two"
    r"|three|four|five|six)(?=[.,;:])|waltz\w*|heartbeat|nod\w*"
    r"|clock|hesitat\w*|slacken\w*|four to the floor|stroll|crawl|dawdle|amble|trot|gallop|canter"
    r"|jog|never "
    r"(?:moves"
    r"|budges|varies|wavers|changes))\b"
    r"|(?<![\d/])[2-9]/[48](?![\d/])|\bbeats?\b(?! (?:him|her|them|me|us|you)\b)",
    re.I,
)
# "At two fifty-four" is a time, as a rule.
_CLOCK = Pattern(rf"(?:one|two)[ -](?:oh[ -]\w+|(?:{TEN})(?:[ -]\w+)?|{TEEN})", re.I)
# "At a courtly 126", "chopped at 104": whatever is done at it.
_AT = Pattern(
    rf"\bat (?:an? (?!ripe|young|old|total|tender|frail|sprightly|cost|price)[\w-]+"
    rf"(?:,? [\w-]+)? )?{_ABOUT}$",
    re.I,
)
# "208 before four minutes, 104 after".
_STARTS = Pattern(r"(?:^|[,;:(] )(?:(?:and|then|and then|but|still) )?$", re.I)
_OF_STRETCH = Pattern(
    r" (?:until|up to|at first|to (?:begin|start) with|throughout|all (?:the way|through|along)"
    r"|from (?:start|first|beginning|end|the (?:start|first|off|outset))\b"
    r"|before (?:\d|\w+ minutes?|that|it))",
    re.I,
)
_SET_TO = Pattern(
    rf"\b(?:set|sync|lock|dial|wind|tune|pin|match|beat-?match|pitch)\w* (?:(?:the|my|your"
    rf"|our) )?(?:decks?|metronomes?|click|clock|turntables?|pulse|tempo)?"
    rf" ?(?:to|at|on) {_ABOUT}$"
    rf"|\b(?:cut|cuts|slash\w*|chop\w*|slam\w*|bring\w*|knock\w*|yank\w*|haul\w*|drag\w*|throw\w*"
    rf"|halv\w*) (?:it|things|the (?:tempo|pace|speed|pulse)|everything)"
    rf"(?: \w+){{0,3}},? (?:down |up |back )?to {_ABOUT}$",
    re.I,
)
_FROM_TO = Pattern(
    rf"\bfrom (?P<low>\d{{2,3}}|{SPOKEN}|\b{WORDS}) (?:(?:right|straight|back|clean|up|down"
    rf"|all the way) ){{0,2}}to"
    rf" (?:about |around )?(?P<high>\d{{2,3}}|{SPOKEN}|\b{WORDS}\b)(?:[ -]?ish)?{_ALONE}",
    re.I,
)
_MOVING = Pattern(rf"\b(?:{_MOVES}|tempo|pace|bpm|speed)\b", re.I)
_IN_HALF = Pattern(r"\bhalf,? $", re.I)
_NUMBERED = Pattern(r"\b(?:op|no|nr|bwv|opus|number|track|page|bar)\.? $", re.I)
_RECORD = Pattern(r"\b(?:an?|this|that) (?:[\w-]+,? ){0,2}$", re.I)
# "The volume drops to 60", "it climbs to 40 in the charts".
_OF_ELSE = Pattern(
    r"\b(?:volume|level|loud\w*|quiet\w*|filter|cut-?off|charts?|gain|percent|decibels?|peak (?:of"
    r"|at)"
    r"|LU|LUFS|dB\w*|k?Hz|kilohertz|bit-?rate|sampl(?:ed|ing)|encoded|(?:re)?mastered|peaked"
    r"|frequency|aged?|years?|enters?|com(?:es?|ing) in|practi[sc]\w*|rehears\w*|lyrics?|cars?"
    r"|the original(?! (?:tempo|pace|speed))|B-side|jukebox|label"
    r"|(?<!to the )(?<!to a )(?<!in a )(?<!per )(?<! a )(?<!every )(?<!each )bars?|measures?"
    r"|seconds|number of|listeners|voices"
    r"|temperature|thermometer|degrees|knob|dial|fader|reverb|compressor|threshold|shelf|sub"
    r"|low end"
    r"|woofer|kick (?:drum )?(?:sits|lives|peaks|rings|is tuned)|turntable|vinyl|disc|crowd"
    r"|orchestra|takes|highway|road|street|motorway"
    r"|miles|narrator"
    r"|cost\w*|price\w*|sold|tickets?|capacity|boost\w*|EQ\w*|shelv\w*|rolls? off|rolled off"
    r"|high-?pass\w*|low-?pass\w*|cross\w*"
    r"|hum|hiss|seats|club|hall|stadium|church|retir\w*|interest|tax|heart rate|temperatures?"
    r"|discs?|pages?|tuned|pitched"
    r"|best played|players|singers|streams|views|places?|pan\w*|velocity|rpm|born|died|score\w*"
    r"|range)\b",
    re.I,
)
# "At around 60, he found a new voice".
_OF_PERSON = Pattern(
    r",? (?:(?:most|many|few|some|all|other) )?(?:he|she|his|her|I|they|people|men|women|artists"
    r"|singers|rappers|composers|players|musicians) (?!count)",
    re.I,
)
# "The bass hangs at 60": Hz, or a key of the keyboard.
_LOW_SOUND, _LOWEST_SURE = Pattern(r"\b(?:bass|sub|808|kick)\b(?! (?:holds|keeps|stays))", re.I), 65
_OLDEST = 105
_OWN_CLAUSE = Pattern(r"[;:]|,? (?:and|but|while|as) (?:it|they|we|you|I|the|he|she)\b|,")
_SLOWEST_BARE, _FASTEST_BARE = 38, 260
_PERSON = Pattern(
    r"\b(?:he|she|singer|composer|player|drummer|pianist|father|mother|man|woman|who)\b(?! "
    r"(?:count|play|tap|tick))[^.;]{0,40}$|\b(?:dies|born|aged)\b",
    re.I,
)


def bare_claims(passage: Passage) -> Iterator[TempoClaim]:
    """Tempi without a unit, told by the words before them and by nothing that follows."""
    for match in _BARE.finditer(passage.text):
        start, end = match.span()
        bpm = low_bpm(match)
        before = passage.before(start, 70)
        if not _SLOWEST_BARE <= bpm <= _FASTEST_BARE or _NUMBERED.search(
            passage.text[max(start - 12, 0) : start]
        ):
            continue
        lead = (
            MOVES_TO.search(before)
            or _SITS_AT.search(before)
            or _SET_TO.search(before)
            or (_ON_METRONOME.match(passage.after(end)) and _ANY.search(before))
            or _lead_of_stretch(before, passage.after(end))
            or _weak_lead(passage, match)
        )
        if not lead:
            continue
        around = (
            _OWN_CLAUSE.split(passage.before(start))[-1] + _OWN_CLAUSE.split(passage.after(end))[0]
        )
        is_age = bpm <= _OLDEST and _OF_PERSON.match(passage.after(end))
        is_low = bpm <= _LOWEST_SURE and _LOW_SOUND.search(around)
        if not is_age and not is_low and not _OF_ELSE.search(around):
            feel = feel_of(passage, start, end)
            at = start - len(lead[0].lstrip(" ,;:("))
            yield TempoClaim(at, end, bpm, bpm, feel, is_reached=MOVES_TO.gave(lead))


def _lead_of_stretch(before: str, after: str) -> re.Match[str] | None:
    """What stands before a number that is said to hold up to a moment, or from one on."""
    return _STARTS.search(before) if _OF_STRETCH.match(after) else None


def _weak_lead(passage: Passage, match: re.Match[str]) -> re.Match[str] | None:
    """What stands before a number that other words of the sentence make a tempo."""
    first, last = passage.sentence(match.start())
    before, after = passage.text[first : match.start()], passage.text[match.end() : last]
    has_cue = _CUE.search(f"{before} {after}")
    if lead := _AT.search(before):
        is_of_person = _PERSON.search(_OWN_CLAUSE.split(before)[-1])
        is_time = _CLOCK.fullmatch(match["low"]) and not has_cue
        return None if is_of_person or is_time else lead
    # "A slow 45", "an old 78".
    is_record = match["low"] in ("45", "78") and _RECORD.search(before)
    is_weak = has_cue and not is_record and not _IN_HALF.search(before)
    return _WEAK.search(before) if is_weak else None


def moves_between(passage: Passage) -> Iterator[TempoClaim]:
    """Both tempi of "it kicks from 112 up to 168"."""
    for match in _FROM_TO.finditer(passage.text):
        low, high = spoken_value(match["low"]), spoken_value(match["high"])
        around = passage.before(match.start(), 60) + " " + passage.after(match.end(), 30)
        is_tempo = _MOVING.search(around) and not _OF_ELSE.search(around)
        if is_tempo and all(_SLOWEST_BARE <= each <= _FASTEST_BARE for each in (low, high)):
            yield TempoClaim(match.start("low"), match.end("low"), low, low)
            yield TempoClaim(match.start("high"), match.end("high"), high, high, is_reached=True)
