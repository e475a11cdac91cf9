"""What the writer, or the questioner who hears, is asked: all pairs of a track at once."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from pipeline.engine.ask import asked, chat_request
from pipeline.engine.stage import Batch, ModelRequest, ModelRequests, ModelUse, Stage
from pipeline.gates import Asked
from pipeline.stages.question.accept import accept
from pipeline.stages.question.brought import with_brought
from pipeline.stages.question.drafts import Drafts, drafts_form
from pipeline.stages.question.material import Material, fewer_chords, materials, shown_known
from pipeline.stages.question.quotas import allot
from pipeline.stages.question.styles import HEARING, STYLES, Style, names_of, suiting
from schemas.captions import Authorship, RichCaption, SegmentCaption
from schemas.config import CorpusConfig
from schemas.facts import MusicFacts
from schemas.lyrics import Lyrics
from schemas.provenance import Rejection
from schemas.qa import QaForm, QaPair
from schemas.roles import RoleName
from schemas.sections import QuestionConfig
from schemas.texts import BroughtText
from schemas.tracks import Segment
from tools.chat.request import Answer, ChatRequest, Clip

PROMPT = "question"


@dataclass(frozen=True)
class Asking:
    """What one request asks for.

    Attributes
    ----------
    material : Material
    wanted : sequence of (Style, QaForm)
    clip : Clip or None
        For who hears.
    by_model : bool
        Facts explain nothing.
    """

    material: Material
    wanted: Sequence[tuple[Style, QaForm]]
    clip: Clip | None
    by_model: bool


_TOKENS_PER_PAIR = 400
"""Ours: twice what a multiple choice of eight options takes, as JSON."""


def question_requests(batch: Batch, config: QuestionConfig) -> ModelRequests[QaPair]:
    """One request a track; tracks that nothing can be asked about are rejected.

    Parameters
    ----------
    batch : Batch
        With the rows of `segment`, `measure`, `caption` and `describe`.
    config : QuestionConfig

    Returns
    -------
    ModelRequests
        To the questioner, who hears the track, where a model plays it; else to the writer.
        Rejections are ``no_facts``, ``no_description`` and ``no_skills``.
    """
    known = materials(batch)
    measured = {row.track_id for row in batch.of(MusicFacts)}
    hears = "questioner" in batch.models
    by_model = hears or "writer" in batch.models
    n_pairs = config.n_pairs(by_model=by_model)
    requests, rejected = [], []
    for each in batch.tracks:
        track_id = each.track.track_id
        if track_id not in measured:
            rejected.append(_rejected(track_id, "no_facts", "see the rejections of measure"))
            continue
        if track_id not in known:
            rejected.append(_rejected(track_id, "no_description", "see those of describe"))
            continue
        material = known[track_id]
        wanted = allot(track_id, suiting(material, hears=hears), n_pairs, config)
        clip = Clip(track_id, each.audio, 0.0, each.track.duration_s) if hears else None
        if wanted:
            requests.append(_request(Asking(material, wanted, clip, by_model), config))
        else:
            rejected.append(_rejected(track_id, "no_skills", "no skill with a share has facts"))
    return ModelRequests(requests, rejected)


def requests_per_track(config: CorpusConfig, role: RoleName) -> float:
    """One, to who asks; for estimates."""
    asker = "questioner" if config.roles.questioner else "writer"
    return 1.0 if role == asker else 0.0


def _request(asking: Asking, config: QuestionConfig) -> ModelRequest[QaPair]:
    material = asking.material
    chat = _chat(asking, config, config.max_prompt_chords)
    return ModelRequest(
        row_id=material.track_id,
        track_id=material.track_id,
        chat=chat,
        read=partial(_rows, material, config, asked(chat)),
        role="questioner" if asking.clip else None,
    )


def _chat(asking: Asking, config: QuestionConfig, max_chords: int) -> ChatRequest:
    material, wanted, clip = asking.material, asking.wanted, asking.clip
    fewer = fewer_chords(material, max_chords)
    counts = Counter(sorted(wanted, key=lambda each: (STYLES.index(each[0]), each[1])))
    return chat_request(
        PROMPT,
        {
            "known": shown_known(material, max_chords)
            | ({"bars": len(material.bar_starts_s)} if material.bar_starts_s else {}),
            "wanted": [
                {"n": n, "style": style, "form": form} for (style, form), n in counts.items()
            ],
            "hears": clip is not None,
            "min_options": config.min_options,
            "max_options": config.max_options,
        },
        form=drafts_form(
            names_of([style for style, _ in counts]),
            (*material.known, *([HEARING] if clip else [])),
            len(wanted),
            config.max_options,
            explains=asking.by_model,
        ),
        clip=clip,
        facts=(material, wanted, config),
        most_tokens=_TOKENS_PER_PAIR * len(wanted),
        shorter=partial(_chat, asking, config, fewer) if fewer else None,
    )


def _rows(
    material: Material,
    config: QuestionConfig,
    what: Asked,
    answer: Answer,
    authorship: Authorship,
) -> Mapping[str, QaPair | Rejection]:
    assert isinstance(answer.value, Drafts)
    drafts = answer.value.pairs
    if not drafts:
        nothing = _rejected(material.track_id, "no_pairs", "the answer has no pairs")
        return {material.track_id: nothing}
    return accept(drafts, material, config, what, authorship, answer.usage)


def _rejected(track_id: str, reason: str, detail: str) -> Rejection:
    return Rejection(row_id=track_id, reason=reason, detail=detail)


STAGE = Stage(
    name="question",
    version="6",
    makes=QaPair,
    reads=(Segment, MusicFacts, Lyrics, SegmentCaption, RichCaption, BroughtText),
    config=QuestionConfig,
    hears=True,
    run=with_brought,
    asks=ModelUse(
        role="writer",
        also=("questioner",),
        prompt=PROMPT,
        prepare=question_requests,
        typical_tokens=(6000, 3600),
        n_per_track=requests_per_track,
        hears=("questioner",),
    ),
)
