from itertools import count

import pytest

from tests import serving
from tests.small_corpus import make_corpus


@pytest.fixture(scope="session")
def built_corpus(tmp_path_factory):
    """Config of a built corpus of three songs; read it only."""
    return make_corpus(tmp_path_factory.mktemp("built"))


@pytest.fixture(scope="session")
def s3_server():
    """A real HTTP server that speaks S3, by moto; the environment's credentials are for it."""
    with serving.s3_server() as url, serving.s3_environment(url):
        yield url


_BUCKETS = count()


@pytest.fixture
def s3_store(s3_server):
    """URL of an empty folder of a bucket."""
    import httpx

    bucket = f"corpora-{next(_BUCKETS)}"
    httpx.put(f"{s3_server}/{bucket}", timeout=None).raise_for_status()
    return f"s3://{bucket}/store"
