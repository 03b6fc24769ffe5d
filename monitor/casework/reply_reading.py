"""A department's answers as it sends them: the file read as every other (encodings, headings, damaged numbers), its words
turned into ours by the department's own layout. Nothing is decided here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from monitor.base.errors import IntakeError
from monitor.base.vocabulary import CaseState, Category, RefusalReason
from monitor.casework.as_written import amount_of, is_filler, pack_of, word_of
from monitor.casework.layouts import Layout, WarningWords, folded
from monitor.intake.checks import Cleaning
from monitor.intake.coded import unknown_of_column
from monitor.intake.columns import IDENTITIES, Column, Kind, Table, other_columns
from monitor.intake.header import fold
from monitor.intake.reading import Export, open_export
from monitor.intake.scrubbing import scrub
from monitor.intake.units import split_unit
from monitor.intake.unused import LEFT_OUT, UnknownValue, Unused, left_out, refuse_unused
from monitor.store.home import Store
from monitor.store.manifest import SHEET_LINES, WORKBOOKS

#: Lines of a file at most: it is held whole in memory, and ten times a large department's answer. An archive of some megabytes
#: can unpack to a thousand times that.
LONGEST = 500_000
#: Columns of its own a department can add and have kept; a bureau's list has some twenty.
OTHERS = 60

#: The columns of a reply besides its person's: canonical name → heading, kind, meaning.
_REPLY: dict[str, tuple[str, Kind, str]] = {
    "pack": ("名单编号", "text", "所答复的推送名单"),
    "answer": ("核查结果", "text", "部门的答复"),
    "reason": ("未认定原因", "text", "不予认定的原因"),
    "category": ("认定身份", "code", "认定为哪种救助对象"),
    "begin": ("身份生效日期", "date", "身份生效的第一天"),
    "recognised_on": ("认定日期", "date", "认定的日期；次月一日起生效"),
    "relief_kind": ("救助种类", "text", "落实的救助"),
    "relief_amount": ("救助金额", "text", "落实的救助金额，元"),
    "relief_on": ("救助日期", "date", "落实救助的日期"),
    "remark": ("部门说明", "text", "部门的说明"),
}
_WARNING: dict[str, tuple[str, Kind, str]] = {
    "kind": ("预警类别", "text", "因病返贫、因病致贫"),
    "burden": ("个人负担", "money", "省级计算的个人负担，元"),
    "month": ("预警月份", "text", "预警的月份"),
}
#: What the columns of a reply or of the province's list are called.
HEADINGS = {name: heading for name, (heading, _, _) in (*_WARNING.items(), *_REPLY.items())}


@dataclass(frozen=True)
class Answer:
    """One line of a reply. ``reasons``: why it cannot be read (``intake.checks.REASONS`` or our own); empty: it can.

    ``relief``: whether it says anything of a relief, understood or not; ``kept``: headings of cells that were not understood
    and stand in ``remark`` as they were written.
    """

    line: int
    reasons: tuple[str, ...]
    certno: str = field(repr=False, default="")
    name: str = field(repr=False, default="")
    pack: str = ""
    answer: str = ""
    answer_reason: str = ""
    category: str = ""
    effective_on: date | None = None
    relief_kind: str = ""
    relief_fen: int | None = None
    relief_on: date | None = None
    relief: bool = False
    remark: str = field(repr=False, default="")
    kept: tuple[str, ...] = ()


@dataclass(frozen=True)
class Warned:
    """One line of the province's list."""

    line: int
    reasons: tuple[str, ...]
    certno: str = field(repr=False, default="")
    name: str = field(repr=False, default="")
    kind: str = ""
    burden: Decimal | None = None


#: What is wrong with a line beyond what every table knows.
MISSING_ANSWER, UNKNOWN_ANSWER, UNKNOWN_KIND = "missing_answer", "unknown_answer", "unknown_warning_kind"
#: A number that cannot be had back is nobody's.
DESTROYED = "destroyed_number"
OWN_REASONS: dict[str, str] = {
    MISSING_ANSWER: "没有填写核查结果",
    UNKNOWN_ANSWER: "核查结果的写法不认得，请数据管理员在该部门的推送版式中补上这种写法",
    UNKNOWN_KIND: "预警类别的写法不认得，请数据管理员在省级名单的版式中补上这种写法",
    "missing_category": "已认定而没有写明身份",
    "missing_date": "已认定而没有写明身份生效日期或认定日期",
}


