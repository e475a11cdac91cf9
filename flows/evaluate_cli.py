"""`partimento evaluate`: how well something is done, on files whose truth is known."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from flows.command import fail, render
from schemas.config import ConfigError
from schemas.transcribe import RecogniserConfig

evaluate = typer.Typer(
    no_args_is_help=True, help="Measure how well something is done, where the truth is known."
)


@evaluate.callback()
def _group() -> None:
    """Keep `lyrics` a name of its own while it is the only one."""


@evaluate.command()
def lyrics(
    audio: Annotated[Path, typer.Argument(help="Folder of audio files.", file_okay=False)],
    model: Annotated[
        str, typer.Option(help="Name of a model, a local .nemo file, or a folder.")
    ] = "nvidia/parakeet-tdt-0.6b-v3",
    references: Annotated[
        Path | None,
        typer.Option(help="Folder of NAME.lrc or NAME.txt; by default that of the audio."),
    ] = None,
    engine: Annotated[Literal["nemo", "whisper"], typer.Option(help="Who runs it.")] = "nemo",
    language: Annotated[
        str | None, typer.Option(help="ISO 639-1 code that the recogniser is told.")
    ] = None,
    padded_s: Annotated[
        float, typer.Option(min=1.0, help="Seconds of sound in a batch, with padding.")
    ] = 1200.0,
) -> None:
    """Word and character error rates, and word-onset errors, of a recogniser on a folder."""
    from flows.tables import lyrics_score_table
    from pipeline.views.evaluate.lyrics import evaluate_lyrics

    for folder in (audio, references or audio):
        if not folder.is_dir():
            fail(f"{folder}: there is no such folder")
    try:
        score = evaluate_lyrics(
            audio,
            references or audio,
            RecogniserConfig(engine=engine, model=model),
            language=language,
            padded_s=padded_s,
        )
    except ConfigError as error:
        fail(str(error))
    typer.echo(render(lyrics_score_table(score)), nl=False)
    typer.echo(
        "Both sides normalised: NFKC, case folded, [cues] dropped, apostrophes kept inside words, "
        "other punctuation dropped, characters of unspaced scripts as words."
    )
