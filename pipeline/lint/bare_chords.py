"""Bare letters that are chords by what stands around them, and the degrees they are called."""

import re

from pipeline.lint.notes import NOTE
from pipeline.lint.passage import Passage
from pipeline.lint.pattern import Pattern
from pipeline.lint.sections import WORK
from schemas.harmony import pitch_class

# What has one note at a time, or tells of notes, strings and forms; "pedal steel" has chords.
_NOTE_WORDS = Pattern(
    r"\b(?:bass(?:line|es|ist)?|melod\w+|tune|voice|singers?|sings?|singing|sung|hums?"
    r"|humming|vocal\w*"
    r"|he|she|him|her|(?:bass )?flutes?|violin|viola|cellos?|tuba|trumpet|sax\w*|clarinet|oboe"
    r"|bassoon|horn|whistle|fiddle|bell|bells|solo|riff|lick|lines?|theme|notes?|pitch\w*"
    r"|pedal(?! steel)|dron\w+|ison|cantor|chant\w*|sopranos?|altos?|tenors?|baritones?|lead"
    r"|string(?! \w+s\b)"
    r"|capo|(?<!-)tun(?:ed|ing)|fret\w*|left hand|thumb|timpani|octaves?|unison|semitones?|scale"
    r"|mode"
    r"|low"
    r"|(?<!harp's )high|sections?|forms?|parts?|sides?|takes?|studios?|plans?|grade|vitamin"
    r"|letters?|rhyme\w*|leading|harmonica|key|tonic)\b",
    re.I,
)
_HAS_CHORDS = (
    r"(?:guitars?|acoustic|strings|organ|hammond|piano|accordion|bandoneon|choir|band|pads?|synths?"
    r"|keys|keyboards?|harp|brass|horns|steel|strum\w*|uke|ukulele|banjo|mandolin|harmonium"
    r"|concertina|rhodes|wurlitzer|clavinet|harpsichord|celesta|marimba|vibes|chords?"
    r"|harmon(?:y|ies)"
    r"|autoharp|lute|zither|cuatro|bouzouki|cimbalom|skank)"
)
_KIND = (
    r"(?:(?:\w+-)?(?:big|open|ringing|held|long|soft|loud|bare|plain|simple|warm|bright"
    r"|dark|fat|wide|last"
    r"|final|first|quiet|single|sustained|lone|great|huge|gentle|rolled|muted|distorted|sunny|low"
    r"|crunching|clean|borrowed|glowing|hushed|heavy|full) )"
)
_LEAD_IN = r"(?: (?:back|down|up|home|hard|out|again|in|over|away|off|at last|for good|\w+ly)){0,2}"
_ON = Pattern(
    r"\b(?:swell|land|settl|rest|arriv|end|finish|clos|resolv|sit|hang|hover|dock|open|start|begin"
    r"|lean|pivot|linger|stay|park|paus|alight|slam|crash|chug|comp|dwell|camp|pil|strum|vamp|touch"
    rf"|hold|stop|com|fad|die|trail)\w*{_LEAD_IN} (?:to rest )?(?:on|onto|upon) (?:an? "
    rf"|the )?{_KIND}{{0,2}}$"
    rf"|\b{_HAS_CHORDS}(?: \w+)?,? on (?:an? |the )?{_KIND}{{0,2}}$",
    re.I,
)
_TO = Pattern(
    rf"\b(?:resolv|sink|subsid|relax|melt|dissolv|fall|slid(?!\w* (?:up|down)\b)|slip|lead|swing"
    rf"|lean|go|giv|open|tilt"
    rf"|turn|mov|return|cadenc|drop|step|land|widen|com|yield"
    r"|dip|sag|ris|climb|lift|drift|bloom|shift|chang|chug|brighten|darken|soften|thin|wander)"
    rf"\w*{_LEAD_IN}(?: way)? (?:to|into|onto|for) (?:an? |the )?{_KIND}{{0,2}}$",
    re.I,
)
_FROM = Pattern(r"\b(?:mov|shift|rock|swing|go|chang|drift|slid|switch)\w*(?: \w+ly)? from $", re.I)
_OF_CHORDS = Pattern(rf"\b{_HAS_CHORDS}\b", re.I)
_PLAYED = Pattern(
    r"\b(?:strum|strik|struck|hits?|play|chug|pump|hold|held|ring|punch|hammer|stab|sound|vamp|comp"
    r"|giv|roll|bring|tak|sustain|hammer|bang|thump|whack|spread|supply|supplies|swell|find)\w*"
    rf"(?: (?:out|up|down|in|just|only|\w+ly))? (?:an? |the |that |one |nothing but )?"
    rf"{_KIND}{{0,2}}$",
    re.I,
)
_MUCH_OF = Pattern(
    rf"\b(?:bars?|beats|measures|minutes?|seconds|stabs?|hits?|strums?|washes|wash|swells?|stretch"
    rf"|pull|tug|arrival|glow|warmth|bed|carpet|cushion|splash|wall|chunk|whack|pads?)"
    rf" of (?:an? |the )?{_KIND}{{0,2}}$"
    # "A big open G", "last F sharp, last B".
    rf"|\bover (?:an? |the )?{_KIND}{{0,2}}$"
    r"|\b(?:big|fat|wide|plain|wide-open)(?: open| ringing)? $"
    # "The bridge borrows an A flat".
    r"|\b(?:bar|measure) (?:one|two|three|four|five|six|seven|eight|\d+) (?:is|has|holds|brings"
    r"|gets|sits on) (?:an? )?(?:\w+ )?$|\bborrow\w*(?: in)? an? (?:\w+ )?$",
    re.I,
)
# "G crashes in where you expect the D".
_VERB = Pattern(
    r" (?:(?:now|then|still|just|only|\w+ly) )?(?:slipped in|thrown in|dropped in|tucked in"
    r"|wants|needs|begs|refuses|keeps|sits|comes|crashes|brings|lets|darkens|lightens|arrives"
    r"|enters|crowns"
    r"|closes|waits|leads"
    r"|takes (?:over|its|us|it)|gives (?:it|us|way|in)|lands|lifts|brightens|softens|answers|pulls"
    r"|rings|falls|slips|hands|carries|bridges|settles|resolves|turns (?:it|the|up)|opens)\b"
)
_OTHERS = Pattern(r"(?<![\w#'])[A-G](?:[#b]|m\b| sharp| flat| major| minor|(?=[ ,.;]))|\bchords?\b")
_COMES = Pattern(
    rf"\b[Aa]fter (?:the )?{NOTE}m? comes (?:an? |the )?$|^(?:Next|(?:And "
    rf"|But )?[Tt]hen)(?: comes|:)? (?:an? )?$"
    rf"|(?<![\w#']){NOTE}m?7? (?:leans|melts|falls|slips|sinks|resolves|tips) (?:\w+ )?(?:in)?to $"
)
# "It's D that does the tugging".
_IT_IS = Pattern(r"\b(?:it's|it is|that's) (?:the |an? )?$", re.I)
_NO_CHORD = Pattern(r"\bno (?:major |minor )?(?:chord|triad) (?:of|on) $", re.I)
_CHORD_OF = Pattern(
    r"(?<!no major )(?<!no minor )(?<!no )\b(?:chord|triad) (?:of|on) $"
    r"|\b(?:the|that|its|home|tonic) chord $|\bthe (?:sub)?dominant $"
    r"|(?<!no )\bchord\b[^.;:,]{0,20}? (?:after|before|follows|precedes|answers) $",
    re.I,
)
_CLAUSE = Pattern(
    r"[,;:]|\b(?:while|as|but|then|until|before)\b"
    r"|\band\b(?! (?:\w+ly )?(?:ends?|closes|finishes|lands|settles|rests|stops|returns|falls) )"
)
_STRING_AFTER = Pattern(r"[ -](?:strings?|notes?)\b|,? (?:in the form|the (?:\w+ )?section)\b")
_CLOSES = Pattern(r"\b(?:end|clos|finish)\w*", re.I)
_LAST = Pattern(r"\b(?:last|final|closing|opening) $", re.I)
_ENDS = (
    r"(?=[.,;:!)]|\s*$| (?:and|but|again|for|then|with|before|while|as|at|in|under|over|like|until"
    r"|each|every|to|where|when|so|once|twice|home|after|above|beneath|instead|throughout|every"
    r"|towards?|that|which|all|from|now|here|there|this)\b)"
)
# "It ends on a held E": a note.
_HELD = Pattern(r"\ban? (?:held|long|sustained|low) $", re.I)
_LONE = Pattern(r"\ban? (?:lone|single) $", re.I)
_END = Pattern(_ENDS)
# "G minor has the final chord", "B flat blossoms", "the E keeps resolving".
_PREDICATE = Pattern(
    r",? (?:(?:has|is|gets|makes|becomes|for|as) (?:the |its )?(?:\w+ )?(?:chord|last word)\b"
    r"|(?:simply |then |finally |briefly |\w+ly )?(?:blossoms|blooms|follows|swells|slides"
    r"|hangs (?:there|on|in)|drops in|gives way|opens out|resolves|keeps resolving|melts|dissolves"
    r"|pulls|answers)\b)"
    r"| (?:is|gets|was) (?:then )?(?:swapped|traded|replaced|exchanged) (?:for|by|with)\b"
    rf"| (?:leans|drops|sinks|melts|tips) (?:hard |back |down )?(?:in)?to {NOTE}(?![a-z])"
)
# Of shares of the time: "G sounds slightly longer than either", "D takes the most time".
# "Option B has the most support", "C is the longest section".
_OF_CHOICE = Pattern(
    r"\b(?:options?|answers?|choices?|support|genre|sections?|form|takes the lead)\b", re.I
)
_HAS_SHARE = Pattern(
    r"(?:, (?:the|its) (?:tonic|home|(?:sub)?dominant)(?: chord)?,)?"
    r"(?:,? (?:that|which))?,? (?:(?:still|in fact|by itself|alone|itself"
    r"|also|clearly|just|only|does|again|even) )*"
    r"(?:(?:sounds?|lasts?|rings?|stays?|lingers?|(?:is|are) (?:heard|held|sounded|played|touched))"
    r" (?:for )?(?:the |a |by )*(?:\w+ly |most |shade |touch |hair |little |far |bit |much |almost "
    r"|fraction |all but |just )*"
    r"(?:long(?:er|est)?|more|most|less|least|as long|short(?:er|est)|last in each|time)\b"
    r"|(?:takes?|gets?|has|have|holds?|receives?|claims?|fills?|occup(?:y|ies)|owns?|wins?)"
    r" (?:the |a |an |by |up )*(?:\w+ly |shade |touch |hair |little |slight |small |bit "
    r"|clear |much "
    r"|almost |fraction |far )*(?:most|more|less|least|longest|shortest|larg\w+|smallest|biggest"
    r"|lead|edge|lion's|greatest|share)\b"
    r"|(?:is|comes|comes out|runs|lies|stands|edges|being)? ?(?:the |only |just |very |a "
    r"|an |by |most )*"
    r"(?:\w+ly |hair |shade |touch |little |whisker |fraction |nose |bit )*"
    r"(?:ahead|longest|shortest|close behind|right behind)\b"
    r"|is (?:an?|the) (?:[\w-]+,? ){0,3}(?:chord|triad)\b)"
)
_STEPS = (
    r"(?:(?:is|are) (?:always |then |again )?followed by|pulls? (?:back |home )?(?:in)?to"
    r"|leads? (?:back"
    r" |on |home |over |straight )?(?:in)?to|gives? way to|resolves? (?:back |down |up )?(?:in)?to"
    r"|returns? to|steps? (?:up |down |back )?to|yields? to|comes? (?:right |just |straight )?after"
    r"|follows|precedes)"
)
_GOES_TO = Pattern(
    rf" (?:always |then |keeps |only )?{_STEPS} {NOTE}(?![a-z'])(?! (?:string|section))"
)
_COMES_FROM = Pattern(rf"(?<![\w#']){NOTE}(?:m|7|maj7|m7)?,? (?:always |then )?{_STEPS} $")
_TO_PART = Pattern(r"^[^A-G]*[ABC](?![\w#])")
_FROM_PART = Pattern(r"(?<![\w#])[ABC] [^A-G]*$")
_OF_A_WORK = Pattern(rf"\b(?:{WORK}|music|it|key)\b[^.;:,]*$", re.I)
# "E and B lift the refrain", "guitars doubled, G and D cracking the gloom".
_PAIR_STARTS = Pattern(r"(?:^|[a-z][,;:] |\bwhere |\bwhile )$")
_PAIR_DOES = Pattern(
    r" (?:now |then )?(?:lift|follow|alternate|answer|brighten|darken|colou?r|carry|frame|anchor"
    r"|support|underpin|crack|open)(?:ing)?\b"
)
# "One" and "two" may be anything: "the two" is no degree.
_DEGREES = {
    "tonic": "I", "one": "I", "supertonic": "II", "second": "II", "mediant": "III",
    "three": "III", "third": "III", "subdominant": "IV", "four": "IV", "fourth": "IV",
    "dominant": "V", "five": "V", "fifth": "V", "submediant": "VI", "six": "VI", "sixth": "VI",
    "flat six": "bVI", "flat sixth": "bVI", "flat seven": "bVII", "flat seventh": "bVII",
    "seven": "VII", "flat three": "bIII", "flat third": "bIII", "two": "II", "flat two": "bII",
}  # fmt: skip
_CALLED = (
    r"(?:(?:secondary |home )?(?P<word>tonic|supertonic|mediant|subdominant|dominant|submediant"
    r"|(?:flat[ -])?(?:two|three|six|seven|third|sixth|seventh)(?! of)|one|four|five"
    r"|(?:second|third|fourth|fifth|sixth)(?= degree| chord))"
    r"(?: degree| chord)?|(?P<roman>[b#]?(?:IV|VII|VI|V|III|II|I|iv|vii|vi|v|iii|ii|i)7?))"
)
# "G and Em, as subdominant and supertonic": each chord has its own.
_OTHER_DEGREE = Pattern(
    rf" and (?:the )?(?:(?:{'|'.join(_DEGREES)})|(?-i:VII|VI|IV|III|II|V|vii|vi|iv|iii|ii|v))\b",
    re.I,
)
# "D, the dominant", "C drops in as IV", "slides up into C, so that'd be the four".
_DEGREE = Pattern(
    r"(?:(?: [a-z]+){0,6},? as (?:the |its |our |your )?"
    r"|(?: [a-z]+){0,8}, (?:so |and )?(?:that(?:'s"
    r"|'d be| is| would be) |which is |it's |this is )?(?:the|its|our|your) "
    r"|,? is (?:the |its |our )"
    r"|,? the |,? being the )"
    rf"{_CALLED}(?=[.,;:!)]|\s*$| (?:and|but|again|with|of (?:the key|[A-G])|pulling|leaning|at|in"
    r"|before|to|for|that|which|where|here)\b)"
)
_NEXT_NAME = Pattern(rf", {NOTE}(?:m|7|maj7|m7)?(?=[,.;])")
_THIRDS = ({0, 4, 7}, {0, 3, 7}, {0, 3, 6})


