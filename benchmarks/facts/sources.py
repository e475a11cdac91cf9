"""Where excerpts come from, and one excerpt's score of a source by its number."""

from collections.abc import Callable
from functools import partial

import numpy as np

from benchmarks.facts import hard, notated, tunes
from benchmarks.facts.cut import cut, repeated
from benchmarks.facts.cycles import CYCLES
from benchmarks.facts.families import FAMILIES
from benchmarks.facts.harmonise import CHORDS_OF_MODE, accompany, with_kit
from benchmarks.facts.instruments import ENSEMBLES, with_ensemble, with_solo
from benchmarks.facts.score import Score, SkipError

Maker = Callable[[np.random.Generator], Score]

_LENGTH_S = (28.0, 44.0)
"""Of an excerpt."""


def tune(collection: str, rng: np.random.Generator) -> Score:
    """A tune alone, over chords, or with a kit; played again until it is long enough."""
    piece = str(rng.choice(list(tunes.tunes(collection))))
    score = tunes.read_tune(collection, piece)
    score.bpm = float(rng.uniform(*tunes.felt_bpm(score.bars[0].metre)))
    score.piece = piece
    wanted_q = rng.uniform(*_LENGTH_S) / 60 * score.bpm * score.bars[0].metre.beat_q
    score = repeated(score, int(np.clip(np.ceil(wanted_q / score.end_q), 1, 6)))
    last = next((i for i, bar in enumerate(score.bars) if bar.start_q >= wanted_q), None)
    score = with_solo(cut(score, 0, last) if last else score, rng)
    if score.keys and score.keys[0].value[1] in CHORDS_OF_MODE and rng.random() < 0.55:
        score = accompany(score, rng)
    if rng.random() < 0.25:
        score = with_kit(score, rng)
    return score


def notated_score(corpus: str, rng: np.random.Generator) -> Score:
    """A stretch of a score, by an ensemble."""
    piece = str(rng.choice(list(notated.scores(corpus))))
    score = notated.read_score(corpus, piece)
    metre = score.bars[0].metre
    bpm = notated.SLOWER[corpus] * float(rng.uniform(*tunes.felt_bpm(metre)))
    length_q = rng.uniform(*_LENGTH_S) / 60 * bpm * metre.beat_q
    bars = max(4, round(length_q / metre.bar_q))
    if score.key_source == "final and signature":  # of the whole piece: it is played whole
        whole_bars = len(score.bars)
        score = cut(score, 0, round(1.5 * bars))
        if len(score.bars) < whole_bars:
            score.keys = score.key_source = score.scale = None
    else:
        first = int(rng.integers(0, max(1, len(score.bars) - bars)))
        score = cut(score, first, first + bars)
    if len({note.onset_q for note in score.notes}) < 12:
        raise SkipError("fewer than 12 onsets")
    score.bpm, score.piece = bpm, piece
    score = with_ensemble(score, str(rng.choice(list(ENSEMBLES))))
    if corpus != "trecento" and rng.random() < 0.15:
        score = with_kit(score, rng)
    return score


SOURCES: dict[str, Maker] = {
    **{name: partial(tune, name) for name in tunes.COLLECTIONS},
    **{name: partial(notated_score, name) for name in notated.CORPORA},
    **FAMILIES,
}
BY_NAME: dict[str, Maker] = {"gen_metres": hard.changing_metres, **CYCLES}
"""Sources that are rendered only where they are asked for: no calibration is fitted on them."""
