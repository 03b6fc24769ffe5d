"""The sealing key changes: everything opens before, during and after, nothing else changes, the old key opens nothing."""

from __future__ import annotations

import errno
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bureau import Bureau, certno, settlement
from dying import deaths
from sqlalchemy import LargeBinary, select

from monitor.access import keys as key_files
from monitor.access.hashing import blind_index, blind_indexes
from monitor.access.keys import Keys
from monitor.access.sealing import Sealer
from monitor.access.tables import accounts, metadata
from monitor.actions.entitlements import entitled_store
from monitor.base.errors import StoreError
from monitor.base.settings import Home
from monitor.casework.sync import synchronise
from monitor.casework.tables import alerts
from monitor.entitle.keeping import rows_of
from monitor.policy.library import load_library
from monitor.store.home import Store, open_store, writing
from monitor.store.lock import files_held
from monitor.upkeep import rotation
from monitor.upkeep.rotation import case_database, files_by_key, rotate, sealed_columns, values_by_key
from monitor.upkeep.sealed_files import replaced_files, sealed_files

Monitor = Callable[..., subprocess.CompletedProcess[str]]
PEOPLE = range(1, 4)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bureau with every sort of sealed thing: names, contacts, a run's and its entitlements' names, listed people."""
    directory = tmp_path_factory.mktemp("template")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MONITOR_KEYS", str(directory / "keys"))
        bureau = Bureau(directory)
        bureau.incomes()
        bureau.people(*({"certno": certno(n), "psn_no": f"P{n}", "psn_name": f"样例{n}", "tel": "5550100"} for n in PEOPLE))
        bureau.identities({"certno": certno(1), "category": "低保对象"})
        bureau.settlements(*(settlement(setl_id=f"S{n}", certno=certno(n), psn_part_amt="70000") for n in PEOPLE))
        bureau.run()
        entitled_store(bureau.home, None, load_library())
    return directory


@pytest.fixture
def bureau(template: Path, home: Path) -> Bureau:
    """A copy of it, where MONITOR_HOME and MONITOR_KEYS point."""
    shutil.copytree(template / "home", home)
    shutil.copytree(template / "keys", home.parent / "keys")
    return Bureau(home.parent)


def everything(store: Store) -> dict[str, object]:
    """All that the sealed files and columns say, opened."""
    told: dict[str, object] = {path.name: store.open_sealed(path, purpose) for path, purpose in sealed_files(store).items()}
    engine = case_database(store.home)
    assert engine is not None
    with engine.connect() as connection:
        for table, column, purpose in sealed_columns():
            values = connection.scalars(select(column).order_by(table.primary_key.columns[0]))
            told[f"{table.name}.{column.name}"] = [store.sealer.open_text(value, purpose) for value in values]
    engine.dispose()
    return told


def test_everything_is_sealed_with_the_new_key_and_says_the_same(bureau: Bureau) -> None:
    before, said = bureau.store(), everything(bureau.store())
    assert len(said) > 6
    done = rotate(bureau.home)
    assert (done.key, done.resumed) == (1, False)
    after = bureau.store()
    assert everything(after) == said
    assert (after.keys.first, len(after.keys.seals), after.keys.hash) == (1, 1, before.keys.hash)
    assert set(files_by_key(after)) == {1}
    engine = case_database(bureau.home)
    assert engine is not None
    with engine.connect() as connection:
        assert set(values_by_key(connection)) == {1}
        assert sum(values_by_key(connection).values()) == done.values > 0
    engine.dispose()
    assert replaced_files(after) == []
    assert sorted(path.name for path in bureau.home.path.rglob("*.sealed")) == sorted(
        after.where(path).name for path in sealed_files(after)
    )


def test_batches_and_runs_keep_their_names_and_hashes(bureau: Bureau) -> None:
    """What a run was made from is named by what was taken in, not by the key it lies under."""
    before = bureau.store().manifest
    rows = bureau.alerts(before.runs[0])
    due = rows_of(bureau.store(), before.runs[0].run, "shortfalls")
    rotate(bureau.home)
    after = bureau.store().manifest
    assert [(load.files, load.content) for load in after.loads] == [(load.files, load.content) for load in before.loads]
    assert after.runs == before.runs
    # The same command again is the same run: nothing it rests on has changed.
    assert bureau.run().run == before.runs[0].run
    assert len(bureau.store().manifest.runs) == 1
    assert bureau.alerts(before.runs[0]) == rows
    assert rows_of(bureau.store(), before.runs[0].run, "shortfalls") == due


def test_the_dropped_key_opens_nothing_that_is_left(bureau: Bureau) -> None:
    old = bureau.store().keys
    rotate(bureau.home)
    store = bureau.store()
    for number in (0, 1):  # whatever number the thief gives the key he has
        thief = Sealer(Keys(old.hash, old.seals, first=number))
        for path, purpose in sealed_files(store).items():
            with pytest.raises(StoreError, match="无法打开"):
                thief.open(store.where(path).read_bytes(), purpose)
    engine = case_database(bureau.home)
    assert engine is not None
    with engine.connect() as connection:
        values = connection.scalars(select(alerts.c.certno_sealed)).all()
    engine.dispose()
    for value in values:
        with pytest.raises(StoreError, match="无法打开"):
            Sealer(Keys(old.hash, old.seals, first=1)).open(value, "casework/certno")


def test_again_and_again(bureau: Bureau) -> None:
    said = everything(bureau.store())
    listed = {row["certno"] for row in bureau.alerts(bureau.store().manifest.runs[0])}
    for number in range(1, 5):
        assert rotate(bureau.home).key == number
    assert everything(bureau.store()) == said
    # What comes in afterwards is sealed with the newest key, and what was there is found again.
    bureau.settlements(settlement(setl_id="S9", certno=certno(9), psn_name="样例九", psn_part_amt="80000"))
    record = bureau.run()
    assert {row["certno"] for row in bureau.alerts(record)} == {*listed, certno(9)}
    assert set(files_by_key(bureau.store())) == {4}


def test_a_number_is_told_apart_after_two_hundred_and_fifty_six(tmp_path: Path) -> None:
    """A value names its key by one byte: 256 is 0 again, and key 0 is long gone."""
    keys = Keys(bytes(32), (b"a" * 32, b"b" * 32), first=255)
    sealer = Sealer(keys)
    sealed = sealer.seal(b"text", "here")
    assert (keys.newest, sealed[0]) == (256, 0)
    assert sealer.open(sealed, "here") == b"text"
    assert sealer.open(Sealer(Keys(bytes(32), (b"a" * 32,), first=255)).seal(b"old", "here"), "here") == b"old"


def test_many_values_are_sealed_and_indexed_as_one_is(tmp_path: Path) -> None:
    """Each under a nonce of its own, the empty ones not at all."""
    sealer, texts = Sealer(Keys(bytes(32), (b"a" * 32,))), ["样例甲", "", "样例甲", "99010019900101001X"]
    sealed = sealer.seal_texts(texts, "here")
    assert [sealer.open_text(value, "here") for value in sealed] == texts
    assert sealed[1] is None and sealed[0] != sealed[2]
    assert blind_indexes(b"k", "name", texts) == [blind_index(b"k", "name", text) if text else None for text in texts]


def test_a_key_file_from_before_rotation_is_read(tmp_path: Path) -> None:
    keys = key_files.from_text(json.dumps({"hash": "00" * 32, "seals": ["11" * 32]}))
    assert (keys.first, keys.newest, len(keys.seals)) == (0, 0, 1)


def test_every_column_of_bytes_says_what_it_is_sealed_for() -> None:
    """Else a rotation would drop the key of values it has not sealed anew."""
    columns = [column for table in metadata.sorted_tables for column in table.columns if isinstance(column.type, LargeBinary)]
    assert columns
    assert [str(column) for column in columns if "sealed_for" not in column.info] == []
    assert all(len(table.primary_key.columns) == 1 for table, _, _ in sealed_columns())


def test_a_value_still_under_the_old_key_keeps_it(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when somebody wrote one while the others were sealed anew."""
    said = everything(bureau.store())
    with monkeypatch.context() as patch:
        patch.setattr(rotation, "_reseal_values", lambda store, engine: 0)
        with pytest.raises(StoreError, match=r"还有 \d+ 个值由旧密钥密封"):
            rotate(bureau.home)
    assert everything(bureau.store()) == said
    assert len(bureau.store().keys.seals) == 2
    assert rotate(bureau.home).resumed
    assert everything(bureau.store()) == said


