"""Fit choice models on examples with exact truth, judged with whole sources left out.

The likelihood of an example is the chance of its right candidates together; weights are found by
L-BFGS with an L2 penalty on standardised features, all sources counting the same.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from pipeline.stages.measure.chances import Features, shares
from pipeline.views.evaluate.reliability import q_value_curve
from schemas.calibration import ChoiceModel, WrongShareAt

# Ours, of the loss: single precision tells no less apart.
_TOLERANCE = 1e-7

Floats = NDArray[np.floating]

# Ours: holds weights of features that hardly vary near 0, and moves others little.
PENALTY = 1e-3


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
    coarse : callable or None
        From the chances of all candidates to those that the coarser fact states together.
    """

    source: str
    candidates: Sequence[Features]
    right: tuple[int, ...]
    silent: int | None = None
    weight: float = 1.0
    values: Sequence[int] | None = None
    coarse: Callable[[Floats], Sequence[int]] | None = None


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
    coarse : Prediction or None
        What it says of the coarser fact.
    """

    source: str
    p_right: float
    is_right: bool
    is_stated: bool
    weight: float
    number: int
    coarse: "Prediction | None" = None


def fit_model(
    examples: Sequence[Example],
    features: Sequence[str],
    left_out: Sequence[Prediction] | None = None,
    *,
    penalty: float = PENALTY,
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
    penalty : float, optional
        As in `fit_weights`.

    Raises
    ------
    ValueError
        If there are fewer than two sources, or no example has a right candidate.
    """
    if left_out is None:
        left_out = predictions(examples, features, penalty=penalty)
    coarse = [each.coarse for each in left_out if each.coarse]
    return ChoiceModel(
        weights=fit_weights(examples, features, penalty=penalty),
        penalty=penalty,
        curve=_points(wrong_share_curve(left_out)),
        coarse_curve=_points(wrong_share_curve(coarse)) if coarse else [],
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


def predictions(
    examples: Sequence[Example], features: Sequence[str], *, penalty: float = PENALTY
) -> list[Prediction]:
    """The likeliest candidate of every example, by a model fitted on the other sources.

    Raises
    ------
    ValueError
        As `fit_model`.
    """
    sources = sorted({each.source for each in examples})
    if len(sources) < 2:
        raise ValueError(f"chances are judged on sources left out: {len(sources)} is too few")
    tables = [_table(each.candidates, features) for each in examples]
    found = []
    for source in sources:
        is_other = [each.source != source for each in examples]
        weights = _fit(
            list(compress(examples, is_other)), list(compress(tables, is_other)), penalty
        )
        found += [
            _prediction(each, shares(table @ weights), number)
            for number, (each, table) in enumerate(zip(examples, tables, strict=True))
            if each.source == source
        ]
    return found


def _prediction(example: Example, p_of: Floats, number: int) -> Prediction:
    best = int(p_of.argmax())
    values = np.array(range(len(p_of)) if example.values is None else example.values)
    same = np.flatnonzero(values == values[best]).tolist()
    coarse = None
    if example.coarse is not None:
        coarse = _stating(example, p_of, number, example.coarse(p_of))
    return replace(_stating(example, p_of, number, same), coarse=coarse)


def _stating(example: Example, p_of: Floats, number: int, together: Sequence[int]) -> Prediction:
    """Of a fact that some candidates state together."""
    return Prediction(
        source=example.source,
        p_right=float(p_of[list(together)].sum()),
        is_right=any(index in example.right for index in together),
        is_stated=example.silent not in together,
        weight=example.weight,
        number=number,
    )


def _points(curve: Sequence[tuple[float, float]]) -> list[WrongShareAt]:
    return [WrongShareAt(p_right=p, q_value=q) for p, q in curve]


def fit_weights(
    examples: Sequence[Example], features: Sequence[str], *, penalty: float = PENALTY
) -> dict[str, float]:
    """Weights by feature of the greatest penalised likelihood.

    Parameters
    ----------
    examples : sequence of Example
    features : sequence of str
    penalty : float, optional
        On the squares of weights of features of deviation 1: more for more features.

    Raises
    ------
    ValueError
        If no example has a right candidate.
    """
    weights = _fit(examples, [_table(each.candidates, features) for each in examples], penalty)
    return {name: float(weight) for name, weight in zip(features, weights, strict=True)}


def _fit(examples: Sequence[Example], tables: Sequence[Floats], penalty: float) -> Floats:
    """Weights of the columns of tables, each of which has a row a candidate."""
    from scipy.optimize import minimize

    has_right = [bool(each.right) for each in examples]
    usable = list(compress(examples, has_right))
    if not usable:
        raise ValueError("no example has a right candidate")
    stacked = np.concatenate(list(compress(tables, has_right)))
    scale = stacked.std(axis=0)
    scale[scale == 0] = 1.0
    stacked = (stacked / scale).astype(np.float32)
    starts = np.cumsum([0, *(len(each.candidates) for each in usable)])
    is_right = np.zeros(len(stacked), bool)
    for start, each in zip(starts, usable, strict=False):
        is_right[[start + index for index in each.right]] = True
    weight_of = shares_of(usable)

    def loss(weights: Floats) -> tuple[float, Floats]:
        scores = (stacked @ weights.astype(np.float32)).astype(float)
        scores -= np.repeat(np.maximum.reduceat(scores, starts[:-1]), np.diff(starts))
        odds = np.exp(scores)
        of_right = odds * is_right
        total = np.add.reduceat(odds, starts[:-1])
        right = np.add.reduceat(of_right, starts[:-1]) + 1e-300
        value = -float(weight_of @ np.log(right / total)) + penalty * float(weights @ weights)
        pull = np.repeat(weight_of / total, np.diff(starts)) * odds
        pull -= np.repeat(weight_of / right, np.diff(starts)) * of_right
        slope = (stacked.T @ pull.astype(np.float32)).astype(float)
        return value, slope + 2 * penalty * weights

    found = minimize(loss, np.zeros(len(scale)), jac=True, method="L-BFGS-B", tol=_TOLERANCE)
    fitted: Floats = found.x / scale
    return fitted


def _table(candidates: Sequence[Features], names: Sequence[str]) -> Floats:
    return np.array([[each.get(name, 0.0) for name in names] for each in candidates])


def shares_of(values: Sequence[Example] | Sequence[Prediction]) -> Floats:
    """Weights that add up to 1; those of a source add up to the mean weight of its values."""
    counts = Counter(each.source for each in values)
    shares = np.array([each.weight / counts[each.source] for each in values])
    total: float = shares.sum()
    return np.asarray(shares / total)
