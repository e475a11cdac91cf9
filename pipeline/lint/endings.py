"""Where a text says that the whole track ends: its length, told as a moment."""

import re
from collections.abc import Iterator

from pipeline.lint.lengths import KIND, LENGTH, TIME_WORDS, DurationClaim, bounds_s
from pipeline.lint.numbers import NUMBER, ORDINALS
from pipeline.lint.passage import Passage
from pipeline.lint.pattern import Pattern
from pipeline.lint.sections import WORK, is_of_part

_THING = (
    r"(?:chords?|notes?|stab|slam|(?:down|up|brush|bow)?strokes?|bar|(?:down|off)?beat|hit|tap"
    r"|flourish|cadence|crash|strum|gasp|thud|blow|sound|tone|overtone|harmonic"
    r"|ring|echo(?:es)?|snare|rimshot|boom|thump|thwack|thwap|crack|gong|bell|knock|stomp|amen|bow"
    r"|pluck|decay|fade(?:[- ]?out)?|cut-?off|stop|clicks?|(?:hand)?clap"
    r"|chime|peal|measure|triad|tonic|fermata|unison|sigh"
    r"|string|buzz|hum|drone|wash|pop|flicker|shimmer|ripple|shiver|tick|crackle"
    r"|octave|bang"
    r"|blast|punch|kick|clang|clank|toll|resolution|snap|twang|plink|rattle|rustle"
    r"|thrum|glimmer|trace|embers?|sparks?|wisp|puff|scrape|farewell|goodbye"
    r"|wink|nod|shrug|pulse|(?-i:[A-G](?:b|#|m|maj|min|sus|dim|\d)*)"
    r"(?: (?:flat|sharp))?(?: (?:major|minor))?)"
)
_LAST_OF = r"(?:very )?(?:final|last|closing|parting)"
# "The last F minor chord", "its end", "an abrupt unison stop".
_LAST = (
    rf"(?:\b{_LAST_OF} (?:[\w'-]+ ){{0,3}}?{_THING}(?!\w| chord)"
    r"|\bfrom (?:the |its )?first(?: [\w-]+)? to (?:the |its )?last(?: one)?\b"
    r"|\bthe last (?:to (?:leave|go|stop|fall silent)|out|standing)\b"
    r"|\b(?:the|its) (?:(?!\w+s |low |high |top |deep |far )[\w-]+ )?(?:end|ending(?= at\b)|finish"
    r"|close|stop(?!s)|fade(?:[- ]?out)?|cut-?off"
    r"|finish line)\b"
    r"|\b(?:an?|its) (?:[\w-]+ )?(?:dead|hard|cold|sudden|abrupt|clean|full|neat|crisp|sharp"
    r"|quick|quiet"
    r"|soft|gentle|long|slow) (?:[\w-]+ )?(?:stop|end|ending|close|finish|halt|cut-?off"
    r"|fade(?:[- ]?out)?)\b)"
)
_NOTHING = r"(?! (?:its|h[ie][sr]|their|the|that|every|each|our|my|your|an?)\b)"
# Nothing comes after these; those in `_STOPS` may be a pause.
_ENDS = (
    rf"(?:(?:ends|finishes|concludes|closes(?! in\b))(?! up\b){_NOTHING}"
    r"|(?<=\bto )(?:end|finish|close)(?= (?:on|with|together)\b)"
    rf"|wraps (?:(?:itself"
    rf"|things|it all|it) )?up|signs off|bows out|expires|runs its course"
    r"|(?:says|bids (?:us )?)(?: its)? ?(?:good ?night|goodbyes?|farewells?)(?! to\b)"
    r"|takes (?:a|its) (?:final |last )?bow|calls it (?:a (?:day|night)|quits)"
    r"|comes to (?:an?|its) (?:[\w-]+ )?(?:end|close|rest|conclusion)|comes to rest|meets its end"
    r"|reaches (?:its|the) (?:end|conclusion|double bar|finish(?: line)?|(?:final|last) (?:bar"
    r"|chord"
    r"|note))|is (?:all )?(?:over|done|finished|through)(?! the\b)"
    r"|has (?:ended|finished|said (?:its piece|everything|goodbye|all it has))"
    r"|runs out(?: of (?:breath|road|steam|tape|air|track))?)"
)
_STOPS = (
    rf"(?:stops(?! time){_NOTHING}|cuts(?: out| off)?(?! to\b){_NOTHING}|dies(?: away| out| off)?"
    r"|fades(?: (?:out|away|completely|(?:in)?to (?:nothing|black|silence)))?"
    r"(?! (?:up|in|into|to|under|behind)\b)"
    r"|(?:has|is) (?:all )?(?:faded|died|gone|stopped|dissolved|vanished|evaporated)"
    r"(?: (?:out|away|silent|quiet))?"
    r"|(?:is|gets) (?:\w+ )?(?:extinguished|snuffed out|switched off|put out|cut off|let go"
    r"|turned off"
    r"|swallowed)|goes (?:silent|quiet|dead|dark|black)|falls silent|halts|drops dead"
    r"|(?:comes?|grinds?|skids?|slams?|screech(?:es)?|rolls?|shudders?|crash(?:es)?"
    r"|judders?) to (?:an?|its) (?:[\w-]+ )?(?:stop"
    r"|halt"
    r"|standstill|close)|(?:slams|snaps|shuts|switches|clicks|breaks|powers) (?:shut|off|down)"
    r"|loops out"
    r"|peters out|trails off|tapers off|burns (?:itself )?out|gives (?:out|up the ghost)|vanishes"
    r"|disappears|evaporates|(?<=it )dissolves(?! (?:in)?to\b)|(?:dissolves|sinks|collapses|melts"
    r"|recedes) into (?:[\w-]+ )?(?:silence"
    r"|nothing"
    r"|hum|hiss|static|air|feedback)|(?:winds|runs) down|packs up|crosses the (?:finish )?line"
    r"|goes out(?! of\b)|(?:rides|walks|heads|drifts|slips|slinks|tiptoes|floats|sails|saunters"
    r"|strolls) (?:off"
    r"|away|out|into the (?:sunset|night|dark|distance))|(?:calls|shuts up) (?:time|shop)"
    r"|turns (?:out|off) the lights?|(?:closes|shuts) the (?:door|book|lid|curtains?)"
    r"|(?:brings|drops|lowers) (?:down )?the curtain|leaves the (?:room|building|stage|floor))"
)
_ALL = (
    r"(?:it|it all|the (?:tale|story)(?= (?:is|has) (?!only|half|not\b|still|barely))"
    r"|this(?: one)?|that|which|everything"
    r"|everybody|everyone"
    r"|they|all|we|you're|we're"
    r"|the whole (?:thing|affair|show|business)"
    r"|nothing (?:more|else|further)(?= (?:is|comes|follows|sounds|remains)\b)"
    rf"|(?:the|this) (?:[\w'-]+ ){{0,3}}?(?:{WORK}|{KIND}|band|music|tape|record|disc|needle"
    rf"|reel|show"
    r"|curtain|sound|lights?|glow|fire|flame|lamp|engine))"
)
_SO = r"(?:(?!not\b|never\b|almost\b|nearly\b|barely\b|hardly\b)\w+(?:ly| all)? ){0,2}?"
WHOLE_ENDS = (
    rf"(?:\b{_ALL}(?: is|'s| has)? {_SO}(?:{_ENDS}|{_STOPS}|over\b|gone\b)(?! of\b)"
    r"|\bnothing (?:more|else|further) (?:is heard|comes|follows|sounds|is left)\b(?! of\b)"
    rf"|\b(?:the|its) {_LAST_OF} (?:[\w'-]+ ){{0,2}}?{_THING} (?:is |has )?{_SO}(?:{_ENDS}|{_STOPS}"
    r"|over|gone|past|faded|heard|sounds|rings|falls|comes|arrives)(?! of\b)"
    r"|\b(?:the|its) (?:end|last one|final one)\b(?! of (?!it|the (?:song|track|piece|music))))"
)
"""Regular expression of how a whole track is said to be over."""
# "Voice, piano and strings come to rest".
_LIST_ENDS = (
    r"\w, (?:the )?[\w -]{1,25} and (?:the )?[\w -]{1,25} (?:comes? to (?:rest|(?:an?|its|their)"
    r" (?:[\w-]+ )?(?:end|close))|end|finish|(?:fall|have fallen|are) silent)\b"
)
# "The last stretch up to 2:05".
_LAST_STRETCH = (
    r"\bthe (?:last|final|closing) (?:stretch|section|part|span|passage|(?:half )?minute|bars|leg)"
)
_THEM = (
    rf"(?: it\b(?: all)?(?! (?:up|down|back)\b)| (?:things|everything|proceedings|the lot"
    rf"|(?:the|this) (?:[\w-]+ )?(?:{WORK}|{KIND}|music|show|evening|night|story|thing)))"
)
_GONE = (
    r"(?:(?:all )?(?:out|done|gone|over|finished|home|dusted)|(?:ending|closing"
    r"|finishing|stopping|concluding|(?:coming|drawing|grinding) to (?:an?"
    r"|its) (?:[\w-]+ )?(?:stop|halt|end"
    r"|close|rest)|fading (?:out|away)|dying away"
    r"|(?:fading|vanishing|disappearing)(?=,? (?:at|by|after)? ?$))|curtain(?: down| falls)?"
    r"|lights out|doors close|credits(?: roll)?"
    r"|end of the line|closing time|game over"
    rf"|good ?night|goodbye|amen|end of (?:story|{WORK}|{KIND})|that's (?:it"
    rf"|that|all)"
    r"|(?:(?:cold|hard|dead|sudden|abrupt|full|long|slow) )?(?:stop|end|ending|finish|close"
    r"|fade(?:-?out)?|cut-?off|exit))"
)
_END = (
    rf"(?P<last>{_LAST})"
    rf"|(?P<all>\b{_ALL}(?: is|'s| has been| are|'re) {_SO}(?:over(?! the\b)|done|finished|gone"
    rf"|said"
    rf"|told|spent)\b(?! (?:twice|before|again))|\b{_ALL}(?:'s)? {_SO}(?:{_ENDS}|{_STOPS})"
    rf"|{_LIST_ENDS}|\b(?:they|all|we|both) {_SO}(?:end|stop"
    r"|finish|close|halt|wrap up|sign off|bow out|fall silent)\b)"
    rf"|(?P<them>\b(?:ends|closes|finishes|stops|concludes|caps){_THEM}"
    rf"|\b(?:shuts|cuts) it (?:off|down)|\bbrings{_THEM} (?:home|to (?:an?"
    rf"|its) (?:[\w-]+ )?(?:end|close|halt|stop)))"
    rf"|(?P<thing>\b{_THING} (?:\w+ly )?(?:ends|closes|finishes|concludes))"
)
# "The song flows in one arc up to 2:58", "and runs on to 5:47".
_RUNS_ON = (
    r"(?:runs?|go(?:es)?|carr(?:y|ies)|stretch(?:es)?|continues?|drifts?|flows?|plays?|rolls?"
    r"|moves?"
    r"|rides?|presses|pushes|keeps?)"
    r" (?:on|going|out|through|(?:on )?(?:in|as) (?:one|a single) [\w-]+(?: [\w-]+)?)"
)
# "The same ensemble carries the music through to 2:20".
_CARRIED = (
    rf"\b(?:carr(?:y|ies)|takes?|brings?|drives?|leads?|sustains?|bears?|keeps?) (?:it|(?:the"
    rf"|this) (?:[\w-]+ )?"
    rf"(?:{WORK}|{KIND}|music)) (?:(?:on|along|going|forward)(?: through)?|through"
    rf"|over [^.;:,\d]{{1,30}})"
)
TOGETHER = (
    r"(?:band|ensemble|orchestra|quartet|quintet|sextet|octet|trio|duo|group|texture|groove|forces"
    r"|players|musicians|beat and [\w' -]{1,25}|music)"
)
"""Regular expression of a word for all who play, or for all that sounds."""
_LISTED = r"[^.;:,\d]{1,45}, (?:[^.;:,\d]{1,45}, )*[^.;:,\d]{0,45}\band\b"
# "Electric piano, soft drums and upright bass go on amid the crackle", "the band plays on".
_ALL_PLAY_ON = (
    rf"^\W*(?:{_LISTED}|(?:the|this|an?) (?:[\w'-]+ ){{0,4}}?{TOGETHER}\b)[^.;:\d]{{0,70}}?"
    r" (?:go(?:es)? on|carr(?:y|ies) on|continues?|plays?(?: on)?|runs? on|keeps? (?:on|going"
    r"|playing)"
    r"|lasts?)(?: (?:playing|amid|with|over|under|in|like|unchanged|together)\b[^.;:,\d]{0,40})?"
)
# "Until the lone marimba stops".
_LONE = r"(?:only )?(?:the|an?) (?:lone|last|bare|single|solitary|final) [\w-]+(?: [\w-]+)?"
_END_BEFORE = Pattern(
    rf"(?:(?P<until>\b{_ALL} (?:does not|doesn't|never) (?:end|finish|stop|let up)s?"
    rf"|(?:\b{_ALL}|\band|, which"
    rf"|\w, (?:the )?[\w -]{{1,25}} and (?:the )?[\w -]{{1,25}}?) (?:\w+ly |then )?{_RUNS_ON}"
    rf"(?=,? ?(?:\w+ly |right |all the way )?$)|{_CARRIED}(?= (?:right |all the way )?$)"
    rf"|{_LAST_STRETCH}(?= $))"
    rf"|(?P<together>{_ALL_PLAY_ON})(?=,? ?(?:right |all the way )?$)"
    rf"|{_END}|(?P<ends>\b{_ENDS})|(?:\band |\bthen |, "
    rf"|\buntil {_LONE} )(?P<stops>(?:\w+ly )?{_STOPS})"
    rf"|(?:^\W*|[,;:] |\band |\bit's |\bit is |\bwe're )(?:and )?(?P<gone>{_GONE}))"
    r"(?P<between>(?:[:;] it(?= comes| arrives))?(?:,? [^\s;:.]+){0,5}?)[\s,:(]*$",
    re.I,
)
_END_AFTER = Pattern(
    r"[,:]? ?(?:and |then |when )?(?:there is |there's |comes |you get |it's |with |the |an? "
    r"|one |its )?(?:"
    rf"(?:{_END})"
    r"|(?P<gone>(?<!the )(?<!a )" + _GONE + r"(?=\s*(?:[.,;:!]|$)))"
    rf"|(?P<on>on (?:the|its|an?|one) {_LAST_OF} (?:[\w'-]+ ){{0,3}}?{_THING})"
    rf"|(?P<later>{_ALL} [^.;:,]{{0,50}}?\b(?:and|then) (?:\w+ly )?(?:{_ENDS}|{_STOPS})"
    r"(?=\s*(?:[.,;!]|$)))"
    rf"|(?P<farewell>[^.;:,]{{0,40}}?\b(?:says (?:good ?night|goodbye|farewell)(?! to\b)"
    rf"|runs out of"
    rf" (?:breath|road|steam)|(?:ends|closes|finishes){_THEM})))",
    re.I,
)
_MOMENT = Pattern(
    r"(?:\b(?:at|by|until|till|come|bang on|up to|(?<= on )to|(?<=through )to|(?<=going )to"
    r"|(?<=all the way )to|(?<=right )to|(?<=stretch )to"
    # "A little after the four-minute mark".
    r"|(?P<near>(?:just |a little |a bit |slightly |shortly |soon |not long |well |a few seconds )?"
    rf"(?:after|before(?= the .{{0,25}}mark| {NUMBER} minutes (?:are|have))|past|beyond|short of"
    rf"|shy of)))\s+(?:the )?"
    rf"|(?=\b(?:around|about|just|nearly|almost|(?:less|more) than|{NUMBER} seconds|half a minute"
    rf"|a (?:quarter|third) of)\b)){LENGTH}(?:[ -]mark)?",
    re.I,
)
# "Shortly before the fifth minute would be full".
_MINUTE_FULL = Pattern(
    rf"\b(?:until (?:\w+ )?)?before the (?P<nth>{'|'.join(ORDINALS)}) minute (?:is|has|would be"
    rf"|can be|could be|ends|runs out)",
    re.I,
)
_BARE = Pattern(rf"(?:(?<=[,:] )|(?<=\()|^|(?<=[.!] )){LENGTH}(?=\s*(?:[,:.)!]|$))", re.I)
_BOUND = Pattern(
    r"[;:](?!\d|\s*$| it (?:comes|arrives)\b)|\b(?:but|while|whereas|(?<!as )though|although)\b"
    r"|(?<=\d), (?:and |then )?"
    r"|\band (?=by|at)\b"
)
PLAYER = Pattern(
    r"\b(?:s?he|drum\w*|bass\w*|guitar\w*|piano\w*|organ\w*|keyboards?|synth\w*|pads?|strings?"
    r"|violin\w*|cello\w*|viola|fiddle\w*|harp\w*|flute\w*|clarinet\w*|oboe\w*|sax\w*|horns?"
    r"|trumpet\w*|trombone\w*|brass|accordion\w*|banjo\w*|mandolin\w*|marimba|vibes"
    r"|snare|kick|hi-?hats?|percussion|congas?|voices?|vocal\w*|singer\w*|choir|sopranos?|tenors?"
    r"|altos?|leads?|riffs?|melody|lines?|tempo|pulse|rubato|ritardando|accelerando|swell"
    r"|crescendo|rain|words?|lyrics?|samples?|arpeggi\w+|noise|click|metronome|feedback"
    r"|whistle\w*|pipes?|tabla\w*|sitar|kora|bells?|hook|theme|rhythm|modulation|key change"
    r"|clap\w*|siren|storm|movement|act|scene|spell"
    r"|(?:slow|fast|first|quiet|loud) (?:part|half|bit)|stretch|phase|episode|lull|calm"
    r"|argument|chase|fight|duet|exposition|development|recapitulation|(?<!full )trio)\b",
    re.I,
)
"""What sounds and is not the whole."""
# "The last chord change", "the fade begins".
_NO_END_AFTER = Pattern(
    rf" of (?:the|h[ie][sr]|this|that|each|every|its) (?!{WORK}|{KIND}|night|evening|tape|show)"
    r"| (?!(?:on|in|with|of|at|by|and|or|like|as|still|left|alone|comes?|is|just|out|a|an|the"
    r"|go|ring|die|fade|hang|fall|land|drop|after|for|from|over|under|into|around|exactly"
    r"|\w+(?<!s)s|\w+ing|\w+ly)\b)\w"
    r"|.*\b(?:begins?|starts?|approaches|sets? in)\b",
    re.I,
)
_GOES_ON = Pattern(
    r"(?!, so that\b)(?:\W*where\b|\W*(?:[\w'-]+ ){0,4}?(?:before(?! (?:you|anyone|we|one|two"
    r"|three|four|five|six"
    r"|seven|eight|nine|ten"
    r"|(?:they|it|all|everything) (?:are|is|stops?|ends?|fades?|falls?)|the \w+ minute)\b)|then"
    r"|only to|for (?:a"
    r"|one|two|four)\b"
    r"|(?:and|but) (?:(?!from\b)[\w'-]+ ){0,4}?(?:returns?|comes? back|restarts?|resumes?"
    r"|starts?|begins?"
    r"|picks up|(?:sinks|falls|drops|settles|eases|slips) back|(?:re-?)?enters?|carr(?:y|ies) on"
    r"|back in|joins?|bursts?|(?:beat|bass|drop|chorus|choir|band) (?:drops?|hits?|arrives?)"
    r"|builds?"
    r"|continues?|rebuilds?|rises?"
    r"|swells?|follows?|takes? over|(?:plays?|sings?) (?:on|alone))\b|except|save for"
    r"|leaving (?:the|only|just|h[ie][sr]|an?)\b|(?<!keeps )to (?:make|leave|give|let|reveal|an?"
    r"|one|just"
    r"|only|almost)\b|so (?:the|that|s?he|they|we|you|it)\b"
    r"|(?:sets up|makes (?:you|room|way)|catches|announces|ushers|gives way)\b"
    r"|(?:bar|but) (?:the|for|h[ie][sr])\b|for the (?!night|evening|day|band)"
    r"|with the (?:[\w-]+ )?(?:part|bit|section|verse|solo|intro)\b"
    r"|the (?:verse|chorus|bridge|solo|intro|section|first)\b"
    r"|as (?:the|s?he)\b|[^.;]*\bthe next\b|of (?:the|this|each|every|that|h[ie][sr]) (?!song"
    r"|track|piece)))",
    re.I,
)
_NEARLY = Pattern(
    r"\b(?:almost|nearly|seems? to|threatens|false|as (?:if|though)|like(?! (?:that|this)\b))\b"
    r"|\b(?:near|towards?|before|approaching|second to|next to)(?: \w+)?\W*$",
    re.I,
)
_FIRST = Pattern(r"\b(?:first|second|other|slow|fast|quiet)\b", re.I)
_UP_TO = Pattern(r"until|till|up to|to ", re.I)
_BEFORE_IT = Pattern(r"\bbefore $", re.I)
# "Half of that is over when".
_ONLY_TO = Pattern(
    r",? (?:where|when|at which|and|then|before (?!they|it|all|everything|\w+ing))\b", re.I
)
_SOME = Pattern(r"\b(?:half|most|much|part|a (?:third|quarter)) of (?:that|it|this|them)\b", re.I)
# "From the opening to the close" says nothing of the opening.
_FROM_START = Pattern(
    r"\bfrom (?:the |its |that |this )?(?:very )?(?:0:00|start|opening|beginning|outset"
    r"|first [\w-]+) "
    r"(?:right |all the way |straight )?(?:through |up )?to $",
    re.I,
)
_IN_LAST = Pattern(
    r"\b(?:for|in|into|to|over|through) (?:its|the|a) (?:last|final|closing) \w+", re.I
)
_UNTIL = Pattern(r"\b(?:until|till|to|by|before|and|when)\b\W*(?:[\w'-]+ ){0,8}$", re.I)
_DENIED = Pattern(
    r"\b(?:no|not|nothing|nobody|never|doesn't|isn't|without(?: an?)?)\b(?: \w+)?\W*$", re.I
)
_OF_ALL = Pattern(r"(?:they|every|we|the|all|both)\b", re.I)
_GONE_AND = Pattern(r"(?:,? (?:on|with|in|and|just|again|for good|\w+ly)\b.*)?", re.I)
_GONE_THEN = Pattern(
    r"\s*(?:[.,;:!)-]|$)| (?:and|with|on|after|having|like|as|flat|exactly|sharp|in an?|without)\b"
)
# "Her last note", "the flute's last note".
_OF_ONE = Pattern(r"(?:\bh[ie][sr]|\w's|s') (?:[\w-]+ )?$", re.I)
_LASTING = Pattern(r"(?<!\bfad)(?<!vanish)(?<!disappear)ing$|night$|^(?:coming|drawing|grinding)")
_IS_LONE = Pattern(rf"\b(?:{_LONE} $|only (?:the |an? )?[\w-]+ (?:is|are) left|alone\b)", re.I)
# ", then all finish": later than the moment before it.
_LATER = Pattern(r",? (?:and )?then\b", re.I)
# "At 1:40 the brass hits, and everybody stops at 2:22": the end has its own moment.
_OWN_MOMENT = Pattern(r"[^.;,]{0,30}?\b(?:at|by|around|after|until) \d{1,2}:[0-5]\d", re.I)
_NEXT = Pattern(r", (?:and|then) ", re.I)
_NAMES = (
    "until",
    "together",
    "last",
    "all",
    "them",
    "thing",
    "ends",
    "stops",
    "gone",
    "on",
    "later",
    "farewell",
)
_END_WORD = Pattern(r"\bends?\b", re.I)
# Ours: few tracks are so short; of those it is said in plain words.
_SHORTEST_S = 45.0


