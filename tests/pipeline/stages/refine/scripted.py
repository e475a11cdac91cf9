"""A scripted writer that refines captions and tells them in German."""

import json
import re

_DATA = re.compile(r"<data>\n(.*)\n</data>")
GERMAN = (
    "Ein warmes Stück mit Klavier und Schlagzeug, das ruhig beginnt und sich dann langsam "
    "steigert, bis am Ende alle Stimmen noch einmal zusammen klingen und leise verstummen."
)


def refining(user):
    """What the writer answers to the prompts `refine` and `retell`; None to others.

    It drops the sentences that hold what is wrong, and adds one about the words where it is asked
    to. A caption that calls itself stubborn comes back as it was.
    """
    if "Write in German." in user:
        return {"text": GERMAN}
    if "Give the whole caption, all its sentences" not in user:
        return None
    data = json.loads(_DATA.search(user)[1])
    kept = [
        sentence
        for sentence in data["caption"]
        if "stubborn" in user or not any(each["words"] in sentence for each in data["wrong"])
    ]
    if "Add what the lyrics are about" in user:
        kept.append("A voice sings of going home.")
    return {"caption": " ".join(kept)}
