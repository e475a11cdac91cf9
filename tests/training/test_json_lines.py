from training import json_lines


def test_lines_are_read_as_they_were_added(tmp_path):
    path = tmp_path / "a.jsonl"
    assert list(json_lines.read(path)) == []
    for value in ({"a": "ü\n"}, [1], None):
        json_lines.append(path, value)
    assert list(json_lines.read(path)) == [{"a": "ü\n"}, [1], None]
    assert path.read_bytes().count(b"\n") == 3


def test_half_a_line_costs_itself_and_is_named(tmp_path, caplog):
    path = tmp_path / "a.jsonl"
    for value in ("one", "two"):
        json_lines.append(path, value)
    path.write_bytes(path.read_bytes()[:-3])
    json_lines.append(path, "three")
    assert list(json_lines.read(path)) == ["one", "three"]
    assert "line 2 was cut off" in caplog.text
