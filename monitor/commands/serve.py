"""``monitor serve``: the dashboard, on this machine alone."""

from __future__ import annotations

import argparse

from monitor.actions.acting import repair
from monitor.actions.entitlements import keep_latest
from monitor.actions.serving import refuse_without_accounts, serve
from monitor.base.settings import Home
from monitor.base.vocabulary import AuditAction
from monitor.commands.arguments import parse_host
from monitor.commands.audited import note
from monitor.commands.terminal import say
from monitor.commands.verb import Verb
from monitor.policy.library import load_library
from monitor.store.home import writing

Arguments = argparse.Namespace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8501)
    parser.add_argument(
        "--host-name", action="append", default=[], type=parse_host, metavar="NAME",
        help="浏览器经反向代理（https）访问时所用的主机名，非 443 端口写作 NAME:PORT；可写多次",
    )


def do(arguments: Arguments, home: Home, now: str) -> None:
    with writing(home, "serve") as store:
        refuse_without_accounts(home)
        for sentence in keep_latest(store, load_library()):
            say(sentence)
        repair(store)
        note(store, arguments, now, AuditAction.SERVED, "screens", {"port": arguments.port})
    say_address(arguments.port)
    serve(home, arguments.port, tuple(arguments.host_name))


def say_address(port: int) -> None:
    """Where the dashboard is found, and how it is stopped."""
    say(f"看板：http://127.0.0.1:{port}（只在本机可用；按 Ctrl+C 停止）")


VERB = Verb(add_arguments, do)
