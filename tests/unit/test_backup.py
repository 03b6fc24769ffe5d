"""A backup is whole, unreadable without its key file, and comes back only whole, into a new home."""

from __future__ import annotations

import errno
import io
import json
import random
import resource
import shutil
import sqlite3
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from bureau import Bureau, certno, settlement
from dying import NOW, deaths

from monitor.actions.entitlements import entitled_store
from monitor.base.errors import StoreError
from monitor.base.settings import Home
from monitor.base.vocabulary import HomeCheck
from monitor.policy.library import load_library
from monitor.store import manifest as manifests
from monitor.store.home import open_store
from monitor.upkeep import archive, backup, backup_key, rotation
from monitor.upkeep.backup import back_up, kept_files
from monitor.upkeep.doctor import examine
from monitor.upkeep.envelope import Sealing
from monitor.upkeep.restoring import restore
from monitor.upkeep.rotation import rotate

Monitor = Callable[..., subprocess.CompletedProcess[str]]
PASSPHRASE = "十二个字符以上的一句口令"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bureau with a run and its entitlements, own tables, a backup in out/ and its key file in safe/."""
    directory = tmp_path_factory.mktemp("template")
    for name in ("out", "safe", "new"):
        (directory / name).mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MONITOR_KEYS", str(directory / "keys"))
        bureau = Bureau(directory)
        bureau.incomes()
        bureau.people(*({"certno": certno(n), "psn_no": f"P{n}", "psn_name": f"样例{n}"} for n in range(1, 4)))
        bureau.settlements(*(settlement(setl_id=f"S{n}", certno=certno(n), psn_part_amt="70000") for n in range(1, 4)))
        bureau.run()
        entitled_store(bureau.home, None, load_library())
        bureau.home.tables.mkdir()
        (bureau.home.tables / "category_codes.csv").write_text("code,category\n")
        back_up(bureau.home, directory / "out" / "data", directory / "safe" / "key", None, NOW)
    return directory


@pytest.fixture
def bureau(template: Path, home: Path) -> Bureau:
    """A copy of it all, where MONITOR_HOME and MONITOR_KEYS point."""
    for name in ("home", "keys", "out", "safe", "new"):
        shutil.copytree(template / name, home.parent / name)
    return Bureau(home.parent)


def content(home: Path) -> dict[str, bytes]:
    """Everything a home keeps, but its id."""
    store = open_store(Home(home))
    files = {name: path.read_bytes() for name, path in kept_files(store)}
    manifest = json.loads((home / "manifest.json").read_bytes())
    del manifest["home"]
    files["manifest"] = json.dumps(manifest).encode()
    with closing(sqlite3.connect(home / "casework.sqlite")) as connection:
        files["database"] = "\n".join(connection.iterdump()).encode()
    return files


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file can become longer than this many bytes, as on a disk that fills up."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


# --- there and back -------------------------------------------------------------------------------


def test_what_comes_back_is_what_went_in(bureau: Bureau) -> None:
    directory = bureau.directory
    done = restore(directory / "out" / "data", directory / "safe" / "key", None, Home(directory / "new" / "home"))
    assert content(directory / "new" / "home") == content(bureau.home.path)
    assert (done.made_at, done.database) == (NOW, True)
    names = {"tables/category_codes.csv", "loads/0002-people/contacts-00001.sealed"}
    assert names <= set(content(directory / "new" / "home"))
    record = bureau.store().manifest.runs[0]
    restored = Bureau(directory / "new")
    assert restored.alerts(record) == bureau.alerts(record)
    # The home goes on: the same run is the same run, and new data are taken in.
    assert restored.run().run == record.run
    assert restored.settlements(settlement(setl_id="S9", certno=certno(9), psn_part_amt="1")).accepted == 1
    wrong = [one for one in examine(restored.home, NOW, full=True) if not one.well]
    assert {one.check for one in wrong} <= {HomeCheck.FEED, HomeCheck.DISK, HomeCheck.VERSIONS, HomeCheck.CLOCK}


def test_a_restored_home_shares_no_key_file(bureau: Bureau) -> None:
    """Else a rotation in one of the two would take the keys from the other."""
    directory = bureau.directory
    home = Home(directory / "new" / "home")
    restore(directory / "out" / "data", directory / "safe" / "key", None, home)
    assert open_store(home).manifest.home != bureau.store().manifest.home
    assert len(list((directory / "keys").glob("*.json"))) == 2
    before = content(bureau.home.path)
    rotate(home)
    record = bureau.store().manifest.runs[0]
    assert content(bureau.home.path) == before
    assert Bureau(directory / "new").alerts(record) == bureau.alerts(record)


def test_a_rotated_home_comes_back_too_and_the_old_backup_needs_its_own_key_file(bureau: Bureau) -> None:
    directory = bureau.directory
    record = bureau.store().manifest.runs[0]
    rotate(bureau.home)
    back_up(bureau.home, directory / "out" / "later", directory / "safe" / "later", None, NOW)
    for name, key, into in (("later", "later", "one"), ("data", "key", "two")):
        home = Home(directory / "new" / into / "home")
        restore(directory / "out" / name, directory / "safe" / key, None, home)
        assert Bureau(directory / "new" / into).alerts(record) == bureau.alerts(record)


@pytest.mark.parametrize("name", ["home", "one.two", "空 格"])
def test_an_empty_directory_is_a_fresh_home(bureau: Bureau, name: str) -> None:
    target = bureau.directory / "new" / name
    target.mkdir()
    restore(bureau.directory / "out" / "data", bureau.directory / "safe" / "key", None, Home(target))
    assert open_store(Home(target)).manifest.runs == bureau.store().manifest.runs


def test_others_write_meanwhile(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    """A load and a run between the copy of the database and the end of the backup: what comes back is of one moment."""
    directory = bureau.directory
    original = archive.Writing.add

    def add_and_write(self: archive.Writing, name: str, path: Path) -> None:
        if not self.index:
            bureau.settlements(settlement(setl_id="S8", certno=certno(8), psn_part_amt="90000"))
            bureau.run()
        original(self, name, path)

    monkeypatch.setattr(archive.Writing, "add", add_and_write)
    before = bureau.store().manifest
    back_up(bureau.home, directory / "out" / "busy", directory / "safe" / "busy", None, NOW)
    restored = Bureau(directory / "new")
    restore(directory / "out" / "busy", directory / "safe" / "busy", None, restored.home)
    assert (restored.store().manifest.loads, restored.store().manifest.runs) == (before.loads, before.runs)
    assert not (restored.home.path / "loads" / "0004-settlements").exists()
    with closing(sqlite3.connect(restored.home.path / "casework.sqlite")) as connection:
        assert connection.execute("SELECT run_id FROM runs").fetchall() == [(before.runs[0].run,)]
    assert len(bureau.store().manifest.runs) == 2


def test_the_audit_holds_in_what_comes_back(bureau: Bureau, call_monitor: Monitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry written between the copies of the head and of the database is in the one and not in the other."""
    directory, copy_database = bureau.directory, backup._copy_database
    assert call_monitor("alerts").returncode == 0

    def write_and_copy(path: Path, copy: Path) -> bool:
        assert call_monitor("alerts").returncode == 0
        return copy_database(path, copy)

    monkeypatch.setattr(backup, "_copy_database", write_and_copy)
    out, safe, new = directory / "out" / "b", directory / "safe" / "b", directory / "new" / "home"
    assert call_monitor("backup", "--output", out, "--key-output", safe).returncode == 0
    assert call_monitor("restore", out, "--key-file", safe, home=new).returncode == 0
    for home in (bureau.home.path, new):
        answer = call_monitor("audit", "verify", home=home)
        assert (answer.returncode, answer.stderr) == (0, "")
    told = json.loads(call_monitor("audit", "list", "--action", "maintained", "--format", "json", home=new).stdout)
    assert [(entry["object"], entry["place"]) for entry in told] == [("backup", "command:backup"), ("restore", "command:restore")]


