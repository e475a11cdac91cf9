import sqlite3
import subprocess
import sys
import threading
from contextlib import closing

import pytest

from schemas.ledger import BatchJob, BoughtAnswer, LedgerLine
from schemas.usage import Usage
from tools.chat.answer_cache import AnswerCache
from tools.store import StoreError


def line(outcome="answered", n_attempts=1, usd=0.25):
    return LedgerLine(
        stage="describe", role="writer", model="m", outcome=outcome, n_attempts=n_attempts,
        input_tokens=100, output_tokens=10, cost_usd=usd,
    )  # fmt: skip


def bought(key, text="text", model="m", usage=None):
    return BoughtAnswer(key=key, text=text, model=model, usage=usage or Usage())


def test_answers_and_costs_outlive_the_process(tmp_path):
    path = tmp_path / "new/folder/answers.sqlite"
    usage = Usage(n_attempts=2, input_tokens=100, output_tokens=10, cost_usd=0.5)
    cache = AnswerCache(path)
    assert not cache.exists
    assert cache.ledger() == []
    assert not path.exists(), "looking makes no file"
    cache.charge(line("rate_limited", usd=0.0))
    cache.keep(bought("key", '{"a": "ü"}', "m-1", usage), line())
    cache.keep(bought("key", "another answer", "m-1", usage), line())
    again = AnswerCache(path)
    assert again.find("key") == bought("key", '{"a": "ü"}', "m-1", usage)
    assert again.find("other") is None
    assert {each.outcome: each.n_attempts for each in again.ledger()} == {
        "answered": 2,
        "rate_limited": 1,
    }
    assert again.spent().usd == 0.5
    assert again.spent().tokens == 330


OLD_BOOK = """
create table ledger (
    stage text, role text, model text, outcome text, n_attempts integer not null,
    input_tokens integer not null, output_tokens integer not null, cost_usd real not null,
    primary key (stage, role, model, outcome)
) without rowid;
create table answers (
    key text primary key, text text not null, model text not null, usage text not null
);
insert into ledger values ('describe', 'writer', 'm', 'answered', 3, 300, 30, 0.75);
insert into answers values ('old', 'text', 'm', '{"n_attempts": 1, "input_tokens": 9}');
"""


def test_a_book_of_an_earlier_version_is_read_and_goes_on(tmp_path):
    path = tmp_path / "b.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.executescript(OLD_BOOK)
    cache = AnswerCache(path)
    counts = {"audio_tokens": 75, "cached_tokens": 64, "bytes_sent": 5000}
    cache.charge(line().model_copy(update=counts))
    (found,) = AnswerCache(path).ledger()
    assert (found.n_attempts, found.input_tokens, found.cost_usd) == (4, 400, 1.0)
    assert {name: getattr(found, name) for name in counts} == counts
    assert cache.find("old") == bought("old", "text", "m", Usage(n_attempts=1, input_tokens=9))


def test_many_threads_and_two_books_lose_nothing(tmp_path):
    books = [AnswerCache(tmp_path / "b.sqlite"), AnswerCache(tmp_path / "b.sqlite")]

    def work(number):
        for i in range(50):
            books[number % 2].keep(bought(f"{number}-{i}", "text", "m", Usage()), line())

    threads = [threading.Thread(target=work, args=[number]) for number in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    (found,) = books[0].ledger()
    assert found.n_attempts == 400
    assert all(books[1].find(f"{n}-{i}") for n in range(8) for i in range(50))


def test_a_full_disk_is_told_and_leaves_no_half(tmp_path):
    cache = AnswerCache(tmp_path / "b.sqlite")
    cache.keep(bought("first", "text", "m", Usage()), line())
    pages = cache._database.execute("pragma page_count").fetchone()[0]
    cache._database.execute(f"pragma max_page_count = {pages}")
    with pytest.raises(StoreError, match="full"):
        cache.keep(bought("large", "x" * 1_000_000, "m", Usage()), line())
    cache._database.execute("pragma max_page_count = 100000")
    assert cache.find("large") is None
    assert cache.spent().usd == 0.25, "the answer and its cost are both there or both not"
    cache.keep(bought("large", "x" * 1_000_000, "m", Usage()), line())
    assert cache.spent().usd == 0.5


def test_a_file_that_is_no_book_is_told(tmp_path):
    path = tmp_path / "b.sqlite"
    path.write_bytes(b"this is no database, but it is long enough to look like a page" * 100)
    with pytest.raises(StoreError, match="not a database"):
        AnswerCache(path).find("key")


def test_batches_are_noted_before_they_are_handed_over(tmp_path):
    cache = AnswerCache(tmp_path / "b.sqlite")
    assert cache.jobs() == []
    job = BatchJob(
        job="job", batch_id=None, stage="caption", submitted_at="2026-01-01T00:00:00+00:00",
        most_usd=1.5, most_tokens=200, n_requests=2,
    )  # fmt: skip
    cache.add_job(job, ["a", "b"])
    assert (cache.spent().usd, cache.pledged().usd, cache.pledged().tokens) == (0.0, 1.5, 200)
    (job,) = AnswerCache(tmp_path / "b.sqlite").jobs()
    assert (job.batch_id, job.n_requests, job.stage) == (None, 2, "caption")
    assert cache.is_under_way("a")
    assert not cache.is_under_way("c")
    cache.set_batch_id("job", "batch-1")
    assert cache.jobs()[0].batch_id == "batch-1"
    cache.end_job("job")
    assert cache.jobs() == []
    assert not cache.is_under_way("a")


def test_only_one_process_asks_with_a_book(tmp_path):
    path = tmp_path / "b.sqlite"
    mine = AnswerCache(path)
    mine.claim()
    mine.claim()
    theirs = (
        "import sys; from pathlib import Path; from tools.chat.answer_cache import AnswerCache; "
    )
    theirs += "AnswerCache(Path(sys.argv[1])).claim()"
    command = [sys.executable, "-c", theirs, path]
    refused = subprocess.run(command, capture_output=True, text=True)
    assert "AnswerCacheInUseError" in refused.stderr
    mine.close()
    assert subprocess.run(command).returncode == 0
