"""The table says of each row what stages and people said, and finds the rows that are meant."""

import threading

import pytest

from pipeline.corpus.corpus import Corpus
from pipeline.review.queue import ReviewQueue
from pipeline.review.rows import MODELS, load_rows, row_refs, text_hash
from pipeline.review.table import BulkRequest, PageRequest, ReviewTable, RowFilter
from pipeline.review.taking import UnknownRowError
from pipeline.review.verdicts import keep_verdict, read_verdicts
from schemas.ids import is_pair, pair_id, track_of
from tests.pipeline.release.made_up import build, caption, listing, make_config, track_id

TRACKS = [track_id(f"song{number:03d}.ogg") for number in range(6)]
REFUSED = {TRACKS[1]: "lint", pair_id(TRACKS[2], 1): "judge", pair_id(TRACKS[3], 1): "factcheck"}
TITLES = ["b", "A+", "(a", None, "ä", "B"]


def write(track):
    return caption(track, f"It is in C major, says {TRACKS.index(track)}.")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A caption, a pair and a chain of each of six tracks in two partitions, three refused."""
    config = make_config(tmp_path_factory.mktemp("made"))
    build(config, listing(6, title=lambda number: TITLES[number]), refuse=REFUSED, write=write)
    return Corpus.open(config)


@pytest.fixture
def corpus(built):
    yield built
    for path in built.store.list("reviews"):
        built.store.delete(path)


@pytest.fixture
def table(corpus):
    return ReviewTable(corpus)


def rows(table, **query):
    return table.page(PageRequest(**query))["rows"]


def ids(table, **query):
    return {row["row_id"] for row in rows(table, **query)}


def given(row, verdict="accept", reviewer="Ann", **fields):
    keys = {name: row[name] for name in ("stage", "row_id", "text_hash")}
    return {**keys, "reviewer": reviewer, "verdict": verdict, **fields}


def test_every_row_that_can_be_judged_is_there_once_with_the_hash_of_its_text(table, corpus):
    found = {(row["stage"], row["row_id"]): row["text_hash"] for row in rows(table, limit=200)}
    loaded = load_rows(corpus, row_refs(corpus, list(MODELS)))
    assert found == {key: text_hash(row) for key, row in loaded.items()}
    assert table.facets["n"] == len(found) == 6 + 6 + 5


def test_decisions_are_those_of_the_stages_in_their_words(table):
    told = {
        (row["kind"], row["row_id"]): (row["decision"], row["reason"], row["detail"])
        for row in rows(table, limit=200)
    }
    refused = {
        ("caption", TRACKS[1]): ("refused", "lint: refused", "no"),
        ("pair", pair_id(TRACKS[2], 1)): ("refused", "judge: refused", "no"),
        ("thought", pair_id(TRACKS[3], 1)): ("refused", "factcheck: refused", "no"),
    }
    for key, what in told.items():
        assert what == refused.get(key, ("accepted", None, None)), key
    (chain,) = rows(table, kind="thought", decision="refused")
    assert chain["text"] == "It is heard at 0:02.", "of a refused chain, what was checked last"


def test_filters_find_what_they_say(table):
    pairs = {pair_id(track, 1) for track in TRACKS}
    assert ids(table, kind="pair") == pairs
    assert ids(table, stage="describe", decision="refused") == {TRACKS[1]}
    assert ids(table, reason="judge: refused") == {pair_id(TRACKS[2], 1)}
    assert ids(table, kind="thought", skill="harmony") == pairs - {pair_id(TRACKS[2], 1)}
    assert ids(table, skill="lyrics") == set()
    assert ids(table, words="says 4") == {TRACKS[4]}
    assert ids(table, words=TRACKS[5], kind="caption") == {TRACKS[5]}
    assert ids(table, least_mark=0.0) == set(), "no judge marked these"


@pytest.mark.parametrize(
    ("words", "numbers"),
    [("A+", {1}), ("a+", {1}), ("(a", {2}), (".", {0, 1, 2, 3, 4, 5}), ("[", set()), ("Ä", {4}),
     ("\\d", set()), ("SONG003", {3}), ("^", set()), ("artist 5", {5})],
)  # fmt: skip
def test_words_are_found_as_they_stand_but_for_their_case(table, words, numbers):
    assert ids(table, kind="caption", words=words) == {TRACKS[number] for number in numbers}


def test_pages_are_cut_from_the_whole_order(table):
    whole = rows(table, sort="title", descending=True, limit=200)
    pages = [
        rows(table, sort="title", descending=True, offset=start, limit=5)
        for start in (0, 5, 10, 15)
    ]
    assert [row for page in pages for row in page] == whole
    titles = [row["title"] for row in whole]
    assert titles == sorted(titles, reverse=True)
    assert rows(table, offset=99) == []


def test_each_row_says_what_people_said_and_filters_by_it(table):
    row = rows(table, kind="caption")[0]
    table.take(given(row))
    table.take(given(row, "edit", "Bob", edited_text="So."))
    (found,) = rows(table, said="edit", reviewer="Ann")
    assert (found["said"], found["edited"]) == ({"accept": 1, "edit": 1}, "So.")
    assert found["mine"]["verdict"] == "accept"
    one = {row["row_id"]}
    assert ids(table, said="anybody") == ids(table, said="me", reviewer="Bob") == one
    assert len(rows(table, said="nobody")) == len(rows(table, said="not_me", reviewer="Bob")) == 16
    assert ids(table, said="reject") == ids(table, said="me", reviewer="Cy") == set()
    assert rows(table, sort="verdicts", descending=True)[0]["row_id"] == row["row_id"]


def test_what_others_write_to_the_store_meanwhile_is_seen_and_what_is_gone_is_not(table, corpus):
    row = rows(table, kind="pair")[0]
    path = ReviewTable(corpus).take(given(row, "reject", "Bob"))
    assert ids(table, said="reject") == {row["row_id"]}
    corpus.store.delete(path)
    assert ids(table, said="anybody") == set()


def test_an_earlier_text_of_a_row_is_another(table, corpus):
    row = rows(table, kind="pair")[0]
    keep_verdict(corpus.store, read_one(table, row).model_copy(update={"text_hash": "0"}))
    assert ids(table, said="reject") == set()
    with pytest.raises(UnknownRowError):
        table.take(given(row | {"text_hash": "0"}))


def read_one(table, row):
    path = table.take(given(row, "reject", "Bob"))
    (said,) = read_verdicts(table._corpus.store)
    table.take_back("Bob", path)
    return said


def bulk(verdict="accept", reviewer="Ann", **what):
    return BulkRequest(reviewer=reviewer, verdict=verdict, **what)


def test_all_that_match_are_judged_as_they_were_counted_or_not_at_all(table, corpus):
    pairs = RowFilter(kind="pair")
    with pytest.raises(UnknownRowError, match="6 rows match by now, not 5"):
        table.take_many(bulk(matching=pairs, n=5))
    path = table.take_many(bulk("reject", matching=pairs, n=6, reasons=["vague"], comment="all"))
    found = read_verdicts(corpus.store)
    assert {each.row_id for each in found} == ids(table, kind="pair")
    assert all(is_pair(each.row_id) and each.track_id == track_of(each.row_id) for each in found)
    assert {(e.verdict, e.in_bulk, e.comment, *e.reasons) for e in found} == {
        ("reject", True, "all", "vague")
    }
    assert corpus.store.list("reviews") == [path]
    table.take_back("Ann", path)
    assert ids(table, said="anybody") == set()


def test_taking_back_leaves_what_was_said_before(table):
    row = rows(table, kind="caption")[0]
    table.take(given(row, "edit", edited_text="So."))
    path = table.take_many(bulk(matching=RowFilter(kind="caption"), n=6))
    assert len(rows(table, said="accept")) == 6
    table.take_back("Ann", path)
    (found,) = rows(table, said="anybody", reviewer="Ann")
    assert (found["row_id"], found["mine"]["edited_text"]) == (row["row_id"], "So.")


def test_nobody_takes_back_what_another_said_nor_what_was_not_said(table):
    path = table.take(given(rows(table)[0]))
    for reviewer, what in (("Bob", path), ("Ann", path.replace("000000", "000009"))):
        with pytest.raises(UnknownRowError):
            table.take_back(reviewer, what)
    assert len(rows(table, said="me", reviewer="Ann")) == 1


def test_a_chain_is_not_edited_and_an_edit_changes_something(table):
    chain, text = rows(table, kind="thought")[0], rows(table, kind="caption")[0]
    with pytest.raises(UnknownRowError, match="a chain of thought is not edited"):
        table.take(given(chain, "edit", edited_text="So."))
    with pytest.raises(UnknownRowError, match="not changed"):
        table.take(given(text, "edit", edited_text=text["text"]))


def test_chains_are_reviewed_one_by_one_too(corpus):
    queue = ReviewQueue(corpus, ["factcheck"], n=10, seed=0, shows_scores=False)
    assert len(queue.items) == 5
    shown = [queue.describe(number)["shown"] for number in range(5)]
    assert {(each["kind"], each["editable"], each["skill"]) for each in shown} == {
        ("thought", None, "harmony")
    }
    starts = [each["parts"][0][1][0][0] for each in shown]
    assert sorted(starts) == ["<think>It is heard at "] * 4 + ["It is heard at "]
    item = queue.items[0]
    said = given({"stage": item.stage, "row_id": item.row_id, "text_hash": item.text_hash})
    assert queue.take(said).track_id == item.track_id
    with pytest.raises(UnknownRowError, match="a chain of thought is not edited"):
        queue.take(said | {"verdict": "edit", "edited_text": "So."})


def test_people_who_judge_at_the_same_time_lose_nothing(corpus):
    tables = [ReviewTable(corpus) for _ in range(2)]
    page = rows(tables[0], limit=200)
    start = threading.Barrier(4)

    def work(name, table):
        start.wait()
        for row in page:
            table.take(given(row, reviewer=name))

    names = ["Ann", "Ann", "Bob", "Cy"]
    threads = [
        threading.Thread(target=work, args=(name, tables[number % 2]))
        for number, name in enumerate(names)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (all_said,) = {tuple(sorted(row["said"].items())) for row in rows(tables[1], limit=200)}
    assert all_said == (("accept", 3),)
