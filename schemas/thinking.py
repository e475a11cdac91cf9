"""The text form of a thought: how MF-Think writes it, and how rewards read it.

Two forms were published (*Music Flamingo*, samples of MF-Think): captions put the answer on the
line after the thinking, questions put `BRIDGE` before it. Between the tags the samples have a
space, a line break or an empty line: any white space is read there, one line break written.
"""

import re
import unicodedata

from pydantic import ValidationInfo, field_validator

from schemas.record import Record

PROMPT_SUFFIX = (
    "Output the thinking process in <think> </think> and final answer in <answer> </answer>."
)
BRIDGE = "Hence, the final answer is: "

TAG_PATTERN = r"</?(?:think|answer)>"
_TAG = re.compile(TAG_PATTERN)
_FORM = re.compile(
    rf"\s*<think>(?P<thinking>.*)</think>\s*(?P<bridge>{re.escape(BRIDGE.strip())}\s*)?"
    r"<answer>(?P<answer>.*)</answer>\s*",
    re.DOTALL,
)


class Thought(Record):
    """A chain of thought and the answer it leads to, each kept to the letter."""

    thinking: str
    answer: str
    is_bridged: bool

    @field_validator("thinking", "answer")
    @classmethod
    def _says_something(cls, text: str, info: ValidationInfo) -> str:
        kinds = "LN" if info.field_name == "thinking" else "LNPSM"
        if not any(unicodedata.category(sign)[0] in kinds for sign in text):
            raise ValueError("it says nothing")
        if tag := _TAG.search(text):
            raise ValueError(f"it holds the tag {tag[0]}")
        return text


def ask_for_thought(prompt: str) -> str:
    """The prompt that asks for an answer with its thinking, in the published words."""
    return f"{prompt}\n{PROMPT_SUFFIX}"


def format_thought(thought: Thought) -> str:
    """The text of a thought; `parse_thought` reads it back.

    Parameters
    ----------
    thought : Thought

    Returns
    -------
    str
        ``<think>…</think>``, a line break, the bridge if there is one, ``<answer>…</answer>``.
    """
    bridge = BRIDGE if thought.is_bridged else ""
    return f"<think>{thought.thinking}</think>\n{bridge}<answer>{thought.answer}</answer>"


def parse_thought(text: str) -> Thought:
    """The thought that a text writes, in one of the published forms.

    Parameters
    ----------
    text : str

    Returns
    -------
    Thought
        Such that `format_thought` gives `text` again, but for white space around the tags.

    Raises
    ------
    ValueError
        If the text has another form: a tag missing, repeated or misplaced, words around the tags,
        thinking without a letter or digit, an answer without a visible sign.
    """
    found = _FORM.fullmatch(text)
    if not found:
        raise ValueError("the text is not <think>…</think>, a line break, <answer>…</answer>")
    return Thought(
        thinking=found["thinking"], answer=found["answer"], is_bridged=bool(found["bridge"])
    )
