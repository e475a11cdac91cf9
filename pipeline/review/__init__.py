"""People's verdicts: which rows they are asked about, what they said, and how the judge compares."""
