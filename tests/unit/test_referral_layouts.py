"""Layouts of lists to departments: the shipped ones whole, the bureau's own before them, every mistake named by file and key."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from monitor.base.errors import PolicyError
from monitor.base.settings import policies_directory
from monitor.base.vocabulary import DEPARTMENTS
from monitor.casework.layouts import FIELDS, layout_of, layouts, warning_words
from monitor.casework.reply_reading import reply_table, warning_table
from monitor.casework.working_days import days_after, postponed
from monitor.intake.header import lookup
from monitor.reports import referral_pack

SHIPPED = policies_directory() / "referral" / "civil_affairs.toml"


def test_the_shipped_ones_are_read() -> None:
    found = layouts(None)
    assert set(found) == set(DEPARTMENTS)
    for layout in found.values():
        assert not layout.masked and layout.answer_days == 20
        # A list that comes back filled in is a reply: its headings name what the department was to fill in.
        table = lookup(reply_table(layout))
        filled = [column.heading for column in layout.columns if column.field == "blank"]
        # Health recognises nobody: nothing is asked of an identity, and no word of theirs grants one but the label itself.
        expected = 5 if layout.department == "health" else 8
        assert len({table[re.sub(r"（元）", "", heading)] for heading in filled}) == len(filled) == expected
    assert lookup(warning_table(warning_words(None)))["身份证号"] == "certno"


def test_every_field_has_a_cell_and_every_cell_a_field() -> None:
    assert {*referral_pack._VALUES, "number", "document", "as_of"} == set(FIELDS)
    said = (policies_directory() / "referral" / "README.md").read_text(encoding="utf-8")
    assert [field for field in FIELDS if field not in said] == []


def test_the_bureaus_own_comes_first(tmp_path: Path) -> None:
    own = SHIPPED.read_text(encoding="utf-8").replace("answer_days = 20", "answer_days = 7")
    (tmp_path / "civil_affairs.toml").write_text(own, encoding="utf-8")
    (tmp_path / "health.toml").write_text(own.replace('department = "civil_affairs"', 'department = "health"'), encoding="utf-8")
    assert layout_of(tmp_path, "civil_affairs").answer_days == 7
    assert layout_of(tmp_path, "health").label == "卫生健康"
    with pytest.raises(PolicyError, match="没有给部门 finance 的推送版式"):
        layout_of(tmp_path, "finance")


def test_health_and_the_disabled_federation_are_told_where_a_text_names_them() -> None:
    """Inner Mongolia 二（十二）: everybody over either line, whatever they are; under no other document."""
    for department in ("health", "disabled_federation"):
        layout = layouts(None)[department]
        for category in ("ordinary", "dibao_marginal", "monitored_sudden", "severe_disability"):
            for kind in ("return_to_poverty", "poverty_due_to_illness"):
                assert layout.takes("inner-mongolia-2022-draft", kind, category)
                assert not layout.takes("weihai-2022-15", kind, category)
        assert not layout.takes("dongyang-2020-24", "high_expense", "severe_disability")
    assert layouts(None)["health"].recognises == frozenset()
    assert layouts(None)["disabled_federation"].recognises == {"severe_disability"}


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("push_day = 15", "", "push_day 缺失"),
        ("push_day = 15", "push_day = 31", "push_day 须为 1 至 28 的整数"),
        ("push_day = 15", "push_day = 15\ncolour = 1", "colour 不是已知的字段"),
        ("amount_up = 0.01", "amount_up = 0", "amount_up 须为大于 0"),
        ('encoding = "gb18030"', 'encoding = "gbk"', "encoding 的值 gbk 不在"),
        ('formats = ["xlsx", "csv"]', "formats = []", "formats 须至少有一种"),
        ('field = "number"', 'field = "numbers"', r"column\[1\].field 的值 numbers 不在"),
        ('field = "position"', 'field = "position"\nmasked = true', r"column\[2\].masked 只用于"),
        ('heading = "序号"', 'heading = "名单编号"', r"column\[2\].heading 的值“名单编号”已经有了"),
        ('field = "position"', 'field = "band"', 'field = "position"'),
        ('kinds = ["poverty_due_to_illness", "high_expense"]', 'kinds = ["poverty"]', r"takes\[1\].kinds 的值 poverty 不在"),
        ("[reply.answers]\n", '[reply.answers]\nsent = ["x"]\n', "reply.answers.sent 不是已知的字段"),
        ('deceased = ["已死亡", "死亡", "自然减少", "已故", "去世", "已去世", "病故"]', 'deceased = ["认定"]', "“认定”已经用于 accepted"),
        ('department = "civil_affairs"', 'department = "rural_affairs"', "department 须与文件名相同"),
        ("push_day = 15", "push_day 15", "第 9 行 字段 push_day 写法不合 TOML"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, old: str, new: str, why: str) -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "civil_affairs.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PolicyError, match=why) as refused:
        layouts(tmp_path)
    assert "civil_affairs.toml" in refused.value.sentence


@pytest.mark.parametrize(
    ("day", "on"),
    [
        ("2026-03-05", "2026-03-05"), ("2026-04-05", "2026-04-07"), ("2026-09-05", "2026-09-07"), ("2026-10-05", "2026-10-08"),
        # A Saturday that is worked for the Spring Festival.
        ("2026-02-14", "2026-02-14"), ("2026-02-15", "2026-02-24"),
    ],
)
def test_days_are_postponed_over_holidays(day: str, on: str) -> None:
    from datetime import date

    assert postponed(date.fromisoformat(day)).on == date.fromisoformat(on)


def test_years_not_announced_are_said_and_not_guessed() -> None:
    from datetime import date

    due = days_after(date(2090, 1, 1), 20)
    assert (due.on, due.latest) == (None, date(2090, 1, 21))
    assert "2090 年的放假安排尚未收录" in due.note
