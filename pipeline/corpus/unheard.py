"""Who writes though no model hears it: said before anything is spent."""

from pipeline.stages.judge.stage import JUDGES
from schemas.config import CorpusConfig


def unheard_writers(config: CorpusConfig) -> list[str]:
    """What will become of texts that a model writes and no model hears, in words."""
    models = config.roles.played_by_models
    found = []
    if models & {"writer", "questioner"} and not models & set(JUDGES):
        found.append(
            _words(
                "captions and questions of the roles `writer` and `questioner`",
                "`unjudged`",
                ("judge", "judge.release_unjudged"),
                is_released=config.judge.release_unjudged,
            )
        )
    if "reasoner" in models and "checker" not in models:
        found.append(
            _words(
                "chains of thought of the role `reasoner`",
                "`unchecked`",
                ("checker", "factcheck.release_unchecked"),
                is_released=config.factcheck.release_unchecked,
            )
        )
    return found


def _words(texts: str, fate: str, settings: tuple[str, str], *, is_released: bool) -> str:
    role, setting = settings
    if is_released:
        return f"no model hears the {texts}; they are let through all the same (`{setting}`)"
    return (
        f"no model hears the {texts}: none will be released, all are kept apart as {fate}. "
        f"Give the role `{role}` to a model that hears, or set `{setting}`"
    )
