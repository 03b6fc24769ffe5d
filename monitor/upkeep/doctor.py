"""The doctor: is this home well? One sentence a check, and nothing is changed."""

from __future__ import annotations

import fcntl
import os
import platform
import re
import shutil
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from sqlalchemy import inspect, select, text

from monitor.access import keys as key_files
from monitor.access.audit import AuditLog
from monitor.access.keys import Keys
from monitor.base.errors import StoreError
from monitor.base.settings import ROOT, Home
from monitor.base.vocabulary import HomeCheck
from monitor.casework.database import newest_revision, open_database, refuse_unknown
from monitor.casework.tables import runs as runs_table
from monitor.reports import in_memory
from monitor.store import manifest as manifests
from monitor.store.files import sha256_of
from monitor.store.home import Store, dead_spills, keys_apart, open_store
from monitor.upkeep.backup import expected_hashes, kept_files
from monitor.upkeep.rotation import case_database
from monitor.upkeep.sealed_files import SUFFIX, replaced_files, sealed_files

#: A month's export comes once a month: later than this, one has been missed.
STALE_DAYS = 35
#: A load of thirty million rows spills about as much.
LEAST_FREE_BYTES = 2 << 30
_MOST_NAMED = 3


@dataclass(frozen=True)
class Finding:
    """What a check found, in a sentence that says what to do where something is wrong."""

    check: HomeCheck
    well: bool
    sentence: str


class _Wrong(Exception):
    """A check's finding that something is not well; the text is the sentence."""


def examine(
    home: Home, now: str, full: bool = False, progress: Callable[[int, int], None] = lambda done, total: None
) -> list[Finding]:
    """Every check of ``HomeCheck``, in order; of a home that is not there, that it is not. ``now``: ISO 8601 with offset.
    ``full``: every file's hash is worked out."""
    checks: dict[HomeCheck, Callable[[], str]] = {
        HomeCheck.HOME: lambda: _home(home),
        HomeCheck.KEYS: lambda: _keys(open_store(home)),
        HomeCheck.DATABASE: lambda: _database(_closed_store(home), full),
        HomeCheck.AUDIT: lambda: _audit(open_store(home)),
        HomeCheck.FILES: lambda: _files(_closed_store(home), full, progress),
        HomeCheck.LEFTOVERS: lambda: _leftovers(_closed_store(home)),
        HomeCheck.DISK: lambda: _disk(home),
        HomeCheck.FEED: lambda: _feed(_closed_store(home), datetime.fromisoformat(now)),
        HomeCheck.CLOCK: lambda: _clock(_closed_store(home), datetime.fromisoformat(now)),
        HomeCheck.VERSIONS: lambda: _versions(ROOT / "requirements.lock"),
    }
    found: list[Finding] = []
    for check in HomeCheck:
        if check is HomeCheck.AUDIT and not all(one.well for one in found if one.check in (HomeCheck.KEYS, HomeCheck.DATABASE)):
            found.append(Finding(check, False, "密钥或案件数据库不正常，审计记录没有核对；请先处理上面的异常"))
            continue
        try:
            found.append(Finding(check, True, checks[check]()))
        except _Wrong as wrong:
            found.append(Finding(check, False, str(wrong)))
        except StoreError as error:
            found.append(Finding(check, False, error.sentence))
        except OSError as error:
            found.append(Finding(check, False, f"不能检查（{error.strerror}）；请检查权限"))
        if check is HomeCheck.HOME and not home.manifest.exists():
            break
    return found


def _closed_store(home: Home) -> Store:
    """The store without its keys: what can be looked at without them is, whatever is wrong with them."""
    manifest = manifests.read(home.manifest)
    if manifest is None:
        raise StoreError(f"清单文件 {home.manifest} 不在；请从备份恢复")
    return Store(home, manifest, Keys(bytes(32), (bytes(32),)))


def _home(home: Home) -> str:
    if not home.path.is_dir():
        raise _Wrong(f"数据目录 {home.path} 不存在；请用 --home 指明正确的目录")
    if not home.manifest.exists():
        raise _Wrong(f"{home.path} 里没有清单文件，还没有数据；请先用 monitor import 导入，或用 --home 指明正确的目录")
    mode = stat.S_IMODE(home.path.stat().st_mode)
    if mode & 0o077:
        raise _Wrong(f"{home.path} 的权限是 {mode:04o}，同机的其他用户可以进入；请执行 chmod 700 {home.path}")
    return f"{home.path}，权限 {mode:04o}"


