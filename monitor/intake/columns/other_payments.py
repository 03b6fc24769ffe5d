"""Payments outside the platform: commercial insurance and others.

A later load corrects the amount.
"""

from __future__ import annotations

from monitor.intake.columns.declaration import Column, Table
from monitor.intake.columns.shared import CERTNO, NAME

OTHER_PAYMENTS = Table(
    "other_payments",
    "商业保险等其他支付",
    (
        CERTNO,
        NAME,
        Column(
            "paid_on", "支付日期", "date", "赔付到账的日期，须写到日",
            ("赔付日期", "到账日期", "理赔日期"), required=True, key=True, example="2025-05-20",
        ),
        Column(
            "payer", "支付方", "text", "保险公司等支付方的名称",
            ("保险公司", "承保公司", "赔付单位"), required=True, key=True, example="示例保险公司",
        ),
        Column(
            "amount", "支付金额", "money", "不经平台结算的赔付金额，元；追回的写负数",
            ("金额", "赔付金额", "理赔金额"), required=True, example="3000.00",
        ),
        Column(
            "setl_id", "结算ID", "text", "赔付的是哪一笔结算；不清楚的不填，从其当年可救助费用合计中扣除",
            ("结算编号", "结算流水号"), key=True, example="99S00000001",
        ),
    ),
)
