"""Words that name the mode of the music without its tonic: ``minor harmony``, ``a major home``."""

import re

from pipeline.lint.notes import NOTE
from pipeline.lint.pattern import Pattern
from pipeline.lint.sections import WORK

_ENDS = (
    r"(?=[.,;:!)]|$| (?:too|as well|itself|and (?!(?:in )?m[ai])|but|because|since|as"
    r"|while|so|throughout|rather than"
    r"|not|here)\b)"
)
_CHORD = r"(?:chord|triad|one|sonority|harmony)"
_HOME = (
    r"(?:tonic|home|(?:tonal )?cent(?:re|er)|resting (?:point|place)|(?:point|place) of rest"
    r"|(?:home|central|resting|tonic) (?:chord|triad|note)"
    # "The chord it comes home to".
    r"|chord (?:that |which |(?:on|to) which )?(?:it|they|everything|the (?:music"
    r"|round|harmony|cycle"
    r"|loop|progression)) [^.;,]{0,20}?(?:home|rests?|returns?|returning|settles"
    r"|begins|starts|ends)"
    r"(?: (?:to|on|in|at))?)"
)
MODE_ONLY = Pattern(
    r"\b(?<!\bto )(?<!\bbetween )(?<!chords of a )(?<!\bfor a )(?P<mode>major"
    r"|minor)[ -](?:keys?|tonality"
    r"|mode)\b"
    r"(?! (?:chang|shadow|twist|detour|turn|touch|tinge|hint|dip|moment|episode|interlude|middle"
    r"|bridge|break|passage|excursion))"
    rf"|\b(?:key|tonality|mode|harmony|scale)(?: of the {WORK})?(?:, (?:then|so|therefore),)?"
    r" (?:is|stays|remains) "
    rf"(?:\w+ly )?(?:in )?"
    rf"(?:the )?(?P<mode2>major|minor)(?: one)?{_ENDS}"
    r"|\b(?P<mode23>major|minor) (?:chords?|triads?) on (?:the|its) tonic\b"
    r"|(?<!^in )\b(?:an?|the|its|this|that|one)(?: same| single| one)?(?: natural| "
    r"harmonic| melodic)?"
    r" (?P<mode3>major|minor) scale\b(?! of)"
    r"|\b(?:the|its) (?:natural|harmonic|melodic) (?P<mode19>minor)\b(?! (?:\w+ )?(?:third|sixth"
    r"|seventh|second|scale|of)\b)"
    r"|\bkey (?:is|must be|has to be|turns out to be|can only be) (?:\w+ )?an? "
    r"(?P<mode22>major|minor) one\b"
    r"|\bon the (?:\w+ )?(?P<mode20>major|minor) side\b"
    rf"|\b{_HOME} (?:has|carries|holds|contains|with) (?:an?|its|the) (?:[\w-]+,? ){{0,2}}?"
    r"(?P<mode21>major|minor) third\b"
    rf"|\b(?:{WORK}|music|it)(?: is|'s) (?:\w+ly |more or less )?(?:in )?(?P<mode4>major|minor)"
    rf"{_ENDS}|\bin (?:the )?(?P<mode6>major|minor)(?=[.,;!]|$| and (?!(?:in )?m[ai])"
    r"| throughout| rather than)"
    r"|(?:\band|,) (?:the )?mode (?:as )?(?P<mode5>major|minor)\b"
    r"|, (?:and )?(?:plainly|firmly|squarely|resolutely|stubbornly|unmistakably|unashamedly"
    r"|brightly|sunnily|darkly|purely|solidly) (?P<mode7>major|minor)(?=[.,;!]|$)"
    rf"|\b(?:mak(?:es|ing)|turns|keeps) (?:it|this|that|everything|things|(?:the|this) (?:{WORK}"
    rf"|music|harmony|whole|mode|key)) (?:\w+ly )?(?P<mode9>major|minor){_ENDS}"
    r"|\b(?:says|means|spells|screams|speaks for|points to|(?:settle|decide)s? (?:on"
    r"|for)) (?P<mode10>major|minor)(?=[.,;!]|$)"
    r"|: (?P<mode11>major|minor), (?:definitely|certainly|clearly|no doubt|surely)\b"
    r"|(?:^|(?<=[.;:] ))(?P<mode8>major|minor) (?:through and through|throughout"
    r"|from (?:the )?(?:start|first|top)|to the (?:core|bone|last|end)|all the way|until|till)\b"
    # "Minor harmony keeps it dark", "a minor home", "it leaves the minor tonic".
    r"|\b(?<!\bof )(?<!\bof a )(?<!\bsome )(?P<mode12>major|minor)[ -](?:harmon(?:y|ies)"
    r"|tonics?(?! to\b)"
    r"|palette|frame|setting|loop|progression|cycle|home(?! (?:run|game|win"
    r"|improvement))|(?:tonal|harmonic) (?:language"
    r"|world|palette"
    r"|cent(?:re|er)|ground|cast|colou?r\w*|frame\w*|setting|home))\b"
    r"|(?:\b(?:the|its|this|that)|[,:;-]|, with an?) (?:[\w-]+,? )?(?P<mode13>major"
    r"|minor) colou?r(?:s|ing)?\b"
    r"(?! (?:chord|of (?!the (?:key|music|harmony|piece|song)\b)))"
    # "The tonic, Em, is minor", "what feels like home is a minor chord".
    rf"|\b{_HOME}(?:,? (?-i:{NOTE}m?7?),?)? (?:is|stays|remains|sounds|being)"
    r" (?:\w+ly )?(?:an? |the )?(?:(?!relative|parallel|not\b|no\b)\w+ )?(?P<mode14>major|minor)"
    rf"(?: {_CHORD})?{_ENDS}"
    # "This is minor", "so minor it is", "the answer is minor".
    r"|(?:^|(?<=[,;:.] )|\bso |\band )(?:this|everything|the (?:answer|colour|color|whole))"
    rf"(?: is|'s) (?:\w+ly )?(?:in )?(?P<mode15>major|minor){_ENDS}"
    r"|\b(?:so|then),? (?P<mode16>major|minor) it is\b"
    # "It keeps coming home to a minor chord", "a minor chord is home".
    r"|\b(?:home|to rest|at home)(?: \w+ly| again| each time)?"
    r" (?:to|on|in|at|with) (?:an?|the|its|that|this) (?:[\w-]+,? ){0,2}?(?P<mode17>major|minor) "
    rf"{_CHORD}\b"
    rf"|\b(?:an?|the) (?:\w+ )?(?P<mode18>major|minor) {_CHORD} (?:is|as|feels like|sounds like"
    rf"|serves as|acts as) (?:the |its )?{_HOME}\b",
    re.I,
)
"""The mode is in the one group that matched."""
NOT_BEFORE = Pattern(
    r"(?:\b(?:relative|parallel|closely related|neighbou?ring|(?:major|minor),? (?:and|or|to)"
    rf"|{NOTE}m?,? (?:and|or))|(?!A ){NOTE}(?: natural| harmonic)?)[ -]$"
)
"""What a mode follows that is a part of a key's name, or one of several."""
