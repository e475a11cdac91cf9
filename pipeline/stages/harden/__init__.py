"""Choices that words alone give away, made harder and guessed at anew."""
