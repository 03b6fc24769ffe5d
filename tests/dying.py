"""kill -9 at every step: what a directory holds when its process dies one step later each time.

A step is a call that changes what is on disk, or makes it last. A killed process leaves its files as they are, so one process
does the whole act and waits at each step until its directory is copied: the copy is what a death there leaves. Where nothing
has changed since the step before, the two deaths leave the same, and one copy stands for both. One process more is really
killed half way. With ``MONITOR_TEST_KILLS=all`` (``make kills``) a process of its own is killed at each step.

On PostgreSQL (``postgres.copy``) a database cannot be copied while somebody writes to it: there every death is a real one. What
lies in the home is left alone, since it is tried with SQLite; a step is a statement or a commit, and ``every`` takes some of
them only, as each death costs a database.
"""

from __future__ import annotations

import hashlib
import importlib
import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from postgres import ADDRESS, copy, environment

from monitor.access import passwords
from monitor.access.argon2id import Argon2idHasher

ROOT = Path(__file__).resolve().parent.parent
#: Set to ``all``, every death is a real one.
KILLS = "MONITOR_TEST_KILLS"
NOW = "2026-01-02T09:00:00+08:00"


def deaths(act: str, template: Path, directory: Path, every: int = 1, *, steps: int) -> list[Path]:
    """What deaths at the act's steps leave of a copy of ``template``, in order; the last one got through.

    ``steps``: the act has more than so many, or fewer deaths were tried than the test is about.
    """
    done = subprocess.run(
        [sys.executable, "-P", str(Path(__file__)), act, str(template), str(directory), str(every)],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"}, capture_output=True, text=True, check=False, timeout=300,
    )
    assert done.returncode == 0, done.stderr
    found, left = map(int, done.stdout.split())
    assert found > steps, f"{found} steps"
    return [directory / str(number) for number in range(1, left + 1)]


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


def _at_each_step(act: str, meet: Callable[[], None]) -> None:
    """From now on ``meet`` is called before each change."""
    def met(original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            meet()
            return original(*arguments, **named)

        return call

    served = ADDRESS in os.environ
    few = served or act in BY_COMMIT
    for name in ("replace", "rename") if few else ("fsync", "replace", "rename", "unlink", "mkdir", "rmdir"):
        setattr(os, name, met(getattr(os, name)))
    if not few:
        Path.write_bytes = met(Path.write_bytes)  # type: ignore[method-assign]
    from sqlalchemy import Engine, event

    event.listen(Engine, "commit", met(lambda _connection: None))
    if act in BY_STATEMENT or (served and act not in BY_COMMIT):
        event.listen(Engine, "before_cursor_execute", met(lambda *_: None))


def _started(act: str, place: Path, meet: Callable[[], None]) -> int:
    """The process that does the act in ``place``."""
    child = os.fork()
    if child:
        return child
    try:
        os.environ.update(environment(place))
        _at_each_step(act, meet)
        ACTS[act](place)
    except BaseException as error:  # noqa: BLE001 - a forked child must not go on as its parent
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        os._exit(1)
    os._exit(0)


def _killed(child: int) -> bool:
    """Waits for the process: whether it was killed, or else got through. Ends this one where it failed."""
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return True
    if os.WEXITSTATUS(status):
        sys.exit(1)
    return False


def _kill_at(step: int, act: str, template: Path, place: Path) -> bool:
    """The act in a new copy, by a process that is killed at its ``step``-th step; False where it has fewer."""
    counted = itertools.count(1)

    def die() -> None:
        if next(counted) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    copy(template, place)
    return _killed(_started(act, place, die))


def _content(place: Path) -> str:
    """What distinguishes a directory from another: names and bytes."""
    digest = hashlib.sha256()
    for path in sorted(place.rglob("*")):
        digest.update(f"{path.relative_to(place)}\0".encode())
        if path.is_file():
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _stopped_at_each_step(act: str, template: Path, directory: Path) -> tuple[int, int]:
    """How many steps the act has, and how many copies were left, the one that got through not among them."""
    place = directory / "acting"
    copy(template, place)
    (said, say), (go, let) = os.pipe(), os.pipe()
    one_at_a_time = threading.Lock()

    def wait() -> None:
        with one_at_a_time:
            os.write(say, b".")
            os.read(go, 1)

    child = _started(act, place, wait)
    os.close(say)
    steps, seen = 0, ""
    left = 0
    while os.read(said, 1):
        steps += 1
        if (content := _content(place)) != seen:
            seen, left = content, left + 1
            shutil.copytree(place, directory / str(left))
        os.write(let, b".")
    if _killed(child):
        sys.exit("killed by somebody else")
    shutil.rmtree(place)
    return steps, left


def main(act: str, template: str, directory: str, every: str) -> None:
    # Before the forks, each of which would load them anew.
    for name in ("psycopg", "alembic.command", "alembic.ddl.sqlite", "pyarrow.dataset", "monitor.casework.sync", "monitor.upkeep.restoring",
                 "monitor.commands.importing", "monitor.commands.run", "monitor.commands.cases", "monitor.commands.replies",
                 "monitor.commands.review_joins", "monitor.commands.review_duplicates", "monitor.commands.no_deposit"):
        importlib.import_module(name)
    # As in the tests themselves: what a password's hash costs is not what dies here.
    passwords.HASHER = Argon2idHasher(time_cost=1, memory_cost=8, parallelism=1)

    source, target = Path(template), Path(directory)
    if (source / "database").exists() or os.environ.get(KILLS) == "all":
        steps = left = 1
        while _kill_at(steps, act, source, target / str(left)):
            steps, left = steps + int(every), left + 1
    else:
        target.mkdir(parents=True, exist_ok=True)
        steps, left = _stopped_at_each_step(act, source, target)
        for step in (steps // 2, 0):  # one really killed; one that gets through
            left += 1
            assert _kill_at(step, act, source, target / str(left)) == bool(step)
    sys.stdout.write(f"{steps} {left}")


if __name__ == "__main__":
    main(*sys.argv[1:])
