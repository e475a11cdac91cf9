"""The sections of a corpus config: one a stage, and what to read and how much to use."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from schemas.calibration import Calibration
from schemas.captions import CaptionForm
from schemas.languages import NAMES
from schemas.location import check_location
from schemas.quality import CRITERIA, Criterion, Mark
from schemas.record import Record
from schemas.release import Lane
from schemas.thought import ChainForm

AUDIO_EXTENSIONS = (
    ".aac", ".aif", ".aifc", ".aiff", ".au", ".bwf", ".caf", ".flac", ".m4a", ".m4b", ".mka",
    ".mp2", ".mp3", ".mp4", ".oga", ".ogg", ".opus", ".rf64", ".w64", ".wav", ".wave", ".wma",
)  # fmt: skip


class TextsConfig(Record):
    """A set of captions or pairs that others made about the same recordings."""

    file: str = Field(
        description="CSV, JSONL, JSON or Parquet: MusicCaps, LP-MusicCaps, Music4All, MusicQA, "
        "conversations of Audio Flamingo, or the columns uri, caption, question, answer, options."
    )
    name: str = Field(
        pattern=r"^[a-z0-9][a-z0-9._-]*$", description="What rows call it, in `origin`."
    )
    licence: str | None = Field(
        default=None, description="Of its texts, where they name none; decides their lane."
    )

    @field_validator("file")
    @classmethod
    def _holds_no_secret(cls, place: str) -> str:
        check_location(place)
        return place


class SourceConfig(Record):
    """Where the audio is: a folder, or a listing with one line per file."""

    folder: str | None = Field(
        default=None,
        description="Folder searched for audio files and tars of them; also `s3://bucket/prefix`, "
        "`gs://…`, `az://…`.",
    )
    listing: str | None = Field(
        default=None,
        description="CSV, JSONL or Parquet with the columns uri, title, artist, album, genre, "
        "language, culture, licence, source_id, lyrics; only uri is needed, relative to the "
        "listing, which may lie in a bucket or on the web itself.",
    )
    texts: tuple[TextsConfig, ...] = Field(
        default=(), description="Sets whose captions and pairs are refined and checked, too."
    )
    hosts: tuple[str, ...] = Field(
        default=(),
        description="Hosts from which `https://` and `http://` may be read, `host` or `host:port`; "
        "those in private networks by their addresses, too (`10.0.0.0/8`).",
    )

    @field_validator("folder", "listing")
    @classmethod
    def _holds_no_secret(cls, place: str | None) -> str | None:
        check_location(place or "")
        return place

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.folder is None) == (self.listing is None):
            raise ValueError("give either `folder` or `listing`")
        return self

    @model_validator(mode="after")
    def _sets_are_told_apart(self) -> Self:
        names = [each.name for each in self.texts]
        if len(set(names)) < len(names):
            raise ValueError("two sets of `texts` have the same name")
        return self


class CurationConfig(Record):
    """What may be used for what, what is there twice, and what others test with."""

    licences: dict[str, Lane] = Field(
        default={},
        description="Lanes of licences, as the listing writes them; before the built-in ones.",
    )
    unknown_licence: Lane = Field(
        default="blocked",
        description="Lane of tracks with no licence, or with one that no rule knows. Such tracks "
        "are built, but a release leaves them out while this is `blocked`.",
    )
    benchmarks: str | None = Field(
        default=None,
        description="Folder of benchmarks' lists (CSV, JSONL, Parquet) and of their sound.",
    )
    acoustic_duplicates: Literal["reject", "keep"] = Field(
        default="reject", description="What is done with recordings that are there already."
    )
    max_bit_error_rate: float = Field(
        default=0.2, gt=0, lt=0.35, description="Of fingerprints of one and the same recording."
    )
    min_overlap: float = Field(
        default=0.8, gt=0, le=1, description="Share of the shorter recording that must be in both."
    )


class SegmentConfig(Record):
    """How tracks are cut into windows."""

    window_s: float = Field(
        default=30.0, gt=0, description="Length of a window; a track's last may be shorter."
    )
    silence_dbfs: float = Field(
        default=-60.0, le=0, description="Windows whose RMS level is below this are silent."
    )


class BeatsConfig(Record):
    """Which beats can be found."""

    beats_per_bar: tuple[Annotated[int, Field(ge=2, le=12)], ...] = Field(
        default=(2, 3, 4, 5, 6, 7), min_length=1, description="The metres that can be found."
    )
    min_bpm: float = Field(default=55.0, gt=0, description="Slowest beat that can be found.")
    max_bpm: float = Field(default=215.0, gt=0, description="Fastest beat that can be found.")

    @model_validator(mode="after")
    def _tempo_range(self) -> Self:
        if self.max_bpm < 2 * self.min_bpm:
            raise ValueError("max_bpm must be at least twice min_bpm, or tempi fall in between")
        return self


class ChordsConfig(Record):
    """Who hears the chords."""

    engine: Literal["own", "vamp"] = Field(
        default="own",
        description="`own`: our code of Chordino's method. `vamp`: the authors' plugin, eight "
        "times slower, with the same labels all but always.",
    )


class MeasureConfig(Record):
    """Of which tracks music facts are stated."""

    min_duration_s: float = Field(
        default=2.0, ge=0, description="Shorter tracks get null facts with the reason `too_short`."
    )
    silence_dbfs: float = Field(
        default=-60.0, le=0, description="Tracks whose peak is below get null facts (`silent`)."
    )
    calibration: Calibration | None = Field(
        default=None,
        description="How evidence becomes chances, as `partimento evaluate facts --fit` writes it; "
        "null for that of the package.",
    )


class CaptionConfig(Record):
    """How windows are captioned."""

    max_words: int = Field(default=60, ge=10, description="Longest caption that is asked for.")


Tag = Literal["title", "artist", "genre", "language", "culture"]


class MaxWrong(Record):
    """Share of the values stated that may be wrong, by field; one number stands for all."""

    tempo: float = Field(default=0.05, ge=0, le=1)
    metre: float = Field(default=0.05, ge=0, le=1)
    key: float = Field(default=0.05, ge=0, le=1)
    tuning: float = Field(default=0.05, ge=0, le=1, description="Of those 10 cents off or more.")
    chords: float = Field(default=0.05, ge=0, le=1, description="Share of their time.")
    form: float = Field(
        default=0.05, ge=0, le=1, description="Of starts of sections, and of what returns."
    )
    instruments: float = Field(default=0.05, ge=0, le=1)
    voice: float = Field(default=0.05, ge=0, le=1, description="Of whether anybody sings.")

    @model_validator(mode="before")
    @classmethod
    def _one_for_all(cls, given: Any) -> Any:
        if isinstance(given, int | float) and not isinstance(given, bool):
            return dict.fromkeys(cls.model_fields, given)
        return given


class DescribeConfig(Record):
    """How rich captions are written, and which facts are sure enough to be stated."""

    words: int = Field(default=450, ge=50, description="Length that is asked for.")
    forms: tuple[CaptionForm, ...] = Field(
        default=("full",),
        min_length=1,
        description="`full`; also `short`, `facts` (JSON), `sections`: rows of their own.",
    )
    languages: tuple[str, ...] = Field(
        default=("en",),
        min_length=1,
        description="ISO 639-1 codes; facts are held against texts in English only, others say "
        "that nobody did. `full` in `en` is always written: the others rest on it.",
    )
    tags: tuple[Tag, ...] = Field(
        default=("genre", "language", "culture"),
        description="What the writer sees of the listing's words; a title tempts it to guess.",
    )
    max_wrong: MaxWrong = Field(
        default=MaxWrong(),
        description="Share of the values stated that may be wrong: a number, or one for each "
        "field; less sure ones are withheld.",
    )
    min_lyrics_confidence: float = Field(
        default=0.5,
        ge=0,
        le=1,
        description="Mean probability of the tokens; lyrics with less are not shown.",
    )

    @field_validator("languages")
    @classmethod
    def _are_known(cls, languages: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := [each for each in languages if each not in NAMES]:
            raise ValueError(f"no ISO 639-1 code of a language that we know: {', '.join(unknown)}")
        return languages


class SkillShares(Record):
    """How many of the pairs each skill gets, against the others; 0 for none."""

    temporal: float = Field(default=1.0, ge=0, description="What comes when, and first.")
    attributes: float = Field(default=1.0, ge=0, description="Tempo, metre, key, loudness.")
    harmony: float = Field(default=1.0, ge=0, description="Chords, numerals, progressions.")
    lyrics: float = Field(default=1.0, ge=0, description="Words; none where none are known.")
    structure: float = Field(default=1.0, ge=0, description="Stretches compared.")

    @model_validator(mode="after")
    def _some(self) -> Self:
        if not any(self.model_dump().values()):
            raise ValueError("at least one skill needs a share above 0")
        return self


class QuestionConfig(Record):
    """How many questions are asked for, of which kind, and which are refused at once."""

    pairs_per_track: int | None = Field(
        default=None,
        ge=1,
        le=99,
        description="Pairs asked for; those refused are not replaced. Null: 16 of a model, 10 of "
        "`builtin/facts`.",
    )
    skills: SkillShares = Field(default=SkillShares(), description="Shares of the five skills.")
    multiple_choice_share: float = Field(
        default=0.7, ge=0, le=1, description="Share of multiple choice; the others are open."
    )
    min_options: int = Field(default=4, ge=4, le=8, description="Fewest options.")
    max_options: int = Field(default=8, ge=4, le=8, description="Most options.")
    max_length_ratio: float = Field(
        default=2.5,
        ge=1,
        description="An answer so many times longer or shorter than every "
        "distractor gives itself away, and is refused.",
    )
    similarity: float = Field(
        default=0.9,
        gt=0,
        le=1,
        description="Questions at least so alike, with the same numbers, "
        "are the same question; of one track the first is kept.",
    )
    max_prompt_chords: int = Field(
        default=160, ge=8, description="Chords with times that the writer is shown at most."
    )
    seed: int = Field(default=0, ge=0, description="Another seed shuffles and draws otherwise.")

    def n_pairs(self, *, by_model: bool) -> int:
        """Pairs that are asked for of a track.

        A model writes the middle of the 12 to 20 of *Music Flamingo*; facts have fewer to tell.
        """
        return self.pairs_per_track or (16 if by_model else 10)

    @model_validator(mode="after")
    def _option_range(self) -> Self:
        if self.max_options < self.min_options:
            raise ValueError("max_options must not be below min_options")
        return self


class CompareConfig(Record):
    """Which recordings are held against each other, and how much of them is heard."""

    per_track: int | None = Field(
        default=None,
        ge=0,
        le=9,
        description="Others of its partition that a track is compared with; 0 for none. Null: one "
        "where facts write, which costs nothing; none where a model does, which judges then hear.",
    )
    heard_s: float | None = Field(
        default=30.0,
        gt=0,
        description="Of each recording, where so much tells what is compared (tempo, metre, key, "
        "voice), in training too; null: the whole of it.",
    )
    whole: bool = Field(
        default=True,
        description="Also compare what only whole recordings tell, and are heard for: changes of "
        "key, sections, dynamics, tempi that change.",
    )
    seed: int = Field(default=0, ge=0, description="Another seed pairs and words otherwise.")

    def n_partners(self, *, by_model: bool) -> int:
        """Others that a track is compared with."""
        return self.per_track if self.per_track is not None else 0 if by_model else 1


class LintConfig(Record):
    """Which texts are refused because facts speak against them."""

    max_wrong: int = Field(default=0, ge=0, description="Wrong claims that a text may have.")


class DedupConfig(Record):
    """How many pairs of the whole corpus may be alike: question, options and answer."""

    similarity: float = Field(
        default=0.9,
        gt=0,
        le=1,
        description="Questions at least so alike, apart from numbers and "
        "fillers, count as alike if options and answer are equal.",
    )
    max_alike: int = Field(default=10, ge=1, description="Of alike pairs so many are kept …")
    max_alike_share: float = Field(
        default=0.002, ge=0, le=1, description="… or this share of all pairs, if that is more."
    )


class BlindConfig(Record):
    """The filter for questions that can be answered without hearing."""

    tries: int = Field(default=4, ge=1, le=16, description="Tries a pair, each shuffled anew.")
    max_right_share: float = Field(
        default=0.5,
        ge=0,
        le=1,
        description="A pair answered right more often is refused (`blind_answerable`).",
    )
    questions_per_request: int = Field(
        default=12,
        ge=1,
        le=99,
        description="In one request, each about another track: none gives away the answer to "
        "another.",
    )


class HardenConfig(Record):
    """What becomes of choices that words alone give away (`blind`)."""

    enabled: bool = Field(
        default=True,
        description="Each is made harder and guessed at anew; false refuses it at once.",
    )
    min_options: int = Field(default=6, ge=4, le=8, description="Fewest options of a harder one.")
    max_options: int = Field(default=8, ge=4, le=8, description="Most options.")

    @property
    def options(self) -> QuestionConfig:
        """What the options of a harder choice are held against, and drawn by."""
        return QuestionConfig(min_options=self.min_options, max_options=self.max_options)


class JudgeConfig(Record):
    """What a judge's scores must reach, 1 to 5, and how several judges decide."""

    min_grounded: Mark = Field(default=4, description="Everything said can be heard.")
    min_correct: Mark = Field(default=4, description="What is said is right.")
    min_complete: Mark = Field(default=3, description="Nothing that matters is missing.")
    min_clear: Mark = Field(default=3, description="Unambiguous and well said.")
    votes: Literal["majority", "all", "any"] = Field(
        default="majority", description="Which judges must accept; a tie is no majority."
    )
    cascade: bool = Field(
        default=False,
        description="The judges are asked one after another, the cheapest first: `judge_2` hears "
        "only what `judge` finds near a threshold, `judge_3` what `judge_2` does. The last that "
        "was asked decides.",
    )
    cascade_margin: int = Field(
        default=1,
        ge=1,
        le=4,
        description="Near: the mark farthest below its threshold is so far below it at most, and "
        "less above.",
    )
    texts_per_request: int = Field(
        default=20, ge=1, le=99, description="Texts of a track that are judged in one hearing."
    )
    context_s: float | None = Field(
        default=10.0,
        ge=0,
        description="A question about a stretch is judged on it, with so much around it; null: on "
        "the whole track.",
    )
    release_unjudged: bool = Field(
        default=False,
        description="Let through what a model wrote and no model heard: by default it is kept "
        "apart (`unjudged`). The card of a release says so.",
    )

    @property
    def least(self) -> dict[Criterion, int]:
        """The mark that each criterion must reach."""
        return {name: getattr(self, f"min_{name}") for name in CRITERIA}


