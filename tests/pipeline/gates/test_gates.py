"""Prose passes the gates; word salad, loops, echoes and tokens do not, and are told apart."""

import json
import re
from pathlib import Path

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.gates import (
    TOKEN_PATTERN,
    Asked,
    Length,
    phrase_fault,
    prose_fault,
    template_token,
)
from pipeline.prompts import load_prompt

HERE = Path(__file__).parent
LINT = HERE.parent / "lint"
FACTS = {"tempo": "120 BPM", "lyrics": "je ne regrette rien", "harmony": "C G Am F"}
ASKED = Asked.of(
    *load_prompt("describe").render(instruction="Tell me of it.", facts=FACTS, words=450)
)
CASES = [json.loads(line) for line in (HERE / "prose.jsonl").read_text().splitlines()]
PROSE = [each["text"] for each in CASES if each["is_prose"]]
words = st.sampled_from([word for text in PROSE for word in text.split()])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][:30])
def test_prose_passes_and_all_else_is_named(case):
    fault = prose_fault(case["text"], ASKED)
    assert (fault and fault[0]) == case.get("reason"), fault


def test_sentences_about_music_pass():
    lines = (LINT / "table.jsonl").read_text().splitlines()
    texts = [json.loads(line)["text"] for line in lines]
    texts += (LINT / "captions.txt").read_text().split("\n\n")
    refused = {text: fault for text in texts if (fault := prose_fault(text, ASKED))}
    assert len(texts) > 280
    assert refused == {}


@pytest.mark.parametrize(
    ("text", "fault"),
    [("One two three.", None), ("One.", "too_short"), ("One two three four five.", "too_long")],
)
def test_lengths(text, fault):
    found = Length(2, 4).fault(text)
    assert (found and found[0]) == fault


def test_what_a_request_holds_as_data_is_no_echo():
    line = "and the river runs below the town where nobody knows my name any more"
    known = Asked.of("Write a caption of the song.", f"<data>\n{line}\n</data>\nWrite it now.")
    assert prose_fault(f"He sings that {line}.", known) is None
    asked = Asked.of("Write a caption of the song.", f"Use these words: {line}")
    assert prose_fault(f"He sings that {line}.", asked)[0] == "echoes_prompt"


def test_letters_of_the_material_are_asked_for():
    asked = Asked.of("Ask about the words.", '<data>["津軽海峡冬景色"]</data>')
    assert phrase_fault("津軽海峡", asked) is None
    assert phrase_fault("津軽海峡", ASKED)[0] == "odd_characters"


@pytest.mark.parametrize(
    "option", ["C", "A minor", "F♯", "4/4", "I-V-vi-IV", "none of them", "No", "0:10 to 0:20", "N"]
)
def test_options_pass(option):
    assert phrase_fault(option, ASKED) is None


@given(st.lists(words, min_size=4, max_size=12, unique=True), st.integers(5, 30))
@example(["<", "=", "♩", "then"], 5)
@example(["♩", "<", "answers", "over"], 5)
def test_a_loop_never_passes(some, n_times):
    assert prose_fault(" ".join(some * n_times), ASKED) is not None


@given(st.lists(st.sampled_from(PROSE), min_size=1, max_size=len(PROSE), unique=True))
@example([text for text in PROSE if text.startswith(("Warm acoustic", "Fast, aggressive"))])
def test_prose_stays_prose_beside_other_prose(texts):
    assert prose_fault(" ".join(texts), ASKED) is None


@given(
    st.sampled_from(PROSE),
    st.sampled_from(["<|im_end|>", "</s>", "[/INST]", "<think>", "<eos>", "<|eot_id|>"]),
    st.integers(0, 300),
)
def test_a_token_anywhere_is_found(text, token, place):
    spoilt = text[:place] + token + text[place:]
    assert template_token(spoilt) is not None
    assert prose_fault(spoilt, ASKED)[0] == "template_token"


@given(st.one_of(st.sampled_from([each["text"] for each in CASES]), st.text(max_size=60)))
def test_python_and_polars_find_the_same_tokens(text):
    found = pl.Series([text], dtype=pl.String).str.contains(TOKEN_PATTERN).item()
    assert found == bool(re.search(TOKEN_PATTERN, text))
