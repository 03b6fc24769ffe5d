"""Columns that several tables have alike, and who the examples are about: somebody who cannot exist (region 99)."""

from __future__ import annotations

from monitor.base.vocabulary import Category
from monitor.intake.columns.declaration import Column

EXAMPLE_NUMBER = "990101198001011236"
EXAMPLE_NAME = "示例人员"
YES_NO = ("是", "否")
#: What a template offers for somebody's category; the import accepts more.
CATEGORIES = tuple(category.label for category in Category if category is not Category.ORDINARY)

CERTNO = Column(
    "certno", "证件号码", "certno", "证件号码",
    ("身份证号", "身份证号码", "公民身份号码", "居民身份证号", "居民身份证号码"), required=True, key=True, stored="person",
    sealed=True, example=EXAMPLE_NUMBER,
)
NAME = Column("psn_name", "人员姓名", "text", "姓名", ("姓名",), stored="name", sealed=True, example=EXAMPLE_NAME)
CATEGORY = Column(
    "category", "身份类别", "code", "救助对象身份：代码、本系统标识或中文名称，按身份代码表对照",
    ("救助对象类别", "救助对象身份", "人员类别", "对象类别", "身份"), required=True, choices=CATEGORIES,
)
