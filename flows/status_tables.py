"""What `status` shows of a corpus, part by part."""

from collections.abc import Iterator

from flows.costs_tables import costs_table, spent_table
from flows.tables import skills_table, summary_table
from flows.think_tables import think_table
from pipeline.views.status import Status


def status_parts(found: Status) -> Iterator[object]:
    """Tables and lines."""
    yield summary_table(found)
    if found.skills is not None:
        yield skills_table(found.skills)
    if found.thoughts is not None:
        yield think_table(found.thoughts)
    if found.ledger:
        yield costs_table(found.ledger)
    if found.spent:
        yield spent_table(found.spent)
    for stage, passing in found.may_pass.items():
        reasons = dict.fromkeys(what.rpartition(": ")[2] for what in passing)
        options = " ".join(f"--reason {reason}" for reason in reasons)
        yield (
            f"{sum(passing.values())} rows or values may do better another day: "
            f"partimento rejects retry CONFIG --stage {stage} {options}"
        )
    left = f", {found.n_steps_left} steps left" if found.n_steps_left else ""
    gone = f", {found.n_absent} tracks left the listing" if found.n_absent else ""
    yield f"snapshot {found.snapshot}{left}{gone}, content {found.content_hash}"
