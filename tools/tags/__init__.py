"""Tags of music: what plays and who sings, by musicnn, from sound at 16 kHz."""
