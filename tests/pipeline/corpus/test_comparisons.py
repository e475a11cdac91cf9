"""Recordings compared, from their sound to a release and a step of training."""

import json
import shutil
from itertools import islice
from pathlib import Path

import polars as pl
import pytest

from pipeline.corpus.build import build
from pipeline.release.create import create_release
from pipeline.release.folder import find_release
from pipeline.release.verify import verify_release
from pipeline.views.estimate import estimate_build
from schemas.comparison import Comparison
from schemas.config import load_config, parse_role, with_roles
from schemas.quality import BlindResult, Quality
from tests.pipeline.release.made_up import Here
from tests.serving import model_server
from tests.tiny_musicflamingo import save_tiny
from tools.store import Store

PIECES = Path(__file__).parents[2] / "data/pieces"
CONFIG = """\
name: pieces
store: store
source: {folder: audio}
curation: {unknown_licence: research_only}
release: {validation_share: 0, test_share: 0}
execution: {workers: 2}
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The corpus of three pieces with known truth, by `builtin/facts`, and its config's path."""
    folder = tmp_path_factory.mktemp("pieces")
    (folder / "audio").mkdir()
    for path in sorted(PIECES.glob("*.ogg")):
        shutil.copy(path, folder / "audio")
    (folder / "corpus.yaml").write_text(CONFIG)
    return build(load_config(folder / "corpus.yaml")), folder / "corpus.yaml"


def said_of(corpus):
    """Answers by aspect and file names of both recordings."""
    names = {row["track_id"]: Path(row["uri"]).stem for row in corpus.tracks.iter_rows(named=True)}
    return {
        (row.aspect, names[row.track_id], names[row.other_id]): row
        for row in corpus.rows(Comparison)
    }


def test_facts_compare_every_piece_with_another_and_say_what_is_true(built):
    truth = json.loads((PIECES / "truth.json").read_text())
    found = said_of(built[0])
    assert {aspect for aspect, *_ in found} >= {"metre", "mode", "dynamics"}
    assert {one for _, one, _ in found} == {path.stem for path in PIECES.glob("*.ogg")}
    for (aspect, one, other), row in found.items():
        first, second = truth[one], truth[other]
        if aspect == "tempo":
            assert row.answer.startswith("Recording 1") == (first["bpm"] > 1.07 * second["bpm"])
            assert row.answer.startswith("Recording 2") == (second["bpm"] > 1.07 * first["bpm"])
        if aspect == "metre":
            is_same = first["beats_per_bar"] == second["beats_per_bar"]
            assert row.answer.startswith("Both") == is_same
        if aspect == "mode":
            modes = [each["keys"][0]["mode"] for each in (first, second)]
            sides = (f"Both are in {modes[0]}",) if modes[0] == modes[1] else (
                f"Recording 1 is in {modes[0]}", f"recording 2 in {modes[1]}"
            )  # fmt: skip
            assert row.answer == ", ".join(sides)
        if aspect == "key_changes":
            changes = [len({(k["tonic"], k["mode"]) for k in each["keys"]}) > 1
                       for each in (first, second)]  # fmt: skip
            expected = {
                (True, True): "Both change key", (False, False): "Neither changes key",
                (True, False): "Only recording 1 changes key",
                (False, True): "Only recording 2 changes key",
            }[tuple(changes)]  # fmt: skip
            assert row.answer == expected


def test_comparisons_are_released_with_two_sounds_and_learned_from(built, tmp_path):
    corpus, path = built
    create_release(corpus.config, "v1", Here())
    store = Store(corpus.config.store)
    release = find_release(store, "v1")
    assert list(verify_release(release)) == []
    folder = Path(corpus.config.store) / "releases/v1"
    rows = pl.read_parquet(folder / "mf-skills/comparisons/*.parquet")
    made = {row.qa_id: row for row in corpus.rows(Comparison)}
    assert set(rows["row_id"]) == set(made)
    uris = dict(corpus.tracks.select("track_id", "uri").iter_rows())
    for row in rows.iter_rows(named=True):
        ours = made[row["row_id"]]
        assert [each["track_id"] for each in row["sounds"]] == [ours.track_id, ours.other_id]
        assert row["n_audio_tokens"] == sum(each["n_audio_tokens"] for each in row["sounds"])
        assert (row["completion"], row["gold_answer"]) == (ours.answer, ours.answer)
        assert row["prompt"].startswith(ours.question + "\n(A) ")
    (lines,) = (folder / "conversations").glob("comparisons-*.jsonl")
    for line in map(json.loads, lines.read_text().splitlines()):
        ours = made[line["id"]]
        assert line["sound"] == [uris[ours.track_id], uris[ours.other_id]]
        assert line["conversations"][0]["value"].startswith("<sound-1>\n<sound-2>\n")
        assert len(line["duration"]) == len(line["heard_start_s"]) == 2
    tracks = pl.read_parquet(folder / "tracks/*.parquet")
    beside = tracks.explode("texts")["texts"].struct.field("dataset")
    assert set(beside) == {"captions", "qa", "think", "properties"}, "texts of one sound alone"
    _learn(folder, path.parent / "audio", lines, tmp_path)


