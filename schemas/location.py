"""Where a store or a source may be: no secret is part of its name, since a name is printed."""


def check_location(location: str) -> None:
    """Refuse a URL that holds a password or a signature.

    Raises
    ------
    ValueError
        With a message that does not repeat it.
    """
    _, is_url, rest = location.partition("://")
    user, is_user, _ = rest.partition("@")
    if is_url and ((is_user and ":" in user) or "?" in rest):
        raise ValueError(
            "a URL in a config holds no password and no query, since URLs are printed: credentials "
            "come from the environment, e.g. AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        )
