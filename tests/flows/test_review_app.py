"""The review server refuses what is not its own page's business."""

import json
import shutil

import numpy as np
import pytest
import soundfile
from starlette.testclient import TestClient

from flows.review_app import review_app
from pipeline.corpus.corpus import Corpus
from pipeline.review.queue import ReviewQueue
from pipeline.review.verdicts import read_verdicts
from schemas.config import load_config
from tests.small_corpus import HOSTILE
from tools.process_pool import ProcessPool
from tools.store import StoreError

HOST = "127.0.0.1:8765"
OURS = {"origin": f"http://{HOST}", "content-type": "application/json"}


@pytest.fixture(scope="module")
def pool():
    with ProcessPool(1) as workers:
        yield workers


@pytest.fixture
def config_path(built_corpus, tmp_path):
    shutil.copytree(built_corpus.parent, tmp_path / "corpus")
    return tmp_path / "corpus/corpus.yaml"


@pytest.fixture
def queue(config_path):
    corpus = Corpus.open(load_config(config_path))
    return ReviewQueue(corpus, ["describe", "caption"], n=50, seed=0, shows_scores=False)


@pytest.fixture
def client(queue, pool):
    app = review_app(queue, pool, hosts=[HOST, "localhost:8765"], reviewer=None)
    return TestClient(app, base_url=f"http://{HOST}")


def said_of(client, number=0, **fields):
    item = client.get(f"/api/items/{number}").json()
    keys = ("stage", "row_id", "text_hash")
    said = {key: item[key] for key in keys} | {"reviewer": "Ann", "verdict": "accept"}
    return json.dumps(said | fields)


def track_of(client, uri, queue):
    tracks = {queue.track(each.track_id).track for each in queue.items}
    return next(each for each in tracks if each.uri == uri)


def test_a_verdict_of_the_page_is_kept_at_once(client, queue):
    answer = client.post("/api/verdicts", content=said_of(client), headers=OURS)
    assert answer.status_code == 201
    (kept,) = read_verdicts(queue.corpus.store)
    assert kept.model_dump() == answer.json()
    assert client.get("/api/done", params={"reviewer": "Ann"}).json()[0]["verdict"] == "accept"
    assert client.get("/api/done", params={"reviewer": "Bob"}).json()[0] is None


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": f"https://{HOST}"}, 403),
        ({"origin": "http://localhost:8765"}, 403),
        ({"content-type": "text/plain"}, 415),
        ({"content-type": "application/x-www-form-urlencoded"}, 415),
        ({"host": "evil.example"}, 421),
        ({"host": "evil.example:8765"}, 421),
        ({"host": "127.0.0.1"}, 421),
        ({"host": "127.0.0.1:80"}, 421),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
    ],
)
def test_other_pages_cannot_give_verdicts(client, queue, headers, status):
    for path in ("verdicts", "rows/verdict", "rows/verdicts", "rows/undo"):
        answer = client.post(f"/api/{path}", content=said_of(client), headers=OURS | headers)
        assert answer.status_code == status, path
    assert read_verdicts(queue.corpus.store) == []


def test_a_request_without_an_origin_gives_no_verdict(client, queue):
    headers = {"content-type": "application/json"}
    assert client.post("/api/verdicts", content=said_of(client), headers=headers).status_code == 403
    assert read_verdicts(queue.corpus.store) == []


@pytest.mark.parametrize(
    "path", ["/", "/table", "/api/done", "/api/items/0", "/api/choices", "/api/rows"]
)
def test_a_name_that_points_to_this_machine_reads_nothing(client, path):
    assert client.get(path, headers={"host": "evil.example:8765"}).status_code == 421
    assert client.get(path, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert client.get(path, headers={"host": "localhost:8765"}).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/audio/..%2f..%2fsecret.wav", "/audio/../secret.wav", "/audio/secret.wav",
        "/audio/audio%2ftwo.wav", "/audio/%2fetc%2fpasswd", "/audio/" + "00" * 16, "/audio/%00",
        "/static/kit.css", "/../corpus.yaml",
    ],
)  # fmt: skip
def test_only_the_corpus_is_served(client, path):
    assert client.get(path).status_code == 404


