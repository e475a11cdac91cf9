"""Whether a name such as ``A minor`` is used as that of a key or of a chord."""

import re

from pipeline.lint.notes import MODE, NOTE, note_name
from pipeline.lint.passage import Claim, Passage
from pipeline.lint.pattern import Pattern
from schemas.harmony import pitch_class

_CHORD_AFTER = Pattern(
    r"[ -]?(?:pads?\b|stops?\b|stabs?\b|hits?\b|strums?\b|swells?\b|wash(?:es)?\b|clusters?\b"
    r"|inversions?\b|stings?\b|flourish|chords?|triads?|seven(?:th)?|7th|7\b|nine|ninth|9th"
    r"|six(?:th)?|6th|sus|arpeggi\w*"
    r"|voicing\w*|sonorit(?:y|ies)"
    r"|vamp)\b"
    # "G major and G diminished chords".
    r"|,? (?:and|or) (?-i:[A-G])[#b]? ?\w* ?(?:chords|triads)\b",
    re.I,
)
_KEY_AFTER = Pattern(
    r"[ -](?:tonality|keys?|tonal|anthem|ballad|song|track|tune|piece|throughout|as (?:the "
    r"|its )?(?:key|home|tonic)|is the (?:\w+ )?key"
    r"|(?:then |now )?(?:carries|takes over|governs|rules|holds (?:sway|from|until|till|to))|reigns"
    r"|pentatonic|scale|harmon(?:y|ies)|cent(?:er|re)|world|territory|mode|palette"
    r"|lament|waltz|dirge|march|shuffle|blues|groove|lullaby|reverie|stomp|romp)\b"
    # "B minor, tremolo-picked, 4/4".
    r"|,? in which\b"
    r"|, (?!and\b|then\b)[\w-]+,? (?:\d/\d|[\d.]+ ?bpm|four-four|three-four|six-eight)\b",
    re.I,
)
# "Harp chords, G major, 4/4", "outlining D minor at a stately 92 BPM", "E minor to the bone".
_BESIDE_AFTER = Pattern(
    r",? (?:(?:and|at|around|about|roughly|in|an?(?: [\w-]+)?) )*"
    r"(?:\d/\d|[\d.]+ ?bpm|four-four|three-four|six-eight)\b|,? to the (?:bone|core|last)\b",
    re.I,
)
_CHORD_BEFORE = Pattern(
    r"\b(?:chords?|triads?|progressions?|cadence|vamp\w*|arpeggi\w*|loops?|cycl\w+)\b"
    r"[^.;:]{0,40}$",
    re.I,
)
# "The chord progression is in F minor, D and G".
_PROGRESSION_BEFORE = Pattern(r"\b(?:progression|sequence)s?\b[^.;:,]{0,20}$", re.I)
_MORE_AFTER = Pattern(rf",? (?:and |then )?{NOTE}(?:[ -]{MODE}|m)?(?:[,.;]|,? and\b)")
_CHORD_JUST_BEFORE = Pattern(
    r"\bchords?(?: (?:progression|sequence)s?)?\W{0,2}:?\W{0,2} (?:(?:of|is|are|like|such as"
    r"|includ\w+|being|heard|used|played|from|to):? ){0,3}$"
    r"|\bchord (?:that|which|heard|at|before|after|in|on)\b[^.;:]{3,50} is (?:an? )?$"
    r"|\b(?:last|final|closing|opening|first) (?:stab|hit|strum|crash|sting|blow|bar)s? (?:is|are"
    r"|lands? on|rings? on) $"
    r"|\b(?:harmony|changes) (?:is|are|runs|goes) (?:just|only|simply|all|mostly|nothing but) $"
    r"|\b(?:toggl|seesaw|shuttl|oscillat|rock|sway)\w* (?:back and forth )?(?:between|from|on) $"
    r"|\b(?:stab|hit|stop|shot|punch)(?:e?s)?(?: \w+){0,2} in $"
    r"|\bin (?:comes|creeps|slips|walks|steps) (?:an? )?$"
    r"|(?:^|[;,] )(?:[Aa]nd )?(?:[Tt]hen|[Nn]ext) (?:comes? )?(?:an? )?$"
    r"|\bspell(?:s|ing|ed)?(?: out)? (?:an? )?$|\bdeceptive\w* (?:\w+ )?(?:in)?to $",
    re.I,
)
# "The chords that tell of this key are A minor and B major".
_CHORDS_ARE_BEFORE = Pattern(
    rf"\bchords\b[^.;:]{{0,60}}? (?:are|include):? (?:{NOTE}(?:[ -]{MODE}|m)?7?"
    r"(?:,? (?:and|then|to) |, ))*$"
)
# "He borrows an E flat minor for a second", "there's a sneaky E flat minor in the bridge".
_ONE_BEFORE = Pattern(
    r"\b(?:there(?:'s| is)|borrow|hold|hit|strik|strum|play|land|rest|resolv|end|finish|clos"
    r"|paus|lean|bring|add|slip|drop|comp|ring|throw)\w*"
    r"(?: (?:in|on|to|into|out|with|over|up|back))* an? (?:(?:sneaky|surpris\w+|stray|lone"
    r"|passing|borrowed|single|quick|odd|final|last|open"
    r"|bare|big|fat|ringing|held|long|short|sudden|unexpected|brief|plain|rogue|cheeky) )?$"
    r"|\bover an $",
    re.I,
)
_ONE_AFTER = Pattern(
    r"\W*$|[,.;:!)]| (?:for|that|which|in|at|under|over|on|before|and|as|to|with|from)\b"
)
# "F minor, D flat major, B flat minor and C minor": three and more names in a row are chords.
_ITEM = rf"{NOTE}(?:[ -]{MODE}| seven(?:th)?\b|m?(?:aj)?7?(?!\w))(?: first)?"
_NEXT = r"(?:,? (?:and |then |to |or back to |back to |on to |finally )+(?:an? )?|, | - | -> ?)"
_ITEMS_BEFORE = Pattern(rf"(?<![\w#'])(?:{_ITEM}{_NEXT}){{1,8}}$")
_ITEMS_AFTER = Pattern(rf"(?: first)?(?:{_NEXT}{_ITEM}(?![\w#'])){{1,8}}")
_ITEM_STARTS = Pattern(r"(?<![\w#'])[A-G](?=[#b]?[ ,.;:7m-]|$)")
_KEYS_LED = Pattern(r"\b(?:keys?|modulat\w+|tonal\w*|in|scales?)\b[^.;:,]{0,20}$", re.I)
_BETWEEN = Pattern(r"\b(?:between|alternat\w+)\b[^.;:]{0,40}$", re.I)
_KEY_BEFORE = Pattern(
    r"(?:\b(?:keys?|tonal\w*|tonic|modulat\w*|modes?|rooted|grounded|cent(?:er|re)\w*|transpos\w*|"
    r"set|belong\w* to|written|composed|pitched|cast|anchored)\b[^.;]{0,30}"
    # "118 BPM, D minor", "it slips into B flat major", "my ear settles on G", "a visit to D major".
    r"|(?:\bbpm|\b\d/\d|\btime|\bfour-four|\bsix-eight|\bthree-four),? (?:and )?"
    r"|\b(?!resolv|chord|cadenc|goes|going|lean)\w+(?: (?:it|us|things|everything|back|down|up|off"
    r"|\w+ly))? into (?:an? |the )?(?:\w+ )?"
    r"|\b(?:call (?:it|this|that)|I(?:'d| would)? (?:say|hear|bet on|make it)"
    r"|(?:it|this|that)(?:'s| is)(?: (?:\w+ly|all|just|still|in))?) "
    r"|\bears? [^.;:,]{0,25}(?<!\ban )(?<!\ba )|\b(?:visit|trip|detour|excursion|foray|side-?step"
    r"|tour)s? "
    r"(?:to|into|through) "
    r"|\bin (?:an? |the )(?:[\w-]+,? ){1,3}"
    r"|\bin (?!bars?\b|the\b|its\b|comes?\b|walks?\b|creeps?\b|slips?\b"
    r"|verse|chorus|each\b|every\b)[a-z-]+,? (?:[a-z-]+ )?"
    r"|\b(?:flirt|toy|brush|hint)\w* (?:with|at|against) (?:an? )?(?:\w+ )?"
    r"|\b(?:establish|declar|announc|proclaim|inhabit|brighten|darken|lean|shad|revolv)\w*"
    r"(?: (?:to|towards?|around))? (?:an? |the )?(?:(?!on|in|up|into)[a-z-]+ )?"
    r"|\b(?:turn|shift|lift|jump|hoist\w*)s? to (?:the )?"
    r"|\bthe (?:relative|parallel)(?: major| minor)?,? "
    # "These chords point to D minor".
    r"|\bbelongs? to |\bchords (?:\w+ )?(?:points?|suggests?|indicates?|tells?|imply|implies"
    r"|confirms?)\b[^.;]{0,20}|\b(?:in|of)\s+(?:either\s+)?(?:the key "
    r"of\s+)?)$",
    re.I,
)
# What a chord is in its key: "F major arrives as the dominant", "G major, the sixth degree".
_FUNCTION_AFTER = Pattern(
    r"(?:,| is| [a-z]+s(?: up| in| back)?(?= as )"
    r"|(?: at [^,.;]{3,30})?, that's)?"
    r" (?:as )?(?:the|its|our) (?:\w+ )?(?:(?:sub|pre)?dominant|(?:sub)?mediant"
    r"|(?:flat )?(?:second|third|fourth|fifth|sixth|seventh|two|three|four|five|six|seven)"
    r"(?: (?:degree|chord))?)"
    r"(?=[.,;:!)]|$| (?:chord|degree|and|of|in|that|to|which|before|on)\b)",
    re.I,
)
_BARE = rf"{NOTE}(?:m|maj|7|9|sus\d?|dim)*(?![\w#'])(?![ -]{MODE})"
_GOES_ON = (
    r"(?:sets? up|answers?|pulls? (?:back )?to|resolves? (?:\w+ )?(?:to|into)|falls? to"
    r"|leads? (?:back )?(?:to|into)|drops? to|walks? (?:\w+ )?to|steps? (?:\w+ )?to|follows"
    r"|swaps? (?:places )?with|trades? (?:places )?with|alternates? with)"
)
# "D minor sets up G7", "D flat answers F minor".
_GOES_ON_AFTER = Pattern(rf" {_GOES_ON} (?:an? |the )?{_BARE}")
# "The way G leans into A minor".
_LEANS_BEFORE = Pattern(
    rf"(?<![\w#']){_BARE}(?:,(?: and| then)*)? (?:lean|drop|open|melt|fall|slid|slip|sink"
    rf"|resolv|pull|walk|lead|step|dissolv"
    r"|bleed)\w*(?: \w+ly| back| down| up)? (?:in)?to (?:an? )?$"
)
# "The line falls to E minor, then to B7".
_THEN_AFTER = Pattern(
    rf",? (?:and )?then (?:back |on )?(?:to )?(?:an? )?{NOTE}(?:m|maj|7)+(?![\w#'])"
)
_GOES_ON_BEFORE = Pattern(rf"(?<![\w#']){_BARE} {_GOES_ON} (?:an? |the )?$")
_LANDS_BEFORE = Pattern(
    r"\b(?:lean|dwell|linger|rest|hang|paus|end|clos|finish|land)\w*(?: \w+ly| again)? on $", re.I
)
# "B minor for a floor and G for a threat, and it alternates them".
_IN_TURN_AFTER = Pattern(
    rf"[^.;]{{0,25}}?\b(?:and|then|to) (?:an? )?{NOTE}(?![\w#'])[^.;]{{0,50}}?\b(?:alternat\w+"
    r"|back and forth|to and fro|round and round|over and over|by turns|in turn|turn about)\b"
)
# "A minor walks down beneath her, G, F, then E minor"; "A minor, Am - F - Em" names the key first.
_LIST_AFTER = Pattern(
    rf"(?P<lead>[^.;A-G]{{0,40}}?)(?<![\w#'])(?P<first>{NOTE})(?:m|maj|7|9)*(?![\w#'])"
    rf"(?:,? (?:and |then |to |through )+|, | ?- ?)(?:an? )?{NOTE}"
)
_WALKS = Pattern(r"\b(?:through|down|up|then|to|fall\w*|walk\w*|step\w*|slid\w*|by way of)\b")
_ONE_OF_BEFORE = Pattern(
    r"(?:\bone (?:[a-z-]+ )?|\b(?:an?|the odd|the occasional) (?:[a-z-]+,? ){0,2})$"
)
_SYMBOLS = Pattern(
    r"(?<![\w#'])[A-G](?:#|b| flat| sharp)?(?:m?7?| major| minor)(?=[,;]| (?:and|to|then|-) |$)"
)
# "G minor and C minor": two keys at once are hardly ever named.
_AND_AFTER = Pattern(rf",? and (?:an? )?{NOTE}[ -]{MODE}(?![ -](?:keys?|sections?|halves))")
_AND_BEFORE = Pattern(rf"{NOTE}[ -]{MODE},? and (?:an? )?$")
_OF_BEAT_AFTER = Pattern(
    r" (?:on (?:the|every|each|beat) (?:downbeat|one|two|three|four|off-?beat|backbeat"
    r"|(?:first|second|third|fourth|last|next|final) (?:beat|bar|line|word|syllable|note))"
    r"|for (?:an?|one|two|four|half an?|eight|\d+) (?:bars?|beats?|measures?)"
    r"|at the (?:end|head|top) of (?:the|each|every) (?:\w+, )*(?:\w+ )?(?:phrase|line|bar"
    r"|turn|round|loop)|and back(?: again)?)\b"
    r'| (?:under|beneath|on|over|behind) (?:the (?:word|line|name)s? )?"',
    re.I,
)
# "The C minor refuses", "it's the E minor that hurts".
_THE_ONE_AFTER = Pattern(r"[.,;!]|$| (?:that|which|before|under|\w+s(?=[.,;!]|$))")
_BUILT_BEFORE = Pattern(r"\b(?:built|founded|based|raised) (?:\w+ )?on (?:the )?$", re.I)
# "G minor with a sweeter sixth" may tell of Dorian.
_DEGREE_AFTER = Pattern(r",? with an? (?:[\w-]+ )?(?:second|fourth|sixth|seventh)\b", re.I)
# "G, D, Em and C, G major": what follows a closed list is its key.
_CLOSED_BEFORE = Pattern(
    rf"(?<![\w#']){_ITEM},? (?:and|then) {_ITEM}, (?:so |hence |plainly |all )?$"
)
_ALONE_AFTER = Pattern(rf"(?!,? (?:and |then |to )*{NOTE}(?![a-z]))")
# "C sharp major, with its E sharp in the clarinet, pulls back", "that F major lending a glow".
_ITS_NOTE_AFTER = Pattern(rf"(?: [a-z]+ [a-z]+)?, (?:with )?its {NOTE}(?= [a-z])")
_NEXT_AFTER = Pattern(r" comes next\b(?!, (?:the|its) (?:relative|parallel))")
_THAT_BEFORE, _GIVES_AFTER = Pattern(r"\bthat $"), Pattern(r" (?:lend|add|giv|bring|throw)ing\b")
# "Guitars, A major, a drum machine ticking".
_COMMA_BEFORE, _COMMA_AFTER = (
    Pattern(r"[a-z0-9], $"),
    Pattern(r", (?:an? |[a-z]+ [a-z]+ [a-z]+ing\b)"),
)
# "The last B minor rings out", "the surprising A major".
_LAST_BEFORE = Pattern(r"\b(?:last|final|surprising|unexpected|sudden) $", re.I)
_RINGS_AFTER = Pattern(r"(?= (?:ring|at|in|that|hang|stop|is|fad|dies|which)|[.,;]|$)")
# What may be a key or a chord: "octaves on D minor", "over D minor".
_LOOSE_BEFORE = Pattern(
    r"\b(?:closing|opening|that) $|\b(?:octaves|lean\w*|fifths) on $"
    r"|\b(?:hold\w*|over|lean\w* towards?) $|^\W*back to $",
    re.I,
)
_LOOSE_AFTER = Pattern(r" (?:gives way|opens|follows|appears|returns)\b")
_START = Pattern(r"(?:^\W*|[,;:] |\b(?:when|and|where|while|before|until) )$")
# Ours: two names in a row may be keys.
_FEWEST = 3


