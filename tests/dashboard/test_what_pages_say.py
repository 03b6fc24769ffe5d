"""Every page in every role over a home in which each has something to show: it speaks Chinese, without keys of the program's, without
codes where there are words, without amounts nobody can read; and looking at it writes nothing."""

from __future__ import annotations

import ast
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from fullhouse import full
from pagewords import bare_districts, no_words, said, unseparated
from streamlit.testing.v1 import AppTest
from test_seen import NAVIGATION
from viewers import Looking

from dashboard.door import access
from dashboard.locale import catalogue
from dashboard.text import audit_words, show
from monitor.access.actor import operating_system_user
from monitor.access.audit import Asked
from monitor.base.vocabulary import Permission, Role
from monitor.policy.codes import regions
from monitor.policy.library import load_library
from monitor.policy.parameters import parameters_of

ROOT = Path(__file__).resolve().parents[2]
#: What else an address can ask of a page.
ASKED: dict[str, list[dict[str, str]]] = {
    "person": [{"alert": "1"}, {"alert": "3"}, {"due": "1"}, {"due": "3"}, {"aside": "1"}], "case": [{"case": "1"}, {"case": "2"}],
    "pack": [{"pack": "1"}], "replies": [{}, {"reply": "1"}],
}
#: What the data of the home and its accounts are called; the example of an account's name.
NAMES = {"lin.jing", "account", "wu", "test", *(f"test.{role.value.replace('_', '.')}" for role in Role)}
#: Two districts, as an administrator may type them.
EXAMPLE = "371002、371003"
#: What may change when somebody looks: the audit, and what a look leaves behind for a moment.
OF_A_LOOK = ("casework.sqlite", "audit.head", "spill", "logs", "lock")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    directory = tmp_path_factory.mktemp("house")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MONITOR_KEYS", str(directory / "keys"))
        full(directory)
    yield directory
    # Kept from role to role: what one was shown must not leak to the next, and is worked out once.
    access._access.cache_clear()
    st.cache_resource.clear()
    st.cache_data.clear()


@pytest.fixture(autouse=True)
def looked_at(house: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("MONITOR_HOME", str(house / "home"))
    monkeypatch.setenv("MONITOR_KEYS", str(house / "keys"))
    access._access.cache_clear()
    before = files(house / "home")
    yield
    assert files(house / "home") == before, "a look at a page wrote into the home"


def files(home: Path) -> dict[str, str]:
    """What lies in a home, by hash, without what a look may change."""
    return {
        str(path.relative_to(home)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(home.rglob("*")) if path.is_file() and not str(path.relative_to(home)).startswith(OF_A_LOOK)
    }


def opened(view: str, first: bool, asked: dict[str, str]) -> AppTest:
    app = AppTest.from_file(str(ROOT / "dashboard" / "main.py"), default_timeout=240)
    for name, value in asked.items():
        app.query_params[name] = value
    if not first:
        app.switch_page(f"views/{view}.py")
    return app.run()


def parts(view: str, app: AppTest) -> Iterator[AppTest]:
    """The page as it opens, and what a click on it shows."""
    yield app
    if view == "premiums":
        for part in ("gaps", "months"):
            yield app.segmented_control(key="premium-part").set_value(part).run()
    if view == "referrals":
        yield pressed(app, "referral-preview")
        app.session_state["admitted"] = True
        app.run()
        yield pressed(app, "admitted-preview")
    if view == "shortfall":
        app.session_state["due-totals"] = True
        yield app.run()


def pressed(app: AppTest, key: str) -> AppTest:
    return next(button for button in app.button if button.key == key).click().run()


@pytest.mark.parametrize("role", Role)
def test_every_page_speaks_to_people(role: Role, looking: Looking) -> None:
    looking.become(role, name="wu")
    places = regions(None)
    wrong: dict[str, list[str]] = {}
    for view in NAVIGATION[role]:
        # The explanation of a person is the same for all who may see it.
        for asked in ASKED.get(view, [{}])[: None if role is Role.DATA_MANAGER else 2]:
            for app in parts(view, opened(view, view == NAVIGATION[role][0], asked)):
                assert not app.exception, (view, app.exception)
                texts = list(said(app))
                assert len(texts) > 5, f"{view} {asked} shows nothing: the test would look at an empty page"
                for text in texts:
                    found = [*no_words(text, NAMES), *unseparated(text), *(bare_districts(text, places) if text != EXAMPLE else ())]
                    if found:
                        wrong.setdefault(f"{view} {asked or ''}", []).append(f"{found} in {text[:160]!r}")
    assert wrong == {}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("核查结果的写法不认得，请在推送版式的 reply.answers 中补上", ["reply.answers"]), ("joins", ["joins"]), ("run:98696d6c35a3a18b", ["run"]),
        ("名单 civil_affairs-2025-001", ["civil_affairs"]), ("缺少 fixmedins_code 列", ["fixmedins_code"]), ("Statistics", ["Statistics"]),
        ("医院等级（hosp_lv）", []), ("请执行 monitor entitlements --run 98696d6c35a3a18b", []), ("结算ID", []), ("settlements-05.csv 第 2 行", []),
        ("monitor parameter weihai-2022-15 premium.fixed.amount.2025=金额 --paper \"依据\" --by 登记人 登记", []), ("SHA-256 7cd4479e9cc3b81e", []),
        (":material/search: 查询", []), ("批次 0003-settlements", []), ("monitor alerts", []),
    ],
)
def test_what_is_no_word_is_told_from_what_is(text: str, found: list[str]) -> None:
    """So that the test above means something."""
    assert no_words(text) == found


