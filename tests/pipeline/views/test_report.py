"""The numbers of a report, against counts known beforehand."""

import polars as pl
import pytest

from pipeline.corpus.corpus import Corpus, TrackNotFoundError
from pipeline.engine.shards import write_shard
from pipeline.engine.stage import StageResult
from pipeline.stages import STAGES
from pipeline.views.report.costs import costs
from pipeline.views.report.coverage import coverage, measured_gaps
from pipeline.views.report.gather import choose_tracks, gather
from pipeline.views.report.page import duration, note_of, report_page
from pipeline.views.report.refusals import refusals
from pipeline.views.report.tallies import TALLIES, Distribution, Tally, distributions
from schemas.arrow import arrow_schema, to_table
from schemas.config import load_config
from schemas.facts import MusicFacts
from schemas.ledger import LedgerLine
from schemas.provenance import Rejection
from schemas.tracks import Segment, Track
from tests.facts import chord_of, tempo_of
from tests.pipeline.views.test_pages import make_facts, make_question
from tests.small_corpus import HOSTILE
from tools.store import Store

TRACKS = pl.DataFrame(
    [
        ("a", 3600.0, "Mali", "jazz"),
        ("b", 1800.0, "Mali ", "Jazz"),
        ("c", 1800.0, "Chile", None),
        ("d", 60.0, "", None),
        ("e", 60.0, None, None),
    ],
    schema=["track_id", "duration_s", "culture", "genre"],
    orient="row",
)


def shard(store, stage, model, rows, partition="p000000", rejected=()):
    ids = [f"{partition}-{number}" for number in range(len(rows))]
    result = StageResult(
        [*ids, *(each.row_id for each in rejected)], ids, list(rows), list(rejected)
    )
    return write_shard(
        store, stage=stage, partition=partition, address="00", result=result, model=model,
        seconds=0.0,
    )  # fmt: skip


def chord(label, roman=None):
    return chord_of(0.0, 1.0, label, roman)


def test_numbers_are_counted_in_bins_and_names_as_they_are_over_all_shards():
    store = Store("memory://")
    first = [make_facts(tempo=tempo_of(bpm)) for bpm in (119.9, 120.0, 124.99)] + [make_facts()]
    second = [
        make_facts(tempo=tempo_of(120.0), chords=[chord("N"), chord("A:min7/b3", "i7"), chord("C")])
    ]
    commits = [
        shard(store, "measure", MusicFacts, first),
        shard(store, "measure", MusicFacts, second, "p000001"),
    ]
    found = {each.tally.title: each for each in distributions(store, commits)}
    assert found["Tempo"].counts == {115.0: 1, 120.0: 3}
    assert found["Tempo"].n == 4, "a null is no value"
    assert found["Tempo"].mean == pytest.approx((119.9 + 120 + 124.99 + 120) / 4)
    assert found["Chord qualities"].counts == {"min7": 1, "maj": 1}, "no chord has no quality"
    assert found["Roman numerals"].counts == {"i7": 1}
    assert "Key" not in found, "what nobody measured is no distribution"
    assert found["Roman numerals"].mean is None


def test_every_tally_fits_its_stage_rows():
    models = {"tracks": Track} | {stage.name: stage.makes for stage in STAGES}
    for tally in TALLIES:
        if tally.stage in models:
            schema = arrow_schema(models[tally.stage])
            empty = pl.DataFrame(schema.empty_table().select(list(tally.columns)))
            Distribution(tally).add(empty)


def test_questions_are_counted_by_skill():
    rows = pl.DataFrame(
        to_table(
            [make_question(number=0), make_question(number=1, skill="lyrics")],
            type(make_question()),
        )
    )
    for tally in TALLIES:
        if tally.title == "Questions by skill":
            found = Distribution(tally)
            found.add(rows)
            assert found.counts == {"harmony": 1, "lyrics": 1}


def test_coverage_names_thin_groups_unstated_ones_and_spellings():
    found = coverage(TRACKS, "culture", pl.Series(["a", "c"]), least_tracks=2)
    assert [(g.value, g.n_tracks, g.hours, g.n_described) for g in found.groups] == [
        ("Mali", 2, 1.5, 1), ("Chile", 1, 0.5, 1),
    ]  # fmt: skip
    assert found.n_unstated == 2
    assert found.n_tracks == len(TRACKS)
    assert [group.value for group in found.thin] == ["Chile"]
    assert found.largest_share == pytest.approx(2 / 3)
    genres = coverage(TRACKS, "genre", pl.Series([], dtype=pl.String), least_tracks=1)
    assert genres.spellings == [("Jazz", "jazz")]


