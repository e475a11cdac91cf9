"""Polyphonic scores of music21's corpus: notes, bars, and keys where an edition gives them."""

import functools
import re
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.facts.score import Note, Part, Score, SkipError, Span
from benchmarks.facts.theory import SCALES, TONICS, clean_label
from benchmarks.facts.tunes import read_bars

CORPORA = {
    "bach": "bach/bwv*.mxl",
    "palestrina": "palestrina/*.krn",
    "trecento": "trecento/*.xml",
    "monteverdi": "monteverdi/*.mxl",
    "quartets": "[hmb][aoe][yzet]*/*/*.mxl",
}
"""The last: haydn, mozart, beethoven, movement by movement."""

SLOWER = {"bach": 0.8, "palestrina": 0.8, "trecento": 0.85, "monteverdi": 0.9, "quartets": 1.0}
"""Their felt tempi, as shares of those of tunes (ours)."""

_CHURCH = {"aeo": "minor", "ion": "major", "dor": "dorian", "phr": "phrygian", "mix": "mixolydian"}


@functools.cache
def scores(corpus: str) -> dict[str, Path]:
    """The files of a corpus, by name."""
    import music21

    folder = Path(music21.__file__).parent / "corpus"
    return {str(p.relative_to(folder).with_suffix("")): p
            for p in sorted(folder.glob(CORPORA[corpus])) if "_bak" not in p.name}  # fmt: skip


@functools.lru_cache(maxsize=4)
def read_score(corpus: str, piece: str) -> Score:
    """A score, until a bar does not fill its metre.

    Raises
    ------
    SkipError
        Where music21 cannot read it or fewer than 4 of its first bars fill their metre.
    """
    import music21

    path = scores(corpus)[piece]
    try:
        stream: Any = music21.converter.parse(path)
        parts = list(stream.parts)
        bars, is_whole = read_bars(parts[0])
        notes = [note for index, part in enumerate(parts) for note in _notes(index, part)]
    except SkipError:
        raise
    except Exception as error:  # music21 raises its own many kinds
        raise SkipError(f"music21 cannot read it: {type(error).__name__}") from error
    if not notes:
        raise SkipError("no notes")
    end_q = bars[-1].start_q + bars[-1].length_q
    notes = [note for note in notes if note.onset_q < end_q - 1e-6]
    score = Score(corpus, piece, corpus, 0, bars, [Part(0) for _ in parts], notes)
    score.chords = sounding_chords(notes, score.end_q) if corpus != "quartets" else None
    if corpus == "bach" and is_whole:
        _tell_final_key(score, stream)
    elif corpus == "palestrina":
        _tell_mode(score, path.read_text("latin-1"))
    elif corpus == "monteverdi":
        _tell_analysis(score, path.with_suffix(".rntxt"))
    return score


def sounding_chords(notes: Iterable[Note], end_q: float) -> list[Span]:
    """What sounds together, change by change, as `theory.clean_label` names it."""
    notes = sorted(notes, key=lambda note: note.onset_q)
    edges = sorted({0.0, end_q} | {round(e, 4) for n in notes
                                   for e in (n.onset_q, n.onset_q + n.length_q)})  # fmt: skip
    spans: list[Span] = []
    for start_q, end in pairwise(edges):
        pitches = [
            n.pitch
            for n in notes
            if n.onset_q < end - 1e-3 and n.onset_q + n.length_q > start_q + 1e-3
        ]
        label = clean_label(pitches)
        if spans and spans[-1].value == label:
            spans[-1] = Span(spans[-1].start_q, end, label)
        else:
            spans.append(Span(start_q, end, label))
    return spans


def _notes(index: int, part: Any) -> Iterable[Note]:
    for sound in part.flatten().stripTies().notes:
        if sound.quarterLength > 0:
            for pitch in sound.pitches:
                yield Note(index, float(sound.offset), float(sound.quarterLength), pitch.midi)


def _tell_final_key(score: Score, stream: Any) -> None:
    """Bach's chorales: the final bass note is the tonic of the one signature, or not told."""
    sharps = {k.sharps for k in stream.parts[0].flatten().getElementsByClass("KeySignature")}
    last = max(score.notes, key=lambda note: (note.onset_q, -note.pitch))
    final = min(n.pitch for n in score.notes if n.onset_q + n.length_q >= last.onset_q + 0.01) % 12
    if len(sharps) != 1:
        return
    tonic = (7 * sharps.pop()) % 12
    mode = {tonic: "major", (tonic + 9) % 12: "minor"}.get(final)
    if mode:
        score.keys = [Span(0, score.end_q, (TONICS[final], mode))]
        score.key_source = "final and signature"
        score.scale = (mode, sorted((final + step) % 12 for step in SCALES[mode]))


def _tell_mode(score: Score, text: str) -> None:
    """Palestrina: the edition's own label of the mode."""
    labels = set(re.findall(r"\*([A-G]):(\w{3})", text))
    if len(labels) == 1:
        letter, name = labels.pop()
        tonic = "C D EF G A B".index(letter)
        score.keys = [Span(0, score.end_q, (letter, _CHURCH[name]))]
        score.key_source = "mode label"
        score.scale = (_CHURCH[name], sorted((tonic + s) % 12 for s in SCALES[_CHURCH[name]]))


def _tell_analysis(score: Score, path: Path) -> None:
    """Monteverdi: the local keys of the published Roman numerals."""
    import music21

    if not path.exists():
        return
    try:
        numerals = music21.converter.parse(path).flatten().getElementsByClass("RomanNumeral")
        found = [(float(n.offset), n.key.tonic.pitchClass, n.key.mode) for n in numerals]
    except Exception as error:  # music21 raises its own many kinds
        raise SkipError(f"analysis: {type(error).__name__}") from error
    changes = [now for before, now in zip([None, *found], found, strict=False)
               if before is None or now[1:] != before[1:]]  # fmt: skip
    ends = [at for at, _, _ in changes[1:]] + [score.end_q]
    score.keys = [Span(at, end, (TONICS[tonic], mode))
                  for (at, tonic, mode), end in zip(changes, ends, strict=True)]  # fmt: skip
    score.key_source = "analysis"
