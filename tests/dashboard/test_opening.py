"""A page is a function of what it is given: read off the pages themselves."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from dashboard.pages import OF_NO_RUN, PAGES

DASHBOARD = Path(__file__).resolve().parents[2] / "dashboard"
VIEWS = {path.stem: ast.parse(path.read_text(encoding="utf-8")) for path in (DASHBOARD / "views").glob("*.py") if path.stem != "__init__"}
#: What a page's file may hold besides functions: names of what never changes, and the last line.
STANDING = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign)


def opened_by(view: str) -> ast.Call:
    """The call in a file's last statement, ``if __name__ == "__main__"``, with which Streamlit opens the page."""
    last = VIEWS[view].body[-1]
    assert isinstance(last, ast.If) and ast.unparse(last.test) == "__name__ == '__main__'"
    (only,) = last.body
    assert isinstance(only, ast.Expr) and isinstance(only.value, ast.Call)
    return only.value


def test_every_page_has_its_file() -> None:
    assert {name for name, _, _, _ in PAGES} == set(VIEWS)


@pytest.mark.parametrize("view", sorted(VIEWS))
def test_importing_a_page_opens_nothing(view: str) -> None:
    docstring, *rest, _ = VIEWS[view].body
    assert isinstance(docstring, ast.Expr)
    assert [ast.unparse(one) for one in rest if not isinstance(one, STANDING)] == []


@pytest.mark.parametrize(("view", "permission"), [(name, permission) for name, _, _, permission in PAGES])
def test_a_page_asks_for_the_permission_it_is_offered_under_and_for_its_run(view: str, permission: object) -> None:
    call = opened_by(view)
    asked = ast.unparse(call.args[1])
    assert asked == ("None" if permission is None else f"Permission.{getattr(permission, 'name', '')}")
    if ast.unparse(call.func) == "for_run":
        assert view not in OF_NO_RUN or view in {"referrals", "outcomes"}, "these begin with the chosen run's month or year"
    else:
        assert view in {*OF_NO_RUN, "person"}, "a person is looked up in the run of the row they were found in"


def test_who_looks_and_at_which_run_is_asked_in_one_place() -> None:
    asking = [
        str(path.relative_to(DASHBOARD)) for path in DASHBOARD.rglob("*.py")
        if any(word in path.read_text(encoding="utf-8") for word in ('session_state["viewer"]', 'session_state["run"]', "session_state[_VIEWER]"))
    ]
    assert asking == ["opening.py"]