def test_unreadable_amounts_and_bare_codes_are_found() -> None:
    assert unseparated("累计 281957.53 元，超过 60,000.00 元") == ["281957.53"]
    assert not unseparated("0.85，1,234.50，999.99，2025-12")
    names = {"371002": "环翠区"}
    assert bare_districts("371002 样例镇", names) == ["371002"]
    assert bare_districts("环翠区 样例镇（371002）；991002", names) == []


# --- the audit ------------------------------------------------------------------------------------


def test_every_entry_of_the_audit_is_in_words(house: Path) -> None:
    held = access.access()
    with held.engine.connect() as connection:
        entries = list(held.audit.entries(connection, Asked()))
    assert len({entry.action for entry in entries}) > 8, "the home has too little in its audit"
    wrong = [
        (found, text)
        for entry in entries
        for text in (audit_words.object_(entry.object), audit_words.detail(entry.detail, entry.object), audit_words.place(entry.place))
        if (found := no_words(text, NAMES))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("object_", "words"),
    [
        ("join:J3", "同人认定 J3"), ("duplicate:D12", "重复结算 D12"), ("duplicates:undecided", "重复结算名单 未认定的按什么规则计"),
        ("run:98696d6c35a3a18b", "运行 98696d6c35a3a18b"), ("table:case_decisions", "数据 一事一议决定"), ("audit", "审计记录"),
        ("premiums:weihai-2022-15:2025-12", "资助参保名单 2025 年 12 月"), (f"person:{7:030x}", "人员 000000000000"),
        ("referral:rural_affairs:2025-12", "推送名单预览 乡村振兴（农业农村） 2025 年 12 月"), ("account:?", "账号 ?"),
        (f"permission:{Permission.SEE_PEOPLE}", "页面，需要的权限： 查看名单"), ("from-a-newer-program:7", "from-a-newer-program 7"),
    ],
)
def test_an_object_is_named(object_: str, words: str) -> None:
    assert audit_words.object_(object_) == words


def test_a_detail_is_named_by_its_meaning() -> None:
    told = '{"act":"exclude","reason":"third_party","relief_fen":1234567,"roles":["officer"],"why":{"name_differs":2},"masked":true}'
    assert audit_words.detail(told) == (
        "事项：排除；原因：第三方责任；金额（元）：12,345.67；角色：经办人；原因：姓名与推送的不一致 2；脱敏：是"
    )
    assert audit_words.detail('{"reason":"核对过原件","by":"os:root"}') == "原因：核对过原件；认定人：命令行（root）"