def role_of(passage: Passage, claim: Claim) -> str:
    """``key``, ``chord``, ``either``, ``open`` or ``loose``, as of `pipeline.lint.key.KeyClaim`."""
    before, after = passage.before(claim.start, 70), passage.after(claim.end, 100)
    if _BESIDE_AFTER.match(after) or _is_of_closed_list(before, after):
        return "key"
    own = _LIST_AFTER.match(after)
    is_own = bool(own and _root(own["first"]) == _root(passage.text[claim.start : claim.end]))
    if _CHORD_AFTER.match(after) or _is_called_chord(passage, claim, before, after):
        return "chord"
    if not is_own and _is_in_row(passage, claim):
        return "chord"
    if _is_fragment(passage, claim) or _KEY_AFTER.match(after) or _KEY_BEFORE.search(before):
        return "open" if _DEGREE_AFTER.match(after) else "key"
    if is_own and not _CHORD_BEFORE.search(before):
        return "key"
    if _CHORD_BEFORE.search(before) or _is_among_chords(before, after, own):
        return "chord"
    if _BUILT_BEFORE.search(before):
        return "key"
    if _COMMA_BEFORE.search(before) and _COMMA_AFTER.match(after):
        return "key"
    if _LOOSE_BEFORE.search(before) or (_START.search(before) and _LOOSE_AFTER.match(after)):
        return "loose"
    return "open" if _BETWEEN.search(before) or _DEGREE_AFTER.match(after) else "either"


