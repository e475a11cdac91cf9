"""What says that nothing is sung, or that nobody sings yet."""

import re
from collections.abc import Iterator

from pipeline.lint.passage import Claim, Passage
from pipeline.lint.pattern import Pattern
from pipeline.lint.predicates import OF_WORK
from pipeline.lint.sections import PART, SUNG_PART, WORK, is_of_part
from pipeline.lint.times import moment_of
from pipeline.lint.voices import HUMAN, INSTRUMENT

_VOICES = (
    r"(?:singing|vocals?(?: (?:parts?|elements?|lines?|tracks?|melody))?|voices?|singers?"
    r"|vocalists?|lyrics|sung words|frontm[ae]n)"
    # "No vocal tricks"; "the singer's grit".
    r"(?!'s\b| (?:effects?|layer\w*|clich\w+|variety|strain|tics?|tricks?|acrobatics|gymnastics"
    r"|fireworks|runs|doubl\w+|overdubs?|processing|tuning|styles?|rang\w+|polish|flourish\w*"
    r"|drama|sheets?)\b)"
)
# "The backing singers never enter": others sing.
_NOT_SECOND = r"(?<!backing )(?<!second )(?<!third )(?<!other )(?<!harmony )"
_PREPOSITIONS = r"of|in|on|with|without|at|by|for|from|over|behind|to|during|throughout|after|while"
# Words of "a calm, wistful piano and flute instrumental"; none that another thing has.
_OF_KIND = (
    rf"(?:(?!(?:the|an?|this|that|plays?|its|his|her|their|no|not|is|are|it|would|could"
    rf"|{_PREPOSITIONS}"
    rf"|playback|backing|background|{PART}|{SUNG_PART})\b)[\w/&'-]+(?:\s*,\s*|\s+)){{0,12}}?"
)
_PIECE = (
    rf"(?:{WORK}|music|cover|rendition|version|medley|soundtrack|theme|clip|masterpiece|groove|beat"
    r"|chiptune|fado|fusion|ska|surf|dub|reggae|trance|drone|ambient|bossa nova|polka|jig|reel"
    r"|overture"
    r"|suite|score|soundscape|sketch|vignette|meditation|reverie|elegy|[ée]tude|study|workout"
    r"|affair"
    r"|outing|take|prog|bluegrass|synthwave|samba|salsa|march"
    r"|rock|metal|pop|jazz|blues|funk|soul|folk|hip[- ]hop|house|techno|electronica|EDM)"
    rf"(?! (?:{PART}|ensemble|band|group)\b)"
)
_NOUN_ENDS = (
    rf"(?=\s*(?:[.,;:!)]|$)|\s+(?:{_PREPOSITIONS}|that|which|and|is|has"
    r"|(?!phrases|parts|sections|breaks|layers|lines|elements|factors|solos|passages"
    r"|instruments|follows\b|(?:closes|opens|ends|starts|concludes) (?:the|this|side)\b)\w+"
    r"(?:s|ing|ed))\b)"
)
_INSTRUMENTAL = Pattern("instrumental", re.I)
_CALLED_SO = Pattern(
    r"\b(?:purely|entirely|fully|wholly|completely|strictly|solely|exclusively) instrumental\b"
    # "An instrumental folk-rock song".
    r"|\b(?:a(?<!over a)(?<!with a)(?<!to a)(?<!by a)(?<!against a)n?|this|\d:\d\d)"
    rf" {_OF_KIND}instrumental {_OF_KIND}{_PIECE}\b"
    # "An instrumental jangle".
    rf"|(?:^|[.;!] )an? (?:[\w-]+,? ){{0,2}}?instrumental (?!{PART}|{SUNG_PART}"
    rf"|[\w-]+ (?:{PART}|hook))(?!(?:break|lines?|figure|tag|coda|middle"
    r"|response|answer|texture|layer|colou?r|backing|bed|track|palette|part|voice|hook|motif"
    r"|riff|theme|melody"
    r"|answer|flourish|lead)s?\b)[\w-]+(?=\s*[.,:;]|$| (?:with|of|in|at|for|that|built|led|over)\b)"
    rf"|(?:^|[.;] )the instrumental (?!work\b|performance\b){_OF_KIND}{_PIECE}\b"
    # "Instrumental rock with two guitars"; "instrumental rock is popular" tells of many.
    rf"|(?:^|[.;] ){_OF_KIND}instrumental {_OF_KIND}{_PIECE}\b(?! (?:is|are|has|have|can)\b)"
    rf"|\b(?:is|'s|as|belongs to|falls under) (?:\w+ly )?instrumental {_OF_KIND}(?:\w+-)?{_PIECE}\b"
    rf"|(?:'s|\b(?:is|stays|remains|feels|sounds)) (?:an |all )?{_OF_KIND}instrumental(?: only)?"
    r"(?=\s*[.,;!]|$| (?:throughout|and|with|from|all|to (?:the|its) (?:very )?(?:end|last"
    r"|close))\b"
    r"| [\w-]+[.,;])|\bas an instrumental,? (?:it|this|the)\b"
    r"|(?:^|[.;:] )(?:all[- ])?instrumental (?:throughout|from (?:the )?(?:first|start"
    r"|beginning)|to the)\b"
    r"|^all instrumental\b(?! (?:parts|sounds|tracks|music|elements|lines|layers)\b)"
    # "This music is a wistful, unhurried guitar instrumental"; "this rock instrumental opens".
    rf"|(?:(?:\bis|'s|\bhere (?:is|we have)|(?<!well )\bas|^|[.;!]\s) ?an?|\bthis)"
    rf" {_OF_KIND}instrumental{_NOUN_ENDS}"
    rf"|\b(?:recording|clip|audio|video) (?:features|is of|contains) an? {_OF_KIND}instrumental"
    r"(?= (?:of|that|which|with)\b|[.,;]|$)"
    r"|\b(?:is|as) \"(?:none, )?instrumental\b|\b(?:described|listed) as (?:an? )?instrumental\b"
    r"|\bbeing (?:an )?instrumental\b|\ball-instrumental\b",
    re.I,
)
# "No female voice"; "no other voice" says that there is one.
_SUCH = (
    r"(?:(?!(?:other|second|third|further|additional|extra|back\w+|harmony|fancy|double\w*|layered"
    r"|processed|auto-?tuned|pitched|(?:fe)?male|the)\b)[\w-]+ )?"
)
# Things that are missing, too: "no drums, no bass and no vocals", "no other instruments or voices".
_OTHERS = (
    r"(?:(?:(?!(?:no|the|an?|its|his|her|their|this|that|doubt|longer|matter|is|are"
    rf"|{_PREPOSITIONS}"
    r"|about)\b)[\w-]+,? ){1,5}?(?:or|nor|and(?= no\b)) (?:any |no )?)?"
)
_NONE = Pattern(
    r"\b(?:only|nothing but) (?:the )?instruments(?=[.,;]|$)|\binstruments alone\b"
    rf"|(?<!\bis )(?<!'s )\b(?:not|never) (?:an?|one)(?:(?: (?:single|human|sung|stray))? {_VOICES}"
    r"(?=\s*(?:[.,;:)]|$)| (?:in|on|to|is (?:heard|let|raised|sung)|enters|anywhere|at all|here)\b)"
    r"|(?: single)? (?:word|line|note|syllable) is sung\b)"
    # "The whistle is as close as it comes to a singer".
    rf"|\b(?:as close as [^.;,]{{0,25}}?|(?:closest|nearest) (?:(?:thing|it|we|you|this|that"
    rf"|track|piece"
    r"|song|there|here|is|has|gets?|comes?) ){1,4}"
    rf")to (?:an? |any )?{_VOICES}\b(?! (?:in the|as an?)\b)"
    rf"|\b{_VOICES} (?:plays?|has|have|takes?) no (?:part|role|place)\b"
    r"|\b(?:nothing|none of (?:it|this|that|these)|no (?:words?|lines?|lyrics|text|verses?"
    r"|syllables?|notes?))(?: here| at all)?"
    r" (?:(?:is|are) )?(?:ever |being |actually )?sung\b"
    r"(?! (?:twice|straight|without|the same|out of|again|like|quite|alone|plainly)\b)"
    r"|\bthere(?:'s| is) (?:nobody|no one) (?:(?!else)\w+ )?(?:singing"
    r"(?! (?:better|behind|along|like|with)\b)|(?:at|on|behind) the mic\w*"
    r"|in the (?:vocal )?booth)\b"
    r"|(?:(?<=\bvocals\? )|(?<=\bvoices\? )|(?<=\bvoice\? )|(?<=\bsinging\? )|(?<=\blyrics\? )"
    r"|(?<=\bsinger\? ))(?:none|nope|not (?:here|one|an?)|nobody|no one)\b"
    # "No line of words comes in", "neither a man's voice nor a woman's", "played rather than sung".
    r"|\bno (?:single )?(?:lines?|words?|syllables?|verses?)(?: of (?:words|text|verse"
    r"|song|lyrics))?"
    r" (?:is|are|ever|comes?|enters?|arrives?|appears?|joins?|breaks?|steps?|surfaces?)"
    r" (?:in\b|ever\b|heard\b|sung\b|spoken\b|forward\b|to be heard\b)"
    r"|\bneither (?:an? |the )?(?:lead )?(?:(?:wo)?m[ae]n|(?:fe)?male)(?:'s)?(?: \w+)? n?or"
    r" (?:an? |the )?(?:(?:wo)?m[ae]n|(?:fe)?male|child|choir)(?:'s)?\b"
    r"(?=(?: voice| singer)?(?:\s*[.,;:]|$| (?:sings|is heard|to be heard|comes|enters|steps"
    r"|stepping|joins|appears|is singing|can be heard)\b))"
    r"|\bno (?:wo)?m[ae]n (?:and no|or|nor) (?:wo)?m[ae]n (?:\w+ )?(?:sings?|comes?|enters?"
    r"|is heard)\b"
    r"|\bplayed,? (?:rather than|instead of|(?:and )?not) sung\b"
    r"|\bonly instruments (?:(?:are|can be) (?:heard|used)|come|step|play|sound|speak|answer|take"
    r"|remain|carry|fill)\b|\b(?:entirely|only|solely)"
    r" (?:by|on|(?:(?:composed|made up) )?of) (?:instruments"
    r"|instrumental (?:music|sounds|parts|elements))\b"
    rf"|\b(?:no|without(?<!those without)|no one's) {_OTHERS}(?:any |an? )?"
    rf"{_SUCH}{_VOICES}\b(?! (?:chops|samples|pickup|mics?|microphones?|booth|effects?"
    rf"|harmon(?:y|ies)"
    r"|of (?:its|her|his|their) own|is (?:\w+er|more|less|ever)|sounds?|has ever"
    r"|(?:could|would|should|can)(?! be (?:heard|made out)))\b)|\b(?:vocal|voice"
    rf"|singer|lyric)(?:-free|-?less)\b"
    r"|\bnon-(?:lyrical|vocal)\b"
    r"|\bthere are no words\b(?! (?:to|for|that)\b)|n't (?:have|contain) any words\b"
    rf"|{_NOT_SECOND}\b{_VOICES} (?:(?:(?:does|do) not|doesn't|don't|never) (?:occur|appear|exist"
    rf"|happen|feature"
    r"|start|begin|enter|come|arrive|sound|surface|materiali[sz]e|join|show)s?"
    r"|(?:is|are|stays?|remains?|keeps?) (?:silent|mute|tacet|absent|out of (?:it|this)"
    r"|non-?existent|nowhere(?! near\b)|omitted|left out)|(?:has )?stay(?:s|ed) (?:at )?home)\b"
    # "I wait for a singer, and none arrives".
    rf"|\b(?:wait|listen|look|search|hop|expect)(?:s|ing|ed|e|es)? (?:for )?(?:an? |the |any )?"
    rf"(?:\w+ )?{_VOICES}\b[^.;]{{0,60}}?(?:(?:\b(?:but|and|yet)\W+|[:,] )(?:(?:(?:I|we|you"
    r"|one) (?:finds?|hears?|gets?|meets?) |there is )?(?:none|no one|nobody|only instruments)"
    r"|it never"
    r"|(?:s?he|they) never)\b|\bin vain\b"
    r"|\b(?:that|who) never (?:comes|arrives|shows|appears))"
    rf"|\b(?:wait|listen|look|search)(?:s|ing|ed)? for an? (?:\w+ )?{_VOICES}\b[^.;]{{0,99}}?"
    r" (?:but|yet) (?:(?:each|every) time )?(?:it is )?(?:only )?(?:an? |the )?(?:\w+ )?"
    rf"{INSTRUMENT}\b"
    rf"|\b{_VOICES} (?:that |which )?(?:one|you|we|I) (?:waits?|listens?|hopes?|looks?) for never\b"
    rf"|\b(?:wait|listen|look)\w* in vain for (?:an? |the |any )?(?:\w+ )?{_VOICES}\b"
    r"|\b(?:contains|has|offers|features|needs|uses|carries|brings) no (?:(?:sung )?words|lyrics"
    r"|(?:sung )?text)\b(?! (?:to|for|that)\b)"
    rf"|\bas for (?:an? |any |the )?(?:\w+ )?{_VOICES}, (?:there (?:is|are) )?none\b"
    r"|\bthere is no (?:sung )?text\b|\b(?:missing|absent) (?:singer|vocalist)\b"
    # "Instead of a singer there is a trumpet".
    rf"|\b(?:in (?:the )?place of|instead of|in lieu of) (?:an? |any ){_SUCH}{_VOICES}\b"
    r"(?![^.;]*\b(?:s?he|voices?|choir|s[iu]ng\w*|crowd|rap\w*|two|duet|wo?m[ae]n|spoken"
    r"|whisper\w*|person)\b)"
    rf"|(?:\bcannot|n't) hear an? (?:\w+ )?{_VOICES}\b(?! (?:like|who|that|as)\b)"
    r"|(?<!rapped, )(?<!spoken, )(?<!shouted, )(?<!chanted, )(?:\bnot|\bnever|n't) (?:sung|vocal)\b"
    r"(?!-| (?:the same|quite|so|at|above|as)\b)"
    r"|(?<!there's )(?<!there is )\b(?:nobody|no one) singing\b(?! (?:better|along|like|with)\b)"
    r"|(?:\bnot|n't) (?:an?|one) (?:sung (?:note|word|line)|(?:note|word|line) sung)\b"
    r"|\b(?:without|no|zero) (?:an? |any )?(?:single )?(?:sung|spoken or sung) (?:words?|lines?"
    r"|notes?|syllables?)\b"
    r"|\bwithout (?:once |ever )?opening (?:its|a) mouth\b"
    rf"|\b(?:at no point|nowhere|not once|never once|never) (?:does|do|is|will"
    rf"|can) (?:an(?:yone|ybody)|someone|you|we"
    rf"|(?:an? |any )?{_VOICES}) (?:\w+ )?(?:sing|rap|heard|hear (?:an?|any) (?:\w+ )?{_VOICES}"
    rf"|enter|appear|come|open)"
    rf"|\b{INSTRUMENT} (?:is|are|stays|remains) the (?:only|sole|one) (?:voice|singer|vocalist)s?\b"
    r"(?! that (?:answers|joins|meets|matches)\b)"
    rf"|\bthe (?:only|sole|one) (?:voice|singer|vocalist)s?(?: here| you hear| in it"
    rf"| we get)? (?:is|are|belongs to) (?:an? |the |that of )?"
    rf"(?:[\w-]+ )?{INSTRUMENT}\b"
    r"|(?:\bnot|n't) (?:an?|one) (?:single |human )?(?:throat|larynx|tonsil|vocal cord)\b"
    r"|n't any words\b(?! (?:to|for|that)\b)|(?:^|[.;:] )instruments only\b"
    rf"|\bno (?:need|use|place|call) (?:of|for) (?:an? |any )?{_VOICES}\b"
    r"|\b(?:lacks|lacking|(?:lack|absence|absent|devoid|free) (?:of|from)|omits?|excludes?|avoids?"
    r"|(?:leaves?|left) out|zero|neither(?= [\w ]{3,25} n?or\b)|no (?:sign|trace|hint|indication"
    r"|evidence|breath"
    r"|ghost|shred) of)"
    rf" (?:any |an? |both )?{_VOICES}\b"
    r"|(?:\bnot|n't|\bnever) (?:have|contain|feature|include|involve|use|need|bring|find"
    r"|call for|invite|hear)s?(?: in)?"
    rf" (?:any |an? )?{_SUCH}{_VOICES}\b(?! (?:as|that|who|like)\b)"
    # "Not accompanied by any singing".
    rf"|(?:\b(?:can)?not|n't) [\w ]{{0,30}}?\bany(?:one"
    rf"|body)? (?:(?!of\b)[\w-]+ ){{0,2}}?{_VOICES}\b"
    r"(?! (?:who|that|like|better)\b)"
    rf"|\bthere (?:(?:is|are) not|isn't|aren't) (?:[\w-]+ ){{0,2}}{_VOICES}\b"
    rf"|\b{_VOICES} (?:(?:is|are) not|isn't|aren't) (?:\w+ly )?(?:used|present|heard|audible"
    rf"|featured|included|involved|part of (?:the|this) (?:{WORK}|music|mix)|there"
    rf"|in (?:it|(?:the|this) (?:{WORK}|music|mix)))\b(?! to\b)"
    rf"|\b{_VOICES}(?:\W{{0,3}}:\W{{0,3}}| - )(?:no\b(?! [a-z])|none\b|instrumental\b)"
    rf"|\b{_VOICES}(?: part)?{OF_WORK}(?:,? which)?"
    r"(?: is| are|\W{0,2}:\W{0,2})(?: described as)?"
    r" \"?(?:none|absent|missing|not (?:present|heard|audible))\b"
    rf"|\b{_VOICES} (?:is|are) (?:listed|given|marked|stated) as \"?none\b"
    rf"|\b(?:{_VOICES} and )?(?:sung|performed|singing|vocals) by (?:none|no one|nobody)\b"
    r"|\b(?:no one|no-one|nobody|not a soul|none of them|no (?:[\w-]+ )?(?:person|human|man"
    r"|woman|throat))"
    r" (?:here )?(?:ever |really |actually |once )?"
    r"(?:(?:sings|raps|has (?:yet |ever )?(?:sung|rapped))(?! (?:its|their|the) praises)"
    # "No one sings it like him".
    r"(?! along| [^.;]{0,40}\b(?:like|better|more|than|only (?:(?:wo)?m[ae]n|him|her|h(?:is"
    r"|ers)))\b)"
    r"|(?:is"
    r"|can be) (?:heard )?singing)\b"
    r"|\b(?:no one|nobody|no [\w-]+) (?:here )?(?:ever |once )?(?:opens (?:his|her|their"
    r"|a) mouth|utters\b"
    r"|(?:says|speaks|sings) a (?:word|note|line|syllable)|(?:(?:steps|walks) (?:up )?to"
    r"|picks up|is at"
    r"|goes near|approaches|touches) (?:the|a) mic\w*)"
    # "I keep waiting for a voice, but the steel takes over"; "don't wait for a singer".
    r"|(?<!\bhe )(?<!singer )(?<!she )\b(?:keeps?|kept) (?:on )?(?:waiting|listening|looking|hoping"
    rf"|expecting) (?:for )?(?:the|an?|some|any) (?:\w+ )?(?:{_VOICES}|{HUMAN}|fella|words?)\b"
    r"(?! to (?!come|enter|arrive|start|begin|sing|join|appear|show|step|open|turn up))"
    r"[^.;:]{0,60}?(?:, (?:but|yet)|, and (?!every)|[;:])"
    r"|\b(?:don't|do not|no (?:point|use|sense)(?: in)?) (?:wait|listen|look|hope"
    r"|hold\w* (?:out|your"
    r" breath)|expect|search)(?:ing)? (?:for |to hear )?(?:an? |any |the )?(?:single |human "
    r"|lead )?"
    rf"{_VOICES}\b(?! (?:in|with|who|like|of|as)\b)"
    # "The guitar takes the part usually given to the voice".
    r"|\b(?:role|part|place|job|lines?|melody|spot) (?:that |which |is )?(?:normally|usually"
    r"|otherwise"
    r"|typically|traditionally|customarily) (?:\w+ ){1,3}(?:an?|the) "
    rf"(?:(?!second|other|backing|harmony)[\w'-]+ ){{0,2}}?{_VOICES}\b"
    r"|\bnobody's singing\b(?! (?:its|their|the) praises)",
    re.I,
)
# "Still no words"; those who hum have none, either.
_NO_WORDS = Pattern(
    r"\b(?:still no|(?<!me )(?<!us )(?<!you )(?<!one )without an?(?: single)?|not (?:one"
    r"|a)(?: single)?) words?(?=\s*(?:[.,;:]|$))"
    r"|\b(?:stays|remains|is|are) (?:entirely |completely |an? )?(?:wordless|voiceless)\b"
    rf"|\b(?:an?|this) (?:[\w-]+,? )?wordless (?:[\w-]+ )?(?:{WORK}|music)\b"
    r"|\b(?:gets by|does|manages|works|tells|speaks|makes do)(?: [\w-]+){0,3}? without (?:any )?"
    r"(?:words|lyrics|text)\b"
    r"|\bwordless (?:to the (?:very )?(?:end|last)|throughout|from (?:the )?(?:first|start|end"
    r"|beginning))",
    re.I,
)
_WORDLESS = Pattern(
    r"\b(?:hum|ooh|aah|ahs?\b|vowel|voice|vocal|choir|sing(?:s|er)|syllable|chant|wo?m[ae]n\b"
    r"|s?he\b)",
    re.I,
)
# "No voice until 0:14": one comes.
_COMES_LATER = Pattern(
    r"(?: \w+)? (?:(?:until|till|before) (?:about |around |nearly |well past |past )?"
    r"(?:\d|the (?:(?:first|second|third|last|final) )?(?:verse|chorus|hook|refrain|bridge"
    r"|break)\b)"
    r"|for the first (?=\d+:))",
    re.I,
)
_UNTIL_NOW = Pattern(
    r" there\b(?! (?:is|are)\b)|(?: (?:a|one) (?:word|note|line))?"
    r" (?:(?:over|under|across|behind|during|through) (?:them|these|those|it|this|that)"
    r"|yet|at first|to begin with|for now|so far)\b",
    re.I,
)
# "To the end at 1:54 nobody sings"; "by 4:47 no voice has come: the track is instrumental".
_TO_THE_END = Pattern(
    r"\b(?:through|(?:right|straight|all the way) up|all the way) to (?=\d)"
    r"|\b(?:up |down |through )?to the (?:very )?(?:end|close|finish)\b"
    r"|\b(?:from|between) 0:00\b|\b(?:ends|closes|stops|finishes|is over|wraps up|bows out"
    r"|fades out)"
    r" (?:at|by) [^.;]{0,20}(?:,| and )"
    r"|\bfrom (?:the |its )?first \w+ to (?:the |its )?(?:last|fade|end|close)\b"
    r"|(?:[:;]|, so) (?:it|this|(?:the|this) (?:[\w-]+ )?(?:track|song|piece|recording)) (?:is"
    r"|stays"
    r"|remains) (?:\w+ly )?instrumental\b",
    re.I,
)
_OF_WORK = Pattern(rf"\b(?:the|this) (?:{WORK}|music)\b", re.I)
# "No lyrics are given" tells of the listing.
NOT_TOLD_AFTER = Pattern(
    r",?(?: (?:is|are|was|were|being|been|has|have))* (?:\w+ly )?(?:provided|given|available|listed"
    r"|mentioned|specified|described|stated|indicated|supplied)\b",
    re.I,
)
"""What says of words before it that they are told by the prompt."""
# "The data does not mention any singing".
_TOLD = Pattern(r"\b(?:mention|specify|state|describe|indicate|say|provide)\b", re.I)
# "The recording does not mention any singing".
_OF_MUSIC = Pattern(rf"\b(?:{WORK}|music) (?:does |do )?$", re.I)
_NOT_NONE = Pattern(
    r"(?:\bnot|n't) (?:an? |purely |entirely )?$|\boften (?:do|does|is|are) $"
    # "A band like this could easily go without a singer".
    r"|\b(?:could|might|would|may) (?:\w+ ){0,2}?(?:go|do|manage|work|stand|live|exist|get by) $",
    re.I,
)
# "An instrumental with a cello solo" is one all through.
_HAS = Pattern(
    r"\b(?:with|featur\w+|consist\w+|contain\w*|showcas\w+|includ\w+|ha[sv]e?|made|led|played)\b",
    re.I,
)
_FOR_A_WHILE = Pattern(
    r"\b(?:until|up to|before|part|middle|first|last|final)\b"
    r"|\bfor (?:about |around |some |roughly |nearly |almost |maybe |perhaps )?"
    r"(?:\d+|a few|several|two|three|four"
    r"|five|six|eight|ten|twelve|fifteen|sixteen|twenty) (?:seconds|bars|measures|beats)\b"
    r"|\bfor a (?:while|moment|spell|bit)\b",
    re.I,
)
_FEW_BARS = Pattern(r"\b(?:bars?|measures?|seconds) (?:of\b|(?:with )?$)", re.I)
# "The intro is kick and piano, and no one opens their mouth".
_OF_OPENING = Pattern(
    r"^\W*(?:listening )?(?:(?:at|in|over|for|during|through) )?(?:the|its) (?:first|opening|intro"
    r"|introduction|middle)\b[^.;:]*$",
    re.I,
)
# "At 1:10 the strings are full, and still no words, no singer": none is thought to come.
_STILL = Pattern(r"\bstill\b[^.;:]{0,25}$", re.I)
_THEN = Pattern(r"\b(?:until|till|then|before|but|when|finally)\b|;", re.I)
# "At 2:50 the steel is back, no singer in sight".
_AT_ALL = Pattern(
    r"\b(?:anywhere|whatsoever|at all|in sight|ever|to be (?:heard|found)|(?:not|n't) (?:a|one)"
    r" (?:single|sung|human)|not one|the (?:whole|entire)|throughout)\b",
    re.I,
)


