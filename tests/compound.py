"""Compound files built by hand, for what xlwt never writes: streams so small or files so large that they lie otherwise."""

from __future__ import annotations

import struct

FREE, END, TABLE, LIST = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFC
SECTOR, MINI, SMALL = 512, 64, 4096


def record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def workbook(*cells: bytes) -> bytes:
    """The records of a workbook with one sheet: what calamine, too, takes for one."""
    begin = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    name = b"\x05\x00Sheet"
    end = record(0x000A)
    at = len(begin) + len(record(0x0085, b"\x00" * 6 + name)) + len(end)
    sheet = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0)) + b"".join(cells) + end
    return begin + record(0x0085, struct.pack("<IH", at, 0) + name) + end + sheet


def _padded(data: bytes, size: int, filling: bytes = b"\x00") -> bytes:
    return data + filling * (-len(data) % size)


def _entry(name: str, kind: int, begin: int, length: int) -> bytes:
    written = name.encode("utf-16-le")
    links = struct.pack("<III", FREE, FREE, 1 if kind == 5 else FREE)
    return written.ljust(64, b"\x00") + struct.pack("<HBB", len(written) + 2, kind, 1) + links + b"\x00" * 36 + struct.pack(
        "<II4x", begin, length
    )


def compound(stream: bytes, name: str = "Workbook") -> bytes:
    """A compound file with one stream in it, small or large."""
    data: list[bytes] = []
    links: list[int] = []

    def put(content: bytes) -> int:
        """The sectors of a content, linked; the first one's number."""
        begin = len(data)
        pieces = [content[at : at + SECTOR] for at in range(0, len(content), SECTOR)]
        data.extend(pieces)
        links.extend([*range(begin + 1, begin + len(pieces)), END])
        return begin

    if len(stream) < SMALL:
        pieces = -(-len(stream) // MINI)
        minis = put(_padded(_padded(stream, MINI), SECTOR))
        mini_table = put(_padded(struct.pack(f"<{pieces}I", *range(1, pieces), END), SECTOR, b"\xff"))
        entries = _entry("Root Entry", 5, minis, pieces * MINI) + _entry(name, 2, 0, len(stream))
    else:
        mini_table = END
        entries = _entry("Root Entry", 5, END, 0) + _entry(name, 2, put(_padded(stream, SECTOR)), len(stream))
    directory = put(_padded(entries, SECTOR))
    # The tables name their own sectors too: as many as that takes.
    tables = lists = 0
    while True:
        needed = -(-(len(data) + tables + lists) * 4 // SECTOR)
        lists_needed = -(-max(needed - 109, 0) // 127)
        if (needed, lists_needed) == (tables, lists):
            break
        tables, lists = needed, lists_needed
    first = len(data)
    numbers = [*range(first, first + tables)]
    links += [TABLE] * tables + [LIST] * lists
    data += [
        _padded(struct.pack(f"<{len(links)}I", *links), SECTOR * tables, b"\xff")[at : at + SECTOR]
        for at in range(0, SECTOR * tables, SECTOR)
    ]
    further = numbers[109:]
    for place in range(lists):
        more = further[place * 127 : (place + 1) * 127]
        following = first + tables + place + 1 if place + 1 < lists else END
        data.append(struct.pack("<128I", *more, *[FREE] * (127 - len(more)), following))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\x00" * 6
    head += struct.pack(
        "<IIIIIIIIII", 0, tables, directory, 0, SMALL, mini_table, int(mini_table != END),
        first + tables if lists else END, lists, *numbers[:1],
    )
    named = numbers[1:109]
    head += struct.pack("<108I", *named, *[FREE] * (108 - len(named)))
    return head + b"".join(data)
