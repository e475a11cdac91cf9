"""Rich tables of what the commands show. Listings' words are escaped: they are not markup."""

from collections.abc import Iterable, Sequence

from rich.markup import escape
from rich.table import Table

from flows.doctor import Check
from pipeline.lookup import CorpusState, FoundTrack
from schemas.facts import Chord, MusicFacts
from schemas.provenance import Rejection
from schemas.tracks import Track


def summary_table(state: CorpusState) -> Table:
    """Counts by stage and reason."""
    columns = ("stage", "partitions", "in", "accepted", "rejected", "rows", "why")
    table = Table(*columns, title=escape(state.name))
    for stage in state.stages:
        why = [f"{n} {reason}" for reason, n in stage.reasons.items()]
        why += [f"{n} null {reason}" for reason, n in stage.unmeasured.items()]
        counts = (stage.n_in, stage.n_accepted, stage.n_rejected, stage.n_rows)
        partitions = f"{stage.n_partitions}/{len(state.snapshot.partitions)}"
        table.add_row(stage.name, partitions, *map(str, counts), escape("\n".join(why)))
    return table


def checks_table(found: Sequence[Check]) -> Table:
    """What the doctor saw."""
    table = Table("check", "", "found", "to get it")
    for check in found:
        mark = "[green]ok" if check.is_ok else "[red]missing" if check.is_needed else "optional"
        remedy = "" if check.is_ok else check.remedy
        table.add_row(check.name, mark, escape(check.found), escape(remedy))
    return table


def rejects_table(rows: Iterable[Rejection]) -> Table:
    """Rejections, one a line."""
    table = Table("stage", "reason", "row", "detail")
    for row in rows:
        table.add_row(row.stage, row.reason, _shown(row.row_id), _shown(row.detail))
    return table


def track_tables(found: FoundTrack) -> list[Table]:
    """What is known of one track."""
    tables = [_track(found.track), _segments(found)]
    if found.facts is not None:
        tables += [_facts(found.facts), _chords(found.facts.chords or [])]
    return tables


def _track(track: Track) -> Table:
    table = Table("field", "value", title=track.track_id)
    for name, value in track.model_dump().items():
        if value is not None:
            table.add_row(name, _shown(str(value)))
    return table


def _segments(found: FoundTrack) -> Table:
    n_silent = sum(segment.is_silent for segment in found.segments)
    table = Table("segments", "silent")
    table.add_row(str(len(found.segments)), str(n_silent))
    return table


def _facts(facts: MusicFacts) -> Table:
    table = Table("fact", "value", "confidence")
    if facts.tempo:
        sections = ", ".join(f"{s.bpm:.2f} from {s.start_s:.1f} s" for s in facts.tempo.sections)
        table.add_row(
            "tempo", f"{facts.tempo.bpm:.2f} BPM ({sections})", f"{facts.tempo.stability:.2f}"
        )
    if facts.beats:
        n_bars = sum(beat.bar_position == 1 for beat in facts.beats)
        table.add_row("beats", f"{len(facts.beats)}, {n_bars} downbeats", "")
    if facts.metre:
        table.add_row(
            "metre", f"{facts.metre.beats_per_bar} beats", f"{facts.metre.confidence:.2f}"
        )
    if facts.key:
        table.add_row("key", f"{facts.key.tonic} {facts.key.mode}", f"{facts.key.strength:.2f}")
    for section in facts.key_sections or []:
        span = f"{section.tonic} {section.mode}, {section.start_s:.1f}-{section.end_s:.1f} s"
        table.add_row("", span, f"{section.strength:.2f}")
    for progression in (facts.progressions or [])[:5]:
        table.add_row("progression", " - ".join(progression.numerals), f"{progression.count} x")
    if facts.loudness:
        table.add_row("loudness", f"{facts.loudness.integrated_lufs:.1f} LUFS", "")
    for missing in facts.unmeasured:
        table.add_row(missing.field, escape(f"null: {missing.reason} {missing.detail}"), "")
    return table


def _chords(chords: Sequence[Chord]) -> Table:
    table = Table("from (s)", "to (s)", "chord", "numeral", title="chords")
    for chord in chords:
        span = (f"{chord.start_s:.2f}", f"{chord.end_s:.2f}")
        table.add_row(*span, chord.label, chord.roman or "")
    return table


def _shown(text: str) -> str:
    """Untrusted text for a terminal: no markup, no control characters."""
    return escape("".join(c if c.isprintable() else repr(c)[1:-1] for c in text))
