import pytest

from schemas.config import ConfigError, load_config

GOOD = "name: songs\nstore: out\nsource:\n  folder: audio\n"


def write(tmp_path, text):
    path = tmp_path / "corpus.yaml"
    path.write_text(text)
    return path


def test_paths_are_relative_to_the_config(tmp_path):
    config = load_config(write(tmp_path, GOOD))
    assert config.store == str(tmp_path / "out")
    assert config.source.folder == str(tmp_path / "audio")


def test_a_url_is_left_alone(tmp_path):
    config = load_config(write(tmp_path, GOOD.replace("out", "s3://bucket/x")))
    assert config.store == "s3://bucket/x"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            GOOD + "beats:\n  beats_per_bar:\n    - 4\n    - 1\n",
            r":8: beats.beats_per_bar.1: .*metres",
        ),
        (
            GOOD + "segment:\n  windows: 30\n",
            r":6: segment.windows: there is no such key: is `window_s` meant.*cut into windows",
        ),
        (GOOD.replace("songs", "My Songs"), r":1: name: .*Lower case, digits, dashes"),
        ("store: out\nsource:\n  folder: a\n", r":1: name: Field required"),
        (GOOD + "  listing: a.csv\n", r":3: source: give either `folder` or `listing`"),
        (
            GOOD + "ingest: {min_duration_s: 30, max_duration_s: 20}\n",
            r":5: ingest: .*every file would be refused",
        ),
        (
            GOOD + "beats: {min_bpm: 100, max_bpm: 120}\n",
            r":5: beats: max_bpm must be at least",
        ),
        ("- a\n- b\n", r"expected a mapping"),
        ("a: [\n", r"cannot be read as YAML"),
    ],
)
def test_errors_name_the_line_the_field_and_its_meaning(tmp_path, text, message):
    with pytest.raises(ConfigError, match=message):
        load_config(write(tmp_path, text))


def test_a_missing_file_is_an_error(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(tmp_path / "none.yaml")
