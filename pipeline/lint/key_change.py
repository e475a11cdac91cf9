"""How musicians say that the key stays, and that all of the music goes up or down a step."""

import re
from collections.abc import Sequence
from itertools import pairwise

from pipeline.lint.pattern import Pattern
from pipeline.lint.predicates import ALONG, OF_WORK
from pipeline.lint.sections import WORK
from schemas.facts import Key
from schemas.harmony import pitch_class

_KEY = r"(?:home )?(?:key(?: signature)?|tonality|tonal (?:centre|center)|tonic)"
# "Tempo and key", "key nor metre".
_WITH_OTHERS = (
    rf"\b(?:{_KEY},? (?:and|or|nor|&) (?:the )?(?:tempo|pace|pulse|beat|speed|met(?:re|er)|groove"
    rf"|time(?: signature)?|mode|bpm)|{_KEY}(?:, (?:the )?[\w-]+){{0,2}},? and (?:the )?[\w-]+"
    rf"(?: of (?:the )?[\w-]+)?|{_KEY}, like the [\w-]+,"
    rf"|{_KEY})"
)
_MOVES = (
    r"(?:budg|mov|chang|shift|waver|wander|drift|stray|leav|stir|flinch|var|modulat|alter"
    r"|turn|twitch|blink|quiver|falter|trembl|yield"
    r"|slip|lift|climb|wobbl|deviat|settl)(?:e?s|y|ies|e)?\b"
)
_ALONG = (
    rf"(?:{ALONG}|from (?:the )?(?:first|start|top) (?:\w+ )?to (?:the )?(?:last|finish|bottom|end)"
    r"|to the (?:end|last)|(?:until|till|(?:through |right |on )?to) (?:the (?:very )?(?:end|close"
    r"|last|finish)|(?:it|the music) (?:ends|closes|stops|fades)))"
)
_END = rf"(?=[.,;:!)]|$| (?:and|but|while|as|for|to|from|until|at the (?:end|close))\b| {_ALONG})"
# "Keeps its tempo, metre and key", "maintains a single key"; not "holds the key to the riddle".
_DET = (
    r"(?:its|the(?: (?:one|same))?|this|that|one|an?|a single)"
    r"(?: (?:same|single|one|home|first|opening))?"
)
_AND = rf"(?:,? and |, )(?:{_DET} )?"
_KEEPS = (
    r"(?<!n't )(?<!not )(?<!never )(?<!would )(?<!to )\b(?:keep|hold|maintain|retain"
    r"|preserv|carr(?:y|i)|sustain)(?:e?s|ing)? (?:on )?(?:to )?"
    rf"(?:(?:{_DET} )?(?!an?\b)[\w-]+(?: [\w-]+)?(?:, (?:{_DET} )?[\w-]+)?{_AND}key"
    rf"|(?!(?:the|that|this|an?) key){_DET} key"
    rf"|(?:(?!an?\b){_DET} )?key(?={_AND}(?:tempo|pace|pulse|beat|met(?:re|er)|speed"
    rf"|groove|mode)\b))"
    rf"(?=(?:{_AND}[\w-]+(?: cycle)?){{0,2}}"
    r"(?:[.,;:!)]|$| (?:and|but|while|as|until|till|throughout|through|across|over|from|all"
    r"|so|without|intact|unchanged|steady|to (?:the|its) (?:very )?(?:end|close|last|finish))\b))"
)
STAYS = (
    rf"{_WITH_OTHERS}{OF_WORK} (?:both |all )?(?:"
    rf"(?:(?:never|hardly|barely|scarcely|(?:do|does) not|don't|doesn't|will not|won't|refuses? to)"
    rf" (?:once |ever |even |so much as |really )*{_MOVES}(?! (?:hands|(?:on|in|into) an?)\b)"
    r"|(?:stays?|remains?) home|go(?:es)? nowhere|(?:do|does)(?: not|n't) go anywhere"
    r"|(?:(?:is|are|stays?|remains?|holds?|keeps?|sits?|stands?) (?:\w+ly |both |right |just )?)?"
    rf"(?:put|the same|still|steady|firm|fast|fixed|constant|unchanged|unmoved"
    rf"|untouched|unaltered|held|kept|level"
    rf"|intact|(?:where|as) (?:it|they) (?:is|are|starts?|begins?)){_END}"
    rf"|(?:holds?|stays?|remains?)(?= {_ALONG})))"
    rf"|\b(?:same|one|a single) (?:key|tonality|tonal cent(?:re|er))(?:,? (?:and )?(?:the )?(?:same"
    rf" |one )?\w+)?,? (?:{_ALONG}|(?:first|start|top|front|beginning|end) to (?:last|finish|bottom"
    r"|back|end))"
    rf"|(?:^|[,;:.] )(?:in |all in |and )?(?:one|the same|a single|same) key"
    r"(?=[.,;!](?! (?:and|then) )|$| and (?:one|the same)\b)"
    # "Nothing in the key or the tempo shifts"; "one tempo, one metre and one key".
    rf"|\bnothing (?:in|about|of) (?:the )?(?:(?:\w+, )?\w+,? (?:or|and) (?:the )?)?{_KEY}"
    rf"(?: (?:or|and) (?:the )?\w+)? {_MOVES}"
    r"|\bone (?:[\w-]+,? (?:and )?one ){1,3}key\b|\bone key lasts?\b"
    rf"|\bneither (?:the )?[\w ]{{3,15}} nor (?:the )?{_KEY} (?:ever |once )?{_MOVES}"
    rf"|\bneither (?:the )?{_KEY} nor (?:the )?[\w ]{{3,15}}? (?:ever |once )?{_MOVES}"
    # "Without disturbing either tempo or key"; "it neither slows down nor modulates".
    rf"|(?:\bwithout (?:once |ever )?|(?:\bnever|\bnot|n't) (?:once |ever |even )?)"
    r"(?:leav|chang|disturb|touch|alter|shift|abandon|budg|mov|stray|troubl)\w*"
    r"(?: (?:from|out of))?"
    rf"(?: (?:either|the|its|both|home|\w+ or|\w+ nor|\w+ and))* {_KEY}\b(?! (?:of|on|to)\b)"
    r"|\bneither [\w ]{3,25} nor (?:[\w ]{3,15}? |once )?(?:modulates|changes key)\b"
    r"|\b(?:not once|never|at no point) do(?:es)? [\w ]{2,15}? (?:modulate|change key|shift key)\b"
    r"|\bnor (?:does (?:it|the \w+) )?(?:ever |once )?modulates?\b"
    rf"|\b(?:no|without an?|without any) {_KEY} (?:or|nor|and) [\w-]+ (?:change|shift|move)s?\b"
    r"|\b(?:all|everything|the lot) (?:of it )?(?:is |stays )?in (?:one|a single|the same) key\b"
    r"|\b(?:stick|cling|hold|keep)(?:s|ing)? (?:to|with) (?:its|the|one|that) "
    r"(?:home|one|same|single) key\b"
    r"|\b(?:stays?|remains?|keeps?|holds?) (?:put )?in (?:its(?: home)?|the home) key\b"
    rf"|\b(?:neither|nor) (?:does|do|has|will) (?:the |its ){_KEY}\b(?! of (?!the\b))"
    r"|\bnothing (?:leaves|departs from|strays from|disturbs|alters|changes|unsettles) (?:the|its)"
    r" (?:home )?key\b"
    rf"|\b(?:no|without (?:any|an?)) (?:change|shift)s? (?:of|in|to) (?:the |either )?"
    rf"(?:(?:[\w-]+, (?:the )?){{0,2}}[\w-]+,? (?:or|and|nor) (?:the )?)?{_KEY}\b"
    r"|\bin (?:one|a single|the same) key(?= and (?:tempo|met(?:re|er))\b)"
    r"|\brather than (?:(?:from|by|with|through|in) )?(?:any |a )?change of (?:tempo or )?key\b"
    rf"|{_KEEPS}"
    rf"|\bneither (?:the )?(?:{_KEY} nor (?:the )?\w+|\w+ nor (?:the )?{_KEY}) (?:is "
    rf"|are )?(?:ever )?"
    r"(?:alter|chang|disturb|touch)ed\b"
    rf"|\b{_KEY} is [A-G][\w# -]{{0,14}},? and (?:it )?(?:never|doesn't|does not) {_MOVES}"
    r"|\bnothing (?:ever )?modulates\b(?! (?:its|the))|\bnothing changes key\b"
    r"|\bnever (?:once )?(?:leav|stray|wander|drift|depart|budg|mov|stir)\w* (?:far )?"
    rf"(?:(?:away )?from |out of )?(?:its |the )?(?:home )?key\b(?! of (?!the\b|(?-i:[A-G])))"
)
"""Regular expression of that the key stays."""
_STEP = (
    r"(?:(?:full|whole|half)[- ](?:step|tone)|semi-?tone|tone(?! of)"
    r"|(?:step|notch)(?= (?:in)?to (?-i:[A-G]))|step(?= (?:for|in|at) the (?:last|final|closing))"
    r"|(?:major|minor)[- ](?:second|third))"
)
_LAST = r"(?:(?:last|final|closing|third|second|whole|entire) )?"
_ALL = (
    rf"(?:{WORK}|music|key|tonality|tonic|tonal cent(?:re|er)|home (?:key|note)"
    rf"|everything|everyone|arrangement|orchestra|ensemble"
    r"|(?:last|final|closing|second) (?:minute|third|half|stretch|section|part|time a?round)"
    rf"|{_LAST}(?:band|thing|lot|outfit|chorus(?:es)?|verse|refrain)|it all|all of it|they all)"
)
_GOES = (
    r"(?:(?:lift|ris|jump|hop|step|mov|climb|bump|hoist|slid|slip|ratchet|crank|kick|hitch|drop"
    r"|sink|shift|chang|transpos|eas|nudg|haul|push|swing|wrench|heav|tak|rais|hik|bring"
    r"|vault|skip|modulat|switch)(?:e?s|ing|e)?|go(?:es|ing)?)"
)
# What falls back is a melody.
_A_STEP = (
    rf"(?:by )?(?:an?|one|another) (?:\w+ )?{_STEP}\b(?! (?:on (?:its|the)|at (?:the cadence|each)"
    r"|and (?:falls?|back|drops?|returns?)|with (?:each|every)|before falling)\b)"
)
_UP = r"(?:(?:back |right |straight )?(?:up|down) )?"
_SHIFT = (
    r"(?:(?:lift|hike|hoist|key[- ]change|modulation|gear[- ]change|upshift)\b"
    r"|(?:rise|shift|jump|hop|bump|climb|shove|nudge|kick|heave|lurch|(?:change|leap|move|step) up)"
    rf"(?= (?:before|into|for|in|at) (?:the|its) {_LAST}(?:chorus|refrain|verse|minute|bridge"
    rf"|coda)\b))"
)
GOES_A_STEP = (
    # "The last chorus goes up a whole step", "everything lifts by a semitone".
    rf"\b{_ALL} (?:\w+ly |then |all |both )?{_GOES} (?:itself |everything )?{_UP}{_A_STEP}"
    rf"|\b{_GOES} the (?:roof|ceiling|floor|house|room|stakes|whole \w+) {_UP}{_A_STEP}"
    # "It lifts the final chorus a semitone".
    rf"|\b{_GOES} (?:us |things )?(?:all )?{_UP}{_A_STEP}(?= (?:(?:for|in|into|before|at) (?:the"
    rf"|its) {_LAST}(?:chorus|refrain|verse|bridge|coda)|with the {_LAST}(?:band|orchestra"
    r"|ensemble|choir))\b)"
    rf"|\b{_GOES} (?:the |this |that |its )?{_ALL} {_UP}{_A_STEP}"
    rf"|(?:^|(?<=[,;:.] ))(?:and )?up (?:an?|another) {_STEP} (?=(?:for|at|in|into) the )"
    rf"|(?:^|(?<=[.;] ))it (?:mov|shift|jump|hop|lift|step|go)(?:e?s) {_UP}(?:an?|one) {_STEP}"
    r"(?=[,.;]|$| (?:at|past|near|around|for|into|before|after|halfway|late) )"
    r"|(?:^|(?<=[,;:.] ))(?:two|three|four) keys(?=[,.;:])"
    # "A half-step lift"; "the last chorus, a semitone higher".
    rf"|\b{_ALL} (?:is|are|gets?) (?:then )?(?:jack|hoist|crank|haul|lift|shov|bump|kick|push|nudg"
    r"|transpos|rais|mov"
    rf"|wrench|ratchet)\w* {_UP}{_A_STEP}"
    rf"|\b{_STEP}(?:'s)?[- ]{_SHIFT}\b(?! (?:in|of|on) (?:the|its|h[ie][sr]) (?:bass|melody|voice"
    r"|vocal|guitar|line|riff))"
    rf"|\b{_ALL}(?:,| is| heard| played| sounds| stands| lies| comes(?: back)?| returns| arrives| "
    rf"lands| sits)* (?:in )?{_A_STEP}"
    r" (?:higher|up)\b(?! (?:in|than)\b)"
    r"|(?:\bthe same (?:kind of |[\w-]+ )?(?:pattern|progression|changes|loop|round|sequence|cycle"
    r"|turnaround)|(?<=same chords)|(?<=same four chords)|(?<=same three chords))"
    rf"(?:,| is| comes?| sounds?| now| but| all)* {_A_STEP} (?:higher|up|lower|down)\b"
    r"|\btruck[- ]driver(?:'s|s')? (?:gear[- ]?)?(?:change|shift|modulation)\b"
    r"|\b(?:key|tonality) (?:lifts|jumps|hops|climbs|steps up|slides|leaps|rises|sinks|goes up)\b"
    r"(?! (?:out|from (?!(?-i:[A-G]))|in (?:its|the) lock)\b)"
)
"""Regular expression of that all of the music goes up or down, which changes its key."""
_SIZES = (
    (Pattern(r"\bhalf[- ](?:step|tone)|\bsemi-?tone", re.I), 1),
    (Pattern(r"\b(?:whole|full)[- ](?:step|tone)|(?<!-)\btone\b", re.I), 2),
    (Pattern(r"\bminor[- ]third", re.I), 3),
    (Pattern(r"\bmajor[- ]third", re.I), 4),
)


def is_step_heard(words: str, keys: Sequence[Key]) -> bool:
    """Whether tonics that follow each other lie as far apart as words say, if they say it.

    Parameters
    ----------
    words : str
        What `GOES_A_STEP` matched, or other words for a change.
    keys : sequence of Key
        In order of time.
    """
    steps = {(pitch_class(b.tonic) - pitch_class(a.tonic)) % 12 for a, b in pairwise(keys)}
    told = next((size for pattern, size in _SIZES if pattern.search(words)), None)
    return told is None or bool({told, 12 - told} & steps)
