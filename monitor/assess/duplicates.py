"""Settlements that are perhaps another one once more, under another id: found, and left out where somebody has decided so.

They count until decided (or not: ``Manifest.counts_undecided``). The whole list is made when it is asked for (``monitor review``);
a run looks through the rows near a line alone, which it has read anyway, and through the people of decided ones.
"""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from monitor.assess.sql import sql
from monitor.base.vocabulary import Measure
from monitor.policy.codes import CareGroup, med_types
from monitor.store.engine import DuckEngine, table_of
from monitor.store.manifest import CopyRecord, Manifest

#: Why a settlement is suspected, by ``Copy.because``.
BECAUSE = {
    "second": "同一人同一秒同一金额", "visit": "同日同就诊ID同一金额", "id": "同日同一金额，一个结算ID是另一个加前缀",
    "inpatient": "同日同一机构住院同一金额",
}
_DIGITS = 30
_KEY = pa.decimal128(38, 0)


@dataclass(frozen=True)
class Copy:
    """A settlement that is perhaps ``first`` once more. ``because``: second, visit, id or inpatient (``copies.sql``)."""

    record: CopyRecord
    person: Decimal
    place: tuple[int, int]
    first_place: tuple[int, int]
    setl_id: str
    first_setl_id: str
    setl_time: datetime
    first_setl_time: datetime
    psn_part_amt: Decimal
    maf_pay: Decimal
    outside_policy: Decimal
    medfee_sumamt: Decimal | None
    fixmedins_name: str
    first_fixmedins_name: str
    insu_admdvs: str
    because: str
    first_insu_admdvs: str


def settlement_key(hash_key: bytes, setl_id: str, insu_admdvs: str | None) -> str:
    """What decisions name a settlement by: a keyed hash of its id and district."""
    return hmac.digest(hash_key, f"setl_id:{insu_admdvs or ''}:{setl_id}".encode(), "sha256").hex()[:_DIGITS]


