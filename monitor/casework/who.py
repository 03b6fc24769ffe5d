"""What every list of people in the case database is written with: who somebody is (sealed, masked and blind-indexed,
never open), amounts in fen, rows in pieces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from monitor.access.hashing import blind_index, person_hex
from monitor.access.masking import mask_name, mask_number
from monitor.casework.tables import CERTNO_SEAL, NAME_SEAL
from monitor.store.home import Store

Row = dict[str, Any]
_CHUNK = 5_000
_CENT = Decimal("0.01")


def fen(amount: Decimal) -> int:
    """Yuan to fen, half a fen away from zero (display; comparisons were made unrounded)."""
    return int(amount.quantize(_CENT, ROUND_HALF_UP) * 100)


def who(store: Store, run: str, row: Row) -> Row:
    """The columns every list of people has. ``row``: person, certno, psn_name and where they belong."""
    certno, name, key = row["certno"], row["psn_name"], store.keys.hash
    return {
        "run_id": run, "person": person_hex(int(row["person"])),
        "certno_sealed": store.sealer.seal_text(certno or None, CERTNO_SEAL),
        "name_sealed": store.sealer.seal_text(name or None, NAME_SEAL),
        "certno_masked": mask_number(certno), "name_masked": mask_name(name),
        "certno_index": blind_index(key, "certno", certno) if certno else None,
        "last4_index": blind_index(key, "last4", certno[-4:]) if certno else None,
        "name_index": blind_index(key, "name", name) if name else None,
        **{column: row[column] for column in ("category", "insutype", "insu_admdvs", "town")},
    }


def chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """The rows in lists short enough for one statement."""
    chunk: list[Row] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == _CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
