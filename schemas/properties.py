"""Low-level properties of a track as questions: tempo, metre, keys and chords that are sure.

Example
-------
``{"property_id": "9f…-p03", "property": "chord", "question": "Which chord sounds from 12.4 to
15.0 s?", "answer": "Gm7", "about_start_s": 12.4, "about_end_s": 15.0, …}``
"""

from typing import Literal

from pydantic import Field

from schemas.captions import Authorship
from schemas.record import Record

PropertyName = Literal["tempo", "metre", "key", "chord", "chords"]


class Property(Record):
    """A measured property, asked for and told."""

    property_id: str
    track_id: str
    property: PropertyName
    question: str
    answer: str
    about_start_s: float | None = Field(
        description="Stretch that it is told of, s; null: the whole track."
    )
    about_end_s: float | None
    authorship: Authorship = Field(description="`builtin/facts`: nobody wrote it.")
