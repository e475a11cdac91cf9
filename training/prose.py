"""Which parts of a text are prose, and what prose denies or only supposes.

A reward that counts words is won by lists of words. So a phrase counts where a sentence says it:
with the small words that sentences have, in no long list, not denied and not merely supposed.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

from pipeline.lint import Passage, read
from schemas.text import words_of

# The commonest function words of five languages besides English that use Latin letters; ours.
_FUNCTION_WORDS = {
    "en": "a an and are as at be before but by each every for from has have in into is it its "
    "more of on over that the their there this through to under until while which who with",
    "de": "als auf aus bei bis das dem den der des die durch ein eine einem einen einer eines es "
    "für hat im in ist mit sich sind über und unter vom von während wird zu zum zur",
    "fr": "au aux avec ce cette dans de des du elle en est et il la le les leur mais par pour "
    "puis qui que sa se ses son sont sous sur un une",
    "es": "al con de del el ella en entre es están la las lo los más para pero por que se sin "
    "sobre su sus un una y",
    "it": "al alla che con da dal dei del della di e gli ha i il in la le lo nel nella non per "
    "più si sono su sul tra un una uno",
    "pt": "a ao as com como da das de do dos e em entre mais mas na nas no nos o os para pela "
    "pelo por que se sua um uma",
}
_FUNCTION = {language: frozenset(words.split()) for language, words in _FUNCTION_WORDS.items()}
_DENIES = {
    "en": r"no|not|nor|none|never|neither|without|lacks?|lacking|devoid of|free of|absence of"
    r"|absent|missing|instead of|rather than|unlike|cannot|\w+n't|nothing like|anything but"
    r"|far from|avoids?|avoiding|nowhere|nobody|no one|free from|exclud(?:es?|ed|ing)|except"
    r"|omits?|omitted|omitting|opposite of|far cry from|zero|hates?|doubts?|unlikely|false that"
    r"|untrue that|hard to (?:hear|find)|impossible to (?:hear|find)",
    "de": r"kein\w*|nicht|ohne|weder|nie|niemals|statt",
    "fr": r"sans|pas de|pas d'|pas|ni|jamais|aucun\w*|plutôt que",
    "es": r"sin|no|ni|nunca|ningun\w*|en vez de",
    "it": r"senza|non|né|mai|nessun\w*|invece di",
    "pt": r"sem|não|nem|nunca|nenhum\w*|em vez de",
}
_SUPPOSES = {
    "en": r"perhaps|maybe|possibly|presumably|supposedly|might|could|may (?:be|have|well|also)"
    r"|either|if|whether|would|hardly|barely|imagine",
    "de": r"vielleicht|möglicherweise|könnte|falls|ob|entweder",
    "fr": r"peut-être|pourrait|si|soit",
    "es": r"quizás?|tal vez|podría|si",
    "it": r"forse|potrebbe|se",
    "pt": r"talvez|poderia|se",
}
_BREAKS = re.compile(
    r"[;:]|\b(?:but|yet|and with|while|whereas|although|though|instead|only|aber|sondern|mais|pero"
    r"|sino|ma|mas)\b",
    re.IGNORECASE,
)
# A verb after a comma opens a clause of its own: "without drums, the piano carries it".
_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|plays?|carries|carry|leads?|enters?|drives?|fills?|sets?"
    r"|gives?|keeps?|brings?|sings?|moves?|remains?|ist|sind|spielt|est|sont|joue|es|son|é|são)\b",
    re.IGNORECASE,
)
_AND_ANOTHER = re.compile(r"\band (?:the|an?) (?:\w+ )?$", re.IGNORECASE)
_DENIED_AFTER = re.compile(
    r"(?:[,\s]+(?!is\b|are\b|was\b|were\b|has\b|have\b|plays?\b|but\b)[\w'-]+){0,6}?"
    r"[,\s]+(?:(?:is|are|was|were)(?: not\b|n't\b| never\b| absent| missing| nowhere| left out"
    r"| dropped| removed| omitted)|stays? silent"
    r"|(?:does|do|did)(?: not|n't) (?:appear|occur|play|enter|feature)|never (?:appears?|enters?))",
    re.IGNORECASE,
)
_ALTERNATIVE = re.compile(
    r"\s*,?\s*or (?:maybe |perhaps |even |else )?[\w-]+\b(?! (?:two|so|more)\b)"
)
_ALTERNATIVE_BEFORE = re.compile(r"\bor (?:maybe |perhaps |even )?(?:an? |the )?$", re.IGNORECASE)
_ITEM = re.compile(r"[,/;|]|\b(?:and|or|with|und|oder|et|ou|y|o|e)\b", re.IGNORECASE)

# Ours, chosen on the table of completions (tests/training/completions.py).
MIN_FUNCTION_SHARE = 0.2  # English prose has 0.35 to 0.5, a list of keywords 0 to 0.1
MIN_WORDS_A_SENTENCE = 4
MAX_ITEMS = 7  # of a list in a sentence, where items have fewer than three words
MIN_SENTENCES = 3
MIN_WORDS = 30
MAX_SAME_START = 0.5  # share of sentences that begin with the same two words, from six on


@dataclass(frozen=True)
class Prose:
    """A text, and the sentences of it that are prose.

    Attributes
    ----------
    passage : Passage
    language : str or None
        ``en``, ``de``, ``fr``, ``es``, ``it``, ``pt``; None where it is none of these.
    """

    passage: Passage
    language: str | None

    @cached_property
    def sentences(self) -> list[tuple[int, int]]:
        """Spans of the sentences that are prose."""
        plain = self.passage.text
        spans, at = [], 0
        while at < len(plain):
            start, end = self.passage.sentence(at)
            if self._is_prose(plain[start:end]):
                spans.append((start, end))
            at = max(end, at + 1)
        return spans

    @cached_property
    def is_enough(self) -> bool:
        """Whether there is prose enough for a description, and not one sentence over and over."""
        texts = [self.passage.text[start:end] for start, end in self.sentences]
        n_words = sum(len(words_of(text)) for text in texts)
        if len(texts) < MIN_SENTENCES or n_words < MIN_WORDS:
            return False
        starts = [" ".join(words_of(text)[:2]) for text in texts]
        commonest = max(starts.count(each) for each in set(starts))
        return len(texts) < 6 or commonest <= MAX_SAME_START * len(texts)

    def asserts(self, start: int, end: int) -> bool:
        """Whether a sentence of prose says what stands there, neither denied nor supposed."""
        if self._sentence_of(start) is None or self.denies(start, end):
            return False
        clause = self.passage.clause_before(start)
        if re.search(rf"\b(?:{_SUPPOSES[self.language or 'en']})\b", clause, re.IGNORECASE):
            return False
        if _ALTERNATIVE.match(self.passage.after(end)) or _ALTERNATIVE_BEFORE.search(clause):
            return False
        return not self.passage.is_set_aside(start, end)

    def denies(self, start: int, end: int) -> bool:
        """Whether the sentence says that there is no such thing."""
        before = self.passage.before(start)
        cues = list(
            re.finditer(rf"\b(?:{_DENIES[self.language or 'en']})\b", before, re.IGNORECASE)
        )
        if cues:
            between = before[cues[-1].end() :]
            is_led = _VERB.match(self.passage.after(end).strip())
            opens_clause = ("," in between and (_VERB.search(between) or is_led)) or (
                _AND_ANOTHER.search(between) and is_led
            )
            if not _BREAKS.search(between) and not opens_clause:
                affirmed = re.match(r"\s*(?:only|just|merely|surprisingly)\b", between)
                return not affirmed
        return bool(_DENIED_AFTER.match(self.passage.after(end)))

    def _sentence_of(self, at: int) -> tuple[int, int] | None:
        return next((span for span in self.sentences if span[0] <= at < span[1]), None)

    def _is_prose(self, sentence: str) -> bool:
        words = words_of(sentence)
        if self.language is None or len(words) < MIN_WORDS_A_SENTENCE:
            return False
        function = sum(word in _FUNCTION[self.language] for word in words) / len(words)
        items = [words_of(item) for item in _ITEM.split(sentence)]
        items = [item for item in items if item]
        is_list = len(items) > MAX_ITEMS and sum(map(len, items)) / len(items) < 3
        return function >= MIN_FUNCTION_SHARE and not is_list


def read_prose(text: str) -> Prose:
    """A text, its language and its sentences of prose."""
    passage = read(unicodedata.normalize("NFC", text))
    words = words_of(passage.text)
    shares = {
        language: sum(word in known for word in words) / max(len(words), 1)
        for language, known in _FUNCTION.items()
    }
    language = max(shares, key=lambda each: shares[each])
    return Prose(passage, language if shares[language] >= MIN_FUNCTION_SHARE else None)
