"""What servers of this world send around an answer; see `tests.tools.chat.misbehaviours`."""

import asyncio
import json

from tests.tools.chat.misbehaviours import DECOY, GOOD, TAKEN, TITLE, Case
from tests.tools.chat.scripted import completion, http, says

UMLAUT = json.dumps({"title": TITLE, "text": None}, ensure_ascii=False)
LATE = "taken or passing"  # by whether it comes with the answer or after it
HEAD = b"HTTP/1.1 200 OK\r\n"


def cases_of_messages():
    """What stands around an answer, or in its place."""
    return [*_counts(), *_charsets(), *_envelopes(), *_broken_http(), *_statuses(), *_lost()]


def _counts():
    for name, usage in {
        "fractional": {"prompt_tokens": 7.4, "completion_tokens": 3.5},
        "absurd": {"prompt_tokens": 10**30, "completion_tokens": 10**30},
        "beyond floats": {"prompt_tokens": 10**400, "completion_tokens": 1},
        "in floats": {"prompt_tokens": 1e30, "completion_tokens": 1e300},
        "infinite": {"prompt_tokens": float("inf"), "completion_tokens": float("nan")},
        "negative": {"prompt_tokens": -7, "completion_tokens": -1},
        "as words": {"prompt_tokens": "7", "completion_tokens": "many"},
        "null": {"prompt_tokens": None, "completion_tokens": None},
        "true": {"prompt_tokens": True, "completion_tokens": False},
        "a list": [7, 3],
        "a word": "7",
        "nested": {"prompt_tokens": {"text": 7}, "completion_tokens": [3]},
    }.items():
        yield Case(f"counts, {name}", says(GOOD, usage=usage), TAKEN)


def _charsets():
    whole = json.dumps(completion(UMLAUT), ensure_ascii=False)
    raw = {
        "UTF-8 with a BOM": ("utf-8-sig", "application/json"),
        "UTF-8 called Latin 1": ("utf-8", "application/json; charset=iso-8859-1"),
        "UTF-8 of an unknown name": ("utf-8", "application/json; charset=klingon"),
        "UTF-8 called text": ("utf-8", "text/plain"),
        "UTF-8 of no kind": ("utf-8", ""),
        "UTF-16": ("utf-16", "application/json; charset=utf-16"),
        "UTF-16 not named": ("utf-16-le", "application/json"),
        "UTF-32 not named": ("utf-32-be", "application/json"),
        "Latin 1": ("latin-1", "application/json; charset=iso-8859-1"),
        "Windows": ("cp1252", "application/json; charset=windows-1252"),
    }
    for name, (charset, kind) in raw.items():
        yield Case(f"charset, {name}", http(whole.encode(charset), kind=kind), TAKEN)
    for name, kind in {
        "Latin 1 not named": "application/json",
        "Latin 1 called UTF-8": "application/json; charset=utf-8",
        "Latin 1 of an unknown name": "application/json; charset=klingon",
        "Latin 1 called a codec of bytes": "application/json; charset=base64",
        "Latin 1 called ASCII": "application/json; charset=us-ascii",
    }.items():
        yield Case(f"charset, {name}", http(whole.encode("latin-1"), kind=kind), "broken_response")
    cut = whole.encode().replace("Ü".encode(), b"\xc3")
    yield Case("charset, a cut character", http(cut), "broken_response")
    pair = "".join(map(chr, (0xD83D, 0xDE00))).encode("utf-8", "surrogatepass")
    cesu = whole.encode().replace(b'"chatcmpl-1"', b'"' + pair + b'"')
    yield Case("charset, surrogates in UTF-8", http(cesu), TAKEN)


