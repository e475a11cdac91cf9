"""Every step of a chain held against the facts, and heard; accepted rows are MF-Think."""
