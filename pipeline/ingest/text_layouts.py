r"""Captions and pairs in the layouts that sets are published in: from a row to entries.

=====================  ===========================================================================
set                    what is read of a row
=====================  ===========================================================================
ours                   `uri` or `source_id`; `caption`, or `question`, `answer`, `options`
MusicCaps              `ytid`; `caption` (google/MusicCaps, musiccaps-public.csv)
LP-MusicCaps           `fname`, `track_id`, `ytid`, `path`; `caption_writing`, `caption_summary`,
                       `caption_paraphrase`, `caption_ground_truth`; not the captions predicted of
                       attributes alone
MusicBench             `location`; `main_caption`, `alt_caption`
Music4All, MSD         `id`, `track_id`, `song_id`; `caption`
MuChoMusic             `audio_path`; `question`, `answer`, `distractors`
MusicQA (MU-LLaMA)     `audio_name`; `conversation`
Audio Flamingo         `sound`; `conversations` of turns ``from`` human and gpt, or ``role`` user
                       and assistant; ``<sound>`` and ``(A) …`` are read out of the question
=====================  ===========================================================================
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pipeline.prompts import readable
from schemas.quality import TextKind

KEYS = (
    "uri", "source_id", "sound", "audio", "audio_name", "audio_path", "location", "path", "file",
    "file_name", "filename", "fname", "ytid", "video_id", "track_id", "song_id", "id",
)  # fmt: skip
"""Columns that may say which recording a row is about, the surest first."""
CAPTIONS = (
    "caption", "captions", "main_caption", "alt_caption", "caption_writing", "caption_summary",
    "caption_paraphrase", "caption_ground_truth", "description", "texts",
)  # fmt: skip
_LICENCES = ("licence", "license")
_TURNS = ("conversations", "conversation", "messages")
_ASKS, _ANSWERS = ("human", "user"), ("gpt", "assistant", "model")
_SOUND = re.compile(r"<(?:sound|audio|speech)>|<\|?audio\|?>", re.I)
_OPTION = re.compile(r"^\s*[(\[]?([A-Z])[)\].:]\s+(.+?)\s*$", re.M)
_LETTERED = re.compile(r"^\s*[(\[]?([A-Z])[)\].:]\s+")
_ASKS_FOR_CAPTION = re.compile(
    r"\W*(?:please |can you |could you )?(?:describe|caption|write|summari[sz]e|provide|give"
    r"|generate|compose|walk|break|explain|analy[sz]e|tell)\b",
    re.I,
)
_MOST_CHARACTERS = 20_000
_CAPTION_WORDS = 25
"""Ours: the answer to "Describe it" and the like is a caption if it has so many words."""


class Entry(NamedTuple):
    """A text, and what may say which recording it is about."""

    keys: tuple[str, ...]
    kind: TextKind
    prompt: str | None
    text: str
    options: tuple[str, ...] | None
    licence: str | None


def entries(row: Mapping[str, Any]) -> Iterator[Entry]:
    """The texts of a row; none where it has no layout that is known.

    Parameters
    ----------
    row : mapping of str to JSON value
        Untrusted: what is no text is passed over, and what cannot be seen is dropped.
    """
    row = {name.strip().casefold(): value for name, value in row.items() if isinstance(name, str)}
    keys = tuple(key for name in KEYS if (key := _word(row.get(name))))
    licence = next((each for name in _LICENCES if (each := _word(row.get(name)))), None)
    for kind, prompt, text, options in _texts(row):
        yield Entry(keys, kind, prompt, text, options, licence)


_Text = tuple[TextKind, str | None, str, tuple[str, ...] | None]


def _texts(row: Mapping[str, Any]) -> Iterator[_Text]:
    for name in CAPTIONS:
        value = row.get(name)
        for each in value if isinstance(value, list | tuple) else [value]:
            if text := _word(each):
                yield "caption", None, text, None
    question, answer = _word(row.get("question")), _word(row.get("answer"))
    if question and answer:
        listed = _list(row.get("options")) or _list(row.get("choices"))
        wrong = _list(row.get("distractors"))
        yield _pair(question, answer, listed or ((answer, *wrong) if wrong else ()))
    for name in _TURNS:
        if isinstance(turns := row.get(name), list | tuple):
            yield from _spoken(turns)


def _spoken(turns: Sequence[Any]) -> Iterator[_Text]:
    """Each question that is answered at once."""
    asked: str | None = None
    for turn in turns:
        if not isinstance(turn, Mapping):
            continue
        who, said = turn.get("from") or turn.get("role"), turn.get("value") or turn.get("content")
        if who in _ASKS and isinstance(said, str):
            asked = _SOUND.sub(" ", said)
        elif who in _ANSWERS and asked and (answer := _word(said)):
            options = tuple(_word(each[2]) for each in _OPTION.finditer(asked))
            question = _word(_OPTION.sub(" ", asked))
            if options:
                yield _pair(question, answer, options)
            elif _ASKS_FOR_CAPTION.match(question) and len(answer.split()) >= _CAPTION_WORDS:
                yield "caption", question, answer, None
            else:
                yield "qa", question, answer, None
            asked = None


def _pair(question: str, answer: str, options: Sequence[str]) -> _Text:
    """A pair; the answer as its option is written, by the letter where it has one."""
    if not options:
        return "qa", question, answer, None
    plain = [_LETTERED.sub("", each) for each in options]
    letter = _LETTERED.match(answer) or re.fullmatch(r"[(\[]?([A-Z])[)\].:]?", answer)
    said = _LETTERED.sub("", answer)
    if said not in plain and letter and (at := ord(letter[1]) - ord("A")) < len(plain):
        said = plain[at]
    return "qa", question, said, tuple(plain)


def _list(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        return ()
    return tuple(word for each in value if (word := _word(each)))


def _word(value: Any) -> str:
    """A value as clean text; empty where it is none."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    lines = readable(str(value)[:_MOST_CHARACTERS]).splitlines()
    return "\n".join(line for each in lines if (line := " ".join(each.split())))
