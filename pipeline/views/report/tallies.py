"""How often values occur: counted shard by shard, so that any corpus fits in memory."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import polars as pl

from pipeline.engine.shards import read_frame
from schemas.quality import CRITERIA
from schemas.shards import Commit
from tools.store import Store

PAPER_CAPTION_WORDS = 451.65
"""Mean length of a rich caption (*Music Flamingo*)."""


@dataclass(frozen=True)
class Tally:
    """A value to be counted.

    Attributes
    ----------
    title : str
    stage : str
        Whose rows have it.
    columns : tuple of str
        The columns that are read.
    values : pl.Expr
        The values; nulls are not counted.
    bin_width : float or None
        Numbers are counted in bins of this width; names as they are.
    unit : str
    mark : (float, str) or None
        A value to compare with, and its name.
    """

    title: str
    stage: str
    columns: tuple[str, ...]
    values: pl.Expr
    bin_width: float | None = None
    unit: str = ""
    mark: tuple[float, str] | None = None


@dataclass
class Distribution:
    """Counts of a tally's values; of numbers, by the lower edge of their bin."""

    tally: Tally
    counts: Counter[str | float] = field(default_factory=Counter)
    n: int = 0
    total: float = 0.0

    @property
    def mean(self) -> float | None:
        """Mean of the numbers; None for names, or without values."""
        return self.total / self.n if self.n and self.tally.bin_width is not None else None

    def add(self, rows: pl.DataFrame) -> None:
        """Count the values of some rows."""
        values = rows.select(value=self.tally.values).to_series().drop_nulls()
        self.n += len(values)
        width = self.tally.bin_width
        if width is None:
            values = values.cast(pl.String)
        else:
            self.total += float(values.sum())
            values = (values / width).floor() * width
        for value, count in values.value_counts().iter_rows():
            self.counts[value] += count


def _field(column: str, name: str) -> pl.Expr:
    return pl.col(column).struct.field(name)


def _each(column: str, name: str) -> pl.Expr:
    return pl.col(column).explode().struct.field(name)


def _mark(criterion: str) -> pl.Expr:
    return _each("ballots", "scores").struct.field(criterion)


_CHORD = _each("chords", "label")
_SOUNDING = _CHORD.filter(_CHORD != "N")
_QUALITY = _SOUNDING.str.extract(r":([^/(]+)", 1).fill_null("maj")
TALLIES = (
    Tally("Length", "tracks", ("duration_s",), pl.col("duration_s") / 60, 0.5, "min"),
    Tally("File format", "tracks", ("format",), pl.col("format")),
    Tally("Level of windows", "segment", ("rms_dbfs",), pl.col("rms_dbfs"), 2.0, "dBFS"),
    Tally("Tempo", "measure", ("tempo",), _field("tempo", "bpm"), 5.0, "BPM"),
    Tally("Metre", "measure", ("metre",), _field("metre", "beats_per_bar")),
    Tally(
        "Key",
        "measure",
        ("key",),
        pl.format(
            "{}{}",
            _field("key", "tonic"),
            _field("key", "mode").replace({"major": "", "minor": "m"}),
        ),
    ),
    Tally("Keys in a track", "measure", ("key_sections",), pl.col("key_sections").list.len()),
    Tally("Chord qualities", "measure", ("chords",), _QUALITY),
    Tally("Roman numerals", "measure", ("chords",), _each("chords", "roman")),
    Tally("Loudness", "measure", ("loudness",), _field("loudness", "integrated_lufs"), 1.0, "LUFS"),
    Tally("Window captions", "caption", ("n_words",), pl.col("n_words"), 5.0, "words"),
    Tally(
        "Rich captions",
        "describe",
        ("n_words",),
        pl.col("n_words"),
        25.0,
        "words",
        (PAPER_CAPTION_WORDS, "Music Flamingo"),
    ),
    Tally("Rich captions by", "describe", ("authorship",), _field("authorship", "model")),
    Tally("Other forms", "retell", ("form",), pl.col("form")),
    Tally("Brought captions are", "refine", ("change",), pl.col("change")),
    Tally("Claims as brought are", "refine", ("lint_before",), _each("lint_before", "verdict")),
    Tally("Claims as refined are", "refine", ("lint_after",), _each("lint_after", "verdict")),
    Tally("Questions by skill", "question", ("skill",), pl.col("skill")),
    Tally("Questions by form", "question", ("form",), pl.col("form")),
    Tally("Options", "question", ("options",), pl.col("options").list.len()),
    Tally("Claims", "lint", ("findings",), _each("findings", "kind")),
    Tally("Claims are", "lint", ("findings",), _each("findings", "verdict")),
    Tally(
        "Right without hearing",
        "blind",
        ("n_right", "n_tries"),
        100 * pl.col("n_right") / pl.col("n_tries"),
        10.0,
        "% of tries",
    ),
    Tally("Refused lines of lyrics", "transcribe", ("refused",), _each("refused", "rule")),
    Tally("Language of the lyrics", "transcribe", ("language",), pl.col("language")),
    Tally("Judge's decisions", "judge", ("decision",), pl.col("decision")),
    Tally("Texts judged by", "judge", ("ballots",), _each("ballots", "judge")),
    *(Tally(f"Judge: {name}", "judge", ("ballots",), _mark(name)) for name in CRITERIA),
    Tally("Difficulty", "difficulty", ("difficulty",), pl.col("difficulty"), 0.1),
    Tally("Difficulty by", "difficulty", ("method",), pl.col("method")),
    Tally("Selected by skill", "select", ("skill",), pl.col("skill").fill_null("caption")),
    Tally("Selected by genre", "select", ("genre",), pl.col("genre")),
    Tally("Difficulty of the chosen", "select", ("difficulty",), pl.col("difficulty"), 0.1),
    Tally("Steps of a chain", "reason", ("steps",), pl.col("steps").list.len()),
    Tally("Steps rest on", "reason", ("steps",), _each("steps", "evidence").explode()),
    Tally("Chains are", "factcheck", ("decision",), pl.col("decision")),
    Tally("Rewritten so often", "factcheck", ("n_rewrites",), pl.col("n_rewrites")),
    Tally(
        "Steps are",
        "factcheck",
        ("rounds",),
        _each("rounds", "verdicts").explode().struct.field("opinion"),
    ),
    Tally("Categories", "structure", ("entries",), _each("entries", "category")),
    Tally("Missing categories", "structure", ("missing",), _each("missing", "reason")),
)


def distributions(
    store: Store, commits: Iterable[Commit], tallies: Sequence[Tally] = TALLIES
) -> list[Distribution]:
    """Count all values of all tallies.

    Parameters
    ----------
    store : Store
    commits : iterable of Commit
        Their shards are read one after the other, and of each only the columns that count.
    tallies : sequence of Tally, optional

    Returns
    -------
    list of Distribution
        In the order of the tallies; without those that have no values.
    """
    found = [Distribution(tally) for tally in tallies]
    for commit in commits:
        mine = [each for each in found if each.tally.stage == commit.stage]
        columns = dict.fromkeys(name for each in mine for name in each.tally.columns)
        if not columns or not commit.n_rows:
            continue
        rows = read_frame(store, commit.rows_path, list(columns))
        for each in mine:
            each.add(rows)
    return [each for each in found if each.n]
