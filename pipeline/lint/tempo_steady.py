"""Words that say that a tempo stays the same."""

import re

from pipeline.lint.pattern import Pattern
from pipeline.lint.predicates import ADJECTIVES, ALONG, IS, OF_WORK
from pipeline.lint.sections import WORK

PACE = r"(?:tempo|pace|pulse|beat|bpm|speed)"
# "Tempo and key never move."
_AND_ELSE = r"(?:(?:,? and|,? or|,) (?:the |its )?\w+(?: of \w+)?){0,3}"
# "Same amble home", "at exactly that clip".
_GAIT = (
    r"(?:clip|lick|gait|amble|trot|stroll|walk|march|lope|shuffle|strut|stride|plod|crawl"
    r"|canter|gallop|jog|clock|metronome|tick|rate)"
)
_ANY_PACE = rf"(?:{PACE}|{_GAIT}|groove|rhythm|count|click|grid)"
_TURNS_OUT = (
    r"(?=[.,;:)]|$| (?:throughout|all|from|to|till|until|right|through|home|at|as ever|and|for"
    r"|the (?:whole|entire))\b)"
)
# What is done to a tempo that changes.
_TO_TOUCH = (
    r"(?:chang|alter|disturb|touch|push|rush|shift|mov|nudg|break|loosen|tighten|rais|lower|bother"
    r"|upset|unsettl|ruffl|affect|bend|vary|slow|hurry|lift|stretch|interrupt|budg|stir|los"
    r"|gain)ing"
)
_NOT = (
    r"(?:(?:does|do|is|are|has|have|will|would) (?:not|never)|(?:does|do|is|has|have|wo)n't|never"
    r"|hardly|barely|scarcely|rarely|refuses to|at no point)"
)
_TO_BUDGE = (
    r"(?:budg(?:es?|ed|ing)|mov(?:es?|ed|ing)|flinch\w*|falter\w*|drift\w*|sag(?:s|ged|ging)?"
    r"|rush\w*"
    r"|drag(?:s|ged|ging)?|relents?|relented|yield\w*|giv(?:es?|en|ing) (?:an inch|way(?! to)"
    r"|ground)"
    r"|wobbl\w*"
    r"|lets? (?:up|go)|slacken\w*|flag(?:s|ged|ging)?|lag(?:s|ged|ging)?"
    r"|slip(?:s|ped|ping)?|stray\w*"
    r"|wander\w*|lift\w*|hurr(?:y|ies|ied)|ease[sd]?|stir(?:s|red|ring)?|rises?|falls?)"
)
TO_CHANGE = (
    r"(?:chang(?:es?|ed|ing)|var(?:y|ies|ied|ying)|fluctuat\w+|(?:in|de)creas\w+|(?:ac"
    r"|de)celerat\w+"
    r"|quicken\w*|slow(?:s|ed|ing| down)|speed(?:s|ing| up)|sped|shift(?:s|ed|ing)?|waver\w*"
    r"|(?:alter|lower|transition)(?:s|ed|ing)|(?:reduc|rais|doubl|halv)(?:e[sd]|ing)"
    r"|deviat\w*|picks? up"
    r"|(?:gets?|becom(?:es?|ing)|grows?|getting|growing) (?:[\w-]+(?: and|,)? ){0,3}?"
    r"(?:faster|slower|quicker))"
)
STEADY = (
    r"(?:steady|constant|consistent(?! with\b)|unchanging|unchanged|unwavering|uniform|stable"
    r"|regular|fixed|unvarying|unmoved|unmoving|unruffled|undisturbed|unshaken|unbudging"
    r"|unaltered|metronomic|unflagging|unyielding|unbroken|rock[ -](?:steady|solid)"
    r"|(?:bolted|nailed"
    r"|pinned|locked|planted|welded|screwed|riveted|glued|rooted|set) (?:down|in (?:place|stone"
    r"|iron|concrete)|to the (?:floor|spot))|evenly (?:distributed|paced)"
    r"|locked in(?=[.,;]|$| (?:from|throughout|and|all)\b)"
    r"|even(?=[.,;]|$| (?:and|from|throughout|all) ))"
)
# "Keeps its pulse and key until 4:03", "holds to one scoring, one tempo"; drums "keep the pulse".
_HOLDS = (
    r"(?:keep|hold|maintain|retain|sustain|stick|carr(?:y|ie))(?:s|ing)?(?: on)?(?: (?:to|with))?"
)
_ONE = r"(?:its|one|the one|the same|a single)"
_KEEPS_ITS = (
    rf"{_HOLDS} {_ONE} (?:(?!(?:in|of|on|to|with|by|at"
    rf"|for)\b)[\w-]+,? (?:and )?(?:{_ONE} )?){{0,4}}?"
    rf"(?:tempo|pace|pulse|speed|groove|beat)(?=[.,;]|$| (?:and|on|right|all|through\w*|from|to"
    rf"|until"
    r"|till)\b)(?! to (?!the (?:end|close|last|finish)\b)[a-z])"
    rf"|{_HOLDS} (?:the )?(?:[a-z]+ and (?:the )?)?(?:tempo|pace|pulse|speed|groove)"
    r"(?: and (?:the )?[a-z]+)? (?:(?:through|on|right|all the way|up) to|until|till|throughout)\b"
    rf"|(?:keep|hold)(?:s|ing)? (?:the|its) (?:{PACE}|groove|rhythm) (?:\w+ly )?(?:steady|even"
    rf"|level"
    r"|constant|regular|unchanged)"
)
# A sentence without any of these tells of no tempo that stays or changes.
MAY_TELL = Pattern(
    r"temp[oi]|pace|puls|beat|bpm|speed|\bsped|slow|slack|fast|quick|brisk|celerat|groove"
    r"|rhythm|count"
    r"|click|grid|clock|metronom|same|stead|time|ritard|rallent|throttle|brake|\bgas\b|pedal|watch"
    r"|gallop|trot|\brun\b|sprint|canter|jog|clip|lick|gait|amble|stroll|walk|march|lope"
    r"|shuffle|strut"
    r"|stride|plod|crawl|tick|\brate|budge|rush|hurr",
    re.I,
)
STAYS = Pattern(
    rf"\b(?:{_KEEPS_ITS})\b|\b{PACE}{OF_WORK}{IS} consistently\b|\b(?:slow|fast"
    rf"|quick) and {STEADY}\b"
    rf"|\b{STEADY}(?:,? (?:and )?[\w/-]+){{0,2}},? (?:{PACE}|(?<!harmonic )(?:rhythm|groove)"
    r"|(?:sway|lope|trot|lilt|shuffle|stomp|throb|plod|stride|gait|tick)(?! (?:of|through"
    r"|in (?:my|her|his|the))\b))\b"
    rf"|\b(?:{PACE}|(?<!harmonic )(?:rhythm"
    rf"|groove))(?: and (?:the )?\w+(?: (?:major|minor))?)?{OF_WORK}{IS}"
    rf" {ADJECTIVES}(?:{STEADY}|the same(?![ -]\w+[ -]\w)"
    r"|(?:maintained|sustained)(?= throughout| from| across|[.,;]|$))\b"
    rf"|\b(?:at|in|keeps?|holds?|maintains?|has|have|with|retains?) (?:the|a) same"
    rf" (?:[\w-]+ )?(?:{PACE}|rhythm|groove|count of beats)\b"
    r"(?! as\b)"
    rf"|\b(?:keeps|holds|maintains) (?:its|the) (?:\w+ )?(?:tempo|pace|speed)(?= throughout"
    rf"| from|[.,;]|$)"
    # "The pulse holds", "the tempo stays put", "tempo and key unchanged".
    rf"|\b(?:{PACE}|groove|count|click|grid){_AND_ELSE}{OF_WORK}(?: set (?:by|at"
    rf"|in) [^.;,]{{1,40}}?)?"
    r" (?:(?:itself|still|just|\w+ly) )*"
    r"(?:holds?(?: (?:firm|fast|good|its (?:ground|own)|to the (?:end|last|finish|close|fade)"
    r"|on|there|throughout|all))?(?=[.,;:)]|$| (?:from|for|through|right|until|at|and|while|as"
    r"|under)\b)"
    r"|(?:stay|sit|keep|remain)s? (?:(?:right|\w+ly) )?(?:put|in place|where it (?:is"
    r"|starts?|begins?)"
    r"|level|even(?! (?:now|today|though|if|when|in|as|after)\b)|locked|as (?:it is"
    r"|they are))(?=[.,;:)]|$"
    r"| )|(?:carries|goes|marches|ticks) on (?:regardless"
    r"|unchanged)"
    r"|(?:is |stays )?(?:left )?(?:unchanged|untouched)(?! (?:by|since)\b| from (?:the"
    r"|its) (?:original|demo)))\b"
    r"|\b(?:count|click|grid)(?:'s| is| stays| remains) (?:exactly |still )?(?:the same"
    rf"|{STEADY})\b"
    r"|\b(?:keep|hold|maintain|stick|ride|lock)(?:s|ing)? (?:in)?(?:to )?(?:exactly )?(?:the|that"
    r"|this) same"
    rf" (?:{PACE}|grid|count|click|rhythm|groove)\b(?! as\b)"
    r"|(?:^|[,;:] )(?:the )?same (?:tempo|pace|pulse|speed|bpm)(?=[.,;:]|$| (?:throughout|all"
    r"|from|the"
    r" (?:whole|entire)|right|until|to the)\b)"
    # "The tempo changes slightly, but it remains consistent".
    rf"|\b{PACE}\b[^.;:]{{1,80}}?, (?:but|and|so) (?:it )?(?:is|stays|remains) (?:\w+ly )?"
    rf"{STEADY}\b"
    rf"|\b(?:{PACE}|{WORK}|music|it) (?:keeps|holds|maintains) (?:an? |its )?"
    rf"(?:[\w-]+ )?{STEADY} (?:{PACE}|rhythm|groove)\b"
    # "The tempo remains", "the pulse persists".
    rf"|\b(?:tempo|pace|pulse|speed) (?:remains|persists|endures|abides)(?=[.,;:)]|$)"
    rf"|\b(?:keep|hold|maintain|rid|confirm|share|carr|continu|resum|stick|march|walk|stay)\w* "
    rf"(?:\w+ )?"
    rf"(?:(?:at|to|on|in|with) )?(?:(?:exactly|precisely|just) )?(?:that|the) (?:very |exact )?"
    rf"(?:same )?(?:(?!(?:next|other|first|second|new)\b|\w+-beat\b)[\w-]+ )?"
    rf"(?:tempo|pace|pulse|speed|{_GAIT}){_TURNS_OUT}"
    # "It's the same speed", "that pace is held".
    rf"|\b(?:it|this|that|everything|we)(?:'s| is| stays| remains| are)(?: still| all)?(?: at| in)?"
    rf" (?:exactly |just )?(?:the|one and the) (?:very )?same {PACE}{_TURNS_OUT}"
    rf"|\b{PACE}{OF_WORK} (?:is|stays) (?:\w+ )?(?:held|kept(?: up)?|maintained|sustained"
    rf"|preserved)"
    r"(?= (?:\w+ly|steady|firm|throughout|to|until|from|across|all)\b|[.,;]|$)"
    rf"|\bat (?:exactly|precisely|just) (?:that|the same) {_ANY_PACE}\b(?! as\b)"
    # "Same slow pulse", "one speed, honest as a saddle".
    rf"|(?:^|[,;:.] )(?:(?:and|but|always|still|all|in|at|at exactly) )?(?:the |that )?same "
    rf"(?:[\w-]+,? ){{0,2}}?"
    rf"(?:tempo|pace|pulse|speed|bpm|click|grid|{_GAIT}){_TURNS_OUT}"
    rf"|\bon the same (?:click|grid|beat){_TURNS_OUT}"
    rf"|(?:^|[,;:] |\b(?:at|in|on|is|and|just|only|holds?|keeps?|has|have|with) )(?:one|a single) "
    rf"(?:[\w-]+ )?(?:tempo|pace|speed|pulse)(?=[.,;:]|$"
    r"| (?:throughout|all|carr(?:y|ies)|holds?|governs?|rules?|runs?|serves?|from|to|for|start"
    r"|until"
    r"|the (?:whole|entire))\b)"
    # "Gentler though no slower", "which feels faster but isn't", "adds lift but no speed".
    r"|\b(?:no|not|not any|neither) (?:slower|faster|quicker)(?! than\b)(?=[.,;:)]|$| (?:for|here"
    r"|nor"
    r"|or|at|in|now|and)\b)"
    r"|\b(?:feels|seems|sounds|appears) (?:\w+ )?(?:faster|quicker|slower),? (?:but|though|yet"
    r"|and) (?:it )?(?:isn't|is not|it's not)(?=[.,;:)]|$)"
    r"|,? (?:but|and|though|yet|if) (?:no|not) (?:(?:more|extra|any|added|in|its|the) ){0,2}"
    r"(?:speed|tempo|pace)(?=[.,;:)]|$)"
    rf"|\b(?:at|to|in|on) (?:exactly )?(?:the|that) same (?:[\w-]+,? ){{1,2}}"
    rf"(?:tempo|pace|pulse|speed|{_GAIT}){_TURNS_OUT}"
    # "It ends as fast as it began", "the tempo at the end is the tempo at the beginning".
    r"|\b(?:tempo|pace|speed)\b[^.;,]{0,30} (?:is|being|equals|matches) (?:exactly |still |just )?"
    r"(?:the (?:same |very )?(?:tempo|pace|speed|one)|what it is) (?:at|of|in|it|we|from|with)\b"
    r"|\b(?:ends?|finish\w*|clos\w*|leav\w*|stops?|goes out"
    r"|bows? out)\b[^.;,]{0,25},? (?:(?:exactly|just) )?(?:as "
    r"(?:fast|slow"
    r"|quick)(?:ly)? as|(?:at|on) (?:exactly )?the (?:same )?(?:tempo|pace|speed)(?: that"
    r"| at which)?) (?:it|we"
    r"|they) (?:start|beg[ai]n|open|came|come|set)"
    rf"|\bthis (?:tempo|pace|pulse|speed) {ALONG}"
    # "Over a steady kick", "a steady four", "the steady step of a waltz", "at an even pace".
    r"|\bsteady (?:[\w-]+ )?(?:kick(?:[ -]drum)?|backbeat|drumbeat|step (?:of|beneath|under))\b"
    r"(?! (?:\w+ly )?(?:enters|arrives|comes in|drops|returns|joins)\b)"
    r"|\b(?:in|over|to|on|of|is) an? steady (?:two|three|four|five|six|seven)(?=[.,;:)]|$| and\b)"
    rf"|\b(?:an|its|the) even,? (?:[\w-]+ )?(?:{PACE}|tread)\b"
    r"|\bsteady (?:crotchets|quavers|eighths|quarters|(?:eighth|quarter)[ -]notes|tread|footfall"
    r"|time)\b"
    r"|\b(?:keep|hold|beat|mark)(?:s|ing)? (?:strict|steady|perfect|even|rock-solid) time\b",
    re.I,
)
BRAKES = (
    r"(?:(?:tap|hit|touch|stamp|step|stand|slam|tread|rid|reach|push|press|floor)\w*"
    r" (?:on |for |down on )?(?:the|its) (?:gas|accelerator|throttle|brakes?|pedal)\b"
    r"|(?:open\w* (?:up )?|eas\w* (?:off |back )?)the throttle\b)"
)
# A word for the beat and one for steadiness in one breath.
MENTION = Pattern(
    rf"\b(?:{PACE}|(?<!harmonic )(?:rhythm|groove))s?\b[^.;:,]{{1,50}}?\b(?:{STEADY}|the same)"
    r"(?=[.,;]|$| (?:and(?! even)|throughout|in|at|with|from|across|for|during)\b)"
    rf"|\b{STEADY}\b[^.;:,]{{1,30}}?\b(?:{PACE}|(?<!harmonic )(?:rhythm|groove))\b",
    re.I,
)
NO_MENTION = Pattern(
    r"\b(?:not|never|no|than|as|if|like|compared|chords?|keys?|melod\w+|harmon\w+|flow|until)\b"
    r"|n't\b",
    re.I,
)
_CHANGE = (
    r"(?:changes?|shifts?|variations?|fluctuations?|let-?up|slackening|easing|drift|wobbles?"
    r"|deviations?|rise|drop|increase|decrease|movement|surge|lift)"
)
RITARDANDO = r"\b(?:ritardando|rallentando|accelerando|ritard|slow-?down|speed-?up)s?\b"
_SLOWING = rf"(?:{RITARDANDO}|slowing(?: down)?|speeding(?: up)?|quickening)"
# "Life never slows down, she sings"; "he has not slowed with age".
_NO_LIFE = "".join(
    rf"(?<!\b{each} )"
    for each in (
        "he",
        "she",
        "I",
        "they",
        "life",
        "time",
        "world",
        "career",
        "rain",
        "lyrics",
        "crowd",
    )
)
NO_CHANGE = Pattern(
    rf"\b(?:{PACE}|(?<!harmonic )rhythm|groove|count|click|grid)(?: itself)?{_AND_ELSE}{OF_WORK}"
    r"(?:,? (?:that|which))?"
    rf" (?:is [^.;]{{1,25}}?,? and (?:it )?)?{_NOT}(?: been)? (?:[a-z]+ly |once )*(?:(?:seem"
    r"|appear)s? to )?"
    rf"(?:{TO_CHANGE}|{_TO_BUDGE})\b"
    r"(?! (?:the|an?(?! (?:whisker|hair|jot|notch|fraction|click|beat|bit|inch|tick|touch|shade"
    r"|millimetre|muscle))|me|us|you|her|him|them|my|your|our|his|people|on|above|way to)\b)"
    rf"|\b{PACE}{OF_WORK} (?:has|shows|sees|undergoes) no (?:\w+ )?{_CHANGE}\b"
    rf"|\bwithout (?:ever )?{_TO_TOUCH} (?:in )?(?:either |both |(?:the|its|that|this) )?"
    rf"(?:[\w/.]+,? (?:or |and |nor )?(?:the )?){{0,2}}?"
    rf"{PACE}\b(?! of\b)"
    rf"|\bwithout (?:ever |once |any )?(?:speeding|slowing|quickening|accelerating)\b(?! (?:the"
    rf"|my|us|me|you|her|him)\b)"
    rf"|\bwithout (?:the|its) (?:{PACE}|count|groove|drums?|band|music) (?:\w+ly |ever |once )?"
    rf"(?:{_TO_TOUCH}|(?:speed|slacken|accelerat|quicken|dragg|flagg|sagg|drift|waver)ing)\b"
    rf"|\b(?:no|without (?:an?|any)) (?:(?:\w+|final|last-bar) )?{_SLOWING}\b"
    # "No key or tempo change", "neither tempo nor key changes", "neither slows nor modulates".
    rf"|\bno \w+(?: signature)?,? (?:or|and|nor) {PACE} {_CHANGE}\b|\bno {PACE} (?:or|and"
    rf"|nor) \w+ {_CHANGE}\b"
    rf"|\bneither (?:push|hurr|drag|rush|speed|slow|press|stretch)\w* nor \w+ (?:the|its) {PACE}\b"
    rf"|\bneither (?:the |its )?(?:{PACE} nor (?:the |its )?[\w ]{{1,20}}?|\w+"
    rf"(?: signature)? nor (?:the |its )?{PACE}) (?:\w+ly |ever )?"
    rf"(?:{TO_CHANGE}|{_TO_BUDGE})\b"
    rf"|\bneither (?:[\w ]{{1,25}}? nor )?(?:(?:slow|speed)s?(?: (?:up|down))?|rushes|drags"
    rf"|quickens?|accelerates?|(?:gains|loses) (?:nor (?:gains|loses) )?speed)"
    r"(?=[.,;:)]|$| (?:nor(?! (?:fast|quick|brisk))|up|down|at|from|to|for|anywhere|once)\b)"
    rf"|(?:^|[,;:] )nor (?:does|do|is|has|will) (?:the |its )?(?:{PACE}|it|anyone|anybody) "
    rf"(?:\w+ly |ever |once )?(?:slow|speed|budge|rush|hurry|quicken|accelerat|changing tempo"
    rf"|change tempo)"
    r"(?: up| down)?(?=[.,;:)]|$)"
    rf"|\b(?:nobody|no one|none of them|nothing)(?:'s| is| ever| here| in it)* (?:slow(?:s|ing)"
    rf"|speed(?:s|ing)|quicken\w*|accelerat\w+)"
    r"(?: (?:up|down))?(?=[.,;:)]|$| (?:at|from|anywhere|once|until|or|nor)\b)"
    r"|\bnothing in the (?:drum\w*|beat|rhythm|pulse) (?:ever )?(?:hurries|slackens|rushes|drags"
    r"|slows)\b"
    rf"|\bno (?:\w+ )?{_CHANGE} (?:in|of|to) (?:the )?(?:\w+ (?:or|and) )?{PACE}\b"
    rf"|\b(?:no|without|(?:isn't|aren't|(?:is|are) not) (?:an?"
    rf"|any))(?: any)? (?:\w+ )?{PACE} {_CHANGE}"
    r"\b"
    rf"|\bwithout (?:any )?(?:\w+ )?{_CHANGE} (?:in|of|to) (?:the )?(?:\w+ (?:or|and) )?{PACE}\b"
    rf"|(?:\bnot|n't|\bnever) (?:\w+ ){{1,3}}?(?:any|an?) (?:\w+ )?(?:{PACE} {_CHANGE}"
    rf"|{_CHANGE} (?:in|of|to) (?:the |its )?{PACE})\b"
    rf"|\bat no (?:point|time|moment) (?:does|do|is) (?:the )?(?:{PACE}|{WORK}|music|it)\b"
    r"[^.;,]{0,20}?"
    rf" (?:{TO_CHANGE}|(?:gather|gain|lose|pick up) speed|(?:change|shift|slow|quicken|rush"
    rf"|drag)\b)"
    # "Tempo changes: none".
    rf"|\b{PACE} {_CHANGE}\W{{1,3}}(?:none|no)\b"
    # "It does not speed up or slow down".
    rf"|{_NO_LIFE}\b(?:{_NOT}|not) (?:\w+ly |once )?(?:speed(?:s|ed)? up|slow(?:s|ed)? down"
    r"|accelerates?)\b"
    rf"|{_NO_LIFE}\b{_NOT} (?:\w+ly |once )?(?<!is not )(?<!are not )slow(?:s|ed)?(?=[.,;]|$"
    rf"| (?:or|and|for"
    r"|at|once"
    r"|until)\b)"
    rf"|(?:\bnot|n't|\bnever) (?:\w+ly )?(?:changes?|var(?:y|ies)) (?:in )?(?:its "
    rf"|the )?(?:\w+ (?:or|and"
    rf"|nor) )?{PACE}\b"
    # "Nothing about the pace alters", "nobody taps the brakes".
    rf"|\b(?:nothing|no part|not a thing) (?:about|in|of) (?:the|its) (?:\w+ (?:or|and) (?:the "
    rf"|its )?)?{PACE} (?:ever |\w+ly )?"
    rf"(?:{TO_CHANGE}|{_TO_BUDGE})"
    rf"|\b(?:nobody|no one|nothing|never|not once|without|{_NOT}) (?:(?:ever|once|does anyone"
    rf"|do they) )?{BRAKES}"
    r"|\bset (?:your|a|my) (?:watch|clock|metronome) (?:by|to) (?:it|this|that|the (?:drum\w*"
    r"|beat|kick|pulse|bass))\b",
    re.I,
)
# "120 BPM throughout": of a tempo that stays, its number says all.
THROUGHOUT = Pattern(
    rf"\b(?:{PACE}|beats per minute) {ALONG}|\d (?:bpm|beats per minute) [\w ]{{1,20}}? {ALONG}"
    rf"|\b{PACE}{OF_WORK} (?:is )?(?:consistently|remains|stays) (?:at |stays at )?(?=\d)",
    re.I,
)
# "Blistering from start to finish, and it doesn't budge", "92 and never lets up".
IT_STAYS = Pattern(
    rf"(?:\b(?:it|that|this|which|who|and|but)|,|^|:)(?:'s)? (?:just |simply )?"
    rf"(?:{_NOT} (?:once |ever |\w+ly )?(?:{_TO_BUDGE}|chang(?:es?|ing)|var(?:y|ies)|leaves? it)"
    r"|(?:stays|holds|sits|remains|sticks|keeps)(?: it| right)? (?:there|put|that way|like that"
    r"|so|steady|firm)"
    r"|doesn't go anywhere)"
    rf"(?=[.,;:)]|$| (?:throughout|all|from|to|till|until|right|once|for|an inch|by a|at|even"
    rf"|as the|when|the (?:whole|entire))\b)",
    re.I,
)
# What else may stay.
OF_ELSE = Pattern(
    r"\b(?:keys?|chords?|harmon\w+|major|minor|metre|meter|time signature|drone|bass ?line"
    r"|melod\w+|riff"
    r"|mood|loud\w*|volume|level|dynamic\w*|voices?|sing\w*|lyrics?|he|she|they)\b",
    re.I,
)
