"""MF-Think: hard rows of MF-Skills, chains of thought about them, each step checked."""
