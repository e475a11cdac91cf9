"""Items in Audio Flamingo's form, as rows to learn from."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from schemas.audio_tokens import TOKENS_PER_S
from training.config import SourceConfig
from training.row import Messages, Row, Skipped, Sound, heard_stretch
from training.sound import UnusableRowError

_TAG = re.compile(r"<sound-(\d+)>")
_TAGS_IN_FRONT = re.compile(rf"(?:{_TAG.pattern}\s*)*")


class Conversations:
    """Items in Audio Flamingo's form: speech, lyric transcription, or what others published.

    ``{"id": …, "sound": path, "duration": s, "conversations": [{"from": "human", "value": …}, …]}``

    Of several sounds, ``sound`` is a list, and so are the other values that are of each; the words
    begin with ``<sound-1>``, ``<sound-2>``, as NVIDIA's multi-sound items have it.
    """

    def __init__(
        self, config: SourceConfig, items: list[dict[str, Any]], share: float = 1.0
    ) -> None:
        self._audio_root = config.audio_root or config.folder
        self._items = items
        self.n_rows = share * len(items)

    def epoch(self, rng: np.random.Generator) -> Iterator[Row | Skipped]:
        """All rows once, in a drawn order."""
        for index in rng.permutation(len(self._items)):
            item = self._items[index]
            try:
                yield self._row(item)
            except UnusableRowError as error:
                yield Skipped(str(item.get("id")), error.reason, error.detail)

    def _row(self, item: dict[str, Any]) -> Row:
        messages = _messages(item.get("conversations"))
        return Row(
            row_id=str(item.get("id")),
            messages=messages,
            sounds=tuple(_sounds_of_item(item, _take_tags(messages))),
            audio_root=self._audio_root,
        )


def _sounds_of_item(item: dict[str, Any], order: list[int]) -> Iterator[Sound]:
    """The sounds of an item, in the order that its tags say."""
    paths = item.get("sound")
    is_several = isinstance(paths, list)
    each = [item | {"sound": paths}] if not is_several else _apart(item, len(paths or []))
    if not each or not all(isinstance(one["sound"], str) for one in each):
        raise UnusableRowError("no_sound", f"`sound` is {paths!r}")
    if order and sorted(order) != list(range(1, len(each) + 1)):
        raise UnusableRowError("sounds_not_in_front", f"its tags name {order} of {len(each)}")
    for index in order or range(1, len(each) + 1):
        one = each[index - 1]
        duration_s = one.get("duration")
        n_tokens = None if duration_s is None else round(duration_s * TOKENS_PER_S)
        yield Sound({"path": one["sound"], "bytes": None}, n_tokens, **heard_stretch(one))


def _apart(item: dict[str, Any], n_sounds: int) -> list[dict[str, Any]]:
    """What an item says of each of its sounds, where it says as many."""
    lists = {
        name: value
        for name, value in item.items()
        if isinstance(value, list) and len(value) == n_sounds
    }
    return [{name: value[index] for name, value in lists.items()} for index in range(n_sounds)]


def read_items(path: Path) -> list[dict[str, Any]]:
    """The items of a JSON array or of a JSONL file."""
    text = path.read_text(encoding="utf-8")
    if text.lstrip().startswith("["):
        return list(json.loads(text))
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def _messages(turns: Any) -> Messages:
    roles = {"human": "user", "gpt": "assistant"}
    try:
        messages = [{"role": roles[turn["from"]], "content": turn["value"]} for turn in turns]
    except (TypeError, KeyError) as error:
        raise UnusableRowError("no_conversation", f"{type(error).__name__}: {error}") from error
    if [message["role"] for message in messages] != ["user", "assistant"] * (len(messages) // 2):
        raise UnusableRowError("no_conversation", "turns of human and gpt do not alternate")
    if not messages:
        raise UnusableRowError("no_conversation", "it is empty")
    # The sound goes before the first turn in any case.
    messages[0]["content"] = messages[0]["content"].replace("<sound>", "", 1).lstrip("\n")
    return messages


def _take_tags(messages: Messages) -> list[int]:
    """Take the numbered tags of sounds from before the first words: the numbers, in their order."""
    front = _TAGS_IN_FRONT.match(messages[0]["content"])
    assert front is not None
    messages[0]["content"] = messages[0]["content"][front.end() :]
    if any(_TAG.search(message["content"]) for message in messages):
        raise UnusableRowError("sounds_not_in_front", "a tag stands between the words")
    return [int(number) for number in _TAG.findall(front[0])]
