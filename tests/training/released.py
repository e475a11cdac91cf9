"""A release of the example songs, as the release stage writes it, with made-up texts."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import soundfile

from schemas.arrow import to_table
from schemas.captions import Authorship
from schemas.release import (
    Audio,
    ReleasedCaption,
    ReleasedComparison,
    ReleasedQa,
    ReleasedSound,
    ReleasedStep,
    ReleasedThought,
    ReleasedTrack,
)
from schemas.structured import AcceptedEntry
from schemas.thinking import Thought, ask_for_thought, format_thought

SONGS = Path(__file__).parents[2] / "examples" / "songs"
AUTHORSHIP = Authorship(
    role="writer", engine="builtin/facts", model="-", prompt="describe@1", prompt_hash="0" * 64
)


def write_release(folder: Path, *, embedded=True, heard_s=12.0, row_group_size=2) -> Path:
    """Four tracks, each with a caption, a question and a thought about its first seconds."""
    songs = sorted(SONGS.glob("*.ogg"))
    truth = json.loads((SONGS / "truth.json").read_text())
    write(
        folder, "tracks", ReleasedTrack, [track(song, embedded) for song in songs], row_group_size
    )
    texts = [texts_of(song, truth, heard_s) for song in songs]
    names = ("mf-skills/captions", "mf-skills/qa", "mf-think")
    kinds = (ReleasedCaption, ReleasedQa, ReleasedThought)
    for i, (name, kind) in enumerate(zip(names, kinds, strict=True)):
        rows = [row for each in texts for row in each[i]]
        write(folder, name, kind, rows, row_group_size)
    return folder


def write(folder, name, kind, rows, row_group_size=2, split="train"):
    path = folder / name / f"{split}-00000-of-00001.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(to_table(rows, kind), path, row_group_size=row_group_size)


def track(song, embedded):
    sound = song.read_bytes() if embedded else None
    return track_of(song.stem, Audio(path=song.name, bytes=sound), soundfile.info(song).duration)


def track_of(name, audio, duration_s):
    return ReleasedTrack(
        track_id=name,
        source_id=None,
        audio=audio,
        duration_s=duration_s,
        n_audio_tokens=int(duration_s * 25),
        split="train",
        group=name,
        title=name,
        artist=None,
        genre=None,
        language=None,
        culture=None,
        licence="MIT",
        lane="commercial",
    )


def text(song, kind, prompt, completion, heard_s, **fields):
    return {
        "row_id": f"{song.stem}-{kind}",
        "track_id": song.stem,
        "about_start_s": None,
        "about_end_s": None,
        "heard_start_s": 0.0,
        "heard_end_s": heard_s,
        "prompt": prompt,
        "completion": completion,
        "n_audio_tokens": round(heard_s * 25),
        "n_text_tokens": len(prompt) + len(completion),
        "lane": "commercial",
        "authorship": AUTHORSHIP,
        **fields,
    }


def comparison(one, two, heard_s=4.0):
    """A comparison of two songs, which are heard from 1 s and from 2 s on."""
    sounds = [
        ReleasedSound(
            track_id=song.stem,
            heard_start_s=start_s,
            heard_end_s=start_s + heard_s,
            n_audio_tokens=round(heard_s * 25),
        )
        for song, start_s in ((one, 1.0), (two, 2.0))
    ]
    options = ["Recording 1 is faster", "Recording 2 is faster"]
    fields = text(one, f"c-{two.stem}", "Which is faster?", options[0], heard_s)
    fields |= {"heard_start_s": 1.0, "heard_end_s": 1.0 + heard_s}
    fields |= {"n_audio_tokens": sum(each.n_audio_tokens for each in sounds)}
    return ReleasedComparison(
        **fields,
        sounds=sounds,
        aspect="tempo",
        skill="structure",
        form="multiple_choice",
        type="comparison",
        question="Which is faster?",
        options=options,
        answer=options[0],
        gold_answer=options[0],
        rationale=None,
    )


def steps_of(thought):
    return [ReleasedStep(text=thought.thinking, start_s=None, end_s=None)]


def texts_of(song, truth, heard_s):
    name = song.stem.replace("_", " ")
    options = sorted(each.stem.replace("_", " ") for each in SONGS.glob("*.ogg"))
    question = "Which song is it?\nChoose from the following options\n" + "\n".join(
        f"{letter}. {option}" for letter, option in zip("ABCD", options, strict=True)
    )
    thought = Thought(thinking=f"It sounds like {name}.", answer=name, is_bridged=True)
    told = Thought(thinking="Let me listen.", answer=f"{name}, fast.", is_bridged=False)
    entry = AcceptedEntry(category="genre", accepted=[name.split()[0]], is_measured=False)
    shared = {"skill": "attributes", "options": options}
    told_of = {
        "form": "full", "language": "en", "is_checked": True, "origin": None, "original": None,
    }  # fmt: skip
    caption = text(
        song, "c", "Tell.", f"This is {name}.", heard_s, n_words=4, categories=[entry], **told_of
    )
    qa = text(
        song, "q", question, name, heard_s, form="multiple_choice", question="Which?", answer=name,
        gold_answer=name, origin=None, type="multiple_choice", rationale=None,
        references={"seconds": [], "bars": [], "chords": []},
        **shared,
    )  # fmt: skip
    thoughts = [
        text(
            song, "t", ask_for_thought(question), format_thought(thought), heard_s,
            gold_answer=name, categories=None,
            steps=steps_of(thought), **shared,
        ),
        text(
            song, "d", ask_for_thought("Tell."), format_thought(told), heard_s,
            skill=None, options=None, gold_answer=None, categories=[entry], steps=steps_of(told),
        ),
    ]  # fmt: skip
    return (
        [ReleasedCaption(**caption)],
        [ReleasedQa(**qa)],
        [ReleasedThought(**each) for each in thoughts],
    )
