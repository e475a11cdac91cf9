"""From a data set's rows to released ones: tracks joined, tokens counted, a policy for length."""

from dataclasses import dataclass

import polars as pl
import pyarrow as pa

from pipeline.gates import TOKEN_PATTERN
from pipeline.ingest.licences import lanes_of
from pipeline.release.comparisons import strictest, with_other
from pipeline.release.datasets import THOUGHTS, TextDataset
from pipeline.release.tokens import TextCounter, audio_tokens_of
from schemas.arrow import arrow_schema
from schemas.audio_tokens import TOKENS_PER_WINDOW, WINDOW_S
from schemas.ids import TRACK_ID_DIGITS
from schemas.record import Record
from schemas.sections import CurationConfig, ReleaseConfig
from schemas.thinking import TAG_PATTERN

_LANES = ("lane", "words")
_NOTHING = pl.lit(None, pl.String)
_OTHER_DETAIL = pl.when(pl.col("apart").is_not_null()).then(pl.format("with {}", "other_id"))
LEFT_OUT_SCHEMA = {
    name: pl.String for name in ("dataset", "row_id", "track_id", "reason", "detail")
}


@dataclass(frozen=True)
class Texts:
    """What became of a data set's rows.

    Attributes
    ----------
    kept : pl.DataFrame
        Released rows, with `split`, `uri` and `heard_s`, the length of what is heard.
    left_out : pl.DataFrame
        `LEFT_OUT_SCHEMA`.
    n_truncated : int
    """

    kept: pl.DataFrame
    left_out: pl.DataFrame
    n_truncated: int


def finish_texts(
    name: str,
    rows: pl.DataFrame,
    tracks: pl.DataFrame,
    config: ReleaseConfig,
    counter: TextCounter,
    curation: CurationConfig | None = None,
) -> Texts:
    """Join rows with their tracks, count tokens, and leave out what must be.

    Parameters
    ----------
    name : str
        The data set's.
    rows : pl.DataFrame
        From `TextDataset.rows`.
    tracks : pl.DataFrame
        From `plan_tracks`.
    config : ReleaseConfig
    counter : callable
        From `text_counter`.
    curation : CurationConfig, optional
        Gives words that others wrote the lane of their licence, where that is stricter than the
        sound's.

    Returns
    -------
    Texts
        Every row is kept or left out. Reasons are those of its track, of a comparison
        ``other_left_out`` and ``other_split``, then ``text_licence``, ``template_token`` whoever
        wrote it, and ``over_context``.
    """
    wanted = tracks.select(
        "track_id", "uri", "duration_s", "lane", "split", "left_out", "left_out_detail"
    )
    joined = rows.join(wanted, on="track_id", how="left", maintain_order="left").with_columns(
        n_text_tokens=counter(rows)
    )
    whole = pl.lit(None, pl.Float64)
    joined = joined.with_columns(
        heard_start_s=whole,
        heard_end_s=whole,
        heard_s="duration_s",
        n_audio_tokens=audio_tokens_of(pl.col("duration_s")),
        is_cut=pl.lit(False),
        token=_template_token(name),
    )
    joined = _with_lane_of_words(joined, config, curation or CurationConfig())
    is_of_two = "other_id" in rows.columns
    joined = with_other(joined, tracks) if is_of_two else joined.with_columns(apart=_NOTHING)
    if config.over_context == "truncate" and not is_of_two:
        joined = _truncate(joined, config.context_tokens)
    total = pl.col("n_audio_tokens") + pl.col("n_text_tokens")
    is_over = (total > config.context_tokens) & (config.over_context != "keep")
    reason = (
        pl.when(pl.col("duration_s").is_null()).then(pl.lit("no_track"))
        .when(pl.col("left_out").is_not_null()).then("left_out")
        .when(pl.col("apart").is_not_null()).then("apart")
        .when(pl.col("forbids").is_not_null()).then(pl.lit("text_licence"))
        .when(pl.col("token").is_not_null()).then(pl.lit("template_token"))
        .when(is_over).then(pl.lit("over_context"))
    )  # fmt: skip
    words = pl.format("{} tokens, {} are allowed", total, pl.lit(config.context_tokens))
    found = pl.format("it holds {}, a mark of chat templates", "token")
    detail = pl.when(pl.col("left_out").is_null()).then(
        pl.coalesce(
            _OTHER_DETAIL if is_of_two else _NOTHING, "forbids", found, pl.when(is_over).then(words)
        )
    )
    joined = joined.with_columns(
        reason=reason, detail=pl.coalesce("left_out_detail", detail, pl.lit(""))
    )
    gone = joined.filter(pl.col("reason").is_not_null())
    kept = joined.filter(pl.col("reason").is_null())
    return Texts(
        kept=kept,
        left_out=gone.select(dataset=pl.lit(name), **{n: n for n in list(LEFT_OUT_SCHEMA)[1:]}),
        n_truncated=int(kept["is_cut"].sum()),
    )


