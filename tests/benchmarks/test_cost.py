"""The server that counts, and answers by the rule of a text, which `benchmarks.cost` rests on."""

import json

import httpx
import pytest

from benchmarks.cost.answers import answer
from benchmarks.cost.server import Levels, counting_server
from pipeline.engine.ask import chat_request
from pipeline.stages.factcheck.requests import Checks
from pipeline.stages.judge.votes import Judgements
from schemas.dialect import Dialect
from schemas.roles import RoleConfig
from tests.audio import tone, write
from tools.chat.body import chat_body
from tools.chat.engine import AttemptOptions, SoundForm
from tools.chat.request import ChatRequest, Clip
from tools.chat.sound import sound_part
from tools.sound.identity import track_id_of

ROLE = RoleConfig(engine="openai", base_url="http://x/v1", model="judge")
PAIRS = [{"question": f"Which of them is number {n}?", "answer": "This."} for n in range(12)]


@pytest.fixture
def song(tmp_path):
    path = tmp_path / "song.wav"
    write(path, tone(8, 16_000), 16_000)
    return Clip(track_id_of(path), str(path), 0.0, 8.0)


def body_of(request, form=None):
    sounds = [sound_part(clip, form) for clip in request.clips]
    return chat_body(request, ROLE, AttemptOptions(Dialect(), 100), sounds)


def judged(pairs):
    texts = [{"id": f"n{n}", **each} for n, each in enumerate(pairs, 1)]
    request = chat_request("judge", {"texts": texts, "heard": None}, form=Judgements)
    found = Judgements.model_validate_json(answer(body_of(request), "")).texts
    return {pairs[int(each.id[1:]) - 1]["question"]: each.correct for each in found}


def test_a_text_gets_the_same_marks_alone_and_among_others_wherever_it_stands():
    together = judged(PAIRS)
    assert together == judged(PAIRS[::-1])
    assert together == {name: mark for pair in PAIRS for name, mark in judged([pair]).items()}
    assert set(together.values()) == {1, 5}, "some are refused, some are not"


def test_steps_get_their_verdicts_by_the_same_rule():
    steps = [{"id": f"n{n}", "step": f"The {n}. bar is loud."} for n in range(1, 13)]

    def verdicts(steps):
        chains = [{"about": PAIRS[0], "steps": steps}]
        values = {"chains": chains, "n": len(steps), "heard": None}
        request = chat_request("check", values, form=Checks)
        found = Checks.model_validate_json(answer(body_of(request), "")).steps
        return {each.id: (each.verdict, each.why) for each in found}

    assert verdicts(steps) == {k: v for step in steps for k, v in verdicts([step]).items()}
    assert {verdict for verdict, _ in verdicts(steps).values()} == {"right", "wrong"}


def test_sound_is_billed_by_what_is_sent_and_a_known_beginning_is_cached(song):
    wav, flac, opus = (SoundForm(name, 16_000, max_mb=20.0) for name in ("wav", "flac", "opus"))
    by_file = SoundForm("wav", 16_000, max_mb=20.0, way="file_url")
    usages, sizes = [], []
    with counting_server() as (url, server):
        for form, user in [(wav, "Hear."), (flac, "Hear."), (flac, "Hear again."), (by_file, "x")]:
            body = body_of(ChatRequest("You hear." * 40, user, clip=song), form)
            content = json.dumps(body).encode()
            usages.append(httpx.post(f"{url}/chat/completions", content=content).json()["usage"])
            sizes.append(len(content))
        half = Clip(song.track_id, song.audio, 0.0, 4.0)
        body = body_of(ChatRequest("You hear." * 40, "Hear.", clip=half), opus)
        other = httpx.post(f"{url}/chat/completions", json=body).json()["usage"]
    bill = server.bills["judge: text"]
    assert [each["prompt_tokens_details"]["audio_tokens"] for each in usages] == [200] * 4
    assert other["prompt_tokens_details"]["audio_tokens"] == 100
    first, second, third, by_address = (
        each["prompt_tokens_details"]["cached_tokens"] for each in usages
    )
    assert first == 0
    assert second == usages[1]["prompt_tokens"], "the same samples in another container"
    assert second > third > 200 + 90, "system and sound, but not the text"
    assert by_address > 200
    assert 0 < other["prompt_tokens_details"]["cached_tokens"] < 100, "the system's words only"
    assert bill.requests == 5
    assert bill.heard_s == pytest.approx(4 * 8.0 + 4.0)
    assert bill.bytes_sent > sum(sizes)
    assert sizes[3] < 1000 < sizes[1] < sizes[0]


def test_a_run_knows_the_sounds_of_the_one_before_however_they_were_coded():
    before = Levels()
    names = [before.name(30.0, level_db) for level_db in (60.04, 60.13, 71.0)]
    assert names == ["60.0 dB", "60.1 dB", "71.0 dB"]
    after = Levels(before)
    assert [after.name(30.0, level_db) for level_db in (60.06, 60.11, 71.04)] == names
    assert after.name(30.0, 75.52) == after.name(54.0, 75.52) == "75.5 dB", "heard by nobody before"
    assert Levels(before).name(54.0, 60.06) == "60.1 dB", "another stretch"
