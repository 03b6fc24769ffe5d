"""The whole grammar of the command line, put together from the commands' own."""

from __future__ import annotations

import argparse
from collections.abc import Collection

from monitor import __version__
from monitor.commands.arguments import add_act, add_home
from monitor.commands.verbs import VERBS, verb_of


def build_parser(words: Collection[str] = tuple(VERBS)) -> argparse.ArgumentParser:
    """The parser of the command line. ``words``: what was typed. Only a command that stands among them gets its options,
    because only its file is imported; without ``words``, every command."""
    parser = argparse.ArgumentParser(prog="monitor", description="因病致贫返贫双预警：导入结算数据，计算负担，给出预警及其依据")
    parser.add_argument("--version", action="version", version=__version__)
    add_home(parser, default=None)
    verbs = parser.add_subparsers(dest="command", metavar="命令", required=True)
    for name, text in VERBS.items():
        of_verb = add_act(verbs, name, text)
        if name in words:
            verb_of(name).add_arguments(of_verb)
    return parser
