import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.dialect import Dialect
from tests.tools.chat.conftest import Form
from tools.chat.body import chat_body
from tools.chat.completion import read_completion
from tools.chat.endpoint import _retry_after_s, hide_key
from tools.chat.engine import AttemptOptions
from tools.chat.faults import PassingFault, UnusableFault
from tools.chat.reading import answer_text, is_loop, read_kept, read_reply
from tools.chat.request import Clip, Reply

SOUND = {"type": "input_audio", "input_audio": {"data": "c291bmQ=", "format": "wav"}}
OTHER_SOUND = {"type": "input_audio", "input_audio": {"data": "bm9pc2U=", "format": "wav"}}
GOOD = '{"title": "t", "text": null}'


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        f"```json\n{GOOD}\n```",
        f"Here it is: {GOOD} I hope it helps.",
        f"<think>A title {{maybe}}.</think>\n{GOOD}",
        f"the template opened the {{tag}}</think>\n{GOOD}",
    ],
)
def test_words_around_json_do_no_harm(text):
    assert read_reply(Reply(text, "stop", "m"), Form) == Form(title="t", text=None)


@pytest.mark.parametrize(
    ("text", "finish", "reason"),
    [
        (GOOD, "length", "cut_off"),
        (GOOD, "content_filter", "filtered"),
        (GOOD, "refusal", "refused"),
        (GOOD, "max_tokens", "cut_off"),
        (GOOD, "abort", "stopped"),
        (GOOD, "error", "stopped"),
        ("<think>never ends", "stop", "empty"),
        ("", "stop", "empty"),
        (" \n", "stop", "empty"),
        ("<think>only thoughts</think>", "stop", "empty"),
        ("no json", "stop", "invalid"),
        ('{"title": "t"}', "stop", "invalid"),
        ('{"title": "", "text": null}', "stop", "invalid"),
        ('{"title": "t", "text": null, "more": 1}', "stop", "invalid"),
        ('{"title": "t", "text": nul', "stop", "invalid"),
        ("[]", "stop", "invalid"),
    ],
)
def test_what_is_no_answer_is_told_by_kind(text, finish, reason):
    with pytest.raises(UnusableFault) as caught:
        read_reply(Reply(text, finish, "m"), Form)
    assert caught.value.reason == reason
    assert caught.value.reply.text == text


def test_a_complaint_names_the_fields():
    with pytest.raises(UnusableFault) as caught:
        read_reply(Reply('{"title": 7}', "stop", "m"), Form)
    assert "title: Input should be a valid string" in caught.value.detail
    assert "text: Field required" in caught.value.detail


@given(st.text(min_size=1).filter(str.strip), st.none() | st.text())
def test_what_is_kept_is_what_was_answered(title, text):
    form = Form(title=title, text=text)
    assert read_kept(answer_text(form), Form) == form
    assert read_kept(answer_text(title), None) == title


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"choices": [{"message": {"content": "hi"}}]}, "hi"),
        ({"choices": [{"message": {"content": None}}]}, ""),
        ({"choices": []}, ""),
        ({"choices": [{"message": {"content": [{"type": "text", "text": "hi"}]}}]}, "hi"),
    ],
)
def test_completions_of_many_servers(body, text):
    reply = read_completion(json.dumps(body), "asked")
    assert (reply.text, reply.model, reply.input_tokens) == (text, "asked", None)


@pytest.mark.parametrize(
    ("usage", "cached", "audio"),
    [
        ({}, None, None),
        ({"prompt_tokens_details": None}, None, None),
        ({"prompt_tokens_details": {"cached_tokens": 64, "audio_tokens": 25}}, 64, 25),
        ({"prompt_tokens_details": {"cached_tokens": None}}, None, None),
        ({"prompt_tokens_details": {"cached_tokens": -1, "audio_tokens": "x"}}, None, None),
        ({"prompt_cache_hit_tokens": 64, "prompt_cache_miss_tokens": 36}, 64, None),
        ({"cached_tokens": 64}, 64, None),
    ],
)
def test_what_was_cached_and_heard_is_told_in_several_ways(usage, cached, audio):
    body = {"choices": [], "usage": {"prompt_tokens": 100, "completion_tokens": 1, **usage}}
    reply = read_completion(json.dumps(body), "asked")
    assert (reply.cached_tokens, reply.audio_tokens, reply.input_tokens) == (cached, audio, 100)


@given(st.text())
def test_anything_else_is_a_broken_response(text):
    with pytest.raises(PassingFault) as caught:
        read_completion(text, "m")
    assert caught.value.reason == "broken_response"


def test_requests_say_only_what_is_set(role_of, request_of):
    body = chat_body(
        request_of(form=Form), role_of(sampling={"temperature": None, "top_p": None}),
        AttemptOptions(Dialect(), 77), [SOUND, OTHER_SOUND],
    )  # fmt: skip
    assert not {"temperature", "top_p", "seed"} & set(body)
    assert body["max_completion_tokens"] == 77
    schema = body["response_format"]["json_schema"]
    assert schema["strict"] is True
    assert schema["schema"]["additionalProperties"] is False
    assert schema["schema"]["required"] == ["title", "text"]
    first, second, text = body["messages"][1]["content"]
    assert [first, second] == [SOUND, OTHER_SOUND]
    assert text["text"] == "Write number 0."


