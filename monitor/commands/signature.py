"""Who signs a command: whoever runs it, or the account that is named."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from monitor.access.actor import Actor, operating_system_user
from monitor.access.deeds import Attempt
from monitor.access.opening import Access
from monitor.access.sessions import close
from monitor.access.sign_in import Refusal, sign_in
from monitor.base.errors import AccessError
from monitor.commands.audited import where

Arguments = argparse.Namespace


#: Where a signature at the command line comes from, for the rate limit of sign-ins.
CLIENT = "command"


@contextmanager
def signed(access: Access, arguments: Arguments, now: datetime) -> Iterator[Actor]:
    """Whoever runs the command, or the account that signs it: name, password and code, as on the sign-in page."""
    if not arguments.account:
        yield operating_system_user()
        return
    password, code = _secrets(arguments)
    found = sign_in(Attempt(access, now, CLIENT, where(arguments)), arguments.account, password, code)
    if isinstance(found, Refusal):
        raise AccessError(f"账号 {arguments.account} 的签名没有通过：{found.sentence}")
    try:
        if found.actor.duties:
            raise AccessError(f"账号 {arguments.account} 须先在看板登录，完成{'、'.join(d.label for d in found.actor.duties)}")
        yield found.actor
    finally:
        close(access, found.token, now=now, where=where(arguments))


def _secrets(arguments: Arguments) -> tuple[str, str]:
    """Password and code: from the file (first and second line) or asked for on the terminal."""
    if arguments.password_file:
        try:
            lines = Path(arguments.password_file).read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            raise AccessError(f"口令文件 {arguments.password_file} 不能读取；请检查路径和权限") from None
        return lines[0] if lines else "", lines[1].strip() if len(lines) > 1 else ""
    if not sys.stdin.isatty():
        raise AccessError("签名须输入口令：请在终端上执行，或用 --password-file 指明口令文件")
    return getpass.getpass(f"账号 {arguments.account} 的口令："), getpass.getpass("动态口令（没有则直接回车）：")
