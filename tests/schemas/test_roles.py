import traceback

import pytest
from pydantic import ValidationError

from schemas.config import ConfigError, CorpusConfig, load_config, parse_role, with_roles
from schemas.roles import RoleConfig, RolesConfig

ENDPOINT = {"engine": "openai", "base_url": "http://127.0.0.1:1/v1", "model": "m"}


def corpus(**fields):
    return CorpusConfig(name="x", store="s", source={"folder": "."}, **fields)


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"engine": "openai", "model": "m"}, "needs `base_url`"),
        ({"engine": "openai", "base_url": "http://h/v1"}, "needs `base_url` and `model`"),
        ({"engine": "local/musicflamingo"}, "needs `model`"),
        ({**ENDPOINT, "base_url": "http://me:secret@h/v1"}, "hold no password"),
        ({**ENDPOINT, "base_url": "http://h/v1?api-key=secret"}, "no query"),
        ({**ENDPOINT, "api_key_env": "A", "api_key_block": "b"}, "either"),
        ({"engine": "magic"}, "builtin/facts"),
        ({"rpm": 3}, "Extra inputs"),
    ],
)
def test_a_role_that_cannot_work_is_refused(fields, complaint):
    with pytest.raises(ValidationError, match=complaint) as caught:
        RoleConfig(**fields)
    assert "hidden" not in str(caught.value)


def test_roles_of_one_endpoint_share_its_limits():
    slow = {**ENDPOINT, "requests_per_minute": 10}
    with pytest.raises(ValidationError, match="other RPM or TPM"):
        RolesConfig(writer=slow, judge=ENDPOINT)
    RolesConfig(writer=slow, judge={**ENDPOINT, "model": "other"})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("writer=builtin/facts", ("writer", {"engine": "builtin/facts"})),
        (
            "writer=http://h:1/v1?a=b,model=m,requests_per_minute=9",
            (
                "writer",
                {
                    "engine": "openai",
                    "base_url": "http://h:1/v1?a=b",
                    "model": "m",
                    "requests_per_minute": 9,
                },
            ),
        ),
        (
            "judge=local/musicflamingo,model=f,sampling.temperature=0,sampling.seed=1",
            (
                "judge",
                {
                    "engine": "local/musicflamingo",
                    "model": "f",
                    "sampling": {"temperature": 0, "seed": 1},
                },
            ),
        ),
    ],
)
def test_roles_on_the_command_line(text, expected):
    assert parse_role(text) == expected


@pytest.mark.parametrize("text", ["", "writer", "writer=", "=x", "writer=http://h,model"])
def test_a_role_that_cannot_be_read_says_how_it_is_written(text):
    with pytest.raises(ConfigError, match="NAME=ENGINE or NAME=URL"):
        parse_role(text)


def test_overrides_keep_the_other_fields():
    config = corpus(roles={"writer": {**ENDPOINT, "sampling": {"seed": 5}}})
    changed = with_roles(config, {"writer": {"model": "n", "sampling": {"temperature": 0}}})
    role = changed.roles.writer
    assert (role.model, role.base_url, role.sampling.seed) == ("n", ENDPOINT["base_url"], 5)
    assert role.sampling.temperature == 0
    assert config.roles.writer.model == "m"
    with pytest.raises(ConfigError, match="no role 'singer', only captioner, writer"):
        with_roles(config, {"singer": {}})
    with pytest.raises(ConfigError, match=r"roles\.writer\.concurrency"):
        with_roles(config, {"writer": {"concurrency": 0}})


def test_a_store_elsewhere_needs_a_place_for_the_book(tmp_path):
    with pytest.raises(ValidationError, match=r"execution\.answers"):
        CorpusConfig(name="x", store="s3://b/p", source={"folder": "."}, roles={"writer": ENDPOINT})
    CorpusConfig(name="x", store="s3://b/p", source={"folder": "."})
    path = tmp_path / "c.yaml"
    path.write_text(
        "name: x\nstore: s3://b/p\nsource: {folder: .}\nexecution: {answers: kept}\n"
        "roles: {writer: {engine: openai, base_url: 'http://h/v1', model: m}}\n"
    )
    assert load_config(path).execution.answers == str(tmp_path / "kept")


@pytest.mark.parametrize(
    "text", ["writer=builtin/facts,sampling=1", "writer=builtin/facts,form=[x"]
)
def test_odd_values_on_the_command_line_are_told(text):
    with pytest.raises(ConfigError, match=r"sampling|form"):
        with_roles(corpus(), dict([parse_role(text)]))


def test_a_key_that_was_typed_into_a_config_is_not_repeated(tmp_path):
    path = tmp_path / "c.yaml"
    path.write_text("name: a\nstore: s\nsource: {folder: f}\nroles: {writer: {api_key: sk-mine}}")
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    told = "".join(traceback.format_exception(caught.value))
    assert "api_key" in told
    assert "sk-mine" not in told