def not_accepted(
    dataset: TextDataset, made: pl.DataFrame, kept: pl.DataFrame, refusals: pl.DataFrame
) -> pl.DataFrame:
    """The texts that a stage made and another refused, with the reason.

    Parameters
    ----------
    dataset : TextDataset
    made : pl.DataFrame
        The data set's `key` and `track_id` of every text that was made.
    kept : pl.DataFrame
        The accepted ones, with `key`.
    refusals : pl.DataFrame
        `row_id` (the key), `reason` and `detail`.

    Returns
    -------
    pl.DataFrame
        `LEFT_OUT_SCHEMA`.
    """
    lost = made.join(kept, on=dataset.key, how="anti", maintain_order="left")
    known = lost.join(
        refusals, left_on=dataset.key, right_on="row_id", how="left", maintain_order="left"
    )
    return known.select(
        dataset=pl.lit(dataset.name),
        row_id=dataset.row_id,
        track_id="track_id",
        reason=pl.col("reason").fill_null("not_accepted"),
        detail=pl.col("detail").fill_null(""),
    )


def never_made(dataset: TextDataset, refusals: pl.DataFrame) -> pl.DataFrame:
    """What a stage that makes texts refused itself, e.g. of a whole track; `LEFT_OUT_SCHEMA`."""
    is_made = pl.col("reason").str.split(": ").list.first().is_in(list(dataset.makers))
    ours = refusals.filter(is_made).rename({"row_id": dataset.key})
    return ours.select(
        dataset=pl.lit(dataset.name),
        row_id=dataset.row_id,
        track_id=pl.col(dataset.key).str.slice(0, TRACK_ID_DIGITS),
        reason="reason",
        detail="detail",
    )


def to_released(frame: pl.DataFrame, model: type[Record]) -> pa.Table:
    """A frame as an Arrow table with exactly the model's columns and types."""
    schema = arrow_schema(model)
    table = frame.select(schema.names).to_arrow(compat_level=pl.CompatLevel.oldest())
    return table.cast(schema)


def _with_lane_of_words(
    joined: pl.DataFrame, config: ReleaseConfig, curation: CurationConfig
) -> pl.DataFrame:
    """The stricter lane of sound and words, and in `forbids` why words may not be released here."""
    if "text_licence" not in joined.columns:
        return joined.with_columns(forbids=pl.lit(None, pl.String))
    words = lanes_of(joined["text_licence"], curation).lane
    joined = joined.with_columns(words=pl.when(pl.col("origin").is_not_null()).then(words))
    lane = strictest(*_LANES)
    is_forbidden = pl.col("words").is_in(config.lanes).not_() | (
        (pl.col("words") == "eval_only") & (pl.col("split") == "train")
    )
    told = pl.format(
        "{}: licence of its words: {}", "origin", pl.col("text_licence").fill_null("none")
    )
    return joined.with_columns(lane=lane, forbids=pl.when(is_forbidden).then(told))


def _template_token(name: str) -> pl.Expr:
    """A chat template's token in prompt or completion, but for the tags of thoughts; or null."""
    said = pl.concat_str("prompt", "completion", separator="\n")
    if name == THOUGHTS.name:
        said = said.str.replace_all(TAG_PATTERN, "")
    return said.str.extract(f"({TOKEN_PATTERN})")


def _truncate(joined: pl.DataFrame, context_tokens: int) -> pl.DataFrame:
    """Rows over the context hear the first windows that fit and hold what they are about, if any.

    Windows are those of the whole track, so that each sounds at its own time.
    """
    total = pl.col("n_audio_tokens") + pl.col("n_text_tokens")
    n_windows = (context_tokens - pl.col("n_text_tokens")) // TOKENS_PER_WINDOW
    first = (pl.col("about_start_s").fill_null(0.0) / WINDOW_S).floor()
    end = (pl.col("about_end_s").fill_null(0.0) / WINDOW_S).ceil()
    is_cut = (total > context_tokens) & (n_windows > 0) & (end - first <= n_windows)
    start = pl.max_horizontal(end - n_windows, 0.0) * WINDOW_S
    stop = pl.min_horizontal(start + n_windows * WINDOW_S, "duration_s")
    return joined.with_columns(is_cut=is_cut.fill_null(False)).with_columns(
        heard_start_s=pl.when("is_cut").then(start).otherwise("heard_start_s"),
        heard_end_s=pl.when("is_cut").then(stop).otherwise("heard_end_s"),
        heard_s=pl.when("is_cut").then(stop - start).otherwise("heard_s"),
        n_audio_tokens=pl.when("is_cut")
        .then(audio_tokens_of(stop - start))
        .otherwise("n_audio_tokens"),
    )
