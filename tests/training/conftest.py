import pytest
import torch

from tests.tiny_musicflamingo import save_tiny
from tests.training.released import SONGS, write_release


@pytest.fixture(scope="session", autouse=True)
def _one_thread():
    torch.set_num_threads(1)  # threads wait for each other where the model is tiny


@pytest.fixture(scope="session")
def tiny(tmp_path_factory):
    """A random model that hears in windows of 2 s."""
    return save_tiny(tmp_path_factory.mktemp("models") / "tiny", window_s=2)


@pytest.fixture(scope="session")
def release(tmp_path_factory):
    return write_release(tmp_path_factory.mktemp("releases") / "v1")


@pytest.fixture(scope="session")
def songs():
    return SONGS
