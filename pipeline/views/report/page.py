"""The report's page: numbers into words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from markupsafe import Markup

from pipeline.corpus.corpus import TrackRows
from pipeline.engine.shards import now
from pipeline.views.evaluate.facts.words import evaluation_table
from pipeline.views.pages import count, render
from pipeline.views.pages.listening import head_facts, refusal_anchor, title_of
from pipeline.views.report.gather import Report
from pipeline.views.report.tallies import Distribution
from schemas.facts import MusicFacts
from schemas.ids import track_of
from schemas.provenance import Rejection


@dataclass(frozen=True)
class Tile:
    """A number for the head of the page."""

    name: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Link:
    """A listening page, as the report names it."""

    title: str
    url: str
    note: str
    track_id: str


def report_page(
    report: Report, plots: Mapping[str, str], pages: Sequence[Link], *, least_tracks: int
) -> str:
    """Render a report.

    Parameters
    ----------
    report : Report
    plots : mapping of str to str
        A trusted ``<svg>`` element for the title of each distribution.
    pages : sequence of Link
    least_tracks : int
        As `gather` was told.

    Returns
    -------
    str
        HTML with everything inlined.
    """
    shown = [
        {"title": each.tally.title, "note": note_of(each), "svg": Markup(plots[each.tally.title])}
        for each in report.distributions
    ]
    nulls = [(stage.name, why, n) for stage in report.stages for why, n in stage.unmeasured.items()]
    return render(
        "report",
        title=report.corpus.config.name,
        made_at=now().replace("T", " ").removesuffix("+00:00") + " UTC",
        report=report,
        tiles=tiles(report),
        plots=shown,
        nulls=nulls,
        pages=pages,
        refusal_link=partial(refusal_link, pages=pages),
        least_tracks=least_tracks,
        duration=duration,
        evaluation=evaluation_table(report.evaluation),
    )


def tiles(report: Report) -> list[Tile]:
    """The numbers that people ask for first."""
    by_stage = {stage.name: stage for stage in report.stages}
    snapshot = report.corpus.snapshot
    found = [
        Tile("Tracks", count(snapshot.n_tracks), f"of {count(snapshot.n_sources)} sources"),
        Tile("Music", duration(3600 * report.hours)),
    ]
    if (rich := by_stage.get("describe")) and rich.n_rows:
        words = f"{rich.words_per_text:.0f} words each" if rich.words_per_text else ""
        found.append(Tile("Rich captions", count(rich.n_rows), words))
    if (questions := by_stage.get("question")) and questions.n_rows:
        found.append(Tile("Questions", count(questions.n_rows)))
    if (judged := by_stage.get("judge")) and judged.n_in:
        share = f"{judged.n_accepted / judged.n_in:.0%} of what was judged"
        found.append(Tile("Judge accepted", count(judged.n_accepted), share))
    n_refused = sum(each.n for each in report.refusals)
    usd = sum(each.usd for each in report.costs)
    tokens = sum(each.input_tokens + each.output_tokens for each in report.costs)
    found.append(Tile("Refused", count(n_refused), "in all stages"))
    found.append(Tile("Spent", f"${usd:,.2f}", f"{count(tokens)} tokens"))
    return found


def link_to(each: TrackRows, url: str) -> Link:
    """How the report names a listening page."""
    facts = each.one(MusicFacts)
    values = [fact.value for fact in head_facts(each.track, facts)[:4] if fact.value != "–"]  # noqa: RUF001
    who = [each.track.artist] if each.track.artist else []
    note = " · ".join([*who, *values])
    return Link(title_of(each.track), url, note, each.track.track_id)


def refusal_link(refused: Rejection, pages: Sequence[Link]) -> str | None:
    """Where a listening page tells of a refusal; None if its track has none."""
    track = track_of(refused.row_id)
    found = next((each.url for each in pages if each.track_id == track), None)
    return found and f"{found}#{refusal_anchor(refused)}"


def note_of(found: Distribution) -> str:
    """How much was counted, in words."""
    if found.mean is None:
        return f"{count(found.n)} values, {len(found.counts)} different"
    text = f"{count(found.n)} values, mean {found.mean:.1f} {found.tally.unit}"
    if found.tally.mark is not None:
        value, name = found.tally.mark
        text += f"; {name}: {value:g}"
    return text


def duration(seconds: float) -> str:
    """Seconds in words, e.g. ``2.5 h``."""
    if seconds < 120:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.1f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"
