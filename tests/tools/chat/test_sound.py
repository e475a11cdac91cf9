"""What is sent of a clip: encoded once, in what the server takes, or by its address."""

import asyncio
import base64
import io
import json
from dataclasses import replace

import httpx
import numpy as np
import pytest
import soundfile

from schemas.config import CorpusConfig
from schemas.dialect import Dialect
from schemas.roles import RoleConfig, RolesConfig
from tests.audio import tone, write
from tests.model_server import what_is_heard
from tests.tools.chat.conftest import hear
from tests.tools.chat.scripted import completion, http, says, scripted_server
from tools.chat.answer_cache import AnswerCache
from tools.chat.endpoint import to_json
from tools.chat.engine import SoundForm
from tools.chat.faults import BadRequestFault
from tools.chat.hearing import QUESTION as HEARING
from tools.chat.models import BudgetLimits, Models
from tools.chat.probe import known_dialect
from tools.chat.request import ChatRequest, Clip
from tools.chat.signed_clips import SignedClips
from tools.chat.sound import SoundParts, formats_to_try, sound_form, sound_part
from tools.process_pool import ProcessPool
from tools.sound.identity import track_id_of
from tools.store import Store, StoreError

WAV = SoundForm("wav", 16_000, max_mb=20.0)


@pytest.fixture
def song(tmp_path):
    path = tmp_path / "a song #1.wav"
    write(path, tone(8, 16_000), 16_000)
    return Clip(track_id_of(path), str(path), 0.0, 8.0)


def decoded(part):
    data = base64.b64decode(part["input_audio"]["data"])
    return soundfile.read(io.BytesIO(data), dtype="int16")[0]


def test_flac_is_the_same_samples_as_wav_in_fewer_bytes(song):
    path = "examples/songs/feelings.ogg"
    for clip in (song, Clip(track_id_of(path), path, 0.0, 5.0)):
        wav, flac = sound_part(clip, WAV), sound_part(clip, replace(WAV, audio_format="flac"))
        assert np.array_equal(decoded(wav), decoded(flac))
        assert len(flac["input_audio"]["data"]) < len(wav["input_audio"]["data"])


def test_opus_goes_in_ogg_the_same_bytes_each_time(song):
    part = sound_part(song, replace(WAV, audio_format="opus"))
    assert part == sound_part(song, replace(WAV, audio_format="opus"))
    assert len(decoded(part)) == len(decoded(sound_part(song, WAV)))
    assert part["input_audio"]["format"] == "ogg"
    assert base64.b64decode(part["input_audio"]["data"])[28:36] == b"OpusHead"
    with pytest.raises(ValueError, match="`opus` needs an `audio_sample_rate_hz` of 8000"):
        RoleConfig(audio_format="opus", audio_sample_rate_hz=44_100)


def test_a_whole_track_is_named_by_its_address_and_a_stretch_is_sent(song):
    form = replace(WAV, way="file_url")
    path = song.audio.replace(" ", "%20").replace("#", "%23")
    assert sound_part(song, form) == {"type": "audio_url", "audio_url": {"url": f"file://{path}"}}
    for stretch in (replace(song, end_s=4.0), replace(song, start_s=1.0)):
        assert sound_part(stretch, form)["type"] == "input_audio"


@pytest.mark.parametrize(
    ("fields", "known", "sent", "tried"),
    [
        ({}, None, "wav", ("opus", "flac", "mp3", "wav")),
        ({}, "mp3", "mp3", ("mp3", "wav")),
        ({}, "wav", "wav", ("wav",)),
        ({"audio_sample_rate_hz": 44_100}, None, "wav", ("flac", "mp3", "wav")),
        ({"audio_format": "lossless"}, None, "wav", ("flac", "wav")),
        ({"audio_format": "lossless"}, "opus", "wav", ("flac", "wav")),
        ({"audio_format": "lossless"}, "flac", "flac", ("flac", "wav")),
        ({"audio_format": "wav"}, "flac", "wav", ("wav",)),
        ({"audio_format": "opus"}, "flac", "opus", ("opus",)),
    ],
)
def test_what_is_sent_follows_the_config_then_what_was_found(role_of, fields, known, sent, tried):
    role, dialect = role_of(**fields), Dialect(audio_format=known)
    assert sound_form(role, dialect).audio_format == sent
    assert formats_to_try(role, dialect) == tried


