"""The lyrics row of a track: what is believed, what is refused, and why what is null is null."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from statistics import fmean
from typing import Any, Literal

from pipeline.stages.transcribe.gate import Gated
from pipeline.stages.transcribe.lines import Line, lines_of
from pipeline.stages.transcribe.listed import Fit, Misfit
from pipeline.stages.transcribe.routing import knows
from pipeline.stages.transcribe.rules import Evidence, judge_lines, refused_text
from schemas.languages import NAMES, are_close, read_language
from schemas.lyrics import Lyrics, RefusedText, SungLine, Vocals, Word
from schemas.provenance import Provenance, Unmeasured
from schemas.text import sung_words
from schemas.tracks import Track
from schemas.transcribe import RecogniserConfig, TranscribeConfig
from tools.lyrics.language import language_of
from tools.lyrics.recogniser_process import Tool
from tools.lyrics.scoring import word_errors
from tools.lyrics.transcript import TranscribedWord, Transcript
from tools.process_pool import Failure

_GATE_FIELDS = (
    "vocal_probability", "min_vocal_share", "min_supported_share", "separator", "silence_dbfs",
)  # fmt: skip


@dataclass(frozen=True)
class Judged:
    """What is believed of the heard words."""

    kept: list[Line]
    refused: list[RefusedText]
    language: str | None
    language_source: Literal["listing", "text", "sound"] | None
    is_other_language: bool = False
    listing_match: float | None = None


@dataclass(frozen=True)
class Recognition:
    """Who heard a track, and what came of it."""

    recogniser: RecogniserConfig
    tool: Tool
    outcome: Transcript | Failure
    second: Transcript | Failure | None = None
    earlier: list[RefusedText] = field(default_factory=list)
    misfit: Misfit | None = None


def unheard_row(
    track: Track,
    reason: str,
    detail: str,
    config: TranscribeConfig,
    vocals: Vocals | None = None,
    misfit: Misfit | None = None,
) -> Lyrics:
    """The row of a track that nobody heard."""
    missing = [Unmeasured(field="text", reason=reason, detail=detail)]
    if vocals is None:
        missing.append(Unmeasured(field="vocals", reason=reason))
    if track.lyrics is not None:
        missing.append(_unused(misfit or Misfit(reason, "nobody heard whether they are sung")))
    return Lyrics(
        track_id=track.track_id,
        language=None,
        language_source=None,
        text=None,
        lines=None,
        words=None,
        source=None,
        listing_match=None,
        confidence=None,
        agreement_wer=None,
        vocals=vocals,
        refused=[],
        unmeasured=missing,
        provenance=[_of_gate(config)] if vocals else [],
    )


def listed(track: Track, fit: Fit, config: TranscribeConfig) -> Judged:
    """The listing's lyrics, which are those of the sound: no rule judges them."""
    stated = read_language(track.language).codes
    one = stated[0] if len(stated) == 1 else None
    found = language_of(" ".join(line.text for line in fit.lines))
    if one is None and found is not None and found[1] >= config.min_language_probability:
        return Judged(fit.lines, [], found[0], "text", listing_match=fit.match)
    return Judged(fit.lines, [], one, "listing" if one else None, listing_match=fit.match)


def judge(
    track: Track, heard: Transcript, gated: Gated, listening: Recognition, config: TranscribeConfig
) -> Judged:
    """Part what is believed from what is not: line by line, then by the language of the whole."""
    stated = read_language(track.language).codes
    one = stated[0] if len(stated) == 1 else None
    lines = lines_of(heard.words, gap_s=config.line_gap_s, max_s=config.max_line_s)
    kept, refused = judge_lines(lines, Evidence(gated.levels_dbfs, one), config)
    found = language_of(" ".join(line.text for line in kept))
    if found is None or found[1] < config.min_language_probability:
        heard_as = None if stated else _heard_as(heard, config)
        source: Literal["listing", "sound"] | None = "listing" if one else None
        return Judged(kept, refused, one or heard_as, "sound" if heard_as else source)
    code, probability = found
    expected = stated or (code,)
    is_expected = any(are_close(code, each) for each in expected)
    if is_expected and (stated or knows(listening.recogniser, code)):
        return Judged(kept, refused, one or code, "listing" if one else "text")
    why = f"the listing says {', '.join(stated)}" if stated else "which the model does not know"
    detail = f"reads as {code} ({probability:.2f}), {why}"
    refused += [refused_text(line, "unlikely_language", detail) for line in kept]
    refused.sort(key=lambda each: each.start_s)
    return Judged([], refused, None, None, is_other_language=True)


