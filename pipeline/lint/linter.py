"""Every checkable claim of a text, held against what is known of the track."""

from collections.abc import Callable, Iterator

from pipeline.lint.chord_check import check_chords, check_kinds, check_spelling
from pipeline.lint.chord_words import (
    check_chord_counts,
    check_chord_kinds,
    check_odd_chords,
    check_one_chord,
)
from pipeline.lint.counts import check_counts, check_key_changes
from pipeline.lint.durations import check_durations
from pipeline.lint.evidence import Evidence
from pipeline.lint.form import check_form, check_returns, check_section_starts
from pipeline.lint.instruments import check_drums
from pipeline.lint.key_check import check_keys, check_modes, check_relations, check_unclear_key
from pipeline.lint.loudness import check_loudness, check_range_words
from pipeline.lint.lyrics import check_lyrics
from pipeline.lint.metre import check_metre
from pipeline.lint.names import check_names
from pipeline.lint.passage import Claim, Passage, read
from pipeline.lint.phrases import check_leaks
from pipeline.lint.plain import PlainText, in_plain_form
from pipeline.lint.progression_check import check_degrees, check_numerals, check_progressions
from pipeline.lint.silence import check_silence
from pipeline.lint.tempo import check_tempo
from pipeline.lint.tempo_change import check_tempo_change
from pipeline.lint.tempo_words import check_free_time, check_tempo_words
from pipeline.lint.times import check_ends, check_times
from pipeline.lint.titles import titles
from pipeline.lint.tuning import check_tuning
from pipeline.lint.vocals import check_vocals
from schemas.lint import Finding

Check = Callable[[Passage, Evidence], Iterator[Finding]]
CHECKS: tuple[Check, ...] = (
    check_tempo,
    check_tempo_words,
    check_free_time,
    check_tempo_change,
    check_metre,
    check_keys,
    check_modes,
    check_unclear_key,
    check_relations,
    check_chords,
    check_kinds,
    check_spelling,
    check_numerals,
    check_degrees,
    check_progressions,
    check_times,
    check_ends,
    check_durations,
    check_form,
    check_section_starts,
    check_returns,
    check_key_changes,
    check_counts,
    check_chord_counts,
    check_one_chord,
    check_chord_kinds,
    check_odd_chords,
    check_lyrics,
    check_vocals,
    check_silence,
    check_drums,
    check_loudness,
    check_range_words,
    check_tuning,
    check_leaks,
    check_names,
)


def lint_text(text: str, evidence: Evidence) -> list[Finding]:
    """Checkable claims of a text about a track, each right, wrong or uncheckable.

    Parameters
    ----------
    text : str
        English: a caption, an answer, a step of reasoning.
    evidence : Evidence

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
    plain = in_plain_form(read(text).text)
    passage = read(plain.text)
    inside = titles(passage)
    findings = [
        found
        for check in CHECKS
        for found in check(passage, evidence)
        if found.kind == "name" or not any(_is_within(found, each) for each in inside)
    ]
    told = [_as_written(each, plain, text) for each in findings]
    return sorted(told, key=lambda each: (each.start, each.kind, each.code))


def _as_written(found: Finding, plain: PlainText, text: str) -> Finding:
    """A finding with its place and its words in the text."""
    start, end = plain.original(found.start, found.start + len(found.quote))
    return found.model_copy(update={"start": start, "quote": text[start:end]})


def _is_within(found: Finding, title: Claim) -> bool:
    """Whether something is only said in a title, or is the title itself in quotation marks."""
    end = found.start + len(found.quote)
    return title.start - 1 <= found.start and end <= title.end + 1