def denials(passage: Passage) -> list[Claim]:
    """All that says that nobody sings, be it for a while."""
    found = [
        Claim(*match.span())
        for match in (
            *passage.every(_NONE),
            *_without_words(passage),
            *passage.near(_INSTRUMENTAL, _CALLED_SO),
        )
        if not _NOT_NONE.search(passage.before(match.start()))
        and (not _TOLD.search(match[0]) or _OF_MUSIC.search(passage.before(match.start())))
        and not NOT_TOLD_AFTER.match(passage.text, match.end())
        and not _is_of_words(passage, match)
    ]
    return sorted(found, key=lambda each: each.start)


def _is_of_words(passage: Passage, match: re.Match[str]) -> bool:
    """Whether voices are told of beside: ``the voices hum, and no text is sung``."""
    first, _ = passage.sentence(match.start())
    is_text = match[0].lower().startswith(("no text", "no words", "no word "))
    return is_text and bool(_WORDLESS.search(passage.text, first, match.start()))


def _without_words(passage: Passage) -> Iterator[re.Match[str]]:
    for match in _NO_WORDS.finditer(passage.text):
        first, last = passage.sentence(match.start())
        if not _WORDLESS.search(passage.text, first, last):
            yield match


def comes_later(passage: Passage) -> list[Claim]:
    """Denials that say when a voice comes in: ``no voice until 0:14``."""
    return [
        Claim(*match.span())
        for match in passage.every(_NONE)
        if _COMES_LATER.match(passage.text, match.end()) and not passage.is_set_aside(*match.span())
    ]


