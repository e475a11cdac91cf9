import json
import shutil
import subprocess
import sys
from dataclasses import asdict

import numpy as np
import polars as pl
import pytest
import soundfile
import yaml

from schemas.roles import RoleConfig
from schemas.thinking import Thought, format_thought
from tests.tiny_musicflamingo import save_tiny
from tests.training.judge_server import judge_server
from training.config import ModelConfig
from training.evaluate import EvaluateConfig, evaluate
from training.evaluation.items import Item
from training.evaluation.judge import JudgeError, judge_marks, mark_in
from training.evaluation.kept import KeptLines
from training.evaluation.loaders import LOADERS
from training.evaluation.scoring import final_answer, is_cut, is_right, word_error_rate
from training.evaluation.table import PUBLISHED, Result, results_table


def sound(path, seed=0):
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, np.random.default_rng(seed).normal(0, 0.1, 16000), 16000)


def dump(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=False))


@pytest.fixture(scope="module")
def copies(tmp_path_factory):
    """Two or three entries of every benchmark, in its published form."""
    root = tmp_path_factory.mktemp("benchmarks")
    choice = {"question": "Which key?", "choices": ["C", "G", "G"], "answer": "G"}
    entry = {"id": "1", "audio_id": "./test-mini-audios/1.wav", "task": "music", **choice}
    dump(root / "mmau_music" / "mmau-test-mini.json", [entry, entry | {"task": "speech"}])
    sound(root / "mmau_music" / "test-mini-audios" / "1.wav")
    rows = [
        {"id": "1", "audio_path": ["data/1.wav"], "category": "music", **choice},
        {"id": "2", "audio_path": ["data/1.wav", "data/2.wav"], "category": "music", **choice},
        {"id": "3", "audio_path": ["data/1.wav"], "category": "sound", **choice},
        {"id": "4", "audio_path": ["data/1.wav"], "category": "music", **choice, "choices": []},
    ]
    (root / "mmau_pro_music").mkdir()
    pl.DataFrame(rows).write_parquet(root / "mmau_pro_music" / "test.parquet")
    asked = {"question": "Mood?", "correct_answer": "Sad", "distractors": list("abcd")}
    dump(root / "muchomusic" / "RUL-MuchoMusic.json", {"563": asked, "12": asked})
    entry = {"id": "m1", "audio_path": "./audio/m1.wav", "modality": "music", **choice}
    dump(root / "mmar_music" / "MMAR-meta.json", [entry, entry | {"modality": "mix-sound-music"}])
    entry = {
        "video_id": "00000093", "question_id": 12, "type": '["Audio", "Counting"]',
        "question_content": "How many musical instruments were heard throughout the video?",
        "templ_values": "[]", "question_deleted": 0, "anser": "two",
    }  # fmt: skip
    yes = {
        "question_id": 13, "type": '["Audio", "Counting"]', "anser": "yes",
        "question_content": "Are there <Object> and <Object> sound? ",
        "templ_values": '["flute", "acoustic_guitar"]',
    }  # fmt: skip
    seen = {"question_id": 14, "type": '["Visual", "Counting"]', "anser": "nine"}
    dump(root / "music_avqa" / "avqa-test.json", [entry, entry | yes, entry | seen])
    note = {"instrument_source_str": "acoustic", "instrument_family_str": "reed"}
    for name in ("nsynth_source", "nsynth_instrument"):
        dump(root / name / "examples.json", {"reed_acoustic_023-064-127": note})
    for genre in ("blues", "hiphop"):
        sound(root / "gtzan" / genre / f"{genre}.00000.wav")
        (root / "gtzan" / genre / f"._{genre}.00000.wav").touch()
    (root / "medley_solos_db").mkdir()
    (root / "medley_solos_db" / "Medley-solos-DB_metadata.csv").write_text(
        "subset,instrument,instrument_id,song_id,uuid4\n"
        "test,female singer,2,5,ab-c\ntraining,flute,3,1,d\n"
    )
    (root / "musiccaps").mkdir()
    (root / "musiccaps" / "musiccaps-public.csv").write_text(
        "ytid,start_s,end_s,audioset_positive_labels,aspect_list,caption,author_id,"
        "is_balanced_subset,is_audioset_eval\n"
        'aaa,30,40,/m/0,"[]","Slow, sad.",4,False,True\n'
        'bbb,30,40,/m/0,"[]",Gone.,4,False,True\nccc,30,40,/m/0,"[]",Train.,4,False,False\n'
    )
    sound(root / "musiccaps" / "audio" / "aaa.wav")
    turns = [{"from": "human", "value": "<sound>\nTell."}, {"from": "gpt", "value": "A song."}]
    songs = [{"id": "s", "sound": "s.wav", "conversations": turns}]
    dump(root / "songcaps" / "songcaps.json", songs)
    sound(root / "songcaps" / "s.wav")
    pair = {"ytid": "aaa", "question": "Mood?", "answer": "Sad.", "is_audioset_eval": True}
    others = [pair | {"ytid": "gone"}, pair | {"is_audioset_eval": False}]
    dump(root / "music_instruct" / "music_instruct_long.json", {"QA": [pair, *others]})
    sound(root / "music_instruct" / "audio" / "aaa.wav")
    (root / "opencpop").mkdir()
    (root / "opencpop" / "test.txt").write_text("2044001628|感受停在|g an|n|0.1|0|0\n")
    (root / "musdb18" / "test_lyrics").mkdir(parents=True)
    (root / "musdb18" / "test_lyrics" / "Al James - Song.txt").write_text(
        "00:12 00:17 a some words here\n00:17 00:20 d\n* 00:20 00:21 a what\n"
        "01:02.5 01:05 b more words\n01:06 01:07 c me you\n"
    )
    return root