def test_a_rotation_begins_meanwhile(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    """It seals the database anew before that is copied; the key it adds is in the backup, those it would drop are too."""
    directory, copy_database = bureau.directory, backup._copy_database

    def rotate_and_copy(path: Path, copy: Path) -> bool:
        monkeypatch.setattr(rotation, "LOCK_WAIT_SECONDS", 0.0)
        with pytest.raises(StoreError, match="正在备份"):
            rotate(bureau.home)
        return copy_database(path, copy)

    monkeypatch.setattr(backup, "_copy_database", rotate_and_copy)
    back_up(bureau.home, directory / "out" / "busy", directory / "safe" / "busy", None, NOW)
    restored = Bureau(directory / "new")
    restore(directory / "out" / "busy", directory / "safe" / "busy", None, restored.home)
    assert [len(home.store().keys.seals) for home in (bureau, restored)] == [2, 2]
    for home in (bureau, restored):
        assert rotate(home.home).resumed
        assert home.alerts(home.store().manifest.runs[0]) == bureau.alerts(bureau.store().manifest.runs[0])


# --- who cannot read it ---------------------------------------------------------------------------


def test_the_data_file_tells_nothing(bureau: Bureau) -> None:
    data = (bureau.directory / "out" / "data").read_bytes()
    telling = ["样例", certno(1), "威海", "settlements", "PAR1", "SQLite format", "manifest", bureau.store().manifest.home]
    assert [word for word in telling if word.encode() in data] == []
    assert backup_key.read(bureau.directory / "safe" / "key", None).data not in data


def test_both_files_are_their_owners(bureau: Bureau) -> None:
    for path in (bureau.directory / "out" / "data", bureau.directory / "safe" / "key"):
        assert path.stat().st_mode & 0o777 == 0o600


def test_a_passphrase_locks_the_key_file(bureau: Bureau) -> None:
    directory = bureau.directory
    back_up(bureau.home, directory / "out" / "locked", directory / "safe" / "locked", PASSPHRASE, NOW)
    told = (directory / "safe" / "locked").read_text()
    assert bureau.store().keys.hash.hex() not in told
    assert json.loads(told)["kdf"]["name"] == "argon2id"
    home = Home(directory / "new" / "home")
    for passphrase, sentence in ((None, "有口令保护"), ("十二个字符以上的另一句口令", "口令不对")):
        with pytest.raises(StoreError, match=sentence):
            restore(directory / "out" / "locked", directory / "safe" / "locked", passphrase, home)
        assert not home.path.exists()
    restore(directory / "out" / "locked", directory / "safe" / "locked", PASSPHRASE, home)
    assert open_store(home).manifest.runs == bureau.store().manifest.runs


def test_a_short_passphrase_is_refused_before_anything_is_written(bureau: Bureau) -> None:
    with pytest.raises(StoreError, match="至少 12 个字符"):
        back_up(bureau.home, bureau.directory / "out" / "b", bureau.directory / "safe" / "b", "十一个字符的口令不够长", NOW)
    assert not (bureau.directory / "out" / "b").exists()


def test_another_backups_key_file_does_not_open_it(bureau: Bureau) -> None:
    directory = bureau.directory
    back_up(bureau.home, directory / "out" / "other", directory / "safe" / "other", None, NOW)
    home = Home(directory / "new" / "home")
    with pytest.raises(StoreError, match=r"不是备份 .* 的"):
        restore(directory / "out" / "data", directory / "safe" / "other", None, home)
    # Even where somebody makes the names fit.
    told = json.loads((directory / "safe" / "other").read_text())
    told["backup"] = json.loads((directory / "safe" / "key").read_text())["backup"]
    (directory / "safe" / "forged").write_text(json.dumps(told))
    with pytest.raises(StoreError, match="不能解开"):
        restore(directory / "out" / "data", directory / "safe" / "forged", None, home)
    assert not home.path.exists()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"what": "monitor backup key", "format": 1}',
                                  '{"what": "monitor backup key", "format": 1, "backup": "00", "open": "00"}'])
