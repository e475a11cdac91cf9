"""A caption's other forms without a model: in English, and only what the facts say."""

from typing import Any

from pydantic import BaseModel

from pipeline.builtin.clock import clock
from pipeline.builtin.describe import heard_key, heard_rhythm
from pipeline.builtin.sections import heard_in
from pipeline.builtin.words import listed
from pipeline.stages.retell.key_facts import KeyWords
from pipeline.stages.retell.stage import Told
from schemas.captions import CaptionForm
from tools.chat.builtin import NAME
from tools.chat.faults import BadRequestFault

Facts = dict[str, Any]


def retell(form: CaptionForm, language: str, stated: Facts) -> BaseModel:
    """One form of a caption.

    Parameters
    ----------
    form : CaptionForm
    language : str
        ISO 639-1.
    stated : dict
        From `pipeline.stages.describe.facts.stated_facts`.

    Returns
    -------
    Told or KeyWords

    Raises
    ------
    BadRequestFault
        For another language than English, which only a model can write.
    """
    if language != "en":
        raise BadRequestFault("no_model", f"{NAME} writes English only: configure a writer")
    if form == "facts":
        return KeyWords(genre=stated.get("tags", {}).get("genre"), mood=None, themes=[])
    return Told(text=_sections(stated) if form == "sections" else _short(stated))


def _short(stated: Facts) -> str:
    genre = stated.get("tags", {}).get("genre")
    sentences = [f"Its style is {genre}."] if genre else []
    sentences += heard_rhythm(stated) + heard_key(stated)
    if instruments := stated.get("instruments"):
        sentences.append(f"Among the instruments are {listed(instruments)}.")
    if "voice" in stated:
        sentences.append("There is a voice." if stated["voice"] else "There are no vocals.")
    sentences.append(f"This recording lasts {clock(stated['duration_s'])}.")
    return " ".join(sentences)


def _sections(stated: Facts) -> str:
    return "\n".join(_line(each, stated["impressions"]) for each in stated["sections"])


def _line(section: Facts, impressions: list[Facts]) -> str:
    span = f"{clock(section['from_s'])} to {clock(section['to_s'])}:"
    name = f" The {section['name']}." if "name" in section else ""
    heard = heard_in(section)
    sentence = f" The music {listed(heard)}." if heard else ""
    middle_s = (section["from_s"] + section["to_s"]) / 2
    then = next((e for e in impressions if e["from_s"] <= middle_s < e["to_s"]), None)
    return span + name + sentence + (f" {then['heard']}" if then else "")