def _is_of_closed_list(before: str, after: str) -> bool:
    """Whether a name follows a list of chords that "and" has closed."""
    return bool(_CLOSED_BEFORE.search(before) and _ALONE_AFTER.match(after))


def _root(name: str) -> int:
    return pitch_class(note_name(re.match(NOTE, name)[0]))  # type: ignore[index]


def _is_called_chord(passage: Passage, claim: Claim, before: str, after: str) -> bool:
    """Whether the words on one side of a name say that it is that of a chord."""
    if (_ITS_NOTE_AFTER.match(after) and not _KEY_BEFORE.search(before)) or _NEXT_AFTER.match(
        after
    ):
        return True
    if _LAST_BEFORE.search(before) and _RINGS_AFTER.match(after):
        return True
    if _THAT_BEFORE.search(before) and _GIVES_AFTER.match(after):
        return True
    if _CHORD_JUST_BEFORE.search(before) or _LEANS_BEFORE.search(before):
        return True
    if _FUNCTION_AFTER.match(after) and not before.endswith("in "):
        return True
    if _PROGRESSION_BEFORE.search(before) and _MORE_AFTER.match(after):
        return True
    if _ONE_BEFORE.search(before) and _ONE_AFTER.match(after):
        return True
    return bool(_CHORDS_ARE_BEFORE.search(passage.before(claim.start)))