def _keys(store: Store) -> str:
    directory = keys_apart(store.home)
    mode = stat.S_IMODE(directory.stat().st_mode)
    if mode & 0o022:
        raise _Wrong(f"密钥目录 {directory} 的权限是 {mode:04o}，其他用户可以更换密钥文件；请执行 chmod 700 {directory}")
    for path, purpose in sealed_files(store).items():
        store.open_sealed(path, purpose)
        break
    if len(store.keys.seals) > 1:
        raise _Wrong("换钥没有完成，旧密钥还在；请重新执行 monitor keys rotate")
    return f"{key_files.path_of(directory, store.manifest.home)}，密封密钥第 {store.keys.newest} 号"


def _database(store: Store, full: bool) -> str:
    url = store.home.database_url
    sqlite = url.startswith("sqlite:///")
    path = Path(url.removeprefix("sqlite:///"))
    if sqlite and not path.exists():
        if store.manifest.runs:
            raise _Wrong("案件数据库不在，看板没有内容；下一条写入的命令会补写运行结果，人员作出的决定请从备份恢复")
        return "还没有运行，没有案件数据库"
    if sqlite:
        try:
            with closing(sqlite3.connect(f"file:{path}?mode=rw", uri=True)) as connection:
                (answer,) = connection.execute("PRAGMA integrity_check" if full else "PRAGMA quick_check").fetchone()
        except sqlite3.Error as error:
            raise _Wrong(f"案件数据库 {path} 不能读取（{type(error).__name__}）；请从备份恢复") from None
        if answer != "ok":
            raise _Wrong(f"案件数据库 {path} 已损坏；请从备份恢复")
    engine = open_database(url)
    try:
        with engine.connect() as connected:
            if not inspect(connected).has_table("alembic_version"):
                raise _Wrong("案件数据库里没有本系统的表；请核对 MONITOR_DATABASE_URL，或从备份恢复")
            revision = connected.scalar(text("SELECT version_num FROM alembic_version"))
            try:
                refuse_unknown(revision)
            except StoreError as error:
                raise _Wrong(error.sentence) from None
            if revision != newest_revision():
                raise _Wrong(f"案件数据库的结构是 {revision} 版，本程序是 {newest_revision()} 版；下一条写入的命令会升级它")
            lacking = {record.run for record in store.manifest.runs} - set(connected.scalars(select(runs_table.c.run_id)))
    finally:
        engine.dispose()
    if lacking:
        raise _Wrong(f"有 {len(lacking)} 次运行还没有写入案件数据库；下一条写入的命令会补写")
    return f"{'SQLite' if sqlite else engine.dialect.name}，结构 {revision} 版，{len(store.manifest.runs)} 次运行齐全"


def _audit(store: Store) -> str:
    engine = case_database(store.home)
    if engine is None:
        return "还没有审计记录"
    try:
        with engine.connect() as connection:
            verdict = AuditLog(store.keys.audit, store.home.audit_head).verify(connection)
    finally:
        engine.dispose()
    if verdict.broken is not None:
        raise _Wrong(f"{verdict.broken.sentence}；请保留现状，报告审计人员，详见 monitor audit verify")
    return f"{verdict.entries} 条，逐条相接"


def _files(store: Store, full: bool, progress: Callable[[int, int], None]) -> str:
    there = dict(kept_files(store))
    expected = expected_hashes(store.manifest)
    # Results from before results were hashed: that they are there is all there is to check.
    for kind, runs in (("runs", [record.run for record in store.manifest.runs]), ("entitled", list(store.manifest.entitled))):
        lost = [f"{kind}/{run}" for run in runs if not any(name.startswith(f"{kind}/{run}/") for name in there)]
        if lost:
            raise _Wrong(f"结果目录不在：{_named(lost)}；请从备份恢复")
    missing = sorted(name for name in expected if name not in there)
    if missing:
        raise _Wrong(f"清单列出的 {len(missing)} 个文件不在：{_named(missing)}；请从备份恢复")
    torn = sorted(name for name in expected if not _whole(there[name]))
    if torn:
        raise _Wrong(f"{len(torn)} 个文件不完整：{_named(torn)}；请从备份恢复")
    if not full:
        return f"{len(expected)} 个文件都在（未逐个核对内容；加 --full 核对）"
    size, done, changed = sum(there[name].stat().st_size for name in expected), 0, []
    for name, digest in expected.items():
        if sha256_of(there[name]) != digest:
            changed.append(name)
        progress(done := done + there[name].stat().st_size, size)
    if changed:
        raise _Wrong(f"{len(changed)} 个文件与清单记录的不符：{_named(sorted(changed))}；请检查磁盘，并从备份恢复")
    unhashed = sum(1 for name in there if name.split("/")[0] in ("runs", "entitled") and name not in expected)
    return f"{len(expected)} 个文件的内容与清单相符" + (f"；另有 {unhashed} 个早期结果文件没有记录 SHA-256" if unhashed else "")


