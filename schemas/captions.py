"""Texts about music, and who wrote them.

Example
-------
``{"track_id": "9f…", "instruction": "Describe this track in full detail …", "caption": "A driving
…", "n_words": 448, "authorship": {"engine": "openai", "model": "…", …}, …}``
"""

from pydantic import Field

from schemas.provenance import Unmeasured
from schemas.record import Record
from schemas.usage import Usage


class Authorship(Record):
    """Who wrote a text, and on which prompt."""

    role: str
    engine: str = Field(description="`builtin/facts` is no model: it says what was measured.")
    model: str = Field(description="As the server names it.")
    prompt: str = Field(description="Name and version of the prompt file, e.g. `describe@1`.")
    prompt_hash: str = Field(description="SHA-256 of the prompt file.")

    @property
    def is_model(self) -> bool:
        """Whether a model said it, and not measured facts."""
        return self.engine != "builtin/facts"


class SegmentCaption(Record):
    """A short surface caption of a window."""

    segment_id: str
    track_id: str
    start_s: float
    end_s: float
    caption: str
    n_words: int
    authorship: Authorship
    usage: Usage


class CaptionParts(Record):
    """A rich caption in its six dimensions; read one after the other they are the caption."""

    low_level: str = Field(min_length=1, description="Style, tempo, metre, key, loudness.")
    instrumentation: str = Field(min_length=1, description="Instruments, voices, production.")
    lyrics: str | None = Field(description="What is sung; null where no words are known.")
    form: str = Field(min_length=1, description="How the music unfolds, with times.")
    theory: str | None = Field(
        description="Chords, progressions, numerals; null where no harmony is known."
    )
    mood: str = Field(min_length=1, description="The overall feeling, and what makes it.")


class RichCaption(Record):
    """A rich caption of a whole track."""

    track_id: str
    instruction: str = Field(description="What a listener asks; the caption answers it.")
    caption: str
    parts: CaptionParts
    n_words: int
    withheld: list[Unmeasured] = Field(
        description="Facts that the writer was not shown: not measured with enough confidence."
    )
    authorship: Authorship
    usage: Usage
