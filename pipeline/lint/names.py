"""Performers and titles that a text names and the listing does not. Rather too few."""

import re
from collections.abc import Iterator

from pipeline.lint.evidence import Evidence
from pipeline.lint.lyrics import bare_words, lyrics_claims
from pipeline.lint.passage import Claim, Passage
from pipeline.lint.pattern import Pattern
from pipeline.lint.titles import CAPITAL, DONE, bare_titles, titles
from pipeline.lint.voices import VOICE_TYPE
from schemas.lint import Finding

_NAME = (
    rf"(?P<name>(?:The )?{CAPITAL}(?:(?: (?:of|the|and|de|da|van|von|la|del|&) | |-)"
    rf"{CAPITAL}){{0,3}})"
)
_PERSON = (
    r"(?:[Ss]inger|[Vv]ocalist|[Rr]apper|[Pp]roducer|[Cc]omposer|[Ff]rontman|[Ff]rontwoman"
    r"|[Gg]uitarist|[Pp]ianist|"
    r"[Dd]rummer|[Bb]assist|[Ss]ongwriter|[Ss]inger-songwriter|[Aa]rtist|[Vv]iolinist|[Cc]ellist"
    r"|[Oo]rganist"
    r"|[Ss]axophonist|[Tt]rumpeter|[Pp]erformer)"
)
_ROLES = (
    r"(?:(?:singer|songwriter|artist|band|producer|rapper|vocalist|duo|group|composer|musician)"
    r"[- ,]*){0,3}"
)
_WORK_OF = (
    r"(?:vocals?|voice|singing|delivery|performance|guitar work|production|lyrics|falsetto"
    r"|song|track"
    r"|rap|verses?)"
)
_PLAYED = r"(?:vocals|guitar|bass|drums|piano|keys|keyboards|violin|sax(?:ophone)?|trumpet)"
# "The String Quartet enters", "The Final Riff hits" name nobody.
_THINGS = (
    r"(?:Guitars?|Bass|Drums?|Piano|Organ|Strings?|Quartet|Trio|Synths?|Orchestra|Trumpets?|Horns?"
    r"|Brass|Sax|Section|Choir|Chorus|Verse|Carol|Major|Minor|Waltz|Theme|Solo|Flat|Sharp|Vocals?"
    r"|Singer|Vocalist|Riff|Fade|Finale|Finish|Steel|Signature|Groove|Beat|Melody|Tempo|Hook|Drop)"
)
_PATTERNS = (
    Pattern(rf'\b{DONE} by (?:the )?{_ROLES}"?{_NAME}'),
    # "It's by the Beatles"; what is "followed by" or "driven by" something is no work of it.
    Pattern(rf'(?<!ed)(?<!en)(?<!wn)(?<!\bled)(?<!\bset) by (?:the )?{_ROLES}"?{_NAME}'),
    Pattern(
        rf"\b[Tt]he (?:[\w-]+ ){{0,3}}?(?:band|duo"
        rf"|group),? (?P<name>(?!I\b){CAPITAL}(?: {CAPITAL})*)"
    ),
    Pattern(rf"\b(?:[Aa]rtist|[Pp]erformer|[Vv]ocals|[Ss]inger|[Bb]and)\**:\**\s*{_NAME}"),
    Pattern(rf"\b{_PERSON}s?(?:'s name)?(?:,| is| was| are)? {_NAME}"),
    Pattern(rf"\b{_NAME} is the (?:\w+ )?{_PERSON}\b"),
    Pattern(
        rf"\b(?:band|duo|group|orchestra|trio|quartet),? (?P<name>The {CAPITAL}(?: {CAPITAL})*)"
    ),
    Pattern(
        rf"(?<![Tt]he )\b(?!(?:\w+ ){{1,2}}{_THINGS} )"
        rf"(?P<name>{CAPITAL}(?: {CAPITAL}){{1,2}}) (?:sings?|raps?|croons?|performs?|lends"
        rf"|fronts|composed|wrote|enters|delivers|belts|whispers|intones)\b"
    ),
    Pattern(
        r"\b(?!(?:Today|Yesterday|Every(?:one|body)|No(?:body| one)|Some(?:one|body)|It|That)\b)"
        rf"{_NAME}'s? (?:[a-z-]+,? ){{0,3}}?(?:{_WORK_OF}\b|{VOICE_TYPE})"
        r"(?! (?:comes? to mind|is (?:an?|the) (?:\w+ )?(?:reference|model|influence)"
        r"|its praises)\b)"
    ),
    # "The Platform Nine call this a tango".
    Pattern(
        rf"(?:^|(?<=[.!?] ))(?!(?:\w+ ){{1,3}}{_THINGS} )"
        rf"(?P<name>The {CAPITAL}(?: {CAPITAL}){{1,2}}) (?:calls?|plays?|keeps?|takes?|gives?"
        rf"|opens?|starts?"
        r"|begins?|runs?|hits?|sounds?|brings?|likes?|makes?|leans?|turns?|kicks?|lets?|wants?"
        r"|knows?)\b"
    ),
    Pattern(rf"\b{_WORK_OF} (?:is )?(?:that )?(?:of|by) {_NAME}"),
    Pattern(rf"\b(?:vocals?|voice|singing) (?:comes? from|belongs? to) {_NAME}"),
    Pattern(rf"\b[Tt]he (?:band|duo|group)(?: behind (?:it|(?:the|this) \w+))? is {_NAME}"),
    # "With Ann Marsh on vocals", "on guitar is Tom Ferris".
    Pattern(rf"\b{_NAME} (?:on (?:lead |backing )?{_PLAYED}|at the piano)\b"),
    Pattern(rf"\b[Oo]n {_PLAYED} is {_NAME}"),
    Pattern(
        rf"\b(?:{_PERSON}|m[ae]n|wom[ae]n|band|duo|choir|group)s? (?:is )?(?:named|called|known as)"
        rf" {_NAME}"
    ),
    Pattern(rf"(?:\b[A-Z][\w']+ )+by (?:the )?{_NAME}"),
    # "The chords in Neon Rain"; a sound may be that of a town.
    Pattern(
        rf"\b(?:key|chords?|tempo|metre|meter|time signature|lyrics|melody)(?: heard| used)? "
        rf"(?:in|of) {_NAME}"
    ),
    # "The song Neon Rain is".
    Pattern(
        rf"\b[Tt]he (?:song|track|piece|tune) (?P<name>{CAPITAL}(?: {CAPITAL})*)"
        r"(?= (?:is|was|by|has|features|lasts|uses)\b)"
    ),
    # "The Quiet Mesa's Half of the Echo, a mesmerizing composition,".
    Pattern(
        rf"^{CAPITAL}(?: {CAPITAL})*'s (?P<name>{CAPITAL}(?: (?:of|the|and|in|on|to|a|{CAPITAL}))+)"
        r"(?=, an? )",
        re.M,
    ),
    Pattern(rf"\b(?:[Ff]eat\.|[Ff]t\.) {_NAME}"),
)
_NO_NAMES = """
a ableton acoustic adagio aeolian african afro afro-cuban al allegretto allegro alto ambient
american and andalusian andante andantino april arab arabic argentine as asian at august
australian auto-tune autotune backing balkan bar baritone baroque bars bass bechstein
beethoven-like bluegrass blues bossa bpm brazilian bridge british bulgarian but bösendorfer c
cantonese caribbean carnatic celtic chicago children chinese choir chorus clarinet classical
country cuban d dance dancehall danish december deep detroit disco dj dorian drill drum drums dub
dutch e each east eastern edm electric electro english european f february female fender finnish
flamenco folk for four french friday from funk g german gibson gospel gothic grave greek gregorian
grunge guitar gypsy hammond hardcore hawaiian he hebrew her here hindi hindustani hip hip-hop his
hook house hungarian i ibanez iberian icelandic if in indian indie instrumental intro ionian irish
it italian its jamaican january japanese jazz july june juno k-pop keys kontakt korean korg
larghetto largo latin lead lento lo-fi london lufs lydian lyrics major male man mandarin march
marshall mbira measure mediterranean mellotron memphis metal mexican middle midi minor mixolydian
moderato monday moog motown mpc nashville native new nigerian no none nord north northern
norwegian nova november oberheim october on one or organ oud our outro part persian phrase
phrygian piano polish pop portuguese prestissimo presto prophet punjabi punk r&b rap reggae
reggaeton rhodes rickenbacker rnb rock roland romantic russian salsa samba saturday scandinavian
scottish section september she sitar slavic so solo soprano soul south southern sp-404 spanish
steinway step stratocaster strings sunday swedish swing synth synthesizer techno telecaster tenor
that the their there these they this those three thursday to tom tr-808 tr-909 trance trap tuesday
turkish two uk unknown us various verse vietnamese violin vivace vocals vocoder vst wednesday west
western what when while who with woman world wurlitzer yamaha yes yiddish yoruba you young zulu
"""
_NO_NAME = frozenset(_NO_NAMES.split())
_NO_FIRST_NAME = _NO_NAME - {"the", "young", "new", "tom"}
# "Ebminor", "Bm7b5".
_KEY_LIKE = Pattern(r"[A-G][#b]?(?:m|maj|min|dim|aug|sus|M|major|minor)?(?:\d|[#b]\d)*")
_FULL_NAME = Pattern(r"[A-Z][a-z]{2,} [A-Z][a-z]{2,}")
_ENTERS = Pattern(
    r"(?:^|(?<=[.!?] ))(?P<name>[A-Z][a-z]{2,}) (?:sings|enters|keeps|holds|takes|returns|plays"
    r"|comes|starts|begins|opens|has|lets|leans|stays|never|delivers|gives|makes|wants|tells)\b",
    re.M,
)
_COMPARED = Pattern(
    r"\b(?:like|reminiscent|recall\w*|evok\w*|echo\w*|akin|style of|spirit of|vein of"
    r"|fans of|influence\w*|similar|nod to|compar\w+|homage|inspired|channel\w*|bring\w* "
    r"to mind)\b",
    re.I,
)


