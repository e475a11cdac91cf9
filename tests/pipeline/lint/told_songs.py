"""Tracks that models were asked to describe: their facts made up, and the words they were told."""

from dataclasses import dataclass

from pipeline.lint import Evidence
from schemas.chords import chord_symbol
from schemas.facts import KeySection, MusicFacts
from tests.pipeline.lint.songs import song


@dataclass(frozen=True)
class Told:
    """A track of whose facts models wrote.

    Attributes
    ----------
    evidence : Evidence
    sound : str
        Style and instruments: told too, and checked by nothing.
    is_held_out : bool
        Whether its sentences are read only once, after the tuning.
    """

    evidence: Evidence
    sound: str
    is_held_out: bool

    @property
    def facts(self) -> dict[str, str]:
        """What is known of the track, in words."""
        evidence, facts = self.evidence, self.evidence.facts
        stated = {"title": " by ".join(evidence.names), "style": self.sound}
        stated["length"] = _clock(facts.duration_s)
        stated["tempo"] = "no beat, free time"
        if facts.tempo and facts.metre:
            sections = facts.tempo.sections
            tempi = [f"{s.bpm:g} BPM from {_clock(s.start_s)}" for s in sections]
            steady = f"{facts.tempo.bpm:g} BPM throughout"
            stated["tempo"] = ", ".join(tempi) if len(tempi) > 1 else steady
            stated["metre"] = {6: "6/8"}.get(
                facts.metre.beats_per_bar, f"{facts.metre.beats_per_bar}/4"
            )
        keys = facts.key_sections or []
        named = [f"{each.tonic} {each.mode} from {_clock(each.start_s)}" for each in keys]
        is_one = len(named) == 1
        stated["key"] = named[0].split(" from")[0] if is_one else ", ".join(named) or "not clear"
        stated["chords"] = ", then ".join(_round(facts, key) for key in keys)
        if loudness := facts.loudness:
            stated["loudness"] = (
                f"{loudness.integrated_lufs:g} LUFS, range {loudness.loudness_range_lu:g} LU"
            )
        stated["singing"] = "yes" if evidence.has_vocals else "none, instrumental"
        if evidence.lyrics:
            stated["lyrics"] = evidence.lyrics.replace("\n", " / ")
        return {name: words for name, words in stated.items() if words}


def _round(facts: MusicFacts, key: KeySection) -> str:
    """Chords of a key, which go round."""
    chords = [each for each in facts.chords or [] if key.start_s <= each.start_s < key.end_s]
    return " - ".join(dict.fromkeys(chord_symbol(each.label) for each in chords))


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def told(
    sound: str,
    duration_s: float,
    bpm: float | None,
    beats: int | None,
    key: str,
    chords: str,
    loudness: tuple[float, float],
    *,
    lyrics: str = "",
    names: tuple[str, ...] = (),
    later: tuple[str, float] | None = None,
    faster: tuple[float, float] | None = None,
    held_out: bool = True,
) -> Told:
    """`later` is a second key and where it begins; `faster` a second tempo, likewise.

    Chords of a second key stand after ``|``. Without a clear key nothing is known of the chords.
    """
    tempo = [(0.0, duration_s, bpm)] if bpm else None
    if bpm and faster:
        tempo = [(0.0, faster[1], bpm), (faster[1], duration_s, faster[0])]
    change_s = later[1] if later else duration_s
    keys = [(key, 0.0, change_s), *([(later[0], change_s, duration_s)] if later else [])]
    keys = keys if key else []
    loops = [
        (start_s, end_s, 3.0, labels.split())
        for labels, (_, start_s, end_s) in zip(chords.split("|"), keys, strict=bool(keys))
    ]
    facts = song(
        duration_s, tempo=tempo, beats_per_bar=beats, keys=keys, loops=loops, loudness=loudness
    )
    evidence = Evidence(facts, lyrics=lyrics, has_vocals=bool(lyrics), names=names)
    return Told(evidence, sound, held_out)


