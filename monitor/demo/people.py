"""Whether a file is about made-up people only, asked of every file before a home of the demonstration takes it.

A made-up person has a number in region 99, which can be nobody's. Who has no number is made up where the psn_no is one the home,
or the file itself, has with such a number. Only homes of the demonstration are asked this: their files are small.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from monitor.base.errors import MonitorError
from monitor.demo.home import end, is_demo, keep, marked_loads
from monitor.intake.checks import Cleaning
from monitor.intake.columns import Table
from monitor.intake.reading import open_export
from monitor.intake.scrubbing import scrub
from monitor.store.home import Store
from monitor.store.names import shown

#: What a command says when it has ended the demonstration.
ENDED = "演示已结束：这个数据目录有了样例以外的人，演示账号从此不能登录\n"
#: The region of made-up people's numbers.
REGION = "99"


class DemoError(MonitorError):
    """A home of the demonstration does not take somebody real in before it is said that it may end."""


def guard_file(
    store: Store, path: Path, table: Table, encoding: str | None, codes: Mapping[str, str] | None, *, may_end: bool, now: datetime
) -> bool:
    """Before a file is loaded: it joins the demonstration where it is about made-up people only; else the demonstration ends where
    ``may_end``. Returns whether it has ended. Raises DemoError where it may not; IntakeError where the file cannot be read."""
    if not is_demo(store.home):
        return False
    sha256 = _sha256(path)
    if sha256 in marked_loads(store.home, store.manifest):
        return False
    names_people = not {"certno", "psn_no"}.isdisjoint(table.names)
    real = _real_rows(store, path, table, encoding, codes) if names_people else 0
    return _decide(store, path.name, sha256, real, may_end, now)


def guard_numbers(store: Store, file: str, sha256: str, numbers: Iterable[str], *, may_end: bool, now: datetime) -> bool:
    """The same for a file whose numbers were read already; it is not loaded itself, but they are kept."""
    if not is_demo(store.home):
        return False
    return _decide(store, file, sha256, sum(not number.startswith(REGION) for number in numbers if number), may_end, now)


def only_made_up(store: Store) -> bool:
    """Whether everybody any file of the home has shown is made up."""
    made_up, others = set[str](), set[str]()
    for part in shown(store, list(store.manifest.loads)):
        for certno, psn_no in zip(part.column("certno").to_pylist(), part.column("psn_no").to_pylist(), strict=True):
            if certno and not certno.startswith(REGION):
                return False
            if psn_no:
                (made_up if certno else others).add(psn_no)
    return others <= made_up


def _decide(store: Store, file: str, sha256: str, real: int, may_end: bool, now: datetime) -> bool:
    if not real:
        keep(store, sha256)
        return False
    if not may_end:
        raise DemoError(
            f"数据目录 {store.home.path} 是演示数据，而文件 {file} 有 {real} 行不是样例人员（证件号码不在 99 地区）；没有导入。"
            "导入后演示即告结束，所有演示账号从此不能登录：请换一个数据目录（--home）；确要在此导入，先建好自己的账号"
            "（monitor accounts add），再加 --end-demo，或在导入页面勾选“结束演示”"
        )
    end(store.home, file, now)
    return True


def _real_rows(store: Store, path: Path, table: Table, encoding: str | None, codes: Mapping[str, str] | None) -> int:
    """Rows that would be taken and are about nobody made up. Their psn_no is looked for in the file and in the home."""
    real, without = 0, list[str]()
    made_up = set[str]()
    with open_export(path, table, encoding) as export, store.engine_scope() as engine:
        cleaning = Cleaning(engine.connection, table, codes)
        for chunk in export.chunks():
            if not chunk.rows.num_rows:
                continue
            cleaning.take(scrub(table, chunk.rows))
            for row in engine.select("SELECT * FROM cleaned WHERE len(reasons) = 0").to_pylist():
                certno, psn_no = row.get("certno"), row.get("psn_no")
                if certno:
                    real += not certno.startswith(REGION)
                    if psn_no and certno.startswith(REGION):
                        made_up.add(psn_no)
                elif psn_no:
                    without.append(psn_no)
            cleaning.release()
    if any(psn_no not in made_up for psn_no in without):
        for part in shown(store, list(store.manifest.loads)):
            pairs = zip(part.column("certno").to_pylist(), part.column("psn_no").to_pylist(), strict=True)
            made_up |= {psn_no for certno, psn_no in pairs if psn_no and certno and certno.startswith(REGION)}
    return real + sum(psn_no not in made_up for psn_no in without)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
