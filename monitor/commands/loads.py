"""``monitor loads``: every file taken in."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from monitor.base.settings import Home
from monitor.commands.terminal import say, say_json
from monitor.commands.verb import Verb
from monitor.intake.unused import as_lines
from monitor.store.home import open_store

Arguments = argparse.Namespace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="输出一个 JSON 数组")


def do(arguments: Arguments, home: Home, now: str) -> None:
    loads = open_store(home).manifest.loads
    if arguments.json:
        say_json([asdict(load) | {"batch": load.batch} for load in loads])
        return
    for load in loads:
        say(f"{load.batch}　{load.file}　读入 {load.read} ＝ 接受 {load.accepted} ＋ 重复 {load.duplicates}"
             f" ＋ 拒绝 {load.rejected}　{load.committed_at[:19]}")
        if load.unused is None:
            say("  未使用的内容：未记录（由较早版本的程序导入）")
            continue
        for line in as_lines(load.unused, load.unknown_values or ()):
            say(f"  {line}")


VERB = Verb(add_arguments, do)
