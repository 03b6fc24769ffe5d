"""What of the settlements counts after refunds: settled from what the loads kept (store/refunds.py), over small tables."""

from __future__ import annotations

import pyarrow as pa

from monitor.assess.sql import sql
from monitor.store.engine import DuckEngine, table_of

KEY = pa.decimal128(38, 0)
MONEY = pa.decimal128(18, 2)

#: The columns other steps read of ``netted``, where there is nothing in it.
_NETTED: dict[str, pa.DataType] = {
    "batch": pa.int32(), "line": pa.int32(), "person": KEY, "setl_time": pa.timestamp("us"), "psn_part_amt": MONEY, "maf_pay": MONEY,
    "fulamt_ownpay_amt": MONEY, "overlmt_selfpay": MONEY, "preselfpay_amt": MONEY,
}
_LOOSE_PAIRS: dict[str, pa.DataType] = {
    "by_batch": pa.int32(), "by_line": pa.int32(), "batch": pa.int32(), "line": pa.int32(), "counted": pa.bool_(),
}


def leave_out(engine: DuckEngine, kept_rows: bool) -> None:
    """Tables ``netted``, the settlements that count in the place of stored rows, and ``left_out``, the rows that do not count.

    ``kept_rows``: whether any load kept whole rows of refunds (table ``refund_rows``): most have none, and nothing is netted.
    in: refunded, outdated, perhaps_refunded, numbers_resolved.
    """
    engine.make("refund_pairs", sql("refund_pairs"))
    if kept_rows:
        engine.make("component", sql("component"))
        engine.make("loose", sql("loose"))
        engine.make("loose_pairs", sql("loose_pairs"))
        engine.make("loose_counted", sql("loose_counted"))
        engine.make("netted", sql("netted"))
    else:
        engine.table("loose_pairs", table_of(_LOOSE_PAIRS, []))
        engine.table("netted", table_of(_NETTED, []))
    engine.make("left_out", sql("left_out"))
