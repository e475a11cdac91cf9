"""Fit the calibration of the package: `python -m benchmarks.facts.fit OUT`.

Reads `OUT/index.jsonl` and `OUT/heard`, writes `pipeline/stages/measure/calibration.json`, and
prints the table of what is stated on sources that were left out.
"""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.facts.examples import chord_examples, key_examples
from benchmarks.facts.hear import read_truths
from benchmarks.facts.rhythm_examples import metre_examples, tempo_examples
from flows.plots import plot_reliability
from pipeline.stages.measure import chances
from pipeline.views.evaluate.fitting import Example, Prediction, fit_model, predictions, shares_of
from pipeline.views.evaluate.reliability import (
    calibration_error,
    coverage_at,
    q_value_curve,
    reliability_bins,
    wilson_interval,
)
from schemas.evaluation import FieldEvaluation, ReliabilityPoint, Share
from schemas.sections import MaxWrong

FEATURES: Mapping[str, Sequence[str]] = {
    "tempo": (
        "bass", "double", "double_of_odd", "expected", "fast", "from_resonance", "half",
        "half_of_expected", "slow", "sparse", "three_halves", "threes_of_others", "threes_of_three",
    ),
    "metre": ("downbeats_recur", "four_fast", "per_bar", "rare"),
    "key": (
        "profile", "ends", "network", "chords", "network_chords", "modal",
        "none", "none_fit", "none_contrast", "none_network",
    ),
    "chords": (
        "right", "log_lasts", "no_chord", "compared", "overall", "agrees", "uncompared",
        "uncompared_overall",
    ),
}  # fmt: skip


def main() -> None:
    """Fit what there are examples for; the other models stay."""
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("--dry", action="store_true", help="write no calibration")
    parser.add_argument("--plot", type=Path, help="reliability diagrams, as a PNG")
    options = parser.parse_args()
    truths = read_truths(options.out)
    metre_model = chances.packaged_calibration().metre
    examples = {
        "tempo": [each for _, each in tempo_examples(options.out, truths, metre_model)],
        "metre": [each for _, each in metre_examples(options.out, truths, metre_model)],
        "key": [each for _, each in key_examples(options.out, truths)],
        "chords": chord_examples(options.out, truths),
    }
    calibration = chances.packaged_calibration()
    evaluated = []
    for field, found in examples.items():
        evaluated.append(report(field, found))
        calibration = calibration.model_copy(update={field: fit_model(found, FEATURES[field])})
    if options.plot:
        options.plot.write_bytes(plot_reliability(evaluated))
    if not options.dry:
        chances.CALIBRATION_FILE.write_text(calibration.model_dump_json(indent=1) + "\n")


def report(field: str, examples: Sequence[Example]) -> FieldEvaluation:
    """Print how honest a field's chances are, by source."""
    found = [each for each in predictions(examples, FEATURES[field]) if each.is_stated]
    p_right = np.array([each.p_right for each in found])
    is_right = np.array([each.is_right for each in found])
    error = calibration_error(p_right, is_right)
    print(
        f"{field}: {len(found)} of {len(examples)} stated, right {is_right.mean():.3f}, "
        f"calibration error {error:.3f}"
    )
    for max_wrong in (0.02, 0.05, 0.1):
        share = coverage_at(p_right, is_right, max_wrong=max_wrong)
        print(f"  coverage at {max_wrong:.0%} wrong: {share:.3f}")
    stated = _stated(p_right, is_right, found)
    low, high = wilson_interval(int((~is_right[stated]).sum()), max(1, int(stated.sum())))
    print(
        f"  at the default: {stated.sum()} of {len(examples)} stated, "
        f"wrong {1 - is_right[stated].mean():.3f} ({low:.3f}-{high:.3f})"
    )
    for source in sorted({each.source for each in found}):
        here = np.array([each.source == source for each in found])
        least, most = wilson_interval(int((~is_right[here]).sum()), int(here.sum()))
        print(
            f"  {source:16} n {here.sum():5d}  wrong {1 - is_right[here].mean():.2f} "
            f"({least:.2f}-{most:.2f})  mean p_right {p_right[here].mean():.2f}"
        )
    n_wrong = int((~is_right[stated]).sum())
    bins = reliability_bins(p_right, is_right)
    return FieldEvaluation(
        field=field, n=len(examples), n_measured=len(found), n_stated=int(stated.sum()),
        n_wrong=n_wrong, wrong=Share(value=n_wrong / stated.sum(), low=low, high=high), kinds={},
        coverage=[], calibration_error=error,
        reliability=[
            ReliabilityPoint(n=each.n, mean_p_right=each.mean_p_right, share_right=each.share_right)
            for each in bins
        ],
    )  # fmt: skip


def _stated(
    p_right: NDArray[np.floating], is_right: NDArray[np.bool_], found: Sequence[Prediction]
) -> NDArray[np.bool_]:
    """Which values `describe.max_wrong` lets through as it is by default."""
    curve = np.array(q_value_curve(p_right, is_right, shares_of(found)))
    q_values = np.interp(p_right, curve[:, 0], curve[:, 1])
    return np.asarray(q_values <= MaxWrong().tempo)


if __name__ == "__main__":
    main()
