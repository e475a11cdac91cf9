"""Which config a corpus is looked at with, after builds with other ones."""

import pytest

from pipeline.corpus.last_build import as_built, record_build
from pipeline.engine.records import from_json, to_json
from schemas.config import load_config, with_roles
from schemas.shards import BuildRecord
from tools.store import DamagedError, Store

WRITER = {
    "engine": "openai", "base_url": "http://127.0.0.1:1/v1", "model": "m", "api_key_env": "MY_KEY",
}  # fmt: skip


@pytest.fixture
def config(tmp_path):
    path = tmp_path / "corpus.yaml"
    path.write_text("name: x\nstore: store\nsource: {folder: .}\n")
    return load_config(path)


def records(config):
    return Store(config.store).list("builds")


def test_without_a_record_the_config_is_as_given(config):
    assert as_built(config) == (config, None)


def test_the_last_build_is_shown_to_a_config_that_was_never_built(config):
    built = with_roles(config, {"writer": WRITER})
    record_build(Store(config.store), built, None)
    shown, note = as_built(config)
    assert shown == built
    assert "in roles.writer.engine, roles.writer.base_url, roles.writer.model" in note
    assert "the last build is shown" in note
    assert as_built(built) == (built, None)


def test_what_stands_of_an_older_config_is_shown_to_it(config, monkeypatch):
    built = with_roles(config, {"writer": WRITER})
    for number, each in enumerate((config, built)):
        monkeypatch.setattr(
            "pipeline.corpus.last_build.now", lambda n=number: f"2026-11-27T00:00:0{n}+00:00"
        )
        record_build(Store(config.store), each, None)
    shown, note = as_built(config)
    assert shown == config
    assert "differs from that of the last build (2026-11-27T00:00:01+00:00)" in note
    assert "this shows what stands of this config" in note


def test_limits_make_no_other_config(config):
    built = with_roles(config, {"writer": WRITER})
    record_build(Store(config.store), built, None)
    slower = with_roles(built, {"writer": {"concurrency": 2}})
    assert as_built(slower) == (slower, None)


def test_the_same_build_is_noted_once_and_without_the_store(config):
    store = Store(config.store)
    for _ in range(3):
        record_build(store, config, None)
    (path,) = records(config)
    assert config.store.encode() not in store.get(path)
    record_build(store, config, "measure")
    assert len(records(config)) == 2


def test_a_record_of_another_version_is_passed_over(config):
    store = Store(config.store)
    record_build(store, with_roles(config, {"writer": WRITER}), None)
    (path,) = records(config)
    record = from_json(store.get(path), BuildRecord)
    newer = record.model_copy(update={"config": {**record.config, "unheard_of": 1}})
    store.put("builds/99991231T0000000000-0123456789abcdef.json", to_json(newer))
    shown, note = as_built(config)
    assert shown.roles.writer.engine == "openai"
    assert note is not None


def test_a_damaged_record_is_named_and_no_file_of_others_is_taken_for_one(config):
    store = Store(config.store)
    store.put("builds/notes.txt", b"mine")
    record_build(store, with_roles(config, {"writer": WRITER}), None)
    (path,) = [each for each in records(config) if each.endswith(".json")]
    whole = store.folder / path
    for damaged in (b"", whole.read_bytes().replace(b'"m"', b'"n"')):
        whole.write_bytes(damaged)
        with pytest.raises(DamagedError, match=f"{path} .*delete it"):
            as_built(config)
        with pytest.raises(DamagedError, match=f"{path} .*delete it"):
            record_build(store, config, None)
