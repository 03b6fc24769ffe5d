"""The childhood blood diseases and tumours a bureau lists.

The key is the code, the name where there is none.
"""

from __future__ import annotations

from monitor.intake.columns.declaration import Column, Table
from monitor.intake.columns.shared import YES_NO

CHILDHOOD_DISEASES = Table(
    "childhood_diseases",
    "儿童血液病和恶性肿瘤病种",
    (
        Column(
            "dise_codg", "病种编码", "text", "病种编码，与结算中的病种编码一致；有编码的按编码认",
            ("DISE_NO", "疾病编码"), key=True, example="99X99",
        ),
        Column(
            "dise_name", "病种名称", "text", "病种名称；没有编码时按名称认，须与结算中的写法一致",
            ("疾病名称",), key_without="dise_codg", example="示例病种",
        ),
        Column(
            "listed", "是否在列", "code", "是、否；空白为是。写错或调出的病种再导入一行“否”",
            ("在列",), choices=YES_NO, example="是",
        ),
    ),
    one_of=(("dise_codg", "dise_name"),),
)
