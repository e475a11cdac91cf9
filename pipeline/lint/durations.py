"""How long a text says the track is."""

import re
from collections.abc import Iterator

from pipeline.lint.endings import PLAYER, TOGETHER, end_claims
from pipeline.lint.evidence import Evidence
from pipeline.lint.lengths import (
    HEDGE,
    KIND,
    LENGTH,
    MINUTES,
    PRECISE,
    PRECISE_AHEAD,
    ROUGH,
    SIZED,
    SPOKEN,
    TIME_WORDS,
    DurationClaim,
    bounds_s,
)
from pipeline.lint.numbers import NUMBER, TEEN, TEN
from pipeline.lint.passage import Passage, extractor, right_or
from pipeline.lint.pattern import Pattern
from pipeline.lint.sections import PART, WORK, is_of_part
from pipeline.lint.till_end import TILL_END
from schemas.lint import Finding

_ALL = (
    rf"(?:{WORK}|{KIND}|recording|clip|music|it|this|which|all of it|(?:whole|entire) [\w-]+"
    r"|(?:the|this) (?:take|master|trip|ride|story|movement|whole))"
)
_IT = rf"(?:it|(?:the|this) (?:[\w-]+ )?(?:{WORK}|band|music|story)|everything|they|he|she)"
# "In 1:05, it changes key" tells when, "for two minutes he solos" of a part.
_HAPPENS = (
    r"(?:reach|chang|mov(?!es? from)|break|drop|modulat|shift|switch|speed|slow|pick|start|enter"
    r"|begin|return|stop|end|go(?:es)? (?:in)?to|com(?:e|ing)|sing|solo|stay|wait|play"
    r"|is (?:about|now))"
)
_SENTENCE = r"(?:^|(?<=[.!?;:] )|(?<=[.!?][\"')] ))\W{0,2}"
_ALL_TOLD = (
    r"(?:flat|on the (?:nose|dot|button)|door to door|end to end|in (?:all|total)|all (?:told"
    r"|in)|total|altogether|well spent"
    r"|(?:from )?(?:start|top|beginning) to (?:finish|end|tail|tip|toe|fade|bottom)"
    r"|from (?:the )?first [\w-]+ to (?:the )?last(?: [\w-]+)?)"
)
# "Its 2:22 modulation" tells when.
_NO_NOUN = (
    r"(?(clock)(?=\s*[,.;:!?)\"]|$| (?:of|and(?! \d)|with|without|but|as|it|its|the|this|that|there"
    r"|a|in|at|is|are|feels?|seems?|pass(?:es)?|go(?:es)?|fl(?:y|ies)|slips?|\w+ing|to|from|on"
    r"|by|nobody|no|not|never|long|or|so|for|like|offers?|leaves?|holds?|keeps?|ha(?:s|ve)|gives?"
    r"|contains?|makes?|takes?|moves?|runs?|hold?|say|says|belongs?|needs?|wastes?|asks?"
    r"|sounds?)\b))"
)
_LONG = r"(?:long|short|brief|tiny|concise|compact|lengthy|epic|miniature|sprawling|economical)"
# "A minute of hiss", where no seconds follow, is of a part.
_A_MINUTE = rf"(?:half )?a minute\b(?! and| [\w-]+ seconds| (?:{TEN}|{TEEN})\b)"
# "Fast, two ten".
_BPM = r"two[ -](?:ten|eleven|twelve|twenty)\b"
# "For 1:20 there is a piano, then the band arrives".
_NO_THEN = (
    r"(?![^.;]*\b(?:then|before|until|when) (?:the|any\w+|an?|its|his|her|their|it|they)\b)"
    r"(?!,? and (?:it|the)\b)"
)
_OF = r"of (?!the\b|it\b|its\b)"


def _pattern(words: str) -> Pattern:
    return Pattern(words, re.I | re.M)


