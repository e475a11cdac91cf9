"""A chain as a model writes it, in prose or in numbered steps, and what is wrong with one."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from pipeline.gates import Asked, Fault
from pipeline.prompts import clean
from pipeline.stages.blind.attempts import chosen
from pipeline.stages.difficulty.samples import Sample
from pipeline.stages.question.material import Material
from pipeline.stages.reason.numbered import (
    TOKENS_PER_STEP,
    NumberedChain,
    numbered_form,
    steps_fault,
    steps_words_fault,
)
from pipeline.stages.reason.prose import (
    MAX_WORDS,
    MOST_TOKENS,
    ProseChain,
    length_fault,
    prose_form,
    prose_of,
    prose_words_fault,
)
from pipeline.stages.reason.steps import cut, stretch_of
from schemas.thinking import Thought, format_thought
from schemas.thought import ChainForm, ThoughtStep

Chain = ProseChain | NumberedChain


@dataclass(frozen=True)
class ChainTask:
    """What a chain is asked to be.

    Attributes
    ----------
    form : str
        ``prose`` or ``numbered``.
    sample : Sample
        What it is about.
    material : Material
        What is known of the track.
    max_steps : int
        Of a numbered chain.
    """

    form: ChainForm
    sample: Sample
    material: Material
    max_steps: int

    @property
    def answer_form(self) -> type[Chain]:
        """What an answer is read as."""
        is_choice = self.sample.pair is not None
        if self.form == "prose":
            return prose_form(is_choice=is_choice)
        return numbered_form(tuple(self.material.known), self.max_steps, is_choice=is_choice)

    @property
    def caption(self) -> str:
        """Of the track, which a chain is not to say again."""
        if self.sample.caption is not None:
            return self.sample.caption.caption
        return str(self.material.known.get("caption", ""))

    @property
    def most_tokens(self) -> int:
        """Of an answer."""
        return MOST_TOKENS if self.form == "prose" else TOKENS_PER_STEP * self.max_steps

    @property
    def limits(self) -> dict[str, Any]:
        """How long it may be, for a prompt."""
        if self.form == "prose":
            return {"below_words": MAX_WORDS + 1}
        return {"max_steps": self.max_steps}

    def words_fault(self, chain: Chain, what: Asked) -> Fault | None:
        """What is wrong with the words of a model's chain, whatever they say of the music."""
        if isinstance(chain, ProseChain):
            return prose_words_fault(chain, what, self.caption)
        return steps_words_fault(chain, what)

    def fault(self, chain: Chain, what: Asked | None) -> Fault | None:
        """What is wrong with a chain.

        Parameters
        ----------
        chain : ProseChain or NumberedChain
        what : Asked or None
            What a model was asked, which its words are held against.

        Returns
        -------
        (str, str) or None
            Reason and detail: ``no_steps``, ``too_long`` (prose), ``too_many_steps``, ``bad_step``,
            ``no_evidence`` (numbered), ``not_gold``, ``bad_text`` for tags of the text form within
            a text, or that of `words_fault`.
        """
        if found := chain_fault(chain, self.sample, self.material.known, self.max_steps):
            return found
        return None if what is None else self.words_fault(chain, what)


@dataclass(frozen=True)
class Written:
    """A chain without fault.

    Attributes
    ----------
    thinking : str
        All of it, as it stands between the tags of the text form.
    steps : list of ThoughtStep
    """

    thinking: str
    steps: list[ThoughtStep]


def chain_fault(
    chain: Chain, sample: Sample, known: Collection[str], max_steps: int
) -> Fault | None:
    """What is wrong with a chain, apart from what it says; see `ChainTask.fault`."""
    own = (
        length_fault(chain)
        if isinstance(chain, ProseChain)
        else steps_fault(chain, known, max_steps)
    )
    if own:
        return own
    if sample.pair is not None:
        choice = chosen(chain.answer, sample.options or [])
        if choice != sample.gold_answer:
            return "not_gold", f"{chain.answer!r} instead of {sample.gold_answer!r}"
    try:
        completion_of(thinking_of(chain), sample.answer, is_choice=sample.pair is not None)
    except ValueError as error:
        return "bad_text", str(error)
    return None


def written(chain: Chain, duration_s: float) -> Written:
    """The text and the steps of a chain without fault, of a track that lasts so long."""
    if isinstance(chain, ProseChain):
        steps = [_step(text, [], duration_s) for text in cut(prose_of(chain))]
    else:
        steps = [_step(clean(each.text), each.evidence, duration_s) for each in chain.steps]
    return Written(thinking_of(chain), steps)


def _step(text: str, evidence: list[str], duration_s: float) -> ThoughtStep:
    start_s, end_s = stretch_of(text, duration_s) or (None, None)
    evidence = list(dict.fromkeys(evidence))
    return ThoughtStep(text=text, evidence=evidence, start_s=start_s, end_s=end_s)


def thinking_of(chain: Chain) -> str:
    """All that a chain says, as it stands between the tags of the text form."""
    if isinstance(chain, ProseChain):
        return prose_of(chain)
    return "\n".join(f"{n}. {clean(step.text)}" for n, step in enumerate(chain.steps, 1))


def completion_of(thinking: str, answer: str, *, is_choice: bool) -> str:
    """Thoughts and answer in the published text form.

    Raises
    ------
    ValueError
        If there are no thoughts, or a text holds a tag of the form.
    """
    return format_thought(Thought(thinking=thinking, answer=answer, is_bridged=is_choice))
