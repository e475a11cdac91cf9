"""Languages of lyrics: how listings name them, and which ones recognisers know."""

import re
from typing import NamedTuple

# ISO 639-1, ISO 639-2 (and its older form), English name: what Whisper knows, and some more.
_TABLE = """
af afr Afrikaans; am amh Amharic; ar ara Arabic; as asm Assamese; az aze Azerbaijani;
ba bak Bashkir; be bel Belarusian; bg bul Bulgarian; bn ben Bengali; bo bod/tib Tibetan;
br bre Breton; bs bos Bosnian; ca cat Catalan; cs ces/cze Czech; cy cym/wel Welsh; da dan Danish;
de deu/ger German; el ell/gre Greek; en eng English; eo epo Esperanto; es spa Spanish;
et est Estonian; eu eus/baq Basque; fa fas/per Persian; fi fin Finnish; fo fao Faroese;
fr fra/fre French; ga gle Irish; gd gla Gaelic; gl glg Galician; gu guj Gujarati; ha hau Hausa;
he heb Hebrew; hi hin Hindi; hr hrv Croatian; ht hat Haitian; hu hun Hungarian;
hy hye/arm Armenian; id ind Indonesian; ig ibo Igbo; is isl/ice Icelandic; it ita Italian;
ja jpn Japanese; jv jav Javanese; ka kat/geo Georgian; kk kaz Kazakh; km khm Khmer;
kn kan Kannada; ko kor Korean; ku kur Kurdish; la lat Latin; lb ltz Luxembourgish; ln lin Lingala;
lo lao Lao; lt lit Lithuanian; lv lav Latvian; mg mlg Malagasy; mi mri/mao Maori;
mk mkd/mac Macedonian; ml mal Malayalam; mn mon Mongolian; mr mar Marathi; ms msa/may Malay;
mt mlt Maltese; my mya/bur Burmese; ne nep Nepali; nl nld/dut Dutch; nn nno Nynorsk;
no nor Norwegian; oc oci Occitan; pa pan Punjabi; pl pol Polish; ps pus Pashto; pt por Portuguese;
ro ron/rum Romanian; ru rus Russian; sa san Sanskrit; sd snd Sindhi; si sin Sinhala;
sk slk/slo Slovak; sl slv Slovenian; sn sna Shona; so som Somali; sq sqi/alb Albanian;
sr srp Serbian; su sun Sundanese; sv swe Swedish; sw swa Swahili; ta tam Tamil; te tel Telugu;
tg tgk Tajik; th tha Thai; tk tuk Turkmen; tl tgl Tagalog; tr tur Turkish; tt tat Tatar;
uk ukr Ukrainian; ur urd Urdu; uz uzb Uzbek; vi vie Vietnamese; wo wol Wolof; xh xho Xhosa;
yi yid Yiddish; yo yor Yoruba; yue yue Cantonese; zh zho/chi Chinese; zu zul Zulu
"""
_ALIASES = {
    "castilian": "es", "farsi": "fa", "flemish": "nl", "mandarin": "zh", "moldovan": "ro",
    "nb": "no", "nob": "no", "bokmal": "no", "bokmål": "no", "cmn": "zh", "iw": "he", "in": "id",
    "filipino": "tl", "brazilian": "pt", "slovene": "sl", "panjabi": "pa", "greek modern": "el",
}  # fmt: skip
_SUNG_IN_NONE = {"instrumental", "none (instrumental)", "no lyrics", "zxx"}
_NOT_STATED = {
    "",
    "mis",
    "mul",
    "multiple",
    "n/a",
    "nan",
    "none",
    "null",
    "other",
    "und",
    "unknown",
}
_CLOSE = ({"no", "nn", "da", "sv"}, {"hr", "sr", "bs", "sl"}, {"cs", "sk"}, {"bg", "mk"},
          {"id", "ms", "jv", "su"}, {"es", "gl", "ca", "pt", "oc"}, {"hi", "ur"}, {"nl", "af"},
          {"ru", "uk", "be"}, {"zh", "yue"}, {"de", "lb"}, {"fi", "et"}, {"tr", "az", "tk"},
          {"lv", "lt"}, {"fa", "tg"}, {"fr", "oc", "br", "ht"}, {"xh", "zu"})  # fmt: skip


def _read_scripts() -> dict[str, tuple[str, ...]]:
    table = """
    ARABIC ar fa ur ps sd; CYRILLIC ru uk be bg mk sr kk tg mn tt ba; GREEK el; HEBREW he yi;
    DEVANAGARI hi mr ne sa; BENGALI bn as; GURMUKHI pa; GUJARATI gu; TAMIL ta; TELUGU te;
    KANNADA kn; MALAYALAM ml; SINHALA si; THAI th; LAO lo; MYANMAR my; KHMER km; GEORGIAN ka;
    ARMENIAN hy; ETHIOPIC am; TIBETAN bo; HANGUL ko; CJK zh yue ja; HIRAGANA ja; KATAKANA ja
    """
    found: dict[str, tuple[str, ...]] = {}
    for line in " ".join(table.split()).split("; "):
        script, *codes = line.split()
        for code in codes:
            found[code] = (*found.get(code, ()), script)
    return found


SCRIPTS = _read_scripts()
"""Scripts of the languages that are not written in Latin letters, as Unicode names them."""

PARAKEET_V3 = (
    "bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "hr", "hu", "it", "lt", "lv",
    "mt", "nl", "pl", "pt", "ro", "ru", "sk", "sl", "sv", "uk",
)  # fmt: skip
"""The 25 European languages of `nvidia/parakeet-tdt-0.6b-v3` (its model card)."""
COMPOUNDING = frozenset({"da", "de", "et", "fi", "hu", "nl", "no", "sv"})
"""Languages with long words, by agglutination or compounding (NeMo Curator's list)."""


def _read_table() -> tuple[dict[str, str], dict[str, str]]:
    names, codes = {}, dict(_ALIASES)
    for line in " ".join(_TABLE.split()).split(";"):
        code, longer, name = line.split()
        names[code] = name
        codes |= dict.fromkeys([code, *longer.split("/"), name.lower()], code)
    return names, codes


NAMES, _CODES = _read_table()
"""English names by ISO 639-1 code."""


class StatedLanguage(NamedTuple):
    """What a listing says of a track's language.

    Attributes
    ----------
    codes : tuple of str
        ISO 639-1; empty where nothing, or nothing known, is stated.
    unknown : tuple of str
        Words that name no language we know.
    is_instrumental : bool
    """

    codes: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    is_instrumental: bool = False


def read_language(text: str | None) -> StatedLanguage:
    """Read a listing's `language`: codes (``es``, ``spa``, ``es-MX``) or English names.

    Examples
    --------
    >>> read_language("English, es-MX")
    StatedLanguage(codes=('en', 'es'), unknown=(), is_instrumental=False)
    """
    whole = (text or "").strip().casefold()
    if whole in _SUNG_IN_NONE:
        return StatedLanguage(is_instrumental=True)
    codes: list[str] = []
    unknown: list[str] = []
    for part in re.split(r"[,;/|+&]|\band\b", whole):
        name = " ".join(re.sub(r"\(.*?\)", "", part).split())
        if name in _NOT_STATED:
            continue
        code = _CODES.get(name) or _CODES.get(re.split(r"[-_]", name)[0])
        (codes.append(code) if code else unknown.append(name))
    return StatedLanguage(tuple(dict.fromkeys(codes)), tuple(unknown))


def are_close(one: str, other: str) -> bool:
    """Whether two languages are too alike to be told apart by a short text."""
    return one == other or any({one, other} <= group for group in _CLOSE)
