"""Partitions over time, on frames: no audio is read."""

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.engine.sources import INFO_SCHEMA, SCAN_SCHEMA, SOURCES_SCHEMA
from pipeline.ingest.placement import place, split_known

NO_SOURCES = pl.DataFrame(schema=SOURCES_SCHEMA)


def scanned(files):
    """What `scan` gives for {uri: content}; the content also decides size and time."""
    rows = [
        {"uri": uri, "size_bytes": len(content), "mtime_ns": hash(content) & 0xFFFF}
        for uri, content in sorted(files.items())
    ]
    return pl.DataFrame(rows, schema=SCAN_SCHEMA)


def inspected(unknown, files):
    """What `inspect_files` gives: files named `bad*` do not decode."""
    ids = [None if uri.startswith("bad") else f"id-{files[uri]}" for uri in unknown["uri"]]
    return unknown.with_columns(
        track_id=pl.Series(ids, dtype=pl.String),
        reason=pl.Series([None if each else "undecodable" for each in ids], dtype=pl.String),
        detail=pl.lit(None, pl.String),
        **{name: pl.lit(None, kind) for name, kind in INFO_SCHEMA.items() if name != "track_id"},
    )


def update(sources, files, partition_size=2):
    known, unknown = split_known(scanned(files), sources)
    found = pl.concat([known, inspected(unknown, files)], how="diagonal_relaxed")
    return place(found, sources, partition_size=partition_size), list(unknown["uri"])


def partitions(sources):
    placed = sources.filter(pl.col("partition").is_not_null())
    return dict(placed.select("track_id", "partition").iter_rows())


def reasons(sources):
    refused = sources.filter(pl.col("reason").is_not_null())
    return dict(refused.select("uri", "reason").iter_rows())


def test_new_tracks_fill_partitions_in_order():
    sources, _ = update(NO_SOURCES, {"a": "A", "b": "B", "c": "C", "bad": "x", "d": "D"})
    assert partitions(sources) == {
        "id-A": "p000000", "id-B": "p000000", "id-C": "p000001", "id-D": "p000001",
    }  # fmt: skip
    assert reasons(sources) == {"bad": "undecodable"}


def test_what_is_known_is_not_opened_again():
    files = {"a": "A", "b": "B", "bad": "x"}
    sources, opened = update(NO_SOURCES, files)
    assert opened == ["a", "b", "bad"]
    again, opened = update(sources, files)
    assert opened == []
    assert again.equals(sources)


def test_later_tracks_form_new_partitions():
    sources, _ = update(NO_SOURCES, {"b": "B", "c": "C", "d": "D"})
    sources, opened = update(sources, {"a": "A", "b": "B", "c": "C", "d": "D"})
    assert opened == ["a"]
    assert partitions(sources)["id-A"] == "p000002"


def test_a_moved_file_is_the_same_track():
    sources, _ = update(NO_SOURCES, {"a": "A", "b": "B"})
    moved, _ = update(sources, {"z": "A", "b": "B"})
    assert partitions(moved) == partitions(sources)
    assert moved.filter(pl.col("track_id") == "id-A")["uri"].to_list() == ["z"]
    assert moved["is_present"].all()


def test_changed_bytes_are_a_new_track_and_the_old_one_is_marked():
    sources, _ = update(NO_SOURCES, {"a": "A", "b": "B"})
    changed, opened = update(sources, {"a": "A2", "b": "B"})
    assert opened == ["a"]
    assert partitions(changed) == {"id-A": "p000000", "id-B": "p000000", "id-A2": "p000001"}
    gone = changed.filter(pl.col("is_present").not_())
    assert gone["track_id"].to_list() == ["id-A"]


def test_a_track_that_comes_back_keeps_its_partition():
    first, _ = update(NO_SOURCES, {"a": "A", "b": "B"})
    without, _ = update(first, {"b": "B"})
    back, _ = update(without, {"a": "A", "b": "B", "c": "C"})
    assert partitions(back) == {"id-A": "p000000", "id-B": "p000000", "id-C": "p000001"}
    assert back["is_present"].all()


def test_a_copy_is_refused_until_the_original_leaves():
    sources, _ = update(NO_SOURCES, {"b": "A", "c": "A"})
    assert reasons(sources) == {"c": "duplicate_content"}
    sources, _ = update(sources, {"a": "A", "b": "A", "c": "A"})
    assert reasons(sources) == {"a": "duplicate_content", "c": "duplicate_content"}
    sources, _ = update(sources, {"c": "A"})
    assert reasons(sources) == {}
    assert partitions(sources) == {"id-A": "p000000"}


corpora = st.dictionaries(
    st.sampled_from(["a", "b", "c", "d", "e", "bad1", "bad2"]), st.sampled_from("ABCDEFG")
)


@given(st.lists(corpora, min_size=1, max_size=6), st.integers(1, 3))
@settings(max_examples=60, deadline=None)
def test_over_any_history(history, partition_size):
    sources, seen = NO_SOURCES, {}
    for files in history:
        sources, _ = update(sources, files, partition_size)
        placed = sources.filter(pl.col("partition").is_not_null())
        present = sources.filter("is_present")
        assert sorted(present["uri"]) == sorted(files), "every file is accounted for"
        assert placed["track_id"].is_unique().all(), "a track has one place"
        assert len(present) == len(placed.filter("is_present")) + len(reasons(present))
        assert all(seen.get(track, place) == place for track, place in partitions(sources).items())
        assert set(seen) <= set(partitions(sources)), "no track is forgotten"
        sizes = placed.group_by("partition").len()["len"]
        assert (sizes <= partition_size).all()
        seen = partitions(sources)