EXPECTED = {
    "mmau_music": [("1", "test-mini-audios/1.wav", "G")],
    "mmau_pro_music": [("1", "data/1.wav", "G")],
    "muchomusic": [("563", "audio/563.mp3", "Sad"), ("12", "audio/12.mp3", "Sad")],
    "mmar_music": [("m1", "audio/m1.wav", "G")],
    "music_avqa": [("12-0", "audio/00000093.wav", "two"), ("13-1", "audio/00000093.wav", "yes")],
    "nsynth_source": [
        ("reed_acoustic_023-064-127", "audio/reed_acoustic_023-064-127.wav", "acoustic")
    ],
    "nsynth_instrument": [
        ("reed_acoustic_023-064-127", "audio/reed_acoustic_023-064-127.wav", "reed")
    ],
    "gtzan": [
        ("blues.00000", "blues/blues.00000.wav", "blues"),
        ("hiphop.00000", "hiphop/hiphop.00000.wav", "hip hop"),
    ],
    "medley_solos_db": [("ab-c", "Medley-solos-DB_test-2_ab-c.wav", "female singer")],
    "musiccaps": [("aaa", "audio/aaa.wav", "Slow, sad.")],
    "songcaps": [("s", "s.wav", "A song.")],
    "music_instruct": [("aaa-0", "audio/aaa.wav", "Sad.")],
    "opencpop": [("2044001628", "wavs/2044001628.wav", "感受停在")],
    "musdb18": [
        ("Al James - Song-0", "test/Al James - Song/mixture.wav", "some words here"),
        ("Al James - Song-3", "test/Al James - Song/mixture.wav", "more words"),
    ],
}


@pytest.mark.parametrize("name", LOADERS)
def test_every_benchmark_is_read_in_its_published_form(copies, name):
    items = list(LOADERS[name](copies / name))
    assert [(item.item_id, item.audio, item.expected) for item in items] == EXPECTED[name]
    for item in items:
        if item.scoring in {"choice", "label"}:
            assert item.expected in item.options
            assert is_right(item, item.expected)
            assert all(option in item.prompt for option in item.options)


def test_templates_times_and_labels_are_filled_in(copies):
    first, second = LOADERS["music_avqa"](copies / "music_avqa")
    assert first.options == ("two",)
    assert second.prompt.startswith("Are there flute and acoustic guitar sound?\n")
    assert second.options == ("yes", "no")
    *_, last = LOADERS["musdb18"](copies / "musdb18")
    assert (last.start_s, last.end_s) == (62.5, 65.0)


def test_a_copy_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"MMAR-meta\.json"):
        list(LOADERS["mmar_music"](tmp_path))


def test_every_benchmark_has_its_row_beside_the_papers():
    names = {name.removesuffix("_coverage").removesuffix("_correctness") for name in PUBLISHED}
    assert names == set(LOADERS)
    table = results_table({"mine": {"gtzan": Result(50.0, 10, 1)}, "other": {}})
    assert "| GTZAN | ACC ↑ | 50.00 | 10, 1 skipped | - | - | 84.45 | Pengi 80.00 |" in table
    assert "| Opencpop | WER ↓ | - | - | - | - | 12.9 | GPT-4o 53.7 |" in table


def label(expected="flute"):
    return Item("", "", "", expected, "label", ("flute", "synth_lead", "tenor saxophone"))


def test_answers_are_right_by_label_letter_or_mention():
    assert is_right(label(), "It is a flute.")
    assert is_right(label("synth_lead"), "Synth lead")
    assert is_right(label("tenor saxophone"), "That's the tenor saxophone!")
    assert not is_right(label(), "A flute or a tenor saxophone.")
    assert not is_right(label(), "")
    assert not is_right(label(), "Not a flute.")
    assert not is_right(label(), "There is no flute in it.")
    assert not is_right(label(), "It is a flutist's tune.")
    assert not is_right(label(), "<think>It must be a flute")
    thought = Thought(thinking="Not a tenor saxophone.", answer="flute", is_bridged=True)
    assert is_right(label(), format_thought(thought))


