import json

import pytest

from schemas.dialect import Dialect
from tests.serving import model_server
from tests.tools.chat.conftest import request
from tools.chat import batch
from tools.chat.batch import BatchApi, batch_line, read_line, write_files
from tools.chat.engine import AttemptOptions
from tools.chat.faults import Fault
from tools.chat.request import EndpointError

OPTIONS = AttemptOptions(Dialect(), 2048)


def test_files_are_split_where_an_api_would_refuse_them(tmp_path, monkeypatch):
    monkeypatch.setattr(batch, "MAX_REQUESTS", 3)
    monkeypatch.setattr(batch, "MAX_BYTES", 100)
    lines = ["a" * 10] * 4 + ["b" * 60] * 2
    paths = list(write_files(lines, tmp_path, "caption"))
    assert [path.name for path in paths] == [f"caption-000{n}.jsonl" for n in (1, 2, 3)]
    found = [path.read_text().splitlines() for path in paths]
    assert [len(each) for each in found] == [3, 2, 1]
    assert [line for each in found for line in each] == lines
    with pytest.raises(FileExistsError):
        list(write_files(lines, tmp_path, "caption"))


def test_a_batch_is_found_again_by_our_own_name(tmp_path, role_of):
    with model_server() as url:
        role = role_of(base_url=url)
        path = tmp_path / "requests.jsonl"
        lines = [batch_line(f"key-{n}", request(n), role, OPTIONS, []) for n in range(3)]
        path.write_text("\n".join(lines) + "\n")
        api = BatchApi(role, None)
        assert api.find("ours") is None
        number = api.submit(path, "ours")
        assert api.find("ours") == number
        assert api.find("another") is None
        state = api.state(number)
        assert state.has_ended
        answers = dict(read_line(line, "m") for file in state.files for line in api.lines(file))
    assert set(answers) == {"key-0", "key-1", "key-2"}
    assert all(json.loads(reply.text)["title"] for reply in answers.values())


def test_a_batch_is_asked_for_once_and_its_key_told_to_nobody(tmp_path, role_of):
    path = tmp_path / "requests.jsonl"
    with model_server("--lose-batches", "--key", "k") as url:
        role = role_of(base_url=url)
        path.write_text(batch_line("key-0", request(0), role, OPTIONS, []) + "\n")
        api = BatchApi(role, "sk-secret-of-mine")
        with pytest.raises(EndpointError) as caught:
            api.submit(path, "ours")
        assert api.find("ours") == "batch-0", "the server has it all the same"
        assert len(list(api._client.batches.list())) == 1
        assert api.state("batch-7").status == "gone"
    assert "sk-secret-of-mine" not in str(caught.value)


@pytest.mark.parametrize(
    "line",
    [
        {"custom_id": "k", "response": {"status_code": 500, "body": {}}, "error": None},
        {"custom_id": "k", "response": None, "error": {"code": "batch_expired"}},
        {"custom_id": "k", "response": {"status_code": 200, "body": {"no": "choices"}}},
    ],
)
def test_a_line_that_failed_is_a_fault(line):
    key, outcome = read_line(json.dumps(line), "m")
    assert key == "k"
    assert isinstance(outcome, Fault)


@pytest.mark.parametrize("line", ["", "no json", "[]", '{"id": "x"}'])
def test_other_files_are_refused(line):
    with pytest.raises(ValueError, match="no line of a batch's output"):
        read_line(line, "m")
