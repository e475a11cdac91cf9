"""Judge a reply: a valid answer, or unusable, by its kind. No words of an error become data."""

import re

from pydantic import BaseModel, ValidationError

from tools.chat.faults import UnusableFault
from tools.chat.request import Reply

_THOUGHTS = re.compile(r"\A.*</think>", re.DOTALL)
# gpt-oss's channels, with their tokens, and as a server leaves them that drops special tokens.
_CHANNEL = re.compile(
    r"(?:<\|start\|>assistant)?<\|channel\|>(?P<name>\w+).*?<\|message\|>(?P<text>.*?)"
    r"(?=<\|(?:end|return|call|start|channel)\|>|\Z)(?:<\|(?:end|return|call)\|>)?",
    re.DOTALL,
)
_BARE = re.compile(r"\Aanalysis(?P<thoughts>.*?)assistantfinal(?P<text>.*)\Z", re.DOTALL)
_MAX_COMPLAINTS = 5


def read_reply(reply: Reply, form: type[BaseModel] | None) -> BaseModel | str:
    """The answer in a reply.

    Parameters
    ----------
    reply : Reply
    form : type[BaseModel] or None
        None for plain text.

    Returns
    -------
    BaseModel or str
        Of the form; text is stripped, and thoughts before it are cut off.

    Raises
    ------
    UnusableFault
        ``refused``, ``filtered``, ``cut_off``, ``empty`` or ``invalid``.
    """
    if reply.finish == "refusal":
        raise UnusableFault("refused", "the model refused to answer", reply)
    if reply.finish == "content_filter":
        raise UnusableFault("filtered", "the server's content filter stopped the answer", reply)
    if reply.finish in ("length", "max_tokens"):
        raise UnusableFault("cut_off", "the answer broke off at the length limit", reply)
    if reply.finish != "stop":
        raise UnusableFault("stopped", f"the server ended the answer: {reply.finish}", reply)
    text = _THOUGHTS.sub("", reply.text).strip()
    if text.startswith("<think>") or (not text and reply.reasoning):
        raise UnusableFault("empty", "the answer has thoughts only", reply)
    if not text:
        raise UnusableFault("empty", "the answer has no words", reply)
    if form is None:
        return text
    try:
        return form.model_validate_json(_json_part(text))
    except ValidationError as error:
        raise UnusableFault("invalid", _complaint(error), reply) from None


def split_channels(content: str) -> tuple[str | None, str]:
    """Thoughts and answer of a text in gpt-oss's channels; any other text is all answer.

    Parameters
    ----------
    content : str
        As a server sends it that does not tell the channels apart itself.

    Returns
    -------
    thoughts : str or None
        Of all channels but ``final``.
    answer : str
        Of the channel ``final``; empty where there is none.

    Examples
    --------
    >>> split_channels("<|channel|>analysis<|message|>In G?<|end|><|channel|>final<|message|>G")
    ('In G?', 'G')
    """
    if bare := _BARE.match(content):
        return bare["thoughts"], bare["text"]
    if not content.lstrip().startswith(("<|channel|>", "<|start|>")):
        return None, content
    parts = [(each["name"], each["text"]) for each in _CHANNEL.finditer(content)]
    thoughts = "\n".join(text for name, text in parts if name != "final")
    return thoughts or None, "".join(text for name, text in parts if name == "final")


def answer_text(value: BaseModel | str) -> str:
    """An answer as it is kept; `read_kept` is the inverse."""
    return value if isinstance(value, str) else value.model_dump_json()


def read_kept(text: str, form: type[BaseModel] | None) -> BaseModel | str:
    """An answer that was kept."""
    return text if form is None else form.model_validate_json(text)


def _json_part(text: str) -> str:
    """From the first brace to the last: servers without structured output put words around."""
    start, end = text.find("{"), text.rfind("}")
    return text[start : end + 1] if 0 <= start < end else text


def _complaint(error: ValidationError) -> str:
    problems = [
        f"{'.'.join(map(str, each['loc'])) or 'the answer'}: {each['msg']}"
        for each in error.errors(include_url=False, include_input=False)
    ]
    return "; ".join(problems[:_MAX_COMPLAINTS])