def test_a_server_fetches_a_clip_from_a_signed_address_until_nobody_can(song, s3_store):
    form = replace(WAV, audio_format="opus", way="url")
    store = Store(s3_store)

    def fetched(part):
        assert part["type"] == "audio_url"
        response = httpx.get(part["audio_url"]["url"])
        return soundfile.read(io.BytesIO(response.content))[0] if response.is_success else None

    async def main():
        parts = SoundParts(hear, SignedClips(store, readable_s=60.0))
        both = await asyncio.gather(*(parts.get(song, form) for _ in range(2)))
        assert len(store.list("staging")) == 1, "put once"
        again = await parts.get(song, form)
        assert all(len(fetched(part)) == 8 * 16_000 for part in (*both, again))
        sent = await parts.get(song, replace(form, way="bytes"))
        assert sent["type"] == "input_audio"
        await parts.close()
        assert fetched(both[0]) is None
        short = SoundParts(hear, SignedClips(store, readable_s=0.0))
        await short.get(song, form)
        await short.get(replace(song, end_s=4.0), form)
        return store.list("staging")

    assert len(asyncio.run(main())) == 1, "what no address reads any more is deleted"


def test_a_store_that_signs_nothing_is_refused(tmp_path):
    with pytest.raises(StoreError, match="signs no addresses"):
        Store(str(tmp_path)).sign("a", 1.0)
    role = {"engine": "openai", "base_url": "http://x/v1", "model": "m", "send_audio": "url"}
    values = {"name": "c", "source": {"folder": "a"}, "roles": {"judge": role}}
    with pytest.raises(ValueError, match="signs addresses: s3://"):
        CorpusConfig(store=str(tmp_path), **values)
    assert CorpusConfig(store="s3://b/p", execution={"answers": "a"}, **values)


def test_a_signature_that_a_server_repeats_is_not_told(ask):
    address = "https://s/a.ogg?X-Amz-Date=1&X-Amz-Signature=5ec4e7"
    body = json.dumps({"error": {"message": f"cannot fetch {address}"}}).encode()
    with scripted_server() as running:
        url, _ = running.url(says("So it is."), http(body, 400))
        rows = {name: ChatRequest("s", name) for name in "ab"}
        refused = ask(url, rows, concurrency=1)["b"]
    assert "https://s/a.ogg?[signed]" in refused.detail
    assert "5ec4e7" not in refused.detail


class Gate:
    """Encodes when it is told to, and counts."""

    def __init__(self):
        self.n = 0
        self.opened = asyncio.Event()

    async def __call__(self, function, clip):
        self.n += 1
        await self.opened.wait()
        return await hear(function, clip)


def test_who_wants_a_clip_that_is_being_encoded_waits_for_it(song):
    async def main():
        gate = Gate()
        parts = SoundParts(gate)
        wanted = [asyncio.create_task(parts.get(song, WAV)) for _ in range(10)]
        await asyncio.sleep(0)
        wanted.pop().cancel()
        gate.opened.set()
        found = await asyncio.gather(*wanted)
        again = await parts.get(song, WAV)
        other = await parts.get(replace(song, end_s=4.0), WAV)
        return gate.n, found, again, other

    n, found, again, other = asyncio.run(main())
    assert all(each is again for each in found), "one string, however many hold it"
    assert other != again
    assert n == 2


def test_what_was_not_wanted_longest_goes_when_there_is_no_room(song):
    clips = [replace(song, start_s=start_s, end_s=start_s + 1) for start_s in range(4)]
    each_bytes = len(sound_part(clips[0], WAV)["input_audio"]["data"])

    async def main():
        gate = Gate()
        gate.opened.set()
        parts = SoundParts(gate, most_bytes=2 * each_bytes)
        counts = []
        for number in (0, 1, 0, 2, 0, 1):
            await parts.get(clips[number], WAV)
            counts.append(gate.n)
        return counts

    assert asyncio.run(main()) == [1, 2, 2, 3, 3, 4], "1 went for 2; 0 stayed"


def test_a_fault_reaches_all_who_wait_and_is_not_kept(song, tmp_path):
    gone = replace(song, audio=str(tmp_path / "gone.wav"))

    async def main():
        gate = Gate()
        gate.opened.set()
        parts = SoundParts(gate)
        wanted = [parts.get(gone, WAV) for _ in range(2)]
        found = await asyncio.gather(*wanted, return_exceptions=True)
        with pytest.raises(BadRequestFault):
            await parts.get(song, replace(WAV, max_mb=0.1))
        return [each.reason for each in found], await parts.get(song, WAV)

    reasons, part = asyncio.run(main())
    assert reasons == ["missing", "missing"]
    assert part["type"] == "input_audio"


def sounds_of(bodies):
    contents = [m["content"] for body in bodies for m in body.get("messages", ())]
    parts = [part for content in contents if isinstance(content, list) for part in content]
    return [part["input_audio"]["format"] for part in parts if part["type"] == "input_audio"]


