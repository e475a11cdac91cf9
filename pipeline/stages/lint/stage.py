"""The stage `lint`: captions and pairs held against the facts, at no cost."""

from pipeline.engine.stage import Batch, Stage, StageContext, StageResult
from pipeline.lint import LANGUAGES, Evidence, Limits, lint_text
from pipeline.stages.lint.texts import Text, captions_of, texts_of
from pipeline.stages.question.material import sung_lines
from schemas.captions import RefinedCaption, RichCaption, ToldCaption
from schemas.facts import MusicFacts
from schemas.lint import Finding
from schemas.lyrics import Lyrics
from schemas.provenance import Rejection
from schemas.qa import QaPair
from schemas.quality import LintVerdict
from schemas.sections import LintConfig
from schemas.tracks import Segment, Track

_SHOWN = 3


def lint_batch(batch: Batch, config: LintConfig, context: StageContext) -> StageResult:
    """Hold every text against its track's facts.

    Parameters
    ----------
    batch : Batch
        With the rows of `segment`, `measure`, `transcribe`, and of the stages that make texts.
    config : LintConfig
    context : StageContext

    Returns
    -------
    StageResult
        Rows are `LintVerdict`. Texts with more than `config.max_wrong` wrong claims are rejected
        under the code of the first, with all their words. Of a text in another language than
        `pipeline.lint.LANGUAGES` no claim is found, and the row says that nobody checked it.
    """
    evidence = evidence_of(batch)
    result = StageResult(inputs=[])
    for text in texts_of(captions_of(batch), batch.of(QaPair)):
        result.inputs.append(text.row_id)
        is_checked = text.language in LANGUAGES
        findings = lint_text(text.statement, evidence[text.track_id]) if is_checked else []
        wrong = [each for each in findings if each.verdict == "wrong"]
        if len(wrong) > config.max_wrong:
            result.rejected.append(_rejection(text, wrong))
        else:
            result.accepted.append(text.row_id)
            result.rows.append(
                LintVerdict(
                    row_id=text.row_id,
                    track_id=text.track_id,
                    kind=text.kind,
                    is_checked=is_checked,
                    findings=findings,
                )
            )
    context.progress(len(batch.tracks))
    return result


def evidence_of(batch: Batch) -> dict[str, Evidence]:
    """What the texts of every measured track are held against, by track id."""
    words, segments = sung_lines(batch), batch.by_track(Segment)
    sung = {row.track_id: row for row in batch.of(Lyrics)}
    tracks = {each.track.track_id: each.track for each in batch.tracks}
    limits = Limits(sure=batch.sure)
    return {
        facts.track_id: Evidence(
            facts,
            lyrics=" ".join(line.text for line in words[facts.track_id]) or None,
            has_vocals=_has_vocals(sung.get(facts.track_id)),
            silences=tuple(
                (each.start_s, each.end_s) for each in segments[facts.track_id] if each.is_silent
            ),
            names=_names(tracks[facts.track_id]),
            limits=limits,
        )
        for facts in batch.of(MusicFacts)
    }


def _has_vocals(lyrics: Lyrics | None) -> bool | None:
    """Yes where words are known, no where the gate heard no voice: it errs the other way."""
    if lyrics is None or lyrics.vocals is None:
        return None
    if lyrics.text:
        return True
    return None if lyrics.vocals.has_vocals else False


def _names(track: Track) -> tuple[str, ...]:
    return tuple(name for name in (track.title, track.artist) if name)


def _rejection(text: Text, wrong: list[Finding]) -> Rejection:
    statement = "; ".join(f'"{each.quote}": {each.evidence}' for each in wrong[:_SHOWN])
    return Rejection(row_id=text.row_id, reason=wrong[0].code, detail=statement, raw=text.raw)


STAGE = Stage(
    name="lint",
    version="14",
    makes=LintVerdict,
    reads=(
        Track,
        Segment,
        MusicFacts,
        Lyrics,
        RefinedCaption,
        RichCaption,
        ToldCaption,
        QaPair,
    ),
    config=LintConfig,
    run=lint_batch,
)