def reply_table(layout: Layout) -> Table:
    """The columns of the department's replies."""
    return _table("replies", f"{layout.label}反馈", _REPLY, layout.reply.headings, ("answer",), OTHERS)


def warning_table(words: WarningWords) -> Table:
    return _table("warning_list", "省级预警名单", _WARNING, words.headings, ())


def _table(
    name: str, label: str, own: Mapping[str, tuple[str, Kind, str]], headings: Mapping[str, tuple[str, ...]],
    required: tuple[str, ...], others: int = 0,
) -> Table:
    columns = [IDENTITIES.column("certno"), IDENTITIES.column("psn_name")]
    for column, (heading, kind, sentence) in own.items():
        given = headings.get(column, ())
        # The department's own headings in the place of ours: one it uses for something else is not taken for two.
        columns.append(Column(column, (given or (heading,))[0], kind, sentence, given[1:], required=column in required))
    return Table(name, label, (*columns, *other_columns(others)), others=others)


@dataclass(frozen=True)
class ReplyFile:
    """A reply as read: its name for sentences, its hash, every line; ``unknown_values``: words no layout knows, masked where they
    could be somebody's."""

    name: str
    sha256: str
    answers: tuple[Answer, ...]
    unused: tuple[Unused, ...] = ()
    unknown_values: tuple[UnknownValue, ...] = ()


@dataclass(frozen=True)
class WarnedFile:
    """The province's list as read."""

    name: str
    sha256: str
    lines: tuple[Warned, ...]
    unused: tuple[Unused, ...]
    unknown_values: tuple[UnknownValue, ...]


def read_reply(
    store: Store, path: Path, layout: Layout, encoding: str | None, codes: Mapping[str, str], strict: bool = False
) -> ReplyFile:
    """The file by one department's layout. Raises IntakeError when it cannot be read, or with ``strict`` not be used, as a whole."""
    with open_export(path, reply_table(layout), encoding) as export:
        meaning = _Meaning(layout, codes)
        answers = [_meant(row, meaning) for row in _rows(store, export, reply_table(layout), codes)]
        if not answers:
            raise IntakeError(f"文件 {export.name} 只有表头，没有数据行；未导入任何内容，请核对部门的反馈是否完整")
        unknown = _told(meaning.unknown)
        return ReplyFile(export.name, export.digest(), tuple(answers), _unused(export, answers, unknown, strict), unknown)


def read_warning_list(
    store: Store, path: Path, words: WarningWords, encoding: str | None, strict: bool = False
) -> WarnedFile:
    """The province's list. Raises IntakeError."""
    table, unknown_kinds = warning_table(words), Counter[str]()
    with open_export(path, table, encoding) as export:
        lines = []
        for row in _rows(store, export, table, None):
            kind = words.kinds.get(folded(row.get("kind") or ""), "")
            if row.get("kind") and not kind and not _is_decoration(row):
                unknown_kinds[row["kind"]] += 1
            reasons = tuple(reason for _, reason in row["reasons"]) or ((UNKNOWN_KIND,) if row.get("kind") and not kind else ())
            lines.append(
                Warned(row["line"], reasons, row.get("certno") or "", row.get("psn_name") or "", kind, row.get("burden"))
            )
        if not lines:
            raise IntakeError(f"文件 {export.name} 只有表头，没有数据行；未导入任何内容，请核对名单是否完整")
        unknown = _told({"kind": unknown_kinds})
        return WarnedFile(export.name, export.digest(), tuple(lines), _unused(export, lines, unknown, strict), unknown)


def _told(unknown: Mapping[str, Mapping[str, int]]) -> tuple[UnknownValue, ...]:
    return tuple(value for column, values in unknown.items() for value in unknown_of_column(column, values))


def _is_decoration(row: Mapping[str, Any]) -> bool:
    return any(reason in LEFT_OUT for _, reason in row["reasons"])


