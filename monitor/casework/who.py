"""What every list of people in the case database is written with: who somebody is (sealed, masked and blind-indexed,
never open), amounts in fen, rows in pieces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import islice
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Table, insert

from monitor.access.hashing import blind_indexes, person_hex
from monitor.access.masking import mask_name, mask_number
from monitor.casework.tables import CERTNO_SEAL, NAME_SEAL
from monitor.store.home import Store

Row = dict[str, Any]
_CHUNK = 5_000
_CENT = Decimal("0.01")


def fen(amount: Decimal) -> int:
    """Yuan to fen, half a fen away from zero (display; comparisons were made unrounded)."""
    return int(amount.quantize(_CENT, ROUND_HALF_UP) * 100)


def day(at: date | None) -> str | None:
    """As ``write`` takes it."""
    return at.isoformat() if at else None


def who(store: Store, run: str, rows: Sequence[Row]) -> Iterator[Row]:
    """The columns every list of people has, of each of the rows: person, certno, psn_name and where they belong."""
    key, sealer = store.keys.hash, store.sealer
    certnos, names = [row["certno"] for row in rows], [row["psn_name"] for row in rows]
    columns = zip(
        rows, certnos, names,
        sealer.seal_texts(certnos, CERTNO_SEAL), sealer.seal_texts(names, NAME_SEAL),
        blind_indexes(key, "certno", certnos), blind_indexes(key, "last4", (certno[-4:] for certno in certnos)),
        blind_indexes(key, "name", names), strict=True,
    )
    for row, certno, name, certno_sealed, name_sealed, certno_index, last4_index, name_index in columns:
        yield {
            "run_id": run, "person": person_hex(int(row["person"])), "certno_sealed": certno_sealed, "name_sealed": name_sealed,
            "certno_masked": mask_number(certno), "name_masked": mask_name(name),
            "certno_index": certno_index, "last4_index": last4_index, "name_index": name_index,
            "category": row["category"], "insutype": row["insutype"], "insu_admdvs": row["insu_admdvs"], "town": row["town"],
        }


def write(connection: Connection, table: Table, rows: list[Row]) -> None:
    """Insert them as they are, days as text YYYY-MM-DD: SQLAlchemy's look at each value costs more than the values' writing."""
    if not rows:
        return
    statement = insert(table).compile(dialect=connection.dialect, column_keys=list(rows[0]))
    if statement.positiontup is None:
        connection.exec_driver_sql(statement.string, rows)
    else:
        values = itemgetter(*statement.positiontup)
        connection.exec_driver_sql(statement.string, [values(row) for row in rows])


def chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """The rows in lists short enough for one statement."""
    left = iter(rows)
    while chunk := list(islice(left, _CHUNK)):
        yield chunk
