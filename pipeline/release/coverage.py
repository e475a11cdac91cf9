"""How a corpus is spread over cultures, languages and genres, and what it lacks.

An unbalanced spread over cultures is the limit that *Music Flamingo*'s authors name themselves.
"""

import polars as pl

from schemas.manifest import COVERAGE_AXES, Coverage

_THIN_SHARE = 0.01
_LARGE_SHARE = 0.5
_MOST_NAMED = 10
_MOST_SHOWN = 60


def coverage(tracks: pl.DataFrame) -> list[Coverage]:
    """Tracks and hours by culture, language and genre; the largest first.

    Parameters
    ----------
    tracks : pl.DataFrame
        The released ones, with `duration_s`, `culture`, `language`, `genre`.

    Returns
    -------
    list of Coverage
        Words are compared without case; null is a value of its own.
    """
    found = []
    for axis in COVERAGE_AXES:
        words = pl.col(axis).str.strip_chars().str.to_lowercase()
        value = pl.when(words.str.len_bytes() > 0).then(words)
        counts = (
            tracks.group_by(value.alias("value"))
            .agg(n_tracks=pl.len(), hours=pl.col("duration_s").sum() / 3600)
            .with_columns(share=pl.col("n_tracks") / max(1, len(tracks)))
            .sort("n_tracks", "value", descending=[True, False], nulls_last=True)
        )
        found += [Coverage(axis=axis, **row) for row in counts.to_dicts()]
    return found


def gaps(found: list[Coverage]) -> list[str]:
    """What is missing or scarce, in words."""
    sentences = []
    for axis in COVERAGE_AXES:
        rows = [each for each in found if each.axis == axis]
        known = [each for each in rows if each.value is not None]
        unknown = sum(each.share for each in rows if each.value is None)
        if not known:
            sentences.append(f"No {axis} is given for any track.")
            continue
        if unknown > 0:
            sentences.append(f"{unknown:.0%} of the tracks have no {axis}.")
        if known[0].share > _LARGE_SHARE and len(rows) > 0:
            sentences.append(
                f"{known[0].share:.0%} of the tracks have the {axis} {_short(known[0].value)}."
            )
        thin = [_short(each.value) for each in known if each.share < _THIN_SHARE]
        if thin:
            some = ", ".join(thin[:_MOST_NAMED])
            more = f" and {len(thin) - _MOST_NAMED} more" if len(thin) > _MOST_NAMED else ""
            sentences.append(f"Under {_THIN_SHARE:.0%} each of {axis}: {some}{more}.")
    return sentences


def _short(value: str | None) -> str:
    text = str(value)
    return text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 1]}…"
