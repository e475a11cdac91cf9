"""A store is opened if its form is known, and built in if it refuses to overwrite."""

import pytest

from pipeline.engine.records import to_json
from pipeline.engine.store_format import FORMAT, open_store, prepare_store
from schemas.shards import StoreFormat
from tests.chaos.proxy import Proxy
from tools.store import Store, StoreError


def test_a_store_has_a_form_from_its_first_build_on(tmp_path):
    location = str(tmp_path / "store")
    assert open_store(location).list("") == []
    store = prepare_store(location)
    assert store.list("") == [FORMAT]
    assert prepare_store(location).list("") == [FORMAT]
    assert b'"format": 2' in store.get(FORMAT)


@pytest.mark.parametrize("open_it", [open_store, prepare_store])
def test_a_newer_or_damaged_form_is_refused_in_one_line(tmp_path, open_it):
    location = str(tmp_path)
    newer = to_json(StoreFormat.model_construct(format=3))
    for data, words in (
        (newer, r"is of form 3, which this version does not know\. Use a newer Partimento"),
        (b'{"format": 3, "compression": "x"}', "is of form 3"),
        (b"", r"is no record \(0 bytes\)"),
        (to_json(StoreFormat()).replace(b"2", b"0", 1), "was changed since it was written"),
    ):
        (tmp_path / FORMAT).write_bytes(data)
        with pytest.raises(StoreError, match=rf"^[^\n]*: {FORMAT} {words}[^\n]*$"):
            open_it(location)


def test_a_store_that_overwrites_is_refused(monkeypatch, s3_server, s3_store):
    with Proxy(s3_server, lambda *_: False, without="if-none-match") as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.url)
        with pytest.raises(StoreError, match="it overwrites objects though it is asked not to"):
            prepare_store(s3_store)
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3_server)
    assert Store(s3_store).list("") == [], "nothing is left of it"


def test_a_store_that_refuses_to_overwrite_is_taken(s3_store):
    assert prepare_store(s3_store).list("") == [FORMAT]
