import pytest

from schemas.config import CorpusConfig
from schemas.nearest import nearest_key


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("roles.writer.api_key", "api_key_env"),
        ("roles.writer.temperature", "sampling.temperature"),
        ("roles.writer.temprature", "sampling.temperature"),
        ("roles.writer.max_tokens", "sampling.max_output_tokens"),
        ("roles.writer.rpm", "requests_per_minute"),
        ("roles.writer.url", "base_url"),
        ("roles.writer.base-url", "base_url"),
        ("roles.wrter", "writer"),
        ("segments", "segment"),
        ("segment.windows", "window_s"),
        ("workers", "execution.workers"),
        ("folder", "source.folder"),
        ("execution.budget", "budget_usd"),
        ("judge.window_s", "segment.window_s"),
        ("source.folders.0.x", None),
        ("notes", None),
        ("xyz", None),
    ],
)
def test_what_an_unknown_key_was_meant_to_be(location, expected):
    parts = tuple(int(part) if part.isdigit() else part for part in location.split("."))
    assert nearest_key(CorpusConfig, parts) == expected


def test_every_known_key_is_nearest_to_itself():
    for section, info in CorpusConfig.model_fields.items():
        for name in getattr(info.annotation, "model_fields", {}):
            assert nearest_key(CorpusConfig, (section, name)) == name