def test_a_server_that_goes_on_seals_and_opens_with_the_new_key(bureau: Bureau) -> None:
    """Its sealer was made before the rotation, and its keys were dropped meanwhile."""
    before = bureau.store().sealer
    rotate(bureau.home)
    after = bureau.store().sealer
    assert after.open(before.seal(b"secret", "access/totp"), "access/totp") == b"secret"
    rotate(bureau.home)
    assert before.open(bureau.store().sealer.seal(b"secret", "access/totp"), "access/totp") == b"secret"


def test_the_second_factor_outlives_a_rotation(bureau: Bureau) -> None:
    engine = case_database(bureau.home, to_write=True)
    assert engine is not None
    secret = bureau.store().sealer.seal(b"JBSWY3DPEHPK3PXP", "access/totp")
    row = {
        "name": "officer", "display": "经办", "password": "", "one_time": False, "password_at": "", "totp_sealed": secret,
        "totp_confirmed": True, "demo": False, "created_at": "", "created_by": "os:test",
    }
    with engine.begin() as connection:
        connection.execute(accounts.insert(), row)
    rotate(bureau.home)
    with engine.connect() as connection:
        kept = connection.scalar(select(accounts.c.totp_sealed))
    engine.dispose()
    assert kept is not None
    assert kept != secret
    assert bureau.store().sealer.open(kept, "access/totp") == b"JBSWY3DPEHPK3PXP"


