"""``monitor replay``: a list that was sent, as known then against what is known now."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from datetime import date

from monitor.actions.acting import by_command, held_for_writing, note, open_for_reading
from monitor.base.settings import Home
from monitor.base.vocabulary import AuditAction
from monitor.casework.layouts import layout_of
from monitor.casework.reading.pack_listing import pack_numbered
from monitor.casework.replay import REASONS as WHY_OTHERWISE
from monitor.casework.replay import replay as compare
from monitor.commands.arguments import parse_moment
from monitor.commands.audited import where
from monitor.commands.terminal import say, say_json
from monitor.commands.verb import Verb
from monitor.policy.library import load_library
from monitor.run import Request, run

Arguments = argparse.Namespace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("pack", metavar="PACK", help="名单编号")
    against = parser.add_mutually_exclusive_group()
    against.add_argument("--run", metavar="ID", help="与哪次运行比较；不写则按现在所知重放名单所依据的那一天")
    against.add_argument("--known-at", type=parse_moment, metavar="TIME", help="按某一时点所知重放")
    parser.add_argument("--json", action="store_true", help="输出一个 JSON 对象")


def do(arguments: Arguments, home: Home, now: str) -> None:
    """``monitor replay``: a sent list as known then against a run as known now; a run of its day is made where none is named."""
    run_id = arguments.run
    if run_id is None:
        run_id = _run_now(arguments, home, now)
    by = by_command(home, where(arguments), now)
    with open_for_reading(by) as (_, access):
        with access.engine.connect() as connection:
            pack = pack_numbered(connection, arguments.pack)
            found = compare(connection, layout_of(home.referral, pack.department), pack.id, run_id, pack.number, by.actor.scope)
        note(by, access, AuditAction.SHOWN, f"pack:{pack.id}", {"run": run_id, "rows": len(found.differences)})
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
    with held_for_writing(by_command(home, where(arguments), now), "replay") as (store, access):
        with access.engine.connect() as connection:
            pack = pack_numbered(connection, arguments.pack)
        then = store.manifest.run(pack.run_id)
        asked = Request(then.document, date.fromisoformat(then.as_of), arguments.known_at or now, provisional=then.provisional)
        return run(store, load_library(), asked, now).run


VERB = Verb(add_arguments, do)
