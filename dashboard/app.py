"""The server of the screens: Streamlit as an ASGI app on this machine's own address, behind the gate and the doorman."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import socket
import tomllib
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Route

from dashboard.casework.uploads import Uploads
from dashboard.door.access import visit
from dashboard.door.doorman import SESSION_HEADER, Doorman
from dashboard.door.gate import Gate, local_hosts
from dashboard.door.requests import Numbered, quieten, request_id
from dashboard.door.sign_in import Door
from dashboard.lists.exports import answer
from dashboard.locale import t
from monitor.base import logs
from monitor.base.errors import MonitorError
from monitor.base.settings import Home

HERE = Path(__file__).resolve().parent
SETTINGS = HERE / ".streamlit" / "config.toml"
ADDRESS = "127.0.0.1"
COLLECT_EVERY_SECONDS = 60

log = logging.getLogger("dashboard")


def settings(port: int) -> dict[str, Any]:
    """All settings by dotted name: the file's, with the address and port that were asked for.

    They are passed on one by one because Streamlit looks for its file beside the program that was started, which is
    ``monitor``, not this package.
    """
    with SETTINGS.open("rb") as file:
        options = dict(_flat(tomllib.load(file)))
    return {
        **options, "server.address": ADDRESS, "server.port": port, "browser.serverPort": port,
        # What the doorman says of a visitor becomes st.user; a reconnecting websocket gets only its own session's page back.
        "server.trustedUserHeaders": {SESSION_HEADER: "session"},
    }


def routes(port: int) -> list[Route]:
    """Our own ways, beside Streamlit's."""
    return [*Door(port).routes(), *Uploads(port).routes(), Route("/export/{token}", answer, methods=["GET"])]


def layers(port: int, hosts: tuple[str, ...] = ()) -> list[Middleware]:
    """What every request passes, the outermost first: its number, who may talk to this server at all, then who they are."""
    return [Middleware(Numbered), Middleware(Gate, hosts=(*local_hosts(port), *hosts)), Middleware(Doorman, port=port, visit=visit)]


def app(port: int, hosts: tuple[str, ...] = ()) -> st.App:
    """The ASGI app for one port; the gate admits no Host but this machine's and ``hosts`` (names of a proxy before it)."""
    return st.App(
        HERE / "main.py",
        routes=routes(port),
        middleware=layers(port, hosts),
        lifespan=_lifespan,
        on_script_error=_on_script_error,
    )


def serve(home: Home, port: int = 8501, hosts: tuple[str, ...] = ()) -> None:
    """Serves the screens of one home until interrupted. Blocks; call it in the main thread, once a process.

    ``hosts``: the names, with their port where it is not 443, by which browsers reach a proxy on this machine.
    Raises MonitorError when the port is taken.
    """
    # Pages run as scripts without arguments: the environment is how they learn whose home this is.
    os.environ["MONITOR_HOME"] = str(home.path)
    _refuse_taken(port)
    quieten()
    app(port, hosts).run(config=settings(port))


def _refuse_taken(port: int) -> None:
    """Streamlit would try the next ports, where the gate admits nobody."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except OSError:
            raise MonitorError(f"端口 {port} 已被占用，请关闭占用它的程序，或用 --port 另选一个端口") from None


def _flat(table: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for name, value in table.items():
        if isinstance(value, Mapping):
            found.extend(_flat(value, f"{prefix}{name}."))
        else:
            found.append((prefix + name, value))
    return found


@asynccontextmanager
async def _lifespan(_app: st.App) -> AsyncGenerator[dict[str, Any] | None, None]:
    """Collects garbage now and then, instead of after every script run (settings: postScriptGC)."""

    async def collect() -> None:
        while True:
            await asyncio.sleep(COLLECT_EVERY_SECONDS)
            gc.collect()

    gc.freeze()
    task = asyncio.create_task(collect())
    try:
        yield None
    finally:
        task.cancel()


def _on_script_error(error: Exception) -> bool:
    """Where it went wrong goes to the log, without the message, which may hold a person's values; the page says that
    something did, and under which number the log has it."""
    identity = logs.new_id()
    with logs.identified(identity):
        logs.failure(log, "page.failed", error, request=request_id(st.context.headers))
    st.error(t("error.page", id=identity))
    return True
