"""Texts about music, and who wrote them.

Example
-------
``{"track_id": "9f…", "instruction": "Describe this track in full detail …", "caption": "A driving
…", "n_words": 448, "authorship": {"engine": "openai", "model": "…", …}, …}``
"""

from typing import Literal

from pydantic import Field

from schemas.lint import Finding
from schemas.provenance import Unmeasured
from schemas.record import Record
from schemas.usage import Usage

CaptionForm = Literal["full", "short", "facts", "sections"]
"""All of it in prose; two or three sentences; the key facts as JSON; section by section."""


class Authorship(Record):
    """Who wrote a text, and on which prompt."""

    role: str
    engine: str = Field(
        description="`builtin/facts` is no model: it says what was measured. `brought`: a set of "
        "others, which `model` names."
    )
    model: str = Field(description="As the server names it.")
    prompt: str = Field(description="Name and version of the prompt file, e.g. `describe@1`.")
    prompt_hash: str = Field(description="SHA-256 of the prompt file.")

    @property
    def is_model(self) -> bool:
        """Whether a model said it, or others whom nobody checked, and not measured facts."""
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


class ToldCaption(Record):
    """A caption of a track in another form or language than its rich caption."""

    row_id: str = Field(description="`<track_id>-<form>-<language>`.")
    track_id: str
    form: CaptionForm
    language: str = Field(description="ISO 639-1.")
    instruction: str
    caption: str
    n_words: int
    authorship: Authorship
    usage: Usage


class RefinedCaption(Record):
    """A caption that a source brought, held against the facts; both versions.

    What `before` says of tempo, key and metre against the facts is corrected by rule; what else is
    wrong, or is not said of singing, is for the writer.
    """

    row_id: str = Field(description="The brought text's id.")
    track_id: str
    origin: str = Field(description="The set, as `source.texts` names it.")
    licence: str | None = Field(description="Of the text, not of the sound.")
    instruction: str
    before: str = Field(description="As it was brought.")
    caption: str = Field(description="As it is now.")
    change: Literal["none", "corrected", "rewritten"] = Field(
        description="`corrected` by rule alone; `rewritten` by the writer, after the rules."
    )
    lint_before: list[Finding] = Field(description="Claims of `before`.")
    lint_after: list[Finding] = Field(description="Claims of `caption`.")
    n_words: int
    unmeasured: list[Unmeasured] = Field(
        description="Why the writer's words (`rewritten`) were not taken, where it was asked."
    )
    authorship: Authorship
    usage: Usage
