"""The commands that keep a home safe: keys, backup, restore, doctor."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from datetime import datetime
from pathlib import Path

from monitor.access import keys as key_files
from monitor.audited import note
from monitor.base.errors import MonitorError, StoreError
from monitor.base.settings import Home
from monitor.base.vocabulary import AuditAction
from monitor.casework.facts import auditing
from monitor.store.home import keys_apart, open_store
from monitor.terminal import bar, say
from monitor.upkeep import backup_key
from monitor.upkeep.backup import back_up
from monitor.upkeep.doctor import examine
from monitor.upkeep.restoring import restore as restore_backup
from monitor.upkeep.rotation import case_database, files_by_key, rotate, values_by_key

Arguments = argparse.Namespace


def keys(arguments: Arguments, home: Home, now: str) -> None:
    """``monitor keys rotate`` and ``monitor keys status``."""
    if arguments.act == "status":
        _status(arguments, home)
        return
    with auditing(open_store(home), datetime.fromisoformat(now)):  # what cannot be written down is not begun
        done = rotate(home)
    note(
        open_store(home), arguments, now, AuditAction.MAINTAINED, "keys",
        {"key": done.key, "files": done.files, "values": done.values, "resumed": done.resumed},
    )
    begun = "接着完成了上次中断的换钥" if done.resumed else "密封密钥已更换"
    say(
        f"{begun}：现用第 {done.key} 号，重新密封文件 {done.files} 个、数据库中的值 {done.values} 个，旧密钥已清除；"
        "以前的备份仍要用当时的密钥文件，请现在用 monitor backup 另做一份"
    )


def _status(arguments: Arguments, home: Home) -> None:
    store = open_store(home)
    engine = case_database(home)
    values: dict[int, int] = {}
    if engine is not None:
        try:
            with engine.connect() as connection:
                values = dict(values_by_key(connection))
        finally:
            engine.dispose()
    files = files_by_key(store)
    numbers = range(store.keys.first, store.keys.newest + 1)
    rows = [
        {"key": number, "seals": number == store.keys.newest, "files": files[number % 256], "values": values.get(number % 256, 0)}
        for number in numbers
    ]
    if arguments.json:
        say(json.dumps({"home": store.manifest.home, "keys": rows}, ensure_ascii=False, indent=1))
        return
    say(f"密钥文件：{key_files.path_of(keys_apart(home), store.manifest.home)}")
    for row in rows:
        say(f"第 {row['key']} 号{'（现用）' if row['seals'] else ''}：密封文件 {row['files']} 个，数据库中的值 {row['values']} 个")
    if len(rows) > 1:
        say("换钥没有完成；请重新执行 monitor keys rotate")


def backup(arguments: Arguments, home: Home, now: str) -> None:
    """``monitor backup``: one data file, one key file."""
    passphrase = _passphrase(arguments, again=True)
    output, key_output = Path(arguments.output), Path(arguments.key_output)
    # Before it is made: it takes everybody's data out of the home.
    note(open_store(home), arguments, now, AuditAction.MAINTAINED, "backup", {"passphrase": passphrase is not None})
    with bar("backup") as progress:
        done = back_up(home, output, key_output, passphrase, now, arguments.without_database, progress)
    without = "" if done.database else "（不含案件数据库）"
    kept = "有口令保护" if passphrase else "没有口令保护"
    say(f"备份已写入 {output}：{done.files} 个文件，{done.size / 1e6:.1f} MB，已读回核对{without}")
    say(f"密钥文件 {key_output}（{kept}）：没有它备份打不开，有它就能读全部数据；请与备份分开保管")


def restore(arguments: Arguments, home: Home, now: str) -> None:
    """``monitor restore``: a backup into a new home."""
    key_file = Path(arguments.key_file)
    passphrase = _passphrase(arguments, again=False)
    if passphrase is None and backup_key.is_locked(key_file) and sys.stdin.isatty():
        passphrase = getpass.getpass("备份口令：")
    with bar("restore") as progress:
        done = restore_backup(Path(arguments.file), key_file, passphrase, home, progress)
    note(open_store(home), arguments, now, AuditAction.MAINTAINED, "restore", {"made_at": done.made_at, "files": done.files})
    say(f"已恢复到 {home.path}：{done.made_at[:19]} 的备份，{done.files} 个文件，{done.size / 1e6:.1f} MB，内容已逐个核对")
    say(f"新的密钥文件：{done.key_path}")
    if not done.database:
        say("备份不含案件数据库：下一条写入的命令会补写运行结果；案件记录请从数据库服务器自己的备份恢复")


def doctor(arguments: Arguments, home: Home, now: str) -> None:
    """``monitor doctor``: one line a check. Raises MonitorError where something is not well."""
    with bar("doctor") as progress:
        found = examine(home, now, arguments.full, progress)
    if arguments.format == "json":
        rows = [{"check": one.check, "label": one.check.label, "well": one.well, "sentence": one.sentence} for one in found]
        say(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        for one in found:
            say(f"{'正常' if one.well else '异常'}　{one.check.label}：{one.sentence}")
    wrong = [one.check.label for one in found if not one.well]
    if wrong:
        raise MonitorError(f"有 {len(wrong)} 项异常：{'、'.join(wrong)}；请按上面各行处理")


def _passphrase(arguments: Arguments, again: bool) -> str | None:
    """What was typed, or the file's first line; None where neither was asked for."""
    if arguments.passphrase_file:
        try:
            typed = Path(arguments.passphrase_file).read_text(encoding="utf-8").partition("\n")[0].rstrip("\r")
        except (OSError, UnicodeDecodeError) as error:
            raise StoreError(f"口令文件 {arguments.passphrase_file} 不能读取（{type(error).__name__}）；请核对路径") from None
        if not typed:
            raise StoreError(f"口令文件 {arguments.passphrase_file} 的第一行是空的；请写入口令")
        return typed
    if not arguments.passphrase:
        return None
    if not sys.stdin.isatty():
        raise StoreError("--passphrase 需要在终端上输入口令；定时任务请用 --passphrase-file")
    typed = getpass.getpass("备份口令：")
    if again and getpass.getpass("再输一次：") != typed:
        raise StoreError("两次输入的口令不一致，没有备份；请重新执行")
    return typed
