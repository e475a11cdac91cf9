"""`partimento calibrate`: how people's verdicts and the judge's agree, and where to set its bar."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.command import ConfigPath, Roles, fail, open_corpus, render
from flows.review_cli import ReviewedStages, stages_given

if TYPE_CHECKING:
    from pipeline.review.calibration import Calibration
    from schemas.review import HumanVerdict


def calibrate(
    config: ConfigPath,
    precision: Annotated[
        float, typer.Option(min=0.01, max=1.0, help="Share of the kept rows that should be good.")
    ] = 0.9,
    stage: ReviewedStages = [],  # noqa: B006 - Typer copies it
    to: Annotated[
        Path | None,
        typer.Option(
            help="Folder for calibration.md, calibration.png, and verdicts.parquet with all "
            "verdicts and edited texts."
        ),
    ] = None,
    publish: Annotated[
        bool, typer.Option("--publish", help="Leave text and plot in the Prefect UI.")
    ] = False,
    role: Roles = [],  # noqa: B006
) -> None:
    """Compare people's verdicts with the judge's, and propose the judge's threshold."""
    from flows.tables import agreement_table, curve_table
    from pipeline.review.calibration import calibrate as compare_all
    from pipeline.review.places import in_sentences, place_effects
    from pipeline.review.verdicts import read_verdicts
    from pipeline.review.words import advice, counted

    corpus = open_corpus(config, role)
    name = corpus.config.name
    if places := in_sentences(place_effects(corpus)):
        typer.echo(places)
    found = compare_all(corpus, wanted_precision=precision, stages=stages_given(stage))
    if not found.n_verdicts and not found.n_outdated:
        bulk = f" ({found.n_bulk} given in bulk do not count)" if found.n_bulk else ""
        fail(f"{name}: no verdicts yet; run `partimento review`{bulk}")
    for table in (agreement_table(found), curve_table(found)):
        if table.row_count:
            typer.echo(render(table), nl=False)
    typer.echo(counted(found))
    typer.echo(advice(found).replace("**", ""))
    if to is not None:
        write_files(found, read_verdicts(corpus.store), name, places, to)
        typer.echo(f"written to {to}")
    if publish:
        publish_artifacts(found, name)


def write_files(
    found: "Calibration", verdicts: "list[HumanVerdict]", name: str, places: str, folder: Path
) -> None:
    """Write the calibration, and all verdicts ever given as one table."""
    import pyarrow.parquet as pq

    from flows.plots import plot_calibration
    from pipeline.review.words import in_words
    from schemas.arrow import to_table
    from schemas.review import HumanVerdict

    folder.mkdir(parents=True, exist_ok=True)
    text = f"{in_words(found, name)}\n{places}\n"
    if found.curve:
        (folder / "calibration.png").write_bytes(plot_calibration(found))
        text += "\n![precision and recall by threshold](calibration.png)\n"
    (folder / "calibration.md").write_text(text, encoding="utf-8")
    pq.write_table(to_table(verdicts, HumanVerdict), folder / "verdicts.parquet")


def publish_artifacts(found: "Calibration", name: str) -> None:
    """Leave the calibration in the Prefect UI."""
    import base64

    from flows.display import tell
    from flows.server import ServerError, prefect_server, quiet_prefect

    quiet_prefect()
    from prefect.artifacts import create_image_artifact, create_markdown_artifact

    from flows.plots import plot_calibration
    from pipeline.review.words import in_words

    try:
        with prefect_server(tell):
            create_markdown_artifact(markdown=in_words(found, name), key=f"{name}-calibration")
            if found.curve:
                image = base64.b64encode(plot_calibration(found)).decode()
                create_image_artifact(
                    image_url=f"data:image/png;base64,{image}", key=f"{name}-calibration-plot"
                )
    except ServerError as error:
        fail(str(error))