_SAYS = _pattern(
    rf"\b{_ALL}(?:'s|\s+(?:\w+ly\s+)?(?:that\s+)?"
    r"(?:lasts?|runs?|clocks(?: in)?|spans?|is told in|comes in|weighs in|plays|stretches"
    r"|extends|comes to"
    r"|is|sprawls|adds up to|totals|fills|occupies|unfolds over|goes|goes on|continues|carries on"
    r"|keeps going|needs|takes(?: up| (?:us|them|him|her|me|you))?|measures|(?:lingers|hangs around"
    r"|sticks around|hums along) for))\s+"
    r"(?:for\s|at\s|in\s|out to\s|to\s|past\s|across\s|from 0:00 (?:to|until)\s)?"
    rf"\s*{LENGTH}(?P<long>,?\s+(?:(?:long|in length|in duration|{_ALL_TOLD}|from)\b|{_OF}))?"
)
# "In all 4:13 of it", "for all nine minutes", "the end of its 4:03".
_WHOLE = _pattern(
    rf"\b(?:its|(?:these|those)(?= {PRECISE_AHEAD})|all(?: of)?(?: its| the| those| these)?"
    r"|(?:the|this) (?:full|entire"
    r"|whole)"
    rf"|{WORK}'s|(?:over|in|across|during|through(?:out)?|course of|span of|rest of) the(?= \d+:))"
    rf" {LENGTH}{_NO_NOUN}"
)
# "Across 1:54 it feels", "at 76 BPM over 3:52", "ambling through 2:07 of"; "into 1:40" tells when.
_ACROSS = _pattern(
    r"\b(?:across|(?<!in )over|throughout(?: the)?|inside|\w+ing through"
    r"|(?:glide|race|drift|float|move|roll|sail|storm|barrel|tear|amble|stroll|cruise|surge|rattle"
    r"|skip|dance|march|rush|hurtle|burn|breeze|wander|rip|gallop|trot|sway)s through)"
    rf" {PRECISE}{_NO_NOUN}{_NO_THEN}"
)
_FOR = _pattern(rf"\bfor {PRECISE}(?!\w){_NO_THEN}")
# "Two chords, and eight minutes of choir".
_AND_OF = _pattern(
    rf"(?:[,:] (?:and )?|\band )(?!{_A_MINUTE}|one\b|1\b){HEDGE}{MINUTES}{ROUGH}(?= of \w)"
    r"(?![^.;]*\b(?:then|before|until|leads (?:to|into)|opens?|introduces?|sets?|starts?|begins?"
    r"|clos\w+"
    r"|follows?|pass(?:es)?|builds?|gives? way|brings?)\b)"
)
# "From the first sound until the last, that makes 3:28".
_TO_LAST = _pattern(
    r"\b(?:to|until|till) (?:the |its )?"
    r"(?:last|final|end|close|point|moment|silence)\b[^.;\d]{0,40}?,? (?:(?:that|this|it|one|there"
    r"|the (?:clock|count)) )?(?:makes?|takes?|comes? to|gives?|amounts? to|adds up to|gets?|is|are"
    rf"|lasts|spans|measures|counts?|reads|(?<=, )(?=[^.;]{{5,60}} (?:pass|go by"
    rf"|elapse)\b)) ?{LENGTH}"
)
_FROM_FIRST = Pattern(r"\bfrom (?:the |its )?(?:first|opening|start|beginning)\b", re.I)
_FIRST_TO_LAST = (
    r"from (?:the |its )?(?:(?:very )?first|opening|start|beginning)(?: [\w-]+)? (?:right "
    r"|through )*to"
    r" (?:the |its )?(?:very )?(?:last|final|end|close|finish)\b"
)
# "This waltz for orchestra and harp lasts 6:14", "a trio of two violins and a cello plays".
_GOES_ON_FOR = _pattern(
    r"\b(?:lasts|runs(?: on)?(?: for| to)?|(?:goes|plays|carries) (?:on )?for) " + LENGTH
)
_OF_WHOLE = Pattern(
    rf"^\W*(?:this|the|an?) (?:[\w'-]+ ){{0,4}}?(?:{WORK}|{KIND}|{TOGETHER}) (?:for|of|with|in|by"
    r"|from|on|played|sung)\b[^.;:\d]*$",
    re.I,
)
_ONE_SPAN = r"(?:course|span|arc|stretch|sweep|line|block|length)"
# "It flows in a single arc from 0:00 to 1:55", "the band spans the song from 0:00 to 3:27".
_IN_ONE_SPAN = _pattern(
    rf"\b(?:(?:whole|entire|full|single|one) (?:[\w-]+ )?{_ONE_SPAN}\b[^.;:]{{0,40}}?"
    rf"|(?:spans?|fills?) (?:the|this) (?:[\w-]+ ){{0,2}}?(?:{WORK}|minutes|span)"
    rf"|\beverything [^.;:]{{1,40}}?) (?:from 0:00 (?:through )?to|between 0:00 and) {LENGTH}"
)
_PATTERNS = (
    _SAYS,
    _TO_LAST,
    *TILL_END,
    _pattern(rf"(?<![\w.:]){LENGTH},? (?={_FIRST_TO_LAST})"),
    _pattern(
        rf"\b{_ALL} (?:\w+ly )?(?:lasts|runs(?: on)?|goes(?: on)?|continues|plays(?: on)?|stays"
        r"|carries on|keeps going|extends|stretches|comes in|gets)(?: to)? (?P<near>(?:just"
        r" |(?:only )?a (?:little|bit) |slightly |well |some way )?(?:past|beyond|over|short of"
        r"|shy of"
        rf"|under)) (?=the {LENGTH}[ -](?:mark|point)\b)"
    ),
    _GOES_ON_FOR,
    # "Two minutes is left well behind", "that is well past two minutes".
    _pattern(
        rf"(?<![\w.:])(?<!then ){LENGTH} (?:is|are) (?:\w+ ){{0,2}}?(?P<near>(?:well|far"
        rf"|long) (?:behind|past"
        r"|gone))\b"
    ),
    _pattern(
        rf"\b(?:that|it|this|which) is (?:\w+ )?(?=(?:well|far) (?:past|beyond|short of)){LENGTH}"
        r"(?=\s*(?:[.,;]|$))"
    ),
    # "It stays soft, over a span of ten minutes", "drifting through nine minutes in B minor".
    _pattern(
        rf"\b(?:over|in|across|within|for|through|fills|to) an? (?:[\w-]+ )?(?:span|arc|course"
        rf"|total"
        rf"|length|(?:running )?time|duration) of {LENGTH}"
    ),
    _pattern(
        rf"\b\w+ing (?:through|over|across) {LENGTH}"
        r"(?= (?:in (?-i:[A-G])|of|on|with(?:out)?|at)\b|\s*(?:[.;,]|$))"
    ),
    _pattern(rf"\bhere for {LENGTH}"),
    # "Two minutes and 54 seconds lies between the two"; a rounded length is an option.
    _pattern(
        rf"{_SENTENCE}(?!\d){PRECISE} (?:lies|falls|sits|is|comes) (?:\w+ly |just |well |far |much"
        r" |a little )*(?:between|clos(?:er|est)|near(?:er|est)?|halfway|within)\b"
    ),
    # "Two chords rocking for nine minutes".
    _pattern(
        rf"\b(?:chords|circling|cycle|round|loop) (?:[\w-]+ing"
        rf"|that \w+)(?: [\w-]+){{0,3}}? for {LENGTH}"
        rf"(?!\w){_NO_THEN}"
    ),
    _IN_ONE_SPAN,
    _pattern(
        rf"\bfrom 0:00 (?:through )?to {LENGTH}(?=[^.;:]{{0,30}} (?:as|in) (?:one|a single)"
        rf" (?:[\w-]+ )?{_ONE_SPAN}\b)"
    ),
    # "The closest fit is four minutes".
    _pattern(
        r"\b(?:closest|nearest|best) (?:fit|match|choice|answer|option|guess|figure"
        r"|value)(?: here)?"
        rf" is {LENGTH}"
    ),
    _pattern(rf"\bthe (?:right |fitting )?answer is {LENGTH}"),
    _pattern(
        r"\bthe (?:length|choice|answer|option|figure|one|value)\b[^.;,\d]{0,40}\b(?:closest"
        r"|nearest"
        rf"|best)\b[^.;,\d]{{0,40}}? is {LENGTH}"
    ),
    _pattern(
        rf"{_SENTENCE}{LENGTH} (?:is|are) (?:the |its )?(?:length|duration|running time|how long"
        r"|closest|nearest)\b"
    ),
    _pattern(
        r"\b(?:(?:over|in|across|within|throughout) (?:the course of )?(?:its|the full"
        r"|the entire|the whole)|for (?:the|its) (?:full|entire|whole)|over the course of"
        r"|in the (?:space|course) of|for an? (?:full|whole|solid)(?= [\w -]{1,20} minutes\b| \d+:)"
        # "In just under two minutes, the song says it all".
        r"|^in(?= (?:just|only|a little|under|over|barely|less|more)\b[^,.;]*,"
        rf" (?:(?:the|this) (?:{WORK}|band)|it)\b(?! {_HAPPENS})))\s+{LENGTH}"
    ),
    _pattern(
        r"\b(?:(?:duration|length|(?:running|playing|play) time|runtime|total time)"
        rf"(?:\s+of\s+(?:the|this|our)\s+(?:\w+\s+)?(?:{WORK}|recording))?"
        r"(?:\s+(?:of|is|comes to|stands at|amounts to|adds up to|reads|totals)"
        r"|\W{0,2}[:=(,-]\W{0,2})?|(?:clock|stopwatch|timer) stops at"
        rf"|\bI (?:make|time|timed|clock|clocked) it(?: at|:)?|timed at)\s*{LENGTH}"
    ),
    _pattern(
        rf"(?<![\w.:]){LENGTH}(?:,? (?:to be (?:exact|precise|picky|fussy|pedantic)|all told"
        rf"|altogether|in (?:all|total)"
        rf"(?! (?:its|the|of|but|h[ie][sr])\b))\b|[ -](?:long\b|(?:in )?length\b|duration\b"
        rf"|span\b|arc\b"
        r"|(?:running|playing|run) ?time\b|(?:(?!(?:the|this|on|in|at|to|with|for|by|and|is"
        r"|it|they|s?he|we|an|comes|brings|sees|starts|begins|opens|enters)\b)\w+[ -]){0,2}?"
        rf"(?:{WORK}|ride|blast|sprint"
        rf"|thrill|rush|slice|burst|trip|tour|dose|drama|confession|daydream|wonder|{KIND})\b))"
    ),
    _pattern(
        r"(?:\b(?:spanning|lasting|running(?: to)?|(?:clocking|weighing) in at"
        r"|(?:stretching|sprawling) (?:to|past|over|across))|(?:,|\band|\""
        r"|\b(?-i:[A-Z][\w']+)) (?:lasts|runs(?: for| to)?|(?:clocks|weighs) in at|spans"
        rf"|goes on for)|\b(?:long|short|brief) {WORK},? (?:at|of)|\b(?:{WORK}"
        rf"|{KIND}) of)\s+(?:for\s)?{LENGTH}"
    ),
    # "It's all over in two minutes", "in and out in 1:54", "told in three minutes".
    _pattern(
        rf"(?:{_SENTENCE}|[,;] |\b(?:and|all|{_ALL}(?:'s| is)) )(?:over|done|gone|through|out"
        r"|dusted|told|sung|delivered|dispatched)(?: and \w+)?(?: with)? (?:in|inside|within)"
        rf" {LENGTH}"
    ),
    # "At 4:47, it is quite long", "at 2:16 it's barely a sketch".
    _pattern(
        rf"\bat {LENGTH},? (?:(?:(?:the|this) {WORK}|it)(?:'s| is| feels| seems)(?: an?| the)?"
        rf" (?:\w+ ){{0,3}}?(?:{_LONG}(?:er(?= than\b))?|length)(?=\s*(?:[.,;:!?)]|$)| (?:for"
        rf"|than|by|enough|{WORK})\b)"
        rf"|{_IT}(?:'s| is) (?:[\w-]+ ){{0,4}}?(?:postcard|sketch|haiku|miniature|vignette"
        rf"|jam session)\b(?! of)"
        rf"|(?:{_IT}|there)\b[^,.;]{{0,20}}\b(?:(?:out|over)stays?|know(?:s|ing) when to"
        rf"|over before"
        r"|no fat|radio-friendly)\b)"
    ),
    # "It is short (1:10)", "the song (3:10) is".
    _pattern(
        rf"\b(?:(?:{WORK}|it)(?: is|'s) (?:\w+ ){{0,2}}?{_LONG}(?: {WORK})?[,:]? ?"
        r"(?:at |(?<=[,:] )|(?=just |only |barely |a mere |not )|all of |\()"
        rf"|{_SENTENCE}(?:an? )?{_LONG}(?: one)?(?:,? at |, |: | \()"
        rf"|^(?:the|this) (?:\w+ )?{WORK} \(){LENGTH}"
    ),
    _WHOLE,
    _ACROSS,
    # "In 1:50 it mourns", "it holds that mood for 3:34".
    _pattern(
        rf"(?:{_SENTENCE}|\b(?:and|but) |, )(?:in|for) {PRECISE},? (?:[^,;]{{0,40}}, )?"
        rf"(?={_IT}\b(?! {_HAPPENS})){_NO_THEN}"
    ),
    _pattern(rf"\b{_IT} (?:(?!{_HAPPENS})[\w'-]+ ){{1,8}}?(?:in|for) {PRECISE}(?!\w){_NO_THEN}"),
    # "In three minutes the song says goodbye".
    _pattern(
        rf"{_SENTENCE}in {LENGTH},? {_IT} (?!{_HAPPENS})(?=(?:manag|say|tell"
        r"|travel|mov|go(?:es)? (?:from|through)|cover|pack|cross|conjur|sketch|paint"
        r"|do(?:es)? )\w*)"
    ),
    # "Packs a lifetime into three minutes", "one idea, stretched over five".
    _pattern(
        r"\b(?:pack|cram|squeez|compress|condens|distil|fit|fold|pour|stretch|spread|dr[ae]wn?"
        r"|sp[iu]n"
        r"|trim|boil|par)(?:es?|s|ed|n?ing)? (?:[\w'-]+ ){0,6}?(?:into|over|across|(?:out|down) to)"
        rf" {LENGTH}"
    ),
    # "All this in 3:02", "at a brisk 3:02".
    _pattern(r"\b(?:all (?:this|that|of (?:it|this))|(?:no|nothing) [\w ,-]{1,30}) in " + PRECISE),
    _pattern(rf"\b(?=an? (?:{SIZED}|mere) (?:\d+:|{NUMBER} min)){LENGTH}"),
    # "You'll need four minutes", "it asks six minutes and ten seconds of you".
    _pattern(
        r"\b(?:you(?:'ll| will|'d better)? (?:need|get|have|want|spend|owe it"
        r"|be (?:\w+ )?(?:here|there)(?: for)?)|you've got|you're in for"
        r"|we get is"
        r"|makes? it|(?:give|grant|offer|ask|demand|cost|allow|hand|lend|spare|budget|promise"
        r"|steal|rob|set aside)s?(?: for| from)?(?: (?:you|us|me|itself|yourself|him"
        r"|her))?(?: of)?"
        rf"|here (?:is|are)(?=[^,.;]* (?:of|for you)\b)) "
        rf"(?={HEDGE.replace('?P<hedge>', '?:')}(?:\d+:|(?!one\b"
        rf"|1\b){NUMBER}(?: and a half)? min)){LENGTH}{_NO_NOUN}{_NO_THEN}"
        r"(?! (?:in|into|later|earlier|ago|before|until|at|from|to (?:learn|decide|play|read"
        r"|write))\b)"
    ),
    # "Four minutes and nine seconds go by like a daydream", "two minutes six and you're home".
    _pattern(
        rf"{_SENTENCE}(?!{_A_MINUTE}){LENGTH},? (?:and (?:you|we|I)(?:'re|'m|'ve| are| have)"
        r"(?= (?:back|out|home|done|gone|through|finished|over)\b)"
        r"|and (?:\w+ \w+ )?(?:every|not a) (?:second|one|moment)"
        rf"|later,? (?:it|the (?:{WORK}|music|band))(?:'s| is| has) (?:\w+ )?(?:over|gone|done"
        r"|flown|ended|left)"
        r"|(?:go(?:es)?|pass(?:es)?|fl(?:y|ies)|slips?|rush(?:es)?|drifts?|rolls?|tick|glides?"
        r"|races?|whirls?|flash(?:es)?|floats?|melts?|vanish(?:es)?|disappears?"
        r"|evaporates?) (?:by|past"
        rf"|away|like|quickly|unnoticed|too|in a|so)|(?:feels?|seems?) (?:like|longer"
        rf"|shorter))\b{_NO_THEN}"
    ),
    # "At -9.4 LUFS and just under four minutes", "at 4:53 and -9.4 LUFS".
    _pattern(rf"\bat [^,;.]{{0,20}}\d(?:\.\d)? (?:LUFS|BPM|LU)(?: and|,) (?:at )?{LENGTH}(?= ?,)"),
    _pattern(rf"\bat {PRECISE} and [^,;.]{{0,25}}?\d(?:\.\d)? (?:LUFS|BPM|LU)\b"),
    _AND_OF,
    # "A shade under two-fifty.", "just under 3:30, and every second counts".
    _pattern(
        rf"{_SENTENCE}(?=(?:an? (?:shade|hair|touch|tad|bit|little)|just|well|barely|nearly|almost"
        rf"|under|over|about|around|roughly|only) )(?!around |about ){LENGTH}"
        r"(?=\s*(?:[.!]|$)|, (?:and (?!the|an?|then|h[ie][sr])|but (?!the|an?|then|h[ie][sr])|with"
        r"|no|not|all|every|from|including)\b"
        r"| (?:on|of|with|without|for)\b)"
        r"(?![^.;]*\b(?:then|before|until|leads?|opens?|introduces?|sets?|starts?|begins?|follows?"
        r"|pass(?:es)?|builds?|gives? way|brings?)\b)"
    ),
    # "Round and round for eight and a half minutes".
    _FOR,
    # "Three minutes and twelve seconds, sweaty, defiant", "nine minutes without a pulse".
    _pattern(
        rf"{_SENTENCE}(?:(?:just|only|all of) )?(?!{_A_MINUTE}|{_BPM}){HEDGE}(?:{MINUTES}"
        rf"|{SPOKEN}){ROUGH}"
        r"(?= (?:of|without|between|well spent|(?:is|are) (?!(?:when|where|the|spent|how|in)\b)\w+"
        r"|and (?:out|done|gone|over|it's|not|no)|long)\b|\s*(?:[.!]|$|:(?! (?:the|an?|s?he|they"
        r"|in)\b))"
        r"|, (?!(?:and )?(?:then|the|an?|suddenly|here|there|now|still|back|she|he|they|in|into"
        rf"|when|after|as|(?:{NUMBER}) min\w+)\b))"
        r"(?![^.;]*\b(?:then|before|until|leads?|opens?|introduces?|sets?|(?<!the )starts?|begins?"
        r"|clos\w+"
        r"|follows?|pass(?:es)?|builds?|gives? way|brings?)\b)"
    ),
    # "Three twenty-three, all told", "7:27 of held breath".
    _pattern(rf"(?:{_SENTENCE}|, ){LENGTH},? {_ALL_TOLD}\b"),
    _pattern(rf"\b{_ALL_TOLD},? {LENGTH}(?=\s*(?:[.!;]|$))"),
    _pattern(rf"{_SENTENCE}{PRECISE}(?= of\b)"),
    # "Seventy-eight seconds of salon music:".
    _pattern(
        rf"{_SENTENCE}(?={NUMBER} seconds of\b){LENGTH}"
        r"(?![^.;]*\b(?:then|before|until|leads?|opens?|introduces?|starts?|begins?|clos\w+)\b)"
    ),
    # "Motet for mixed choir, 8:32."; "a late blues miniature, 1:33 at 140 BPM".
    _pattern(
        rf"{_SENTENCE}(?:[\w'-]+ ){{0,3}}?(?:{WORK}|{KIND})(?: (?:for|in|of"
        rf"|with) [^.,;:]{{1,25}})?,"
        rf" (?=\d){LENGTH}(?=\s*(?:[.!]|$)| at \d|,(?! (?:the|when|where|then)\b))"
    ),
    # "This 2:05 loop", "the 3:27 closes on a long G".
    _pattern(
        rf"\b(?:the|this) (?=\d+:){LENGTH}(?= (?:(?:side|cut|take|cue|ride) )?(?:ends|closes"
        r"|finishes|concludes)\b|(?<=this \d:\d\d) loop\b)"
    ),
    _pattern(rf"{_SENTENCE}{LENGTH}(?=, (?:recorded|mastered|mixed|pressed)\b)"),
    _pattern(rf"(?:\"|\b(?-i:[A-Z][\w']+)) is {PRECISE}(?= of\b)"),
    # "Four guys, one chord, seven and a half minutes."
    _pattern(
        rf"(?<=[\w'\"][,:] )(?!{_A_MINUTE}|{_BPM}){HEDGE}(?:{MINUTES}|{SPOKEN}){ROUGH}"
        r"(?=(?: of (?:both|it|that|this|them|nothing else))?\s*(?:[.!]|$|, no\b|:(?= [A-G]\b)))"
    ),
)
_IS = Pattern(r"^\w+(?: \w+)?(?: (?:\w+ly )?is\b|'s )", re.I)
_WHICH_OF = Pattern(r"which\b.* of $", re.I)
_IS_ELIDED = Pattern(r",|(?:and|it|which)\b", re.I)
_CLAUSE_ENDS = Pattern(r"\s*(?:[.,;()]|$|and\b|which\b|(?:in|at) \d+ bpm)", re.I)
# "It takes a minute before the drums come in"; "with the urgency of a two-minute song".
_NOT_ALL_AFTER = Pattern(
    r"\s+(?:before(?! it (?:loops|repeats|ends|stops|is over)\b)|until|till|for (?:the|it)|into"
    r"|to (?:reach|get|arrive|build|warm|start|begin|enter|change(?! your)|come|appear|settle"
    r"|find|introduce"
    r"|move|hear|set|kick|show|wake|make (?:its|h[ie][sr]) entrance|notice|become|turn|open|lift)"
    r"|(?:at|from) (?:the )?(?:start|beginning|opening)"
    # "A mere two minutes in, it peaks"; "a two-minute workout opens it".
    r"|in(?=\s*[,.;:]|$| (?:and|before|when|the|it|he|she|they)\b)"
    r"|(?:of [\w-]+ |[\w-]+ )?(?:opens?|follows?|underpins?|sets? the (?:scene|stage|mood)"
    r"|sits? in)\b"
    r"|[^.;,]{0,40}?\b(?:opens|closes|ends|starts|begins|introduces) (?:it|(?:this"
    r"|the) (?!album|record))"
    r"|(?:and|but|then|only to) (?:\w+ ){0,2}?(?:returns?|comes back|restarts?|resumes?))\b",
    re.I,
)
_LESS_AFTER = Pattern(
    rf"[ -](?:(?:mark|point|(?:of )?(?:silence|feedback|tape hiss|rain))\b|(?:of (?:the |its "
    rf"|an? )?)?(?:[\w-]+ )?{PART}\b)",
    re.I,
)
_END_TO_END = Pattern(r"\bfrom (?:the )?first [\w-]+ to (?:the )?last(?: [\w-]+)?", re.I)
# "The pads hold for 1:20", "it waits for 2:05".
_FOR_LESS = Pattern(
    rf"\b(?:{_HAPPENS}\w*|hold\w*|last\w*|alone|silen\w*|paus\w*|rest\w*|linger\w*)\b", re.I
)
_OF_BAR = Pattern(r"\b(?:to|in|per) (?:(?:the|each|every|an?) )?(?:bar|measure)\b", re.I)
# "This piano solo lasts 2:54".
_EACH = Pattern(r"\b(?:each|apiece)\b(?! of the \w+ minutes)", re.I)
_IS_SOLO = Pattern(r"\bthis (?:[\w-]+ ){0,3}solo\b", re.I)
_OPENS = Pattern(r"\b(?:open|begin|start|end|clos|first|then|after|before|follow)\w*\b", re.I)
_COMPARED = Pattern(r"\b(?:the \w+ of|like|about|sings? of) an? $", re.I)
_LENGTH_BEFORE = Pattern(r"\b(?:length|duration)\b[^.;]*$", re.I)
_OF_THE = Pattern(r"\bof (?:the|this) $", re.I)
# Ours: few tracks are so short; of those it is said in plain words.
_BRIEF_S = 45.0
_OF_BRIEF = Pattern(
    rf"\b(?:lasts?|lasting|runs?|is|long|length|duration|runtime|time|{WORK}|clip)\b|'s ", re.I
)
_OF_LESS = Pattern(
    r"\b(?:break\w*|chord(?!s\b)|note|bar|(?<!:\d\d )loop|(?:final|last) drone|fade|tail"
    r"|build\w*|drop"
    r"|phrase|sample"
    r"|window|segment"
    r"|(?<!the )(?<!this )clip|riff|silence|pause|echo(?:e|\b)|reverb|delay|decay|feedback"
    r"|crescendo"
    r"|(?<!jam )session|demo|(?<!this )(?:live|album|original|extended|other|another) (?:version"
    r"|mix"
    r"|edit))s?\b"
    r"|\b(?:the|another) original\b",
    re.I,
)


