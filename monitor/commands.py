"""What each command does, in a few lines each: open the home, call the room that knows, say what came of it."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from monitor import run as journey
from monitor.access.hashing import person_hex
from monitor.assess.explain import explain, person_of_number
from monitor.assess.inputs import incomes_known, parameters_known
from monitor.assess.who import MOST_NUMBERS
from monitor.audited import note, note_list
from monitor.base.errors import IntakeError, MonitorError, StoreError
from monitor.base.settings import Home
from monitor.base.vocabulary import AlertKind, AlertState, AuditAction
from monitor.casework.facts import auditing
from monitor.casework.replies import finish
from monitor.casework.sync import synchronise
from monitor.demo_people import ENDED, guard_file
from monitor.entitle.telling import tell
from monitor.entitled import frame_and_allowance, keep_latest
from monitor.intake.checks import REASONS
from monitor.intake.columns import OPTIONAL, Table
from monitor.intake.unused import as_json, as_lines, summed
from monitor.policy.assistance import premium_rows, schedule_rows
from monitor.policy.codes import category_codes
from monitor.policy.incomes import Incomes
from monitor.policy.library import check_allowed, load_library
from monitor.policy.parameters import check_assignment, names_in_use, suggestion, with_recorded
from monitor.policy.regions import inside
from monitor.reports import machine, provisions
from monitor.reports.explanation import as_text
from monitor.store import review
from monitor.store.home import Store, open_store, writing
from monitor.store.loading import Outcome, load_file, table_named
from monitor.store.manifest import ParameterRecord
from monitor.store.review import flag_label
from monitor.terminal import bar, say, say_json, write

Arguments = argparse.Namespace


def run_command(arguments: Arguments, home: Home, now: str) -> None:
    """Do what was asked. ``now``: ISO 8601 with offset, the time everything this command writes is committed at."""
    if arguments.command in _ELSEWHERE:
        module, _, function = _ELSEWHERE[arguments.command].partition(".")
        getattr(import_module(f"monitor.{module}"), function)(arguments, home, now)
    else:
        _COMMANDS[arguments.command](arguments, home, now)


def _import(arguments: Arguments, home: Home, now: str) -> None:
    table = table_named(arguments.table)
    outcomes: list[Outcome] = []
    moment = datetime.fromisoformat(now)
    with writing(home, f"import {table.name}", create=True) as store, auditing(store, moment):
        synchronise_if_any(store)
        codes = category_codes(home.tables)
        for name in arguments.files:
            _refuse_example(Path(name), table, arguments.encoding)
            if guard_file(store, Path(name), table, arguments.encoding, codes, may_end=arguments.end_demo, now=moment):
                sys.stderr.write(ENDED)
            with bar(Path(name).name) as progress:
                outcomes.append(load_file(store, Path(name), table, now, arguments.encoding, codes, progress, arguments.strict))
            if outcomes[-1].known_before:
                note(store, arguments, now, AuditAction.IMPORTED, f"batch:{outcomes[-1].batch}", {"known_before": True})
            if not arguments.json:
                say(_outcome_text(outcomes[-1]))
    if arguments.json:
        say_json(_outcome_json(outcomes))


def _refuse_example(path: Path, table: Table, encoding: str | None) -> None:
    """Raises IntakeError where a file of what people fill in by hand still has the template's example."""
    if table not in OPTIONAL and table.name not in ("identities", "incomes"):
        return
    from monitor.reports.templates import example_line

    if (line := example_line(path, table, encoding)) is not None:
        raise IntakeError(
            f"文件 {path.name} 第 {line} 行还是模板的示例，没有导入；请删去这一行再导入"
            + (f"，确实没有{table.label}的用 monitor none {table.name} 登记" if table in OPTIONAL else "")
        )


def synchronise_if_any(store: Store) -> None:
    """Repair what a crash left between the store and the case database."""
    if store.manifest.runs:
        synchronise(store)


