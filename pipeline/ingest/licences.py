"""Licence lanes: what a track may be used for, by the licence that the listing gives.

The rules are for recordings: a licence that asks for no derivatives, or for no commercial use,
leaves research; share-alike leaves both. They are no legal advice; `curation.licences` goes first.
"""

import re
from typing import NamedTuple

import polars as pl

from schemas.release import Lane
from schemas.sections import CurationConfig

_RULES: tuple[tuple[str, Lane], ...] = (
    (r"(cc0|cc-zero|pdm|pddl|public-domain|publicdomain|unlicense)\b.*", "commercial"),
    (r"cc-by(-sa)?(-\d.*)?", "commercial"),
    (r"(cc-)?(by-)?(nc|nd)\b.*|cc-by-(nc|nd|sa)\b.*", "research_only"),
    (
        r"(mit|mit-0|isc|zlib|wtfpl|0bsd|bsd(-\d-clause)?|apache-2\.0|lal-1\.3|fal-1\.3)",
        "commercial",
    ),
    (r"all-rights-reserved|proprietary|copyright(ed)?", "blocked"),
)
_CC_URL = re.compile(
    r"(?:https?://)?(?:www\.)?creativecommons\.org/(?:licenses|publicdomain)/([a-z-]+)(?:/([\d.]+))?.*"
)
_CC_NAMES = {"zero": "cc0", "mark": "pdm", "by": "cc-by"}


class LicenceLanes(NamedTuple):
    """LicenceLanes of tracks, and whether a rule knew their licence."""

    lane: pl.Series
    is_known: pl.Series


def lane_of(licence: str | None, curation: CurationConfig) -> Lane | None:
    """The lane of a licence: an SPDX name, a Creative Commons URL or words; None if unknown."""
    if licence is None or not licence.strip():
        return None
    wanted = _normal(licence)
    for name, lane in curation.licences.items():
        if _normal(name) == wanted:
            return lane
    return next((lane for rule, lane in _RULES if re.fullmatch(rule, wanted)), None)


def lanes_of(licences: pl.Series, curation: CurationConfig) -> LicenceLanes:
    """LicenceLanes of many tracks; unknown licences have the configured one.

    Parameters
    ----------
    licences : pl.Series of str
        As the listing writes them; may be null.
    curation : CurationConfig

    Returns
    -------
    LicenceLanes
    """
    found = {each: lane_of(each, curation) for each in licences.unique()}
    names = pl.Series(list(found), dtype=pl.String)
    lanes = pl.Series(list(found.values()), dtype=pl.String)
    known = licences.cast(pl.String).replace_strict(names, lanes)
    return LicenceLanes(known.fill_null(curation.unknown_licence), known.is_not_null())


def _normal(licence: str) -> str:
    text = licence.strip().casefold()
    if url := _CC_URL.fullmatch(text):
        name = _CC_NAMES.get(url[1], url[1] if url[1].startswith("cc") else f"cc-{url[1]}")
        return f"{name}-{url[2]}" if url[2] else name
    text = re.sub(r"^creative[\s-]commons\b", "cc", text)
    text = text.replace("attribution", "by").replace("sharealike", "sa")
    text = text.replace("noncommercial", "nc").replace("noderivatives", "nd")
    return re.sub(r"[\s_-]+", "-", text)
