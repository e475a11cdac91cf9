import random
import threading
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.builtin import ANSWERS
from pipeline.engine.ask import ask, run_requests
from pipeline.engine.run import run_stage
from pipeline.engine.stage import (
    Batch,
    ModelRequest,
    ModelRequests,
    ModelUse,
    Stage,
    StageContext,
    one_row,
)
from pipeline.prompts import load_prompt
from pipeline.stages import STAGES
from schemas.captions import Authorship, SegmentCaption
from schemas.facts import MusicFacts
from schemas.lyrics import Lyrics
from schemas.provenance import Rejection
from schemas.record import Record
from schemas.roles import RoleConfig, RolesConfig
from schemas.sections import CaptionConfig, DescribeConfig
from schemas.tracks import Segment
from schemas.usage import Usage
from tests.pipeline.builtin.test_caption import MIDDLING
from tests.pipeline.engine.test_stage import track
from tests.pipeline.stages.test_caption import segment_of
from tests.pipeline.stages.test_describe import caption_of, facts_of
from tools.chat.request import Answer, AnswerError, BudgetReachedError, ChatRequest, Clip

PROMPTS = {
    prompt
    for stage in STAGES
    if stage.asks
    for prompt in (stage.asks.prompt, *stage.asks.also_prompts)
}
ROLES = RolesConfig(
    writer=RoleConfig(engine="openai", base_url="http://127.0.0.1:1/v1", model="alias")
)


class Row(Record):
    row_id: str
    text: str
    authorship: Authorship
    usage: Usage


class FakeModels:
    """Answers in an order of its own, from a thread of its own."""

    def __init__(self, answer, seed=0, fails_after=None, roles=ROLES):
        self.roles = roles
        self.asked = []
        self._answer, self._seed, self._fails_after = answer, seed, fails_after

    def ask(self, role, stage, pairs, done, partition=None):
        def work():
            pending = list(pairs)
            self.asked += [(role, stage, row_id, request.user) for row_id, request in pending]
            random.Random(self._seed).shuffle(pending)
            for row_id, request in pending[: self._fails_after]:
                done(row_id, self._answer(row_id, request))

        thread = threading.Thread(target=work)
        thread.start()
        thread.join(60)
        if self._fails_after is not None:
            raise BudgetReachedError("no more")


class NowModels(FakeModels):
    """Answers at once, in the asking thread, as where an error must come through."""

    def ask(self, role, stage, pairs, done, partition=None):
        for row_id, request in pairs:
            done(row_id, self._answer(row_id, request))


def answer_or_refuse(row_id, request):
    """Answers nothing to rows with a `!`."""
    if "!" in row_id:
        return AnswerError("invalid", f"{row_id}: no JSON", f"Sorry, {row_id}.")
    return Answer(f"Answer to {request.user}", "model-2026", Usage(n_attempts=1, input_tokens=7))


def request_of(row_id):
    return ModelRequest(
        row_id=row_id,
        track_id=row_id.split("-")[0],
        chat=ChatRequest("You write.", f"Write {row_id}.", prompt="describe"),
        read=one_row(
            row_id,
            lambda answer, authorship: Row(
                row_id=row_id, text=answer.value, authorship=authorship, usage=answer.usage
            ),
        ),
    )


def rejection_of(row_id, reason, detail="", raw=None):
    return Rejection(row_id=row_id, reason=reason, detail=detail, raw=raw)


def stage_of(prepare):
    asks = ModelUse("writer", "describe", prepare, typical_tokens=(1, 1))
    return Stage("work", "1", Row, (), Record, asks=asks)


def run(names, asked, rejected=(), config=None, **fake):
    """Ask about rows `<track>-<number>`; gives the result, the fake, and the steps of progress."""

    def prepare(batch, given):
        assert [each.track.track_id for each in batch.tracks] == list(names)
        assert given is config
        requests = [request_of(row_id) for row_id in asked]
        return ModelRequests(requests, [rejection_of(row_id, "silent") for row_id in rejected])

    models, steps = FakeModels(answer_or_refuse, **fake), []
    context = StageContext(stage_of(prepare), None, models, 1.0, steps.append)
    result = run_requests(Batch([track(name) for name in names]), config, context)
    return result, models, steps


def test_rows_come_in_the_order_of_the_questions():
    asked = [f"{name}-{number}" for name in "abc" for number in range(5)]
    for seed in range(5):
        result, models, _ = run("abc", asked, seed=seed)
        result.check()
        assert [row.row_id for row in result.rows] == result.accepted == result.inputs == asked
        assert [row.text for row in result.rows] == [f"Answer to Write {each}." for each in asked]
        assert {row.usage for row in result.rows} == {Usage(n_attempts=1, input_tokens=7)}
        assert models.asked == [("writer", "work", each, f"Write {each}.") for each in asked]


def test_unusable_answers_are_rejected_with_the_models_words():
    asked = ["a-0", "a-1!", "b-0!", "b-1"]
    result, _, steps = run("abc", asked, rejected=["a-2", "c-0"], seed=3)
    result.check()
    assert result.accepted == [row.row_id for row in result.rows] == ["a-0", "b-1"]
    assert result.rejected == [
        rejection_of("a-2", "silent"),
        rejection_of("c-0", "silent"),
        rejection_of("a-1!", "invalid", "a-1!: no JSON", "Sorry, a-1!."),
        rejection_of("b-0!", "invalid", "b-0!: no JSON", "Sorry, b-0!."),
    ]
    assert sorted(result.inputs) == sorted([*asked, "a-2", "c-0"])
    assert sum(steps) == 3


