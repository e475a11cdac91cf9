"""How well lyrics are heard, with real weights: word error over music, inventions, speed."""
