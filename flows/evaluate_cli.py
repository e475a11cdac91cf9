"""`partimento evaluate`: how well something is done, on files whose truth is known."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.command import fail, open_corpus, render
from flows.command_line import CommandLine
from schemas.config import ConfigError, CorpusConfig
from schemas.sections import MaxWrong
from schemas.transcribe import LocalEngine, RecogniserConfig

if TYPE_CHECKING:
    from pipeline.corpus.corpus import Corpus
    from pipeline.views.evaluate.facts.examples import Pairs
    from schemas.evaluation import FactsEvaluation

evaluate = CommandLine(help="Measure how well something is done, where the truth is known.")


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
    engine: Annotated[LocalEngine, typer.Option(help="Who runs it.")] = "nemo",
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


@evaluate.command()
def facts(
    place: Annotated[
        Path, typer.Argument(help="Folder of audio files, or the config of a built corpus.")
    ],
    references: Annotated[
        Path | None,
        typer.Option(
            help="Folder of references with the tracks' names: .beats, .lab, .csv, .bpm, .key, "
            "JAMS, JSON, MIDI, MusicXML; by default that of the audio."
        ),
    ] = None,
    max_wrong: Annotated[
        float | None,
        typer.Option(
            min=0.0, max=1.0, help="State what has this q-value; by default as the config says."
        ),
    ] = None,
    to: Annotated[
        Path | None, typer.Option(help="Folder for facts.json and reliability.png.")
    ] = None,
    fit: Annotated[
        Path | None,
        typer.Option(help="Fit chances on these references; write the section `measure` (JSON)."),
    ] = None,
) -> None:
    """Tempo, metre, key, chords, beats, sections and tags against references.

    Prints what is stated of each field and how much of that is wrong. A corpus keeps its
    evaluation: its report and the cards of its releases show it.
    """
    from flows.evaluation_tables import fields_table, scores_table
    from pipeline.engine.needs import MissingToolError
    from pipeline.views.evaluate.facts.words import summary

    bound = None if max_wrong is None else MaxWrong.model_validate(max_wrong)
    try:
        if place.is_dir():
            found, pairs = _evaluate_folder(place, references or place, bound or MaxWrong())
        else:
            found, pairs = _evaluate_corpus(open_corpus(place, []), references, bound)
    except (ConfigError, MissingToolError) as error:
        fail(str(error))
    for table in (fields_table(found), scores_table(found)):
        if table.row_count:
            typer.echo(render(table), nl=False)
    typer.echo(summary(found))
    for each in found.unheard:
        typer.secho(f"{each.name}: {each.why}", err=True, fg=typer.colors.YELLOW)
    if to is not None:
        _write_evaluation(found, to)
    if fit is not None:
        _fit(pairs, fit)


def _evaluate_folder(
    folder: Path, references: Path, max_wrong: MaxWrong
) -> "tuple[FactsEvaluation, Pairs]":
    """Hear the files that have references."""
    from functools import partial

    from flows.display import Display
    from pipeline.stages.measure.stage import STAGE
    from pipeline.views.evaluate.facts.evaluate import evaluate_facts
    from pipeline.views.evaluate.facts.layouts.find import find_references
    from pipeline.views.evaluate.facts.measured import HEARING, audio_files, of_folder
    from tools.process_pool import ProcessPool

    names = audio_files(folder)
    known = find_references(references, {name: (Path(name).stem,) for name in names})
    source = {"name": "facts", "store": "memory://", "source": {"folder": str(folder)}}
    config = CorpusConfig.model_validate(source)
    with Display() as display, ProcessPool() as pool:
        for stage in ("inspect", *(each.name for each in HEARING), STAGE.name):
            display.expect(stage, len(known))
        measured, unheard = of_folder(
            folder, list(known), config, pool, lambda stage: partial(display.advance, stage)
        )
    pairs = [(known[name], each) for name, each in measured.items()]
    found = evaluate_facts(
        folder.resolve().name,
        pairs,
        max_wrong,
        n_tracks=len(names),
        version=STAGE.version,
        unheard=unheard,
    )
    return found, pairs


def _evaluate_corpus(
    corpus: "Corpus", references: Path | None, max_wrong: MaxWrong | None
) -> "tuple[FactsEvaluation, Pairs]":
    """Compare what was built, and keep the outcome in the store."""
    from functools import partial

    from flows.display import Display
    from pipeline.stages.measure.stage import STAGE
    from pipeline.views.evaluate.facts.evaluate import evaluate_facts, keep
    from pipeline.views.evaluate.facts.layouts.find import find_references
    from pipeline.views.evaluate.facts.measured import names_in_corpus, of_corpus

    if references is None and corpus.root.is_remote:
        fail("say with --references where the references are: the audio is not on this disk")
    names = names_in_corpus(corpus)
    known = find_references(references or Path(corpus.root.folder), names)
    with Display() as display:
        display.expect("tracks", len(known))
        measured = of_corpus(corpus, list(known), partial(display.advance, "tracks"))
    pairs = [(known[track_id], each) for track_id, each in measured.items()]
    found = evaluate_facts(
        corpus.config.name,
        pairs,
        max_wrong or corpus.config.describe.max_wrong,
        n_tracks=len(names),
        version=corpus.digests[STAGE.name],
    )
    typer.echo(f"kept as {keep(corpus, found)}", err=True)
    return found, pairs


def _write_evaluation(found: "FactsEvaluation", folder: Path) -> None:
    from flows.plots import plot_reliability

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "facts.json").write_text(found.model_dump_json(indent=1), encoding="utf-8")
    (folder / "reliability.png").write_bytes(plot_reliability(found.fields))
    typer.echo(f"written to {folder}")


def _fit(pairs: "Pairs", path: Path) -> None:
    """Write the calibration as a config has it."""
    import json

    from flows.evaluation_tables import fitted_table
    from pipeline.views.evaluate.facts.examples import examples_of
    from pipeline.views.evaluate.facts.own_fit import fit_own

    try:
        calibration, fitted = fit_own(examples_of(pairs))
    except ConfigError as error:
        fail(str(error))
    section = {"measure": {"calibration": calibration.model_dump(mode="json")}}
    path.write_text(json.dumps(section, indent=1) + "\n", encoding="utf-8")
    typer.echo(render(fitted_table(fitted)), nl=False)
    typer.echo(f"{path}: put its section `measure` into the corpus config")
