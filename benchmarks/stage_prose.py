"""Requests about made-up and measured tracks in the words of the stages' own prompts.

    python -m benchmarks.stage_prose --n 24 --seed 19 > requests.jsonl

`benchmarks.told_prose` asks for prose of every kind; this asks as `describe`, `retell`, `question`
and `reason` do, with the track's data or another's. A request with the writer's name as `model` and
what it wrote as `text` is a line of what `benchmarks.draw_prose` reads: of questions, the answers
and their rationales.
"""

import argparse
import json
import random
from collections.abc import Callable
from typing import Any

from benchmarks.told_prose import ROUNDS
from pipeline.prompts import load_prompt
from pipeline.stages.describe.facts import stated_facts
from pipeline.stages.question.styles import STYLES
from schemas.sections import DescribeConfig
from tests.pipeline.lint.told_songs import Told
from tests.pipeline.stages.test_describe import caption_of, lyrics_of, told

TRACKS = {name: track for tracks in ROUNDS for name, track in tracks.items()}

# Shorter than the stages' defaults: more texts of as many words, and more ways to say a thing.
_WORDS = {"full": 160, "short": 50}
_THOUGHT_WORDS = 120
_N_QUESTIONS = 5
_ASKED = {
    "How fast is this track?": ("slow", "at a moderate tempo", "fast"),
    "Is the music in a major or in a minor key?": ("major", "minor"),
    "How many beats does a bar have?": ("three", "four", "six"),
    "Which chord takes most of the time?": ("the tonic", "the subdominant", "the dominant"),
    "Who sings in this recording?": ("a man", "a woman", "nobody"),
    "About how long is the recording?": ("two minutes", "four minutes", "six minutes or more"),
}
_KNOWN = {"tempo", "metre", "key", "one_key", "chords", "duration", "loudness", "lyrics"}

Facts = dict[str, Any]


def main() -> None:
    """Print one request a line, as JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--n", type=int, required=True, help="requests")
    parser.add_argument("--seed", type=int, required=True)
    args = parser.parse_args()
    rng = random.Random(args.seed)
    for _ in range(args.n):
        print(json.dumps(request(rng), ensure_ascii=False))


def request(rng: random.Random) -> dict[str, str | None]:
    """A request of a stage, drawn, and which track it is about."""
    track = rng.choice(sorted(TRACKS))
    is_own = rng.random() < 0.5
    source = track if is_own else rng.choice(sorted(TRACKS.keys() - {track}))
    stage = rng.choice(sorted(_USERS))
    form, words = _USERS[stage]
    prompt = load_prompt(stage).module
    return {
        "track": track,
        "told": "facts" if is_own else "another's facts",
        "form": form,
        "task": stage,
        "temperature": None,
        "system": str(prompt.system()),
        "user": words(prompt, _facts(TRACKS[source], TRACKS[track].sound), rng),
    }


def _facts(source: Told, sound: str) -> Facts:
    """What `describe` states of a track, with one impression of its sound."""
    evidence = source.evidence
    heard = caption_of(text=sound, length_s=evidence.facts.duration_s)
    lyrics = lyrics_of(*evidence.lyrics.splitlines()) if evidence.lyrics else None
    return stated_facts(told().track, evidence.facts, lyrics, [heard], DescribeConfig())[0]


def _describe(prompt: Any, facts: Facts, rng: random.Random) -> str:
    return str(prompt.user(rng.choice(prompt.instructions), facts, _WORDS["full"]))


def _retell(prompt: Any, facts: Facts, rng: random.Random) -> str:
    form = rng.choice(sorted(_WORDS))
    caption = " ".join(each["heard"] for each in facts["impressions"])
    return str(prompt.user(form, "English", caption, facts, _WORDS[form]))


def _question(prompt: Any, facts: Facts, rng: random.Random) -> str:
    suiting = [style for style in STYLES if _KNOWN.issuperset(style.needs)]
    styles = rng.sample(suiting, _N_QUESTIONS)
    wanted = [{"n": 1, "form": "open", "style": style} for style in styles]
    return str(prompt.user(facts, wanted, 4, 4, False))


def _reason(prompt: Any, facts: Facts, rng: random.Random) -> str:
    question = rng.choice(list(_ASKED))
    task = {"question": question, "options": _ASKED[question]}
    return str(prompt.user(facts, task, _THOUGHT_WORDS))


_USERS: dict[str, tuple[str, Callable[[Any, Facts, random.Random], str]]] = {
    "describe": ("caption", _describe),
    "retell": ("caption", _retell),
    "question": ("answer", _question),
    "reason": ("steps", _reason),
}


if __name__ == "__main__":
    main()
