"""The list of who is admitted without a deposit, killed at every commit of each act, and decided on by two at once: each act is done with
its entry of the audit or not at all, and of two who decide one is told."""

from __future__ import annotations

import json
import shutil
import threading
from pathlib import Path

import pytest
from bureau import Bureau, certno
from dying import deaths
from postgres import enter
from sentlist import opened, signer
from sqlalchemy import func, select

from monitor.__main__ import main
from monitor.access import accounts, sign_in
from monitor.access.actor import operating_system_user
from monitor.access.audit import Asked
from monitor.access.deeds import Attempt
from monitor.access.scope import EVERYTHING
from monitor.base.settings import Home
from monitor.base.vocabulary import AuditAction, Role
from monitor.casework import referrals
from monitor.casework.layouts import HOSPITALS
from monitor.casework.selection import PackError
from monitor.casework.tables import pack_people, referral_acts, referral_files, referral_packs
from monitor.store.home import open_store
from tests.office import GOOD, START

WHICH = ("--document", "weihai-2022-15", "--on", "2025-07-01")
OFFICER, APPROVER = (("--account", name, "--password-file", f"{{here}}/{name}.password") for name in ("li.na", "shen.he"))
PROPOSE, SEND = ("no-deposit", "propose", *WHICH, *OFFICER), ("no-deposit", "send", "--pack", "1", "--output", "{here}/out", *APPROVER)
APPROVE = ("refer", "approve", "1", "--seen", "{seen}", *APPROVER)
#: Act → the acts before it, its words, the list's states before and after, and what the same words again are told ("" where they do
#: what is left to do).
ACTS: dict[str, tuple[tuple[tuple[str, ...], ...], tuple[str, ...], str, str, str]] = {
    "propose": ((), PROPOSE, "", "proposed", ""),
    "approve": ((PROPOSE,), APPROVE, "proposed", "approved", "现为“已批准”，不能批准"),
    "refuse": ((PROPOSE,), ("refer", "refuse", "1", "--remark", "名单已旧", *APPROVER), "proposed", "refused", "现为“未批准”"),
    "send": ((PROPOSE, APPROVE), SEND, "approved", "sent", ""),
    "recall": ((PROPOSE, APPROVE, SEND), ("refer", "recall", "1", "--remark", "发错了", *APPROVER), "sent", "recalled", "现为“已撤回”"),
}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two people with an identity, an officer and an approver."""
    directory = tmp_path_factory.mktemp("template")
    with pytest.MonkeyPatch.context() as patch:
        enter(directory, patch)
        bureau = Bureau(directory)
        bureau.people(*({"certno": certno(n), "psn_no": f"P{n}", "psn_name": f"样例{n}号"} for n in (1, 2)))
        bureau.identities(*({"certno": certno(n), "category": "dibao", "begin": "2025-01-01"} for n in (1, 2)))
        bureau.home.access_rules.write_text("second_factor = []\npassword_days = 0\n", encoding="utf-8")
        with opened(bureau.home, START) as (_, access):
            for name, role in (("li.na", Role.OFFICER), ("shen.he", Role.APPROVER)):
                first = accounts.add(
                    access, operating_system_user(), accounts.NewAccount(name, name, [role], EVERYTHING), now=START, where="test"
                )
                attempt = Attempt(access, START, "test", "test")
                found = sign_in.sign_in(attempt, name, first, "")
                assert isinstance(found, sign_in.SignedIn)
                sign_in.change_password(attempt, found.actor, found.token, first, GOOD[0])
                (directory / f"{name}.password").write_text(GOOD[0] + "\n", encoding="utf-8")
    return directory


def words_of(place: Path, words: tuple[str, ...]) -> list[str]:
    seen = ""
    if "{seen}" in words:
        with opened(Home(place / "home"), START) as (_, access), access.engine.connect() as connection:
            seen = connection.scalar(select(referral_packs.c.content_sha256)) or ""
    return [word.replace("{here}", str(place)).replace("{seen}", seen) for word in words]


def typed(place: Path, *words: str) -> int:
    return main(["--home", str(place / "home"), *words_of(place, words)])


def stands(home: Home) -> tuple[list[str], int, int, int, int]:
    """States of the lists, acts, the audit's entries of acts, people and files kept; with the audit whole."""
    with opened(home, START) as (_, access), access.engine.connect() as connection:
        assert access.audit.verify(connection).broken is None
        states = list(connection.scalars(select(referral_packs.c.state).order_by(referral_packs.c.id)))
        counts = [connection.scalar(select(func.count()).select_from(table)) or 0 for table in (referral_acts, pack_people, referral_files)]
        entries = len(list(access.audit.entries(connection, Asked(action=AuditAction.REFERRED))))
    return states, counts[0], entries, counts[1], counts[2]


