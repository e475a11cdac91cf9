"""What a stage of training reads, learns with and writes.

Relative paths are relative to where the command runs, so that a stage can start from the folder
that the stage before it wrote.
"""

from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from schemas.record import Record

TextSet = Literal[
    "mf-skills/captions", "mf-skills/qa", "mf-skills/comparisons", "mf-think", "mf-properties"
]
PublishedSet = Literal[
    "musicbench", "musicqa", "music_avqa", "lp_musiccaps_msd", "lp_musiccaps_mtt",
    "lp_musiccaps_mc", "musiccaps", "nsynth", "musdb18_hq", "fma",
]  # fmt: skip
TimeEmbedding = Literal["checkpoint", "plain"]
Tracker = Literal["tensorboard", "wandb", "mlflow"]
Part = Literal["encoder", "projector", "language_model"]


class SourceConfig(Record):
    """Rows to learn from: a data set of a release, a published one, or a file of conversations."""

    release: str | None = Field(default=None, description="Folder of a release.")
    dataset: TextSet | None = Field(default=None, description="Which texts of the release.")
    published: PublishedSet | None = Field(
        default=None, description="A data set of others, in the form that it is published in."
    )
    folder: str | None = Field(default=None, description="Of the published data set's files.")
    conversations: str | None = Field(
        default=None,
        description="JSON or JSONL of Audio Flamingo's form: id, sound, conversations.",
    )
    audio_root: str | None = Field(
        default=None,
        description="Folder that the paths of sounds are relative to; of a published data set its "
        "own.",
    )
    passes: float = Field(
        default=1.0,
        gt=0,
        description="How often an epoch sees each row; of 2.5, every other epoch sees it 3 times.",
    )

    @model_validator(mode="after")
    def _one_of_three(self) -> Self:
        if (
            sum(each is not None for each in (self.release, self.published, self.conversations))
            != 1
        ):
            raise ValueError(
                "give either `release` with `dataset`, `published` with `folder`, or "
                "`conversations`"
            )
        if (self.release is None) != (self.dataset is None):
            raise ValueError("`release` and `dataset` belong together")
        if (self.published is None) != (self.folder is None):
            raise ValueError("`published` and `folder` belong together")
        return self


class ModelConfig(Record):
    """The model to start from."""

    path: str = Field(description="Folder of a Music Flamingo, or its name on the hub.")
    time_embedding: TimeEmbedding | None = Field(
        default=None,
        description="`checkpoint`: as NVIDIA's weights were trained; `plain`: the paper's formula. "
        "By default what the checkpoint says.",
    )
    attention: str = Field(
        default="sdpa",
        description="transformers' name; `sdpa` attends each row of a pack to itself alone.",
    )
    dtype: Literal["float32", "bfloat16"] = Field(
        default="float32", description="Of the weights kept; the arithmetic on a GPU is bfloat16."
    )
    arithmetic: Literal["float32", "bfloat16"] | None = Field(
        default=None,
        description="Of the products of matrices; by default bfloat16 on a GPU, float32 on a CPU.",
    )
    trained: tuple[Part, ...] = Field(
        default=("encoder", "projector", "language_model"),
        min_length=1,
        description="Parts that learn; the others stay as they are.",
    )
    lora_rank: int | None = Field(
        default=None,
        ge=1,
        description="Train adapters of the language model in place of all weights, as for one GPU; "
        "encoder and projector learn too where `trained` is given and names them.",
    )
    compile_layers: bool = Field(default=False, description="Compile each layer by torch.compile.")

    @property
    def trained_in_full(self) -> tuple[Part, ...]:
        """Parts of which all weights learn: beside adapters, those that are stated."""
        if self.lora_rank is None:
            return self.trained
        stated = self.trained if "trained" in self.model_fields_set else ()
        return tuple(part for part in stated if part != "language_model")


class ParallelConfig(Record):
    """How several devices share a model."""

    replicas: int = Field(
        default=1,
        ge=1,
        description="Copies of the model, each split over its part of the devices; with 1, one is "
        "split over all.",
    )
    sync_each_batch: bool = Field(
        default=True,
        description="Sum gradients over devices after each pack, so that none keeps them all.",
    )
    reshard_after_forward: bool = Field(
        default=True, description="Free a layer's weights between its forward and its backward."
    )


