"""The commands about what departments answer and what was told them: replies, replay, due."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from monitor.access.actor import operating_system_user
from monitor.access.moment import CHINA
from monitor.access.opening import Access
from monitor.audited import where
from monitor.base.errors import IntakeError
from monitor.base.settings import Home
from monitor.base.vocabulary import DEPARTMENTS, AuditAction, Category, ReplyMatch
from monitor.casework.due_dates import due_items
from monitor.casework.facts import auditing
from monitor.casework.layouts import Layout, layout_of, layouts, short_name, warning_words
from monitor.casework.reading.pack_listing import PackRow, pack_numbered
from monitor.casework.replay import REASONS as WHY_OTHERWISE
from monitor.casework.replay import replay as compare
from monitor.casework.replies import WHY, ReplyOutcome, finish, import_reply
from monitor.casework.reply_reading import HEADINGS, OWN_REASONS, place_text, read_reply
from monitor.casework.selection import PackError, documents_with_cases
from monitor.casework.sync import synchronise
from monitor.casework.warning_lists import OURS, THEIRS, import_warning_list, month_of, only_ours
from monitor.demo import is_demo
from monitor.demo_people import ENDED
from monitor.intake.checks import REASONS
from monitor.intake.unused import as_json, as_lines
from monitor.policy.codes import category_codes
from monitor.policy.library import load_library
from monitor.run import Request, run
from monitor.store.home import Store, open_store, writing
from monitor.terminal import say, say_json

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
        say_json([_as_json(outcome) for outcome in outcomes])


def _one(store: Store, access: Access, path: Path, arguments: Arguments, now: datetime) -> ReplyOutcome:
    actor, codes = operating_system_user(), category_codes(store.home.tables)
    pack: PackRow | None = None
    if arguments.pack:
        with access.engine.connect() as connection:
            pack = pack_numbered(connection, arguments.pack)
    if arguments.warning_list:
        return _warning_list(store, access, path, arguments, now)
    layout = _layout(store, path, arguments, pack, codes)
    outcome = import_reply(
        store, access, actor, path, layout, codes=codes, pack_id=pack.id if pack else None, encoding=arguments.encoding, now=now,
        strict=arguments.strict, end_demo=arguments.end_demo, where=where(arguments),
    )
    if outcome.ended_demo:
        sys.stderr.write(ENDED)
    if not arguments.json:
        say(as_text(outcome))
    return outcome


def _warning_list(store: Store, access: Access, path: Path, arguments: Arguments, now: datetime) -> ReplyOutcome:
    """The province's list, compared with our newest run."""
    document = arguments.document
    with access.engine.connect() as connection:
        known = documents_with_cases(connection)
    if document is None and len(known) != 1:
        raise PackError(f"请用 --document 指明与哪份文件的预警比较：{'、'.join(known) or '还没有正式运行过'}")
    actor = operating_system_user()
    outcome = import_warning_list(
        store, access, actor, path, warning_words(store.home.referral), document or known[0],
        month=arguments.month or month_of(now), encoding=arguments.encoding, strict=arguments.strict,
        end_demo=arguments.end_demo, now=now, where=where(arguments),
    )
    if outcome.ended_demo:
        sys.stderr.write(ENDED)
    if not arguments.json:
        say(as_text(outcome))
        with access.engine.connect() as connection:
            ours = only_ours(connection, outcome.reply_id, actor.scope)
        say(f"  仅本地有 {len(ours)} 人")
        for why, people in sorted(Counter(one.why for one in ours).items()):
            say(f"    {OURS[why]}：{people} 人")
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
        if named == {short_name(layout.department)}:
            return layout
    if refusals and len(refusals) == len(layouts(store.home.referral)):
        raise refusals[0]
    raise PackError(
        f"看不出 {path.name} 是哪个部门的反馈（没有名单编号，或不止一个部门的）；"
        f"请加 --pack 名单编号，或 --from 部门（{'、'.join(DEPARTMENTS)}）"
    )


def replay(arguments: Arguments, home: Home, now: str) -> None:
    """``monitor replay``: a sent list as known then against a run as known now; a run of its day is made where none is named."""
    moment = datetime.fromisoformat(now)
    run_id = arguments.run
    if run_id is None:
        run_id = _run_now(arguments, home, now)
    store = open_store(home)
    with auditing(store, moment) as access:
        synchronise(store)
        actor = operating_system_user()
        with access.engine.connect() as connection:
            pack = pack_numbered(connection, arguments.pack)
            found = compare(connection, layout_of(home.referral, pack.department), pack.id, run_id, pack.number, actor.scope)
        with access.begin() as connection:
            access.audit.append(
                connection, actor, AuditAction.SHOWN, f"pack:{pack.id}", now=moment, where=where(arguments),
                detail={"run": run_id, "rows": len(found.differences)},
            )
    if arguments.json:
        say_json({
            **{name: str(getattr(found, name)) for name in ("number", "run_then", "run_now", "as_of_then", "as_of_now",
                                                            "known_then", "known_now")},
            "unchanged": found.unchanged, "differences": [asdict(one) for one in found.differences],
        })
        return
    say(f"名单 {found.number}：发出时依据运行 {found.run_then}（截至 {found.as_of_then}，已知至 {found.known_then[:19]}），"
         f"现与运行 {found.run_now}（截至 {found.as_of_now}，已知至 {found.known_now[:19]}）比较")
    for kind, label in (("added", "应新增"), ("withdrawn", "应撤出"), ("changed", "有变化")):
        say(f"  {label} {len(found.of(kind))} 人")
        for one in found.of(kind):
            why = "；".join(WHY_OTHERWISE[reason] for reason in one.reasons)
            say(f"    {one.name_masked} {one.certno_masked} {one.insu_admdvs} {one.town}：{why}"
                 f"（超出 {_yuan(one.excess_then)} → {_yuan(one.excess_now)}）")
    say(f"  与发出时相同 {found.unchanged} 人")