class DifficultyConfig(Record):
    """How hard accepted rows are."""

    by: Literal["rating", "student"] = Field(
        default="rating",
        description="`student`: share of tries that the role `student` gets wrong; what has no "
        "options is rated by the reasoner all the same.",
    )
    tries: int = Field(
        default=4,
        ge=1,
        le=16,
        description="Of the student at a multiple choice, each shuffled anew.",
    )
    questions_per_request: int = Field(
        default=12, ge=1, le=99, description="Of a track, that the student answers in one hearing."
    )


class SelectConfig(Record):
    """Which accepted rows chains of thought are written about: the hardest, within quotas.

    A quota is never less than an even division would give.
    """

    share: float = Field(
        default=0.25, gt=0, le=1, description="Of the rows whose difficulty is known, the hardest."
    )
    min_difficulty: float = Field(
        default=0.0, ge=0, le=1, description="Easier ones are refused (`too_easy`)."
    )
    max_skill_share: float = Field(
        default=0.4, gt=0, le=1, description="Most of one skill; captions count as one."
    )
    max_genre_share: float = Field(default=0.5, gt=0, le=1, description="Most of one genre.")
    max_culture_share: float = Field(default=0.5, gt=0, le=1, description="Most of one culture.")
    seed: int = Field(default=0, ge=0, description="Decides between equally hard ones.")


