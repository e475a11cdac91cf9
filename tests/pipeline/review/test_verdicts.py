"""Verdicts are kept as they are given, and hold for the text that was judged alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from pipeline.corpus.corpus import Corpus
from pipeline.review.calibration import calibrate
from pipeline.review.queue import ReviewQueue
from pipeline.review.rows import load_rows, row_refs, text_hash
from pipeline.review.taking import UnknownRowError
from pipeline.review.verdicts import keep_verdict, read_verdicts, standing
from pipeline.review.words import counted
from schemas.arrow import from_table, to_table
from schemas.config import load_config
from schemas.review import BulkVerdict, HumanVerdict, Withdrawal
from tests.pipeline.review.test_agreement import verdict
from tests.pipeline.views.test_pages import make_question, make_rich
from tools.store import DamagedError, Store


def test_nothing_is_overwritten_and_the_last_word_of_each_person_stands():
    store = Store("memory://")
    given_ = [
        verdict(1, "accept"), verdict(1, "reject", "Bob"), verdict(1, "reject"), verdict(2, "edit"),
        verdict(1, "accept", text_hash="another text"),
    ]  # fmt: skip
    paths = [keep_verdict(store, each) for each in given_]
    assert len(set(paths)) == 5
    found = read_verdicts(store)
    assert sorted(map(repr, found)) == sorted(map(repr, given_))
    last = {(each.reviewer, each.row_id, each.text_hash): each.verdict for each in standing(found)}
    assert last == {
        ("Ann", "q001", "h"): "reject",
        ("Bob", "q001", "h"): "reject",
        ("Ann", "q002", "h"): "edit",
        ("Ann", "q001", "another text"): "accept",
    }


def test_two_windows_of_one_person_lose_nothing():
    store = Store("memory://")
    one = keep_verdict(store, verdict(1, "accept"))
    folder = one.rsplit("/", 1)[0]
    store.put(f"{folder}/000002.json", verdict(2, "reject").model_dump_json().encode())
    assert keep_verdict(store, verdict(3, "accept")) == f"{folder}/000003.json"
    assert len(read_verdicts(store)) == 3


def test_a_verdict_that_is_sent_again_is_kept_once():
    store = Store("memory://")
    first = verdict(1, "accept")
    path = keep_verdict(store, first)
    assert keep_verdict(store, first.model_copy(update={"made_at": "2030"})) == path
    assert keep_verdict(store, verdict(1, "reject")) != path
    assert [each.verdict for each in read_verdicts(store)] == ["accept", "reject"]


def in_bulk(verdict_, *numbers, reviewer="Ann", **more):
    texts = {"question": {f"q{number:03d}": "h" for number in numbers}}
    return BulkVerdict(
        reviewer=reviewer, verdict=verdict_, texts=texts, made_at="2026-01-01", **more
    )


def withdrawal(path, reviewer="Ann"):
    return Withdrawal(reviewer=reviewer, withdraws=path, made_at="2026-01-01")


def test_what_is_said_of_many_rows_is_one_object_and_a_verdict_on_each():
    store = Store("memory://")
    keep_verdict(store, verdict(1, "edit"))
    keep_verdict(store, in_bulk("reject", 1, 2, reasons=["vague", "vague"], comment="too short"))
    assert len(store.list("reviews")) == 2
    one, *many = read_verdicts(store)
    assert (one.verdict, one.in_bulk) == ("edit", False)
    assert {(e.row_id, e.verdict, e.comment, e.in_bulk, e.is_blind) for e in many} == {
        ("q001", "reject", "too short", True, False), ("q002", "reject", "too short", True, False),
    }  # fmt: skip
    assert {tuple(each.reasons) for each in many} == {("vague",)}
    assert [e.verdict for e in standing(read_verdicts(store))] == ["reject", "reject"]


def test_what_is_taken_back_leaves_what_was_said_before():
    store = Store("memory://")
    keep_verdict(store, verdict(1, "accept"))
    many = keep_verdict(store, in_bulk("reject", 1, 2))
    assert keep_verdict(store, withdrawal(many)) == keep_verdict(store, withdrawal(many))
    assert len(store.list("reviews")) == 3, "nothing is deleted"
    (left,) = read_verdicts(store)
    assert (left.row_id, left.verdict) == ("q001", "accept")


def test_nobody_takes_back_what_another_said():
    store = Store("memory://")
    path = keep_verdict(store, verdict(1, "accept"))
    keep_verdict(store, withdrawal(path, reviewer="Bob"))
    assert len(read_verdicts(store)) == 1


def test_a_damaged_verdict_is_told_by_its_name_and_a_foreign_file_is_none(tmp_path):
    store = Store(str(tmp_path))
    path = keep_verdict(store, verdict(1, "accept"))
    store.put("reviews/notes.json", b"mine")
    assert len(read_verdicts(store)) == 1
    text = (tmp_path / path).read_text()
    for changed in ("", text.replace('"accept"', '"reject"')):
        (tmp_path / path).write_text(changed)
        with pytest.raises(DamagedError, match=rf"^[^\n]*{path} [^\n]*delete it[^\n]*$"):
            read_verdicts(store)


@given(st.text(min_size=1, max_size=60))
def test_any_printable_name_is_kept_and_none_leaves_the_folder(name):
    store = Store("memory://")
    try:
        said = verdict(1, "accept", name)
    except ValidationError:
        assert not name.isprintable() or name != name.strip()
        return
    path = keep_verdict(store, said)
    assert path.startswith("reviews/")
    assert len(path) == len("reviews/0123456789abcdef/000000.json")
    assert read_verdicts(store) == [said]


def test_an_edited_text_belongs_to_an_edit():
    fields = verdict(1, "accept").model_dump()
    for wrong in (
        {"edited_text": "x"},
        {"verdict": "edit"},
        {"verdict": "maybe"},
        {"reasons": ["?"]},
    ):
        with pytest.raises(ValidationError):
            HumanVerdict.model_validate(fields | wrong)


def test_verdicts_are_rows():
    rows = [verdict(1, "accept"), verdict(2, "edit")]
    assert from_table(to_table(rows, HumanVerdict), HumanVerdict) == rows


def test_the_hash_is_of_the_text_and_of_nothing_else():
    rich, question = make_rich("hum"), make_question("hum")
    other_author = {"authorship": rich.authorship.model_copy(update={"model": "another"})}
    assert text_hash(rich.model_copy(update=other_author)) == text_hash(rich)
    assert text_hash(rich.model_copy(update={"caption": "hum."})) != text_hash(rich)
    changes = ({"answer": "A"}, {"options": ["D", "A"]}, {"question": "?"}, {"about_start_s": 1.0})
    hashes = {text_hash(question.model_copy(update=change)) for change in changes}
    assert len(hashes | {text_hash(question)}) == 5


@pytest.fixture
def queue(built_corpus, tmp_path):
    """A queue over a store whose verdicts are this test's own."""
    corpus = Corpus.open(load_config(built_corpus))
    ours = Store(str(tmp_path / "store"))
    for path in corpus.store.list(""):
        if path.endswith((".json", ".parquet")) and not path.startswith("reviews/"):
            ours.put(path, corpus.store.get(path))
    ours = Corpus.open(corpus.config.model_copy(update={"store": ours.location}))
    return ReviewQueue(ours, ["describe", "caption"], n=50, seed=0, shows_scores=False)


