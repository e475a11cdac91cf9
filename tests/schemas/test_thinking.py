import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.thinking import BRIDGE, Thought, ask_for_thought, format_thought, parse_thought

TAGS = ["<think>", "</think>", "<answer>", "</answer>"]
words = st.text().map(lambda text: f"a{text}").filter(lambda text: not any(t in text for t in TAGS))
thoughts = st.builds(Thought, thinking=words, answer=words, is_bridged=st.booleans())
# Texts that are often, but not always, in a published form.
pieces = st.sampled_from([*TAGS, "\n", BRIDGE, "A", " "])
scraps = st.lists(pieces, max_size=9).map("".join)


@given(thoughts)
def test_a_thought_is_read_as_it_was_written(thought):
    assert parse_thought(format_thought(thought)) == thought


@given(st.one_of(scraps, thoughts.map(format_thought)))
def test_a_text_that_can_be_read_is_written_the_same_but_for_white_space(text):
    try:
        thought = parse_thought(text)
    except ValueError:
        return
    written = format_thought(thought)
    assert "".join(written.split()) == "".join(text.split())
    assert parse_thought(written) == thought


def test_the_published_samples_are_read():
    question = (
        "<think>1. It is in G.\n2. So…</think>\nHence, the final answer is: <answer>D</answer>"
    )
    assert parse_thought(question) == Thought(
        thinking="1. It is in G.\n2. So…", answer="D", is_bridged=True
    )
    caption = "<think>Slow.</think>\n<answer>A ballad.\nIn C.</answer>"
    assert parse_thought(caption) == Thought(
        thinking="Slow.", answer="A ballad.\nIn C.", is_bridged=False
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Gm",
        "<think>a</think>",
        "<answer>b</answer>",
        "<think>a</think>\nSo: <answer>b</answer>",
        "<think></think>\n<answer>b</answer>",
        "<think>.</think>\n<answer>b</answer>",
        "<think>\u200b</think>\n<answer>b</answer>",
        "<think>a</think>\n<answer> </answer>",
        "Well. <think>a</think>\n<answer>b</answer>",
        "<think>a<think>b</think>\n<answer>c</answer>",
        "<think>a</think>\n<answer>b</answer>\n<answer>c</answer>",
        "<think>a</think>\n<think>b</think>\n<answer>c</answer>",
        "<answer>b</answer>\n<think>a</think>",
        "<THINK>a</THINK>\n<answer>b</answer>",
    ],
)
def test_other_forms_are_refused(text):
    with pytest.raises(ValueError):
        parse_thought(text)


def test_the_prompt_asks_in_the_published_words():
    assert ask_for_thought("Which chord?") == (
        "Which chord?\nOutput the thinking process in <think> </think> and final answer in "
        "<answer> </answer>."
    )
