"""The demonstration: sample data in, every month's end run, an account for each role."""

from __future__ import annotations

import importlib
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import select

from monitor import run as journey
from monitor.access import passwords
from monitor.access.accounts import NewAccount, add_demo, list_accounts
from monitor.access.actor import operating_system_user
from monitor.access.opening import open_access
from monitor.access.scope import EVERYTHING, Scope
from monitor.actions import demo_cases
from monitor.actions.acting import repair
from monitor.actions.entitlements import entitled_store
from monitor.assess.frames import details
from monitor.base.errors import StoreError
from monitor.base.settings import Home
from monitor.base.vocabulary import AlertState, Role
from monitor.casework.database import migrate, open_database
from monitor.casework.tables import CERTNO_SEAL, reply_lines
from monitor.demo import home as demo
from monitor.demo.home import is_demo, marked_loads
from monitor.demo.people import REGION, only_made_up
from monitor.policy.codes import category_codes
from monitor.policy.library import load_library
from monitor.review.duplicates import number_copies
from monitor.store.home import Store, writing
from monitor.store.loading import load_file, table_named
from monitor.store.manifest import ParameterRecord

DEMO_DOCUMENT = "weihai-2022-15"
#: Whoever tries the program is in within a minute: no telephone, no new password. A real home has no such file and asks for both.
DEMO_RULES = "# 演示数据的登录规则；真实数据目录不写这个文件，采用更严的默认规则。\nsecond_factor = []\npassword_days = 0\n"


def prepare_demo(home: Home, say: Callable[[str], None], now: str) -> None:
    """Twelve months of sample data, loaded and run month by month, so that trends and cleared alerts are there to see; and an
    account for each role, which works in this home as long as nothing else is loaded into it.

    Everything in it is made up. A demo home that is complete already is left as it is.
    """
    sample = importlib.import_module("sample_data.demo")
    library = load_library()
    with writing(home, "demo", create=True) as store, tempfile.TemporaryDirectory() as scratch:
        sample.write(Path(scratch))
        months = sample.months(Path(scratch))
        of_demo = {sha256(path.read_bytes()).hexdigest() for month in months for _, path in month.files}
        of_demo |= marked_loads(home, store.manifest)
        others = any(load.sha256 not in of_demo for load in store.manifest.loads)
        # A home that was the demonstration's and holds made-up people only is one again: a file was refused, or killed, after it
        # had ended, or an older version took a department's answer for something else.
        if (others or demo.ended_at(home)) and not (demo.was_demo(home, store.manifest) and _only_made_up(store)):
            raise StoreError(f"数据目录 {home.path} 里有样例以外的数据，演示不会动它；请用 --home 指定另一个目录")
        codes = category_codes(home.tables)
        moment = datetime.fromisoformat(now)
        done = {record.as_of for record in store.manifest.runs}
        for month in months:
            if month.as_of.isoformat() in done:
                # Run again now, it would be told what the months after it brought.
                continue
            for kind, path in month.files:
                # Each load a moment after the last: what was known when is part of the demonstration.
                moment += timedelta(milliseconds=1)
                load_file(store, path, table_named(kind), moment.isoformat(), category_codes=codes)
            moment += timedelta(milliseconds=1)
            record = journey.run(store, library, journey.Request(DEMO_DOCUMENT, month.as_of), moment.isoformat())
            say(f"样例数据截至 {month.as_of}：{_counts(details(store, record.run))}")
        if not store.manifest.parameters:
            moment += timedelta(milliseconds=1)
            told = tuple(
                ParameterRecord(DEMO_DOCUMENT, name, value, "样例数据（虚构）", "演示", moment.isoformat())
                for name, value in importlib.import_module("sample_data.inputs").FIGURES.items()
            )
            store.commit(replace(store.manifest, parameters=told))
        number_copies(store)
        if store.manifest.pairs or store.manifest.copies:
            say("有号码和结算等待认定，见“同人认定”“重复结算”")
    entitled_store(home, None, library)
    say("已算出截至年末的应享待遇，见“应享未享”")
    with writing(home, "demo") as store:
        _demo_accounts(store, say, datetime.fromisoformat(now))


def _only_made_up(store: Store) -> bool:
    """Whether nobody real stands in the home, nor in what departments answered."""
    engine = open_database(store.home.database_url)
    try:
        migrate(engine, store.home.database_url)
        access = open_access(engine, store.home, store.keys)
        with engine.connect() as connection:
            sealed = connection.scalars(select(reply_lines.c.certno_sealed).where(reply_lines.c.certno_sealed.is_not(None)))
            numbers = [access.sealer.open_text(one, CERTNO_SEAL) for one in sealed]
    finally:
        engine.dispose()
    return only_made_up(store) and all(number.startswith(REGION) for number in numbers)


def _demo_accounts(store: Store, say: Callable[[str], None], now: datetime) -> None:
    """An account a role, with passwords of this home's own, shown to whoever started the demo and on the sign-in page."""
    home = store.home
    known = {account.name: account for account in demo.marked_accounts(home)}
    accounts = tuple(known.get(one.name) or replace(one, password=passwords.one_time()) for one in demo.ACCOUNTS)
    if not home.access_rules.exists():
        home.access_rules.write_text(DEMO_RULES, encoding="utf-8")
    demo.mark(home, store.manifest, accounts)
    engine = open_database(home.database_url)
    try:
        migrate(engine, home.database_url)
        access = open_access(engine, home, store.keys, partial(is_demo, home))
        actor = operating_system_user()
        there = {account.name for account in list_accounts(access, actor, now=now)}
        for one in accounts:
            scope = Scope(districts=(one.district,)) if one.district else EVERYTHING
            if one.name not in there:
                new = NewAccount(one.name, one.display, [one.role], None if one.role is Role.ADMINISTRATOR else scope)
                add_demo(access, actor, new, one.password, now=now, where="command:demo")
        repair(store)
        demo_cases.work(store, access, accounts, DEMO_DOCUMENT, now, say)
    finally:
        engine.dispose()
    say("演示账号（只在演示数据中有效；不用抄写，登录页上点“填入”即可）：")
    for one in accounts:
        say(f"  {one.name:<9} {one.password}　{one.role.label}" + (f"，只看 {one.district}" if one.district else ""))


def _counts(kept: dict[str, Any]) -> str:
    states: Counter[str] = Counter()
    for of_kind in kept["counts"]["flagged"].values():
        states.update(of_kind)
    return "，".join(f"{state.label} {states[state]} 人" for state in AlertState if states[state]) or "没有人越线"
