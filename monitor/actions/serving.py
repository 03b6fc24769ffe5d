"""Handing over to the dashboard."""

from __future__ import annotations

import importlib

from sqlalchemy import func, select

from monitor.access.tables import accounts as accounts_table
from monitor.base.errors import AccessError
from monitor.base.settings import Home
from monitor.casework.database import migrate, open_database
from monitor.demo.home import is_demo


def serve(home: Home, port: int, hosts: tuple[str, ...] = ()) -> None:
    """The dashboard on 127.0.0.1, in this process, until it is stopped. The only place that knows it by name."""
    importlib.import_module("dashboard.app").serve(home, port, hosts)


def refuse_without_accounts(home: Home) -> None:
    """There is no default account: the first is made at the command line, and until then there is nobody to serve.

    Raises AccessError where nobody could sign in.
    """
    engine = open_database(home.database_url)
    try:
        migrate(engine, home.database_url)
        usable = select(func.count()).where(accounts_table.c.disabled_at.is_(None))
        if not is_demo(home):
            usable = usable.where(accounts_table.c.demo.is_(False))
        with engine.connect() as connection:
            if connection.scalar(usable):
                return
    finally:
        engine.dispose()
    raise AccessError(
        f"数据目录 {home.path} 还没有可以登录的账号，看板没有启动；请先建第一个："
        "monitor accounts add 账号名称 --display 姓名 --role administrator，再由其在看板中新建其他账号"
    )