def ears(*, takes=("wav", "flac"), refuses=(), status=400):
    """A server that hears what it takes, refuses some formats, and drops the others in silence."""

    async def answer(body, writer):
        (given,) = sounds_of([body]) or [None]
        if given in refuses:
            error = {"error": {"message": f"Invalid value: '{given}'"}}
            return writer.write(http(json.dumps(error).encode(), status))
        said = {"letter": "A", "octave": 5}
        if HEARING.user in json.dumps(body):
            said = {"sound": what_is_heard(body) if given in takes else "noise"}
        usage = {"prompt_tokens": 140 if given in takes else 40, "completion_tokens": 5}
        writer.write(http(json.dumps(completion(json.dumps(said), usage=usage)).encode()))

    return answer


@pytest.mark.parametrize(
    ("audio_format", "server", "found", "tried"),
    [
        ("auto", ears(takes=("ogg",)), "opus", ["ogg"] * 4),
        ("auto", ears(takes=("mp3", "wav"), refuses=("ogg", "flac")), "mp3",
         ["ogg", "flac"] + ["mp3"] * 4),
        ("auto", ears(takes=("wav",), refuses=("ogg", "mp3"), status=415), "wav",
         ["ogg"] + ["flac"] * 4 + ["mp3"] + ["wav"] * 4),
        ("lossless", ears(), "flac", ["flac"] * 4),
        ("lossless", ears(refuses=("flac",)), "wav", ["flac"] + ["wav"] * 4),
        ("lossless", ears(refuses=("flac",), status=422), "wav", ["flac"] + ["wav"] * 4),
        ("lossless", ears(takes=("wav",)), "wav", ["flac"] * 4 + ["wav"] * 4),
    ],
    ids=["opus", "as OpenAI", "415", "flac", "400", "422", "dropped"],
)  # fmt: skip
def test_the_proof_of_hearing_finds_what_is_sent_and_it_is_kept(
    tmp_path, song, audio_format, server, found, tried
):
    spelled = "ogg" if found == "opus" else found
    with scripted_server() as running, ProcessPool(1) as workers:
        url, bodies = running.url(server)
        role = RoleConfig(engine="openai", base_url=url, model="m", audio_format=audio_format)
        cache = AnswerCache(tmp_path / "a.sqlite")

        def models():
            return Models(
                RolesConfig(captioner=role, judge=role), cache=cache,
                budget_limits=BudgetLimits(), clip_workers=workers, keys={}, time_limit_s=60.0,
                builtin={},
            )  # fmt: skip

        with models() as first:
            for name in ("captioner", "judge"):
                first.check(name)
            for name in ("captioner", "judge"):
                first.prove_hearing(name)
            assert sounds_of(bodies) == tried, "the judge's ears are the captioner's"
            outcomes = {}
            asked = ChatRequest("s", "u", clip=song)
            first.ask("judge", "judge", [("t", asked)], outcomes.__setitem__)
            assert sounds_of(bodies)[len(tried) :] == [spelled]
        assert known_dialect(cache, role).audio_format == found
        assert outcomes["t"].usage.bytes_sent == len(to_json(bodies[-1]))

        n_before = len(bodies)
        with models() as second:
            second.prove_hearing("captioner")
        assert sounds_of(bodies[n_before:]) == [spelled] * 4, "what was refused is not tried again"


def test_a_model_hears_what_its_server_fetches_and_nothing_is_left(tmp_path, song, s3_store):
    async def answer(body, writer):
        content = body["messages"][-1]["content"] if body else ""
        if HEARING.user in json.dumps(body) and isinstance(content, list):
            fetched = httpx.get(content[0]["audio_url"]["url"]).raise_for_status().content
            content[0] = {
                "type": "input_audio", "input_audio": {"data": base64.b64encode(fetched).decode()}
            }  # fmt: skip
            said = {"sound": what_is_heard(body)}
        else:
            said = {"letter": "A", "octave": 5}
        writer.write(http(json.dumps(completion(json.dumps(said))).encode()))

    store = Store(s3_store)
    with scripted_server() as running, ProcessPool(1) as workers:
        url, bodies = running.url(answer)
        role = RoleConfig(engine="openai", base_url=url, model="m", send_audio="url")
        models = Models(
            RolesConfig(judge=role), cache=AnswerCache(tmp_path / "a.sqlite"),
            budget_limits=BudgetLimits(), clip_workers=workers, keys={}, time_limit_s=60.0,
            builtin={}, signed=SignedClips(store),
        )  # fmt: skip
        outcomes = {}
        with models:
            models.check("judge")
            models.prove_hearing("judge")
            asked = ChatRequest("s", "u", clip=song)
            models.ask("judge", "judge", [("t", asked)], outcomes.__setitem__)
            assert len(store.list("staging")) == 4 + 1, "the known sounds, and the song"
        assert store.list("staging") == []
    assert outcomes["t"].usage.bytes_sent < 1000
    assert "X-Amz-Signature" in bodies[-1]["messages"][-1]["content"][0]["audio_url"]["url"]