def test_what_a_document_calls_its_parameters_and_days_stands_in_the_audit() -> None:
    document = load_library().get("weihai-2022-15")
    deadline, parameter = document.provisions.deadlines[0], parameters_of(document)[0]
    told = json.dumps({"name": f"{parameter.name}.2025", "deadline": deadline.id, "value": "1"})
    said = audit_words.detail(told, f"document:{document.id}")
    assert f"参数：{parameter.description}（{parameter.name}.2025）" in said and f"期限事项：{deadline.label}" in said
    assert parameter.description not in audit_words.detail(told), "of no document, a name is all there is"


def test_who_typed_a_command_is_found_by_the_words_shown() -> None:
    name = operating_system_user().name
    assert show.account_typed(show.account(name)) == name and show.account_typed("wang.fang") == "wang.fang"


def _written() -> tuple[dict[str, str], dict[str, str]]:
    """What entries can be of and what they keep, by where it is written in the source: beginnings of objects, names of details."""
    objects: dict[str, str] = {}
    details: dict[str, str] = {}
    for path in sorted([*(ROOT / "monitor").rglob("*.py"), *(ROOT / "dashboard").rglob("*.py")]):
        source = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(source)) if re.search(r"\b(?:detail|audit|note\w*|refusal_noted|fact|Export)\b", source) else ():
            where = f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, (ast.Assign, ast.AnnAssign)):
                target = node.targets[0] if isinstance(node, ast.Assign) else node.target
                if isinstance(target, ast.Name) and target.id == "detail" and node.value is not None:
                    details |= dict.fromkeys(_keys(node.value), where)
            elif isinstance(node, ast.FunctionDef) and re.fullmatch(r"_?(\w+_)?detail", node.name):
                details |= {key: where for one in ast.walk(node) if isinstance(one, ast.Return) and one.value for key in _keys(one.value)}
            elif isinstance(node, ast.Call) and (kept := _call(node)):
                objects |= dict.fromkeys(kept[0], where)
                details |= dict.fromkeys(kept[1], where)
    return objects, details


#: The functions that write entries, and those of them whose further names are names of details.
WRITERS = {"append", "note", "note_once", "_note", "note_list", "refusal_noted", "fact", "_write_down", "Export"}
BY_NAME = {"note_list", "fact", "_write_down"}


def _call(node: ast.Call) -> tuple[list[str], list[str]] | None:
    name = ast.unparse(node.func).rpartition(".")[2]
    if name not in WRITERS or (name == "append" and "audit" not in ast.unparse(node.func)):
        return None
    given = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
    objects = [found[1] for one in (*node.args, *([given["object"]] if "object" in given else [])) if (found := _object(one))]
    details = [key for one in (*node.args, *([given["detail"]] if "detail" in given else [])) for key in _keys(one)]
    own = {"now", "where", "purpose", "detail", "object"}
    return objects, [*details, *(key for key in given if name in BY_NAME and key not in own)]


def _keys(node: ast.AST) -> list[str]:
    return [key.value for one in ast.walk(node) if isinstance(one, ast.Dict) for key in one.keys
            if isinstance(key, ast.Constant) and isinstance(key.value, str)]


def _object(node: ast.AST) -> re.Match[str] | None:
    head: Any = node.values[0] if isinstance(node, ast.JoinedStr) and node.values else node
    text = head.value if isinstance(head, ast.Constant) and isinstance(head.value, str) else ""
    pattern = r"([a-z_]+):" if isinstance(node, ast.JoinedStr) else r"([a-z_]+)"
    return re.fullmatch(pattern, text)


#: First words in calls above that are no object: what a fact is known as, from where somebody acted.
NO_OBJECT = {"load", "parameter", "none", "day", "entitled", "screen"}


def test_everything_the_audit_is_told_has_a_word() -> None:
    objects, details = _written()
    assert {"join", "run", "batch", "cases", "keys", "premiums"} <= set(objects) and {"rows", "act", "passphrase", "together"} <= set(details)
    words = catalogue("zh")
    lacking = {name: where for name, where in objects.items() if f"object.{name}" not in words and name not in NO_OBJECT}
    assert lacking == {}
    assert {name: where for name, where in details.items() if f"detail.{name}" not in words} == {}
