"""Objects in a bucket of the S3 server of tests."""

from pathlib import Path

import obstore
from obstore.store import from_url

from tools.remote.names import split_bucket


def put_object(url, data):
    """Write an object, over what is there."""
    bucket, key = split_bucket(url)
    obstore.put(from_url(bucket), key, data)


def put_folder(url, folder):
    """Write all files of a folder below a prefix."""
    for path in Path(folder).rglob("*"):
        if path.is_file():
            put_object(f"{url}/{path.relative_to(folder).as_posix()}", path.read_bytes())


def delete_object(url):
    """Delete an object."""
    bucket, key = split_bucket(url)
    obstore.delete(from_url(bucket), key)