def test_on_postgresql_too(bureau: Bureau, postgres: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITOR_DATABASE_URL", postgres.database())
    with writing(bureau.home, "test") as store:
        synchronise(store)
    said = everything(bureau.store())
    done = rotate(bureau.home)
    assert done.values > 0
    assert everything(bureau.store()) == said
    engine = case_database(bureau.home)
    assert engine is not None
    with engine.connect() as connection:
        assert set(values_by_key(connection)) == {1}
    engine.dispose()
    assert len(bureau.store().keys.seals) == 1


def test_a_sealed_file_nobody_knows_keeps_the_old_key(bureau: Bureau) -> None:
    stranger = bureau.home.path / "packs" / "list.sealed"
    stranger.parent.mkdir()
    stranger.write_bytes(bureau.store().sealer.seal(b"somebody", "packs/list"))
    with pytest.raises(StoreError, match="不认识的密封文件"):
        rotate(bureau.home)
    assert bureau.store().sealer.open(stranger.read_bytes(), "packs/list") == b"somebody"
    stranger.unlink()
    assert rotate(bureau.home).resumed


def test_a_full_disk_changes_nothing_and_the_next_try_finishes(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    said = everything(bureau.store())

    def full(_: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(rotation, "sync_file", full)
        with pytest.raises(StoreError, match="旧密钥仍然有效"):
            rotate(bureau.home)
    assert everything(bureau.store()) == said
    assert rotate(bureau.home).resumed
    assert everything(bureau.store()) == said
    assert replaced_files(bureau.store()) == []


def test_a_file_that_does_not_open_keeps_the_old_key(bureau: Bureau) -> None:
    store = bureau.store()
    path = next(iter(sealed_files(store)))
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(StoreError, match="无法打开"):
        rotate(bureau.home)
    assert len(bureau.store().keys.seals) == 2


def test_no_file_goes_while_a_backup_reads(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rotation, "LOCK_WAIT_SECONDS", 0.0)
    files = [bureau.store().where(path) for path in sealed_files(bureau.store())]
    with files_held(bureau.home.path), pytest.raises(StoreError, match="正在备份"):
        rotate(bureau.home)
    assert all(path.exists() for path in files)
    assert len(bureau.store().keys.seals) == 2
    assert rotate(bureau.home).resumed
    assert not any(path.exists() for path in files)


@pytest.mark.kills
def test_killed_at_any_step_the_home_opens_and_the_next_rotation_finishes(
    template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MONITOR_KEYS", str(template / "keys"))
    said = everything(open_store(Home(template / "home")))
    left = deaths("rotate", template, tmp_path, steps=20)
    states = set()
    for copy in left:
        monkeypatch.setenv("MONITOR_KEYS", str(copy / "keys"))
        home = Home(copy / "home")
        store = open_store(home)
        assert everything(store) == said, copy.name
        unfinished = len(store.keys.seals) > 1
        states.add((unfinished, bool(store.manifest.resealed)))
        assert rotate(home).resumed == unfinished
        store = open_store(home)
        assert everything(store) == said, copy.name
        assert len(store.keys.seals) == 1
        assert replaced_files(store) == []
        assert set(files_by_key(store)) == {store.keys.newest}
    # Deaths before the new key, before the commit, after it, and after the old key was gone: all were met.
    assert states == {(False, False), (True, False), (True, True), (False, True)}


def test_the_commands(bureau: Bureau, call_monitor: Monitor) -> None:
    status = json.loads(call_monitor("keys", "status", "--json").stdout)
    assert [(row["key"], row["seals"]) for row in status["keys"]] == [(0, True)]
    files, values = status["keys"][0]["files"], status["keys"][0]["values"]
    answer = call_monitor("keys", "rotate")
    assert answer.returncode == 0, answer.stderr
    assert f"第 1 号，重新密封文件 {files} 个、数据库中的值 {values} 个，旧密钥已清除" in answer.stdout
    status = json.loads(call_monitor("keys", "status", "--json").stdout)
    assert [(row["key"], row["files"], row["values"]) for row in status["keys"]] == [(1, files, values)]
    key_files.add_seal(bureau.home.path.parent / "keys", status["home"])
    assert "没有完成" in call_monitor("keys", "status").stdout
    assert "接着完成" in call_monitor("keys", "rotate").stdout
