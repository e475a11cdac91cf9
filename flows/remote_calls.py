"""What the methods of Ray's actors give, or the error that they raised themselves."""

from typing import Any


def result_of(work: Any, time_limit_s: float | None = None) -> Any:
    """Wait for what an actor's method gives.

    Raises
    ------
    ray.exceptions.RayError
        If the actor is gone, or does not answer in time.
    """
    import ray

    try:
        return ray.get(work, timeout=time_limit_s)
    except ray.exceptions.RayTaskError as error:
        raise _own_error(error) from None


async def await_result_of(work: Any) -> Any:
    """Wait for what an actor's method gives, beside other work."""
    import ray

    try:
        return await work
    except ray.exceptions.RayTaskError as error:
        raise _own_error(error) from None


def _own_error(error: Any) -> Exception:
    cause = error.cause
    return cause if isinstance(cause, Exception) else error