def said_of(item, decision="accept", **fields):
    return {
        "stage": item.stage, "row_id": item.row_id, "text_hash": item.text_hash,
        "reviewer": "Ann", "verdict": decision, **fields,
    }  # fmt: skip


def test_a_reviewer_finds_what_was_done_and_nobody_sees_the_others(queue):
    assert len(queue.items) == 3 + 8
    queue.take(said_of(queue.items[0]))
    queue.take(said_of(queue.items[1], "reject", reasons=["vague"]))
    assert [each and each.verdict for each in queue.done("Ann")[:3]] == ["accept", "reject", None]
    assert queue.done("Bob") == [None] * 11
    again = ReviewQueue(queue.corpus, ["describe", "caption"], n=50, seed=0, shows_scores=False)
    assert again.done("Ann")[0].is_blind


def test_a_verdict_on_another_text_is_refused(queue):
    item = queue.items[0]
    for wrong in ({"text_hash": "00"}, {"row_id": "nothing"}, {"stage": "measure"}):
        with pytest.raises(UnknownRowError):
            queue.take(said_of(item) | wrong)
    with pytest.raises(ValidationError):
        queue.take(said_of(item, "edit"))
    with pytest.raises(UnknownRowError, match="not changed"):
        queue.take(said_of(item, "edit", edited_text=item.row.caption))
    with pytest.raises(ValidationError):
        queue.take(said_of(item, colour="red"))
    assert read_verdicts(queue.corpus.store) == []


def test_the_server_says_who_is_blind_and_when_not_the_page(queue):
    item = queue.items[0]
    kept = queue.take(said_of(item, is_blind=False, made_at="1999", track_id="another"))
    assert kept.is_blind
    assert kept.made_at > "2000"
    assert kept.track_id == item.track_id


def test_the_page_is_not_shown_the_judges_score_nor_the_caption_beside_itself(queue):
    for number, item in enumerate(queue.items):
        shown = queue.describe(number)
        assert shown["judge_score"] is None
        if item.stage == "caption":
            assert all(text is None for _, _, text, _ in shown["score"]["segments"])


def test_verdicts_on_changed_texts_are_counted_apart(queue):
    queue.take(said_of(queue.items[0]))
    old = queue.take(said_of(queue.items[1])).model_copy(update={"text_hash": "of before"})
    keep_verdict(queue.corpus.store, old)
    found = calibrate(queue.corpus, wanted_precision=0.9, stages=["describe", "caption"])
    assert (found.n_verdicts, found.n_outdated, found.n_scored) == (2, 1, 0)


def test_what_was_said_in_bulk_says_nothing_of_the_judge(queue):
    queue.take(said_of(queue.items[0]))
    texts = {each.stage: {each.row_id: each.text_hash} for each in queue.items[:2]}
    said = BulkVerdict(reviewer="Ann", verdict="reject", texts=texts, made_at="2026-01-01")
    keep_verdict(queue.corpus.store, said)
    found = calibrate(queue.corpus, wanted_precision=0.9, stages=["describe", "caption"])
    assert [each and each.verdict for each in queue.done("Ann")[:2]] == ["accept", None]
    n_texts = sum(map(len, texts.values()))
    assert (found.n_verdicts, found.n_good, found.n_bulk) == (1, 1, n_texts)
    assert f"{n_texts} verdicts were given in bulk" in counted(found)


def test_only_rows_of_tracks_that_are_still_listed_are_reviewed(queue):
    refs = row_refs(queue.corpus, ["caption"])
    assert len(refs) == 8
    assert len(load_rows(queue.corpus, refs.head(3))) == 3
    assert load_rows(queue.corpus, refs.head(0)) == {}
