"""What musicnn hears of instruments and voices."""
