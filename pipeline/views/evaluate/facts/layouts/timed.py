"""Annotations of stretches and moments: Isophonics' and MIREX's `.lab`, SALAMI, `.beats`, CSV."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from pipeline.views.evaluate.facts.layouts.lines import number, read_rows, read_text, require_number
from pipeline.views.evaluate.facts.layouts.words import read_chord, read_key, read_key_file
from pipeline.views.evaluate.facts.reference import KeySpan, ReferenceFacts, Span
from schemas.config import ConfigError

# Ours: music in which one bar in ten differs has changes of metre, and no metre of its own.
_MOST_BARS = 0.9


def read_beats(path: Path) -> ReferenceFacts:
    """A time a line, and in the second column its place in the bar where that is known."""
    rows = read_rows(path, 3)
    times_s = [require_number(path, row, 0) for row in rows]
    if any(len(row) < 2 or number(row[1]) is None for row in rows):
        return beats_and_bars(path, times_s, None)
    return beats_and_bars(path, times_s, [round(require_number(path, row, 1)) for row in rows])


def beats_and_bars(
    source: object, times_s: Sequence[float], positions: Sequence[int] | None
) -> ReferenceFacts:
    """Beats, downbeats, tempo and beats in a bar of beats, and of their places in bars.

    Raises
    ------
    ConfigError
        If the times do not rise.
    """
    if any(later <= earlier for earlier, later in pairwise(times_s)):
        raise ConfigError(f"{source}: times of beats must rise")
    tempi_bpm = (60.0 / float(np.median(np.diff(times_s))),) if len(times_s) > 2 else None
    if positions is None or 1 not in positions:
        return ReferenceFacts(beats_s=times_s, tempi_bpm=tempi_bpm)
    first = [i for i, position in enumerate(positions) if position == 1]
    lengths = Counter(later - earlier for earlier, later in pairwise(first))
    usual = [n for n, count in lengths.most_common(1) if count >= _MOST_BARS * lengths.total()]
    return ReferenceFacts(
        beats_s=times_s,
        downbeats_s=[times_s[i] for i in first],
        tempi_bpm=tempi_bpm,
        beats_per_bar=usual or None,
    )


def read_chords(path: Path) -> ReferenceFacts:
    """Start, end and Harte label; or start and label."""
    return ReferenceFacts(chords=_spans(path, lambda label: read_chord(path, label)))


def read_sections(path: Path) -> ReferenceFacts:
    """Start, end and label; or start and label."""
    return ReferenceFacts(sections=_spans(path, str))


def read_keys(path: Path) -> ReferenceFacts:
    """Start, end and ``Key``, tab, ``A:minor``, or any key's name; or one name without times."""
    if number(re.split(r"[\s,]", read_text(path).strip())[0]) is None:
        return read_key_file(path)
    spans = _spans(path, str)
    keys = []
    for span in spans:
        name = span.label.removeprefix("Key").strip()
        if span.label in ("Silence", "N", "") or not name:
            continue
        tonic, mode = read_key(path, name)
        keys.append(KeySpan(tonic, mode, span.start_s, span.end_s))
    return ReferenceFacts(keys=keys)


def _spans(path: Path, read: Callable[[str], str]) -> list[Span]:
    """Spans of three columns, or of two, each until the next; the last of those ends it."""
    rows = read_rows(path, 3)
    if all(len(row) == 3 and number(row[1]) is not None for row in rows):
        found = [
            Span(require_number(path, row, 0), require_number(path, row, 1), read(row[2]))
            for row in rows
        ]
    else:
        starts_s = [require_number(path, row, 0) for row in rows]
        labels = [" ".join(row[1:]) for row in rows]
        found = [
            Span(start_s, end_s, read(label))
            for (start_s, end_s), label in zip(pairwise(starts_s), labels, strict=False)
        ]
    backwards = [each for each in found if each.end_s < each.start_s]
    if backwards:
        raise ConfigError(f"{path}: {backwards[0]} ends before it begins")
    return [each for each in found if each.end_s > each.start_s]
