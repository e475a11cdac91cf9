"""Chords that a text speaks of without naming them: how many, of which kind, that one is held."""

import re
from collections.abc import Iterator, Sequence

from pipeline.lint.chords import chord_symbols, settled_chords
from pipeline.lint.evidence import Evidence
from pipeline.lint.harmony import triad_of
from pipeline.lint.key import key_mentions
from pipeline.lint.numbers import NUMBER, number
from pipeline.lint.passage import Claim, Judged, Passage, right_or
from pipeline.lint.pattern import Pattern
from pipeline.lint.predicates import ALONG
from pipeline.lint.sections import WORK, is_of_part
from schemas.facts import Chord
from schemas.lint import ClaimKind, Finding

_PLAIN = r"(?:different |distinct |basic |simple |main |plain |bare |alternating |same )?"
_SEVERAL = r"(?:two|three|four|five|six|seven|eight|[2-8])"
# What is no whole: "a two-chord tag".
_OF_BIT = (
    r"(?:[\w-]+ )?(?:phrases?|fragments?|figures?|stabs?|stings?|tags?|licks?|fills?|intros?"
    r"|outros?|breaks?|breakdowns?|endings?|codas?|bridges?|verses?|chorus(?:es)?|hooks?|cadences?"
    r"|hits?|interludes?|sections?|passages?|moves?|turnarounds?|punk|songs?(?= are)"
    r"|lifts?|links?|gestures?)\b"
)
_ROUND = (
    r"(?:cycle|loop|round|circle|pattern|vamp|sequence|progression|set|succession|series"
    r"|alternation|chain|rotation|ring|sway|seesaw|shuttle|swing|carousel|wheel|procession"
    r"|pendulum|diet|total|palette|handful|family|pass)"
)
# What all chords of a piece do, rather than a few of them.
_GO_ROUND = (
    r"(?:(?:that |which )?(?:simply |just |merely |only |keep |endlessly |steadily |slowly |gently"
    r" |forever |always )*(?:alternat|rock(?!s? (?:and|song|band))|sway|swing|seesaw|oscillat"
    r"|circl|cycl|rotat|loop|revolv|recur|go(?:ing)? round|com(?:e|ing) round|tak(?:e|ing) turns"
    r"|(?:swap|trad|exchang)(?:e|p?ing)? (?:places|back)|repeat|turn(?:ing)? (?:over|round|about)"
    r"|(?:answer|follow)(?:ing)? (?:one another|each other)"
    r"|(?:shar|divid|split)(?:e|t?ing) (?:out )?(?:the|all|its|this|it|every)"
    r"|com(?:e|ing) by"
    r"|are (?:ever )?(?:heard|used|sounded|played)(?! in (?:the|its|this) )"
    r"|furnish|suppl(?:y|ies) (?:all|the)|account for|suffice|make up (?:all|the)|carry (?:every"
    r"|all|the (?:whole|piece|song|music))|do (?:all )?the (?:work|job|rest)|are in play"
    r"|are all (?:it|there)|are enough|hold (?:all|everything)|fill (?:all|the)|have gone round"
    r"|form (?:the|its) (?:whole|harmony|round|loop))|,? round and round"
    r"|in (?:alternation|turn|rotation)|by turns)"
)
_JUST = r"(?:just |only |simply |entirely |exactly )?"
_COUNTS = Pattern(
    rf"\b(?P<cue>just|only|merely|built (?:entirely )?(?:on|from)|exactly|a mere|nothing but"
    rf"|no more than)"
    rf"\s+(?:just |only )?(?P<n>{NUMBER}) {_PLAIN}chords\b"
    rf"|\b(?P<n2>{NUMBER})(?: chords (?:are|is) all|-chord (?!{_OF_BIT})(?=[a-z]))"
    rf"|\b(?:{WORK}|music|recording|it|progression|harmony) (?:uses|has|contains|features|employs"
    rf"|consists of|is built on|is made up of|is based on|rests on|turns on|needs|knows|gets by"
    rf" (?:on|with)|moves between|alternates between|rocks between|goes round) (?:a total of |the"
    rf" |its )?(?P<n3>{NUMBER}) {_PLAIN}chords\b"
    rf"|\bthere are (?:really )?(?P<n4>{NUMBER}) {_PLAIN}chords\b"
    rf"|(?:^|[.;] )(?P<n5>{NUMBER}) {_PLAIN}chords are (?:heard|used|played)\b"
    # "Four guys, one chord, seven minutes."
    rf"|(?:^|(?<=[,;:.] ))(?P<n6>{NUMBER}) chords?(?=[,.:;!](?! (?:and|then) )"
    r"|$| (?:and the|all (?:night|the way|song)|round|for the (?:whole|entire)|back and)\b)"
    rf"|\b{_ROUND} of (?:just |only |the (?:same )?|its )?(?P<n8>{_SEVERAL}) "
    r"(?:\w+(?:ing|ed|m|or|er|t|e|le) )?chords\b"
    rf"|\b(?:among|between|around|round|through|of) (?:the|its|these) (?:same |whole )?"
    rf"(?P<n9>{_SEVERAL}) chords\b(?! (?:of|in|on|at|that (?:open|close|end|lead)))"
    rf"|(?<!last )(?<!first )(?<!other )(?<!these )\b(?P<n10>{_SEVERAL}) "
    rf"(?:\w+ing |\w+ )?(?:chords|harmonies|sonorities),?"
    rf"(?: [^.;:]{{2,40}},)? {_GO_ROUND}"
    # "Each turn of the loop takes in four chords", "and rests on four chords".
    rf"|\b(?:{_ROUND}|harmony)(?: of (?:the|its) \w+)? (?:has|holds|takes in|contains|consists of"
    r"|comprises|uses|is made (?:up )?of|(?:pass|run|go|move|turn|step)(?:e?s) through|visits)"
    rf" {_JUST}(?P<n11>{_SEVERAL}) {_PLAIN}chords\b"
    rf"|\band (?:rest|turn|lean|revolve|live|rel(?:y|ie)|circle|move|is built|is based)s?"
    rf" {_JUST}(?:on|around|round|between|among|with) (?:the |its )?{_JUST}(?P<n12>{_SEVERAL})"
    rf" {_PLAIN}chords\b(?! (?:in|of|at|that) )"
    rf"|\bthe (?P<n13>{_SEVERAL}) chords (?:(?:over|under|beneath|above|behind|around|against)"
    r" (?:it|them|this|that|her|him)|of (?:the|its|this) (?:loop|cycle|round|progression"
    r"|harmony|piece|song|track))\b"
    rf"|\bits (?P<n14>{_SEVERAL}) {_PLAIN}chords\b"
    rf"|\b(?:the|its) other (?P<others>{_SEVERAL}|one) {_PLAIN}chords?\b"
    r"(?! (?:of|in|on|at) (?!(?:the|its|this) (?:loop|cycle|round|progression|harmony)))"
    r"|\b(?:(?:the|its|this|that|same|single|simple|plain|fixed|(?:un)?\w+ing) |(?:^|[,;:] )a )"
    r"(?P<group>pair|trio|quartet) of chords\b(?! (?:at|in|that (?:open|close|end)|of|before"
    r"|opens|closes|ends|leads))",
    re.I,
)
_GROUPS = {"pair": 2, "trio": 3, "quartet": 4}
_ONLY = r"(?:one|a single|a lone|the one|a sole|its (?:one|single|only|lone))"
_KIND = r"(?:(?!power)(?:[\w-]+,? ){0,2}?)"
# Not of "one chord for a bar, then the other".
_FOR_GOOD = (
    r"(?!s\b)(?! (?:before|until|till|then|at a time|at the time|per|to|after|for (?:an?|two|three"
    r"|four|half|about|\w+ (?:bars?|seconds?|beats?))|in (?:bar|the (?:last|final))|each|every|as"
    r" (?:it|she|he)|at (?:the|\d)|and then|from (?:the other|which)"
    r"|,? then)\b)(?!,? (?:and )?then\b)"
)
_RESTS = (
    r"(?:rest|stay|wait|dwell|sit|live|remain|linger|hover|stand|hang|turn|revolve|circle|hold"
    r"|ride|drone|float|keep|cling|stick|root|found|bas|built|move|brood|play)(?:s|ed|ing|e?s)?"
)
_ONE = Pattern(
    rf"\b(?:just|only|nothing but|never more than|on|all on) one chord\b"
    r"(?=[.:;!]|,(?! (?:and|then|but)\b)|$| (?:throughout|all"
    r"|for the (?:whole|entire)|from|the (?:whole|entire)))"
    rf"|\b(?P<rests>(?:music|harmony|{WORK}|it|everything|all) (?:\w+ly )?(?:is )?{_RESTS}"
    rf"(?: \w+ly)? (?:on|to|with|in|over|around|upon|within|inside|by)) (?:just |only )?"
    rf"{_ONLY} {_KIND}(?:chord|harmony|triad)\b{_FOR_GOOD}"
    rf"|\b(?:its|the) (?:one|single|only|sole|lone) {_KIND}(?:chord|harmony)\b(?= (?:lasts?"
    rf"|holds?|fills?|carries|is (?:held|sustained|all)|never|{ALONG})|(?<=its one harmony)[.,;]"
    r"|(?<=its one chord)[.,;])"
    rf"|\b(?:one|a single|the same) {_KIND}(?:chord|harmony|triad),? (?:that |which )?(?:is )?"
    r"(?:(?:held|kept|sustained|lasts?|holds?|stays?|going|drawn out|stretched|fills?|sounds?"
    rf"|carries) )?(?:\w+ly )?(?:{ALONG}|the whole|everything|without (?:change|moving|end|cease)"
    r"|unchang\w+|all along)"
    # "The harmony does something rare: it never moves."
    r"|\b(?:harmony|harmonies|chords?)(?: (?:never|does not|doesn't|do not|don't) (?:once |really "
    r"|ever )?(?:moves?|changes?|shifts?|budges?|stirs?|leaves?|goes? anywhere)\b"
    r"(?! (?:far|much|quickly|fast|often|on the|in step|with|to|into|until|too|direction|under|at"
    r"|its|their|order|pace|speed))(?<!chords never change)"
    r"|[^.;:]{0,40}: it never (?:moves|changes|shifts|budges|stirs)"
    r"(?! (?:far|much|quickly|fast|often|on|to|into|until|too|from))"
    r"|(?: \w+)? (?:stands|stays|holds|remains|keeps) (?:quite |perfectly |wholly |utterly "
    r"|entirely "
    r"|completely )?(?:still|put|static|motionless|unmoved)(?! (?:for|until|at|while|in|on)\b))"
    r"|\bno (?:second|other|further) chord\b(?! (?:is|has|gets|lasts|comes (?:as|so)|so|as"
    r"|that|than"
    r"|but|sounds (?:as|so|longer)|takes|holds|stays))"
    r"|\bno chord to (?:leave|go|move|change|return|come|travel)\b"
    r"|\b(?:no|without (?:an?|any|a single)) (?:change of (?:chord|harmony)|chord changes?"
    r"|harmonic (?:change|movement|motion))\b(?! (?:on|in|at|until|before|here|there"
    r"|between|for)\b)",
    re.I,
)
# "Em (i) is held from first to last", "Em, the tonic chord, i, fills the whole piece".
_HELD_AFTER = Pattern(
    r"(?: minor| major)?(?:,? \(?(?:the (?:tonic|home)(?: chord)?|[ivIV]+|minor|major)[,)]?){0,3}"
    r" (?:chord |harmony )?(?:(?:alone|only|simply|just) )*(?:"
    rf"(?:is (?:held|sustained|kept|heard|played|there)|holds|lasts|stays|sounds|drones|rings|hums)"
    rf"(?: alone| on| out|, unchanging,|,? unchanged)? (?:{ALONG})"
    r"|(?:fills|spans|occupies|takes up|makes up|covers|has) (?:all (?:of )?the"
    r"|the (?:whole|entire))"
    r" (?!of its|last|first|second|bar|phrase)\w+|is the (?:only|sole|one) (?:chord|harmony)"
    r"|alone (?:from|for the|through))",
    re.I,
)
_ALONE = Pattern(
    r"\b(?:harmony|music|piece|song|track|it|everything)(?:'s harmony)? (?:\w+ly )?(?:rests|sits"
    r"|stays|dwells|stands|lives|is (?:built|based|held|founded))(?: (?:up)?on| with| in| over) $",
    re.I,
)
_ALONE_AFTER = Pattern(r" alone\b", re.I)
_KINDS = Pattern(
    r"(?<!\bno )(?<!\bor )(?<!\band )(?<!\bly )"
    r"(?:\b(?P<kind>major|minor) chords\b(?! (?:are|can|sound|and major|in (?:general|music))\b)"
    r"|\b(?:the|that|one|(?:a|its) (?:single|lone|sole)) (?P<one>major|minor) chord\b"
    r"(?! (?:of|on|\w*[A-G]\b)))(?! ?\()"
    # "That chord has a bright major third", "the chord heard there is a bright major one".
    r"|\b(?:the|its|that|whose|home|tonic|every|each) chord(?: (?:heard|on|at|above|over|there|that"
    r"|which|where)\b[^.;:]{0,40}?)? (?:is|has|sounds|contains|carries) (?:an? |the |its )?"
    r"(?:(?!no |not |neither )(?-i:[a-z]+),? ){0,2}?(?P<third>major|minor"
    r"|(?:lowered|flat|flattened)"
    r"(?= third))(?: (?:one|third|triad|chord)\b|(?=[.,;]|$))",
    re.I,
)
# Kinds that a piece either has or has not: "it turns into a tense diminished triad".
_ODD = Pattern(
    r"(?<!\bno )\b(?P<odd>diminished|augmented|suspended) (?:(?:seventh|fourth|second) )?"
    r"(?:chords?|triads?)\b"
    r"(?! (?:are|is|has|have|can|sounds?|consists?|contains?) )",
    re.I,
)
_NAME_BEFORE = Pattern(
    r"(?:\b[A-G](?:[#b]|[ -](?:sharp|flat))?|\bthird|\bmajor or|ly|\b(?:focus|emphasis) on"
    r"|\b(?:use|mix|blend|mixture|number|touch|hint|dash) of|\b(?:only|all"
    r"|occasional))[ -]$|\bneither "
)
_NOTE_BEFORE = Pattern(r"[A-G](?:[#b]|[ -](?:sharp|flat))?[ -]$")
# Share of the time; ours: chords heard less are passing ones.
_LEAST_SHARE = 0.02
_UNMEASURED: Judged = ("uncheckable", "not_measured", "No chords were measured.")