def test_who_answered():
    result, _, _ = run("a", ["a-0"])
    prompt = load_prompt("describe")
    assert result.rows[0].authorship == Authorship(
        role="writer",
        engine="openai",
        model="model-2026",
        prompt=f"describe@{prompt.version}",
        prompt_hash=prompt.digest,
    )


names = st.sets(st.sampled_from("abcdef"), max_size=6).map(sorted)


@given(names, st.data())
def test_every_row_and_every_track_is_counted_once(tracks, data):
    rows = [f"{name}-{number}{mark}" for name in tracks for number in "01" for mark in ("", "!")]
    outcomes = {row: data.draw(st.sampled_from(["asked", "rejected", "no row"])) for row in rows}
    asked = data.draw(st.permutations([row for row in rows if outcomes[row] == "asked"]))
    rejected = [row for row in rows if outcomes[row] == "rejected"]
    result, _, steps = run(tracks, asked, rejected, seed=data.draw(st.integers(0, 99)))
    result.check()
    assert sorted(result.inputs) == sorted([*asked, *rejected])
    assert [row.row_id for row in result.rows] == [row for row in asked if "!" not in row]
    assert {each.row_id for each in result.rejected} == {
        *rejected,
        *(row for row in asked if "!" in row),
    }
    assert sum(steps) == len(tracks)
    assert all(step >= 0 for step in steps)


def test_a_track_is_done_with_its_last_row():
    seen = []

    def answer(row_id, request):
        seen.append(list(steps))
        return answer_or_refuse(row_id, request)

    steps = []
    asked = [request_of(f"a-{number}") for number in range(3)]
    stage = stage_of(lambda *_: ModelRequests(asked))
    context = StageContext(stage, None, FakeModels(answer), 1.0, steps.append)
    run_requests(Batch([track("a"), track("b")]), None, context)
    assert seen == [[1], [1], [1]], "only b, about which nothing is asked, is done so far"
    assert steps == [1, 1]


def test_two_answers_may_not_offer_rows_of_one_id():
    both = [request_of("a-0"), replace(request_of("a-1"), read=request_of("a-0").read)]
    stage = stage_of(lambda *_: ModelRequests(both))
    context = StageContext(stage, None, FakeModels(answer_or_refuse), 1.0, lambda _: None)
    with pytest.raises(ValueError, match="work: two answers offer rows of one id"):
        run_requests(Batch([track("a")]), None, context)


def test_an_answer_may_not_become_nothing():
    silent = replace(request_of("a-0"), read=lambda *_: {})
    stage = stage_of(lambda *_: ModelRequests([silent]))
    context = StageContext(stage, None, NowModels(answer_or_refuse), 1.0, lambda _: None)
    with pytest.raises(ValueError, match="a-0: the answer became neither"):
        run_requests(Batch([track("a")]), None, context)


def test_a_step_that_must_stop_has_no_result():
    with pytest.raises(BudgetReachedError, match="no more"):
        run("ab", ["a-0", "b-0"], fails_after=1)


@pytest.mark.parametrize("name", ["caption", "describe"])
def test_the_stages_without_a_model(name):
    stage = next(each for each in STAGES if each.name == name)
    rows = {
        Segment: [segment_of("0a", 0), segment_of("0a", 1, is_silent=True)],
        MusicFacts: [facts_of("0a")],
        Lyrics: [],
        SegmentCaption: [caption_of("0a")],
    }
    config = {"caption": CaptionConfig(), "describe": DescribeConfig()}[name]
    models, steps = FakeModels(plain_answer, roles=RolesConfig()), []
    batch = Batch([track("0a"), track("0b")], rows)
    result = run_stage(batch, config, StageContext(stage, None, models, 1.0, steps.append))
    result.check()
    assert len(result.rows) == len(result.rejected) == 1
    assert isinstance(result.rows[0], stage.makes)
    assert {each[:2] for each in models.asked} == {(stage.asks.role, name)}
    assert result.rows[0].authorship.role == stage.asks.role
    assert result.rows[0].authorship.prompt_hash == load_prompt(name).digest
    assert sum(steps) == 2


def plain_answer(_, request):
    return Answer(ANSWERS[request.prompt](MIDDLING, *request.facts), "builtin/facts", Usage())


def test_requests_of_a_track_follow_each_other_and_of_these_those_that_hear_the_same():
    def heard(row_id, start_s):
        clip = Clip(row_id.split("-")[0], "x.wav", start_s, start_s + 5)
        given = request_of(row_id)
        return replace(given, chat=replace(given.chat, clip=clip))

    mixed = [
        heard("a-1", 0), heard("b-1", 0), heard("a-2", 5), heard("b-2", 0), heard("a-3", 0),
        heard("a-4", 5),
    ]  # fmt: skip
    models = FakeModels(answer_or_refuse)
    context = StageContext(stage_of(None), None, models, 1.0, lambda _: None)
    made = ask(mixed, context)
    order = [row_id for _, _, row_id, _ in models.asked]
    assert order == ["a-1", "a-3", "a-2", "a-4", "b-1", "b-2"]
    assert list(made) == [each.row_id for each in mixed], "rows stay in the order of the requests"


@pytest.mark.parametrize("name", sorted(PROMPTS))
def test_a_prompt_begins_with_what_never_changes(name):
    """The system's words; then comes the sound (see `tools.chat.body`), and the text is the end."""
    prompt = load_prompt(name)
    assert prompt.module.system.arguments == ()
    assert "<data>\n" not in str(prompt.module.system())
