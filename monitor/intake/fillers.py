"""What people and programs write into a cell that has no value, and the characters nobody sees: one list for every table.

A filler is a blank. Kept as a value, everybody whose number is NULL would be one person, and one over every line.
"""

from __future__ import annotations

import re
import unicodedata

#: Fillers written by programs: no value of any column. Compared in upper case, without blanks.
MACHINE = frozenset(
    ("NULL", "(NULL)", "<NULL>", "[NULL]", "\\N", "/N", "N/A", "NA", "N.A.", "N.A", "NAN", "NONE", "NIL", "NAT", "UNDEFINED", "EMPTY",
     "<NA>", "VOID", "DBNULL", "BLANK", "MISSING", "NODATA")
)

#: Fillers written by people, in a column that would hold a number, a name, a code, an amount or a day.
WORDS = frozenset(
    ("无", "没有", "无数据", "空", "空白", "空值", "缺", "缺失", "缺项", "未知", "不详", "不明", "不清楚", "不清", "不知道", "未填",
     "未填写", "未录", "未录入", "未提供", "未登记", "未采集", "未报", "未上报", "待补", "待补录", "待补充", "待录", "待录入", "待填",
     "待填写", "待查", "待核", "待核实", "待确认", "待定", "待完善", "待采集", "待登记", "暂无", "暂缺", "暂时没有", "暂未提供",
     "暂未录入", "暂无数据", "暂无证件", "暂未办理", "无证件", "无证", "无证件号", "无证件号码", "无身份证", "无身份证号",
     "无身份证号码", "无号", "无号码", "未办理", "未办证", "未办身份证", "未上户", "未落户", "未办理身份证", "不适用", "UNKNOWN",
     "TBD", "NOTAVAILABLE")
)

#: Of these words, those that say there is nothing; all others say that somebody does not know, which no coded column and no
#: flag takes for nothing.
NOTHING = frozenset(("无", "没有", "无数据", "空", "空白", "空值", "暂无", "暂无数据", "不适用"))

_MARKS = re.compile(r"[-‐‑‒–—―−_/\\|.。,，、;；:：…·~～'\"`?？#＃+=*＊&<>()\[\]【】]+")

#: Characters that no screen shows and no keyboard has: they make two of one number.
INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff"
    "\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e01ef\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"
)
_UNSEEN = re.compile(f"[{INVISIBLE}]")

_ENDS = " \t\r\n\v\f\x1c\x1d\x1e\x1f\x85\xa0'`‘’\"“”"

#: Half width for full width; and nothing else, since names keep their own characters.
_HALF = {0xFF01 + place: 0x21 + place for place in range(94)} | {0x3000: 0x20}


def half_width(text: str) -> str:
    """The text without what cannot be seen, full-width letters and marks in half width; every other character is kept."""
    return unwrapped(_UNSEEN.sub("", text).translate(_HALF)).strip(_ENDS)


def plain(text: str) -> str:
    """The text in half width, without what cannot be seen and without blanks, quotes and apostrophes around it."""
    folded = _UNSEEN.sub("", unicodedata.normalize("NFKC", _UNSEEN.sub("", text)))
    return unwrapped(folded).strip(_ENDS)


def unwrapped(text: str) -> str:
    """Without the formula that keeps a spreadsheet from changing a number: ="…", and a bare = before it."""
    found = re.fullmatch(r"\s*=\s*(?:T\s*\(\s*)?[\"“”](.*)[\"“”]\s*\)?\s*", text, re.DOTALL)
    if found:
        return found[1]
    return text.lstrip()[1:] if re.match(r"\s*=\s*[^=\s]", text) else text


_OPENING, _CLOSING = frozenset("([<【〔"), frozenset(")]>】〕")


def is_filler(text: str, words: frozenset[str] = WORDS) -> bool:
    """Whether a text, without blanks around it, stands for no value: written by a program, one of the words, or marks only."""
    folded = "".join(text.upper().split())
    if folded[:1] in _OPENING and folded[-1:] in _CLOSING and folded not in MACHINE:
        folded = folded[1:-1] or folded
    return folded in MACHINE or folded in words or (folded != "" and _MARKS.fullmatch(folded) is not None)
