"""The list of who is admitted without a deposit: as text, CSV and JSON for the data manager, as files for hospitals."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from monitor.access.opening import Access
from monitor.base.vocabulary import INSUTYPE_LABELS, Category
from monitor.casework.layouts import PeopleLayout
from monitor.casework.people_lists import PeoplePreview
from monitor.casework.reading.pack_listing import PackRow, pack_acts
from monitor.casework.reading.pack_people import PersonInFull
from monitor.casework.referrals import PackFile
from monitor.entitle.no_deposit import ASIDE, NoDeposit, offer_of
from monitor.policy.document import Document
from monitor.policy.library import load_library
from monitor.reports.machine import Row, write_plain
from monitor.reports.referral_pack import Cell, Progress, approver_of, made_files
from monitor.reports.workbook import Kind, Value, label

COLUMNS = (
    "document", "on", "certno", "psn_name", "category", "since", "until", "insutype", "insu_admdvs", "town", "in_register", "trial",
)
NOT_IN_REGISTER = "不在参保登记中，请核对参保"


def list_rows(found: NoDeposit, trial: bool) -> list[Row]:
    """One row of text a person, in the list's order."""
    return [
        {
            "document": found.document.id, "on": found.on.isoformat(), "certno": one.certno, "psn_name": one.name,
            "category": one.category, "since": one.since.isoformat(), "until": one.until.isoformat() if one.until else "",
            "insutype": one.insutype, "insu_admdvs": one.insu_admdvs, "town": one.town,
            "in_register": "1" if one.in_register else "0", "trial": "true" if trial else "false",
        }
        for one in found.people
    ]


def as_csv(rows: list[Row]) -> str:
    return write_plain(rows, COLUMNS, "csv")


def as_json(seen: PeoplePreview, rows: list[Row], trial: bool) -> str:
    found = seen.found
    told = {
        "document": found.document.id, "on": found.on.isoformat(), "trial": trial, "clause": found.offer.clause,
        "quote": found.offer.quote, "conditions": list(found.conditions), "total": len(rows), "by_category": seen.by_category,
        "aside": found.aside, "content_sha256": seen.content_sha256, "people": [{**row, "trial": trial} for row in rows],
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def as_text(seen: PeoplePreview, rows: list[Row], trial: bool) -> str:
    """Everybody, then the sums and what the text asks besides, the total as the last line."""
    found = seen.found
    lines = [f"《{found.document.title}》{found.on} 先诊疗后付费名单{'（试算，不得送出）' if trial else ''}"]
    for row in rows:
        place = f"{row['insu_admdvs']} {row['town']}".strip() or "地区不详"
        ends = f"，至 {row['until']}" if row["until"] else ""
        note = "" if row["in_register"] == "1" else f"（{NOT_IN_REGISTER}）"
        who = f"{row['certno']}　{row['psn_name']}　{label(Category, row['category'])}"
        lines.append(f"{who}　{place}　{row['since']} 起{ends}{note}")
    lines += [f"按身份：{label(Category, category)}　{people} 人" for category, people in seen.by_category.items()]
    lines += [f"未列入：{ASIDE[why]} {people} 人" for why, people in found.aside.items()]
    lines += [f"依据：{found.offer.clause}　{found.offer.quote}", *(f"须知：{one}" for one in found.conditions)]
    lines += [f"内容校验值：{seen.content_sha256}", f"合计：{len(rows)} 人"]
    return "\n".join(lines) + "\n"


# --- the files that go to hospitals -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class PeopleOccasion:
    """What the cover says besides the pack: the day of the list, who put it forward and who approved, when it is made."""

    document: Document
    on: date
    layout: PeopleLayout
    proposed_by: str
    approved_by: str
    made_at: datetime


def people_occasion(access: Access, pack: PackRow, layout: PeopleLayout, now: datetime) -> PeopleOccasion:
    """Raises PackError for a list nobody approved."""
    with access.engine.connect() as connection:
        approved = approver_of(pack, pack_acts(connection, access.sealer, pack.id))
    on = date.fromisoformat(pack.counts["on"])
    return PeopleOccasion(load_library().get(pack.document), on, layout, pack.proposed_by, approved, now)


_VALUES: dict[str, tuple[Kind, Callable[[PersonInFull], Value]]] = {
    "position": ("integer", lambda one: one.line.position),
    "name": ("text", lambda one: one.name),
    "certno": ("text", lambda one: one.certno),
    "category": ("text", lambda one: label(Category, one.line.category)),
    "since": ("date", lambda one: one.line.since),
    "until": ("date", lambda one: one.line.until),
    "insu_admdvs": ("text", lambda one: one.line.insu_admdvs),
    "town": ("text", lambda one: one.line.town),
    "insutype": ("text", lambda one: INSUTYPE_LABELS.get(one.line.insutype, one.line.insutype)),
    "note": ("text", lambda one: "" if one.line.in_register else NOT_IN_REGISTER),
}
_MASKED: dict[str, Callable[[PersonInFull], Value]] = {
    "name": lambda one: one.line.name_masked, "certno": lambda one: one.line.certno_masked,
}


def people_files(
    pack: PackRow, occasion: PeopleOccasion, lines: Iterable[PersonInFull], progress: Progress = lambda done, total: None
) -> list[PackFile]:
    """The list's files, whole, in memory. Raises as ``referral_pack.made_files``."""
    cells = []
    for column in occasion.layout.columns:
        if column.field == "number":
            cells.append(Cell(column, "text", lambda one: pack.number))
        else:
            kind, value = _VALUES[column.field]
            cells.append(Cell(column, kind, _MASKED[column.field] if column.masked else value))
    return made_files(pack, occasion, cells, people_cover(pack, occasion), lines, progress)


def people_cover(pack: PackRow, occasion: PeopleOccasion) -> list[tuple[str, str]]:
    """The 封面 line by line."""
    document, offer, counts = occasion.document, offer_of(occasion.document), dict[str, Any](pack.counts)
    return [
        ("名单编号", pack.number),
        ("送往", occasion.layout.label),
        ("名单日期", occasion.on.isoformat()),
        ("依据文件", f"《{document.title}》{document.number}"),
        ("依据条款", offer.clause),
        ("原文", offer.quote),
        *(("须知", text) for text in (offer.text, *(reading.text for reading in offer.readings))),
        ("区划", "、".join(pack.districts) or "全部"),
        ("乡镇", "、".join(pack.towns) or "全部"),
        ("人数", str(pack.people)),
        *((f"其中{label(Category, category)}", str(people)) for category, people in counts["categories"].items()),
        *((f"未列入：{ASIDE[why]}", str(people)) for why, people in counts["left_out"].items()),
        ("内容校验值（SHA-256）", pack.content_sha256),
        ("提出人", occasion.proposed_by),
        ("审核人", occasion.approved_by),
        ("送出时间", occasion.made_at.strftime("%Y-%m-%d %H:%M:%S %z")),
        ("说明", "名单只供入院时核对是否免交住院押金，以名单日期当日有效的身份为准，身份有变化时以新的名单为准；"
                 "含个人信息，请按规定保管，不得转发"),
    ]
