#!/usr/bin/env python3
"""Write what follows from the declared columns (monitor/intake/columns) into the SQL files and the READMEs; `make columns` runs this.

A SQL file says where: between `-- columns: NAME` and `-- columns end` stand lines that are written from the declaration, of every
column but those its own line `-- by hand: …` names. With `--check` nothing is written: what would be is named, with exit code 1.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from monitor.intake.columns import OPTIONAL, TABLES, Column, Table  # noqa: E402

Lines = Iterator[str]

#: Words of SQL that are names of columns, too.
QUOTED = ("begin", "end", "year", "month")
#: Stored columns that are keys made of a text, as store/keyed.sql gives them.
KEYS = {"person": "m.certno_key AS person", "psn": "m.psn", "name": "m.name", "household": "m.household", "contact": "m.contact"}

WIDTH = 110


def sql_name(name: str) -> str:
    return f'"{name}"' if name in QUOTED else name


def together(items: Sequence[str]) -> Lines:
    """Items with commas between them, as many to a line as it holds."""
    line = ""
    for place, item in enumerate(items):
        given = item + ("," if place + 1 < len(items) else "")
        if line and len(line) + 1 + len(given) > WIDTH:
            yield line
            line = ""
        line += (" " if line else "") + given
    yield line


# --- cleaning: from the view raw to the table cleaned ----------------------------------------------


def typed(table: Table, columns: Sequence[Column]) -> Lines:
    """Each cell as a value of its kind; NULL where it is none."""
    for column in columns:
        name, cell = sql_name(column.name), column.name
        if column.kind in ("text", "code"):
            yield f"{column.kind}_of({name}) AS {name},"
        elif column.kind == "money":
            yield f"{name} AS {cell}_text,"
            blank = f"CASE WHEN NOT regexp_full_match({name}, '-{{0,2}}') THEN money_of({name}) END"
            yield f"{'money_of(' + name + ')' if table.blank_is_zero else blank} AS {name},"
        elif column.kind == "integer":
            yield f"{name} AS {cell}_text,"
            yield f"TRY_CAST(regexp_extract({name}, '^([-+]?[0-9]+)(?:\\.0+)?$', 1) AS INTEGER) AS {name},"
        else:
            yield f"{name} AS {cell}_text,"
            yield f"moment_parts({name}) AS {cell}_parts,"
            yield f"moment_from(moment_parts({name})) AS {cell}_moment,"


def reasons(table: Table, columns: Sequence[Column]) -> Lines:
    """Why a row is rejected for a cell; NULL where it is not."""
    for column in columns:
        name, cell = sql_name(column.name), column.name
        wrong = f"{name} IS NULL AND NOT regexp_full_match({cell}_text, '-{{0,2}}')"
        if column.kind == "money" and not table.blank_is_zero and column.least is None:
            yield f"CASE WHEN {wrong} THEN '{cell}:' || money_reason({cell}_text) END,"
        elif column.kind == "money" and not table.blank_is_zero:
            yield "CASE"
            yield f"    WHEN {wrong} THEN '{cell}:' || money_reason({cell}_text)"
            yield f"    WHEN {name} < {column.least} THEN '{cell}:negative_amount'"
            yield "END,"
        elif column.kind == "integer":
            yield f"CASE WHEN {wrong} THEN '{cell}:not_whole' END,"
        elif column.kind == "date":
            yield f"'{cell}:' || moment_reason({cell}_text, {cell}_parts, {cell}_moment),"


def cleaned(table: Table, columns: Sequence[Column]) -> Lines:
    """The values that are handed on."""
    for column in columns:
        yield f"{column.name}_moment::DATE AS {sql_name(column.name)}," if column.kind == "date" else f"{sql_name(column.name)},"


def not_amounts(table: Table, columns: Sequence[Column]) -> Lines:
    """Whether a row is rejected for an amount, in a table of many."""
    for name in (column.name for column in columns if column.kind == "money"):
        yield f"OR ({name} IS NULL AND {name}_text IS NOT NULL)"


def amounts(table: Table, columns: Sequence[Column]) -> Lines:
    """The amounts with what was written, in a table of many."""
    names = [column.name for column in columns if column.kind == "money"]
    for name in names:
        yield f"{{'column': '{name}', 'text': {name}_text, 'value': {name}}}" + ("" if name == names[-1] else ",")


def serial(table: Table, columns: Sequence[Column]) -> Lines:
    """Whether a day was written as a serial number."""
    for name in (column.name for column in columns if column.kind == "date"):
        yield f"OR is_serial({name}_text)"


def ahead(table: Table, columns: Sequence[Column]) -> Lines:
    """Whether a day is later than the load."""
    for name in (column.name for column in columns if column.kind == "date"):
        yield f"OR after_load({name}_moment)"


# --- storage: from cleaned to what is kept, and which row it is -------------------------------------


def stored_names(columns: Sequence[Column]) -> list[str]:
    return list(dict.fromkeys(column.stored_as for column in columns if column.stored_as))


def stored(table: Table, columns: Sequence[Column]) -> Lines:
    """What is kept of a row: keys in the place of what says who somebody is."""
    items = [KEYS.get(name, f"c.{name}") for name in stored_names(columns)]
    for line in together(items):
        yield line if line.endswith(",") else line + ","


def sealed(table: Table, columns: Sequence[Column]) -> Lines:
    """What is kept sealed of a row."""
    yield from together([f"c.{column.name}" for column in columns if column.sealed])


def own_key(columns: Sequence[Column]) -> list[str]:
    """What a row's key is made of besides the person, of cleaned and stored rows alike."""
    items = []
    for column in columns:
        if column.key and column.kind != "certno":
            items.append(column.name)
        elif column.key_without and column.kind != "certno":
            items.append(f"CASE WHEN {column.key_without} IS NULL THEN {column.name} END")
    return items


