"""Rich captions of whole tracks, over six dimensions, written from what was measured."""