def _yuan(fen: int | None) -> str:
    return "无" if fen is None else f"{fen / 100:,.2f}"


def _run_now(arguments: Arguments, home: Home, now: str) -> str:
    """A replay of the pack's document and day on everything told until now, or until ``--known-at``; it touches no case."""
    with writing(home, "replay") as store, auditing(store, datetime.fromisoformat(now)) as access:
        synchronise(store)
        with access.engine.connect() as connection:
            pack = pack_numbered(connection, arguments.pack)
        then = store.manifest.run(pack.run_id)
        asked = Request(then.document, date.fromisoformat(then.as_of), arguments.known_at or now, provisional=then.provisional)
        return run(store, load_library(), asked, now).run


def due(arguments: Arguments, home: Home, now: str) -> None:
    """``monitor due``: what is due, late and missing on a day."""
    store, moment = open_store(home), datetime.fromisoformat(now)
    today = arguments.on or moment.astimezone(CHINA).date()
    with auditing(store, moment) as access:
        if store.manifest.runs:
            synchronise(store)
        with access.engine.connect() as connection:
            items = due_items(store, connection, load_library().documents, layouts(home.referral), today)
    if arguments.json:
        say_json([
            {"what": item.what.value, "department": item.department, "month": item.month,
             "due": item.due.isoformat() if item.due else None, "standing": item.standing.value, "sentence": item.sentence,
             "note": item.note, "document": item.document, "clause": item.clause}
            for item in items
        ])
        return
    if not items:
        say(f"截至 {today} 没有待办事项")
    for item in items:
        say(f"{item.due or '无期限'}　{item.standing.label}　{item.what.label}　{item.sentence}")
        if item.note:
            say(f"    {item.note}")


def reason_text(why: str) -> str:
    """What is in the way of a line, as a sentence."""
    return WHY.get(why) or THEIRS.get(why) or OWN_REASONS.get(why) or REASONS.get(why, why)


def as_text(outcome: ReplyOutcome) -> str:
    if outcome.known_before:
        known = f"{outcome.file}：此前已导入（反馈 {outcome.reply_id}），共 {outcome.read} 行全部重复，没有新增"
        return "\n".join([known, *(f"  {line}" for line in as_lines(outcome.unused, outcome.unknown_values, HEADINGS))])
    lines = [
        f"{outcome.file}（{DEPARTMENTS.get(outcome.department, '省级名单')}，反馈 {outcome.reply_id}）：读入 {outcome.read} 行 ＝ "
        f"接受 {outcome.accepted} ＋ 重复 {outcome.duplicates} ＋ 拒绝 {outcome.rejected}"
    ]
    lines += [f"  {match.label} {outcome.counts[match.value]} 行" for match in ReplyMatch if match.value in outcome.counts]
    lines += [f"  {reason_text(why)}：{rows} 行" for why, rows in sorted(outcome.why.items())]
    if outcome.kept:
        lines.append(f"  没有读懂或多出的内容已原样记入说明：{'，'.join(f'{name} {rows} 行' for name, rows in outcome.kept.items())}")
    if outcome.reliefs:
        lines.append(f"  部门反馈的救助 {outcome.reliefs} 行，已列在各案件上，等待经办人采用（monitor cases reliefs）")
    for line, match, why in outcome.listed[:LISTED]:
        lines.append(f"  第 {place_text(line)} 行：{ReplyMatch(match).label}{f'（{reason_text(why)}）' if why else ''}")
    if len(outcome.listed) > LISTED:
        lines.append(f"  …… 另有 {len(outcome.listed) - LISTED} 行，见看板的反馈页面")
    if outcome.batch:
        lines.append(f"  认定的身份已导入身份名单（批次 {outcome.batch}），下次运行起采用")
    lines += [f"  {line}" for line in as_lines(outcome.unused, outcome.unknown_values, HEADINGS)]
    return "\n".join(lines)


def _as_json(outcome: ReplyOutcome) -> dict[str, Any]:
    return {
        "reply": outcome.reply_id, "file": outcome.file, "department": outcome.department, "read": outcome.read,
        "accepted": outcome.accepted, "duplicates": outcome.duplicates, "rejected": outcome.rejected, "counts": outcome.counts,
        "why": outcome.why, "known_before": outcome.known_before, "batch": outcome.batch,
        "kept_as_remark": outcome.kept, "reliefs": outcome.reliefs, "listed": _listed(outcome.listed),
        **as_json(outcome.unused, outcome.unknown_values),
    }


def _listed(listed: Sequence[tuple[int, str, str]]) -> list[dict[str, str]]:
    return [{"line": place_text(line), "match": match, "why": why} for line, match, why in listed]
