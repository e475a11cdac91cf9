"""Ask models a stage's requests, and read their answers."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, Field

from pipeline.engine.stage import (
    Batch,
    ModelRequest,
    ModelRequests,
    ModelUse,
    StageContext,
    StageResult,
)
from pipeline.gates import Asked, Fault
from pipeline.prompts import load_prompt
from schemas.captions import Authorship
from schemas.provenance import Rejection
from schemas.record import Record
from schemas.roles import RoleConfig
from tools.chat.forms import json_schema
from tools.chat.request import Answer, AnswerError, ChatRequest, Clip

T = TypeVar("T")
TOKENS_PER_WORD = 2
"""Ours: prose has about 1.4; names of chords, times and JSON have more."""


def run_requests(batch: Batch, config: Record, context: StageContext) -> StageResult:
    """Run a stage that asks a model, and no more.

    Parameters
    ----------
    batch : Batch
    config : Record
        The stage's section of the config.
    context : StageContext

    Returns
    -------
    StageResult
        Rows in the order of the requests. What comes in is what the answers offer, each thing by
        its own id, and the requests without a usable answer, which are rejections with the
        model's own words.
    """
    prepare = uses(context).prepare
    assert prepare is not None, "a stage without `run` prepares its requests"
    prepared: ModelRequests[Record] = prepare(batch, config)
    made = ask(prepared.requests, context, n_tracks=len(batch.tracks))
    rows = {row_id: each for row_id, each in made.items() if not isinstance(each, Rejection)}
    return StageResult(
        inputs=[*made, *(each.row_id for each in prepared.rejected)],
        accepted=list(rows),
        rows=list(rows.values()),
        rejected=[
            *prepared.rejected,
            *(each for each in made.values() if isinstance(each, Rejection)),
        ],
    )


def chat_request(
    prompt: str,
    values: Mapping[str, Any],
    *,
    form: type[BaseModel] | None = None,
    clip: Clip | None = None,
    second: Clip | None = None,
    facts: tuple[Any, ...] = (),
    most_tokens: int | None = None,
    refuses: Callable[[Any, Asked], Fault | None] | None = None,
    shorter: Callable[[], ChatRequest] | None = None,
) -> ChatRequest:
    """A request by a prompt of `pipeline/prompts/`.

    Parameters
    ----------
    prompt : str
        Its name.
    values : mapping of str to Any
        What its macros take.
    form, clip, second, facts, most_tokens, shorter
        As in `ChatRequest`.
    refuses : callable, optional
        ``refuses(value, asked)`` gives what is wrong with a model's answer, held against what was
        asked, or None.
    """
    system, user = load_prompt(prompt).render(**values)
    chat = ChatRequest(
        system, user, form, clip, prompt, facts, most_tokens, shorter=shorter, second=second
    )
    if refuses is None:
        return chat
    what = asked(chat)
    return replace(chat, refuses=lambda value: refuses(value, what))


def at_most(items: Any, n: int) -> Any:
    """A type of lists, with an end in the JSON schema; who goes on is read all the same."""
    return Annotated[items, Field(json_schema_extra={"maxItems": n})]


def asked(chat: ChatRequest) -> Asked:
    """What a request asks, for the gates that an answer has to pass."""
    form = _descriptions(json_schema(chat.form)) if chat.form else ()
    return Asked.of(chat.system, chat.user, form)


def ask(
    requests: Sequence[ModelRequest[T]], context: StageContext, *, n_tracks: int | None = None
) -> dict[str, T | Rejection]:
    """What became of requests; those to roles that are not configured are not made.

    Parameters
    ----------
    requests : sequence of ModelRequest
    context : StageContext
    n_tracks : int, optional
        Of the batch. With it the progress is told: each is done with its last answer.

    Returns
    -------
    dict
        What the answers were read as, by id, in the order of the requests; of a request without a
        usable answer a rejection with the model's own words.

    Raises
    ------
    ValueError
        If an answer became nothing at all, or two became rows of one id.
    """
    own = uses(context).role
    asked = {
        each.row_id: each
        for each in requests
        if (each.role or own) in context.models.roles.configured
    }
    left = Counter(each.track_id for each in asked.values())
    progress = context.progress if n_tracks is not None else _ignore
    progress((n_tracks or 0) - len(left))
    made: dict[str, Mapping[str, T | Rejection]] = {}

    def done(row_id: str, outcome: Answer | AnswerError) -> None:
        request = asked[row_id]
        made[row_id] = _read(request, outcome, context)
        left[request.track_id] -= 1
        if left[request.track_id] == 0:
            progress(1)

    together = sorted(asked.values(), key=_by_sound(asked.values()))
    for role in dict.fromkeys(each.role or own for each in together):
        pairs = [(each.row_id, each.chat) for each in together if (each.role or own) == role]
        context.models.ask(role, context.stage.name, pairs, done, context.partition)
    pairs_made = [pair for row_id in asked for pair in made[row_id].items()]
    found = dict(pairs_made)
    if len(found) != len(pairs_made):
        raise ValueError(f"{context.stage.name}: two answers offer rows of one id")
    return found


def uses(context: StageContext) -> ModelUse:
    """How the stage at work asks models."""
    assert context.stage.asks is not None
    return context.stage.asks


def authorship(context: StageContext, model: str, request: ModelRequest[Any]) -> Authorship:
    """Who answered."""
    prompt = load_prompt(request.chat.prompt)
    role = request.role or uses(context).role
    player: RoleConfig = getattr(context.models.roles, role)
    return Authorship(
        role=role,
        engine=player.engine,
        model=model,
        prompt=f"{prompt.name}@{prompt.version}",
        prompt_hash=prompt.digest,
    )


def _read(
    request: ModelRequest[T], outcome: Answer | AnswerError, context: StageContext
) -> Mapping[str, T | Rejection]:
    if isinstance(outcome, Answer):
        made = request.read(outcome, authorship(context, outcome.model, request))
        if not made:
            raise ValueError(f"{request.row_id}: the answer became neither rows nor rejections")
        return made
    rejection = Rejection(
        row_id=request.row_id, reason=outcome.reason, detail=outcome.detail, raw=outcome.raw
    )
    return {request.row_id: rejection}


def _by_sound(
    requests: Collection[ModelRequest[Any]],
) -> Callable[[ModelRequest[Any]], tuple[int, int]]:
    """Sorts requests of a track together, and of these those that hear the same.

    What was encoded for one serves the next, and so does what a server keeps of a prompt's start.
    """
    tracks = {each: n for n, each in enumerate(dict.fromkeys(r.track_id for r in requests))}
    clips = {each: n for n, each in enumerate(dict.fromkeys(r.chat.clips for r in requests))}
    return lambda each: (tracks[each.track_id], clips[each.chat.clips])


def _descriptions(schema: Any) -> Iterator[str]:
    """All that a JSON schema says in words."""
    if isinstance(schema, dict):
        if isinstance(said := schema.get("description"), str):
            yield said
        for each in schema.values():
            yield from _descriptions(each)


def _ignore(_n_tracks: int) -> None:
    pass
