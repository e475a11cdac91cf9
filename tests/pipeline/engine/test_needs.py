"""Tools are looked for where they will be called, and named with the way to get them."""

import ctypes
import os
import subprocess
import sys

import pytest

from pipeline.engine.needs import MissingToolError, needs_of, require_tools
from pipeline.stages import STAGES
from schemas.config import CorpusConfig, with_roles
from schemas.sections import ChordsConfig
from tools.checks import (
    Check,
    check_chordino,
    check_essentia,
    check_madmom,
    check_voice_detector,
)
from tools.process_pool import ProcessPool

CONFIG = CorpusConfig(name="x", store="store", source={"folder": "."})


def crash():
    ctypes.string_at(0)


def lacking():
    return Check("gadget", False, "not there", remedy="get one")


def test_what_is_missing_or_crashes_is_told_in_a_line_each():
    needs = {lacking: "measure", crash: "caption", check_essentia: "ingest"}
    with ProcessPool(1) as pool, pytest.raises(MissingToolError) as caught:
        require_tools(needs, pool, time_limit_s=120.0)
    lines = str(caught.value).splitlines()
    assert lines[0] == "measure needs the gadget (not there): get one"
    assert lines[1].startswith("caption: crash: the worker process was ended by")
    assert len(lines) == 2


def test_chordino_is_looked_for_on_the_path_of_the_workers():
    look = "from tools.checks import check_chordino; print(check_chordino().found)"
    environment = {**os.environ, "VAMP_PATH": "/nowhere"}
    # In a process of its own: the vamp host remembers what it once found.
    told = subprocess.check_output([sys.executable, "-c", look], env=environment, text=True)
    assert "VAMP_PATH=/nowhere" in told


def test_needs_follow_the_config():
    by_name = {stage.name: stage for stage in STAGES}
    assert needs_of([by_name["beats"]], CONFIG) == {check_madmom: "beats"}
    assert needs_of([by_name["chroma"]], CONFIG) == {check_essentia: "chroma"}
    assert needs_of([by_name["chords"]], CONFIG) == {}, "our own code hears them"
    by_plugin = CONFIG.model_copy(update={"chords": ChordsConfig(engine="vamp")})
    assert needs_of([by_name["chords"]], by_plugin) == {check_chordino: "chords"}
    assert needs_of([by_name["measure"]], CONFIG) == {}, "it hears nothing itself"
    assert needs_of([by_name["segment"], by_name["describe"]], CONFIG) == {}
    assert needs_of([by_name["caption"]], CONFIG) == {check_essentia: "caption"}
    other = {"engine": "openai", "base_url": "http://127.0.0.1:1/v1", "model": "m"}
    assert needs_of([by_name["caption"]], with_roles(CONFIG, {"captioner": other})) == {}
    assert check_voice_detector not in needs_of([by_name["transcribe"]], CONFIG)
    heard = CorpusConfig.model_validate(
        CONFIG.model_dump() | {"transcribe": {"recogniser": {"model": "m"}}}
    )
    assert check_voice_detector in needs_of([by_name["transcribe"]], heard)
