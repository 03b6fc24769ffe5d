"""kill -9 at every step: something is done over and over, each time in a process that dies one step later.

A step is a call that changes what is on disk, or makes it last. One Python starts and forks once a death, which costs
some hundredths of a second instead of a second. On PostgreSQL (``postgres.copy``) what lies in the home is left alone, since
it is tried with SQLite: there a step is a statement or a commit, and ``every`` takes some of them only, as each death costs a
database.
"""

from __future__ import annotations

import importlib
import itertools
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from postgres import ADDRESS, copy, environment

from monitor.access import passwords
from monitor.access.argon2id import Argon2idHasher

ROOT = Path(__file__).resolve().parent.parent
NOW = "2026-01-02T09:00:00+08:00"


def deaths(act: str, template: Path, directory: Path, every: int = 1) -> list[Path]:
    """A copy of ``template`` for each step of the act, as its death left it, in order; the last one got through."""
    done = subprocess.run(
        [sys.executable, "-P", str(Path(__file__)), act, str(template), str(directory), str(every)],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"}, capture_output=True, text=True, check=False, timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return [directory / str(number) for number in range(1, int(done.stdout) + 1)]


def _rotate(copy: Path) -> None:
    from monitor.base.settings import Home
    from monitor.upkeep.rotation import rotate

    rotate(Home(copy / "home"))


def _backup(copy: Path) -> None:
    from monitor.base.settings import Home
    from monitor.upkeep.backup import back_up

    back_up(Home(copy / "home"), copy / "out" / "data", copy / "safe" / "key", None, NOW)


def _restore(copy: Path) -> None:
    from monitor.base.settings import Home
    from monitor.upkeep.restoring import restore

    restore(copy / "out" / "data", copy / "safe" / "key", None, Home(copy / "new" / "home"))


def _migrate(copy: Path) -> None:
    from monitor.base.settings import Home
    from monitor.casework.database import migrate, open_database

    url = Home(copy / "home").database_url
    migrate(open_database(url), url)


def _migrate_on(copy: Path) -> None:
    """By a later version, which has one migration more (``nextversion.later_migrations``, in the copy already)."""
    from monitor.casework import database

    database._MIGRATIONS = copy / "migrations"
    _migrate(copy)


def _synchronise(copy: Path) -> None:
    from monitor.base.settings import Home
    from monitor.casework.sync import synchronise
    from monitor.store.home import open_store

    synchronise(open_store(Home(copy / "home")))


def _send_pack(copy: Path) -> None:
    from sentlist import send

    from monitor.base.settings import Home

    send(Home(copy / "home"))


def _reply(copy: Path) -> None:
    from sentlist import reply

    from monitor.base.settings import Home

    reply(Home(copy / "home"), copy / "reply.csv")


def _command(copy: Path) -> None:
    """What ``command.json`` says is typed; ``{here}`` in it is the copy."""
    from monitor.__main__ import main

    words = [word.replace("{here}", str(copy)) for word in json.loads((copy / "command.json").read_text(encoding="utf-8"))]
    sys.stdout = sys.stderr  # standard output says how many deaths there were
    if main(["--home", str(copy / "home"), *words]):
        raise SystemExit("the command was refused")


ACTS: dict[str, Callable[[Path], None]] = {
    "send_pack": _send_pack, "reply": _reply, "command": _command,
    "rotate": _rotate, "backup": _backup, "restore": _restore, "migrate": _migrate,
    "migrate_on": _migrate_on, "synchronise": _synchronise,
}
#: Acts of the database alone: each statement is a step, too.
BY_STATEMENT = {"migrate", "migrate_on", "synchronise"}
#: Acts that lean on parts tried at every step elsewhere: here they die at what makes something exist, and nowhere else.
BY_COMMIT = {"reply", "command"}


def _die_before(step: int, act: str) -> None:
    """From now on the ``step``-th change is where the process ends."""
    counted = itertools.count(1)

    def counting(original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            if next(counted) == step:
                os.kill(os.getpid(), signal.SIGKILL)
            return original(*arguments, **named)

        return call

    served = ADDRESS in os.environ
    few = served or act in BY_COMMIT
    for name in ("replace", "rename") if few else ("fsync", "replace", "rename", "unlink", "mkdir", "rmdir"):
        setattr(os, name, counting(getattr(os, name)))
    if not few:
        Path.write_bytes = counting(Path.write_bytes)  # type: ignore[method-assign]
    from sqlalchemy import Engine, event

    event.listen(Engine, "commit", counting(lambda _connection: None))
    if act in BY_STATEMENT or (served and act not in BY_COMMIT):
        event.listen(Engine, "before_cursor_execute", counting(lambda *_: None))


def main(act: str, template: str, directory: str, every: str) -> None:
    # Before the forks, each of which would load them anew.
    for name in ("psycopg", "alembic.command", "alembic.ddl.sqlite", "pyarrow.dataset", "monitor.casework.sync", "monitor.upkeep.restoring",
                 "monitor.commands.importing", "monitor.commands.run", "monitor.commands.cases", "monitor.commands.replies",
                 "monitor.commands.review_joins", "monitor.commands.review_duplicates", "monitor.commands.no_deposit"):
        importlib.import_module(name)
    # As in the tests themselves: what a password's hash costs is not what dies here.
    passwords.HASHER = Argon2idHasher(time_cost=1, memory_cost=8, parallelism=1)

    for number, step in enumerate(itertools.count(1, int(every)), start=1):
        place = Path(directory) / str(number)
        copy(Path(template), place)
        child = os.fork()
        if child == 0:
            os.environ.update(environment(place))
            _die_before(step, act)
            try:
                ACTS[act](place)
            except BaseException as error:  # noqa: BLE001 - a forked child must not go on as its parent
                sys.stderr.write(f"{type(error).__name__}: {error}\n")
                os._exit(1)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            if os.WEXITSTATUS(status):
                sys.exit(1)
            sys.stdout.write(str(number))
            return


if __name__ == "__main__":
    main(*sys.argv[1:])
