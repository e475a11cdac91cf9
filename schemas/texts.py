"""Texts that a source brings: captions and pairs of sets that others made, before they are checked.

Example
-------
``{"text_id": "9f…-b3c1f0a97d2", "track_id": "9f…", "origin": "musiccaps", "kind": "caption",
"text": "A slow ballad at 120 BPM …", "licence": "CC-BY-SA-4.0", …}``
"""

from pydantic import Field

from schemas.quality import TextKind
from schemas.record import Record


class BroughtText(Record):
    """A caption, or a question and its answer, as a set of others has it; nobody checked it."""

    text_id: str = Field(
        description="`<track_id>-b<10 hex digits>` of a caption, `<track_id>-q<…>` of a pair."
    )
    track_id: str
    origin: str = Field(description="The set, as `source.texts` names it.")
    licence: str | None = Field(description="Of the text, not of the sound.")
    kind: TextKind
    prompt: str | None = Field(description="The question, or what a caption answers.")
    text: str = Field(description="The caption, or the answer.")
    options: list[str] | None = Field(description="Of a multiple choice, as the set has them.")