def check_chord_counts(passage: Passage, evidence: Evidence) -> Iterator[Finding]:
    """How many different chords there are said to be."""
    for claim, match in passage.matches(_COUNTS):
        told = next(each for name, each in match.groupdict().items() if name != "cue" and each)
        n = _GROUPS.get(told.lower()) or int(number(told)) + bool(match["others"])
        judged = _judge_count(n, evidence)
        # A `count` is of keys, bars or chords by its words; "two sonorities" has none of them.
        kind: ClaimKind = "count" if "chord" in match[0].lower() else "chord"
        yield passage.finding(claim, kind, judged)


def check_one_chord(passage: Passage, evidence: Evidence) -> Iterator[Finding]:
    """That one chord holds from the first bar to the last, or that the harmony never moves."""
    claims = [
        Claim(*each.span())
        for each in passage.every(_ONE)
        if not is_of_part(_sentence_before(passage, each.end()) + passage.after(each.end(), 25))
    ]
    named = [*chord_symbols(passage), *key_mentions(passage)]
    for chord in named:
        after = _HELD_AFTER.match(passage.text, chord.end)
        if after is None and _ALONE.search(passage.before(chord.start, 60)):
            after = _ALONE_AFTER.match(passage.text, chord.end)
        if after and not after[0].startswith(" is the only chord of"):
            claims.append(Claim(chord.start, after.end()))
    for claim in [*passage.stated(claims)][:1]:
        heard = _lasting(evidence.facts.chords or [])
        fact = f"{len(heard)} different chords are heard."
        judged = right_or("wrong_count", fact, len(heard) == 1) if heard else _UNMEASURED
        yield passage.finding(claim, "chord", judged)