class StageConfig(Record):
    """What all stages have in common."""

    needs_gold: ClassVar[bool] = False
    """Whether rows are left out that hold nothing to reward an answer by."""
    model: ModelConfig
    parallel: ParallelConfig = ParallelConfig()
    output: str = Field(description="Folder of checkpoints and logs; the model ends up there.")
    sources: tuple[SourceConfig, ...] = Field(min_length=1)
    context_tokens: int = Field(default=24576, ge=64, description="Sound and text, at most.")
    learning_rate: float = Field(gt=0, description="At its highest; it falls as a cosine does.")
    warmup_ratio: float = Field(default=0.03, ge=0, lt=1, description="Share of steps it rises.")
    epochs: float = Field(default=1.0, gt=0, description="How often the sources are seen.")
    max_steps: int | None = Field(default=None, ge=1, description="Instead of `epochs`.")
    global_batch_rows: int = Field(
        default=128,
        ge=1,
        description="Rows (SFT) or questions (GRPO) of a step, on however many devices.",
    )
    gradient_norm: float = Field(
        default=1.0, gt=0, description="Of a step, at most; larger gradients are scaled down."
    )
    recompute: Literal["all", "cheap", "none"] = Field(
        default="all",
        description="Activations computed again in place of kept: `all` of each layer; `cheap`: "
        "all but products of matrices and attention; `none`.",
    )
    shuffle_rows: int = Field(
        default=8192, ge=1, description="Rows held to draw the next from, by all devices together."
    )
    workers: int = Field(default=4, ge=0, description="Processes per device that prepare rows.")
    save_steps: int = Field(default=500, ge=1, description="Steps between checkpoints.")
    keep_checkpoints: int = Field(default=2, ge=1, description="The newest; older ones go.")
    async_checkpoints: bool = Field(
        default=False, description="Go on training while a checkpoint is written."
    )
    log_steps: int = Field(default=10, ge=1, description="Steps between lines of the log.")
    trackers: tuple[Tracker, ...] = Field(
        default=(), description="Where the log goes beside its file: tensorboard, wandb, mlflow."
    )
    seed: int = Field(default=0, description="Of the order of rows and of the answers drawn.")


class SftConfig(StageConfig):
    """Supervised fine-tuning: backbone, MF-Skills, or the cold start on MF-Think."""

    context_windows: int = Field(
        default=40, ge=1, description="Windows of 30 s of a pack, at most, for the audio encoder."
    )
    validation_steps: int = Field(
        default=500, ge=1, description="Steps between losses on the validation split."
    )
    validation_rows: int = Field(
        default=64, ge=0, description="Rows of it that are heard; 0: none."
    )
    sample_rows: int = Field(default=2, ge=0, description="Answers written at every validation.")
    sample_tokens: int = Field(default=256, ge=1, description="Length of such an answer.")


class GrpoConfig(StageConfig):
    """Reinforcement learning with verifiable rewards, on MF-Skills and MF-Think."""

    needs_gold: ClassVar[bool] = True
    group: int = Field(default=5, ge=2, description="Answers drawn for a question (the paper's G).")
    questions_at_once: int = Field(
        default=8,
        ge=1,
        description="Whose answers a device decodes together; memory grows with it.",
    )
    completion_tokens: int = Field(default=2048, ge=1, description="Longest answer drawn.")
    temperature: float = Field(default=1.0, gt=0, description="Of the answers drawn.")
    beta: float = Field(default=0.04, ge=0, description="Weight of the KL to the start.")
    reference_dtype: Literal["float32", "bfloat16"] = Field(
        default="bfloat16", description="Of the weights of the start, which the KL is to."
    )
    epsilon: float = Field(default=0.2, gt=0, description="Clipping of the probability ratio.")
    iterations: int = Field(default=1, ge=1, description="Updates on the same answers.")
    format_weight: float = Field(default=1.0, ge=0, description="Of the reward for the form.")
    accuracy_weight: float = Field(default=1.0, ge=0, description="For the right answer.")
    structure_weight: float = Field(default=1.0, ge=0, description="For what a caption says.")
    structure: Literal["asserted", "mentioned"] = Field(
        default="asserted",
        description="What a caption says of a category: what prose asserts, once and without "
        "contradiction; or the paper's matching words, which a list of keywords has too.",
    )

    @model_validator(mode="after")
    def _rows_have_gold(self) -> Self:
        if any(source.dataset in (None, "mf-properties") for source in self.sources):
            raise ValueError(
                "`sources` must be MF-Skills or MF-Think: other rows have no gold to reward by"
            )
        return self

    @model_validator(mode="after")
    def _attends_to_branches(self) -> Self:
        if self.model.attention != "sdpa":
            raise ValueError(
                "`model.attention` must be `sdpa`: no other lets answers branch from one prompt"
            )
        return self