def _learn(release, audio_root, lines, tmp_path):
    """Both exports give the same rows to hear, and a model takes a step on them."""
    import torch

    from training import sft
    from training.config import ModelConfig, SftConfig, SourceConfig
    from training.packing import open_lanes

    tiny = save_tiny(tmp_path / "tiny", window_s=2)
    sources = {
        "parquet": SourceConfig(
            release=str(release), dataset="mf-skills/comparisons", audio_root=str(audio_root)
        ),
        "lines": SourceConfig(conversations=str(lines), audio_root=str(audio_root)),
    }
    heard = {}
    for name, source in sources.items():
        config = SftConfig(
            model=ModelConfig(path=str(tiny)), output=str(tmp_path / name), sources=(source,),
            learning_rate=1e-3, context_tokens=4096, workers=0, max_steps=1, global_batch_rows=2,
            sample_rows=0, context_windows=200,
        )  # fmt: skip
        lane = open_lanes(config, [0], 1)[0]
        heard[name] = {row.row.row_id: row for row in islice(lane.rows(0), 4)}
    assert heard["parquet"].keys() & heard["lines"].keys()
    for row_id in heard["parquet"].keys() & heard["lines"].keys():
        one, other = (heard[name][row_id] for name in sources)
        assert one.row.messages == other.row.messages
        assert one.starts_s == other.starts_s
        pairs = zip(one.sounds, other.sounds, strict=True)
        assert all((left == right).all() for left, right in pairs)
    torch.manual_seed(0)
    sft.train(config.model_copy(update={"sources": (sources["parquet"],)}))
    log = [json.loads(each) for each in (tmp_path / "lines/log.jsonl").read_text().splitlines()]
    assert [each["loss"] > 0 for each in log if "loss" in each] == [True]


@pytest.fixture(scope="module")
def heard(built, tmp_path_factory):
    """The same corpus with a questioner, a guesser and a judge over a connection."""
    folder = tmp_path_factory.mktemp("heard") / "copy"
    shutil.copytree(built[1].parent, folder)
    with model_server("--script", "questions") as url:
        names = ("questioner", "blind", "judge")
        players = dict(
            parse_role(f"{name}={url},model=m,audio_sample_rate_hz=8000") for name in names
        )
        config = with_roles(load_config(folder / "corpus.yaml"), players)
        compare = config.compare.model_copy(update={"per_track": 1})
        config = config.model_copy(update={"compare": compare})
        planned = {
            (each.stage, each.role): each for each in estimate_build(config).stages if each.role
        }
        return build(config, until="judge"), planned


def test_a_models_answer_is_taken_where_it_is_the_computed_one(heard, built):
    corpus, _ = heard
    by_facts, by_model = said_of(built[0]), said_of(corpus)
    assert by_model
    assert by_model.keys() < by_facts.keys(), "the first option is not always right"
    for key, row in by_model.items():
        assert row.answer == by_facts[key].answer == sorted(row.options)[0]
        assert row.authorship.role == "questioner"
        assert row.rationale.startswith("Each was heard")
    refused = [each for each in corpus.rejections() if each.stage == "compare"]
    assert {each.reason for each in refused} == {"wrong_answer"}
    assert len(refused) + len(by_model) == len(by_facts)


def test_they_are_guessed_at_unheard_and_judged_with_two_sounds(heard):
    corpus, _ = heard
    rows = {row.qa_id: row for row in corpus.rows(Comparison)}
    guesses = {row.qa_id: row for row in corpus.rows(BlindResult) if row.qa_id in rows}
    assert guesses.keys() == rows.keys()
    assert {row.n_tries for row in guesses.values()} == {4}
    guessed = {name for name, row in guesses.items() if row.is_guessed}
    verdicts = {row.row_id: row for row in corpus.rows(Quality) if row.row_id in rows}
    assert verdicts.keys() == rows.keys() - guessed
    refused = {
        each.row_id: each.reason for each in corpus.rejections()
        if each.stage == "judge" and each.row_id in rows
    }  # fmt: skip
    assert {name: refused[name] for name in guessed} == dict.fromkeys(guessed, "blind_answerable")
    for name, verdict in verdicts.items():
        assert {each.judge for each in verdict.ballots} == {"judge"}
        assert verdict.ballots[0].heard_start_s == rows[name].heard_start_s
    first = [row.usage.input_tokens for row in verdicts.values() if row.usage.n_attempts]
    assert first and min(first) > 2 * 750, "of two sounds, by the server's count"


def test_a_plan_says_what_hearing_both_will_take(heard):
    """At most: a pair is asked about once for a stretch and once as a whole."""
    corpus, planned = heard
    lengths_s = corpus.tracks["duration_s"].to_list()
    n_tracks = len(lengths_s)
    assert planned["compare", "questioner"].n_requests == 2 * n_tracks
    both_s = sum(2 * (min(30.0, each) + each) for each in lengths_s)
    assert planned["compare", "questioner"].audio_tokens == pytest.approx(25 * both_s, abs=2)
    alone_s = sum(lengths_s)
    assert planned["judge", "judge"].audio_tokens == pytest.approx(25 * (alone_s + both_s), abs=2)
    assert planned["judge", "judge"].n_requests == 3 * n_tracks
