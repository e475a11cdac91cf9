"""Time signatures and other words for the metre, against the beats in a bar."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.lint.evidence import Evidence
from pipeline.lint.numbers import number
from pipeline.lint.passage import Claim, Judged, Passage, extractor
from pipeline.lint.pattern import Pattern
from pipeline.lint.predicates import IS
from pipeline.lint.sections import WORK
from pipeline.lint.times import moment_of
from schemas.facts import Metre, MetreFamily, MetreSection
from schemas.lint import Finding

_SMALL = "two|three|four|five|six|seven|nine|ten|eleven|twelve|thirteen|fifteen"
_UNDER = {"two": 2, "four": 4, "eight": 8, "sixteen": 16}
_SIGNATURE = Pattern(r"(?<![\d/.,])(?P<n>\d{1,2})/(?P<d>2|4|8|16)(?![\d/]|\.\d)")
_SPELLED = Pattern(
    rf"(?<!\w-)\b(?P<n>{_SMALL})[- ](?:(?:over|by)[- ])?(?P<d>two|four|eight|sixteen)\b"
    r"(?![- ](?:bar|chord|to|beat|track|piece|part))",
    re.I,
)
# "Till three-sixteen" is a time.
_TIME_OF = Pattern(r"\b(?:at|till|until|by|from|past|after|before|around|about|since|to) $", re.I)
_METRE_IS = Pattern(r"\b(?:time signature|met(?:re|er)) is $", re.I)
_SPELLED_WITH = Pattern(
    r"\s*(?:time|metre|meter|signature|groove|feel|riff|beat|pulse|rhythm|pattern|swing"
    r"|shuffle|lilt|\W|$)",
    re.I,
)
# "Three crotchets to the bar", "four slow steps in the bar".
_BEAT = (
    r"beats?|crotchets?|quarters|quarter[- ]notes?|pulses?|counts?|steps|strokes|taps|thumps|knocks"
    r"|clicks|thuds"
)
_EIGHTHS = Pattern(r"\b(?:6|9|12)/8|\b(?:six|nine|twelve)-eight\b", re.I)
_KIND = rf"(?:(?!(?:of|the|on|and|or|in|to|eighth|half|{_SMALL})\b)[a-z-]+(?<!s),? )"
_BEATS = Pattern(
    rf"\b(?P<n>\d{{1,2}}|{_SMALL})(?:[ -]|,? {_KIND}{{1,2}}?)"
    rf"(?:{_BEAT})[ -](?:(?:to|per|in|for|of|inside|within) )?"
    r"(?:the |a |an |one |each |every |any )?(?:bar|measure|metre|meter|cycle)s?\b"
    rf"|\b(?:each|every|the|a|one) (?:bar|measure)s? (?:has|have|having|holds?|holding"
    rf"|contain(?:s|ing)?|consist(?:s|ing)? of|represent(?:s|ing)?|lasts?|lasting"
    rf"|(?:(?:is|are|being) )?(?:made up|built) of|(?:(?:is|are) )?(?:divided|split|grouped) into"
    rf"|counts) (?:exactly |for )?"
    rf"(?P<n2>\d{{1,2}}|{_SMALL}) (?:(?:\w+ )?(?:beats|pulses|counts|crotchets|quarters"
    rf"|quarter[- ]notes)|equal (?:parts|segments))\b"
    # "Room between each of the four beats", "round its five beats".
    rf"|\b(?:(?:each|every one|all) of|(?:round|around|over|across|through))"
    r" (?:the|its|those|these|all)"
    rf" (?P<n10>{_SMALL}) (?:\w+ )?beats\b(?! (?:before|of the (?!bar|measure)))"
    rf"|\b(?P<n6>\d{{1,2}}|{_SMALL}) beats (?:make up|fill|form) (?:each|every|an?|the) (?:bar"
    rf"|measure)\b"
    # "Four to the bar", "three in a bar", but not boogie-woogie's eight.
    rf"|(?<!or )\b(?P<n7>[2-7]|{_SMALL})[ -](?:to|in|per)[ -](?:(?:the|an?|each|every)[ -])?"
    r"(?:bar|measure)\b(?! lines?)"
    rf"|\b(?:on|hits|marks|sounds|hammers|stresses"
    rf"|plays) all (?P<n8>{_SMALL})(?: of the)? beats\b(?! (?:before|of (?:the|its) (?!bar"
    rf"|measure)))"
    rf"|(?:\b(?:in|into|of|on|from|has|counts?) |^|(?<=[.;:] ))(?:(?:steady|even|long|short"
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
    r"|the|per (?:bar|measure)|(?:mak|giv|creat|allow|provid)\w+)\b)"
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
_COUNTED = Pattern(
    rf"(?<![\w.:/-])(?P<n>\d{{1,2}}|{_SMALL})[ -](?:beats?|counts?)[ -](?:counts?|beats?|rhythms?"
    r"|patterns?|structure|cycle|pulse|tempo|time|grooves?|feel|sway|lilt|swing|lope|gait"
    r"|met(?:re|er)|measures?|bars?|strides?|steps?|strut|swagger|stomp|walk|trot|march|shuffle"
    r"|gallop|tread|plod|lurch|limp|bounce|canter|stalk|sashay|thump|throb|churn|grid|frame)\b"
    rf"|\b(?:an?|one)(?: (?!after|for)\w+,?)?? (?P<n2>\d{{1,2}}|{_SMALL})[ -](?:beat|count){_ENDS}"
    rf"|\b(?:beat|(?<!the )counts?)(?: counts?)? of (?:an? )?(?:\w+ )?(?:(?P<n3>{_SMALL}){_ENDS}"
    rf"|(?P<n4>\d{{1,2}}){_OTHER_DIGITS})"
    rf"|\b(?:beat|pulse|rhythm)(?: count)?{IS} {_HOW}(?P<n5>\d{{1,2}}|{_SMALL}){_ENDS}"
    rf"|\b(?:beats? counts?|count(?:s|ed|ing)?(?: off| up| only)?"
    rf"(?: (?:the|each|every) (?:beats?|bars?|measures?))? (?:to|in|till)(?: (?:an?|the) )?"
    rf"(?: ?\w+)?(?: of)?) (?P<n6>\d{{1,2}}|{_SMALL}){_ENDS}",
    re.I,
)
# "He counts to four, and the band comes in."
_COUNTS_IN = Pattern(
    r"\b(?:I|you|we|s?he|they|singer|vocalist|drummer|voice|someone|man|woman|speaker|band"
    r"|stick\w*|after)\b"
    r"(?:(?!\b(?:beat|rhythm|song|track)\b)[^.;]){0,40}$",
    re.I,
)
_MOVES = (
    r"(?:(?:mov|sway|rock|roll|swing|stroll|lop|limp|lilt|danc|march|strut|waltz|shuffl|bounc"
    r"|stomp|trot|glid|lurch|stumbl|driv|groov|walk|rid|puls|turn|spin|sail|skip|tick|tiptoe|tumbl)(?:e?s|ing|e)"
    r"|goes|runs|sits|stays)"
)
_GAIT = (
    r"(?:lilting|lazy|swaying|rocking|rolling|swinging|swung|loping|limping|waltzing|shuffling"
    r"|nimble|lopsided|off-kilter|tricky|jagged|skipping|galloping|driving|bouncing|bouncy|graceful"
    r"|tender|wonky|jerky|tumbling|stately|steady|straight|strict|square|plain|simple|even|brisk"
    r"|slow|quick|fast|gentle"
    r"|easy|relaxed|heavy|light|deep|firm|loose|tight|unhurried|leisurely|medium)"
)
_NUM = rf"(?P<n>[2-7]|{_SMALL})"
_AFTER_COUNT = (
    rf"(?!,? (?:and |or )?(?:(?-i:an? )|{_SMALL}\b|\d))"
    r"(?=[,.;:!)](?!\d)| (?:throughout|even|and|but|with|from|over|under|beneath|underneath|below"
    r"|rather than"
    r"|not|if|though|while|because|so|here|now|until|till|all (?:the|through|along)"
    r")\b| at (?:\w+ ){0,3}?\d| in (?-i:[A-G])\b|\s*$)"
)
_FELT = Pattern(
    # "It sways in three", "118 BPM, in three", "in a lazy three", "In four, with brushes".
    rf"(?:\b(?:felt|counted|count|(?<!drummer )(?<!he )counts|playing|played"
    rf"|conducted|written|{_MOVES}"
    rf"|is|it's|pulses?"
    rf"|(?:{_MOVES}|play|count|feel|take) (?:it|this|everything)|beats?|time|groove|song"
    r"|track|piece|bpm|minute|(?<![:.\d])\d{2,3}"
    r"|riff|gospel|blues|folk|rock|jazz|soul|ballad|tune|number|shuffle|vamp|ostinato|pattern"
    r"|rhythm|drums|music|metal|prog|lullaby|hymn|one|kick|snare|band|of it)"
    rf"(?: along| on| away| by| past| round| around| \w+ly)?,? in|, (?:and )?in"
    r"|\b(?:in|on|to|with|over|into|it's|is|plays|keeps|holds|counts|beats) an?"
    rf" (?:{_GAIT},? ){{1,2}}|\b(?:in|it's|just|only) (?:{_GAIT},? ){{1,2}}"
    rf"|(?:^|(?<=[.!?;:] ))(?:all )?in|(?:^|(?<=[.!?;:,] ))an? (?:{_GAIT},? ){{1,2}}"
    rf"|\b(?:metre|meter|time|count|pulse|beat),? an? (?:{_GAIT},? ){{1,2}})"
    rf" ?(?:firmly |clearly )?{_NUM}{_AFTER_COUNT}"
    rf"|\bit's (?:all )?(?P<n2>{_SMALL}) (?:all (?:the way|through)|throughout)\b",
    re.I,
)
_NO_COUNT = Pattern(
    r"(?:\b(?:split|cut|broken|breaks?|fold\w*|divid\w+|over|done|finish\w*|gone|torn|halved|sung"
    r"|sings?|comes?|arrives?|one|nine|told|falls?|falling|form|shape|out|back|harmon\w+),? in"
    r"|\bcount\w* (?:us|me|them) in,? in) $",
    re.I,
)
# "A frame drum marks three", "I'm counting four": of music that is spoken of in numbers.
_MARKED = Pattern(
    rf"\b(?:drums?|kick|snare|foot|feet|toes?|hands?|claps|tambourine|brushes|hats?|beat|bass"
    rf"|rhythm|metronome|groove|pulse) (?:\w+ly )?(?:marks?|counts?|taps?|ticks?|beats?"
    rf"|says?|keeps?|pats?|stamps?|states?|pounds?|stomps?|thuds?|lays? down|spells?)"
    rf"(?: out)? (?:an? )?(?:{_GAIT},? )?{_NUM}{_AFTER_COUNT}",
    re.I,
)
_I_COUNT = Pattern(
    rf"\b(?:I(?:'m| am|'d| keep)?|you(?:'re|'d| can)?|we(?:'re)?|my (?:foot|toe|hand)|one) "
    rf"(?:still |only |can )?(?:count|counting|tap|taps|tapping|feel|hear)(?: it as| out|"
    rf" (?:it|this) in)? (?:an? )?(?:{_GAIT},? )?{_NUM}{_AFTER_COUNT}"
)
_OF_TIME = Pattern(
    r"\b(?:waltz\w*|bpm|beats?|bars?|measures?|met(?:re|er)|pulse|time|tempo|march|\d{2,3})\b", re.I
)
_METRE = r"(?:metre|meter|time)"
# "Six quavers to the bar": those that are no half of a bar of four.
_QUAVERS = Pattern(
    r"\b(?P<n>five|six|seven|nine|twelve|5|6|7|9|12) (?:\w+ )?(?:quavers|eighths|eighth[- ]notes)"
    r" (?:to|in|per|fill|make) (?:(?:the|a|an|each|every|one) )?(?:bar|measure)\b"
    r"|\b(?:bars?|measures?|cycle|groove|riff|metre|meter)\b[^.;]{0,30} (?:on|in|of|has|holds"
    r"|counts) (?P<n2>five|six|seven|nine|twelve|5|6|7|9|12) (?:\w+ )?(?:quavers|eighths"
    r"|eighth[- ]notes)\b",
    re.I,
)
# "One-two-three, one-two-three", "straight fours", "seven beats and round again".
_SPOKEN = Pattern(
    r"\b(?P<one>one(?:-two-three(?:-four(?:-five(?:-six(?:-seven)?)?)?)?))(?!-)\b"
    r"|\b(?:straight|steady|even|plain|square|strict|lilting|swung|counted?|counts|moves|goes"
    r"|grouped|runs|rolls|felt)(?: (?:along|on|out))?(?: in)? "
    r"(?P<many>twos|threes|fours|fives|sixes|sevens)\b"
    rf"|(?:^|(?<=[.;:] ))(?P<beats>{_SMALL}) (?:\w+ )?beats(?: and)?,? (?:and )?(?:then )?"
    r"(?:it |we |you )?(?:round|around|again|repeat\w*|starts? over|back)\b",
    re.I,
)
# "Grouped three plus two": not three, three and two in a bar of four.
_PLUS = Pattern(
    r"\b(?:bars?|beats?|pulse|rhythm|metre|meter|group(?:ed|ing)|phrased|counted|felt|groove|cycle)\b"
    r"[^.;:]{0,25}? (?P<sum>(?:two|three|four|[234])(?:(?: plus | ?\+ ?)(?:two|three|four|[234])){1,3})\b",
    re.I,
)
_MANY = {"twos": 2, "threes": 3, "fours": 4, "fives": 5, "sixes": 6, "sevens": 7}
_OF_DANCE = (
    r"[ -](?:time|met(?:re|er)|rhythm|feel|beat|pulse|groove|lilt|gait|swing|bounce|sway|tempo)\b"
)
_WORDS: tuple[tuple[Pattern, str], ...] = (
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
            r"\b(?:beat|rhythm) is (?:that of )?an? (?:\w+ )?waltz\b|\brhythm of a waltz\b", re.I
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
    (Pattern(rf"\btriple {_METRE}\b|\b{_METRE} is triple\b", re.I), "triple"),
    (Pattern(rf"\bduple {_METRE}\b|\b{_METRE} is duple\b", re.I), "duple"),
    (Pattern(rf"\bquadruple {_METRE}\b|\b{_METRE} is quadruple\b", re.I), "quadruple"),
    (Pattern(r"\bquintuple (?:metre|meter|time)\b", re.I), "5/4"),
)  # fmt: skip
# "4/4 is the most common metre" is said of music in general.
_IN_GENERAL = Pattern(
    r"(?: (?:time|metre|meter|signature|time signature))? (?:is|are) "
    r"(?:an?|one of the|the) (?:\w+ )?"
    r"(?:classic|common|popular|standard|typical|example|type|kind)\b",
    re.I,
)
# "The time signature is 4:47."
_CLOCK = Pattern(
    r"\b(?:time signature|met(?:re|er))(?: (?:of|in|for) (?:the|this) \w+(?: \w+)?)? is"
    r" (?P<at>\d{1,2}:\d{2})\b",
    re.I,
)
_NO_METRE_BEFORE = Pattern(
    r"(?:\b(?:on|dated?|since|released|rated|scored?|catalogue|no\.?)|\d|\b(?:delay|echo"
    r"|dotted)\b[^.;,]{0,20})\s*$",
    re.I,
)
_NO_METRE_AFTER = Pattern(
    r"\s*(?:of (?:the|its|this|a|all)\b|notes?\b|inch|mile|size|through\b|price|stars?\b|-?tone"
    r"|minutes?|seconds?)",
    re.I,
)
_OTHER_CLAUSE = Pattern(r"[,;:.]|\b(?:but|while|because)\b", re.I)
# "It jumps to 160 BPM at 3:32, all in a lopsided 5/4", "the 5/4 riff still grinding".
_ALL_OF_IT = Pattern(r"\b(?:all|always|still|throughout|whole|entire|never)\b", re.I)
_CHANGING = Pattern(
    r"\b(?:alternat(?!e (?:bar|beat|count|note)s?\b)|switch|shift|chang|mixed met"
    r"|between(?! each| every))\w*",
    re.I,
)
_CHANGE = Pattern(
    r"\b(?:met(?:re|er)|time signature)s? (?:\w+ly )?"
    r"(?:changes?|shifts?|switch(?:es)?|alternates?)\b"
    r"|\b(?:changes?|shifts?) (?:of|in) (?:the )?(?:met(?:re|er)|time signature)s?\b"
    r"|\b(?:mixed|changing|shifting) (?:met(?:re|er)|time signature)s?\b",
    re.I,
)
# What a tracker may take for a claimed metre, and what it may merge or split.
_RIGHT = {"triple": {3, 9}, "duple": {2, 4}, "quadruple": {4}}
_AMBIGUOUS = {"triple": {6}, "duple": {6}, "quadruple": {2}}


@dataclass(frozen=True)
class MetreClaim(Claim):
    """A metre that a text states.

    Attributes
    ----------
    signature : str
        Such as ``6/8``; a bare count of beats is over 4; ``duple``, ``triple``, ``quadruple``.
    """

    signature: str

    @property
    def right_beats(self) -> set[int]:
        """Beats in a bar that agree."""
        if self.signature in _RIGHT:
            return _RIGHT[self.signature]
        n, unit = (int(part) for part in self.signature.split("/"))
        if unit >= 8 and n % 3 == 0 and n > 3:
            return {n, n // 3}
        return {2, 4} if (n, unit) == (2, 2) else {n}

    @property
    def ambiguous_beats(self) -> set[int]:
        """Beats in a bar that a listener may group into this metre."""
        if self.signature in _AMBIGUOUS:
            return _AMBIGUOUS[self.signature]
        n, unit = (int(part) for part in self.signature.split("/"))
        if unit >= 8 and n in (6, 12):
            return {3} if n == 6 else {2, 3, 6}
        return {2: {4}, 3: {6}, 4: {2}, 6: {3}}.get(n, set())


@extractor
def metre_claims(passage: Passage) -> list[MetreClaim]:
    """Metres that a text states of the music; denied ones, dates and fractions are none."""
    found: list[MetreClaim] = []
    for claim in passage.stated(_mentions(passage)):
        if not claim.touches(found) and not _IN_GENERAL.match(passage.text, claim.end):
            found.append(claim)
    return found


def check_metre(passage: Passage, evidence: Evidence) -> Iterator[Finding]:
    """Stated metres against the measured one; the same metre is judged once."""
    if evidence.facts.metre_sections:
        for claim, _ in passage.matches(_CHANGE):
            yield passage.finding(claim, "metre", ("right", "right", "The metre changes."))
    if evidence.facts.metre:
        for claim, _ in passage.matches(_CLOCK):
            yield passage.finding(claim, "metre", ("wrong", "wrong_metre", "A time is no metre."))
    seen: set[str] = set()
    for claim in metre_claims(passage):
        if claim.signature in seen:
            continue
        seen.add(claim.signature)
        before, after = passage.before(claim.start), passage.after(claim.end)
        around = _OTHER_CLAUSE.split(before)[-1] + " " + _OTHER_CLAUSE.split(after)[0]
        moment = moment_of(passage, claim)
        is_moment = moment and moment.end_s > 0 and not _ALL_OF_IT.search(around)
        is_local = is_moment or _CHANGING.search(around)
        judged = _judge(claim, evidence, is_local=bool(is_local))
        yield passage.finding(claim, "metre", judged)


def _mentions(passage: Passage) -> Iterator[MetreClaim]:
    plain = passage.text
    for match in _SIGNATURE.finditer(plain):
        is_metre = int(match["n"]) > 1 and not _NO_METRE_BEFORE.search(plain[: match.start()][-20:])
        if is_metre and not _NO_METRE_AFTER.match(plain, match.end()):
            yield MetreClaim(*match.span(), f"{int(match['n'])}/{match['d']}")
    for match in _SPELLED.finditer(plain):
        if match["d"].lower() == "sixteen" and _TIME_OF.search(plain[: match.start()][-8:]):
            continue
        if _SPELLED_WITH.match(plain, match.end()) and (
            "-" in match[0]
            or "time" in plain[match.end() :][:6]
            or _METRE_IS.search(plain, 0, match.start())
        ):
            signature = f"{number(match['n']):g}/{_UNDER[match['d'].lower()]}"
            yield MetreClaim(*match.span(), signature)
    yield from _spoken(plain)
    for match in _bare_counts(passage):
        told = next(each for each in match.groups() if each)
        if 2 <= (n := number(told)) <= 15:
            signature = f"{3 * n:g}/8" if "dotted" in match[0] else f"{n:g}/4"
            yield MetreClaim(*match.span(), signature)
    for pattern, signature in _WORDS:
        for match in pattern.finditer(plain):
            yield MetreClaim(*match.span(), signature)


def _spoken(plain: str) -> Iterator[MetreClaim]:
    """``One-two-three``, ``straight fours``, ``six quavers to the bar``."""
    for match in _QUAVERS.finditer(plain):
        yield MetreClaim(*match.span(), f"{number(match['n'] or match['n2']):g}/8")
    for match in _PLUS.finditer(plain):
        total = sum(map(number, re.split(r" plus | ?\+ ?", match["sum"].lower())))
        if total in (5, 7):
            yield MetreClaim(*match.span(), f"{total:g}/4")
    for match in _SPOKEN.finditer(plain):
        if match["one"]:
            beats = 1.0 + match["one"].count("-")
        else:
            beats = _MANY.get((match["many"] or "").lower()) or number(match["beats"] or "one")
        if beats > 1:
            yield MetreClaim(*match.span(), f"{beats:g}/4")


def _bare_counts(passage: Passage) -> Iterator[re.Match[str]]:
    """Matches that tell how many beats a bar has; of one group the number is told."""
    plain = passage.text
    for each in _BEATS.finditer(plain):
        # "In 6/8, two broad beats to the bar".
        if not (each["n"] and _EIGHTHS.search(_sentence(passage, each))):
            yield each
    yield from _MARKED.finditer(plain)
    yield from (each for each in _FELT.finditer(plain) if not _is_no_count(passage, each))
    yield from (
        each for each in _I_COUNT.finditer(plain) if _OF_TIME.search(_sentence(passage, each))
    )
    for each in _COUNTED.finditer(plain):
        if not (each["n6"] and _COUNTS_IN.search(passage.before(each.start()))):
            yield each


def _sentence(passage: Passage, match: re.Match[str]) -> str:
    first, last = passage.sentence(match.start())
    return passage.text[first:last]


def _is_no_count(passage: Passage, match: re.Match[str]) -> bool:
    """Whether ``in three`` tells of parts, of minutes or of one among many."""
    return bool(match["n"] and _NO_COUNT.search(passage.before(match.start("n"))))


def _judge(claim: MetreClaim, evidence: Evidence, *, is_local: bool) -> Judged:
    metre = evidence.facts.metre
    if sections := evidence.facts.metre_sections:
        return _judge_by_sections(claim, sections, is_local=is_local)
    if metre is None:
        return "uncheckable", "not_measured", "The metre was not measured."
    fact = f"{metre.beats_per_bar} beats in a bar were measured."
    max_wrong = evidence.limits.sure.max_wrong.metre
    if metre.family and metre.family.q_value <= max_wrong and _means_family(claim, metre.family):
        together = " or ".join(map(str, metre.family.beats_per_bar))
        return "right", "right", f"{together} beats in a bar were measured."
    if metre.beats_per_bar in claim.right_beats:
        if metre.q_value <= max_wrong:
            return "right", "right", fact
        return "uncheckable", "unsure", f"{fact} That is right with chance {metre.p_right:.2f}."
    if is_local:
        return "uncheckable", "local", f"{fact} Of a stretch alone nothing was measured."
    if metre.beats_per_bar in claim.ambiguous_beats:
        return "uncheckable", "grouping", f"{fact} They may be grouped so."
    if (chance := _chance(claim, metre)) > max_wrong:
        return "uncheckable", "unsure", f"{fact} The stated one has a chance of {chance:.2f}."
    return "wrong", "wrong_metre", fact


def _judge_by_sections(
    claim: MetreClaim, sections: Sequence[MetreSection], *, is_local: bool
) -> Judged:
    """Of one among metres that change; of all of the music nothing is right."""
    beats = [each.beats_per_bar for each in sections]
    fact = f"{', then '.join(map(str, beats))} beats in a bar were measured."
    if is_local and claim.right_beats & set(beats):
        return "right", "right", fact
    return "uncheckable", "local", fact


def _means_family(claim: MetreClaim, family: MetreFamily) -> bool:
    """Whether a claim is as wide as what was measured of bars long or short."""
    return set(family.beats_per_bar) <= claim.right_beats


def _chance(claim: MetreClaim, metre: Metre) -> float:
    """Chance that a claim which the measured metre contradicts is right."""
    agreeing = [each for each in metre.others if each.beats_per_bar in claim.right_beats]
    if agreeing:
        return sum(each.p_right for each in agreeing)
    return max(0.0, 1.0 - metre.p_right - sum(each.p_right for each in metre.others))
