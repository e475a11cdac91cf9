"""The rows of a release: what training reads, and anything else that reads Parquet.

A release has the data sets ``tracks``, ``mf-skills/captions``, ``mf-skills/qa``,
``mf-skills/comparisons``, ``mf-think`` and ``mf-properties``, each as
``{train,validation,test}-00000-of-000NN.parquet``. Texts name their track by ``track_id``; the
sound is in ``tracks`` alone, with the texts joined to it. ``facts`` has what was measured of the
same tracks, and by what: rows of `schemas.facts.MusicFacts`.
"""

import builtins
from typing import Literal, get_args

from pydantic import Field

from schemas.captions import Authorship, CaptionForm
from schemas.comparison import Aspect
from schemas.properties import PropertyName
from schemas.qa import QaForm, QaType, References, Skill
from schemas.record import Record
from schemas.structured import AcceptedEntry

Split = Literal["train", "validation", "test"]
SPLITS: tuple[Split, ...] = get_args(Split)
Lane = Literal["commercial", "research_only", "eval_only", "blocked"]
LANES: tuple[Lane, ...] = get_args(Lane)


class ReleasedText(Record):
    """What all data sets of texts have in common."""

    row_id: str
    track_id: str
    about_start_s: float | None = Field(
        description="Stretch that the text is about, s; null: the whole track."
    )
    about_end_s: float | None
    heard_start_s: float | None = Field(
        description="Stretch that is heard, s, at its place in the track; null: the whole track."
    )
    heard_end_s: float | None
    prompt: str = Field(description="What the user says; the sound goes before it.")
    completion: str = Field(description="What the assistant says; the only part with a loss.")
    n_audio_tokens: int = Field(description="25 a second, in windows of 30 s.")
    n_text_tokens: int = Field(description="Of prompt and completion.")
    lane: Lane
    authorship: Authorship


class ReleasedCaption(ReleasedText):
    """A row of ``mf-skills/captions``."""

    n_words: int
    categories: list[AcceptedEntry] | None = Field(
        description="What a caption of this track must say, to reward others by; null where "
        "`structure` found nothing."
    )
    form: CaptionForm
    language: str = Field(description="ISO 639-1.")
    is_checked: bool = Field(
        description="Claims of it were held against the facts; not so in other languages than "
        "English."
    )
    origin: str | None = Field(description="The set that brought it; null: written here.")
    original: str | None = Field(description="As it was brought, where `origin` is a set.")


class ReleasedQa(ReleasedText):
    """A row of ``mf-skills/qa``. The options are also written out in `prompt`."""

    skill: Skill
    form: QaForm
    type: QaType
    question: str
    options: list[str] | None
    answer: str
    origin: str | None = Field(description="The set that brought it; null: written here.")
    gold_answer: str | None = Field(
        description="The answer, where another can be compared with it word for word: the right "
        "option, or an open answer of five words at most."
    )
    rationale: str | None
    references: References


class ReleasedSound(Record):
    """A recording that a text of several is about."""

    track_id: str
    heard_start_s: float | None = Field(
        description="Stretch that is heard, s, at its place in the track; null: the whole track."
    )
    heard_end_s: float | None
    n_audio_tokens: int = Field(description="25 a second, in windows of 30 s.")


class ReleasedComparison(ReleasedText):
    """A row of ``mf-skills/comparisons``: two recordings are heard, one behind the other.

    What is said of a track, and of what is heard of it, is of the first; `n_audio_tokens` are of
    both. The words call them recording 1 and recording 2.
    """

    sounds: list[ReleasedSound] = Field(description="Recording 1, recording 2.")
    aspect: Aspect
    skill: Skill
    form: QaForm
    type: QaType
    question: str
    options: list[str] | None
    answer: str
    gold_answer: str | None = Field(description="The right option.")
    rationale: str | None


class ReleasedStep(Record):
    """A sentence or clause of a chain of thought, or a numbered step, that was checked."""

    text: str
    start_s: float | None = Field(
        description="First time that it names, s; null where it names none."
    )
    end_s: float | None = Field(description="Last time that it names; of a moment the same.")


class ReleasedThought(ReleasedText):
    """A row of ``mf-think``: `completion` is ``<think>…</think>``, then the answer."""

    skill: Skill | None = Field(description="Null for captions.")
    options: list[str] | None
    gold_answer: str | None = Field(description="Null for captions.")
    categories: list[AcceptedEntry] | None = Field(description="For captions, else null.")
    steps: list[ReleasedStep] = Field(description="Of the thoughts, in order.")


class ReleasedProperty(ReleasedText):
    """A row of ``mf-properties``: a measured property, asked for and told."""

    property: PropertyName


class Audio(Record):
    """Sound as `datasets` reads it: encoded bytes, or the path of a file."""

    bytes: builtins.bytes | None = Field(description="FLAC or Opus, where they were asked for.")
    path: str | None = Field(description="As the corpus names the file; relative to its root.")


class JoinedText(Record):
    """A text beside its sound: what the data sets of texts have, in short."""

    dataset: Literal["captions", "qa", "think", "properties"]
    row_id: str
    prompt: str
    completion: str


class ReleasedTrack(Record):
    """A row of ``tracks``."""

    track_id: str
    source_id: str | None
    audio: Audio
    duration_s: float
    n_audio_tokens: int
    split: Split
    group: str = Field(description="Recordings of one album or artist, never across splits.")
    title: str | None
    artist: str | None
    album: str | None = None
    genre: str | None
    language: str | None
    culture: str | None
    licence: str | None
    lane: Lane
    uri: str | None = Field(default=None, description="As the corpus names the file.")
    texts: list[JoinedText] = Field(
        default=[], description="All released texts about it: for who wants no join."
    )
