"""Models that hear, and servers that take sound and drop it."""

import asyncio
import base64
import io
import json

import pytest
import soundfile

from schemas.roles import RoleConfig, RolesConfig
from tests.model_server import what_is_heard
from tests.tools.chat.scripted import completion, http, scripted_server
from tools.chat.answer_cache import AnswerCache
from tools.chat.faults import BadRequestFault
from tools.chat.hearing import QUESTION, known_sounds, why_deaf
from tools.chat.models import BudgetLimits, Models
from tools.chat.request import EndpointError, Reply
from tools.process_pool import ProcessPool

HEARS = {name: name for name in ("silence", "one long tone", "short beeps", "noise")}
TEXT_TOKENS = 50


@pytest.fixture
def sounds(tmp_path):
    return known_sounds(tmp_path)


def model(sounds, answers, tokens_per_s=25.0):
    """Sends that answer each known sound as told, and count tokens or not."""
    names = {clip.track_id: name for name, clip in sounds.items()}

    async def send(request):
        clip = request.clip
        said = "noise" if clip is None else answers[names[clip.track_id]]
        n_sound = 0 if clip is None else tokens_per_s and 4 * tokens_per_s
        counted = None if tokens_per_s is None else TEXT_TOKENS + int(n_sound)
        text = json.dumps({"sound": said}) if said else "Silence or noise?"
        return Reply(text, "stop", "m", counted, 5)

    return send


@pytest.mark.parametrize(
    ("answers", "tokens_per_s", "words"),
    [
        ({}, 25.0, None),
        ({}, None, None),
        ({}, 0.0, None),
        ({"noise": "short beeps"}, 25.0, None),
        ({"noise": "short beeps"}, None, None),
        ({"noise": "short beeps"}, 0.0, "counts no tokens for sound"),
        ({"noise": "silence", "short beeps": "silence"}, 25.0, "2 of 4 known sounds"),
        (dict.fromkeys(HEARS, "noise"), 25.0, "1 of 4 known sounds"),
        (dict.fromkeys(HEARS, "noise"), 0.0, "counts no tokens for sound"),
        (dict.fromkeys(HEARS), None, "noise as \\(no answer\\)"),
        ({}, 11_000.0, "reads the sound as text"),
    ],
)
def test_only_a_model_that_tells_sounds_apart_hears(sounds, answers, tokens_per_s, words):
    why = asyncio.run(why_deaf(model(sounds, HEARS | answers, tokens_per_s), sounds))
    if words is None:
        assert why is None
    else:
        with pytest.raises(AssertionError, match=words):
            raise AssertionError(why)


def test_a_clip_that_is_refused_is_told_in_the_servers_words(sounds):
    async def send(request):
        if request.clip is not None:
            raise BadRequestFault("bad_request", "status 400: no audio here")
        return Reply('{"sound": "noise"}', "stop", "m", 50, 5)

    assert asyncio.run(why_deaf(send, sounds)) == "it takes no sound: status 400: no audio here"


def test_the_known_sounds_are_what_they_are_called(sounds):
    for name, clip in sounds.items():
        samples, sample_rate_hz = soundfile.read(clip.audio)
        assert len(samples) / sample_rate_hz == 4.0
        file = io.BytesIO()
        soundfile.write(file, samples, sample_rate_hz, format="WAV")
        data = base64.b64encode(file.getvalue()).decode()
        part = {"type": "input_audio", "input_audio": {"data": data}}
        assert what_is_heard({"messages": [{"role": "user", "content": [part]}]}) == name


def has_sound(body):
    return any(isinstance(each["content"], list) for each in body.get("messages", ()))


def refusing(status):
    async def answer(body, writer):
        if has_sound(body):
            error = {"error": {"message": "audio input is not supported"}}
            return writer.write(http(json.dumps(error).encode(), status))
        is_known = QUESTION.user in json.dumps(body)
        said = {"sound": "noise"} if is_known else {"letter": "A", "octave": 5}
        writer.write(http(json.dumps(completion(json.dumps(said))).encode()))

    return answer


async def dropping(body, writer):
    said = {"sound": "noise"} if QUESTION.user in json.dumps(body) else {"letter": "A", "octave": 5}
    writer.write(http(json.dumps(completion(json.dumps(said))).encode()))


@pytest.mark.parametrize(
    ("server", "words"),
    [
        (refusing(400), "takes no sound: status 400: .*audio input is not supported"),
        (refusing(422), "takes no sound: status 422"),
        (refusing(500), "takes no sound: status 500"),
        (dropping, "1 of 4 known sounds were told: .*counts no tokens"),
    ],
)
def test_a_deaf_endpoint_ends_a_build_before_it_is_asked_anything(tmp_path, server, words):
    with scripted_server() as running, ProcessPool(1) as workers:
        url, requests = running.url(server)
        role = RoleConfig(engine="openai", base_url=url, model="m", patience_s=60.0)
        trusted = role.model_copy(update={"hearing_probe": False})
        models = Models(
            RolesConfig(captioner=role, judge=trusted), cache=AnswerCache(tmp_path / "a.sqlite"),
            budget_limits=BudgetLimits(), clip_workers=workers, keys={}, time_limit_s=60.0,
            builtin={},
        )  # fmt: skip
        with models:
            models.check("captioner")
            with pytest.raises(EndpointError, match=f"does not hear: .*{words}.*hearing_probe"):
                models.prove_hearing("captioner")
            n_asked = len(requests)
            models.prove_hearing("judge")
        assert len(requests) == n_asked, "who is trusted is not asked"
        assert n_asked <= 1 + 1 + 4 * (1 + 4), "models, dialect; in four formats no sound, and four"
