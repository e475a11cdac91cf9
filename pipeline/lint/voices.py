"""The words for voices, for who sings and for what they do: the one list for all checks."""

_HORN = (
    r"(?:sax\w*|horns?|clarinets?|flutes?|recorders?|guitars?|ukuleles?|uke|banjos?|trombones?"
    r"|trumpets?|viols?|violas?|cornets?|pan|drums?|steel|solos?|breaks?|riffs?|runs?|players?"
    r"|registers?|ranges?"
    r"|clefs?|tunings?|voicings?|lines?)"
)
VOICE_TYPE = (
    r"(?:(?:mezzo-)?sopranos?|mezzos?(?![- ](?:forte|piano)\b)|(?:contr)?altos?"
    rf"|(?:counter)?tenors?|baritones?)(?![- ](?:and [\w-]+ )?(?:{_HORN}|like)\b)(?!'s \w+ solo)"
)
"""Regular expression of a kind of voice; a saxophone may be one, too, where no more is said."""
HUMAN = (
    r"(?:m[ae]n|wom[ae]n|boys?|girls?|kids?|child(?:ren)?|guys?|dudes?|fellows?|blokes?|lads?"
    r"|lady|ladies"
    r"|gentlem[ae]n|brothers?|sisters?|monks?|nuns?|sailors?|fellas?|(?:band)?mates|crew|gang"
    r"|shantyman"
    r"|cantor"
    r"|girl group|singers?|vocalists?|rappers?"
    r"|frontm[ae]n|frontwoman"
    r"|(?:male|female) leads?(?! (?:dancer|actor|role|synth|guitar))|choir|children's choir|chorus)"
)
"""Regular expression of somebody who, in music, does nothing as likely as sing."""
UTTER = (
    r"(?:(?:half[- ])?(?:sing|croon|whisper|belt|rap|chant|hum|wail|inton|yodel|scream|shout|mutter"
    r"|murmur|mumbl|roar|growl|snarl|howl|shriek|yell|holler|drawl|recit|plead|vocali[sz]"
    r"|harmoni[sz]|scat|bellow|sneer|coo|keen|bark|purr|lilt|warbl|ulul|moan)(?:[lpmt]?ing|e?s|e)?)"
)
"""Regular expression of what voices do, in any form but the past."""
TELL = (
    r"(?:call|ask|tell|recall|recount|promis|invit|declar|confess|answer|admit|warn|vow|swear|beg"
    r"|insist|remember|wonder|urg|offer|announc|repeat|return|enter|join|carr[iy]|spit|hurl"
    r"|cr[iy]|lament|sigh|command|demand|implor|proclaim|reflect|mourn|boast|tease?|pray)"
    r"(?:t?ing|e?s|e)?"
)
"""Regular expression of what voices do with words; instruments do some of it without."""
INSTRUMENT = (
    r"(?:instrument\w*|clarinet|oboe|guitars?|bass|violins?|fiddle|piano|trumpets?|horns?|sax\w*"
    r"|flutes?|whistle|cello|strings?|synth\w*|lead|accordion|organ|harp|banjo|harmonica|marimba"
    r"|vibraphone|keyboards?|ocarina|theremin|recorder|erhu|duduk|(?:bag|pan|uilleann )?pipes|viola"
    r"|trombones?|tuba|bassoon|cornet|flugelhorn|woodwinds?|celesta|glockenspiel|xylophone"
    r"|mandolin|ukulele|sitar|koto|pedal steel|steel|nyckelharpa|concertina|bandoneon|oud|kora"
    r"|shakuhachi|melodica|saw|(?:left|right) hand)"
)
"""Regular expression of instruments that have a voice of their own."""
# "She keens on the pipes", "he joins in on bongos".
NOT_PLAYED = (
    rf"(?![^.;:]{{0,30}}? (?:(?:on|through) (?:an? |the |his |her )?(?:[\w-]+ )?(?:{INSTRUMENT}"
    r"|drums?|bongos|congas|percussion|keys|hammond|rhodes|wurlitzer|brushes|sticks|mallets)"
    r"|with (?:an? |his |her )?(?:[\w-]+ )?(?:snare|brushes|cymbals?|kick|riff|lick|left hand"
    r"|right hand))\b(?!-))"
)
"""Regular expression of nothing, where no instrument follows that somebody plays."""