def own(table: Table, columns: Sequence[Column]) -> Lines:
    """Of a row that was read: the hash of what its key is made of besides the person."""
    yield f"hash({', '.join(own_key(columns))}) AS own,"


def key(table: Table, columns: Sequence[Column]) -> Lines:
    """Of a row that is stored: the hash of its key."""
    of_row = ", ".join(own_key(columns))
    about_somebody = any(column.key and column.kind == "certno" for column in table.columns)
    yield f"hash(person, hash({of_row})) AS h," if about_somebody else f"hash({of_row}) AS h,"


def digest(table: Table, columns: Sequence[Column]) -> Lines:
    """Of a row that is stored: the hash of all that is kept of it."""
    yield "hash("
    yield from ("    " + line for line in together(stored_names(columns)))
    yield ") AS digest"


BLOCKS: dict[str, Callable[[Table, Sequence[Column]], Lines]] = {
    block.__name__: block
    for block in (typed, reasons, cleaned, not_amounts, amounts, serial, ahead, stored, sealed, own, key, digest)
}
#: Which kinds of file have which blocks: a block that would have lines and is not there is an error.
EXPECTED = {
    "": ("typed", "cleaned"), "_rows": ("stored",), "_who": ("own",), "_versions": ("key", "digest"),
}

BLOCK = re.compile(r"^( *)-- columns: (\w+)\n(?:.*\n)*? *-- columns end\n", re.MULTILINE)
BY_HAND = re.compile(r"^-- by hand: (.*)$", re.MULTILINE)


def filled(table: Table, path: Path, text: str) -> str:
    """A SQL file of the table with its blocks as they follow from the declaration. Raises ValueError for one that lacks its place."""
    by_hand = {name.strip() for line in BY_HAND.findall(text) for name in line.split(",")}
    unknown = by_hand - set(table.names) - set(stored_names(table.columns)) - {"key"}
    cleaning = path.stem == table.name
    columns = [column for column in table.columns if (column.name if cleaning else column.stored_as) not in by_hand]
    if unknown:
        raise ValueError(f"{path.name}: by hand are {sorted(unknown)}, which {table.name} has not")

    def block(found: re.Match[str]) -> str:
        indent, name = found[1], found[2]
        lines = [f"{indent}{line}\n" for line in BLOCKS[name](table, columns)]
        return f"{indent}-- columns: {name}\n{''.join(lines)}{indent}-- columns end\n"

    there = {found[2] for found in BLOCK.finditer(text)}
    needed = set(EXPECTED[path.stem.removeprefix(table.name)]) - ({"key", "own"} if "key" in by_hand else set())
    if cleaning:
        needed |= {block.__name__ for block in (reasons, serial, ahead) if list(block(table, columns))}
        needed |= {"not_amounts", "amounts"} if table.blank_is_zero else set()
    if lacking := needed - there:
        raise ValueError(f"{path.name} has no place for {sorted(lacking)}: put '-- columns: NAME' and '-- columns end' there")
    return BLOCK.sub(block, text)


# --- READMEs --------------------------------------------------------------------------------------


def listed(text: str) -> str:
    """A README with the columns of our own inputs as they are declared; a star is a required one."""
    for table in OPTIONAL:
        names = ", ".join(f"`{column.name}`{'*' if column.required else ''}" for column in table.columns)
        text = re.sub(rf"^(\| `{table.name}` [^|]*\| )[^|]*(?= \|)", rf"\g<1>{names}", text, flags=re.MULTILINE)
    return text


def written() -> Iterator[tuple[Path, str]]:
    """Every file that follows from the declaration, with what it should say."""
    for table in TABLES.values():
        for path in (
            ROOT / f"monitor/intake/{table.name}.sql",
            *(ROOT / f"monitor/store/{table.name}_{step}.sql" for step in ("rows", "who", "versions")),
        ):
            yield path, filled(table, path, path.read_text(encoding="utf-8"))
    people = ROOT / "monitor/store/people_contacts.sql"
    yield people, BLOCK.sub(
        lambda found: f"{found[1]}-- columns: sealed\n"
        + "".join(f"{found[1]}{line}\n" for line in sealed(TABLES["people"], TABLES["people"].columns))
        + f"{found[1]}-- columns end\n",
        people.read_text(encoding="utf-8"),
    )
    for name in ("README.md", "README.zh-CN.md"):
        yield ROOT / name, listed((ROOT / name).read_text(encoding="utf-8"))


def main(arguments: Sequence[str]) -> int:
    """Write them, or with ``--check`` name those that are not as they should be."""
    try:
        changed = [(path, text) for path, text in written() if text != path.read_text(encoding="utf-8")]
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    for path, text in changed:
        sys.stderr.write(f"{path.relative_to(ROOT)}\n")
        if "--check" not in arguments:
            path.write_text(text, encoding="utf-8")
    return int(bool(changed) and "--check" in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