def check_names(passage: Passage, evidence: Evidence) -> Iterator[Finding]:
    """Names of performers and titles against those that the listing gives, each name once."""
    known = [bare_words(name) for name in evidence.names if bare_words(name)]
    lyrics = bare_words(evidence.lyrics or "")
    seen: list[list[str]] = []
    for claim in [*_names(passage), *_named_as_listed(passage, evidence)]:
        words = bare_words(passage.text[claim.start : claim.end])
        is_seen = any(_is_part(words, one) or _is_part(one, words) for one in seen)
        if not words or is_seen or _is_set_beside(passage, claim.start):
            continue
        seen.append(words)
        if any(_is_part(words, one) or _is_part(one, words) for one in known):
            fact = "The listing gives this name."
            yield passage.finding(claim, "name", ("right", "right", fact))
        elif not _is_part(words, lyrics):
            fact = "Neither the listing nor the lyrics give this name."
            yield passage.finding(claim, "name", ("wrong", "invented_name", fact))


def _names(passage: Passage) -> Iterator[Claim]:
    for pattern in _PATTERNS:
        for match in pattern.finditer(passage.text):
            start, end = match.span("name")
            words = re.split(r"[ -]", match["name"])
            while words and words[0].lower().strip(".'") in _NO_FIRST_NAME:
                start += len(words[0]) + 1
                words = words[1:]
            rest = [w for w in words if w.lower().removesuffix("'s").strip(".'") not in _NO_NAME]
            if rest and not all(_KEY_LIKE.fullmatch(word) for word in words):
                yield Claim(start, end - 2 if passage.text[start:end].endswith("'s") else end)
    for title in (*titles(passage), *bare_titles(passage)):
        if passage.text[title.start : title.end].lower() not in _NO_NAME:
            yield title


