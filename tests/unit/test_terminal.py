"""The bar of long work: on a terminal it says how far the work is; elsewhere nothing of it stands in the output."""

from __future__ import annotations

import io
import sys
from functools import partial

import pytest
import tqdm

from monitor.commands.terminal import bar


class Screen(io.StringIO):
    """What a terminal is sent."""

    def isatty(self) -> bool:
        return True


def work() -> None:
    with bar("settlements.csv") as progress:
        for done in (0, 512 << 10, 1 << 20):
            progress(done, 1 << 20)


def test_on_a_terminal_the_bar_tells_and_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    work()
    assert "settlements.csv" in screen.getvalue() and "\n" not in screen.getvalue()
    assert screen.getvalue().rstrip("\r").rpartition("\r")[2].strip() == "", "the line is wiped at the end"


def test_elsewhere_nothing_is_written(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    file = io.StringIO()
    monkeypatch.setattr(sys, "stderr", file)
    work()
    assert file.getvalue() == "" and capfd.readouterr() == ("", "")


def test_the_bar_takes_what_is_done_as_it_is_and_not_as_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Told the same twice, it stands where it stood; told the whole, it is full."""
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    # It redraws ten times a second at most; here, at every word.
    monkeypatch.setattr(tqdm, "tqdm", partial(tqdm.tqdm, mininterval=0))
    with bar("list", "人") as progress:
        for done in (3, 3, 10):
            progress(done, 10)
    assert "10/10" in screen.getvalue() and "16/10" not in screen.getvalue()
