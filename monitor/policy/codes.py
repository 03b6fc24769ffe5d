"""The bureau's editable tables: which codes and names mean which category, which med_types are which care, what is written where
a code belongs, and the names of districts.

A file of the same name in the home's ``tables`` directory replaces the shipped one whole. People edit them in Excel or
WPS, so both UTF-8 and GB18030 are read; a wrong row refuses the file by line.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from monitor.base.errors import PolicyError
from monitor.base.settings import policies_directory
from monitor.base.vocabulary import Category, Word

CATEGORY_CODES = "category_codes.csv"
MED_TYPES = "med_types.csv"
CODE_VALUES = "code_values.csv"
REGIONS = "regions.csv"
#: All of them: what a file is read by, besides the program.
TABLES = (CATEGORY_CODES, MED_TYPES, CODE_VALUES, REGIONS)


class CareGroup(Word):
    """What kind of care a settlement's med_type is. Warnings count all of them; assistance does not."""

    INPATIENT = "inpatient", "住院", "普通住院及同类"
    CHRONIC_OUTPATIENT = "chronic_outpatient", "门诊慢特病", "门诊慢性病；未分慢性病、特殊病的门诊慢特病"
    SPECIAL_OUTPATIENT = "special_outpatient", "门诊特殊病", "门诊特殊病种，编码与慢性病分开的"
    SPECIAL_DRUG = "special_drug", "特药", "高值、特殊药品"
    OUTPATIENT = "outpatient", "普通门诊", "普通门诊"
    PHARMACY = "pharmacy", "药店购药", "定点零售药店购药"
    ASSISTANCE_RECORD = "assistance_record", "医疗救助记录", "只记医疗救助支付的结算"
    MATERNITY = "maternity", "生育", "生育医疗"
    HOME_BED = "home_bed", "家庭病床", "家庭病床"
    OTHER = "other", "其他", "其他及地方扩展"


@dataclass(frozen=True)
class MedType:
    """A row of med_types.csv: med_types that start with ``prefix`` are of the group."""

    prefix: str
    group: CareGroup
    label: str


def category_codes(home_tables: Path | None) -> dict[str, Category]:
    """Code or name → category, names as written (trimmed), for the category column of identity lists.

    ``home_tables`` is the home's tables directory, or None. Raises PolicyError naming file and line.
    """
    path = _chosen(CATEGORY_CODES, home_tables)
    codes: dict[str, Category] = {}
    for number, row in _rows(path, ("code_or_name", "category")):
        name, category = row
        if name in codes:
            raise _wrong(path, number, f"code_or_name 列的 {name} 重复")
        if category not in _MAPPABLE:
            raise _wrong(path, number, f"category 列的 {category} 不在 {'、'.join(_MAPPABLE)} 之中")
        codes[name] = Category(category)
    return codes


def med_types(home_tables: Path | None) -> dict[str, MedType]:
    """Prefix → kind of care. Raises PolicyError naming file and line."""
    path = _chosen(MED_TYPES, home_tables)
    types: dict[str, MedType] = {}
    groups = {group.value: group for group in CareGroup}
    for number, row in _rows(path, ("med_type", "group", "label")):
        prefix, group, label = row
        if not (prefix.isascii() and prefix.isdigit()):
            raise _wrong(path, number, f"med_type 列的 {prefix} 须为数字代码或其前几位")
        if prefix in types:
            raise _wrong(path, number, f"med_type 列的 {prefix} 重复")
        if group not in groups:
            raise _wrong(path, number, f"group 列的 {group} 不在 {'、'.join(groups)} 之中")
        types[prefix] = MedType(prefix, groups[group], label)
    return types


def code_values(home_tables: Path | None, columns: Collection[str]) -> dict[str, dict[str, str]]:
    """Column → what may be written there → the code meant. ``columns``: those there may be rows of.

    The column ``region`` is every column of districts. Raises PolicyError naming file and line.
    """
    path = _chosen(CODE_VALUES, home_tables)
    values: dict[str, dict[str, str]] = {}
    for number, (column, text, code) in _rows(path, ("column", "text", "code")):
        if column not in columns:
            raise _wrong(path, number, f"column 列的 {column} 不在 {'、'.join(sorted(columns))} 之中")
        if not (code.isascii() and code.isalnum()):
            raise _wrong(path, number, f"code 列的 {code} 须为代码")
        if column == "region" and not (len(code) == 6 and code.isdecimal() and code[0] != "0"):
            raise _wrong(path, number, f"code 列的 {code} 须为六位区划代码")
        if values.setdefault(column, {}).setdefault(text, code) != code:
            raise _wrong(path, number, f"text 列的 {text} 对应了两个代码")
    return values


def regions(home_tables: Path | None) -> dict[str, str]:
    """Six-digit code → name of province, prefecture or district. Raises PolicyError naming file and line."""
    path = _chosen(REGIONS, home_tables)
    names: dict[str, str] = {}
    for number, (code, name) in _rows(path, ("code", "name")):
        if not (len(code) == 6 and code.isascii() and code.isdecimal()):
            raise _wrong(path, number, f"code 列的 {code} 须为六位区划代码")
        if code in names:
            raise _wrong(path, number, f"code 列的 {code} 重复")
        names[code] = name
    return names


def tables_digest(home_tables: Path | None) -> str:
    """Which tables are in force: a hash of their contents."""
    digest = hashlib.sha256()
    for name in TABLES:
        digest.update(_chosen(name, home_tables).read_bytes())
    return digest.hexdigest()


def care_of(med_type: str, types: Mapping[str, MedType]) -> MedType | None:
    """The row with the longest prefix of the code (9118 before 91); None where the table knows none."""
    for length in range(len(med_type), 0, -1):
        found = types.get(med_type[:length])
        if found is not None:
            return found
    return None


def med_type_words(med_type: str, types: Mapping[str, MedType]) -> str:
    """A med_type in words, the code behind: 21 → 住院（21）; the code alone where the table knows none."""
    found = care_of(med_type, types)
    return with_code(found.label, med_type) if found else med_type


def with_code(label: str, code: str) -> str:
    """Words with their code behind, once: a label may end with the code, or with the beginning of it, itself."""
    before, bracket, behind = label.partition("（")
    return f"{before if bracket and code.startswith(behind.rstrip('）')) else label}（{code}）"


#: "ordinary" is the lack of an identity: no list can give it.
_MAPPABLE = tuple(category.value for category in Category if category is not Category.ORDINARY)


def _chosen(name: str, home_tables: Path | None) -> Path:
    if home_tables is not None and (home_tables / name).is_file():
        return home_tables / name
    return policies_directory() / name


def _rows(path: Path, header: tuple[str, ...]) -> Iterator[tuple[int, list[str]]]:
    """Line number and trimmed cells of each row that is not blank; every cell must be filled."""
    lines = _decoded(path).splitlines()
    reader = csv.reader(lines)
    if [cell.strip() for cell in next(reader, [])] != list(header):
        raise _wrong(path, 1, f"表头须为 {','.join(header)}")
    for cells in reader:
        row = [cell.strip() for cell in cells]
        if not any(row):
            continue
        if len(row) != len(header) or not all(row):
            raise _wrong(path, reader.line_num, f"须有 {len(header)} 列（{','.join(header)}）且都不为空")
        yield reader.line_num, row


def _decoded(path: Path) -> str:
    content = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise PolicyError(f"对照表 {path.name} 的编码无法识别，请另存为 UTF-8 的 CSV。")


def _wrong(path: Path, number: int, what: str) -> PolicyError:
    return PolicyError(f"对照表 {path.name} 第 {number} 行：{what}，请改正后重试。")
