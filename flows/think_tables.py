"""Rich tables of MF-Think: what was chosen, discarded and rewritten; the chains of a track."""

from rich.markup import escape
from rich.table import Table

from flows.command import visible
from pipeline.builtin.clock import clock
from pipeline.corpus.corpus import TrackRows
from pipeline.views.decisions import decisions
from pipeline.views.think import ThinkFunnel
from schemas.ids import name_in_track, request_id
from schemas.structured import StructuredMetadata
from schemas.thought import CheckedThought, ThoughtStep

_COUNTS = ("candidates", "chosen", "written", "rewritten", "discarded", "accepted")
_SHARES = ("selected_share", "rewritten_share", "discarded_share")


def think_table(funnel: ThinkFunnel) -> Table:
    """What became of the samples of MF-Think."""
    title = f"MF-Think ({funnel.n_shown} of {funnel.n_partitions} partitions)"
    names = [name.replace("_share", "") for name in _SHARES]
    table = Table("", *_COUNTS, *names, title=title)
    for row in funnel.rates.iter_rows(named=True):
        shares = ["" if row[name] is None else f"{row[name]:.0%}" for name in _SHARES]
        table.add_row(row["what"], *(str(row[name]) for name in _COUNTS), *shares)
    return table


def thought_tables(found: TrackRows) -> list[Table]:
    """The chains of thought about a track, and its caption in categories."""
    decided = decisions(found)
    tables = [_thought(each, decided) for each in found.of(CheckedThought)]
    return tables + [_categories(each) for each in found.of(StructuredMetadata)]


def _thought(found: CheckedThought, decided: dict[str, str]) -> Table:
    author = found.authorship
    name = "caption" if found.kind == "caption" else name_in_track(found.row_id)
    who = f"{author.engine} ({author.model}), prompt {author.prompt}"
    table = Table("round", "step", "text", "when", "rests on", "opinion", "why")
    table.title = _shown(f"thoughts on {name}, by {who}")
    table.caption = _shown(decided.get(request_id(found.row_id, "thought"), found.decision))
    for number, each in enumerate(found.rounds, 1):
        for place, (step, verdict) in enumerate(zip(each.steps, each.verdicts, strict=True), 1):
            rests_on = ", ".join(step.evidence)
            cells = (step.text, _when(step), rests_on, verdict.opinion, verdict.why)
            table.add_row(str(number), str(place), *map(_shown, cells))
        table.add_row(str(number), "", f"{each.outcome}: {each.wrong_share:.1%} wrong")
    return table


def _categories(found: StructuredMetadata) -> Table:
    table = Table("category", "accepted", "from", title="caption in categories")
    for each in found.entries:
        within = f" ± {each.tolerance_bpm:g}" if each.tolerance_bpm else ""
        source = "measured" if each.is_measured else found.authorship.model
        table.add_row(each.category, _shown(" | ".join(each.accepted) + within), _shown(source))
    for gap in found.missing:
        table.add_row(gap.field, "", gap.reason)
    return table


def _when(step: ThoughtStep) -> str:
    if step.start_s is None or step.end_s is None:
        return ""
    return "-".join(dict.fromkeys((clock(step.start_s), clock(step.end_s))))


def _shown(text: str) -> str:
    """Untrusted text for a terminal: no markup, no control characters."""
    return escape(visible(text))
