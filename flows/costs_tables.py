"""What models are asked, as tables: before a build, after it, and one beside the other."""

from collections.abc import Iterable, Sequence

from rich.markup import escape
from rich.table import Table

from flows.command import visible
from pipeline.views.cluster import ResourceHours
from pipeline.views.estimate import CorpusEstimate
from pipeline.views.spent import Amount, Spent
from schemas.config import CorpusConfig
from schemas.estimate import StageEstimate
from schemas.ledger import LedgerLine

_TOKENS = ("audio tokens", "text tokens", "cached", "tokens out", "MB sent", "USD")


def costs_table(lines: Sequence[LedgerLine]) -> Table:
    """What models were asked, and what it cost."""
    columns = ("stage", "role", "model", "outcome", "attempts", *_TOKENS)
    table = Table(*columns, title="asked of models, in all builds")
    for line in lines:
        names = (line.stage, line.role, escape(visible(line.model)), line.outcome)
        table.add_row(*names, str(line.n_attempts), *_numbers([line]))
    if len(lines) > 1:
        n_attempts = sum(line.n_attempts for line in lines)
        table.add_row("all", "", "", "", str(n_attempts), *_numbers(lines))
    return table


def estimate_table(estimate: CorpusEstimate, config: CorpusConfig) -> Table:
    """What the next build would do, at most."""
    title = (
        f"{config.name}: {estimate.n_tracks} tracks ({estimate.n_new_files} new files), "
        f"{estimate.duration_s / 3600:.2f} h"
    )
    columns = ("stage", "steps", "role", "engine", "model", "requests", *_TOKENS, "from")
    caption = "\n".join(filter(None, (_budget_limits(estimate, config), _unpriced(estimate))))
    table = Table(*columns, title=escape(title), caption=escape(caption))
    for each in estimate.stages:
        if each.role is None:
            table.add_row(each.stage, str(each.n_steps))
            continue
        who = [each.role, each.engine or "", each.model or ""]
        basis = "earlier answers" if each.is_measured else "typical ones"
        if each.share is not None:
            basis += f", {100 * each.share:.0f} % of the cascade"
        *numbers, usd = _numbers([each])
        shown = usd if each.has_price or each.engine == "builtin/facts" else "no price"
        cells = [str(each.n_steps), *map(escape, who), str(each.n_requests), *numbers, shown, basis]
        table.add_row(each.stage, *cells)
    n_requests = sum(each.n_requests for each in estimate.stages)
    table.add_row("all", "", "", "", "", str(n_requests), *_numbers(estimate.stages), "")
    return table


def hours_table(rows: Sequence[ResourceHours], n_cores: int) -> Table:
    """What a build takes of the cores and of each endpoint."""
    title = f"at least, on {n_cores} cores: the longest decides"
    table = Table("of", "takes", "hours", title=title)
    for each in rows:
        hours = "no limit is set" if each.hours is None else f"{each.hours:.2f}"
        table.add_row(escape(each.resource), each.amount, hours)
    return table


def spent_table(rows: Sequence[Spent]) -> Table:
    """The estimate of the last build beside what happened: how much of it was too much."""
    columns = ("stage", "role", "requests", *_TOKENS)
    table = Table(*columns, title="estimated at the start of the last build, asked since (error)")
    for each in rows:
        counts = (each.requests, each.audio_tokens, each.text_tokens, each.cached_tokens)
        cells = [_amount(number, "{:.0f}") for number in (*counts, each.output_tokens)]
        sent = Amount(each.bytes_sent.expected / 1e6, each.bytes_sent.happened / 1e6)
        cells += [_amount(sent, "{:.1f}"), _amount(each.usd, "{:.4f}")]
        table.add_row(each.stage, each.role, *cells)
    return table


def spent_dicts(rows: Iterable[Spent]) -> list[dict[str, str | float | None]]:
    """The same for a table of the Prefect UI."""
    found = []
    for each in rows:
        values: dict[str, str | float | None] = {"stage": each.stage, "role": each.role}
        for name, amount in vars(each).items():
            if isinstance(amount, Amount):
                values[f"{name}, estimated"] = amount.expected
                values[f"{name}, asked"] = amount.happened
                values[f"{name}, error"] = None if amount.error is None else percent(amount)
        found.append(values)
    return found


def percent(amount: Amount) -> str:
    """The error of an estimate.

    Examples
    --------
    >>> percent(Amount(expected=120.0, happened=100.0)), percent(Amount(1.0, 0.0))
    ('+20 %', '')
    """
    return "" if amount.error is None else f"{100 * amount.error:+.0f} %"


def _amount(amount: Amount, form: str) -> str:
    error = f" ({percent(amount)})" if amount.error is not None else ""
    return f"{form.format(amount.expected)}, {form.format(amount.happened)}{error}"


def _numbers(lines: Sequence[LedgerLine] | Sequence[StageEstimate]) -> list[str]:
    """Sums in the order of `_TOKENS`."""
    audio = sum(each.audio_tokens for each in lines)
    whole = sum(each.input_tokens for each in lines)
    cached = sum(each.cached_tokens for each in lines)
    out = sum(each.output_tokens for each in lines)
    megabytes = sum(each.bytes_sent for each in lines) / 1e6
    usd = sum(each.cost_usd for each in lines)
    return [*map(str, (audio, whole - audio, cached, out)), f"{megabytes:.1f}", f"{usd:.4f}"]


def _budget_limits(estimate: CorpusEstimate, config: CorpusConfig) -> str:
    text = f"spent so far: {estimate.spent.usd:.4f} USD, {estimate.spent.tokens} tokens"
    if config.execution.budget_usd is not None:
        text += f"; budget_usd {config.execution.budget_usd:g}"
    if config.execution.budget_tokens is not None:
        text += f"; budget_tokens {config.execution.budget_tokens}"
    return text


def _unpriced(estimate: CorpusEstimate) -> str:
    """Roles that are asked something and have no price: nothing of theirs is in the sum."""
    names = [
        each.role
        for each in estimate.stages
        if each.role and each.input_tokens and not each.has_price
    ]
    if not names:
        return ""
    return f"without a price, and not in the sum: {', '.join(dict.fromkeys(names))}"
