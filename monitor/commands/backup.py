"""``monitor backup``: one data file, one key file."""

from __future__ import annotations

import argparse
from pathlib import Path

from monitor.base.settings import Home
from monitor.base.vocabulary import AuditAction
from monitor.commands.arguments import add_passphrase
from monitor.commands.audited import note
from monitor.commands.passphrase import passphrase_of
from monitor.commands.terminal import bar, say
from monitor.commands.verb import Verb
from monitor.store.home import open_store
from monitor.upkeep.backup import back_up

Arguments = argparse.Namespace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--output", required=True, metavar="FILE", help="数据文件，不覆盖已有文件")
    parser.add_argument("--key-output", required=True, metavar="FILE", help="密钥文件，须在另一目录")
    parser.add_argument("--without-database", action="store_true", help="案件数据库在 PostgreSQL 时：它由 pg_dump 另行备份")
    add_passphrase(parser, "用口令保护密钥文件（至少 12 个字符）")


def do(arguments: Arguments, home: Home, now: str) -> None:
    """``monitor backup``: one data file, one key file."""
    passphrase = passphrase_of(arguments, again=True)
    output, key_output = Path(arguments.output), Path(arguments.key_output)
    # Before it is made: it takes everybody's data out of the home.
    note(open_store(home), arguments, now, AuditAction.MAINTAINED, "backup", {"passphrase": passphrase is not None})
    with bar("backup") as progress:
        done = back_up(home, output, key_output, passphrase, now, arguments.without_database, progress)
    without = "" if done.database else "（不含案件数据库）"
    kept = "有口令保护" if passphrase else "没有口令保护"
    say(f"备份已写入 {output}：{done.files} 个文件，{done.size / 1e6:.1f} MB，已读回核对{without}")
    say(f"密钥文件 {key_output}（{kept}）：没有它备份打不开，有它就能读全部数据；请与备份分开保管")


VERB = Verb(add_arguments, do)
