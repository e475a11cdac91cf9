"""Answers to all prompts of the project, driven by the JSON schema of the request alone.

Who marks texts goes by a rule of the text itself, in whatever form and together with whatever other
texts it is asked: so the rows that are accepted can be compared between versions of the pipeline.
"""

import hashlib
import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.model_server import words

_DATA = re.compile(r"(?s)<data>\n(.*?)\n</data>")
_WANTED = re.compile(r"^- (\d+) x ([a-z ]+), (?:skill|style) `(\w+)`", re.MULTILINE)
_TEXT_FIELDS = ("question", "description", "request", "step", "text")
"""Where what is marked stands in the data of a prompt, the first that is there."""
_ONE_IN = 6
_TYPED = " twice in a cadence from the beginning"
"""A count, a chord and a time, so that an answer is of any type that is asked for."""
"""Ours: of so many texts one is refused, so that all ways of a row are gone."""
_N_STEPS, _N_DISTRACTORS = 5, 3


@dataclass(frozen=True)
class Item:
    """Something in a prompt's data that is to be marked: its id, and what it says."""

    number: str
    text: str

    @property
    def is_good(self) -> bool:
        """The rule that texts are accepted by."""
        return _digest(self.text) % _ONE_IN != 0


def answer(body: dict[str, Any], heard: str) -> str:
    """What a model says to a request.

    Parameters
    ----------
    body : dict
        Of a chat completion request.
    heard : str
        What is told of the sound that it brings.
    """
    user = next(_text_of(each["content"]) for each in body["messages"] if each["role"] == "user")
    blocks = [json.loads(block) for block in _DATA.findall(user)]
    seed = _digest(json.dumps([body["model"], blocks or user, heard]))
    schema = body.get("response_format", {}).get("json_schema", {}).get("schema")
    if schema is None:
        return words(random.Random(seed), 40)
    return json.dumps(_Answer(schema, user, blocks, seed).whole())


class _Answer:
    def __init__(self, schema: dict[str, Any], user: str, blocks: list[Any], seed: int) -> None:
        self._schema, self._user, self._blocks = schema, user, blocks
        self._items = [item for block in blocks for item in _items_of(block)]
        self._source = random.Random(seed)

    def whole(self) -> Any:
        about = Item("", _said_by(self._blocks[-1])) if self._blocks else None
        return self._value(self._schema, "", about)

    def _value(self, field: dict[str, Any], name: str, about: Item | None) -> Any:
        if "$ref" in field:
            return self._value(self._schema["$defs"][field["$ref"].split("/")[-1]], name, about)
        if field.get("type") == "null" or {"type": "null"} in field.get("anyOf", ()):
            return None
        if "enum" in field:
            return self._choice(field["enum"], about)
        if field["type"] == "object":
            each = field["properties"]
            if "seconds" in each:  # of an answer that points at nothing
                return {name: [] for name in each}
            return {name: self._value(each[name], name, about) for name in each}
        if field["type"] == "array":
            return self._list(field["items"], name)
        if field["type"] == "integer":
            is_good = about is None or about.is_good
            return field["maximum"] if is_good else field["minimum"]
        return self._string(name, about)

    def _list(self, field: dict[str, Any], name: str) -> list[Any]:
        made = self._schema["$defs"][field["$ref"].split("/")[-1]] if "$ref" in field else field
        properties = made.get("properties", {})
        if "enum" in made:
            return list(made["enum"])
        if "distractors" in properties and "id" not in properties:
            return [self._draft(made, *wanted) for wanted in _WANTED.findall(self._user)
                    for _ in range(int(wanted[0]))]  # fmt: skip
        if "id" in properties:
            return [self._value(made, name, item) for item in self._items]
        return [self._value(made, name, None) for _ in range(_N_STEPS if properties else 2)]

    def _draft(self, made: dict[str, Any], _n: str, form: str, kind: str) -> dict[str, Any]:
        """A question whose right option any other role knows by `_right`."""
        draft: dict[str, Any] = self._value({**made, "properties": _other_fields(made)}, "", None)
        phrases = [words(self._source, 4).rstrip(".") + _TYPED for _ in range(1 + _N_DISTRACTORS)]
        right, form = _right(phrases), form.replace(" ", "_")
        wrong = [{"text": each, "kind": "unrelated"} for each in phrases if each != right]
        is_open = form == "open"
        return draft | {
            "style" if "style" in made["properties"] else "skill": kind,
            "form": form,
            "question": words(self._source, 12).rstrip(".") + "?",
            "answer": words(self._source, 15).rstrip(".") + _TYPED if is_open else right,
            "distractors": [] if is_open else wrong,
        }

    def _choice(self, values: list[str], about: Item | None) -> str:
        if "right" in values and about is not None:
            return "right" if about.is_good else "wrong"
        return self._source.choice(values)

    def _string(self, name: str, about: Item | None) -> str:
        if name == "id" and about is not None:
            return about.number
        options = [found for block in self._blocks for found in _found(block, "options")]
        if name == "answer" and options:
            return _right(options[-1])
        if name == "thinking":
            return " ".join(words(self._source, 15) for _ in range(_N_STEPS))
        if name == "why" and about is not None:
            return words(random.Random(_digest(about.text)), 8)
        return words(self._source, 60 if name in self._schema["properties"] else 15)


def _other_fields(made: dict[str, Any]) -> dict[str, Any]:
    ours = ("style", "skill", "form", "question", "answer", "distractors")
    return {name: each for name, each in made["properties"].items() if name not in ours}


def _right(options: list[str]) -> str:
    return max(options, key=lambda each: _digest(each.lower()))


def _items_of(block: Any) -> Iterator[Item]:
    if isinstance(block, dict) and "id" in block:
        yield Item(str(block["id"]), _said_by(block))
        return
    inner = block.values() if isinstance(block, dict) else block if isinstance(block, list) else ()
    for each in inner:
        yield from _items_of(each)


def _said_by(block: Any) -> str:
    if not isinstance(block, dict):
        return str(block)
    said = next((block[name] for name in _TEXT_FIELDS if name in block), block)
    return " ".join(said) if isinstance(said, list) else str(said)


def _found(block: Any, name: str) -> Iterator[Any]:
    """All values of this name, however deep."""
    if isinstance(block, dict):
        if name in block:
            yield block[name]
        for each in block.values():
            yield from _found(each, name)


def _text_of(content: Any) -> str:
    if isinstance(content, str):
        return content
    return "".join(part.get("text", "") for part in content)


def _digest(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest()[:12], 16)
