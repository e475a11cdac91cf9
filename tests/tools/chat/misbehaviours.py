"""What models of this world say, and what must become of it.

A case is a message, whether a form was asked for, and the outcome. `taken` is read as the true
answer at once; any other outcome is the reason it is charged under when it is asked again, or, if
the row is lost, refused. No message may become another answer than the true one, and none may end a
step.
"""

import json
from dataclasses import dataclass
from typing import Any

from tests.tools.chat.scripted import says

TAKEN = "taken"
TITLE, PROSE = "Über den Wolken", "A warm song in G, sung softly."
GOOD = json.dumps({"title": TITLE, "text": None})
DECOY = json.dumps({"title": "WRONG", "text": "WRONG"})
THOUGHT = 'Is it {G}? I would say {"title": "WRONG"} or WRONG. No.'


@dataclass(frozen=True)
class Case:
    """One message, and what must become of it."""

    name: str
    message: Any
    outcome: str
    has_form: bool = True
    is_lost: bool = False


def cases_of_words():
    """What a model says, and how it ends."""
    return [*_finishes(), *_thoughts(), *_objects(), *_contents()]


def both(name, wrap, outcome, **fields):
    """A case for a form, and one for a free text."""
    for has_form, answer in ((True, GOOD), (False, PROSE)):
        yield Case(f"{name}, {'form' if has_form else 'text'}", says(wrap(answer), **fields),
                   outcome, has_form)  # fmt: skip


def _finishes():
    for word in (
        "stop", "eos", "eos_token", "end_turn", "STOP", "stop_sequence", "stop_token", "COMPLETE",
        "complete", "done", "endoftext", "FINISH_REASON_STOP", "tool_calls", "function_call",
        "finished", None, "",
    ):  # fmt: skip
        yield from both(f"ends with {word!r}", lambda answer: answer, TAKEN, finish=word)
    yield from both("ends with a mapping", lambda a: a, TAKEN, finish={"type": "stop"})
    for word in "length max_tokens MAX_TOKENS model_length max_new_tokens limit".split():  # noqa: SIM905
        yield from both(f"ends with {word!r}", lambda answer: answer, "cut_off", finish=word)
    for word in ("content_filter", "SAFETY", "RECITATION", "PROHIBITED_CONTENT", "sensitive"):
        yield from both(f"ends with {word!r}", lambda answer: answer, "filtered", finish=word)
    yield from both("ends with 'refusal'", lambda answer: answer, "refused", finish="refusal")
    for word in ("error", "abort", "cancelled", "network_error", "unknown-word"):
        yield from both(f"ends with {word!r}", lambda answer: answer, "stopped", finish=word)
    yield from both("refuses in its own field", lambda _: None, "refused", refusal="I cannot.")
    refusal = [{"type": "refusal", "refusal": "I cannot."}]
    yield from both("refuses in a part", lambda _: refusal, "refused")


WRAPPINGS = {
    "think": ("<think>", "</think>"),
    "thinking": ("<thinking>", "</thinking>"),
    "thought": ("<thought>", "</thought>"),
    "reasoning": ("<reasoning>", "</reasoning>"),
    "reflection": ("<reflection>", "</reflection>"),
    "upper case": ("<THINK>", "</THINK>"),
    "Seed": ("<seed:think>", "</seed:think>"),
    "Magistral": ("[THINK]", "[/THINK]"),
    "Kimi": ("◁think▷", "◁/think▷"),
    "Cohere": ("<|START_THINKING|>", "<|END_THINKING|><|START_RESPONSE|>"),
    "Gemma": ("<|channel>thought\n", "<channel|>"),
    "MedGemma": ("<unused94>thought\n", "<unused95>"),
    "Sky": ("<|begin_of_thought|>", "<|end_of_thought|><|begin_of_solution|>"),
    "gpt-oss": (
        "<|channel|>analysis<|message|>", "<|end|><|start|>assistant<|channel|>final<|message|>"
    ),
    "gpt-oss, two channels": (
        "<|channel|>analysis<|message|>",
        "<|end|><|start|>assistant<|channel|>commentary<|message|>WRONG<|end|>"
        "<|start|>assistant<|channel|>final<|message|>",
    ),
    "gpt-oss, for JSON": (
        "<|channel|>analysis<|message|>",
        "<|end|><|start|>assistant<|channel|>final <|constrain|>json<|message|>",
    ),
    "gpt-oss, bare": ("analysis", "assistantfinal"),
    "gpt-oss, bare, two channels": ("analysis", "assistantcommentaryWRONGassistantfinal"),
}  # fmt: skip


def _thoughts():
    for name, (opened, closed) in WRAPPINGS.items():
        thought, cut = f"{opened}{THOUGHT}{closed}", f"{opened}We need more. "
        yield from both(f"thoughts, {name}", thought.__add__, TAKEN)
        yield from both(f"thoughts, {name}, start cut", f"{THOUGHT}{closed}".__add__, TAKEN)
        yield from both(f"thoughts, {name}, end cut", cut.__add__, "empty")
    for field in ("reasoning_content", "reasoning", "thinking"):
        yield from both(f"thoughts in {field}", lambda a: a, TAKEN, **{field: THOUGHT})
        yield from both(f"thoughts alone in {field}", lambda _: None, "empty", **{field: GOOD})
        yield from both(f"{field} is a list", lambda a: a, TAKEN, **{field: [{"text": "WRONG"}]})
    nested = {"type": "thinking", "thinking": [{"type": "text", "text": THOUGHT}]}
    for part in (nested, {"type": "reasoning", "text": THOUGHT}):
        yield from both(
            f"thoughts in a part {part['type']}",
            lambda a, part=part: [part, {"type": "text", "text": a}], TAKEN,
        )  # fmt: skip
    yield from both("thoughts twice", lambda a: f"<think>WRONG</think><think>W</think>{a}", TAKEN)
    yield from both("tags in thoughts", lambda a: f"<think>a <think> b</think>{a}", TAKEN)
    yield from both("nested thoughts", lambda a: f"<think>a<think>b</think>c</think>{a}", TAKEN)
    yield from both("thoughts of two names", lambda a: f"<think>a</thinking>{a}", TAKEN)


