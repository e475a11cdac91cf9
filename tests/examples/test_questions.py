"""Questions that nothing but the sound can answer."""

import json
import random
from collections import Counter

import cpu_curve
import make_questions
import pytest
import table
from make_questions import read_truth, write_conversations
from pieces import draw_piece
from questions import (
    ANSWERS,
    KINDS,
    balanced,
    released_question,
    tempo_word,
    with_options,
    with_wrong_facts,
)
from score import counts, sounds_heard
from table import interval


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    path = tmp_path_factory.mktemp("truth") / "truth.jsonl"
    path.write_text("".join(json.dumps(draw_piece(1, n).truth) + "\n" for n in range(600)))
    return [each for piece in read_truth(path) for each in piece]


def test_every_answer_is_asked_for_equally_often(asked):
    kept = balanced(asked, 160, random.Random(0))
    for kind in KINDS:
        found = Counter(each.answer for each in kept if each.kind == kind)
        assert set(found) == set(ANSWERS[kind])
        assert len(set(found.values())) == 1
        assert found.total() >= 100


def test_options_say_nothing_about_the_answer(asked):
    """The best that can be done with the options alone: always the same rank of their order."""
    rng = random.Random(1)
    for kind in KINDS:
        shown = [with_options(q, rng) for q in asked if q.kind == kind for _ in range(8)]
        shown = balanced(shown, 10**6, rng)
        assert all(each.options.count(each.answer) == 1 for each in shown)
        assert len({each.options for each in shown}) > 1
        chance = 1 / len(shown[0].options)
        place_of = ANSWERS[kind].index
        places = Counter(each.options.index(each.answer) for each in shown)
        ranks = Counter(sorted(each.options, key=place_of).index(each.answer) for each in shown)
        for found in (places, ranks):
            assert max(found.values()) / len(shown) < chance + 0.09


def test_so_many_facts_are_wrong(asked):
    wrong = with_wrong_facts(asked, 0.3, random.Random(0))
    n_wrong = sum(a.answer != b.answer for a, b in zip(asked, wrong, strict=True))
    assert n_wrong == round(0.3 * len(asked))
    assert all(each.answer in ANSWERS[each.kind] for each in wrong)


def test_conversations_ask_everything_of_a_piece(asked, tmp_path):
    path = tmp_path / "talk.jsonl"
    n_pieces = write_conversations(asked[:60], path)
    items = [json.loads(line) for line in path.read_text().splitlines()]
    assert len(items) == 6 * n_pieces
    answers = {(q.sound, q.answer) for q in asked[:60]}
    for item in items:
        said = [turn["value"] for turn in item["conversations"] if turn["from"] == "gpt"]
        assert {(item["sound"], each) for each in said} <= answers
        assert len(said) == len([q for q in asked[:60] if q.sound == item["sound"]])


def test_every_run_of_the_curve_has_its_conversations_and_its_place(tmp_path, monkeypatch):
    truth = tmp_path / "truth.jsonl"
    truth.write_text("".join(json.dumps(draw_piece(1, n).truth) + "\n" for n in range(60)))
    monkeypatch.setattr("sys.argv", ["make_questions.py", *map(str, (tmp_path, truth, truth))])
    make_questions.main()
    kinds = {
        name: len((tmp_path / f"{name}.jsonl").read_text().splitlines()) for name in cpu_curve.RUNS
    }
    assert all(kinds.values())
    assert set(cpu_curve.RUNS) <= set(table.RUNS)
    right, wrong = (
        (tmp_path / f"{name}.jsonl").read_text() for name in ("listen", "listen-wrong-30")
    )
    assert right != wrong


@pytest.mark.parametrize(
    ("question", "answer", "kind", "ours"),
    [
        ("Tap along: which of these is the tempo?", "92 BPM", "tempo", "moderate"),
        ("How many beats are in a bar?", "3 beats", "metre", "three"),
        ("How many beats are in a bar?", "5 beats", None, None),
        ("In which key is the music?", "G# minor", "key", "Ab minor"),
        ("Which chord sounds around 0:07?", "A#m", "chord", "Bbm"),
        ("Which chord takes up most of the time?", "Bbm", None, None),
        (
            "Which chord progression recurs in the recording?",
            "I-V-vi-IV",
            "progression",
            "I-V-vi-IV",
        ),
    ],
)
def test_rows_of_a_release_ask_the_same(question, answer, kind, ours):
    row = {"form": "multiple_choice", "question": question, "answer": answer}
    found = released_question(row, "x.wav")
    assert (found and (found.kind, found.answer)) == (kind and (kind, ours))


def test_tempi_are_thirds_of_what_is_drawn(asked):
    assert [tempo_word(bpm) for bpm in (60.0, 86.0, 87.0, 124.0, 126.0, 300.0)] == [
        "slow", "slow", "moderate", "moderate", "fast", "fast"
    ]  # fmt: skip
    found = Counter(each.answer for each in asked if each.kind == "tempo")
    assert max(found.values()) < 1.3 * min(found.values())


def test_another_piece_answers_otherwise(asked):
    kept = [with_options(each, random.Random(0)) for each in balanced(asked, 60, random.Random(0))]
    answers = {(each.sound, each.kind): each.answer for each in kept}
    for question, sound in zip(kept, sounds_heard(kept, "other"), strict=True):
        assert answers.get((sound, question.kind)) != question.answer
    assert set(sounds_heard(kept, "silence")) == {None}


def test_counts_and_intervals():
    low, high = interval(80, 100)
    assert (round(low, 3), round(high, 3)) == (0.711, 0.867)  # Wilson, as in his paper's form
    assert interval(0, 10)[0] == pytest.approx(0, abs=1e-9)


def test_counts_are_by_kind(asked):
    first = [next(each for each in asked if each.kind == kind) for kind in KINDS]
    assert counts(first, [True] * len(first)) == dict.fromkeys(KINDS, (1, 1))
