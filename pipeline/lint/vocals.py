"""Singing where there is none, and music called instrumental that is sung."""

import re
from collections.abc import Iterator

from pipeline.lint.evidence import Evidence
from pipeline.lint.passage import Claim, Judged, Passage, right_or
from pipeline.lint.pattern import Pattern
from pipeline.lint.predicates import OF_WORK
from pipeline.lint.sections import PART, SUNG_PART, WORK, is_of_part
from pipeline.lint.times import moment_of
from pipeline.lint.voices import HUMAN, UTTER, VOICE_TYPE
from schemas.lint import Finding

_VOICES = (
    r"(?:singing|vocals?(?: (?:parts?|elements?|lines?|tracks?|melody))?|voices?|singers?"
    r"|vocalists?|lyrics|sung words|rapp(?:ing|ers?)|frontm[ae]n)"
)
_PREPOSITIONS = r"of|in|on|with|without|at|by|for|from|over|behind|to|during|throughout|after|while"
# Words of "a calm, wistful piano and flute instrumental"; none that another thing has.
_OF_KIND = (
    rf"(?:(?!(?:the|an?|this|that|plays?|its|his|her|their|no|not|is|are|{_PREPOSITIONS}"
    rf"|playback|backing|background|{PART}|{SUNG_PART})\b)[\w/&'-]+(?:\s*,\s*|\s+)){{0,12}}?"
)
_PIECE = (
    rf"(?:{WORK}|music|cover|rendition|version|medley|soundtrack|theme|clip|masterpiece|groove|beat"
    r"|rock|metal|pop|jazz|blues|funk|soul|folk|hip[- ]hop|house|techno|electronica|EDM)"
    rf"(?! (?:{PART}|ensemble|band|group)\b)"
)
_NOUN_ENDS = (
    rf"(?=\s*(?:[.,;:!)]|$)|\s+(?:{_PREPOSITIONS}|that|which|and|is|has"
    r"|(?!phrases|parts|sections|breaks|layers|lines|elements|factors|solos|passages"
    r"|instruments)\w+(?:s|ing|ed))\b)"
)
_INSTRUMENTAL = Pattern("instrumental", re.I)
_CALLED_SO = Pattern(
    r"\b(?:purely|entirely|fully|wholly|completely|strictly|solely|exclusively) instrumental\b"
    # "An instrumental folk-rock song".
    r"|\b(?:a(?<!over a)(?<!with a)(?<!to a)(?<!by a)(?<!against a)n?|this|\d:\d\d)"
    rf" {_OF_KIND}instrumental {_OF_KIND}{_PIECE}\b"
    rf"|(?:^|[.;] )the instrumental (?!work\b|performance\b){_OF_KIND}{_PIECE}\b"
    # "Instrumental rock with two guitars"; "instrumental rock is popular" tells of many.
    rf"|(?:^|[.;] ){_OF_KIND}instrumental {_OF_KIND}{_PIECE}\b(?! (?:is|are|has|have|can)\b)"
    rf"|\b(?:is|'s|as|belongs to|falls under) (?:\w+ly )?instrumental {_OF_KIND}{_PIECE}\b"
    rf"|(?:'s|\b(?:is|stays|remains|feels|sounds)) (?:an |all )?{_OF_KIND}instrumental(?: only)?"
    r"(?=\s*[.,;!]|$| (?:throughout|and|with|from|all|to the (?:very )?end)\b| [\w-]+[.,;])"
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
_SUCH = r"(?:(?!(?:other|second|third|further|additional|extra|back\w+|harmony)\b)[\w-]+ )?"
# Things that are missing, too: "no drums, no bass and no vocals", "no other instruments or voices".
_OTHERS = (
    r"(?:(?:(?!(?:no|the|an?|its|his|her|their|this|that|doubt|longer|matter|is|are"
    rf"|{_PREPOSITIONS}"
    r"|about)\b)[\w-]+,? ){1,5}?(?:or|nor|and(?= no\b)) (?:any |no )?)?"
)
_NONE = Pattern(
    r"\b(?:only|nothing but) (?:the )?instruments(?=[.,;]|$)|\binstruments alone\b"
    rf"|(?<!\bis )(?<!'s )\b(?:not|never) (?:an?|one)(?:(?: (?:single|human|sung|stray))? {_VOICES}"
    r"(?=\s*(?:[.,;:)]|$)| (?:in|on|to|is|enters|anywhere|at all|here)\b)"
    r"|(?: single)? (?:word|line|note|syllable) is sung\b)"
    # "The whistle is as close as it comes to a singer".
    rf"|\b(?:as close as [^.;,]{{0,25}}?|(?:closest|nearest) (?:(?:thing|it|we|you|this|that"
    rf"|track|piece"
    r"|song|there|here|is|has|gets?|comes?) ){1,4}"
    rf")to (?:an? |any )?{_VOICES}\b(?! (?:in the|as an?)\b)"
    rf"|\b{_VOICES} (?:plays?|has|have|takes?) no (?:part|role|place)\b"
    r"|\b(?:nothing|none of (?:it|this|that|these)|no (?:words?|lines?|lyrics))(?: here| at all)?"
    r" (?:(?:is|are) )?(?:ever |being |actually )?sung\b"
    r"|\bthere(?:'s| is) (?:nobody|no one) (?:\w+ )?(?:singing|at the mic\w*)\b"
    r"|(?:(?<=\bvocals\? )|(?<=\bvoices\? )|(?<=\bvoice\? )|(?<=\bsinging\? )|(?<=\blyrics\? )"
    r"|(?<=\bsinger\? ))(?:none|nope|not (?:here|one|an?)|nobody|no one)\b"
    r"|\bonly instruments (?:are|can be) (?:heard|used)\b|\b(?:entirely|only|solely)"
    r" (?:by|on|(?:(?:composed|made up) )?of) (?:instruments"
    r"|instrumental (?:music|sounds|parts|elements))\b"
    rf"|\b(?:no|without(?<!those without)|no one's) {_OTHERS}(?:any |an? )?"
    rf"{_SUCH}{_VOICES}\b(?! (?:chops|samples|of (?:its|her|his|their) own)\b)|\b(?:vocal|voice"
    rf"|singer|lyric)(?:-free|-?less)\b"
    r"|\bnon-(?:lyrical|vocal)\b"
    r"|\bthere are no words\b(?! (?:to|for|that)\b)|n't (?:have|contain) any words\b"
    rf"|\b{_VOICES} (?:(?:(?:does|do) not|doesn't|don't|never) (?:occur|appear|exist|happen|feature"
    r"|start|begin|enter|come|arrive|sound|surface|materiali[sz]e|join|show)s?"
    r"|(?:is|are) (?:silent|non-?existent|nowhere|omitted|left out))\b"
    # "I wait for a singer, and none arrives".
    rf"|\b(?:wait|listen|look|search|hop|expect)(?:s|ing|ed|e|es)? (?:for )?(?:an? |the |any )?"
    rf"(?:\w+ )?{_VOICES}\b[^.;]{{0,60}}?(?:(?:\b(?:but|and|yet)\W+|[:,] )(?:none|no one|nobody"
    r"|it never"
    r"|(?:s?he|they) never)\b|\bin vain\b"
    r"|\b(?:that|who) never (?:comes|arrives|shows|appears))"
    rf"|\b(?:wait|listen|look)\w* in vain for (?:an? |the |any )?(?:\w+ )?{_VOICES}\b"
    r"|\b(?:contains|has|offers|features) no words\b|\b(?:stays|remains|is|are) (?:entirely "
    rf"|completely |an? )?(?:wordless|voiceless)\b"
    rf"|(?:\bcannot|n't) hear (?:an? |the )?(?:\w+ )?{_VOICES}\b"
    r"|(?<!rapped, )(?<!spoken, )(?<!shouted, )(?<!chanted, )(?:\bnot|\bnever|n't) (?:sung|vocal)\b"
    r"(?! (?:the same|quite|so|at|above|as)\b)|\b(?:nobody|no one) singing\b"
    r"|(?:\bnot|n't) (?:an?|one) (?:sung (?:note|word|line)|(?:note|word|line) sung)\b"
    r"|n't any words\b(?! (?:to|for|that)\b)|(?:^|[.;:] )instruments only\b"
    rf"|\bno (?:need|use|place|call) (?:of|for) (?:an? |any )?{_VOICES}\b"
    r"|\b(?:lacks|lacking|(?:lack|absence|absent|devoid|free) (?:of|from)|omits?|excludes?|avoids?"
    r"|(?:leaves?|left) out|zero|neither|no (?:sign|trace|hint|indication|evidence) of)"
    rf" (?:any |an? |both )?{_VOICES}\b"
    r"|(?:\bnot|n't|\bnever) (?:have|contain|feature|include|involve|use|need|bring|find"
    r"|call for|invite|hear)s?(?: in)?"
    rf" (?:any |an? )?{_SUCH}{_VOICES}\b"
    # "Not accompanied by any singing".
    rf"|(?:\b(?:can)?not|n't) [\w ]{{0,30}}?\bany(?:one|body)? (?:[\w-]+ ){{0,2}}?{_VOICES}\b"
    rf"|\bthere (?:(?:is|are) not|isn't|aren't) (?:[\w-]+ ){{0,2}}{_VOICES}\b"
    rf"|\b{_VOICES} (?:(?:is|are) not|isn't|aren't) (?:\w+ly )?(?:used|present|heard|audible"
    r"|featured|included|involved|part|there|in)\b"
    rf"|\b{_VOICES}(?:\W{{0,3}}:\W{{0,3}}| - )(?:no\b|none\b|instrumental\b)"
    rf"|\b{_VOICES}(?: part)?{OF_WORK}(?:,? which)?"
    r"(?: is| are|\W{0,2}:\W{0,2})(?: described as)?"
    r" \"?(?:none|absent|missing|not (?:present|heard|audible))\b"
    rf"|\b{_VOICES} (?:is|are) (?:listed|given|marked|stated) as \"?none\b"
    rf"|\b(?:{_VOICES} and )?(?:sung|performed|singing|vocals) by (?:none|no one|nobody)\b"
    r"|\b(?:no one|no-one|nobody|not a soul|none of them) (?:ever |really |actually )?"
    r"(?:(?:sings|raps)(?! (?:its|their|the) praises)|(?:is|can be) (?:heard )?singing)\b"
    r"|\bnobody's singing\b(?! (?:its|their|the) praises)",
    re.I,
)
# "Still no words"; those who hum have none, either.
_NO_WORDS = Pattern(
    r"\b(?:still no|(?<!me )(?<!us )(?<!you )(?<!one )without an?(?: single)?|not (?:one"
    r"|a)(?: single)?) words?(?=\s*(?:[.,;:]|$))",
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
    r"|(?:for|in|during|over|through) (?:about |around )?the (?:first|opening) )",
    re.I,
)
_UNTIL_NOW = Pattern(
    r"(?: (?:a|one) (?:word|note|line))?"
    r" (?:(?:over|under|across|behind|during|through) (?:them|these|those|it|this|that)"
    r"|yet|at first|to begin with|for now|so far)\b",
    re.I,
)
# "To the end at 1:54 nobody sings"; "by 4:47 no voice has come: the track is instrumental".
_TO_THE_END = Pattern(
    r"\b(?:up |down |through )?to the (?:very )?(?:end|close|finish)\b"
    r"|\bfrom (?:the )?first \w+ to (?:the )?last\b"
    r"|(?:[:;]|, so) (?:it|this|(?:the|this) (?:[\w-]+ )?(?:track|song|piece|recording)) (?:is"
    r"|stays"
    r"|remains) (?:\w+ly )?instrumental\b",
    re.I,
)
# "No lyrics are given" tells of the listing.
_NOT_TOLD_AFTER = Pattern(
    r",?(?: (?:is|are|was|were|being|been|has|have))* (?:\w+ly )?(?:provided|given|available|listed"
    r"|mentioned|specified|described|stated|indicated|supplied)\b",
    re.I,
)
_QUOTES = Pattern(r" (?:is|are|as|include|read)\b|:| ?\"")
# "The data does not mention any singing".
_TOLD = Pattern(r"\b(?:mention|specify|state|describe|indicate|say|provide)\b", re.I)
# "The recording does not mention any singing".
_OF_MUSIC = Pattern(rf"\b(?:{WORK}|music) (?:does |do )?$", re.I)
_NOT_NONE = Pattern(r"(?:\bnot|n't) (?:an? |purely |entirely )?$", re.I)
_INSTRUMENT = (
    r"(?:instrument\w*|clarinet|oboe|guitars?|bass|violins?|fiddle|piano|trumpets?|horns?|sax\w*"
    r"|flutes?|whistle|cello|strings?|synth\w*|lead|accordion|organ|harp|banjo|harmonica|marimba"
    r"|vibraphone|keyboards?|ocarina|theremin|recorder|erhu|duduk|(?:bag|pan|uilleann )?pipes|viola"
    r"|trombones?|tuba|bassoon|cornet|flugelhorn|woodwinds?|celesta|glockenspiel|xylophone"
    r"|mandolin|ukulele|sitar|koto|pedal steel|steel|nyckelharpa|concertina|bandoneon|oud|kora"
    r"|shakuhachi|melodica|saw|(?:left|right) hand)"
)
# "She keens on the pipes", "he joins in on bongos".
_NOT_PLAYED = (
    rf"(?![^.;:]{{0,30}}? (?:on|through) (?:an? |the |his |her )?(?:[\w-]+ )?(?:{_INSTRUMENT}"
    r"|drums?|bongos|congas|percussion|keys|hammond)\b(?!-))"
)
_ANIMAL = r"(?:birds?|songbirds?|whales?|crickets?|insects?|cicadas?|animals?)"
_DESCRIBED = (
    rf"(?:(?!{_INSTRUMENT}'s\b|{_ANIMAL}\b|"
    r"(?:the|an?|its|his|her|their|any|of|no|not|is|are|was|may|might|could|\w+n't)\b)"
    r"[\w'-]+,? ){0,3}?"
)
# "A singing tone" is that of an instrument.
_SINGING = (
    rf"singing(?! (?:(?!(?:an?|the|this|his|her|their|its)\b)[\w-]+ )?(?:tone"
    rf"|melod(?:y|ies|ic)|lines?|quality|bowls?|saws?|glass\w*|{_INSTRUMENT})\b)"
)
_VOICE = (
    r"(?<!synth )(?<!strings )(?<!string )(?<!organ )(?<!piano )(?<!flute )(?<!wind )"
    r"(?<!instrument )(?<!keyboard )(?<!inner )(?<!composer's )(?<!producer's )"
    r"(?<!author's )voices?"
)
_SINGER = (
    r"(?:singer|vocalist|rapper|crooner|songstress|chanteuse|frontman|frontwoman|tenor voice"
    r"|vocals"
    rf"|(?:lead|harmony|vocal) (?:soprano|alto|tenor|baritone|bass)(?=[ ,.;:])(?! {_INSTRUMENT})"
    rf"|(?<=male )lead(?! (?:dancer|actor|role|synth|guitar))|(?-i:MC)|lead vocal|vocal|{_VOICE}"
    r"|falsetto|choir|rapping"
    r"|mezzo(?:-soprano)?(?![- ](?:forte|piano))|contralto(?! clarinet)|countertenor"
    rf"|rap(?= (?:is|has|flow\w*|verses?|deliver\w*|style)\b)|yodell?ing|{_SINGING})"
)
_NO_SINGER_AFTER = (
    rf"(?!\"?[- ](?:leading\b(?! the)|like\b(?! an?\b)|quality|free|-|of (?:the )?{_INSTRUMENT}"
    r"|(?:could|might|would) (?:be added|add|bring|fit|help|work|join)\b"
    r"|lofts?\b|stalls\b|introduces\b|announces\b|in an? (?:film|movie)\b|(?:line|part"
    r"|melody) is (?:left|given|handed) to\b"
    rf"|in the (?:\w+ )?{_INSTRUMENT}\b"
    # Nor those of a fugue or an audience.
    r"|of (?:the |an? )?(?:its own|chords?|fugue|canon|counterpoint|crowd|audience|people"
    r"|spectators|fans)\b"
    r"|(?:(?:choir|sounding|sound|tag) )?(?:chops?|samples?|percussi\w+|synth\w*|pads?|patch(?:es)?"
    r"|effects?|fx|cords?)\b"
    rf"|is (?:an? |the )(?:(?!main|lead)[\w-]+ )?(?!instrument){_INSTRUMENT}\b"
    rf"|(?:used|heard) (?:is|are) (?:an? |the )?{_INSTRUMENT}\b|melody line on|(?:field|entry|tag"
    rf"|label)(?! (?:is|says|reads) (?!(?:\w+ as )?\"?none))))"
    # "The voices of the track are clarinet and strings".
    rf"(?!(?:(?<=voice)|(?<=voices)){OF_WORK}(?: used| heard)? (?:are|includes?"
    r"|(?:is|are) played by) (?:an? |the )?"
    rf"(?:(?!main\b|lead\b|with\b|and\b)[\w-]+ )?(?!instrument){_INSTRUMENT}\b"
    r"(?!.*\b(?:voices?|m[ae]n|wom[ae]n|singers?|vocal\w*|choir)\b))"
)
_UTTERING = (
    r"(?:singing|whispering|rapping|chanting|humming|screaming|shouting|muttering|murmuring|roaring"
    r"|growling|snarling|howling|shrieking|yelling|hollering|pleading|wailing|crooning|belting)"
)
_SUNG = Pattern(
    r"\b(?:featuring|features?|with|there(?:'s| is| are)?|has|have|contains?|includes?|including"
    rf"|hear) (?:an? |the )?{_DESCRIBED}(?:vocals|voices|{_SINGING}|singers?"
    rf"|lyrics)\b{_NO_SINGER_AFTER}|"
    r"\b(?:(?:the|a(?<!room for a)(?<!space for a)(?<!made for a)n?|his|her|their|its|another|both"
    r"|(?:two|three|four)(?! voices)|several|multiple|many|lead"
    rf"|male|female|soulful|breathy)\s+\"?{_DESCRIBED}"
    rf"|(?:this|that|these|those) (?:(?:main|lead|(?:fe)?male|\w+ing|\w+y) )?){_SINGER}\b"
    rf"{_NO_SINGER_AFTER}"
    r"|\b(?:she|he) (?:[\w]+ )?(?:to )?"
    rf"(?:sings?|croons?|whispers?|belts?|raps?|pleads|laments|chants|yodels?)\b{_NOT_PLAYED}"
    r"|\b(?:she|he)(?:'s| is)? (?:(?:just|still|now|almost|nearly|half|practically"
    rf"|\w+ly) )?(?:{UTTER}|half-\w+s|(?:starts|begins|keeps)"
    rf" (?:to )?{UTTER})\b{_NOT_PLAYED}|\b(?:him|her) (?:\w+ly )?{_UTTERING}\b"
    rf"|\b(?:she|he)\b[^.;:\"]{{0,20}}?, {_UTTERING}\b"
    # An answer: "Yes, a woman, breathy and close".
    r"|(?:^|[.;] )yes\W{1,3}(?:it's |there's )?(?:an?|one) (?:[\w-]+,? ){0,3}?(?:wo)?man\b"
    # "He drops to guttural lows", "she launches into the hook".
    r"|\b(?:she|he) \w+ (?:\w+ )?(?:in)?to (?:an? |his |her |the )?(?:[\w-]+,? ){0,3}?(?:belt"
    r"|falsetto"
    r"|growls?|lows|whisper|scream|shriek|croon|wail|snarl|(?:head|chest) voice)\b(?! of\b)"
    r"|\b(?:she|he) (?:launches|bursts|tears) into (?:the |a )?(?:\w+ )?(?:hook|verse|chorus"
    r"|refrain)\b"
    rf"{_NOT_PLAYED}"
    r"|(?:\bnot|n't) (?:an? |purely |entirely )?instrumental\b"
    r"|\b(?:sung|singer|singing|voices?|vocals?|lyrics)\W*:\W* "
    r"(?!(?:the|it|this|I|we|you|listen)\b|none\b|no\b|n/a|instrumental\b)"
    r"|\b(?:and|with|using|only|all) voices?\b(?! lead| (?:here )?(?:is|are|belongs)\b)|(?:^"
    r"|[.;!] )(?:voices?|vocals?) and\b"
    r"|\bchoral (?:music|singing|voices|piece|work)\b"
    # "Determine the presence of singing" leaves it open.
    r"|(?<!analyze )(?<!analyse )(?<!determine )(?<!identify )(?<!detect )(?<!confirm )(?<!for )"
    r"(?<!verify )\bthe (?:presence|combination|use|addition|blend|mix) of (?:an? |the )?(?:singing"
    r"|vocals|voices?|singers?)\b"
    r"|\b(?:an?|the) (?:\w+ )?(?:indication|sign|evidence|proof) of (?:singing|vocals|voices?"
    r"|a singer)\b"
    r"|\b(?:is|written|scored|meant|song|songs) for (?:[\w'-]+ ){0,2}?(?:voices?|choir|singers?"
    r"|sopranos?(?! sax))\b"
    r"|\b(?:the|her|his) voice quality\b"
    r"|\b(?:kind|type|style|sort) of (?:voice|singing)(?: used| heard)? is\b"
    r"(?! (?:not|none|absent|instrumental|unclear|unknown|unspecified)\b)",
    re.I,
)
_PERSON = (
    r"(?:m[ae]n|wom[ae]n|(?:fe)?males?|boys?|girls?|kids?|child(?:ren)?|monks?|nuns?|people"
    r"|crowd|choir|chorus|quartet|duo|sopranos?"
    r"|vocals?|mezzos?|altos?|tenors?|baritones?|soloists?|singers?|vocalists?|rappers?|performers?"
    r"|artists?|voices?|everyone"
    r"|someone|somebody|band|group|narrator)"
)
_SING = (
    r"(?:sings?|croons?|whispers?|belts?|raps?|chants?|hums?|wails?|intones?|yodels?"
    r"|(?<!crowd )(?<!people )(?<!male )(?<!crowd is )(?<!people are )(?<!one is )"
    r"(?:screams?|shouts?|screaming|shouting)(?! (?:sounds?|effects?)\b)|vocali[sz]es?"
    r"|harmoni[sz]es?|singing|rapping|chanting|humming|yodell?ing|vocali[sz]ing)"
)
_SINGS = Pattern(
    rf"\b{_PERSON} (?:(?:who|that) )?(?:is |are |can be |(?:is|are|can be) heard |(?:starts"
    rf"|begins) (?:to )?)?"
    rf"(?:\w+ly )?(?:{_SING}|delivers?)\b"
    # "A woman, distant and drenched in reverb, half whispers"; "three women answer him".
    rf"|\b{HUMAN} with (?:an? |the )?(?:[\w-]+,? ){{0,3}}?voice\b"
    r"|\b(?:answered|echoed|joined|doubled|shadowed|backed|harmoni[sz]ed) by (?:the |two |three "
    r"|four |an? )?"
    r"(?:\w+ )?(?:wom[ae]n|m[ae]n|girls?|boys?|kids|children|sisters|brothers)\b"
    r"|\b(?:her|his) (?:\w+ )?(?:vowels|consonants|diction|falsetto(?!-)|croon|melismas?)\b"
    r"|\b(?:fe)?male (?:[\w-]+ )?(?:screams?|growls?|whispers?)\b(?! (?:sounds?|effects?)\b)"
    rf"|\b{HUMAN}(?:, [^.;:,]{{2,50}},)? (?:(?:who|that) )?(?:(?:starts|begins|keeps"
    r"|is) )?(?:\w+ly |both |all )?"
    rf"(?:{UTTER}|half-\w+s)\b(?! (?:sounds?|effects?|noises?)\b)"
    rf"{_NOT_PLAYED}"
    # "The chorus enters" is a part.
    r"|(?!(?!an? )\w+ (?:[\w-]+ )?chorus\b)\b(?:an?|the|one|another|second|two|three|four|other"
    r"|several"
    rf"|both|of|all) (?:[\w-]+,? ){{0,3}}?{HUMAN}(?:, [^.;:,]{{2,50}},)? (?:calls?|answers?|joins?"
    r"|enters?(?! (?:an?|the|together)\b)|comes? in(?! one)|leads?(?! (?:an?|the|us|into)\b)"
    r"|fires? back|hurls?|echo(?:es)?|responds?|trades? (?:lines|verses)"
    r"|tells?|confess(?:es)?|recalls?|sighs?|begs?|pleads?|warns?|laments?|promises?)\b"
    rf"(?!.* (?:on|of) (?:the |an? )?(?:{_INSTRUMENT}|brass))"
    r"|\b(?:an?|the) (?:[\w-]+,? ){0,3}?(?:wo)?m[ae]n\b[^.;:\"]{0,50}?(?:\b(?:with|on|into)"
    r"|:) [\"']"
    r"|\b(?:an?|the|each|every|(?:first|second|last|opening|closing"
    r"|final)) (?:(?!bass|melod|guitar|piano|horn)[\w-]+ )?"
    r"(?:(?:lines?|words) about\b(?! (?:to|\d+|two|three|four|eight|half)\b)"
    r"|(?:lines?|verses?|words|refrain|chorus(?:es)?|hook) (?:is|are) (?:\w+ly )?(?:belted"
    r"|screamed|shouted|growled|whispered|muttered|murmured|spat"
    rf"|barked|spoken(?! for)|half-\w+)\b(?!(?: out)? by (?:an? |the )?(?:[\w-]+ )?{_INSTRUMENT})"
    r"(?! down\b))"
    r"|\b(?:m[ae]n|wom[ae]n|singer)'s (?:first |last |only )?(?:words|lines?) (?:is|are)\b"
    r"|(?<!synth )(?<!sampled )\b(?:oohs and aahs|oohs|aahs|oohing|ad-libs)\b"
    r"(?! (?:of|(?:come )?from|on|by)\b)"
    rf"|\b(?:(?:wo)?m[ae]n|girls?|boys?|child(?:ren)?|female|male|human)(?:'s?)? voices?\b"
    rf"{_NO_SINGER_AFTER}"
    r"|\b(?:(?:wo)?m[ae]n|girl|boy|child|(?-i:(?!(?:It|That|There|What|S?[Hh]e|Who"
    rf"|Here)'s)[A-Z]\w+))'s (?:[\w-]+,? ){{0,3}}?(?:{VOICE_TYPE}"
    r"|screams?\b|whisper\b|growl\b|croon\b|falsetto\b|howl\b|drawl\b|murmur\b)"
    r"(?! (?:glides|comes? to mind|is (?:an?|the) (?:\w+ )?(?:reference|model|influence))\b)"
    rf"|\b(?:his|her|whose|(?:fe)?male) (?:(?!{_INSTRUMENT}\b)[\w-]+,? ){{0,3}}?{VOICE_TYPE}"
    r"|\bchorus of voices\b|\brapping (?:is|occurs|can|starts|begins)\b"
    # "Della Rae's deep voice".
    rf"|\b(?-i:(?!(?i:{_INSTRUMENT}|it|that|there|what|he|she|who|here"
    r"|let)\b)[A-Z]\w+)'s (?:[\w-]+ ){0,2}?(?:voice|vocals|singing)\b"
    r"|\b(?:backing|background|backup|harmony|layered|doubled) (?:vocals?|singers?|voices?)\b"
    r"(?![- ](?:chops?|samples?|like))"
    r"|\bvocal harmon(?:y|ies)\b|\bduet (?:between|of|by|with)\b|\ba ?cappella\b"
    r"|\b(?:s?he|verses?) (?:is |are )?(?:\w+ly )?deliver(?:s|ed)?\b"
    r"|\b(?:song|track|piece|recording|it) is an? (?:[\w-]+ ){0,4}?duet\b|\bspoken[- ]word\b"
    r"|\b(?<!nothing )(?:is|are|gets?) (?:\w+ly )?"
    r"(?:sung|rapped|crooned|chanted|hummed|yodell?ed)\b"
    r"|\bsung (?:by|in|with)\b"
    rf"|\bthey (?:are )?(?:\w+ly )?{_SING}\b"
    rf"|\b(?-i:[A-Z][\w']+ [A-Z][\w']+) {_SING}\b"
    r"|\b(?:songs?|lines?|words?|lyrics|verses?) (?:being |that (?:is|are) )?sung\b"
    r"|\bsung (?:lines?|words?|lyrics|melody|parts?)\b"
    r"|\b(?:the|its|her|his|their|these) (?:[\w'-]+ )?lyrics\b"
    r"(?!-|,? ?[:(\"']| (?:is|are) (?:not|un))"
    rf"|\bthe words{OF_WORK} (?:are|tell|speak|describe|say|arrive|come|tumble|spill|blur"
    r"|drift)\b",
    re.I,
)
# "A warm, gritty tenor leads"; where horns play, it may be a saxophone.
_TYPES = Pattern(
    rf"\b(?:an?|is the) (?:(?!(?:{_INSTRUMENT}|general|overall|emotional|optimistic|hopeful)\b)"
    rf"[\w-]+,? ){{1,4}}?{VOICE_TYPE}\b"
    rf"|\b(?:an? |the )?{VOICE_TYPE} (?:\w+ly )?(?:{UTTER}|calls|tells|enters|comes in|leads)\b"
    rf"|\ban? {VOICE_TYPE} (?:with|who|whose|as)\b"
    rf"|\b(?:two|three|four|several) (?:[\w-]+ )?{VOICE_TYPE}"
    r"|\b(?:altos|sopranos), (?:\w+, )?(?:altos|tenors|baritones) and (?:tenors|basses)\b",
    re.I,
)
_HORNS = Pattern(
    r"\b(?:mood|ride cymbal|clarinets?|fugue|chorale|counterpoint|canon|sax\w*|horns?|trumpets?"
    r"|trombones?|brass|reeds?"
    r"|recorders?|consort|big band|swing"
    r"|jazz|bop"
    r"|blows?|solos?|drone|chart|shout chorus)\b",
    re.I,
)
# Who speaks of singing says that there is some, unless he looks for it, or it is a thing's name.
_MENTION = Pattern(
    rf"\b(?:{_SINGING}|vocals?(?: (?:parts?|lines?|melody|style|delivery|performance|elements?"
    r"|backup|backing|emphasis|riffs?|harmony))?|vocalists?|singers?"
    r"|(?<!mellotron )(?<!synth )(?<!sampled )choirs?"
    r"|sung"
    # "The melody sings" is an image.
    r"|sings(?<!melody sings)(?<!tune sings)(?<!line sings)(?<!music sings)(?<!song sings)"
    r"(?<!theme sings)(?<!thing sings)(?<!which sings)(?<!phrase sings)(?<!solo sings)"
    r"(?<!hand sings)"
    r"|vocali[sz](?:ations?|ing|e[sd]?)|yodell?ing|crooning"
    r"|rapped|sprechgesang|(?:hummed|chanted|shouted|screamed|growled|muttered"
    r"|half-spoken) (?:intro|outro|hooks?|refrains?|chorus(?:es)?|verses?|lines?)"
    r"|chor(?:al|us) (?:harmon(?:y|ies)|backup|vocals?|chant)|humming(?= by)"
    r"|scat(?= (?:solo|singing|passage|line)s?\b)"
    # "The repetitive chanting of the word Om"; "a chanting quality" is that of a melody.
    r"|chanting(?= (?:of|by|in the))|(?:chanting|chants|yodels) (?:is|are)"
    rf"|(?:slow|vocal|(?:fe)?male) chant(?:s|ing)?)\b{_NO_SINGER_AFTER}"
    r"(?!\"? (?:samples?|chops?|type|nuances?|ranges?)\b)(?![\":-])",
    re.I,
)
_SEARCHED_BEFORE = Pattern(
    r"\A\W*(?:listen|identify|determine|analy[sz]e|examine|check|look|pay"
    r"|consider|ask)\b[^:]*$"
    r"|\b(?:determine|identify|figure out|find out|check|detect|see|decide|analy[sz]e) "
    r"|\b(?:mention|presence|absence|lack|kind|type|associated|instruments?|idea|chance"
    r"|possibility|question|expectation) (?:of|with|for|that) (?:[\w-]+ ){0,3}$"
    r"|\b(?:made|track|useful|aimed at|help\w*) (?:for )?$"
    r"|\b(?:practi[cs]ing|learn\w*|teach\w*) (?:\w+ ){0,2}$"
    rf"|\b(?:{WORK}|music|melody) is $"
    r"|\"$",
    re.I,
)
_LIKENESS = (
    r"like|as if|as though|mimic\w*|imitat\w*|evok\w*|recall\w*|resembl\w*|suggest\w*(?! that)"
    r"|replac\w*|similar to|remind\w*|reminiscent"
    r"|in(?:stead| place) of|the (?:role|place) of|could use|in lieu of|stand(?:s|ing)? in for"
    r"|pass(?:es)? for|(?:close|closer|near|nearer) to|begs for|(?:closest"
    r"|nearest)(?: thing)? [^.;,]{0,20}?to|(?:close"
    r"|near) as [^.;,]{0,20}?to"
    r"|does (?:all |most of |half )?(?=the singing\b)"
    # "The tune a singer would have had" is that of an instrument.
    r"|(?=\b(?:an?|any) (?:\w+ )?(?:singer|voice|vocalist|choir) (?:would|might|could) "
    r"(?:be|have|do|sing|go|sit|take|carry)\b)"
)
_LIKENESS_BEFORE = Pattern(rf"\b(?:{_LIKENESS})\b[^.;]{{0,40}}$", re.I)
_NOT_SUNG_BEFORE = Pattern(
    rf"\b(?:{_LIKENESS}|{_INSTRUMENT}|{_ANIMAL})\b"
    r"(?:(?!\b(?:and|with|while|over|behind|beneath|under|but|accompan\w+|support\w*"
    r"|follow\w*|back(?:s|ed|ing)?|match\w*|compl[ei]ment\w*|doubl\w+|answer\w*|shadow\w*"
    r"|underpin\w*"
    r"|fram\w+|join\w*|surround\w*|cushion\w*|leav\w+|against|beside|around|above|below|after"
    r"|before|when|between|same"
    r"|as|plus|along\w*|to (?=(?:the|her|his|their)\b))\b)[^.;:,]){0,40}$",
    re.I,
)
# "I picture a man shouting".
_SCENE_BEFORE = Pattern(
    rf"\b(?:{_LIKENESS}|pictur\w*|imagin\w*|thinks? of|scenes?|(?:kind|sort) of)\b[^.;]{{0,40}}$",
    re.I,
)
_ENTERS = Pattern(rf"\b(?:she|he) (?:enters|(?:comes|joins) in|starts up)\b{_NOT_PLAYED}", re.I)
_PLAYER_BEFORE = Pattern(r"\b(?:\w+ists?|\w*players?|drummers?|plays?)\b[^.;]*$", re.I)
_SAYS_SO = (
    (_ENTERS, _PLAYER_BEFORE),
    (_SUNG, _NOT_SUNG_BEFORE),
    (_SINGS, _SCENE_BEFORE),
    (_TYPES, _SCENE_BEFORE),
    (_MENTION, _NOT_SUNG_BEFORE),
)
# "Sung by the trumpet": an instrument sings its tune; who plays one may sing.
_BY_INSTRUMENT = Pattern(
    rf"\bsung by (?:an? |the )?(?:[\w-]+ ){{0,2}}?{_INSTRUMENT}\b"
    r"(?! (?:\w+ )?(?:orchestra|band|quartet|players?|musicians?|ensemble|group)\b)"
    r"(?!.*\b(?:voices?|m[ae]n|wom[ae]n|singers?|vocal\w*|choir|chorus)\b)",
    re.I,
)
_WORDS = Pattern(r"\b(?:lines?|words?|lyrics|verses?)\b", re.I)
# "An instrumental with a cello solo" is one all through.
_HAS = Pattern(
    r"\b(?:with|featur\w+|consist\w+|contain\w*|showcas\w+|includ\w+|ha[sv]e?|made|led|played)\b",
    re.I,
)
_FOR_A_WHILE = Pattern(r"\b(?:until|up to|before|part|middle|first|last|final)\b", re.I)


def check_vocals(passage: Passage, evidence: Evidence) -> Iterator[Finding]:
    """The first claim that there is singing, and the first that there is none."""
    denials = [
        Claim(*match.span())
        for match in (
            *_NONE.finditer(passage.text),
            *_without_words(passage),
            *passage.near(_INSTRUMENTAL, _CALLED_SO),
        )
        if not _NOT_NONE.search(passage.before(match.start()))
        and (not _TOLD.search(match[0]) or _OF_MUSIC.search(passage.before(match.start())))
        and not _NOT_TOLD_AFTER.match(passage.text, match.end())
    ]
    denials.sort(key=lambda each: each.start)
    none = next((each for each in denials if _is_of_whole(passage, each)), None)
    if none:
        yield passage.finding(none, "vocals", _judge(evidence, is_claimed=False))
    if sung := _first_sung(passage, none):
        yield passage.finding(sung, "vocals", _judge(evidence, is_claimed=True))


def _without_words(passage: Passage) -> Iterator[re.Match[str]]:
    for match in _NO_WORDS.finditer(passage.text):
        first, last = passage.sentence(match.start())
        if not _WORDLESS.search(passage.text, first, last):
            yield match


def _comes_later(passage: Passage) -> list[Claim]:
    """Denials that say when a voice comes in: ``no voice until 0:14``."""
    return [
        Claim(*match.span())
        for match in _NONE.finditer(passage.text)
        if _COMES_LATER.match(passage.text, match.end()) and not passage.is_set_aside(*match.span())
    ]


def _first_sung(passage: Passage, none: Claim | None) -> Claim | None:
    """Where a text first says that there is singing: a singer is named, or somebody sings."""
    found = [
        claim
        for pattern, other in _SAYS_SO
        for claim, _ in passage.matches(pattern)
        if pattern is not _MENTION or _is_mention(passage, claim)
        if not (none and claim.touches([none]))
        and not _is_denied(passage.clause_before(claim.end))
        and not (none and passage.text[claim.start : claim.end].rstrip().endswith(":"))
        and not other.search(passage.before(claim.start, 60))
        if not _is_listing(passage, claim) and not _is_of_instrument(passage, claim)
        if pattern is not _TYPES or not _HORNS.search(_sentence(passage, claim))
    ]
    found += [] if none else _comes_later(passage)
    return min(found, key=lambda claim: claim.start, default=None)


def _sentence(passage: Passage, claim: Claim) -> str:
    return passage.text[slice(*passage.sentence(claim.start))]


def _is_denied(clause: str) -> bool:
    is_called_so = "instrumental" in clause.lower() and _CALLED_SO.search(clause)
    return bool(is_called_so or _NONE.search(clause))


def _is_of_instrument(passage: Passage, claim: Claim) -> bool:
    """Whether an instrument is said to sing, and no words: ``the song is sung by the trumpet``."""
    return any(
        claim.touches([Claim(*match.span())]) and not _WORDS.search(passage.before(match.start()))
        for match in _BY_INSTRUMENT.finditer(passage.text)
    )


def _is_listing(passage: Passage, claim: Claim) -> bool:
    """Whether the words of the prompt are told of: ``the lyrics are mentioned``."""
    is_lyrics = passage.text[: claim.end].lower().endswith("lyrics")
    told = _NOT_TOLD_AFTER.match(passage.text, claim.end)
    return bool(is_lyrics and told and not _QUOTES.match(passage.text, told.end()))


def _is_mention(passage: Passage, claim: Claim) -> bool:
    """Whether singing is spoken of as heard: not looked for, and not told of by the prompt."""
    is_told = _NOT_TOLD_AFTER.match(passage.text, claim.end)
    return not (is_told or _SEARCHED_BEFORE.search(passage.before(claim.start)))


def _is_of_whole(passage: Passage, claim: Claim) -> bool:
    """Whether the absence of singing is said of the whole track."""
    rest = re.split(r"[.,;:]", passage.after(claim.end))[0]
    if _UNTIL_NOW.match(rest):
        return False
    if _TO_THE_END.search(passage.before(claim.end) + rest):
        return True
    rest = _HAS.split(re.sub(r"^ parts?\b", "", rest))[0]
    clause = passage.clause_before(claim.start) + rest
    if moment_of(passage, claim) or is_of_part(clause) or _FOR_A_WHILE.search(clause):
        return False
    is_denial = passage.text[claim.start : claim.end].lower().startswith(("no ", "without"))
    return is_denial or not passage.is_set_aside(claim.start, claim.end)


def _judge(evidence: Evidence, *, is_claimed: bool) -> Judged:
    if evidence.is_sung is None:
        return "uncheckable", "not_known", "It is not known whether there is singing."
    fact = "There is singing." if evidence.is_sung else "There is no singing."
    code = "no_vocals" if is_claimed else "has_vocals"
    return right_or(code, fact, evidence.is_sung == is_claimed)
