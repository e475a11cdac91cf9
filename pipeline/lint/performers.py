"""Who sings without being called a singer: "she climbs an octave", "the flute answers him".

Of a song, "she" and "he" are whoever sings it, unless a text tells of players before, or of what
"she" plays.
"""

import re
from collections.abc import Iterator

from pipeline.lint.passage import Claim, Passage
from pipeline.lint.pattern import Pattern
from pipeline.lint.voices import HUMAN, INSTRUMENT, NOT_PLAYED, VOICE_TYPE

_DRUMS = r"(?:drums?|kit|congas|bongos|percussion|cymbals?|keys|keyboard|hammond|decks|turntables)"
_WHO = Pattern(
    r"\b(?:s?he|h(?:er|im|is|ers)|(?:her|him)self)\b|\b(?:wo)?man\b|\bfrom an? ",
    re.I,
)
# Players, writers and those who listen: what "she" does after them is no singing.
_OTHERS = Pattern(
    r"\b(?:(?:guitar|pian|bass|violin|cell|organ|fl[au]ut|harp|saxophon|keyboard|percussion"
    r"|accordion|clarinett?|trombon|obo|bassoon|viol|vibraphon|banjo)ists?|\w*players?|drummers?"
    r"|fiddlers?|trumpeters?|pipers?|producers?|composers?|arrangers?|engineers?|conductors?"
    r"|(?:fe)?male samples?|vocal (?:samples?|chops?)|writers?|authors?|dancers?|listeners?"
    r"|critics?|reviewers?|teachers?|DJs?|beatmakers?"
    r"|(?:my|your|our) (?:\w+ )?(?:mum|mother|dad|father|brother|sister|wife|husband|son|daughter"
    r"|friend|boss|neighbou?r|aunt|uncle|gran\w*|kids?|girl|boy)"
    r"|(?:plays?|played|composed|wrote|writes|strums|plucks|bows|drums|solos) (?:the|an?|it|on|his"
    rf"|her)|on (?:the |an? )?(?:[\w-]+ )?(?:{INSTRUMENT}|{_DRUMS})(?= (?:and|who|is|,)|,)"
    rf"|(?:his|her|their) (?:[\w-]+ ){{0,2}}(?:{INSTRUMENT}|{_DRUMS}|bow|plectrum|fingers|sticks))"
    r"\b",
    re.I,
)
_UNREAL_BEFORE = Pattern(
    r"\b(?:as if|as though|like|imagin\w*|pictur\w*|wish\w*|scenes?|about|where you'd|whoever"
    r"|film|movie|dream\w*|remember\w*|opposite)\b[^.;:]{0,40}$",
    re.I,
)
_ADVERBS = (
    r"(?:(?!(?:hardly|rarely|barely)\b)(?:\w+ly|then|still|now|soon|just|half|almost|first"
    r"|always) ){0,2}"
)
_END = r"(?=\s*(?:[.,;:!)\"']|$)"
_FOLLOWS = (
    r"| (?:from|at|in|on|for|until|till|up(?! (?:the|an?)\b)|an?|like|with|and|but|through|over"
    r"|under"
    r"|every|all|again"
    r"|before|after|by|around|about|between|once|when|while|as|along|throughout|down|back|alone"
    r"|near|past|close|quietly|softly)\b)"
)
# Coming, staying and leaving.
_APPEARS = (
    r"(?:(?:enter|re-enter|arrive|return|reappear|vanishe|disappear)s"
    r"(?! to (?:the|h(?:is|er)|that|an?) (?:[\w-]+ )?(?:riff|ostinato|vamp|groove|pattern|drone"
    r"|chords?|tonic|pedal|bass|figure|beat)\b)"
    rf"|(?:start|begin|open|continue|finishe|stop|pause|rest|wait|stay|close|end"
    rf"|lead)s(?! an?\b)(?: out)?{_END}{_FOLLOWS}"
    r"|appears(?! to\b)|joins(?: in)?(?! (?:hands|the (?:army|navy))\b)|starts up"
    r"|(?:come|step|slip|fade|ease|chime|float|drift|steal|creep|break|jump|burst|sneak|glide)s"
    r" (?:in|back|aside|away|out|forward|through|up)\b(?! (?:of|love|bed)\b)"
    r"|(?:drop|duck|bow|cut|sit|peel)s (?:out|away|back)"
    r"|(?:fall|go|stay|remain)e?s (?:silent|quiet|mute|hushed)"
    r"|(?:fall|drop|sink|settle|slip)s (?:back|away|to (?:an? )?\w+)"
    r"|waits out|tells (?:h(?:is|er)|the|a) (?:tale|story)|shuts up|talks (?:over|through|across)"
    r"|(?:laugh|giggle|chuckle)s(?! at\b)"
    r"|(?:hang|hold|lay|lie|lean)s back|carries on(?! \w+ing\b)"
    r"|gives way|takes over"
    r"|takes (?:a breath|(?:h(?:er|is)) (?:own )?(?:breath|time(?! with\b))|the (?:verses?"
    r"|chorus\w*"
    r"|melody|tune|hook|lead|refrain|bridge|first|second|last|high))"
    r"|leaves (?:it|the (?:stage|rest|last|floor)|off|at \d))"
)
# What is done with a voice and with few other things.
_MOVES = (
    r"(?:(?:climb|rise|soar|sink|dip|slide|glide|leap|swoop|bend|stretche|lean|linger|phrase"
    r"|ornament|outline|strain|crack|breathe(?!s (?:new )?life\b)|hurrie|rushe|drag|lag|double"
    r"|repeat|sustain|hover"
    r"|swell|decorate|embellishe|quaver|tremble|descend|ascend|soften|testifie"
    r"|preache|speak|recite|confesse|plead|lament|sigh|sob|moan|weep|spit|drawl|float|overlap"
    r"|slur|clip|toast|exhale|inhale|ad-lib|beckon|mourn|harmoni[sz]e)s"
    # "He repeats the riff".
    r"(?! (?:up |down )?(?:the|an?|h(?:is|er)) (?:[\w-]+ )?(?:riff|fills?|bass|tempo|hand|neck"
    r"|pedal"
    r"|piano|guitar)\b)"
    r"|(?:drop|fall|go|jump|step|lift|move)e?s (?:up |down )?(?:an?|half an?|a whole) "
    r"(?:octave|step|tone|fifth|third|fourth|sixth)"
    r"|(?:hit|reache|hold|land|find|take|touche)s (?:on )?(?:the |an? |h(?:er|is) |that )?"
    r"(?:(?!pedal\b)[\w-]+ )?(?:notes?|octave|register|top|peak|[A-G](?: ?(?:flat|sharp)|[#b])?)\b"
    r"|pushes (?:up|h(?:er|is) (?:voice|tone|vowels?)|into|harder|higher|against)"
    r"|lets (?!the (?:\w+ )?notes? (?:ring|decay|bloom))"
    r"(?:the |h(?:er|is) |that |it |a |every |each )?(?:[\w-]+ )?(?:lines?|notes?|words?"
    r"|phrases?|syllables?|vowels?|silence|voice|loose|go)"
    r"|holds (?:on|the|that|out|it|every|each|a)\b(?! (?:\w+ )?(?:chords?|groove|beat|pulse|tempo"
    r"|pedal|drone)\b)|cuts through|opens up(?! (?:the|an?)\b)"
    r"|keeps (?:to the|it (?:low|close|quiet|hushed|plain|down)|h(?:er|is) (?:voice|tone|distance"
    r"|vibrato|breath))\b)"
)
_IS = (
    r"(?:hoarse|breathless|breathy|husky|gruff|hushed|close|distant|tender|raw|off-key|whispery"
    r"|all (?:breath|gravel|nerves|velvet|smoke|grit|throat|chest)|front and cent(?:re|er)|back"
    r"|gone|silent|alone|quiet|breathing|phrasing|doubled|tripled|double-tracked|joined"
    r"|shadowed|answered|multi-?tracked|off-mic|close-mic\w*|up front|on (?:h(?:er|is) own|mic)"
    rf"|out again|(?:there|in|out|up){_END}| (?:by|at|from|with|over)\b))"
)
# "She never hurries" sings.
_NEVER = (
    r"(?:never|doesn't|does not|hardly|barely|rarely) (?:once |even |really |quite )?"
    r"(?:hurr(?:y|ies)|rush|rais|strain|push|forc|shout|scream|oversing|lift|los|waver|crack"
    r"|breath|stray|leav|let|go(?:es)? above|ris|reach|belt|break)(?:e?s|e|ies|y)?"
)
_LED = (
    r"(?:answer|echo|shadow|follow|doubl|accompan[iy]|support|trail|cushion|fram|cradl|lift"
    r"|carr[iy]"
    r"|chas|surround|join|underpin|circl|prop|trac|flank|shelter|harmoni[sz])(?:e?s|ed|e|ies|ing)?"
    r"(?: (?:along|up|with|under|around|behind))?"
)
_BESIDE = (
    r"(?:(?:giv|leav|mak|clear)(?:e?s|ing)?(?= (?:him|her) (?:room|space|the floor|a path))"
    r"|(?:wait|paus|mak\w+ (?:way|room|space)|tim\w+ \w+)(?:e?s|ing)? for"
    r"|behind|beneath|underneath|alongside|around|above|below|under|leav(?:es|ing))"
)
_HERS = (
    r"(?:h(?:er|is) (?:own )?(?:(?:first|second|last|next|final|opening|closing|high|highest|lowest"
    r"|low|sung|long|every|half-\w+|\w+ing|\w+ed|soft|quiet) ){0,2}"
    r"(?:lines?|verses?|phras(?:es?|ing)|entry|entrance|delivery|breaths?|breathing|words?|vowels?"
    r"|syllables?|refrain|chorus(?:es)?|notes?|pleas?|lament|vibrato|throat|mouth|lips|melisma\w*"
    r"|chest register|head register|head voice|chest voice|lungs|mic\w*|question|accent|brogue"
    r"|flow|lisp|drawl|rasp|whisper|diction"
    r"|Spanish|French|Portuguese|Italian|German|Welsh|English|Irish|Gaelic|Arabic|Russian)\b)"
)
# What is done with words, in any verb but those of players and writers: "she owns the chorus".
_SONG = (
    r"(?:(?!play|writ|wrote|hear|lik|lov|us|add|hit|need|want|know|arrang|produc|compos|strum|pick"
    r"|drum|blow)\w+s (?:\w+ )?(?:the|this|that|those|these|each|every|h(?:er|is)"
    r"|an?) (?:[\w-]+ ){0,2}?"
    r"(?:chorus(?:es)?|verses?|refrain|hook|lyrics?|words?|syllables?|vowels?|couplets?)\b)"
)
# What is done with words: "he sketches a night", "she asks for the hurt".
_WORDS = (
    r"(?:sketche|paint|picture|describe|portray|narrate|recount|promise|vow|swear|warn|urge"
    r"|implore|long|yearn|recall|regret|grieve|admit|confide|declare|announce|insist|greet|bid"
    r"|curse|boast|brag|threaten|complain|accuse|forgive|refuse|invite|wonder|beg|ask|tell|dream"
    r"|addresse|mourn|praise|pray|answer|wishe|hope|say|call(?= (?:out|to|for|on)\b))e?s"
    r"(?! (?:the |h(?:er|is) )?(?:band|drummer|listeners?|audience|question)\b)"
    r"|turns (?:to|the (?:image|line|scene|story|words?))\b|(?:puts|says|means) (?:it|this|that) "
)
_SHE = Pattern(
    rf"\bs?he (?:{_ADVERBS}(?:{_APPEARS}|{_MOVES}|{_WORDS}"
    r"|(?:keeps|starts|begins) (?!play|drum|strum|pick"
    rf"|loop|solo|tap|bow|pluck|comp|build|add)\w+ing\b)|{_NEVER}\b)"
    rf"{NOT_PLAYED}"
    rf"|\b(?:s?he|(?:an?|the|one) (?:[\w-]+ ){{0,2}}(?:wo)?man|boy"
    rf"|girl) {_ADVERBS}{_SONG}{NOT_PLAYED}"
    rf"|\bs?he(?:'s| is) {_ADVERBS}{_IS}{NOT_PLAYED}"
    rf"|\b{_LED} (?:him|her)(?:(?<=him)|{_END}{_FOLLOWS})"
    rf"|\b{_BESIDE} (?:him|her)(?:(?<=him)| (?:room|space|the floor|a path)\b|{_END}{_FOLLOWS})"
    r"|\b(?:doubl|join|answer|shadow|stack|layer|harmoni[sz]|duett?|echo|multi-track)(?:ed|ing"
    r"|s|es)?"
    r" (?:by|with|against|over) (?:her|him)self\b"
    r"|\b(?:only|back|in|there|out|off|away|up) s?he (?:is|comes|goes|soars|climbs)\b"
    r"|\bonly s?he and (?:an?|the)\b|\b(?:has|hear) (?:him|her) (?:\w+-)?(?:tracked|doubled"
    r"|layered)\b"
    r"|\bleav(?:es|ing) (?:him|her) (?:nearly |almost |all )?(?:bare|exposed|unaccompanied)\b"
    r"|\b(?:just|only|nothing but|leaving|leaves|it's) (?:her|him) (?:and|with|over) (?:an?|the"
    r"|\w+)\b"
    r"|\b(?:s?he|[A-Z][a-z]+)(?: \w+)? (?:go|goes|moves?|swings?|slides?|rises?|drops?) from an? "
    r"(?:[\w-]+ )?(?:mutter|murmur|whisper|hush|croon|growl|hum|sigh|coo"
    r"|mumble) to an? (?:\w+ )?\w+"
    rf"|\b{_HERS}{NOT_PLAYED}"
    r"|\b(?:out of h(?:er|is) way|at h(?:er|is) (?:heels|elbow|shoulder|side|back)"
    r"|around h(?:er|is) \w+ing)\b"
    rf"|\bs?he sounds\b(?! (?:like|as (?:if|though)) (?:an?|the) (?:\w+ )?(?:{INSTRUMENT}|drum))"
    rf"|\bs?he(?: has|'s got) [^.;:,]{{0,30}}?\b(?:{VOICE_TYPE}|voice|pipes|lungs)\b(?! (?:of"
    rf"|on|sax))"
    r"|\bthe (?:wo)?man (?:out|up|at the) front\b"
    # "And then him: gravel, smoke"; "you hear her breathe"; "he talks his way through".
    r"|(?:^|\b(?:and|then|only|just|it's|enter|with|but)) (?:him|her)(?=\s*[.,;:!]|$)"
    r"|\bhears? (?:him|her) (?!(?:guitar|piano|fiddle|out)\b)(?:\w+|\w+ing)\b"
    r"|\bs?he \w+s h(?:er|is) way (?:through|into|around|up|down|along|across)\b"
    r"|\b(?:an?|the|one|another|(?:a|the) second) (?:[\w-]+,? ){0,2}?(?:wo)?man(?:'s"
    r"| is) (?:there|back|in|out|close|here"
    r"|alone|up front)\b"
    rf"|\b(?:an?|the|one|another|two|three) (?:[\w-]+,? ){{0,2}}?(?:wo)?m[ae]n {_LED} (?:him"
    rf"|her|the (?:first|other|lead|singer))\b"
    # "There's a man on the mic", "the man moaning".
    rf"|\b{HUMAN} (?:(?:[\w-]+ ){{0,2}}(?:on|at|behind|up to|near|by) the mic(?:rophone)?\b"
    rf"|moan(?:s|ing))",
    re.I,
)


def performers(passage: Passage) -> Iterator[Claim]:
    """Where somebody is told of as those are who sing."""
    if not _WHO.search(passage.text):
        return
    for claim, _ in passage.matches(_SHE):
        before = passage.text[: claim.start]
        after = passage.after(claim.end, 40)
        if not (
            _OTHERS.search(before + after) or _UNREAL_BEFORE.search(passage.before(claim.start))
        ):
            yield claim