def end_claims(passage: Passage) -> Iterator[DurationClaim]:
    """Lengths that are told as the moment at which the whole track ends."""
    for pattern in (_MOMENT, _BARE, _MINUTE_FULL):
        for match in passage.near(TIME_WORDS, pattern):
            if _MINUTE_FULL.gave(match):
                n = ORDINALS.index(match["nth"].lower()) + 2
                low_s, high_s = 60.0 * (n - 1), 60.0 * n
            else:
                low_s, high_s = bounds_s(match)
            span = _end_before(passage, match) or _end_after(passage, match)
            if span and (high_s >= _SHORTEST_S or _END_WORD.search(passage.text, *span)):
                is_known = bool(_UNTIL.search(passage.before(span[0])))
                yield DurationClaim(*span, low_s, high_s, is_known)


def _end_before(passage: Passage, match: re.Match[str]) -> tuple[int, int] | None:
    """Words of the end before a moment: ``the last chord at 2:34``."""
    clause = _BOUND.split(passage.before(match.start(), 120))[-1]
    found = _END_BEFORE.search(clause)
    if not found or ((found["until"] or found["together"]) and not _UP_TO.match(match[0])):
        return None
    if found["together"] and (is_of_part(found["together"]) or _FIRST.search(found["together"])):
        return None
    return _checked(passage, found, match.start() - len(clause), match.end())


