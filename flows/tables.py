"""Rich tables of what the commands show. Listings' words are escaped: they are not markup."""

from collections import Counter
from collections.abc import Mapping, Sequence

from rich.markup import escape
from rich.table import Table

from flows.command import visible
from pipeline.corpus.corpus import TrackRows
from pipeline.review.calibration import Calibration
from pipeline.review.words import thinned
from pipeline.stages.harden.pairs import made_harder
from pipeline.views.decisions import decisions
from pipeline.views.evaluate.lyrics import ONSET_TOLERANCE_S, LyricsScore
from pipeline.views.evaluate.lyrics import summarise as summarise_songs
from pipeline.views.preview import Preview
from pipeline.views.skills import STAGES, SkillsFunnel, by_skill
from pipeline.views.status import Status
from pipeline.views.word_diff import Piece, word_diff
from schemas.captions import RefinedCaption, RichCaption, SegmentCaption, ToldCaption
from schemas.facts import Chord, MusicFacts
from schemas.ids import name_in_track
from schemas.ledger import BatchJob
from schemas.lyrics import Lyrics
from schemas.provenance import Rejection
from schemas.qa import QaPair
from schemas.quality import Hardened, LintVerdict
from schemas.tracks import Segment, Track
from tools.chat.request import Answer
from tools.checks import Check

_MAX_WORDS_SHOWN = 200


def summary_table(found: Status) -> Table:
    """Counts by stage and reason."""
    columns = ("stage", "partitions", "in", "accepted", "rejected", "rows", "words", "why")
    table = Table(*columns, title=escape(found.corpus))
    for stage in found.stages:
        why = [f"{n} {reason}" for reason, n in stage.reasons.items()]
        why += [f"{n} null {reason}" for reason, n in stage.unmeasured.items()]
        counts = [stage.n_in, stage.n_accepted, stage.n_rejected, stage.n_rows]
        words = "" if stage.words_per_text is None else f"{stage.words_per_text:.1f}"
        partitions = f"{stage.n_partitions}/{found.n_partitions}"
        table.add_row(stage.name, partitions, *map(str, counts), words, escape("\n".join(why)))
    return table


def skills_table(funnel: SkillsFunnel) -> Table:
    """What became of the candidates for MF-Skills."""
    title = f"MF-Skills ({funnel.n_shown} of {funnel.n_partitions} partitions)"
    table = Table("", "candidates", *(f"refused by {s}" for s in STAGES), "accepted", title=title)
    for row in by_skill(funnel).iter_rows():
        table.add_row(*map(str, row))
    return table


def batches_table(found: Sequence[tuple[BatchJob, str, Counter[str]]]) -> Table:
    """Batches under way and what came of those that have ended."""
    table = Table("stage", "batch", "requests", "handed over", "status", "collected")
    for job, status, outcomes in found:
        collected = ", ".join(f"{n} {name}" for name, n in outcomes.most_common())
        names = (job.stage, _shown(job.batch_id or job.job), str(job.n_requests))
        table.add_row(*names, job.submitted_at, _shown(status), collected)
    return table


def preview_texts(found: Preview) -> str:
    """A question and its answer, as text; control characters are shown, not obeyed."""
    request, outcome = found.request.chat, found.outcome
    parts = [f"=== {found.request.row_id}", f"--- system\n{request.system}"]
    for clip in request.clips:
        parts.append(f"--- sound\n{clip.audio}, {clip.start_s:.1f} to {clip.end_s:.1f} s")
    parts.append(f"--- user\n{request.user}")
    if isinstance(outcome, Answer):
        value = outcome.value
        text = value if isinstance(value, str) else value.model_dump_json(indent=1)
        usage = outcome.usage
        counts = f"{usage.input_tokens} tokens in, {usage.output_tokens} out"
        parts.append(f"--- {outcome.model}, {counts}, {usage.cost_usd:.4f} USD\n{text}")
    elif outcome is not None:
        parts.append(f"--- rejected: {outcome.reason}: {outcome.detail}\n{outcome.raw or ''}")
    return "\n".join(visible(line) for part in parts for line in part.split("\n"))


