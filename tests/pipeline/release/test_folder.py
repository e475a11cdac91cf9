"""Releases that cannot be read are named, and the others are as before."""

import json
import re

from pipeline.release.create import create_release
from pipeline.release.folder import find_release, look_through
from pipeline.release.verify import verify_release
from tests.pipeline.release.made_up import Here, build, listing, make_config


def test_one_damaged_release_does_not_stand_in_the_way_of_others(tmp_path):
    config = make_config(tmp_path)
    store = build(config, listing(4))
    for name in ("v1", "v2"):
        create_release(config, name, Here())
    manifest = tmp_path / "store/releases/v1/manifest.json"
    text = manifest.read_text()
    newer = json.dumps({**json.loads(text), "format": 3, "checksum": None})
    for changed, words in (
        ("", "is no record"),
        (text.replace('"snapshot": 1', '"snapshot": 2'), "was changed since"),
        (newer, "is of form 3"),
    ):
        manifest.write_text(changed)
        found, damaged = look_through(store)
        assert [each.manifest.name for each in found] == ["v2"]
        assert len(damaged) == 1
        assert re.search(rf"^[^\n]*releases/v1/manifest.json {words}[^\n]*$", damaged[0])
    shard = next((tmp_path / "store/releases/v2/tracks").iterdir())
    shard.write_bytes(b"")
    third = create_release(config, "v3", Here())
    assert third.splits.kept_from == []
    told = [gap for gap in third.gaps if "splits of an earlier release not kept" in gap]
    assert "releases/v1/manifest.json" in told[0]
    assert f"releases/v2/tracks/{shard.name}" in told[1]
    assert verify_release(find_release(store, "v3")) == []
