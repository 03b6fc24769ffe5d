"""``monitor demo``: made-up data in, twelve months run, the dashboard up."""

from __future__ import annotations

import argparse
import os
from datetime import datetime
from pathlib import Path

from monitor.actions.demo import prepare_demo
from monitor.actions.serving import serve
from monitor.base.settings import Home
from monitor.casework.facts import auditing
from monitor.commands.serve import say_address
from monitor.commands.terminal import say
from monitor.commands.verb import Verb
from monitor.store.home import open_store

Arguments = argparse.Namespace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8501)
    parser.add_argument("--no-serve", action="store_true", help="只准备数据，不启动看板")


def do(arguments: Arguments, home: Home, now: str) -> None:
    if arguments.home is None and not os.environ.get("MONITOR_HOME"):
        # Not the bureau's own home: sample people never mix with real ones.
        home = Home(Path("demo-home").resolve())
    say("正在生成样例数据并逐月导入、运行，约需一分钟……")
    prepare_demo(home, say, now)
    with auditing(open_store(home), datetime.fromisoformat(now)):
        pass  # what the demo did is written down on the way in
    if not arguments.no_serve:
        say_address(arguments.port)
        serve(home, arguments.port)


VERB = Verb(add_arguments, do)
