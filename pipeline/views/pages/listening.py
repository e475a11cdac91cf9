"""A track's own page: everything known of it, beside its sound."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.corpus.corpus import TrackRows
from pipeline.stages import STAGES
from pipeline.stages.harden.pairs import made_harder
from pipeline.views.pages import render
from pipeline.views.pages.score import score, words
from pipeline.views.pages.times import timed_pieces
from pipeline.views.word_diff import word_diff
from schemas.captions import (
    Authorship,
    RefinedCaption,
    RichCaption,
    SegmentCaption,
    ToldCaption,
)
from schemas.facts import MusicFacts
from schemas.ids import name_in_track
from schemas.lyrics import Lyrics
from schemas.provenance import Rejection, Unmeasured
from schemas.qa import QaPair
from schemas.quality import Hardened
from schemas.tracks import Track

PART_TITLES = {
    "low_level": "Style, tempo, key",
    "instrumentation": "Instruments and production",
    "lyrics": "Lyrics",
    "form": "Form and dynamics",
    "theory": "Harmony",
    "mood": "Mood",
}
SKILL_TITLES = {
    "temporal": "Time",
    "attributes": "Attributes",
    "harmony": "Harmony and theory",
    "lyrics": "Lyrics and voice",
    "structure": "Structure and comparison",
}
PAGE_WORDS = ("artist", "genre", "language", "culture", "licence", "source_id")
_MADE_BY = {stage.makes: stage.name for stage in STAGES}
Pieces = list[tuple[str, float | None]]


@dataclass(frozen=True)
class Fact:
    """A measured value for the head of a page; a null one says why."""

    name: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Judgement:
    """What the judge said of a row."""

    is_accepted: bool
    score: float | None
    reason: str


@dataclass(frozen=True)
class PageAudio:
    """A track's sound, as a page can have it.

    Attributes
    ----------
    url : str
        Relative, or the file itself as a ``data:`` URL.
    waveform : dict or None
        From `pipeline.views.pages.score.packed_waveform`.
    problem : str
        Why there is no waveform; empty where there is one.
    """

    url: str
    waveform: dict[str, Any] | None
    problem: str = ""


def listening_page(
    rows: TrackRows,
    sound: PageAudio,
    judged: Mapping[tuple[str, str], Judgement],
    home: str | None = None,
) -> str:
    """Render a track's page.

    Parameters
    ----------
    rows : TrackRows
    sound : PageAudio
    judged : mapping of (str, str) to Judgement
        The judge's verdicts, by stage and row id.
    home : str, optional
        Address of the report.

    Returns
    -------
    str
        HTML with all data inlined.
    """
    track, facts, rich = rows.track, rows.one(MusicFacts), rows.one(RichCaption)
    data = {"score": {**score(track.duration_s, rows), "waveform": sound.waveform}}
    return render(
        "track",
        title=title_of(track),
        track=track,
        listed=[(name, value) for name in PAGE_WORDS if (value := getattr(track, name))],
        facts=head_facts(track, facts),
        measured=facts,
        unmeasured=facts.unmeasured if facts else [],
        withheld=rich.withheld if rich else [],
        rich=rich,
        parts=caption_parts(rich, track.duration_s) if rich else [],
        captions=sorted(rows.of(SegmentCaption), key=lambda each: each.start_s),
        refined=[(each, word_diff(each.before, each.caption)) for each in rows.of(RefinedCaption)],
        told=rows.of(ToldCaption),
        questions=[
            _question(each, track, judged)
            for each in made_harder(rows.of(QaPair), rows.of(Hardened))
        ],
        caption_judgement=judged.get(("describe", track.track_id)),
        refused=[(refusal_anchor(each), each) for each in rows.rejected],
        words=words(rows),
        lyrics=rows.one(Lyrics),
        authors=_authors(rows),
        sound=sound,
        data=data,
        home=home,
    )


def title_of(track: Track) -> str:
    """The title, or what else a person would know the track by."""
    return track.title or track.uri.rsplit("/", 1)[-1]


def refusal_anchor(refused: Rejection) -> str:
    """Where a listening page tells of a refusal, e.g. ``judge-q03``, ``describe-track``."""
    return f"{refused.stage}-{name_in_track(refused.row_id) or 'track'}"


def _chance(p_right: float) -> str:
    return f"right with {p_right:.0%}"


def head_facts(track: Track, facts: MusicFacts | None) -> list[Fact]:
    """Tempo, metre, key and loudness in words; what is null says why."""
    found = [Fact("Length", f"{int(track.duration_s) // 60}:{int(track.duration_s) % 60:02d}")]
    if facts is None:
        return [*found, Fact("Facts", "–", "not measured yet")]  # noqa: RUF001
    why = {each.field: each for each in facts.unmeasured}
    if facts.tempo:
        note = _chance(facts.tempo.p_right)
        found.append(Fact("Tempo", f"{facts.tempo.bpm:.1f} BPM", note))
    if facts.metre:
        note = _chance(facts.metre.p_right)
        found.append(Fact("Metre", f"{facts.metre.beats_per_bar} beats", note))
    if facts.key:
        note = _chance(facts.key.p_right)
        found.append(Fact("Key", f"{facts.key.tonic} {facts.key.mode}", note))
    if facts.tuning:
        note = f"p {facts.tuning.p_right:.2f}"
        found.append(Fact("Tuning", f"{facts.tuning.cents:+.0f} cents", note))
    if facts.loudness:
        note = f"range {facts.loudness.loudness_range_lu:.1f} LU"
        found.append(Fact("Loudness", f"{facts.loudness.integrated_lufs:.1f} LUFS", note))
    if facts.chords is not None:
        n_labels = len({chord.label for chord in facts.chords} - {"N"})
        found.append(Fact("Chords", str(len(facts.chords)), f"{n_labels} different"))
    missing = [name for name in ("tempo", "metre", "key", "loudness") if not getattr(facts, name)]
    return found + [Fact(name.capitalize(), "–", _why(why.get(name))) for name in missing]  # noqa: RUF001


def _why(missing: Unmeasured | None) -> str:
    return "null" if missing is None else missing.reason.replace("_", " ")


def caption_parts(rich: RichCaption, duration_s: float) -> list[tuple[str, Pieces]]:
    """The dimensions that a rich caption has, with their titles, cut where they name times."""
    texts = rich.parts.model_dump()
    return [
        (title, timed_pieces(texts[name], duration_s))
        for name, title in PART_TITLES.items()
        if texts[name]
    ]


def _question(
    pair: QaPair, track: Track, judged: Mapping[tuple[str, str], Judgement]
) -> dict[str, Any]:
    return {
        "pair": pair,
        "skill": SKILL_TITLES[pair.skill],
        "question": timed_pieces(pair.question, track.duration_s),
        "answer": timed_pieces(pair.answer, track.duration_s),
        "kinds": {each.text: each.kind for each in pair.distractors or []},
        "judgement": judged.get(("question", pair.qa_id)),
    }


def _authors(rows: TrackRows) -> list[tuple[str, Authorship]]:
    """Who wrote what, each once."""
    found: dict[tuple[str, Authorship], None] = {}
    for model, each in rows.rows.items():
        for row in each:
            if isinstance(author := getattr(row, "authorship", None), Authorship):
                found[_MADE_BY[model], author] = None
    return list(found)
