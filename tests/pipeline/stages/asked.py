"""A scripted questioner, guesser and writer of harder choices, for tests over a connection."""

import json
import re

_STYLE = re.compile(r"style `(\w+)`")
_ASPECT = re.compile(r"\(`(\w+)`\): (.+)")


EASY, STUBBORN = (
    "How long is this easy one?",
    "Until when do the clicks of it go on, you stubborn ear?",
)


def scripted(user):
    """What writers and a guesser answer; None where nothing is scripted.

    Right options say ``about``: who only reads finds them, unless all options do.
    """
    if "Write these questions" in user:
        return asked(user)
    if "Write a question in each" in user:
        return compared(user)
    if "Give the text of your option" in user or "give the text of your option" in user:
        return guessed(_data(user))
    if "questions harder" in user:
        return {"pairs": [harder(each) for each in _data(user)["questions"]]}
    return None


def _data(user):
    return json.loads(user.split("<data>")[1].split("</data>")[0])


def compared(user):
    """A question in each aspect, always with the first option: right or wrong."""
    return {
        "questions": [
            {
                "aspect": aspect,
                "question": f"Which of both stands out by its {aspect.replace('_', ' ')} to you?",
                "answer": options.split("; ")[0],
                "rationale": "Each was heard for a while, and then held against the other one.",
            }
            for aspect, options in _ASPECT.findall(user)
        ]
    }


def guessed(exam):
    if isinstance(exam, dict):
        return {"option": _guess(exam["options"])}
    return {"answers": [{"id": each["id"], "option": _guess(each["options"])} for each in exam]}


def _guess(options):
    told = [each for each in options if each.startswith("about")]
    return told[0] if len(told) == 1 else max(options)


def harder(pair):
    """The easy one with options that all say ``about``; the other is no better than before."""
    word = "about" if pair["question"] == EASY else "nearly"
    wrong = [{"text": f"{word} {90 + n} s", "kind": "unrelated"} for n in range(6)]
    question = "For what time is it heard?" if word == "about" else pair["question"]
    return {"id": pair["id"], "question": question, "distractors": wrong}


def asked(user):
    """Pairs of a questioner: one good, one of each fault that hearing may have, two choices."""
    length_s = _data(user)["duration"]
    good = {
        "style": "length", "form": "open", "question": "How long does it last until it ends?",
        "answer": f"It lasts about {round(length_s)} s.", "distractors": [], "start_s": None,
        "end_s": None, "rationale": "The clicks go on for that long, and then it is quiet.",
        "references": {"seconds": [length_s], "bars": [], "chords": []}, "evidence": ["duration"],
    }  # fmt: skip
    changes = (
        {},
        {"style": "reverb", "question": "What room do the clicks sound in?",
         "answer": "They are dry, without any room.", "evidence": ["hearing"]},
        {"question": "How long is it by its metadata?"},
        {"question": "In which year was it recorded?"},
        {"question": "How long do you hear it?",
         "references": {"seconds": [length_s + 60], "bars": [], "chords": []}},
        {"question": "For how long does it go on?", "answer": "For quite a while."},
        *(
            {"form": "multiple_choice", "question": question, "answer": f"about {length_s:g} s",
             "distractors": [
                 {"text": f"nearly {90 + n} s", "kind": "unrelated"} for n in range(3)
             ]}
            for question in (EASY, STUBBORN)
        ),
    )  # fmt: skip
    assert _STYLE.search(user), "styles are asked for"
    return {"pairs": [good | each for each in changes]}
