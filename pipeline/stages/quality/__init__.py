"""What our meter measures of how the sound was kept."""
