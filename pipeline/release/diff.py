"""What came, went and changed from one release to another, and why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from pipeline.release.assemble import TRACKS
from pipeline.release.folder import LEFT_OUT, ReleaseFolder
from schemas.manifest import StageLineage

ROW_SCHEMA = {name: pl.String for name in ("dataset", "change", "row_id", "track_id", "why")}
_BESIDE = ("audio", "uri", "texts")
"""Of tracks: the sound goes by its id, and texts have rows of their own."""
_AUTHOR = ("model", "prompt", "prompt_hash")
_LEFT_OUT = ("dataset", "row_id", "track_id", "reason")
_ABOUT, _HEARD = ("about_start_s", "about_end_s"), ("heard_start_s", "heard_end_s")
_REST = ("lane", "split", "n_audio_tokens", "n_text_tokens", *_ABOUT, *_HEARD)
_AS_WRITTEN_BEFORE = {"start_s": "heard_start_s", "end_s": "heard_end_s"}
"""Columns of releases in which what was heard and what a text is about were one."""


@dataclass(frozen=True)
class ReleaseDiff:
    """The difference of two releases.

    Attributes
    ----------
    rows : pl.DataFrame
        `ROW_SCHEMA`: every row that came, went or changed, and why.
    same : dict of str to int
        Rows that did neither, by data set.
    stages : list of str
        What is different about the stages, in words.
    """

    rows: pl.DataFrame
    same: dict[str, int]
    stages: list[str]

    def counts(self) -> pl.DataFrame:
        """Rows by data set, change and reason."""
        return (
            self.rows.group_by("dataset", "change", "why")
            .len("n_rows")
            .sort("dataset", "change", "n_rows", "why", descending=[False, False, True, False])
        )


def diff_releases(old: ReleaseFolder, new: ReleaseFolder) -> ReleaseDiff:
    """Compare two releases row by row.

    Parameters
    ----------
    old, new : ReleaseFolder

    Returns
    -------
    ReleaseDiff
        Texts are compared by their digest, so that no more than the ids are held in memory.
    """
    stages = stage_changes(old.manifest.stages, new.manifest.stages)
    names = list(dict.fromkeys(d.name for r in (old, new) for d in r.manifest.datasets))
    gone, was_gone = new.table(LEFT_OUT, _LEFT_OUT), old.table(LEFT_OUT, _LEFT_OUT)
    before, after = (each.table(TRACKS, ("track_id",)).drop("split") for each in (old, new))
    parts, same = [], {}
    for name in names:
        both = _rows(old, name).join(
            _rows(new, name), on="row_id", how="full", suffix="_new", coalesce=True
        )
        came = both.filter(pl.col("digest").is_null()).with_columns(track_id=pl.col("track_id_new"))
        went = both.filter(pl.col("digest_new").is_null())
        stayed = both.filter(pl.col("digest").is_not_null(), pl.col("digest_new").is_not_null())
        changed = stayed.with_columns(why=_why_changed(name, stages)).filter(pl.col("why") != "")
        same[name] = len(stayed) - len(changed)
        parts += [
            _because(came, name, "came", was_gone, before, "new track", stages),
            _because(went, name, "went", gone, after, "the track is gone", stages),
            changed.select(
                pl.lit(name).alias("dataset"), pl.lit("changed").alias("change"),
                "row_id", "track_id", "why",
            ),
        ]  # fmt: skip
    rows = pl.concat([pl.DataFrame(schema=ROW_SCHEMA), *parts])
    return ReleaseDiff(rows.sort("dataset", "change", "row_id"), same, stages)


def stage_changes(old: list[StageLineage], new: list[StageLineage]) -> list[str]:
    """What decides on a stage's rows and is different: version, settings, prompt, model."""
    before = {each.stage: each for each in old}
    after = {each.stage: each for each in new}
    found = [f"{name}: new stage" for name in after if name not in before]
    found += [f"{name}: no longer a stage" for name in before if name not in after]
    for name in (name for name in after if name in before):
        found += list(_changes(before[name], after[name]))
    return found


def _changes(old: StageLineage, new: StageLineage) -> Iterator[str]:
    for field in ("version", "prompt"):
        ours, theirs = getattr(old, field), getattr(new, field)
        if ours != theirs:
            yield f"{new.stage}: {field} {ours} -> {theirs}"
    if old.prompt == new.prompt and old.prompt_hash != new.prompt_hash:
        yield f"{new.stage}: the words of prompt {new.prompt} without a new version"
    yield from _settings(new.stage, old.config, new.config)
    for role in sorted(old.models.keys() | new.models.keys()):
        ours, theirs = (
            stage.models[role].model_dump() if role in stage.models else {} for stage in (old, new)
        )
        yield from _settings(f"{new.stage}: {role}", ours, theirs)