def _is_among_chords(before: str, after: str, more: re.Match[str] | None) -> bool:
    """Whether what stands around a name are chords: ``G, C and D, plus one E minor``."""
    if _LANDS_BEFORE.search(before):
        return True
    if _OF_BEAT_AFTER.match(after) or _THEN_AFTER.match(after):
        return True
    if not _BETWEEN.search(before) and (_AND_AFTER.match(after) or _AND_BEFORE.search(before)):
        return True
    if _GOES_ON_AFTER.match(after) or _GOES_ON_BEFORE.search(before) or _IN_TURN_AFTER.match(after):
        return True
    if more and (_WALKS.search(more[0]) and "with" not in more["lead"]):
        return True
    if before.endswith((" the ", "The ")) and _THE_ONE_AFTER.match(after):
        return True
    is_one = _ONE_OF_BEFORE.search(before) and _ONE_AFTER.match(after)
    return bool(is_one) and len(_SYMBOLS.findall(before)) > 1


def _is_in_row(passage: Passage, claim: Claim) -> bool:
    """Whether three or more names in a row are those of chords."""
    before = passage.before(claim.start, 120)
    earlier = _ITEMS_BEFORE.search(before)
    later = _ITEMS_AFTER.match(passage.after(claim.end, 120))
    n = sum(len(_ITEM_STARTS.findall(each[0])) for each in (earlier, later) if each)
    lead = before[: earlier.start()] if earlier else before
    return n >= _FEWEST - 1 and not _KEYS_LED.search(lead)


def _is_fragment(passage: Passage, claim: Claim) -> bool:
    """``B minor, four-four if you can find it``: a sentence that begins with its key."""
    is_first = not passage.before(claim.start).strip(" *\"'(")
    return is_first and bool(
        re.match(r"[,;:.!](?! (?:and|then|held|ringing|struck)\b)", passage.after(claim.end))
    )
