"""What our meter hears of the loudness."""