def _objects():
    def form(name, content, outcome):
        return Case(f"object, {name}", says(content), outcome)

    for name, content in {
        "fenced": f"```json\n{GOOD}\n```",
        "in prose": f"Here it is: {GOOD} I hope {{it}} helps.",
        "after braces": f"A set {{1, 2}} and a dict {{}}: {GOOD}",
        "after another": f'{{"title": 7}} is wrong, so {GOOD}',
        "before another": f'{GOOD} and not {{"title": 7}}',
        "twice the same": f"{GOOD}\n\n{GOOD}",
        "in a list": f"[{GOOD}]",
        "in a wrapper": f'{{"answer": {GOOD}}}',
        "after an open brace": f"{{ I begin with {GOOD}",
        "after the form": f'{{"properties": {{"title": {{"type": "string"}}}}}} {GOOD}',
        "with white space": GOOD.replace(":", " :\n\t"),
        "with special tokens": f"<|im_start|>assistant\n{GOOD}<|im_end|>",
        "with </s>": f"{GOOD}</s>",
        "before another turn": f"{GOOD}<|im_end|>\n<|im_start|>user\n{DECOY}",
        "in an answer's tag": f"<answer>{GOOD}</answer>",
        "with a BOM": f"\ufeff{GOOD}",
    }.items():
        yield form(name, content, TAKEN)
    for name, content in {
        "none": "Sure! Here is a caption.",
        "two that differ": f"{DECOY} or {GOOD}",
        "a list of two": f"[{DECOY}, {GOOD}]",
        "cut": GOOD[:-3],
        "cut before another": '{"title": "WRONG", "text": ',
        "a field missing": '{"title": "WRONG"}',
        "a field twice": '{"title": "WRONG", "title": "WRONG", "text": null}',
        "a field too many": '{"title": "WRONG", "text": null, "x": 1}',
        "a wrong type": '{"title": 7, "text": null}',
        "empty text": '{"title": "", "text": null}',
        "single quotes": "{'title': 'WRONG', 'text': None}",
        "a trailing comma": '{"title": "WRONG", "text": null,}',
        "a comment": '{"title": "WRONG", /* why */ "text": null}',
        "a copied example": '{"title": <text>, "text": <text or null>}',
        "the form itself": '{"properties": {"title": {"type": "string"}}, "required": ["title"]}',
        "a list": "[]",
        "null": "null",
        "a number": "7",
        "deep": '{"title": ' * 5000,
        "braces": "{" * 50_000,
        "half a character in it": '{"title": "WRONG \\ud83d", "text": null}',
    }.items():
        yield form(name, content, "invalid")


def _contents():
    half = chr(0xD83D)
    yield from both("content in parts", lambda a: [{"type": "text", "text": a}], TAKEN)
    yield from both("content in two parts", lambda a: [{"text": a[:5]}, {"text": a[5:]}], TAKEN)
    yield from both("content as output_text", lambda a: [{"type": "output_text", "text": a}], TAKEN)
    yield from both("content as one part", lambda a: {"type": "text", "text": a}, TAKEN)
    yield from both("content as strings", lambda a: [a[:5], a[5:]], TAKEN)
    yield Case("content as the object", says(json.loads(GOOD)), TAKEN)
    yield from both("no words", lambda _: "", "empty")
    yield from both("white space", lambda _: " \n\t", "empty")
    yield from both("null", lambda _: None, "empty")
    yield from both("no parts", lambda _: [], "empty")
    yield from both("a number", lambda _: 7, "empty")
    yield from both("half a character", lambda a: f"{a} {half}", "invalid")
    yield from both("U+FFFD", lambda a: f"{a} \ufffd", "invalid")
    yield from both("half a character in thoughts", lambda a: f"<think>{half}</think>{a}", TAKEN)
    for name, call in {
        "in a tool call": {"tool_calls": [{"function": {"name": "Form", "arguments": GOOD}}]},
        "in a read tool call": {
            "tool_calls": [{"function": {"name": "Form", "arguments": json.loads(GOOD)}}]
        },
        "in a function call": {"function_call": {"name": "Form", "arguments": GOOD}},
    }.items():
        yield Case(f"object {name}", says(None, finish="tool_calls", **call), TAKEN)
        yield Case(f"object {name}, with words", says("I fill it in.", **call), TAKEN)
        yield Case(f"text {name}", says(None, finish="tool_calls", **call), "empty", False)
    yield Case("tool calls that are none", says(GOOD, tool_calls=[]), TAKEN)
    yield Case("tool calls that are null", says(GOOD, tool_calls=None), TAKEN)
    yield Case("a broken tool call", says(GOOD, tool_calls=[None, {"function": 7}]), TAKEN)
    yield from both("a role of its own", lambda a: a, TAKEN, role="model")