@extractor
def duration_claims(passage: Passage) -> list[DurationClaim]:
    """What a text says of the length of the whole track."""
    found: list[DurationClaim] = []
    for pattern in _PATTERNS:
        for match in passage.near(TIME_WORDS, pattern):
            claim = _claim(passage, match)
            if claim and not claim.touches(found):
                found.append(claim)
    found += [each for each in end_claims(passage) if not each.touches(found)]
    return found


def check_durations(passage: Passage, evidence: Evidence) -> Iterator[Finding]:
    """Stated lengths against the measured one."""
    duration_s, slack_s = evidence.facts.duration_s, evidence.limits.duration_slack_s
    fact = f"The track lasts {duration_s:.1f} s."
    for claim in duration_claims(passage):
        known = claim.is_taken_as_known
        if passage.is_set_aside(
            passage.sentence(claim.start)[0] if known else claim.start, claim.end
        ):
            continue
        is_right = claim.low_s - slack_s <= duration_s <= claim.high_s + slack_s
        yield passage.finding(claim, "duration", right_or("wrong_duration", fact, is_right))


def _claim(passage: Passage, match: re.Match[str]) -> DurationClaim | None:
    # "The pace is steady, which is eight minutes of progress".
    is_long = _SAYS.gave(match) and match["long"] and not _WHICH_OF.match(match[0])
    is_said_to_be = _SAYS.gave(match) and not is_long and _IS.search(match[0])
    if is_said_to_be and not _is_bare(passage, match):
        return None
    after = passage.after(match.end(), 40)
    if _NOT_ALL_AFTER.match(after) or _LESS_AFTER.match(after):
        return None
    told_before = passage.before(match.start())
    is_other = _GOES_ON_FOR.gave(match) and not _OF_WHOLE.search(told_before)
    if is_other or _COMPARED.search(told_before):
        return None
    # What "and lasts" and "it lasts" are said of stands before the clause.
    before = passage.before if _IS_ELIDED.match(match[0]) else passage.clause_before
    around = _END_TO_END.sub(" ", f"{before(match.start())} {match[0]}")
    around = _OF_BAR.sub(" ", around)
    around = _IS_SOLO.sub("this piece", around)
    is_of_some = _FOR.gave(match) and (PLAYER.search(around) or _FOR_LESS.search(around))
    if is_of_some or _EACH.search(around):
        return None
    if _AND_OF.gave(match) and _OPENS.search(told_before):
        return None
    # "Its bridge, two minutes long".
    is_apposed = passage.text.endswith(", ", 0, match.start("hedge"))
    subject = told_before if is_apposed else around
    if _AND_OF.gave(match):
        subject = around = match[0]
    if not _is_of_all(passage, match) and (is_of_part(subject) or _OF_LESS.search(around)):
        return None
    low_s, high_s = bounds_s(match)
    if high_s < _BRIEF_S and not _OF_BRIEF.search(match[0]):
        return None
    is_known = _WHOLE.gave(match) or _ACROSS.gave(match) or " its " in match[0]
    return DurationClaim(*match.span(), low_s, high_s, is_known)


def _is_of_all(passage: Passage, match: re.Match[str]) -> bool:
    """Whether its own words say that a length is that of the whole."""
    is_end_to_end = _TO_LAST.gave(match) and _FROM_FIRST.search(passage.before(match.start()))
    return bool(is_end_to_end or _WHOLE.gave(match) or re.search(r"(?<!\d)0:00", match[0]))


def _is_bare(passage: Passage, match: re.Match[str]) -> bool:
    """Whether ``the track is 3:05.`` is all that is said, and not ``the key of the track is``."""
    is_which = match[0].lower().startswith("which")
    is_length = _LENGTH_BEFORE.search(passage.before(match.start()))
    is_told = is_length or match["clock"] not in (None, "0:00") or not is_which
    is_end = is_told and _CLAUSE_ENDS.match(passage.text, match.end())
    return bool(is_end) and not _OF_THE.search(passage.before(match.start()))
