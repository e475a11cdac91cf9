"""What says that there is singing: who sings, what is done with a voice, what it is called."""

import re

from pipeline.lint.passage import Claim, Passage
from pipeline.lint.pattern import Pattern
from pipeline.lint.performers import performers
from pipeline.lint.predicates import OF_WORK
from pipeline.lint.sections import WORK
from pipeline.lint.song_words import ruled_out, words_sung
from pipeline.lint.unsung import NOT_TOLD_AFTER, comes_later, is_denied
from pipeline.lint.voices import HUMAN, INSTRUMENT, NOT_PLAYED, UTTER, VOICE_TYPE

_QUOTES = Pattern(r" (?:is|are|as|include|read)\b|:| ?\"")
_ANIMAL = r"(?:birds?|songbirds?|whales?|crickets?|insects?|cicadas?|animals?)"
_DESCRIBED = (
    rf"(?:(?!{INSTRUMENT}(?:'s| singing)\b|{_ANIMAL}\b|"
    r"(?:the|an?|its|his|her|their|any|of|no|not|is|are|was|may|might|could|\w+n't)\b)"
    r"[\w'-]+,? ){0,3}?"
)
# "A singing tone" is that of an instrument.
_SINGING = (
    rf"(?<!line )singing(?! in (?:its|their) (?:\w+ )?tone\b| (?:(?!(?:an?|the|this|his|her|their"
    rf"|its)\b)[\w-]+ )?(?:tone|colou?rs?|timbre"
    rf"|melod(?:y|ies|ic)|lines?|quality|bowls?|saws?|glass\w*|{INSTRUMENT})\b)"
)
_VOICE = (
    r"(?<!synth )(?<!strings )(?<!string )(?<!organ )(?<!piano )(?<!flute )(?<!wind )"
    r"(?<!instrument )(?<!keyboard )(?<!inner )(?<!composer's )(?<!producer's )"
    r"(?<!author's )voices?"
)
_SINGER = (
    r"(?:singer|vocalist|rapper|crooner|songstress|chanteuse|frontman|frontwoman|tenor voice"
    r"|vocals"
    rf"|(?:lead|harmony|vocal) (?:soprano|alto|tenor|baritone|bass)(?=[ ,.;:])(?! {INSTRUMENT})"
    rf"|(?<=male )lead(?! (?:dancer|actor|role|synth|guitar))|(?-i:MC)|lead vocal|vocal|{_VOICE}"
    r"|falsetto|(?<!synth )choir|coro|shantyman|cantor|rapping"
    r"|mezzo(?:-soprano)?(?![- ](?:forte|piano))|contralto(?! clarinet)|countertenor"
    # Of the song; a film has one, too.
    r"|narrator(?!'s voice-?over| (?:of|in) (?:an?|the) (?:\w+ )?(?:film|movie|documentary"
    r"|story|game))"
    r"|speaker(?= (?:begs|asks|tells|pleads|confesses|remembers|addresses|longs|who|wants|vows"
    r"|promises|waits)\b)"
    rf"|rap(?= (?:is|has|flow\w*|verses?|deliver\w*|style)\b)|yodell?ing|{_SINGING})"
)
_NO_SINGER_AFTER = (
    rf"(?!\"?[- ](?:leading\b(?! the)|like\b(?! an?\b)|quality|free|-|of (?:the )?{INSTRUMENT}"
    r"|(?:that )?(?:you|I|we) (?:think|imagine|swear)\b"
    r"|(?:could|might|would) (?:be added|talk|speak|stand|have|add|bring|fit|help|work|join)\b"
    r"|(?:enters|answers|follows) in the (?:left|right) hand"
    r"|lofts?\b|stalls\b|introduces\b|announces\b|in an? (?:film|movie)\b|(?:line|part"
    r"|melody) is (?:left|given|handed) to\b"
    rf"|songwriter|in the (?:\w+ )?{INSTRUMENT}\b"
    # Nor those of a fugue or an audience.
    r"|of (?:the |an? )?(?:its own|chords?|fugue|canon|counterpoint|crowd|audience|people"
    r"|spectators|fans)\b"
    r"|(?:(?:choir|sounding|sound|tag) )?(?:chops?|samples?|percussi\w+|synth\w*|pads?|patch(?:es)?"
    r"|effects?|fx|cords?)\b|(?<=choir )sounds(?=,| and| (?:are|drift|float|hover|fill|come)\b)"
    rf"|is (?:an? |the )(?:(?!main|lead)[\w-]+ )?(?!instrument){INSTRUMENT}\b"
    rf"|(?:used|heard) (?:is|are) (?:an? |the )?{INSTRUMENT}\b|melody line on|(?:field|entry|tag"
    rf"|label)(?! (?:is|says|reads) (?!(?:\w+ as )?\"?none))))"
    # "The voices of the track are clarinet and strings".
    rf"(?!(?:(?<=voice)|(?<=voices)){OF_WORK}(?: used| heard)? (?:are|includes?"
    r"|(?:is|are) played by) (?:an? |the )?"
    rf"(?:(?!main\b|lead\b|with\b|and\b)[\w-]+ )?(?!instrument){INSTRUMENT}\b"
    r"(?!.*\b(?:voices?|m[ae]n|wom[ae]n|singers?|vocal\w*|choir)\b))"
)
_UTTERING = (
    r"(?:singing|whispering|rapping|chanting|humming|screaming|shouting|muttering|murmuring|roaring"
    r"|growling|snarling|howling|shrieking|yelling|hollering|pleading|wailing|crooning|belting)"
)
_SUNG = Pattern(
    r"\b(?:featuring|features?|with|there(?:'s| is| are)?|has|have|contains?|includes?|including"
    rf"|blending|pairing|marrying|hear) (?:an? |the )?{_DESCRIBED}(?:vocals|voices|{_SINGING}"
    rf"|singers?"
    rf"|lyrics)\b{_NO_SINGER_AFTER}|"
    r"\b(?:(?:the|a(?<!room for a)(?<!space for a)(?<!gap for a)(?<!made for a)n?|his|her|their"
    r"|its|another|both"
    r"|(?:two|three|four)(?! voices)|several|multiple|many|lead"
    rf"|male|female|soulful|breathy)\s+\"?{_DESCRIBED}"
    rf"|(?:this|that|these|those) (?:(?!{INSTRUMENT}\b)[\w-]+ )?){_SINGER}\b"
    rf"{_NO_SINGER_AFTER}"
    r"|\b(?:she|he) (?:[\w]+ )?(?:to )?"
    rf"(?:sings?|croons?|whispers?|belts?|raps?|pleads|laments|chants|yodels?)\b{NOT_PLAYED}"
    r"|\b(?:she|he)(?:'s| is)? (?:(?:just|still|now|almost|nearly|half|practically"
    rf"|\w+ly) )?(?:{UTTER}|half-\w+s|(?:starts|begins|keeps"
    rf"|stops|quits) (?:to )?{UTTER})\b{NOT_PLAYED}|\b(?:him|her) (?:\w+ly )?{_UTTERING}\b"
    rf"|\b(?:she|he)\b[^.;:\"]{{0,20}}?, {_UTTERING}\b"
    # An answer: "Yes, a woman, breathy and close".
    r"|(?:^|[.;] )yes\W{1,3}(?:it's |there's )?(?:an?|one) (?:[\w-]+,? ){0,3}?(?:wo)?man\b"
    # "He drops to guttural lows", "she launches into the hook".
    r"|\b(?:she|he) \w+ (?:\w+ )?(?:in)?to (?:an? |his |her |the )?(?:[\w-]+,? ){0,3}?(?:belt"
    r"|falsetto"
    r"|growls?|lows|whisper|scream|shriek|croon|wail|snarl|(?:head|chest) voice)\b(?! of\b)"
    r"|\b(?:she|he) (?:launches|bursts|tears|breaks) into (?:the |a )?(?:\w+ )?(?:hook|verse|chorus"
    r"|refrain|song|kulning|yodel\w*|scat\w*|singing)\b"
    rf"{NOT_PLAYED}"
    r"|(?:\bnot|n't) (?:an? |purely |entirely )?instrumental\b"
    r"|\b(?:sung|singer|singing|voices?|vocals?|lyrics)\W*:\W* "
    r"(?!(?:the|it|this|I|we|you|listen)\b|none\b|no\b|n/a|instrumental\b)"
    r"|\b(?:and|with|using|only|all) voices?\b(?! lead| (?:here )?(?:is|are|belongs)\b)|(?:^"
    r"|[.;!] )(?:voices?|vocals?) and\b"
    # "Voice in at 0:28", "it thins to strings and voice".
    r"|(?:^|[.;:,!] |\b(?:to|just|only) )(?:lone |single |close |dry |human )?voices? (?:in|out"
    r"|back"
    r"|enters?|slips?|comes?|arrives?|alone|drops?|returns?|up|at|by|floats?|doubled|tracked|and)\b"
    # "Nothing but voice and claps".
    r"|\b(?:nothing but|just|only) (?:(?:an?|one|her|his|the) )?(?:[\w-]+ )?voices?(?= and)"
    r"|\b(?:nothing but|just|only) (?:an?|(?:the )?one|two|three) (?:[\w-]+ )?(?:dude|guy"
    rf"|(?:wo)?m[ae]n)\b{NOT_PLAYED}"
    r"|\bthe (?:shouting|screaming|growling|chanting) (?:begins|starts|stops|resumes|returns)\b"
    r"|(?:^|[.;:] )lyrics (?:like|such as|about)\b"
    r"|\b(?:the|her|his|that|this|all the) (?:[\w-]+ )?(?:yelling|hollering"
    r"|crooning)\b(?! (?:of|guitar"
    r"|sax|from the))"
    r"|\b(?:wordless|sung|open|long|round(?:ed)?) (?:[\w-]+ )?vowels\b"
    r"|\bthe lyric(?=\s*[.,;:]| (?:is|almost|says|tells|speaks|turns|never|and|itself)\b)"
    rf"|\b(?:someone|somebody|everyone|everybody) (?:is |starts |begins "
    rf"|keeps )?(?:\w+ly )?{UTTER}\b"
    r"|\b(?:refrain|chorus|hook|last line)\b[^.;]{0,40}?\b(?:everyone|everybody|all hands"
    r"|(?:the )?whole"
    r" (?:crew|room|pub|band|gang|choir)) (?:joins?|comes?|chimes?) in\b"
    r"|\bwhat an? (?:\w+ )?(?:voice|singer|frontman|(?:set|pair) of (?:lungs|pipes))\b"
    r"|\bchoral (?:music|singing|voices|piece|work|texture|writing|sound)\b|\bfor solo voice\b"
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
    r"|someone|somebody|band|group|narrator|others|sonero|fadista|cantaora?|balladeer)"
)
_SING = (
    r"(?:sings?|croons?|whispers?|belts?|raps?|chants?|hums?|wails?|intones?|yodels?"
    r"|(?<!crowd )(?<!people )(?<!male )(?<!crowd is )(?<!people are )(?<!one is )"
    r"(?:screams?|shouts?|screaming|shouting)(?! (?:sounds?|effects?|the count)\b)|vocali[sz]es?"
    r"|harmoni[sz]es?|singing|rapping|chanting|humming|yodell?ing|vocali[sz]ing)"
)
_SINGS = Pattern(
    rf"\b{_PERSON} (?:(?:who|that) )?(?:is |are |can be |(?:is|are|can be) heard |(?:starts"
    rf"|begins|stops) (?:to )?)?"
    rf"(?:\w+ly )?(?:{_SING}|delivers?)\b"
    # "One hears a woman, close to the ear", "what one hears is a man who tells of home".
    rf"|\b(?:one|we|you|I) hears? (?:an?|one) (?:[\w-]+ ){{0,2}}?(?:wo)?man"
    rf"(?=\s*[.,;:]|$| (?:close|near|at \d|over)\b){NOT_PLAYED}"
    rf"|\b(?:hears?(?: is)?|it is|there is) (?:an?|one) (?:[\w-]+,? ){{0,3}}?{HUMAN}"
    rf"(?: alone)?,? who (?!plays\b){NOT_PLAYED}"
    # "A woman, distant and drenched in reverb, half whispers"; "three women answer him".
    # "It is a woman's, light and close".
    r"|(?:\b(?:is|stays|remains)|\b(?:it|that)'s) (?:[\w-]+ ){0,4}?an? (?:[\w-]+,? ){0,2}?"
    r"(?:(?:wo)?man|boy|girl|child)'s(?=\s*[.,;:)]|$| (?:at|from|throughout|and not|all|on|too|as"
    r"|rather|here|alone)\b)"
    rf"|\b{HUMAN} with (?:an? |the )?(?:[\w-]+,? ){{0,3}}?voice\b"
    r"|\b(?:answered|echoed|joined|doubled|shadowed|backed|harmoni[sz]ed) by (?:the |two |three "
    r"|four |an? )?"
    r"(?:\w+ )?(?:wom[ae]n|m[ae]n|girls?|boys?|kids|children|sisters|brothers)\b"
    r"|\b(?:her|his) (?:\w+ )?(?:vowels|consonants|diction|falsetto(?!-)|croon|melismas?)\b"
    r"|\b(?:fe)?male (?:[\w-]+ )?(?:screams?|growls?|whispers?)\b(?! (?:sounds?|effects?)\b)"
    rf"|\b{HUMAN}(?:, [^.;:,]{{2,50}},)? (?:(?:who|that) )?(?:(?:starts|begins|keeps"
    r"|stops|is) )?(?:\w+ly |both |all )?(?:(?:in|at|behind|around|on|up) (?:the|an?|each|every"
    r"|front"
    r"|him|her)(?: [\w-]+)? )?"
    rf"(?:{UTTER}|half-\w+s)\b(?! (?:sounds?|effects?|noises?|the count)\b)"
    rf"{NOT_PLAYED}"
    # "The chorus enters" is a part.
    r"|(?!(?!an? )\w+ (?:[\w-]+ )?chorus\b)\b(?:an?|the|one|another|second|two|three|four|other"
    r"|several"
    rf"|both|of|all) (?:[\w-]+,? ){{0,3}}?{HUMAN}(?:, [^.;:,]{{2,50}},)? (?:calls?|answers?|joins?"
    r"|enters?(?! (?:an?|the|together)\b)|comes? in(?! one)|leads?(?! (?:an?|the|us|into)\b)"
    r"|fires? back|hurls?|echo(?:es)?|responds?|trades? (?:lines|verses)"
    r"|declares?|announces?|insists?|vows?|swears?|asks?|admits?|remembers?|promises?"
    r"|tells?|confess(?:es)?|recalls?|sighs?|begs?|pleads?|warns?|laments?|promises?)\b"
    rf"(?!.* (?:on|of) (?:the |an? )?(?:{INSTRUMENT}|brass))"
    r"|\b(?:an?|the) (?:[\w-]+,? ){0,3}?(?:(?:wo)?m[ae]n|girls?|boys?"
    r"|kids?)\b[^.;:\"]{0,60}?(?:\b(?:with|on|into)"
    r"|:) [\"']"
    r"|\b(?:an?|the|each|every|(?:first|second|last|opening|closing"
    r"|final)) (?:(?!bass|melod|guitar|piano|horn)[\w-]+ )?"
    r"(?:(?:lines?|words) about\b(?! (?:to|\d+|two|three|four|eight|half)\b)"
    r"|(?:lines?|verses?|words|refrain|chorus(?:es)?|hook) (?:is|are) (?:\w+ly )?(?:belted"
    r"|screamed|shouted|growled|whispered|muttered|murmured|spat"
    rf"|barked|spoken(?! for)|half-\w+)\b(?!(?: out)? by (?:an? |the )?(?:[\w-]+ )?(?:{INSTRUMENT}"
    r"|brass)| (?:\w+ )?(?:in|on) the (?:{INSTRUMENT}|brass))(?! down\b))"
    r"|\b(?:m[ae]n|wom[ae]n|singer|vocalist|rapper|kids|children|girls?|boys?)'s"
    r" (?:[\w-]+ ){0,2}?(?:words|lines?|verses?|refrain|phrasing|delivery)\b"
    rf"|\b{HUMAN} (?:is |starts |begins )?tell(?:s|ing) (?:h(?:is|er)|the|an?) (?:\w+ )?(?:tale"
    rf"|story)\b"
    r"|(?<!synth )(?<!sampled )\b(?:oohs and aahs|oohs|aahs|oohing|ad-libs)\b"
    r"(?! (?:of|(?:come )?from|on|by)\b)"
    rf"|\b(?:(?:wo)?m[ae]n|girls?|boys?|child(?:ren)?|female|male|human)(?:'s?)? voices?\b"
    rf"{_NO_SINGER_AFTER}"
    r"|\b(?:(?:wo)?m[ae]n|girl|boy|child|(?-i:(?!(?:It|That|There|What|S?[Hh]e|Who"
    rf"|Here)'s)[A-Z]\w+))'s (?:[\w-]+,? ){{0,3}}?(?:{VOICE_TYPE}"
    r"|screams?\b|shriek\b|roar\b|yell\b|rasp\b|snarl\b|whisper\b|growl\b|croon\b|falsetto\b"
    rf"|howl\b|drawl\b|murmur\b){NOT_PLAYED}"
    r"(?! (?:of (?:an?|the)|glides|comes? to mind|is (?:an?|the) (?:\w+ )?(?:reference|model"
    r"|influence))\b)"
    rf"|\b(?:his|her|whose|(?:fe)?male) (?:(?!{INSTRUMENT}\b)[\w-]+,? ){{0,3}}?{VOICE_TYPE}"
    r"|\bchorus of voices\b|\brapping (?:is|occurs|can|starts|begins)\b"
    # "Della Rae's deep voice".
    rf"|\b(?-i:(?!(?i:{INSTRUMENT}|it|that|there|what|he|she|who|here"
    r"|let)\b)[A-Z]\w+)'s (?:[\w-]+ ){0,2}?(?:voice|vocals|singing)\b"
    r"|\b(?:backing|background|backup|harmony|layered|doubled) (?:vocals?|singers?|voices?)\b"
    r"(?![- ](?:chops?|samples?|like))"
    rf"|\b{VOICE_TYPE} (?:takes|delivers|has|gets) (?:the |each |every |all the "
    rf"|both )?(?:verses?|words"
    r"|lyrics?)\b"
    r"|\b(?:an?|one) (?:[\w-]+,? ){0,3}?(?:wo)?man, [^.;:]{0,40}?\b(?:growl|whisper|drawl|rasp"
    r"|croon|howl"
    r"|mutter|murmur|murmurs?|falsetto|mumble)\b"
    r"|\bvocal harmon(?:y|ies)\b|\bduet (?:between|of|by|with)\b|\ba ?cappella\b"
    r"|\b(?:s?he|verses?) (?:is |are )?(?:\w+ly )?deliver(?:s|ed)?\b"
    r"|\b(?:song|track|piece|recording|it)(?: is|'s) an? (?:[\w-]+ ){0,4}?duet\b|\bspoken[- ]word\b"
    r"|\b(?<!nothing )(?:is|are|gets?) (?:\w+ly )?"
    r"(?:sung|rapped|crooned|chanted|hummed|yodell?ed)\b"
    r"|\bsung (?:by|in|with)\b"
    rf"|\bthey (?:are )?(?:\w+ly )?{_SING}\b"
    rf"|\b(?-i:[A-Z][\w']+ [A-Z][\w']+) {_SING}\b"
    r"|\b(?:songs?|lines?|words?|lyrics|verses?) (?:being |that (?:is|are) )?sung\b"
    r"|\bsung (?:lines?|words?|lyrics|melody|parts?)\b"
    r"|\b(?:the|its|her|his|their|these) (?:[\w'-]+ )?lyrics\b"
    r"(?!-|,? ?[:(\"']| (?:is|are) (?:not|un))"
    rf"|\bthe (?:words|verses?|lines|refrain){OF_WORK} (?:tells?|speaks?|describes?|recounts?"
    rf"|mourns?|pleads?|begs?"
    r"|remembers?)\b"
    rf"|\bthe words{OF_WORK} (?:are|tell|speak|describe|say|arrive|come|tumble|spill|blur"
    r"|drift)\b",
    re.I,
)
# "A warm, gritty tenor leads"; where horns play, it may be a saxophone.
_TYPES = Pattern(
    rf"\b(?:an?|is the) (?:(?!(?:{INSTRUMENT}|general|overall|emotional|optimistic|hopeful)\b)"
    rf"[\w-]+,? ){{1,4}}?{VOICE_TYPE}\b"
    rf"|\b(?:an? |the )?{VOICE_TYPE} (?:\w+ly )?(?:{UTTER}|calls|tells|enters|comes in|leads)\b"
    # "Dry alto, straight tone".
    rf"|(?:^|[.;] )(?!(?:{INSTRUMENT}|the)\b)[\w-]+,? {VOICE_TYPE}, (?!(?:and|{INSTRUMENT})\b)"
    rf"|\ban? {VOICE_TYPE} (?:with|who|whose|as)\b"
    rf"|\b(?:two|three|four|several) (?:[\w-]+ )?{VOICE_TYPE}"
    r"|\b(?:sopranos|altos|tenors|baritones|mezzos|countertenors|trebles)\b(?! sax)"
    r"|\b(?:alto|tenor|soprano), (?:alto, |tenor, |baritone,? )?and bass\b(?! (?:sax|trombone))"
    r"|\b(?:altos|sopranos), (?:\w+, )?(?:altos|tenors|baritones) and (?:tenors|basses)\b",
    re.I,
)
_HORNS = Pattern(
    r"\b(?:mood|ride cymbal|walking bass|clarinets?|fugue|chorale|counterpoint|canon"
    r"|sax\w*|horns?|trumpets?"
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
    r"|rapped|sprechgesang|(?:hummed|chanted|shouted|screamed|growled|muttered|whispered"
    r"|murmured|crooned"
    r"|belted|mumbled|spoken|barked|cooed|hollered"
    r"|half-spoken) (?:intro|outro|hooks?|refrains?|chorus(?:es)?|verses?|lines?)"
    r"|chor(?:al|us) (?:harmon(?:y|ies)|backup|vocals?|chant)|humming(?= by)"
    r"|scat(?= (?:solo|singing|passage|line)s?\b)"
    # "The repetitive chanting of the word Om"; "a chanting quality" is that of a melody.
    r"|chanting(?= (?:of|by|in the))|(?:chanting|chants|yodels) (?:is|are)"
    rf"|(?:slow|vocal|(?:fe)?male) chant(?:s|ing)?)\b{_NO_SINGER_AFTER}"
    r"(?!\"? (?:samples?|chops?|type|nuances?|ranges?)\b)(?![\":-])"
    # "Voice, horns and drums", "a trio of voice and guitars"; "the cello's darker voice" has more.
    rf"|(?:(?:^|[,;:(] )|(?:(?<=\band )|(?<=\bof )|(?<=\bfor )|(?<=\bwith )|(?<=\bwhen )"
    r"|(?<=\bwhere )|(?<=\bas )|(?<=\bwhich )|(?<=\bmassed )|(?<=\bhuman )"
    r"|(?<=\bmixed )|(?<=\bonly )))voices?\b"
    rf"{_NO_SINGER_AFTER}(?! (?:types?|fields?|leading|exchange|crossing|go|by voice)\b)(?!-)",
    re.I,
)
_SEARCHED_BEFORE = Pattern(
    r"\A\W*(?:listen|identify|determine|analy[sz]e|examine|check|look|pay"
    r"|consider|ask)\b[^:]*$"
    r"|\b(?:determine|identify|figure out|find out|check|detect|see|decide|analy[sz]e) "
    r"|\b(?:mention|presence|absence|lack|kind|type|associated|instruments?|idea|chance"
    r"|possibility|question|expectation) (?:of|with|for|that) (?:[\w-]+ ){0,3}$"
    r"|\b(?:made|one|tune|good|great|perfect|best|fit|ideal|track|useful|aimed at"
    r"|help\w*) (?:for )?$"
    r"|\b(?:practi[cs]ing|learn\w*|teach\w*) (?:\w+ ){0,2}$|\btry $"
    rf"|\b(?:{WORK}|music|melody) is $"
    r"|\b(?:nearly|almost|quasi)[- ]$"
    r"|\b(?:room|space|gap) for an? $"
    r"|\"$",
    re.I,
)
_LIKENESS = (
    r"nothing (?:in|about|here|of|has|sounds)|like|as if|as though"
    r"|mimic\w*|imitat\w*|evok\w*|recall\w*|resembl\w*|suggest\w*(?! that)"
    r"|replac\w*|similar to|remind\w*|reminiscent"
    r"|in(?:stead| place) of|the (?:role|place) of|could use|in lieu of|stand(?:s|ing)? in for"
    r"|pass(?:es)? for|(?:close|closer|near|nearer) to|begs for|(?:closest"
    r"|nearest)(?: thing)? [^.;,]{0,20}?to|mist(?:ak|ook)\w*|(?:could|might|may) (?:\w+ )?be"
    r"|seems? to (?:produce|make|create|conjure)|conjur\w*|ghosts? of|(?:close"
    r"|near) as [^.;,]{0,20}?to"
    r"|does (?:all |most of |half )?(?=the singing\b)"
    r"|tak(?:es?|en) (?:it|that|this|them) for|suits(?= (?:an?|any)\b)"
    r"|(?:would|could|might) (?:\w+ly )?(?:carry|suit|fit|support|welcome|frame|invite|need)"
    # "The tune a singer would have had" is that of an instrument.
    r"|(?=\b(?:an?|any) (?:\w+ )?(?:singer|voice|vocalist|choir) (?:would|might|could) "
    r"(?:be|have|do|sing|go|sit|take|carry|breathe|pause|stand|enter|come)\b)"
)
_NOT_SUNG_BEFORE = Pattern(
    rf"\b(?:{_LIKENESS}|{INSTRUMENT}|{_ANIMAL})\b"
    r"(?:(?!\b(?:and|with|while|over|behind|beneath|under|but|until|till|then|so|accompan\w+"
    r"|support\w*"
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
_SAYS_SO = (
    (_SUNG, _NOT_SUNG_BEFORE),
    (_SINGS, _SCENE_BEFORE),
    (_TYPES, _SCENE_BEFORE),
    (_MENTION, _NOT_SUNG_BEFORE),
)
# "Sung by the trumpet": an instrument sings its tune; who plays one may sing.
_BY_INSTRUMENT = Pattern(
    rf"\bsung (?:out )?by (?:an? |the )?(?:[\w-]+ ){{0,2}}?{INSTRUMENT}\b"
    r"(?! (?:\w+ )?(?:orchestra|band|quartet|players?|musicians?|ensemble|group)\b)"
    r"(?!.*\b(?:voices?|m[ae]n|wom[ae]n|singers?|vocal\w*|choir|chorus)\b)",
    re.I,
)
# "The violin enters at 0:14, singing over the chords".
_PLAYED = Pattern(
    rf"\b(?:{INSTRUMENT}|flutes|oboes|cellos|clarinets)\b"
    r"(?:(?!\b(?:s?he|h(?:er|is)|(?:wo)?m[ae]n|and|with|voices?)\b)(?:\d:\d|[^.;:,])){0,30}, $",
    re.I,
)
_SINGING_ON = Pattern(
    r"singing (?:and|over|above|across|through|only|an?|the|its|out|softly|sweetly|high"
    r"|low)\b",
    re.I,
)
_WORDS = Pattern(r"\b(?:lines?|words?|lyrics|verses?)\b", re.I)


_CONNECTED = Pattern(r"and |with ", re.I)
# "I listen for a voice"; "where you'd expect the singer".
_SOUGHT_BEFORE = Pattern(
    r"\b(?:(?:wait|listen|look|search|hop|beg|cr[iy]|ach|long)(?:e?s|e|ies|y|ing|ed)? (?:\w+ )?for"
    r"|(?:expect|want|miss)\w*(?: to hear)?) $",
    re.I,
)
_PRONOUN = Pattern(r"s?he\b", re.I)
_SAMPLED = Pattern(
    r"\b(?:sampled|mellotron|synthesi[sz]ed|synthetic|fake) (?:[\w-]+ )?(?:choirs?|voices?|vocals?"
    r"|singers?)\b",
    re.I,
)


def first_sung(passage: Passage, none: Claim | None) -> Claim | None:
    """Where a text first says that there is singing: a singer is named, or somebody sings."""
    found = [
        claim
        for pattern, other in _SAYS_SO
        for claim, _ in passage.matches(pattern)
        if pattern is not _MENTION or _is_mention(passage, claim)
        if not (none and claim.touches([none]))
        and not is_denied(passage.clause_before(claim.end))
        and not (none and passage.text[claim.start : claim.end].rstrip().endswith(":"))
        and not other.search(passage.before(_told_from(passage, claim), 60))
        and not _is_sought(passage, claim)
        and not _is_sampled(passage, claim)
        if not _is_listing(passage, claim) and not _is_of_instrument(passage, claim)
        if pattern is not _TYPES or not _HORNS.search(_sentence(passage, claim))
    ]
    if not none:
        found += (*comes_later(passage), *ruled_out(passage))
        found += (
            claim
            for claim in (*performers(passage), *words_sung(passage))
            if not is_denied(passage.clause_before(claim.end))
        )
    return min(found, key=lambda claim: claim.start, default=None)


def _is_sought(passage: Passage, claim: Claim) -> bool:
    """Whether a voice is only waited for; who listens for "the singer" hears one."""
    is_known = passage.text.startswith("the ", claim.start)
    sought = _SOUGHT_BEFORE.search(passage.before(claim.start, 30))
    return bool(sought and not (is_known and sought[0].endswith("for ")))


def _told_from(passage: Passage, claim: Claim) -> int:
    """Where a claim starts, without the ``and`` of ``piano and voice``."""
    connected = _CONNECTED.match(passage.text, claim.start)
    return connected.end() if connected else claim.start


def _sentence(passage: Passage, claim: Claim) -> str:
    return passage.text[slice(*passage.sentence(claim.start))]


def _is_sampled(passage: Passage, claim: Claim) -> bool:
    """Whether a voice is sampled; he who sings before a sample is none."""
    sampled = _SAMPLED.search(_sentence(passage, claim))
    return bool(sampled and not _PRONOUN.match(passage.text, claim.start))


def _is_of_instrument(passage: Passage, claim: Claim) -> bool:
    """Whether an instrument is said to sing, and no words: ``the song is sung by the trumpet``."""
    sings = claim.end - len("singing")
    if _SINGING_ON.match(passage.text, sings) and _PLAYED.search(passage.before(sings, 60)):
        return True
    return any(
        claim.touches([Claim(*match.span())]) and not _WORDS.search(passage.before(match.start()))
        for match in _BY_INSTRUMENT.finditer(passage.text)
    )


def _is_listing(passage: Passage, claim: Claim) -> bool:
    """Whether the words of the prompt are told of: ``the lyrics are mentioned``."""
    is_lyrics = passage.text[: claim.end].lower().endswith("lyrics")
    told = NOT_TOLD_AFTER.match(passage.text, claim.end)
    return bool(is_lyrics and told and not _QUOTES.match(passage.text, told.end()))


def _is_mention(passage: Passage, claim: Claim) -> bool:
    """Whether singing is spoken of as heard: not looked for, and not told of by the prompt."""
    is_told = NOT_TOLD_AFTER.match(passage.text, claim.end)
    return not (is_told or _SEARCHED_BEFORE.search(passage.before(claim.start)))
