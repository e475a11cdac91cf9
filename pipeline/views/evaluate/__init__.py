"""How well something is done, on files whose truth is known."""