def is_placed(passage: Passage, start: int, end: int) -> bool:
    """Whether a name stands where a chord would: ``strings swell on A``, ``docks on F``."""
    before, after = passage.before(start, 90), passage.after(end, 60)
    clause = _CLAUSE.split(before)[-1]
    name = passage.text[start:end]
    if name[-1].isdigit() or _NOTE_WORDS.search(clause) or _STRING_AFTER.match(after):
        return False
    if _NO_CHORD.search(clause):
        return False
    # "The song settles on D minor": the key.
    if " m" in name and _OF_A_WORK.search(clause) and not _CLOSES.search(clause):
        return False
    if _does_something(name, before, after):
        return True
    return bool(_END.match(after)) and _is_done_to(name, before, clause)


def has_share(passage: Passage, end: int) -> bool:
    """Whether what ends there is said to have its share of the time: ``takes the most time``."""
    return bool(_HAS_SHARE.match(passage.after(end, 90)))


def is_chord_of(passage: Passage, start: int) -> bool:
    """Whether a name follows ``the chord on`` or ``the chord that comes after``."""
    return bool(_CHORD_OF.search(passage.before(start, 60)))


def is_spoken_of(passage: Passage, start: int, end: int) -> bool:
    """Whether a name is a chord's, even where it names the tonic, too."""
    # "The chord of G minor" is read as a whole.
    is_whole = not re.match(r"[ -](?:major|minor)\b", passage.after(end, 10))
    return is_whole and (is_chord_of(passage, start) or has_share(passage, end))


