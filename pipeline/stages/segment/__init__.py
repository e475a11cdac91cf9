"""Windows of a fixed length, with their levels."""
