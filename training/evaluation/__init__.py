"""The benchmarks of the paper: what they ask, how answers are scored, the table."""
