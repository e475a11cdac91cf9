"""The estimate at the start of the last build, beside what models were asked since."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.corpus.corpus import Corpus
from pipeline.corpus.estimates import last_estimate, used_of
from pipeline.corpus.models import open_answer_cache
from schemas.estimate import BuildEstimate
from schemas.ledger import LedgerLine
from schemas.usage import Usage


@dataclass(frozen=True)
class Amount:
    """A number that was estimated, and what came of it."""

    expected: float
    happened: float

    @property
    def error(self) -> float | None:
        """What was expected too much, as a share of what happened; None where nothing did.

        Examples
        --------
        >>> Amount(expected=120.0, happened=100.0).error
        0.2
        """
        if not self.happened:
            return None
        return (self.expected - self.happened) / self.happened


@dataclass(frozen=True)
class Spent:
    """A stage and role since the start of the last build; `all` and no role for the sums.

    Attributes
    ----------
    requests : Amount
        Those that were answered. What was in the cache already, or refused by the stage before,
        was estimated and is not asked.
    audio_tokens, text_tokens, cached_tokens, output_tokens, bytes_sent, usd : Amount
    """

    stage: str
    role: str
    requests: Amount
    audio_tokens: Amount
    text_tokens: Amount
    cached_tokens: Amount
    output_tokens: Amount
    bytes_sent: Amount
    usd: Amount


def spent_since(corpus: Corpus) -> list[Spent]:
    """The last estimate against the ledger, in the order of the stages; the last are the sums.

    Empty where no build asked models that cost something.

    Raises
    ------
    DamagedError
        If the estimate is not as it was written.
    """
    estimate = last_estimate(corpus.store)
    if estimate is None:
        return []
    return compare(estimate, open_answer_cache(corpus.config).ledger())


def compare(estimate: BuildEstimate, ledger: Sequence[LedgerLine]) -> list[Spent]:
    """An estimate against what the ledger has beyond that of the time of the estimate."""
    rows, expected_all, happened_all = [], Usage(), Usage()
    for each in estimate.stages:
        now, before = (_used(lines, each.stage, each.role) for lines in (ledger, estimate.before))
        expected = Usage(
            n_attempts=each.n_requests,
            **each.model_dump(include=set(Usage.model_fields) - {"n_attempts", "is_estimated"}),
        )
        happened = Usage(
            **{
                name: getattr(now, name) - getattr(before, name)
                for name in Usage.model_fields
                if name != "is_estimated"
            }
        )
        rows.append(_row(each.stage, each.role or "", expected, happened))
        expected_all, happened_all = expected_all + expected, happened_all + happened
    return [*rows, _row("all", "", expected_all, happened_all)]


def _used(lines: Sequence[LedgerLine], stage: str, role: str | None) -> Usage:
    """What attempts took; `n_attempts` counts those that were answered."""
    ours = [line for line in lines if (line.stage, line.role) == (stage, role)]
    n_answers = sum(line.n_attempts for line in ours if line.outcome == "answered")
    used = sum((used_of(line) for line in ours), Usage())
    return used.model_copy(update={"n_attempts": n_answers})


def _row(stage: str, role: str, expected: Usage, happened: Usage) -> Spent:
    def amount(name: str) -> Amount:
        return Amount(getattr(expected, name), getattr(happened, name))

    def text(used: Usage) -> int:
        return used.input_tokens - used.audio_tokens

    return Spent(
        stage,
        role,
        requests=amount("n_attempts"),
        audio_tokens=amount("audio_tokens"),
        text_tokens=Amount(text(expected), text(happened)),
        cached_tokens=amount("cached_tokens"),
        output_tokens=amount("output_tokens"),
        bytes_sent=amount("bytes_sent"),
        usd=amount("cost_usd"),
    )
