"""Objects of a bucket: read in parts, faults that pass, and what is told of those that do not."""

import io
from collections import Counter

import pytest

from tests.buckets import delete_object, put_object
from tests.chaos.proxy import Proxy
from tools.errors import RefusedError, UnreachableError
from tools.remote import objects
from tools.remote.fetch import fetch, read_part, state_of
from tools.remote.objects import list_objects, read_object, telling

SONG = bytes(range(256)) * 100


@pytest.fixture
def bucket(s3_store):
    objects._bucket.cache_clear()
    yield s3_store.removesuffix("/store")
    objects._bucket.cache_clear()


def fetched(url, **options):
    sink = io.BytesIO()
    fetch(url, sink, (), **{"most_bytes": 10**9, **options})
    return sink.getvalue()


def reason(call, *arguments, **options):
    with pytest.raises(RefusedError) as error:
        call(*arguments, **options)
    return error.value.reason


def test_objects_are_listed_with_their_states_and_read(bucket, monkeypatch):
    monkeypatch.setattr(objects, "PART_BYTES", 10_000)
    names = ["a.wav", "in/b #1 é.wav", "in/c%20d.wav"]
    for name in names:
        put_object(f"{bucket}/music/{name}", SONG + name.encode())
    put_object(f"{bucket}/music-not/x.wav", SONG)
    found = dict(each for chunk in list_objects(f"{bucket}/music") for each in chunk)
    assert sorted(found) == sorted(names)
    for name in names:
        url = f"{bucket}/music/{name}"
        assert state_of(url, ()) == found[name]
        assert fetched(url, expected=found[name]) == SONG + name.encode()
        assert read_part(url, (), found[name], 9_990, 10_010) == SONG[9_990:10_010]
    everything = dict(each for chunk in list_objects(bucket) for each in chunk)
    assert len(everything) == 4 and "music/a.wav" in everything


def test_another_object_of_the_same_size_and_second_is_another(bucket):
    url = f"{bucket}/a.wav"
    put_object(url, b"first")
    before = state_of(url, ())
    put_object(url, b"other")
    assert state_of(url, ()) != before
    assert reason(fetched, url, expected=before) == "changed"
    put_object(url, b"first")
    assert state_of(url, ()).size_bytes == before.size_bytes


def test_an_object_that_is_written_while_it_is_read_is_refused(bucket, monkeypatch):
    monkeypatch.setattr(objects, "PART_BYTES", 1000)
    put_object(f"{bucket}/a.wav", SONG)
    _, parts = read_object(f"{bucket}/a.wav", 0, 1 << 62)
    assert next(parts) == SONG[:1000]
    put_object(f"{bucket}/a.wav", SONG[::-1])
    assert reason(next, parts) == "changed"


def test_what_is_wrong_with_one_object_is_the_reason_of_its_row(bucket):
    put_object(f"{bucket}/a.wav", SONG)
    assert reason(fetched, f"{bucket}/none.wav") == "missing"
    assert reason(state_of, f"{bucket}/none.wav", ()) == "missing"
    assert reason(state_of, "s3://no-such-bucket/a.wav", ()) == "missing"
    assert reason(lambda: list(list_objects("s3://no-such-bucket/a"))) == "missing"
    assert reason(fetched, f"{bucket}/a.wav", most_bytes=len(SONG) - 1) == "too_large"
    state = state_of(f"{bucket}/a.wav", ())
    delete_object(f"{bucket}/a.wav")
    put_object(f"{bucket}/a.wav", b"")
    assert reason(read_part, f"{bucket}/a.wav", (), state, 10, 20) == "changed"
    assert reason(state_of, f"{bucket}/a//b.wav", ()) == "unreadable"


@pytest.mark.parametrize("code", ["AccessDenied", "ExpiredToken", "InvalidAccessKeyId"])
def test_who_may_not_read_an_object_and_who_is_not_known(code):
    from obstore.exceptions import PermissionDeniedError

    told = RefusedError if code == "AccessDenied" else UnreachableError
    with pytest.raises(told), telling("s3://bucket/a.wav"):
        raise PermissionDeniedError(f"Server returned: 403: <?xml ?><Code>{code}</Code>")


def test_a_bucket_that_does_not_answer_ends_the_work(bucket, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setitem(objects._RETRIES, "max_retries", 2)
    for call in (fetched, lambda url: state_of(url, ()), lambda url: list(list_objects(url))):
        with pytest.raises(UnreachableError, match=rf"^{bucket} cannot be read: [^\n]*$"):
            call(f"{bucket}/a.wav")


def test_answers_that_are_lost_are_asked_for_again(bucket, s3_server, monkeypatch):
    put_object(f"{bucket}/a.wav", SONG)
    seen = Counter()

    def is_lost(method, path):
        seen[method, path.partition("?")[0]] += 1
        return seen[method, path.partition("?")[0]] % 3 != 0

    with Proxy(s3_server, is_lost) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.url)
        objects._bucket.cache_clear()
        assert fetched(f"{bucket}/a.wav") == SONG
        assert state_of(f"{bucket}/a.wav", ()).size_bytes == len(SONG)
        (chunk,) = list_objects(bucket)
    assert [name for name, _ in chunk] == ["a.wav"]
    assert set(seen.values()) == {3}
