"""The definition in monitor/intake/records.py, written slowly: what every physical line of a text table is."""

from __future__ import annotations

import re

Row = tuple[int, list[str]]


def split(text: str, strict: bool, delimiter: str = ",") -> tuple[list[str], str]:
    """Fields of one record and how it ended: 'whole', 'open' (inside quotes), 'bad' (strict: text behind a quote)."""
    fields, cell, state = [], "", "start"
    for character in text:
        if state == "quoted":
            if character == '"':
                state = "closed"
            else:
                cell += character
        elif character == delimiter:
            fields.append(cell)
            cell, state = "", "start"
        elif state == "start" and character == '"':
            state = "quoted"
        elif state == "closed" and character == '"':
            cell, state = cell + '"', "quoted"
        else:
            if state == "closed" and strict:
                return fields, "bad"
            cell, state = cell + character, "plain"
    return [*fields, cell], "open" if state == "quoted" else "whole"


def obvious(
    text: str, header_line: int = 1, delimiter: str = ",", named: int = 3, declared: int = 3
) -> tuple[list[Row], list[tuple[int, str]]]:
    """Line number and first ``declared`` fields of each row below the headings' line; line and reason of what is none.

    ``named`` fields at least; beyond ``declared`` ones, blank fields only.
    """
    lines = re.findall(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$", text)
    rows: list[Row] = []
    malformed: list[tuple[int, str]] = []
    at = header_line
    while at < len(lines):
        span = 1
        fields, end = split(lines[at].rstrip("\r\n"), strict=False, delimiter=delimiter)
        while end == "open" and at + span < len(lines) and span < 100:
            span += 1
            fields, end = split("".join(lines[at : at + span]).rstrip("\r\n"), strict=True, delimiter=delimiter)
            # A line end inside quotes belongs to the cell, also the last one.
            if end == "open":
                fields, end = split("".join(lines[at : at + span]), strict=True, delimiter=delimiter)
        if end != "whole":
            malformed.append((at + 1, "unbalanced_quote"))
            at += 1
            continue
        if any(field.strip() for field in fields):
            if len(fields) < named:
                malformed += [(at + 1 + index, "too_few_fields") for index in range(span)]
            elif any(field.strip() for field in fields[declared:]):
                malformed += [(at + 1 + index, "too_many_fields") for index in range(span)]
            else:
                rows.append((at + 1, fields[:declared]))
        at += span
    return rows, malformed