TOLD = {
    "harbour": told(
        "indie pop; a woman's voice, electric guitar, bass, drums",
        192.0, 118.0, 4, "G major", "G:maj D:maj E:min C:maj", (-8.5, 4.0),
        lyrics="Lights on the water are calling me home\nI was never made for waiting alone",
        names=("Lights on the Water", "The Low Tides"), held_out=False,
    ),
    "ember": told(
        "lo-fi hip hop; electric piano, soft drums, upright bass, vinyl crackle",
        128.0, 84.0, 4, "A minor", "A:min7 D:min7 F:maj7 E:7", (-14.0, 5.0), held_out=True,
    ),
    "mill": told(
        "folk; a man's voice, acoustic guitar, fiddle",
        221.0, 96.0, 3, "D major", "D:maj G:maj A:maj", (-16.5, 8.5),
        lyrics="Down by the mill where the river bends\nI left my heart with an old good friend",
        held_out=False,
    ),
    "glacier": told(
        "ambient; synthesizer pads, bowed strings, field recordings",
        412.0, None, None, "Eb major", "Eb:maj7 Ab:maj7", (-26.0, 14.0), held_out=True,
    ),
    "sprint": told(
        "drum and bass; breakbeats, reese bass, synth stabs",
        287.0, 174.0, 4, "F minor", "F:min Db:maj Ab:maj Eb:maj", (-6.5, 3.0), held_out=False,
    ),
    "lantern": told(
        "bossa nova; a woman's voice, nylon guitar, brushed drums, flute",
        205.0, 132.0, 4, "D minor", "D:min7 G:min7 A:7 Bb:maj7", (-15.0, 7.0),
        lyrics="Lantern in the window, slow summer rain\nCome back to me, say my name",
        names=("Lantern", "Marisa Vale"), held_out=True,
    ),
    "quarry": told(
        "hard rock; a man's voice, distorted guitars, bass, drums",
        238.0, 143.0, 4, "E minor", "E:min G:maj D:maj A:maj", (-7.0, 3.5),
        lyrics="Break the stone and carry the load\nNobody leaves by the quarry road",
        held_out=False,
    ),
    "cathedral": told(
        "sacred choral music; mixed choir, organ",
        315.0, 62.0, 4, "Bb major", "Bb:maj Eb:maj F:maj G:min", (-23.0, 12.0),
        lyrics="Light eternal shine upon us\nGrant us peace for evermore", held_out=True,
    ),
    "jig": told(
        "Irish folk; fiddle, tin whistle, bodhrán, accordion",
        152.0, 190.0, 6, "D major", "D:maj G:maj A:maj B:min", (-13.0, 4.5), held_out=False,
    ),
    "neon": told(
        "synth-pop; a man's voice, analogue synthesizers, drum machine",
        229.0, 104.0, 4, "C# minor", "C#:min A:maj E:maj B:maj", (-7.8, 4.2),
        lyrics="Neon rain on an empty street\nI still hear you in every beat",
        names=("Neon Rain", "Arcade Hearts"), held_out=True,
    ),
    "prairie": told(
        "country; a man's voice, pedal steel, acoustic guitar, brushed drums",
        198.0, 92.0, 4, "A major", "A:maj D:maj E:maj|B:maj E:maj F#:maj", (-11.0, 6.0),
        lyrics="Prairie wind don't you blow me away\n"
        "There's a girl in Cheyenne who asked me to stay",
        later=("B major", 130.0), held_out=False,
    ),
    "clockwork": told(
        "solo piano, minimalist",
        174.0, 126.0, 5, "B minor", "B:min G:maj E:min F#:maj", (-18.0, 9.0), held_out=True,
    ),
    "tide": told(
        "post-rock; clean and distorted guitars, bass, drums, glockenspiel",
        364.0, 80.0, 4, "E major", "E:maj B:maj C#:min A:maj", (-12.0, 13.0),
        faster=(124.0, 190.0), held_out=False,
    ),
    "velvet": told(
        "soul; a woman's voice, backing singers, Hammond organ, horns, bass, drums",
        252.0, 68.0, 4, "Ab major", "Ab:maj7 F:min7 Bb:min7 Eb:7", (-10.5, 6.5),
        lyrics="Hold on to me baby when the night comes down\nLove like velvet, love like a crown",
        names=("Velvet", "Della Rae"), held_out=True,
    ),
    "dune": told(
        "techno; drum machine, acid bass, pads",
        401.0, 128.0, 4, "G minor", "G:min Eb:maj", (-8.0, 3.2), held_out=False,
    ),
    "orchard": told(
        "chamber pop; a man's voice, strings, piano, acoustic guitar",
        163.0, 148.0, 4, "C major", "C:maj A:min F:maj G:maj|D:maj B:min G:maj A:maj", (-12.5, 7.5),
        lyrics="Apples in the orchard, bees in the sun\nTell me is it over or has it begun",
        later=("D major", 100.0), held_out=True,
    ),
}  # fmt: skip
