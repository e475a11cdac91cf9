"""Words of songs: recognisers (NeMo's Parakeet, Whisper), voices in music, languages of texts."""
