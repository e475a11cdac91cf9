"""Bare notes that a text can only mean as keys, and notes that it calls home."""

import re

from pipeline.lint.notes import MODE, NOTE, SUFFIX
from pipeline.lint.pattern import Pattern
from pipeline.lint.predicates import OF_WORK
from pipeline.lint.sections import WORK

_END = rf"(?P<suffix>{SUFFIX})?(?![\w#']|/(?!(?:[A-G][#b]?)?{SUFFIX}\b))(?! [Mm](?:aj|in))"
KEY_OF = Pattern(
    rf"\b(?:[Kk]ey(?:ed)?|KEY|[Tt]onality|[Tt]onal (?:centre|center)|[Tt]onic(?: note)?"
    rf"|[Rr]oot note|[Kk]eys|[Cc]ent(?:re|er) of gravity|[Kk]eynote|[Hh]ome (?:note|base|key))"
    rf"(?:\s+(?:signature|centre|center))?{OF_WORK}(?:\s*(?:(?:of|is|as|around|on|in|at|set"
    rf"|remain(?:s|ing)|stays|likely|probably|most|to|be|being|can|either)\b|[:=*]))+\s*"
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
_TONIC = (
    r"(?:the |its |our |my |a )?(?:\w+ )?(?:home|tonic|keynote|key note|tonal (?:centre|center)"
    r"|home (?:base|note|key)|centre of gravity|center of gravity)"
)
_MUST = r"(?:turns? out to be|(?:has|have) to be|must be|can only be|ends? up(?: as| being)?)"
# "My ear takes G as home", "I'd call G home", "G is home", "home is G", "it never leaves G".
HOME = Pattern(
    rf"\b(?:take|treat|hear|feel|call|read|name|make|claim|keep|leave|with|tak|treat|hear|call)"
    rf"(?:s|ing)? (?P<n1>{NOTE})(?![\w#']) (?:(?:as|for|to be) )?{_TONIC}\b"
    rf"|(?<![\w#'] of )(?<![\w#'-])(?P<n2>{NOTE})(?![\w#'])"
    rf"(?:,| -)? (?:is|feels like|sounds like|seems|becomes|being|remains|stays|as|{_MUST})"
    rf"(?: \w+ly)? {_TONIC}\b"
    rf"|\b[Hh]ome(?: (?:base|note|key))? (?:is|being|here is|sounds like|feels like|stays"
    rf"|{_MUST})(?: \w+ly)?"
    rf" (?P<n3>{NOTE}){_NOTE_ENDS}"
    rf"|\bears? [^.;:,]{{0,25}}?(?:on|in|to|towards?|hears?|takes?|says?|saying"
    rf"|votes?|reads?|calls?|wants?) (?P<n4>{NOTE})"
    rf"{_NOTE_ENDS}"
    rf"|\b(?:[Gg]ravitat\w+|[Oo]rbit\w*|[Tt]ethered|com(?:es|ing) home|return(?:s|ing) home)"
    rf"(?: \w+ly)?(?: (?:to|towards?|around))? (?P<n5>{NOTE}){_NOTE_ENDS}"
    rf"|\b(?:never|hardly|barely|rarely|n't|without)(?: ever| once)? (?:leav|stray|wander|drift"
    rf"|depart|budg|mov)\w*(?: far)?(?: away)?(?: from| out of)? (?P<n6>{NOTE}){_NOTE_ENDS}"
    # "They keep settling on G, so my ear takes that as home."
    rf"|\b(?:on|to|around|with) (?:an? |the )?(?:low |sustained )?(?P<n7>{NOTE})m?(?![\w#'])"
    rf"(?=[^.;A-G]{{1,70}}\b(?:that|it|which)(?: \w+ly)?(?:'s| as| for| is| feels like"
    r"| sounds like) (?:the |our |my |an? )?(?!\w+ing )(?:\w+ )?(?:home|tonic"
    r"|tonal cent(?:re|er))\b)"
    # "Ornamenting the F# tonic"; "comes to rest on Eb, home key".
    rf"|\b(?:the|its|an?) (?P<n17>{NOTE})[ -]tonic\b(?! (?:chord|triad))"
    rf"|(?<![\w#'-])(?P<n18>{NOTE}),? (?:the |its |our )?home (?:key|base)(?=[.,;]|$| and\b)"
    # "Guitar strikes G, all strings open: home already."
    rf"|(?<=[a-z] )(?P<n10>{NOTE})(?![\w#'])(?=[^.;A-G]{{0,60}}[:,-] (?:(?:that|it)'s |so )?(?:an? "
    r"|the |our |my )?(?:(?:likely|probable|obvious|clear|plain|sure) )?(?:home|tonic)"
    r"(?: (?:already|again|at last|note|base))?(?:[.,;!]|$))"
    # "The key going to B", "it sinks home to D", "rooted in A", "and it's back in D".
    rf"|\b(?:key|tonality) (?:\w+ ){{0,2}}?(?:go|mov|shift|chang|lift|jump|turn|ris|climb|slid|step"
    rf"|drop|slip|hop|bump|kick|crank|push|hoist|nudg|rais)\w* (?:up |down |on "
    rf"|back )?(?:in)?to (?P<n11>{NOTE}){_NOTE_ENDS}"
    rf"|\b(?:[Hh]ome (?:to|in)|back in|(?:step|tone) (?:up|down|higher"
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
    r"|piano|organ|strings?|fiddle|violin|cello|trumpet|sax\w*|horns?|flute|clarinet|synth)\b"
    r"[^.;:,]{0,30}$",
    re.I,
)
# "The whole band hops from E up to F sharp."
ALL_PAIR = Pattern(
    rf"(?<!of the )\b(?:band|everything|{WORK}|key|chorus|thing|music) (?:\w+ly )?(?:hop|jump|lift"
    rf"|shift|modulat|climb|step|slid|hoist|bump)(?:e?s|ing)(?: up| down)? from(?! A to B\b)"
    rf" (?P<first>{NOTE})(?: (?:up|down))? to (?P<second>{NOTE}){_NOTE_ENDS}"
)
