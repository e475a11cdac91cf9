"""The engine without a model: it answers by prompt, or says that it cannot."""

import asyncio

import pytest

from tools.chat.builtin import BuiltinEngine
from tools.chat.faults import BadRequestFault
from tools.chat.request import ChatRequest

ANSWERS = {"write": lambda found, word: f"{word} {found}"}


def reply_to(request):
    async def ask():
        attempt = await BuiltinEngine(None, ANSWERS).prepare(request, None)
        return await attempt(None)

    return asyncio.run(ask())


def test_a_prompt_is_answered_from_its_facts():
    reply = reply_to(ChatRequest("s", "u", prompt="write", facts=("yes",)))
    assert (reply.text, reply.input_tokens, reply.output_tokens) == ("yes None", 0, 0)


def test_a_prompt_without_an_answer_is_no_answer():
    with pytest.raises(BadRequestFault, match="no answer to the prompt `rhyme`: configure") as told:
        reply_to(ChatRequest("s", "u", prompt="rhyme"))
    assert told.value.reason == "no_model"
