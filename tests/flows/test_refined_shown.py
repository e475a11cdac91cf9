"""`show` tells what became of brought captions, and which texts nobody checked."""

from rich.console import Console

from flows.tables import track_tables
from pipeline.corpus.corpus import TrackRows
from schemas.captions import RefinedCaption, ToldCaption
from schemas.lint import Finding
from schemas.quality import LintVerdict
from tests.pipeline.views.test_pages import make_refined, make_told, make_track


def shown(rows):
    console = Console(record=True, width=200, file=open("/dev/null", "w"))  # noqa: SIM115
    for table in track_tables(TrackRows(make_track(), rows)):
        console.print(table)
    return " ".join(console.export_text().split())


def test_a_brought_caption_is_shown_as_a_word_diff_with_its_claims():
    wrong = Finding(
        kind="tempo", quote="60 BPM", start=0, verdict="wrong", code="half_tempo", evidence=""
    )
    row = make_refined("A [red]song[/red] at 60 BPM.", "A [red]song[/red] at 96 BPM.")
    text = shown({RefinedCaption: [row.model_copy(update={"lint_before": [wrong]})]})
    assert "A [red]song[/red] at [-60-] {+96+} BPM." in text
    assert "1, now 0" in text
    assert "corrected; invented:" in text
    assert "not judged yet" in text


def test_a_text_that_nobody_checked_says_so():
    verdict = LintVerdict(
        row_id="t-short-en", track_id="ab" * 16, kind="caption", is_checked=False, findings=[]
    )
    rows = {ToldCaption: [make_told("Ein Lied.")], LintVerdict: [verdict]}
    assert "facts were not held against it" in shown(rows)
    rows[LintVerdict] = [verdict.model_copy(update={"is_checked": True})]
    assert "facts were not held against it" not in shown(rows)
