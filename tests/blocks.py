"""The fenced blocks of documents, as (info string, text), in order."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"^```(\S[^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks_of(document):
    return BLOCK.findall((ROOT / document).read_text(encoding="utf-8"))
