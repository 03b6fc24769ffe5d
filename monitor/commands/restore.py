"""``monitor restore``: a backup into a new home."""

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path

from monitor.base.settings import Home
from monitor.base.vocabulary import AuditAction
from monitor.commands.arguments import add_passphrase
from monitor.commands.audited import note
from monitor.commands.passphrase import passphrase_of
from monitor.commands.terminal import bar, say
from monitor.commands.verb import Verb
from monitor.store.home import open_store
from monitor.upkeep import backup_key
from monitor.upkeep.restoring import restore as restore_backup

Arguments = argparse.Namespace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="monitor backup 写的数据文件")
    parser.add_argument("--key-file", required=True, metavar="FILE", help="与它同时写的密钥文件")
    add_passphrase(parser, "密钥文件有口令保护")


def do(arguments: Arguments, home: Home, now: str) -> None:
    """``monitor restore``: a backup into a new home."""
    key_file = Path(arguments.key_file)
    passphrase = passphrase_of(arguments, again=False)
    if passphrase is None and backup_key.is_locked(key_file) and sys.stdin.isatty():
        passphrase = getpass.getpass("备份口令：")
    with bar("restore") as progress:
        done = restore_backup(Path(arguments.file), key_file, passphrase, home, progress)
    note(open_store(home), arguments, now, AuditAction.MAINTAINED, "restore", {"made_at": done.made_at, "files": done.files})
    say(f"已恢复到 {home.path}：{done.made_at[:19]} 的备份，{done.files} 个文件，{done.size / 1e6:.1f} MB，内容已逐个核对")
    say(f"新的密钥文件：{done.key_path}")
    if not done.database:
        say("备份不含案件数据库：下一条写入的命令会补写运行结果；案件记录请从数据库服务器自己的备份恢复")


VERB = Verb(add_arguments, do)
