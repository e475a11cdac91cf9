"""A scripted questioner, for tests of questions by a model that hears."""

import json
import re

_STYLE = re.compile(r"style `(\w+)`")


def scripted(user):
    """Pairs of a questioner: one good, one of each fault that hearing may have; None to others."""
    if "Write these questions" not in user:
        return None
    length_s = json.loads(user.split("<data>")[1].split("</data>")[0])["duration"]
    asked = set(_STYLE.findall(user))
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
    )  # fmt: skip
    assert asked, "styles are asked for"
    return {"pairs": [good | each for each in changes]}
