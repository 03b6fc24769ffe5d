"""HOME/access.toml: what a bureau may set, and that a mistake in it never loosens anything silently."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.access.rules import BOUNDS, AccessRules, load_rules
from monitor.base.errors import AccessError
from monitor.base.vocabulary import Role


def rules(tmp_path: Path, text: str) -> AccessRules:
    path = tmp_path / "access.toml"
    path.write_text(text, encoding="utf-8")
    return load_rules(path)


def test_without_a_file_and_with_an_empty_one_the_defaults_hold(tmp_path: Path) -> None:
    assert load_rules(tmp_path / "access.toml") == AccessRules() == rules(tmp_path, "")
    assert AccessRules().second_factor == set(Role)


def test_what_a_bureau_sets(tmp_path: Path) -> None:
    found = rules(tmp_path, 'idle_minutes = 15\nsecond_factor = ["administrator"]\npassword_days = 0')
    assert (found.idle_minutes, found.second_factor) == (15, {Role.ADMINISTRATOR})
    assert (found.password_days, found.absolute_hours) == (0, 12)


@pytest.mark.parametrize("name", BOUNDS)
def test_numbers_stay_within_their_bounds(tmp_path: Path, name: str) -> None:
    low, high = BOUNDS[name]
    assert getattr(rules(tmp_path, f"{name} = {low}"), name) == low
    assert getattr(rules(tmp_path, f"{name} = {high}"), name) == high
    for wrong in (low - 1, high + 1, -1, '"30"', "1.5", "true", "[]"):
        with pytest.raises(AccessError, match=f"{name} 须为 {low} 至 {high}"):
            rules(tmp_path, f"{name} = {wrong}")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("idle_minuets = 30", "没有名为 idle_minuets 的设置"),
        ('second_factor = "all"', "须为文字的列表"),
        ('second_factor = ["boss"]', "没有角色 boss"),
        ("second_factor = [1]", "须为文字的列表"),
        ('second_factor = [""]', "须为文字的列表"),
        # By which names the screens are reached is said once, where the server is started: serve --host-name.
        ('hosts = ["yujing.example"]', "没有名为 hosts 的设置"),
        ("idle_minutes = ", "TOML"),
        ("[session]\nidle_minutes = 5", "没有名为 session 的设置"),
    ],
)
def test_mistakes_are_told(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(AccessError, match=said):
        rules(tmp_path, text)
