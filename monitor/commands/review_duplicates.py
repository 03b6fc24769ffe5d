"""``monitor review --duplicates``, ``--same``, ``--distinct``, ``--undecided``: which settlements are one, under two ids."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence

from monitor.actions.acting import by_command
from monitor.actions.duplicates import DuplicateWord, decide_duplicate, number_duplicates, set_undecided_rule
from monitor.assess.duplicates import BECAUSE
from monitor.base.errors import MonitorError
from monitor.base.settings import Home
from monitor.commands.audited import note_list, where
from monitor.commands.terminal import say, write
from monitor.reports import machine
from monitor.review.duplicates import Duplicates, DuplicateState, Listed, duplicates
from monitor.store.home import Store, open_store
from monitor.store.manifest import Load

Arguments = argparse.Namespace

COLUMNS = (
    "duplicate", "state", "state_label", "because", "certno", "psn_name", "setl_id", "other_setl_id", "setl_time", "other_setl_time",
    "psn_part_amt", "maf_pay", "medfee_sumamt", "fixmedins_name", "other_fixmedins_name", "file", "line", "other_file", "other_line",
    "insu_admdvs", "kind", "burden", "threshold", "without", "over_without", "without_all", "over_without_all", "document", "as_of",
    "by", "decided_at", "reason", "note",
)


def review_duplicates(arguments: Arguments, home: Home, now: str) -> None:
    """List them, settle one, or record the rule for those nobody has settled."""
    if arguments.undecided:
        _rule(arguments, home, now)
        return
    if arguments.same or arguments.distinct or arguments.undo:
        _decide(arguments, home, now)
        return
    store = open_store(home)
    found = duplicates(store)
    if found.unnumbered:
        # What is shown under a number keeps it, whatever is loaded next.
        number_duplicates(by_command(home, where(arguments), now))
        store = open_store(home)
        found = duplicates(store)
    rows = [_row(store, found, one) for one in found.listed]
    note_list(store, arguments, now, "review", len(rows), list="duplicates")
    write(machine.write_plain(rows, COLUMNS, arguments.format), arguments.output)


def findings(store: Store, batch: str | None) -> list[dict[str, str]]:
    """Those nobody has decided on, as rows of ``monitor review``; of one batch, or of all."""
    rows = []
    for one in duplicates(store).listed:
        load = store.manifest.loads[one.copy.place[0] - 1]
        if one.state is DuplicateState.OPEN and batch in (None, load.batch):
            other = _place(store.manifest.loads, one.copy.first_place)
            label = f"疑似与 {other}重复：{BECAUSE[one.copy.because]}；见 monitor review --duplicates"
            rows.append({
                "batch": load.batch, "file": load.file, "line": load.place_text(one.copy.place[1]), "column": "",
                "finding": "suspected_duplicate", "label": label, "kept": "true",
            })
    return rows


def _decide(arguments: Arguments, home: Home, now: str) -> None:
    number = _number(arguments.same or arguments.distinct or arguments.undo, undo=bool(arguments.undo))
    word = DuplicateWord.SAME if arguments.same else DuplicateWord.DISTINCT if arguments.distinct else DuplicateWord.TAKEN_BACK
    done = decide_duplicate(by_command(home, where(arguments), now), number, word, arguments.reason or "")
    one, already = done.duplicate, "" if done.changed else "（此前已如此认定，没有改变）"
    places = " 与 ".join(_place(done.loads, place) for place in (one.copy.place, one.copy.first_place))
    say(f"D{one.number}：{one.state.label}{already}（{places}）；重新执行 monitor run 后的预警和待遇以此为准")


def _rule(arguments: Arguments, home: Home, now: str) -> None:
    left_out = arguments.undecided == "leave-out"
    changed = set_undecided_rule(by_command(home, where(arguments), now), arguments.reason or "", left_out=left_out)
    already = "" if changed else "（原已如此，没有改变）"
    said = "只计其中最先导入的一笔" if left_out else "都计入"
    say(f"尚未认定的疑似重复结算：{said}{already}；重新执行 monitor run 后的预警和待遇以此为准")


def _number(text: str, undo: bool) -> int:
    if not re.fullmatch(r"[Dd]?[1-9][0-9]{0,8}", text):
        also = "；对一对号码的认定写作 J12，见 monitor review --joins" if undo else ""
        raise MonitorError(f"“{text[:20]}” 不是疑似重复结算的编号；应写作 D3，monitor review --duplicates 可列出全部{also}")
    return int(text.lstrip("Dd"))


def _place(loads: Sequence[Load], place: tuple[int, int]) -> str:
    load = loads[place[0] - 1]
    return f"{load.file} 第 {load.place_text(place[1])} 行"


def _row(store: Store, found: Duplicates, one: Listed) -> dict[str, str]:
    copy, word = one.copy, one.word
    loads = store.manifest.loads
    files = [(loads[batch - 1].file, loads[batch - 1].place_text(line)) for batch, line in (copy.place, copy.first_place)]
    # The line that is closest to being undone.
    effect = min(one.effects, key=lambda each: each.without - each.threshold, default=None)
    said = {
        "kind": effect.kind.value, "burden": f"{effect.burden:.2f}", "threshold": f"{effect.threshold:.2f}",
        "without": f"{effect.without:.2f}", "over_without": "1" if effect.without > effect.threshold else "0",
        "without_all": f"{effect.without_all:.2f}", "over_without_all": "1" if effect.without_all > effect.threshold else "0",
    } if effect else dict.fromkeys(
        ("kind", "burden", "threshold", "without", "over_without", "without_all", "over_without_all"), ""
    )
    return {
        "duplicate": f"D{one.number}", "state": one.state.value, "state_label": one.state.label, "because": copy.because,
        "certno": one.certno, "psn_name": one.psn_name, "setl_id": copy.setl_id, "other_setl_id": copy.first_setl_id,
        "setl_time": copy.setl_time.isoformat(sep=" "), "other_setl_time": copy.first_setl_time.isoformat(sep=" "),
        "psn_part_amt": f"{copy.psn_part_amt:.2f}", "maf_pay": f"{copy.maf_pay:.2f}",
        "medfee_sumamt": "" if copy.medfee_sumamt is None else f"{copy.medfee_sumamt:.2f}", "fixmedins_name": copy.fixmedins_name,
        "other_fixmedins_name": copy.first_fixmedins_name, "file": files[0][0], "line": files[0][1], "other_file": files[1][0],
        "other_line": files[1][1], "insu_admdvs": copy.insu_admdvs, **said,
        "document": found.record.document if found.record else "", "as_of": found.record.as_of if found.record else "",
        "by": word.by if word else "", "decided_at": word.committed_at if word else "", "reason": word.reason if word else "",
        "note": "；".join([BECAUSE[copy.because], _effect(found, one)]),
    }


def _effect(found: Duplicates, one: Listed) -> str:
    if found.record is None:
        return "还没有运行过，对预警线的影响未算"
    if not one.effects:
        counted = "不在本次运行所计之内，或" if one.state is DuplicateState.SAME else ""
        return f"{counted}本次运行中其人没有越线，计与不计都不影响预警"
    under = [each.kind.label for each in one.effects if each.without <= each.threshold]
    if under:
        return f"去掉后不再超过{'、'.join(under)}预警线"
    under = [each.kind.label for each in one.effects if each.without_all <= each.threshold]
    if under:
        return f"去掉其人全部疑似重复后不再超过{'、'.join(under)}预警线"
    return "去掉后仍然越线"
