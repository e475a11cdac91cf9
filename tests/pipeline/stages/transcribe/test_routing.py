import pytest

from pipeline.stages.transcribe.routing import Route, knows, route
from schemas.transcribe import RecogniserConfig, TranscribeConfig

PARAKEET = RecogniserConfig(model="nvidia/parakeet-tdt-0.6b-v3")
WHISPER = RecogniserConfig(engine="whisper", model="openai/whisper-large-v3")
ALONE = TranscribeConfig(recogniser=PARAKEET)
BOTH = TranscribeConfig(recogniser=PARAKEET, fallback=WHISPER)


@pytest.mark.parametrize(
    ("stated", "alone", "both"),
    [
        (None, "recogniser", "recogniser"),
        ("unknown", "recogniser", "recogniser"),
        ("Spanish", "recogniser", "recogniser"),
        ("en, fr", "recogniser", "recogniser"),
        ("ko", "language_not_supported", "fallback"),
        ("en, ko", "language_not_supported", "fallback"),
        ("Klingon", "language_not_supported", "fallback"),
        ("instrumental", "instrumental", "instrumental"),
    ],
)
def test_who_hears_a_track(stated, alone, both):
    for config, expected in ((ALONE, alone), (BOTH, both)):
        found = route(stated, config)
        assert (found.part or found.reason) == expected
    assert route(stated, TranscribeConfig()).reason == "no_model"


def test_one_stated_language_is_told_to_the_recogniser():
    assert route("spa", BOTH) == Route("recogniser", "es")
    assert route("Korean", BOTH) == Route("fallback", "ko")
    assert route("en, es", BOTH).language is None
    assert route(None, BOTH).language is None


def test_languages_of_the_config_come_first():
    finnish = RecogniserConfig(model="x.nemo", languages=("fi",))
    assert knows(finnish, "fi") and not knows(finnish, "en")
    assert knows(PARAKEET, "uk") and not knows(PARAKEET, "tr")
    assert knows(WHISPER, "tr")
    assert route("en", TranscribeConfig(recogniser=finnish)).reason == "language_not_supported"
