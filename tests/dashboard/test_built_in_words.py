"""Streamlit's own English: the words we put into Chinese are still the ones it has.

Looked up in the scripts it is installed with, where texts stand between quotes of one kind or another.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import streamlit

from dashboard.browser import BUILT_IN, TAKEN_OUT
from dashboard.text.audit_words import place

#: Sentences the scripts put together, with the pieces to look for instead.
PUT_TOGETHER = {
    "Press Enter to apply": ("Press Enter to ${", "`apply`"),
    "Press Enter to submit form": ("Press Enter to ${", "`submit form`"),
    "The page that you have requested does not seem to exist. Running the app's main page.": (
        "`The page that you have requested does not seem to exist`", "${t}. Running the app's main page.`",
    ),
}


@pytest.fixture(scope="module")
def scripts() -> list[str]:
    directory = Path(streamlit.__file__).parent / "static"
    found = [path.read_text(encoding="utf-8", errors="replace") for path in sorted(directory.rglob("*.js"))]
    assert len(found) > 50
    return found


def test_streamlit_still_has_the_words_we_translate(scripts: list[str]) -> None:
    sought = {word: PUT_TOGETHER.get(word, (word,)) for word in (*BUILT_IN, *TAKEN_OUT)}
    gone = []
    for word, pieces in sought.items():
        written = [(piece,) if word in PUT_TOGETHER else (f"`{piece}`", f'"{piece}"', f"'{piece}'") for piece in pieces]
        if not any(all(any(form in script for form in forms) for forms in written) for script in scripts):
            gone.append(word)
    assert gone == [], "Streamlit words these otherwise now, or not at all: look at the page and change dashboard/browser.py"


def test_every_translation_is_chinese() -> None:
    assert [word for word, said in BUILT_IN.items() if said.isascii() or not said.strip()] == []


def test_every_screen_somebody_acts_from_has_a_word_in_the_audit() -> None:
    sources = (Path(__file__).resolve().parents[2] / "dashboard").rglob("*.py")
    screens = {name for source in sources for name in re.findall(r'"screen:([a-z_-]+)"', source.read_text(encoding="utf-8"))}
    assert screens and [name for name in sorted(screens) if name in place(f"screen:{name}")] == []