def _outcome_text(outcome: Outcome) -> str:
    if outcome.known_before:
        known = f"{outcome.file}：此前已导入（批次 {outcome.batch}），共 {outcome.read} 行全部重复，没有新增"
        return "\n".join([known, *(f"  {line}" for line in as_lines(outcome.unused, outcome.unknown_values))])
    lines = [
        f"{outcome.file}：读入 {outcome.read} 行 ＝ 接受 {outcome.accepted} ＋ 重复 {outcome.duplicates}"
        f" ＋ 拒绝 {outcome.rejected}（批次 {outcome.batch}）"
    ]
    lines += [f"  拒绝：{REASONS[reason]} {rows} 行" for reason, rows in outcome.reasons.most_common()]
    if outcome.advice:
        lines.append(f"  {outcome.advice}")
    lines += [f"  存疑：{flag_label(flag)} {rows} 行（保留，见 monitor review）" for flag, rows in outcome.flags.most_common()]
    if outcome.rejections:
        lines.append(f"  拒绝明细：{outcome.rejections}")
    lines += [f"  {line}" for line in as_lines(outcome.unused, outcome.unknown_values)]
    return "\n".join(lines)


def _outcome_json(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """One object: the sums over all files, then each file. ``batch`` is a list only where several files were given."""
    reasons: Counter[str] = Counter()
    flags: Counter[str] = Counter()
    for outcome in outcomes:
        reasons.update(outcome.reasons)
        flags.update(outcome.flags)
    names = ("read", "accepted", "duplicates", "rejected")
    batches = [outcome.batch for outcome in outcomes]
    return {
        **{name: sum(getattr(outcome, name) for outcome in outcomes) for name in names},
        "reasons": dict(reasons),
        "flags": dict(flags),
        "batch": batches[0] if len(batches) == 1 else batches,
        **as_json(
            [entry for outcome in outcomes for entry in outcome.unused],
            summed([value for outcome in outcomes for value in outcome.unknown_values]),
        ),
        "files": [
            {
                "file": outcome.file, "batch": outcome.batch, **{name: getattr(outcome, name) for name in names},
                "known_before": outcome.known_before, "advice": outcome.advice or None,
                "rejections": str(outcome.rejections) if outcome.rejections else None,
                **as_json(outcome.unused, outcome.unknown_values),
            }
            for outcome in outcomes
        ],
    }


def _run(arguments: Arguments, home: Home, now: str) -> None:
    library = load_library()
    check_allowed(library.get(arguments.document), arguments.as_of, arguments.trial)
    request = journey.Request(
        arguments.document, arguments.as_of, arguments.known_at, arguments.trial, arguments.provisional
    )
    with writing(home, "run", create=True) as store, auditing(store, datetime.fromisoformat(now)) as access:
        # What departments granted and a crash kept out of the identity list belongs to what is known now.
        finish(store, access, now=datetime.fromisoformat(now))
        record = journey.run(store, library, request, now)
        if record.committed_at != now:
            note(store, arguments, now, AuditAction.RUN, f"run:{record.run}", {"known_before": True})
        kept = journey.details(store, record.run)
    found = {
        "run": record.run, "document": record.document, "as_of": record.as_of, "known_at": record.known_at,
        "trial": record.trial, "provisional": record.provisional, "flagged": kept["counts"]["flagged"],
        "uncovered": kept["counts"]["uncovered"], "outside_region": kept["counts"]["outside_region"],
        "deceased": kept["counts"]["deceased"], "replay": record.replay, "predecessor": record.predecessor,
        "settlements": kept["feed"]["settlements"], "counted": kept["feed"]["counted"],
        "persons": kept["feed"]["persons"], "fewer_than_before": kept["feed"]["fewer_than_before"],
        "joins": kept["counts"].get("joins"), "duplicates": kept["counts"].get("duplicates"),
        "notices": kept.get("notices", []),
    }
    if arguments.json:
        say_json(found)
        return
    say(f"运行 {record.run}：《{kept['title']}》截至 {record.as_of}" + _labels(record.trial, record.replay, record.provisional))
    if kept["trial_because"]:
        say(f"  {kept['trial_because']}")
    say(f"  窗口内结算 {found['settlements']} 条，计入 {found['counted']} 条，涉及 {found['persons']} 人")
    for kind, states in kept["counts"]["flagged"].items():
        say(f"  {AlertKind(kind).label}：" + "，".join(f"{AlertState(s).label} {n} 人" for s, n in states.items()))
    if not kept["counts"]["flagged"]:
        say("  没有人越线")
    if found["fewer_than_before"]:
        say("  注意：上次运行窗口内的结算比当时少，本次不解除任何人（标为待核实）；请核对是否漏导或误改")
    for notice in found["notices"]:
        say(f"  注意：{notice['sentence']}")
    if (joins := found["joins"]) and joins["open"]:
        say(f"  疑似同一人而未认定的号码 {joins['open']} 对，分开计算；"
            f"其中 {joins['crossing']} 对合并后将越线（见 monitor review --joins）")
    if joins and joins["crowded"]:
        say(f"  {joins['crowded']} 个人员编号各对应 {MOST_NUMBERS} 个以上证件号码，不据此认定任何人；请向平台核对这些编号")
    say(f"  越线但无适用规则 {found['uncovered']} 人；参保地在外 {found['outside_region']} 人；已死亡 {found['deceased']} 人")


def _labels(trial: bool, replay: bool, provisional: bool) -> str:
    words = [word for word, on in (("试运行，不得推送", trial), ("重放", replay), ("基准暂用上一年", provisional)) if on]
    return f"（{'；'.join(words)}）" if words else ""


def _alerts(arguments: Arguments, home: Home, now: str) -> None:
    store = open_store(home)
    record = store.manifest.run(arguments.run)
    columns: Sequence[str] = machine.ALERTS
    if arguments.uncovered or arguments.set_aside:
        reasons = ("no_rule",) if arguments.uncovered else ("outside_region", "deceased")
        rows, columns = machine.set_aside_rows(store, record, reasons), machine.SET_ASIDE
    else:
        rows = machine.alert_rows(store, record)
    which = "uncovered" if arguments.uncovered else "set_aside" if arguments.set_aside else "alerts"
    note_list(store, arguments, now, f"run:{record.run}", len(rows), list=which)
    write(machine.write(rows, columns, arguments.format), arguments.output)


def _explain(arguments: Arguments, home: Home, now: str) -> None:
    store = open_store(home)
    record = store.manifest.run(arguments.run)
    frame, provisional = frame_and_allowance(store, load_library(), record)
    person = person_of_number(store, frame, arguments.certno)
    # Before it is known whether there is such a person: looking for somebody is an act, found or not.
    object_ = f"person:{person_hex(int(person))}"
    note(store, arguments, now, AuditAction.SHOWN, object_, {"run": record.run, "format": arguments.format, "masked": False})
    found = explain(store, frame, person)
    found["entitlement"] = tell(store, frame, provisional, person)
    write(as_text(found) if arguments.format == "text" else json.dumps(found, ensure_ascii=False, indent=1) + "\n", None)


def _parameter(arguments: Arguments, home: Home, now: str) -> None:
    document = load_library().get(arguments.document)
    if not arguments.assignments:
        _list_parameters(arguments, home)
        return
    records = []
    for assignment in arguments.assignments:
        name, sign, value = assignment.partition("=")
        if not sign:
            raise MonitorError(f"“{assignment}” 不是 名称=值 的形式；用 monitor parameter {document.id} 可列出参数名称")
        records.append((name, check_assignment(document, name, value)))
    if not arguments.paper or not arguments.by:
        raise MonitorError("登记参数须同时写明依据和登记人：加上 --paper \"文件名称和文号\" --by 姓名")
    with writing(home, "parameter", create=True) as store, auditing(store, datetime.fromisoformat(now)):
        said = [ParameterRecord(document.id, name, value, arguments.paper, arguments.by, now) for name, value in records]
        new = store.manifest.not_said_yet(said)
        if new:
            store.commit(replace(store.manifest, parameters=(*store.manifest.parameters, *new)))
        elif not arguments.json:
            say("原已如此登记，没有改变")
    _list_parameters(arguments, home)


def _list_parameters(arguments: Arguments, home: Home) -> None:
    document = load_library().get(arguments.document)
    known = []
    if home.manifest.exists():
        known = [record for record in open_store(home).manifest.parameters if record.document == document.id]
    current = {record.name: record for record in known}
    rows = []
    for parameter, name in names_in_use(document, {name for name, record in current.items() if record.value}):
        record = current.get(name)
        rows.append(
            {
                "name": name, "type": parameter.type.label, "form": parameter.type.definition,
                "description": parameter.description, "clause": parameter.clause,
                "suggestion": suggestion(document, parameter),
                "value": record.value if record else None, "paper": record.paper if record else None,
                "by": record.by if record else None, "recorded_at": record.committed_at if record else None,
            }
        )
    if arguments.json:
        say_json({"document": document.id, "parameters": rows})
        return
    if not rows:
        say(f"文件 {document.id} 没有留给本地确定的参数")
    for row in rows:
        recorded = f"＝ {row['value']}（依据：{row['paper']}；登记：{row['by']}，{str(row['recorded_at'])[:10]}）"
        state = recorded if row["value"] else "未登记"
        say(f"{row['name']}　{state}\n  {row['description']}（{row['clause']}；{row['form']}）")


def _documents(arguments: Arguments, home: Home, now: str) -> None:
    if arguments.document is not None:
        _document(arguments, home, now)
        return
    rows = [
        {
            "document": document.id, "number": document.number, "title": document.title, "status": document.status.value,
            "status_label": document.status.label, "region": document.region,
            "effective_from": document.effective_from.day.isoformat() if document.effective_from.day else None,
            "effective_to": document.effective_to.day.isoformat() if document.effective_to.day else None,
        }
        for document in load_library().documents.values()
    ]
    if arguments.json:
        say_json(rows)
        return
    for row in rows:
        say(f"{row['document']}　《{row['title']}》{row['number']}　{row['status_label']}　"
             f"{row['effective_from'] or ''} 至 {row['effective_to'] or '未定'}")


def _document(arguments: Arguments, home: Home, now: str) -> None:
    """What one document gives in a year, this one unless asked, with what the bureau recorded and the incomes it entered."""
    document, as_of = load_library().get(arguments.document), arguments.as_of or date.fromisoformat(now[:10])
    incomes, districts = Incomes(), {document.region}
    recorded: dict[str, str] = {}
    if home.manifest.exists():
        store = open_store(home)
        known = store.manifest
        incomes, recorded = incomes_known(store, known), parameters_known(known, document.id)
        loads = (*known.of_table("settlements"), *known.of_table("people"))
        own = {district for load in loads for district in load.districts if inside(document.region, district)}
        districts = own or districts
    document = with_recorded(document, recorded)
    schedules = schedule_rows(document, as_of, incomes, districts)
    premiums = premium_rows(document, as_of, districts)
    if arguments.json:
        say_json(provisions.as_json(document, schedules, premiums))
    else:
        obstacle = check_allowed(document, as_of, trial=True)
        write(provisions.as_text(document, as_of, schedules, premiums, obstacle), None)


def _runs(arguments: Arguments, home: Home, now: str) -> None:
    records = open_store(home).manifest.runs
    if arguments.json:
        say_json([asdict(record) for record in records])
        return
    for record in records:
        say(f"{record.run}　{record.document}　截至 {record.as_of}　{record.committed_at[:19]}"
             + _labels(record.trial, record.replay, record.provisional))


def _loads(arguments: Arguments, home: Home, now: str) -> None:
    loads = open_store(home).manifest.loads
    if arguments.json:
        say_json([asdict(load) | {"batch": load.batch} for load in loads])
        return
    for load in loads:
        say(f"{load.batch}　{load.file}　读入 {load.read} ＝ 接受 {load.accepted} ＋ 重复 {load.duplicates}"
             f" ＋ 拒绝 {load.rejected}　{load.committed_at[:19]}")
        if load.unused is None:
            say("  未使用的内容：未记录（由较早版本的程序导入）")
            continue
        for line in as_lines(load.unused, load.unknown_values or ()):
            say(f"  {line}")


def _review(arguments: Arguments, home: Home, now: str) -> None:
    if arguments.joins or arguments.join or arguments.apart or (arguments.undo or "")[:1] in ("J", "j"):
        from monitor.join_commands import review_joins

        review_joins(arguments, home, now)
        return
    if arguments.duplicates or arguments.same or arguments.distinct or arguments.undo or arguments.undecided:
        from monitor.duplicate_commands import review_duplicates

        review_duplicates(arguments, home, now)
        return
    store = open_store(home)
    columns: Sequence[str] = review.COLUMNS
    if arguments.unmatched:
        rows, columns = review.unmatched_identities(store), review.IDENTITY_COLUMNS
    elif arguments.roster:
        rows, columns = review.not_on_roster(store, arguments.roster), review.IDENTITY_COLUMNS
    else:
        from monitor.duplicate_commands import findings

        rows = [*review.review_rows(store, arguments.batch), *findings(store, arguments.batch)]
    which = "unmatched" if arguments.unmatched else "roster" if arguments.roster else "findings"
    note_list(store, arguments, now, "review", len(rows), list=which)
    write(machine.write_plain(rows, columns, arguments.format), arguments.output)


def _template(arguments: Arguments, home: Home, now: str) -> None:
    from monitor.reports.templates import template

    table = table_named(arguments.table)
    path = Path(arguments.output or f"{table.name}-template.xlsx")
    content = template(table, datetime.fromisoformat(now))
    try:
        # Never over a file that is there: it may be one somebody has filled in.
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError:
        raise StoreError(f"{path} 已经存在，可能是填过的，不会覆盖；请用 --output 指定另一个文件名") from None
    except OSError as error:
        raise StoreError(f"不能写入 {path}（{error.strerror}）；请换一个可写的位置") from None
    say(f"{table.label}模板已写入 {path}；填好后用 monitor import {table.name} {path} 导入")


def _serve(arguments: Arguments, home: Home, now: str) -> None:
    from monitor.serving import refuse_without_accounts, serve

    with writing(home, "serve") as store:
        refuse_without_accounts(home)
        for sentence in keep_latest(store, load_library()):
            say(sentence)
        synchronise_if_any(store)
        note(store, arguments, now, AuditAction.SERVED, "screens", {"port": arguments.port})
    _say_address(arguments.port)
    serve(home, arguments.port, tuple(arguments.host_name))


def _say_address(port: int) -> None:
    say(f"看板：http://127.0.0.1:{port}（只在本机可用；按 Ctrl+C 停止）")


def _demo(arguments: Arguments, home: Home, now: str) -> None:
    from monitor.serving import prepare_demo, serve

    if arguments.home is None and not os.environ.get("MONITOR_HOME"):
        # Not the bureau's own home: sample people never mix with real ones.
        home = Home(Path("demo-home").resolve())
    say("正在生成样例数据并逐月导入、运行，约需一分钟……")
    prepare_demo(home, say, now)
    with auditing(open_store(home), datetime.fromisoformat(now)):
        pass  # what the demo did is written down on the way in
    if not arguments.no_serve:
        _say_address(arguments.port)
        serve(home, arguments.port)


_COMMANDS: dict[str, Callable[[Arguments, Home, str], None]] = {
    "import": _import, "run": _run, "alerts": _alerts, "explain": _explain, "parameter": _parameter,
    "documents": _documents, "runs": _runs, "loads": _loads, "review": _review, "serve": _serve, "demo": _demo,
    "template": _template,
}

#: Whose modules are loaded when they are asked for: what one command needs is not loaded by all of them.
_ELSEWHERE = {
    "entitlements": "aid_commands.entitlements", "shortfall": "aid_commands.shortfall",
    "accounts": "access_commands.manage_accounts", "audit": "access_commands.audit",
    "audit-coverage": "aid_commands.audit_coverage", "households": "aid_commands.households",
    "no-deposit": "no_deposit_commands.no_deposit",
    "insurance": "aid_commands.insurance", "premiums": "premium_commands.premiums",
    "institutions": "watching_commands.institutions",
    "evaluation": "watching_commands.evaluation",
    "none": "aid_commands.none", "done": "done_commands.done", "cases": "case_commands.cases",
    "refer": "referral_commands.refer", "replies": "reply_commands.replies", "replay": "reply_commands.replay",
    "due": "reply_commands.due", "keys": "upkeep_commands.keys", "backup": "upkeep_commands.backup",
    "restore": "upkeep_commands.restore", "doctor": "upkeep_commands.doctor",
}
