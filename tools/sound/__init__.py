"""Audio files: which bytes they are, how they are decoded to their end, and mixed."""
