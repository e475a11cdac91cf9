"""Fit the calibration of the package: `python -m benchmarks.facts.fit OUT...`.

Reads `OUT/index.jsonl` and `OUT/heard`, writes `pipeline/stages/measure/calibration.json`, and
prints the table of what is stated on sources that were left out, of all folders and of each.
"""

import argparse
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import compress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.facts.examples import chord_examples, key_examples, tuning_examples
from benchmarks.facts.hear import read_truths
from benchmarks.facts.rhythm_examples import metre_examples, tempo_examples
from benchmarks.facts.truth import Truth
from flows.plots import plot_reliability
from pipeline.stages.measure import chances
from pipeline.stages.measure.tonality import MODES
from pipeline.views.evaluate.fitting import (
    PENALTY,
    Example,
    Prediction,
    fit_model,
    predictions,
    shares_of,
    wrong_share_curve,
)
from pipeline.views.evaluate.reliability import (
    calibration_error,
    coverage_at,
    reliability_bins,
    wilson_interval,
)
from schemas.calibration import Calibration
from schemas.evaluation import FieldEvaluation, ReliabilityPoint, Share
from schemas.sections import MaxWrong

FEATURES: Mapping[str, Sequence[str]] = {
    "tempo": (
        "as_tracked", "backbeat", "bass", "chords_long", "double_of_odd", "expected",
        "expected_in_twos", "fast", "from_usual", "half", "half_of_expected",
        "sparse", "three_halves", "threes_of_others", "threes_of_three",
    ),
    "metre": (
        "per_bar", "rare", "three", "two_fast", "downbeats_recur", "chords_at_downbeats",
        "in_twos", "middle",
    ),
    "key": (
        "profile", "signature", "modal", "not_diatonic", "chords_tonic",
        "chords_in_scale", "chords_fifth", "chords_fourth", "chords_first",
        "none", "none_fit", "none_contrast", "none_network", "none_chords",
        *(f"note{step}_{scale}" for step in range(12) for scale in MODES),
        *(f"{what}{step}_{third}" for what in ("key", "chord", "from")
          for step in range(24) for third in ("major", "minor")),
    ),
    "tuning": ("right", "strength"),
    "chords": (
        "right", "log_lasts", "no_chord", "compared", "overall", "agrees", "uncompared",
        "uncompared_overall", "recurs",
    ),
}  # fmt: skip

PENALTIES: Mapping[str, float] = {"key": 3e-3}
"""Ours: three times the usual one for twenty times as many features."""

EXAMPLES: Mapping[
    str, Callable[[Path, Sequence[Truth], Calibration], list[tuple[Truth, Example]]]
] = {
    "metre": lambda out, truths, fitted: metre_examples(out, truths, fitted.metre),
    "tempo": lambda out, truths, fitted: tempo_examples(out, truths, fitted.metre),
    "key": lambda out, truths, _fitted: key_examples(out, truths),
    "tuning": lambda out, truths, _fitted: tuning_examples(out, truths),
    "chords": lambda out, truths, _fitted: chord_examples(out, truths),
}
"""In the order in which they are fitted: tempi are told by the beats of the likeliest metre."""
_MODAL_FROM = 24
"""Of the candidates of a key, the first that is neither major nor minor."""


def main() -> None:
    """Fit what there are examples for; the other models stay."""
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path, nargs="+")
    parser.add_argument("--dry", action="store_true", help="write no calibration")
    parser.add_argument("--plot", type=Path, help="reliability diagrams, as a PNG")
    parser.add_argument("--fields", nargs="*", choices=EXAMPLES, default=list(EXAMPLES))
    options = parser.parse_args()
    calibration, evaluated = chances.packaged_calibration(), []
    for field in options.fields:
        of_folder = [EXAMPLES[field](out, read_truths(out), calibration) for out in options.out]
        pairs = [pair for found in of_folder for pair in found]
        examples = [example for _, example in pairs]
        penalty = PENALTIES.get(field, PENALTY)
        found = predictions(examples, FEATURES[field], penalty=penalty)
        folders = [out.name for out, own in zip(options.out, of_folder, strict=True) for _ in own]
        evaluated.append(report(field, pairs, found))
        report_coarse(field, pairs, found)
        if len(options.out) > 1:
            for folder in dict.fromkeys(folders):
                here = [each for each in found if folders[each.number] == folder]
                curve = wrong_share_curve(found)
                report(f"{field}, {folder}", pairs, here, curve=curve, by_group=False)
                report_coarse(f"{field}, {folder}", pairs, here, curve_of=found)
        model = fit_model(examples, FEATURES[field], found, penalty=penalty)
        calibration = calibration.model_copy(update={field: model})
    if options.plot:
        options.plot.write_bytes(plot_reliability(evaluated))
    if not options.dry:
        chances.CALIBRATION_FILE.write_text(calibration.model_dump_json(indent=1) + "\n")


def report_coarse(
    field: str,
    pairs: Sequence[tuple[Truth, Example]],
    left_out: Sequence[Prediction],
    *,
    curve_of: Sequence[Prediction] | None = None,
) -> None:
    """The same of the coarser fact, where the field has one."""
    coarse = [each.coarse for each in left_out if each.coarse]
    everything = [each.coarse for each in curve_of or left_out if each.coarse]
    if coarse:
        curve = wrong_share_curve(everything)
        report(f"{field}, coarser", pairs, coarse, curve=curve, by_group=curve_of is None)