class ReasonConfig(Record):
    """How chains of thought are written."""

    form: ChainForm = Field(
        default="prose",
        description="`prose` of fewer than 250 words, as if listening, cut into steps afterwards; "
        "or `numbered` steps, each naming the facts that it rests on.",
    )
    max_steps: int = Field(default=12, ge=1, le=50, description="Of a numbered chain.")
    max_prompt_chords: int = Field(
        default=160, ge=8, description="Chords with times that the reasoner is shown at most."
    )


class FactcheckConfig(Record):
    """How chains are checked, and what becomes of those with wrong steps."""

    verdicts: Literal["graded", "yes_no"] = Field(
        default="graded",
        description="`yes_no` asks a plain question about one step a request: for small models.",
    )
    steps_per_request: int = Field(
        default=48,
        ge=1,
        le=99,
        description="Steps that are checked in one hearing, of one chain or of several about what "
        "is heard.",
    )
    context_s: float | None = Field(
        default=10.0,
        ge=0,
        description="A chain about a stretch is checked on it, with so much around it; null: on "
        "the whole track.",
    )
    max_wrong_share: float = Field(
        default=0.3,
        ge=0,
        le=1,
        description="Chains with more wrong steps are discarded (`wrong_share`).",
    )
    max_rewrites: int = Field(
        default=1,
        ge=0,
        le=8,
        description="Others with errors are rewritten and checked again, so often; then discarded. "
        "Each time is another hearing of what they are about.",
    )
    max_prompt_chords: int = Field(
        default=160, ge=8, description="Chords with times that who rewrites is shown at most."
    )
    release_unchecked: bool = Field(
        default=False,
        description="Let through chains that a model wrote and no model heard: by default they "
        "are refused (`unchecked`). The card of a release says so.",
    )


