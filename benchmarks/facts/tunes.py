"""Tunes of music21's ABC collections: their notes, bars and, where it is sure, their mode."""

import functools
import re
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.facts.metre import Metre
from benchmarks.facts.score import Bar, Note, Part, Score, SkipError, Span
from benchmarks.facts.theory import SCALES, TONICS, sure_mode

COLLECTIONS = {
    "oneill": "oneills1850/*.abc",
    "ryan": "ryansMammoth/*.abc",
    "aird": "airdsAirs/*.abc",
    "essen_europe": "essenFolksong/[!ht]*.abc",
    "essen_china": "essenFolksong/han[12].abc",
}

_FELT_BPM = {(2, 4): (70, 125), (4, 4): (75, 140), (2, 2): (75, 118), (3, 4): (80, 165),
             (6, 8): (75, 130), (9, 8): (90, 125), (12, 8): (75, 125), (3, 8): (120, 200),
             (4, 2): (70, 110), (3, 2): (70, 120), (6, 4): (50, 80)}  # fmt: skip
"""Usual tempi of dances and songs in these metres (ours, after the collections' own Q fields)."""

_MODES = {"": "major", "maj": "major", "ion": "major", "m": "minor", "min": "minor",
          "aeo": "minor", "dor": "dorian", "mix": "mixolydian", "phr": "phrygian",
          "lyd": "lydian"}  # fmt: skip


@functools.cache
def tunes(collection: str) -> dict[str, str]:
    """The ABC texts of a collection, by file and number."""
    import music21

    folder = Path(music21.__file__).parent / "corpus"
    found = {}
    for path in sorted(folder.glob(COLLECTIONS[collection])):
        text = path.read_bytes().decode("utf-8", "replace").replace("\r\n", "\n")
        for tune in re.split(r"(?m)^(?=X: *\d+)", text)[1:]:
            number = re.match(r"X: *(\d+)", tune)
            if number:
                found[f"{path.stem}/{number[1]}"] = tune
    return found


def read_tune(collection: str, piece: str) -> Score:
    """One tune, repeats played.

    Raises
    ------
    SkipError
        Where music21 cannot read it, its bars do not fill its metre, or it has more than one.
    """
    text = tunes(collection)[piece]
    stream = _parse(text)
    part = stream.parts[0] if getattr(stream, "parts", None) else stream
    try:
        part = part.expandRepeats()
    except Exception:  # music21 raises its own many kinds; endings are then played in a row
        part = part.stripTies() if part.flatten().notes else part
    notes = [
        Note(0, float(note.offset), float(note.quarterLength), note.pitch.midi)
        for note in part.flatten().stripTies().notes
        if note.isNote and note.quarterLength > 0
    ]
    if len(notes) < 12:
        raise SkipError("fewer than 12 notes")
    bars, is_whole = read_bars(part)
    if not is_whole:
        raise SkipError("a bar does not fill its metre")
    felt_bpm(bars[0].metre)
    score = Score(collection, piece, "tune", 0, bars, [Part(0)], notes)
    _tell_key(score, text, declared=collection in ("oneill", "ryan", "aird"))
    return score


def felt_bpm(metre: Metre) -> tuple[float, float]:
    """Between which felt tempi a metre is usual.

    Raises
    ------
    SkipError
        Where no usual tempo is known.
    """
    if (metre.numerator, metre.denominator) not in _FELT_BPM:
        raise SkipError(f"metre {metre.name}")
    return _FELT_BPM[(metre.numerator, metre.denominator)]


def _parse(text: str) -> Any:
    import music21

    if re.search(r"(?m)^M: *none", text):
        raise SkipError("no metre")
    if len(set(re.findall(r"(?m)^M: *(\S+)", text))) != 1 or "[M:" in text:
        raise SkipError("more than one metre")
    if len(re.findall(r"(?m)^K:", text)) != 1 or "[K:" in text:
        raise SkipError("more than one key")
    try:
        return music21.converter.parse(text, format="abc")
    except Exception as error:  # music21 raises its own many kinds
        raise SkipError(f"music21 cannot read it: {type(error).__name__}") from error


def read_bars(part: Any) -> tuple[list[Bar], bool]:
    """Bars of a music21 part until one does not fill its metre, and whether none did not.

    Two short bars that fill a metre together, split by a repeat, are one.

    Raises
    ------
    SkipError
        Where fewer than 4 bars fill their metre, or there is none.
    """
    bars: list[Bar] = []
    metre = None
    pending: Bar | None = None
    is_whole = True
    for measure in part.getElementsByClass("Measure"):
        if measure.timeSignature is not None:
            metre = Metre(measure.timeSignature.numerator, measure.timeSignature.denominator)
        bar = _joined(pending, measure, metre)
        pending = None
        if bar.length_q == 0:
            continue
        if abs(bar.length_q - bar.metre.bar_q) < 1e-3:
            bars.append(replace(bar, length_q=bar.metre.bar_q))
        elif bar.length_q < bar.metre.bar_q and not bars:
            bars.append(bar)
        elif bar.length_q < bar.metre.bar_q:
            pending = bar
        else:
            is_whole = False
            break
    if pending is not None:
        bars.append(replace(pending, length_q=pending.metre.bar_q))
    if len(bars) < 4:
        raise SkipError("fewer than 4 bars fill their metre")
    return bars, is_whole


def _joined(pending: Bar | None, measure: Any, metre: Metre | None) -> Bar:
    """A measure as a bar, after the part of a bar that came before it."""
    if metre is None:
        raise SkipError("no metre")
    start_q, length_q = float(measure.offset), float(measure.duration.quarterLength)
    if pending is None:
        return Bar(start_q, length_q, metre)
    return Bar(pending.start_q, pending.length_q + length_q, pending.metre)


def _tell_key(score: Score, text: str, *, declared: bool) -> None:
    """Sets the key where the final, the notes and, if declared, the K field agree."""
    field = re.search(r"(?m)^K: *([A-G])([#b]?) *([A-Za-z]*)", text)
    if not field:
        return
    tonic = "C D EF G A B".index(field[1]) + {"#": 1, "b": -1, "": 0}[field[2]]
    weights: defaultdict[int, float] = defaultdict(float)
    for note in score.notes:
        weights[note.pitch % 12] += note.length_q
    mode = sure_mode(tonic % 12, weights, _MODES.get(field[3].lower()[:3]) if declared else None)
    if mode is None or score.notes[-1].pitch % 12 != tonic % 12:
        return
    score.keys = [Span(0, score.end_q, (TONICS[tonic % 12], mode))]
    score.key_source = "declared" if declared else "final and scale"
    classes = sorted((tonic + step) % 12 for step in SCALES[mode])
    score.scale = (mode, classes)