def lyrics_score_table(score: LyricsScore) -> Table:
    """Error rates of heard lyrics, song by song and in all."""
    onsets = f"onset error, mean (s), median (s), within {ONSET_TOLERANCE_S:g} s"
    columns = ("file", "words", "WER", "substituted", "deleted", "inserted", "CER", onsets, "")
    table = Table(*columns, title="lyrics")
    for song in score.songs:
        alone = summarise_songs([song])
        table.add_row(_shown(song.name), *_score_cells(alone), _shown(song.failure))
    table.add_row("all", *_score_cells(score), "")
    return table


def _score_cells(score: LyricsScore) -> list[str]:
    words = score.words
    edits = map(str, (words.n_substituted, words.n_deleted, words.n_inserted))
    onsets = ""
    if score.mean_onset_error_s is not None and score.median_onset_error_s is not None:
        share = f"{score.share_of_onsets:.0%}"
        onsets = f"{score.mean_onset_error_s:.3f}, {score.median_onset_error_s:.3f}, {share}"
    return [
        str(words.n_reference),
        _rate(words.rate),
        *edits,
        _rate(score.characters.rate),
        onsets,
    ]


def _rate(rate: float | None) -> str:
    return "" if rate is None else f"{100 * rate:.1f} %"


def checks_table(found: Sequence[Check]) -> Table:
    """What the doctor saw."""
    table = Table("check", "", "found", "to get it")
    for check in found:
        mark = "[green]ok" if check.is_ok else "[red]bad" if check.is_needed else "optional"
        remedy = "" if check.is_ok else check.remedy
        table.add_row(check.name, mark, escape(check.found), escape(remedy))
    return table


def rejects_table(rows: Sequence[Rejection], pages: Sequence[str | None] = ()) -> Table:
    """Rejections, one a line; with the addresses of their listening pages, if there are any."""
    table = Table("stage", "reason", "row", "detail", "the model's words")
    if any(pages):
        table.add_column("listen")
    for i, row in enumerate(rows):
        words = _shown((row.raw or "")[:_MAX_WORDS_SHOWN])
        listen = [pages[i] or ""] if any(pages) else []
        table.add_row(row.stage, row.reason, _shown(row.row_id), _shown(row.detail), words, *listen)
    return table


def track_tables(found: TrackRows) -> list[Table]:
    """What is known of one track."""
    decided = decisions(found)
    tables = [_track(found.track), _segments(found.of(Segment))]
    if (facts := found.one(MusicFacts)) is not None:
        tables += [_facts(facts), _chords(facts.chords or [])]
    if (lyrics := found.one(Lyrics)) is not None:
        tables.append(_lyrics(lyrics))
    if captions := found.of(SegmentCaption):
        tables.append(_captions(captions))
    if (description := found.one(RichCaption)) is not None:
        tables.append(_description(description, decided))
    if told := found.of(ToldCaption):
        tables.append(_told(told, found.of(LintVerdict), decided))
    if refined := found.of(RefinedCaption):
        tables.append(_refined(refined, decided))
    if pairs := made_harder(found.of(QaPair), found.of(Hardened)):
        tables.append(_pairs(pairs, decided))
    if found.rejected:
        tables.append(rejects_table(found.rejected))
    return tables


