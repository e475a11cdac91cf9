"""Which files hold the same recording, on fingerprints that are made up."""

import numpy as np
import polars as pl
import pytest

from pipeline.ingest import recordings
from pipeline.ingest.licences import lane_of
from pipeline.ingest.placement import place
from pipeline.ingest.recordings import (
    ComparisonError,
    keep_fingerprints,
    match_files,
    recognise,
)
from schemas.sections import CurationConfig
from tests.pipeline.ingest.test_placement import NO_SOURCES, inspected, scanned
from tests.pipeline.release.made_up import Here
from tests.tools.test_fingerprint import pack
from tools.process_pool import ProcessPool
from tools.store import Store

CARE = CurationConfig()
UNKNOWN = pl.DataFrame(schema={"track_id": pl.String, "recording": pl.String})


def song(seed, n_items=200):
    """Sub-fingerprints that change a few bits at a time, as real ones do."""
    rng = np.random.default_rng(seed)
    flips = np.zeros(n_items, np.uint32)
    for _ in range(3):
        flips ^= np.left_shift(np.uint32(1), rng.integers(0, 32, n_items).astype(np.uint32))
    return np.bitwise_xor.accumulate(flips)


def copy(items, seed=0):
    """The same with two wrong bits an item."""
    rng = np.random.default_rng(seed)
    wrong = np.left_shift(np.uint32(1), rng.integers(0, 32, (2, len(items))).astype(np.uint32))
    return items ^ wrong[0] ^ (wrong[1] * (rng.random(len(items)) < 0.5)).astype(np.uint32)


