"""How a sentence says what its subject is: the one list of verbs and fillers for all checks."""

from pipeline.lint.sections import WORK

OF_WORK = rf"(?:,? (?:of|in|for) (?:the|this|our) (?:[\w'-]+ ){{0,2}}?(?:{WORK}|music))?"
"""Regular expression of ``of this track`` after a subject, or of nothing."""
IS = (
    r"(?:,? (?:that|which))?(?:'s|(?: (?:is|are|was|were|feels?|sounds?|seems?|appears?"
    r"|remains?|stays?"
    r"|keeps?|holds?|(?:can|could|may) be))|\s?[:=])"
)
"""Regular expression of a verb that says what something is, or of a colon."""
ADJECTIVES = (
    r"(?:(?!(?:not|no|never|less|too|than|n't)\b)[\w'-]+(?:,? (?:and|but|yet) |, | )){0,4}?"
)
"""Regular expression of few words between such a verb and what is looked for; no denial."""
ALONG = (
    r"(?:throughout|(?:from )?(?:the )?\b(?:beginning|start|first(?: \w+)?) to (?:the )?(?:end"
    r"|finish"
    r"|last)\b|from end to end|right to the (?:end|last)\b"
    r"|(?:for|during|over|across|in) (?:the|its) (?:entire|whole|full)\b"
    r"|the (?:entire|whole) (?:time|way|\w+)|all the way through|at all times)"
)
"""Regular expression of what says that something holds from the first bar to the last."""
