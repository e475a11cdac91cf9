"""How right the tags are: excerpts with known instruments and voices, and what is heard of them."""