def test_sound_comes_in_ranges(client, queue, config_path):
    track = track_of(client, "audio/two.wav", queue)
    whole = (config_path.parent / "audio/two.wav").read_bytes()
    answer = client.get(f"/audio/{track.track_id}", headers={"range": "bytes=100-299"})
    assert answer.status_code == 206
    assert answer.content == whole[100:300]
    assert answer.headers["content-range"] == f"bytes 100-299/{len(whole)}"
    assert answer.headers["content-type"] == "audio/wav"
    assert client.get(f"/audio/{track.track_id}").content == whole


def test_what_browsers_do_not_play_is_served_as_flac(client, queue, tmp_path):
    track = track_of(client, "audio/three.aiff", queue)
    answer = client.get(f"/audio/{track.track_id}")
    assert answer.headers["content-type"] == "audio/flac"
    (tmp_path / "a.flac").write_bytes(answer.content)
    samples, rate = soundfile.read(tmp_path / "a.flac")
    assert (len(samples), rate) == (4 * 22050, 22050)
    assert np.abs(samples).max() > 0.5


def test_a_file_that_changed_or_went_is_not_served_and_its_row_says_so(client, queue, config_path):
    track = track_of(client, "audio/two.wav", queue)
    number = next(i for i, each in enumerate(queue.items) if each.track_id == track.track_id)
    (config_path.parent / "audio/two.wav").write_bytes(b"something else")
    assert client.get(f"/audio/{track.track_id}").status_code == 410
    item = client.get(f"/api/items/{number}").json()
    assert "changed" in item["problem"]
    assert "waveform" not in item["score"]
    (config_path.parent / "audio/two.wav").unlink()
    assert client.get(f"/audio/{track.track_id}").status_code == 404


def test_another_file_of_the_same_size_is_not_served(client, queue, config_path):
    track = track_of(client, "audio/two.wav", queue)
    path = config_path.parent / track.uri
    sound = bytearray(path.read_bytes())
    sound[-2] ^= 1
    path.write_bytes(sound)
    assert client.get(f"/audio/{track.track_id}").status_code == 410
    number = next(i for i, each in enumerate(queue.items) if each.track_id == track.track_id)
    assert "changed" in client.get(f"/api/items/{number}").json()["problem"]


def test_a_reason_counts_once_however_often_it_is_sent(client, queue):
    body = said_of(client, verdict="reject", reasons=["wrong_key", "leak"] * 4500)
    answer = client.post("/api/verdicts", content=body, headers=OURS)
    assert answer.status_code == 201
    (kept,) = read_verdicts(queue.corpus.store)
    assert kept.reasons == ["wrong_key", "leak"]


def test_what_cannot_be_a_verdict_is_refused_in_words(client, queue):
    for content, status in (
        ("", 400), ("null", 400), ("[]", 400), ("{", 400), ("[" * 100_000, 400), (b"\xff", 400),
        ("{}", 409),
        (said_of(client, reviewer=""), 422), (said_of(client, verdict="edit"), 422),
        (said_of(client, text_hash="00"), 409), (said_of(client, comment="x" * 300_000), 413),
        (said_of(client, reviewer="Ann\x00"), 422), (said_of(client, reasons=["?"]), 422),
    ):  # fmt: skip
        answer = client.post("/api/verdicts", content=content, headers=OURS)
        assert (answer.status_code, bool(answer.text)) == (status, True), content[:80]
        assert "Traceback" not in answer.text
    assert read_verdicts(queue.corpus.store) == []
    assert client.get("/api/items/99").status_code == 404


def test_a_store_that_cannot_be_written_is_told(client, queue, monkeypatch):
    said = said_of(client)

    def full(*_):
        raise StoreError("no space left")

    monkeypatch.setattr(queue.corpus.store, "put", full)
    answer = client.post("/api/verdicts", content=said, headers=OURS)
    assert (answer.status_code, answer.text) == (503, "no space left")


