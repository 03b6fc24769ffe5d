"""The command line: words in, one command of ``commands`` called, one sentence and an exit code out.

Exit 0 done; 1 refused or invalid input, with one sentence on stderr; 2 wrong usage. The clock is read here and nowhere
below.
"""

from __future__ import annotations

import argparse
import logging
import os
import resource
import sys
import traceback
from collections.abc import Sequence
from datetime import datetime

from monitor import __version__
from monitor.base import logs
from monitor.base.errors import MonitorError
from monitor.base.logs import CHINA
from monitor.base.settings import Home, home_from
from monitor.commands import terminal
from monitor.commands.grammar import build_parser
from monitor.commands.verbs import verb_of

log = logging.getLogger("monitor")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    # Whatever is written belongs to this user alone: the home, lists with names, backups, and no core dump of any of it.
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    words = sys.argv[1:] if argv is None else argv
    arguments = build_parser(words).parse_args(words)
    if getattr(arguments, "json", False) and hasattr(arguments, "format"):
        arguments.format = "json"
    home, identity = home_from(arguments.home), logs.new_id()
    with logs.kept(home.path, identity), terminal.answers_apart():
        code = _run(arguments, home, identity)
        logs.write(log, "command.ended", command=_named(arguments), exit=code)
    return code


def _named(arguments: argparse.Namespace) -> str:
    """``import people``: what was asked for, without what it was asked of."""
    named = getattr(arguments, "table" if arguments.command == "import" else "act", None)
    return f"{arguments.command} {named}" if named else str(arguments.command)


def _run(arguments: argparse.Namespace, home: Home, identity: str) -> int:
    now = datetime.now(CHINA).isoformat()
    logs.write(log, "command.begun", command=_named(arguments), program=__version__)
    try:
        verb_of(arguments.command).do(arguments, home, now)
        sys.stdout.flush()
    except MonitorError as refusal:
        logs.failure(log, "command.refused", refusal, logging.WARNING)
        sys.stdout.flush()
        print(f"monitor：{refusal.sentence}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # The reader (head, less) has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("monitor：已中断，未完成的部分没有写入", file=sys.stderr)
        return 130
    except Exception as error:  # noqa: BLE001 - the last door: a stranger's traceback may carry personal values
        logs.failure(log, "command.failed", error)
        if os.environ.get("MONITOR_DEBUG"):
            traceback.print_exc()
        print(
            f"monitor：程序内部错误（{type(error).__name__}，编号 {identity}），未完成的部分没有写入；"
            "请把编号和数据目录 logs 里的日志交给维护人员（日志不含个人信息），"
            "或设 MONITOR_DEBUG=1 重试并交出输出（先删去其中的个人信息）",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