def test_keys_follow_all_that_decides_an_answer_and_nothing_else(role_of, request_of):
    role, key = role_of(), request_of().key(role_of())

    def heard(role):
        return replace(request_of(), clip=Clip("t", "t.wav", 0.0, 1.0)).key(role)

    others = {
        request_of(number=1).key(role),
        request_of(form=None).key(role),
        request_of().key(role_of(model="n")),
        request_of().key(role_of(sampling={"temperature": 0.1})),
        heard(role_of()),
        heard(role_of(audio_format="wav")),
        heard(role_of(audio_format="mp3")),
        heard(role_of(audio_format="opus")),
        heard(role_of(audio_sample_rate_hz=24_000)),
        heard(role_of(send_audio="file_url")),
    }
    assert len(others | {key}) == 11
    one, two = (Clip(name, f"{name}.wav", 0.0, 1.0) for name in "ab")
    pairs = [(one, None), (one, two), (two, one), (two, None)]
    heard_both = {replace(request_of(), clip=a, second=b).key(role) for a, b in pairs}
    assert len(heard_both | others) == len(others) + 4
    assert request_of().key(role_of(audio_format="mp3")) == key, "nothing is heard"
    same_sound = {heard(role_of(audio_format=each)) for each in ("lossless", "flac", "wav")}
    assert len(same_sound) == 1, "another container of the same samples"
    assert role_of(audio_format="lossless", send_audio="url").sends_audio_as == ("wav", 16_000), (
        "as in old books"
    )
    same = role_of(
        base_url="http://elsewhere/v1", concurrency=3, requests_per_minute=7, api_key_env="X",
        usd_per_million_input_tokens=9.0,
    )  # fmt: skip
    assert request_of().key(same) == key
    longer = role_of(sampling={"max_output_tokens": 9})
    assert request_of().key(longer) == key, "what is kept ended by itself"
    assert longer.decides != role.decides, "but what was cut off is asked again"
    assert request_of().key(role_of(thinking="off")) != key


def completion_of(message, finish="stop"):
    choice = {"message": {"role": "assistant", **message}, "finish_reason": finish}
    return json.dumps({"choices": [choice], "model": "m"})


ANALYSIS = "<|channel|>analysis<|message|>Is it {G}? No.<|end|>"
FINAL = "<|start|>assistant<|channel|>final<|message|>"


@pytest.mark.parametrize(
    ("message", "thoughts"),
    [
        ({"content": GOOD}, None),
        ({"content": GOOD, "reasoning_content": "Is it {G}? No."}, "Is it {G}? No."),
        ({"content": GOOD, "reasoning": "Is it {G}? No."}, "Is it {G}? No."),
        ({"content": f"{ANALYSIS}{FINAL}{GOOD}<|return|>"}, "Is it {G}? No."),
        ({"content": f"{ANALYSIS}{FINAL}{GOOD}"}, "Is it {G}? No."),
        ({"content": f"<|start|>assistant{ANALYSIS}{FINAL}{GOOD}"}, "Is it {G}? No."),
        ({"content": f"analysisIs it {{G}}? No.assistantfinal{GOOD}"}, "Is it {G}? No."),
        (
            {"content": f"<|channel|>final <|constrain|>json<|message|>{GOOD}<|return|>"},
            None,
        ),
    ],
)
def test_thoughts_and_answer_are_told_apart_however_they_come(message, thoughts):
    reply = read_completion(completion_of(message), "m")
    assert reply.reasoning == thoughts
    assert read_reply(reply, Form) == Form(title="t", text=None)


@pytest.mark.parametrize(
    "message",
    [
        {"content": None, "reasoning_content": GOOD},
        {"content": "", "reasoning": GOOD},
        {"content": f"<|channel|>analysis<|message|>{GOOD}<|end|>"},
        {"content": f"<|channel|>analysis<|message|>{GOOD}"},
        {"content": f"<think>{GOOD}"},
    ],
)
def test_thoughts_are_never_the_answer(message):
    reply = read_completion(completion_of(message), "m")
    with pytest.raises(UnusableFault) as caught:
        read_reply(reply, Form)
    assert caught.value.reason == "empty"
    assert GOOD in reply.said


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ({}, None), ({"retry-after": "7"}, 7.0), ({"retry-after": "1.5"}, 1.5),
        ({"retry-after-ms": "250"}, 0.25), ({"retry-after": "-3"}, None),
        ({"retry-after": "inf"}, None), ({"retry-after": "soon"}, None),
        ({"retry-after": "Mon, 01 Jan 99999999 00:00:00 GMT"}, None),
        ({"retry-after": "Mon, 01 Jan 1990 00:00:00 GMT"}, 0.0),
        ({"retry-after": "999999999"}, 3600.0),
    ],
)  # fmt: skip
def test_odd_times_to_wait_are_no_times(headers, wait_s):
    assert _retry_after_s(headers) == wait_s


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("A warm song. " + 8 * "It is soft and slow. ", True),
        ("A warm song. " + 8 * "It is soft and slow. " + "It is so", True),
        ('{"title": "t"' + 60 * "\n", True),
        ('{"title": ' + 30 * "[", False),
        ("One line. " * 2, False),
        ("It rises, it falls, it rises again, and the choir answers each time it does.", False),
    ],
)
def test_a_loop_is_told_from_a_long_answer(text, is_one):
    assert is_loop(text) is is_one


def test_a_short_key_is_hidden_in_errors_and_is_a_word_in_answers():
    assert hide_key("wrong key: local", "local") == "wrong key: [key]"
    assert hide_key("a local dance", "local", is_answer=True) == "a local dance"
    assert hide_key("sk-12345678", "sk-12345678", is_answer=True) == "[key]"
    assert hide_key("text", None) == "text"
