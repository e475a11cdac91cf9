"""The generator's families, each a source by itself."""

from collections.abc import Callable
from functools import partial

import numpy as np

from benchmarks.facts import hard, styles
from benchmarks.facts.score import Score
from benchmarks.facts.song import compose
from benchmarks.facts.style import Style
from benchmarks.facts.world import world


def of_styles(family: str, pool: tuple[Style, ...], rng: np.random.Generator) -> Score:
    """A short song in one of a family's styles."""
    style = pool[int(rng.integers(len(pool)))]
    return compose(style, family, rng, length_s=float(rng.uniform(28, 44)))


FAMILIES: dict[str, Callable[[np.random.Generator], Score]] = {
    "gen_rock": partial(of_styles, "gen_rock", styles.ROCK),
    "gen_pop": partial(of_styles, "gen_pop", styles.POP),
    "gen_electronic": partial(of_styles, "gen_electronic", styles.ELECTRONIC),
    "gen_jazz": partial(of_styles, "gen_jazz", styles.JAZZ),
    "gen_latin": partial(of_styles, "gen_latin", styles.LATIN),
    "gen_ternary": partial(of_styles, "gen_ternary", styles.TERNARY),
    "gen_odd": partial(of_styles, "gen_odd", styles.ODD),
    "gen_modal": partial(of_styles, "gen_modal", styles.MODAL),
    "gen_world": world,
    "gen_tempo": hard.odd_tempo,
    "gen_two_keys": hard.two_keys,
    "gen_keyless": hard.keyless,
}
