"""Words for the tempo, and free time, against the measured tempo."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from pipeline.lint.evidence import Evidence
from pipeline.lint.passage import Claim, Judged, Passage, extractor
from pipeline.lint.pattern import Pattern
from pipeline.lint.predicates import ADJECTIVES, ALONG, IS, OF_WORK
from pipeline.lint.sections import WORK, is_of_part
from pipeline.lint.tempo import is_beatless, long_sections
from pipeline.lint.tempo_claim import FEEL
from pipeline.lint.times import moment_of
from schemas.lint import Finding

# Ranges in BPM as metronomes print them, widened where usage differs.
_RANGES = {
    "slow": (20, 95), "moderate": (76, 130), "fast": (112, 400),
    "grave": (20, 50), "largo": (40, 66), "lento": (40, 72), "larghetto": (50, 76),
    "adagio": (50, 80), "andante": (66, 112), "andantino": (70, 115), "moderato": (80, 128),
    "allegretto": (96, 132), "allegro": (108, 172), "vivace": (130, 200), "presto": (150, 240),
    "prestissimo": (170, 400),
}  # fmt: skip
# Ours: so many times outside its range a word is wrong, whatever usage.
_CLEARLY = 1.6
_PACE = (
    r"(?:tempo|pace|pulse|(?:count|run|stream|succession) of beats|beats? per minute"
    r"|bpm|groove|beat|(?<!harmonic )rhythm|speed)"
)
# "A steady, slow sway".
_GAIT = (
    r"(?:sway|lope|trot|lilt|shuffle|strut|stroll|walk|march|gait|crawl|gallop|canter|amble|swing"
    r"|throb"
    r"|stomp|stride|plod|lurch|clip)"
)
# "A brisk blues at 140 BPM", but no "slow blues licks".
_STYLE = (
    r"(?:skiffle|hornpipe|tarantella|mazurka|rag|ragtime|boogie|swing|march|two-step|shanty"
    r"|klezmer|thrash|hardcore|grime|drill|house|blues|pop|rock|soul|reggae|jazz|folk|funk"
    r"|country|samba|bossa|salsa|cumbia|disco|techno"
    r"|trance"
    r"|punk|metal|bebop|bluegrass|gospel|reel|jig|polka|minuet|motet|r&b|r'n'b|hip-hop|dub"
    r"|ska"
    r"|highlife|afrobeat|drum and bass|electronica|doom)(?=[.,;:)]|$| (?:in|at|with|that|by|from"
    r"|for|and|on"
    r"|built|where|whose|set|driven|sung|played|led)\b)"
)
# "Slow, simple 2/4 beat"; "rapid electronic rhythms".
_OF_PACE = (
    r"(?=(?:,? (?:and |but )?(?!(?:of|over|with|to|in|on|at|the|an?|for|from|by)\b)[\w/-]+"
    r"(?:\.\d+)?){0,3},? "
    rf"(?:{_PACE}|tempos|tempi|beats|rhythms|grooves|feel|atmosphere|mood|vibe|{_GAIT}(?! (?:of|to"
    r"|through|home|by|along|around|down|up|past|across|into|off|(?:on|at|in) (?:the|an?|her"
    r"|his|my))\b"
    r"))\b)"
)
# "A furious mood", "a glacial atmosphere" tell of no tempo.
_NO_MOOD = r"(?!(?:,? [\w-]+){0,2} (?:atmosphere|mood|vibe)\b)"
# "A slow reggae track", but no "slow start to the track".
_KIND = (
    r"(?:,? (?:and |but )?"
    r"(?!(?:builds?|burn\w*|fades?|starts?|down|motion|in|of|to|the|an?|and|parts?|sections?"
    r"|opening|intro\w*|solos?|decay|attack)\b)[\w-]+)"
)
_OF_WORK = rf"(?=,?{_KIND}{{0,4}} (?:{WORK}|music|{_STYLE})\b)"
# "Really slow, lots of air": a sentence, or what follows a number.
_VERY = (
    r"(?:(?:^|(?<=[.;!?] )|(?<=minute, )|(?<=bpm, )|(?<=minute: )|(?<=bpm: ))(?:(?:really|very"
    r"|pretty"
    r"|quite|rather|fairly|definitely|nice and) ){1,2})"
)
# "Slow, then, and steady to the last bar", "blistering from start to finish".
_ALL_ALONG = (
    r"(?=,? (?:then,|enough (?:to|that)\b|from (?:start|beginning|first|end|one end|the (?:start"
    r"|first|off|outset))\b"
    r"|throughout|all the way|all through"
    r"|(?:to|till|until) the (?:last|end|very end)|and steady|and even\b))"
)
# "Fast, bright, and over soon".
_OPENS, _AND_SO = r"(?:^|(?<=[.!?] ))", r"(?=(?:,| and) [a-z-]+(?:[,.;]| and\b))"
# "Really quick, before I forget".
_NO_MORE = r"(?=[.,;]|$)(?!, (?:the|they|he|she|we|I|before)\b)"
# "A slow-moving loop of chords".
_OF_NOTES = (
    r"(?:loops?|riffs?|melod\w+|lines?|chords?|progressions?|bass ?lines?|pads?|harmon\w+"
    r"|notes?|phrases?|themes?|arpeggios?|figures?|strings|sequence)\b"
)
_SLOW = (
    rf"(?:(?:slow|sluggish){_OF_PACE}"
    rf"|(?:leisurely|glacial|crawling|plodding|lumbering|funereal){_NO_MOOD}{_OF_PACE}"
    rf"|(?<!key is )slow{_OF_WORK}"
    rf"|(?:slow|glacial|funereal){_ALL_ALONG}|{_OPENS}slow{_AND_SO}"
    rf"|at (?:\w+ more than )?(?:a crawl|a dawdle|a snail's pace)|{_VERY}slow{_NO_MORE}"
    rf"|low (?=(?:tempo|bpm)\b)|slow[ -]?(?:paced|tempo(?:ed)?|moving(?! (?:[\w-]+ )?{_OF_NOTES})))"
)
_FAST = (
    rf"(?:up-?tempo|up-beat tempo|(?<!medium.)(?:fast|quick|rapid|brisk|speedy"
    rf"|swift){_OF_PACE}|(?:frantic"
    rf"|breakneck|blistering|frenetic|furious|racing|galloping|headlong"
    rf"|whirlwind){_NO_MOOD}{_OF_PACE}"
    rf"|(?:fast|quick|brisk|blistering|breakneck|headlong){_ALL_ALONG}|{_OPENS}(?:fast"
    rf"|brisk){_AND_SO}"
    rf"|(?:breakneck|headlong){_OF_WORK}"
    rf"|at (?:a gallop|an? (?:good|fair|decent|smart|cracking) (?:clip|lick))|{_VERY}(?:fast|quick"
    rf"|brisk){_NO_MORE}|(?<!medium.)(?:fast|quick|brisk|rapid|speedy|swift){_OF_WORK}"
    rf"|high[ -](?=(?:tempo|pace|speed|bpm)\b)|(?<!medium.)fast[ -]?(?:paced|tempo(?:ed)?"
    rf"|moving(?! (?:[\w-]+ )?{_OF_NOTES})))"
)
_MODERATE = (
    rf"(?:mid[ -]?(?:tempo|paced)|(?:medium|moderate)[- ](?:tempo|paced)"
    rf"|(?:(?:moderate|medium)(?:ly)?|medium-up|middling){_OF_PACE}"
    r"|moderately paced)"
)
# "The tempo is very slow"; "174 BPM throughout, which is slow".
_IS = (
    # "The song "Lantern" by Marisa Vale is slow".
    rf"(?:{_PACE}|{WORK}(?:,? \"[^\"]{{1,60}}\")?"
    r"(?:,? by (?-i:[A-Z][\w'-]*)(?: (?-i:[A-Z][\w'-]*)){0,3})?"
    r"|music|(?:^|(?<=[.;:,] ))that(?!(?:'s| is) (?:the|an?)\b)|(?:(?<![\w,;] )|(?<=\bsay )"
    r"|(?<=\bthink )|(?<=\bthat ))\bit"
    r"|(?:bpm|per minute|throughout)(?:(?:,| \()? ?(?:which|that|and|so)(?: it)?|, it)"
    # "The recording is pop punk, which is fast".
    rf"|(?:{WORK}|music) is [^.;,]{{1,40}}, which)"
    rf"(?:{IS}| moves| as)"
    r"(?: (?:\w+ly|very|still|quite|rather|somewhat|bit|little|so|pretty|too|at|in|of|on|an?"
    r"|the|both"
    r"|set|described"
    r"|considered|characteri[sz]ed|felt|classified|labell?ed|seen|regarded|as|to|be|side|being))*? "
    # "Upbeat and fast", "relaxed, slow".
    r"(?:(?!not\b|too\b)[\w-]+(?: and |, and |, )){0,2}?"
)
_SAID = (
    rf"(?:{_IS}(?:(?P<is_slow>slow(?:er side)?|sluggish|leisurely)"
    r"|(?P<is_fast>fast(?:er side)?|quick|rapid|brisk)"
    r"|(?P<is_moderate>moderate|medium))"
    r"(?! (?:becoming|approaching|thinking|talking|on its|of|as|build|fade|to (?!moderate"
    r"|medium|fast|slow)|volume|level|loud|length|dynamic"
    r"|range)|-)(?!(?:, [\w-]+)? key\b)"
    r"|\b(?:tempo|bpm|pace|speed)(?: of the \w+)? (?:is|feels|sounds)"
    r"(?: (?:\w+ly|very|quite|rather))* (?:(?P<is_fast2>high)|(?P<is_slow2>low))"
    r"(?![- ](?:energy|in|end))"
    # "I would call it moderate", "which makes it fast", "it counts as slow".
    r"|\b(?:(?:call|class|rate|judge|consider|label|describe|find|put)(?:s|ed)?|makes?) (?:it|this"
    r"|the (?:tempo|pace|speed|pulse|beat))(?: down)?(?: as)?(?: an?)?(?: (?:\w+ly|rather"
    r"|quite|very|still))? "
    r"(?:(?P<is_slow7>slow)|(?P<is_fast7>fast|quick|brisk)|(?P<is_moderate7>moderate|medium))"
    r"(?=\s*(?:[.,;:!?)]|$)| (?:rather|and not|for|at|one|by|in|on)\b)"
    r"|\b(?:counts|qualifies|passes|rates|ranks|registers) as (?:\w+ly )?(?:(?P<is_slow8>slow)"
    r"|(?P<is_fast8>fast|quick|brisk)|(?P<is_moderate8>moderate|medium))(?=\s*(?:[.,;:!]|$))"
    r"|\bneither slow nor (?:fast|quick|brisk),? but (?P<is_moderate5>moderate|medium)\b"
    # "Hushed for something so quick"; "the beat races".
    r"|\bfor something (?:so|this|that) (?:(?P<is_fast5>quick|fast|brisk)|(?P<is_slow5>slow))"
    rf"|\b(?:{_PACE}|{WORK}|music) (?:(?P<is_fast6>races|hurtles|sprints|gallops)"
    r"|(?P<is_slow6>crawls|plods))"
    r"(?! (?:under|over|in|into|out|from|back|home|to|with|my|your|our|the|her|his)\b)"
    rf"|\b(?:{WORK}|music|it) (?:moves|goes|runs|is (?:played|taken))(?: along)?(?: (?:very|quite"
    r"|rather"
    rf"|so|too))? "
    r"(?:(?P<is_fast3>quickly|fast|rapidly|briskly)|(?P<is_slow3>slowly))\b"
    r"(?! (?:from|to|into|between|through|towards?|up|down|on|out|apart|away|over|off|back"
    r"|past|quiet"
    r"|and loose)\b)"
    rf"|\b(?:tempo|pace|speed|bpm){OF_WORK}{IS} (?:\w+ly )?(?:with)?in (?:the|an?) (?:\w+ly )?"
    r"(?:(?P<is_slow4>slow\w*|low\w*)|(?P<is_fast4>fast\w*|high\w*)"
    r"|(?P<is_moderate4>mid\w*|moderate|medium)) (?:tempo |bpm )?range)"
)
_ITALIAN = (
    r"(?:grave|largo|lento|larghetto|adagio|andante|andantino|moderato|allegretto|allegro"
    r"|vivace|presto|prestissimo)"
)
_WORD = Pattern(
    rf"\b(?:(?P<slow>{_SLOW})|(?P<fast>{_FAST})|(?P<moderate>{_MODERATE})"
    rf"|(?P<italian>{_ITALIAN})|{_SAID})\b",
    re.I,
)
# "Elements of both fast and slow music".
_BOTH = Pattern(
    r"\b(?:fast|slow)\w* (?:and|or|nor) (?:fast|slow)\w* (?:music|songs|elements)\b", re.I
)
# "The Andante in G", but "the tempo is Andante in G".
_PIECE_NAME = Pattern(r"\s+(?:(?P<key>in|of|[A-Z])|for|No\.|from)")
_MARKED = Pattern(
    r"\b(?:tempo|pace|speed|bpm|marking|style|is|in|at|an?|of|to|as|with)\W{1,2}$", re.I
)
_WITHOUT = (
    r"no|without (?:an?|any)|lacks (?:an?|any)|(?:lack|absence) of(?: an?| any)?|free of any"
    r"|(?:does not|doesn't) have (?:an?|any)|(?:is not|isn't) (?:in )?(?:an?|any)"
)
# "No BPM to speak of", "no tempo at all".
_AT_ALL = (
    r"(?:to (?:speak of|name|count|find|follow|tap|hold on to|nod to|set|measure)|at all|as such"
    r"|whatsoever"
    r"|worth (?:the name|naming|counting)|in the (?:usual|ordinary|strict) sense|anywhere"
    r"|you (?:can|could) (?:tap|count|follow|name|nod))"
)
_FIXED = (
    r"(?:(?:fixed|steady|clear|discernible|regular|set|real|strict|perceptible|sense of|defined"
    r"|definite|strong|consistent|standard|specific|particular|apparent"
    r"|audible) ){1,2}(?:\w+ (?:or|and) )?"
)
FREE = Pattern(
    r"\b(?:(?:free|entirely|fully|completely|wholly|pure) rubato|rubato throughout"
    r"|free[- ]time|in free (?:time|tempo|rhythm|metre|meter)|beatless|pulseless|unmetered|ametric"
    rf"|(?:{_WITHOUT}) (?:{_FIXED}(?:tempo|pulse|beat|metre|meter|bpm|rhythm)"
    r"|(?:(?:rhythm|tempo|metre|meter|bpm) (?:or|and) )?(?:beat|pulse)"
    r"(?! (?:drops?|is (?:wasted|out)|until|till|yet|before|behind|under|of (?!any))))"
    rf"|(?:{_WITHOUT}) (?:tempo|bpm|rhythm) {_AT_ALL}(?! (?:can|could|in my)\b)"
    # "It floats, so no tempo", "still no grid", "nothing to tap to".
    r"|(?:^|[,;:] |\bso |\band )no (?:tempo|bpm)(?=[.,;:]|$)"
    rf"|(?:{_WITHOUT}) (?:\w+ )?(?:grid|bar ?lines?)(?! (?:of|view|system|power|connection))"
    r"|(?:can't|cannot|couldn't|could not) (?:(?:tap|count|clap|nod)(?: along)?(?: to)? (?:it"
    r"|this|anything)"
    r"|(?:put|set|hold|use|follow) (?:a|any|your|my) (?:metronome|click|watch))"
    r"|nothing (?:here |for me |for the foot |in it )?(?:to|(?:you|I|we|one) (?:can|could)) "
    r"(?:tap|count|nod|clap|beat time|conduct)"
    r"(?: (?:to|along(?: (?:to|with))?|(?:a|your|my|the) foot to))?(?! (?:(?:to|along) )?(?:on"
    r"|against|for|in)\b)"
    # "Notes fall where they like".
    r"|(?:notes?|chords?|phrases?|lines?|strokes?|bells?|tones?|sounds?|swells?) (?:\w+ )?(?:fall"
    r"|come|arrive|land|drop|enter|ring)s?"
    r" (?:\w+ )?(?:when(?:ever)?|where(?:ver)?|as) (?:they|it) (?:like|please|want|choose|wish"
    r"|will)s?"
    r"|(?:float|drift|hang|hover|suspend)(?:s|ed|ing) (?:\w+ )?out(?:side)? of time"
    r"|free,? (?!the )(?:[\w-]+ )?(?:tempo|pulse)"
    # "It's free, start to finish"; "it hangs free of any count".
    rf"|it(?: is|'s) (?:(?:all|entirely|completely|wholly) )?free,? {ALONG}(?=\s*(?:[.;]|$))"
    # "It drifts free of the beat": there is one.
    r"|(?<!\bbreaks )(?<!\bbreaking )free (?:of|from) (?:any |an? )?(?!the\b)(?:\w+ )?(?:count|beat"
    r"|pulse|met(?:re|er)|tempo|grid|bar ?lines?(?! in\b))(?! of\b)"
    r"|(?<!touch )(?<!bit )(?<!little )out[ -]of[ -]tempo|outside (?:of )?(?:any "
    r"|all )?(?:tempo|met(?:re|er)|pulse)|unpulsed"
    r"|senza misura"
    r"|tempo(?: is|:) free"
    r"|neither (?:an? )?(?:beat|pulse|tempo)(?! nor (?:\w+ ){1,2}?(?:chang|mov|budg|shift|var|drift"
    r"|waver|slow|stray|alter))"
    r"|(?:tempo|beat|pulse|bpm) (?:is|remains) (?:undefined|undetermined|non-?existent|absent)"
    r"|(?:has|is|have|with) no tempo(?! \w))\b",
    re.I,
)
# "The beat feels free and unpredictable": of music without a beat it is neither right nor wrong.
_FEELS_FREE = Pattern(
    rf"\b(?:tempo|beat|pulse|rhythm){OF_WORK}{IS} {ADJECTIVES}(?:free(?! (?:of|from)\b)"
    rf"|free-flowing"
    r"|unpredictable)\b",
    re.I,
)
_TEMPO = Pattern(r"\b(?:tempo|pace|speed|pulse|beat)\b", re.I)
_OF_PLAYING = Pattern(r"\b(?:cadenza|phrasing|first|vocals?|voice|delivery of)\b", re.I)


@dataclass(frozen=True)
class TempoWordClaim(Claim):
    """A word for a tempo, such as ``andante``, ``slow``, ``moderate`` or ``fast``."""

    word: str


@extractor
def tempo_word_claims(passage: Passage) -> Iterator[TempoWordClaim]:
    """Words for the tempo in a text; ``a slow build`` is none."""
    both = [Claim(*match.span()) for match in _BOTH.finditer(passage.text)]
    for claim, match in passage.matches(_WORD):
        if claim.touches(both):
            continue
        word = match[0].lower()
        kind = (match.lastgroup or "").removeprefix("is_").rstrip("2345678")
        if kind != "italian":
            yield TempoWordClaim(claim.start, claim.end, kind)
        elif word != "grave" and not _names_piece(passage, claim):
            yield TempoWordClaim(claim.start, claim.end, word)


def check_tempo_words(passage: Passage, evidence: Evidence) -> Iterator[Finding]:
    """Words for the tempo against the measured one; wrong only where they clearly are."""
    seen: set[str] = set()
    for claim in tempo_word_claims(passage):
        is_feel = FEEL.search(passage.text, *passage.sentence(claim.start))
        around = passage.clause_before(claim.start)
        is_local = moment_of(passage, claim) is not None and not _is_then(passage, claim, evidence)
        if is_feel or is_local or _is_of_part(around):
            continue
        judged = _judge_word(claim.word, evidence)
        if judged[1] not in seen:
            seen.add(judged[1])
            yield passage.finding(claim, "tempo", judged)


def check_free_time(passage: Passage, evidence: Evidence) -> Iterator[Finding]:
    """Free time, rubato and beatless music against a measured steady tempo."""
    patterns = (FREE,) if is_beatless(evidence.facts) else (FREE, _FEELS_FREE)
    for claim, match in chain.from_iterable(map(passage.matches, patterns)):
        around = passage.clause_before(claim.start) + match[0] + passage.after(claim.end, 25)
        # Where the beat is steady, or there is none, it is so at any moment.
        is_told = (
            moment_of(passage, claim) is None or _is_steady(evidence) or is_beatless(evidence.facts)
        )
        if is_told and not _is_of_part(around):
            yield passage.finding(claim, "tempo", _judge_free(evidence))
            return


def _names_piece(passage: Passage, claim: Claim) -> bool:
    """Whether an Italian word begins the title of a piece: ``Adagio for Strings``."""
    title = _PIECE_NAME.match(passage.text, claim.end)
    is_marked = title and title["key"] and _MARKED.search(passage.before(claim.start, 12))
    return bool(title and not is_marked)


def _is_of_part(around: str) -> bool:
    """Whether a word is said of a part or a voice alone."""
    return is_of_part(around) or bool(_OF_PLAYING.search(around))


def _is_then(passage: Passage, claim: Claim, evidence: Evidence) -> bool:
    """Whether the tempo of a moment is named as such, and is that of the whole."""
    tempo = evidence.facts.tempo
    words = passage.text[claim.start : claim.end] + passage.after(claim.end, 12)
    return bool(tempo and len(long_sections(tempo)) == 1 and _TEMPO.search(words))


def _is_steady(evidence: Evidence) -> bool:
    """Whether its tempo, or each of its tempi, hardly drifts."""
    tempo, limits = evidence.facts.tempo, evidence.limits
    is_sure = tempo and tempo.q_value <= limits.sure.max_wrong.tempo
    return bool(tempo and is_sure and tempo.stability >= limits.min_steady_stability)


def _judge_word(word: str, evidence: Evidence) -> Judged:
    tempo = evidence.facts.tempo
    if tempo is None or tempo.q_value > evidence.limits.sure.max_wrong.tempo:
        return "uncheckable", "unsure", "No tempo was measured with enough confidence."
    low, high = _RANGES[word]
    tempi = [each.bpm for each in long_sections(tempo)] or [tempo.bpm]
    told = " and ".join(dict.fromkeys(f"{bpm:.1f}" for bpm in tempi))
    fact = f"The measured tempo is {told} BPM; {word} is about {low} to {high}."
    if all(low <= bpm <= high for bpm in tempi):
        return "right", "right", fact
    if any(low / _CLEARLY <= bpm <= high * _CLEARLY for bpm in tempi):
        return "uncheckable", "borderline", fact
    return "wrong", "wrong_tempo_word", fact


def _judge_free(evidence: Evidence) -> Judged:
    tempo = evidence.facts.tempo
    if is_beatless(evidence.facts):
        return "right", "right", "No regular beat was found in the music."
    if tempo is None:
        return "uncheckable", "not_measured", "The tempo was not measured."
    fact = f"A tempo of {tempo.bpm:.1f} BPM was measured, with stability {tempo.stability:.2f}."
    if tempo.stability >= evidence.limits.min_steady_stability:
        return "wrong", "steady_tempo", fact
    return "uncheckable", "unsure", fact
