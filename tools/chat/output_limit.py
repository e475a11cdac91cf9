"""How long an answer may become: what its request can use, and when more of it is worth asking for.

A model in a loop fills whatever it is given. So an answer whose words alone fill what can be used
of it is not asked for at twice the length; one that thoughts kept short is.
"""

from schemas.roles import RoleConfig
from tools.chat.reading import is_loop
from tools.chat.request import ChatRequest, Reply

_MOST_OUTPUT = 4
_LEAST_CHARS_PER_TOKEN = 2
"""Ours: digits and names of chords come to two characters a token, prose to four; thoughts that a
server hides leave an answer shorter than that."""


def first_limit(request: ChatRequest, role: RoleConfig, *, thinks: bool) -> int:
    """Tokens that a first answer may have; thoughts count too, so a model that thinks gets all.

    Examples
    --------
    >>> short = ChatRequest("s", "u", most_tokens=300)
    >>> first_limit(short, RoleConfig(), thinks=False)
    300
    >>> first_limit(short, RoleConfig(), thinks=True)
    4096
    """
    limit = role.sampling.max_output_tokens
    if request.most_tokens is None or thinks:
        return limit
    return min(limit, request.most_tokens)


def next_limit(request: ChatRequest, role: RoleConfig, limit: int, cut: Reply) -> int:
    """Tokens that the next answer may have, after one that broke off.

    Parameters
    ----------
    request : ChatRequest
    role : RoleConfig
    limit : int
        At which it broke off.
    cut : Reply
    """
    if is_loop(cut.said):
        return limit
    most = _MOST_OUTPUT * role.sampling.max_output_tokens
    if request.most_tokens is not None and not spent_on_thoughts(cut, limit):
        most = min(most, request.most_tokens)
    return max(limit, min(most, max(2 * limit, role.sampling.max_output_tokens)))


def spent_on_thoughts(cut: Reply, limit: int) -> bool:
    """Whether the words of an answer that broke off at a limit are too few to have filled it.

    Blanks in a loop are few, too, but no thoughts.
    """
    return not is_loop(cut.said) and len(cut.text) < _LEAST_CHARS_PER_TOKEN * limit
