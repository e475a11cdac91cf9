"""Questions about two recordings."""
