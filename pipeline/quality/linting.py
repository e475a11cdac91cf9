"""The stage `lint`: captions and pairs held against the facts, at no cost."""

from pipeline.lint import Evidence, Limits, lint_text
from pipeline.quality.texts import Text, texts_of
from pipeline.question.material import sung_lines
from pipeline.stage import Batch, Means, StageResult
from schemas.lint import Finding
from schemas.lyrics import Lyrics
from schemas.provenance import Rejection
from schemas.quality import LintVerdict
from schemas.sections import LintConfig
from schemas.tracks import Track

_SHOWN = 3


def lint_batch(batch: Batch, config: LintConfig, means: Means) -> StageResult:
    """Hold every text against its track's facts.

    Parameters
    ----------
    batch : Batch
        With the rows of `segment`, `measure`, `transcribe`, `describe` and `question`.
    config : LintConfig
    means : Means

    Returns
    -------
    StageResult
        Rows are `LintVerdict`. Texts with more than `config.max_wrong` wrong claims are rejected
        under the code of the first, with all their words.
    """
    evidence = evidence_of(batch)
    result = StageResult(inputs=[])
    for text in texts_of(batch):
        result.inputs.append(text.row_id)
        findings = lint_text(text.told, evidence[text.track_id])
        wrong = [each for each in findings if each.verdict == "wrong"]
        if len(wrong) > config.max_wrong:
            result.rejected.append(_rejection(text, wrong))
        else:
            result.accepted.append(text.row_id)
            result.rows.append(
                LintVerdict(
                    row_id=text.row_id, track_id=text.track_id, kind=text.kind, findings=findings
                )
            )
    means.progress(len(batch.tracks))
    return result


def evidence_of(batch: Batch) -> dict[str, Evidence]:
    """What the texts of every measured track are held against, by track id."""
    words, segments = sung_lines(batch), batch.by_track("segment")
    sung = {row.track_id: row for row in batch.rows.get("transcribe", ())}
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
        for facts in batch.rows["measure"]
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
    told = "; ".join(f'"{each.quote}": {each.evidence}' for each in wrong[:_SHOWN])
    return Rejection(
        row_id=text.row_id, stage="lint", reason=wrong[0].code, detail=told, raw=text.raw
    )
