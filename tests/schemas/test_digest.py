from hypothesis import given
from hypothesis import strategies as st

from schemas.digest import combine, content_hash, digest
from schemas.record import Record


class Row(Record):
    row_id: str
    value: float
    uri: str = ""


rows = st.lists(
    st.builds(Row, row_id=st.text(), value=st.floats(allow_nan=False, allow_infinity=False))
)


@given(rows, st.randoms())
def test_order_and_partition_do_not_change_the_hash(some, random):
    shuffled = random.sample(some, len(some))
    cut = random.randint(0, len(some))
    parts = [content_hash(shuffled[:cut]), content_hash(shuffled[cut:])]
    assert combine(parts) == content_hash(some)


def test_content_changes_the_hash_and_paths_do_not():
    row = Row(row_id="1", value=1.0, uri="a")
    volatile = frozenset({"uri"})
    moved = row.model_copy(update={"uri": "b"})
    other = row.model_copy(update={"value": 2.0})
    assert content_hash([row], without=volatile) == content_hash([moved], without=volatile)
    assert content_hash([row], without=volatile) != content_hash([other], without=volatile)
    assert content_hash([row]) != content_hash([row, row])


def test_digest_ignores_the_order_of_keys():
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    assert digest(["a", "b"]) != digest(["b", "a"])
