"""What became of the steps of a build, as the steps themselves tell it.

An orchestrator's records of a run arrive late or, when its server is lost, never: nothing is read
from them.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby

from pipeline.engine.plan import Step
from schemas.shards import Commit
from tools.chat.request import BudgetReachedError, EndpointError
from tools.errors import StoppedError
from tools.store import StoreError

_SPAN = 3
Key = tuple[str, str]
_SPEAK_FOR_THEMSELVES = (EndpointError, BudgetReachedError, StoppedError, StoreError)


@dataclass(frozen=True)
class StepFailure:
    """A step that failed, and why.

    Attributes
    ----------
    stage, partition, why : str
    error : str
        Name of the type of the error; empty for a step that never ran.
    """

    stage: str
    partition: str
    why: str
    error: str = field(default="", compare=False)


class Outcomes:
    """Commits and failures by step, told from the threads in which the steps run."""

    def __init__(self) -> None:
        self._found: dict[Key, Commit | str] = {}
        self._errors: dict[Key, str] = {}

    def of(self, step: Step) -> Commit | str | None:
        """A step's commit, why it failed, or None for one that did not run."""
        return self._found.get(step.key)

    def done(self, step: Step, commit: Commit) -> None:
        """Tell that a step is done."""
        self._found[step.key] = commit

    @contextmanager
    def watching(self, steps: Sequence[Step]) -> Iterator[None]:
        """Where steps are worked on: an error is the failure of those that are not done.

        A step that is tried again has the outcome of its last try.
        """
        try:
            yield
        except BaseException as error:
            for step in steps:
                if not isinstance(self.of(step), Commit):
                    self._found[step.key] = _words_of(error)
                    self._errors[step.key] = type(error).__name__
            raise

    def failures(
        self, steps: Sequence[Step], lost: Mapping[Key, str] | None = None
    ) -> list[StepFailure]:
        """What went wrong with steps, once all have come to their end.

        Parameters
        ----------
        steps : sequence of Step
            Each after those that it reads.
        lost : mapping of (str, str) to str, optional
            What an orchestrator says of steps that did not run, by stage and partition.

        Returns
        -------
        list of StepFailure
            Without those that only waited for one that failed.
        """
        found: list[StepFailure] = []
        not_done: set[Key] = set()
        for step in steps:
            outcome = self.of(step)
            if isinstance(outcome, Commit):
                continue
            partition = step.partition.partition
            waited = any((each.stage, partition) in not_done for each in step.inputs)
            not_done.add(step.key)
            if outcome is not None or not waited:
                why = outcome or f"never ran: {(lost or {}).get(step.key, 'nobody says why')}"
                error = self._errors.get(step.key, "")
                found.append(StepFailure(step.stage.name, partition, why, error))
        return found


def in_words(failures: Sequence[StepFailure]) -> str:
    """Every failed step by name, those that failed alike on one line."""
    alike: dict[tuple[str, str], list[str]] = {}
    for each in failures:
        alike.setdefault((each.stage, each.why), []).append(each.partition)
    return "\n".join(
        f"{stage} {', '.join(_spans(names))}: {why}" for (stage, why), names in alike.items()
    )


def in_short(failures: Sequence[StepFailure]) -> str:
    """Every failed step by name alone.

    Examples
    --------
    >>> in_short([StepFailure("lint", "p000001", "full"), StepFailure("lint", "p000004", "full")])
    'lint p000001, p000004'
    """
    by_stage: dict[str, list[str]] = {}
    for each in failures:
        by_stage.setdefault(each.stage, []).append(each.partition)
    return "; ".join(f"{stage} {', '.join(_spans(names))}" for stage, names in by_stage.items())


def _spans(partitions: Sequence[str]) -> Iterator[str]:
    """Names of partitions, those that follow each other as a span."""
    places = enumerate(partitions)
    for _, group in groupby(places, lambda each: int(each[1].lstrip("p")) - each[0]):
        names = [name for _, name in group]
        yield ", ".join(names) if len(names) < _SPAN else f"{names[0]} to {names[-1]}"


def _words_of(error: BaseException) -> str:
    if isinstance(error, _SPEAK_FOR_THEMSELVES):
        return str(error)
    return f"{type(error).__name__}: {error}"