def _whole(path: Path) -> bool:
    """Whether the file ends as one of its kind does; a quick look, not a proof."""
    size = path.stat().st_size
    if path.suffix == SUFFIX:
        return size > 1 + 12 + 16
    if path.suffix != ".parquet":
        return size > 0
    with path.open("rb") as file:
        file.seek(max(size - 4, 0))
        return file.read() == b"PAR1"


def _leftovers(store: Store) -> str:
    home = store.home
    left = [*dead_spills(home), *in_memory.left_behind(), *home.path.parent.glob(f".{home.path.name}.restoring-*")]
    if not _is_written(home):
        left += _entries(home.path / "staging")
        left += [path for path in (home.path / "manifest.json.new",) if path.exists()]
        named = {load.batch for load in store.manifest.loads}
        left += [path for path in _entries(store.loads) if path.name not in named]
        left += [path for path in _entries(home.runs) if path.name not in {record.run for record in store.manifest.runs}]
        left += [path for path in _entries(home.entitled) if path.name not in store.manifest.entitled]
        left += replaced_files(store)
    if not left:
        return "没有"
    names = _named([str(path) for path in left])
    raise _Wrong(
        f"有 {len(left)} 处中断的命令留下的残留：{names}；下一条写入的命令会清除数据目录内的，换钥的由 monitor keys rotate 清除"
    )


def _entries(directory: Path) -> list[Path]:
    return sorted(directory.iterdir()) if directory.is_dir() else []


def _is_written(home: Home) -> bool:
    """Whether somebody holds the home for writing: what looks left over may be theirs."""
    if not home.lock.exists():
        return False
    descriptor = os.open(home.lock, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _disk(home: Home) -> str:
    free = shutil.disk_usage(home.path if home.path.exists() else home.path.parent).free
    if free < LEAST_FREE_BYTES:
        raise _Wrong(f"只剩 {free >> 20} MB，导入和运行可能写满；请清理到 {LEAST_FREE_BYTES >> 20} MB 以上")
    return f"剩余 {free / (1 << 30):.1f} GB"


def _feed(store: Store, now: datetime) -> str:
    loads = store.manifest.of_table("settlements")
    if not loads:
        raise _Wrong("还没有导入过结算数据；请用 monitor import settlements 导入")
    days = (now - max(datetime.fromisoformat(load.committed_at) for load in loads)).days
    latest = max((month for load in loads for month in load.months), default="")
    told = f"最近一次导入结算在 {days} 天前，最近的结算在 {latest or '未知月份'}"
    if days > STALE_DAYS:
        raise _Wrong(f"{told}；已超过 {STALE_DAYS} 天没有新数据，请向平台要最近的结算导出")
    # The month before last may be all that has come by the middle of a month, not the one before.
    if latest and (now.year * 12 + now.month) - (int(latest[:4]) * 12 + int(latest[5:7])) > 2:
        raise _Wrong(f"{told}；结算月份已落后两个多月，请核对导出的时间范围")
    return told


def _clock(store: Store, now: datetime) -> str:
    manifest = store.manifest
    written = [*manifest.told, *(record.committed_at for record in manifest.runs)]
    last = max(map(datetime.fromisoformat, written), default=now)
    if now < last:
        raise _Wrong(
            f"本机时间 {now:%Y-%m-%d %H:%M} 早于最近一次写入的 {last:%Y-%m-%d %H:%M}，以后的导入和重放会排错先后；请校准本机时钟"
        )
    return f"本机时间 {now:%Y-%m-%d %H:%M %z}"


def _versions(lock: Path) -> str:
    told = (
        f"Python {platform.python_version()}，DuckDB {version('duckdb')}，SQLite {sqlite3.sqlite_version}，"
        f"Streamlit {version('streamlit')}"
    )
    if not lock.exists():
        return f"{told}（没有锁定文件可以对照）"
    locked: dict[str, list[str]] = {}
    for name, wanted in re.findall(r"^([A-Za-z0-9._-]+)==([^ \\;]+)", lock.read_text(encoding="utf-8"), re.MULTILINE):
        # One package can stand there in several versions, each for other Pythons.
        locked.setdefault(name, []).append(wanted)
    others = []
    for name, wanted in locked.items():
        try:
            found = version(name)
        except PackageNotFoundError:
            continue  # of another platform, or for development only
        if found not in wanted:
            others.append(f"{name} {found}（应为 {'或 '.join(wanted)}）")
    if others:
        raise _Wrong(f"{told}；与锁定文件不符：{_named(others)}；请重新执行 make setup")
    return f"{told}，各组件与锁定文件一致"


def _named(names: list[str]) -> str:
    return "、".join(names[:_MOST_NAMED]) + ("等" if len(names) > _MOST_NAMED else "")