def acts(passage: Passage, start: int, end: int) -> bool:
    """Whether a name is said to do something: ``B minor arrives``."""
    before, after = passage.before(start, 90), passage.after(end, 60)
    return _does_something(passage.text[start:end], before, after)


def _does_something(name: str, before: str, after: str) -> bool:
    """``G crashes in``, ``it's D that tugs``; a lone A, B or C may be a part of the form."""
    if _IT_IS.search(before):
        return bool(re.match(r" that [a-z]+s\b", after))
    is_form = name in ("A", "B", "C")
    if (_HAS_SHARE.match(after) and not _OF_CHOICE.search(before + after)) or (
        _GOES_TO.match(after) and not (is_form and _TO_PART.search(after))
    ):
        return True
    if _COMES_FROM.search(before) and not (is_form and _FROM_PART.search(before)):
        return True
    if re.search(r"\w'$|[A-G]\W+$", before) or name == "A":
        return False
    if _PREDICATE.match(after):
        return True
    return bool(_VERB.match(after)) and (name not in ("B", "C") or bool(_OTHERS.search(after)))


def _is_done_to(name: str, before: str, clause: str) -> bool:
    """``Settles on E``, ``guitars strum G``."""
    is_held = _HELD.search(before) and not _OF_CHORDS.search(clause)
    if (is_held or _LONE.search(before)) and not name[1:].strip("#b"):
        return False
    if _LAST.search(before):
        return name not in ("A", "B", "C") and " m" not in name
    if _ON.search(before) or _MUCH_OF.search(before) or _COMES.search(before):
        return True
    has_chords = bool(_OF_CHORDS.search(clause))
    return has_chords and bool(_TO.search(before) or _PLAYED.search(before))


