"""The corpus config: what to read, how to cut and measure it, how much to use.

Example
-------
::

    name: examples
    store: build/examples
    source:
      listing: songs/listing.csv
    beats:
      beats_per_bar: [2, 3, 4, 5, 7]
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self, TypeVar

import yaml
from pydantic import Field, ValidationError, field_validator, model_validator

from schemas.ingest import IngestConfig
from schemas.location import check_location
from schemas.nearest import nearest_key
from schemas.record import Record
from schemas.roles import RoleConfig, RolesConfig
from schemas.sections import (
    BeatsConfig,
    BlindConfig,
    CaptionConfig,
    ChordsConfig,
    CompareConfig,
    CurationConfig,
    DedupConfig,
    DescribeConfig,
    DifficultyConfig,
    ExecutionConfig,
    FactcheckConfig,
    HardenConfig,
    JudgeConfig,
    LintConfig,
    MeasureConfig,
    PropertiesConfig,
    QuestionConfig,
    ReasonConfig,
    ReleaseConfig,
    SegmentConfig,
    SelectConfig,
    SourceConfig,
    StructureConfig,
)
from schemas.transcribe import RecogniserConfig, TranscribeConfig

_SIGNING = ("s3://", "gs://", "az://")
R = TypeVar("R", bound=Record)


class ConfigError(ValueError):
    """The config cannot be used; the message names the line, the field and what it means."""


class CorpusConfig(Record):
    """A corpus build."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$", description="Lower case, digits, dashes.")
    store: str = Field(description="Folder or URL the shards are written to.")
    source: SourceConfig
    ingest: IngestConfig = IngestConfig()
    curation: CurationConfig = CurationConfig()
    segment: SegmentConfig = SegmentConfig()
    beats: BeatsConfig = BeatsConfig()
    chords: ChordsConfig = ChordsConfig()
    measure: MeasureConfig = MeasureConfig()
    transcribe: TranscribeConfig = TranscribeConfig()
    caption: CaptionConfig = CaptionConfig()
    describe: DescribeConfig = DescribeConfig()
    question: QuestionConfig = QuestionConfig()
    compare: CompareConfig = CompareConfig()
    lint: LintConfig = LintConfig()
    dedup: DedupConfig = DedupConfig()
    blind: BlindConfig = BlindConfig()
    harden: HardenConfig = HardenConfig()
    judge: JudgeConfig = JudgeConfig()
    difficulty: DifficultyConfig = DifficultyConfig()
    select: SelectConfig = SelectConfig()
    reason: ReasonConfig = ReasonConfig()
    factcheck: FactcheckConfig = FactcheckConfig()
    structure: StructureConfig = StructureConfig()
    properties: PropertiesConfig = PropertiesConfig()
    stages: dict[str, dict[str, Any]] = Field(
        default={}, description="Sections of stages that were added, by their names."
    )
    release: ReleaseConfig = ReleaseConfig()
    roles: RolesConfig = RolesConfig()
    execution: ExecutionConfig = ExecutionConfig()

    @property
    def pairs_per_track(self) -> int:
        """Pairs that are asked for of a track."""
        return self.question.n_pairs(by_model=self._is_asked_by_model)

    @property
    def partners_per_track(self) -> int:
        """Others that a track is compared with."""
        return self.compare.n_partners(by_model=self._is_asked_by_model)

    @property
    def _is_asked_by_model(self) -> bool:
        return (self.roles.questioner or self.roles.writer).is_paid

    @field_validator("store")
    @classmethod
    def _holds_no_secret(cls, store: str) -> str:
        check_location(store)
        return store

    @model_validator(mode="after")
    def _student_is_configured(self) -> Self:
        student = self.roles.student
        if self.difficulty.by == "student" and (student is None or not student.is_paid):
            raise ValueError("`difficulty.by: student` needs a model in the role `student`")
        return self

    @model_validator(mode="after")
    def _transcriber_is_asked(self) -> Self:
        if self.transcribe.by_role and self.roles.transcriber is None:
            raise ValueError("a recogniser with `engine: role` needs a model in `transcriber`")
        if self.roles.transcriber is not None and not self.transcribe.by_role:
            raise ValueError(
                "`roles.transcriber` is asked where `transcribe.recogniser`, `fallback` or "
                "`second_opinion` has `engine: role`, and none has"
            )
        return self

    @model_validator(mode="after")
    def _addresses_can_be_signed(self) -> Self:
        ways = {role.send_audio for role in self.roles.configured.values()}
        if "url" in ways and not self.store.startswith(_SIGNING):
            raise ValueError(
                "`send_audio: url` needs a `store` that signs addresses: "
                f"{', '.join(_SIGNING)}; `file_url` is for a server on the same disk"
            )
        return self

    @model_validator(mode="after")
    def _cache_has_a_place(self) -> Self:
        is_paid = any(role.is_paid for role in self.roles.configured.values())
        is_remote = "://" in self.store and not self.store.startswith("file://")
        is_local = self.execution.placement == "local"
        if is_paid and is_remote and is_local and self.execution.answers is None:
            raise ValueError(
                "a store that is no local folder needs `execution.answers`, a folder on a disk "
                "that outlives the run: answers that were paid for are kept there"
            )
        return self