def found(**items):
    rows = [(name, None if each is None else pack(each.tolist())) for name, each in items.items()]
    schema = {"track_id": pl.String, "fingerprint": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def named(frame):
    return dict(frame.select("track_id", "recording").iter_rows())


def heard(store, new, known=UNKNOWN, paths=()):
    """Name new files' recordings; also the paths of all fingerprints there are now."""
    written = keep_fingerprints(store, new)
    matches = [
        match
        for number, path in enumerate(written)
        for match in match_files(
            store, path, [*paths, *written[: number + 1]], CARE, Here(), time_limit_s=60
        )
    ]
    return recognise(new, known, matches), [*paths, *written]


@pytest.fixture
def store(tmp_path):
    return Store(str(tmp_path / "store"))


def test_copies_among_new_files_are_one_recording(store):
    a = song(1)
    new = found(a=a, b=copy(a), c=song(2), d=copy(a, 5)[20:], e=None)
    assert named(heard(store, new)[0]) == {"a": "a", "b": "a", "c": "c", "d": "a", "e": None}


def test_a_copy_of_a_known_track_is_its_recording_even_after_that_left(store):
    a = song(1)
    known, paths = heard(store, found(x=a))
    assert named(heard(store, found(b=copy(a), c=song(3)), known, paths)[0]) == {
        "b": "x", "c": "c",
    }  # fmt: skip


def test_a_copy_of_a_new_copy_of_a_known_track_is_its_recording(store):
    a = song(1, 400)
    known, paths = heard(store, found(x=a[:240]))
    new = found(b=a[40:280], c=a[80:320], d=song(2))
    assert named(heard(store, new, known, paths)[0]) == {"b": "x", "c": "x", "d": "d"}


def test_it_does_not_matter_how_many_files_the_fingerprints_are_in(store, monkeypatch):
    new = found(**{f"{n}": copy(song(n % 4), n)[n:] for n in range(10)}, z=None)
    (whole, (path,)) = heard(store, new)
    monkeypatch.setattr(recordings, "_RECORDINGS_PER_FILE", 3)
    parts, paths = heard(store, new)
    assert len(paths) == 4
    assert path not in paths
    assert named(parts) == named(whole) == {f"{n}": f"{n % 4}" for n in range(10)} | {"z": None}


def test_the_comparison_runs_in_worker_processes(store):
    a = song(1)
    _, paths = heard(store, found(x=a))
    (new,) = keep_fingerprints(store, found(b=copy(a)))
    with ProcessPool(1) as pool:
        (match,) = match_files(store, new, [*paths, new], CARE, pool, time_limit_s=60)
    assert (match.query, match.known, match.overlap) == ("b", "x", 1.0)


def test_what_cannot_be_compared_is_an_error(store):
    (new,) = keep_fingerprints(store, found(b=song(1)))
    store.put("data/fingerprints/broken", b"no parquet")
    with (
        ProcessPool(1) as pool,
        pytest.raises(ComparisonError, match=r"with data/fingerprints/broken: failed: Damaged"),
    ):
        list(match_files(store, new, ["data/fingerprints/broken"], CARE, pool, time_limit_s=60))


def test_nothing_is_written_for_files_without_a_fingerprint(store):
    assert keep_fingerprints(store, found(e=None)) == []


def placed(files, sources=NO_SOURCES, curation=CARE, licences=None, **recording):
    rows = inspected(scanned(files), files)
    words = [(licences or {}).get(uri) for uri in rows["uri"]]
    rows = rows.with_columns(
        recording=pl.col("uri").replace_strict(recording, default=pl.col("track_id")),
        licence=pl.Series(words, dtype=pl.String),
    )
    return place(rows, sources, partition_size=2, curation=curation)


def reasons(sources):
    refused = sources.filter(pl.col("reason").is_not_null())
    return {uri: (why, detail) for uri, why, detail in
            refused.select("uri", "reason", "detail").iter_rows()}  # fmt: skip


def test_a_second_copy_of_a_recording_is_refused_until_the_first_leaves():
    files = {"a": "A", "b": "B", "c": "C"}
    sources = placed(files, a="r", c="r")
    assert reasons(sources) == {"c": ("acoustic_duplicate", "a")}
    del files["a"]
    assert reasons(placed(files, sources, c="r")) == {}


def test_the_track_that_is_there_stays_though_another_sorts_before_it():
    sources = placed({"b": "B"}, b="r")
    assert reasons(placed({"a": "A", "b": "B"}, sources, a="r", b="r")) == {
        "a": ("acoustic_duplicate", "b")
    }


def test_acoustic_copies_can_be_kept():
    curation = CurationConfig(acoustic_duplicates="keep")
    assert reasons(placed({"a": "A", "b": "B"}, curation=curation, a="r", b="r")) == {}


def test_what_is_blocked_is_refused_and_a_free_copy_of_it_is_not():
    sources = placed(
        {"a": "A", "b": "A", "c": "C"}, licences={"a": "All rights reserved", "b": "MIT"}
    )
    assert reasons(sources)["a"][0] == "blocked_licence"
    assert set(reasons(sources)) == {"a"}, "no licence is not a blocked one: it is built"
    curation = CurationConfig(licences={"all rights reserved": "research_only"})
    changed = placed(
        {"a": "A", "c": "C"}, sources, curation=curation, licences={"a": "All rights reserved"}
    )
    assert reasons(changed) == {}


@pytest.mark.parametrize(
    ("licence", "lane"),
    [
        ("CC0-1.0", "commercial"),
        ("CC-BY-4.0", "commercial"),
        ("cc by-sa 3.0", "commercial"),
        ("Creative Commons Attribution 4.0", "commercial"),
        ("https://creativecommons.org/licenses/by/4.0/", "commercial"),
        ("http://creativecommons.org/publicdomain/zero/1.0/", "commercial"),
        ("CC-BY-NC-4.0", "research_only"),
        ("CC-BY-NC-SA-4.0", "research_only"),
        ("CC-BY-ND-4.0", "research_only"),
        ("Attribution-NonCommercial-ShareAlike 3.0", "research_only"),
        ("https://creativecommons.org/licenses/by-nc-nd/4.0/deed.de", "research_only"),
        ("https://creativecommons.org/licenses/sampling+/1.0/", None),
        ("MIT", "commercial"),
        ("All Rights Reserved", "blocked"),
        ("some rights", None),
        ("CC-BY-XX", None),
        ("", None),
        (None, None),
    ],
)
def test_lanes_of_licences(licence, lane):
    assert lane_of(licence, CARE) == lane


def test_the_config_goes_before_the_rules():
    curation = CurationConfig(licences={"CC BY 4.0": "research_only", "label deal": "commercial"})
    assert lane_of("cc-by-4.0", curation) == "research_only"
    assert lane_of("Label Deal", curation) == "commercial"
