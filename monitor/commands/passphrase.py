"""The passphrase of a backup's key file."""

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path

from monitor.base.errors import StoreError

Arguments = argparse.Namespace


def passphrase_of(arguments: Arguments, again: bool) -> str | None:
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
