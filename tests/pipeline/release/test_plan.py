"""Groups, splits and lanes of tracks, on frames."""

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.release.benchmarks import MATCH_SCHEMA
from pipeline.release.coverage import coverage, gaps
from pipeline.release.groups import assign_splits, group_tracks
from pipeline.release.tracks import plan_tracks
from schemas.sections import CurationConfig, ReleaseConfig
from tests.pipeline.release.made_up import listing, track_id

NO_MATCHES = pl.DataFrame(schema=MATCH_SCHEMA)
HALF = ReleaseConfig(validation_share=0.25, test_share=0.25)


def tracks(*rows):
    """Frame of (recording, artist, album)."""
    names = ("recording", "artist", "album")
    frame = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
    return frame.with_columns(track_id=pl.format("t{}", pl.int_range(pl.len())))


def together(*rows):
    """Which rows are in one group, as sets of their numbers."""
    groups = group_tracks(tracks(*rows)).to_list()
    return sorted(
        [number for number, each in enumerate(groups) if each == group] for group in set(groups)
    )


def test_a_recording_an_artist_and_an_album_join_tracks():
    assert together(
        ("r1", "Ann", "One"),
        ("r2", "ANN ", "Two"),
        ("r3", "Bob", "two"),
        ("r1", "Cy", None),
        ("r4", "Dee", "Four"),
    ) == [[0, 1, 2, 3], [4]]


def test_guests_join_their_hosts():
    assert together(
        ("a", "Ann feat. Bob", None), ("b", "Bob", None), ("c", "Cy ft. Ann", None)
    ) == [[0, 1, 2]]


def test_names_that_many_have_join_nobody():
    assert together(
        ("a", "Various Artists", "Greatest Hits"),
        ("b", "various artists", "Live"),
        ("c", "Ann", "Greatest hits"),
        ("d", "Bob", "Live!"),
        ("e", None, None),
        ("f", "", " "),
    ) == [[0], [1], [2], [3], [4], [5]]


def test_a_group_keeps_its_name_when_tracks_join_it():
    before = group_tracks(tracks(("r9", "Ann", "One")))[0]
    after = group_tracks(tracks(("r1", "Zoe", "One"), ("r9", "Ann", "One")))
    assert after.to_list() == [before, before]


def frame(groups, lanes=None, earlier=None):
    n = len(groups)
    return pl.DataFrame(
        {"group": groups, "lane": lanes or ["commercial"] * n, "earlier": earlier or [None] * n},
        schema=dict.fromkeys(("group", "lane", "earlier"), pl.String),
    )


def splits(*arguments, config=HALF):
    return dict(assign_splits(frame(*arguments), config).iter_rows())


def test_shares_are_kept_and_the_seed_decides():
    names = [f"g{number}" for number in range(4000)]
    found = splits(names)
    counts = pl.Series(list(found.values())).value_counts().sort("").rows()
    expected = {"train": 2000, "validation": 1000, "test": 1000}
    assert all(abs(n - expected[name]) < 150 for name, n in counts)
    assert splits(names[::-1]) == found
    assert splits(names, config=HALF.model_copy(update={"seed": 1})) != found


def test_what_was_trained_on_is_never_tested_with():
    names = [f"g{number}" for number in range(100)]
    assert set(splits(names, None, ["train"] * 100).values()) == {"train"}
    assert set(splits(names, None, ["test"] * 100).values()) == {"test"}
    both = splits(["a", "a", "b"], None, ["test", "train", "validation"])
    assert both == {"a": "train", "b": "validation"}


def test_a_group_larger_than_its_split_trains():
    names = ["big"] * 60 + [f"g{number}" for number in range(40)]
    for seed in range(20):
        config = HALF.model_copy(update={"seed": seed})
        assert splits(names, config=config)["big"] == "train"


def test_groups_with_tracks_for_evaluation_only_are_tested_with():
    lanes = ["eval_only"] + ["commercial"] * 19
    names = ["a", "a"] + [f"g{number}" for number in range(18)]
    assert splits(names, lanes)["a"] == "test"
    assert splits(names, lanes, [None, "train"] + [None] * 18)["a"] == "train"


def matches(*rows):
    whole = [(*row, "id", "x") for row in rows]
    return pl.DataFrame(whole, schema=MATCH_SCHEMA, orient="row")


