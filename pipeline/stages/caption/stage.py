"""What the captioner is asked: every window that is not silent."""

from functools import partial

from pipeline.builtin.caption import plain_caption
from pipeline.engine.stage import AudioTrack, Batch, Question, Questions, one_row
from pipeline.prompts import load_prompt
from schemas.captions import Authorship, SegmentCaption
from schemas.provenance import Rejection
from schemas.sections import CaptionConfig
from schemas.sound import ClipDescriptors
from schemas.tracks import Segment
from tools.chat.request import Answer, ChatRequest, Clip

PROMPT = "caption"


def caption_questions(batch: Batch, config: CaptionConfig) -> Questions:
    """One question a window; silent ones are rejected as ``silent``.

    Parameters
    ----------
    batch : Batch
        With the rows of `segment`.
    config : CaptionConfig

    Returns
    -------
    Questions
    """
    segments = batch.by_track("segment")
    questions, rejected = [], []
    for each in batch.tracks:
        for segment in segments[each.track.track_id]:
            if segment.is_silent:
                rejected.append(_silent(segment))
            else:
                questions.append(_question(each, segment, config))
    return Questions(questions, rejected)


def _question(each: AudioTrack, segment: Segment, config: CaptionConfig) -> Question:
    system, user = load_prompt(PROMPT).render(max_words=config.max_words)
    clip = Clip(segment.track_id, each.path, segment.start_s, segment.end_s)
    return Question(
        row_id=segment.segment_id,
        track_id=segment.track_id,
        request=ChatRequest(system, user, _plain, clip=clip),
        to_rows=one_row(segment.segment_id, partial(_row, segment)),
    )


def _plain(found: ClipDescriptors | None) -> str:
    assert found is not None
    return plain_caption(found)


def _row(segment: Segment, answer: Answer, authorship: Authorship) -> SegmentCaption:
    caption = str(answer.value)
    return SegmentCaption(
        segment_id=segment.segment_id,
        track_id=segment.track_id,
        start_s=segment.start_s,
        end_s=segment.end_s,
        caption=caption,
        n_words=len(caption.split()),
        authorship=authorship,
        usage=answer.usage,
    )


def _silent(segment: Segment) -> Rejection:
    level = "digital silence" if segment.rms_dbfs is None else f"{segment.rms_dbfs:.1f} dBFS"
    return Rejection(row_id=segment.segment_id, stage="caption", reason="silent", detail=level)