class StructureConfig(Record):
    """How captions become lists of accepted words."""

    max_phrases: int = Field(default=12, ge=1, description="Accepted phrases of a category.")
    tempo_tolerance: float = Field(
        default=0.04, ge=0, description="How far a stated tempo may lie off, as a share …"
    )
    tempo_tolerance_bpm: float = Field(
        default=1.0, ge=0, description="… and in BPM; the wider of the two counts."
    )


class PropertiesConfig(Record):
    """Which measured properties become questions of their own (``mf-properties``)."""

    max_wrong: MaxWrong = Field(
        default=MaxWrong(),
        description="Share of the values told that may be wrong: a number, or one for each field; "
        "less sure ones are not told.",
    )
    chords_per_track: int = Field(
        default=4, ge=0, description="The longest ones are told; of 0, no run of chords either."
    )


class ReleaseThresholds(Record):
    """What a build must hold to be released by itself; where it does not, Prefect is told."""

    max_refused_share: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="Of all that came into ingest and the stages, what they refused "
        "(`refused_share` of `partimento status --json`); null for no bound.",
    )
    min_texts: int | None = Field(
        default=None,
        ge=1,
        description="Texts that `judge` and `factcheck` accepted; null for no bound.",
    )


class ReleaseConfig(Record):
    """How releases are cut."""

    lanes: tuple[Literal["commercial", "research_only", "eval_only"], ...] = Field(
        default=("commercial", "research_only", "eval_only"),
        min_length=1,
        description="What is let in; `eval_only` is in the test split alone.",
    )
    validation_share: float = Field(default=0.02, ge=0, lt=0.5, description="Of the groups.")
    test_share: float = Field(default=0.02, ge=0, lt=0.5, description="Of the groups.")
    seed: int = Field(
        default=0,
        description="Decides which groups are tested with. With another one, splits start anew; "
        "else groups stay in the split that earlier releases put them in.",
    )
    context_tokens: int = Field(
        default=24_000, ge=1024, description="Most audio and text tokens of one row."
    )
    over_context: Literal["drop", "truncate", "keep"] = Field(
        default="drop",
        description="Rows with more are left out, hear only the first windows that fit, or stay.",
    )
    tokenizer: str | None = Field(
        default=None,
        description="A transformers tokenizer, folder or name, that counts text tokens; else they "
        "are estimated as a quarter of the UTF-8 bytes.",
    )
    audio: Literal["reference", "flac", "opus"] = Field(
        default="reference", description="The files' names, or the sound itself, encoded."
    )
    audio_sample_rate_hz: Literal[8000, 12000, 16000, 24000, 48000] = Field(
        default=16_000, description="Of embedded sound, in mono."
    )
    shard_mb: int = Field(default=256, ge=1, description="A shard is closed when it is as large.")
    thresholds: ReleaseThresholds = ReleaseThresholds()


