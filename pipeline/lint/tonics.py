"""Bare notes that a text can only mean as keys, and notes that it calls home."""

import re

from pipeline.lint.notes import MODE, NOTE, SUFFIX
from pipeline.lint.pattern import Pattern
from pipeline.lint.predicates import OF_WORK
from pipeline.lint.sections import WORK

_END = (
    rf"(?P<suffix>{SUFFIX})?(?![\w#']|/(?!(?:[A-G][#b]?)?{SUFFIX}\b))(?! [Mm](?:aj|in))"
    # "The chords of that key: C# as V".
    r"(?! as [IViv]+\b)"
)
KEY_OF = Pattern(
    rf"\b(?:[Kk]ey(?:ed)?|KEY|[Tt]onality|[Tt]onal (?:centre|center)|[Tt]onic"
    rf"(?: note| chord| triad)?|[Rr]oot note|[Kk]eys|[Cc]ent(?:re|er) of gravity|[Kk]eynote"
    rf"|[Hh]ome (?:note|base|key))"
    rf"(?:\s+(?:signature|centre|center))?{OF_WORK}(?:\s*(?:(?:of|is|as|around|on|in|at|set"
    rf"|remain(?:s|ing)|stays|likely|probably|most|to|be|being|can|must|only|then|plainly"
    rf"|either)\b|[:=*]))+\s*"
    rf"(?:concert )?(?P<note>{NOTE}){_END}"
)
# "In key C", "on the G flat (F#) key", "in Dmin key".
NOTE_KEY = Pattern(
    rf"(?=[A-G])(?:(?<=\b[Ii]n key )|(?:(?<=\b[Tt]he )|(?<=\ban )|(?<=\ba )|(?<=\bin ))"
    rf"(?={NOTE}m?(?: \([^()]*\))? key\b)|(?<![\w#])"
    rf"(?={NOTE}{SUFFIX}(?: or {NOTE}{SUFFIX})? keys?\b))"
    rf"(?P<note>{NOTE}){_END}"
)
_SITS = (
    r"(?:is|'s|'re|'m|[a-z]+s (?:off|along|around|about|away|by)|struts|swings|rocks|rolls"
    r"|drifts|floats|grooves|chugs|bounces|sways|dies|thinks|sits|lives|stays|remains|lies"
    r"|rests|settles|moves|opens|starts|begins|ends"
    r"|closes"
    r"|finishes|plays|hovers|unfolds|broods|runs|goes|(?:is |are )?(?:written|pitched|cast|set|cut"
    r"|keyed|sung|recorded|rooted|anchored|grounded)(?: it| this)?|(?:play|sing|hear|put|cut"
    r"|take|track(?:ed)?|record(?:ed)?|have|feel|call|keep)s? (?:it|this|this one|everything))"
)
_NOTE_ENDS = (
    r"(?=[.,;:!)](?!,? (?:and |then )?[A-G][#b]?m?\b)|$| (?:and|but|so|with|at|from|for|because"
    r"|where|throughout|until|till|before|by|as|once|again|after|all"
    r"|the (?:whole|entire))\b(?! (?:back|then|[A-G]\b)))"
)
IN_NOTE = Pattern(
    rf"\b(?:(?:(?i:{WORK}|standard|music|melody|it|swell|groove|workout|meditation|lament|shuffle"
    r"|blues|amble|stroll|strut|reverie|dirge|march|stomp|romp|reel|jig|drift))(?: is|'s)? in"
    rf"|(?:{WORK}|music|[Ii]t|melody|harmony)(?: is|'s) (?:cent(?:er|re)e?d (?:on|around)"
    r"|rooted in|grounded in)"
    # "It sits in G", "everything lives in G", "they play it in A flat", "pitched in G".
    rf"|(?:(?:{WORK}|music|band|thing|[Ii]t|[Ee]verything|[Tt]hey|[Ww]e|[Yy]ou|I|[Ss]?[Hh]e)"
    rf" ?{_SITS}"
    r"|(?:^|(?<=[,;:.] ))(?:[Pp]itched(?: up| down)?|[Cc]ast|[Ss]et|[Ww]ritten|[Kk]eyed|[Ss]ung"
    r"|[Ss]tarts|[Bb]egins|[Oo]pens|[Ee]nds|[Cc]loses|[Ff]inishes|[A-Za-z][a-z]+ly"
    r"|[Aa]ll|[Ss]till|[Dd]ead)|[Ee]very(?:body|one|thing)(?:'s| is)?"
    r"|[Tt]he (?:whole|entire) (?:thing|band|lot|record|side)"
    r"(?:'s| is)?|(?:[Aa]ll|[Mm]ost) of it(?:'s| is)?)"
    r"(?: (?:\w+ly|firmly|right|back|down|all))? in)"
    rf" (?:concert |(?:good |plain )?old |plain )?(?P<note>{NOTE})"
    rf"(?:(?P<suffix>{SUFFIX})(?![\w#'/(]|\s?-\s?[A-G])|{_NOTE_ENDS})"
)
# "Where everything comes to rest"; where one line does is no tonic.
_WHERE = (
    r"where (?!(?:the|its) (?:melody|voice|singer|verse|chorus|bridge|line|phrase|solo|last)\b)"
    r"(?:\w+ ){1,5}?(?:com\w+ (?:back )?(?:home|to rest)|settles?|rests?|(?:feel|sound|seem|is)s?"
    r" (?:most )?(?:at rest|at home|settled|home)|finds? (?:its )?(?:rest|peace|home|repose))\b"
)
_TONIC = (
    r"(?:(?:the |its |our |my |their |a )?(?:(?!not )\w+ )?(?:home(?: (?:base|note|key|chord))?"
    r"|tonic|keynote|key note|(?:tonal )?cent(?:re|er)(?! of (?:the (?:verse|chorus|bridge|line)"
    r"|attention))|(?:resting|central|home) (?:point|place|chord|note)"
    r"|(?:point|place|chord|note) of (?:rest|repose)|cent(?:re|er) of gravity)"
    rf"|{_WHERE})"
)
_MUST = r"(?:turns? out to be|(?:has|have) to be|must be|can only be|ends? up(?: as| being)?)"
_IS_TONIC = (
    r"(?:is|feels like|sounds like|seems|becomes|being|remains|stays|as|makes|forms"
    r"|proves(?: to be)?|(?:sounds|acts|works|serves|functions|stands|emerges|counts|stands out"
    r"|comes across) as"
    r"|(?:is|gets) (?:\w+ly )?(?:heard|felt|taken|treated|established|confirmed|marked) as"
    r"|(?:takes|plays|has|fills) (?:the )?(?:part|role|place) of"
    rf"|{_MUST})"
)
# "E, a major chord, is home", "Bm, not G, is home".
_ASIDE = (
    r"(?:, (?:(?:an?|the) (?:[\w-]+ ){0,2}?(?:chord|triad|note|one)|(?:and )?(?:not|rather than)"
    rf" {NOTE}m?7?),)?"
)
_SYM = r"(?:m?7?(?![\w#']))"
# "My ear takes G as home", "I'd call G home", "G is home", "home is G", "it never leaves G".
HOME = Pattern(
    rf"\b(?:take|treat|hear|feel|call|read|name|make|claim|keep|leave|with|tak|treat|hear|call)"
    rf"(?:s|ing)? (?P<n1>{NOTE}){_SYM} (?:(?:as|for|to be|at) )?{_TONIC}\b"
    rf"|(?<![\w#'] of )(?<![\w#'-])(?P<n2>{NOTE}){_SYM}(?: chord| triad)?{_ASIDE}"
    rf"(?:,| -)? {_IS_TONIC}(?: \w+ly)? {_TONIC}\b"
    r"|\b(?:[Hh]ome(?: (?:base|note|key|chord))?|[Rr]esting (?:point|place|chord)"
    r"|(?:[Pp]oint|[Pp]lace|[Cc]hord) of rest|(?:tonal|harmonic) cent(?:re|er))"
    rf" (?:is|being|here is|sounds like|feels like|stays|{_MUST})(?: \w+ly)?"
    rf" (?:(?:the )?(?:chord|note)(?: of| on)? )?(?P<n3>{NOTE})m?7?{_NOTE_ENDS}"
    rf"|\bears? [^.;:,]{{0,25}}?(?:on|in|to|towards?|hears?|takes?|says?|saying"
    rf"|votes?|reads?|calls?|wants?) (?P<n4>{NOTE})"
    rf"{_NOTE_ENDS}"
    rf"|\b(?:[Gg]ravitat\w+|[Oo]rbit\w*|[Tt]ethered|[Rr]evolv\w+|cent(?:re|er)(?:s|d|ed|ing))"
    rf"(?: \w+ly)?(?: (?:to|towards?|around|on|upon))? (?P<n5>{NOTE})m?7?{_NOTE_ENDS}"
    # "They keep coming home to A", "Em, to which the riff keeps coming home".
    rf"|\b[Hh]ome (?:to|on) (?P<n19>{NOTE})m?7?{_NOTE_ENDS}"
    rf"|(?<![\w#'-])(?P<n20>{NOTE}){_SYM},? (?:(?:to|on|at|in) which|which) (?!the melody)[^.;,]"
    r"{2,45}? (?:com\w+ (?:back )?(?:home|to rest)|settl\w+|at rest)\b"
    # "Bb, the tonic, and F, the dominant"; "returning to the tonic Em".
    rf"|(?<![\w#'-])(?P<n21>{NOTE}){_SYM},? (?:\((?:the )?|(?:the|its|our|their)"
    r" (?:minor |major )?)(?:tonic|home)(?: chord| triad| note| [Ii])?"
    r"(?=[.,;:!)]|$| (?:and|is|which|with|to|of (?:the|this) (?:key|piece|music|song))\b)"
    rf"|\b(?:[Tt]he|[Ii]ts|[Tt]heir|our|back) (?:new |first |second )?"
    rf"(?:minor |major )?(?:tonic|home)(?: chord| triad| note)?,? "
    rf"(?P<n22>{NOTE}){_SYM}(?![ -]{MODE})"
    # "Everything keeps settling on Bm".
    rf"|\b(?:music|harmony|everything|round|loop|cycle|progression|chords|lines|harmonies|it|they)"
    r" (?:\w+ )?(?:keeps?|always|again and again|each time|every time|only) (?:\w+ )?"
    rf"(?:settl\w+|find\w* rest) (?:on|in|at) (?P<n23>{NOTE})m?7?"
    rf"{_NOTE_ENDS}"
    rf"|\b(?:never|hardly|barely|rarely|n't|without)(?: ever| once)? (?:leav|stray|wander|drift"
    rf"|depart|budg|mov)\w*(?: far)?(?: away)?(?: from| out of)? (?P<n6>{NOTE}){_NOTE_ENDS}"
    # "They keep settling on G, so my ear takes that as home."
    rf"|\b(?:on|to|around|with) (?:an? |the )?(?:low |sustained )?(?P<n7>{NOTE})m?(?![\w#'])"
    rf"(?=[^.;A-G]{{1,70}}\b(?:that|it|which)(?: \w+ly)?(?:'s| as| for| is| feels like"
    r"| sounds like) (?:the |our |my |an? )?(?!\w+ing )(?:\w+ )?(?:home|tonic"
    r"|tonal cent(?:re|er))\b)"
    # "The bass keeps returning to G, and that home note", "the chord where it rests, G,".
    rf"|\bkeeps? (?:coming|returning|going|circling|falling|turning)(?: \w+)? to (?P<n25>{NOTE})"
    r"m?(?![\w#'])(?=[^.;]{1,70}(?<!before )(?<!to )(?<!towards )(?:that|this"
    r"|the|its) home (?:note|chord|sonority|triad)\b)"
    rf"|\bchord (?:where|(?:on|to) which) [^.;,]{{3,40}}? (?:rests?|home|settles?),? "
    rf"(?P<n26>{NOTE})"
    r"m?(?=,)"
    # "G serves as V in C".
    rf"|\bas (?:the )?[IViv]{{1,3}} (?:in|of) (?P<n24>{NOTE})m?{_NOTE_ENDS}"
    # "Ornamenting the F# tonic"; "comes to rest on Eb, home key".
    rf"|\b(?:the|its|an?) (?P<n17>{NOTE})[ -]tonic\b(?! (?:chord|triad))"
    rf"|(?<![\w#'-])(?P<n18>{NOTE}),? (?:the |its |our )?home (?:key|base)(?=[.,;]|$| and\b)"
    # "Guitar strikes G, all strings open: home already."
    rf"|(?<=[a-z] )(?P<n10>{NOTE})(?![\w#'])(?=[^.;A-G]{{0,60}}[:,-] (?:(?:that|it)'s |so )?(?:an? "
    r"|the |our |my )?(?:(?:likely|probable|obvious|clear|plain|sure) )?(?:home|tonic)"
    r"(?: (?:already|again|at last|note|base))?(?:[.,;!]|$))"
    # "The key going to B", "it sinks home to D", "rooted in A", "and it's back in D".
    rf"|\b(?:key|tonality|tonic|home) (?:\w+ ){{0,2}}?(?:go|mov|shift|chang|lift|jump|turn|ris"
    rf"|climb|slid|step"
    rf"|drop|slip|hop|bump|kick|crank|push|hoist|nudg|rais)\w* (?:up |down |on "
    rf"|back )?(?:in)?to (?P<n11>{NOTE}){_NOTE_ENDS}"
    rf"|\b(?:[Hh]ome in|back in|(?:step|tone) (?:up|down|higher"
    rf"|lower),? in) (?P<n12>{NOTE}){_NOTE_ENDS}"
    rf"|\b(?:rooted|grounded|anchored|moored|planted|pitched|steeped|camped|parked)(?: \w+ly)?"
    rf" (?:in|on|around) (?P<n13>{NOTE}){_NOTE_ENDS}"
    # "At 2:38 it kicks up into G sharp."
    rf"|\b(?:kick|lift|slip|slid|drop|jump|hop|step|modulat|shift|climb|mov|switch|break|leap|lurch"
    rf"|turn|drift|eas|tip|bump|push|haul|float|sail|swing|hoist|shov|burst|bloom|roll)\w*"
    rf"(?: \w+)? into (?P<n9>{NOTE}){_NOTE_ENDS}"
    # "Tonic C sharp, mode minor."
    rf"|(?:^|(?<=[,;:.] ))(?:[Tt]onic|[Kk]ey|[Kk]eynote|[Hh]ome),?:? (?P<n15>{NOTE})(?=[,;.]|$)"
    # "The key change is down, a whole tone, to G flat."
    rf"|\bkey change\b[^.;:A-G]{{1,40}} (?:in)?to (?P<n16>{NOTE}){_NOTE_ENDS}"
    # "F sharp until the last chorus."
    rf"|(?:^|(?<=[.!] ))(?:[Aa]ll )?(?P<n14>{NOTE}) (?:until|till|all (?:the way|night|song)"
    r"|throughout|from (?:start|first|top|beginning|end)|start to"
    r"|first to last|to the (?:end|last))\b"
    # "It's a B flat tune."
    rf"|\ban? (?:\w+ )?(?P<n8>{NOTE}) (?:tune|song|blues|ballad|boogie|shuffle)\b"
)
_OR = r"(?:,? or (?:in )?(?:the )?(?:keys? of )?|/)"
# "In Bm", "in either C or A minor".
IN_SYMBOL = Pattern(
    rf"\b(?:[Ii]n|either|both) (?P<note>{NOTE})(?:(?P<suffix>m(?:in)?|maj|M(?={_OR}[A-G]))"
    r"(?![\w#'/(]|\s?-\s?[A-G])"
    rf"|(?={_OR}{NOTE}(?:{SUFFIX}\b|[ -]{MODE})))"
)
OR_KEY = Pattern(rf"{_OR}(?P<note>{NOTE})(?:{_END}|[ -](?P<mode>{MODE})(?!\w|'\w))")
# "In D major or minor".
OR_MODE = Pattern(rf"(?: or |/)(?P<mode>{MODE})(?!\w)")
PAIR = Pattern(
    rf"\b[Ff]rom (?:the key of )?(?P<first>{NOTE})(?P<first_mode>[ -]{MODE})?,?"
    rf"(?: (?:up|down|back|directly|abruptly))?(?: an? [\w -]{{3,20}}?)? (?:to|into) (?:the "
    rf"key of )?"
    rf"(?P<second>{NOTE})(?P<second_mode>[ -]{MODE})?(?![\w#'])"
)
# "The bass never strays from D", "the melody gravitates to A", "the riff slides into E".
MOVED = ("n5", "n6", "n9", "n12", "n13")
PART_BEFORE = Pattern(
    r"\b(?:bass|pedal|drone|hand|melody|tune's|solo|riff|line|lick|theme|phrase|note|voice|singer"
    r"|guitar"
    r"|piano|organ|strings?|fiddle|violin|cello|trumpet|sax\w*|horns?|flute|clarinet|synth"
    r"|tension|dominant|cadence)\b"
    r"[^.;:,]{0,30}$",
    re.I,
)
# "The whole band hops from E up to F sharp."
ALL_PAIR = Pattern(
    rf"(?<!of the )\b(?:band|everything|{WORK}|key|chorus|thing|music) (?:\w+ly )?(?:hop|jump|lift"
    rf"|shift|modulat|climb|step|slid|hoist|bump)(?:e?s|ing)(?: up| down)? from(?! A to B\b)"
    rf" (?P<first>{NOTE})(?: (?:up|down))? to (?P<second>{NOTE}){_NOTE_ENDS}"
)
# "E, a major chord, is where it rests", "the minor chord of F#, which is home".
CHORD_CALLED_AFTER = Pattern(
    r",? (?:again |still |now )?(?:an?|in the|the) (?:\w+ )?(?P<mode>major|minor)\b"
    r"(?! (?:second|third|sixth|seventh|key))"
)
CHORD_CALLED_BEFORE = Pattern(r"\b(?P<mode>major|minor) (?:chord|triad) (?:of|on) $")
