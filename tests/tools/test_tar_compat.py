"""What NeMo asks of a tar file works on a Python that has no filters."""

import io
import tarfile

import pytest

from tools import tar_compat


def archive(*members):
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as tar:
        for name, kind in members:
            info = tarfile.TarInfo(name)
            info.type, info.size = kind, 5 if kind == tarfile.REGTYPE else 0
            tar.addfile(info, io.BytesIO(b"words") if info.size else None)
    held.seek(0)
    return tarfile.open(fileobj=held)


@pytest.fixture
def without_filters(monkeypatch):
    """Python 3.11.2: no filter is known, and `extract` does not take one."""
    monkeypatch.delattr(tarfile, "data_filter", raising=False)

    def extract(self, member, path="", set_attrs=True, *, numeric_owner=False):
        return tar_compat._plain_extract(self, member, path, set_attrs, numeric_owner=numeric_owner)

    monkeypatch.setattr(tarfile.TarFile, "extract", extract)


def test_a_file_is_extracted_by_a_python_without_filters(without_filters, tmp_path):
    with archive(("weights.ckpt", tarfile.REGTYPE)) as tar:
        with pytest.raises(TypeError, match="filter"):
            tar.extract("weights.ckpt", tmp_path, filter="data")
        tar_compat.let_extract_take_filters()
        tar_compat.let_extract_take_filters()
        tar.extract("weights.ckpt", tmp_path, filter="data")
    assert (tmp_path / "weights.ckpt").read_bytes() == b"words"


@pytest.mark.parametrize("kind", [tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.SYMTYPE])
def test_what_is_no_file_is_refused(without_filters, tmp_path, kind):
    tar_compat.let_extract_take_filters()
    with (
        archive(("trap", kind)) as tar,
        pytest.raises(tarfile.ExtractError, match="neither a file nor a folder"),
    ):
        tar.extract("trap", tmp_path, filter="data")
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(not hasattr(tarfile, "data_filter"), reason="Python has no filters itself")
def test_a_python_that_has_filters_is_left_as_it_is():
    before = tarfile.TarFile.extract
    tar_compat.let_extract_take_filters()
    assert tarfile.TarFile.extract is before