def test_every_answer_says_what_browsers_must_not_do(client):
    for path in ("/", "/table", "/api/rows", "/api/items/0", "/nothing", "/audio/x"):
        headers = client.get(path).headers
        assert "script-src 'sha256-" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["cache-control"] == "no-store"


def test_hostile_words_stay_data(client, queue):
    page = client.get("/").text
    assert page.count("<script") == 6
    track = next(
        t for t in (queue.track(i.track_id).track for i in queue.items) if t.title == HOSTILE
    )
    number = next(i for i, each in enumerate(queue.items) if each.track_id == track.track_id)
    answer = client.get(f"/api/items/{number}")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["title"] == HOSTILE


def first_row(client, **query):
    return client.get("/api/rows", params=query).json()["rows"][0]


def test_the_table_answers_with_pages_and_keeps_what_is_said(client, queue):
    assert client.get("/api/choices").json()["kind"] == [["caption", 3], ["window", 8]]
    row = first_row(client, kind="window", limit=1)
    said = {name: row[name] for name in ("stage", "row_id", "text_hash")} | {"reviewer": "Ann"}
    one = client.post("/api/rows/verdict", json=said | {"verdict": "reject"}, headers=OURS)
    assert one.status_code == 201
    many = {"reviewer": "Ann", "verdict": "accept", "matching": {"kind": "window"}, "n": 8}
    assert client.post("/api/rows/verdicts", json=many, headers=OURS).status_code == 201
    path = one.json()["path"]
    back = client.post("/api/rows/undo", json={"reviewer": "Ann", "path": path}, headers=OURS)
    assert back.status_code == 201
    assert [each.verdict for each in read_verdicts(queue.corpus.store)] == ["accept"] * 8
    found = first_row(client, kind="window", reviewer="Ann", said="me")
    assert (found["said"], found["mine"]["verdict"]) == ({"accept": 1}, "accept")


def test_what_the_table_cannot_do_is_refused_in_words(client, queue):
    row = first_row(client)
    said = {name: row[name] for name in ("stage", "row_id", "text_hash")}
    named = [list(said.values())]
    bulk = {"reviewer": "Ann", "verdict": "accept", "n": 1}
    for path, body, status in (
        ("rows/verdict", said | {"reviewer": "Ann", "verdict": "maybe"}, 422),
        ("rows/verdict", said | {"text_hash": "0", "reviewer": "Ann", "verdict": "accept"}, 409),
        ("rows/verdict", {}, 409),
        ("rows/verdicts", bulk, 409),
        ("rows/verdicts", bulk | {"rows": [["describe", "no", "0"]]}, 409),
        ("rows/verdicts", bulk | {"rows": named, "matching": {}}, 409),
        ("rows/verdicts", bulk | {"matching": {}, "n": 10}, 409),
        ("rows/verdicts", bulk | {"rows": named * 1001}, 422),
        ("rows/verdicts", bulk | {"rows": named, "verdict": "edit"}, 422),
        ("rows/verdicts", bulk | {"rows": named, "reviewer": ""}, 422),
        ("rows/verdicts", bulk | {"matching": {"colour": "red"}}, 422),
        ("rows/undo", {"reviewer": "Ann", "path": "reviews/../corpus.yaml"}, 409),
        ("rows/undo", {"reviewer": "Ann"}, 422),
        ("rows/undo", [], 400),
    ):
        answer = client.post(f"/api/{path}", json=body, headers=OURS)
        assert (answer.status_code, bool(answer.text)) == (status, True), (path, body)
        assert "Traceback" not in answer.text
    for query in ({"sort": "x"}, {"limit": 0}, {"limit": 201}, {"offset": -1}, {"colour": "red"}):
        assert client.get("/api/rows", params=query).status_code == 422, query
    assert read_verdicts(queue.corpus.store) == []