class StepResources(Record):
    """What a step of a stage takes of a node."""

    cpus: int = Field(default=2, ge=1, description="Cores, and worker processes on them.")
    gpus: float = Field(default=0.0, ge=0, description="GPUs, or a part of one.")
    memory_gb: float = Field(default=4.0, gt=0, description="Memory, of all its processes.")
    actors: int = Field(
        default=1,
        ge=1,
        description="Of `models`, or a stage that asks models: processes of this size, each of "
        "which keeps its models and works on many steps at once.",
    )


class ExecutionConfig(Record):
    """How much of the machine, and of your money, is used. Changes no row."""

    placement: Literal["local", "ray"] = Field(
        default="local",
        description="`ray` puts files' inspection and steps on a Ray cluster, whose nodes reach "
        "the store and the audio at the same places.",
    )
    ray_address: str = Field(
        default="auto", description="Of a running cluster: `host:6379`; `auto` is this node's."
    )
    resources: dict[str, StepResources] = Field(
        default={},
        description="Of a node of a cluster, by stage, or `ingest`; `models` for stages that ask "
        "models and are not named, `default` for the others.",
    )
    steps_at_once: int = Field(
        default=32, ge=1, description="Steps under way: those that wait for a model, too."
    )
    workers: int | None = Field(
        default=None, ge=1, description="Worker processes; by default one per core."
    )
    time_limit_s: float = Field(
        default=900.0,
        gt=0,
        description="A track that takes longer in a stage is rejected (`timed_out`).",
    )
    max_task_runs: int = Field(
        default=200, ge=1, description="Prefect task runs per subflow (a wave of partitions)."
    )
    padded_s: float = Field(
        default=1200.0, gt=0, description="Seconds of sound in a recogniser's batch, with padding."
    )
    budget_usd: float | None = Field(
        default=None, gt=0, description="What all builds of the corpus may cost together."
    )
    budget_tokens: int | None = Field(
        default=None, gt=0, description="What all builds of the corpus may take together."
    )
    answers: str | None = Field(
        default=None,
        description="Folder of the cache of answers; a local store keeps it itself.",
    )
    audio_cache: str | None = Field(
        default=None,
        description="Folder on this machine, and on each node, for audio that is fetched from "
        "buckets, the web and tars; by default `partimento/audio` in the user's cache folder.",
    )
    audio_cache_gb: float = Field(
        default=20.0, gt=0, description="Its bound; what was not used for longest goes first."
    )
