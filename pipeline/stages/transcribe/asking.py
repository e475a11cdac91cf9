"""Words by the role `transcriber`: stretch by stretch, with the times that its answers have."""

from collections.abc import Sequence
from functools import partial

from pydantic import BaseModel, ConfigDict, Field

from pipeline.engine.ask import ask, chat_request
from pipeline.engine.stage import AudioTrack, ModelRequest, StageContext, one_row
from pipeline.stages.transcribe.gate import Gated
from pipeline.stages.transcribe.windows import windows
from schemas.captions import Authorship
from schemas.languages import NAMES
from schemas.provenance import Rejection
from schemas.transcribe import RecogniserConfig
from tools.chat.heard_text import HeardText, TimedText
from tools.chat.request import Answer, ChatRequest, Clip
from tools.lyrics.transcript import Decoding, TranscribedWord, Transcript
from tools.process_pool import Failure

PROMPT = "transcribe"
Span = tuple[float, float]


class SungText(BaseModel):
    """Words that are heard; without any, no lines."""

    model_config = ConfigDict(extra="forbid")
    language: str | None = Field(description="ISO 639-1 code of the language that is sung.")
    lines: list[str]


def hear_by_role(
    pairs: Sequence[tuple[AudioTrack, Gated]],
    language: str | None,
    config: RecogniserConfig,
    context: StageContext,
) -> list[Transcript | Failure]:
    """Have the transcriber hear tracks.

    Parameters
    ----------
    pairs : sequence of (AudioTrack, Gated)
    language : str or None
        What the listing says, told to the model.
    config : RecogniserConfig
    context : StageContext

    Returns
    -------
    list of Transcript or Failure
        One a track; a track of which one stretch is without answer has failed.

    Raises
    ------
    EndpointError, BudgetReachedError, StoreError, StoppedError
        When the step must stop; what was bought is kept.
    """
    spans = [
        windows(gated.levels_dbfs, each.track.duration_s, longest_s=config.window_s)
        for each, gated in pairs
    ]
    requests = [
        _request(each, number, span, language, context)
        for (each, _), own in zip(pairs, spans, strict=True)
        for number, span in enumerate(own)
    ]
    made = ask(requests, context)
    return [
        _joined([made[_row_id(each, number)] for number in range(len(own))])
        for (each, _), own in zip(pairs, spans, strict=True)
    ]


def _row_id(each: AudioTrack, number: int) -> str:
    return f"{each.track.track_id}-{number:04d}"


def _request(
    each: AudioTrack, number: int, span: Span, language: str | None, context: StageContext
) -> ModelRequest[Transcript]:
    row_id = _row_id(each, number)
    clip = Clip(each.track.track_id, each.audio, *span)
    role = context.models.roles.transcriber
    if role is not None and role.engine == "openai/transcriptions":
        chat = ChatRequest("", "", HeardText, clip, PROMPT, language=language)
    else:
        name = None if language is None else NAMES[language]
        chat = chat_request(PROMPT, {"language": name}, form=SungText, clip=clip)
    read = one_row(row_id, partial(_transcript, span))
    return ModelRequest(row_id, each.track.track_id, chat, read, "transcriber")


def _transcript(span: Span, answer: Answer, _authorship: Authorship) -> Transcript:
    """What an answer says, in seconds of the track."""
    value = answer.value
    if isinstance(value, SungText):
        return Transcript(_untimed(value.lines, span, is_loose=True))
    assert isinstance(value, HeardText)
    return Transcript(_words(value, span), value.language)


def _words(heard: HeardText, span: Span) -> list[TranscribedWord]:
    start_s = span[0]
    if heard.words:
        return [
            TranscribedWord(
                each.text,
                start_s + each.start_s,
                start_s + each.end_s,
                None,
                _decoding_at(each, heard.segments),
            )
            for each in heard.words
        ]
    if heard.segments:
        return [
            word
            for each in heard.segments
            for word in _untimed(
                [each.text], (start_s + each.start_s, start_s + each.end_s), _decoding(each)
            )
        ]
    return _untimed(heard.text.splitlines(), span, is_loose=True)


def _untimed(
    lines: Sequence[str], span: Span, decoding: Decoding | None = None, *, is_loose: bool = False
) -> list[TranscribedWord]:
    """Words of lines that have no times of their own; of loose ones only a stretch is known."""
    return [
        TranscribedWord(word, *span, None, decoding, line=number, is_loose=is_loose)
        for number, line in enumerate(lines)
        for word in line.split()
    ]


def _decoding_at(word: TimedText, segments: Sequence[TimedText]) -> Decoding | None:
    """Signals of the segment that a word begins in."""
    around = (each for each in segments if each.start_s <= word.start_s <= each.end_s)
    found = next(around, None)
    return None if found is None else _decoding(found)


def _decoding(segment: TimedText) -> Decoding | None:
    signals = (segment.no_speech, segment.mean_log_probability, segment.compression_ratio)
    known = [each for each in signals if each is not None]
    return Decoding(*known) if len(known) == len(signals) else None


def _joined(parts: Sequence[Transcript | Rejection]) -> Transcript | Failure:
    failed = [each for each in parts if isinstance(each, Rejection)]
    if failed:
        return Failure(failed[0].reason, failed[0].detail)
    heard = [each for each in parts if isinstance(each, Transcript)]
    languages = {each.language for each in heard if each.words}
    language = languages.pop() if len(languages) == 1 else None
    return Transcript([word for each in heard for word in each.words], language)
