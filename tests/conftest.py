from itertools import count

import pytest

from tests.small_corpus import make_corpus


@pytest.fixture(scope="session")
def built_corpus(tmp_path_factory):
    """Config of a built corpus of three songs; read it only."""
    return make_corpus(tmp_path_factory.mktemp("built"))


@pytest.fixture(scope="session")
def s3_server():
    """A real HTTP server that speaks S3, by moto; the environment's credentials are for it."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ACCESS_KEY_ID", "key")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        environment.setenv("AWS_REGION", "us-east-1")
        environment.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        environment.setenv("AWS_ALLOW_HTTP", "true")
        yield f"http://{host}:{port}"
    server.stop()


_BUCKETS = count()


@pytest.fixture
def s3_store(s3_server):
    """URL of an empty folder of a bucket."""
    import httpx

    bucket = f"corpora-{next(_BUCKETS)}"
    httpx.put(f"{s3_server}/{bucket}", timeout=None).raise_for_status()
    return f"s3://{bucket}/store"
