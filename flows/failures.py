"""Why a run failed, and what to do about it, as a page."""

from flows.markdown import as_plain
from pipeline.corpus.build import BuildError
from pipeline.corpus.outcomes import StepFailure

_WHAT_TO_DO = {
    "BudgetReachedError": "raise `execution.budget_usd` or `budget_tokens`, then run again",
    "EndpointError": "see that the endpoint answers (`partimento doctor CONFIG`), then run again",
    "StoreError": "see that the store can be reached and has room, then run again",
    "MissingError": "restore the file or delete what the line names, then run again",
    "DamagedError": "restore the file or delete what the line names, then run again",
    "MissingToolError": "install what the line names, then run again",
    "ConfigError": "mend the config (`partimento validate CONFIG`), then run again",
    "StoppedError": "it was stopped: run again",
    "ConflictError": "another build was faster: run again",
    "OSError": "see that the disk has room and can be reached, then run again",
    "NotBuiltError": "build first",
}
_OTHERWISE = "run again; if it fails alike, `partimento build -v` shows where"


def what_to_do(error: str) -> str:
    """Advice on an error, by the name of its type."""
    return _WHAT_TO_DO.get(error, _OTHERWISE)


def failure_page(corpus: str, error: Exception) -> str:
    """Markdown: each failed step with its own words and what to do.

    Parameters
    ----------
    corpus : str
    error : Exception
        What ended the run.
    """
    first, *_ = str(error).split("\n")
    head = f"# {corpus}: failed\n\n{as_plain(first)}\n\n"
    failures = list(error.failures) if isinstance(error, BuildError) else []
    if not failures:
        name = "" if isinstance(error, BuildError) else type(error).__name__
        rest = "".join(f"- {as_plain(line)}\n" for line in str(error).split("\n")[1:])
        return f"{head}{rest}\n**What to do:** {what_to_do(name)}.\n"
    steps = "".join(map(_step, failures))
    return (
        f"{head}{steps}\nWhat is committed is kept; the next build goes on from there. Each step "
        "is a task of the red wave among this run's subflows, with its log.\n"
    )


def _step(failure: StepFailure) -> str:
    """A list entry: the cells of a table would not be broken into lines by the UI."""
    advice = what_to_do(failure.error) if failure.error else "it waited for one that failed"
    why = as_plain(failure.why)
    return f"- **{failure.stage} {failure.partition}**: {why}\n  **What to do:** {advice}.\n"