def find(engine: DuckEngine, hash_key: bytes, tables: Path) -> list[Copy]:
    """Tables ``same_day``, ``copies``, and their rows. in: looked_through, left_out, numbers_resolved."""
    prefixes = [prefix for prefix, kind in med_types(tables).items() if kind.group is CareGroup.INPATIENT]
    others = [prefix for prefix, kind in med_types(tables).items() if kind.group is not CareGroup.INPATIENT]
    engine.make("same_day", sql("same_day"))
    kinds = [kind for (kind,) in engine.execute("SELECT DISTINCT med_type FROM same_day WHERE med_type IS NOT NULL").fetchall()]
    inpatient = [kind for kind in kinds if _longest(kind, prefixes) > _longest(kind, others)]
    engine.table("inpatient", table_of({"med_type": pa.string()}, [{"med_type": kind} for kind in inpatient]))
    engine.make("copies", sql("copies"))
    return [
        Copy(
            CopyRecord(
                settlement_key(hash_key, row["first_setl_id"], row["first_insu_admdvs"]),
                settlement_key(hash_key, row["setl_id"], row["insu_admdvs"]), str(row["person"]),
            ),
            row["person"], (row["batch"], row["line"]), (row["first_batch"], row["first_line"]), row["setl_id"], row["first_setl_id"],
            row["setl_time"], row["first_setl_time"], row["psn_part_amt"], row["maf_pay"],
            sum((row[name] or Decimal(0) for name in ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt")), Decimal(0)),
            row["medfee_sumamt"], row["fixmedins_name"] or "", row["first_fixmedins_name"] or "", row["insu_admdvs"] or "",
            row["because"], row["first_insu_admdvs"] or "",
        )
        for row in engine.select("SELECT * FROM copies ORDER BY batch, line").to_pylist()
    ]


def _longest(text: str, prefixes: Sequence[str]) -> int:
    return max((len(prefix) for prefix in prefixes if text.startswith(prefix)), default=-1)


def leave_out_decided(engine: DuckEngine, known: Manifest, hash_key: bytes, tables: Path) -> None:
    """Rows of ``left_out`` for the copies that do not count. in: every_settlement, left_out, numbers_resolved."""
    same = {(record.first, record.copy) for record in known.decided_copies() if record.same}
    if known.counts_undecided():
        people = {record.person for record in known.decided_copies() if record.same}
        engine.table("decided_people", table_of({"person": _KEY}, [{"person": Decimal(person)} for person in sorted(people)]))
        engine.make("looked_through", sql("of_copies"))
    else:
        engine.execute("CREATE OR REPLACE TEMP VIEW looked_through AS FROM every_settlement")
    distinct = {(record.first, record.copy) for record in known.decided_copies() if not record.same}
    gone = [
        one.place for one in find(engine, hash_key, tables)
        if (key := (one.record.first, one.record.copy)) in same or (not known.counts_undecided() and key not in distinct)
    ]
    rows = [{"batch": batch, "line": line} for batch, line in gone]
    engine.table("not_counted", table_of({"batch": pa.int32(), "line": pa.int32()}, rows))
    engine.insert("left_out", sql("doubled"))


def amount_of(measure: Measure, psn_part: Decimal, maf: Decimal, outside_policy: Decimal) -> Decimal:
    """What a settlement adds to a measure, as ``measures.sql`` has it."""
    before = measure in (Measure.BURDEN_BEFORE_AID, Measure.IN_POLICY_BEFORE_AID)
    inside = measure in (Measure.IN_POLICY_BEFORE_AID, Measure.IN_POLICY_AFTER_AID)
    return psn_part + (maf if before else 0) - (outside_policy if inside else 0)


def suspected(engine: DuckEngine, known: Manifest, hash_key: bytes) -> dict[str, int]:
    """What a run can say of those nobody has decided on, of the rows near a line and of no others.

    out: ``open`` copies that count, of ``people``; ``crossing`` people over a line who are not without them; ``same_day`` further
    people who are not without what has the same day and amount too, of which only the whole list knows whether it is suspected;
    ``left_out`` copies of anybody that do not count by the bureau's rule. in: what ``assess`` leaves.
    """
    decided = {record.copy for record in known.decided_copies()}
    rows = [
        row for row in engine.rows(sql("suspected")).to_pylist()
        if not decided or settlement_key(hash_key, row["setl_id"], row["insu_admdvs"]) not in decided
    ]
    sure = [row for row in rows if row["because"] != "day"]
    crossing = _no_longer_over(engine, sure)
    return {
        "open": len(sure), "people": len({row["person"] for row in sure}), "crossing": len(crossing),
        "same_day": len(_no_longer_over(engine, rows) - crossing),
        "left_out": 0 if known.counts_undecided() else _left_out(engine, decided, hash_key),
    }


def _no_longer_over(engine: DuckEngine, rows: Sequence[dict[str, Any]]) -> set[Decimal]:
    """Who is over some line and not without these rows."""
    people = {row["person"] for row in rows}
    found: set[Decimal] = set()
    if not people:
        return found
    lines = engine.execute(
        "SELECT person, measure, burden, threshold FROM over UNION ALL SELECT person, measure, burden, threshold FROM set_aside"
    ).fetchall()
    lines = [line for line in lines if line[0] in people]
    for measure in {line[1] for line in lines}:
        off: Counter[Decimal] = Counter()
        for row in rows:
            amount = amount_of(Measure(measure), row["psn_part_amt"], row["maf_pay"], row["outside_policy"])
            off[row["person"]] += amount  # type: ignore[assignment]
        found |= {person for person, of, burden, threshold in lines if of == measure and burden - off[person] <= threshold}
    return found


def _left_out(engine: DuckEngine, decided: set[str], hash_key: bytes) -> int:
    rows = engine.execute(
        "SELECT c.setl_id, c.insu_admdvs FROM copies AS c SEMI JOIN not_counted AS n ON n.batch = c.batch AND n.line = c.line"
        " CROSS JOIN period AS p WHERE c.setl_time >= p.first AND c.setl_time < p.past"
    ).fetchall()
    return sum(settlement_key(hash_key, setl_id, district) not in decided for setl_id, district in rows)


def sentence(found: dict[str, int]) -> str:
    """The counts of ``suspected`` in words; empty where there is nothing to decide."""
    said = []
    if found["open"]:
        said.append(
            f"越线和接近预警线的人中有 {found['open']} 笔结算疑似与另一笔重复（结算ID不同），涉及 {found['people']} 人，"
            f"尚未认定、仍计入，其中 {found['crossing']} 人不计这些就不再越线"
        )
    if found["same_day"]:
        said.append(f"{'另有' if said else '有'} {found['same_day']} 人不计同日同金额的结算就不再越线，是否疑似重复见全部清单")
    if found["left_out"]:
        said.append(f"有 {found['left_out']} 笔疑似重复的结算尚未认定，按本局规则没有计入")
    return "；".join([*said, "请用 monitor review --duplicates 或看板“重复结算”列出全部并认定"]) if said else ""