def _settings(what: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for key in sorted(old.keys() | new.keys()):
        ours, theirs = old.get(key), new.get(key)
        if isinstance(ours, Mapping) and isinstance(theirs, Mapping):
            yield from _settings(f"{what}: {key}", ours, theirs)
        elif ours != theirs:
            yield f"{what}: {key} {ours} -> {theirs}"


def _rows(release: ReleaseFolder, name: str) -> pl.DataFrame:
    """Ids, digests and what reasons are read from."""
    numbers = {"n_audio_tokens", "n_text_tokens"}
    spans = {*_ABOUT, *_HEARD}
    schema = dict.fromkeys(["row_id", "track_id", "digest", *_AUTHOR], pl.String) | {
        field: pl.Int64 if field in numbers else pl.Float64 if field in spans else pl.String
        for field in _REST
    }
    parts = [
        _compact(rows, split).select(pl.col(n).cast(kind) for n, kind in schema.items())
        for split, rows in release.frames(name)
    ]
    return pl.concat([pl.DataFrame(schema=schema), *parts])


def _compact(rows: pl.DataFrame, split: str) -> pl.DataFrame:
    rows = rows.rename(_AS_WRITTEN_BEFORE, strict=False)
    is_text = "authorship" in rows.columns
    content = pl.struct(pl.exclude("authorship", *_REST, "row_id")).hash()
    if not is_text:
        rows = rows if "album" in rows.columns else rows.with_columns(album=pl.lit(None, pl.String))
        content = pl.struct(sorted(set(rows.columns) - {*_BESIDE, *_REST})).hash()
    author = {
        name: pl.col("authorship").struct.field(name) if is_text else pl.lit(None, pl.String)
        for name in _AUTHOR
    }
    absent = {name: pl.lit(None) for name in _REST if name not in rows.columns}
    return rows.with_columns(
        row_id=pl.col("row_id") if is_text else pl.col("track_id"),
        digest=content.cast(pl.String),
        **author,
        **absent,
    ).with_columns(split=pl.lit(split))


def _why_changed(name: str, stages: list[str]) -> pl.Expr:
    """Reasons in words, joined; empty for a row that stayed as it was."""

    def differs(field: str) -> pl.Expr:
        return pl.col(field).ne_missing(pl.col(f"{field}_new"))

    def are_other(fields: Sequence[str]) -> pl.Expr:
        return pl.any_horizontal(differs(field) for field in fields)

    def moved(field: str) -> pl.Expr:
        words = pl.format(
            f"{field} {{}} -> {{}}", *(pl.col(n).fill_null("none") for n in (field, f"{field}_new"))
        )
        return pl.when(differs(field)).then(words)

    is_rewritten = differs("prompt_hash") & ~differs("prompt")
    causes = "; ".join(stages) or "the model answered otherwise"
    if name == TRACKS:
        causes = "what the listing says"
    is_only_text = differs("digest") & ~differs("model") & ~differs("prompt_hash")
    reasons = [
        moved("model"),
        moved("prompt"),
        pl.when(is_rewritten).then(pl.lit("the prompt's words")),
        pl.when(is_only_text).then(pl.lit(causes)),
        moved("lane"),
        moved("split"),
        pl.when(are_other(_ABOUT)).then(pl.lit("the stretch that it is about")),
        pl.when(are_other(_HEARD)).then(pl.lit("the stretch that is heard")),
        pl.when(differs("n_audio_tokens") & ~are_other(_HEARD)).then(pl.lit("audio tokens")),
        pl.when(differs("n_text_tokens") & ~differs("digest")).then(pl.lit("how text is counted")),
    ]
    return pl.concat_str(reasons, separator="; ", ignore_nulls=True)


def _because(
    rows: pl.DataFrame,
    name: str,
    change: str,
    left_out: pl.DataFrame,
    tracks: pl.DataFrame,
    otherwise: str,
    stages: list[str],
) -> pl.DataFrame:
    """Why rows are in one release alone: the other left them out, lacks the track, or the text."""
    ours = left_out.filter(pl.col("dataset") == name)
    by_row = ours.select("row_id", of_row="reason").unique("row_id", keep="first")
    by_track = ours.select("track_id", of_track="reason").unique("track_id", keep="first")
    sound = left_out.filter(pl.col("dataset") == TRACKS).select("track_id", of_sound="reason")
    cause = "; ".join(stages) or "the stage made it in one of them alone"
    has_track = pl.col("is_there").fill_null(False)
    no_longer = "no longer left out: {}" if change == "came" else "left out: {}"
    reason = pl.coalesce("of_row", "of_sound", "of_track")
    why = (
        pl.when(reason.is_not_null()).then(pl.format(no_longer, reason))
        .when(has_track & pl.lit(name != TRACKS)).then(pl.lit(cause))
        .otherwise(pl.lit(otherwise))
    )  # fmt: skip
    return (
        rows.join(by_row, on="row_id", how="left")
        .join(by_track, on="track_id", how="left")
        .join(sound.unique("track_id"), on="track_id", how="left")
        .join(tracks.with_columns(is_there=pl.lit(True)), on="track_id", how="left")
        .select(
            dataset=pl.lit(name),
            change=pl.lit(change),
            row_id="row_id",
            track_id="track_id",
            why=why,
        )
    )
