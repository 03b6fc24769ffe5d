"""``monitor review --joins``, ``--join``, ``--apart`` and ``--undo``: which numbers are one person."""

from __future__ import annotations

import argparse
import re

from monitor.actions.acting import by_command
from monitor.actions.joins import JoinWord, decide_join, number_joins
from monitor.base.errors import MonitorError
from monitor.base.settings import Home
from monitor.base.vocabulary import AlertKind
from monitor.commands.audited import note_list, where
from monitor.commands.terminal import say, write
from monitor.policy.library import load_library
from monitor.reports import machine
from monitor.review.joins import Listed, joins
from monitor.store.home import open_store

Arguments = argparse.Namespace

COLUMNS = (
    "join", "state", "state_label", "psn_no", "certno", "psn_name", "amount", "other_certno", "other_psn_name", "other_amount",
    "together", "crosses", "threshold", "differs", "document", "as_of", "insu_admdvs", "other_insu_admdvs", "by", "decided_at",
    "reason", "note",
)


def review_joins(arguments: Arguments, home: Home, now: str) -> None:
    """List the pairs, or settle one."""
    if arguments.join or arguments.apart or arguments.undo:
        _decide(arguments, home, now)
        return
    store = open_store(home)
    found = joins(store, load_library())
    if found.unnumbered:
        # What is shown under a number keeps it, whatever is loaded next.
        number_joins(by_command(home, where(arguments), now))
        store = open_store(home)
        found = joins(store, load_library())
    document, as_of = (found.record.document, found.record.as_of) if found.record and not found.lacking else ("", "")
    rows = [_row(one, document, as_of, found.lacking) for one in found.pairs]
    note_list(store, arguments, now, "review", len(rows), list="joins")
    write(machine.write_plain(rows, COLUMNS, arguments.format), arguments.output)


def _decide(arguments: Arguments, home: Home, now: str) -> None:
    said: list[str] = arguments.join or arguments.apart or [arguments.undo]
    numbers = {_number(one) for one in said}
    if len(numbers) > 1:
        raise MonitorError("一次只认定一对；请分开执行，各写各的理由")
    (number,) = numbers
    word = JoinWord.TAKEN_BACK if arguments.undo else JoinWord.TOGETHER if arguments.join else JoinWord.APART
    by = by_command(home, where(arguments), now)
    done = decide_join(by, load_library(), number, word, arguments.reason or "", twice=len(said) > 1)
    one = done.pair
    already = "" if done.changed else "（此前已如此认定，没有改变）"
    say(f"J{one.number}：{one.pair.state.label}{already}；重新执行 monitor run 后的预警和待遇以此为准")
    if one.note:
        say(f"  {one.note}")


def _number(text: str) -> int:
    if not re.fullmatch(r"[Jj]?[1-9][0-9]{0,8}", text):
        raise MonitorError(f"“{text[:20]}” 不是一对号码的编号；应写作 J12，monitor review --joins 可列出全部")
    return int(text.lstrip("Jj"))


def _row(one: Listed, document: str, as_of: str, lacking: str) -> dict[str, str]:
    weighed, word = one.weighed, one.pair.word
    (certno, _, name), (other_certno, _, other_name) = one.texts
    notes = [f"合计将超过{AlertKind(kind).label}预警线" for kind, _ in weighed.crosses]
    amounts = [f"{side.amount:.2f}" if document else "" for side in (weighed.one, weighed.other, weighed.both)]
    return {
        "join": f"J{one.number}", "state": one.pair.state.value, "state_label": one.pair.state.label, "psn_no": one.psn_nos,
        "certno": certno, "psn_name": name, "amount": amounts[0], "other_certno": other_certno, "other_psn_name": other_name,
        "other_amount": amounts[1], "together": amounts[2], "crosses": " ".join(kind for kind, _ in weighed.crosses),
        "threshold": " ".join(f"{threshold:.2f}" for _, threshold in weighed.crosses), "differs": " ".join(one.differs),
        "document": document, "as_of": as_of, "insu_admdvs": weighed.one.insu_admdvs, "other_insu_admdvs": weighed.other.insu_admdvs,
        "by": word.by if word else "", "decided_at": word.committed_at if word else "", "reason": word.reason if word else "",
        "note": "；".join(filter(None, [*notes, one.note, lacking])),
    }