def test_word_errors_are_of_words_and_in_chinese_of_characters():
    assert word_error_rate(["Some words here."], ["some words"]) == pytest.approx(100 / 3)
    assert word_error_rate(["感受停在"], ["感受停"]) == 25
    assert word_error_rate(["a b", "c d"], ["a b", "c e"]) == 25
    assert word_error_rate(["don't 'stop'"], ["[Chorus] Don\u2019t stop"]) == 0


def config_of(tiny, output, copies, *names, **fields):
    return EvaluateConfig(
        model=ModelConfig(path=str(tiny)),
        output=str(output),
        benchmarks={name: str(copies / name) for name in names},
        answer_tokens=4,
        batch_size=2,
        **fields,
    )


def lines_of(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def only(folder):
    (found,) = (path for path in folder.iterdir() if path.is_dir())
    return found


def test_a_model_is_evaluated_and_the_table_written(tiny, copies, tmp_path):
    config = config_of(tiny, tmp_path, copies, "gtzan", "mmar_music", is_thinking=True)
    results = evaluate(config)
    assert results["gtzan"].value == 0.0
    assert set(results) == {"gtzan"}, "the sound of mmar_music is not there"
    kept = only(tmp_path) / "gtzan.jsonl"
    said = lines_of(kept)
    assert [line["key"].split()[0] for line in said] == ["blues.00000", "hiphop.00000"]
    assert "| GTZAN | ACC ↑ | 0.00 | 2" in (tmp_path / "results.md").read_text()
    # Answers are kept: with a right one among them, only the score is new.
    said[0]["value"] = "<think>Hm.</think>\n<answer>Blues</answer>"
    kept.write_text("\n".join(json.dumps(line) for line in said) + "\n")
    assert evaluate(config)["gtzan"].value == 50.0


def test_two_models_in_one_folder_have_their_own_answers(tiny, copies, tmp_path):
    other = save_tiny(tmp_path / "models" / tiny.name, seed=7)
    output = tmp_path / "evaluation"
    for path, mark in ((tiny, "one"), (other, "two")):
        config = config_of(path, output, copies, "gtzan")
        evaluate(config)
        newest = max(output.glob("*/gtzan.jsonl"), key=lambda each: each.stat().st_mtime_ns)
        lines = [line | {"value": mark} for line in lines_of(newest)]
        newest.write_text("".join(json.dumps(line) + "\n" for line in lines))
    kept = list(output.glob("*/gtzan.jsonl"))
    assert len(kept) == 2
    assert sorted(lines_of(path)[0]["value"] for path in kept) == ["one", "two"]
    evaluate(config_of(tiny, output, copies, "gtzan", is_thinking=True))
    assert len(list(output.glob("*/gtzan.jsonl"))) == 3, "another prompt, other answers"
    header = (output / "results.md").read_text().splitlines()[0]
    assert header.count(f"| {tiny.name}-") == 3


def test_a_line_that_was_cut_off_is_asked_again(tiny, copies, tmp_path, caplog):
    config = config_of(tiny, tmp_path, copies, "gtzan")
    evaluate(config)
    kept = only(tmp_path) / "gtzan.jsonl"
    whole = kept.read_bytes()
    kept.write_bytes(whole[:-9])
    evaluate(config)
    assert "was cut off" in caplog.text
    found = KeptLines(kept)
    assert {key.split()[0] for key in found.values} == {"blues.00000", "hiphop.00000"}


def test_a_question_that_was_changed_is_asked_again(tiny, copies, tmp_path):
    shutil.copytree(copies / "mmau_music", tmp_path / "mmau_music")
    config = config_of(tiny, tmp_path / "out", tmp_path, "mmau_music")
    evaluate(config)
    evaluate(config)
    kept = only(tmp_path / "out") / "mmau_music.jsonl"
    assert len(lines_of(kept)) == 1
    questions = tmp_path / "mmau_music" / "mmau-test-mini.json"
    questions.write_text(questions.read_text().replace("Which key?", "In which key is it?"))
    evaluate(config)
    assert len(lines_of(kept)) == 2


def test_answers_that_are_cut_off_say_nothing_and_are_counted():
    assert final_answer("<think>It is a flute") == ""
    assert final_answer("<think>So.</think>\n<answer>a flu") == ""
    assert final_answer("<think>So.</think> A flute.") == "A flute."
    assert is_cut("<think>a") and is_cut("<answer>a") and not is_cut("A flute.")


@pytest.mark.slow
@pytest.mark.parametrize("max_items", [None, 1])  # of one item, one process has none to answer
def test_two_processes_share_the_items(tiny, copies, tmp_path, max_items):
    config = config_of(
        tiny, tmp_path / "out", copies, "gtzan", "nsynth_source", max_items=max_items
    )
    path = tmp_path / "evaluation.yaml"
    path.write_text(yaml.safe_dump(config.model_dump(mode="json", exclude_defaults=True)))
    launch = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    command = [sys.executable, *launch, "-m", "training.evaluate", str(path)]
    subprocess.run(command, check=True, timeout=300)
    shared = json.loads((only(tmp_path / "out") / "results.json").read_text())
    alone = evaluate(config.model_copy(update={"output": str(tmp_path / "alone")}))
    assert shared == {name: asdict(result) for name, result in alone.items()}


def test_captions_need_a_judge(tiny, copies, tmp_path):
    with pytest.raises(ValueError, match="musiccaps: give a `judge`"):
        evaluate(config_of(tiny, tmp_path, copies, "musiccaps"))
    with pytest.raises(ValueError, match="no benchmark"):
        evaluate(config_of(tiny, tmp_path, copies, "nonsense"))


@pytest.fixture
def judge():
    with judge_server() as url:
        yield RoleConfig(engine="openai", base_url=url, model="judge", max_attempts=1)


def test_a_judge_marks_captions(tiny, copies, tmp_path, judge):
    config = config_of(
        tiny, tmp_path, copies, "musiccaps", "songcaps", "music_instruct", judge=judge
    )
    results = evaluate(config)
    assert results["musiccaps"].value == 7.0
    assert results["songcaps_coverage"].value == results["songcaps_correctness"].value == 7.0
    assert results["music_instruct"].value == 70.0


def test_marks_are_kept_and_a_judge_without_a_mark_is_an_error(tmp_path, judge):
    kept = KeptLines(tmp_path / "marks.jsonl")
    triples = [("?", "a", "good"), ("?", "a", "bad")]
    assert judge_marks(judge, "overall", triples, kept) == [7.0, 7.0]
    with pytest.raises(JudgeError, match="no mark"):
        judge_marks(judge, "overall", [*triples, ("?", "a", "speechless")], kept)
    nowhere = judge.model_copy(update={"base_url": "http://127.0.0.1:9/v1"})
    same = nowhere.model_copy(update={"model": judge.model})
    assert judge_marks(same, "overall", triples, KeptLines(tmp_path / "marks.jsonl")) == [7.0, 7.0]


@pytest.mark.parametrize(
    ("reply", "mark"),
    [
        ('{"mark": 7}', 7.0),
        ('```json\n{"mark": 7.5}\n```', 7.5),
        ("7", 7.0),
        ("**8**", 8.0),
        ("8/10", 8.0),
        ("Mark: 7", 7.0),
        ("**Score:** 7", 7.0),
        ("Of 3 claims 2 are right. I give it 6/10.", 6.0),
        ("The answer names 2 of 5 instruments. Mark: 4", 4.0),
        ('<think>First I thought 9.</think>{"mark": 3}', 3.0),
        ('{"mark": 11}', None),
        ('{"mark": 0}', None),
        ('{"mark": true}', None),
        ("Of 3 claims 2 are right.", None),
        ("Score: 7 or score: 8", None),
        ("17", None),
        ("", None),
    ],
)
def test_a_mark_is_what_is_given_as_one(reply, mark):
    assert mark_in(reply) == mark


def test_a_judge_that_refuses_a_temperature_is_asked_without(tmp_path):
    with judge_server(refuses="temperature") as url:
        role = RoleConfig(engine="openai", base_url=url, model="judge", max_attempts=1)
        kept = KeptLines(tmp_path / "marks.jsonl")
        assert judge_marks(role, "overall", [("?", "a", "good")], kept) == [7.0]


def test_an_endpoint_that_serves_the_model_is_evaluated(copies, tmp_path, judge):
    config = EvaluateConfig(
        endpoint=judge, output=str(tmp_path), benchmarks={"gtzan": str(copies / "gtzan")}
    )
    assert evaluate(config)["gtzan"] == Result(0.0, 2, 0, 0)
    said = lines_of(only(tmp_path) / "gtzan.jsonl")
    assert {line["value"] for line in said} == {"Mark: 7"}
    assert judge.model in only(tmp_path).name


def test_one_model_is_evaluated_at_a_time(tiny, judge):
    for fields in ({}, {"model": ModelConfig(path=str(tiny)), "endpoint": judge}):
        with pytest.raises(ValueError, match="either `model` or `endpoint`"):
            EvaluateConfig(output="x", benchmarks={"gtzan": "x"}, **fields)
