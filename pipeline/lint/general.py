"""Sentences, and words of them, that state nothing of this track: the one place for all checks.

What is said of music in general, of a style or of a term of theory; what is asked, supposed, or
told to be found out; headings; what is taught (`theory.py`) or tells of
the prompt (`of_prompt.py`). A term is meant in general where it has an indefinite article or
stands in the bare plural, and its verb tells what such things are, have or do.
"""

import re

from pipeline.lint.notes import MODE, NOTE
from pipeline.lint.numbers import NUMBER
from pipeline.lint.of_prompt import tells_of_prompt
from pipeline.lint.pattern import Pattern
from pipeline.lint.sections import WORK
from pipeline.lint.theory import DEFINES, OF_STYLES, TEACHES

# "Which typically has a high volume and a wide range" tells of both in general.
_GENERALLY = Pattern(
    r"\b(?:which often|typically|usually|generally|normally|commonly|(?:is|are) (?:often"
    r"|frequently|sometimes))\b",
    re.I,
)
# "The tempo of this song is usually 120 BPM" is said of the song.
_OF_ITSELF = Pattern(
    rf"\b(?:of (?:the|this) {WORK} (?:is|are)|these (?:chords|notes) are) {_GENERALLY.pattern}",
    re.I,
)
_GENERALLY_FIRST = Pattern(rf"\W*(?:{_GENERALLY.pattern}|in general\b)", re.I)
# "Which typically has a slow tempo, a simple metre, and a key of C major".
_GENERALLY_HAS = Pattern(
    rf"(?:{_GENERALLY.pattern}|\boften) (?:has|have|uses?|features?|includes?|contains?"
    rf"|involves?|indicates?|suggests?|implies|means|creates?|conveys?|evokes?)\b"
    r"(?:(?!\b(?:it|its|this|but|while|which|whereas)\b)[^;:()])*$",
    re.I,
)
_KNOWN = r"(?:\w+ly )?(?:known|famous|characteri[sz]ed|recogni[sz]ed|noted) (?:for|by)\b"
_MAY = r"(?:may|might|could)"
# "Faster than a typical salsa, which is around 120 BPM"; "a characteristic of E minor".
_OF_OTHERS = Pattern(
    r"\bthan (?:an?|the|most|other) [^,;.]*, which (?:is|are|has|have)\b[^,;.]*$"
    r"|\b(?:characteristic|feature|hallmark|staple|trait)s? (?:of|in) (?:the (?:key|scale) of )?$"
    r"|\b(?:common|typical|usual|standard|popular) (?:[\w-]+ )?(?:for|in) "
    r"[^,;.]{0,20}$"
    # "A waltz, which is characterized by a fast tempo"; "compared with techno, which is at".
    rf"|, (?:which|that) (?:is|are) {_KNOWN}[^;]*$"
    r"|^\W*(?:unlike|compared (?:to|with)) [^,]*, which (?:is|are|has|have)\b[^,]*$"
    r"|\b(?:fans|lovers) of [^,;.]{0,20}$"
    rf"|\b(?:listener|one|you) {_MAY} (?:hear|notice|expect|feel|sense)\b[^,;]*$"
    rf"|\bthere {_MAY} be\b[^,;]*$"
    rf"|\bchords {_MAY} (?:be|include)\b[^;.]*$"
    r"|\b(?:common|typical|characteristic)\b[^;]*, where (?:(?:the|an?) )?$"
    rf"|\b{_MAY} be [^.;,]{{1,20}} or $"
    rf"|\b{_MAY} be (?:in|around|at|about|near|between|either)(?: (?:the|a|key|of|an))* $",
    re.I,
)
_PART_END = Pattern(r"[;:,()]|\b(?:but|yet|whereas|although|though)\b", re.I)
# Models leave out the question mark: "Where is the singing."
_ASKS = Pattern(
    r"\W*(?:(?:where|how \w+) (?:is|are|does|do)|(?:is|are|does|do) (?:there|the|it|this"
    r"|they|you))\b",
    re.I,
)
# What a listener is told to listen for may not be there; "find where the singer enters" says it is.
_INSTRUCTS = Pattern(
    r"[^.]*\b(?:look|listen|search|check|watch|attention) (?:\w+ )?(?:for|to|at)"
    r" (?:any|signs of|the typical|the presence|the absence|(?:\w+ )?changes|a change"
    r"|(?:places|moments|points) where)\b"
    r"|.*\bif (?:there (?:is|are) any|any|present)\b",
    re.I,
)
_SEEK = (
    r"(?:identify|determine|analy[sz]e|examine|assess|evaluate|consider|check"
    r"|confirm|verify|detect|compare|decide)"
)
# "Identify tempo changes" leaves open whether there are any; "identify the singer" does not.
_SEEKS = Pattern(
    rf"\W*(?:{_SEEK}|(?:listen|look|check|search) for(?: an?)?)"
    r" (?:(?:the )?(?:presence|absence|existence) of "
    r"|(?!(?:the|its|h[ie][sr]|their|an?)\b))"
    r"(?:(?!\b(?:that|as|is|are|has|have|where|when|how)\b)[^:;,])*",
    re.I,
)
# "Compare the timings to determine the tempo change".
_SEEKS_BY = Pattern(
    rf"\W*(?:{_SEEK}|listen|look|play|use|note|measure|find)\b[^:;.]* to {_SEEK}"
    r" (?:(?!\b(?:that|as|is|are|has|have|where|when|how)\b)[^:;,])*",
    re.I,
)
# "Note where the tempo changes": whether it does is to be found out.
_SEEKS_CHANGE = Pattern(
    rf"\W*(?:{_SEEK}|listen|look|record|note|find|mark|locate|write|count|measure|track|observe)\b"
    r"[^:;]*\b(?:chang|shift)\w*(?: (?:in|of|to) (?:the )?\w+)?",
    re.I,
)
_OF_CHANGE = Pattern(r"chang|shift", re.I)
# "The use of 4/4 is a characteristic of the genre".
_OF_GENRE_AFTER = Pattern(
    r"(?:(?!\b(?:that|which)\b)[^.;])*\b(?:is|are) (?:an? )?(?:[\w-]+ ){0,2}"
    r"(?:characteristic|hallmark|staple|feature|trait)s? (?:of|in) (?:the|this|that|such an?)"
    r" (?:genre|style)\b",
    re.I,
)
# "Prominent in C major music".
_IN_KEY = Pattern(rf"\bin {NOTE}[ -]{MODE} (?:music|songs|pieces)\b")
_VALUE = Pattern(
    rf"\d|(?-i:\b{NOTE}m?\b)|\b(?:{MODE}|minutes?|no|none|not|without|slow\w*|fast\w*"
    rf"|moderate\w*|steady"
    r"|constant|consistent|instrumental)\b",
    re.I,
)
_SEARCHES = Pattern(
    r"\W*(?:listen|look|identify|determine|check|find|analy[sz]e|pay|focus|consider|ask"
    r"|decide)\b[^.]* or ",
    re.I,
)
# "Waltzes are in 3/4."
_OF_MANY = Pattern(
    r"\W*an? (?:[\w/-]+ ){1,5}?(?:usually|typically|generally|normally|commonly|often)\b|"
    rf"\W*(?!(?:the|these|its|only|just|{NUMBER})\b)(?:[\w-]+ ){{1,2}}(?:keys"
    r"|tempos|tempi|scales|chords|progressions)"
    r" (?:are (?:\w+ )?(?:used|associated|known|common)\b|(?:\w+ )?sound\b|"
    r"(?:often|tend|usually|typically|generally)\b)|"
    r"\W*(?:the|an?) (?:typical|usual|average (?!loudness|level)|standard)\b|"
    # "Swing is known for its quick tempo".
    rf"\W*(?!(?:the|this|that|these|our|its?|h[ie][sr]?|she|their)\b)"
    rf"(?:[\w-]+ ){{1,3}}(?:is|are) {_KNOWN}|"
    rf"\W*(?:the|this) (?:genre|style|form|kind|type)(?: of [\w-]+)? is {_KNOWN}|"
    r"\W*this (?:kind|type|style) of (?:music|song) has\b|"
    r"\W*in (?:this|the|such an?) (?:genre|style)\b[^.]*\b(?:often|usually|typically)\b|"
    r"\W*in (?!(?:the|this|its?)\b)(?:[\w-]+ ){1,2}(?:music|rock|songs), the singer\b|"
    r"\W*in an? (?:waltz|ballad|tango|march|polka|lullaby),|"
    r"\W*(?:anything|everything|songs|tracks|music|pieces|tempos) (?:above|below|over|under"
    r"|between|around)\b|"
    r"\W*for (?:example|instance), (?:an?|in an?|songs|if)\b|"
    r"\W*(?:the )?(?:lyrics|voice|singer|vocals) (?:of|in) (?:an? (?:song|singer)"
    r"|[\w-]+ songs)\b|"
    r"\W*(?:the|this|that|such an?) (?:genre|style|form|kind|type)\b[^.;:,]{0,25}?"
    r" (?:typically|usually|generally|often)\b|"
    # "Rock vocals are often raspy"; "in rock, the singer often".
    r"\W*(?!(?:the|these|this|its?|h[ie][sr]?|she|their)\b)(?:[\w-]+ ){0,2}(?!has\b|is\b)"
    r"[\w-]+s (?:are )?(?:often|usually|typically|generally|commonly|tend)\b|"
    r"\W*in [\w-]+, [^.]*\b(?:often|usually|typically|generally|commonly)\b|"
    r"\W*(?:common|typical|basic) (?:chords|keys|tempos|tempi|metres|time signatures)\b|"
    r"\W*(?:slow|fast|quick|major|minor|loud)\w* (?:music|songs|pieces|tempos|keys|chords)"
    r" (?:is|are|can|tend|sound|make|create)s?\b|"
    r"\W*(?:major|minor) (?:harmony|colou?rs?) (?:often|usually|typically|generally|tends?|can)\b|"
    r"\W*the (?:chords|notes|scales) that (?:work|fit|go|belong|sound)\b|"
    r"\W*(?!(?:all (?:of )?)?the (?:[\w-]+ )?(?:singers|musicians|bands) (?:are|have)\b)"
    r"(?:(?:all|many|most|some|other|such|[\w-]+) ){0,3}?(?:songs|tracks|pieces|tunes|recordings"
    r"|ballads|waltzes|lullabies|tangos|marches|time signatures|genres|singers|musicians|bands)"
    r"(?: (?:of|in|from) (?:this|that|the|its) [\w-]+)?"
    r" (?:\w+ly )?(?:are(?! \w+ing\b)|have|use|feature|include|tend|last|move|run|often)\b|"
    r"\W*(?!(?:the|this|its)\b)[\w-]+ music (?:tends|often|usually|typically|generally"
    r"|is (?:known|defined|characteri[sz]ed))\b",
    re.I,
)
# "If it has four sharps, it may be in E major": but who listens hears; "the song would be slow".
_SUPPOSES = Pattern(
    rf"\W*(?:in|at) (?:(?-i:{NOTE}) {MODE}|an? {MODE} key|\d+/\d+"
    rf"|[\d.]+ bpm)\b[^.;:]{{0,40}}? would\b"
    r"|\W*if\b(?! (?:you|one|we)\b)|\W*(?:the|this|it|an?) (?:[\w'-]+ ){0,6}?would (?:\w+ly )?"
    r"(?:be|have|last|feature|include|sound|feel)\b"
    # "A slow song would leave wide gaps, and this one does not".
    r"|\W*(?:an? )?(?:[\w-]+ )?(?:slow|fast|quick|brisk|rapid|moderate|medium|longer|shorter)\w*"
    r" [^.;,]{1,40}? would\b(?!.*\b(?:leaves (?:me|us|one|only|the)|leaving)\b)",
    re.I,
)
# "Identifying the key: Russian music tends to".
_HEADING = Pattern(
    r"\W*(?P<words>(?!(?:An?|I|It|What|S?[Hh]e)\b)[A-Z](?:(?!\b(?:is|are|has|have|says?|states?"
    r"|does|comes?|arrives?|enters?|rises?|sings?"
    r"|goes|reads?|to|by|with)\b"
    # "The voice takes its time:", "the words paint a city:"; a heading has no verb.
    r"|(?-i:\b(?!(?:of|for|in|on|from|as|into|at|over|and|or)\b|[a-z]+ing\b)[a-z]+)"
    r" (?:its|an?|h(?:is|er)|their|each)\b|(?-i:\b[a-z]+s) the\b)[\w'/ -]){2,45})"
    r"(?P<end>: ?(?!\d))"
)
_TELLS_TO_LEARN = Pattern(r"\W*(?:understand|remember|recall) that in\b", re.I)
# "It is in G major, and the chords that work well in G include F".
_JOINED = Pattern(
    r"(?:;|, (?:and|but|so|as|since|because|while|although|though)) | (?:because|since|although) ",
    re.I,
)
_OPTION = Pattern(r"\s*\(?[A-H][.)]\s")
_NO_CLAIMS = (
    _ASKS, _INSTRUCTS, _OF_MANY, _GENERALLY_FIRST, DEFINES, TEACHES, OF_STYLES, _SUPPOSES,
    _SEARCHES, _TELLS_TO_LEARN, _OPTION,
)  # fmt: skip


