"""Patterns of time signatures, counted beats and other words for a metre."""

import re

from pipeline.lint.pattern import Pattern
from pipeline.lint.predicates import IS
from pipeline.lint.sections import WORK

_SMALL = "two|three|four|five|six|seven|nine|ten|eleven|twelve|thirteen|fifteen"
UNDER = {"two": 2, "four": 4, "eight": 8, "sixteen": 16}
SIGNATURE = Pattern(r"(?<![\d/.,])(?P<n>\d{1,2})/(?P<d>2|4|8|16)(?![\d/]|\.\d)")
SPELLED = Pattern(
    rf"(?<!\w-)\b(?P<n>{_SMALL})[- ](?:(?:over|by)[- ])?(?P<d>two|four|eight|sixteen)\b"
    r"(?![- ](?:bar|chord|to|beat|track|piece|part))",
    re.I,
)
# "Till three-sixteen" is a time.
TIME_OF = Pattern(r"\b(?:at|till|until|by|from|past|after|before|around|about|since|to) $", re.I)
METRE_IS = Pattern(r"\b(?:time signature|met(?:re|er)) is $", re.I)
SPELLED_WITH = Pattern(
    r"\s*(?:time|metre|meter|signature|groove|feel|riff|beat|pulse|rhythm|pattern|swing"
    r"|shuffle|lilt|\W|$)",
    re.I,
)
# "Three crotchets to the bar", "four slow steps in the bar".
_BEAT = (
    r"beats?|crotchets?|quarters|quarter[- ]notes?|pulses?|counts?|steps|strokes|taps|thumps|knocks"
    r"|clicks|thuds"
)
EIGHTHS = Pattern(r"\b(?:6|9|12)/8|\b(?:six|nine|twelve)-eight\b", re.I)
_KIND = rf"(?:(?!(?:of|the|on|and|or|in|to|eighth|half|{_SMALL})\b)[a-z-]+(?<!s),? )"
BEATS = Pattern(
    rf"\b(?P<n>\d{{1,2}}|{_SMALL})(?:[ -]|,? {_KIND}{{1,2}}?)"
    rf"(?:{_BEAT})[ -](?:(?:to|per|in|for|of|inside|within) )?"
    r"(?:the |a |an |one |each |every |any )?(?:bar|measure|metre|meter|cycle)s?\b"
    rf"|\b(?:each|every|the|a|one|its|whose) (?:bar|measure|metre|meter)s? (?:(?:still|always|all"
    r"|each|must) )?(?:has|have|having|runs? to|comes? to|carr(?:y|ies)|(?:is|are)(?= \w+ beats"
    r" long)"
    r"|holds?|holding"
    rf"|contain(?:s|ing)?|consist(?:s|ing)? of|represent(?:s|ing)?|lasts?|lasting"
    rf"|(?:(?:is|are|being) )?(?:made up|built) of|(?:(?:is|are) )?(?:divided|split|grouped) into"
    rf"|counts) (?:exactly |for )?"
    rf"(?P<n2>\d{{1,2}}|{_SMALL}) (?:(?:\w+ )?(?:beats|pulses|counts|crotchets|quarters"
    rf"|quarter[- ]notes)|equal (?:parts|segments))\b"
    # "Room between each of the four beats", "round its five beats".
    rf"|\b(?:(?:each|every one|all) of|(?:round|around|over|across|through))"
    r" (?:the|its|those|these|all)"
    rf" (?P<n10>{_SMALL}) (?:\w+ )?beats\b(?! (?:before|of (?!(?:the|each|every|a) (?:bar"
    rf"|measure))))"
    rf"|\b(?:the|its|these|those|all) (?P<n11>{_SMALL}) (?:\w+ )?beats (?:go|pass|roll|turn|swing"
    r"|sway|flow|glide|spin)\b"
    rf"|\b(?P<n6>\d{{1,2}}|{_SMALL}) beats(?:, \w+,)? (?:make(?: up)?|fill|form|(?:go"
    rf"|fit) (?:in)?to) (?:each|every"
    rf"|an?|the) (?:bar"
    rf"|measure)\b"
    # "Four to the bar", "three in a bar", but not boogie-woogie's eight.
    rf"|(?<!or )\b(?P<n7>[2-7]|{_SMALL})(?: of (?:them|these))?[ -](?:to|in|per)[ -](?:(?:the"
    rf"|an?|each|every)[ -])?"
    r"(?:bar|measure)\b(?! lines?)"
    rf"|\b(?:on|(?:hit|mark|sound|hammer|play)s?"
    rf"|stress(?:es)?) all (?P<n8>{_SMALL})(?: of the)? beats\b(?! (?:before|of (?:the|its) (?!bar"
    rf"|measure)))"
    rf"|(?:\b(?:in|into|of|on|from|has|counts?|leav(?:es|ing)|makes|gives) |^"
    rf"|(?<=[.;:] ))(?:(?:steady|even|long|short"
    rf"|slow) )?bars of (?P<n9>[2-7]|{_SMALL})(?=[,.;:!]|$| (?:and|with|throughout)\b)"
    rf"|\b(?:bar|measure)s of (?P<n3>\d{{1,2}}|{_SMALL}) beats\b"
    rf"|\b(?P<n5>\d{{1,2}}|{_SMALL}) quarter[- ]notes? (?:beats )?"
    r"(?:per|(?:in|to) (?:a|an|each|every|the)) (?:bar|measure)\b"
    # "The metre is 6", "a metre of 6".
    rf"|\b(?:metre|meter|time signature)(?: of the \w+)?(?: is|:| of)(?: in)?"
    rf" (?P<n4>\d{{1,2}}|{_SMALL})(?![\w/:-]|\.\d|\s?/"
    r"|[ -](?:four|eight|sixteen|two|minutes|seconds))",
    re.I,
)
# A count ends with its number: "a beat of 3 and", but not "a beat of two drums", "on two and four".
_ENDS = (
    rf"s?(?: beats?| counts?)?(?!,? (?:(?:and|or) )?(?:{_SMALL})\b)"
    r"(?=\W*$|[.,;:!)](?!\d)| (?:and|with|at|in|to|from|while|as|that|which|throughout|until|during"
    r"|fits|works|lets|brings|again|all|along|before|beneath|under|each|every|for|like|over|the"
    r"|through|without"
    r"|per (?:bar|measure)"
    r"|(?:mak|giv|creat|allow|provid)\w+)\b)"
)
_HOW = (
    r"(?:(?!(?:not|no|instead|rather|on|by|for|about|all|the|every|between|one|made|mix|split|two"
    r"|three|four)\b)"
    r"[\w-]+,? ){0,4}?"
)
_OTHER_DIGITS = (
    r"(?![\w:/%]|\.\d| (?:or|times|bars?|measures?|minutes?|seconds?|drums?|drummers)\b)"
)
# "A 3-beat rhythm", "a steady four-count", "the beat is a steady 2", "it counts to 4".
COUNTED = Pattern(
    rf"(?<![\w.:/-])(?P<n>\d{{1,2}}|{_SMALL})[ -](?:beats?|counts?)[ -](?:counts?|beats?|rhythms?"
    r"|patterns?|structure|cycle|pulse|tempo|time|grooves?|feel|sway|lilt|swing|lope|gait"
    r"|met(?:re|er)|measures?|bars?|strides?|steps?|strut|swagger|stomp|walk|trot|march|shuffle"
    r"|gallop|tread|plod|lurch|limp|bounce|canter|stalk|sashay|thump|throb|churn|grid|frame|song"
    r"|piece|track|tune|music|dance|grouping|motion|waltz)\b"
    rf"|\b(?:an?|one)(?: (?!after|for)\w+,?)?? (?P<n2>\d{{1,2}}|{_SMALL})[ -](?:beat|count){_ENDS}"
    rf"|\b(?:beat|(?<!the )counts?|lilt|sway|gait|tread|stride|grouping)(?: counts?)? of"
    rf" (?:an? )?(?:\w+ )?(?:(?P<n3>{_SMALL}){_ENDS}"
    rf"|(?P<n4>\d{{1,2}}){_OTHER_DIGITS})"
    rf"|\b(?:beat|pulse|rhythm|(?:count|grouping) that (?:fits"
    rf"|works))(?: count)?{IS} {_HOW}(?P<n5>\d{{1,2}}|{_SMALL}){_ENDS}"
    rf"|\b(?:beats? counts?|count(?:s|ed|ing)?(?: off| up| only)?"
    rf"(?: (?:the|each|every) (?:beats?|bars?|measures?))? (?:to|in|till)(?: (?:an?|the) )?"
    rf"(?: ?\w+)?(?: of)?) (?P<n6>\d{{1,2}}|{_SMALL}){_ENDS}",
    re.I,
)
# "I count to four again and again."
COUNTS_ON = Pattern(
    r" (?:again|over|along|with|all|throughout|in (?:each|every|a)"
    r"|(?:and|then) (?:starts?|begins?|back)"
    r"|before (?:the|each|every|a) (?:\w+ )?(?:stress|accent|downbeat|next|one\b|cycle|pattern|bar)"
    r"|from (?:the )?(?:first|start|beginning))\b",
    re.I,
)
# "He counts to four, and the band comes in."
COUNTS_IN = Pattern(
    r"\b(?:I|you|we|s?he|they|singer|vocalist|drummer|voice|some(?:one|body)|man|woman|speaker|band"
    r"|stick\w*|after)\b"
    r"(?:(?!\b(?:beat|rhythm|song|track)\b)[^.;]){0,40}$",
    re.I,
)
_MOVES = (
    r"(?:(?:mov|sway|rock|roll|swing|stroll|lop|limp|lilt|danc|march|strut|waltz|shuffl|bounc"
    r"|stomp|trot|glid|lurch|stumbl|driv|groov|walk|rid|puls|turn|spin|sail|skip|tick"
    r"|tiptoe|tumbl)(?:e?s|ing|e)"
    r"|goes|runs|sits|stays|sway|swing|rock|lilt|march|waltz|dance)"
)
_GAIT = (
    r"(?:lilting|lazy|swaying|rocking|rolling|swinging|swung|loping|limping|waltzing|shuffling"
    r"|nimble|lopsided|off-kilter|tricky|jagged|skipping|galloping|driving|bouncing|bouncy|graceful"
    r"|tender|wonky|jerky|tumbling|stately|steady|straight|strict|square|plain|simple|even|brisk"
    r"|slow|quick|fast|gentle"
    r"|easy|relaxed|heavy|light|deep|firm|loose|tight|unhurried|leisurely|medium|cosy|calm|patient"
    r"|broad|lively|sturdy|clear|regular|dancing|marching|walking|pulsing)"
)
_NUM = rf"(?P<n>[2-7]|{_SMALL})"
_AFTER_COUNT = (
    rf"(?! (?:and |or )?(?-i:an? ))(?!,? (?:and |or )?(?:{_SMALL}\b|\d))"
    r"(?=[,.;:!)](?!\d)| (?:throughout|even|and|but|with|from|over|under|beneath|underneath|below"
    r"|rather than"
    r"|not|if|though|while|because|so|here|now|until|till|all (?:the|through|along)|along|again"
    r")\b| at (?:\w+ ){0,3}?\d| in (?-i:[A-G])\b|\s*$)"
)
FELT = Pattern(
    # "It sways in three", "118 BPM, in three", "in a lazy three", "In four, with brushes".
    rf"(?:\b(?:felt|counted|count|(?<!drummer )(?<!he )counts|playing|played"
    rf"|conducted|written|{_MOVES}"
    rf"|is|it's|pulses?"
    rf"|(?:{_MOVES}|play|count|feel|take) (?:it|this|everything)|beats?|time|groove|song"
    r"|track|piece|bpm|minute|(?<![:.\d])\d{2,3}"
    r"|riff|gospel|pop|house|techno|funk|punk|soul|chant|blues|folk|rock|jazz|soul|ballad|tune"
    r"|number|shuffle|vamp|ostinato|pattern|waltz"
    r"|rhythm|drums|music|metal|prog|lullaby|hymn|one|kick|snare|band|of it)"
    rf"(?: along| on| away| by| past| round| around| under(?:neath)?| beneath| below| together"
    rf"| \w+ly)?,? in|, (?:and )?in"
    r"|\b(?:in|on|to|with|over|into|it's|is|plays|keeps|holds|counts?|beats|taps?) an?"
    rf" (?:{_GAIT},? ){{1,2}}|\b(?:in|it's|just|only) (?:{_GAIT},? ){{1,2}}"
    rf"|(?:^|(?<=[.!?;:] ))(?:all )?in|(?:(?<=minute, )|(?<=bpm, ))(?:{_GAIT},? ){{1,2}}"
    rf"|(?:^|(?<=[.!?;:,] ))an? (?:{_GAIT},? ){{1,2}}"
    rf"|\b(?:metre|meter|time|count|pulse|beat),? an? (?:{_GAIT},? ){{1,2}})"
    rf" ?(?:firmly |clearly )?{_NUM}{_AFTER_COUNT}"
    rf"|\bit's (?:all )?(?P<n2>{_SMALL}) (?:all (?:the way|through)|throughout)\b",
    re.I,
)
NO_COUNT = Pattern(
    r"(?:\b(?:split|cut|broken|breaks?|fold\w*|divid\w+|over|done|finish\w*|gone|torn|halved|sung"
    r"|sings?|comes?|arrives?|one|nine|told|falls?|falling|form|shape|out|back|harmon\w+),? in"
    r"|\bcount\w* (?:us|me|them) in,? in) $",
    re.I,
)
# "A frame drum marks three", "I'm counting four": of music that is spoken of in numbers.
MARKED = Pattern(
    rf"\b(?:drums?|kick|snare|foot|feet|toes?|hands?|claps|tambourine|brushes|hats?|beat|bass"
    rf"|rhythm|metronome|groove|pulse) (?:\w+ly )?(?:marks?|counts?|taps?|ticks?|beats?"
    rf"|says?|keeps?|pats?|stamps?|states?|pounds?|stomps?|thuds?|lays? down|spells?)"
    rf"(?: out)? (?:an? )?(?:{_GAIT},? )?{_NUM}{_AFTER_COUNT}",
    re.I,
)
I_COUNT = Pattern(
    rf"\b(?:I(?:'m| am|'d| keep)?|you(?:'re|'d| can)?|we(?:'re)?|my (?:foot|toe|hand)|one) "
    rf"(?:still |only |can )?(?:count|counting|tap|taps|tapping|feel|hear)(?: it as| out|"
    rf" (?:it|this) in)? (?:an? )?(?:{_GAIT},? )?{_NUM}{_AFTER_COUNT}"
)
OF_TIME = Pattern(
    r"\b(?:waltz\w*|bpm|beats?|bars?|measures?|met(?:re|er)|pulse|time|tempo|march|\d{2,3})\b", re.I
)
_METRE = r"(?:metre|meter|time|pulse|feel|lilt|beat|count|rhythm|sway|step|tread|gait|swing|motion)"
# "Six quavers to the bar": those that are no half of a bar of four.
QUAVERS = Pattern(
    r"\b(?P<n>five|six|seven|nine|twelve|5|6|7|9|12) (?:\w+ )?(?:quavers|eighths|eighth[- ]notes)"
    r" (?:to|in|per|fill|make) (?:(?:the|a|an|each|every|one) )?(?:bar|measure)\b"
    r"|\b(?:bars?|measures?|cycle|groove|riff|metre|meter)\b[^.;]{0,30} (?:on|in|of|has|holds"
    r"|counts) (?P<n2>five|six|seven|nine|twelve|5|6|7|9|12) (?:\w+ )?(?:quavers|eighths"
    r"|eighth[- ]notes)\b",
    re.I,
)
# "One-two-three, one-two-three", "straight fours", "seven beats and round again".
SPOKEN = Pattern(
    r"\b(?P<one>one(?:-two-three(?:-four(?:-five(?:-six(?:-seven)?)?)?)?))(?!-)\b"
    r"|\b(?:straight|steady|even|plain|square|strict|lilting|swung|counted?|counts|moves|goes"
    r"|grouped|runs|rolls|felt)(?: (?:along|on|out))?(?: in)? "
    r"(?P<many>twos|threes|fours|fives|sixes|sevens)\b"
    rf"|(?:^|(?<=[.;:] ))(?P<beats>{_SMALL}) (?:\w+ )?beats(?: and)?,? (?:and )?(?:then )?"
    r"(?:it |we |you )?(?:round|around|again|repeat\w*|starts? over|back)\b",
    re.I,
)
# "Grouped three plus two": not three, three and two in a bar of four.
PLUS = Pattern(
    r"\b(?:bars?|beats?|pulse|rhythm|metre|meter|group(?:ed|ing)|phrased|counted|felt"
    r"|groove|cycle)\b"
    r"[^.;:]{0,25}? (?P<sum>(?:two|three|four|[234])"
    r"(?:(?: plus | ?\+ ?)(?:two|three|four|[234])){1,3})\b",
    re.I,
)
# "Three plus two in the clave" are the strokes of two bars of four.
CLAVE = Pattern(r"\bclave\b", re.I)
# "One-two-three-four!" before the music.
COUNTED_IN = Pattern(
    r"\b(?:shouts?|yells?|calls?|barks?|counts? (?:us |it |them |the band )?(?:in|off)|count-?(?:in"
    r"|off)|sticks?)\b|-(?:two|three|four),? (?:and )?(?:the band|off we|we're off|it's off)\b",
    re.I,
)
# "The pulse can be counted in sixes", "the beats fall into groups of three"; lines and phrases may
# come in fours.
GROUPED = Pattern(
    r"(?:\bcan (?:be )?(?:\w+ly )?)?\b(?:count(?:s|ed|ing)?|beats?|puls(?:es?|ing)|tap(?:s|ped"
    r"|ping)?|met(?:re|er)|stress(?:es)?"
    r"|accents?|strokes)\b(?:(?!\b(?:might|may|could|would|cannot|not|never|than)\b)[^.;:,]){0,40}?"
    r"\b(?:in|into|by)(?: [a-z]+ly| [a-z]+ing)?"
    rf"(?: {_GAIT})? (?:(?P<many>twos|threes|fours|fives|sixes|sevens)"
    rf"|(?:an? )?(?:group|set|unit|cell|pattern|cycle)s? of (?P<beats>[2-7]"
    rf"|{_SMALL})(?: (?:beats|pulses|counts))?)\b"
    r"(?! (?:over|against(?! (?:a|the) clock)|across|bars?|notes?|chords?|measures?)\b"
    r"|, my \W?one\W? (?:soon |quickly )?(?:slides|slips|drifts|falls)\b"
    r"| (?:leads? nowhere|gets? (?:(?:me|us|you|one) )?nowhere|fails|breaks|does not|doesn't"
    r"|never|will not|goes wrong|falls apart)\b"
    rf"|,? (?:and|or|then) (?:twos|threes|fours|fives|{_SMALL})\b)",
    re.I,
)
# "The stress falls on every third tap"; the snare falls on every second beat of four.
EVERY_NTH = Pattern(
    r"\b(?:stress(?:es)?|accents?|emphasis|weight|downbeats?|it|one|(?:strong|heavy|stressed"
    r"|accented) (?:beat|one|tap|stroke))\b(?:(?!\bnot\b|n't)[^.;:,]){0,30}?"
    r" (?:on |with |after )?(?:every|each) "
    r"(?P<nth>third|fourth|fifth|sixth|seventh) (?:beat|tap|pulse|count|step|stroke)\b"
    # "The stress returns after every six beats", "the bass stresses each group of three".
    r"|\b(?:stress(?:es)?|accents?|emphasis|weight|downbeat|(?:strong|heavy|stressed"
    r"|first) (?:beat|one|tap"
    rf"|stroke)|first(?= of (?:every|each)))\b(?:(?!\bnot\b|n't)[^.;:,]){{0,40}}? (?:(?:every"
    rf"|each|first of(?: the)?) (?P<n>(?!two\b)(?:{_SMALL})) (?:\w+ )?(?:beats|taps|pulses"
    rf"|counts|steps|strokes)\b|(?:each|every) (?:group|set|unit|cell) of (?P<n2>{_SMALL})"
    r"(?=[.,;]|$| (?:beats|taps|pulses|afresh|anew|again|beneath|under\w*)\b))",
    re.I,
)
# "A waltz would put the accent on every third beat".
SUPPOSED = Pattern(r"\b(?:would|could|might|in an? (?:waltz|march|minuet))\b[^.;:]*$", re.I)
NTH = {"third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7}
_STRESS = (
    r"(?:stress|accent|downbeat|emphasis|weight|first beat|(?:strong|heavy|stressed|accented)"
    r" (?:beat|one|tap|stroke|pulse))"
)
# "From one downbeat to the next there are seven taps", "four taps pass before the heavy one".
BETWEEN = Pattern(
    rf"\b(?:from|between) (?:(?:one|each|a|the|every) )?{_STRESS} (?:to|and) (?:(?:the )?next"
    rf"|the other"
    rf"|{_STRESS})(?: one)?\b[^.;\d]{{0,25}}? (?P<n>{_SMALL}) (?:\w+ )?(?:{_BEAT})\b"
    rf"|\b(?P<n2>{_SMALL}) (?:\w+ )?(?:{_BEAT}) (?:\w+ ){{0,2}}?(?:from|between) (?:(?:one|each"
    rf"|a|the"
    rf"|every) )?{_STRESS} (?:to|and) (?:(?:the )?next|{_STRESS})\b"
    rf"|\b(?P<n3>{_SMALL}) (?:\w+ )?(?:{_BEAT}) (?:(?:pass|go by|come|sound|follow) )?before the"
    rf" (?:next )?{_STRESS} (?:is )?(?:comes?|returns?|falls?|heard|lands?)\b",
    re.I,
)
# "One strong beat and two weak ones".
STRONG_AND_WEAK = Pattern(
    r"\b(?:one|a) (?:strong|heavy|stressed|accented|firm)(?: (?:beat|tap|step|pulse"
    r"|one))?(?:,? and(?: then)?|"
    r",? followed by|, then|,) (?P<n>a|one|two|three|four|five) (?:(?:weak|light|soft|unstressed"
    r"|gentle)(?:er)?|that (?:follow|lead|come))\b"
    # "After the strong first beat there are three more before the next".
    r"|\b(?:strong|heavy|stressed|accented)(?: first)? (?:beat|tap|step|pulse|one)\b[^.;]{0,25}? "
    r"(?P<n2>one|two|three|four|five|six) (?:more|others|lighter|weaker)(?: ones| beats)? (?:before"
    r"|until|follow)\b",
    re.I,
)
# "Counting along with the bass, one comes to four before the stress returns".
COMES_TO = Pattern(
    r"\b(?:count|tap)(?:s|ed|t?ing|ping)? (?:along|with|out|it|from|between|beats|the (?:beats?"
    r"|pulses?))\b[^.;]{0,60}?\b(?:comes?|gets?|arrives?|reach(?:es)?"
    rf"|ends? up) ?(?:to|at|with)? (?P<n>[2-7]|{_SMALL})(?= beats?\b(?! (?:per|a|every) (?:minute"
    r"|second))|[.,;:]|$| (?:before|and then|every|each|in (?:each|every|a))\b)"
    # "Counting one, two, three, four, I land on the strong beat", "count one to four".
    rf"|\bcount(?:s|ing)? (?:\w+ly )?one to (?P<n2>{_SMALL})\b"
    r"|\bcounting (?:\w+ )?one, two,(?: three,| three, four,)? (?:and )?(?P<n3>three|four|five),"
    r" (?:I|one|you|we|the)\b"
    # "When I count to four, everything lines up", "marks a clear four", "a cycle of four beats".
    rf"|\bwhen (?:I|one|you|we) counts? (?:along )?to (?P<n4>{_SMALL}), (?:everything|it all|all\b"
    r"|the (?:strong|stress|accent|downbeat))"
    r"|\b(?:marks?|beats?|keeps?|lays? down) an? (?:clear|plain|straight|steady|firm|even)"
    r" (?P<n5>three|four|six)(?=[.,;]|$| and\b)"
    rf"|\b(?:an?|the|in) (?:[\w-]+ )?cycles? of (?P<n6>{_SMALL}) beats\b",
    re.I,
)
MANY = {"twos": 2, "threes": 3, "fours": 4, "fives": 5, "sixes": 6, "sevens": 7}
_OF_DANCE = (
    r"[ -](?:time|met(?:re|er)|rhythm|feel|beat|pulse|groove|lilt|gait|swing|bounce|sway|tempo)\b"
)
WORDS: tuple[tuple[Pattern, str], ...] = (
    (Pattern(r"\bthree-quarter time\b", re.I), "3/4"),
    (Pattern(r"\bcommon time\b(?! signatures?)", re.I), "4/4"),
    (Pattern(r"\bcut (?:common )?time\b|\balla breve\b", re.I), "2/2"),
    (
        Pattern(
            r"\bwaltz(?:-like)?[ -](?:time|met(?:re|er)|rhythm|feel|beat|pulse|groove"
            r"|count|lilt|sway)\b",
            re.I,
        ),
        "3/4",
    ),
    (Pattern(rf"\b(?:slip|hop)[ -]jig{_OF_DANCE}", re.I), "9/8"),
    (
        Pattern(rf"(?<!slip )(?<!slip-)(?<!hop )\b(?:jig|siciliana|siciliano){_OF_DANCE}", re.I),
        "6/8",
    ),
    (Pattern(rf"\b(?:minuet|mazurka|polonaise|l(?:ä|ae)ndler|sarabande){_OF_DANCE}", re.I), "3/4"),
    (Pattern(r"\b[ou]+m[- ]pah?[- ]pah?\b|\bwaltz (?:along|away|on) at\b", re.I), "3/4"),
    # "Waltzing at 112 BPM"; couples and a guest who "waltzes in" claim nothing.
    (
        Pattern(
            r"(?<!couples )(?<!dancers )(?<!people )\bwaltz(?:es|ing)\b(?: \w+ly| along| away| on"
            r"| gently| by)?,? (?:at (?:\w+ ){0,3}?\d|(?:with|in|through) (?:its|the) (?:\w+ )?"
            r"(?:chords|bars?|changes|key))",
            re.I,
        ),
        "3/4",
    ),
    # "It is a waltz" names the kind of piece.
    (
        Pattern(
            r"\b(?:beat|rhythm) is (?:that of )?an? (?:\w+ )?waltz\b"
            r"|\b(?:rhythm|lilt|step|sway|swing|gait|pulse|tread|metre) of an? (?:\w+ )?(?:waltz"
            r"|minuet|mazurka|l(?:ä|ae)ndler|polonaise)\b",
            re.I,
        ),
        "3/4",
    ),
    (
        Pattern(
            rf"\b(?:beats?|pulses?|rhythm|groove|bars?|everything|it|music|{WORK})"
            r"(?: (?:is|are))? (?:grouped|felt|counted|(?!comes|arrives|happens"
            r"|unfolds)\w+s)(?: along)?"
            r" in (?:\w+ing )?threes\b(?! (?:over|against|across)\b)",
            re.I,
        ),
        "triple",
    ),
    (Pattern(rf"\bcompound duple(?: {_METRE})?\b", re.I), "6/8"),
    (Pattern(rf"\bcompound triple(?: {_METRE})?\b", re.I), "9/8"),
    (Pattern(rf"\btriple {_METRE}\b|\b{_METRE} is triple\b", re.I), "triple"),
    (Pattern(rf"\bduple {_METRE}\b|\b{_METRE} is duple\b", re.I), "duple"),
    (Pattern(rf"\bquadruple {_METRE}\b|\b{_METRE} is quadruple\b", re.I), "quadruple"),
    # "An odd bar" may be one among others.
    (
        Pattern(
            r"\b(?:odd|uneven|irregular|asymmetric(?:al)?|lopsided) (?:met(?:re|er)"
            r"|time signature)\b"
            r"|\b(?:the|an|its) (?:uneven|asymmetric(?:al)?) bar\b(?! lines?)"
            r"|\bin odd time\b(?! of)",
            re.I,
        ),
        "odd",
    ),
    (Pattern(r"\bquintuple (?:metre|meter|time)\b", re.I), "5/4"),
)  # fmt: skip
# "4/4 is the most common metre" is said of music in general.
IN_GENERAL = Pattern(
    r"(?: (?:time|metre|meter|signature|time signature))? (?:is|are) "
    r"(?:an?|one of the|the) (?:\w+ )?"
    r"(?:classic|common|popular|standard|typical|example|type|kind)\b",
    re.I,
)
# "The time signature is 4:47."
CLOCK = Pattern(
    r"\b(?:time signature|met(?:re|er))(?: (?:of|in|for) (?:the|this) \w+(?: \w+)?)? is"
    r" (?P<at>\d{1,2}:\d{2})\b",
    re.I,
)
NO_METRE_BEFORE = Pattern(
    r"(?:\b(?:on|dated?|since|released|rated|scored?|catalogue|no\.?)|\d|\b(?:delay|echo"
    r"|dotted)\b[^.;,]{0,20})\s*$",
    re.I,
)
NO_METRE_AFTER = Pattern(
    r"\s*(?:of (?:the|its|this|a|all)\b|notes?\b|inch|mile|size|through\b|price|stars?\b|-?tone"
    r"|minutes?|seconds?)",
    re.I,
)
OTHER_CLAUSE = Pattern(r"[,;:.]|\b(?:but|while|because)\b", re.I)
# "It jumps to 160 BPM at 3:32, all in a lopsided 5/4", "the 5/4 riff still grinding".
ALL_OF_IT = Pattern(r"\b(?:all|always|still|throughout|whole|entire|never)\b", re.I)
CHANGING = Pattern(
    r"\b(?:alternat(?!e (?:bar|beat|count|note)s?\b)|switch|shift|chang|mixed met"
    r"|between(?! each| every))\w*",
    re.I,
)
CHANGE = Pattern(
    r"\b(?:met(?:re|er)|time signature)s? (?:\w+ly )?"
    r"(?:changes?|shifts?|switch(?:es)?|alternates?)\b"
    r"|\b(?:changes?|shifts?) (?:of|in) (?:the )?(?:met(?:re|er)|time signature)s?\b"
    r"|\b(?:mixed|changing|shifting) (?:met(?:re|er)|time signature)s?\b",
    re.I,
)
