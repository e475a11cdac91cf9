"""Every checkable claim of a text, held against what is known of the track."""

from typing import Protocol

from pipeline.lint.chord_check import judge_chords, judge_numerals, judge_spelling
from pipeline.lint.chords import chord_mentions, symbols_in
from pipeline.lint.counts import judge_counts
from pipeline.lint.durations import duration_claims_in, judge_durations
from pipeline.lint.evidence import Evidence, Limits
from pipeline.lint.key import key_mentions
from pipeline.lint.key_check import judge_keys, judge_modes, settled
from pipeline.lint.loudness import judge_loudness
from pipeline.lint.lyrics import judge_lyrics, quotes_in
from pipeline.lint.metre import judge_metre
from pipeline.lint.names import judge_names
from pipeline.lint.numerals import numerals_in
from pipeline.lint.passage import Passage, read
from pipeline.lint.phrases import judge_leaks
from pipeline.lint.progressions import judge_progressions, progression_claims
from pipeline.lint.relations import judge_relations, relation_claims
from pipeline.lint.sections import judge_sections
from pipeline.lint.tempo import judge_tempo
from pipeline.lint.tempo_words import judge_free_time, judge_tempo_words
from pipeline.lint.times import TimeMention, judge_times, mentions_in
from pipeline.lint.vocals import judge_silence, judge_vocals
from schemas.lint import Finding

_DEFAULT = Limits()


def lint_text(text: str, evidence: Evidence, limits: Limits = _DEFAULT) -> list[Finding]:
    """Checkable claims of a text about a track, each right, wrong or uncheckable.

    Parameters
    ----------
    text : str
        English: a caption, an answer, a step of reasoning.
    evidence : Evidence
    limits : Limits, optional
        Which facts count as sure, and how far a claim may be off.

    Returns
    -------
    list of Finding
        In the order of the text. A claim about what is null, or measured with too little
        confidence, is uncheckable. What is denied, asked or compared with is no claim.

    Examples
    --------
    >>> [each.code for each in lint_text("It races at 240 BPM.", evidence)]  # doctest: +SKIP
    ['double_tempo']
    """
    passage = read(text)
    durations = duration_claims_in(passage)
    mentions = mentions_in(passage, durations)
    findings = [
        *judge_tempo(passage, mentions, evidence, limits),
        *judge_tempo_words(passage, mentions, evidence, limits),
        *judge_free_time(passage, mentions, evidence, limits),
        *judge_metre(passage, mentions, evidence, limits),
        *_judge_harmony(passage, mentions, evidence, limits),
        *judge_times(passage, mentions, evidence, limits),
        *judge_durations(passage, durations, evidence, limits),
        *judge_sections(passage, mentions, evidence, limits),
        *judge_counts(passage, evidence, limits),
        *judge_lyrics(passage, evidence, limits),
        *judge_vocals(passage, mentions, evidence),
        *judge_silence(passage, mentions, evidence, limits),
        *judge_loudness(passage, evidence, limits),
        *judge_leaks(passage, [(each.start, each.end) for each in quotes_in(passage)]),
        *judge_names(passage, evidence),
    ]
    return sorted(findings, key=lambda each: (each.start, each.kind, each.code))


def _judge_harmony(
    passage: Passage, mentions: list[TimeMention], evidence: Evidence, limits: Limits
) -> list[Finding]:
    """Keys, relations, chords, numerals and progressions: each word counts for one of them."""
    relations = relation_claims(passage)
    related = [_span(each) for each in relations]
    named = key_mentions(passage)
    keys = [
        settled(each, evidence.facts, limits) for each in named if not _is_in(_span(each), related)
    ]
    asserted = [each for each in keys if not passage.is_set_aside(*_span(each))]
    symbols = [
        each for each in symbols_in(passage) if not _is_in(_span(each), [_span(k) for k in named])
    ]
    progressions = progression_claims(passage, symbols)
    sequences = [_span(each) for each in progressions]
    numerals = [
        each for each in numerals_in(passage) if not _is_in(_span(each), [*related, *sequences])
    ]
    joined = [each.chord for each in numerals if each.chord]
    found = [*joined, *chord_mentions(passage, [*keys, *(k for k in named if k.role != "chord")])]
    chords = sorted({each.start: each for each in found}.values(), key=lambda each: each.start)
    loose = [each for each in chords if not _is_in(_span(each), [*related, *sequences])]
    in_sequences = [each for each in symbols if _is_in(_span(each), sequences)]
    return [
        *judge_keys(passage, asserted, chords, mentions, evidence, limits),
        *judge_modes(passage, mentions, evidence, limits),
        *judge_relations(passage, relations, asserted, evidence, limits),
        *judge_chords(passage, loose, asserted, mentions, evidence, limits),
        *judge_spelling(passage, in_sequences, asserted, evidence, limits),
        *judge_numerals(passage, numerals, asserted, evidence, limits),
        *judge_progressions(passage, progressions, asserted, evidence, limits),
    ]


class _Placed(Protocol):
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


def _span(claim: _Placed) -> tuple[int, int]:
    return claim.start, claim.end


def _is_in(span: tuple[int, int], spans: list[tuple[int, int]]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in spans)
