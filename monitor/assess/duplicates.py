"""Settlements that are perhaps another one once more, under another id: found, and left out where somebody has decided so.

They count until decided (or not: ``Manifest.counts_undecided``). Nothing is searched for in a run unless somebody has decided
on something: the whole list is made when it is asked for (``monitor review --duplicates``).
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa

from monitor.assess.sql import sql
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
            row["because"],
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
