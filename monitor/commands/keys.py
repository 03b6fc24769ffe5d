"""``monitor keys``: rotate the sealing keys, or say what each still seals."""

from __future__ import annotations

import argparse
import json
from datetime import datetime

from monitor.access import keys as key_files
from monitor.base.settings import Home
from monitor.base.vocabulary import AuditAction
from monitor.casework.facts import auditing
from monitor.commands.arguments import add_act
from monitor.commands.audited import note
from monitor.commands.terminal import say
from monitor.commands.verb import Verb
from monitor.store.home import keys_apart, open_store
from monitor.upkeep.rotation import case_database, files_by_key, rotate, values_by_key

Arguments = argparse.Namespace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", metavar="动作", required=True)
    add_act(acts, "rotate", "换一把新的密封密钥，全部重新密封，再清除旧密钥；中断后重新执行即可")
    add_act(acts, "status", "各把密封密钥还密封着多少文件和值").add_argument("--json", action="store_true", help="输出一个 JSON 对象")


def do(arguments: Arguments, home: Home, now: str) -> None:
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


VERB = Verb(add_arguments, do)