def read_config(path: Path, model: type[R]) -> R:
    """Read a config of any kind from a YAML file, its paths as they stand.

    Raises
    ------
    ConfigError
        If the file is missing, is no YAML, or a field is unknown, missing or out of range.
    """
    try:
        text = path.read_text(encoding="utf-8")
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
        values = yaml.safe_load(text)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror or error}") from error
    except (UnicodeDecodeError, RecursionError, yaml.YAMLError) as error:
        raise ConfigError(f"{path}: {_why_no_yaml(error)}") from error
    if not isinstance(values, dict):
        raise ConfigError(f"{path}: expected a mapping of fields")
    try:
        return model.model_validate(values)
    except ValidationError as error:
        lines = [_explain(path, tree, model, details) for details in error.errors()]
        # Not chained: pydantic's message holds the values, and one may be a key.
        raise ConfigError("\n".join(lines)) from None


def _why_no_yaml(error: Exception) -> str:
    """What is wrong, and where, in one line."""
    mark = getattr(error, "problem_mark", None)
    place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
    words = getattr(error, "problem", None) or str(error).replace("\n", " ") or "nested too deeply"
    return f"{place}cannot be read as YAML: {words}"


def load_config(path: str | Path) -> CorpusConfig:
    """Read a corpus config; its relative paths are relative to its own folder.

    Parameters
    ----------
    path : str or Path
        A YAML file.

    Returns
    -------
    CorpusConfig
        With absolute paths.

    Raises
    ------
    ConfigError
        If the file is missing, is no YAML, or a field is unknown, missing or out of range.
    """
    path = Path(path)
    config = read_config(path, CorpusConfig)
    return _absolute(config, path.resolve().parent)


def with_roles(config: CorpusConfig, overrides: Mapping[str, Mapping[str, Any]]) -> CorpusConfig:
    """A config in which some roles are others.

    Parameters
    ----------
    config : CorpusConfig
    overrides : mapping of str to mapping
        Fields of `RoleConfig` by role; the other fields stay.

    Returns
    -------
    CorpusConfig

    Raises
    ------
    ConfigError
        If there is no such role or field, or a value is out of range.
    """
    values = config.model_dump()
    for name, fields in overrides.items():
        if name not in RolesConfig.model_fields:
            known = ", ".join(RolesConfig.model_fields)
            near = nearest_key(RolesConfig, (name,))
            meant = f" (`{near}`?)" if near in RolesConfig.model_fields else ""
            raise ConfigError(f"there is no role {name!r}{meant}, only {known}")
        role = values["roles"][name] or RoleConfig().model_dump()
        sampling = fields.get("sampling", {})
        merged = role["sampling"] | sampling if isinstance(sampling, Mapping) else sampling
        values["roles"][name] = role | {**fields, "sampling": merged}
    try:
        return CorpusConfig.model_validate(values)
    except ValidationError as error:
        lines = [
            f"{'.'.join(map(str, each['loc']))}: {_message(CorpusConfig, each)}"
            for each in error.errors()
        ]
        raise ConfigError("\n".join(lines)) from None