def report(
    field: str,
    pairs: Sequence[tuple[Truth, Example]],
    left_out: Sequence[Prediction],
    *,
    curve: Sequence[tuple[float, float]] | None = None,
    by_group: bool = True,
) -> FieldEvaluation:
    """Print how honest a field's chances are, by kind of music and by source.

    What weighs nothing, as its truth is not exact, is told by kind and source only.
    """
    curve = wrong_share_curve(left_out) if curve is None else curve
    exact = [each for each in left_out if each.weight]
    found = [each for each in exact if each.is_stated]
    p_right = np.array([each.p_right for each in found])
    is_right = np.array([each.is_right for each in found])
    weights = shares_of(exact)[[each.is_stated for each in exact]]
    stated = _stated(found, curve)
    error = calibration_error(p_right, is_right)
    print(
        f"{field}: {len(found)} of {len(exact)} say something, right {is_right.mean():.3f}, "
        f"calibration error {error:.3f}"
    )
    for max_wrong in (0.02, 0.05, 0.1):
        share = coverage_at(p_right, is_right, max_wrong=max_wrong)
        print(f"  coverage at {max_wrong:.0%} wrong: {share:.3f}")
    n_wrong, n_stated = int((~is_right[stated]).sum()), int(stated.sum())
    low, high = wilson_interval(n_wrong, max(1, n_stated))
    by_weight = np.average(~is_right[stated], weights=weights[stated]) if n_stated else 0.0
    print(
        f"  at the default: {n_stated} of {len(exact)} stated, wrong {n_wrong} "
        f"({low:.3f}-{high:.3f}), by the weights of sources {by_weight:.3f}"
    )
    _report_time(pairs, exact, curve)
    if by_group:
        _report_groups(pairs, left_out, curve)
    bins = reliability_bins(p_right, is_right)
    return FieldEvaluation(
        field=field, n=len(exact), n_measured=len(found), n_stated=n_stated,
        n_wrong=n_wrong, wrong=Share(value=n_wrong / max(1, n_stated), low=low, high=high),
        kinds={}, coverage=[], calibration_error=error,
        reliability=[
            ReliabilityPoint(n=each.n, mean_p_right=each.mean_p_right, share_right=each.share_right)
            for each in bins
        ],
    )  # fmt: skip


def _report_time(
    pairs: Sequence[tuple[Truth, Example]],
    left_out: Sequence[Prediction],
    curve: Sequence[tuple[float, float]],
) -> None:
    """Of chords, how much of the time is told."""
    log_lasts = [pairs[each.number][1].candidates[0].get("log_lasts") for each in left_out]
    lasts_s = np.exp([each for each in log_lasts if each is not None])
    if len(lasts_s):
        is_told = np.array([each.is_stated for each in left_out]) & _stated(left_out, curve)
        is_wrong = np.array([not each.is_right for each in left_out])
        told_s, wrong_s = lasts_s[is_told].sum(), lasts_s[is_told & is_wrong].sum()
        print(f"  of the time {told_s / lasts_s.sum():.3f} stated, wrong {wrong_s / told_s:.3f}")


def _report_groups(
    pairs: Sequence[tuple[Truth, Example]],
    left_out: Sequence[Prediction],
    curve: Sequence[tuple[float, float]],
) -> None:
    found = [each for each in left_out if each.is_stated]
    stated = _stated(found, curve)
    for name_of in (_kind, lambda truth, _example: truth.source):
        counts = Counter(name_of(*pairs[each.number]) for each in left_out)
        names = [name_of(*pairs[each.number]) for each in found]
        for name in sorted(set(names)):
            here = [each == name for each in names]
            some = list(compress(found, here))
            told = list(compress(some, stated[here]))
            wrong = sum(not each.is_right for each in told)
            least, most = wilson_interval(wrong, max(1, len(told)))
            print(
                f"  {name:24} n {counts[name]:5d}  "
                f"right {np.mean([each.is_right for each in some]):.2f}  "
                f"mean p_right {np.mean([each.p_right for each in some]):.2f}  "
                f"stated {len(told):5d}  wrong {wrong} ({least:.3f}-{most:.3f})"
            )


def _kind(truth: Truth, example: Example) -> str:
    """Of music: by its key where keys are told apart, else whether its tempo or metre is usual."""
    if example.silent is None or example.silent < _MODAL_FROM:
        return f"metre {truth.metre}"
    if truth.keyless:
        return "keyless"
    if truth.key_source == "mode label":
        return "mode label"
    if not example.right:
        return "of another scale"
    return "modal" if example.right[0] >= _MODAL_FROM else "major or minor"


def _stated(found: Sequence[Prediction], curve: Sequence[tuple[float, float]]) -> NDArray[np.bool_]:
    """Which values `describe.max_wrong` lets through as it is by default."""
    p_right_of, q_value_of = np.array(curve).T
    p_right = [each.p_right for each in found]
    return np.asarray(np.interp(p_right, p_right_of, q_value_of) <= MaxWrong().tempo)


if __name__ == "__main__":
    main()
