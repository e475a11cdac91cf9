"""Fit choice models on examples with exact truth, judged with whole sources left out.

The likelihood of an example is the chance of its right candidates together; weights are found by
L-BFGS with an L2 penalty on standardised features, all sources counting the same.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.stages.measure.chances import Features, chances
from pipeline.views.evaluate.reliability import q_value_curve
from schemas.calibration import ChoiceModel, WrongShareAt

Floats = NDArray[np.floating]

# Ours: holds weights of features that hardly vary near 0, and moves others little.
_PENALTY = 1e-3


@dataclass(frozen=True)
class Example:
    """One value to be chosen.

    Attributes
    ----------
    source : str
        What is left out together: a corpus, a style.
    candidates : sequence of features
    right : tuple of int
        Which candidates are right; empty where none is.
    silent : int or None
        The candidate by which nothing is stated: that there is no key.
    weight : float
        Against the others of its source: less for what is rarer in music than among examples.
    values : sequence of int or None
        What the candidates state, where several state the same: then their chances add up.
    """

    source: str
    candidates: Sequence[Features]
    right: tuple[int, ...]
    silent: int | None = None
    weight: float = 1.0
    values: Sequence[int] | None = None


@dataclass(frozen=True)
class Prediction:
    """What a model that never heard the example's source says of it.

    Attributes
    ----------
    source : str
    p_right : float
        Of what the likeliest candidate states.
    is_right : bool
    is_stated : bool
        Whether that candidate states something.
    weight : float
        That of its example.
    number : int
        Place of its example among all.
    """

    source: str
    p_right: float
    is_right: bool
    is_stated: bool
    weight: float
    number: int


def fit_model(
    examples: Sequence[Example],
    features: Sequence[str],
    left_out: Sequence[Prediction] | None = None,
) -> ChoiceModel:
    """Weights on all examples, and the curve of q-values on sources left out.

    Parameters
    ----------
    examples : sequence of Example
        Of at least two sources.
    features : sequence of str
        Names to use.
    left_out : sequence of Prediction, optional
        Those of `predictions`, where they are known.

    Raises
    ------
    ValueError
        If there are fewer than two sources, or no example has a right candidate.
    """
    if left_out is None:
        left_out = predictions(examples, features)
    curve = wrong_share_curve(left_out)
    return ChoiceModel(
        weights=fit_weights(examples, features),
        curve=[WrongShareAt(p_right=p, q_value=q) for p, q in curve],
        n_examples=len(examples),
        sources=sorted({each.source for each in examples}),
    )


def wrong_share_curve(left_out: Sequence[Prediction]) -> list[tuple[float, float]]:
    """Chances and q-values of what is stated; a source counts by all of its examples.

    A piece that is given a key stands for as many as it is among all of its source, those included
    of which nothing is stated.
    """
    is_stated = np.array([each.is_stated for each in left_out])
    p_right = np.array([each.p_right for each in left_out])
    is_right = np.array([each.is_right for each in left_out])
    shares = shares_of(left_out)
    return q_value_curve(p_right[is_stated], is_right[is_stated], shares[is_stated])


def predictions(examples: Sequence[Example], features: Sequence[str]) -> list[Prediction]:
    """The likeliest candidate of every example, by a model fitted on the other sources.

    Raises
    ------
    ValueError
        As `fit_model`.
    """
    sources = sorted({each.source for each in examples})
    if len(sources) < 2:
        raise ValueError(f"chances are judged on sources left out: {len(sources)} is too few")
    found = []
    for source in sources:
        others = [each for each in examples if each.source != source]
        model = _bare(fit_weights(others, features))
        for number, each in enumerate(examples):
            if each.source == source:
                p_of = chances(model, each.candidates)
                best = int(p_of.argmax())
                values = np.array(range(len(p_of)) if each.values is None else each.values)
                p_right = float(p_of[values == values[best]].sum())
                is_right = best in each.right
                is_stated = best != each.silent
                found.append(Prediction(source, p_right, is_right, is_stated, each.weight, number))
    return found


def fit_weights(examples: Sequence[Example], features: Sequence[str]) -> dict[str, float]:
    """Weights by feature of the greatest penalised likelihood.

    Raises
    ------
    ValueError
        If no example has a right candidate.
    """
    from scipy.optimize import minimize

    usable = [each for each in examples if each.right]
    if not usable:
        raise ValueError("no example has a right candidate")
    tables = [_table(each.candidates, features) for each in usable]
    scale = np.concatenate(tables).std(axis=0)
    scale[scale == 0] = 1.0
    starts = np.cumsum([0, *(len(table) for table in tables)])
    stacked = np.concatenate(tables) / scale
    is_right = np.zeros(len(stacked), bool)
    for start, each in zip(starts, usable, strict=False):
        is_right[[start + index for index in each.right]] = True
    shares = shares_of(usable)

    def loss(weights: Floats) -> tuple[float, Floats]:
        scores = stacked @ weights
        scores -= np.repeat(np.maximum.reduceat(scores, starts[:-1]), np.diff(starts))
        odds = np.exp(scores)
        of_right = odds * is_right
        total = np.add.reduceat(odds, starts[:-1])
        right = np.add.reduceat(of_right, starts[:-1]) + 1e-300
        value = -float(shares @ np.log(right / total)) + _PENALTY * float(weights @ weights)
        pull = np.repeat(shares / total, np.diff(starts)) * odds
        pull -= np.repeat(shares / right, np.diff(starts)) * of_right
        return value, stacked.T @ pull + 2 * _PENALTY * weights

    found = minimize(loss, np.zeros(len(features)), jac=True, method="L-BFGS-B")
    weights = found.x / scale
    return {name: float(weight) for name, weight in zip(features, weights, strict=True)}


def _table(candidates: Sequence[Features], names: Sequence[str]) -> Floats:
    return np.array([[each.get(name, 0.0) for name in names] for each in candidates])


def shares_of(values: Sequence[Example] | Sequence[Prediction]) -> Floats:
    """Weights that add up to 1; those of a source add up to the mean weight of its values."""
    counts = Counter(each.source for each in values)
    shares = np.array([each.weight / counts[each.source] for each in values])
    total: float = shares.sum()
    return np.asarray(shares / total)


def _bare(weights: Mapping[str, float]) -> ChoiceModel:
    points = [WrongShareAt(p_right=0.0, q_value=1.0)]
    return ChoiceModel(weights=dict(weights), curve=points, n_examples=0, sources=[])
