"""One file per outside instrument. Heavy imports stay inside functions."""
