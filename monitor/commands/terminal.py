"""What commands say, where it goes, and the bar of long work."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from monitor.base.errors import StoreError


def say(text: str) -> None:
    """A line on standard output, at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def say_json(found: object) -> None:
    """One JSON object or array, indented."""
    say(json.dumps(found, ensure_ascii=False, indent=1))


def write(text: str, output: str | None) -> None:
    """To the screen, or to the file named. Raises StoreError where it cannot be written."""
    if output is None:
        sys.stdout.write(text)
        return
    try:
        Path(output).write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise StoreError(f"不能写入 {output}（{error.strerror}）；请换一个可写的位置") from None


@contextmanager
def answers_apart() -> Iterator[None]:
    """Within: what a command answers goes to standard output, and nothing else does.

    A library written in C prints to file descriptor 1 (DuckDB's progress bar), where it would stand in front of somebody's
    JSON. It finds the error output there; ``sys.stdout`` keeps the real one under another number.
    """
    shown = sys.stdout
    try:
        real = shown.fileno() == 1
    except (OSError, ValueError, AttributeError):
        real = False  # a test reads along, or there is no standard output at all
    if not real:
        yield
        return
    shown.flush()
    kept = os.dup(1)
    try:
        os.dup2(2, 1)
    except OSError:
        os.close(kept)  # no error output to send it to
        yield
        return
    apart = os.fdopen(kept, "w", encoding=shown.encoding, errors=shown.errors, buffering=1 if shown.isatty() else -1)
    sys.stdout = apart
    try:
        yield
    finally:
        sys.stdout = shown
        # The reader (head, less) may have seen enough.
        with suppress(BrokenPipeError):
            apart.flush()
        os.dup2(kept, 1)
        with suppress(BrokenPipeError):
            apart.close()


@contextmanager
def bar(name: str, unit: str = "B") -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal, nothing elsewhere; told how much is done, and of how much. ``unit``: bytes unless told."""
    # Here, and not above: what one command needs is not loaded by all of them, and a tenth of a second is a tenth of a second.
    from tqdm import tqdm

    with tqdm(desc=name, unit=unit, unit_scale=unit == "B", disable=not sys.stderr.isatty(), leave=False) as shown:

        def update(done: int, total: int) -> None:
            shown.total = total
            shown.update(done - shown.n)

        yield update