def states_nothing(sentence: str, start: int, end: int) -> bool:
    """Whether some words of a sentence state nothing of this track.

    Parameters
    ----------
    sentence : str
        With plain signs.
    start, end : int
        Where the words stand in it.
    """
    if tells_of_prompt(sentence, start, end):
        return True
    said = sentence[start:end]
    heading = _HEADING.match(sentence)
    if heading and end <= heading.end("words") and not _VALUE.search(said):
        return True
    told_from = heading.end() if heading else 0
    patterns = [_SEEKS, _SEEKS_BY, *([_SEEKS_CHANGE] if _OF_CHANGE.search(said) else [])]
    for pattern in patterns:
        seeks = pattern.match(sentence, told_from)
        if seeks and end <= seeks.end() and not _VALUE.search(said):
            return True
    if _OF_GENRE_AFTER.match(sentence, end):
        return True
    if any(each.start() <= start < each.end() for each in _IN_KEY.finditer(sentence)):
        return True
    if any(each.match(sentence, told_from) for each in _NO_CLAIMS):
        return True
    joined = [each.end() for each in _JOINED.finditer(sentence, 0, start)]
    if joined and any(each.match(sentence, joined[-1]) for each in (_OF_MANY, DEFINES)):
        return True
    before = sentence[:start]
    if _GENERALLY_HAS.search(before) or _OF_OTHERS.search(before):
        return True
    part = _PART_END.split(before)[-1] + said
    return bool(_GENERALLY.search(_OF_ITSELF.sub("", part)))
