"""Under which numbers one person's rows stand, and by whose word they are one person's: told with an explanation."""

from __future__ import annotations

from decimal import Decimal

from monitor.assess.explanation import OtherNumber
from monitor.assess.sql import sql
from monitor.store.engine import DuckEngine
from monitor.store.home import Store
from monitor.store.manifest import JoinRecord, Manifest
from monitor.store.names import texts_at


def numbers_of(store: Store, known: Manifest, engine: DuckEngine, person: Decimal) -> tuple[OtherNumber, ...]:
    """Every other number or psn_no whose rows are this person's; none for whose rows stand under one key.

    in: wanted and what ``name_persons`` leaves.
    """
    rows = engine.rows(sql("own_numbers")).to_pylist()
    if not rows:
        return ()
    texts = texts_at(store, known, [row["place"] for row in rows if row["place"] is not None])
    words = [record for record in known.decided() if record.together]
    found = []
    for row in rows:
        certno, psn_no, _ = texts.get(row["place"], ("", "", ""))
        key = str(row["stored"])
        word = next((record for record in words if key in (record.one, record.other)), None)
        by = "word" if word is not None and row["grouped"] else row["by"]
        number = store.manifest.pair_number(word.one, word.other) if word is not None and by == "word" else None
        found.append(OtherNumber(certno, psn_no, by, f"J{number}" if number else "", _sentence(by, number, word)))
    return tuple(found)


def _sentence(by: str, number: int | None, word: JoinRecord | None) -> str:
    if by == "word" and word is not None:
        return f"J{number} 由 {word.by} 于 {word.committed_at[:10]} 认定为同一人：{word.reason}"
    return {
        "register": "参保登记给出的是本人的号码",
        "sole": "这一人员编号另外只见过本人的号码",
    }.get(by, "经由其他已认定的号码")
