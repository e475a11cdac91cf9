"""Words that tell where a writer's knowledge comes from, in texts that are told as heard.

A chain of thought, or a question, that speaks of metadata, of a caption that it was shown, or of
what was not provided teaches a model to speak of what it never gets. *Music Flamingo* forbids it
(Figures 22, 25, 26), and its own published samples have it: "(time signature not explicitly
listed)", "full lyrics are unavailable", "the chord list reveals".
"""

import re

_GIVEN = (
    r"(?:meta-?data|data|information|caption|description|synopsis|annotations?|tags?|entr(?:y|ies)"
    r"|fields?|transcript(?:ion)?s?|listing|listed \w+|notes provided|measurements?|chord (?:list"
    r"|chart)|lyrics? (?:sheet|provided|given)|(?:provided|given|supplied) \w+|facts|json|prompt)"
)
_ADJECTIVES = r"(?:(?:the|this|these|its|my|your|our|any|available|provided|given|official)\s+)*"
_VALUES = (
    r"(?:tempo|bpm|key|met(?:re|er)|time signature|chords?|progressions?|lyrics|title|duration"
    r"|genre|segments?|sections?|tags?)"
)
_SOURCE = re.compile(
    rf"""
    \bmeta-?data\b | \bground[- ]truth\b | \bannotat(?:ed|ions?|ors?)\b | \bdata\s?(?:base|set)\b
    | \b(?:madmom|essentia|chordino|parakeet|whisper\ model|librosa)\b
    | \b(?:in|by|from|per|to|of)\s+(?:the|this|these)\s+(?:{_ADJECTIVES})
      (?:data|metadata|synopsis|transcript(?:ion)?s?|annotations?|chord\ (?:list|chart)|listing)\b
    | \b(?:according\ to|based\ on|judging\ (?:by|from)|consistent\ with
      |in\ (?:line|agreement)\ with|as\ (?:is\ )?(?:given|stated|listed|noted|described|mentioned
      |indicated|specified|provided|reported|shown|told)(?:\ (?:in|by|as|under))?)
      \s+{_ADJECTIVES}{_GIVEN}\b
    | \b(?:the|this|my)\s+(?:\w+\s)?(?:data|metadata|caption|description|synopsis
      |transcript(?:ion)?|entry|field|tag|listing|measurements?|chord\ list|chord\ chart
      |lyrics\ sheet|facts)\s+(?:also\s+|\w+ly\s+)?
      (?:say|state|list|give|mention|note|name|tell|show|indicate|read|report|specif|reveal|confirm
      |suggest|include|describe)\w*
    | \b(?:provided|supplied|reported|detected|estimated|extracted)\s+{_VALUES}\b
    | \b(?:entry|field)\s+for\s+(?:the\s+)?{_VALUES}\b
    | \b(?:is|are|was|were)\s+(?:listed|labell?ed|tagged|annotated|recorded)\s+as\b
    | \b(?:not|n't|never)\s+(?:\w+ly\s+)?(?:listed|specified|documented|supplied|available)\b
    | \bnot\s+explicitly\s+(?:given|stated|mentioned|provided)\b | \bunavailable\b
    | \bno\s+(?:information|data|lyrics|details?)\s+(?:is|are|was|were)\b
    | \bI\s+(?:am|was|have\ been)\s+(?:given|told|provided|shown)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_QUOTE = re.compile('["“”«»][^"“”«»\n]{1,300}["“”«»]')


def named_source(text: str) -> str | None:
    """The first words of a text that speak of what its writer was given; None if none do.

    Words in quotes do not count: they are sung.

    Examples
    --------
    >>> named_source("The key is D minor according to the metadata.")
    'according to the metadata'
    >>> named_source('She sings "no information is free", and the rhythm is provided by drums.')
    """
    said = _QUOTE.sub(lambda quote: " " * len(quote[0]), text)
    found = _SOURCE.search(said)
    return " ".join(found[0].split()) if found else None