def _named_as_listed(passage: Passage, evidence: Evidence) -> Iterator[Claim]:
    """Listed names of two words or more, in their capitals; not those in a line that is sung."""
    for name in evidence.names:
        if " " in name and not name.islower():
            for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", passage.text):
                claim = Claim(*match.span())
                if not claim.touches(lyrics_claims(passage)):
                    yield claim
    # "Mabel" of Mabel Rourke, within a sentence.
    for name in evidence.names[1:]:
        if _FULL_NAME.fullmatch(name):
            for match in re.finditer(
                rf"(?<=[\w,] )(?:{name.replace(' ', '|')})\b(?! [A-Z])", passage.text
            ):
                yield Claim(*match.span())
            # "Della enters", with which a sentence begins.
            for match in _ENTERS.finditer(passage.text):
                if match["name"] in name.split() and match["name"].lower() not in _NO_NAME:
                    yield Claim(*match.span("name"))


def _is_set_beside(passage: Passage, start: int) -> bool:
    """Whether the name only serves as a comparison, as in ``a voice like Nina Simone's``."""
    is_compared = _COMPARED.search(passage.before(start, 80))
    return bool(is_compared) or passage.is_set_aside(start, start)


def _is_part(words: list[str], whole: list[str]) -> bool:
    return f" {' '.join(words)} " in f" {' '.join(whole)} "