def parse_role(text: str) -> tuple[str, dict[str, Any]]:
    """A role as it is given on the command line.

    Parameters
    ----------
    text : str
        ``NAME=WHO,FIELD=VALUE,...``, where WHO is an engine or the URL of an endpoint.

    Returns
    -------
    name : str
    fields : dict
        For `with_roles`.

    Raises
    ------
    ConfigError
        If the text cannot be read so.

    Examples
    --------
    >>> parse_role("writer=http://127.0.0.1:8000/v1,model=m")
    ('writer', {'engine': 'openai', 'base_url': 'http://127.0.0.1:8000/v1', 'model': 'm'})
    """
    name, _, rest = text.partition("=")
    who, *pairs = rest.split(",")
    if not name or not who or any("=" not in pair for pair in pairs):
        raise ConfigError(
            f"{text!r}: expected NAME=ENGINE or NAME=URL, then ,FIELD=VALUE; for example "
            "writer=http://127.0.0.1:8000/v1,model=my-model"
        )
    fields: dict[str, Any] = (
        {"engine": "openai", "base_url": who} if "://" in who else {"engine": who}
    )
    sampling: dict[str, Any] = {}
    for pair in pairs:
        field, _, value = pair.partition("=")
        where = sampling if field.startswith("sampling.") else fields
        try:
            where[field.removeprefix("sampling.")] = yaml.safe_load(value)
        except yaml.YAMLError:
            raise ConfigError(f"{text!r}: {field} is no value: {value!r}") from None
    return name, fields | ({"sampling": sampling} if sampling else {})


def _absolute(config: CorpusConfig, base: Path) -> CorpusConfig:
    def resolve(value: str | None) -> str | None:
        return (
            value
            if value is None or "://" in value
            else str((base / Path(value).expanduser()).resolve())
        )

    def local(each: RecogniserConfig | None) -> RecogniserConfig | None:
        """A recogniser whose model is found from the config's folder, where it is a file."""
        if each is None or not each.model:
            return each
        path = (base / Path(each.model).expanduser()).resolve()
        is_file = each.model.endswith(".nemo") or path.exists()
        return each.model_copy(update={"model": str(path)}) if is_file else each

    recognisers = ("recogniser", "fallback", "second_opinion")
    heard_by = {name: local(getattr(config.transcribe, name)) for name in recognisers}
    source = {
        "folder": resolve(config.source.folder),
        "listing": resolve(config.source.listing),
        "texts": tuple(
            each.model_copy(update={"file": resolve(each.file)}) for each in config.source.texts
        ),
    }
    return config.model_copy(
        update={
            "store": resolve(config.store),
            "source": config.source.model_copy(update=source),
            "transcribe": config.transcribe.model_copy(update=heard_by),
            "curation": config.curation.model_copy(
                update={"benchmarks": resolve(config.curation.benchmarks)}
            ),
            "execution": config.execution.model_copy(
                update={
                    "answers": resolve(config.execution.answers),
                    "audio_cache": resolve(config.execution.audio_cache),
                }
            ),
        }
    )


def _explain(path: Path, tree: yaml.Node | None, model: type[Record], details: Any) -> str:
    location = details["loc"]
    line = _line_of(tree, location)
    field = ".".join(str(part) for part in location) or "the config"
    meaning = _meaning_of(model, location)
    return f"{path}:{line}: {field}: {_message(model, details)}" + (
        f" ({meaning})" if meaning else ""
    )


def _message(model: type[Record], details: Any) -> str:
    """What is wrong, in pydantic's words, and of an unknown key which one may be meant."""
    message: str = details["msg"].removeprefix("Value error, ")
    if details["type"] != "extra_forbidden":
        return message
    near = nearest_key(model, details["loc"])
    return "there is no such key" + (f": is `{near}` meant?" if near else "")


def _line_of(node: yaml.Node | None, location: tuple[int | str, ...]) -> int:
    """Line, from 1, of the deepest part of `location` that the file has."""
    line = 1
    for part in location:
        if isinstance(node, yaml.MappingNode):
            pair = next(((k, v) for k, v in node.value if k.value == part), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            node = node.value[part]
            line = node.start_mark.line + 1
    return line


def _meaning_of(model: Any, location: tuple[int | str, ...]) -> str:
    meaning = ""
    for part in location:
        fields = getattr(model, "model_fields", {})
        if part not in fields:
            break
        info = fields[part]
        meaning, model = (
            info.description or (info.annotation.__doc__ or "").strip(),
            info.annotation,
        )
    return meaning