def test_a_field_nobody_states_has_no_largest_share():
    nobody = TRACKS.with_columns(language=pl.lit(None, pl.String))
    found = coverage(nobody, "language", pl.Series([], dtype=pl.String), least_tracks=1)
    assert (found.groups, found.n_unstated, found.largest_share) == ([], 5, None)


def test_gaps_in_what_was_measured_are_named():
    found = []
    for title, counts in (
        ("Metre", {"4": 9}),
        ("Key", {"C": 2, "Am": 1}),
        ("Keys in a track", {"1": 3}),
    ):
        found.append(Distribution(Tally(title, "measure", (), pl.lit(1))))
        found[-1].counts.update(counts)
    assert measured_gaps(found, (3, 4, 5)) == [
        "no track with 3 or 5 beats in a bar", "2 of 24 keys occur", "no track changes its key",
    ]  # fmt: skip
    assert measured_gaps([], (3, 4)) == []


def test_refusals_have_counts_and_a_few_samples():
    store = Store("memory://")
    rejected = [
        Rejection(
            row_id=f"r{i}",
            stage="caption",
            reason="bad_json" if i else "refused",
            detail=str(i),
            raw="w",
        )
        for i in range(9)
    ]
    commit = shard(store, "caption", Track, [], rejected=rejected)
    sources = pl.DataFrame(
        [
            ("a.wav", "undecodable", None, True),
            ("b.wav", "missing", "gone", False),
            ("c", None, None, True),
        ],
        schema={
            "uri": pl.String,
            "reason": pl.String,
            "detail": pl.String,
            "is_present": pl.Boolean,
        },
        orient="row",
    )
    found = refusals(store, sources, [commit], n_samples=3)
    assert [(each.stage, each.reason, each.n, len(each.samples)) for each in found] == [
        ("ingest", "undecodable", 1, 1),
        ("caption", "bad_json", 8, 3),
        ("caption", "refused", 1, 1),
    ]


def test_costs_are_summed_over_outcomes():
    lines = [
        LedgerLine(stage="describe", role="writer", model="m", outcome=outcome, n_attempts=n,
                   input_tokens=10 * n, output_tokens=n, cost_usd=0.5 * n)
        for outcome, n in (("answered", 3), ("rate_limited", 2))
    ]  # fmt: skip
    (found,) = costs(lines)
    assert (found.n_attempts, found.n_answered, found.input_tokens, found.usd) == (5, 3, 50, 2.5)
    assert found.faults == {"rate_limited": 2}


@pytest.fixture(scope="module")
def corpus(built_corpus):
    return Corpus.open(load_config(built_corpus))


def test_a_built_corpus_is_gathered_in_one_pass(corpus):
    seen = []
    found = gather(corpus, least_tracks=2, n_samples=2, progress=seen.append)
    assert len(seen) == len(corpus.commits)
    by_title = {each.tally.title: each for each in found.distributions}
    assert by_title["Length"].n == 3
    assert by_title["Rich captions"].n == 3
    assert [(each.reason, each.n) for each in found.refusals] == [("undecodable", 1)]
    culture, language, genre = found.coverages
    assert (culture.groups[0].value, culture.groups[0].n_described) == ("Mali", 2)
    assert language.n_unstated == 2
    assert genre.spellings == [("Jazz", "jazz")]
    page = report_page(found, {each: "<svg></svg>" for each in by_title}, [], least_tracks=2)
    assert "broken.wav" in page
    assert "451.65" in page
    assert HOSTILE not in page


def test_tracks_are_chosen_by_id_and_by_wish(corpus):
    ids = sorted(corpus.tracks["track_id"])
    assert choose_tracks(corpus, [], 2) == ids[:2]
    assert choose_tracks(corpus, ["audio/two.wav", ids[0]], 0)[1] == ids[0]
    assert set(choose_tracks(corpus, ["audio/two.wav"], 9)) == set(ids)
    with pytest.raises(TrackNotFoundError, match="no track"):
        choose_tracks(corpus, ["nothing"], 1)
    (found,) = corpus.rows_of_tracks(choose_tracks(corpus, ["audio/two.wav"], 0))
    assert found.track.uri == "audio/two.wav"
    assert len(found.of(Segment)) == 2
    assert {row.track_id for rows in found.rows.values() for row in rows} == {found.track.track_id}


def test_numbers_in_words():
    assert [duration(s) for s in (3.21, 600, 9000)] == ["3.2 s", "10.0 min", "2.5 h"]
    found = Distribution(Tally("x", "s", (), pl.col("x"), 1.0, "words", (451.65, "Music Flamingo")))
    found.add(pl.DataFrame({"x": [1.0, 2.0]}))
    assert note_of(found) == "2 values, mean 1.5 words; Music Flamingo: 451.65"
