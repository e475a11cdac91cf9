"""Tell what a model thought from what it answered, however a server leaves both in one text.

Thoughts are never an answer: where it cannot be told how they end, there is none.
"""

import re

_WORDS = "think|thinking|thought|thoughts|reasoning|reflection|analysis|seed:think"
# DeepSeek, Qwen, Seed-OSS, EXAONE ...; Magistral; Kimi; Cohere; MedGemma; Gemma 4; Sky-T1.
_TAG = re.compile(
    rf"(?P<opened><(?:{_WORDS})>|\[THINK\]|◁think▷|<\|START_THINKING\|>|<unused94>(?:thought)?"
    r"|<\|channel>(?:thought)?|<\|begin_of_thought\|>)"
    rf"|(?P<closed></(?:{_WORDS})>|\[/THINK\]|◁/think▷|<\|END_THINKING\|>|<unused95>"
    r"|<channel\|>|<\|end_of_thought\|>)",
    re.IGNORECASE,
)
# gpt-oss's channels, with their tokens, and as a server leaves them that drops special tokens.
_CHANNEL = re.compile(
    r"<\|channel\|>(?P<name>\w+).*?<\|message\|>(?P<text>.*?)"
    r"(?=<\|(?:end|return|call|start|channel)\|>|\Z)",
    re.DOTALL,
)
_BARE = re.compile(
    r"\A(?:analysis|commentary)?(?P<thoughts>.*)assistantfinal(?P<text>.*)\Z", re.DOTALL
)
_BARE_UNENDED = re.compile(r"\A(?:analysis|commentary)(?=[A-Z])")
# Around an answer: what a template opens it with, what ends a turn, and what names the answer.
_TURN_OPENED = re.compile(
    r"\A\s*(?:<\|im_start\|>(?:assistant)?|<\|start_header_id\|>assistant<\|end_header_id\|>"
    r"|<start_of_turn>(?:model)?|<\|start_of_role\|>assistant<\|end_of_role\|>|<\|assistant\|>)"
)
_TURN_ENDED = re.compile(
    r"<\|(?:im_end|eot_id|end|return|call|endoftext|end_of_text|eom_id|END_RESPONSE"
    r"|end_of_solution)\|>|<end_of_turn>|<turn\|>|</s>|<eos>|<\|im_start\|>"
)
_NAMED = re.compile(
    r"\A\s*(?:<(?P<tag>answer|response|output|final)>(?P<text>.*?)(?:</(?P=tag)>)?"
    r"|(?:<\|START_RESPONSE\|>|<\|begin_of_solution\|>)(?P<rest>.*))\s*\Z",
    re.DOTALL | re.IGNORECASE,
)


def split_thoughts(content: str) -> tuple[str | None, str]:
    """Thoughts and answer of what a server sends as one text.

    Parameters
    ----------
    content : str

    Returns
    -------
    thoughts : str or None
        None where there are none.
    answer : str
        Without thoughts, and without a template's marks around it; empty where the thoughts never
        end.

    Examples
    --------
    >>> split_thoughts("<think>In G?</think>G")
    ('In G?', 'G')
    >>> split_thoughts("In G?[/THINK]G</s>")
    ('In G?', 'G')
    >>> split_thoughts("<|channel|>analysis<|message|>In G?<|end|><|channel|>final<|message|>G")
    ('In G?', 'G')
    """
    thoughts, answer = _split_channels(content)
    told, answer = _split_tags(answer)
    found = "\n".join(each.strip() for each in (*thoughts, *told) if each.strip())
    return found or None, _without_marks(answer)


def _split_channels(content: str) -> tuple[list[str], str]:
    if "<|message|>" not in content and "<|channel|>" not in content:
        if bare := _BARE.match(content):
            return [bare["thoughts"]], bare["text"]
        if _BARE_UNENDED.match(content):
            return [content], ""
        return [], content
    before, mark, _ = content.partition("<|channel|>")
    if not mark:  # cut within the channel's name
        return [content], ""
    parts = [(each["name"], each["text"]) for each in _CHANNEL.finditer(content)]
    thoughts = [before.removesuffix("<|start|>assistant").removesuffix("<|end|>")]
    thoughts += [text for name, text in parts if name != "final"]
    return thoughts, "".join(text for name, text in parts if name == "final")


def _split_tags(content: str) -> tuple[list[str], str]:
    """Every tag closes what is open, whatever its name; what never ends leaves no answer."""
    thoughts: list[str] = []
    answer: list[str] = []
    is_thought, start = False, 0
    for tag in _TAG.finditer(content):
        text, start = content[start : tag.start()], tag.end()
        if tag["closed"] is None:
            (thoughts if is_thought else answer).append(text)
            is_thought = True
            continue
        if not is_thought:  # the template had opened it, or it held such a tag itself
            thoughts, answer = [*thoughts, *answer], []
        thoughts.append(text)
        is_thought = False
    rest = content[start:]
    if is_thought:
        return [*thoughts, *answer, rest], ""
    return thoughts, "".join([*answer, rest])


def _without_marks(answer: str) -> str:
    answer = _TURN_OPENED.sub("", answer)
    if ended := _TURN_ENDED.search(answer):
        answer = answer[: ended.start()]
    if named := _NAMED.match(answer):
        answer = named["text"] if named["tag"] else named["rest"]
    return answer.strip()
