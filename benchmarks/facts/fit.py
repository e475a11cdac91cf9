"""Fit the calibration of the package: `python -m benchmarks.facts.fit OUT`.

Reads `OUT/index.jsonl` and `OUT/heard`, writes `pipeline/stages/measure/calibration.json`, and
prints the table of what is stated on sources that were left out.
"""

import argparse
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.facts.examples import chord_examples, key_examples
from benchmarks.facts.hear import read_truths
from benchmarks.facts.rhythm_examples import metre_examples, tempo_examples
from benchmarks.facts.truth import Truth
from flows.plots import plot_reliability
from pipeline.stages.measure import chances
from pipeline.views.evaluate.fitting import (
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
    ),
    "chords": (
        "right", "log_lasts", "no_chord", "compared", "overall", "agrees", "uncompared",
        "uncompared_overall",
    ),
}  # fmt: skip


EXAMPLES: Mapping[
    str, Callable[[Path, Sequence[Truth], Calibration], list[tuple[Truth, Example]]]
] = {
    "metre": lambda out, truths, fitted: metre_examples(out, truths, fitted.metre),
    "tempo": lambda out, truths, fitted: tempo_examples(out, truths, fitted.metre),
    "key": lambda out, truths, _fitted: key_examples(out, truths),
    "chords": lambda out, truths, _fitted: chord_examples(out, truths),
}
"""In the order in which they are fitted: tempi are told by the beats of the likeliest metre."""
_MODAL_FROM = 24
"""Of the candidates of a key, the first that is neither major nor minor."""


def main() -> None:
    """Fit what there are examples for; the other models stay."""
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("--dry", action="store_true", help="write no calibration")
    parser.add_argument("--plot", type=Path, help="reliability diagrams, as a PNG")
    options = parser.parse_args()
    truths = read_truths(options.out)
    calibration, evaluated = chances.packaged_calibration(), []
    for field, examples_of in EXAMPLES.items():
        pairs = examples_of(options.out, truths, calibration)
        examples = [example for _, example in pairs]
        found = predictions(examples, FEATURES[field])
        evaluated.append(report(field, pairs, found))
        model = fit_model(examples, FEATURES[field], found)
        calibration = calibration.model_copy(update={field: model})
    if options.plot:
        options.plot.write_bytes(plot_reliability(evaluated))
    if not options.dry:
        chances.CALIBRATION_FILE.write_text(calibration.model_dump_json(indent=1) + "\n")


def report(
    field: str, pairs: Sequence[tuple[Truth, Example]], left_out: Sequence[Prediction]
) -> FieldEvaluation:
    """Print how honest a field's chances are, by kind of music and by source."""
    found = [each for each in left_out if each.is_stated]
    p_right = np.array([each.p_right for each in found])
    is_right = np.array([each.is_right for each in found])
    weights = shares_of(left_out)[[each.is_stated for each in left_out]]
    stated = _stated(left_out)
    error = calibration_error(p_right, is_right)
    print(
        f"{field}: {len(found)} of {len(pairs)} say something, right {is_right.mean():.3f}, "
        f"calibration error {error:.3f}"
    )
    for max_wrong in (0.02, 0.05, 0.1):
        share = coverage_at(p_right, is_right, max_wrong=max_wrong)
        print(f"  coverage at {max_wrong:.0%} wrong: {share:.3f}")
    n_wrong, n_stated = int((~is_right[stated]).sum()), int(stated.sum())
    low, high = wilson_interval(n_wrong, max(1, n_stated))
    by_weight = np.average(~is_right[stated], weights=weights[stated]) if n_stated else 0.0
    print(
        f"  at the default: {n_stated} of {len(pairs)} stated, wrong {n_wrong} "
        f"({low:.3f}-{high:.3f}), by the weights of sources {by_weight:.3f}"
    )
    groups = {
        "kind": [_kind(*pairs[each.number]) for each in found],
        "source": [each.source for each in found],
    }
    for group, names in groups.items():
        counts = Counter(_kind(*pair) if group == "kind" else pair[1].source for pair in pairs)
        for name in sorted(set(names)):
            here = np.array([each == name for each in names])
            wrong = int((~is_right[here & stated]).sum())
            least, most = wilson_interval(wrong, max(1, int((here & stated).sum())))
            print(
                f"  {name:24} n {counts[name]:5d}  right {is_right[here].mean():.2f}  "
                f"mean p_right {p_right[here].mean():.2f}  stated {(here & stated).sum():5d}  "
                f"wrong {wrong} ({least:.3f}-{most:.3f})"
            )
    bins = reliability_bins(p_right, is_right)
    return FieldEvaluation(
        field=field, n=len(pairs), n_measured=len(found), n_stated=n_stated,
        n_wrong=n_wrong, wrong=Share(value=n_wrong / max(1, n_stated), low=low, high=high),
        kinds={}, coverage=[], calibration_error=error,
        reliability=[
            ReliabilityPoint(n=each.n, mean_p_right=each.mean_p_right, share_right=each.share_right)
            for each in bins
        ],
    )  # fmt: skip


def _kind(truth: Truth, example: Example) -> str:
    """Of music: by its key where keys are told apart, else whether its tempo or metre is usual."""
    if example.silent is None or example.silent < _MODAL_FROM:
        return f"metre {truth.metre}"
    if truth.keyless:
        return "keyless"
    if not example.right:
        return "of another scale"
    return "modal" if example.right[0] >= _MODAL_FROM else "major or minor"


def _stated(left_out: Sequence[Prediction]) -> NDArray[np.bool_]:
    """Which values `describe.max_wrong` lets through as it is by default."""
    curve = np.array(wrong_share_curve(left_out))
    p_right = [each.p_right for each in left_out if each.is_stated]
    return np.asarray(np.interp(p_right, curve[:, 0], curve[:, 1]) <= MaxWrong().tempo)


if __name__ == "__main__":
    main()
