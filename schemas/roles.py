"""Models as roles: which engine and model plays each part, and what it may use."""

from collections.abc import Iterable
from typing import Any, Literal, Self, cast
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from schemas.audio_tokens import TOKENS_PER_S
from schemas.dialect import Dialect, FormLevel
from schemas.record import Record

RoleName = Literal[
    "captioner",
    "writer",
    "questioner",
    "blind",
    "judge",
    "judge_2",
    "judge_3",
    "student",
    "reasoner",
    "checker",
    "transcriber",
]
SoundWay = Literal["bytes", "file_url", "url"]
EngineName = Literal["builtin/facts", "openai", "openai/transcriptions", "local/musicflamingo"]

_HEARD_AS = {"auto": "auto", "mp3": "mp3 80k", "opus": "opus 68k"}
"""What loses something, with the bit rate of `tools.clips`; before, `mp3` and `opus` were lower."""
OPUS_RATES_HZ = (8000, 12_000, 16_000, 24_000, 48_000)
"""RFC 6716, section 2."""


class Sampling(Record):
    """How answers are drawn. Part of what an answer is cached by."""

    temperature: float | None = Field(
        default=0.7, ge=0, le=2, description="0 is greedy; null leaves it to the server."
    )
    top_p: float | None = Field(
        default=0.95, gt=0, le=1, description="Nucleus sampling; null leaves it to the server."
    )
    max_output_tokens: int = Field(
        default=4096,
        ge=1,
        description="Fewer where an answer can use no more. What breaks off is asked again with "
        "twice it.",
    )
    seed: int | None = Field(
        default=None,
        description="For servers that can repeat themselves; who is asked again has the next.",
    )


class RoleConfig(Record):
    """One role: an engine, a model, and the limits of its endpoint."""

    engine: EngineName = Field(
        default="builtin/facts", description="`builtin/facts` writes from measured facts, no model."
    )
    base_url: str | None = Field(
        default=None, description="An OpenAI-compatible endpoint, e.g. http://127.0.0.1:8000/v1."
    )
    model: str | None = Field(default=None, description="The model's name, or its local folder.")
    api_key_env: str | None = Field(
        default=None, description="Name of the environment variable that holds the key."
    )
    api_key_block: str | None = Field(
        default=None, description="Name of the Prefect Secret block that holds the key."
    )
    sampling: Sampling = Sampling()
    form: FormLevel = Field(
        default="json_schema",
        description="How the form of an answer is asked for. Servers that refuse one way are "
        "asked in the next.",
    )
    thinking: Literal["as_is", "off"] = Field(
        default="as_is",
        description="`off` keeps a model from thinking before it answers, where its server can.",
    )
    concurrency: int = Field(default=64, ge=1, description="Requests under way at once.")
    requests_per_minute: int | None = Field(
        default=None, ge=1, description="The endpoint's RPM; equal for all roles of one model."
    )
    tokens_per_minute: int | None = Field(
        default=None, ge=1, description="The endpoint's TPM; equal for all roles of one model."
    )
    usd_per_million_input_tokens: float = Field(default=0.0, ge=0, description="Price in USD.")
    usd_per_million_output_tokens: float = Field(default=0.0, ge=0, description="Price in USD.")
    usd_per_million_cached_tokens: float | None = Field(
        default=None, ge=0, description="Of input that the server had in its cache; null: as input."
    )
    usd_per_million_audio_tokens: float | None = Field(
        default=None, ge=0, description="Of sound; null: as input."
    )
    batch_price_factor: float = Field(
        default=0.5, ge=0, description="What a request costs in a Batch API, against the price."
    )
    time_limit_s: float = Field(
        default=120.0, gt=0, description="Per attempt, from connecting to the last byte."
    )
    max_attempts: int = Field(
        default=8, ge=1, description="Per request, for faults of the endpoint that can pass."
    )
    max_answers: int = Field(
        default=3, ge=1, description="Per request: unusable answers are asked again so often."
    )
    patience_s: float = Field(
        default=300.0, gt=0, description="An endpoint that answers nothing for so long is down."
    )
    batch_size: int = Field(
        default=8, ge=1, description="Requests that a local model answers at once."
    )
    audio_format: Literal["auto", "lossless", "flac", "wav", "mp3", "opus"] = Field(
        default="auto",
        description="How clips are sent. `auto` takes what the server takes: `opus`, `flac`, "
        "`mp3`, else `wav`; `opus` and `mp3` change a little what is heard. `lossless` takes "
        "`flac`, else `wav`.",
    )
    send_audio: SoundWay = Field(
        default="bytes",
        description="`file_url` gives a server that reads the same disk (vLLM's "
        "`--allowed-local-media-path`) the address of a whole track; stretches are sent. `url` "
        "puts clips into the corpus's store, an object store, and gives addresses that are signed "
        "for an hour.",
    )
    audio_sample_rate_hz: int = Field(
        default=16000, ge=8000, le=48000, description="How clips are sent, in mono."
    )
    audio_tokens_per_s: float = Field(
        default=float(TOKENS_PER_S),
        gt=0,
        description="What a second of sound counts, for estimates.",
    )
    hearing_probe: bool = Field(
        default=True,
        description="Before a build, a model that hears tells known sounds apart, or the build "
        "ends. False trusts it.",
    )
    max_clip_mb: float = Field(
        default=20.0, gt=0, description="Clips that are larger, as sent, are refused."
    )

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.is_endpoint and not (self.base_url and self.model):
            raise ValueError(f"the engine `{self.engine}` needs `base_url` and `model`")
        if self.engine == "local/musicflamingo" and not self.model:
            raise ValueError("the engine `local/musicflamingo` needs `model`")
        url = urlsplit(self.base_url or "")
        try:
            _ = url.port
        except ValueError:
            raise ValueError("`base_url` has a port that is no number up to 65535") from None
        if "@" in url.netloc or url.query:
            raise ValueError(
                "`base_url` may hold no password and no query; name the key with `api_key_env`"
            )
        if self.audio_format == "opus" and self.audio_sample_rate_hz not in OPUS_RATES_HZ:
            rates = ", ".join(map(str, OPUS_RATES_HZ))
            raise ValueError(f"`opus` needs an `audio_sample_rate_hz` of {rates}")
        if self.api_key_env and self.api_key_block:
            raise ValueError("give either `api_key_env` or `api_key_block`")
        return self

    @property
    def is_endpoint(self) -> bool:
        """Whether it is asked over HTTP, and may need a key."""
        return self.engine in ("openai", "openai/transcriptions")

    @property
    def is_paid(self) -> bool:
        """Whether answers cost tokens or a GPU's time, and so are counted and kept."""
        return self.engine != "builtin/facts"

    @property
    def has_price(self) -> bool:
        """Whether tokens cost money, not only the time of one's own machine."""
        prices = (
            self.usd_per_million_input_tokens,
            self.usd_per_million_output_tokens,
            self.usd_per_million_cached_tokens,
            self.usd_per_million_audio_tokens,
        )
        return any(prices)

    @property
    def sends_audio_as(self) -> tuple[str, int] | None:
        """Format and sample rate of clips, where they decide what the model hears.

        What loses nothing is the same sound in any container, and goes by the name `wav`. What is
        left to the server goes by that: which it takes may change, and is the same to the ear.
        """
        if not self.is_endpoint:
            return None
        if self.send_audio == "file_url":
            return ("file", self.audio_sample_rate_hz)
        return (_HEARD_AS.get(self.audio_format, "wav"), self.audio_sample_rate_hz)

    @property
    def first_dialect(self) -> Dialect:
        """How it is asked as long as nothing is known of its endpoint."""
        return Dialect(form=self.form)

    @property
    def decides(self) -> list[Any]:
        """All that decides what the answers are, apart from the sound: as JSON values."""
        if not self.is_paid:
            return [self.engine]
        how = self.sampling.model_dump(mode="json")
        return [self.engine, self.model, how, *self._switched_off]

    @property
    def decides_answers(self) -> list[Any]:
        """All of that which decides an answer that ended by itself."""
        how = self.sampling.model_dump(mode="json", exclude={"max_output_tokens"})
        return [self.engine, self.model, how, *self._switched_off]

    @property
    def _switched_off(self) -> list[str]:
        return ["thinking"] if self.thinking == "off" else []


