"""The key facts of a track as JSON: what was measured, and a few words of the writer."""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

_MOST_CHORDS = 4


class KeyWords(BaseModel):
    """What the writer gives; all else of the key facts is measured."""

    model_config = ConfigDict(extra="forbid")
    genre: str | None = Field(description="In a few words; null if nothing tells it.")
    mood: str | None = Field(description="In a few words; null if nothing tells it.")
    themes: list[str] = Field(description="What the words are about; empty if no words are known.")


def key_facts(stated: Mapping[str, Any], words: KeyWords) -> str:
    """JSON of one level; what is not known, or not surely, has no entry.

    Parameters
    ----------
    stated : mapping
        From `pipeline.stages.describe.facts.stated_facts`.
    words : KeyWords
    """
    metre = stated.get("metre") or (
        f"{stated['beats_per_bar']} beats in a bar" if "beats_per_bar" in stated else None
    )
    key = stated.get("key", {})
    facts = {
        "duration_s": stated["duration_s"],
        "genre": words.genre,
        "tempo_bpm": stated.get("tempo", {}).get("bpm"),
        "metre": metre,
        "key": f"{key['tonic']} {key['mode']}" if "tonic" in key else None,
        "chords": [each["chord"] for each in stated.get("harmony", {}).get("chords", [])],
        "instruments": stated.get("instruments"),
        "vocals": stated.get("voice"),
        "lyrics_language": stated.get("lyrics", {}).get("language"),
        "mood": words.mood,
        "themes": words.themes if "lyrics" in stated else [],
    }
    facts["chords"] = facts["chords"][:_MOST_CHORDS]
    known = {name: value for name, value in facts.items() if value not in (None, [])}
    return json.dumps(known, ensure_ascii=False)
