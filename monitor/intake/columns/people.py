"""The people register.

The key is the psn_no, the number where there is none. Address and telephone lie sealed; ``contact``, their keyed hash, tells
whether they changed. The birth date lies sealed and is compared with nothing: a corrected one waits for another correction.
"""

from __future__ import annotations

from monitor.intake.columns.declaration import Column, Table
from monitor.intake.columns.shared import EXAMPLE_NAME, EXAMPLE_NUMBER

PEOPLE = Table(
    "people",
    "人员登记",
    (
        Column(
            "psn_no", "人员编号", "text", "平台的人员编号；一人可有多个",
            ("个人编号",), key=True, stored="psn", sealed=True, example="99P000000001",
        ),
        Column("psn_name", "人员姓名", "text", "姓名", ("姓名", "患者姓名"), stored="name", sealed=True, example=EXAMPLE_NAME),
        Column(
            "certno", "证件号码", "certno", "证件号码",
            ("身份证号", "身份证号码", "公民身份号码", "居民身份证号", "居民身份证号码"), key_without="psn_no",
            stored="person", sealed=True, example=EXAMPLE_NUMBER,
        ),
        Column("psn_cert_type", "人员证件类型", "code", "证件类型，01 为居民身份证", ("证件类型",), stored=None, example="01"),
        Column("gend", "性别", "code", "1 男，2 女", example="1"),
        Column(
            "brdy", "出生日期", "date", "出生日期；不可识别时留空并标记",
            ("出生年月日",), stored=None, sealed=True, example="1980-01-01",
        ),
        Column("insutype", "险种类型", "code", "310 职工，390 居民（391、392 及 399xx 同类）", ("险种",), example="390"),
        Column(
            "psn_insu_stas", "人员参保状态", "code", "1 表示正常参保",
            ("参保状态", "人员参保关系状态"), stored="insured", example="1",
        ),
        Column("insu_admdvs", "参保所属医保区划", "code", "参保地医保区划，六位", ("参保地",), example="990101"),
        Column("town", "乡镇", "text", "乡镇、街道", ("乡镇街道", "乡镇（街道）", "所在乡镇", "街道"), example="示例镇"),
        Column(
            "village", "村", "text", "村、社区",
            ("村社区", "村（社区）", "行政村", "社区"), stored="contact", sealed=True, example="示例村",
        ),
        Column(
            "address", "地址", "text", "联系地址",
            ("家庭住址", "住址", "联系地址"), stored="contact", sealed=True, example="示例路1号",
        ),
        Column(
            "tel", "联系电话", "text", "联系电话",
            ("电话", "手机号", "手机号码"), stored="contact", sealed=True, example="00000000001",
        ),
        Column(
            "resdbook_no", "户口簿编号", "text", "户口簿编号，表示同户",
            ("户口本编号", "户号"), stored="household", sealed=True, example="99H00000001",
        ),
        Column("surv_stas", "生存状态", "code", "2 表示死亡", ("生存状况",), stored="deceased", example="1"),
    ),
    one_of=(("psn_no", "certno"),),
)
