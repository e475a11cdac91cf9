"""A Prefect database that is damaged is told, with what to do, and not waited for."""

import sqlite3
from contextlib import closing

import pytest

from flows import prefect_database, server
from flows.prefect_database import damage_of

PAGE = 4096


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "prefect.db"
    with closing(sqlite3.connect(path)) as made, made:
        made.execute("create table flow_run (id text primary key, name text)")
        rows = [(f"{n:064d}", "x" * 200) for n in range(500)]
        made.executemany("insert into flow_run values (?, ?)", rows)
    return path


def cut(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def scribble(path):
    data = bytearray(path.read_bytes())
    data[5 * PAGE : 6 * PAGE] = b"\xff" * PAGE
    path.write_bytes(data)


def no_database(path):
    path.write_bytes(b"x" * path.stat().st_size)


@pytest.mark.parametrize("damage", [cut, scribble, no_database])
def test_damage_is_told_with_a_command_that_takes_it_away(database, damage):
    assert damage_of(database) is None
    damage(database)
    words = damage_of(database)
    assert str(database) in words and "\n" not in words
    assert f"mv {database}* {database.parent}/damaged" in words


def test_one_that_is_gone_or_locked_is_no_damage(database, tmp_path):
    assert damage_of(tmp_path / "none.db") is None
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("begin exclusive")
        assert damage_of(database) is None


def test_a_server_that_does_not_come_up_for_it_says_so(database, monkeypatch):
    cut(database)

    def broken(_deadline_s):
        raise RuntimeError("exit code 3")

    monkeypatch.setattr(server, "_come_up", broken)
    monkeypatch.setattr(prefect_database, "database_file", lambda: database)
    with pytest.raises(server.ServerError, match=r"is damaged .*begin a new one"):
        server._start_temporary(print)


def test_the_file_is_that_of_prefects_own_settings(monkeypatch, tmp_path):
    from prefect.settings import PREFECT_API_DATABASE_CONNECTION_URL, temporary_settings

    url = f"sqlite+aiosqlite:///{tmp_path}/mine.db"
    with temporary_settings({PREFECT_API_DATABASE_CONNECTION_URL: url}):
        assert prefect_database.database_file() == tmp_path / "mine.db"
    elsewhere = "postgresql+asyncpg://u:p@host/prefect"
    with temporary_settings({PREFECT_API_DATABASE_CONNECTION_URL: elsewhere}):
        assert prefect_database.database_file() is None