def heard_row(
    track: Track, judged: Judged, gated: Gated, listening: Recognition, config: TranscribeConfig
) -> Lyrics:
    """The row of a track that was heard."""
    words = [word for line in judged.kept for word in line.words]
    is_known = bool(words)
    agreement, missing = _agreement(listening)
    if listening.misfit is not None:
        missing.append(_unused(listening.misfit))
    if not is_known:
        refused = judged.refused
        reason = "refused" if refused else "nothing_heard"
        detail = f"{len(refused)} lines, see `refused`" if refused else "the model wrote no word"
        missing.insert(0, Unmeasured(field="text", reason=reason, detail=detail))
    elif judged.language is None:
        missing.append(Unmeasured(field="language", reason="unsure"))
    return Lyrics(
        track_id=track.track_id,
        language=judged.language if is_known else None,
        language_source=judged.language_source if is_known else None,
        text="\n".join(line.text for line in judged.kept) if is_known else None,
        lines=[_sung(each) for each in judged.kept] if is_known else None,
        words=[_word(each) for each in words] if is_known else None,
        source=None if not is_known else "heard" if judged.listing_match is None else "listing",
        listing_match=judged.listing_match,
        confidence=_confidence(words),
        agreement_wer=agreement,
        vocals=gated.vocals,
        refused=[*listening.earlier, *judged.refused],
        unmeasured=missing,
        provenance=[_of_words(listening), _of_gate(config), _of_language()],
    )


def _unused(misfit: Misfit) -> Unmeasured:
    return Unmeasured(field="listing_match", reason=misfit.reason, detail=misfit.detail)


def _heard_as(heard: Transcript, config: TranscribeConfig) -> str | None:
    """The language that the recogniser is sure to have heard, if we know it."""
    is_sure = (heard.language_probability or 0.0) >= config.min_language_probability
    return heard.language if is_sure and heard.language in NAMES else None


def _confidence(words: Sequence[TranscribedWord]) -> float | None:
    known = [word.confidence for word in words if word.confidence is not None]
    return fmean(known) if known else None


def _sung(line: Line) -> SungLine:
    return SungLine(
        start_s=line.start_s,
        end_s=line.end_s,
        is_timed=not any(word.is_loose for word in line.words),
        text=line.text,
        confidence=_confidence(line.words),
    )


def _word(heard: TranscribedWord) -> Word:
    times = (heard.start_s, heard.end_s) if heard.has_own_times else (None, None)
    return Word(start_s=times[0], end_s=times[1], text=heard.text, confidence=heard.confidence)


def _agreement(listening: Recognition) -> tuple[float | None, list[Unmeasured]]:
    """Word error rate of the second opinion; of all that was heard, before the rules."""
    if listening.second is None:
        return None, []
    if isinstance(listening.second, Failure):
        failed = listening.second
        why = Unmeasured(field="agreement_wer", reason=failed.reason, detail=failed.detail)
        return None, [why]
    assert isinstance(listening.outcome, Transcript)
    first, second = sung_words(listening.outcome.text), sung_words(listening.second.text)
    rate = word_errors(first, second).rate
    if rate is None:
        return None, [Unmeasured(field="agreement_wer", reason="nothing_heard")]
    return rate, []


def _of_words(listening: Recognition) -> Provenance:
    return Provenance(
        fields=["text", "lines", "words", "confidence", "refused"],
        tool=listening.tool.name,
        version=listening.tool.version,
        parameters=_as_json(listening.recogniser.model_dump()),
    )


def _of_gate(config: TranscribeConfig) -> Provenance:
    return Provenance(
        fields=["vocals"],
        tool="silero-vad",
        version=version("silero-vad"),
        parameters=_as_json(config.model_dump(include=set(_GATE_FIELDS))),
    )


def _of_language() -> Provenance:
    return Provenance(
        fields=["language"], tool="py3langid", version=version("py3langid"), parameters="{}"
    )


def _as_json(values: dict[str, Any]) -> str:
    return json.dumps(values, sort_keys=True)
