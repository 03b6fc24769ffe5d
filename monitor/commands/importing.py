"""``monitor import TABLE FILE …``: exports in, each with what became of its rows."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from monitor.actions.acting import by_command, held_for_writing
from monitor.base.errors import IntakeError
from monitor.base.settings import Home
from monitor.base.vocabulary import AuditAction
from monitor.commands.arguments import add_act
from monitor.commands.audited import note, where
from monitor.commands.terminal import bar, say, say_json
from monitor.commands.verb import Verb
from monitor.demo.people import ENDED, guard_file
from monitor.intake.checks import REASONS
from monitor.intake.columns import OPTIONAL, TABLES, Table
from monitor.intake.unused import as_json, as_lines, summed
from monitor.policy.codes import category_codes
from monitor.store.loading import Outcome, load_file, table_named
from monitor.store.review import flag_label

Arguments = argparse.Namespace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(dest="table", metavar="类别", required=True)
    for table in TABLES.values():
        kind = add_act(kinds, table.name, f"导入{table.label}文件（csv、xlsx、xls，可压缩为 zip）")
        kind.add_argument("files", nargs="+", metavar="FILE")
        kind.add_argument("--encoding", metavar="NAME", help="文件编码，如 gb18030；不写则按整个文件严格判定")
        kind.add_argument("--strict", action="store_true", help="有未使用的内容或不认识的取值就整个文件不导入")
        kind.add_argument("--end-demo", action="store_true", help="演示数据目录：有样例以外的人也导入，演示随之结束")
        kind.add_argument("--json", action="store_true", help="输出一个 JSON 对象")


def do(arguments: Arguments, home: Home, now: str) -> None:
    table = table_named(arguments.table)
    outcomes: list[Outcome] = []
    moment = datetime.fromisoformat(now)
    by = by_command(home, where(arguments), now)
    with held_for_writing(by, f"import {table.name}", create=True) as (store, _):
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


VERB = Verb(add_arguments, do)