def is_denied(clause: str) -> bool:
    """Whether a clause says that nobody sings."""
    is_called_so = "instrumental" in clause.lower() and _CALLED_SO.search(clause)
    return bool(is_called_so or _NONE.search(clause))


def is_of_whole(passage: Passage, claim: Claim) -> bool:
    """Whether the absence of singing is said of the whole track."""
    rest = re.split(r"[.,;:]", passage.after(claim.end))[0]
    if passage.text.startswith(("this ", "This "), claim.start):
        return True
    first, last = passage.sentence(claim.start)
    if _STILL.search(passage.text[first : claim.start + len("still")]):
        return not _THEN.search(passage.text, claim.end, last)
    if _UNTIL_NOW.match(rest) or _FEW_BARS.search(passage.before(claim.start)):
        return False
    if _TO_THE_END.search(passage.before(claim.end) + rest):
        return True
    if _AT_ALL.search(passage.clause_before(claim.end) + rest):
        return not _COMES_LATER.match(passage.text, claim.end)
    if _OF_OPENING.search(passage.text[first : claim.start]) and not _OF_WORK.search(rest):
        return False
    rest = _HAS.split(re.sub(r"^ parts?\b", "", rest))[0]
    clause = passage.clause_before(claim.start) + rest
    if moment_of(passage, claim) or is_of_part(clause) or _FOR_A_WHILE.search(clause):
        return False
    is_denial = (
        passage.text[claim.start : claim.end]
        .lower()
        .startswith(("no ", "without", "role ", "part "))
    )
    return is_denial or not passage.is_set_aside(claim.start, claim.end)
