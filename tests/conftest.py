import pytest

from tests.built import make_corpus


@pytest.fixture(scope="session")
def built_corpus(tmp_path_factory):
    """Config of a built corpus of three songs; read it only."""
    return make_corpus(tmp_path_factory.mktemp("built"))
