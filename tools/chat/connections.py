"""Connections to an endpoint: used again only where every answer names the request it is to."""

import secrets
from typing import Any

from tools.chat.faults import PassingFault

_NO_KEY = "none"
_REQUEST_ID = "X-Request-Id"
_KEPT_IDLE_S = 1.0
"""Ours: half of the shortest time after which a common server closes an idle connection, gunicorn's
2 s (uvicorn, below vLLM, and llama.cpp 5 s): a request that meets the closing is lost."""


class Connections:
    """Where requests to one endpoint go out.

    Parameters
    ----------
    base_url : str
    key : str or None
    most : int
        Open at once.
    time_limit_s : float
        Of each read.

    Attributes
    ----------
    once : openai.AsyncOpenAI
        A client that uses no connection twice.

    Notes
    -----
    What a server sends late, on a connection that is used again, would be read as the answer to the
    next request: in HTTP/1.1 an answer is to the request whose turn it is. So each request brings a
    random `X-Request-Id`, and connections are kept only while each answer holds it, in its header
    or its body, as vLLM's do (there it becomes a part of the completion's `id`). An answer that
    does not is none, wherever its bytes come from, and from then on no connection is used twice. An
    endpoint whose first answers name no request never has one kept.

    Errors need not name their request. On a kept connection one that can pass is taken as it is,
    and costs a pause at most; one that decides over a request is to be had on a connection of its
    own: see `EndpointEngine`. What is not found out is a server that writes the id of one request
    on the answer to another; it would do so on new connections too.
    """

    def __init__(
        self, base_url: str | None, key: str | None, *, most: int, time_limit_s: float
    ) -> None:
        import httpx2
        import openai

        certificates = httpx2.create_ssl_context()

        def client(idle_s: float, **headers: str) -> openai.AsyncOpenAI:
            limits = httpx2.Limits(max_connections=most, keepalive_expiry=idle_s)
            return openai.AsyncOpenAI(
                base_url=base_url,
                api_key=key or _NO_KEY,
                max_retries=0,
                timeout=time_limit_s,
                default_headers=headers,
                http_client=openai.DefaultAioHttpClient(limits=limits, verify=certificates),
            )

        self.once = client(0.0, Connection="close")
        self._kept = client(_KEPT_IDLE_S)
        self._names_requests: bool | None = None
        self._response = httpx2.Response

    @property
    def are_kept(self) -> bool:
        """Whether the next request may go over a connection that was used before."""
        return self._names_requests is True

    async def post(self, path: str, content: bytes, *, once: bool = False) -> Any:
        """Send a body, and wait for the whole response.

        Parameters
        ----------
        path : str
            Below the base URL.
        content : bytes
        once : bool, optional
            Over a connection of its own, whatever is known of the endpoint.

        Returns
        -------
        httpx2.Response

        Raises
        ------
        PassingFault
            ``broken_response`` if a kept connection brought the answer to something else.
        openai.OpenAIError
            As `openai.AsyncOpenAI.post`.
        """
        is_kept = self.are_kept and not once
        number = secrets.token_hex(16)
        # As `client.chat.completions`, without its walk over body and schema: a third of the CPU.
        response = await (self._kept if is_kept else self.once).post(
            path,
            cast_to=self._response,
            content=content,
            options={"headers": {_REQUEST_ID: number}},
        )
        is_named = number in response.headers.get(_REQUEST_ID, "") or (
            number.encode() in response.content
        )
        if is_kept and not is_named:
            self._names_requests = False
            raise PassingFault("broken_response", "it is to another request", may_cost=True)
        if self._names_requests is None:
            self._names_requests = is_named
        return response

    async def close(self) -> None:
        """Close all."""
        try:
            await self.once.close()
        finally:
            await self._kept.close()