def _envelopes():
    good = completion(GOOD)

    def body(name, value, outcome):
        return Case(f"body, {name}", http(json.dumps(value).encode()), outcome)

    yield body("no model", good | {"model": None}, TAKEN)
    yield body("a model that is a number", good | {"model": 7}, TAKEN)
    yield body("no usage", good | {"usage": None}, TAKEN)
    yield body("fields nobody knows", good | {"x": [1], "service_tier": {}}, TAKEN)
    choice = good["choices"][0]
    yield body("two choices", good | {"choices": [choice, choice]}, TAKEN)
    yield body("an old completion", good | {"choices": [{"text": GOOD}]}, TAKEN)
    yield body("no finish reason", good | {"choices": [{"message": choice["message"]}]}, TAKEN)
    yield body("no choices", good | {"choices": []}, "empty")
    yield body("null choices", good | {"choices": None}, "empty")
    for name, value in {
        "an error with 200": {"error": {"message": "no"}},
        "a list": [good],
        "a word": "answer",
        "null": None,
        "a choice of null": good | {"choices": [None]},
        "choices in a mapping": good | {"choices": {"message": {"content": GOOD}}},
        "a message that is a word": good | {"choices": [{"message": "WRONG"}]},
        "another API": {"message": {"content": GOOD}, "done": True},
    }.items():
        yield body(name, value, "broken_response")
    text = json.dumps(good).encode()
    for name, message, outcome in (
        ("blank lines before it", b"\n\n  \n" + text, TAKEN),
        ("cut", text[: len(text) // 2], "broken_response"),
        ("twice", text + text, "broken_response"),
        ("nothing", b"", "broken_response"),
        ("deep", b"[" * 100_000, "broken_response"),
        ("a stream", b"data: " + text + b"\n\ndata: [DONE]\n\n", "broken_response"),
        ("zeros", b"\0" * 100, "broken_response"),
        ("a page", b"<html>Welcome</html>", "broken_response"),
    ):
        yield Case(f"body, {name}", http(message), outcome)


def _closing(*parts, abort=False):
    """A message in parts, after which the connection is gone."""

    async def send(_request, writer):
        for part in parts:
            writer.write(part)
            await writer.drain()
        writer.transport.abort() if abort else writer.close()

    return send


def _late(body):
    """The true answer, and a second one that nobody asked for, a little later."""

    async def send(_request, writer):
        writer.write(says(GOOD))
        await writer.drain()
        await asyncio.sleep(0.01)
        writer.write(body)
        await writer.drain()

    return send


def _chunked(chunks):
    return b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + chunks


def _broken_http():
    whole = json.dumps(completion(GOOD)).encode()
    size = f"{len(whole):x}\r\n".encode()
    for name, message, outcome in (
        ("chunked", _chunked(size + whole + b"\r\n0\r\n\r\n"), TAKEN),
        ("no status line", _closing(b"hello\r\n\r\n"), None),
        ("nonsense", _closing(b"\x00\x01\x02\xff" * 40), None),
        ("a status that is a word", _closing(b"HTTP/1.1 fine OK\r\n\r\n"), None),
        ("a header without a colon", _closing(b"HTTP/1.1 200 OK\r\nnonsense\r\n\r\n"), None),
        ("a length that is a word", _closing(HEAD + b"content-length: x\r\n\r\n"), None),
        ("a negative length", _closing(HEAD + b"content-length: -5\r\n\r\n"), None),
        ("two lengths", _closing(
            HEAD + b"content-length: 5\r\ncontent-length: 9\r\n\r\n" + whole), None),
        ("a huge header", _closing(b"HTTP/1.1 200 OK\r\nx: " + b"y" * 200_000 + b"\r\n\r\n"), None),
        ("a chunk size that is a word", _closing(_chunked(b"zz\r\n" + whole)), None),
        ("a chunk that is cut", _closing(_chunked(size + whole[:20])), None),
        ("no last chunk", _closing(_chunked(size + whole + b"\r\n")), None),
        ("a body that is cut", _closing(http(whole[:30], length=len(whole))), None),
        ("a body longer than its length", _closing(http(whole, length=30)), None),
        ("a body without a length", _closing(b"HTTP/1.1 200 OK\r\n\r\n" + whole), TAKEN),
        ("gzip that is none", http(whole, headers=["content-encoding: gzip"]), None),
        ("an unknown encoding", http(whole, headers=["content-encoding: zopfli"]), TAKEN),
        ("closed at once", _closing(), None),
        ("reset at once", _closing(abort=True), None),
        ("reset in the body", _closing(http(whole[:30], length=len(whole)), abort=True), None),
        ("a redirect to nowhere", http(status=302, headers=["location: http://"]), None),
        ("a redirect without a place", http(status=302), None),
        ("100 before it", b"HTTP/1.1 100 Continue\r\n\r\n" + http(whole), TAKEN),
        ("HTTP/1.0", _closing(http(whole).replace(b"HTTP/1.1", b"HTTP/1.0")), TAKEN),
        ("HTTP/9.9", _closing(http(whole).replace(b"HTTP/1.1", b"HTTP/9.9")), None),
        ("a second answer at once", says(GOOD) + says(DECOY), LATE),
        ("a second answer later", _late(says(DECOY)), LATE),
        ("an error later", _late(http(b"{}", 500)), LATE),
        ("nonsense later", _late(b"nonsense"), LATE),
    ):  # fmt: skip
        yield Case(f"HTTP, {name}", message, outcome or "passing")


def error(status, message="no", headers=(), **fields):
    body = json.dumps({"error": {"message": message, **fields}}).encode()
    return http(body, status, headers=headers)


def _lost():
    for name, words in {
        "OpenAI": "This model's maximum context length is 8192 tokens.",
        "vLLM": "The decoder prompt (length 9000) is longer than the maximum model length; "
        "decrease it or raise max_model_len",
        "llama.cpp": "the request exceeds the available context size, try increasing it",
        "SGLang": "Input length 9000 exceeds the maximum context length",
        "Mistral": "9000 tokens, too large for model with 8192 maximum context length",
        "Anthropic": "prompt is too long: 210000 tokens > 200000 maximum",
        "TGI": "Input validation error: too many tokens: 9000",
    }.items():
        yield Case(f"overflow, {name}", error(400, words), "context_overflow", is_lost=True)
    code = error(400, code="context_length_exceeded")
    yield Case("overflow, by its code", code, "context_overflow", is_lost=True)
    yield Case("413", error(413), "too_large", is_lost=True)
    yield Case("413 with a page", http(b"<html>", 413, "text/html"), "too_large", is_lost=True)
    yield Case("400 of a filter", error(400, code="content_filter"), "filtered", is_lost=True)
    yield Case("403", error(403), "forbidden", is_lost=True)
    yield Case("400 for a text", error(400), "bad_request", has_form=False, is_lost=True)
    yield Case("422 for a text", error(422), "bad_request", has_form=False, is_lost=True)


def _statuses():
    for status in (408, 409, 425, 500, 501, 502, 503, 504, 520, 522, 524, 529):
        yield Case(f"status {status}", error(status), "server_error")
    for name, header in {
        "in milliseconds": "retry-after-ms: 20", "in seconds": "retry-after: 0.02",
        "that is a word": "retry-after: soon", "that is past": "retry-after: -3",
        "that has passed": "retry-after: Mon, 01 Jan 1990 00:00:00 GMT",
    }.items():  # fmt: skip
        yield Case(f"429, a time {name}", error(429, headers=[header]), "rate_limited")
    yield Case("429 without words", http(b"", 429), "rate_limited")
    yield Case("500 with a page", http(b"<html>", 500, "text/html"), "server_error")
    yield Case("500 in no charset", http(b"\xff\xfe\xfd", 500), "server_error")
    yield Case("500 with half a character", error(500, chr(0xD83D)), "server_error")
    yield Case("204", http(b"", 204), "broken_response")
    yield Case("202", http(b"{}", 202), "broken_response")