def _end_after(passage: Passage, match: re.Match[str]) -> tuple[int, int] | None:
    """Words of the end after a moment: ``by 2:34 it is over``."""
    found = _END_AFTER.match(passage.after(match.end(), 120))
    if not found or (_BARE.gave(match) and not (found["gone"] or found["last"])):
        return None
    if _LATER.match(found.string) or _OWN_MOMENT.match(passage.after(match.end() + found.end())):
        return None
    name = _name(found)
    if name == "last" and _NO_END_AFTER.match(found.string, found.end()):
        return None
    return _checked(passage, found, match.end(), match.end() + found.end())


def _name(found: re.Match[str]) -> str:
    groups = found.groupdict()
    return next(name for name in _NAMES if groups.get(name))


def _checked(passage: Passage, found: re.Match[str], at: int, last: int) -> tuple[int, int] | None:
    """Where the words of the end stand; none where they are of a part, denied, or of a pause."""
    name = _name(found)
    start, end = found.span(name)
    before, between = found.string[:start], found.groupdict().get("between") or ""
    before = _FROM_START.sub("", before)
    same = before.rsplit(", ", 1)[-1] if _OF_ALL.match(found[name]) else before
    if name in ("last", "ends"):
        same = _NEXT.split(before)[-1]
    if name in ("ends", "stops"):
        before, same = _IN_LAST.sub("", before), _IN_LAST.sub("", same)
    # "Before it stops at 2:05" tells when it does.
    nearly = _BEFORE_IT.sub("", same) if _END_BEFORE.gave(found) and not between else same
    if (
        is_of_part(same)
        or is_of_part(between)
        or _NEARLY.search(nearly)
        or _SOME.search(found.string)
    ):
        return None
    if _DENIED.search(before) or (name == "last" and _NO_END_AFTER.match(between)):
        return None
    if name == "gone" and not _GONE_AND.fullmatch(between):
        return None
    is_played = PLAYER.search(before) and not _IS_LONE.search(before)
    is_of_some = name in ("ends", "stops", "gone") and is_played
    if is_of_some and not _LASTING.search(found[name]):
        return None
    if (name == "last" and _OF_ONE.search(before)) or _is_not_last(passage.after(last, 60), name):
        return None
    return at + start, at + end


def _is_not_last(after: str, name: str) -> bool:
    """Whether what stands behind the moment of an end says that more follows."""
    if name == "gone" and not _GONE_THEN.match(after):
        return True
    return bool((name in ("until", "together") and _ONLY_TO.match(after)) or _GOES_ON.match(after))
