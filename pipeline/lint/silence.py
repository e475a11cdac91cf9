"""Sound in a silent stretch, and silence that is told with its time."""

import re
from collections.abc import Iterator

from pipeline.lint.evidence import Evidence
from pipeline.lint.passage import Claim, Judged, Passage
from pipeline.lint.pattern import Pattern
from pipeline.lint.times import moment_of, time_mentions
from schemas.lint import Finding

_SOUND = Pattern(
    r"\b(?:drums?|guitars?|bass|piano|strings|brass|synths?|vocals?|voices?|singer|choir"
    r"|chorus|solo|"
    r"melody|beat|groove|enters?|builds?|climax|swells?|plays?|kicks?|roar\w*|horns?|flute"
    r"|violins?|cymbals?)\b",
    re.I,
)
_SILENT = Pattern(r"\b(?:silen(?:ce|t)|nothing is heard|no sound)\b", re.I)


def check_silence(passage: Passage, evidence: Evidence) -> Iterator[Finding]:
    """Sound described in a silent stretch, and silence described with its time."""
    for mention in time_mentions(passage):
        first, last = passage.sentence(mention.start)
        start_s, end_s = mention.window(evidence.limits.time_slack_s)
        if silent := _SILENT.search(passage.text, first, last):
            claim = Claim(*silent.span())
            if moment_of(passage, claim) == mention:
                judged: Judged = ("uncheckable", "not_known", "No such silence was measured.")
                if any(s < end_s and start_s < e for s, e in evidence.silences):
                    judged = ("right", "right", "This stretch is silent.")
                yield passage.finding(claim, "silence", judged)
        elif (
            any(s <= start_s and end_s <= e for s, e in evidence.silences)
            and _SOUND.search(passage.text, first, last)
            and not passage.is_set_aside(mention.start, mention.end)
        ):
            judged = ("wrong", "sound_in_silence", "This stretch is silent.")
            yield passage.finding(mention, "silence", judged)