class RolesConfig(Record):
    """The roles of a build."""

    captioner: RoleConfig = Field(default=RoleConfig(), description="Hears segments (`caption`).")
    writer: RoleConfig = Field(default=RoleConfig(), description="Writes (`describe`, `question`).")
    questioner: RoleConfig | None = Field(
        default=None,
        description="Hears a whole track and writes its questions (`question`); without it the "
        "writer does, from facts and captions.",
    )
    blind: RoleConfig = Field(
        default=RoleConfig(), description="Answers without hearing (`blind`)."
    )
    judge: RoleConfig = Field(default=RoleConfig(), description="Hears and judges (`judge`).")
    judge_2: RoleConfig | None = Field(default=None, description="Judges too, if it is configured.")
    judge_3: RoleConfig | None = Field(default=None, description="Judges too, if it is configured.")
    student: RoleConfig | None = Field(
        default=None, description="Hears and answers; what it gets wrong is hard (`difficulty`)."
    )
    reasoner: RoleConfig = Field(
        default=RoleConfig(),
        description="Rates, writes and rewrites chains, reads captions (`difficulty`, `reason`, "
        "`factcheck`, `structure`).",
    )
    checker: RoleConfig = Field(
        default=RoleConfig(), description="Hears and checks steps (`factcheck`)."
    )
    transcriber: RoleConfig | None = Field(
        default=None,
        description="Hears words (`transcribe`, where a recogniser has the engine `role`): an "
        "endpoint of transcriptions, or a model that hears and writes.",
    )

    @property
    def configured(self) -> dict[str, RoleConfig]:
        """The roles that are configured, by name."""
        roles: dict[str, RoleConfig | None] = {
            name: getattr(self, name) for name in type(self).model_fields
        }
        return {name: role for name, role in roles.items() if role is not None}

    @property
    def played_by_models(self) -> frozenset[RoleName]:
        """The roles that a model plays, not `builtin/facts`."""
        models = (name for name, role in self.configured.items() if role.is_paid)
        return frozenset(cast(Iterable[RoleName], models))

    @model_validator(mode="after")
    def _transcriptions_are_of_the_transcriber(self) -> Self:
        for name, role in self.configured.items():
            if role.engine == "openai/transcriptions" and name != "transcriber":
                raise ValueError(f"`{name}`: `openai/transcriptions` plays the `transcriber` only")
        if self.transcriber is not None and not self.transcriber.is_paid:
            raise ValueError("`transcriber`: `builtin/facts` hears no words")
        return self

    @model_validator(mode="after")
    def _one_limit_per_endpoint(self) -> Self:
        limits: dict[tuple[str, str], tuple[int | None, int | None]] = {}
        for name, role in self.configured.items():
            if not role.is_endpoint or role.base_url is None or role.model is None:
                continue
            ours = (role.requests_per_minute, role.tokens_per_minute)
            if limits.setdefault((role.base_url, role.model), ours) != ours:
                raise ValueError(f"`{name}` gives other RPM or TPM than a role of the same model")
        return self
