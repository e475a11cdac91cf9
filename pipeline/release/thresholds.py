"""Whether a build holds what the config asks of one that is released by itself."""

from pipeline.views.status import Status
from schemas.sections import ReleaseThresholds

_JUDGES = ("judge", "factcheck")


def missed(found: Status, wanted: ReleaseThresholds) -> list[str]:
    """What is not as it must be, in words; empty for a build that may be released."""
    words = []
    if found.n_steps_left:
        words.append(f"{found.n_steps_left} steps are not done")
    if refuses_too_much(found, wanted):
        words.append(refusal_words(found, wanted))
    n_texts = sum(stage.n_accepted for stage in found.stages if stage.name in _JUDGES)
    if wanted.min_texts is not None and n_texts < wanted.min_texts:
        words.append(
            f"{n_texts} texts were accepted, fewer than `release.thresholds.min_texts` "
            f"({wanted.min_texts})"
        )
    return words


def refusal_words(found: Status, wanted: ReleaseThresholds) -> str:
    """What to say where more was refused than is allowed."""
    return (
        f"{found.refused_share:.1%} of all rows were refused, more than "
        f"`release.thresholds.max_refused_share` ({wanted.max_refused_share:.1%})"
    )


def refuses_too_much(found: Status, wanted: ReleaseThresholds) -> bool:
    """Whether more was refused than is allowed."""
    return wanted.max_refused_share is not None and found.refused_share > wanted.max_refused_share
