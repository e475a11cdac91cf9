"""What is said of steps that failed."""

from pipeline.corpus.outcomes import StepFailure, in_words


def test_every_failed_step_is_named():
    failed = [StepFailure("measure", f"p{n:06d}", "full") for n in (0, 1, 2, 3, 7, 9, 10)]
    failed.append(StepFailure("lint", "p000004", "other"))
    assert in_words(failed) == (
        "measure p000000 to p000003, p000007, p000009, p000010: full\nlint p000004: other"
    )