def plan(sources, found=NO_MATCHES, earlier=(), curation=None, config=HALF):
    sources = sources.with_columns(partition=pl.lit("p000000"), is_present=pl.lit(True))
    whole = plan_tracks(sources, found, earlier, curation or CurationConfig(), config)
    return {row["uri"]: row for row in whole.to_dicts()}


def test_a_benchmarks_tracks_are_never_trained_on_but_its_training_split_may_be():
    ids = [track_id(f"song{number:03d}.ogg") for number in range(3)]
    found = plan(
        listing(30),
        matches((ids[0], "b", "test"), (ids[1], "b", "train"), (ids[2], "c", None)),
    )
    lanes = [found[f"song{number:03d}.ogg"]["lane"] for number in range(3)]
    assert lanes == ["eval_only", "commercial", "eval_only"]
    assert found["song000.ogg"]["split"] == found["song002.ogg"]["split"] == "test"


def test_a_benchmarks_track_whose_group_was_trained_on_is_left_out():
    first, second = (track_id(f"song{number:03d}.ogg") for number in range(2))
    sources = listing(30, artist=lambda n: "Ann" if n < 2 else str(n))
    earlier = pl.DataFrame({"track_id": [second], "split": ["train"]})
    found = plan(sources, matches((first, "b", "test")), [earlier])
    assert found["song000.ogg"]["left_out"] == "eval_only"
    assert found["song001.ogg"]["left_out"] is None
    assert found["song001.ogg"]["split"] == "train"


def test_a_blocked_track_stays_blocked_though_a_benchmark_holds_it():
    sources = listing(4, licence=lambda n: None)
    found = plan(sources, matches((track_id("song000.ogg"), "b", "test")))
    assert {each["left_out"] for each in found.values()} == {"unknown_licence"}


def test_lanes_can_be_left_out():
    sources = listing(8, licence=lambda n: "CC-BY-NC-4.0" if n < 3 else "CC0-1.0")
    found = plan(sources, config=HALF.model_copy(update={"lanes": ("commercial",)}))
    left_out = [name for name, each in found.items() if each["left_out"] == "lane"]
    assert sorted(left_out) == ["song000.ogg", "song001.ogg", "song002.ogg"]


artists = st.sampled_from(["Ann", "Bob", "Ann feat. Bob", "Cy", "Dee", None])
albums = st.sampled_from(["One", "Two", "Three", None])
worlds = st.lists(
    st.tuples(artists, albums, st.sampled_from(["test", "train", None, "no"])),
    min_size=1,
    max_size=25,
)


@given(worlds, worlds)
@settings(max_examples=60, deadline=None)
def test_over_two_releases_nothing_is_tested_with_that_was_trained_on(old, new):
    def release(rows, earlier=()):
        sources = listing(len(rows), artist=lambda n: rows[n][0], album=lambda n: rows[n][1])
        found = matches(
            *(
                (track_id(f"song{n:03d}.ogg"), "b", row[2])
                for n, row in enumerate(rows)
                if row[2] != "no"
            )
        )
        whole = plan(sources, found, earlier).values()
        return [each for each in whole if each["left_out"] is None]

    first = release(old)
    names = ("track_id", "split")
    schema = dict.fromkeys(names, pl.String)
    before = pl.DataFrame([{n: each[n] for n in names} for each in first], schema=schema)
    second = release(new, [before])
    trained = {each["track_id"] for each in first if each["split"] == "train"}
    for rows in (first, second):
        assert not any(each["lane"] == "eval_only" and each["split"] == "train" for each in rows)
        by_group = {(each["group"], each["split"]) for each in rows}
        assert len(by_group) == len({group for group, _ in by_group})
    assert not any(each["split"] == "test" and each["track_id"] in trained for each in second)


def test_coverage_names_what_is_missing():
    sources = listing(
        200,
        culture=lambda n: "Mali" if n == 0 else "USA " if n % 2 else "usa",
        genre=lambda n: "rock" if n < 100 else None,
    )
    found = coverage(sources)
    usa = next(each for each in found if each.value == "usa")
    assert (usa.axis, usa.n_tracks) == ("culture", 199)
    text = " ".join(gaps(found))
    assert "Under 1% each of culture: mali." in text
    assert "No language is given" in text
    assert "50% of the tracks have no genre." in text
    assert "100% of the tracks have the culture usa." in text  # 99.5, rounded
