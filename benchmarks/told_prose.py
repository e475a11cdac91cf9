"""Sentences about made-up tracks, asked of a model behind an OpenAI-compatible server.

    python -m benchmarks.told_prose http://127.0.0.1:8092/v1 my-model --share 0.5 > a.jsonl

Every track is asked about with its facts, with the style alone, and with the facts of another
track, as a caption, as steps of reasoning and as answers to questions, at the temperatures in turn.
What `tests/data/lint/prose.jsonl` holds was drawn from such files.
"""

import argparse
import json
import random
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.request import Request, urlopen

from tests.pipeline.lint.eleventh_songs import ELEVENTH
from tests.pipeline.lint.fifth_songs import FIFTH
from tests.pipeline.lint.fourth_songs import FOURTH
from tests.pipeline.lint.later_songs import LATER
from tests.pipeline.lint.ninth_songs import NINTH
from tests.pipeline.lint.seventh_songs import SEVENTH
from tests.pipeline.lint.sixth_songs import SIXTH
from tests.pipeline.lint.tenth_songs import TENTH
from tests.pipeline.lint.third_songs import THIRD
from tests.pipeline.lint.told_songs import TOLD, Told

ROUNDS = (TOLD, LATER, THIRD, FOURTH, FIFTH, SIXTH, SEVENTH, NINTH, TENTH, ELEVENTH)

TEMPERATURES = (0.2, 0.7, 1.0)
TASKS = {
    "caption": (
        "Write a rich caption that blends the technical details (style, BPM, key, chords, length,"
        " singing) with how the song feels as it unfolds.",
        "Walk me through this recording from beginning to end, with its tempo, metre, key, and the"
        " changes along the way, naming times.",
        "Describe this song from both a technical and artistic lens: tempo, metre, key, chords,"
        " voices, loudness, length, feeling.",
        "Tell a friend in five plain sentences how fast it is, what key it is in, who sings, how"
        " long it lasts and what the chords are.",
    ),
    "steps": (
        "Think aloud in four short numbered steps, as if hearing the recording: how fast is it, and"
        " does the tempo change? Name times.",
        "Think aloud in four short numbered steps, as if hearing the recording: which key is it in,"
        " and which chords tell you so?",
        "Think aloud in four short numbered steps, as if hearing the recording: is there singing,"
        " where, and what kind of voice?",
    ),
    "answer": (
        "What is the tempo of this track, and is it slow or fast? Answer in one or two sentences.",
        "Is there singing in this track? Describe the voices. Answer in one or two sentences.",
        "How long is this track, and what happens in its middle? Answer in one or two sentences.",
        "What key is it in, and does the key change? Answer in one or two sentences.",
        "What is the time signature? Say how the beat feels. Answer in one or two sentences.",
        "Which chords are heard, and in which order? Answer in one or two sentences.",
        "How loud is it, and how wide is its dynamic range? Answer in one or two sentences.",
        "What is sung, and by whom? Quote a line. Answer in one or two sentences.",
        "What happens at 1:05? Answer in one or two sentences.",
    ),
}
MAX_TOKENS = {"caption": 110, "steps": 80, "answer": 40}
SYSTEM = "You are a trained musician who describes a recording as if you had listened to it."
SEED = 18


@dataclass(frozen=True)
class Ask:
    """One question about a track, and where its facts come from."""

    track: str
    told: str
    form: str
    task: str
    temperature: float


def asks(tracks: dict[str, Told]) -> Iterator[Ask]:
    """One caption, one chain of steps and three answers for each track and each kind of facts."""
    rng = random.Random(SEED)
    for track in tracks:
        for told in ("facts", "style", "another's facts"):
            for form, n in (("caption", 1), ("steps", 1), ("answer", 3)):
                for task in rng.sample(TASKS[form], n):
                    yield Ask(track, told, form, task, rng.choice(TEMPERATURES))


def prompt(ask: Ask, tracks: dict[str, Told]) -> str:
    """The words of the user."""
    own = tracks[ask.track].facts
    facts = {"style": own["style"]}
    if ask.told == "facts":
        facts = own
    elif ask.told == "another's facts":
        names = list(tracks)
        facts = tracks[names[(names.index(ask.track) + 5) % len(names)]].facts | facts
    lines = "\n".join(f"{name}: {words}" for name, words in facts.items())
    return f"<data>\n{lines}\n</data>\n\n{ask.task}"


def answer(base_url: str, ask: Ask, words: str) -> str:
    """What the model says to `words`."""
    messages = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": words}]
    body = {
        "messages": messages,
        "temperature": ask.temperature,
        "max_tokens": MAX_TOKENS[ask.form],
        "seed": SEED,
    }
    request = Request(
        f"{base_url}/chat/completions",
        json.dumps(body).encode(),
        {"Content-Type": "application/json"},
    )
    with urlopen(request, timeout=600) as response:
        return str(json.load(response)["choices"][0]["message"]["content"])


def main() -> None:
    """Print one answer a line, as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("base_url")
    parser.add_argument("model")
    parser.add_argument("--round", type=int, default=1, choices=range(1, len(ROUNDS) + 1))
    parser.add_argument("--share", type=float, default=1.0, help="of the questions, drawn")
    parser.add_argument("--but", type=Path, help="answers that are there already")
    parser.add_argument("--at-once", type=int, default=6)
    args = parser.parse_args()
    tracks = ROUNDS[args.round - 1]
    every = list(asks(tracks))
    if args.but:
        done = [json.loads(line) for line in args.but.read_text().splitlines()]
        every = [each for each in every if not any(asdict(each).items() <= r.items() for r in done)]
    # Another draw for each model: together they see more of the questions.
    drawn = random.Random(args.model).sample(every, round(args.share * len(every)))
    # One after the other of the same facts: servers keep the beginning of a prompt.
    same_facts = defaultdict(list)
    for ask in drawn:
        same_facts[ask.track, ask.told].append(ask)

    def print_answers(some: list[Ask]) -> None:
        for ask in some:
            text = answer(args.base_url, ask, prompt(ask, tracks))
            print(json.dumps({"model": args.model, **asdict(ask), "text": text}), flush=True)

    with ThreadPoolExecutor(args.at_once) as pool:
        list(pool.map(print_answers, same_facts.values()))


if __name__ == "__main__":
    main()