def _lyrics(found: Lyrics) -> Table:
    """Lines, then what is null or refused."""
    by = found.provenance[0].tool if found.text is not None else "null"
    table = Table("from (s)", "to (s)", "text", "confidence", title=escape(f"lyrics, {by}"))
    for line in found.lines or []:
        mean = "" if line.confidence is None else f"{line.confidence:.2f}"
        table.add_row(f"{line.start_s:.2f}", f"{line.end_s:.2f}", _shown(line.text), mean)
    if found.language is not None:
        table.add_row("", "", f"language: {found.language}, by the {found.language_source}", "")
    if found.listing_match is not None:
        share = f"the listing's words, of which {found.listing_match:.0%} were heard"
        table.add_row("", "", share, "")
    if found.agreement_wer is not None:
        table.add_row("", "", "word error rate of two recognisers", f"{found.agreement_wer:.2f}")
    if found.vocals is not None:
        voice = f"a voice is likely in {found.vocals.vocal_s:.1f} s ({found.vocals.share:.0%})"
        table.add_row("", "", voice, "")
    for each in found.refused:
        span = (f"{each.start_s:.2f}", f"{each.end_s:.2f}")
        table.add_row(*span, _shown(each.text), _shown(f"refused: {each.rule}: {each.detail}"))
    for missing in found.unmeasured:
        why = f"{missing.field}: null: {missing.reason} {missing.detail}"
        table.add_row("", "", _shown(why), "")
    return table


def agreement_table(found: Calibration) -> Table:
    """How people agree with each other and with the judge."""
    table = Table("rater", "rater", "rows", "agree", "Cohen's kappa", title="agreement")
    for each in [*found.between, *([found.with_judge] if found.with_judge else [])]:
        kappa = "all the same" if each.kappa is None else f"{each.kappa:.2f}"
        names = (_shown(each.first), _shown(each.second))
        table.add_row(*names, str(each.n), f"{each.share:.0%}", kappa)
    return table


def curve_table(found: Calibration) -> Table:
    """The judge at some thresholds."""
    columns = ("score at least", "precision", "95 %", "recall", "95 %", "kept")
    table = Table(*columns, title="the judge by score, weighted to the whole corpus")
    for each in thinned(found.curve):
        table.add_row(
            f"{each.threshold:.3g}",
            f"{each.rates.precision:.0%}",
            f"{each.rates.precision_low:.0%} to {each.rates.precision_high:.0%}",
            f"{each.rates.recall:.0%}",
            f"{each.rates.recall_low:.0%} to {each.rates.recall_high:.0%}",
            f"{each.rates.share_kept:.0%}",
        )
    return table


def _pairs(pairs: Sequence[QaPair], decided: Mapping[str, str]) -> Table:
    table = Table("pair", "skill", "question", "answer", "wrong options", "rests on", "verdict")
    table.title = _written(f"{len(pairs)} pairs", pairs[0])
    for pair in pairs:
        wrong = [f"{_shown(each.text)} ({each.kind})" for each in pair.distractors or []]
        texts = (_shown(pair.question), _shown(pair.answer), "\n".join(wrong))
        decision = decided.get(pair.qa_id, "not judged yet")
        number = name_in_track(pair.qa_id)
        table.add_row(number, pair.skill, *texts, ", ".join(pair.evidence), _shown(decision))
    return table


def _captions(captions: Sequence[SegmentCaption]) -> Table:
    table = Table("from (s)", "to (s)", "caption", title=_written("captions", captions[0]))
    for each in captions:
        table.add_row(f"{each.start_s:.1f}", f"{each.end_s:.1f}", _shown(each.caption))
    return table


def _description(found: RichCaption, decided: Mapping[str, str]) -> Table:
    table = Table("part", "text", title=_written(f"{found.n_words} words", found))
    table.add_row("request", _shown(found.instruction))
    for part, text in found.parts.model_dump().items():
        if text:
            table.add_row(part, _shown(text))
    table.add_row("verdict", _shown(decided.get(found.track_id, "not judged yet")))
    return table


def _told(
    captions: Sequence[ToldCaption], linted: Sequence[LintVerdict], decided: Mapping[str, str]
) -> Table:
    unread = {row.row_id for row in linted if not row.is_checked}
    table = Table("form", "language", "text", "verdict", title=_written("forms", captions[0]))
    for each in captions:
        said = decided.get(each.row_id, "not judged yet")
        said += "; facts were not held against it" if each.row_id in unread else ""
        table.add_row(each.form, each.language, _shown(each.caption), _shown(said))
    return table