def test_what_is_no_key_file_is_said_to_be_none(bureau: Bureau, text: str) -> None:
    path = bureau.directory / "safe" / "broken"
    path.write_text(text)
    with pytest.raises(StoreError, match=r"不是 monitor backup 写的密钥文件|已损坏"):
        restore(bureau.directory / "out" / "data", path, None, Home(bureau.directory / "new" / "home"))


# --- damage ---------------------------------------------------------------------------------------


def damaged(data: bytes) -> Iterator[tuple[str, bytes]]:
    """What disks, cables and people do to a file."""
    yield "empty", b""
    for length in (1, 16, 31, 32, 33, 48, len(data) // 2, len(data) - 1):
        yield f"cut to {length}", data[:length]
    yield "longer", data + b"\0"
    yield "twice", data + data
    chance = random.Random(20251231)
    for place in [0, 15, 16, 31, 32, len(data) - 1, *(chance.randrange(len(data)) for _ in range(20))]:
        changed = bytearray(data)
        changed[place] ^= 1 << chance.randrange(8)
        yield f"a bit of byte {place}", bytes(changed)


def test_no_damaged_backup_is_restored(bureau: Bureau) -> None:
    directory = bureau.directory
    data = (directory / "out" / "data").read_bytes()
    for what, bytes_ in damaged(data):
        (directory / "out" / "damaged").write_bytes(bytes_)
        with pytest.raises(StoreError) as refused:
            restore(directory / "out" / "damaged", directory / "safe" / "key", None, Home(directory / "new" / "home"))
        assert certno(1) not in str(refused.value)
        assert list((directory / "new").iterdir()) == [], what
        assert len(list((directory / "keys").iterdir())) == 1, what


@pytest.mark.parametrize("name", ["../outside", "/etc/outside", "loads/../../outside", "a/.."])
def test_a_name_never_leads_out_of_the_home(bureau: Bureau, name: str) -> None:
    """Only who has the key can write such a backup; it is refused all the same."""
    key = backup_key.read(bureau.directory / "safe" / "key", None)
    forged = bureau.directory / "out" / "forged"
    with forged.open("wb") as file:
        sealing = Sealing(file, key.data, key.backup)
        with tarfile.open(fileobj=sealing, mode="w|") as tar:  # type: ignore[call-overload]
            entry = tarfile.TarInfo(name)
            entry.size = 4
            tar.addfile(entry, io.BytesIO(b"evil"))
        sealing.close()
    with pytest.raises(StoreError, match="不合规定"):
        restore(forged, bureau.directory / "safe" / "key", None, Home(bureau.directory / "new" / "home"))
    assert list((bureau.directory / "new").iterdir()) == []
    assert not (bureau.directory / "outside").exists()


@pytest.mark.parametrize("kind", ["part", "sums"])
def test_a_damaged_home_is_not_backed_up_as_if_it_were_well(bureau: Bureau, kind: str) -> None:
    directory = bureau.directory
    path = next((bureau.home.path / "loads" / "0003-settlements").glob(f"{kind}-*.parquet"))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(StoreError, match="与清单记录的不符"):
        back_up(bureau.home, directory / "out" / "b", directory / "safe" / "b", None, NOW)
    path.unlink()
    with pytest.raises(StoreError, match="不在"):
        back_up(bureau.home, directory / "out" / "b", directory / "safe" / "b", None, NOW)
    assert sorted(path.name for path in (directory / "out").iterdir()) == ["data"]
    assert sorted(path.name for path in (directory / "safe").iterdir()) == ["key"]


# --- places and disks -----------------------------------------------------------------------------


def test_nothing_is_overwritten_and_keys_lie_apart(bureau: Bureau) -> None:
    directory = bureau.directory
    for output, key_output, sentence in (
        (directory / "out" / "data", directory / "safe" / "b", "已经存在"),
        (directory / "out" / "b", directory / "safe" / "key", "已经存在"),
        (directory / "out" / "b", directory / "out" / "key", "不能放在同一目录"),
        (bureau.home.path / "b", directory / "safe" / "b", "在数据目录里面"),
        (directory / "out" / "b", bureau.home.path / "loads" / "b", "在数据目录里面"),
        (directory / "nowhere" / "b", directory / "safe" / "b", "不存在"),
    ):
        with pytest.raises(StoreError, match=sentence):
            back_up(bureau.home, output, key_output, None, NOW)
    assert len(list((directory / "out").iterdir())) == len(list((directory / "safe").iterdir())) == 1


def test_a_home_that_is_there_is_never_written_over(bureau: Bureau) -> None:
    before = content(bureau.home.path)
    with pytest.raises(StoreError, match="已经存在"):
        restore(bureau.directory / "out" / "data", bureau.directory / "safe" / "key", None, bureau.home)
    assert content(bureau.home.path) == before


def test_a_full_disk_leaves_no_backup(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    directory = bureau.directory
    size = (bureau.home.path / "casework.sqlite").stat().st_size
    assert size < (directory / "out" / "data").stat().st_size - 4096
    with room_for(size + 4096), pytest.raises(StoreError, match="不能写完备份"):
        back_up(bureau.home, directory / "out" / "b", directory / "safe" / "b", None, NOW)
    with room_for(4096), pytest.raises(StoreError, match="不能复制"):
        back_up(bureau.home, directory / "out" / "b", directory / "safe" / "b", None, NOW)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(1, 1, 0))  # type: ignore[attr-defined]
    with pytest.raises(StoreError, match="只剩 0 MB"):
        back_up(bureau.home, directory / "out" / "b", directory / "safe" / "b", None, NOW)
    assert len(list((directory / "out").iterdir())) == len(list((directory / "safe").iterdir())) == 1
    assert list(bureau.home.spill.iterdir()) == []


def test_a_full_disk_leaves_no_home(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    directory, home = bureau.directory, Home(bureau.directory / "new" / "home")
    with room_for(4096), pytest.raises(StoreError, match="恢复没有完成"):
        restore(directory / "out" / "data", directory / "safe" / "key", None, home)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(manifests, "commit", full)
        with pytest.raises(StoreError, match="恢复没有完成"):
            restore(directory / "out" / "data", directory / "safe" / "key", None, home)
    assert list((directory / "new").iterdir()) == []
    assert len(list((directory / "keys").iterdir())) == 1, "the keys of a home that never was are taken back"


def test_a_database_on_a_server_is_not_left_out_in_silence(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    directory = bureau.directory
    monkeypatch.setenv("MONITOR_DATABASE_URL", "postgresql+psycopg://127.0.0.1/monitor")
    with pytest.raises(StoreError, match="pg_dump"):
        back_up(bureau.home, directory / "out" / "b", directory / "safe" / "b", None, NOW)
    done = back_up(bureau.home, directory / "out" / "b", directory / "safe" / "b", None, NOW, without_database=True)
    assert not done.database
    restore(directory / "out" / "b", directory / "safe" / "b", None, Home(directory / "new" / "home"))
    assert not (directory / "new" / "home" / "casework.sqlite").exists()


# --- kill -9 --------------------------------------------------------------------------------------


@pytest.mark.kills
def test_killed_at_any_step_there_is_a_whole_backup_or_none(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = tmp_path / "template"
    shutil.copytree(template, fresh)
    for path in (fresh / "out" / "data", fresh / "safe" / "key"):
        path.unlink()
    left = deaths("backup", fresh, tmp_path, steps=5)
    for copy in left:
        monkeypatch.setenv("MONITOR_KEYS", str(copy / "keys"))
        names = sorted(path.name for path in (copy / "out").iterdir())
        if "data" in names:
            restore(copy / "out" / "data", copy / "safe" / "key", None, Home(copy / "new" / "home"))
            assert content(copy / "new" / "home") == content(copy / "home")
            continue
        # A part is nobody's backup, and the next one to the same place takes it away.
        (copy / "safe" / "key").unlink(missing_ok=True)
        back_up(Home(copy / "home"), copy / "out" / "data", copy / "safe" / "key", None, NOW)
        assert [path.name for path in (copy / "out").iterdir()] == ["data"]
    assert names == ["data"], "the last one got through"


@pytest.mark.kills
def test_killed_at_any_step_there_is_a_whole_home_or_none(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left = deaths("restore", template, tmp_path, steps=20)
    whole = 0
    for copy in left:
        monkeypatch.setenv("MONITOR_KEYS", str(copy / "keys"))
        home = Home(copy / "new" / "home")
        if home.path.exists():
            whole += 1
        else:
            with pytest.raises(StoreError, match="还没有数据"):
                open_store(home)
            for half in (copy / "new").iterdir():
                # Nor is a half a home by its own name, but for the last moment, when it is whole.
                if (half / "manifest.json").exists():
                    assert examine(Home(half), NOW, full=True)[3].well
            restore(copy / "out" / "data", copy / "safe" / "key", None, home)
        assert content(home.path) == content(copy / "home")
        assert [path.name for path in (copy / "new").iterdir()] == ["home"]
    assert whole >= 1


# --- the commands ---------------------------------------------------------------------------------


def test_the_commands(bureau: Bureau, call_monitor: Monitor) -> None:
    directory = bureau.directory
    word = directory / "word"
    word.write_text(f"{PASSPHRASE}\nnot this line\n", encoding="utf-8")
    answer = call_monitor("backup", "--output", directory / "out" / "b", "--key-output", directory / "safe" / "b", "--passphrase-file", word)
    assert answer.returncode == 0, answer.stderr
    assert "已读回核对" in answer.stdout
    assert "分开保管" in answer.stdout
    new = directory / "new" / "home"
    missing = call_monitor("restore", directory / "out" / "b", "--key-file", directory / "safe" / "b", home=new)
    assert (missing.returncode, "有口令保护" in missing.stderr) == (1, True)
    answer = call_monitor(
        "restore", directory / "out" / "b", "--key-file", directory / "safe" / "b", "--passphrase-file", word, home=new
    )
    assert answer.returncode == 0, answer.stderr
    assert call_monitor("alerts", home=new).stdout == call_monitor("alerts").stdout
    again = call_monitor(
        "restore", directory / "out" / "b", "--key-file", directory / "safe" / "b", "--passphrase-file", word, home=new
    )
    assert (again.returncode, "已经存在" in again.stderr) == (1, True)
    assert call_monitor("backup", "--output", "x").returncode == 2
    typed = call_monitor("backup", "--output", directory / "out" / "c", "--key-output", directory / "safe" / "c", "--passphrase")
    assert (typed.returncode, "--passphrase-file" in typed.stderr) == (1, True)


