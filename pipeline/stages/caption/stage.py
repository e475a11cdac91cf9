"""What the captioner is asked: every window that is not silent."""

from functools import partial

from pipeline.engine.ask import TOKENS_PER_WORD, asked, chat_request
from pipeline.engine.stage import (
    AudioTrack,
    Batch,
    ModelRequest,
    ModelRequests,
    ModelUse,
    Stage,
)
from pipeline.gates import Asked, Length, prose_fault
from schemas.captions import Authorship, SegmentCaption
from schemas.provenance import Rejection
from schemas.sections import CaptionConfig
from schemas.tracks import Segment
from tools.chat.request import Answer, Clip

PROMPT = "caption"
_MIN_WORDS = 3
_MAX_LENGTH_RATIO = 3
"""Ours: models that are asked for 60 words and describe well give up to twice so many."""


def caption_requests(batch: Batch, config: CaptionConfig) -> ModelRequests[SegmentCaption]:
    """One request a window; silent ones are rejected as ``silent``.

    Parameters
    ----------
    batch : Batch
        With the rows of `segment`.
    config : CaptionConfig

    Returns
    -------
    ModelRequests
        What a model says of a window is refused as `pipeline.gates` says.
    """
    segments = batch.by_track(Segment)
    requests, rejected = [], []
    for each in batch.tracks:
        for segment in segments[each.track.track_id]:
            if segment.is_silent:
                rejected.append(_silent(segment))
            else:
                requests.append(_request(each, segment, config))
    return ModelRequests(requests, rejected)


def _request(
    each: AudioTrack, segment: Segment, config: CaptionConfig
) -> ModelRequest[SegmentCaption]:
    clip = Clip(segment.track_id, each.audio, segment.start_s, segment.end_s)
    length = Length(_MIN_WORDS, _MAX_LENGTH_RATIO * config.max_words)
    chat = chat_request(
        PROMPT,
        {"max_words": config.max_words},
        clip=clip,
        most_tokens=TOKENS_PER_WORD * length.most,
        refuses=lambda caption, what: prose_fault(str(caption), what, length),
    )
    return ModelRequest(
        row_id=segment.segment_id,
        track_id=segment.track_id,
        chat=chat,
        read=partial(_rows, segment, asked(chat), length),
    )


def _rows(
    segment: Segment, what: Asked, length: Length, answer: Answer, authorship: Authorship
) -> dict[str, SegmentCaption | Rejection]:
    caption = str(answer.value)
    if authorship.is_model and (fault := prose_fault(caption, what, length)):
        reason, detail = fault
        refused = Rejection(row_id=segment.segment_id, reason=reason, detail=detail, raw=caption)
        return {segment.segment_id: refused}
    row = SegmentCaption(
        segment_id=segment.segment_id,
        track_id=segment.track_id,
        start_s=segment.start_s,
        end_s=segment.end_s,
        caption=caption,
        n_words=len(caption.split()),
        authorship=authorship,
        usage=answer.usage,
    )
    return {segment.segment_id: row}


def _silent(segment: Segment) -> Rejection:
    level = "digital silence" if segment.rms_dbfs is None else f"{segment.rms_dbfs:.1f} dBFS"
    return Rejection(row_id=segment.segment_id, reason="silent", detail=level)


STAGE = Stage(
    name="caption",
    version="3",
    makes=SegmentCaption,
    reads=(Segment,),
    config=CaptionConfig,
    hears=True,
    asks=ModelUse(
        role="captioner",
        prompt=PROMPT,
        prepare=caption_requests,
        typical_tokens=(150, 80),
        per_segment=True,
        hears=("captioner",),
    ),
)