def _refined(captions: Sequence[RefinedCaption], decided: Mapping[str, str]) -> Table:
    """Brought captions: what went in red and [-brackets-], what came in green and {+braces+}."""
    columns = ("set", "change", "wrong claims", "text", "verdict")
    table = Table(*columns, title=f"{len(captions)} brought captions")
    for each in captions:
        n_wrong = [
            sum(finding.verdict == "wrong" for finding in findings)
            for findings in (each.lint_before, each.lint_after)
        ]
        why = [f"{null.reason}: {null.detail}" for null in each.unmeasured]
        table.add_row(
            _shown(each.origin),
            _shown("; ".join([each.change, *why])),
            f"{n_wrong[0]}, now {n_wrong[1]}",
            "".join(map(_marked, word_diff(each.before, each.caption))),
            _shown(decided.get(each.row_id, "not judged yet")),
        )
    return table


def _marked(piece: Piece) -> str:
    words, space = piece.words.rstrip(), " " if piece.words != piece.words.rstrip() else ""
    if piece.kind == "gone":
        return f"[red]{_shown(f'[-{words}-]')}[/red]{space}"
    if piece.kind == "new":
        return f"[green]{_shown(f'{{+{words}+}}')}[/green]{space}"
    return _shown(piece.words)


def _written(what: str, text: SegmentCaption | RichCaption | ToldCaption | QaPair) -> str:
    author = text.authorship
    return _shown(f"{what}, by {author.engine} ({author.model}), prompt {author.prompt}")


def _track(track: Track) -> Table:
    table = Table("field", "value", title=track.track_id)
    for name, value in track.model_dump().items():
        if value is not None:
            table.add_row(name, _shown(str(value)))
    return table


def _segments(segments: Sequence[Segment]) -> Table:
    n_silent = sum(segment.is_silent for segment in segments)
    table = Table("segments", "silent")
    table.add_row(str(len(segments)), str(n_silent))
    return table


def _facts(facts: MusicFacts) -> Table:
    table = Table("fact", "value", "chance")
    if facts.tempo:
        sections = ", ".join(f"{s.bpm:.2f} from {s.start_s:.1f} s" for s in facts.tempo.sections)
        table.add_row(
            "tempo", f"{facts.tempo.bpm:.2f} BPM ({sections})", f"{facts.tempo.p_right:.2f}"
        )
    if facts.beats:
        n_bars = sum(beat.bar_position == 1 for beat in facts.beats)
        table.add_row("beats", f"{len(facts.beats)}, {n_bars} downbeats", "")
    if facts.metre:
        table.add_row("metre", f"{facts.metre.beats_per_bar} beats", f"{facts.metre.p_right:.2f}")
    if facts.key:
        table.add_row("key", f"{facts.key.tonic} {facts.key.mode}", f"{facts.key.p_right:.2f}")
    for section in facts.key_sections or []:
        span = f"{section.tonic} {section.mode}, {section.start_s:.1f}-{section.end_s:.1f} s"
        table.add_row("", span, f"{section.p_right:.2f}")
    for progression in (facts.progressions or [])[:5]:
        table.add_row("progression", " - ".join(progression.numerals), f"{progression.count} x")
    if facts.tuning:
        cents = f"{facts.tuning.cents:+.0f} cents from A = 440 Hz"
        table.add_row("tuning", cents, f"{facts.tuning.p_right:.2f}")
    if facts.loudness:
        table.add_row("loudness", f"{facts.loudness.integrated_lufs:.1f} LUFS", "")
    for missing in facts.unmeasured:
        table.add_row(missing.field, escape(f"null: {missing.reason} {missing.detail}"), "")
    return table


def _chords(chords: Sequence[Chord]) -> Table:
    table = Table("from (s)", "to (s)", "chord", "numeral", title="chords")
    for chord in chords:
        span = (f"{chord.start_s:.2f}", f"{chord.end_s:.2f}")
        table.add_row(*span, chord.label, chord.roman or "")
    return table


def _shown(text: str) -> str:
    """Untrusted text for a terminal: no markup, no control characters."""
    return escape(visible(text))
