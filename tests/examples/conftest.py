"""The scripts of an example import each other by their plain names."""

import sys
from pathlib import Path

FLAMINGO = Path(__file__).parents[2] / "examples" / "small-flamingo"
sys.path.insert(0, str(FLAMINGO))
