"""``monitor runs``: every run."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from monitor.base.settings import Home
from monitor.commands.terminal import say, say_json
from monitor.commands.verb import Verb
from monitor.store.home import open_store

Arguments = argparse.Namespace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="输出一个 JSON 数组")


def do(arguments: Arguments, home: Home, now: str) -> None:
    records = open_store(home).manifest.runs
    if arguments.json:
        say_json([asdict(record) for record in records])
        return
    for record in records:
        say(f"{record.run}　{record.document}　截至 {record.as_of}　{record.committed_at[:19]}"
             + labels(record.trial, record.replay, record.provisional))


def labels(trial: bool, replay: bool, provisional: bool) -> str:
    """What is to be known of a run before its figures are used."""
    words = [word for word, on in (("试运行，不得推送", trial), ("重放", replay), ("基准暂用上一年", provisional)) if on]
    return f"（{'；'.join(words)}）" if words else ""


VERB = Verb(add_arguments, do)