def _sentence_before(passage: Passage, end: int) -> str:
    return passage.text[passage.sentence(end - 1)[0] : end]


def check_chord_kinds(passage: Passage, evidence: Evidence) -> Iterator[Finding]:
    """That major or minor chords are heard, where none is named."""
    for claim, match in _nameless(passage, evidence, _KINDS, _NAME_BEFORE):
        judged = _UNMEASURED
        if evidence.sounds:
            kind = (match["kind"] or match["one"] or match["third"]).lower()
            kind = kind if kind in ("major", "minor") else "minor"
            fact = "Both kinds are heard." if len(set(evidence.sounds)) > 1 else "One is heard."
            is_heard = any(family == kind[:3] for _, family in evidence.sounds)
            judged = right_or("wrong_quality", fact, is_heard)
        yield passage.finding(claim, "chord", judged)


def check_odd_chords(passage: Passage, evidence: Evidence) -> Iterator[Finding]:
    """That a diminished, an augmented or a suspended chord is heard."""
    for claim, match in _nameless(passage, evidence, _ODD, _NOTE_BEFORE):
        judged = _UNMEASURED
        if evidence.sounds:
            wanted = match["odd"].lower()[:3]
            labels = {chord.label for chord in evidence.facts.chords or []}
            if any(wanted in label for label in labels):
                judged = "right", "right", "One is heard."
            elif wanted in ("dim", "aug"):
                judged = "wrong", "wrong_quality", "None is heard."
            else:
                judged = "uncheckable", "ambiguous", "Which chord is meant is not said."
        yield passage.finding(claim, "chord", judged)


