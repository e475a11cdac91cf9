"""Stretches of a score, whole bars."""

from dataclasses import replace

from benchmarks.facts.score import Score, Span


def cut(score: Score, first: int, last: int) -> Score:
    """Bars first to last, without the last; notes that began before are left out."""
    bars = score.bars[first:last]
    start_q = bars[0].start_q
    end_q = bars[-1].start_q + bars[-1].length_q
    notes = [
        replace(n, onset_q=n.onset_q - start_q, length_q=min(n.length_q, end_q - n.onset_q))
        for n in score.notes
        if start_q - 1e-6 <= n.onset_q < end_q - 1e-6
    ]
    return replace(
        score,
        bars=[replace(bar, start_q=bar.start_q - start_q) for bar in bars],
        parts=list(score.parts),
        notes=notes,
        keys=_spans(score.keys, start_q, end_q),
        chords=_spans(score.chords, start_q, end_q),
        sections=_spans(score.sections, start_q, end_q),
        rests=[(max(0.0, a - start_q), b - start_q) for a, b in score.rests
               if b > start_q and a < end_q],
    )  # fmt: skip


def repeated(score: Score, times: int) -> Score:
    """Played several times in a row: each upbeat falls into the bar before it."""
    first = score.bars[0]
    upbeat_q = first.length_q if first.length_q < first.metre.bar_q - 1e-6 else 0.0
    body_q = score.end_q - upbeat_q
    bars, notes, spans = list(score.bars), list(score.notes), list(score.keys or [])
    for time in range(1, times):
        by_q = time * body_q
        bars += [replace(bar, start_q=bar.start_q + by_q)
                 for bar in score.bars[1 if upbeat_q else 0 :]]  # fmt: skip
        first_q = upbeat_q + by_q - upbeat_q
        notes = [n if n.onset_q + n.length_q <= first_q + 1e-6
                 else replace(n, length_q=max(0.1, first_q - n.onset_q))
                 for n in notes if n.onset_q < first_q - 1e-6]  # fmt: skip
        notes += [replace(n, onset_q=n.onset_q + by_q) for n in score.notes]
    whole = replace(score, bars=bars, notes=notes)
    if spans:
        whole.keys = [Span(0, whole.end_q, spans[0].value)]
    return whole


def _spans(spans: list[Span] | None, start_q: float, end_q: float) -> list[Span] | None:
    if spans is None:
        return None
    return [
        Span(max(s.start_q, start_q) - start_q, min(s.end_q, end_q) - start_q, s.value)
        for s in spans
        if s.start_q < end_q - 1e-6 and s.end_q > start_q + 1e-6
    ]
