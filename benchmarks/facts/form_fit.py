"""Fit the chances of boundaries and returns: ``python -m benchmarks.facts.form_fit SONGS...``.

Reads folders that `benchmarks.facts.form_hear` heard, prints how honest the chances are on styles
that were left out, and writes the two models into the packaged calibration; the others stay. With
``--judge`` nothing is fitted: the packaged models are judged, on songs that they never saw.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.facts.form_examples import boundary_examples, heard_songs, return_examples
from benchmarks.facts.judged import judged
from flows.plots import plot_reliability
from pipeline.stages.measure import chances
from pipeline.views.evaluate.facts.judgement import Judgement
from pipeline.views.evaluate.facts.tables import summed_up
from pipeline.views.evaluate.fitting import Example, Prediction, fit_model, predictions
from schemas.calibration import ChoiceModel
from schemas.evaluation import FieldEvaluation
from schemas.sections import MaxWrong

_N_RESAMPLES = 2000
FEATURES = {
    "boundaries": ("one", "gain", "timbre_peak", "pitches", "found_again"),
    "returns": ("one", "timbre", "same_length", "found_again"),
}


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("songs", type=Path, nargs="+")
    parser.add_argument("--judge", action="store_true", help="fit nothing")
    parser.add_argument("--plot", type=Path, help="reliability diagrams, as a PNG")
    options = parser.parse_args()
    examples: dict[str, list[Example]] = {"boundaries": [], "returns": []}
    songs: dict[str, list[str]] = {"boundaries": [], "returns": []}
    n_songs = n_forms = 0
    for song in (each for folder in options.songs for each in heard_songs(folder)):
        n_songs += 1
        if form := song.form():
            n_forms += 1
            for field, found in (
                ("boundaries", boundary_examples(song, form)),
                ("returns", return_examples(song, form)),
            ):
                examples[field] += found
                songs[field] += [song.name] * len(found)
    print(f"{n_songs} songs and excerpts, {n_forms} with a form")
    models, evaluated = {}, []
    for field, found in examples.items():
        if options.judge:
            model = getattr(chances.packaged_calibration(), field)
            predicted = [judged_by(model, each) for each in found]
        else:
            model = models[field] = fit_model(found, FEATURES[field])
            predicted = predictions(found, FEATURES[field])
            songs[field] = [songs[field][i] for i in by_source(found)]
        evaluated.append(report(field, predicted, songs[field], model))
    if options.plot:
        options.plot.write_bytes(plot_reliability(evaluated))
    if not options.judge:
        calibration = chances.packaged_calibration().model_copy(update=models)
        chances.CALIBRATION_FILE.write_text(calibration.model_dump_json(indent=1) + "\n")


def by_source(examples: Sequence[Example]) -> list[int]:
    """The order of `predictions`."""
    return sorted(range(len(examples)), key=lambda i: examples[i].source)


def judged_by(model: ChoiceModel, example: Example) -> Prediction:
    """What a model that was fitted before says of an example."""
    p_of = chances.chances(model, example.candidates)
    best = int(p_of.argmax())
    is_stated = best != example.silent
    return Prediction(
        example.source, float(p_of[best]), best in example.right, is_stated, example.weight
    )


def report(
    field: str, found: Sequence[Prediction], songs: Sequence[str], model: ChoiceModel
) -> FieldEvaluation:
    """Print how honest a field's chances are; `songs` are those of the predictions."""
    bound = MaxWrong().form
    judgements = judged(found, model, bound)
    summed = summed_up(field, judgements)
    low, high = wrong_interval(judgements, songs)
    print(
        f"{field}: {summed.n}, right {sum(each.is_right for each in judgements) / summed.n:.3f}, "
        f"calibration error {summed.calibration_error:.3f}"
    )
    for each in summed.coverage:
        print(f"  coverage at {each.max_wrong:.0%} wrong: {each.share:.3f}")
    share = summed.wrong.value if summed.wrong else 0.0
    print(
        f"  at {bound:.0%}: {summed.n_stated} of {summed.n} stated, wrong {share:.3f} "
        f"({low:.3f}-{high:.3f} over songs)"
    )
    for source in sorted({each.source for each in found}):
        here = [j for j, each in zip(judgements, found, strict=True) if each.source == source]
        n_stated = sum(each.is_stated for each in here)
        n_wrong = sum(each.is_stated and not each.is_right for each in here)
        right = sum(each.is_right for each in here) / len(here)
        print(
            f"  {source:12} n {len(here):4d}  right {right:.2f}  stated {n_stated}, wrong {n_wrong}"
        )
    return summed


def wrong_interval(judged: Sequence[Judgement], songs: Sequence[str]) -> tuple[float, float]:
    """95 % interval of the share of stated ones that are wrong: bootstrap over whole songs."""
    names = sorted(set(songs))
    place = {name: i for i, name in enumerate(names)}
    counts = np.zeros((len(names), 2))
    for each, name in zip(judged, songs, strict=True):
        counts[place[name]] += each.is_stated, each.is_stated and not each.is_right
    draws = np.random.default_rng(0).integers(len(names), size=(_N_RESAMPLES, len(names)))
    stated, wrong = counts[draws].sum(axis=1).T
    low, high = np.percentile(wrong / np.maximum(stated, 1), [2.5, 97.5])
    return float(low), float(high)


if __name__ == "__main__":
    main()
