"""The stage `transcribe`: route, gate, hear in batches, judge."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Literal

from pipeline.engine.stage import (
    AudioTrack,
    Batch,
    Executor,
    ModelUse,
    Stage,
    StageContext,
    StageResult,
)
from pipeline.stages.measure.tags import tag_scores, voice_evidence
from pipeline.stages.transcribe.asking import PROMPT, hear_by_role
from pipeline.stages.transcribe.gate import Gated, gate_track
from pipeline.stages.transcribe.listed import Fit, fit_lyrics
from pipeline.stages.transcribe.routing import Part, Route, route
from pipeline.stages.transcribe.rows import Recognition, heard_row, judge, listed, unheard_row
from schemas.facts import HeardTags
from schemas.lyrics import Lyrics, RefusedText
from schemas.provenance import Rejection
from schemas.tracks import Track
from schemas.transcribe import RecogniserConfig, TranscribeConfig
from tools.checks import Need, check_language_identifier, check_voice_detector
from tools.lyrics.batches import in_batches
from tools.lyrics.recogniser_process import Tool
from tools.lyrics.recognisers import Recognisers
from tools.lyrics.transcript import Transcript
from tools.process_pool import Failure

_DECODED_AT_ONCE_S = 1800.0
"""Sound that is held in memory while its batch fills: 58 MB."""


def transcribe_tracks(batch: Batch, config: TranscribeConfig, context: StageContext) -> StageResult:
    """Run the stage: one row a track; only tracks that cannot be decoded are rejected.

    Parameters
    ----------
    batch : Batch
    config : TranscribeConfig
    context : StageContext

    Returns
    -------
    StageResult
    """
    made: dict[str, Lyrics | Rejection] = {}
    routes = {each.track.track_id: route(each.track.language, config) for each in batch.tracks}
    for each in batch.tracks:
        chosen = routes[each.track.track_id]
        if chosen.part is None:
            row = unheard_row(each.track, chosen.reason, chosen.detail, config)
            made[each.track.track_id] = row
    context.progress(len(made))
    if len(made) < len(batch.tracks):
        assert context.recognisers is not None, (
            "a recogniser is configured, but nobody to hear with"
        )
        transcriber = _Transcriber(config, context, context.recognisers, made, _voices(batch))
        transcriber.hear(batch.tracks, routes)
    outcomes = [made[each.track.track_id] for each in batch.tracks]
    rows = [each for each in outcomes if isinstance(each, Lyrics)]
    return StageResult(
        inputs=[each.track.track_id for each in batch.tracks],
        accepted=[row.track_id for row in rows],
        rows=list(rows),
        rejected=[each for each in outcomes if isinstance(each, Rejection)],
    )


def _voices(batch: Batch) -> dict[str, float]:
    """Evidence of a voice by the tagger, of those tracks that it heard."""
    heard = [row for row in batch.of(HeardTags) if row.windows]
    return {row.track_id: float(tag_scores(voice_evidence(row))) for row in heard}


def transcribe_needs(config: TranscribeConfig) -> tuple[Need, ...]:
    """What must work before lyrics are heard; without a recogniser they are null."""
    return () if config.recogniser is None else (check_voice_detector, check_language_identifier)


class _Transcriber:
    """One batch of tracks on its way through the gate and the recognisers."""

    def __init__(
        self,
        config: TranscribeConfig,
        context: StageContext,
        recognisers: Recognisers,
        made: dict[str, Lyrics | Rejection],
        voices: dict[str, float],
    ) -> None:
        self._config, self._means, self._hearing, self._made = config, context, recognisers, made
        self._voices = voices
        self._refused: dict[str, list[RefusedText]] = {}

    def hear(self, tracks: Sequence[AudioTrack], routes: dict[str, Route]) -> None:
        """Hear all tracks that have somebody to hear them.

        What the recogniser wrote in an unlikely language is heard again by the fallback.
        """
        first = [each for each in tracks if routes[each.track.track_id].part == "recogniser"]
        self._hear_part("recogniser", first, routes)
        rest = [
            each
            for each in tracks
            if routes[each.track.track_id].part == "fallback"
            or each.track.track_id in self._refused
        ]
        self._hear_part("fallback", rest, routes)

    def _hear_part(
        self, part: Part, tracks: Sequence[AudioTrack], routes: dict[str, Route]
    ) -> None:
        # A recogniser is told one language a batch.
        languages = dict.fromkeys(routes[each.track.track_id].language for each in tracks)
        for language in languages:
            alike = [each for each in tracks if routes[each.track.track_id].language == language]
            longest_first = sorted(alike, key=lambda each: -each.track.duration_s)
            batches = in_batches(
                self._gated(longest_first),
                lambda pair: pair[0].track.duration_s,
                padded_s=self._hearing.padded_s,
            )
            for pairs in batches:
                self._hear_batch(part, pairs, language)

    def _gated(self, tracks: Sequence[AudioTrack]) -> Iterator[tuple[AudioTrack, Gated]]:
        """Tracks with a voice, decoded some at a time; the others get their rows."""
        executor: Executor = self._hearing.separating or self._means.executor
        work = partial(gate_track, config=self._config, tag_scores=self._voices)
        limit_s = self._means.time_limit_s
        for some in in_batches(
            tracks, lambda each: each.track.duration_s, padded_s=_DECODED_AT_ONCE_S
        ):
            for each, outcome in executor.map(work, some, time_limit_s=limit_s):
                track = each.track
                if isinstance(outcome, Failure):
                    self._done(
                        Rejection(
                            row_id=track.track_id,
                            reason=outcome.reason,
                            detail=outcome.detail,
                        )
                    )
                elif outcome.samples is None:
                    found = (outcome.reason, outcome.detail, self._config, outcome.vocals)
                    self._done(unheard_row(track, *found))
                else:
                    yield each, outcome

    def _hear_batch(
        self, part: Part, pairs: Sequence[tuple[AudioTrack, Gated]], language: str | None
    ) -> None:
        recogniser, heard, tool = self._heard(part, pairs, language)
        second: Sequence[Transcript | Failure | None] = [None] * len(pairs)
        if self._config.second_opinion is not None:
            _, second, _ = self._heard("second_opinion", pairs, language)
        for (each, gated), outcome, opinion in zip(pairs, heard, second, strict=True):
            listening = Recognition(recogniser, tool, outcome, opinion)
            self._judge(part, each, gated, listening)

    def _heard(
        self,
        part: Part | Literal["second_opinion"],
        pairs: Sequence[tuple[AudioTrack, Gated]],
        language: str | None,
    ) -> tuple[RecogniserConfig, Sequence[Transcript | Failure], Tool]:
        """Who heard tracks, what came of each, and what runs it."""
        recogniser: RecogniserConfig = getattr(self._config, part)
        if recogniser.engine == "role":
            role = self._means.models.roles.transcriber
            assert role is not None
            heard = hear_by_role(pairs, language, recogniser, self._means)
            return recogniser, heard, Tool(role.engine, str(role.model))
        process = self._hearing.processes[part]
        sounds = [gated.samples for _, gated in pairs if gated.samples is not None]
        limit_s = self._means.time_limit_s
        found = process.transcribe(sounds, language, time_limit_s=limit_s)
        loaded = process.load()
        tool = loaded if isinstance(loaded, Tool) else Tool(recogniser.engine, "")
        return recogniser, found, tool

    def _judge(self, part: Part, each: AudioTrack, gated: Gated, listening: Recognition) -> None:
        track, outcome = each.track, listening.outcome
        if isinstance(outcome, Failure):
            found = (outcome.reason, outcome.detail, self._config, gated.vocals)
            self._done(unheard_row(track, *found))
            return
        earlier = self._refused.pop(track.track_id, [])
        if track.lyrics is not None:
            fit = fit_lyrics(track.lyrics, outcome.words, track.duration_s, self._config)
            if isinstance(fit, Fit):
                judged = listed(track, fit, self._config)
                self._done(heard_row(track, judged, gated, listening, self._config))
                return
            listening = replace(listening, misfit=fit)
        if gated.reason:
            why = (gated.reason, gated.detail, self._config, gated.vocals, listening.misfit)
            self._done(unheard_row(track, *why))
            return
        judged = judge(track, outcome, gated, listening, self._config)
        if judged.is_other_language and part == "recogniser" and self._config.fallback is not None:
            self._refused[track.track_id] = judged.refused
            return
        listening = replace(listening, earlier=earlier)
        self._done(heard_row(track, judged, gated, listening, self._config))

    def _done(self, row: Lyrics | Rejection) -> None:
        self._made[row.track_id if isinstance(row, Lyrics) else row.row_id] = row
        self._means.progress(1)


STAGE = Stage(
    name="transcribe",
    version="3",
    makes=Lyrics,
    reads=(Track, HeardTags),
    config=TranscribeConfig,
    hears=True,
    run=transcribe_tracks,
    needs=transcribe_needs,
    asks=ModelUse(
        role="transcriber",
        prompt=PROMPT,
        prepare=None,
        typical_tokens=(200, 60),
        per_segment=True,
        hears=("transcriber",),
    ),
)
