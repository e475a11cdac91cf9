"""Whether texts are good enough: held against facts, counted, guessed without hearing, judged."""
