"""What is taught of music: definitions, keys and their chords, markings, what styles have."""

import re

from pipeline.lint.notes import MODE, NOTE
from pipeline.lint.pattern import Pattern
from pipeline.lint.sections import WORK

_TERM = r"(?:time signature|key|scale|mode|triad|chord|progression|tempo|bpm|metre|meter)"
_NAMED_TERM = (
    rf"(?:(?:the |an? )?{_TERM} of (?!the\b|this\b|our\b|its?\b)[\w#/-]+(?: (?:{MODE}|bpm))?"
    rf"|(?:the |an? )?(?:(?-i:{NOTE})m?(?: {MODE})?|\d+/\d+|[\d.]+ bpm)(?: time)?(?: {_TERM})?)"
)
_COMMON = (
    r"(?:common|popular|familiar|typical|standard|classic|traditional|well-known|widely"
    r"|favou?rite|frequent\w*)"
)
# "A waltz has three beats", "the key of C major has no sharps", "4/4 is a common metre".
DEFINES = Pattern(
    r"\W*(?:an? (?:\w+ )?)?(?:waltz|ballad|lullaby|tango|march|polka|time signature|scale"
    r"|triad)(?:, which)? (?:is|has|means"
    r"|refers|consists|contains)\b"
    # "Singing is the act of", "in dance music, vocals are common".
    rf"|\W*(?:singing|vocals|voices|lyrics|melody|harmony|rhythm|metre|meter|{_TERM})s?"
    r" (?:refers?"
    r"|(?:is|are) (?:often|the (?:act|art|use|way|number|speed|words|part|main)"
    r"|an? (?:\w+ )?(?:part|type|form|kind|way|element|aspect|measure|set|series)))\b"
    rf"(?!.*\b(?:its?|(?:the|this) (?:{WORK}|music))\b)"
    r"|\W*in (?!(?:the|this|its|our)\b)(?:[\w-]+ ){1,2}(?:music|songs|tracks|pieces), "
    r"(?!the\b|this\b|it\b)"
    r"|\W*the (?:waltz|lullaby|tango|march|polka) is (?:known|an? (?:[\w-]+ ){0,2}?(?:type|form"
    r"|style|kind|dance form|genre))\b"
    rf"|\W*an? (?:[\w/-]+ ){{0,3}}?(?:key change|modulation|{_TERM})(?: of [\w#/ -]{{1,15}}?)?"
    r" (?:is (?:when|considered|called|defined|known|an?\b|one of)|means|refers|consists|contains"
    rf"|tends|has\b|can (?!be\b)|may\b)(?!.*\b(?:its?|(?:the|this) (?:{WORK}|music))\b)"
    rf"|\W*{_NAMED_TERM} (?:is|are) (?:an?\b|one of|also|very|quite|the most)?[^.;:,]{{0,25}}?"
    rf"\b{_COMMON}\b"
    rf"|\W*in (?:an? (?:[\w-]+ ){{0,2}}?{_TERM}|{_NAMED_TERM}|music(?: theory)?), (?:(?:you"
    r"|each|every|common)\b|the (?:notes?|tonic|dominant|subdominant|root|third|scale"
    r"|(?:primary|main|basic|common|diatonic) chords)\b)"
    rf"|\W*{_NAMED_TERM} (?:has|contains) the notes\b"
    rf"|\W*the (?:relative|parallel) (?:major|minor)(?: key)? of (?-i:{NOTE}) {MODE} is\b"
    r"|\W*(?:(?:an?|the) )?(?:key of )?[A-G](?:[#b]|[ -](?:sharp|flat))?m?(?: (?:major"
    r"|minor))?(?: (?:chord"
    r"|triad|scale|key))? (?:consists|contains|is made|is built"
    r"|has (?:the notes|(?:no|one|two|three|four|five|six|seven|\d) (?:sharp|flat)))",
    re.I,
)
# "A steady beat is important in dance music", "the key of a song is", "singers need to breathe".
TEACHES = Pattern(
    rf"\W*an? (?:[\w-]+ )?(?:beat|rhythm|pulse|{_TERM}) is (?:very |quite )?(?:common|typical"
    r"|characteristic|usual|important|essential|(?:\w+ )?associated|between|(?:often|commonly)"
    r"|used (?:in|for) (?!the\b|this\b))\b"
    r"|\W*an? (?:minor|major) key (?:sounds|creates|makes|gives|evokes)\b"
    rf"|\W*the {_TERM} of an? (?:song|piece|track|tune)\b"
    rf"|\W*the {_TERM} (?:tells|shows|determines) (?:\w+ )?(?:how|the number|what|which)\b"
    rf"|\W*an? {_TERM} (?:such as|like)\b"
    rf"|\W*{_NAMED_TERM} (?:means(?! (?:that )?(?:it|the|this)\b)|is one"
    r"|is used (?:in|for) (?!the\b|this\b))"
    rf"|\W*(?-i:{NOTE}) {MODE} is (?:the \w+est|an? \w+) (?:key|scale|chord)\b"
    r"|\W*(?:at|in) (?:[\d.]+ bpm|\d+/\d+(?: time)?), (?:each|every|there (?:is|are)|the first)\b"
    rf"|\W*(?-i:{NOTE}) {MODE} is the (?:relative|parallel)\b"
    rf"|\W*the (?:(?:primary|main|basic|diatonic) )?chords (?:in|of) (?:the key of )?"
    rf"(?-i:{NOTE}) {MODE} (?:are|include)\b"
    r"|\W*the (?-i:[IViv]+) chord (?:in|of)\b|\W*the chord (?-i:[A-G]\S*) (?:is made|has)\b"
    r"|\W*(?:an? )?chords? (?:such as|like)\b"
    rf"|\W*(?:an?|the) [\w-]+ (?:chord )?progression is (?:\w+ )?{_COMMON}\b"
    r"|\W*(?:(?:key|tempo) changes|changes in (?:key|tempo)) (?:are (?:often|usually|common"
    r"|typical)|can|add|help)\b"
    r"|\W*an? key change (?:is when|adds)\b|\W*a (?:steady|consistent) (?:beat|tempo) helps\b"
    r"|\W*(?:(?:italian|musical|tempo) )?(?:terms?|markings?) (?:such as|like)\b"
    r"|\W*(?:largo|lento|adagio|andante|moderato|allegretto|allegro|vivace|presto) (?:means"
    r"|is an?|refers)\b"
    r"|\W*(?:an? (?:loudness|level|range) of )?-?[\d.]+ LUF?S? is (?:the (?:standard|target|norm)"
    r"|(?:often |usually )?considered)\b"
    r"|\W*an? range of [\d.]+ LU is considered\b"
    r"|\W*(?:an? (?:\w+ )?)?singers? (?:must|should|needs?|knows?|can (?!be\b))"
    r"|\W*the human voice (?:is|can)\b"
    r"|\W*(?:the )?(?:singer|voice|vocals|singing) (?:is|are) (?:an? )?(?:\w+ )?part of (?:music"
    r"|any|an?|all)\b"
    rf"|\W*(?:(?:an?|the most|some|the) )?(?:common|popular|typical|possible|likely)"
    rf" (?:chord )?(?:{_TERM}s?|tempi|answers|options) (?:(?:in|for|of) (?!the\b|this\b)|are\b)"
    rf"|\W*(?:the options are|examples of {_TERM}s)\b|\W*in (?:minor|major) keys,"
    rf"|\W*the (?:note \w\S*|(?:dominant|subdominant|tonic|fifth) of (?-i:{NOTE}) {MODE}) is\b"
    rf"|\W*(?-i:{NOTE}) {MODE} is related to\b"
    r"|\W*(?:an?|the) (?-i:[IViv]+) chord (?:wants|resolves)"
    rf"|\W*(?:songs|music|pieces) (?:in|at) (?:an? )?(?:(?-i:{NOTE}) {MODE}|{MODE} keys?|\d/\d"
    r"|[\d.]+ bpm) (?:\w+ly )?(?:sound|feel|often|is|are|have|has)"
    r"|\W*a song in \d/\d has\b|\W*the key of \w+ \w+ is easy\b"
    r"|\W*(?:cut|common|waltz) time (?:is|has|means)\b|\W*\d/\d (?:is also|differs)\b"
    r"|\W*(?:the difference between|unlike \d/\d, \d/\d)\b|\W*LUF?S? (?:stands|is)\b"
    r"|\W*an? (?:wide|narrow|large|small) dynamic range means\b"
    r"|\W*(?:for a song in|assuming|suppose|let's say|say the|sample answer)\b"
    r"|\W*(?:(?:singing|vocals) can (?!be (?:\w+ly )?heard)|vocals add)"
    rf"(?!.*\b(?:its?|(?:the|this) (?:{WORK}|music))\b)",
    re.I,
)
# What is said of a style is said of none of its pieces: "reggae has a slow tempo".
_STYLE = (
    r"(?:(?:punk|hard|indie|folk|progressive|electronic) )?(?:punk|rock|pop|reggae|techno|house"
    r"|swing|jazz|blues|soul|folk|ambient|funk|disco|metal|salsa|samba|bossa nova|hip[- ]hop|trap"
    r"|classical|country|electronic)(?: music)?"
)
OF_STYLES = Pattern(
    rf"\W*{_STYLE} (?:has|features|is|are|uses|relies|does not|doesn't|chords include)\b"
    # "Techno is the genre here".
    rf"(?!.*\b(?:the|this) (?:{WORK}|music|style)\b| (?:what|where|how)\b"
    r"| the (?:[\w-]+ )?(?:genre|style|idiom|label|word|name|frame|ground|order|field|setting"
    r"|language)\b|.*\bhere\b)"
    r"|\W*(?:in comparison, )?(?!(?:the|this|its|slow|fast)\b)[\w-]+ music (?:has|features"
    r"|relies|does not|doesn't|is sung)\b"
    r"|\W*(?:(?:the|an?|one|of|some|key|main|typical) ){0,4}(?:features?|characteristics?|elements?"
    r"|hallmarks?|traits?) of (?!(?:the|this|our|its?)\b)[\w -]{1,25} (?:include|is|are (?!\w+ed\b|"
    r"present|evident|heard))"
    r"|\W*(?:other (?:songs|tracks|pieces)|the original (?:version|recording))\b"
    r"|\W*(?:dancers|DJs|guitarists|musicians|streaming services|spotify)\b"
    r"|\W*(?:(?:with|adding) an? [^,]*, it would|it(?: is|'s) possible that|I wish)\b"
    r"|\W*(?:the|a resting) heart (?:beats|rate)\b",
    re.I,
)
