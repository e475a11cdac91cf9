"""What is left of heard words by the gate, by each rule alone, and by all together."""

from collections.abc import Callable

from pipeline.stages.transcribe.gate import Gated, gate_sound
from pipeline.stages.transcribe.lines import Line, lines_of
from pipeline.stages.transcribe.rows import Recognition, judge
from pipeline.stages.transcribe.rules import Evidence, judge_lines
from schemas.tracks import Track
from schemas.transcribe import RecogniserConfig, TranscribeConfig
from tools.lyrics.recogniser_process import Tool
from tools.lyrics.transcript import TranscribedWord, Transcript, Waveform, seconds

CONFIG = TranscribeConfig()
_NO_DOUBTS = {
    "max_no_speech": 1.0,
    "min_mean_log_probability": -1e3,
    "max_compression_ratio": 1e3,
}
_NO_RULES_OF_TEXT = {
    "silence_dbfs": -1e3,
    "max_repeated_share": 0.0,
    "max_word_chars": 10**9,
    "max_compound_chars": 10**9,
    "max_word_excess": 1e9,
    "max_chars_per_s": 1e9,
    "max_phrase_repeats": 10**9,
}
WHISPER = RecogniserConfig(engine="faster-whisper", model="base")
DOUBTS = {
    "no_speech": "max_no_speech",
    "low_probability": "min_mean_log_probability",
    "compressible": "max_compression_ratio",
}
"""The rules of Whisper's own signals, and the setting of each."""
Left = Callable[[Transcript, Gated], list[TranscribedWord]]


def open_gate(sound: Waveform) -> Gated:
    """What the gate says, with the levels of a sound that is heard all the same."""
    return gate_sound(sound, CONFIG)


def by_gate(heard: Transcript, gated: Gated) -> list[TranscribedWord]:
    """All words, or none."""
    return [] if gated.reason else heard.words


def by_rules(config: TranscribeConfig, only: str | None = None) -> Left:
    """Words of the lines that rules leave; with `only`, what others refuse is left too."""

    def left(heard: Transcript, gated: Gated) -> list[TranscribedWord]:
        lines = lines_of(heard.words, gap_s=config.line_gap_s, max_s=config.max_line_s)
        kept, refused = judge_lines(lines, Evidence(gated.levels_dbfs, None), config)
        spans = [(each.start_s, each.text) for each in refused if only not in (None, each.rule)]
        others = [line for line in lines if (line.start_s, line.text) in spans]
        return _words([*kept, *others])

    return left


def by_all(heard: Transcript, gated: Gated) -> list[TranscribedWord]:
    """What a row has: gate, rules, and the language of the text."""
    if gated.reason:
        return []
    track = Track(
        uri="", track_id="0", duration_s=1, sample_rate_hz=16000, n_channels=1, format="",
        subtype="", size_bytes=0, peak_dbfs=0,
    )  # fmt: skip
    listening = Recognition(WHISPER, Tool("", ""), heard)
    return _words(judge(track, heard, gated, listening, CONFIG).kept)


def _words(lines: list[Line]) -> list[TranscribedWord]:
    return sorted((word for line in lines for word in line.words), key=lambda word: word.start_s)


WAYS: dict[str, Left] = {
    "nothing": lambda heard, _gated: heard.words,
    "the gate": by_gate,
    **{
        rule: by_rules(
            CONFIG.model_copy(
                update=_NO_RULES_OF_TEXT
                | {key: value for key, value in _NO_DOUBTS.items() if key != setting}
            ),
            only=rule,
        )
        for rule, setting in DOUBTS.items()
    },
    "rules of text": by_rules(CONFIG.model_copy(update=_NO_DOUBTS)),
    "all rules": by_rules(CONFIG),
    "gate, rules, language": by_all,
}
"""Ways to part what is believed, by name."""


def total_s(sounds: list[Waveform]) -> float:
    """Seconds of sounds together."""
    return sum(map(seconds, sounds))
