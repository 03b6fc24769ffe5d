"""Days and times that mean another day than they seem to, put right or marked before the SQL reads a column of them.

24:00 is the end of its day. A date that lost its format is a serial number, taken for one where the column is one of serials. And
2025.1 is October where a number cell dropped the nought of 2025.10: marked, so that the row is refused for it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping

from monitor.intake.fillers import is_filler, plain

#: Before a text the reader of a workbook met as a number with decimals (sheets.py).
WAS_NUMBER = "~"
#: Before what is refused: a month that may be another, a serial number in a column of other things.
AMBIGUOUS_MONTH, STRAY_SERIAL = "~", "@"
#: Behind a day that was a serial number, so that the row says so: no other cell ends in blanks.
WAS_SERIAL = "  "

_MIDNIGHT = re.compile(
    r"(?P<day>[0-9]{4}\s*[-/.年]\s*[0-9]{1,2}\s*[-/.月]\s*[0-9]{1,2}\s*日?|[0-9]{8})[T\s]*24"
    r"(?:[:时点]?(?:0{1,2}(?:[:分]?(?:0{1,2}(?:\.0+)?秒?)?)?)?分?)(?P<zone>\+08:?00)?"
)
_SERIAL = re.compile(r"(?P<day>[1-9][0-9]{4})(?:\.(?P<part>[0-9]+))?")
_MONTH = re.compile(r"(?P<year>(?:19|20)[0-9]{2})\.(?P<month>[0-9]{1,2})")
#: A day of eight digits that went through a number cell.
_DAY_NUMBER = re.compile(r"(?P<day>(?:19|20)[0-9]{6})\.0+")
_ZERO = re.compile(r"0{4}[-/.年]?0{1,2}[-/.月]?0{1,2}日?(?:[T ]?0{1,2}:?0{1,2}(?::?0{1,2}(?:\.0+)?)?)?")
#: Day 60 of the count is the 29th of February 1900, which was none: serials begin after it, at five digits.
_FIRST = dt.datetime(1899, 12, 30)  # noqa: DTZ001  # China time, as written
_LAST = 73_415  # 2100-12-31


def put_right(cells: Mapping[str, int]) -> dict[str, str]:
    """For each text of a column of days or times that is to be read otherwise, how. ``cells``: text → how many cells say it."""
    filled = {text: rows for text, rows in cells.items() if text and not is_filler(plain(text))}
    serials = {text: moment for text in filled if (moment := serial_moment(text)) is not None}
    of_serials = 2 * sum(filled[text] for text in serials) >= sum(filled.values())
    keeps_noughts = any(re.fullmatch(r"(?:19|20)[0-9]{2}\.10", text) for text in filled)
    found: dict[str, str] = {}
    for text in cells:
        if text in serials:
            found[text] = serials[text] + WAS_SERIAL if of_serials else STRAY_SERIAL + text
        elif (read := _otherwise(text, keeps_noughts)) != text:
            found[text] = read
    return found


def _otherwise(text: str, keeps_noughts: bool) -> str:
    if not text:
        return text
    was_number = text.startswith(WAS_NUMBER)
    bare = text[1:] if was_number else plain(text)
    if is_filler(bare) or _ZERO.fullmatch(bare):
        return ""
    if month := _MONTH.fullmatch(bare):
        # A number keeps no nought at its end: only of 2025.1 can it be one that is gone.
        unclear = month["month"] == "1" and (was_number or not keeps_noughts)
        return AMBIGUOUS_MONTH + bare if unclear else bare
    if number := _DAY_NUMBER.fullmatch(bare):
        return number["day"]
    if midnight := _MIDNIGHT.fullmatch(bare):
        day = midnight["day"].strip()
        return f"{day}235959" if day.isdecimal() else f"{day} 23:59:59"
    return bare


def serial_moment(text: str) -> str | None:
    """The day, with its time where there is one, of a serial number of the 1900 count; None for any other text."""
    found = _SERIAL.fullmatch(text[1:] if text.startswith(WAS_NUMBER) else text)
    if found is None or int(found["day"]) > _LAST:
        return None
    moment = _FIRST + dt.timedelta(days=int(found["day"]))
    if not found["part"] or not int(found["part"]):
        return moment.date().isoformat()
    seconds = round(86_400 * int(found["part"]) / 10 ** len(found["part"]))
    return (moment + dt.timedelta(seconds=min(seconds, 86_399))).isoformat(" ")


