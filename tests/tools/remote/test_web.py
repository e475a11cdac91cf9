"""Files on the web: listed hosts only, faults that pass, and those that do not."""

import io
import os

import pytest

from tests.web import WebFiles
from tools.errors import RefusedError, UnreachableError
from tools.remote import web
from tools.remote.fetch import fetch, read_part, state_of
from tools.remote.hosts import require_listed, require_public

SONG = bytes(range(256)) * 9000


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.setattr(web, "_FIRST_PAUSE_S", 0.001)
    (tmp_path / "song one.wav").write_bytes(SONG)
    with WebFiles(tmp_path) as server:
        yield server


def fetched(url, hosts, **options):
    sink = io.BytesIO()
    fetch(url, sink, hosts, **{"most_bytes": 10**9, **options})
    return sink.getvalue()


def reason(call, *arguments, **options):
    with pytest.raises(RefusedError) as error:
        call(*arguments, **options)
    return error.value.reason


def test_a_file_of_a_listed_host_is_read(files):
    url = f"{files.url}/song%20one.wav"
    for hosts in ([files.host], ["127.0.0.1"], ["127.0.0.0/8"]):
        assert fetched(url, hosts) == SONG
    state = state_of(url, [files.host])
    modified_s = os.stat(files.folder / "song one.wav").st_mtime
    assert (state.size_bytes, state.mtime_ns // 10**9) == (len(SONG), int(modified_s))
    assert read_part(url, [files.host], state, 10, 20) == SONG[10:20]
    assert read_part(url, [files.host], state, len(SONG) - 5, len(SONG) + 99) == SONG[-5:]


def test_other_hosts_are_not_even_asked(files):
    url = f"{files.url}/song%20one.wav"
    for hosts in ([], ["127.0.0.1:1"], ["localhost"], ["example.org"], ["10.0.0.0/8"]):
        assert reason(state_of, url, hosts) == "host_not_allowed"
    assert files.asked == []


def test_a_listed_name_that_leads_into_a_private_network_is_refused_before_a_word(files):
    url = files.url.replace("127.0.0.1", "localhost") + "/song%20one.wav"
    assert fetched(url, ["localhost"]) == SONG
    files.asked.clear()
    named = {"example.org": "93.184.216.34", "inside.org": "10.1.2.3", "me.org": "::1"}
    for host, address in named.items():
        hosts = [host, "192.168.0.0/16"]
        if host == "example.org":
            require_public(address, host, hosts)
        else:
            assert reason(require_public, address, host, hosts) == "host_not_allowed"
    assert reason(require_public, "::ffff:127.0.0.1", "a.org", ["a.org"]) == "host_not_allowed"
    assert reason(require_public, "169.254.169.254", "a.org", ["a.org"]) == "host_not_allowed"
    require_public("10.1.2.3", "inside.org", ["inside.org", "10.0.0.0/8"])


@pytest.mark.parametrize(
    "url", ["http://a:b@a.org/x.wav", "http:///x.wav", "http://a.org:x/x.wav", "http://[::1/x"]
)
def test_what_is_no_url_of_a_host_is_refused(url):
    assert reason(require_listed, url, ["a.org"]) == "unreadable"


def test_redirects_lead_to_listed_hosts_only(files, tmp_path):
    with WebFiles(files.folder) as other:
        files.redirects["/moved"] = f"{other.url}/song%20one.wav"
        files.redirects["/here"] = "/song%20one.wav"
        files.redirects["/round"] = "/round"
        files.redirects["/file"] = "file:///etc/passwd"
        assert fetched(f"{files.url}/moved", [files.host, other.host]) == SONG
        other.asked.clear()
        assert reason(fetched, f"{files.url}/moved", [files.host]) == "host_not_allowed"
        assert other.asked == []
    assert fetched(f"{files.url}/here", [files.host]) == SONG
    assert reason(fetched, f"{files.url}/round", [files.host]) == "unreadable"
    assert reason(fetched, f"{files.url}/file", [files.host]) == "unreadable"


def test_what_a_server_says_of_one_file_is_the_reason_of_its_row(files):
    files.statuses |= {"/secret": 403, "/login": 401, "/gone": 410}
    wanted = {"secret": "unreadable", "login": "unreadable", "gone": "missing", "none": "missing"}
    for name, why in wanted.items():
        assert reason(state_of, f"{files.url}/{name}", [files.host]) == why
        assert reason(fetched, f"{files.url}/{name}", [files.host]) == why


def test_bytes_that_stop_on_their_way_are_asked_for_again(files):
    path = "/song%20one.wav"
    files.cuts[path] = 2
    assert fetched(files.url + path, [files.host]) == SONG
    files.cuts[path] = 9
    with pytest.raises(UnreachableError, match=r"cannot be read|bytes came"):
        fetched(files.url + path, [files.host])


def test_a_server_that_cannot_answer_ends_the_work(files):
    files.statuses["/busy?signature=secret"] = 503
    with pytest.raises(UnreachableError, match=r"/busy cannot be read: 503 .* \(5 tries\)"):
        state_of(f"{files.url}/busy?signature=secret", [files.host])
    assert len(files.asked) == 5
    with pytest.raises(UnreachableError, match="refused") as error:
        state_of("http://127.0.0.1:9/x?signature=secret", ["127.0.0.1"])
    assert "secret" not in str(error.value)


def test_sizes_are_bounded_and_another_file_is_noticed(files):
    url = f"{files.url}/song%20one.wav"
    state = state_of(url, [files.host])
    assert reason(fetched, url, [files.host], most_bytes=len(SONG) - 1) == "too_large"
    (files.folder / "song one.wav").write_bytes(SONG + b"!")
    assert reason(fetched, url, [files.host], expected=state) == "changed"
    assert reason(read_part, url, [files.host], state, 0, 10) == "changed"
    (files.folder / "song one.wav").write_bytes(b"short")
    assert reason(read_part, url, [files.host], state, 10, 20) == "changed"


def test_servers_without_head_or_parts(files):
    url = f"{files.url}/song%20one.wav"
    files.has_head = files.has_ranges = False
    state = state_of(url, [files.host])
    assert state.size_bytes == len(SONG)
    assert fetched(url, [files.host]) == SONG
    assert reason(read_part, url, [files.host], state, 10, 20) == "unreadable"