def _unused(
    export: Export, lines: Sequence[Answer | Warned], unknown: Sequence[UnknownValue], strict: bool
) -> tuple[Unused, ...]:
    """What of the file was not used, once it was read. Raises IntakeError where ``strict`` asks that there be nothing."""
    rows = Counter(
        (line.line // SHEET_LINES, reason) for line in lines for reason in line.reasons[:1] if reason in LEFT_OUT
    )
    unused = (*export.unused, *left_out(export.name, export.sheets, rows))
    if strict:
        refuse_unused(export.name, unused, unknown, HEADINGS)
    return unused


def place_text(line: int) -> str:
    """A line as a person looks for it: ``12``, or ``2!12`` in a workbook's second sheet."""
    sheet, within = divmod(line, SHEET_LINES)
    return str(within) if sheet == 0 else f"{sheet + 1}!{within}"


def _rows(store: Store, export: Export, table: Table, codes: Mapping[str, str] | None) -> Iterator[dict[str, Any]]:
    """Every line, in order, typed; malformed ones with their reason and nothing else.

    Each has ``reasons`` as (column, reason id), ``written``: the cells as text by column, ``others``: heading and text of the
    cells that stand in none of our columns.
    """
    found: list[dict[str, Any]] = []
    sheets: list[str] = []
    with store.engine_scope() as engine:
        cleaning = Cleaning(engine.connection, table, codes)
        for chunk in export.chunks():
            if chunk.sheet not in sheets:
                sheets.append(chunk.sheet)
            before = sheets.index(chunk.sheet) * SHEET_LINES if export.encoding in WORKBOOKS else 0
            if len(found) + len(chunk.malformed) + chunk.rows.num_rows > LONGEST:
                raise IntakeError(f"文件 {export.name} 超过 {LONGEST} 行，不像是一份名单；未导入任何内容，请核对文件或分成几份")
            found += [
                {"line": before + bad.line, "reasons": ((bad.column, bad.reason),), "written": {}, "others": ()}
                for bad in chunk.malformed
            ]
            if chunk.rows.num_rows:
                scrubbed = scrub(table, chunk.rows)
                cleaning.take(scrubbed)
                written = {row["line"]: row for row in scrubbed.to_pylist()}
                for row in engine.select("SELECT * FROM cleaned").to_pylist():
                    reasons = tuple((reason.partition(":")[0], reason.partition(":")[2]) for reason in row["reasons"])
                    cells = written[row["line"]]
                    others = tuple(
                        (heading, text) for place, heading in enumerate(chunk.others, start=1)
                        if (text := cells[f"other_{place}"] or "")
                    )
                    found.append({**row, "line": before + row["line"], "reasons": reasons, "written": cells, "others": others})
                cleaning.release()
    yield from sorted(found, key=lambda row: row["line"])


#: Columns that say nothing of what was answered: what cannot be read in them costs no answer.
_BESIDE = ("relief_kind", "relief_amount", "relief_on")
#: Columns an answer other than "recognised" has no use for.
_OF_THE_RECOGNISED = ("category", "begin", "recognised_on")


class _Meaning:
    """What a department's words mean, made once for all lines: ``sent``: headings of our own list, folded; ``labels``: what a
    remark calls a column, the department's own first heading for it; ``unknown``: texts no word of theirs is, by column, counted."""

    def __init__(self, layout: Layout, codes: Mapping[str, str]) -> None:
        self.layout, self.words = layout, layout.reply
        self.unknown: dict[str, Counter[str]] = {column: Counter() for column in ("answer", "category", "relief_kind")}
        self.sent = frozenset(_named(column.heading) for column in layout.columns)
        self.labels = {column: (layout.reply.headings.get(column) or (heading,))[0] for column, (heading, _, _) in _REPLY.items()}
        self.categories = {folded(text): str(code) for text, code in codes.items()} | {
            folded(word): one.value for one in Category if one is not Category.ORDINARY for word in (one.value, one.label)
        }


def _meant(row: dict[str, Any], meaning: _Meaning) -> Answer:
    """The department's words in ours. What decides about somebody and cannot be read is a reason; whatever else cannot be is
    kept as a remark, under its heading."""
    words, written = meaning.words, {name: text or "" for name, text in row["written"].items() if name not in ("line", "number_cell")}
    answer = word_of(written.get("answer", ""), words.answers)
    accepted = answer == CaseState.ACCEPTED
    beside = (*_BESIDE, *(() if accepted or not answer else _OF_THE_RECOGNISED))
    reasons = [reason for column, reason in row["reasons"] if column not in beside]
    odd = {column for column, _ in row["reasons"] if column in beside}
    category, effective_on = row.get("category") or "", row.get("effective_on")
    if accepted and not category and (found := word_of(written.get("category", ""), meaning.categories)):
        category, reasons = found, [reason for reason in reasons if reason != "unknown_category"]
    notes: list[tuple[str, str]] = []
    pack = pack_of(written.get("pack", ""), meaning.layout.department) or ""
    if not pack and not is_filler(written.get("pack", "")):
        odd.add("pack")
    if row["written"] and not reasons:
        if is_filler(written.get("answer", "")):
            reasons.append(MISSING_ANSWER)
        elif not answer:
            reasons.append(UNKNOWN_ANSWER)
        if accepted:
            reasons += [] if category else ["missing_category"]
            reasons += [] if effective_on else ["missing_date"]
    kind, amount, day = _relief(row, written, words.relief, odd)
    if not _is_decoration(row):
        known = category or row.get("category") or word_of(written.get("category", ""), meaning.categories)
        for column, code in (("answer", answer), ("category", known), ("relief_kind", kind)):
            if not code and not is_filler(written.get(column, "")):
                meaning.unknown[column][written[column]] += 1
    reason = ""
    if answer == CaseState.NOT_RECOGNISED:
        reason = word_of(written.get("reason", ""), words.reasons)
        if not reason and not is_filler(written.get("reason", "")):
            notes.append(("", written["reason"]))
        reason = reason or RefusalReason.OTHER.value
    elif not is_filler(written.get("reason", "")):
        odd.add("reason")
    if reasons and not answer and not is_filler(written.get("answer", "")):
        odd.add("answer")
    notes += [
        (meaning.labels[column], written[column]) for column in _REPLY if column in odd and not is_filler(written.get(column, ""))
    ]
    notes += [(heading, text) for heading, text in row["others"] if _named(heading) not in meaning.sent and not is_filler(text)]
    remark = "；".join(filter(None, (
        *(text for heading, text in notes if not heading), written.get("remark", ""),
        *(f"{heading}：{text}" for heading, text in notes if heading),
    )))
    if reason == RefusalReason.OTHER and not remark:
        remark = "部门没有写明原因"
    says_relief = any(not is_filler(written.get(column, "")) and written.get(column, "") != "0" for column in _BESIDE)
    return Answer(
        row["line"], tuple(reasons), row.get("certno") or "", row.get("psn_name") or "", pack, answer, reason,
        category if accepted else "", effective_on if accepted else None, kind, amount, day, says_relief, remark,
        tuple(heading for heading, _ in notes if heading),
    )


def _named(heading: str) -> tuple[str, str]:
    """A heading without what people put around it, and its unit where it is not yuan: an amount in 万元 is not the one in yuan."""
    unit = split_unit(heading)[1]
    return fold(heading), "" if unit == "元" else unit


def _relief(
    row: Mapping[str, Any], written: Mapping[str, str], kinds: Mapping[str, str], odd: set[str]
) -> tuple[str, int | None, date | None]:
    """Kind, amount (fen) and day of a relief as far as each can be read; what cannot joins the odd."""
    kind, amount, day = word_of(written.get("relief_kind", ""), kinds), None, row.get("relief_on")
    if not kind:
        odd.add("relief_kind")
    if (text := written.get("relief_amount", "")) and not is_filler(text):
        found = amount_of(text)
        # Nothing is no amount of a relief; it is not odd either.
        amount = int(found * 100) if found else None
        if found is None:
            odd.add("relief_amount")
    if "relief_on" in odd:
        day = None
    return kind, amount, day


def kept_of(answers: Sequence[Answer]) -> dict[str, int]:
    """Heading → lines of which a cell was not understood, or stands in no column of ours, and was kept as a remark."""
    return dict(Counter(heading for one in answers for heading in dict.fromkeys(one.kept)))
