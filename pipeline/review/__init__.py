"""People's verdicts: what they are asked, what they said, and how the judge compares."""