@pytest.mark.slow
@pytest.mark.parametrize("act", ACTS)
@pytest.mark.kills
def test_killed_at_any_commit_an_act_is_done_or_is_not(
    act: str, template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    earlier, words, before, after, told = ACTS[act]
    start = tmp_path / "start"
    shutil.copytree(template, start)
    enter(start, monkeypatch)
    for one in earlier:
        assert typed(start, *one) == 0, capsys.readouterr().err
    if (start / "out").exists():
        shutil.rmtree(start / "out")
    ours = [word if "{here}" in word else words_of(start, (word,))[0] for word in words]
    (start / "command.json").write_text(json.dumps(ours), encoding="utf-8")
    acts = len(earlier)
    found = set()
    for left in deaths("command", start, tmp_path / "dead", steps=5):
        enter(left, monkeypatch)
        home = Home(left / "home")
        states, *counts = stands(home)
        done = states == [after]
        assert states == ([after] if done else [before] if before else [])
        people, files = (2, 3 if after in ("sent", "recalled") else 0) if done else (2 * bool(before), 3 * (before == "sent"))
        assert counts == [acts + done, acts + done, people, files]
        if done in found:
            continue
        # The way on is the same from wherever it stands: taken once from each.
        found.add(done)
        capsys.readouterr()
        code = typed(left, *ours)
        said = capsys.readouterr()
        assert code == (1 if done and told else 0) and (code == 0 or told in said.err), said.err
        if act == "send":
            assert len(list((left / "out").iterdir())) == 3, "whoever was cut off before the files were written gets them as they were kept"
        states, *counts = stands(home)
        assert states == [after] * (2 if done and act == "propose" else 1) and counts[0] == counts[1]
    assert found == {False, True}


@pytest.mark.parametrize("second", ["approve", "refuse"])
def test_of_two_who_decide_at_once_one_is_told(second: str, template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(template, tmp_path / "office")
    enter(tmp_path / "office", monkeypatch)
    home = Home(tmp_path / "office" / "home")
    assert typed(tmp_path / "office", *PROPOSE) == 0
    (seen,) = words_of(tmp_path / "office", ("{seen}",))
    source = referrals.source_of(open_store(home), HOSPITALS)
    ready, results = threading.Barrier(2), []

    def one(account: int, act: str) -> None:
        with opened(home, START) as (_, access):
            by = signer(Role.APPROVER, account)
            ready.wait()
            try:
                if act == "approve":
                    referrals.approve(access, by, source, 1, seen, now=START, where="test")
                else:
                    referrals.refuse(access, by, 1, "名单已旧", now=START, where="test")
                results.append("")
            except PackError as refusal:
                results.append(refusal.sentence)

    threads = [threading.Thread(target=one, args=(account, act)) for account, act in ((7, "approve"), (8, second))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    states, acts, entries, *_ = stands(home)
    if second == "refuse" and not any(results):
        # Approved, and taken back before it was sent: one after the other, and both are written down.
        assert (states, acts, entries) == (["refused"], 3, 3)
    else:
        assert sorted(map(bool, results)) == [False, True] and "由 account." in "".join(results)
        assert (acts, entries) == (2, 2) and states[0] in ("approved", "refused")