def _nameless(
    passage: Passage, evidence: Evidence, pattern: Pattern, name_before: Pattern
) -> Iterator[tuple[Claim, re.Match[str]]]:
    """Matches that are no part of a chord that is named."""
    taken = settled_chords(passage, evidence)
    for claim, match in passage.matches(pattern):
        if not claim.touches(taken) and not name_before.search(passage.before(claim.start, 20)):
            yield claim, match


def _lasting(chords: Sequence[Chord]) -> set[object]:
    """Different chords but those that only pass."""
    seconds: dict[object, float] = {}
    for chord in chords:
        if sound := triad_of(chord.label):
            seconds[sound] = seconds.get(sound, 0.0) + chord.end_s - chord.start_s
    total = sum(seconds.values())
    return {sound for sound, each in seconds.items() if each / total >= _LEAST_SHARE}


def _judge_count(claimed: int, evidence: Evidence) -> Judged:
    """Of a piece in two keys the chords of either are a round of their own."""
    chords = evidence.facts.chords or []
    counts = [len(_lasting(chords))]
    for section in evidence.facts.key_sections or []:
        inside = [each for each in chords if section.start_s <= each.start_s < section.end_s]
        counts.append(len(_lasting(inside)))
    if not counts[0]:
        return _UNMEASURED
    fact = f"{counts[0]} different chords are heard, apart from passing ones."
    if claimed not in counts and any(abs(claimed - each) == 1 for each in counts if each):
        return "uncheckable", "borderline", fact
    return right_or("wrong_count", fact, claimed in counts)
