"""Tokens by which chat templates and tools mark turns, thoughts and data: never a word of a text.

The forms are those of the published chat templates of ChatML and Qwen (``<|im_end|>``), Llama
(``<|eot_id|>``, ``[INST]``, ``<<SYS>>``), Mistral (``[TOOL_CALLS]``, ``[THINK]``), Gemma
(``<start_of_turn>``), gpt-oss (``<|channel|>``), DeepSeek (the same with fullwidth bars), GLM
(``[gMASK]``), and the marks of tokenizers for what is no text (``<unk>``, ``<0x0A>``).
"""

import re

_BAR = "[|\uff5c]"
_LINE_ROLES = "system|user|assistant|human|ai|model|instruction|response|input|output"
TOKEN_PATTERN = "|".join(
    (
        rf"<\s?{_BAR}|{_BAR}\s?>",
        r"</?[A-Za-z_][\w:.-]*(?:\s[^<>\n]{0,80})?/?>",
        r"<0x[0-9A-Fa-f]{2}>",
        r"<</?SYS>>",
        r"\[/?(?:INST|THINK|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_(?:CALLS|RESULTS|CONTENT)|CALL_ID|ARGS"
        r"|BEGIN_AUDIO|AUDIO|IMG(?:_BREAK|_END)?|(?:g|s)?MASK|CLS|SEP|PAD|UNK|BOS|EOS|PREFIX|SUFFIX"
        r"|MIDDLE)\]",
        r"```",
        rf"(?im:^\s*#+\s*(?:{_LINE_ROLES})\s*:)",
        rf"(?im:^\s*(?:{_LINE_ROLES})\s*:\s)",
        r"\bassistantfinal",
        "[\u0120\u2581]",
    )
)
"""As a regular expression that Python and polars read alike."""
_TOKEN = re.compile(TOKEN_PATTERN)


def template_token(text: str) -> str | None:
    """The first such token of a text; None if there is none.

    Examples
    --------
    >>> template_token("A quiet song.<|im_end|>")
    '<|'
    >>> template_token("Loudness rises: louder > softer, 3 < 4.") is None
    True
    """
    found = _TOKEN.search(text)
    return found and found[0].strip()