def is_pair_at_work(passage: Passage, one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two names do a chord's work: ``E and B lift the refrain``, ``moves from G to D``."""
    before, between = passage.before(one[0], 90), passage.text[one[1] : other[0]]
    if between == " to ":
        clause = _CLAUSE.split(before)[-1]
        has_chords = _FROM.search(clause) and _OF_CHORDS.search(clause)
        return bool(has_chords) and not _NOTE_WORDS.search(clause)
    is_first = between == " and " and _PAIR_STARTS.search(before)
    return bool(is_first and _PAIR_DOES.match(passage.text, other[1]))


def degree_after(
    passage: Passage, start: int, end: int, *, is_minor: bool
) -> tuple[str, int] | None:
    """The numeral that a chord is called by in words, and where it ends."""
    match = _DEGREE.match(passage.after(end, 90))
    if match is None or _OTHER_DEGREE.match(passage.text, end + match.end()):
        return None
    # "F#, C# and B go round, and the dominant, C#, lingers": it is the next one's.
    if match[0].count(" ") > 3 and _NEXT_NAME.match(passage.text, end + match.end()):
        return None
    if re.search(NOTE + r"(?![a-z])", match[0][: match.start(match.lastgroup or 0)]):
        return None
    before = passage.before(start, 60)
    clause = re.split(r"[,;:]|\b(?:and|while|but)\b", before)[-1]
    if _NOTE_WORDS.search(clause) or _NOTE_WORDS.search(match[0].replace("tonic", "")):
        return None
    if match["roman"]:
        return match["roman"], end + match.end()
    numeral = _DEGREES[match["word"].lower().replace("-", " ")]
    sign, degree = re.fullmatch(r"([b#]?)(\w+)", numeral).groups()  # type: ignore[union-attr]
    return sign + (degree.lower() if is_minor else degree), end + match.end()


def spells_a_chord(roots: list[str]) -> bool:
    """Whether letters in a row are the notes of one triad: C, E and G."""
    pitches = {pitch_class(root) for root in roots}
    return len(pitches) == 3 and any(
        {(pitch - root) % 12 for pitch in pitches} in _THIRDS for root in pitches
    )


# "Outlines C, E and G", "the F7 chord, with its A and E flat".
_SPELLED = Pattern(
    r"\b(?:outlin|spell|stack|arpeggiat|pick|climb|walk|run)\w*(?: \w+){0,2} $"
    r"|\bwith (?:its|an?|the) (?:\w+ )?$|\b(?:notes?|tones?)\b[^.;]{0,12}$",
    re.I,
)
_MAKES = Pattern(
    r",? (?:so|hence|thus|(?:which |together |immediately |that )*(?:mak|spell|giv|suggest|impl"
    r"|hint|outlin)\w+)(?: \w+){0,2}? "
    rf"{NOTE}(?: (?:major|minor)|m\b)"
)


# "The two have G and B flat in common", "B and D belong to both chords".
_IN_COMMON = Pattern(
    r",? (?:in common|(?:belongs?|is common|are common) to (?:both|each|the two|all)"
    r"|(?:is|are) (?:shared|(?:in|part of) both|held over|the (?:shared|common))"
    r"|stays? (?:put|where)|as (?:shared|common) (?:notes|tones))\b"
)


def is_one_of_notes(passage: Passage, start: int, end: int) -> bool:
    """Whether letters in a row are notes of a chord: ``gives A flat and C, so F minor``."""
    after = passage.after(end, 60)
    if re.match(r",? in (?:\w+ ){0,3}chords\b", after):
        return False
    if _IN_COMMON.match(after):
        return True
    return bool(_SPELLED.search(passage.before(start, 40)) or _MAKES.match(after))
