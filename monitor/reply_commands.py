"""The commands about what departments answer: replies."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from monitor.access.actor import operating_system_user
from monitor.access.opening import Access
from monitor.audited import where
from monitor.casework.facts import auditing
from monitor.casework.layouts import Layout, layout_of, layouts
from monitor.casework.pack_listing import PackRow, pack_numbered
from monitor.casework.replies import WHY, ReplyOutcome, finish, import_reply
from monitor.casework.reply_reading import OWN_REASONS, place_text, read_reply
from monitor.casework.selection import PackError
from monitor.casework.sync import synchronise
from monitor.demo import is_demo
from monitor.errors import IntakeError
from monitor.intake.checks import REASONS
from monitor.policy.codes import category_codes
from monitor.settings import Home
from monitor.store.home import Store, writing
from monitor.vocabulary import DEPARTMENTS, Category, ReplyMatch

Arguments = argparse.Namespace
#: Lines that were not simply applied are listed on the terminal up to this many a file.
LISTED = 20


def replies(arguments: Arguments, home: Home, now: str) -> None:
    """``monitor replies``: departments' answers, or the province's own list."""
    moment = datetime.fromisoformat(now)
    with writing(home, "replies") as store, auditing(store, moment) as opened:
        access = replace(opened, demo_home=partial(is_demo, home))
        if store.manifest.runs:
            synchronise(store)
        finish(store, access, now=moment)
        outcomes = [_one(store, access, Path(name), arguments, moment) for name in arguments.files]
    if arguments.json:
        _say_json([_as_json(outcome) for outcome in outcomes])


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _say_json(found: object) -> None:
    _say(json.dumps(found, ensure_ascii=False, indent=1))


def _one(store: Store, access: Access, path: Path, arguments: Arguments, now: datetime) -> ReplyOutcome:
    actor, codes = operating_system_user(), category_codes(store.home.tables)
    pack: PackRow | None = None
    if arguments.pack:
        with access.engine.connect() as connection:
            pack = pack_numbered(connection, arguments.pack)
    layout = _layout(store, path, arguments, pack, codes)
    outcome = import_reply(
        store, access, actor, path, layout, codes=codes, pack_id=pack.id if pack else None, encoding=arguments.encoding, now=now,
        where=where(arguments),
    )
    if not arguments.json:
        _say(as_text(outcome))
    return outcome


def _layout(
    store: Store, path: Path, arguments: Arguments, pack: PackRow | None, codes: dict[str, Category]
) -> Layout:
    """Whose answers a file holds: as told, or by the pack numbers in it."""
    department = getattr(arguments, "from") or (pack.department if pack else None)
    if department:
        return layout_of(store.home.referral, department)
    refusals: list[IntakeError] = []
    for layout in layouts(store.home.referral).values():
        try:
            answers = read_reply(store, path, layout, arguments.encoding, codes).answers
        except IntakeError as error:
            refusals.append(error)
            continue
        named = {one.pack.rsplit("-", 2)[0] for one in answers if one.pack.count("-") >= 2}
        if named == {layout.department}:
            return layout
    if refusals and len(refusals) == len(layouts(store.home.referral)):
        raise refusals[0]
    raise PackError(
        f"看不出 {path.name} 是哪个部门的反馈（没有名单编号，或不止一个部门的）；"
        f"请加 --pack 名单编号，或 --from 部门（{'、'.join(DEPARTMENTS)}）"
    )


def reason_text(why: str) -> str:
    """What is in the way of a line, as a sentence."""
    return WHY.get(why) or OWN_REASONS.get(why) or REASONS.get(why, why)


def as_text(outcome: ReplyOutcome) -> str:
    if outcome.known_before:
        return f"{outcome.file}：此前已导入（反馈 {outcome.reply_id}），共 {outcome.read} 行全部重复，没有新增"
    lines = [
        f"{outcome.file}（{DEPARTMENTS.get(outcome.department, '省级名单')}，反馈 {outcome.reply_id}）：读入 {outcome.read} 行 ＝ "
        f"接受 {outcome.accepted} ＋ 重复 {outcome.duplicates} ＋ 拒绝 {outcome.rejected}"
    ]
    lines += [f"  {match.label} {outcome.counts[match.value]} 行" for match in ReplyMatch if match.value in outcome.counts]
    lines += [f"  {reason_text(why)}：{rows} 行" for why, rows in sorted(outcome.why.items())]
    for line, match, why in outcome.listed[:LISTED]:
        lines.append(f"  第 {place_text(line)} 行：{ReplyMatch(match).label}{f'（{reason_text(why)}）' if why else ''}")
    if len(outcome.listed) > LISTED:
        lines.append(f"  …… 另有 {len(outcome.listed) - LISTED} 行，见看板的反馈页面")
    if outcome.batch:
        lines.append(f"  认定的身份已导入身份名单（批次 {outcome.batch}），下次运行起采用")
    return "\n".join(lines)


def _as_json(outcome: ReplyOutcome) -> dict[str, Any]:
    return {
        "reply": outcome.reply_id, "file": outcome.file, "department": outcome.department, "read": outcome.read,
        "accepted": outcome.accepted, "duplicates": outcome.duplicates, "rejected": outcome.rejected, "counts": outcome.counts,
        "why": outcome.why, "known_before": outcome.known_before, "batch": outcome.batch,
        "listed": _listed(outcome.listed),
    }


def _listed(listed: Sequence[tuple[int, str, str]]) -> list[dict[str, str]]:
    return [{"line": place_text(line), "match": match, "why": why} for line, match, why in listed]
