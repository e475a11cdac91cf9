"""Judge a reply: a valid answer, or unusable, by its kind. No words of an error become data."""

from pydantic import BaseModel

from tools.chat.faults import UnusableFault
from tools.chat.objects import NoObjectError, find_object
from tools.chat.request import ChatRequest, Reply
from tools.chat.thoughts import split_thoughts

_LONGEST_TURN, _TURNS, _LEAST_LOOP = 200, 4, 40
"""Ours: what comes round four times, with 40 characters in all, is no end of an answer."""
_REPLACED = "\N{REPLACEMENT CHARACTER}"


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
        Of the form; text is stripped, and without thoughts.

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
    text = split_thoughts(reply.text)[1]
    if form is not None and reply.called is not None:
        text = f"{text}\n{reply.called}"
    if not text.strip():
        has_thoughts = reply.text.strip() or reply.reasoning
        detail = "the answer has thoughts only" if has_thoughts else "the answer has no words"
        raise UnusableFault("empty", detail, reply)
    if any("\ud800" <= sign <= "\udfff" or sign == _REPLACED for sign in text):
        raise UnusableFault("invalid", "it holds a part of a character", reply)
    if form is None:
        return text
    try:
        return find_object(text, form)
    except NoObjectError as error:
        raise UnusableFault("invalid", str(error), reply) from None


def read_answer(reply: Reply, request: ChatRequest) -> BaseModel | str:
    """The answer in a reply, if it is of use to who asked.

    Raises
    ------
    UnusableFault
        As `read_reply`, or for the reason that the request gives.
    """
    value = read_reply(reply, request.form)
    if request.refuses is not None and (found := request.refuses(value)):
        raise UnusableFault(*found, reply)
    return value


def is_loop(text: str) -> bool:
    """Whether a text ends in the same words over and over: a longer one would only go on.

    Examples
    --------
    >>> is_loop("It is warm. " + 9 * "And it is soft. ")
    True
    >>> is_loop("It is warm, and soft, and slow.")
    False
    """
    for turn in range(1, _LONGEST_TURN + 1):
        tail = text[-max(_TURNS * turn, _LEAST_LOOP) :]
        if len(tail) >= max(_TURNS * turn, _LEAST_LOOP) and tail[:-turn] == tail[turn:]:
            return True
    return False


def answer_text(value: BaseModel | str) -> str:
    """An answer as it is kept; `read_kept` is the inverse."""
    return value if isinstance(value, str) else value.model_dump_json()


def read_kept(text: str, form: type[BaseModel] | None) -> BaseModel | str:
    """An answer that was kept."""
    return text if form is None else form.model_validate_json(text)
